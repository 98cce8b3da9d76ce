"""Shutdown by signals: orderly at the first one, immediate at the second.

A step that is interrupted is repeated after the next start.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)

GRACE_SECONDS = 660.0
"""Seconds for a running step after the first signal: longer than the longest paid call."""


@contextmanager
def stop_signals(stop: Callable[[], None], *, grace: float = GRACE_SECONDS) -> Iterator[None]:
    """Call `stop` at the first SIGINT or SIGTERM; a second one ends the process at once.

    After `grace` seconds the process prints all stack traces and ends too. Both happen outside of
    Python, so that no thread can delay them. `stop` runs between any two instructions of the main
    thread: it must not take a lock that this thread may hold.
    """

    def first(number: int, frame: FrameType | None) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_DFL)
        faulthandler.dump_traceback_later(grace, exit=True, file=sys.__stderr__ or 2)
        stop()

    before = {number: signal.signal(number, first) for number in SIGNALS}
    try:
        yield
    finally:
        # After the first signal the handlers stay: threads may still delay the exit.
        for number, handler in before.items():
            if signal.getsignal(number) is first:
                signal.signal(number, handler)


def kill_worker_on_second_signal(*, grace: float = GRACE_SECONDS) -> None:
    """Let a second signal, or the end of the grace, end a Celery worker with all its processes.

    Celery itself waits for the current steps without a limit, unless it receives SIGQUIT.
    """
    from billiard import active_children
    from celery.signals import worker_shutting_down

    def end(number: int, frame: FrameType | None) -> None:
        for child in active_children():
            os.kill(child.pid, signal.SIGKILL)
        os._exit(128 + number)

    def shutting_down(**_: Any) -> None:
        for each in (*SIGNALS, signal.SIGALRM):
            signal.signal(each, end)
        signal.setitimer(signal.ITIMER_REAL, grace)
        with suppress(OSError):
            os.write(2, b"Finishing the current steps (a second signal ends them at once)\n")

    worker_shutting_down.connect(shutting_down, weak=False)
