"""Sessions of admins, and the failed attempts to sign in that lock a door for a while."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from storage.catalogue.database import Database, now
from storage.catalogue.tables import sessions, sign_ins

SESSION_SECONDS = 12 * 3600.0
FREE_FAILURES = 5
FIRST_LOCK = 30.0
LONGEST_LOCK = 3600.0
"""After so many failures a door is locked, in seconds, twice as long with each one more."""


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
            connection.execute(delete(sessions).where(sessions.c.expires_at <= now()))
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

    def locked(self, origin: str) -> float:
        """Seconds for which a door stays locked; 0 if it is open."""
        query = select(sign_ins.c.locked_until - now()).where(sign_ins.c.origin == _hash(origin))
        with self._database.read() as connection:
            return max(0.0, float(connection.scalar(query) or 0.0))

    def failed(self, origin: str) -> None:
        """Count a failure; one too many locks the door."""
        key = _hash(origin)
        with self._database.write() as connection:
            failures = connection.scalar(
                select(sign_ins.c.failures).where(sign_ins.c.origin == key)
            )
            if failures is None:
                connection.execute(insert(sign_ins).values(origin=key, failures=1))
                return
            beyond = failures + 1 - FREE_FAILURES
            lock = min(FIRST_LOCK * 2.0**beyond, LONGEST_LOCK) if beyond >= 0 else 0.0
            connection.execute(
                update(sign_ins)
                .where(sign_ins.c.origin == key)
                .values(failures=failures + 1, locked_until=now() + lock)
            )

    def succeeded(self, origin: str) -> None:
        """Forget a door's failures."""
        with self._database.write() as connection:
            connection.execute(delete(sign_ins).where(sign_ins.c.origin == _hash(origin)))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
