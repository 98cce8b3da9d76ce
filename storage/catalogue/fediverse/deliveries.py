"""Deliveries of activities to inboxes: one row each, so that none is made twice or lost.

A row is *waiting*, then *sending* under a lease, then *sent* or *failed*. An attempt that broke off
is made again with the same activity id, by which the receiver knows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from sqlalchemy import Connection, delete, exists, func, or_, select, update

from storage.catalogue.db.database import Database, now, upsert
from storage.catalogue.db.fediverse_tables import actors, deliveries, followers, inboxes, posts
from storage.catalogue.db.tables import artists, works
from storage.catalogue.work_row import WorkRow, work_row

KEPT_SECONDS: Final = 30 * 86400.0
"""How long ended deliveries are kept."""

DEAD_SECONDS: Final = 7 * 86400.0
"""An inbox that has failed for so long gets nothing until its server is heard of again."""

State = Literal["waiting", "sending", "sent", "failed"]
Told = Literal["shown", "blurred", "deleted"]
"""How followers were last told that a work stands."""


@dataclass(frozen=True)
class Delivery:
    """One activity that is to be sent to one inbox, or was; times in seconds since 1970."""

    activity: str
    inbox: str
    artist: str
    body: str = field(repr=False)
    state: str
    attempts: int
    created_at: float
    next_at: float
    detail: str


class Deliveries:
    """Deliveries of all artists."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_in(
        self, connection: Connection, activity: str, artist: str, body: str, to: Iterable[str]
    ) -> None:
        """Ask for a delivery to each inbox; those that were asked for before are left alone."""
        dead = set(
            connection.scalars(
                select(inboxes.c.inbox).where(inboxes.c.failing_since < now() - DEAD_SECONDS)
            )
        )
        for inbox in sorted({*to} - dead):  # in one order, since locks are taken
            connection.execute(
                upsert(connection, deliveries)
                .values(
                    activity=activity,
                    inbox=inbox,
                    artist=artist,
                    body=body,
                    state="waiting",
                    created_at=now(),
                )
                .on_conflict_do_nothing()
            )

    def tell(
        self,
        work: str,
        told: Told,
        *,
        artist: str,
        activity: str,
        body: str,
        after: str = "",
        instead: str = "",
    ) -> int:
        """Send followers an activity that says how a work stands; return to how many inboxes.

        With `after`, the id of an earlier activity, those who were sent that one get it, too.
        Where that still waits, `instead` becomes its body; without one it is not sent any more.
        """
        with self._database.write() as connection:
            to = _inboxes_in(connection, artist)
            if after:
                earlier = deliveries.c.activity == after
                waits = earlier & (deliveries.c.state == "waiting")
                if instead:
                    connection.execute(update(deliveries).where(waits).values(body=instead))
                else:
                    connection.execute(delete(deliveries).where(waits))
                to |= set(connection.scalars(select(deliveries.c.inbox).where(earlier)))
            self.add_in(connection, activity, artist, body, to)
            connection.execute(
                upsert(connection, posts)
                .values(work=work, told=told)
                .on_conflict_do_update(index_elements=["work"], set_={"told": told})
            )
        return len(to)

    def changed(self, *, since: float, limit: int) -> Sequence[WorkRow]:
        """Works that now stand otherwise than followers were told; a deleted one stays deleted.

        It looks at those of which something was decided `since` (seconds since 1970).
        """
        query = (
            select(works)
            .join(posts, posts.c.work == works.c.id)
            .where(
                works.c.artist.in_(select(artists.c.name)),  # as the index begins
                works.c.changed_at >= since,
                posts.c.told != "deleted",
                or_(
                    works.c.showing.not_in(("shown", "blurred")),
                    works.c.showing != posts.c.told,
                ),
            )
            .order_by(works.c.artist, works.c.changed_at)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [work_row(row) for row in connection.execute(query)]

    def due(self, *, limit: int) -> Sequence[Delivery]:
        """Deliveries to be made now, the oldest of each inbox, those that broke off among them."""
        other = deliveries.alias()
        busy = exists().where(
            other.c.inbox == deliveries.c.inbox,
            other.c.state == "sending",
            other.c.next_at > now(),
        )
        query = (
            select(deliveries)
            .where(
                deliveries.c.state.in_(("waiting", "sending")), deliveries.c.next_at <= now(), ~busy
            )
            .order_by(deliveries.c.created_at, deliveries.c.activity)
            .limit(10 * limit)
        )
        first: dict[str, Delivery] = {}
        with self._database.read() as connection:
            for row in connection.execute(query):
                first.setdefault(row.inbox, Delivery(**row._mapping))
        return list(first.values())[:limit]

    def claim(self, row: Delivery, *, seconds: float) -> Delivery | None:
        """Take a due delivery for so long; None if another process was faster."""
        with self._database.write() as connection:
            taken = connection.execute(
                update(deliveries)
                .where(
                    deliveries.c.activity == row.activity,
                    deliveries.c.inbox == row.inbox,
                    deliveries.c.state == row.state,
                    deliveries.c.attempts == row.attempts,
                    deliveries.c.next_at <= now(),
                )
                .values(state="sending", attempts=row.attempts + 1, next_at=now() + seconds)
                .returning(deliveries)
            ).first()
        return None if taken is None else Delivery(**taken._mapping)

    def settle(self, claimed: Delivery, state: State, detail: str, *, wait: float = 0.0) -> bool:
        """Write down how it went; False if the lease had ended and another process took over."""
        body = claimed.body if state == "waiting" else ""
        with self._database.write() as connection:
            settled = connection.execute(
                update(deliveries)
                .where(
                    deliveries.c.activity == claimed.activity,
                    deliveries.c.inbox == claimed.inbox,
                    deliveries.c.state == "sending",
                    deliveries.c.attempts == claimed.attempts,
                )
                .values(state=state, detail=detail, next_at=now() + wait, body=body)
            )
            if state == "sent":
                self.revive_in(connection, claimed.inbox)
            elif state == "waiting":
                connection.execute(
                    upsert(connection, inboxes)
                    .values(inbox=claimed.inbox, failing_since=now())
                    .on_conflict_do_nothing()
                )
        return settled.rowcount == 1

    def revive_in(self, connection: Connection, *reached: str) -> None:
        """Note that these inboxes are not dead: their server was heard of."""
        connection.execute(delete(inboxes).where(inboxes.c.inbox.in_(reached)))

    def failing(self) -> Sequence[tuple[str, float]]:
        """Inboxes to which nothing can be delivered, and since when."""
        query = select(inboxes.c.inbox, inboxes.c.failing_since).order_by(inboxes.c.inbox)
        with self._database.read() as connection:
            return [(str(inbox), float(since)) for inbox, since in connection.execute(query)]

    def of_activity(self, activity: str) -> Sequence[Delivery]:
        """The deliveries of an activity, by inbox."""
        query = (
            select(deliveries).where(deliveries.c.activity == activity).order_by(deliveries.c.inbox)
        )
        with self._database.read() as connection:
            return [Delivery(**row._mapping) for row in connection.execute(query)]

    def count(self, state: State) -> int:
        """How many deliveries are in this state."""
        query = select(func.count()).select_from(deliveries).where(deliveries.c.state == state)
        with self._database.read() as connection:
            return connection.scalar(query) or 0

    def forget_ended(self) -> None:
        """Delete deliveries that ended long ago."""
        with self._database.write() as connection:
            connection.execute(
                delete(deliveries).where(
                    deliveries.c.state.in_(("sent", "failed")),
                    deliveries.c.next_at < now() - KEPT_SECONDS,
                )
            )


def _inboxes_in(connection: Connection, artist: str) -> set[str]:
    """The inboxes of an artist's followers; those of one server share one where it has one."""
    query = (
        select(actors.c.inbox, actors.c.shared_inbox)
        .join(followers, followers.c.actor == actors.c.id)
        .where(followers.c.artist == artist)
        .distinct()
    )
    return {shared or inbox for inbox, shared in connection.execute(query)}
