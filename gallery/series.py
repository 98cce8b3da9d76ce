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
    step, lowest, count = _levels([value for _, value in values])

    def x(number: int) -> float:
        share = (number - first) / max(last - first, 1)
        return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 1)

    def y(value: float) -> float:
        share = (value - lowest) / (step * count)
        return round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM), 1)

    spots = tuple(Spot(x(number), y(value), number, value) for number, value in values)
    levels = tuple((y(lowest + step * i), f"{lowest + step * i:.6g}") for i in range(count + 1))
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


def _levels(values: Sequence[float]) -> tuple[float, float, int]:
    """A round step, the lowest level, and how many steps up to the highest, around all values."""
    low, high = min(values), max(values)
    spread = max(high - low, abs(high) * 0.05, 0.01)
    power = 10.0 ** math.floor(math.log10(spread))
    step = next(power * part for part in (0.2, 0.5, 1.0, 2.0) if spread / (power * part) <= 5)
    first = math.floor(low / step)
    return step, first * step, max(1, math.ceil(high / step) - first)
