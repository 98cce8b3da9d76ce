"""The channels of publication: what is wrong with each, and the session of its account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, select, update

from storage.catalogue.db.database import Database, upsert
from storage.catalogue.db.tables import channels


@dataclass(frozen=True)
class ChannelRow:
    """A channel as stored.

    `fault` is what is wrong with its settings, and ends with it; `held` is why the remote refused
    the channel, and stays until a person lets it go on.
    """

    name: str
    fault: str
    held: str
    session: str = field(repr=False)


class Channels:
    """The channels of this deployment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> Sequence[ChannelRow]:
        """Every channel of which there is something to say, by name."""
        query = select(channels).order_by(channels.c.name)
        with self._database.read() as connection:
            return [ChannelRow(**row._mapping) for row in connection.execute(query)]

    def configure(self, faults: Mapping[str, str]) -> None:
        """Store the faults (empty: none) of all channels of the settings; forget all others."""
        known = {row.name: row for row in self.all()}
        for name, fault in faults.items():
            if fault != (known[name].fault if name in known else ""):
                self._write(name, fault=fault)
        for name in known.keys() - faults.keys():
            with self._database.write() as connection:
                connection.execute(delete(channels).where(channels.c.name == name))

    def hold(self, name: str, reason: str) -> None:
        """Send nothing on this channel until a person lets it go on."""
        self._write(name, held=reason)

    def release(self, name: str | None = None) -> int:
        """Let one channel, or all, go on; return how many were held."""
        query = update(channels).where(channels.c.held != "").values(held="")
        if name is not None:
            query = query.where(channels.c.name == name)
        with self._database.write() as connection:
            return connection.execute(query).rowcount

    def session(self, name: str) -> str:
        """The stored session of a channel's account; empty: none."""
        query = select(channels.c.session).where(channels.c.name == name)
        with self._database.read() as connection:
            return connection.scalar(query) or ""

    def keep_session(self, name: str, session: str) -> None:
        """Store the session of a channel's account; the caller has encrypted it."""
        self._write(name, session=session)

    def _write(self, name: str, **values: str) -> None:
        with self._database.write() as connection:
            statement = upsert(connection, channels).values(name=name, **values)
            connection.execute(
                statement.on_conflict_do_update(index_elements=["name"], set_=values)
            )
