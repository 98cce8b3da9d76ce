"""The weekly hanging: which votes count, who hangs, and whether it is said how sure it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.voting.weeks import LEAST_VOTES, SHOWN, Week, hang_week
from storage.archive.events import Ballot

WEEK = Week.parse("2026-W48")
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 29, 23, 59, 59, tzinfo=UTC)


@pytest.fixture
def stores(tmp_path: Path, sample) -> Iterator:
    built = sample.build_exhibition(tmp_path, works=14)
    yield built
    built.catalogue.close()


def vote(
    stores, visitor: str, winner: int, loser: int, at: datetime = MONDAY, *, tie: bool = False
):
    first, second = sorted((f"ada:{winner}", f"ada:{loser}"))
    stores.catalogue.votes.cast(
        Ballot(
            id=f"{stores.catalogue.votes.count():032x}",
            at=at,
            visitor=visitor,
            question="original",
            first=first,
            second=second,
            outcome=0.5 if tie else float(first == f"ada:{winner}"),
        )
    )


def test_weeks_are_those_of_the_calendar() -> None:
    assert WEEK.monday == date(2026, 11, 23) and WEEK.sunday == date(2026, 11, 29)
    assert Week.of(date(2026, 11, 29)) == WEEK == Week.of(date(2026, 11, 23))
    assert (WEEK.begin, WEEK.end) == (MONDAY.timestamp(), MONDAY.timestamp() + 604800)
    assert Week.parse("2026-W53").name == "2026-W53"
    assert WEEK.moved(6).name == "2027-W01"
    for wrong in ("2026-W54", "2026-11-23", "week", "2026-W48-2"):
        with pytest.raises(ValueError):
            Week.parse(wrong)


def test_both_ends_hang_in_order(stores) -> None:
    """Every work meets every other three times, and the higher number wins."""
    for visitor in "abc":
        for winner in range(2, 13):
            for loser in range(1, winner):
                vote(stores, visitor, winner, loser)
    hanging = hang_week(stores.catalogue, "original", WEEK)
    assert [one.work.number for one in hanging.best] == [12, 11, 10, 9, 8]
    assert [one.work.number for one in hanging.last] == [5, 4, 3, 2, 1]
    assert [one.place for one in hanging.last] == [8, 9, 10, 11, 12]
    assert (hanging.best[0].won, hanging.best[0].votes) == (33, 33)
    assert (hanging.ranked, hanging.votes, hanging.raters) == (12, 3 * 66, 3)
    assert hanging.clear
    stores.catalogue.works.moderate("ada:12", "hidden", "somebody asked")
    again = hang_week(stores.catalogue, "original", WEEK)
    assert [one.work.number for one in again.best] == [11, 10, 9, 8, 7]


def test_only_the_weeks_votes_count_and_few_are_not_enough(stores) -> None:
    for visitor in "abc":
        vote(stores, visitor, 1, 2, MONDAY)
        vote(stores, visitor, 3, 4, SUNDAY)
        vote(stores, visitor, 5, 6, datetime(2026, 11, 30, tzinfo=UTC))
        vote(stores, visitor, 7, 8, datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC))
    for visitor in "ab"[: LEAST_VOTES - 1]:
        vote(stores, visitor, 9, 10)
    hanging = hang_week(stores.catalogue, "original", WEEK)
    hung = [one.work.number for one in (*hanging.best, *hanging.last)]
    assert sorted(hung) == [1, 2, 3, 4]
    assert {one.work.number for one in hanging.best} == {1, 3}
    assert hanging.votes == 8
    assert not hanging.clear, "three votes each are no certainty"


def test_no_work_hangs_twice(stores) -> None:
    for visitor in "abc":
        for winner, loser in ((1, 2), (2, 3)):
            vote(stores, visitor, winner, loser)
    hanging = hang_week(stores.catalogue, "original", WEEK)
    assert [one.work.number for one in hanging.best] == [1]
    assert [one.work.number for one in hanging.last] == [3]
    assert SHOWN == 5


def test_the_page_says_how_many_votes_and_how_sure(stores) -> None:
    with TestClient(create_app(stores.catalogue, stores.archive, site=SiteSettings())) as visitor:
        assert "Fewer than two works" in visitor.get("/votes/week").text
        for rater in "abc":
            vote(stores, rater, 1, 2)
        page = visitor.get("/votes/week?of=2026-W48").text
        assert "3 votes by 3 visitors" in page and "the order may be chance" in page
        assert "won 3 of 3 votes" in page and "won 0 of 3 votes" in page
        assert visitor.get("/votes/week?of=2026-W47").status_code == 200
        assert visitor.get("/votes/week?of=soon").status_code == 400
        assert visitor.get("/votes/week?of=2199-W01").status_code == 404
