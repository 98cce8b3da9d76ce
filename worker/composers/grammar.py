"""The offline composer: a seeded grammar that writes prompts like a painter's note.

A note says what stands where, in which colour and in which light; it names no mood. Its phrases
are in `notes.toml`, the words' kinds in `nouns.toml`, its titles in `titles.py`.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from storage.archive.manifest import Composition
from worker.composers import ComposeRequest
from worker.composers.nouns import Kind, Noun, Number, article, classify
from worker.composers.titles import TitleWords, write_title
from worker.meter import Meter

MOST_EXTRA = 4
"""Concepts of the pool's that a prompt shows beside the required ones, at most."""

_SETTINGS = (Kind.PLACE, Kind.INTERIOR)
# What a second one of would contradict the first.
_SINGLE = (Kind.TIME, Kind.MOVEMENT, Kind.GENRE, Kind.INTERIOR)
# Handling and light come after what is seen.
_LAST = (Kind.GENRE, Kind.MOVEMENT, Kind.QUALITY)


class GrammarComposer:
    """Writes from rules alone: no model, no network, no cost. The same brief, the same words."""

    name = "grammar"

    def compose(self, request: ComposeRequest, meter: Meter) -> Composition:
        """Write a title and a prompt that holds every concept used, letter for letter.

        The concepts come in order of weight: the newest, the other required ones, the rest.
        After a refusal it keeps to the required concepts and words them again.
        """
        random_ = random.Random(f"{request.seed}/{request.refusal}")
        chosen = choose(request, random_)
        note = _Note(random_, [classify(concept) for concept in chosen])
        prompt = note.write()
        if request.style:
            prompt += f" Style: {request.style.rstrip('. ')}."
        title = write_title(
            TitleWords(tuple(note.nouns), classify(chosen[0]), note.palette),
            random_,
            avoid=request.recent_titles,
        )
        return Composition(
            title=title,
            prompt=prompt,
            concepts=tuple(chosen),
            thought=_thought(chosen),
            composer=self.name,
        )


def choose(request: ComposeRequest, random_: random.Random) -> list[str]:
    """The required concepts, the newest (last) first, and up to four more of the pool's."""
    chosen = list(dict.fromkeys((*request.required[-1:], *request.required)))
    if request.refusal:
        return chosen
    rest = [concept for concept in request.pool if concept not in chosen]
    random_.shuffle(rest)
    taken = {classify(concept).kind for concept in chosen}
    for concept in rest[: random_.randint(1, MOST_EXTRA)]:
        kind = classify(concept).kind
        if kind not in _SINGLE or kind not in taken:
            chosen.append(concept)
            taken.add(kind)
    return chosen


def _thought(chosen: Sequence[str]) -> str:
    newest, *others = chosen
    if not others:
        return f"Nothing but {newest}."
    return f"Start from {newest}, and find its place among {', '.join(others)}."


@dataclass
class _Note:
    """One painter's note while it is being written."""

    random: random.Random
    nouns: list[Noun]
    palette: tuple[str, ...] = ()
    named: list[Noun] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def write(self) -> str:
        phrases = _phrases()
        self.palette = tuple(self.random.choice(phrases["palettes"])["colours"])
        setting = next((noun for noun in self.nouns if noun.kind in _SETTINGS), None)
        hour = next((noun for noun in self.nouns if noun.kind is Kind.TIME), None)
        rest = [noun for noun in self.nouns if noun not in (setting, hour)]
        sentences = [self._opening(setting)]
        sentences += [self._sentence(noun) for noun in self._in_order(rest)]
        sentences.append(self._light(setting, hour))
        sentences.append(self._phrase(phrases["closing"]["phrases"]))
        return " ".join(sentences)

    def _in_order(self, nouns: Sequence[Noun]) -> Iterator[Noun]:
        """The first as it comes, the others shuffled, what concerns the whole picture last."""
        shuffled = [*nouns[:1], *self.random.sample(nouns[1:], len(nouns[1:]))]
        return iter(sorted(shuffled, key=lambda noun: noun.kind in _LAST))

    def _opening(self, setting: Noun | None) -> str:
        opening = _phrases()["opening"]
        if setting is None:
            return self._phrase(opening["none"])
        return self._phrase(opening[setting.kind.value], setting)

    def _sentence(self, noun: Noun) -> str:
        frames = _phrases()["frames"]
        kind = {Kind.INTERIOR: Kind.PLACE, Kind.TIME: Kind.ABSTRACT}.get(noun.kind, noun.kind)
        return self._phrase(frames[kind.value], noun)

    def _light(self, setting: Noun | None, hour: Noun | None) -> str:
        light = _phrases()["light"]
        if hour is not None:
            return self._phrase(light["time"], hour, colours=self.palette[:2])
        inside = setting is not None and setting.kind is Kind.INTERIOR
        return self._phrase(light["interior" if inside else "day"], colours=self.palette[:2])

    def _phrase(
        self, choices: Sequence[str], noun: Noun | None = None, *, colours: Sequence[str] = ()
    ) -> str:
        """One unused phrase of `choices`, its slots filled."""
        other = self._other(noun)
        if other is None:
            choices = [choice for choice in choices if "{other}" not in choice] or choices
        phrase = self._pick(choices)
        first, second = colours or self.random.sample(self.palette[:3], 2)
        slots = {
            "c": first,
            "d": second,
            "accent": self.palette[3],
            "side": self.random.choice(_phrases()["light"]["sides"]),
            "other": other or "the edge of the canvas",
        }
        if "{at}" in phrase:
            sky = noun is not None and noun.kind is Kind.SKY
            slots["at"] = self._pick(_phrases()["places"]["sky" if sky else "ground"])
        if "{emblem}" in phrase:
            slots["emblem"] = self._pick(_phrases()["emblems"]["list"])
        if noun is not None:
            slots |= {
                "a": self._indefinite(noun),
                "x": noun.concept,
                "its": "their" if noun.plural else "its",
            }
            self.named.append(noun)
        text = phrase.format_map(slots)
        return text[0].upper() + text[1:]

    def _pick(self, choices: Sequence[str]) -> str:
        """A choice not made before in this note, or any when all have been."""
        fresh = [choice for choice in choices if choice not in self.used] or choices
        choice = self.random.choice(fresh)
        self.used.add(choice)
        return choice

    def _other(self, noun: Noun | None) -> str | None:
        """Something already in the picture that a place can be told by."""
        seen = [
            other
            for other in self.named
            if other != noun and other.number is not Number.BARE and other.kind is not Kind.GENRE
        ]
        return self.random.choice(seen).the if seen else None

    def _indefinite(self, noun: Noun) -> str:
        match noun.number:
            case Number.ONE:
                return f"{article(noun.concept)} {noun.concept}"
            case Number.UNIQUE:
                return noun.the
            case Number.MANY:
                return f"{self.random.choice(_phrases()['many']['openers'])} {noun.concept}"
            case Number.PAIR:
                return f"a pair of {noun.concept}"
            case Number.MASS:
                return f"{self.random.choice(_phrases()['mass']['openers'])} {noun.concept}"
            case Number.BARE:
                return noun.concept


@cache
def _phrases() -> dict[str, Any]:
    return tomllib.loads(files("worker.composers").joinpath("notes.toml").read_text("utf-8"))
