"""A vocabulary from museum catalogues: normalisation rules, reviewed word lists and a report.

The lists lie in `pretrained/rules/` as text that anyone can read, change and run again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from fnmatch import translate
from pathlib import Path
from re import Pattern
from re import compile as compile_pattern

from cas.data.corpus import Work
from cas.errors import VocabularyError
from cas.text_files import read_words
from cas.vocabulary import Vocabulary

RULES = Path(__file__).parents[1] / "pretrained" / "rules"
"""The folder of the rules that made the shipped vocabulary."""


@dataclass(frozen=True)
class RuleReport:
    """How many concepts came in, how many each rule took away, and how many are left."""

    found: int
    dropped: dict[str, int] = field(default_factory=dict)
    kept: int = 0


@dataclass(frozen=True)
class VocabularyRules:
    """Which concepts a vocabulary holds, and which spellings stand for one concept.

    Args:
        merges: variant → concept; a concept mapped to itself is exempt from the plural rule.
        drops: rule → patterns of concepts to drop (`*` stands for anything).
        keep: concepts that need only `fewest_works_kept` works.
        anonymous: patterns of "artists" that are no specific person, such as a school or century.
        fewest_works: a concept in fewer works is dropped.
        fewest_works_kept: the same for the concepts in `keep`.
        fewest_artists: a concept that fewer artists used is one artist's private term.
    """

    merges: dict[str, str] = field(default_factory=dict)
    drops: dict[str, tuple[str, ...]] = field(default_factory=dict)
    keep: frozenset[str] = frozenset()
    anonymous: tuple[str, ...] = ()
    fewest_works: int = 25
    fewest_works_kept: int = 15
    fewest_artists: int = 6

    @classmethod
    def load(cls, folder: Path | str = RULES) -> VocabularyRules:
        """Read `merge.txt`, `keep.txt`, `anonymous.txt` and each `drop_<rule>.txt` of a folder."""
        folder = Path(folder)
        merges: dict[str, str] = {}
        for line in read_words(folder / "merge.txt", error=VocabularyError):
            variant, arrow, concept = line.partition(" -> ")
            if not arrow:
                raise VocabularyError(
                    f"{folder / 'merge.txt'}: write `variant -> concept`: {line!r}."
                )
            merges[variant.strip()] = concept.strip()
        drops = {
            path.stem.removeprefix("drop_"): tuple(
                line.partition(" | ")[0].strip() for line in read_words(path, error=VocabularyError)
            )
            for path in sorted(folder.glob("drop_*.txt"))
        }
        return cls(
            merges=merges,
            drops=drops,
            keep=frozenset(read_words(folder / "keep.txt", error=VocabularyError)),
            anonymous=tuple(read_words(folder / "anonymous.txt", error=VocabularyError)),
        )

    def build(
        self, read: Callable[[], Iterable[Work]]
    ) -> tuple[Vocabulary, dict[str, str], RuleReport]:
        """Build the vocabulary of a corpus, which `read` streams (twice).

        Returns:
            The vocabulary (most works first), the spelling → concept map of every spelling that
            leads into it, and the report.
        """
        found = {concept for work in read() for concept in work.concepts}
        spelling = self.spellings(found)
        dropped = {"merged into another": len(found) - len(set(spelling.values()))}
        concepts = set(spelling.values())
        for rule, patterns in self.drops.items():
            gone = _matching(concepts, patterns)
            dropped[rule] = len(gone)
            concepts -= gone
        counts, artists = _counts(read(), spelling)
        rare = {
            concept
            for concept in concepts
            if counts[concept]
            < (self.fewest_works_kept if concept in self.keep else self.fewest_works)
        }
        dropped["too few works"] = len(rare)
        private = {c for c in concepts - rare if len(artists[c]) < self.fewest_artists}
        dropped["too few artists"] = len(private)
        concepts -= rare | private
        vocabulary = Vocabulary(sorted(concepts, key=lambda concept: (-counts[concept], concept)))
        return (
            vocabulary,
            {variant: concept for variant, concept in spelling.items() if concept in concepts},
            RuleReport(found=len(found), dropped=dropped, kept=len(vocabulary)),
        )

    def apply(self, works: Iterable[Work], spelling: dict[str, str]) -> Iterator[Work]:
        """Yield each work in the vocabulary's spelling, without other concepts, duplicates, or an
        artist who is nobody in particular.
        """
        nobody = any_of(self.anonymous)
        for work in works:
            concepts = dict.fromkeys(spelling[c] for c in work.concepts if c in spelling)
            artist = None if work.artist and nobody.match(work.artist) else work.artist
            yield replace(work, artist=artist, concepts=tuple(concepts))

    def spellings(self, found: set[str]) -> dict[str, str]:
        """Return the concept that each spelling found stands for."""
        spelling = {}
        for variant in found:
            concept = self.merges.get(variant, variant)
            if variant not in self.merges:
                concept = next((s for s in _singulars(variant) if s in found), variant)
            seen = {variant}
            while self.merges.get(concept, concept) != concept and concept not in seen:
                seen.add(concept)
                concept = self.merges[concept]
            spelling[variant] = concept
        return spelling


def _counts(
    works: Iterable[Work], spelling: dict[str, str]
) -> tuple[Counter[str], dict[str, set[str]]]:
    """Return how many works and which artists each concept has."""
    counts: Counter[str] = Counter()
    artists: dict[str, set[str]] = {}
    for work in works:
        concepts = {spelling[concept] for concept in work.concepts}
        counts.update(concepts)
        for concept in concepts:
            artists.setdefault(concept, set()).add(work.artist or f"anonymous {work.id}")
    return counts, artists


def _singulars(concept: str) -> Iterator[str]:
    """Yield what `concept` would be if its last word were a plural."""
    if concept.endswith("ies"):
        yield concept[:-3] + "y"
    if concept.endswith(("ses", "xes", "ches", "shes", "oes")):
        yield concept[:-2]
    if concept.endswith("ves"):
        yield concept[:-3] + "f"
    if concept.endswith("s") and not concept.endswith("ss"):
        yield concept[:-1]


def any_of(patterns: Iterable[str]) -> Pattern[str]:
    """Return what matches a concept that any of these patterns (with `*`) matches."""
    return compile_pattern("|".join(translate(p) for p in patterns) or r"(?!)")


def _matching(concepts: set[str], patterns: Iterable[str]) -> set[str]:
    whole = any_of(patterns)
    return {concept for concept in concepts if whole.match(concept)}
