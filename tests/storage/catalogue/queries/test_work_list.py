"""All works for the people who run the gallery, and spending by day: the same on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from storage.archive.events import CycleFailed
from storage.archive.manifest import Manifest
from storage.catalogue import Catalogue, DaySpent, WorkFilter
from tests.manifests import a_spending


@pytest.fixture
def working(alive: Catalogue, make_manifest: Callable[[int], Manifest]) -> Catalogue:
    for number in range(1, 6):
        manifest = make_manifest(number)
        composition = manifest.composition.model_copy(
            update={"title": f"The 100% Été no. {number}", "prompt": "a_kiln by the SEA"}
        )
        alive.restore_work(manifest.model_copy(update={"composition": composition}))
    alive.works.moderate("alien:2", "hidden", "")
    alive.works.moderate("alien:3", "removed", "a court")
    return alive


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (WorkFilter(), [5, 4, 3, 2, 1]),
        (WorkFilter(first=2, last=3), [3, 2]),
        (WorkFilter(artist="nobody"), []),
        (WorkFilter(visibility="removed"), [3]),
        (WorkFilter(words="sea KILN"), [5, 4, 3, 2, 1]),
        (WorkFilter(words="100% 4"), [4]),
        (WorkFilter(words="kiln_by"), []),
        (WorkFilter(words="%"), [5, 4, 3, 2, 1]),
        (WorkFilter(words="'; drop"), []),
    ],
)
def test_works_are_found(working: Catalogue, wanted: WorkFilter, numbers: list[int]) -> None:
    found = working.work_list.some(wanted, limit=9)
    assert [work.number for work in found] == numbers
    assert working.work_list.count(wanted) == len(numbers)
    paged = working.work_list.some(wanted, limit=2, offset=1)
    assert [work.number for work in paged] == numbers[1:3]


def test_works_are_counted_by_visibility_and_known_by_tuning(working: Catalogue) -> None:
    assert working.work_list.by_visibility() == {"shown": 3, "hidden": 1, "removed": 1}
    found = working.work_list.with_tuning("alien", limit=2)
    assert [(work.number, version) for work, version in found] == [(5, 1), (4, 1)]


def test_a_removed_work_is_not_shown_again(working: Catalogue) -> None:
    working.works.moderate("alien:3", "shown", "")
    assert working.works.get("alien:3").visibility == "removed"
    assert working.works.sharing_image(working.works.get("alien:3").image)


def test_failures_are_counted_since_the_last_work(working: Catalogue) -> None:
    assert working.cycles.failed_since_work("alien") == (0, None)
    at = datetime(2026, 12, 1, tzinfo=UTC)
    for number in (6, 7):
        failed = CycleFailed(
            artist="alien",
            at=at,
            number=number,
            started_at=at,
            tuning_version=1,
            step="paint",
            reason=f"no paint in {number}",
        )
        working.restore_failure(failed)
    count, newest = working.cycles.failed_since_work("alien")
    assert (count, newest.number, newest.last_error) == (2, 7, "no paint in 7")


def test_spending_is_summed_by_day(alive: Catalogue) -> None:
    moment = alive.clock.now()
    today = datetime.fromtimestamp(moment, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    days = (0, 0, 1, 6, 7)
    for number, back in enumerate(days, start=1):
        at = today - timedelta(days=back)
        alive.ledger.enter(
            a_spending(number, at=at, reserved_at=at, cost=10_000 * number, ceiling=100_000)
        )
    dates = [today.date() - timedelta(days=back) for back in days]
    assert alive.ledger.by_day(days=7) == [
        DaySpent(dates[0], "alien", 2, 0.03),
        DaySpent(dates[2], "alien", 1, 0.03),
        DaySpent(dates[3], "alien", 1, 0.04),
    ]
