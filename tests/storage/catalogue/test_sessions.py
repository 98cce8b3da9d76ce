"""Sessions end, and doors lock for longer with each failure."""

from __future__ import annotations

from sqlalchemy import text

from storage.catalogue import Catalogue
from storage.catalogue.sessions import FIRST_LOCK, FREE_FAILURES, LONGEST_LOCK


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
    for _ in range(FREE_FAILURES - 1):
        catalogue.sessions.failed("door")
    assert catalogue.sessions.locked("door") == 0
    catalogue.sessions.failed("door")
    first = catalogue.sessions.locked("door")
    assert 0 < first <= FIRST_LOCK
    for _ in range(12):
        catalogue.sessions.failed("door")
    assert first < catalogue.sessions.locked("door") <= LONGEST_LOCK
    assert catalogue.sessions.locked("another door") == 0
    catalogue.sessions.succeeded("door")
    assert catalogue.sessions.locked("door") == 0
