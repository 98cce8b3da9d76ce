"""Ranges of an artist's works, by their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

LINEAGE: Final = 48
NUMBERS: Final = 500
"""Works on one page of an artist's lineage, and of its numbers."""


@dataclass(frozen=True)
class NumberRange:
    """Works from one number to another, both included, and the last works of the next pages.

    `later` is None on the newest page, and 0 if the newest page is next.
    """

    first: int
    last: int
    earlier: int | None
    later: int | None


def range_until(until: int | None, *, newest: int, length: int, fixed: bool) -> NumberRange:
    """`length` works up to a number, or up to the newest one.

    With `fixed`, pages begin at fixed numbers, and the newest one has the remaining works, so older
    pages never change.
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
    """Last numbers of all fixed pages except the newest, in falling order."""
    yield from range(_first_of_newest(newest, length) - 1, 0, -length)


def _first_of_newest(newest: int, length: int) -> int:
    return max(0, (newest - 1) // length - 1) * length + 1
