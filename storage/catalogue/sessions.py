"""Sessions of admins, and the failed attempts to sign in that lock a door for a while."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from storage.catalogue.database import Database, now, upsert
from storage.catalogue.tables import sessions, sign_ins

SESSION_SECONDS = 12 * 3600.0
FREE_FAILURES = 5
FIRST_LOCK = 30.0
LONGEST_LOCK = 3600.0
"""After so many failures a door is locked, in seconds, twice as long with each one more."""

FORGET_SECONDS = 86400.0
"""So long after a door's last attempt, or its lock's end, its failures are forgotten."""


@dataclass(frozen=True)
class Session:
    """Somebody who is signed in; every form of theirs must carry `csrf`."""

    who: str
    csrf: str


class Sessions:
    """Who is signed in. Of the cookie's token only its hash is kept."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, who: str) -> str:
        """Sign somebody in; returns the token for their cookie."""
        token = secrets.token_urlsafe(32)
        with self._database.write() as connection:
            connection.execute(
                insert(sessions).values(
                    id=_hash(token),
                    who=who,
                    csrf=secrets.token_urlsafe(24),
                    expires_at=now() + SESSION_SECONDS,
                )
            )
        return token

    def find(self, token: str) -> Session | None:
        """The session of a token; None where it is unknown, over or signed out."""
        query = select(sessions.c.who, sessions.c.csrf).where(
            sessions.c.id == _hash(token), sessions.c.expires_at > now()
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else Session(row.who, row.csrf)

    def close(self, token: str) -> None:
        """Sign out."""
        with self._database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.id == _hash(token)))

    def attempt(self, *origins: str) -> float:
        """Count an attempt at all these doors before it is made: 0, or the seconds to wait.

        It is a failure until `succeeded` says otherwise, so that of many made side by side no more
        than so many are let through. Where a door is locked, nothing is counted.
        """
        self._forget()
        # In one order for all: two attempts must not wait for each other.
        doors = [{"origin": key} for key in sorted(map(_hash, origins))]
        with self._database.write() as connection:
            locked = connection.execute(
                upsert(connection, sign_ins)
                .values(doors)
                # Changes nothing, and locks the row until the transaction ends.
                .on_conflict_do_update(
                    index_elements=["origin"], set_={"failures": sign_ins.c.failures}
                )
                .returning(
                    sign_ins.c.origin,
                    sign_ins.c.failures,
                    (sign_ins.c.locked_until - now()).label("seconds"),
                )
            ).all()
            # Longer than any lock: it was written before the clock was set back.
            waits = [row.seconds for row in locked if 0 < row.seconds <= LONGEST_LOCK]
            if waits:
                return float(max(waits))
            for row in locked:
                failures = row.failures + 1
                connection.execute(
                    update(sign_ins)
                    .where(sign_ins.c.origin == row.origin)
                    .values(failures=failures, locked_until=now() + _lock_seconds(failures))
                )
        return 0.0

    def succeeded(self, *origins: str) -> None:
        """Forget the failures at these doors."""
        with self._database.write() as connection:
            connection.execute(
                delete(sign_ins).where(sign_ins.c.origin.in_(list(map(_hash, origins))))
            )

    def _forget(self) -> None:
        """Delete what is over. Tables are read whole: a password's check costs more than that."""
        with self._database.write() as connection:
            for key, over in (
                (sessions.c.id, sessions.c.expires_at <= now()),
                (sign_ins.c.origin, sign_ins.c.locked_until <= now() - FORGET_SECONDS),
            ):
                old = select(key).where(over).with_for_update(skip_locked=True)
                connection.execute(delete(key.table).where(key.in_(old)))


def _lock_seconds(failures: int) -> float:
    beyond = failures - FREE_FAILURES
    return min(FIRST_LOCK * 2.0 ** min(beyond, 64), LONGEST_LOCK) if beyond >= 0 else 0.0


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
