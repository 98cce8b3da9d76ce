"""Why concepts were picked, from the manifests; each is read once, since none ever changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from gallery.became import became
from gallery.pick_explanation import Explanation, explain
from storage.archive.archive import Archive
from storage.catalogue import WorkRow
from storage.errors import ObjectDamaged, ObjectMissing

_KEPT: Final = 20_000


@dataclass(frozen=True)
class Reason:
    """Why a concept came: the pool that it joined, what it became, and the pick explained."""

    pool: tuple[str, ...]
    how: str
    explanation: Explanation


class ConceptReasons:
    """Cached reasons by work; safe for threads."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._known: OrderedDict[str, Reason] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, works: Iterable[WorkRow]) -> Mapping[str, Reason]:
        """The reasons of works by id; one whose manifest can't be read is left out."""
        found: dict[str, Reason] = {}
        for work in works:
            with self._lock:
                reason = self._known.get(work.id)
            reason = reason or self._read(work)
            if reason is not None:
                found[work.id] = reason
        return found

    def _read(self, work: WorkRow) -> Reason | None:
        try:
            manifest = self._archive.read_manifest(work.artist, work.number)
        except (ObjectMissing, ObjectDamaged):
            return None
        shown_as = {one.concept: one.how for one in became(manifest) if one.shown}
        reason = Reason(
            pool=manifest.inspiration.pool_before.concepts,
            how=shown_as.get(work.concept, ""),
            explanation=explain(manifest),
        )
        with self._lock:
            self._known[work.id] = reason
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return reason
