"""Likes, boosts and replies to works, from other servers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Connection, Select, delete, func, select, update

from storage.catalogue.db.database import Database, now, upsert
from storage.catalogue.db.fediverse_tables import actors, reactions

Kind = Literal["like", "boost", "reply"]
Decision = Literal["held", "allowed", "refused"]
"""How a reply stands: visitors read it once a person has allowed it."""


@dataclass(frozen=True)
class Counts:
    """How often a work was liked and boosted, and how many replies are allowed."""

    likes: int = 0
    boosts: int = 0
    replies: int = 0


@dataclass(frozen=True)
class Reaction:
    """A reply, as plain text, and who wrote it."""

    work: str
    actor: str
    handle: str
    note: str
    url: str
    text: str
    state: str
    at: float


class Reactions:
    """Reactions to the works of all artists."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_in(
        self,
        connection: Connection,
        work: str,
        actor: str,
        kind: Kind,
        *,
        activity: str,
        note: str = "",
        url: str = "",
        text: str = "",
    ) -> None:
        """Enter a reaction of a known actor: a like, a boost, and any number of replies.

        Each reply is held until a person decides.
        """
        connection.execute(
            upsert(connection, reactions)
            .values(
                work=work,
                actor=actor,
                kind=kind,
                note=note,
                activity=activity,
                at=now(),
                state="held" if kind == "reply" else "counted",
                url=url,
                text=text,
            )
            .on_conflict_do_update(
                index_elements=["work", "actor", "kind", "note"], set_={"activity": activity}
            )
        )

    def undo_in(self, connection: Connection, actor: str, activity: str) -> int:
        """Take back what an activity of this actor did; return how many reactions that were."""
        return connection.execute(
            delete(reactions).where(
                reactions.c.actor == actor,
                reactions.c.activity == activity,
                reactions.c.kind != "reply",
            )
        ).rowcount

    def remove_in(
        self, connection: Connection, actor: str, *, work: str = "", kind: str = "", note: str = ""
    ) -> int:
        """Take back an actor's like or boost of a work, or delete one of its replies."""
        one = (
            reactions.c.note == note
            if note
            else (reactions.c.work == work) & (reactions.c.kind == kind)
        )
        return connection.execute(delete(reactions).where(reactions.c.actor == actor, one)).rowcount

    def counts(self, work: str) -> Counts:
        """What visitors may know of a work's reactions."""
        return self._counts(reactions.c.work == work)

    def of_artist(self, artist: str) -> Counts:
        """The same of all works of an artist."""
        return self._counts(reactions.c.work.startswith(f"{artist}:", autoescape=True))

    def allowed(self, work: str, *, limit: int = 50) -> Sequence[Reaction]:
        """The replies to a work that visitors may read, oldest first."""
        query = _replies().where(reactions.c.work == work, reactions.c.state == "allowed")
        return self._all(query.order_by(reactions.c.at, reactions.c.note).limit(limit))

    def replies(self, state: Decision, *, limit: int = 50) -> Sequence[Reaction]:
        """Replies in this state, the newest first."""
        query = _replies().where(reactions.c.state == state)
        return self._all(query.order_by(reactions.c.at.desc(), reactions.c.note).limit(limit))

    def decide(self, note: str, state: Decision) -> bool:
        """A person's word on a reply; False if there is none of this id."""
        with self._database.write() as connection:
            return (
                connection.execute(
                    update(reactions)
                    .where(reactions.c.kind == "reply", reactions.c.note == note)
                    .values(state=state)
                ).rowcount
                > 0
            )

    def _counts(self, of: ColumnElement[bool]) -> Counts:
        query = (
            select(reactions.c.kind, func.count())
            .where(of, reactions.c.state.in_(("counted", "allowed")))
            .group_by(reactions.c.kind)
        )
        with self._database.read() as connection:
            found = {kind: int(count) for kind, count in connection.execute(query)}
        return Counts(found.get("like", 0), found.get("boost", 0), found.get("reply", 0))

    def _all(self, query: Select[tuple[object, ...]]) -> Sequence[Reaction]:
        with self._database.read() as connection:
            return [Reaction(**row._mapping) for row in connection.execute(query)]


def _replies() -> Select[tuple[object, ...]]:
    columns = reactions.c
    return (
        select(
            columns.work,
            columns.actor,
            actors.c.handle,
            columns.note,
            columns.url,
            columns.text,
            columns.state,
            columns.at,
        )
        .join(actors, actors.c.id == columns.actor)
        .where(columns.kind == "reply")
    )
