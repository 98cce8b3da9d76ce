"""Cycles and leases: each step is claimed, run and committed once (design §3.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Update,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from storage.archive.manifest import Judgement, Record, work_id
from storage.catalogue.artists import begin_edited
from storage.catalogue.cycle_row import (
    RECORDS,
    STEPS,
    Claim,
    CycleRow,
    SequenceTaken,
    Step,
    column_of,
    cycle_row,
    held,
    lock_in,
)
from storage.catalogue.db.database import Database, now, upsert
from storage.catalogue.db.tables import artists, cycles, scopes, vectors

_LAST_DONE: Final = (
    select(cycles)
    .where(cycles.c.artist == bindparam("artist"), cycles.c.state == "done")
    .order_by(cycles.c.number.desc())
    .limit(1)
)


class Cycles:
    """The cycles of all artists."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, artist: str, *, tuning_version: int, every: float) -> CycleRow | None:
        """Begin the artist's next cycle; the one after it is due in `every` seconds.

        None if one is open already, or if it is not due: then another process was faster.
        """
        try:
            with self._database.write() as connection:
                return self._open(connection, artist, tuning_version, every)
        except IntegrityError:
            return None

    def _open(
        self, connection: Connection, artist: str, tuning_version: int, every: float
    ) -> CycleRow | None:
        due = connection.execute(
            update(artists)
            .where(
                artists.c.name == artist,
                artists.c.next_due <= now(),
                artists.c.rests_until <= now(),
                ~artists.c.paused,
                ~artists.c.retired,
                ~exists().where(cycles.c.artist == artist, cycles.c.state == "open"),
            )
            .values(next_due=now() + every, pause_reason="")
        )
        if due.rowcount == 0:
            return None
        begin_edited(connection, artist)
        number = _last_number(connection, artist) + 1
        begun = connection.execute(
            insert(cycles)
            .values(
                id=work_id(artist, number),
                artist=artist,
                number=number,
                state="open",
                step=Step.INSPIRE,
                tuning_version=tuning_version,
                started_at=now(),
                progress_at=now(),
            )
            .returning(cycles)
        )
        return cycle_row(begun.one())

    def get(self, identifier: str) -> CycleRow | None:
        """One cycle by its id."""
        return self._one(select(cycles).where(cycles.c.id == identifier))

    def last_number(self, artist: str) -> int:
        """The number of the artist's newest cycle; 0 before the first one."""
        with self._database.read() as connection:
            return _last_number(connection, artist)

    def newest(self, artist: str) -> CycleRow | None:
        """The artist's newest cycle, whatever became of it."""
        mine = select(cycles).where(cycles.c.artist == artist)
        return self._one(mine.order_by(cycles.c.number.desc()).limit(1))

    def current(self, artist: str) -> CycleRow | None:
        """The artist's open cycle."""
        return self._one(select(cycles).where(cycles.c.artist == artist, cycles.c.state == "open"))

    def opened(self, *, limit: int) -> Sequence[CycleRow]:
        """The open cycles of all artists, the one with the latest progress first."""
        query = (
            select(cycles)
            .where(cycles.c.state == "open")
            .order_by(cycles.c.progress_at.desc(), cycles.c.id)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [cycle_row(row) for row in connection.execute(query)]

    def is_over(self, artist: str, *, number: int) -> bool:
        """Whether the artist's cycles up to this number have ended, and none is open.

        One statement, because a cycle may open between two.
        """
        query = select(func.max(cycles.c.number), func.count().filter(cycles.c.state == "open"))
        with self._database.read() as connection:
            last, opened = connection.execute(query.where(cycles.c.artist == artist)).one()
        return (last or 0) >= number and opened == 0

    def last_done(self, artist: str) -> CycleRow | None:
        """The artist's newest cycle that made a work; its `pool` is the artist's pool."""
        return self._one(_LAST_DONE, artist=artist)

    def failed_since_work(self, artist: str) -> tuple[int, CycleRow | None]:
        """How many of the artist's cycles failed since its last work, and the newest of them."""
        done = select(func.max(cycles.c.number)).where(
            cycles.c.artist == artist, cycles.c.state == "done"
        )
        failed = (
            cycles.c.artist == artist,
            cycles.c.state == "failed",
            cycles.c.number > func.coalesce(done.scalar_subquery(), 0),
        )
        with self._database.read() as connection:
            count = connection.scalar(select(func.count()).select_from(cycles).where(*failed))
        newest = select(cycles).where(*failed).order_by(cycles.c.number.desc()).limit(1)
        return int(count or 0), self._one(newest)

    def count(self, state: str, *, artist: str | None = None) -> int:
        """How many cycles are open, done or failed: of one artist, or of all."""
        query = select(func.count()).select_from(cycles).where(cycles.c.state == state)
        if artist is not None:
            query = query.where(cycles.c.artist == artist)
        with self._database.read() as connection:
            return int(connection.scalar(query) or 0)

    def withdrawn(self) -> Sequence[str]:
        """Ids of cycles that failed after their work was judged: a memory may still hold them."""
        query = select(cycles.c.id).where(
            cycles.c.state == "failed", cycles.c.judgement.is_not(None)
        )
        with self._database.read() as connection:
            return list(connection.scalars(query))

    def open_images(self) -> set[str]:
        """SHA-256 of every picture that an open cycle has, and that is in no manifest yet."""
        query = select(cycles).where(cycles.c.state == "open", cycles.c.painting.is_not(None))
        with self._database.read() as connection:
            found = [cycle_row(row) for row in connection.execute(query)]
        return {cycle.painting.image for cycle in found if cycle.painting is not None}

    def stalled(self, *, timeout: float) -> Sequence[str]:
        """Ids of open cycles that have no worker and should continue.

        Those that waited for their time, and those that have not moved for `timeout` seconds. What
        stopped its artist waits until a person lets the artist go on.
        """
        stopped = exists().where(
            artists.c.name == cycles.c.artist, artists.c.paused, artists.c.paused_by == ""
        )
        query = (
            select(cycles.c.id)
            .where(
                _is_ours(),
                or_(cycles.c.retry_at == 0, ~stopped),
                or_(cycles.c.retry_at > 0, cycles.c.progress_at < now() - timeout),
                cycles.c.retry_at <= now(),
                cycles.c.leased_until <= now(),
            )
            .order_by(cycles.c.progress_at)
        )
        with self._database.read() as connection:
            return list(connection.scalars(query))

    def mark_dispatched(self, identifier: str) -> None:
        """Note that the cycle was sent to a worker just now."""
        with self._database.write() as connection:
            connection.execute(
                update(cycles)
                .where(cycles.c.id == identifier, cycles.c.retry_at <= now())
                .values(progress_at=now(), retry_at=0.0)
            )

    def claim(self, identifier: str, *, holder: str, seconds: float) -> Claim | None:
        """Claim the cycle's next step for `seconds`; None if there is nothing to do.

        That is: the cycle has ended, waits for its time, or another worker's lease still runs.
        """
        with self._database.write() as connection:
            taken = connection.execute(
                update(cycles)
                .where(
                    cycles.c.id == identifier,
                    _is_ours(),
                    cycles.c.retry_at <= now(),
                    cycles.c.leased_until <= now(),
                )
                .values(
                    token=cycles.c.token + 1,
                    claims=cycles.c.claims + 1,
                    # A lease that ran out was never given back: its holder is gone.
                    crashes=cycles.c.crashes + case((cycles.c.leased_until > 0, 1), else_=0),
                    holder=holder,
                    leased_until=now() + seconds,
                )
                .returning(cycles)
            )
            row = taken.first()
        return None if row is None else _claim(row)

    def renew(self, claim: Claim, *, seconds: float) -> bool:
        """Keep a lease for longer; False if it is lost."""
        with self._database.write() as connection:
            renewed = connection.execute(
                update(cycles).where(held(claim)).values(leased_until=now() + seconds)
            )
            return renewed.rowcount == 1

    def check(self, claim: Claim) -> None:
        """See that the step is still this worker's.

        Raises:
            LeaseLost: another worker has claimed the step since.
        """
        with self._database.read() as connection:
            lock_in(connection, claim, lock=False)

    @contextmanager
    def holding(self, claim: Claim) -> Iterator[Connection]:
        """A transaction in which no other worker can claim the step; committed on exit.

        Raises:
            LeaseLost: another worker has claimed the step since.
        """
        with self._database.write() as connection:
            lock_in(connection, claim)
            yield connection

    def advance_in(
        self,
        connection: Connection,
        claim: Claim,
        *records: object,
        seconds: float | None = None,
    ) -> Claim | None:
        """Store what a step leaves and move its cycle on; after the last step it is done.

        From then on only the manifest records what the steps decided. With `seconds` the worker
        claims the next step with it, for so long.
        """
        values = _stored(records)
        following = claim.step.next
        if following is None:
            values |= {column_of(model): None for model in RECORDS.values()}
            values |= {"state": "done", "finished_at": now()}
            connection.execute(
                update(artists).where(artists.c.name == claim.cycle.artist).values(failures=0)
            )
        values["step"] = following or claim.step
        if following is None or seconds is None:
            connection.execute(_move(claim, **values))
            return None
        values |= {"token": cycles.c.token + 1, "claims": 1, "leased_until": now() + seconds}
        return _claim(connection.execute(_move(claim, **values).returning(cycles)).one())

    def judge_in(self, connection: Connection, claim: Claim, judgement: Judgement) -> None:
        """Give a judgement its place in the scope, with both vectors and the pool that it left.

        Raises:
            SequenceTaken: another work of the scope was judged in the meantime: judge again.
        """
        if judgement.watermark == 0:
            raise_sequence(connection, judgement.scope, 0)
        given = connection.execute(
            update(scopes)
            .where(scopes.c.name == judgement.scope, scopes.c.sequence == judgement.watermark)
            .values(sequence=judgement.sequence)
        )
        if given.rowcount == 0:
            raise SequenceTaken(f"{judgement.scope} has a work {judgement.sequence} already")
        connection.execute(
            insert(vectors).values(
                work=claim.cycle.id,
                artist=claim.cycle.artist,
                scope=judgement.scope,
                sequence=judgement.sequence,
                text=judgement.text_vector.astype("<f4").tobytes(),
                image=judgement.image_vector.astype("<f4").tobytes(),
            )
        )
        connection.execute(
            update(cycles)
            .where(cycles.c.id == claim.cycle.id)
            .values(pool=judgement.pool_after.model_dump_json())
        )

    def reschedule_in(
        self,
        connection: Connection,
        claim: Claim,
        *,
        seconds: float,
        reason: str,
        crashed: bool = False,
    ) -> None:
        """Release the step, to be tried again after a delay in seconds."""
        connection.execute(
            _move(
                claim,
                retry_at=now() + seconds,
                trouble=reason,
                claims=cycles.c.claims,
                crashes=cycles.c.crashes + int(crashed),
            )
        )

    def rewind_in(self, connection: Connection, claim: Claim, step: Step, *records: Record) -> None:
        """Let an earlier step be done again, as one that was tried before."""
        if not step.is_after(Step.JUDGE):
            _withdraw(connection, claim)
        connection.execute(_move(claim, step=step, claims=1, **_stored(records)))

    def fail_in(self, connection: Connection, claim: Claim, reason: str) -> int:
        """End a cycle without a work; returns how many of the artist's failed in a row."""
        _withdraw(connection, claim)
        connection.execute(_move(claim, state="failed", finished_at=now(), trouble=reason))
        failures = connection.scalar(
            update(artists)
            .where(artists.c.name == claim.cycle.artist)
            .values(failures=artists.c.failures + 1)
            .returning(artists.c.failures)
        )
        return int(failures or 0)

    def retry_now(self, artist: str) -> None:
        """Let the artist's open cycle be tried again at once, if it waits for its time."""
        with self._database.write() as connection:
            connection.execute(
                update(cycles)
                .where(
                    cycles.c.artist == artist, cycles.c.state == "open", cycles.c.retry_at > now()
                )
                .values(retry_at=now())
            )

    def expire_leases(self) -> None:
        """End every lease as if it had expired; only for a caller that knows all workers are dead.

        Their steps count as broken off, so that a cycle that kills its process ends as failed.
        Every open step counts as tried: the archive may know more of it than this catalogue.
        """
        with self._database.write() as connection:
            connection.execute(
                update(cycles)
                .where(cycles.c.state == "open")
                .values(
                    token=cycles.c.token + 1,
                    claims=cycles.c.claims + case((cycles.c.leased_until > 0, 0), else_=1),
                    leased_until=case((cycles.c.leased_until > 0, 1.0), else_=0.0),
                    progress_at=0.0,
                    retry_at=0.0,
                )
            )

    def _one(self, query: Select[Any], **asked: str) -> CycleRow | None:
        with self._database.read() as connection:
            row = connection.execute(query, asked).first()
        return None if row is None else cycle_row(row)


def _is_ours() -> ColumnElement[bool]:
    """Open, and at a step that this release supports: a newer one may run in parallel."""
    return and_(cycles.c.state == "open", cycles.c.step.in_(STEPS))


def raise_sequence(connection: Connection, scope: str, sequence: int) -> None:
    """Let the next work of a scope get a higher number than this; a new scope begins at 0."""
    statement = upsert(connection, scopes).values(name=scope, sequence=sequence)
    higher = scopes.c.sequence < statement.excluded.sequence
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["name"], set_={"sequence": statement.excluded.sequence}, where=higher
        )
    )


def _withdraw(connection: Connection, claim: Claim) -> None:
    """Judged, and yet no work: no later one may be compared with it. Its number stays a gap."""
    connection.execute(delete(vectors).where(vectors.c.work == claim.cycle.id))


def _move(claim: Claim, **values: object) -> Update:
    """Give the lease back and change the cycle, whose row is locked (see `Cycles.holding`)."""
    changes = {
        "progress_at": now(),
        "leased_until": 0.0,
        "retry_at": 0.0,
        "trouble": "",
        "claims": 0,
        "crashes": 0,
        **values,
    }
    return update(cycles).where(cycles.c.id == claim.cycle.id).values(**changes)


def _claim(row: Row[Any]) -> Claim:
    cycle = cycle_row(row)
    return Claim(cycle, cycle.step, token=row.token, tries=row.claims, crashes=row.crashes)


def _stored(records: Iterable[object]) -> dict[str, object]:
    """The columns for those of a step's records that later steps need."""
    kinds = tuple(RECORDS.values())
    return {
        column_of(type(record)): record.model_dump_json()
        for record in records
        if isinstance(record, kinds)
    }


def _last_number(connection: Connection, artist: str) -> int:
    last = connection.scalar(select(func.max(cycles.c.number)).where(cycles.c.artist == artist))
    return int(last or 0)
