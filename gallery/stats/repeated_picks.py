"""How often picks repeat, within an artist and between artists; computed once for each new work.

It reads all works of an artist, which takes longer than any other statistic.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from gallery.stats.trajectory_metrics import picked_before
from storage.catalogue import Catalogue

Known = TypeVar("Known")

_KEPT: Final = 64
"""Artists whose shares are cached."""


@dataclass(frozen=True)
class Repeated:
    """Share of an artist's picks that repeat an earlier one: `shares` [n], up to `numbers` [n]."""

    newest: int
    numbers: NDArray[np.int64]
    shares: NDArray[np.float64]

    def between(self, first: int, last: int) -> list[tuple[int, float]]:
        """The part from one work to another, as (number, share)."""
        part = slice(*np.searchsorted(self.numbers, [first, last + 1]))
        return list(zip(self.numbers[part].tolist(), self.shares[part].tolist(), strict=True))


class RepeatedPicks:
    """Cached shares of repeated picks; safe for threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._repeated: dict[str, Repeated] = {}
        self._shared: dict[str, tuple[str, float | None]] = {}
        self._lock = threading.Lock()

    def of(self, artist: str, newest: int) -> Repeated:
        """The artist's own repetition over all its works, up to the number `newest`."""
        with self._lock:
            known = self._repeated.get(artist)
        if known is not None and known.newest == newest:
            return known
        found = picked_before(self._catalogue.history.picks(artist, last=newest))
        repeated = Repeated(
            newest,
            np.array([number for number, _ in found], dtype=np.int64),
            np.array([share for _, share in found], dtype=np.float64),
        )
        self._store(self._repeated, artist, repeated)
        return repeated

    def shared(self, artist: str) -> float | None:
        """Share of picks that another artist also made; None without picks or another artist."""
        works = self._catalogue.works
        newest = next((work.id for work in works.newest(limit=1)), "")
        with self._lock:
            known = self._shared.get(artist)
        if known is not None and known[0] == newest:
            return known[1]
        made = works.count(artist=artist)
        alone = not made or len(works.latest()) < 2
        share = None if alone else self._catalogue.history.shared_picks(artist) / made
        self._store(self._shared, artist, (newest, share))
        return share

    def _store(self, memory: dict[str, Known], artist: str, known: Known) -> None:
        with self._lock:
            memory.pop(artist, None)
            memory[artist] = known
            while len(memory) > _KEPT:
                memory.pop(next(iter(memory)))
