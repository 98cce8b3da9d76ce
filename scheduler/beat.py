"""The beat: a Celery schedule that lets `Schedule.tick` and the look-out for alarms run."""

from __future__ import annotations

from collections.abc import Callable

from celery import Celery

TICK = "scheduler.tick"
WATCH = "scheduler.watch"

WATCH_SECONDS = 30.0
"""Seconds between two looks at what could be an alarm."""


def add_beat(app: Celery, tick: Callable[[], None], *, seconds: float) -> None:
    """Register the tick as a task of the app and put it on its schedule."""
    _add(app, TICK, tick, seconds=seconds)


def add_watch(app: Celery, watch: Callable[[], None], *, seconds: float = WATCH_SECONDS) -> None:
    """Register the look-out for alarms in the same way."""
    _add(app, WATCH, watch, seconds=seconds)


def _add(app: Celery, name: str, call: Callable[[], None], *, seconds: float) -> None:
    """A call that waits in the queue for longer than two periods is dropped.

    The next one does all that it would have done.
    """

    @app.task(name=name, shared=False)  # type: ignore[untyped-decorator]
    def scheduled() -> None:
        call()

    entry = {
        "task": name,
        "schedule": seconds,
        "options": {"queue": "keep", "expires": max(2 * seconds, 1.0)},
    }
    app.conf.beat_schedule = {**(app.conf.beat_schedule or {}), name: entry}
