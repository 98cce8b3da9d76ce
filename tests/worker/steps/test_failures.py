"""What a step does after an error: how long it waits, and what is not bought twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from storage.catalogue import Claim, Step
from worker.errors import BadPicture, OutcomeUnknown, OverRateLimit, ServiceUnavailable
from worker.steps.failures import LONGEST_DELAY, Fail, Retry, failure_of


def claim(tries: int) -> Claim:
    """A claim of *paint* that is the step's `tries`-th."""
    cycle = SimpleNamespace(composition=None)
    return cast(Claim, SimpleNamespace(step=Step.PAINT, tries=tries, cycle=cycle))


def wait(error: Exception, tries: int) -> float:
    failure: Any = failure_of(error, claim(tries))
    assert isinstance(failure, Retry) and not failure.crashed
    return failure.seconds


@pytest.mark.parametrize("says", [0.0, 0.001, 1.5])
def test_a_server_that_says_retry_at_once_is_asked_less_and_less_often(says: float) -> None:
    error = ServiceUnavailable("busy", retry_after=says)
    assert [wait(error, tries) for tries in (1, 2, 3, 4, 100)] == [2, 4, 8, 16, LONGEST_DELAY]


def test_a_longer_delay_of_the_server_is_kept() -> None:
    error = ServiceUnavailable("busy", retry_after=86400.0)
    assert wait(error, 1) == 86400.0
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    told = failure_of(error, claim(1)).reason
    assert told.startswith("busy. It asks for a wait until ") and f"{tomorrow:%Y-%m-%d}" in told


def test_our_own_limit_of_calls_tells_the_wait_exactly() -> None:
    assert wait(OverRateLimit("busy", retry_after=0.25), 100) == 0.25


def test_a_late_answer_is_not_bought_again() -> None:
    assert failure_of(OutcomeUnknown("late", is_late=True), claim(1)) == Fail("late")
    assert failure_of(OutcomeUnknown("dropped"), claim(1)) == Retry(0.0, "dropped")


def test_an_answer_that_is_no_picture_is_a_named_failure_that_ends() -> None:
    """It counts, since a painter may send the same again and again; it is no crash to be traced."""
    assert failure_of(BadPicture("no PNG"), claim(1)) == Retry(2.0, "no PNG", crashed=True)
    assert failure_of(KeyError("x"), claim(1)).reason.startswith("KeyError: ")
