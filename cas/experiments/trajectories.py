"""Metrics of a run's path through the space of concepts: radius, return, coverage.

A generation is a point: the unit-normalised mean of its concepts' text vectors. The paper's exact
formulas are not public; these are reconstructions, defined here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.vq import kmeans2
from scipy.spatial.distance import cdist

Floats = NDArray[np.float64]
"""An array of float64."""


def generation_vector(vectors: NDArray[np.floating]) -> Floats:
    """Return [d]: the unit-normalised mean of a generation's [n, d] concept vectors."""
    mean = np.asarray(vectors, dtype=np.float64).mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12))


def radius_so_far(path: Floats) -> Floats:
    """Return [G]: the greatest Euclidean distance from the first generation up to each one.

    Args:
        path: [G, d] generation vectors.
    """
    return np.asarray(np.maximum.accumulate(np.linalg.norm(path - path[0], axis=1)))


def nearest_earlier(path: Floats) -> Floats:
    """Return [G - 2]: each generation's distance to its nearest earlier, non-adjacent one.

    Args:
        path: [G, d] generation vectors; the first two generations have no such neighbour.
    """
    gaps = cdist(path, path)
    return np.array([gaps[number, : number - 1].min() for number in range(2, len(path))])


def return_threshold(paths: Sequence[Floats], rate: float) -> float:
    """Return the distance under which `rate` of the generations of these runs have returned."""
    return float(np.quantile(np.concatenate([nearest_earlier(path) for path in paths]), rate))


def return_rate(path: Floats, threshold: float) -> float:
    """Return the share of generations that come closer than `threshold` to an earlier one."""
    return float((nearest_earlier(path) < threshold).mean())


def concept_cells(vectors: NDArray[np.floating], *, cells: int, seed: int) -> Floats:
    """Return [cells, d] k-means centres of the concept space.

    Args:
        vectors: [V, d] of the vocabulary's concepts.
        cells: how many; at most V.
        seed: of the first centres.
    """
    count = min(cells, len(vectors))
    data = np.asarray(vectors, dtype=np.float64)
    centres, _ = kmeans2(data, count, iter=50, minit="++", seed=seed, missing="warn")
    return np.asarray(centres)


def cell_of(vectors: NDArray[np.floating], centres: Floats) -> NDArray[np.int64]:
    """Return [n]: the nearest centre of each vector."""
    return np.asarray(cdist(vectors, centres).argmin(axis=1))


def coverage(visits: Sequence[NDArray[np.int64]]) -> Floats:
    """Return [G]: how many distinct cells were visited up to each generation."""
    seen: set[int] = set()
    counts = []
    for cells in visits:
        seen.update(int(cell) for cell in cells)
        counts.append(len(seen))
    return np.array(counts, dtype=np.float64)


def saturation_generation(covered: Floats, *, share: float = 0.95) -> int:
    """Return the first generation, from 1, whose coverage reaches `share` of the last one's."""
    return int(np.argmax(covered >= share * covered[-1])) + 1
