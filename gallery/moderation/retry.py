"""Check works again whose automatic moderation could not be done.

A work that fails once more waits twice as long; after some tries it is left to a person. The waits
are each process's own: a restart resets them, and a person's decision is never overruled.
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
"""Where the first check is made: those workers have the key, or the model."""

SECONDS: Final = 60.0
"""Seconds between two looks."""

WORKS: Final = 5
"""Works that one look checks at most."""

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
    """Checks works again; `clock` tells seconds that only grow."""

    catalogue: Catalogue
    archive: Archive
    moderator: Moderator
    clock: Callable[[], float] = time.monotonic
    _tries: dict[str, _Tries] = field(default_factory=dict)

    def look(self) -> int:
        """Check some that are due, the oldest first; tells for how many there was an answer.

        It ends at the first without one: where the check is unavailable, it is unavailable for all.
        """
        waiting = self.catalogue.works.held(UNCHECKED, limit=_FOUND_AT_ONCE)
        self._tries = {work.id: self._tries.get(work.id, _Tries()) for work in waiting}
        due = [work for work in waiting if self._is_due(self._tries[work.id])]
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
        tries = self._tries[work.id]
        wait = min(_FIRST_WAIT * 2.0**tries.count, _LONGEST_WAIT)
        tries.count, tries.next_at = tries.count + 1, self.clock() + wait
        return False


def add_moderation_retry(app: Celery, retry: ModerationRetry, *, seconds: float = SECONDS) -> None:
    """Register the task, on the schedule of the beat and in the queue of the first check."""
    add_periodic(app, LOOK, retry.look, seconds=seconds, queue=QUEUE, alone=True)
