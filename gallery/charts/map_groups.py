"""Groups of near works on a map, each named by the concepts that are its own."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_FEWEST: Final = 12
"""Works of the smallest map with groups."""

_MOST: Final = 12
"""Groups of a map."""

_ROUNDS: Final = 12
_NAMES: Final = 2
_OVERALL: Final = 0.5
"""A concept in a larger share of all works names no group."""


@dataclass(frozen=True)
class Group:
    """Works that lie near each other: their middle, and up to two concepts frequent in them."""

    x: float
    y: float
    works: int
    concepts: tuple[str, ...]


def group_places(
    places: NDArray[np.float64], concepts: Sequence[Sequence[str]]
) -> tuple[Group, ...]:
    """Groups of works by k-means over their places, the largest first; the same for the same.

    Args:
        places: [n, 2].
        concepts: of each work.
    """
    count = len(places)
    if count < _FEWEST:
        return ()
    size = min(_MOST, max(2, round(math.sqrt(count) / 1.5)))
    nearest = _nearest(places, _middles(places, size))
    overall = Counter(word for words in concepts for word in set(words))
    named: set[str] = set()
    groups = []
    for group in sorted(range(size), key=lambda one: -int((nearest == one).sum())):
        members = np.flatnonzero(nearest == group)
        if len(members) < 2:
            continue
        own = Counter(word for member in members for word in set(concepts[int(member)]))
        words = _names(own, overall, named, members=len(members), count=count)
        named.update(words)
        if words:
            x, y = places[members].mean(axis=0)
            groups.append(Group(round(float(x), 4), round(float(y), 4), len(members), words))
    return tuple(groups)


def _names(
    own: Counter[str], overall: Counter[str], named: set[str], *, members: int, count: int
) -> tuple[str, ...]:
    """Concepts that are more frequent in a group than elsewhere, in two of its works at least."""
    scores = {
        word: times / members * math.log((times / members) / (overall[word] / count))
        for word, times in own.items()
        if times > 1 and word not in named and overall[word] <= _OVERALL * count
    }
    best = sorted((word for word, score in scores.items() if score > 0), key=lambda w: -scores[w])
    return tuple(best[:_NAMES])


def _middles(places: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Middles [size, 2]: begun far from each other, then moved to the mean of what is nearest."""
    middles = places[:1]
    for _ in range(size - 1):
        off = np.linalg.norm(places[:, None] - middles, axis=2).min(axis=1)
        middles = np.concatenate([middles, places[[int(off.argmax())]]])
    for _ in range(_ROUNDS):
        nearest = _nearest(places, middles)
        middles = np.stack(
            [
                places[nearest == one].mean(axis=0) if (nearest == one).any() else middles[one]
                for one in range(size)
            ]
        )
    return middles


def _nearest(places: NDArray[np.float64], middles: NDArray[np.float64]) -> NDArray[np.int64]:
    off = np.linalg.norm(places[:, None] - middles, axis=2)
    return np.asarray(off.argmin(axis=1), dtype=np.int64)
