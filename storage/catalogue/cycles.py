"""Cycles and their leases: every step is claimed, done and committed once (design §3.3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
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

from storage.catalogue.cycle_row import (
    Claim,
    CycleRow,
    Output,
    SequenceTaken,
    Step,
    cycle_row,
    held,
    lost,
    record_name,
)
from storage.catalogue.database import Database, now
from storage.catalogue.tables import artists, cycles, scopes, vectors
from storage.events import CycleFailed
from storage.manifest import Composition, Judgement, Painting, work_id


class Cycles:
    """The cycles of all artists."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, artist: str, *, tuning_version: int, every: float) -> CycleRow | None:
        """Begin the artist's next cycle; the one after it is due in `every` seconds.

        None if one is open already, or if it is not due: then somebody else was quicker.
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
                ~exists().where(cycles.c.artist == artist, cycles.c.state == "open"),
            )
            .values(next_due=now() + every, pause_reason="")
        )
        if due.rowcount == 0:
            return None
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

    def current(self, artist: str) -> CycleRow | None:
        """The artist's open cycle."""
        return self._one(select(cycles).where(cycles.c.artist == artist, cycles.c.state == "open"))

    def last_done(self, artist: str) -> CycleRow | None:
        """The artist's newest cycle that made a work; its `pool` is the artist's pool."""
        return self._one(
            select(cycles)
            .where(cycles.c.artist == artist, cycles.c.state == "done")
            .order_by(cycles.c.number.desc())
            .limit(1)
        )

    def failed(self, artist: str | None = None) -> Sequence[CycleRow]:
        """Cycles that ended without a work, newest first."""
        query = (
            select(cycles).where(cycles.c.state == "failed").order_by(cycles.c.started_at.desc())
        )
        if artist is not None:
            query = query.where(cycles.c.artist == artist)
        with self._database.read() as connection:
            return [cycle_row(row) for row in connection.execute(query)]

    def count_open(self) -> int:
        """How many cycles are open now, over all artists."""
        query = select(func.count()).select_from(cycles).where(cycles.c.state == "open")
        with self._database.read() as connection:
            return int(connection.scalar(query) or 0)

    def open_images(self) -> set[str]:
        """SHA-256 of every picture that an open cycle has, and that no manifest tells of yet."""
        query = select(cycles.c.painting).where(
            cycles.c.state == "open", cycles.c.painting.is_not(None)
        )
        with self._database.read() as connection:
            return {Painting.model_validate_json(text).image for text in connection.scalars(query)}

    def stalled(self, *, quiet: float) -> Sequence[str]:
        """Ids of open cycles that nobody works on and that should go on.

        Those that waited for their time, and those that have not moved for `quiet` seconds.
        """
        query = (
            select(cycles.c.id)
            .where(
                cycles.c.state == "open",
                or_(cycles.c.retry_at > 0, cycles.c.progress_at < now() - quiet),
                cycles.c.retry_at <= now(),
                cycles.c.leased_until <= now(),
            )
            .order_by(cycles.c.progress_at)
        )
        with self._database.read() as connection:
            return list(connection.scalars(query))

    def touch(self, identifier: str) -> None:
        """Note that the cycle was sent to a worker just now."""
        with self._database.write() as connection:
            connection.execute(
                update(cycles)
                .where(cycles.c.id == identifier, cycles.c.retry_at <= now())
                .values(progress_at=now(), retry_at=0.0)
            )

    def claim(self, identifier: str, *, holder: str, seconds: float) -> Claim | None:
        """Take the cycle's next step for so many seconds; None if there is nothing to do for us.

        That is: the cycle has ended, waits for its time, or another worker's lease still runs.
        """
        with self._database.write() as connection:
            taken = connection.execute(
                update(cycles)
                .where(
                    cycles.c.id == identifier,
                    cycles.c.state == "open",
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
        if row is None:
            return None
        return Claim(
            cycle_row(row), Step(row.step), token=row.token, tries=row.claims, crashes=row.crashes
        )

    def renew(self, claim: Claim, *, seconds: float) -> bool:
        """Keep a lease for longer; False if it is lost."""
        with self._database.write() as connection:
            renewed = connection.execute(
                update(cycles).where(held(claim)).values(leased_until=now() + seconds)
            )
            return renewed.rowcount == 1

    def commit(
        self, claim: Claim, *, output: Output | None = None, hold: float = 0.0
    ) -> Claim | None:
        """Store a step's output and move the cycle to the next step, under the claim's token.

        With `hold` this worker keeps the cycle for so many seconds: the claim on the next step
        comes back. Else None, and whoever claims it first does that step.

        Raises:
            LeaseLost: another worker has claimed the step since.
        """
        with self._database.write() as connection:
            return self.commit_in(connection, claim, output=output, hold=hold)

    def commit_in(
        self,
        connection: Connection,
        claim: Claim,
        *,
        output: Output | None = None,
        hold: float = 0.0,
    ) -> Claim | None:
        """`commit` as part of a transaction that stores more."""
        values: dict[str, object] = {}
        if output is not None:
            values[record_name(output)] = output.model_dump_json()
        if isinstance(output, Judgement):
            values["pool"] = output.pool_after.model_dump_json()
        if hold:
            values |= {"token": claim.token + 1, "claims": 1, "leased_until": now() + hold}
        self._advance(connection, claim, step=claim.step.next, **values)
        return claim.following(output) if hold else None

    def commit_judgement(
        self, claim: Claim, judgement: Judgement, *, hold: float = 0.0
    ) -> Claim | None:
        """`commit` for a judgement: it, its sequence and both vectors in one transaction.

        Raises:
            SequenceTaken: another work of the scope was judged in the meantime: judge again.
            LeaseLost: another worker has claimed the step since.
        """
        with self._database.write() as connection:
            given = connection.execute(
                update(scopes)
                .where(
                    scopes.c.name == judgement.scope,
                    scopes.c.sequence == judgement.sequence - 1,
                )
                .values(sequence=judgement.sequence)
            )
            if given.rowcount == 0 and not _is_first(connection, judgement):
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
            return self.commit_in(connection, claim, output=judgement, hold=hold)

    def finish_in(self, connection: Connection, claim: Claim) -> None:
        """End a cycle whose work is kept; from now on the manifest alone tells it."""
        self._advance(
            connection,
            claim,
            step=claim.step,
            state="done",
            finished_at=now(),
            inspiration=None,
            composition=None,
            painting=None,
            judgement=None,
        )
        connection.execute(
            update(artists).where(artists.c.name == claim.cycle.artist).values(failures=0)
        )

    def set_aside(
        self, claim: Claim, *, seconds: float, trouble: str, crashed: bool = False
    ) -> None:
        """Give the step back, to be tried again after so many seconds.

        Raises:
            LeaseLost: another worker has claimed the step since.
        """
        with self._database.write() as connection:
            self._advance(
                connection,
                claim,
                step=claim.step,
                retry_at=now() + seconds,
                trouble=trouble,
                claims=cycles.c.claims,
                crashes=cycles.c.crashes + int(crashed),
            )

    def send_back(self, claim: Claim, refused: Composition) -> None:
        """Let *compose* be done again; `refused` keeps the reason in its `refusal`.

        Raises:
            LeaseLost: another worker has claimed the step since.
        """
        with self._database.write() as connection:
            self._advance(
                connection, claim, step=Step.COMPOSE, composition=refused.model_dump_json()
            )

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

    def fail(self, claim: Claim, failure: CycleFailed) -> int:
        """End a cycle without a work; returns how many failed in a row.

        Raises:
            LeaseLost: another worker has claimed the step since.
        """
        with self._database.write() as connection:
            self._advance(
                connection,
                claim,
                step=claim.step,
                state="failed",
                finished_at=now(),
                trouble=failure.reason,
            )
            # Judged, and yet no work: no later one may be compared with it.
            connection.execute(delete(vectors).where(vectors.c.work == claim.cycle.id))
            connection.execute(
                update(artists)
                .where(artists.c.name == claim.cycle.artist)
                .values(failures=artists.c.failures + 1)
            )
            failures = connection.scalar(
                select(artists.c.failures).where(artists.c.name == claim.cycle.artist)
            )
        return int(failures or 0)

    def forget_leases(self) -> None:
        """End every lease: only for one who knows that all other workers are dead."""
        with self._database.write() as connection:
            connection.execute(
                update(cycles)
                .where(cycles.c.state == "open")
                .values(token=cycles.c.token + 1, leased_until=0.0, progress_at=0.0, retry_at=0.0)
            )

    def _advance(self, connection: Connection, claim: Claim, **values: object) -> None:
        changes = {
            "progress_at": now(),
            "leased_until": 0.0,
            "retry_at": 0.0,
            "trouble": "",
            "claims": 0,
            "crashes": 0,
            **values,
        }
        moved = connection.execute(update(cycles).where(held(claim)).values(**changes))
        if moved.rowcount == 0:
            raise lost(claim)

    def _one(self, query: Select[Any]) -> CycleRow | None:
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else cycle_row(row)


def _is_first(connection: Connection, judgement: Judgement) -> bool:
    """Whether the scope is new and this its first work; if so, the scope begins with it."""
    known = connection.scalar(select(scopes.c.name).where(scopes.c.name == judgement.scope))
    if known is not None or judgement.sequence != 1:
        return False
    connection.execute(insert(scopes).values(name=judgement.scope, sequence=1))
    return True


def _last_number(connection: Connection, artist: str) -> int:
    last = connection.scalar(select(func.max(cycles.c.number)).where(cycles.c.artist == artist))
    return int(last or 0)
