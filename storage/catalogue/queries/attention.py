"""What waits for a person, of all artists together: one query each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from storage.catalogue.db.database import Database
from storage.catalogue.db.tables import cycles, outbox, works
from storage.catalogue.outbox import FAILED


@dataclass(frozen=True)
class HeldWorks:
    """How many works of an artist are held for review, the oldest of them, and since when."""

    count: int
    oldest: str
    since: float


@dataclass(frozen=True)
class FailedCycleStep:
    """An open cycle whose next step failed and is to be tried again."""

    cycle: str
    step: str
    started_at: float
    reason: str


class Attention:
    """Works, cycles and publications that a person should look at."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def held(self) -> Mapping[str, HeldWorks]:
        """The works that are held for review, by artist."""
        query = (
            select(works.c.artist, works.c.id, works.c.changed_at)
            .where(works.c.showing == "held")
            .order_by(works.c.changed_at, works.c.id)
        )
        found: dict[str, HeldWorks] = {}
        with self._database.read() as connection:
            for row in connection.execute(query):
                first = found.get(row.artist) or HeldWorks(0, row.id, row.changed_at)
                found[row.artist] = HeldWorks(first.count + 1, first.oldest, first.since)
        return found

    def waiting(self) -> Mapping[str, FailedCycleStep]:
        """The open cycles whose next step failed, by artist."""
        query = select(cycles).where(cycles.c.state == "open", cycles.c.trouble != "")
        with self._database.read() as connection:
            return {
                row.artist: FailedCycleStep(row.id, row.step, row.started_at, row.trouble)
                for row in connection.execute(query)
            }

    def fallbacks(self) -> Mapping[str, int]:
        """How many works were composed by the fallback, by artist."""
        query = select(works.c.artist, func.count()).where(works.c.fallback != "")
        with self._database.read() as connection:
            rows = connection.execute(query.group_by(works.c.artist))
            return {row[0]: int(row[1]) for row in rows}

    def fallback_count(self, artist: str) -> int:
        """How many of one artist's works were composed by the fallback."""
        query = select(func.count()).where(works.c.artist == artist, works.c.fallback != "")
        with self._database.read() as connection:
            return connection.scalar(query) or 0

    def failed_publications(self) -> Sequence[tuple[str, str]]:
        """Works and channels of the posts that failed, unless a person gave them up."""
        query = (
            select(outbox.c.work, outbox.c.channel)
            .where(FAILED)
            .order_by(outbox.c.work, outbox.c.channel)
        )
        with self._database.read() as connection:
            return [(row.work, row.channel) for row in connection.execute(query)]
