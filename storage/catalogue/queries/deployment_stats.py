"""Statistics of the deployment, one query each, for metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from storage.catalogue.db.database import Database, now
from storage.catalogue.db.tables import artists, cycles, ledger, works


@dataclass(frozen=True)
class Novelty:
    """The novelty of an artist's newest work, and how long ago it was made, in seconds."""

    novelty: float
    age: float


class DeploymentStats:
    """Counts over all artists."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cycles(self) -> Mapping[tuple[str, str], int]:
        """How many cycles there are, by artist and state (open, done, failed)."""
        query = select(cycles.c.artist, cycles.c.state, func.count())
        with self._database.read() as connection:
            rows = connection.execute(query.group_by(cycles.c.artist, cycles.c.state))
            return {(row[0], row[1]): int(row[2]) for row in rows}

    def open_by_step(self) -> Mapping[str, int]:
        """How many open cycles stand at each step."""
        query = select(cycles.c.step, func.count()).where(cycles.c.state == "open")
        with self._database.read() as connection:
            rows = connection.execute(query.group_by(cycles.c.step))
            return {row[0]: int(row[1]) for row in rows}

    def artists(self) -> Mapping[str, int]:
        """Number of artists that are paused, resting, or working."""
        with self._database.read() as connection:
            rows = connection.execute(select(artists.c.paused, artists.c.rests_until > now())).all()
        states = [
            "paused" if paused else "resting" if rests else "working" for paused, rests in rows
        ]
        return {state: states.count(state) for state in ("working", "resting", "paused")}

    def newest(self) -> Mapping[str, Novelty]:
        """Each artist's newest work."""
        newest = select(works.c.artist, func.max(works.c.number).label("number"))
        last = newest.group_by(works.c.artist).subquery()
        query = select(works.c.artist, works.c.novelty, now() - works.c.created_at).join(
            last, (last.c.artist == works.c.artist) & (last.c.number == works.c.number)
        )
        with self._database.read() as connection:
            return {row[0]: Novelty(row[1], float(row[2])) for row in connection.execute(query)}

    def calls(self) -> Mapping[str, int]:
        """How many paid calls ended in each state."""
        query = select(ledger.c.state, func.count()).group_by(ledger.c.state)
        with self._database.read() as connection:
            return {row[0]: int(row[1]) for row in connection.execute(query)}
