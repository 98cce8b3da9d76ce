"""The outbox: one row for each work and channel, so that nothing is published twice or lost.

A row is *waiting*, then *sending* under a lease, then *sent*, *failed* (given up) or *unknown*:
delivery is unknown, and a person decides. *Dry* rows were only pretended.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Connection, insert, select, update

from storage.archive.events import Published
from storage.catalogue.db.database import Database, now
from storage.catalogue.db.tables import outbox, works

Publication = Literal["waiting", "sending", "sent", "failed", "unknown", "dry"]
"""How a publication stands."""


@dataclass(frozen=True)
class OutboxRow:
    """One publication that is to be made, or was."""

    work: str
    channel: str
    state: Publication
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

    def newest(
        self, *, states: Sequence[Publication] | None = None, limit: int = 100
    ) -> Sequence[OutboxRow]:
        """Publications of the newest works first, in all states or in some."""
        query = select(outbox).join(works, works.c.id == outbox.c.work)
        if states is not None:
            query = query.where(outbox.c.state.in_(states))
        query = query.order_by(works.c.created_at.desc(), outbox.c.channel).limit(limit)
        with self._database.read() as connection:
            return [OutboxRow(**row._mapping) for row in connection.execute(query)]

    def due(self, *, limit: int) -> Sequence[OutboxRow]:
        """Publications to be made now, oldest first; those whose sender died among them.

        Works that are not public wait until they are.
        """
        query = (
            select(outbox)
            .join(works, works.c.id == outbox.c.work)
            .where(
                outbox.c.state.in_(("waiting", "sending")),
                outbox.c.next_at <= now(),
                works.c.showing == "shown",
            )
            .order_by(works.c.created_at, outbox.c.channel)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [OutboxRow(**row._mapping) for row in connection.execute(query)]

    def claim(self, row: OutboxRow, *, seconds: float) -> OutboxRow | None:
        """Take a due publication for so long; None if another process was faster.

        The attempt's number is the fencing token of what follows.
        """
        with self._database.write() as connection:
            taken = connection.execute(
                update(outbox)
                .where(
                    *_is(row.work, row.channel),
                    outbox.c.state == row.state,
                    outbox.c.attempts == row.attempts,
                    outbox.c.next_at <= now(),
                )
                .values(state="sending", attempts=row.attempts + 1, next_at=now() + seconds)
            )
            if taken.rowcount != 1:
                return None
            found = connection.execute(select(outbox).where(*_is(row.work, row.channel))).one()
        return OutboxRow(**found._mapping)

    def settle(
        self, claimed: OutboxRow, state: Publication, detail: str, *, wait: float = 0.0
    ) -> bool:
        """Write down how it went; False if the lease had ended and another sender took over."""
        with self._database.write() as connection:
            settled = connection.execute(
                update(outbox)
                .where(
                    *_is(claimed.work, claimed.channel),
                    outbox.c.state == "sending",
                    outbox.c.attempts == claimed.attempts,
                )
                .values(state=state, detail=detail, next_at=now() + wait)
            )
        return settled.rowcount == 1

    def decide(self, work: str, channel: str, state: Publication, detail: str) -> bool:
        """A person's word on a publication that failed or is unknown; False if it is neither."""
        with self._database.write() as connection:
            decided = connection.execute(
                update(outbox)
                .where(*_is(work, channel), outbox.c.state.in_(("failed", "unknown", "dry")))
                .values(state=state, detail=detail, next_at=0.0)
            )
        return decided.rowcount == 1

    def enter_in(self, connection: Connection, work: str, last: Published) -> None:
        """Enter a publication from the archive; one that broke off is unknown."""
        connection.execute(
            insert(outbox).values(
                work=work,
                channel=last.channel,
                state="unknown" if last.state == "sending" else last.state,
                attempts=last.attempt,
                detail=last.detail,
            )
        )


def _is(work: str, channel: str) -> tuple[ColumnElement[bool], ...]:
    return outbox.c.work == work, outbox.c.channel == channel
