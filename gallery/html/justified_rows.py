"""Rows of works that fill the width: each work's share of a row follows its shape and its weight.

A row has 24 columns on a wide window and on a phone; the two are divided apart.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from storage.catalogue import WorkRow

COLUMNS: Final = 24
_FULL: Final = 2.6
"""Sum of the ratios (width over height) that fills a row: the height of rows follows from it."""

_MOST: Final = 4
_NARROW: Final = 5
_GRAND: Final = 1.5
"""How much larger a grand work is than its neighbours."""

_WIDE: Final = 1.3
"""Works at least so wide have a row of their own on a phone."""


class Place(NamedTuple):
    """A work's columns: on a wide window and on a phone, and whether it begins a row there."""

    work: WorkRow
    span: int
    begins: bool
    phone_span: int
    phone_begins: bool
    grand: bool


def justified(works: Sequence[WorkRow], grand: Collection[str]) -> list[Place]:
    """Divide works into rows; those named in `grand` are larger."""
    ratios = [min(max(work.width, 1) / max(work.height, 1), 2.2) for work in works]
    large = [work.id in grand for work in works]
    weights = [
        ratio * (_GRAND if is_large else 1.0) for ratio, is_large in zip(ratios, large, strict=True)
    ]
    alone = [is_large or ratio >= _WIDE for ratio, is_large in zip(ratios, large, strict=True)]
    wide = _spans(_rows(weights))
    phone = _spans(_phone_rows(weights, alone), full=0.0)
    return [
        Place(work, *span, *small, is_large)
        for work, span, small, is_large in zip(works, wide, phone, large, strict=True)
    ]


def grand_works(works: Sequence[WorkRow]) -> frozenset[str]:
    """The most novel sixth of some works; of fewer than six none."""
    ordered = sorted(works, key=lambda work: (-work.novelty, work.id))
    return frozenset(work.id for work in ordered[: len(works) // 6])


def _rows(weights: Sequence[float]) -> list[list[float]]:
    rows: list[list[float]] = []
    filled = _FULL
    for weight in weights:
        if filled >= _FULL or len(rows[-1]) == _MOST:
            rows.append([])
            filled = 0.0
        rows[-1].append(weight)
        filled += weight
    if len(rows) > 1 and len(rows[-1]) == 1 and len(rows[-2]) < _MOST:
        rows[-2:] = [[*rows[-2], *rows[-1]]]
    return rows


def _phone_rows(weights: Sequence[float], alone: Sequence[bool]) -> list[list[float]]:
    """Pairs of narrow works; a wide or a grand one `alone`."""
    rows: list[list[float]] = []
    is_open = False
    for weight, is_alone in zip(weights, alone, strict=True):
        if is_open and not is_alone:
            rows[-1].append(weight)
            is_open = False
        else:
            rows.append([weight])
            is_open = not is_alone
    return rows


def _spans(rows: Sequence[Sequence[float]], *, full: float = _FULL * 0.8) -> list[tuple[int, bool]]:
    """Columns and beginnings of rows; a row with less than `full` is not stretched."""
    found: list[tuple[int, bool]] = []
    for row in rows:
        weight = sum(row)
        total = max(weight, full)
        spans = [max(_NARROW, round(COLUMNS * one / total)) for one in row]
        if weight >= full or sum(spans) > COLUMNS:
            spans[spans.index(max(spans))] += COLUMNS - sum(spans)
        found += [(span, i == 0) for i, span in enumerate(spans)]
    return found
