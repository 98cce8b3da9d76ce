"""Counts of works, computed once for each newest work and decision on works."""

from __future__ import annotations

import threading

from storage.catalogue import Catalogue


class WorkCounts:
    """Cached counts of works; safe for threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._counts: dict[str | None, tuple[tuple[str, int], int]] = {}
        self._lock = threading.Lock()

    def works(self, newest: str, *, artist: str | None = None) -> int:
        """Number of visible works, of all artists or one; `newest` is the id of the newest."""
        moment = newest, self._catalogue.works.decisions
        with self._lock:
            known = self._counts.get(artist)
        if known is not None and known[0] == moment:
            return known[1]
        count = self._catalogue.works.count(artist=artist, visible=True)
        with self._lock:
            self._counts[artist] = moment, count
        return count
