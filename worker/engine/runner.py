"""The table of the six steps, and the function that runs any of them.

A step is claimed, done, and settled in one transaction under its token: either all that it leaves
in the catalogue is stored and the cycle is at the next step, or its failure is. Nothing happens
after that but sending the next step. Where this worker goes on with it, the same transaction claims
it. What happens before touches the archive and paid calls alone, which are found again (design §3).
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
    failure_of,
    rest_after,
    told,
)
from worker.worker_context import WorkerContext

logger = logging.getLogger(__name__)

MOST_RUNS = 5
"""Times that a step is done again at once, because another work of its scope was judged."""


def _nothing(connection: Connection, context: StepContext, records: Any) -> None:
    """The step leaves its records, and no more."""


@dataclass(frozen=True)
class StepRow:
    """One step: where it waits, how it is done, and what it stores beside its records.

    `run` changes nothing in the catalogue; it returns the step's records or what its failure
    means. Records of a type in `storage.catalogue.RECORDS` are stored in the cycle's row.
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
"""Queues by need: models, paid APIs (mostly waiting), storage, and what people see."""


def run_step(
    worker_context: WorkerContext,
    cycle_id: str,
    *,
    continues: Callable[[Step], bool] = lambda step: False,
) -> Step | None:
    """Do the cycle's next step, and those after it with which this worker `continues` by itself.

    Returns:
        The step that comes then, to be sent now. None: there was nothing to do, the cycle has
        ended, or it waits for its time.

    Raises:
        StorageUnavailable: the catalogue is unavailable; recovery tries again when it is back.
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
    """Do the claimed step; returns the one that can be done at once, claimed where we go on."""
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
        if isinstance(outcome, Retry) and outcome.crashed:
            logger.error("%s of %s broke off", claim.step, claim.cycle.id, exc_info=error)
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
        # A failure that can't be applied must not come again forever.
        logger.exception("%s of %s can't be settled", claim.step, claim.cycle.id)
        return _settle(worker_context, claim, Fail(f"{failure.reason}; then {told(error)}"))


def _hopeless(worker_context: WorkerContext, claim: Claim) -> Failure | None:
    """What there is to say before the step is tried, if it can't be done."""
    cycle = claim.cycle
    if claim.crashes >= worker_context.most_tries:
        last_error = cycle.last_error or "the worker died each time"
        return Fail(f"{claim.step} broke off {claim.crashes} times: {last_error}")
    if claim.tries > 1:
        earlier = worker_context.archive.read_event(cycle.artist, "failure", f"{cycle.number:08d}")
        if isinstance(earlier, CycleFailed):
            return Fail(earlier.reason)
    unreadable = [step for step in cycle.unreadable if claim.step.is_after(step)]
    if not unreadable or claim.step is Step.PUBLISH:
        return None
    step = unreadable[0]
    if claim.step.is_after(Step.PAINT) and Step.PAINT.is_after(step):
        # The picture's event in the archive tells all that came before it, too.
        step = Step.PAINT
    return Rewind(step, f"what {unreadable[0]} left can't be read: it is done again")


def _archived(worker_context: WorkerContext, claim: Claim) -> Restore | None:
    """The cycle's work, where the archive has it although its step was given up."""
    if claim.step is Step.PUBLISH:
        return None  # the catalogue has it, too
    try:
        return Restore(worker_context.archive.read_manifest(claim.cycle.artist, claim.cycle.number))
    except ArchiveError:
        return None


def _run_and_commit(
    context: StepContext, continues: Callable[[Step], bool]
) -> Failure | Claim | Step | None:
    """Run the step and commit it; a judgement that came too late is made again."""
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
    """Apply what a failure means, under the token; returns the step that can be done at once."""
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
    """The failure as the archive has it; a damaged object must not hold the artist up."""
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
