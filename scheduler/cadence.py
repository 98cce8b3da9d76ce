"""Cadence: compute when an artist's next cycle starts, and quiet hours."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage.archive.manifest import Tuning
from worker.steps.seeds import step_seed


def seconds_to_next(tuning: Tuning, *, seed: int, number: int) -> float:
    """Seconds from the start of cycle `number` to the earliest start of the next.

    Within a burst it is 0; after a burst it is `every`, plus or minus a random share of up to
    `jitter`, drawn from the artist's seed.
    """
    if number % tuning.burst:
        return 0.0
    share = step_seed(seed, number, "cadence") / 2**31
    return tuning.every * (1.0 + tuning.jitter * (2.0 * share - 1.0))


def longest_wait(tuning: Tuning) -> float:
    """The maximum of `seconds_to_next`, in seconds."""
    return tuning.every * (1.0 + tuning.jitter)


def quiet_until(tuning: Tuning, at: datetime) -> datetime | None:
    """When the quiet hours around `at` end; None outside of quiet hours.

    They are in local time, so they follow daylight saving time.
    """
    if not tuning.quiet:
        return None
    zone = ZoneInfo(tuning.timezone)
    here = at.astimezone(zone)
    begin, end = (time.fromisoformat(part) for part in tuning.quiet.split("-"))
    for day in (here.date() - timedelta(days=1), here.date()):
        start = datetime.combine(day, begin, tzinfo=zone)
        finish = datetime.combine(day if begin < end else day + timedelta(days=1), end, tzinfo=zone)
        if start <= here < finish:
            return finish
    return None
