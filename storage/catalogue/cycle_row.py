"""One cycle as the catalogue keeps it, its six steps, and the claim on one of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, select

from storage.catalogue.tables import cycles
from storage.errors import StorageError
from storage.manifest import Composition, Inspiration, Judgement, Painting, Pool

Output = Inspiration | Composition | Painting | Judgement
"""What a step leaves for those after it."""


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
    def next(self) -> Step:
        """The step that follows; *publish* is the last and follows itself."""
        steps = list(Step)
        return steps[min(steps.index(self) + 1, len(steps) - 1)]


@dataclass(frozen=True)
class CycleRow:
    """One cycle; the records are there once their step is committed, until the cycle ends."""

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
    trouble: str
    inspiration: Inspiration | None
    composition: Composition | None
    painting: Painting | None
    judgement: Judgement | None
    pool: Pool | None


@dataclass(frozen=True)
class Claim:
    """A step that this worker may do now, under a fencing token.

    `tries` counts the claims of this step so far, this one included; `crashes` those among the
    earlier ones that broke off: their worker died, or met an error that nobody foresaw.
    """

    cycle: CycleRow
    step: Step
    token: int
    tries: int
    crashes: int

    def following(self, output: Output | None) -> Claim:
        """The claim on the next step, of a worker that keeps the cycle when it commits this one."""
        known: dict[str, Any] = {} if output is None else {record_name(output): output}
        cycle = replace(self.cycle, step=self.step.next, trouble="", **known)
        return Claim(cycle, self.step.next, token=self.token + 1, tries=1, crashes=0)


def held(claim: Claim) -> ColumnElement[bool]:
    """The cycle's row, as long as nobody else has claimed the step."""
    return and_(
        cycles.c.id == claim.cycle.id,
        cycles.c.state == "open",
        cycles.c.step == claim.step,
        cycles.c.token == claim.token,
    )


def lost(claim: Claim) -> LeaseLost:
    """What to raise where `held` finds no row."""
    return LeaseLost(f"{claim.step} of {claim.cycle.id} belongs to another worker now")


def lock_in(connection: Connection, claim: Claim) -> None:
    """Let nobody claim the step before this transaction ends.

    Raises:
        LeaseLost: another worker has claimed it since.
    """
    if connection.scalar(select(cycles.c.id).where(held(claim)).with_for_update()) is None:
        raise lost(claim)


def record_name(output: Output) -> str:
    """The field of a cycle that holds this step's output."""
    return type(output).__name__.lower()


def cycle_row(row: Row[Any]) -> CycleRow:
    """The cycle in a row of the table."""
    return CycleRow(
        id=row.id,
        artist=row.artist,
        number=row.number,
        state=row.state,
        step=Step(row.step),
        tuning_version=row.tuning_version,
        started_at=row.started_at,
        progress_at=row.progress_at,
        finished_at=row.finished_at,
        retry_at=row.retry_at,
        trouble=row.trouble,
        inspiration=row.inspiration and Inspiration.model_validate_json(row.inspiration),
        composition=row.composition and Composition.model_validate_json(row.composition),
        painting=row.painting and Painting.model_validate_json(row.painting),
        judgement=row.judgement and Judgement.model_validate_json(row.judgement),
        pool=row.pool and Pool.model_validate_json(row.pool),
    )
