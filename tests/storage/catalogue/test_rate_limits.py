"""Rate limits that all workers share."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, update

from storage.catalogue import Catalogue
from storage.catalogue.db.database import now
from storage.catalogue.db.tables import rates
from storage.catalogue.rate_limits import BURST_SECONDS


def pass_time(catalogue: Catalogue, seconds: float) -> None:
    with catalogue.database.write() as connection:
        connection.execute(update(rates).values(taken_until=rates.c.taken_until - seconds))


def test_without_a_limit_nobody_waits(catalogue: Catalogue) -> None:
    assert all(catalogue.rates.take("openai", per_minute=0) == 0 for _ in range(100))


def test_five_seconds_worth_go_at_once_and_the_rest_waits(catalogue: Catalogue) -> None:
    waits = [catalogue.rates.take("openai", per_minute=12) for _ in range(3)]
    assert waits[0] == 0 and all(0 < wait <= 60 / 12 for wait in waits[1:])
    assert catalogue.rates.take("another", per_minute=12) == 0, "each provider has its own"
    pass_time(catalogue, 60 / 12)
    assert catalogue.rates.take("openai", per_minute=12) == 0
    assert catalogue.rates.take("openai", per_minute=12) > 0


def test_workers_side_by_side_take_no_more_than_there_is(catalogue: Catalogue) -> None:
    with ThreadPoolExecutor(8) as workers:
        waits = list(workers.map(lambda _: catalogue.rates.take("openai", per_minute=6), range(24)))
    assert waits.count(0.0) == 1


def test_a_clock_that_was_set_back_locks_nobody_out(catalogue: Catalogue) -> None:
    catalogue.rates.take("openai", per_minute=60)
    pass_time(catalogue, -3600)
    assert catalogue.rates.take("openai", per_minute=60) == 0
    with catalogue.database.read() as connection:
        ahead = connection.scalar(select(rates.c.taken_until - now()))
    assert ahead == pytest.approx(1.0, abs=BURST_SECONDS)
