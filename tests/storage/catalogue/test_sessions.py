"""Sessions end, and doors lock for longer with each failure."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import ColumnElement, func, select, text, update

from storage.catalogue import Catalogue
from storage.catalogue.database import now
from storage.catalogue.sessions import (
    FIRST_LOCK,
    FORGET_SECONDS,
    FREE_FAILURES,
    LONGEST_LOCK,
    SESSION_SECONDS,
)
from storage.catalogue.tables import sessions, sign_ins


def failures(catalogue: Catalogue) -> list[int]:
    with catalogue.database.read() as connection:
        return sorted(connection.scalars(select(sign_ins.c.failures)))


def set_doors(catalogue: Catalogue, **values: float | ColumnElement[float]) -> None:
    with catalogue.database.write() as connection:
        connection.execute(update(sign_ins).values(**values))


def test_a_session_is_known_by_its_token_alone(catalogue: Catalogue) -> None:
    token, other = catalogue.sessions.open("ann"), catalogue.sessions.open("bob")
    found = catalogue.sessions.find(token)
    assert found is not None and found.who == "ann"
    assert catalogue.sessions.find(token + "x") is None
    with catalogue.database.read() as connection:
        kept = " ".join(map(str, connection.execute(text("SELECT * FROM sessions")).all()))
    assert token not in kept and other not in kept
    catalogue.sessions.close(token)
    assert catalogue.sessions.find(token) is None
    assert catalogue.sessions.find(other) is not None


def test_sessions_end_by_themselves(catalogue: Catalogue) -> None:
    token = catalogue.sessions.open("ann")
    with catalogue.database.write() as connection:
        connection.execute(text("UPDATE sessions SET expires_at = 1"))
    assert catalogue.sessions.find(token) is None


def test_locks_grow_and_are_forgotten(catalogue: Catalogue) -> None:
    for _ in range(FREE_FAILURES):
        assert catalogue.sessions.attempt("door") == 0
    first = catalogue.sessions.attempt("door")
    assert 0 < first <= FIRST_LOCK
    assert failures(catalogue) == [FREE_FAILURES], "what was not tried has not failed"
    for _ in range(12):
        set_doors(catalogue, locked_until=now())
        assert catalogue.sessions.attempt("door") == 0
    assert first < catalogue.sessions.attempt("door") <= LONGEST_LOCK
    assert catalogue.sessions.attempt("another door") == 0
    catalogue.sessions.succeeded("door")
    assert catalogue.sessions.attempt("door") == 0


def test_a_door_that_is_tried_for_years_stays_locked_for_the_longest_time(
    catalogue: Catalogue,
) -> None:
    catalogue.sessions.attempt("door")
    set_doors(catalogue, failures=5000)
    assert catalogue.sessions.attempt("door") == 0
    assert 0 < catalogue.sessions.attempt("door") <= LONGEST_LOCK


def test_one_locked_door_is_enough_and_the_other_counts_nothing(catalogue: Catalogue) -> None:
    for _ in range(FREE_FAILURES):
        catalogue.sessions.attempt("from here")
    assert catalogue.sessions.attempt("from here", "as ann") > 0
    assert sum(failures(catalogue)) == FREE_FAILURES


@pytest.mark.parametrize("doors", [1, 2])
def test_guesses_side_by_side_are_all_counted(catalogue: Catalogue, doors: int) -> None:
    """Each names its doors in another order: none of them may wait for another for ever."""
    guessers, barrier = 16, Barrier(16)

    def guess(number: int) -> bool:
        origins = ["from here", "as ann"][:doors]
        barrier.wait()
        return catalogue.sessions.attempt(*origins[:: 1 if number % 2 else -1]) == 0

    with ThreadPoolExecutor(guessers) as threads:
        allowed = Counter(threads.map(guess, range(guessers)))
    assert allowed[True] == FREE_FAILURES
    assert failures(catalogue) == doors * [FREE_FAILURES]


def test_a_lock_from_before_the_clock_was_set_back_is_none(catalogue: Catalogue) -> None:
    catalogue.sessions.attempt("door")
    set_doors(catalogue, locked_until=now() + 86400.0 * 365)
    assert catalogue.sessions.attempt("door") == 0


def test_what_is_over_is_forgotten_at_the_next_attempt(catalogue: Catalogue) -> None:
    catalogue.sessions.open("ann")
    catalogue.sessions.attempt("old door")
    set_doors(catalogue, locked_until=now() - FORGET_SECONDS)
    with catalogue.database.write() as connection:
        connection.execute(update(sessions).values(expires_at=now()))
    catalogue.sessions.open("bob")
    catalogue.sessions.attempt("door")
    with catalogue.database.read() as connection:
        assert list(connection.scalars(select(sessions.c.who))) == ["bob"]
        ends = connection.scalar(select(func.max(sessions.c.expires_at) - now()))
        assert connection.scalar(select(func.count()).select_from(sign_ins)) == 1
    assert ends is not None and 0 < ends <= SESSION_SECONDS
