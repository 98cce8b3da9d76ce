"""The beat: a Celery schedule of what runs now and then, `Schedule.tick` above all."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from celery import Celery

TICK = "scheduler.tick"
WATCH = "scheduler.watch"

WATCH_SECONDS = 30.0
"""Seconds between two looks at what could be an alarm."""


def add_beat(app: Celery, tick: Callable[[], None], *, seconds: float) -> None:
    """Register the tick as a task of the app and put it on its schedule."""
    add_periodic(app, TICK, tick, seconds=seconds)


def add_watch(app: Celery, watch: Callable[[], None], *, seconds: float = WATCH_SECONDS) -> None:
    """Register the look-out for alarms in the same way."""
    add_periodic(app, WATCH, watch, seconds=seconds)


def add_periodic(
    app: Celery,
    name: str,
    call: Callable[[], object],
    *,
    seconds: float,
    queue: str = "keep",
    alone: bool = False,
) -> None:
    """Register a call as a task of the app, and put it on its schedule.

    One that waits in the queue for longer than two periods is dropped: the next one does all that
    it would have done. `alone`: it is left out while the last one still runs in the same process.
    """
    running = threading.Lock()

    @app.task(name=name, shared=False)  # type: ignore[untyped-decorator]
    def scheduled() -> None:
        if not alone:
            call()
        elif running.acquire(blocking=False):
            try:
                call()
            finally:
                running.release()

    entry = {
        "task": name,
        "schedule": seconds,
        "options": {"queue": queue, "expires": max(2 * seconds, 1.0)},
    }
    app.conf.beat_schedule = {**(app.conf.beat_schedule or {}), name: entry}
