"""The geometry of a stream chart of concepts: when each one enters and leaves the pool.

Seeds are in the middle. A new concept is added at the outside of the narrower side; when one
leaves, those outside of it move in. Units are those of the drawing, y grows downwards.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from storage.catalogue import ChapterRow

WIDTH = 1120.0
"""Width of the drawing while there are few cycles."""

BAND = 17.0
"""Thickness of one concept."""

_GAP = 3.0
_LEAST_STEP = 26.0
_GREATEST_STEP = 64.0
_LETTER = 6.6
_DIGIT = 7.0
_COLOURS = ("#c98d6b", "#8fa6b4", "#a8a878", "#b58a98", "#7fa396", "#c7ab6d")


@dataclass(frozen=True)
class Band:
    """One stay of a concept in the pool, as a filled outline.

    `left` is None if the stay continues beyond the cycles shown; `name` is where its name begins,
    None if the band has no level part that is long enough for it.
    """

    concept: str
    seed: bool
    entered: int
    left: int | None
    outline: str
    colour: str
    name: tuple[float, float] | None


@dataclass(frozen=True)
class ConceptStream:
    """All bands of some cycles, and the place of each cycle's number.

    `step` is the width of one cycle; there is room for every `every`-th number.
    """

    width: float
    height: float
    step: float
    every: int
    bands: tuple[Band, ...]
    marks: tuple[tuple[float, ChapterRow], ...]


@dataclass
class _Stay:
    concept: str
    seed: bool
    entered: int
    begun: bool
    ended: bool = False
    places: list[tuple[float, float]] = field(default_factory=list)


def draw_concept_stream(chapters: Sequence[ChapterRow]) -> ConceptStream:
    """Lay out the pools after consecutive works, in the order of their numbers."""
    step = min(max(WIDTH / len(chapters), _LEAST_STEP), _GREATEST_STEP)
    stays: list[_Stay] = []
    above: list[_Stay] = []
    below: list[_Stay] = []
    centre: list[_Stay] = []
    for column, chapter in enumerate(chapters):
        present = {entry.concept for entry in chapter.pool.entries}
        for bank in (above, centre, below):
            for stay in [stay for stay in bank if stay.concept not in present]:
                stay.ended = True
                bank.remove(stay)
        flowing = {stay.concept for stay in (*above, *centre, *below)}
        for entry in chapter.pool.entries:
            if entry.concept in flowing:
                continue
            begun = column > 0 or entry.entered == chapter.number
            stay = _Stay(entry.concept, entry.seed, entry.entered, begun)
            stays.append(stay)
            bank = centre if entry.seed else above if len(above) <= len(below) else below
            bank.append(stay)
        middle = len(above) + len(centre) / 2
        for row, stay in enumerate([*reversed(above), *centre, *below]):
            stay.places.append(((column + 0.5) * step, (row + 0.5 - middle) * (BAND + _GAP)))
    return _drawn(chapters, stays, step)


def _drawn(chapters: Sequence[ChapterRow], stays: Sequence[_Stay], step: float) -> ConceptStream:
    heights = [y for stay in stays for _, y in stay.places]
    top = min(heights, default=0.0) - BAND
    bottom = max(heights, default=0.0) + BAND
    width = len(chapters) * step
    bands = []
    for stay in stays:
        places = [(x, y - top) for x, y in stay.places]
        last = chapters[round(places[-1][0] / step - 0.5)].number
        if not stay.begun:
            places.insert(0, (0.0, places[0][1]))
        if not stay.ended:
            places.append((width, places[-1][1]))
        bands.append(
            Band(
                concept=stay.concept,
                seed=stay.seed,
                entered=stay.entered,
                left=last + 1 if stay.ended else None,
                outline=_outline(places, step, begun=stay.begun, ended=stay.ended),
                colour=_colour(stay.concept),
                name=_room(places, _LETTER * len(stay.concept)),
            )
        )
    return ConceptStream(
        width=width,
        height=bottom - top,
        step=step,
        every=math.ceil((len(str(chapters[-1].number)) + 1) * _DIGIT / step),
        bands=tuple(bands),
        marks=tuple(((column + 0.5) * step, chapter) for column, chapter in enumerate(chapters)),
    )


def _colour(concept: str) -> str:
    return _COLOURS[int(hashlib.sha256(concept.encode()).hexdigest(), 16) % len(_COLOURS)]


def _room(places: Sequence[tuple[float, float]], length: float) -> tuple[float, float] | None:
    """Where a name of that length begins in the first level part that is long enough."""
    begin = 0
    for end in range(1, len(places) + 1):
        if end == len(places) or places[end][1] != places[begin][1]:
            x, y = places[begin]
            if places[end - 1][0] - x >= length:
                return round(x, 1), round(y, 1)
            begin = end
    return None


def _outline(
    places: Sequence[tuple[float, float]], step: float, *, begun: bool, ended: bool
) -> str:
    """The band's outline: along its upper side and back along the lower, pointed at its end."""
    half = BAND / 2
    upper = [(x, y - half) for x, y in places]
    lower = [(x, y + half) for x, y in reversed(places)]
    nose = f"Q{places[-1][0] + step * 0.45:.1f},{places[-1][1]:.1f} " if ended else "L"
    tail = f" Q{places[0][0] - step * 0.45:.1f},{places[0][1]:.1f} " if begun else " L"
    return f"M{_curve(upper)} {nose}{_curve(lower)}{tail}{upper[0][0]:.1f},{upper[0][1]:.1f}Z"


def _curve(points: Sequence[tuple[float, float]]) -> str:
    """A line through points, horizontal at each of them."""
    parts = [f"{points[0][0]:.1f},{points[0][1]:.1f}"]
    for (x0, y0), (x1, y1) in pairwise(points):
        if y0 == y1:
            parts.append(f"L{x1:.1f},{y1:.1f}")
        else:
            half = (x0 + x1) / 2
            parts.append(f"C{half:.1f},{y0:.1f} {half:.1f},{y1:.1f} {x1:.1f},{y1:.1f}")
    return " ".join(parts)
