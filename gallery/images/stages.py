"""The stages of pictures: a task makes those of new works once; the gallery only reads them.

No request makes stages, so visitors can't cause work. Works without stages show none.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Final

from scheduler.beat import add_periodic
from storage.archive.archive import Archive
from storage.archive.manifest import Manifest
from storage.catalogue import Catalogue
from storage.errors import StorageError
from worker.stages import StageList, can_remake, remake_stages, stage_name, stored_stages

if TYPE_CHECKING:
    from celery import Celery

MAKE: Final = "gallery.stages"
QUEUE: Final = "show"
SECONDS: Final = 60.0
"""Seconds between two checks; each makes the stages of one work at most."""

NEWEST: Final = 48
"""Works that get stages, the newest ones: half a day of the usual cadence."""

_LOG = logging.getLogger(__name__)


class Stages:
    """Reads the stages of pictures; which have some is cached. Safe for threads."""

    _KEPT: Final = 4096
    _ABSENT_SECONDS: Final = 60.0

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._known: OrderedDict[str, tuple[float, StageList | None]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, image: str) -> StageList | None:
        """The stages of the picture with this SHA-256; None where it has none."""
        now = time.monotonic()
        with self._lock:
            until, known = self._known.get(image, (0.0, None))
        if until > now:
            return known
        found = stored_stages(self._archive, image)
        until = float("inf") if found is not None else now + self._ABSENT_SECONDS
        with self._lock:
            self._known[image] = until, found
            self._known.move_to_end(image)
            while len(self._known) > self._KEPT:
                self._known.popitem(last=False)
        return found

    def read(self, image: str, number: int) -> bytes:
        """One stage as WebP.

        Raises:
            ObjectMissing: there is no such stage.
        """
        return self._archive.read_derived(stage_name(image, number))


class StageMaker:
    """Makes the stages of the newest works, one work at a time."""

    def __init__(self, catalogue: Catalogue, archive: Archive) -> None:
        self._catalogue = catalogue
        self._archive = archive
        self._settled: set[str] = set()

    def make_next(self) -> str | None:
        """Make the stages of the newest work that has none; its id, or None if all have theirs."""
        works = self._catalogue.works.newest(limit=NEWEST)
        self._settled &= {work.id for work in works}
        for work in works:
            if work.id in self._settled:
                continue
            self._settled.add(work.id)
            if stored_stages(self._archive, work.image) is not None:
                continue
            manifest = self._archive.read_manifest(work.artist, work.number)
            if can_remake(manifest) and self._made(manifest):
                return work.id
        return None

    def _made(self, manifest: Manifest) -> bool:
        try:
            remake_stages(self._archive, manifest)
        except StorageError:
            self._settled.discard(manifest.work)  # try again
            raise
        except Exception as error:  # an old plan must not stop the others
            _LOG.warning("no stages of %s: %s", manifest.work, error)
            return False
        return True


def add_stages(
    app: Celery, load: Callable[[], tuple[Catalogue, Archive]], *, seconds: float = SECONDS
) -> None:
    """Register the task with the beat, in queue `show`; the first run calls `load`."""
    maker = cache(lambda: StageMaker(*load()))
    add_periodic(app, MAKE, lambda: maker().make_next(), seconds=seconds, queue=QUEUE, alone=True)
