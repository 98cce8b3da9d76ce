"""The geometry of a river of concepts: how each one enters, flows along and leaves.

Seeds flow in the middle. A newcomer joins on the narrower side, outermost; when one leaves, those
outside of it move in. Units are those of the drawing, y grows downwards.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from storage.catalogue import ChapterRow

STEP = 26.0
"""Width of one cycle."""

BAND = 17.0
"""Thickness of one concept."""

_GAP = 3.0
_LETTER = 7.0
_HUES = 6


@dataclass(frozen=True)
class Band:
    """One stay of a concept in the pool, as a filled outline and the line along its middle.

    `left` is None while it flows on beyond what is shown; `named` tells whether its name fits in.
    """

    concept: str
    seed: bool
    entered: int
    left: int | None
    outline: str
    middle: str
    hue: int
    named: bool


@dataclass(frozen=True)
class River:
    """All bands of some cycles, and where each cycle's number stands."""

    width: float
    height: float
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


def draw_river(chapters: Sequence[ChapterRow]) -> River:
    """Lay out the pools that a stretch of works left, in the order of their numbers."""
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
        _place(column, [*reversed(above), *centre, *below], middle=len(above) + len(centre) / 2)
    return _drawn(chapters, stays)


def _place(column: int, order: Sequence[_Stay], *, middle: float) -> None:
    x = (column + 0.5) * STEP
    for row, stay in enumerate(order):
        stay.places.append((x, (row + 0.5 - middle) * (BAND + _GAP)))


def _drawn(chapters: Sequence[ChapterRow], stays: Sequence[_Stay]) -> River:
    heights = [y for stay in stays for _, y in stay.places]
    top = min(heights, default=0.0) - BAND
    bottom = max(heights, default=0.0) + BAND
    width = len(chapters) * STEP
    bands = []
    for stay in stays:
        places = [(x, y - top) for x, y in stay.places]
        if not stay.begun:
            places.insert(0, (0.0, places[0][1]))
        if not stay.ended:
            places.append((width, places[-1][1]))
        last = chapters[round(stay.places[-1][0] / STEP - 0.5)].number
        length = places[-1][0] - places[0][0]
        bands.append(
            Band(
                concept=stay.concept,
                seed=stay.seed,
                entered=stay.entered,
                left=last + 1 if stay.ended else None,
                outline=_outline(places, begun=stay.begun, ended=stay.ended),
                middle="M" + _curve(places),
                hue=int(hashlib.sha256(stay.concept.encode()).hexdigest(), 16) % _HUES,
                named=length >= _LETTER * (len(stay.concept) + 2),
            )
        )
    marks = tuple(((column + 0.5) * STEP, chapter) for column, chapter in enumerate(chapters))
    return River(width, bottom - top, tuple(bands), marks)


def _outline(places: Sequence[tuple[float, float]], *, begun: bool, ended: bool) -> str:
    """The band's edge: along its upper side and back along the lower, pointed where it ends."""
    half = BAND / 2
    upper = [(x, y - half) for x, y in places]
    lower = [(x, y + half) for x, y in reversed(places)]
    nose = f"Q{places[-1][0] + STEP * 0.5:.1f},{places[-1][1]:.1f} " if ended else "L"
    tail = f" Q{places[0][0] - STEP * 0.5:.1f},{places[0][1]:.1f} " if begun else " L"
    return f"M{_curve(upper)} {nose}{_curve(lower)}{tail}{upper[0][0]:.1f},{upper[0][1]:.1f}Z"


def _curve(points: Sequence[tuple[float, float]]) -> str:
    """A line through points that leaves and reaches each one level."""
    parts = [f"{points[0][0]:.1f},{points[0][1]:.1f}"]
    for (x0, y0), (x1, y1) in pairwise(points):
        if y0 == y1:
            parts.append(f"L{x1:.1f},{y1:.1f}")
        else:
            half = (x0 + x1) / 2
            parts.append(f"C{half:.1f},{y0:.1f} {half:.1f},{y1:.1f} {x1:.1f},{y1:.1f}")
    return " ".join(parts)
