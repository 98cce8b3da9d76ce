"""Rows of works: full, in order, and the grand ones larger."""

from __future__ import annotations

import numpy as np
import pytest

from gallery.html.justified_rows import COLUMNS, grand_works, justified
from storage.catalogue import WorkRow


def works(sample, count: int, seed: int) -> list[WorkRow]:
    dice = np.random.default_rng(seed)
    return [
        WorkRow(
            id=f"ada:{n}",
            artist="ada",
            number=n,
            sequence=n,
            created_at=0.0,
            title="",
            prompt="",
            concept="",
            concepts=(),
            image="",
            media_type="",
            width=int(dice.integers(300, 2000)),
            height=int(dice.integers(300, 2000)),
            novelty=float(dice.uniform()),
            cost=0.0,
            visibility="shown",
            visibility_reason="",
        )
        for n in range(count, 0, -1)
    ]


@pytest.mark.parametrize("count", [0, 1, 2, 5, 23, 24])
@pytest.mark.parametrize("seed", range(4))
def test_rows_are_full_and_in_order(sample, count: int, seed: int) -> None:
    given = works(sample, count, seed)
    grand = grand_works(given)
    places = justified(given, grand)
    assert [place.work for place in places] == given
    assert {place.work.id for place in places if place.grand} == grand
    for phone in (False, True):
        rows: list[int] = []
        for place in places:
            begins, span = (
                (place.phone_begins, place.phone_span) if phone else (place.begins, place.span)
            )
            if begins:
                rows.append(0)
            rows[-1] += span
        assert all(total <= COLUMNS for total in rows)
        assert all(total == COLUMNS for total in (rows if phone else rows[:-1]))


def test_the_most_novel_sixth_is_grand_and_larger(sample) -> None:
    given = works(sample, 24, 1)
    grand = grand_works(given)
    assert grand == {work.id for work in sorted(given, key=lambda work: -work.novelty)[:4]}
    assert not grand_works(given[:5])
    alike = [
        work._replace(width=1000, height=1000, novelty=n / 100) for n, work in enumerate(given)
    ]
    spans = {place.work.id: place.span for place in justified(alike, grand_works(alike))}
    large = grand_works(alike)
    small = [span for work, span in spans.items() if work not in large]
    assert min(spans[work] for work in large) > sum(small) / len(small)
