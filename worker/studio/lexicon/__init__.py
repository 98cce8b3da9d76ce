"""What words look like: from a concept to a motif, a piece of scenery, a mood or a neighbour.

Three plain tables stand beside this file, to be read and extended by hand: `motifs.txt` (things),
`scenery.txt` (land, water, air, light) and `tags.txt` (moods, times, places). A concept in none
of them is shown by the nearest word that is: nearest by text vectors if an encoder is given,
else by spelling.
"""

import difflib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from worker.studio.lexicon.vectors import Encode, kept_vectors, unit
from worker.studio.motifs import Motif, parse_motif
from worker.studio.noise import Rng
from worker.studio.shapes import noto_glyphs

# Below this cosine a neighbour is no likeness (all-MiniLM-L6-v2: unrelated nouns are near 0.2).
_NEAR = 0.42


@dataclass(frozen=True)
class Subject:
    """A concept as the painter understands it."""

    concept: str
    motif: Motif | None = None
    scenery: str | None = None
    near: str | None = None  # the known word that stands in for it
    tags: frozenset[str] = frozenset()

    @property
    def height(self) -> float:
        """The motif's height in the height of a person."""
        return self.motif.height if self.motif is not None else 0.5

    @property
    def thing(self) -> str:
        """The motif's name, or the concept itself where it has no motif."""
        return self.motif.name if self.motif is not None else self.concept

    @property
    def stand_in(self) -> str:
        """A remark for the record where another word stands in for this one."""
        return f", by way of “{self.near}”" if self.near else ""


def _lines(name: str) -> list[str]:
    text = files("worker.studio.lexicon").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _table(name: str) -> dict[str, tuple[str, ...]]:
    rows = (line.split(":", 1) for line in _lines(name))
    return {key.strip(): tuple(w.strip() for w in words.split(",")) for key, words in rows}


@cache
def motif_words() -> dict[str, tuple[Motif, ...]]:
    """Every word of the motif table with the motifs that show it, best first."""
    named: dict[str, list[Motif]] = {}
    others: dict[str, list[Motif]] = {}
    for line in _lines("motifs.txt"):
        motif, (name, *words) = parse_motif(line)
        named.setdefault(name, []).append(motif)
        for word in words:
            others.setdefault(word, []).append(motif)
    return {word: (*named.get(word, ()), *others.get(word, ())) for word in {**others, **named}}


@cache
def scenery_words() -> dict[str, str]:
    """Every word of the scenery table with what shows it."""
    return {word: key for key, words in _table("scenery.txt").items() for word in words}


@cache
def subjects() -> tuple[str, ...]:
    """The things that the painter draws by name, in alphabetical order."""
    return tuple(sorted(parse_motif(line)[0].name for line in _lines("motifs.txt")))


@cache
def tag_words() -> dict[str, frozenset[str]]:
    """Every word of the tag table with its tags."""
    tags: dict[str, set[str]] = {}
    for tag, words in _table("tags.txt").items():
        for word in words:
            tags.setdefault(word, set()).add(tag)
    return {word: frozenset(found) for word, found in tags.items()}


# Parts of names of glyphs that are signs, or have a face drawn on: no carving makes them serious.
_NOT_THINGS = (
    "face", "person", "man ", "woman", "sign", "symbol", "button", "arrow", "emoji", "laughing",
    "no-evil", "no bicycles", "no mobile", "no pedestrians", "pointing", "speaker with", "bubble",
)  # fmt: skip
_CARTOONS = frozenset((
    "adult", "alien monster", "baby", "baby angel", "biting lip", "boy", "child", "elf",
    "extraterrestrial alien", "fairy", "father christmas", "genie", "ghost", "girl", "guardsman",
    "imp", "jack-o-lantern", "japanese goblin", "japanese ogre", "keycap ten", "mage", "man",
    "mother christmas", "ninja", "older adult", "older man", "pile of poo", "pregnant man",
    "prince", "princess", "selfie", "shrug", "snowman", "superhero", "supervillain", "teddy bear",
    "troll", "vampire", "vibration mode", "zombie",
))  # fmt: skip


@cache
def glyph_words() -> dict[str, Motif]:
    """Things that only the shapes font knows: a last resort before neighbours."""
    return {
        name: Motif(name, "thing", 0.5, f"noto:{name}@accent")
        for name in noto_glyphs()
        if name not in _CARTOONS and not any(word in name for word in _NOT_THINGS)
    }


def _singular(word: str) -> str:
    for ending, instead in (("ies", "y"), ("ches", "ch"), ("shes", "sh"), ("s", "")):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word[: -len(ending)] + instead
    return word


class Lexicon:
    """Reads concepts. With an encoder it also knows what a strange word is near to."""

    def __init__(self, encode: Encode | None = None) -> None:
        self._encode = encode
        self._vectors: NDArray[np.float32] | None = None

    def read(self, concept: str, rng: Rng) -> Subject:
        """What this concept is to be shown by."""
        word = " ".join(concept.lower().split())
        for form in (word, _singular(word)):
            found = self._known(form, rng)
            if found is not None:
                motif, scenery, tags = found
                return Subject(concept, motif, scenery, None, tags)
        near = self._neighbour(word)
        if near is None:
            return Subject(concept)
        found = self._known(near, rng)
        assert found is not None  # neighbours are drawn from known words
        motif, scenery, tags = found
        return Subject(concept, motif, scenery, near, tags)

    def _known(self, word: str, rng: Rng) -> tuple[Motif | None, str | None, frozenset[str]] | None:
        motifs = motif_words().get(word, ())
        scenery = scenery_words().get(word)
        tags = tag_words().get(word, frozenset())
        motif: Motif | None = None
        if motifs:
            motif = motifs[int(rng.integers(len(motifs)))] if motifs[0].name != word else motifs[0]
            if motifs[0].name == word and len(motifs) > 1 and rng.random() < 0.35:
                motif = motifs[int(rng.integers(len(motifs)))]
        elif not scenery and word in glyph_words():
            motif = glyph_words()[word]
        if motif is None and scenery is None and not tags:
            return None
        return motif, scenery, tags

    @staticmethod
    @cache
    def _words() -> tuple[str, ...]:
        return tuple(sorted({*motif_words(), *scenery_words(), *tag_words(), *glyph_words()}))

    @staticmethod
    @cache
    def _landmarks() -> tuple[str, ...]:
        """The words that stand for their neighbours: each motif's and scenery's first few."""
        landmarks: set[str] = set()
        for line in _lines("motifs.txt"):
            landmarks.update(parse_motif(line)[1][:4])
        for words in _table("scenery.txt").values():
            landmarks.update(words[-4:])
        return tuple(sorted(landmarks))

    def _neighbour(self, word: str) -> str | None:
        if self._encode is not None and word.isascii():
            landmarks = self._landmarks()
            if self._vectors is None:
                self._vectors = kept_vectors(landmarks, self._encode)
            similar = self._vectors @ unit(self._encode([word]))[0]
            best = int(np.argmax(similar))
            return landmarks[best] if similar[best] >= _NEAR else None
        known = self._words()
        parts = [part for part in word.split() if len(part) > 2]
        for part in (*reversed(parts), *(_singular(p) for p in reversed(parts))):
            if part in set(known):
                return part
        close = difflib.get_close_matches(word, known, n=1, cutoff=0.8)
        return close[0] if close else None
