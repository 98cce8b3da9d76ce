"""Counts of works, computed once for each newest work."""

from __future__ import annotations

import threading

from storage.catalogue import Catalogue


class WorkCounts:
    """Counts of works that are remembered; safe for threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._counts: dict[str | None, tuple[str, int]] = {}
        self._lock = threading.Lock()

    def works(self, newest: str, *, artist: str | None = None) -> int:
        """How many works hang, all or an artist's, of which `newest` is the newest one's id."""
        with self._lock:
            known = self._counts.get(artist)
        if known is not None and known[0] == newest:
            return known[1]
        count = self._catalogue.works.count(artist=artist)
        with self._lock:
            self._counts[artist] = newest, count
        return count
