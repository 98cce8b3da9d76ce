"""What a step's failure means for its cycle: retry, rewind, pause, fail or restore."""

from __future__ import annotations

from dataclasses import dataclass

from cas import CasError
from storage.archive.events import CycleFailed
from storage.archive.manifest import Composition, Manifest, Record
from storage.catalogue import Claim, SequenceTaken, Step
from storage.errors import StorageUnavailable
from storage.text import message
from worker.errors import (
    AttemptsSpent,
    BudgetSpent,
    ContentRejected,
    InvalidResponse,
    Misconfigured,
    OutcomeUnknown,
    ServiceUnavailable,
)

FIRST_DELAY = 2.0
LONGEST_DELAY = 900.0
"""Seconds that a step waits after its first failure, doubled with each, and at most."""

BREAKER_FAILURES = 3
FIRST_REST = 60.0
LONGEST_REST = 6 * 3600.0
"""After so many failed cycles in a row the artist rests, longer each time, in seconds."""


@dataclass(frozen=True)
class Retry:
    """The step is tried again after so many seconds; `crashed`: it counts as broken off."""

    seconds: float
    reason: str
    crashed: bool = False


@dataclass(frozen=True)
class Rewind:
    """Another step is done next, with these records in place of those that are stored."""

    step: Step
    reason: str
    records: tuple[Record, ...] = ()


@dataclass(frozen=True)
class Pause:
    """The artist stops until a person lets it go on; its step waits with it, and so long."""

    seconds: float
    reason: str


@dataclass(frozen=True)
class Fail:
    """The cycle ends without a work, and is recorded; the artist goes on."""

    reason: str


@dataclass(frozen=True)
class Restore:
    """The archive tells how the cycle ended: the catalogue is older, and takes that over."""

    ended: Manifest | CycleFailed
    reason: str = "the archive tells already how the cycle ended"


Failure = Retry | Rewind | Pause | Fail | Restore


def failure_of(error: Exception, claim: Claim) -> Failure:
    """What an error of the claimed step means; an error that nobody foresaw counts as a crash."""
    reason = told(error)
    match error:
        case ContentRejected() if (rewritten := _rewritable(claim)) is not None:
            refused = rewritten.model_copy(update={"refusal": reason})
            return Rewind(Step.COMPOSE, reason, (refused,))
        case InvalidResponse():
            return Pause(LONGEST_DELAY, reason)
        case ContentRejected() | AttemptsSpent():
            return Fail(reason)
        case OutcomeUnknown():
            return Retry(0.0, reason)
        case Misconfigured() | BudgetSpent() | CasError():
            return Retry(LONGEST_DELAY, reason)
        case ServiceUnavailable(retry_after=float(seconds)):
            return Retry(seconds, reason)
        case ServiceUnavailable() | StorageUnavailable() | SequenceTaken():
            return Retry(_delay(claim), reason)
        case _:
            return Retry(_delay(claim), f"{type(error).__name__}: {reason}", crashed=True)


def told(error: Exception) -> str:
    """What an error says, as text that every database can store."""
    return message(str(error))


def rest_after(failures: int) -> float:
    """Seconds that an artist rests after so many failed cycles in a row; 0 for a few."""
    if failures < BREAKER_FAILURES:
        return 0.0
    return _doubled(FIRST_REST, failures - BREAKER_FAILURES, LONGEST_REST)


def _rewritable(claim: Claim) -> Composition | None:
    """The composition, where the painter refused its prompt for the first time."""
    composition = claim.cycle.composition
    if claim.step is not Step.PAINT or composition is None or composition.refusal:
        return None
    return composition


def _delay(claim: Claim) -> float:
    return _doubled(FIRST_DELAY, claim.tries - 1, LONGEST_DELAY)


def _doubled(first: float, times: int, longest: float) -> float:
    # A float holds no more than 2**1023: far fewer doublings reach any longest wait.
    return min(longest, first * 2.0 ** min(times, 64))
