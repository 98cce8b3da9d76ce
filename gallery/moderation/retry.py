"""Repeat the automatic moderation of works for which it failed.

After each failure a work waits twice as long; after `MOST_TRIES` it waits for an admin, who may ask
for the check again by holding the work anew. The waits are per process: a restart resets them. A
decision of an admin is never changed.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gallery.moderation.decisions import moderate
from scheduler.beat import add_periodic
from storage.archive.archive import Archive
from storage.catalogue import Catalogue, WorkRow
from storage.errors import ObjectDamaged, ObjectMissing
from worker.moderation.openai import UNCHECKED, Moderator

if TYPE_CHECKING:
    from celery import Celery

LOOK: Final = "gallery.second_look"
QUEUE: Final = "keep"
"""The queue of the first check: its workers have the key, or the model."""

SECONDS: Final = 60.0
"""Seconds between two runs."""

WORKS: Final = 5
"""Works that one run checks at most."""

MOST_TRIES: Final = 10
_FIRST_WAIT: Final = 120.0
_LONGEST_WAIT: Final = 6 * 3600.0
_FOUND_AT_ONCE: Final = 500

_LOG = logging.getLogger(__name__)


@dataclass
class _Tries:
    count: int = 0
    next_at: float = 0.0


@dataclass
class ModerationRetry:
    """Checks works again; `clock` is monotonic, in seconds."""

    catalogue: Catalogue
    archive: Archive
    moderator: Moderator
    clock: Callable[[], float] = time.monotonic
    _tries: dict[tuple[str, float], _Tries] = field(default_factory=dict)

    def look(self) -> int:
        """Check works that are due, the oldest first; return how many were checked.

        Stop at the first failure: the check is then unavailable for all works.
        """
        waiting = self.catalogue.works.held(UNCHECKED, limit=_FOUND_AT_ONCE)
        self._tries = {_held(work): self._tries.get(_held(work), _Tries()) for work in waiting}
        due = [work for work in waiting if self._is_due(self._tries[_held(work)])]
        answered = 0
        for work in due[:WORKS]:
            if not self._check(work):
                break
            answered += 1
        return answered

    def _is_due(self, tries: _Tries) -> bool:
        return tries.count < MOST_TRIES and tries.next_at <= self.clock()

    def _check(self, work: WorkRow) -> bool:
        try:
            image, _ = self.archive.read_image(work.image)
        except (ObjectMissing, ObjectDamaged) as error:
            _LOG.warning("%s can't be checked: %s", work.id, error)
            return self._put_off(work)
        found = self.moderator.check(f"{work.title}\n{work.prompt}", image)
        if found.reason == UNCHECKED:
            return self._put_off(work)
        now = self.catalogue.works.get(work.id)
        if now is not None and (now.visibility, now.visibility_reason) == ("held", UNCHECKED):
            moderate(
                self.catalogue,
                self.archive,
                work.artist,
                work.number,
                found.visibility,
                found.reason,
                who=self.moderator.model,
            )
        return True

    def _put_off(self, work: WorkRow) -> bool:
        tries = self._tries[_held(work)]
        wait = min(_FIRST_WAIT * 2.0**tries.count, _LONGEST_WAIT)
        tries.count, tries.next_at = tries.count + 1, self.clock() + wait
        return False


def _held(work: WorkRow) -> tuple[str, float]:
    """A work, and since when it is held."""
    return work.id, work.changed_at


def add_moderation_retry(app: Celery, retry: ModerationRetry, *, seconds: float = SECONDS) -> None:
    """Register the task with the beat, in the queue of the first check."""
    add_periodic(app, LOOK, retry.look, seconds=seconds, queue=QUEUE, alone=True)
