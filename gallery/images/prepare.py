"""Make thumbnails and placeholders of new works before visitors ask for them.

Works without a placeholder wait: it is stored last. Without such a worker, everything is made at
the first request.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Final

from gallery.images.placeholders import NONE, Placeholder
from gallery.images.thumbnails import SHARED, SMALLEST, Thumbnails, copies
from scheduler.beat import add_periodic
from storage.archive.archive import Archive
from storage.catalogue import Catalogue, WorkRow
from storage.errors import ObjectDamaged, ObjectMissing

if TYPE_CHECKING:
    from celery import Celery

PREPARE: Final = "gallery.prepare"
QUEUE: Final = "show"
SECONDS: Final = 5.0
"""Seconds between two checks for works that wait."""

WORKS: Final = 6
"""Works that one task prepares: few, so that the worker's other tasks do not wait long."""

EARLIER_WORKS: Final = 60
"""Works of earlier releases that one task classifies, which takes no picture."""

_LOG = logging.getLogger(__name__)


def prepare_waiting(catalogue: Catalogue, thumbnails: Thumbnails, *, limit: int = WORKS) -> int:
    """Make the copies and placeholders of works that wait, the newest first; return how many."""
    _classify_earlier(catalogue, thumbnails.archive)
    waiting = catalogue.works.without_placeholder(limit=limit)
    for work in waiting:
        prepare(catalogue, thumbnails, work, (*copies(work), SMALLEST, SHARED))
    return len(waiting)


def prepare(
    catalogue: Catalogue, thumbnails: Thumbnails, work: WorkRow, names: Iterable[str] = ()
) -> None:
    """Make these copies of a work, and store its placeholder in the catalogue."""
    try:
        placeholder = thumbnails.prepare(work.image, names)
        written, colours = placeholder.written(), placeholder.colours
    except (ObjectMissing, ObjectDamaged) as error:
        _LOG.warning("no copies of %s: %s", work.id, error)
        written, colours = NONE, ()
    catalogue.works.set_placeholder(work.id, written, colours)


def _classify_earlier(catalogue: Catalogue, archive: Archive) -> None:
    """Look up the technique and the colours of some works that earlier releases made."""
    for work in catalogue.works.unclassified(limit=EARLIER_WORKS):
        try:
            technique = archive.read_manifest(work.artist, work.number).painting.technique
        except (ObjectMissing, ObjectDamaged):
            technique = ""
        placeholder = Placeholder.read(work.placeholder)
        catalogue.works.classify(work.id, technique, placeholder.colours if placeholder else ())


def add_preparation(
    app: Celery,
    load: Callable[[], tuple[Catalogue, Thumbnails]],
    *,
    seconds: float = SECONDS,
) -> None:
    """Register the task with the beat, in queue `show`.

    The first run calls `load`. Two concurrent runs are harmless: both write the same files.
    """
    loaded = cache(load)
    # One at a time per process: a second one would make the same copies again.
    add_periodic(
        app, PREPARE, lambda: prepare_waiting(*loaded()), seconds=seconds, queue=QUEUE, alone=True
    )
