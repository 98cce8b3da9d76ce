"""Cadence: compute when an artist's next cycle begins, quiet hours included."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage.archive.manifest import Tuning
from worker.steps.seeds import step_seed


def seconds_to_next(tuning: Tuning, *, seed: int, number: int) -> float:
    """Seconds from the start of cycle `number` to the earliest start of the next.

    Within a burst the next one begins as soon as this one has ended; after it `every` passes, moved
    by up to `jitter` of itself, earlier or later, at random by the artist's seed.
    """
    if number % tuning.burst:
        return 0.0
    share = step_seed(seed, number, "cadence") / 2**31
    return tuning.every * (1.0 + tuning.jitter * (2.0 * share - 1.0))


def longest_wait(tuning: Tuning) -> float:
    """The most seconds that `seconds_to_next` ever gives."""
    return tuning.every * (1.0 + tuning.jitter)


def quiet_until(tuning: Tuning, at: datetime) -> datetime | None:
    """When the quiet hours end that `at` lies in; None outside of them.

    They are meant on the clock on the wall, so that they move with summer time.
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
