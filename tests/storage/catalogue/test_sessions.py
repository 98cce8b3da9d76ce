"""Sessions end, and doors lock for longer with each failure."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import ColumnElement, func, select, text, update

from storage.catalogue import Catalogue
from storage.catalogue import sessions as doors
from storage.catalogue.db.database import now
from storage.catalogue.db.tables import sessions, sign_ins
from storage.catalogue.sessions import (
    ADDRESS_FAILURES,
    FIRST_LOCK,
    FORGET_SECONDS,
    FREE_FAILURES,
    LONGEST_LOCK,
    SESSION_SECONDS,
)


def failures(catalogue: Catalogue) -> list[int]:
    with catalogue.database.read() as connection:
        return sorted(connection.scalars(select(sign_ins.c.failures)))


def set_doors(catalogue: Catalogue, **values: float | ColumnElement[float]) -> None:
    with catalogue.database.write() as connection:
        connection.execute(update(sign_ins).values(**values))


def proof_of(who: str) -> str | None:
    return {"ann": "hash of ann's", "bob": "hash of bob's"}.get(who)


def test_a_session_is_known_by_its_token_alone(catalogue: Catalogue) -> None:
    token = catalogue.sessions.open("ann", "hash of ann's")
    other = catalogue.sessions.open("bob", "hash of bob's")
    found = catalogue.sessions.find(token, proof_of)
    assert found is not None and found.who == "ann"
    assert catalogue.sessions.find(token + "x", proof_of) is None
    with catalogue.database.read() as connection:
        kept = " ".join(map(str, connection.execute(text("SELECT * FROM sessions")).all()))
    assert token not in kept and other not in kept and "hash of" not in kept
    catalogue.sessions.close(token)
    assert catalogue.sessions.find(token, proof_of) is None
    assert catalogue.sessions.find(other, proof_of) is not None


def test_a_session_ends_with_the_password_or_the_admin(catalogue: Catalogue) -> None:
    token = catalogue.sessions.open("ann", "hash of ann's")
    assert catalogue.sessions.find(token, lambda _: "hash of a new one") is None
    assert catalogue.sessions.find(token, lambda _: None) is None
    assert catalogue.sessions.find(token, proof_of) is not None


def test_sessions_end_by_themselves(catalogue: Catalogue) -> None:
    token = catalogue.sessions.open("ann", "hash of ann's")
    with catalogue.database.write() as connection:
        connection.execute(text("UPDATE sessions SET expires_at = 1"))
    assert catalogue.sessions.find(token, proof_of) is None


def test_locks_grow_and_are_forgotten(catalogue: Catalogue) -> None:
    for _ in range(FREE_FAILURES):
        assert catalogue.sessions.attempt("here", "ann") == 0
    first = catalogue.sessions.attempt("here", "ann")
    assert 0 < first <= FIRST_LOCK
    assert failures(catalogue) == [FREE_FAILURES] * 2, "what was not tried has not failed"
    for _ in range(12):
        set_doors(catalogue, locked_until=now())
        assert catalogue.sessions.attempt("here", "ann") == 0
    assert first < catalogue.sessions.attempt("here", "ann") <= LONGEST_LOCK
    catalogue.sessions.succeeded("here", "ann")
    assert catalogue.sessions.attempt("here", "ann") == 0


def test_nobody_is_locked_out_by_name_from_elsewhere(catalogue: Catalogue) -> None:
    for number in range(10 * FREE_FAILURES):
        catalogue.sessions.attempt(f"address {number % 4}", "ann")
    assert catalogue.sessions.attempt("address 0", "ann") > 0
    assert catalogue.sessions.attempt("at home", "ann") == 0
    assert catalogue.sessions.attempt("address 0", "bob") == 0, "nor others at the same address"


def test_an_address_has_so_many_failures_under_all_names(catalogue: Catalogue) -> None:
    for number in range(ADDRESS_FAILURES):
        assert catalogue.sessions.attempt("here", f"name {number}") == 0
    assert catalogue.sessions.attempt("here", "another name") > 0
    assert len(failures(catalogue)) == 1 + ADDRESS_FAILURES, "no row for what was not tried"
    assert catalogue.sessions.attempt("elsewhere", "another name") == 0


def test_names_that_are_invented_do_not_pile_up(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "MOST_LOCK_KEYS", 8)
    for _ in range(FREE_FAILURES):
        catalogue.sessions.attempt("a guesser's", "ann")
    for number in range(50):
        catalogue.sessions.attempt(f"address {number}", f"name {number}")
        assert len(failures(catalogue)) <= 8 + 2
    assert catalogue.sessions.attempt("a guesser's", "ann") > 0, "locks are kept for longest"


def test_a_door_that_is_tried_for_years_stays_locked_for_the_longest_time(
    catalogue: Catalogue,
) -> None:
    catalogue.sessions.attempt("here", "ann")
    set_doors(catalogue, failures=5000)
    assert catalogue.sessions.attempt("here", "ann") == 0
    assert 0 < catalogue.sessions.attempt("here", "ann") <= LONGEST_LOCK


@pytest.mark.parametrize(
    ("names", "free"), [(["ann"], FREE_FAILURES), ([f"n{i}" for i in range(30)], ADDRESS_FAILURES)]
)
def test_guesses_side_by_side_are_all_counted(
    catalogue: Catalogue, names: list[str], free: int
) -> None:
    """None of them may wait for another for ever."""
    guessers, barrier = 30, Barrier(30)

    def guess(number: int) -> bool:
        barrier.wait()
        return catalogue.sessions.attempt("here", names[number % len(names)]) == 0

    with ThreadPoolExecutor(guessers) as threads:
        allowed = Counter(threads.map(guess, range(guessers)))
    assert allowed[True] == free
    assert max(failures(catalogue)) == free


def test_attempts_and_successes_side_by_side_never_wait_for_each_other(
    catalogue: Catalogue,
) -> None:
    barrier = Barrier(8)

    def come(number: int) -> None:
        barrier.wait()
        for turn in range(10):
            if (number + turn) % 2:
                catalogue.sessions.succeeded("here", "ann")
            else:
                catalogue.sessions.attempt("here", "ann")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(come, range(8)))
    catalogue.sessions.succeeded("here", "ann")
    assert failures(catalogue) == []


def test_a_lock_from_before_the_clock_was_set_back_is_none(catalogue: Catalogue) -> None:
    catalogue.sessions.attempt("here", "ann")
    set_doors(catalogue, locked_until=now() + 86400.0 * 365)
    assert catalogue.sessions.attempt("here", "ann") == 0


def test_what_is_over_is_forgotten_at_the_next_attempt(catalogue: Catalogue) -> None:
    catalogue.sessions.open("ann", "hash of ann's")
    catalogue.sessions.attempt("there", "ann")
    set_doors(catalogue, locked_until=now() - FORGET_SECONDS)
    with catalogue.database.write() as connection:
        connection.execute(update(sessions).values(expires_at=now()))
    catalogue.sessions.open("bob", "hash of bob's")
    catalogue.sessions.attempt("here", "bob")
    with catalogue.database.read() as connection:
        assert list(connection.scalars(select(sessions.c.who))) == ["bob"]
        ends = connection.scalar(select(func.max(sessions.c.expires_at) - now()))
        assert connection.scalar(select(func.count()).select_from(sign_ins)) == 2
    assert ends is not None and 0 < ends <= SESSION_SECONDS
