"""The publisher as a periodic Celery task."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from gallery.publishing.publisher import Publisher
from scheduler.beat import add_periodic

if TYPE_CHECKING:
    from celery import Celery

PUBLISH: Final = "gallery.publish"
QUEUE: Final = "show"
SECONDS: Final = 15.0
"""Seconds between two checks of the outbox."""


def add_publishing(
    app: Celery, load_publisher: Callable[[], Publisher], *, seconds: float = SECONDS
) -> None:
    """Register the task; its first run makes the publisher.

    Concurrent runs are harmless: a publication is claimed before it is sent.
    """
    lock = threading.Lock()
    made: list[Publisher] = []

    def publish_due() -> None:
        """Send what is due in the outbox."""
        with lock:
            if not made:
                made.append(load_publisher())
        made[0].publish_due()

    add_periodic(app, PUBLISH, publish_due, seconds=seconds, queue=QUEUE)
