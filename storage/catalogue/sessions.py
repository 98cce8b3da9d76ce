"""Sessions of admins, and lockout after failed attempts to sign in.

A door is an address, or an address and a name together. A name alone has none: else anybody could
lock an admin out from elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.catalogue.db.database import Database, now, upsert
from storage.catalogue.db.tables import sessions, sign_ins

SESSION_SECONDS = 12 * 3600.0
FREE_FAILURES = 5
ADDRESS_FAILURES = 20
"""Failures that a name at an address may have, and an address under all names, before a lock."""

FIRST_LOCK = 30.0
LONGEST_LOCK = 3600.0
"""Seconds that a door is locked for at first, twice as long with each further failure."""

FORGET_SECONDS = 86400.0
"""So long after a door's last attempt, or its lock's end, its failures are forgotten."""

MOST_LOCK_KEYS = 10_000
"""Doors that are remembered; of more, the oldest with the fewest failures are forgotten."""


@dataclass(frozen=True)
class Session:
    """A user who is signed in; every form of theirs must carry `csrf`."""

    who: str
    csrf: str


class Sessions:
    """Who is signed in. Of the cookie's token only its hash is kept."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, who: str, proof: str) -> str:
        """Sign a user in; return the token for their cookie.

        The session ends when their `proof` is another one, such as the hash of a new password.
        """
        token = secrets.token_urlsafe(32)
        with self._database.write() as connection:
            connection.execute(
                insert(sessions).values(
                    id=_hash(token),
                    who=who,
                    csrf=_bound(token, proof),
                    expires_at=now() + SESSION_SECONDS,
                )
            )
        return token

    def find(self, token: str, proof_of: Callable[[str], str | None]) -> Session | None:
        """The session of a token; None where it is unknown, over or signed out.

        `proof_of` returns the proof that a user needs now; None for a user that no longer exists.
        """
        query = select(sessions.c.who, sessions.c.csrf).where(
            sessions.c.id == _hash(token), sessions.c.expires_at > now()
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        proof = None if row is None else proof_of(row.who)
        if row is None or proof is None or not hmac.compare_digest(row.csrf, _bound(token, proof)):
            return None
        return Session(row.who, row.csrf)

    def close(self, token: str) -> None:
        """Sign out."""
        with self._database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.id == _hash(token)))

    def attempt(self, address: str, who: str) -> float:
        """Count an attempt to sign in before it is made: 0, or the seconds to wait.

        It counts as a failure until `succeeded` is called, so that parallel attempts can't exceed
        the limit. While sign-in is locked, nothing is counted.
        """
        self._forget()
        failures = []
        with self._database.write() as connection:
            # In one order for all, the address first: two attempts must not wait for each other.
            for lock_key in _lock_keys(address, who):
                row = connection.execute(
                    upsert(connection, sign_ins)
                    .values(origin=lock_key)
                    # Changes nothing, and locks the row until the transaction ends.
                    .on_conflict_do_update(
                        index_elements=["origin"], set_={"failures": sign_ins.c.failures}
                    )
                    .returning(
                        sign_ins.c.failures, (sign_ins.c.locked_until - now()).label("seconds")
                    )
                ).one()
                # Longer than any lock: it was written before the clock was set back.
                if 0 < row.seconds <= LONGEST_LOCK:
                    return float(row.seconds)
                failures.append(row.failures + 1)
            for lock_key, count, free in zip(
                _lock_keys(address, who), failures, (ADDRESS_FAILURES, FREE_FAILURES), strict=True
            ):
                connection.execute(
                    update(sign_ins)
                    .where(sign_ins.c.origin == lock_key)
                    .values(failures=count, locked_until=now() + _lock_seconds(count - free))
                )
        return 0.0

    def succeeded(self, address: str, who: str) -> None:
        """Delete the failures of the user who signed in, at their address."""
        with self._database.write() as connection:
            for lock_key in _lock_keys(address, who):  # in the order of `attempt`
                connection.execute(delete(sign_ins).where(sign_ins.c.origin == lock_key))

    def _forget(self) -> None:
        """Delete what is over. Tables are read whole: a password's check costs more than that."""
        with self._database.write() as connection:
            for key, over in (
                (sessions.c.id, sessions.c.expires_at <= now()),
                (sign_ins.c.origin, sign_ins.c.locked_until <= now() - FORGET_SECONDS),
            ):
                old = select(key).where(over).with_for_update(skip_locked=True)
                connection.execute(delete(key.table).where(key.in_(old)))
            _forget_least(connection)


def _forget_least(connection: Connection) -> None:
    """Keep `MOST_LOCK_KEYS`, whatever names are invented at however many addresses."""
    count = connection.scalar(select(func.count()).select_from(sign_ins)) or 0
    if count > MOST_LOCK_KEYS:
        least = (
            select(sign_ins.c.origin)
            .order_by(sign_ins.c.failures, sign_ins.c.locked_until)
            .limit(count - MOST_LOCK_KEYS)
            .with_for_update(skip_locked=True)
        )
        connection.execute(delete(sign_ins).where(sign_ins.c.origin.in_(least)))


def _lock_keys(address: str, who: str) -> tuple[str, str]:
    """The keys of an address, and of the address and a name together."""
    return _hash(f"from {address}"), _hash(f"from {address} as {who}")


def _lock_seconds(beyond: int) -> float:
    """How long sign-in is locked after a number of failures above the limit."""
    return min(FIRST_LOCK * 2.0 ** min(beyond, 64), LONGEST_LOCK) if beyond >= 0 else 0.0


def _bound(token: str, proof: str) -> str:
    """What a session's forms carry: only who has the token knows it, and only with this proof."""
    return hmac.new(token.encode(), proof.encode(), hashlib.sha256).hexdigest()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
