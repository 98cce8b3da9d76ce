"""The broker within one process: kombu's memory transport, with notification instead of polling.

Polling would keep an idle artist busy, and delay every step until the next poll.
"""

from __future__ import annotations

import threading
from typing import Any

from kombu.transport import memory

TRANSPORT = "worker.engine.broker:Transport"
"""The transport's name in Celery's settings."""


class _Changes:
    """Counts the changes of this process's queues, and wakes threads that wait for the next."""

    def __init__(self) -> None:
        self.count = 0
        self._changed = threading.Condition()

    def tell(self) -> None:
        with self._changed:
            self.count += 1
            self._changed.notify_all()

    def wait(self, seen: int, seconds: float | None) -> None:
        """Wait until the count differs from `seen`, for up to `seconds`."""
        with self._changed:
            self._changed.wait_for(lambda: self.count != seen, seconds)


_changes = _Changes()


def wake_consumers() -> None:
    """Wake all threads that wait for a message, so that they notice for example a stop."""
    _changes.tell()


class Channel(memory.Channel):
    """Notifies waiting threads of each new and each finished message."""

    def _put(self, queue: str, message: Any, **kwargs: Any) -> None:
        super()._put(queue, message, **kwargs)  # type: ignore[no-untyped-call]
        _changes.tell()

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        """Acknowledge a message, and notify: its consumer can take another one."""
        super().basic_ack(delivery_tag, multiple)  # type: ignore[no-untyped-call]
        _changes.tell()

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Reject a message, requeue it if asked, and notify."""
        super().basic_reject(delivery_tag, requeue)  # type: ignore[no-untyped-call]
        _changes.tell()


class Transport(memory.Transport):
    """Delivers each message immediately."""

    Channel = Channel

    def drain_events(self, connection: Any, timeout: float | None = None, **_: Any) -> None:
        """Deliver one message.

        Raises:
            TimeoutError: there was none within `timeout` seconds, or another change happened.
        """
        seen = _changes.count
        try:
            super().drain_events(connection, timeout=0)  # type: ignore[no-untyped-call]
        except TimeoutError:
            _changes.wait(seen, timeout)
            super().drain_events(connection, timeout=0)  # type: ignore[no-untyped-call]
