"""The layout of the map: similar works are near to each other.

The coordinates are the first two principal components of the pictures' vectors. They are computed
again only after a new work.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from storage.archive.manifest import Float32
from storage.catalogue import ArtistRow, Catalogue

MOST: Final = 10_000
"""Works on one map, the newest ones."""

FRESH: Final = 60
"""Seconds for which caches, the gallery's own included, may hold a map's points."""

_SENT: Final = 16

_Names = tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """The place of a work: both between -1 and 1, y grows downwards."""

    x: float
    y: float


def lay_out(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """The first two principal components of the vectors' directions.

    Args:
        vectors: [n, d], d at least 2, none of them zero.

    Returns:
        [n, 2], scaled by one number so that the outermost coordinate is 1 or -1. The sign of each
        axis makes its greatest weight positive, so the same vectors always give the same places.
    """
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    centred = units - units.mean(axis=0)
    axes, places = _by_vectors(centred) if len(vectors) < centred.shape[1] else _by_axes(centred)
    heaviest = axes[np.abs(axes).argmax(axis=0), [0, 1]]
    places = places * np.where(heaviest < 0, -1, 1)
    farthest = float(np.abs(places).max())
    return np.asarray(places / farthest if farthest > 0 else places, dtype=np.float64)


def _by_axes(centred: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The principal axes [d, 2] and the coordinates [n, 2], from the [d, d] covariance."""
    _, components = np.linalg.eigh((centred.T @ centred).astype(np.float64))
    axes = components[:, :-3:-1]
    return axes, centred @ axes


def _by_vectors(centred: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The same, axes of any length, from the [n, n] Gram matrix, which is smaller for few works."""
    squares, weights = np.linalg.eigh((centred @ centred.T).astype(np.float64))
    # A single work has only one axis.
    squares, weights = np.append(0.0, squares), np.pad(weights, ((0, 0), (1, 0)))
    first = slice(None, -3, -1)
    return centred.T @ weights[:, first], weights[:, first] * np.sqrt(squares[first].clip(0))


@dataclass(frozen=True)
class _Sent:
    newest: str
    until: float
    body: bytes


class SimilarityMaps:
    """Maps of artists with the same image encoder, each kept until there is a newer work.

    Safe for threads.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._known: dict[_Names, tuple[object, Mapping[str, Place]]] = {}
        self._sent: dict[tuple[_Names, Hashable], _Sent] = {}
        self._lock = threading.Lock()

    def body(
        self, artists: Sequence[ArtistRow], seen_as: Hashable, make: Callable[[], bytes]
    ) -> bytes:
        """The encoded points: made again for each new work, and once in `FRESH` seconds.

        `seen_as` is the part of the key that addresses depend on.
        """
        # A moderation decision of this process applies at once, those of others within `FRESH`.
        newest = f"{self._newest(artists)} {self._catalogue.works.decisions}"
        names, now = _names(artists), time.monotonic()
        with self._lock:
            sent = self._sent.get((names, seen_as))
        if sent is not None and sent.newest == newest and sent.until > now:
            return sent.body
        body = make()
        with self._lock:
            self._sent[names, seen_as] = _Sent(newest, now + FRESH, body)
            while len(self._sent) > _SENT:
                self._sent.pop(next(iter(self._sent)))
        return body

    def of(self, artists: Sequence[ArtistRow]) -> Mapping[str, Place]:
        """Places of the artists' newest works by work id, the newest first."""
        names = _names(artists)
        edition = self._newest(artists), *(row.created.parts.image_encoder for row in artists)
        with self._lock:
            known = self._known.get(names)
        if known is not None and known[0] == edition:
            return known[1]
        places = _places(self._catalogue.history.picture_vectors(names, limit=MOST))
        with self._lock:
            self._known[names] = edition, places
        return places

    def _newest(self, artists: Sequence[ArtistRow]) -> str:
        """The id of the newest work that may be on the map, of one artist or of all."""
        alone = artists[0].name if len(artists) == 1 else None
        return next((work.id for work in self._catalogue.works.newest(artist=alone, limit=1)), "")


def alike(artists: Sequence[ArtistRow], newest: str | None) -> Sequence[ArtistRow]:
    """The artists that can share a map: those with the image encoder of the newest work's one."""
    eyes = {row.name: row.created.parts.image_encoder for row in artists}
    return [row for row in artists if newest is None or eyes[row.name] == eyes[newest]]


def _names(artists: Sequence[ArtistRow]) -> _Names:
    return tuple(row.name for row in artists)


def _places(vectors: Mapping[str, Float32]) -> Mapping[str, Place]:
    """Places of all works whose vectors are as long as the newest one's.

    During a change of the encoder, the others still wait for their new vectors.
    """
    if not vectors:
        return {}
    size = next(iter(vectors.values())).shape
    kept = {work: vector for work, vector in vectors.items() if vector.shape == size}
    laid = lay_out(np.stack(list(kept.values())))
    return {
        work: Place(round(x, 4), round(y, 4))
        for work, (x, y) in zip(kept, laid.tolist(), strict=True)
    }
