"""Classify a concept's word, and give its forms in an English sentence.

Concepts are museum subject words: mostly nouns, but also adjectives ("gothic"), gestures
("standing"), styles ("ukiyo-e") and names. The lists are in `nouns.toml`.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Kind(StrEnum):
    """What a concept names, which decides the sentences that it can stand in."""

    PERSON = "person"
    PEOPLE = "people"
    ANIMAL = "animal"
    THING = "thing"
    BODY = "body"
    PLACE = "place"
    INTERIOR = "interior"
    SKY = "sky"
    TIME = "time"
    MOVEMENT = "movement"
    GENRE = "genre"
    QUALITY = "quality"
    ACTION = "action"
    ABSTRACT = "abstract"
    NAMED = "named"
    MOTIF = "motif"


class Number(StrEnum):
    """How a noun takes an article."""

    ONE = "one"
    UNIQUE = "unique"
    MANY = "many"
    PAIR = "pair"
    MASS = "mass"
    BARE = "bare"


@dataclass(frozen=True)
class Noun:
    """A concept with its kind and number."""

    concept: str
    kind: Kind
    number: Number

    @property
    def plural(self) -> bool:
        """Whether a verb beside it is plural."""
        return self.number in (Number.MANY, Number.PAIR)

    @property
    def the(self) -> str:
        """The noun once it has been named: "the tower", "the clouds", "london"."""
        return self.concept if self.number is Number.BARE else f"the {self.concept}"


def article(words: str) -> str:
    """The indefinite article before `words`: "an hour", "a uniform", "an ochre boat"."""
    word = words.lower()
    if re.match(r"(hour|heir|honest|honou?r)", word):
        return "an"
    if re.match(r"(uni[cftvo]|us[aeiu]|us\b|ut[ei]|eu|ewe|one|ukulele|ukiyo)", word):
        return "a"
    return "an" if word[:1] in "aeiou" else "a"


@cache
def classify(concept: str) -> Noun:
    """Say what kind of word `concept` is; words in no list are things that one can count."""
    kind = _kind(concept)
    return Noun(concept, kind, _number(concept, kind))


def _kind(concept: str) -> Kind:
    lists, words = _lists(), concept.split()
    if concept in lists.kinds:
        return lists.kinds[concept]
    if not re.fullmatch(r"[^\W\d]+(?:[-' ][^\W\d]+)*", concept):
        return Kind.MOTIF
    if len(words) > 1 and lists.poses.intersection(words) and words[-1] not in lists.kinds:
        return Kind.ACTION
    if "and" in words or len(words) > 4:
        return Kind.MOTIF
    return _kind_of_head(_head(concept))


def _kind_of_head(head: str) -> Kind:
    lists = _lists()
    if head in lists.kinds:
        return lists.kinds[head]
    if head.endswith("ing") and head not in lists.ing_nouns:
        return Kind.ACTION
    if head.endswith(("ism", "ness", "hood", "ology")):
        return Kind.ABSTRACT
    if head.endswith(("woman", "man", "ist", "smith")):
        return Kind.PERSON
    if _MEN.search(head):
        return Kind.PEOPLE
    if _ends_in_plural_s(head):
        kind = _kind_of_head(head[:-1])
        return _PLURAL_KIND.get(kind, kind)
    return Kind.THING


def _head(concept: str) -> str:
    """The word that the phrase is about: "coat" of "coat of arms", else the last."""
    before, _, _ = concept.partition(" of ")
    return before.split()[-1] if before.strip() else concept


def _number(concept: str, kind: Kind) -> Number:
    if kind in _BARE:
        return Number.BARE
    head = _head(concept)
    lists = _lists()
    if concept in lists.unique:
        return Number.UNIQUE
    if head in lists.pair:
        return Number.PAIR
    if head in lists.mass or concept in lists.mass:
        return Number.MASS
    if head in lists.plural or _MEN.search(head) or _ends_in_plural_s(head):
        return Number.MANY
    return Number.ONE


def _ends_in_plural_s(word: str) -> bool:
    return word.endswith("s") and not word.endswith("ss") and word not in _lists().singular


_BARE = frozenset(
    {
        Kind.TIME,
        Kind.MOVEMENT,
        Kind.QUALITY,
        Kind.ACTION,
        Kind.ABSTRACT,
        Kind.NAMED,
        Kind.MOTIF,
    }
)
_MEN = re.compile(r"([^io]|wo)men$")
# A wall of offices is no room, and people are not one person.
_PLURAL_KIND = {Kind.PERSON: Kind.PEOPLE, Kind.INTERIOR: Kind.THING}


@dataclass(frozen=True)
class _Lists:
    kinds: dict[str, Kind]
    unique: frozenset[str]
    plural: frozenset[str]
    singular: frozenset[str]
    mass: frozenset[str]
    pair: frozenset[str]
    poses: frozenset[str]
    ing_nouns: frozenset[str]


@cache
def _lists() -> _Lists:
    data = tomllib.loads(files("worker").joinpath("nouns.toml").read_text("utf-8"))
    kinds: dict[str, Kind] = {}
    for name, words in data["kinds"].items():
        kind = Kind(name)
        kinds.update(dict.fromkeys(words.split(), kind))
    for name, phrases in data["phrases"].items():
        kinds.update(dict.fromkeys(phrases, Kind(name)))
    number = {name: frozenset(words.split()) for name, words in data["number"].items()}
    return _Lists(
        kinds=kinds,
        unique=number["unique"],
        plural=number["plural"],
        singular=number["singular"],
        mass=number["mass"],
        pair=number["pair"],
        poses=frozenset(data["poses"]["words"].split()),
        ing_nouns=frozenset(data["ing"]["nouns"].split()),
    )
