"""The outbox: one row for each work and channel, so that nothing is published twice or lost.

A row is *waiting*, then *sending* under a lease, then *sent*, *failed* (given up) or *unknown*:
delivery is unknown, and a person decides. *Dry* rows were only pretended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select, update

from storage.archive.events import Published
from storage.catalogue.db.database import Database, now, upsert
from storage.catalogue.db.tables import channels as channel_rows
from storage.catalogue.db.tables import outbox, works

DAY: Final = 86400.0
NO_LIMITS: Final[Mapping[str, int]] = MappingProxyType({})

DECIDED: Final = "decided by "
"""Start of the detail of a publication that a person gave up or confirmed."""

FAILED: Final = and_(outbox.c.state == "failed", ~outbox.c.detail.startswith(DECIDED))
"""A publication that failed, and that no person has given up."""

_TRIED: Final = ("failed", "unknown", "dry")
"""The states in which a person may say that a publication arrived."""

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

    def add_in(
        self,
        connection: Connection,
        work: str,
        channels: Iterable[str],
        per_day: Mapping[str, int] = NO_LIMITS,
    ) -> None:
        """Ask for a work's publication, as part of the transaction that ends its cycle.

        A channel that has `per_day` works that wait, or were sent in the last 24 hours, gets none:
        its queue would grow for good.
        """
        rows = [
            {"work": work, "channel": channel, "state": "waiting"}
            for channel in sorted(channels)  # in one order, since locks are taken
            if not per_day.get(channel)
            or _count_in(connection, channel, ("waiting",)) < per_day[channel]
        ]
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
        return self._newest(*(() if states is None else (outbox.c.state.in_(states),)), limit=limit)

    def _newest(self, *which: ColumnElement[bool], limit: int) -> Sequence[OutboxRow]:
        query = select(outbox).join(works, works.c.id == outbox.c.work).where(*which)
        query = query.order_by(works.c.created_at.desc(), outbox.c.channel).limit(limit)
        with self._database.read() as connection:
            return [OutboxRow(**row._mapping) for row in connection.execute(query)]

    def undecided(self, *, limit: int = 100) -> Sequence[OutboxRow]:
        """Publications that failed or whose outcome is unknown, unless a person decided on them."""
        return self._newest(or_(FAILED, outbox.c.state == "unknown"), limit=limit)

    def struggling(self, *, attempts: int = 1, limit: int = 100) -> Sequence[OutboxRow]:
        """Publications that failed so many times or more and are tried again by themselves.

        Those of works that visitors see in full; others wait for a decision on the work.
        """
        return self._newest(
            outbox.c.state == "waiting",
            outbox.c.attempts >= attempts,
            works.c.showing == "shown",
            limit=limit,
        )

    def due(
        self, channel: str | None = None, *, limit: int, showing: Sequence[str] = ("shown",)
    ) -> Sequence[OutboxRow]:
        """Publications to be made now, oldest first; those whose sender died among them.

        Works that are not `showing` so wait until they are.
        """
        query = (
            select(outbox)
            .join(works, works.c.id == outbox.c.work)
            .where(
                outbox.c.state.in_(("waiting", "sending")),
                outbox.c.next_at <= now(),
                works.c.showing.in_(showing),
            )
            .order_by(works.c.created_at, outbox.c.channel)
            .limit(limit)
        )
        if channel is not None:
            query = query.where(outbox.c.channel == channel)
        with self._database.read() as connection:
            return [OutboxRow(**row._mapping) for row in connection.execute(query)]

    def is_spent(self, channel: str, *, per_day: int) -> bool:
        """Whether a channel sent as many works in the last 24 hours (0: as many as it likes)."""
        with self._database.read() as connection:
            return per_day > 0 and _sent(connection, channel, ()) >= per_day

    def claim(self, row: OutboxRow, *, seconds: float, per_day: int = 0) -> OutboxRow | None:
        """Take a due publication for so long; None if another process was faster.

        Also None if the channel has sent `per_day` works in the last 24 hours (0: no limit). The
        attempt's number is the fencing token of what follows.
        """
        with self._database.write() as connection:
            # One whose sender died has its place in the limit already.
            limited = per_day > 0 and row.state == "waiting"
            if limited and _count_in(connection, row.channel, ()) >= per_day:
                return None
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

    def postpone(self, channel: str, *, wait: float) -> None:
        """Let a channel send nothing that waits now for so many seconds, as its remote asked."""
        until = now() + wait
        with self._database.write() as connection:
            connection.execute(
                update(outbox)
                .where(
                    outbox.c.channel == channel,
                    outbox.c.state == "waiting",
                    outbox.c.next_at < until,
                )
                .values(next_at=until)
            )

    def retry(self, channel: str | None, detail: str) -> int:
        """Send what failed again, and what waits at once; return how many had failed.

        On one channel, or on all. What a person gave up stays so.
        """
        here = () if channel is None else (outbox.c.channel == channel,)
        with self._database.write() as connection:
            connection.execute(
                update(outbox).where(outbox.c.state == "waiting", *here).values(next_at=0.0)
            )
            return connection.execute(
                update(outbox)
                .where(FAILED, *here)
                .values(state="waiting", detail=detail, next_at=0.0)
            ).rowcount

    def count(self, state: Publication) -> int:
        """How many publications are in this state."""
        query = select(func.count()).select_from(outbox).where(outbox.c.state == state)
        with self._database.read() as connection:
            return connection.scalar(query) or 0

    def decide(self, work: str, channel: str, state: Publication, detail: str) -> bool:
        """A person's word on a publication; False if it is sent, or being sent just now.

        One that waits can't have arrived.
        """
        states = _TRIED if state == "sent" else ("waiting", *_TRIED)
        with self._database.write() as connection:
            decided = connection.execute(
                update(outbox)
                .where(*_is(work, channel), outbox.c.state.in_(states))
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
                next_at=last.at.timestamp(),
            )
        )


def _is(work: str, channel: str) -> tuple[ColumnElement[bool], ...]:
    return outbox.c.work == work, outbox.c.channel == channel


def _count_in(connection: Connection, channel: str, also: Iterable[Publication]) -> int:
    """Works that a channel sent in the last 24 hours, and those in other states.

    Until the transaction ends, nobody else counts those of this channel.
    """
    connection.execute(
        upsert(connection, channel_rows).values(name=channel).on_conflict_do_nothing()
    )
    connection.execute(
        select(channel_rows.c.name).where(channel_rows.c.name == channel).with_for_update()
    )
    return _sent(connection, channel, also)


def _sent(connection: Connection, channel: str, also: Iterable[Publication]) -> int:
    """The same, without the lock."""
    recent = outbox.c.state.in_(("sent", "unknown")) & (outbox.c.next_at > now() - DAY)
    query = select(func.count()).where(
        outbox.c.channel == channel, or_(recent, outbox.c.state.in_(("sending", *also)))
    )
    return connection.scalar(query) or 0
