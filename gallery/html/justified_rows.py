"""Rows of works that fill the width: each work's share of a row follows its shape and its weight.

A row has 24 columns on a wide window and on a phone; the two are divided apart.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

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


@dataclass(frozen=True)
class Place:
    """A work's columns: on a wide window and on a phone, and whether it begins a row there."""

    work: WorkRow
    span: int
    begins: bool
    phone_span: int
    phone_begins: bool
    grand: bool


def justified(works: Sequence[WorkRow], grand: Collection[str]) -> list[Place]:
    """Divide works into rows; those named in `grand` are larger."""
    wide = _spans(_rows(works, grand), grand)
    phone = _spans(_phone_rows(works, grand), grand, full=0.0)
    return [
        Place(work, *span, *small, work.id in grand)
        for work, span, small in zip(works, wide, phone, strict=True)
    ]


def grand_works(works: Sequence[WorkRow]) -> frozenset[str]:
    """The most novel sixth of some works; of fewer than six none."""
    ordered = sorted(works, key=lambda work: (-work.novelty, work.id))
    return frozenset(work.id for work in ordered[: len(works) // 6])


def _rows(works: Sequence[WorkRow], grand: Collection[str]) -> list[list[WorkRow]]:
    rows: list[list[WorkRow]] = []
    filled = _FULL
    for work in works:
        if filled >= _FULL or len(rows[-1]) == _MOST:
            rows.append([])
            filled = 0.0
        rows[-1].append(work)
        filled += _weight(work, grand)
    if len(rows) > 1 and len(rows[-1]) == 1 and len(rows[-2]) < _MOST:
        rows[-2:] = [[*rows[-2], *rows[-1]]]
    return rows


def _phone_rows(works: Sequence[WorkRow], grand: Collection[str]) -> list[list[WorkRow]]:
    """Pairs of narrow works; a wide or a grand one alone."""
    rows: list[list[WorkRow]] = []
    for work in works:
        alone = _is_alone(work, grand)
        if rows and len(rows[-1]) == 1 and not alone and not _is_alone(rows[-1][0], grand):
            rows[-1].append(work)
        else:
            rows.append([work])
    return rows


def _is_alone(work: WorkRow, grand: Collection[str]) -> bool:
    return work.id in grand or _ratio(work) >= _WIDE


def _spans(
    rows: Sequence[Sequence[WorkRow]], grand: Collection[str], *, full: float = _FULL * 0.8
) -> list[tuple[int, bool]]:
    """Columns and beginnings of rows; a row with less than `full` is not stretched."""
    found: list[tuple[int, bool]] = []
    for row in rows:
        weights = [_weight(work, grand) for work in row]
        total = max(sum(weights), full)
        spans = [max(_NARROW, round(COLUMNS * weight / total)) for weight in weights]
        if sum(weights) >= full or sum(spans) > COLUMNS:
            spans[spans.index(max(spans))] += COLUMNS - sum(spans)
        found += [(span, i == 0) for i, span in enumerate(spans)]
    return found


def _weight(work: WorkRow, grand: Collection[str]) -> float:
    return _ratio(work) * (_GRAND if work.id in grand else 1.0)


def _ratio(work: WorkRow) -> float:
    return min(max(work.width, 1) / max(work.height, 1), 2.2)
