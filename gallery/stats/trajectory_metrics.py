"""Trajectory metrics of an artist's prompts: radius, returns, repeated picks.

Definitions as in `cas.experiments.trajectories`, on the prompts' unit vectors; the paper's own
formulas are not public. A work is compared with the `WINDOW` works before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from storage.archive.manifest import Float32

WINDOW: Final = 500
RANDOM_RETURNS: Final = 0.48
"""The return rate of Random in the paper."""

_SHUFFLES: Final = 8
_SEED: Final = 48

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TrajectoryMetrics:
    """Metrics of consecutive works.

    `from_first` [n] is each prompt's Euclidean distance from the artist's first one; `nearest` [n]
    that to the nearest earlier one except the work just before, infinite if there is none. `path`
    [m, d] are their unit vectors and those of the earlier works that they are compared with.
    """

    numbers: tuple[int, ...]
    from_first: Floats
    nearest: Floats
    path: Floats

    @cached_property
    def threshold(self) -> float:
        """The distance below which a work is a return; cached, because it is slow to compute."""
        return random_threshold(self.path)

    @property
    def returns_so_far(self) -> list[tuple[int, float]]:
        """Share of these works, up to each, that are nearer than the threshold."""
        able = np.isfinite(self.nearest)
        returned = np.cumsum(self.nearest < self.threshold)
        return [
            (number, float(count / total))
            for number, count, total, can in zip(
                self.numbers, returned, np.cumsum(able), able, strict=True
            )
            if can
        ]


def walk(first: Float32, vectors: Mapping[int, Float32], *, begin: int) -> TrajectoryMetrics | None:
    """Metrics of the works from number `begin` on; earlier vectors are only compared with.

    Vectors whose length differs from the first one's are left out: they are being replaced.
    """
    units = {n: _unit(vector) for n, vector in vectors.items() if vector.shape == first.shape}
    numbers = list(units)
    start = next((i for i, number in enumerate(numbers) if number >= begin), len(numbers))
    if start == len(numbers):
        return None
    path = np.stack(list(units.values()))
    return TrajectoryMetrics(
        numbers=tuple(numbers[start:]),
        from_first=np.linalg.norm(path[start:] - _unit(first), axis=1),
        nearest=nearest_earlier(path, start=start),
        path=path,
    )


def nearest_earlier(path: Floats, *, start: int = 0) -> Floats:
    """Distance of each point from `start` on to the nearest of the earlier, non-adjacent ones.

    Args:
        path: [n, d] unit vectors.
        start: index of the first point of the result.

    Returns:
        [n - start], infinite without an earlier point.
    """
    gaps = _distances(path[start:] @ path.T)
    return np.asarray(np.where(_looked_back_on(*gaps.shape), gaps, np.inf).min(axis=1))


def random_threshold(path: Floats) -> float:
    """The distance below which the same works in random order return at the paper's rate.

    A quantile over eight seeded orders; 0 for fewer than three works.
    """
    if len(path) < 3:
        return 0.0
    cosines, allowed = path @ path.T, _looked_back_on(len(path), len(path))
    dice = np.random.default_rng(_SEED)
    orders = (dice.permutation(len(path)) for _ in range(_SHUFFLES))
    # The nearest has the greatest cosine: only its distance is computed.
    nearest = [
        np.where(allowed, cosines[order].T[order], -np.inf).max(axis=1)[2:] for order in orders
    ]
    return float(np.quantile(_distances(np.concatenate(nearest)), RANDOM_RETURNS))


def picked_before(picks: Sequence[tuple[int, str]]) -> list[tuple[int, float]]:
    """Share of picks, up to each, that repeat an earlier one; `picks` are (number, concept)."""
    known: set[str] = set()
    shares = []
    repeated = 0
    for count, (number, concept) in enumerate(picks, start=1):
        repeated += concept in known
        known.add(concept)
        shares.append((number, repeated / count))
    return shares


def _unit(vector: Float32) -> Floats:
    precise = vector.astype(np.float64)
    return np.asarray(precise / np.linalg.norm(precise))


def _distances(cosines: Floats) -> Floats:
    """Euclidean distances between unit vectors."""
    return np.asarray(np.sqrt(np.maximum(2 - 2 * cosines, 0)))


def _looked_back_on(count: int, earlier: int) -> NDArray[np.bool_]:
    """Which of the points [earlier] each of the last `count` ones is compared with."""
    back = np.arange(earlier - count, earlier)[:, None] - np.arange(earlier)
    return np.asarray((back >= 2) & (back <= WINDOW))
