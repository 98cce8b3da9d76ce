"""The geometry of a line chart over an artist's works; templates draw it as SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from markupsafe import Markup

from gallery.urls import Urls


@dataclass(frozen=True)
class Paper:
    """Size and margins of a drawing, in its units; one unit is a CSS pixel on its screen."""

    width: float
    height: float
    left: float = 44.0
    right: float = 12.0
    top: float = 26.0
    bottom: float = 26.0


WIDE: Final = Paper(960, 240)
NARROW: Final = Paper(350, 200, right=6.0)
"""For a desktop and for a phone; letters have the same size on both."""


@dataclass(frozen=True)
class Spot:
    """One work on the curve."""

    x: float
    y: float
    number: int
    value: float


@dataclass(frozen=True)
class Series:
    """A curve with its grid; `marks` are places where something changed, with a description."""

    paper: Paper
    path: str
    spots: tuple[Spot, ...]
    levels: tuple[tuple[float, str], ...]
    numbers: tuple[tuple[float, int], ...]
    marks: tuple[tuple[float, str], ...]

    def written(self, to: Urls, artist: str, titles: Mapping[int, str]) -> Markup:
        """The spots as SVG, each a link, built here because a template is slower for hundreds."""
        radius = 4 if len(self.spots) < 120 else 2
        return Markup(
            "\n".join(
                f'<a href="{to.work(artist, spot.number)}" tabindex="-1">'
                f'<circle cx="{spot.x}" cy="{spot.y}" r="{radius}"><title>No. {spot.number},'
                f" {escape(titles[spot.number])}: {spot.value:.4g}</title></circle></a>"
                for spot in self.spots
            )
        )


@dataclass(frozen=True)
class Curve:
    """A series at both sizes, with its title and caption."""

    title: str
    caption: str
    wide: Series
    narrow: Series

    @property
    def last(self) -> float:
        """The newest value."""
        return self.wide.spots[-1].value


def draw_curve(
    title: str,
    values: Sequence[tuple[int, float]],
    *,
    caption: str = "",
    changes: Sequence[tuple[int, str]] = (),
) -> Curve:
    """A curve of (a work's number, value) in the order of numbers; at least one is needed.

    `changes` are (number, what changed from that work on).
    """
    return Curve(
        title=title,
        caption=caption,
        wide=draw_series(values, changes=changes, paper=WIDE),
        narrow=draw_series(values, changes=changes, paper=NARROW),
    )


def draw_series(
    values: Sequence[tuple[int, float]],
    *,
    changes: Sequence[tuple[int, str]] = (),
    paper: Paper = WIDE,
) -> Series:
    """The same, at one size."""
    first, last = values[0][0], values[-1][0]
    step, lowest, count = _levels([value for _, value in values])

    def x(number: int) -> float:
        share = (number - first) / max(last - first, 1)
        return round(paper.left + share * (paper.width - paper.left - paper.right), 1)

    def y(value: float) -> float:
        share = (value - lowest) / (step * count)
        return round(
            paper.height - paper.bottom - share * (paper.height - paper.top - paper.bottom), 1
        )

    spots = tuple(Spot(x(number), y(value), number, value) for number, value in values)
    levels = tuple((y(lowest + step * i), f"{lowest + step * i:.6g}") for i in range(count + 1))
    return Series(
        paper=paper,
        path="M" + " L".join(f"{spot.x},{spot.y}" for spot in spots),
        spots=spots,
        levels=levels,
        numbers=tuple((x(number), number) for number in sorted({first, (first + last) // 2, last})),
        marks=tuple((x(number), text) for number, text in changes if first <= number <= last),
    )


def _levels(values: Sequence[float]) -> tuple[float, float, int]:
    """A round step, the lowest level, and how many steps up to the highest, around all values."""
    low, high = min(values), max(values)
    spread = max(high - low, abs(high) * 0.05, 0.01 if low or high else 1.0)
    power = 10.0 ** math.floor(math.log10(spread))
    step = next(power * part for part in (0.2, 0.5, 1.0, 2.0) if spread / (power * part) <= 5)
    first = math.floor(low / step)
    return step, first * step, max(1, math.ceil(high / step) - first)
