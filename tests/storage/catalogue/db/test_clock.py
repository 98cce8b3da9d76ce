"""The next moment at which there is something to do, by the database's clock."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from storage.catalogue import Catalogue
from storage.catalogue.db.database import now
from storage.catalogue.db.tables import artists, cycles


def until_next(catalogue: Catalogue) -> float | None:
    return catalogue.clock.until_next(after=catalogue.clock.now())


def set_artist(catalogue: Catalogue, **values: object) -> None:
    with catalogue.database.write() as connection:
        connection.execute(update(artists).values(**values))


def test_what_is_due_already_is_no_next_moment(alive: Catalogue) -> None:
    assert until_next(alive) is None


@pytest.mark.parametrize(("due", "rests", "seconds"), [(100, 0, 100), (100, 300, 300), (0, 50, 50)])
def test_an_artist_begins_when_it_is_due_and_has_rested(
    alive: Catalogue, due: int, rests: int, seconds: int
) -> None:
    set_artist(alive, next_due=now() + due, rests_until=now() + rests)
    assert until_next(alive) == pytest.approx(seconds, abs=20)
    set_artist(alive, paused=True)
    assert until_next(alive) is None


def test_who_is_at_work_begins_nothing_but_its_step_may_be_tried_again(alive: Catalogue) -> None:
    assert alive.cycles.open("alien", tuning_version=1, every=900) is not None
    assert until_next(alive) is None
    with alive.database.write() as connection:
        connection.execute(update(cycles).values(retry_at=now() + 200))
    assert until_next(alive) == pytest.approx(200, abs=20)
