"""The geometry of a ranking: a dot at each ability, a bar over its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gallery.voting.ranking import Rank

WIDTH: Final = 520.0
ROW: Final = 34.0
_MARGIN: Final = 12.0


@dataclass(frozen=True)
class Bar:
    """One place in the drawing's units, y grows downwards."""

    rank: Rank
    y: float
    low: float
    dot: float
    high: float


@dataclass(frozen=True)
class Intervals:
    """All places; `middle` is the x of the average ability."""

    width: float
    height: float
    middle: float
    bars: tuple[Bar, ...]


def draw_intervals(places: Sequence[Rank]) -> Intervals:
    """Lay out places from the highest ability down; at least one is needed."""
    low = min(0.0, *(place.low for place in places))
    high = max(0.0, *(place.high for place in places))

    def x(value: float) -> float:
        share = (value - low) / max(high - low, 1e-9)
        return round(_MARGIN + share * (WIDTH - 2 * _MARGIN), 1)

    return Intervals(
        width=WIDTH,
        height=ROW * len(places),
        middle=x(0.0),
        bars=tuple(
            Bar(place, ROW * (at + 0.5), x(place.low), x(place.ability), x(place.high))
            for at, place in enumerate(places)
        ),
    )
