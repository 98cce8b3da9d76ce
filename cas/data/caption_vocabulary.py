"""A vocabulary from captions: words ranked by TF-IDF and filtered, each removal with its reason.

The paper takes 8,000 words of PD12M's captions by TF-IDF and keeps 3,500; how is not public. Here
every filter is named, can be read in the report, and is overruled by a file of words to keep and
one of words to drop.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cas import text_files
from cas.data.tfidf import WordCounts
from cas.data.word_forms import (
    ADJECTIVE,
    FUNCTION,
    GERUND,
    NAME,
    NOUN,
    OTHER,
    VERB,
    base_form,
    kind_of,
)
from cas.errors import VocabularyError
from cas.validation import check_number
from cas.vocabulary import Vocabulary

FORMAT_WORDS = Path(__file__).parents[1] / "pretrained" / "captions" / "format_words.txt"
"""Words of pictures as pictures, which name nothing that is shown."""
COMMON = 0.1
"""A word less often capitalised than this share is no name, whatever the lexicon says."""
Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Turns n texts into [n, d] unit vectors."""
Review = Callable[[Sequence[str]], Collection[str]]
"""Returns those of some words that are refused."""


@dataclass(frozen=True)
class CaptionRules:
    """Which words of captions become concepts.

    Args:
        words: how many, by TF-IDF, are checked.
        concepts: how many are kept at most.
        kinds: kinds of words that may stay (`cas.data.word_forms.KINDS`).
        fewest_captions: a word in fewer is dropped.
        shortest: letters.
        capitals: a word capitalised inside captions in more than this share is a name.
        capitals_of_nouns: the same share for a word that the lexicon has as a common noun.
        synonym: words whose text vectors' cosine is above it are one concept.
        clip: the same under CLIP's text vectors: words that CLIP cannot distinguish.
        cohesion: of a phrase's two words, by normalised mutual information, at least.
        keep: words that no filter drops.
        drop: words that are dropped whatever else.
        format_words: words of pictures as pictures.
    """

    words: int = 8_000
    concepts: int = 3_500
    kinds: tuple[str, ...] = (NOUN, GERUND)
    fewest_captions: int = 5
    shortest: int = 3
    capitals: float = 0.5
    capitals_of_nouns: float = 0.95
    synonym: float = 0.85
    clip: float = 0.97
    cohesion: float = 0.4
    keep: frozenset[str] = frozenset()
    drop: frozenset[str] = frozenset()
    format_words: frozenset[str] = field(default_factory=lambda: read_words(FORMAT_WORDS))

    def __post_init__(self) -> None:
        for name in ("capitals", "capitals_of_nouns", "synonym", "clip", "cohesion"):
            check_number(name, getattr(self, name), "from -1 to 1", low=-1, high=1)


@dataclass(frozen=True)
class Dropped:
    """A word that is no concept of its own, and why."""

    word: str
    rank: int
    reason: str
    detail: str = ""


@dataclass(frozen=True)
class CaptionReport:
    """The result of a caption corpus.

    Attributes:
        captions: how many were read.
        mended: of these, not in UTF-8.
        found: different words counted.
        looked_at: words by TF-IDF that went through the filters.
        concepts: kept, by TF-IDF.
        captions_of: in how many captions each concept stands, its merged forms included.
        dropped: the others, by TF-IDF.
        skipped: filters that did not run, with the reason.
        lost: the most that a count can be too low by.
    """

    captions: int
    mended: int
    found: int
    looked_at: int
    concepts: tuple[str, ...]
    captions_of: Mapping[str, int]
    dropped: tuple[Dropped, ...]
    skipped: Mapping[str, str]
    lost: int

    def save(self, folder: Path | str) -> None:
        """Write `vocabulary.txt`, `concepts.tsv`, `dropped.tsv` and `report.md`."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        Vocabulary(self.concepts).save(folder / "vocabulary.txt")
        kept = [f"{word}\t{self.captions_of[word]}" for word in self.concepts]
        _write(folder / "concepts.tsv", ["concept\tcaptions", *kept])
        rows = [f"{d.word}\t{d.rank}\t{d.reason}\t{d.detail}" for d in self.dropped]
        _write(folder / "dropped.tsv", ["word\trank\treason\tdetail", *rows])
        (folder / "report.md").write_text(self.markdown(), encoding="utf-8")

    def to_pandas(self) -> Any:
        """Return one row per word checked: its rank, and the reason if it was dropped."""
        import pandas

        kept = [(word, None, "kept", "") for word in self.concepts]
        rows = kept + [(d.word, d.rank, d.reason, d.detail) for d in self.dropped]
        return pandas.DataFrame(rows, columns=["word", "rank", "reason", "detail"])

    def markdown(self) -> str:
        """Return the report: what each filter dropped, with the most prominent examples."""
        reasons = Counter(d.reason for d in self.dropped)
        lines = [
            "# Vocabulary of captions",
            "",
            f"{self.captions:,} captions ({self.mended:,} not in UTF-8), {self.found:,} different"
            f" words, the first {self.looked_at:,} by TF-IDF looked at,"
            f" **{len(self.concepts):,} concepts kept**."
            + (f" Counts may be {self.lost} too low." if self.lost else ""),
            "",
            "| dropped because | words | such as |",
            "|---|---:|---|",
        ]
        for reason, count in reasons.most_common():
            some = [f"{d.word}{d.detail and f' ({d.detail})'}" for d in self.dropped
                    if d.reason == reason][:8]  # fmt: skip
            lines.append(f"| {reason} | {count:,} | {', '.join(some)} |")
        for name, why in self.skipped.items():
            lines += ["", f"Not run: {name}. {why}"]
        return "\n".join(lines) + "\n"


def build(
    counts: WordCounts,
    rules: CaptionRules,
    *,
    encode: Encode | None = None,
    clip: Encode | None = None,
    review: Review | None = None,
    mended: int = 0,
) -> CaptionReport:
    """Choose the concepts of a counted corpus.

    Args:
        counts: of its words.
        rules: of the choice.
        encode: text vectors, for near-synonyms; left out, they stay.
        clip: CLIP's text vectors, for words that it cannot distinguish; if None, they stay.
        review: given words, returns those that cannot be shown in an artwork.
        mended: captions that were not in UTF-8, for the report.

    Raises:
        VocabularyError: fewer than two concepts are left.
    """
    scores = counts.scores()
    ranked = sorted(scores, key=lambda word: (-scores[word], word))
    rank = {word: number for number, word in enumerate(ranked, start=1)}
    looked_at = [w for n, w in enumerate(ranked) if n < rules.words or w in rules.keep]
    filters = _Filters(rules, counts, rank)
    left = filters.single(looked_at)
    left = filters.inflections(left)
    skipped = {}
    for name, encoder, limit in (
        ("near-synonyms", encode, rules.synonym),
        ("words that CLIP cannot tell apart", clip, rules.clip),
    ):
        if encoder is None:
            skipped[name] = "No encoder was given."
        else:
            left = filters.alike(left, encoder, limit, name)
    if review is None:
        skipped["language-model review"] = "It was not asked for."
    else:
        refused = set(review(left)) - rules.keep
        filters.drop([w for w in left if w in refused], "refused in review")
        left = [word for word in left if word not in refused]
    kept = [w for n, w in enumerate(left) if n < rules.concepts or w in rules.keep]
    filters.drop([word for word in left if word not in set(kept)], f"beyond {rules.concepts:,}")
    if len(kept) < 2:
        raise VocabularyError(
            f"Of {len(ranked)} words in {counts.captions} captions {len(kept)} are left: give more"
            " captions, or loosen the rules. Most were dropped for:"
            f" {_commonest(filters.dropped)}."
        )
    return CaptionReport(
        captions=counts.captions,
        mended=mended,
        found=len(ranked),
        looked_at=len(looked_at),
        concepts=tuple(kept),
        captions_of={word: filters.documents[word] for word in kept},
        dropped=tuple(sorted(filters.dropped, key=lambda d: d.rank)),
        skipped=skipped,
        lost=counts.lost,
    )


class _Filters:
    """The filters in their order; what they drop gathers in `dropped`."""

    def __init__(self, rules: CaptionRules, counts: WordCounts, rank: Mapping[str, int]) -> None:
        self.rules = rules
        self.documents = Counter(counts.documents)
        self.dropped: list[Dropped] = []
        self._rank = rank
        self._counts = counts
        self._capitals = counts.capital_share()

    def drop(self, words: Iterable[str], reason: str) -> None:
        self.dropped += [Dropped(word, self._rank[word], reason) for word in words]

    def single(self, words: Sequence[str]) -> list[str]:
        """Drop words by their own properties."""
        left = []
        for word in words:
            reason = "" if word in self.rules.keep else self._fault(word)
            if reason:
                self.drop([word], reason)
            else:
                left.append(word)
        return left

    def inflections(self, words: Sequence[str]) -> list[str]:
        """Merge plurals and verb forms into the base form, where that is left too."""
        present = set(words)
        left = []
        for word in words:
            base = base_form(word)
            gerund = word.endswith("ing") and kind_of(word) == GERUND
            if base in present and base != word and not gerund and word not in self.rules.keep:
                self._merge(word, base, "inflection")
            else:
                left.append(word)
        return left

    def alike(self, words: Sequence[str], encode: Encode, limit: float, name: str) -> list[str]:
        """Merge each word into the most prominent one that its vector is all but equal to."""
        if not words:
            return []
        vectors = encode(words)
        kept, left = np.empty_like(vectors), list[str]()
        for word, vector in zip(words, vectors, strict=True):
            near = kept[: len(left)] @ vector
            if len(near) and near.max() > limit and word not in self.rules.keep:
                self._merge(word, left[int(near.argmax())], name)
            else:
                kept[len(left)] = vector
                left.append(word)
        return left

    def _merge(self, word: str, into: str, reason: str) -> None:
        self.documents[into] += self.documents[word]
        self.dropped.append(Dropped(word, self._rank[word], reason, into))

    def _fault(self, word: str) -> str:
        rules = self.rules
        if word in rules.drop:
            return "in the drop file"
        parts = word.split()
        if len(parts) == 1 and len(word) < rules.shortest:
            return "too short"
        if rules.format_words & set(parts):
            return "format word"
        kinds = [self._kind(part) for part in parts]
        for part, kind in zip(parts, kinds, strict=True):
            # Titles and names of places capitalise common nouns too: "Mount Zion Church".
            most = rules.capitals_of_nouns if kind in {NOUN, GERUND} else rules.capitals
            if self._capitals.get(part, 0.0) > most:
                return "name (capitalised inside captions)"
        if kinds[-1] not in rules.kinds or set(kinds[:-1]) & {FUNCTION, NAME, OTHER, VERB}:
            worst = next(
                (k for k in reversed(kinds) if k not in (*rules.kinds, ADJECTIVE)), kinds[-1]
            )
            return {FUNCTION: "stop word", NAME: "name", OTHER: "unknown word"}.get(
                worst, f"part of speech: {worst}"
            )
        if self.documents[word] < rules.fewest_captions:
            return f"in fewer than {rules.fewest_captions} captions"
        if len(parts) == 2 and (kinds[-1] != NOUN or self._counts.cohesion(word) < rules.cohesion):
            return "loose phrase"
        return ""

    def _kind(self, word: str) -> str:
        kind = kind_of(word)
        if kind == NAME and self._capitals and self._capitals.get(word, 0.0) < COMMON:
            return NOUN  # the lexicon has it as a name alone, but the captions write it small
        return kind


def read_words(path: Path | str) -> frozenset[str]:
    """Read a word list: one a line, `#` begins a remark.

    Raises:
        VocabularyError: it cannot be read.
    """
    words = text_files.read_words(path, error=VocabularyError)
    return frozenset(word.lower() for word in words)


def _commonest(dropped: Sequence[Dropped]) -> str:
    reasons = Counter(d.reason for d in dropped).most_common(3)
    return ", ".join(f"{reason} ({count})" for reason, count in reasons) or "nothing"


def _write(path: Path, lines: Iterable[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
