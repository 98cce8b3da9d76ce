"""Deliveries as a periodic Celery task."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from gallery.fediverse.delivery import Deliverer
from scheduler.beat import add_periodic

if TYPE_CHECKING:
    from celery import Celery

DELIVER: Final = "gallery.deliver"
QUEUE: Final = "show"
SECONDS: Final = 10.0
"""Seconds between two looks at the deliveries: a follow is accepted within that time."""


def add_federation(
    app: Celery, load_deliverer: Callable[[], Deliverer | None], *, seconds: float = SECONDS
) -> None:
    """Register the task; its first run makes the deliverer, or none that does nothing."""
    lock = threading.Lock()
    made: list[Deliverer | None] = []

    def deliver_due() -> None:
        """Make the deliveries that are due."""
        with lock:
            if not made:
                made.append(load_deliverer())
        if made[0] is not None:
            made[0].run()

    add_periodic(app, DELIVER, deliver_due, seconds=seconds, queue=QUEUE, alone=True)
