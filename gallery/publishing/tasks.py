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
"""Seconds between two looks into the outbox."""


def add_publishing(
    app: Celery, load_publisher: Callable[[], Publisher], *, seconds: float = SECONDS
) -> None:
    """Register the task; the publisher is made by the first one that runs.

    Two at once do no harm: a publication is claimed before it is sent.
    """
    lock = threading.Lock()
    made: list[Publisher] = []

    def publish_due() -> None:
        """Send what waits in the outbox."""
        with lock:
            if not made:
                made.append(load_publisher())
        made[0].publish_due()

    add_periodic(app, PUBLISH, publish_due, seconds=seconds, queue=QUEUE)
