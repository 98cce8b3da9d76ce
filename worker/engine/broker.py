"""The broker of an artist in one process: kombu's memory transport, which waits instead of polling.

The transport of kombu looks into its queues again and again, so that an idle artist is never idle
and every step waits for the next look.
"""

from __future__ import annotations

import threading
from typing import Any

from kombu.transport import memory

TRANSPORT = "worker.engine.broker:Transport"
"""The transport's name in Celery's settings."""


class _Changes:
    """Counts what happened to the queues of this process, and wakes those that wait for more."""

    def __init__(self) -> None:
        self.count = 0
        self._changed = threading.Condition()

    def tell(self) -> None:
        with self._changed:
            self.count += 1
            self._changed.notify_all()

    def wait(self, seen: int, seconds: float | None) -> None:
        """Wait until there were more than those that were seen, or so long."""
        with self._changed:
            self._changed.wait_for(lambda: self.count != seen, seconds)


_changes = _Changes()


def wake_consumers() -> None:
    """Let whoever waits for a message look up from it: there may be other news, such as an end."""
    _changes.tell()


class Channel(memory.Channel):
    """Tells of each message, and of each that is done: a full consumer has room again."""

    def _put(self, queue: str, message: Any, **kwargs: Any) -> None:
        super()._put(queue, message, **kwargs)  # type: ignore[no-untyped-call]
        _changes.tell()

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        """Note that a message's work is done."""
        super().basic_ack(delivery_tag, multiple)  # type: ignore[no-untyped-call]
        _changes.tell()

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Note that a message's work is not done, and put it back if it may come again."""
        super().basic_reject(delivery_tag, requeue)  # type: ignore[no-untyped-call]
        _changes.tell()


class Transport(memory.Transport):
    """Delivers a message as soon as it is there."""

    Channel = Channel

    def drain_events(self, connection: Any, timeout: float | None = None, **_: Any) -> None:
        """Deliver one message.

        Raises:
            TimeoutError: none came in so many seconds, or something else happened.
        """
        seen = _changes.count
        try:
            super().drain_events(connection, timeout=0)  # type: ignore[no-untyped-call]
        except TimeoutError:
            _changes.wait(seen, timeout)
            super().drain_events(connection, timeout=0)  # type: ignore[no-untyped-call]
