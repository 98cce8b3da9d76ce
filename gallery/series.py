"""The geometry of a curve over an artist's works: plain numbers, which templates turn into SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_WIDTH = 960.0
_HEIGHT = 240.0
_LEFT = 44.0
_RIGHT = 12.0
_TOP = 26.0
_BOTTOM = 26.0


@dataclass(frozen=True)
class Spot:
    """One work on the curve."""

    x: float
    y: float
    number: int
    value: float


@dataclass(frozen=True)
class Series:
    """A curve with its grid; `marks` are places where something changed, with what it was."""

    title: str
    width: float
    height: float
    left: float
    right: float
    path: str
    spots: tuple[Spot, ...]
    levels: tuple[tuple[float, str], ...]
    numbers: tuple[tuple[float, int], ...]
    marks: tuple[tuple[float, str], ...]


def draw_series(
    title: str,
    values: Sequence[tuple[int, float]],
    *,
    changes: Sequence[tuple[int, str]] = (),
) -> Series:
    """A curve of (a work's number, value) in the order of numbers; at least one is needed.

    `changes` are (number, what changed from that work on).
    """
    first, last = values[0][0], values[-1][0]
    step = _round_step(max(value for _, value in values) or 1.0)
    ceiling = step * max(1, math.ceil(max(value for _, value in values) / step))

    def x(number: int) -> float:
        share = (number - first) / max(last - first, 1)
        return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 1)

    def y(value: float) -> float:
        return round(_HEIGHT - _BOTTOM - value / ceiling * (_HEIGHT - _TOP - _BOTTOM), 1)

    spots = tuple(Spot(x(number), y(value), number, value) for number, value in values)
    levels = tuple((y(step * i), f"{step * i:g}") for i in range(round(ceiling / step) + 1))
    return Series(
        title=title,
        width=_WIDTH,
        height=_HEIGHT,
        left=_LEFT,
        right=_WIDTH - _RIGHT,
        path="M" + " L".join(f"{spot.x},{spot.y}" for spot in spots),
        spots=spots,
        levels=levels,
        numbers=tuple((x(number), number) for number in sorted({first, (first + last) // 2, last})),
        marks=tuple((x(number), text) for number, text in changes if first <= number <= last),
    )


def _round_step(greatest: float) -> float:
    """The roundest step that divides up to `greatest` into two to five parts."""
    power = 10.0 ** math.floor(math.log10(greatest))
    return next(
        power * part for part in (0.2, 0.25, 0.5, 1.0, 2.0) if greatest / (power * part) <= 5
    )
