"""Rate limits of paid APIs, shared by all workers: the generic cell rate algorithm in one row.

A provider's row holds the moment up to which its calls are taken. A call moves it on by one
interval; while that is further ahead than `BURST_SECONDS`, the caller waits.
"""

from __future__ import annotations

from sqlalchemy import case, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from storage.catalogue.db.database import Database, now
from storage.catalogue.db.tables import rates

BURST_SECONDS = 5.0
"""How much of the rate may be used at once: five seconds' worth of calls."""


class Rates:
    """The rate limits of all providers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, provider: str, *, per_minute: float) -> float:
        """Take one call's place: 0 if it may be made now, else the seconds to wait before asking.

        `per_minute` is the provider's limit over all workers; 0 means that there is none.
        """
        if per_minute <= 0:
            return 0.0
        interval = 60.0 / per_minute
        furthest = max(BURST_SECONDS, interval)
        self._enter(provider)
        row, taken_until = rates.c.provider == provider, rates.c.taken_until
        # Further ahead than it ever goes: it was written before the clock was set back.
        impossible = taken_until > now() + furthest + interval
        with self._database.write() as connection:
            taken = connection.execute(
                update(rates)
                .where(row, or_(taken_until + interval <= now() + furthest, impossible))
                .values(
                    taken_until=interval
                    + case((or_(taken_until < now(), impossible), now()), else_=taken_until)
                )
            )
            if taken.rowcount == 1:
                return 0.0
            wait = connection.scalar(select(taken_until + interval - now() - furthest).where(row))
        return max(0.01, float(wait or 0.0))

    def _enter(self, provider: str) -> None:
        with self._database.read() as connection:
            known = connection.scalar(select(rates.c.provider).where(rates.c.provider == provider))
        if known is None:
            try:
                with self._database.write() as connection:
                    connection.execute(insert(rates).values(provider=provider))
            except IntegrityError:
                return  # another worker was quicker
