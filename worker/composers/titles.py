"""Titles from a picture's own concepts and colours."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from worker.nouns import Kind, Noun, Number, article

_THINGS = (Kind.THING, Kind.ANIMAL, Kind.BODY, Kind.PLACE, Kind.INTERIOR, Kind.SKY)
_SLOT_KINDS = {
    "thing": _THINGS,
    "figure": (Kind.PERSON, Kind.PEOPLE),
    "place": (Kind.PLACE, Kind.INTERIOR),
    "time": (Kind.TIME,),
    "idea": (Kind.ABSTRACT, Kind.MOVEMENT, Kind.NAMED),
    "gesture": (Kind.ACTION,),
    "manner": (Kind.QUALITY,),
    "genre": (Kind.GENRE,),
    "any": tuple(Kind),
}
_SLOT = re.compile(r"\{(?:(A|The):)?([a-z]+)(2?)\}")
_SMALL = frozenset(re.findall(r"\w+", "a an and at by for from in near of on or over the to with"))
_NUMBERS = ["Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"]
NEWEST_SHARE = 0.85
"""Share of titles that name the newest concept: seeds are in every picture, and would be in every
title."""
_TRIES = 60


@dataclass(frozen=True)
class TitleWords:
    """What a title is made of: the picture's concepts, the newest of them, its colours."""

    nouns: tuple[Noun, ...]
    newest: Noun
    palette: tuple[str, ...]


def write_title(words: TitleWords, random_: random.Random, *, avoid: Collection[str] = ()) -> str:
    """Draw a title that is not in `avoid`; most name the newest concept."""
    usable = [pattern for pattern in _patterns() if _can_fill(pattern, words)]
    about_newest = [pattern for pattern in usable if _names(pattern, words.newest)] or usable
    title = ""
    for _ in range(_TRIES):
        patterns = about_newest if random_.random() < NEWEST_SHARE else usable
        title = _fill(random_.choice(patterns), words, random_)
        if title not in avoid:
            return title
    return _numbered(title, avoid)


def title_case(words: str) -> str:
    """Capitalise as titles are: all but small words, hyphenated parts as they are."""
    parts = words.split()
    return " ".join(
        part if index and part in _SMALL else part[:1].upper() + part[1:]
        for index, part in enumerate(parts)
    )


def _numbered(title: str, avoid: Collection[str]) -> str:
    number = 2
    while f"{title} ({number})" in avoid:
        number += 1
    return f"{title} ({number})"


def _can_fill(pattern: str, words: TitleWords) -> bool:
    slots = [(match[2], match[3]) for match in _SLOT.finditer(pattern)]
    for slot, kinds in _SLOT_KINDS.items():
        wanted = len({digit for name, digit in slots if name == slot})
        if wanted > sum(noun.kind in kinds for noun in words.nouns):
            return False
    return True


def _names(pattern: str, noun: Noun) -> bool:
    """Whether the pattern has a slot for the noun; that for anything counts for motifs alone."""
    names = {match[2] for match in _SLOT.finditer(pattern)}
    if noun.kind is not Kind.MOTIF:
        names.discard("any")
    return any(noun.kind in _SLOT_KINDS.get(name, ()) for name in names)


def _fill(pattern: str, words: TitleWords, random_: random.Random) -> str:
    colours = random_.sample(words.palette, 2)
    given: list[Noun] = []

    def slot(match: re.Match[str]) -> str:
        determiner, name, second = match.groups()
        if name == "colour":
            return title_case(colours[bool(second)])
        if name == "count":
            return random_.choice(_NUMBERS)
        noun = _draw(_SLOT_KINDS[name], words, given, random_)
        given.append(noun)
        return _with_determiner(noun, determiner, first=match.start() == 0)

    return _SLOT.sub(slot, pattern)


def _draw(
    kinds: tuple[Kind, ...], words: TitleWords, given: list[Noun], random_: random.Random
) -> Noun:
    fitting = [noun for noun in words.nouns if noun.kind in kinds and noun not in given]
    if not fitting:  # one noun fits two slots: it may stand in both
        fitting = [noun for noun in words.nouns if noun.kind in kinds]
    if words.newest in fitting:
        return words.newest
    return random_.choice(fitting)


def _with_determiner(noun: Noun, determiner: str | None, *, first: bool) -> str:
    title = title_case(noun.concept)
    if determiner is None or noun.number is Number.BARE:
        return title
    if determiner == "The" or noun.number is Number.UNIQUE:
        return f"{'The' if first else 'the'} {title}"
    if noun.number is not Number.ONE:
        return title
    word = article(noun.concept)
    return f"{word.capitalize() if first else word} {title}"


@cache
def _patterns() -> tuple[str, ...]:
    text = files("worker.composers").joinpath("titles.toml").read_text("utf-8")
    return tuple(tomllib.loads(text)["patterns"])
