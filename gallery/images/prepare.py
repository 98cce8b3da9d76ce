"""Make thumbnails and placeholders of new works before visitors ask for them.

The catalogue tells which works wait: those without a placeholder, which is entered last. Where no
worker makes anything ahead, everything is made when it is first asked for.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Final

from gallery.images.placeholders import NONE
from gallery.images.thumbnails import SHARED, SMALLEST, Thumbnails, copies
from scheduler.beat import add_periodic
from storage.catalogue import Catalogue, WorkRow
from storage.errors import ObjectDamaged, ObjectMissing

if TYPE_CHECKING:
    from celery import Celery

PREPARE: Final = "gallery.prepare"
QUEUE: Final = "show"
SECONDS: Final = 5.0
"""Seconds between two looks for works that wait."""

WORKS: Final = 6
"""Works that one task prepares: it is done before the worker's other tasks have waited long."""

_LOG = logging.getLogger(__name__)


def prepare_waiting(catalogue: Catalogue, thumbnails: Thumbnails, *, limit: int = WORKS) -> int:
    """Make the copies and placeholders of works that wait, the newest first; tells how many."""
    waiting = catalogue.works.without_placeholder(limit=limit)
    for work in waiting:
        prepare(catalogue, thumbnails, work, (*copies(work), SMALLEST, SHARED))
    return len(waiting)


def prepare(
    catalogue: Catalogue, thumbnails: Thumbnails, work: WorkRow, names: Iterable[str] = ()
) -> None:
    """Make these copies of a work, and let its placeholder be known to all pages that show it."""
    try:
        written = thumbnails.prepare(work.image, names).written()
    except (ObjectMissing, ObjectDamaged) as error:
        _LOG.warning("no copies of %s: %s", work.id, error)
        written = NONE
    catalogue.works.set_placeholder(work.id, written)


def add_preparation(
    app: Celery,
    load: Callable[[], tuple[Catalogue, Thumbnails]],
    *,
    seconds: float = SECONDS,
) -> None:
    """Register the task, on the schedule of the beat and in the queue of what is shown.

    The first one that runs loads what all use. Two at once do no harm: both make the same.
    """
    loaded = cache(load)
    # One in a process is enough: another would make the same copies once more.
    add_periodic(
        app, PREPARE, lambda: prepare_waiting(*loaded()), seconds=seconds, queue=QUEUE, alone=True
    )
