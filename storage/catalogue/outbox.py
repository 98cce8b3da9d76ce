"""The outbox: one row a work and channel, so that nothing is published twice or forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from storage.catalogue.database import Database
from storage.catalogue.tables import outbox


@dataclass(frozen=True)
class OutboxRow:
    """One publication that is to be made, or was."""

    work: str
    channel: str
    state: str
    attempts: int
    next_at: float
    detail: str


class Outbox:
    """Publications of all works."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_in(self, connection: Connection, work: str, channels: Iterable[str]) -> None:
        """Ask for a work's publication, as part of the transaction that ends its cycle."""
        rows = [{"work": work, "channel": channel, "state": "waiting"} for channel in channels]
        if rows:
            connection.execute(insert(outbox), rows)

    def of_work(self, work: str) -> Sequence[OutboxRow]:
        """A work's publications by channel."""
        query = select(outbox).where(outbox.c.work == work).order_by(outbox.c.channel)
        with self._database.read() as connection:
            return [OutboxRow(**row._mapping) for row in connection.execute(query)]
