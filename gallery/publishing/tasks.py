"""The publisher as a Celery task, on the schedule of the beat and in the queue of what is shown."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from celery import Celery

from gallery.publishing.publisher import Publisher

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

    @app.task(name=PUBLISH, shared=False)  # type: ignore[untyped-decorator]
    def publish_due() -> None:
        """Send what waits in the outbox."""
        with lock:
            if not made:
                made.append(load_publisher())
        made[0].publish_due()

    entry = {
        "task": PUBLISH,
        "schedule": seconds,
        "options": {"queue": QUEUE, "expires": 2 * seconds},
    }
    app.conf.beat_schedule = {**(app.conf.beat_schedule or {}), PUBLISH: entry}
