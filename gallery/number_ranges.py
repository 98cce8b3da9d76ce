"""Ranges of an artist's works, by their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

LINEAGE: Final = 48
NUMBERS: Final = 500
"""Works that one page of a room shows."""


@dataclass(frozen=True)
class NumberRange:
    """Works from one number to another, both included, and where the next page in time begins.

    `later` is None on the newest page, 0 where that one comes next.
    """

    first: int
    last: int
    earlier: int | None
    later: int | None


def range_until(until: int | None, *, newest: int, length: int, fixed: bool) -> NumberRange:
    """So many works up to a number, or up to the newest one.

    With `fixed`, pages begin at fixed numbers, and the newest one takes up what is over: so the
    older ones stay as they are forever.
    """
    last = min(until or newest, newest)
    first = max(1, last - length + 1)
    if fixed and until is None:
        first = _first_of_newest(newest, length)
    later = None
    if last < newest:
        later = last + length
        if later >= (_first_of_newest(newest, length) if fixed else newest):
            later = 0
    return NumberRange(first, last, first - 1 if first > 1 else None, later)


def fixed_ranges(newest: int, length: int) -> Iterator[int]:
    """Last numbers of all fixed pages but the newest, from the newest down."""
    yield from range(_first_of_newest(newest, length) - 1, 0, -length)


def _first_of_newest(newest: int, length: int) -> int:
    return max(0, (newest - 1) // length - 1) * length + 1
