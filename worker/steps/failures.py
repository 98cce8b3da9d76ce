"""The effect of a step's failure on its cycle: retry, rewind, pause, fail or restore."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cas import CasError
from storage.archive.events import CycleFailed
from storage.archive.manifest import Composition, Manifest, Record
from storage.catalogue import Claim, SequenceTaken, Step
from storage.errors import StorageUnavailable
from storage.text import message
from worker.errors import (
    AttemptsSpent,
    BudgetSpent,
    ComponentError,
    ContentRejected,
    InvalidResponse,
    Misconfigured,
    OutcomeUnknown,
    OverRateLimit,
    ServiceUnavailable,
)

FIRST_DELAY = 2.0
LONGEST_DELAY = 900.0
"""First and longest wait of a step after a failure, in seconds; it doubles each time."""

BREAKER_FAILURES = 3
FIRST_REST = 60.0
LONGEST_REST = 6 * 3600.0
"""Failed cycles in a row after which the artist waits, and the first and longest wait."""


@dataclass(frozen=True)
class Retry:
    """Run the step again after `seconds`; `crashed`: count it, and fail after a few."""

    seconds: float
    reason: str
    crashed: bool = False


@dataclass(frozen=True)
class Rewind:
    """Continue with another step, with these records in place of the stored ones."""

    step: Step
    reason: str
    records: tuple[Record, ...] = ()


@dataclass(frozen=True)
class Pause:
    """Pause the artist until a person resumes it; its step waits at least `seconds`."""

    seconds: float
    reason: str


@dataclass(frozen=True)
class Fail:
    """End and record the cycle without a work; the artist continues."""

    reason: str


@dataclass(frozen=True)
class Restore:
    """Copy the cycle's outcome from the archive to the catalogue, which is older."""

    ended: Manifest | CycleFailed
    reason: str = "the archive already has the cycle's outcome"


Failure = Retry | Rewind | Pause | Fail | Restore


def failure_of(error: Exception, claim: Claim) -> Failure:
    """Return the effect of an error of the claimed step; an unexpected error counts as a crash."""
    reason = error_text(error)
    match error:
        case ContentRejected() if (rewritten := _rewritable(claim)) is not None:
            refused = rewritten.model_copy(update={"refusal": reason})
            return Rewind(Step.COMPOSE, reason, (refused,))
        case InvalidResponse():
            return Pause(LONGEST_DELAY, reason)
        case ContentRejected() | AttemptsSpent():
            return Fail(reason)
        case OutcomeUnknown(is_late=True):
            return Fail(reason)
        case OutcomeUnknown():
            return Retry(0.0, reason)
        case Misconfigured() | BudgetSpent() | CasError():
            return Retry(LONGEST_DELAY, reason)
        case OverRateLimit(retry_after=float(seconds)):
            return Retry(seconds, reason)
        case ServiceUnavailable(retry_after=float(seconds)):
            # A server may say 0 again and again.
            return Retry(max(seconds, _delay(claim)), reason + _when(seconds))
        case ServiceUnavailable() | StorageUnavailable() | SequenceTaken():
            return Retry(_delay(claim), reason)
        case ComponentError():  # such as BadPicture
            return Retry(_delay(claim), reason, crashed=True)
        case _:
            return Retry(_delay(claim), f"{type(error).__name__}: {reason}", crashed=True)


def error_text(error: Exception) -> str:
    """Return an error's message as text that every database can store."""
    return message(str(error))


def rest_after(failures: int) -> float:
    """Return the seconds that an artist waits after `failures` failed cycles in a row."""
    if failures < BREAKER_FAILURES:
        return 0.0
    return _doubled(FIRST_REST, failures - BREAKER_FAILURES, LONGEST_REST)


def _rewritable(claim: Claim) -> Composition | None:
    """Return the composition if the painter refused its prompt for the first time."""
    composition = claim.cycle.composition
    if claim.step is not Step.PAINT or composition is None or composition.refusal:
        return None
    return composition


def _when(seconds: float) -> str:
    """Tell the end of a wait that is longer than ours ever are."""
    if seconds <= LONGEST_DELAY:
        return ""
    until = datetime.now(UTC) + timedelta(seconds=seconds)
    return f". It asks for a wait until {until:%Y-%m-%d %H:%M} UTC"


def _delay(claim: Claim) -> float:
    return _doubled(FIRST_DELAY, claim.tries - 1, LONGEST_DELAY)


def _doubled(first: float, times: int, longest: float) -> float:
    # 64 doublings reach any longest wait; a float overflows at 2**1024.
    return min(longest, first * 2.0 ** min(times, 64))
