"""The database's clock, and what to do when it was set back.

A time that was written before the clock went back is further ahead than it ever could be: an
artist would wait for it, and a dead worker's lease would seem to run on.
"""

from __future__ import annotations

from sqlalchemy import case, exists, func, select, update

from storage.catalogue.db.database import Database, now
from storage.catalogue.db.tables import artists, cycles


class Clock:
    """Returns the time that leases and due times use."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def now(self) -> float:
        """Seconds since 1970."""
        with self._database.read() as connection:
            return float(connection.scalar(select(now())) or 0.0)

    def until_next(self, after: float) -> float | None:
        """Seconds from now to the first moment after `after` at which there is something to do.

        That is: an artist may begin a cycle, or a step is tried again. None: no such moment is set.
        """
        begins = case(
            (artists.c.next_due > artists.c.rests_until, artists.c.next_due),
            else_=artists.c.rests_until,
        )
        working = exists().where(cycles.c.artist == artists.c.name, cycles.c.state == "open")
        beginning = select(func.min(begins)).where(~artists.c.paused, begins > after, ~working)
        trying = select(func.min(cycles.c.retry_at)).where(
            cycles.c.state == "open", cycles.c.retry_at > after
        )
        query = select(*(each.scalar_subquery() - now() for each in (beginning, trying)))
        with self._database.read() as connection:
            row = connection.execute(query).one()
        return min((float(seconds) for seconds in row if seconds is not None), default=None)

    def bring_near(self, *, lease: float, delay: float, rest: float) -> None:
        """Bring every moment in the catalogue near enough to now, in seconds.

        `lease` is for the leases of open cycles, `delay` for their next tries, and `rest` for
        artists that rest. Doing it twice does no harm.
        """
        with self._database.write() as connection:
            for column, furthest in (
                (cycles.c.progress_at, 0.0),
                (cycles.c.leased_until, lease),
                (cycles.c.retry_at, delay),
            ):
                connection.execute(
                    update(cycles)
                    .where(cycles.c.state == "open", column > now() + furthest)
                    .values({column: now() + furthest})
                )
            connection.execute(
                update(artists)
                .where(artists.c.rests_until > now() + rest)
                .values(rests_until=now() + rest)
            )
