"""The fediverse's part of the catalogue as one object, with the keys of the artists."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from storage.catalogue.db.database import Database, upsert
from storage.catalogue.db.fediverse_tables import keys
from storage.catalogue.fediverse.deliveries import Deliveries
from storage.catalogue.fediverse.people import People
from storage.catalogue.fediverse.reactions import Reactions


class Fediverse:
    """Keys, people, reactions and deliveries of all artists."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.people = People(database)
        self.reactions = Reactions(database)
        self.deliveries = Deliveries(database)

    def key(self, artist: str) -> str | None:
        """The stored private key of an artist, as its caller encrypted it."""
        with self._database.read() as connection:
            return connection.scalar(select(keys.c.private).where(keys.c.artist == artist))

    def keep_key(self, artist: str, encrypted: str) -> str:
        """Store an artist's key unless it has one, and return the one that is stored."""
        with self._database.write() as connection:
            connection.execute(
                upsert(connection, keys)
                .values(artist=artist, private=encrypted)
                .on_conflict_do_nothing()
            )
            query = select(keys.c.private).where(keys.c.artist == artist)
            return str(connection.scalars(query).one())

    def replace_key(self, artist: str, encrypted: str) -> None:
        """Store a new key of an artist in place of the old one."""
        with self._database.write() as connection:
            connection.execute(delete(keys).where(keys.c.artist == artist))
            connection.execute(insert(keys).values(artist=artist, private=encrypted))
