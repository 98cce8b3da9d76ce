"""How much of the concept space a run's picks span, and how much runs share.

Vectors are centred first: all texts have something in common under a text encoder (the mean cosine
of two concepts under MiniLM is 0.24), which hides their differences.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from cas.evaluation.metrics import repetition_rate
from cas.experiments.trajectories import Floats

NEIGHBOURS = 3
"""k of the k-NN novelty."""
DRAWS = 200
"""Draws of runs for the repetition of fewer runs than there are."""


def centred(vectors: NDArray[np.floating], centre: NDArray[np.floating]) -> Floats:
    """Return [n, d] unit vectors of [n, d] less the centre [d]; a vector at the centre stays 0."""
    moved = np.asarray(vectors, dtype=np.float64) - centre
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-12))


def vendi_score(vectors: Floats) -> float:
    """Return the effective number of different vectors (Friedman and Dieng 2023).

    The exponential of the entropy of the eigenvalues of their cosines over n: 1 if all [n, d] unit
    vectors are the same, n if they are orthogonal.
    """
    values = np.linalg.eigvalsh(vectors @ vectors.T / len(vectors))
    return _exponential_entropy(values[values > 1e-12])


def effective_number(picks: Sequence[str]) -> float:
    """Return the exponential of the entropy of the picks: n if n concepts are picked as often."""
    _, counts = np.unique(np.array(picks, dtype=np.str_), return_counts=True)
    return _exponential_entropy(counts / counts.sum())


def _exponential_entropy(shares: NDArray[np.floating]) -> float:
    return float(np.exp(-(shares * np.log(shares)).sum()))


def neighbour_novelty(vectors: Floats, *, neighbours: int = NEIGHBOURS) -> float:
    """Return the mean distance of a run's picks to their nearest earlier ones.

    Args:
        vectors: [n, d] of the picks, in order.
        neighbours: k, of the nearest earlier picks; the first k picks have too few and are left
            out. NaN if no more than k picks were made.
    """
    if len(vectors) <= neighbours:
        return float("nan")
    gaps = cdist(vectors, vectors)
    nearest = [
        np.partition(gaps[row, :row], neighbours - 1)[:neighbours].mean()
        for row in range(neighbours, len(vectors))
    ]
    return float(np.mean(nearest))


def overlaps(runs: Sequence[Sequence[str]]) -> Floats:
    """Return [R, R]: the share of the smaller of two runs' sets of picks that both hold.

    Unlike repetition, its mean does not depend on the number of runs. The diagonal is NaN.
    """
    sets = [set(run) for run in runs]
    shared = np.full((len(sets), len(sets)), np.nan)
    for first, second in combinations(range(len(sets)), 2):
        smaller = max(min(len(sets[first]), len(sets[second])), 1)
        both = len(sets[first] & sets[second]) / smaller
        shared[first, second] = shared[second, first] = both
    return shared


def repetition_of(
    runs: Sequence[Sequence[str]], *, count: int, picks: int, draws: int = DRAWS, seed: int = 0
) -> float:
    """Return the mean repetition over the first `picks` of `count` runs, drawn many times.

    NaN if there are fewer runs, or one has fewer picks.
    """
    if len(runs) < count or min(map(len, runs)) < picks:
        return float("nan")
    early = [run[:picks] for run in runs]
    if len(early) == count:
        return repetition_rate(early)
    generator = np.random.default_rng(seed)
    drawn = [generator.choice(len(early), count, replace=False) for _ in range(draws)]
    return float(np.mean([repetition_rate([early[run] for run in each]) for each in drawn]))
