"""Periodic tasks of Celery beat, `Schedule.tick` above all.

Where all is in one process, a `Ticker` looks in place of it at the moment at which there is
something to do, and each of the other tasks has a ticker of its own.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from storage.errors import StorageError

if TYPE_CHECKING:
    from celery import Celery

logger = logging.getLogger(__name__)

TICK = "scheduler.tick"
WATCH = "scheduler.watch"

RETRY_SECONDS = 1.0
CLOCK_SECONDS = 0.002
"""How far a database's clock may be behind: SQLite tells milliseconds."""

WATCH_SECONDS = 30.0
"""Seconds between two looks at what could be an alarm."""


class Ticker:
    """Looks in the thread that runs it, whenever the last look said so, or earlier when woken.

    `look` returns the seconds to the next one; one that fails is tried again after `retry` seconds,
    or `RETRY_SECONDS`.
    """

    def __init__(self, look: Callable[[], float], *, retry: float | None = None) -> None:
        self._look = look
        self._retry = retry
        self._stopped = False
        self._woken = threading.Event()

    def run(self) -> None:
        """Look until it is stopped."""
        while not self._stopped:
            self._woken.clear()
            self._woken.wait(self._next())

    def wake(self) -> None:
        """Let the next look come at once: there may be something to do."""
        self._woken.set()

    def stop(self) -> None:
        """Let the look in hand be the last one."""
        self._stopped = True
        self.wake()

    def _next(self) -> float:
        try:
            return self._look() + CLOCK_SECONDS
        except StorageError as error:
            logger.warning("the schedule waits: %s", error)
        except Exception:
            logger.exception("what the schedule began broke off")
        return RETRY_SECONDS if self._retry is None else self._retry


def add_beat(app: Celery, tick: Callable[[], object], *, seconds: float) -> None:
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


def tickers(app: Celery) -> dict[str, Ticker]:
    """A ticker for each periodic task of the app, by its name; it does the task in its own thread.

    So no task waits for another one, or for a thread in which steps are done.
    """
    return {
        name: _ticker(app.tasks[entry["task"]], seconds=entry["schedule"])
        for name, entry in (app.conf.beat_schedule or {}).items()
    }


def _ticker(task: Callable[[], object], *, seconds: float) -> Ticker:
    def look() -> float:
        task()
        return seconds

    return Ticker(look, retry=seconds)
