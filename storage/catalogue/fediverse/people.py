"""Actors of other servers: what is known of them, whom they follow, and who is blocked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import Connection, delete, func, insert, or_, select

from storage.catalogue.db.database import Database, now, upsert
from storage.catalogue.db.fediverse_tables import actors, blocks, followers, reactions, seen

KEPT_SECONDS: Final = 30 * 86400.0
"""How long the ids of accepted activities are kept; a signature is valid for far less."""


@dataclass(frozen=True)
class RemoteActor:
    """An actor of another server, as its document said at `fetched_at`.

    `key` is its public key in PEM form.
    """

    id: str
    handle: str
    inbox: str
    shared_inbox: str
    key_id: str
    key: str
    fetched_at: float = 0.0


@dataclass(frozen=True)
class Follower:
    """Who follows an artist, and since when."""

    artist: str
    actor: str
    handle: str
    since: float


@dataclass(frozen=True)
class Block:
    """A blocked actor (its id) or domain, with all of its subdomains."""

    name: str
    who: str
    since: float


class People:
    """All actors of other servers that this deployment knows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, actor: str) -> RemoteActor | None:
        """What is known of an actor."""
        with self._database.read() as connection:
            row = connection.execute(select(actors).where(actors.c.id == actor)).first()
        return None if row is None else RemoteActor(**row._mapping)

    def of_handle(self, handle: str) -> RemoteActor | None:
        """The actor of a handle, as in `@ada@example.org`."""
        with self._database.read() as connection:
            row = connection.execute(select(actors).where(actors.c.handle == handle)).first()
        return None if row is None else RemoteActor(**row._mapping)

    def keep_in(self, connection: Connection, actor: RemoteActor) -> None:
        """Store what an actor's document says now, in place of what it said before."""
        values = {
            "handle": actor.handle,
            "inbox": actor.inbox,
            "shared_inbox": actor.shared_inbox,
            "key_id": actor.key_id,
            "key": actor.key,
            "fetched_at": actor.fetched_at,
        }
        connection.execute(
            upsert(connection, actors)
            .values(id=actor.id, **values)
            .on_conflict_do_update(index_elements=["id"], set_=values)
        )

    def accept_in(self, connection: Connection, actor: str, activity: str) -> bool:
        """Note that an activity is accepted; False if it was accepted before."""
        name = hashlib.sha256(f"{actor}\n{activity}".encode()).hexdigest()
        noted = connection.execute(
            upsert(connection, seen)
            .values(id=name, at=now())
            .on_conflict_do_nothing()
            .returning(seen.c.id)  # PostgreSQL tells no count of what was inserted
        )
        return noted.first() is not None

    def follow_in(self, connection: Connection, artist: str, actor: str, activity: str) -> None:
        """Let a known actor follow an artist."""
        connection.execute(
            upsert(connection, followers)
            .values(artist=artist, actor=actor, follow=activity, since=now())
            .on_conflict_do_update(index_elements=["artist", "actor"], set_={"follow": activity})
        )

    def unfollow_in(
        self, connection: Connection, actor: str, *, artist: str = "", follow: str = ""
    ) -> None:
        """Let an actor no longer follow an artist, or take back the activity `follow`."""
        one = followers.c.follow == follow if follow else followers.c.artist == artist
        connection.execute(delete(followers).where(followers.c.actor == actor, one))

    def forget_in(self, connection: Connection, actor: str) -> bool:
        """Delete all that an actor did, and what is known of it; False if nothing is."""
        connection.execute(delete(followers).where(followers.c.actor == actor))
        connection.execute(delete(reactions).where(reactions.c.actor == actor))
        return connection.execute(delete(actors).where(actors.c.id == actor)).rowcount == 1

    def forget_idle(self) -> None:
        """Delete ids of activities that are too old to be accepted again."""
        with self._database.write() as connection:
            connection.execute(delete(seen).where(seen.c.at < now() - KEPT_SECONDS))

    def forget_inbox(self, inbox: str) -> int:
        """Delete the followers that are reached at an inbox which is gone for good."""
        reached = or_(actors.c.shared_inbox == inbox, actors.c.inbox == inbox)
        with self._database.write() as connection:
            return connection.execute(
                delete(followers).where(followers.c.actor.in_(select(actors.c.id).where(reached)))
            ).rowcount

    def count(self, artist: str) -> int:
        """How many follow an artist."""
        query = select(func.count()).select_from(followers).where(followers.c.artist == artist)
        with self._database.read() as connection:
            return connection.scalar(query) or 0

    def followers(self, artist: str, *, limit: int = 100) -> Sequence[Follower]:
        """Who follows an artist, the newest first."""
        query = (
            select(followers.c.artist, followers.c.actor, actors.c.handle, followers.c.since)
            .join(actors, actors.c.id == followers.c.actor)
            .where(followers.c.artist == artist)
            .order_by(followers.c.since.desc(), followers.c.actor)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [Follower(**row._mapping) for row in connection.execute(query)]

    def blocks(self) -> Sequence[Block]:
        """Who is blocked, by name."""
        with self._database.read() as connection:
            rows = connection.execute(select(blocks).order_by(blocks.c.name))
            return [Block(**row._mapping) for row in rows]

    def is_blocked(self, actor: str) -> bool:
        """Whether an actor is blocked, itself or by its domain."""
        labels = (urlsplit(actor).hostname or "").split(".")
        domains = [".".join(labels[i:]) for i in range(len(labels))]
        query = select(blocks.c.name).where(blocks.c.name.in_([actor, *domains])).limit(1)
        with self._database.read() as connection:
            return connection.scalar(query) is not None

    def block(self, name: str, *, who: str) -> int:
        """Block an actor (by id) or a domain, and forget it; return how many actors were known."""
        with self._database.write() as connection:
            connection.execute(delete(blocks).where(blocks.c.name == name))
            connection.execute(insert(blocks).values(name=name, who=who, since=now()))
            ids = [name]
            if "://" not in name:
                known = connection.scalars(select(actors.c.id))
                ids = [one for one in known if _is_within(one, name)]
            return sum(self.forget_in(connection, one) for one in ids)

    def unblock(self, name: str) -> bool:
        """Block it no longer; False if it was not blocked."""
        with self._database.write() as connection:
            return connection.execute(delete(blocks).where(blocks.c.name == name)).rowcount == 1


def _is_within(actor: str, domain: str) -> bool:
    host = urlsplit(actor).hostname or ""
    return host == domain or host.endswith(f".{domain}")
