"""Where each work lies on its artist's map: near to those whose pictures are like it.

The vectors of the pictures are seen from the side on which they differ most: the first two
principal components. Reckoned once for each newest work.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from storage.catalogue import ArtistRow, Catalogue
from storage.manifest import Float32

MOST: Final = 10_000
"""Works on one map, the newest of the artist's."""

FRESH: Final = 60
"""Seconds for which caches may hold a map's points, our own among them."""

_SENT: Final = 16


@dataclass(frozen=True)
class Place:
    """Where a work lies: both between -1 and 1, y growing downwards."""

    x: float
    y: float


def lay_out(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """The first two principal components of the vectors' directions.

    Args:
        vectors: [n, d], d at least 2, none of them zero.

    Returns:
        [n, 2], scaled by one number so that the outermost coordinate is 1 or -1. Each axis points
        to where its greatest weight is positive, so that the same vectors always lie alike.
    """
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    centred = units - units.mean(axis=0)
    covariance = (centred.T @ centred).astype(np.float64) / len(vectors)
    _, components = np.linalg.eigh(covariance)
    axes = components[:, :-3:-1]
    heaviest = axes[np.abs(axes).argmax(axis=0), [0, 1]]
    places = centred @ (axes * np.sign(heaviest))
    farthest = float(np.abs(places).max())
    return np.asarray(places / farthest if farthest > 0 else places, dtype=np.float64)


@dataclass(frozen=True)
class _Sent:
    newest: int
    until: float
    body: bytes


class Maps:
    """The maps of all artists, each kept until there is a newer work; safe for threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._known: dict[str, tuple[object, Mapping[int, Place]]] = {}
        self._sent: dict[tuple[str, Hashable], _Sent] = {}
        self._lock = threading.Lock()

    def body(self, artist: str, seen_as: Hashable, make: Callable[[], bytes]) -> bytes:
        """The points as they are sent: made anew for each work, and once in `FRESH` seconds.

        `seen_as` tells for whom addresses are written.
        """
        newest, now = self._catalogue.works.newest_number(artist), time.monotonic()
        with self._lock:
            sent = self._sent.get((artist, seen_as))
        if sent is not None and sent.newest == newest and sent.until > now:
            return sent.body
        body = make()
        with self._lock:
            self._sent[artist, seen_as] = _Sent(newest, now + FRESH, body)
            while len(self._sent) > _SENT:
                self._sent.pop(next(iter(self._sent)))
        return body

    def of(self, artist: ArtistRow) -> Mapping[int, Place]:
        """Places of the artist's newest works by their numbers, the newest first."""
        newest = self._catalogue.works.newest_number(artist.name)
        edition = newest, artist.created.parts.image_encoder
        with self._lock:
            known = self._known.get(artist.name)
        if known is not None and known[0] == edition:
            return known[1]
        places = _places(self._catalogue.journeys.picture_vectors(artist.name, limit=MOST))
        with self._lock:
            self._known[artist.name] = edition, places
        return places


def _places(vectors: Mapping[int, Float32]) -> Mapping[int, Place]:
    """Places of all whose vectors are as long as the newest one's: others are being replaced."""
    if not vectors:
        return {}
    size = next(iter(vectors.values())).shape
    kept = {number: vector for number, vector in vectors.items() if vector.shape == size}
    laid = lay_out(np.stack(list(kept.values())))
    return {
        number: Place(round(x, 4), round(y, 4))
        for number, (x, y) in zip(kept, laid.tolist(), strict=True)
    }
