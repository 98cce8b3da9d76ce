"""A cycle's row, the six steps, and the claim on a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Connection, Row, and_, select

from storage.archive.manifest import Composition, Inspiration, Judgement, Painting, Pool, Record
from storage.catalogue.db.tables import cycles
from storage.errors import StorageError


class LeaseLost(StorageError):  # noqa: N818 - reads as what it says
    """Another worker holds the step now: what this one did must not be committed."""


class SequenceTaken(StorageError):  # noqa: N818 - reads as what it says
    """Another work of the scope was judged in the meantime: this judgement lacks it."""


class Step(StrEnum):
    """The six steps of a cycle, in order."""

    INSPIRE = "inspire"
    COMPOSE = "compose"
    PAINT = "paint"
    JUDGE = "judge"
    KEEP = "keep"
    PUBLISH = "publish"

    @property
    def next(self) -> Step | None:
        """The step that follows; None after the last one."""
        return _FOLLOWING[self]

    def is_after(self, other: Step) -> bool:
        """Whether this step comes later in a cycle than the other one."""
        return STEPS.index(self) > STEPS.index(other)


STEPS = tuple(Step)
_FOLLOWING: Mapping[Step, Step | None] = dict(zip(STEPS, (*STEPS[1:], None), strict=True))

RECORDS: Mapping[Step, type[Record]] = {
    Step.INSPIRE: Inspiration,
    Step.COMPOSE: Composition,
    Step.PAINT: Painting,
    Step.JUDGE: Judgement,
}
"""What a step leaves for those after it; the column and the field have the record's name."""


@dataclass(frozen=True)
class CycleRow:
    """One cycle; the records are there once their step is committed, until the cycle ends.

    `unreadable` names the steps whose stored record this release can't read.
    """

    id: str
    artist: str
    number: int
    state: str
    step: Step
    tuning_version: int
    started_at: float
    progress_at: float
    finished_at: float | None
    retry_at: float
    last_error: str
    inspiration: Inspiration | None = None
    composition: Composition | None = None
    painting: Painting | None = None
    judgement: Judgement | None = None
    pool: Pool | None = None
    unreadable: tuple[Step, ...] = field(default=())


@dataclass(frozen=True)
class Claim:
    """A step that this worker may do now, under a fencing token.

    `tries` counts the claims of this step so far, this one included; `crashes` those among the
    earlier ones that broke off: their worker died, or met an unexpected error.
    """

    cycle: CycleRow
    step: Step
    token: int
    tries: int
    crashes: int


def held(claim: Claim) -> ColumnElement[bool]:
    """The cycle's row, unless another worker has claimed the step."""
    return and_(
        cycles.c.id == claim.cycle.id,
        cycles.c.state == "open",
        cycles.c.step == claim.step,
        cycles.c.token == claim.token,
    )


def lock_in(connection: Connection, claim: Claim, *, lock: bool = True) -> None:
    """Lock the step against claims until this transaction ends; without `lock`, only read.

    Raises:
        LeaseLost: another worker has claimed it since.
    """
    query = select(cycles.c.id).where(held(claim))
    if connection.scalar(query.with_for_update() if lock else query) is None:
        raise LeaseLost(f"{claim.step} of {claim.cycle.id} belongs to another worker now")


def column_of(record: type[Record]) -> str:
    """The column of `cycles`, and the field of `CycleRow`, that holds such a record."""
    return record.__name__.lower()


def cycle_row(row: Row[Any]) -> CycleRow:
    """The cycle in a row of the table.

    A record that can't be read is left out: one damaged row must not stop the schedule, the
    gallery or another artist.
    """
    models: tuple[type[Record], ...] = (*RECORDS.values(), Pool)
    records = {column_of(model): _read(row, model) for model in models}
    unreadable = tuple(
        step
        for step, model in RECORDS.items()
        if row._mapping[column_of(model)] is not None and records[column_of(model)] is None
    )
    return CycleRow(
        id=row.id,
        artist=row.artist,
        number=row.number,
        state=row.state,
        step=_step(row),
        tuning_version=row.tuning_version,
        started_at=row.started_at,
        progress_at=row.progress_at,
        finished_at=row.finished_at,
        retry_at=row.retry_at,
        last_error=row.trouble,
        unreadable=unreadable,
        **records,  # type: ignore[arg-type]
    )


def _read(row: Row[Any], model: type[Record]) -> Record | None:
    stored = row._mapping[column_of(model)]
    try:
        return None if stored is None else model.model_validate_json(stored)
    except ValidationError:
        return None


def _step(row: Row[Any]) -> Step:
    try:
        return Step(row.step)
    except ValueError:
        raise StorageError(
            f"{row.id} is at the step {row.step!r}, which this release does not know: a newer one"
            " works on the same catalogue"
        ) from None
