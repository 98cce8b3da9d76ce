"""The beat: a Celery schedule that lets `Schedule.tick` run every so many seconds."""

from __future__ import annotations

from collections.abc import Callable

from celery import Celery

TICK = "scheduler.tick"


def add_beat(app: Celery, tick: Callable[[], None], *, seconds: float) -> None:
    """Register the tick as a task of the app and put it on its schedule.

    A tick that waits in the queue for longer than two periods is dropped: the next one does all
    that it would have done.
    """

    @app.task(name=TICK, shared=False)  # type: ignore[untyped-decorator]
    def scheduler_tick() -> None:
        tick()

    app.conf.beat_schedule = {
        "tick": {
            "task": TICK,
            "schedule": seconds,
            "options": {"queue": "keep", "expires": max(2 * seconds, 1.0)},
        }
    }
