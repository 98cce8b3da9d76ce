"""Alarms: each is notified once when it begins and once when it ends."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage.catalogue.db.database import Database, now
from storage.catalogue.db.tables import alarms

RETRY_SECONDS = 60.0
"""How long a message that could not be delivered waits."""


@dataclass(frozen=True)
class Alarm:
    """Something that is wrong now: with one artist, or (no name) with the whole deployment."""

    artist: str
    kind: str
    message: str


@dataclass(frozen=True)
class AlarmRow:
    """An alarm as stored; `over` means that only its end is still to be delivered."""

    alarm: Alarm
    since: float
    over: bool
    told: bool


class Alarms:
    """The alarms of this deployment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def active(self) -> Sequence[AlarmRow]:
        """Every alarm that is not over, oldest first."""
        query = select(alarms).where(~alarms.c.over).order_by(alarms.c.since, alarms.c.artist)
        with self._database.read() as connection:
            return [_row(row) for row in connection.execute(query)]

    def update(self, found: Collection[Alarm]) -> None:
        """Let exactly these ring; one that rang before and is not among them is over."""
        wanted = {(alarm.artist, alarm.kind): alarm for alarm in found}
        with self._database.read() as connection:
            known = {(row.artist, row.kind): row for row in connection.execute(select(alarms))}
        for key, alarm in wanted.items():
            if key not in known:
                self._raise(alarm)
            elif known[key].over or known[key].message != alarm.message:
                self._renew(alarm, row=known[key])
        for key in known.keys() - wanted.keys():
            self._end(*key)

    def to_notify(self) -> Sequence[AlarmRow]:
        """Alarms, and ends of alarms, that people do not know of yet, taken for `RETRY_SECONDS`.

        Each is returned to one caller only; the caller that delivers it calls `told`.
        """
        query = select(alarms).where(~alarms.c.told, alarms.c.next_at <= now())
        with self._database.read() as connection:
            waiting = connection.execute(query.order_by(alarms.c.since)).all()
        return [_row(row) for row in waiting if self._take(row)]

    def told(self, row: AlarmRow) -> None:
        """Note that people know of the alarm, or of its end."""
        with self._database.write() as connection:
            here = _is(row.alarm.artist, row.alarm.kind) & (alarms.c.over == row.over)
            if row.over:
                connection.execute(delete(alarms).where(here))
            else:
                connection.execute(update(alarms).where(here).values(told=True))

    def _raise(self, alarm: Alarm) -> None:
        try:
            with self._database.write() as connection:
                connection.execute(
                    insert(alarms).values(
                        artist=alarm.artist, kind=alarm.kind, message=alarm.message, since=now()
                    )
                )
        except IntegrityError:
            return  # another schedule found it in the same second

    def _renew(self, alarm: Alarm, *, row: Row[Any]) -> None:
        """The same alarm with other words; one that had ended, and came back, is told again.

        Unless its end was not delivered yet: then recipients still see it as active.
        """
        changes: dict[str, object] = {"message": alarm.message}
        if row.over:
            changes |= {"over": False, "told": not row.told, "since": now(), "next_at": 0.0}
        with self._database.write() as connection:
            connection.execute(
                update(alarms).where(_is(alarm.artist, alarm.kind)).values(**changes)
            )

    def _end(self, artist: str, kind: str) -> None:
        with self._database.write() as connection:
            here = _is(artist, kind) & ~alarms.c.over
            connection.execute(delete(alarms).where(here, ~alarms.c.told))
            connection.execute(
                update(alarms).where(here).values(over=True, told=False, next_at=0.0)
            )

    def _take(self, row: Row[Any]) -> bool:
        with self._database.write() as connection:
            return _take_in(connection, row)


def _take_in(connection: Connection, row: Row[Any]) -> bool:
    taken = connection.execute(
        update(alarms)
        .where(_is(row.artist, row.kind), alarms.c.next_at == row.next_at, ~alarms.c.told)
        .values(next_at=now() + RETRY_SECONDS)
    )
    return taken.rowcount == 1


def _is(artist: str, kind: str) -> Any:
    return (alarms.c.artist == artist) & (alarms.c.kind == kind)


def _row(row: Row[Any]) -> AlarmRow:
    return AlarmRow(
        Alarm(row.artist, row.kind, row.message), since=row.since, over=row.over, told=row.told
    )
