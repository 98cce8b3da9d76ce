"""Periodic tasks of Celery beat, `Schedule.tick` above all.

In the embedded form, a `Ticker` thread per task takes the place of beat.
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
"""How far a database's clock may be behind: SQLite has a resolution of milliseconds."""

WATCH_SECONDS = 30.0
"""Seconds between two checks for alarms."""


class Ticker:
    """Calls `look` again and again in the thread that calls `run`.

    `look` returns the seconds until its next call; `wake` makes that call immediate. After an error
    it is called again in `retry` seconds, by default `RETRY_SECONDS`.
    """

    def __init__(self, look: Callable[[], float], *, retry: float | None = None) -> None:
        self._look = look
        self._retry = retry
        self._stopped = False
        self._woken = threading.Event()

    def run(self) -> None:
        """Call `look` until `stop` is called."""
        while not self._stopped:
            self._woken.clear()
            self._woken.wait(self._next())

    def wake(self) -> None:
        """Call `look` again immediately."""
        self._woken.set()

    def stop(self) -> None:
        """End `run` after the current call of `look`."""
        self._stopped = True
        self.wake()

    def _next(self) -> float:
        try:
            return self._look() + CLOCK_SECONDS
        except StorageError as error:
            logger.warning("the schedule waits: %s", error)
        except Exception:
            logger.exception("a scheduled task failed")
        return RETRY_SECONDS if self._retry is None else self._retry


def add_periodic(
    app: Celery,
    name: str,
    call: Callable[[], object],
    *,
    seconds: float,
    queue: str = "keep",
    alone: bool = False,
) -> None:
    """Register a call as a task of the app, and add it to the beat schedule.

    A task that waits in the queue for longer than two periods expires: the next one does the same.
    `alone`: skip a call while the previous one still runs in the same process.
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
    """Return a ticker for each periodic task of the app, by name.

    With a thread each, no task waits for another one or for a worker thread.
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
