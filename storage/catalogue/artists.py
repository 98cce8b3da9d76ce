"""Artists, their tunings, and the time of each one's next cycle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, bindparam, exists, func, select, update

from storage.archive.events import ArtistCreated, ArtistEdited, Parts, TuningChanged
from storage.archive.manifest import Tuning
from storage.catalogue.db.database import Database, now, upsert
from storage.catalogue.db.tables import artists, cycles, tunings


@dataclass(frozen=True)
class ArtistRow:
    """One artist as stored in the catalogue.

    `edited` is a change that its next cycle begins with.
    """

    name: str
    created: ArtistCreated
    edited: ArtistEdited | None
    retired: bool
    paused: bool
    pause_reason: str
    paused_by: str
    resumed_at: float
    failures: int
    rests_until: float
    next_due: float

    @property
    def next(self) -> ArtistCreated:
        """The artist as it is from its next cycle on."""
        return self.created if self.edited is None else self.edited.applied_to(self.created)


@dataclass(frozen=True)
class TuningRow:
    """One version of an artist's tuning, with who set it and when."""

    version: int
    tuning: Tuning
    who: str
    at: datetime
    reset_by: str = ""


_ALL: Final = select(artists).order_by(artists.c.name)
_ONE: Final = select(artists).where(artists.c.name == bindparam("name"))
_TUNINGS: Final = (
    select(tunings.c.changed)
    .where(tunings.c.artist == bindparam("name"))
    .order_by(tunings.c.version.desc())
)
_TUNING: Final = _TUNINGS.limit(1)
"""Statements of every page of the gallery: to put one together takes longer than the answer."""


class Artists:
    """Artists and their tuning; `edits` counts the changes that this process made."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.edits = 0
        self._versions: dict[tuple[str, int], TuningRow] = {}

    def add(self, created: ArtistCreated) -> bool:
        """Enter an artist; False if one of that name is there already."""
        with self._database.write() as connection:
            return self.add_in(connection, created)

    def add_in(self, connection: Connection, created: ArtistCreated) -> bool:
        """`add` as part of a transaction that changes more."""
        entered = connection.scalar(
            upsert(connection, artists)
            .values(name=created.artist, created=created.model_dump_json())
            .on_conflict_do_nothing()
            .returning(artists.c.name)
        )
        return entered is not None

    def get(self, name: str) -> ArtistRow | None:
        """The artist of that name, if there is one."""
        with self._database.read() as connection:
            row = _row(connection, name)
        return None if row is None else _artist(row)

    def all(self) -> Sequence[ArtistRow]:
        """Every artist, by name."""
        with self._database.read() as connection:
            return [_artist(row) for row in connection.execute(_ALL)]

    def pause(self, name: str, reason: str, *, who: str = "") -> None:
        """Let no new cycle begin, and say why and who; the running one goes on.

        An empty `who` means that the artist paused automatically: that raises an alarm.
        """
        with self._database.write() as connection:
            self.pause_in(connection, name, reason, who=who)

    def pause_in(self, connection: Connection, name: str, reason: str, *, who: str = "") -> None:
        """`pause` as part of a transaction that changes more."""
        _set(connection, name, paused=True, pause_reason=reason, paused_by=who)

    def resume(self, name: str) -> None:
        """Resume the artist immediately; clear its failures and its pause after failures."""
        with self._database.write() as connection:
            _set(
                connection,
                name,
                paused=False,
                pause_reason="",
                paused_by="",
                resumed_at=now(),
                failures=0,
                rests_until=0.0,
                next_due=0.0,
            )

    def rest(self, name: str, *, seconds: float, reason: str) -> None:
        """Let no new cycle begin for a while (circuit breaker, budget, full disk)."""
        with self._database.write() as connection:
            self.rest_in(connection, name, seconds=seconds, reason=reason)

    def rest_in(self, connection: Connection, name: str, *, seconds: float, reason: str) -> None:
        """`rest` as part of a transaction that changes more."""
        _set(connection, name, rests_until=now() + seconds, pause_reason=reason)

    def set_parts(self, name: str, parts: Parts) -> None:
        """Let the artist work with other parts from now on."""
        with self._database.write() as connection:
            self.set_parts_in(connection, name, parts)

    def set_parts_in(self, connection: Connection, name: str, parts: Parts) -> None:
        """`set_parts` as part of a transaction that changes more."""
        row = connection.execute(
            select(artists).where(artists.c.name == name).with_for_update()
        ).first()
        if row is not None:
            created = ArtistCreated.model_validate_json(row.created)
            changed = created.model_copy(update={"parts": parts}).model_dump_json()
            connection.execute(
                update(artists).where(artists.c.name == name).values(created=changed)
            )

    def edit(self, edited: ArtistEdited) -> None:
        """Change an artist: title and statement at once, the rest when its next cycle begins."""
        self.edits += 1
        with self._database.write() as connection:
            self.edit_in(connection, edited)

    def edit_in(self, connection: Connection, edited: ArtistEdited) -> None:
        """`edit` as part of a transaction that changes more."""
        row = connection.execute(
            select(artists).where(artists.c.name == edited.artist).with_for_update()
        ).first()
        if row is not None:
            shown = edited.shown_by(ArtistCreated.model_validate_json(row.created))
            _set(
                connection,
                edited.artist,
                created=shown.model_dump_json(),
                edited=edited.model_dump_json(),
                retired=edited.retired,
            )

    def due(self, *, limit: int) -> Sequence[tuple[ArtistRow, TuningRow]]:
        """Artists that may begin a cycle now, with their tunings; who waits longest first."""
        working = exists().where(cycles.c.artist == artists.c.name, cycles.c.state == "open")
        query = (
            _with_newest_tuning(select(artists, tunings.c.changed))
            .where(
                ~artists.c.paused,
                ~artists.c.retired,
                artists.c.next_due <= now(),
                artists.c.rests_until <= now(),
                ~working,
            )
            .order_by(artists.c.next_due, artists.c.name)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [(_artist(row), _tuning(row.changed)) for row in connection.execute(query)]

    def newest_tunings(self) -> Mapping[str, TuningRow]:
        """The newest tuning of every artist that has one."""
        query = _with_newest_tuning(select(artists.c.name, tunings.c.changed))
        with self._database.read() as connection:
            return {row.name: _tuning(row.changed) for row in connection.execute(query)}

    def due_within(self, name: str, seconds: float) -> None:
        """Make the next cycle due after `seconds` at most."""
        with self._database.write() as connection:
            self.due_in(connection, name, seconds=seconds)

    def postpone_to(self, name: str, at: float) -> None:
        """Make the next cycle due at a time (seconds since 1970), unless it is due already."""
        with self._database.write() as connection:
            connection.execute(
                update(artists)
                .where(artists.c.name == name, artists.c.next_due > now())
                .values(next_due=at)
            )

    def due_in(self, connection: Connection, name: str, *, seconds: float) -> None:
        """`due_within` as part of a transaction that changes more."""
        connection.execute(
            update(artists)
            .where(artists.c.name == name, artists.c.next_due > now() + seconds)
            .values(next_due=now() + seconds)
        )

    def tuning(self, name: str) -> TuningRow | None:
        """The newest tuning."""
        history = self._tunings(name, newest_only=True)
        return history[0] if history else None

    def tunings(self, name: str) -> Sequence[TuningRow]:
        """Every tuning that the artist ever had, newest first."""
        return self._tunings(name, newest_only=False)

    def tuning_version(self, name: str, version: int) -> TuningRow:
        """One version of the tuning; it never changes, so that it is asked for once.

        Raises:
            KeyError: there is no such version.
        """
        if (name, version) in self._versions:
            return self._versions[name, version]
        with self._database.read() as connection:
            row = connection.execute(
                select(tunings.c.changed).where(
                    tunings.c.artist == name, tunings.c.version == version
                )
            ).first()
        if row is None:
            raise KeyError(f"{name} has no tuning {version}")
        found = self._versions[name, version] = _tuning(row.changed)
        return found

    def next_tuning_version(self, name: str) -> int:
        """The number that the next tuning gets."""
        with self._database.read() as connection:
            newest = connection.scalar(
                select(func.max(tunings.c.version)).where(tunings.c.artist == name)
            )
        return (newest or 0) + 1

    def tune(self, changed: TuningChanged) -> bool:
        """Enter a tuning; False if that version is taken already."""
        with self._database.write() as connection:
            return self.tune_in(connection, changed)

    def tune_in(self, connection: Connection, changed: TuningChanged) -> bool:
        """`tune` as part of a transaction that changes more."""
        entered = connection.scalar(
            upsert(connection, tunings)
            .values(
                artist=changed.artist,
                version=changed.version,
                changed=changed.model_dump_json(),
            )
            .on_conflict_do_nothing()
            .returning(tunings.c.version)
        )
        return entered is not None

    def _tunings(self, name: str, *, newest_only: bool) -> Sequence[TuningRow]:
        with self._database.read() as connection:
            rows = connection.execute(_TUNING if newest_only else _TUNINGS, {"name": name})
            return [_tuning(row.changed) for row in rows]


def begin_edited(connection: Connection, name: str) -> None:
    """Let an artist whose row is locked become what it was edited to: its next cycle begins."""
    row = _row(connection, name)
    if row is not None and row.edited is not None:
        _set(connection, name, created=_artist(row).next.model_dump_json(), edited=None)


def _set(connection: Connection, name: str, **values: object) -> None:
    connection.execute(update(artists).where(artists.c.name == name).values(**values))


def _with_newest_tuning(query: Select[Any]) -> Select[Any]:
    newest = (
        select(tunings.c.artist, func.max(tunings.c.version).label("version"))
        .group_by(tunings.c.artist)
        .subquery()
    )
    return query.join(newest, newest.c.artist == artists.c.name).join(
        tunings, (tunings.c.artist == newest.c.artist) & (tunings.c.version == newest.c.version)
    )


def _row(connection: Connection, name: str) -> Row[Any] | None:
    return connection.execute(_ONE, {"name": name}).first()


# Records are read far more often than they change, and each page of the gallery reads some.
_created = lru_cache(maxsize=256)(ArtistCreated.model_validate_json)
_edited = lru_cache(maxsize=256)(ArtistEdited.model_validate_json)


def _artist(row: Row[Any]) -> ArtistRow:
    return ArtistRow(
        name=row.name,
        created=_created(row.created),
        edited=None if row.edited is None else _edited(row.edited),
        retired=row.retired,
        paused=row.paused,
        pause_reason=row.pause_reason,
        paused_by=row.paused_by,
        resumed_at=row.resumed_at,
        failures=row.failures,
        rests_until=row.rests_until,
        next_due=row.next_due,
    )


@lru_cache(maxsize=256)
def _tuning(changed: str) -> TuningRow:
    record = TuningChanged.model_validate_json(changed)
    return TuningRow(
        version=record.version,
        tuning=record.tuning,
        who=record.who,
        at=record.at,
        reset_by=record.reset_by,
    )
