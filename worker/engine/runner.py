"""The table of the six steps, and the function that runs any of them.

A step is claimed, run, and settled in one transaction that checks its token. The transaction stores
either all the step's results in the catalogue and the cycle's next step, or its failure; if this
worker continues with the next step, it also claims it. Afterwards the next step is only sent.
Before the transaction a step changes only the archive and the ledger of paid calls, and both are
found again after a crash (design §3).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection
from structlog.contextvars import bound_contextvars

from storage.archive import latest_events
from storage.archive.events import CycleFailed
from storage.catalogue import Claim, LeaseLost, SequenceTaken, Step
from storage.errors import ArchiveError, StorageUnavailable
from worker.errors import ComponentError
from worker.ops.metrics import timed
from worker.steps import compose, inspire, judge, keep, paint, publish
from worker.steps.context import StepContext, open_context
from worker.steps.failures import (
    Fail,
    Failure,
    Pause,
    Restore,
    Retry,
    Rewind,
    error_text,
    failure_of,
    rest_after,
)
from worker.worker_context import WorkerContext

logger = logging.getLogger(__name__)

MOST_RUNS = 5
"""Most runs of a step in a row, when other works of its scope were judged meanwhile."""


def _nothing(connection: Connection, context: StepContext, records: Any) -> None:
    """Store nothing besides the step's records."""


@dataclass(frozen=True)
class StepRow:
    """One step: its queue, its function, and what it stores besides its records.

    `run` does not change the catalogue; it returns the step's records or a failure. Records of a
    type in `storage.catalogue.RECORDS` are stored in the cycle's row.
    """

    step: Step
    queue: str
    run: Callable[[StepContext], tuple[Any, ...] | Failure]
    on_commit: Callable[[Connection, StepContext, Any], None] = _nothing


STEPS = {
    row.step: row
    for row in (
        StepRow(Step.INSPIRE, "think", inspire.run),
        StepRow(Step.COMPOSE, "call", compose.run),
        StepRow(Step.PAINT, "call", paint.run),
        StepRow(Step.JUDGE, "think", judge.run, judge.on_commit),
        StepRow(Step.KEEP, "keep", keep.run, keep.on_commit),
        StepRow(Step.PUBLISH, "show", publish.run, publish.on_commit),
    )
}
"""Queues: models, paid APIs (mostly waiting), storage, and publication."""


def run_step(
    worker_context: WorkerContext,
    cycle_id: str,
    *,
    continues: Callable[[Step], bool] = lambda step: False,
) -> Step | None:
    """Run the cycle's next step, and the following steps for which `continues` is true.

    Returns:
        The step to be sent now. None: there was nothing to do, the cycle has ended, or it waits.

    Raises:
        StorageUnavailable: the catalogue is unavailable; the scheduler recovers the cycle later.
    """
    following: Claim | Step | None = worker_context.catalogue.cycles.claim(
        cycle_id, holder=worker_context.name, seconds=worker_context.lease_seconds
    )
    while isinstance(following, Claim):
        following = _run_claimed(worker_context, following, continues)
    return following


def _run_claimed(
    worker_context: WorkerContext, claim: Claim, continues: Callable[[Step], bool]
) -> Claim | Step | None:
    """Run the claimed step; return the next one, claimed if this worker continues with it."""
    cycle = claim.cycle
    with bound_contextvars(artist=cycle.artist, cycle=cycle.number, step=claim.step.value):
        try:
            with (
                timed(claim.step),
                worker_context.leases.renewed_lease(worker_context.catalogue.cycles, claim) as lost,
            ):
                return _do(worker_context, claim, lost, continues)
        except LeaseLost as error:
            logger.warning("%s", error)
            return None


def _do(
    worker_context: WorkerContext,
    claim: Claim,
    lost: threading.Event,
    continues: Callable[[Step], bool],
) -> Claim | Step | None:
    """Run the claimed step and settle it."""
    try:
        outcome = _hopeless(worker_context, claim) or _run_and_commit(
            open_context(worker_context, claim, lost), continues
        )
    except LeaseLost:
        raise
    except Exception as error:
        outcome = failure_of(error, claim)
        if isinstance(outcome, Retry) and outcome.crashed and not isinstance(error, ComponentError):
            logger.error("%s of %s crashed", claim.step, claim.cycle.id, exc_info=error)
    if not isinstance(outcome, Failure):
        logger.info("%s ended", claim.step, extra={"tries": claim.tries})
        return outcome
    failure = outcome
    if isinstance(failure, Fail):
        failure = _archived(worker_context, claim) or failure
    try:
        return _settle(worker_context, claim, failure)
    except (LeaseLost, StorageUnavailable):
        raise
    except Exception as error:
        # A failure that can't be applied must not repeat without end.
        logger.exception("%s of %s can't be settled", claim.step, claim.cycle.id)
        return _settle(worker_context, claim, Fail(f"{failure.reason}; then {error_text(error)}"))


def _hopeless(worker_context: WorkerContext, claim: Claim) -> Failure | None:
    """Return a failure that is known before the step runs, if any."""
    cycle = claim.cycle
    if claim.crashes >= worker_context.most_tries:
        last_error = cycle.last_error or "the worker died each time"
        return Fail(f"{claim.step} failed {claim.crashes} times: {last_error}")
    if claim.tries > 1:
        earlier = worker_context.archive.read_event(cycle.artist, "failure", f"{cycle.number:08d}")
        if isinstance(earlier, CycleFailed):
            return Fail(earlier.reason)
    unreadable = [step for step in cycle.unreadable if claim.step.is_after(step)]
    if not unreadable or claim.step is Step.PUBLISH:
        return None
    step = unreadable[0]
    if claim.step.is_after(Step.PAINT) and Step.PAINT.is_after(step):
        # The picture's event in the archive holds all earlier records, too.
        step = Step.PAINT
    return Rewind(step, f"the record of {unreadable[0]} can't be read: the step is repeated")


def _archived(worker_context: WorkerContext, claim: Claim) -> Restore | None:
    """Return the cycle's work, if the archive has it although its step failed."""
    if claim.step is Step.PUBLISH:
        return None  # the catalogue has it, too
    try:
        return Restore(worker_context.archive.read_manifest(claim.cycle.artist, claim.cycle.number))
    except ArchiveError:
        return None


def _run_and_commit(
    context: StepContext, continues: Callable[[Step], bool]
) -> Failure | Claim | Step | None:
    """Run the step and commit it; repeat it if its sequence was taken meanwhile."""
    worker_context, claim = context.worker_context, context.claim
    cycles, row, following = worker_context.catalogue.cycles, STEPS[claim.step], claim.step.next
    if claim.tries > 1:
        context.budget.settle_abandoned()
    for left in reversed(range(MOST_RUNS)):
        outcome = row.run(context)
        if not isinstance(outcome, tuple):
            return outcome
        context.check_lease()
        try:
            with cycles.holding(claim) as connection:
                row.on_commit(connection, context, outcome)
                kept = following is not None and continues(following)
                seconds = worker_context.lease_seconds if kept else None
                return cycles.advance_in(connection, claim, *outcome, seconds=seconds) or following
        except SequenceTaken:
            if not left:
                raise
    return None


def _settle(worker_context: WorkerContext, claim: Claim, failure: Failure) -> Step | None:
    """Apply a failure, under the token; return the step that can run at once."""
    catalogue, cycle = worker_context.catalogue, claim.cycle
    with catalogue.cycles.holding(claim) as connection:
        match failure:
            case Retry(seconds, reason, crashed):
                catalogue.cycles.reschedule_in(
                    connection, claim, seconds=seconds, reason=reason, crashed=crashed
                )
            case Pause(seconds, reason):
                catalogue.artists.pause_in(connection, cycle.artist, reason)
                catalogue.cycles.reschedule_in(connection, claim, seconds=seconds, reason=reason)
            case Rewind(step, _, records):
                catalogue.cycles.rewind_in(connection, claim, step, *records)
            case Fail(reason) if claim.step is Step.PUBLISH:  # the work is public already
                catalogue.cycles.advance_in(connection, claim)
            case Fail(reason):
                reason = _recorded(worker_context, _failed(claim, reason)).reason
                failures = catalogue.cycles.fail_in(connection, claim, reason)
                if seconds := rest_after(failures):
                    why = f"{failures} cycles failed in a row, the last one because: {reason}"
                    catalogue.artists.rest_in(connection, cycle.artist, seconds=seconds, reason=why)
            case Restore(ended):
                moderation = latest_events.decisions(worker_context.archive, cycle.artist)
                catalogue.adopt_in(connection, ended, moderation.get(cycle.id))
                catalogue.artists.due_in(connection, cycle.artist, seconds=0.0)
    logger.log(
        logging.ERROR if isinstance(failure, Fail) else logging.WARNING,
        "%s of %s: %s: %s",
        claim.step,
        cycle.id,
        type(failure).__name__.lower(),
        failure.reason,
    )
    return failure.step if isinstance(failure, Rewind) else None


def _recorded(worker_context: WorkerContext, failure: CycleFailed) -> CycleFailed:
    """Return the failure as the archive has it; a damaged object must not stop the artist."""
    try:
        return worker_context.archive.append_once(failure)
    except ArchiveError:
        logger.exception("the failure of cycle %d can't be recorded", failure.number)
        return failure


def _failed(claim: Claim, reason: str) -> CycleFailed:
    cycle = claim.cycle
    return CycleFailed(
        artist=cycle.artist,
        at=datetime.now(UTC),
        number=cycle.number,
        started_at=datetime.fromtimestamp(cycle.started_at, UTC),
        tuning_version=cycle.tuning_version,
        step=claim.step,
        reason=reason,
        judgement=cycle.judgement,
    )
