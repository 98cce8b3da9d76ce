"""Cadence: jitter, bursts and quiet hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from scheduler.cadence import longest_wait, quiet_until, seconds_to_next
from storage.archive.manifest import Tuning


@given(
    every=st.floats(0, 1e6),
    jitter=st.floats(0, 1),
    seed=st.integers(0, 2**31),
    number=st.integers(1, 10**6),
)
def test_jitter_moves_a_start_by_its_share_at_most(
    every: float, jitter: float, seed: int, number: int
) -> None:
    tuning = Tuning(every=every, jitter=jitter)
    wait = seconds_to_next(tuning, seed=seed, number=number)
    assert every * (1 - jitter) - 1e-6 <= wait <= longest_wait(tuning) + 1e-6
    assert wait == seconds_to_next(tuning, seed=seed, number=number)


def test_jitter_spreads_artists_evenly() -> None:
    tuning = Tuning(every=100, jitter=0.5)
    waits = sorted(seconds_to_next(tuning, seed=seed, number=7) for seed in range(400))
    assert waits[0] < 55 and waits[-1] > 145
    assert sum(waits) / len(waits) == pytest.approx(100, abs=5)


def test_a_burst_starts_at_once_and_then_waits() -> None:
    tuning = Tuning(every=60, burst=3)
    waits = [seconds_to_next(tuning, seed=1, number=number) for number in range(1, 7)]
    assert waits == [0, 0, 60, 0, 0, 60]


@given(
    minutes=st.integers(0, 24 * 60 - 1),
    begin=st.integers(0, 24 * 60 - 1),
    end=st.integers(0, 24 * 60 - 1),
)
def test_quiet_hours_are_in_local_time(minutes: int, begin: int, end: int) -> None:
    def clock(minute: int) -> str:
        return f"{minute // 60:02}:{minute % 60:02}"

    tuning = Tuning(quiet=f"{clock(begin)}-{clock(end)}")
    at = datetime(2026, 5, 3, minutes // 60, minutes % 60, tzinfo=UTC)
    inside = begin <= minutes < end if begin < end else minutes >= begin or minutes < end
    until = quiet_until(tuning, at)
    assert (until is not None) is inside
    if until is not None:
        assert at < until <= at + timedelta(days=1)
        assert (until.hour, until.minute) == divmod(end, 60)


def test_quiet_hours_follow_daylight_saving_time() -> None:
    tuning = Tuning(quiet="22:00-07:00", timezone="Europe/Berlin")
    # Five in the morning UTC is six in winter, and seven in summer.
    winter = quiet_until(tuning, datetime(2026, 1, 10, 5, 30, tzinfo=UTC))
    assert winter == datetime(2026, 1, 10, 7, tzinfo=ZoneInfo("Europe/Berlin"))
    assert quiet_until(tuning, datetime(2026, 7, 10, 5, 30, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    "wrong", [{"quiet": "22-7"}, {"quiet": "25:00-07:00"}, {"timezone": "Mars/Olympus"}]
)
def test_invalid_quiet_hours_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        Tuning.model_validate(wrong)
