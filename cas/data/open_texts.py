"""The texts of open data about pictures, and the works that a vocabulary's concepts make of them.

Museums' works have a title and subjects, photographs have captions, and a prompt is what somebody
wanted to see. A work of `named_works` shows the concepts that its texts name in words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

from cas.checkpoint import SHIPPED
from cas.data.corpus import MUSEUM_WORKS, Work
from cas.data.tfidf import words_of
from cas.data.vocabulary_rules import VocabularyRules, any_of
from cas.data.word_forms import base_form
from cas.errors import CorpusError
from cas.text_files import read_json_lines, read_lines, read_words

CANDIDATES = SHIPPED / "candidates"
"""The folder of the candidate vocabulary and its word lists."""
PHOTOGRAPHER = ("teenie", "Charles Harris")
"""A source of captions that is the work of one artist."""
VERSO = re.compile(r"\W*\bverso\b.*", re.IGNORECASE)
"""What a title says of the back of a sheet."""
NO_TITLE = re.compile(
    r"^\W*(title not known|untitled|no title|blank|inscriptions?)\b", re.IGNORECASE
)
"""A title that tells nothing of what is seen."""
_WORD = r"[A-Z][\w.'’-]*"
NAME = re.compile(
    rf"((?:^|: ){_WORD})(?: {_WORD})+|(?<!^)(?<!: )\b{_WORD}(?:,? (?:(?:and|of|the|&) )?{_WORD})+"
)
"""A name of a person or place in a photographer's title: words with capitals, side by side. What a
title or a list begins with may be another word and stays."""
CAPTIONS = 5
"""Captions of one photograph at most."""
PROMPT_PARTS = 2
"""Of a prompt, the parts between commas that say what is shown; style and camera follow."""
PLURAL = re.compile(r"s$|men$|children$|people$|feet$|teeth$|geese$|mice$|wolves$")
"""The endings that may hide a noun's base form; "parked" names no park."""


@dataclass(frozen=True)
class OpenText:
    """What is written about one picture: its title, its subjects and its captions."""

    id: str
    artist: str | None = None
    title: str = ""
    subjects: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """All of it, the title first."""
        return (*((self.title,) if self.title else ()), *self.subjects, *self.captions)


def open_texts(
    data: Path, *, shares: Mapping[str, int] | None = None, captions: int = CAPTIONS
) -> Iterator[OpenText]:
    """Yield museums' works, photographs and prompts of the data folder, equal ones once.

    Args:
        data: the folder that `CULTURAL_ALIEN_DATA` names.
        shares: of an artist with tens of thousands of works, one of so many is taken.
        captions: of one photograph at most.

    Raises:
        CorpusError: a file is missing or broken.
    """
    shares = shares or {}
    seen: set[object] = set()
    for text in (*_museum_texts(data), *_captions(data, captions), *_prompts(data)):
        if blake2b(text.id.encode()).digest()[0] % shares.get(text.artist or "", 1):
            continue
        said = (text.artist, text.title, text.subjects, text.captions)
        if text.lines and said not in seen:
            seen.add(said)
            yield text


def _museum_texts(data: Path) -> Iterator[OpenText]:
    """Museums' works; the National Portrait Gallery's titles are names of people alone."""
    for _, record in read_json_lines(data / MUSEUM_WORKS, error=CorpusError):
        title = "" if record["source"] == "npg" else record["title"] or ""
        title = "" if NO_TITLE.match(title) else VERSO.sub("", title)
        artist = None if record["anon"] else record["artist"]
        yield OpenText(record["id"], artist, title, subjects=tuple(record["concepts"]))


def _captions(data: Path, most: int) -> Iterator[OpenText]:
    """Photographs' captions, those of one picture together."""
    source, artist = PHOTOGRAPHER
    captions: dict[tuple[str, str], list[str]] = defaultdict(list)
    for line in read_lines(data / "captions_open.tsv.gz", error=CorpusError):
        where, picture, caption = line.rstrip("\n").split("\t")
        captions[where, picture].append(NAME.sub(r"\1,", caption) if where == source else caption)
    captions.pop(("source", "image"), None)
    for (where, picture), lines in captions.items():
        owner = artist if where == source else None
        yield OpenText(f"{where}:{picture}", owner, captions=tuple(lines[:most]))


def _prompts(data: Path) -> Iterator[OpenText]:
    for number, line in enumerate(read_lines(data / "prompts.tsv.gz", error=CorpusError)):
        said = line.rstrip("\n").split("\t")[-1].split(",")[:PROMPT_PARTS]
        yield OpenText(f"prompt:{number}", captions=(", ".join(said),))


def painted_candidates() -> list[str]:
    """Return the candidate concepts that the painter can show, the most named first."""
    rows = read_lines(CANDIDATES / "concepts.tsv", error=CorpusError)
    unpainted = {*read_words(CANDIDATES / "no_depiction.txt", error=CorpusError)}
    concepts = [row.partition("\t")[0] for row in rows][1:]
    return [concept for concept in concepts if concept not in unpainted]


def world_rules() -> VocabularyRules:
    """Return the rules of `world`: its corpus has the candidates' spelling already.

    A concept in few works, or of one author alone, leaves.
    """
    spelled = {concept: concept for concept in painted_candidates()}
    return VocabularyRules(merges=spelled, fewest_works=8, fewest_artists=2)


class Names:
    """Finds what a text names, word for word: the longest phrase counts, and each word once.

    Args:
        concepts: that can be named, by their own name.
        forms: other phrase → concept.
        unmeant: phrases that name nothing, though words in them would: "light colored".
    """

    def __init__(
        self, concepts: Iterable[str], *, forms: Mapping[str, str], unmeant: Iterable[str] = ()
    ) -> None:
        known = {concept: concept for concept in concepts}
        meant = {phrase: known[name] for phrase, name in forms.items() if name in known}
        self._meaning = {**meant, **known, **dict.fromkeys(unmeant, "")}
        self._longest = max(len(phrase.split()) for phrase in self._meaning)

    @classmethod
    def of(cls, concepts: Iterable[str]) -> Names:
        """Return the names of candidate concepts, with the forms of both sets of rules."""
        museums, own = VocabularyRules.load(), VocabularyRules.load(CANDIDATES)
        both = VocabularyRules(merges={**museums.merges, **own.merges})
        lists = (CANDIDATES / name for name in ("not_meant.txt", "no_depiction.txt"))
        unmeant = [phrase for file in lists for phrase in read_words(file, error=CorpusError)]
        return cls(concepts, forms=both.spellings({*both.merges}), unmeant=unmeant)

    def within(self, line: str) -> Iterator[str]:
        """Yield the concepts that a line names, from left to right."""
        words = words_of(line.lower())
        place = 0
        while place < len(words):
            for end in range(min(place + self._longest, len(words)), place, -1):
                meant = self._meant(words[place:end])
                if meant is not None:
                    yield from filter(None, [meant])
                    break
            else:
                end = place + 1
            place = end

    def _meant(self, words: list[str]) -> str | None:
        """Return the concept of a phrase as written, or with its last word in the singular."""
        written = self._meaning.get(" ".join(words))
        if written is not None or not PLURAL.search(words[-1]):
            return written
        return self._meaning.get(" ".join((*words[:-1], singular(words[-1]))))


@cache
def singular(word: str) -> str:
    """Return the base form of a word in small letters."""
    return base_form(word).lower()


def named_works(texts: Iterable[OpenText], names: Names) -> Iterator[Work]:
    """Yield a work for each text that names a concept, with the concepts that it names.

    A photograph or prompt whose author is not known is the only work of an author of its own, so
    that a context model reads it: its concepts are hardly in museums. A museum's "artist" who is
    nobody in particular is left out.
    """
    nobody = any_of(VocabularyRules.load().anonymous)
    for text in texts:
        named = dict.fromkeys(each for line in text.lines for each in names.within(line))
        if named:
            author = text.artist or (text.id if text.captions else None)
            known = author and not nobody.match(author)
            yield Work(text.id, author if known else None, tuple(named))
