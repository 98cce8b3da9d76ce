"""Tests and intervals over runs. Policies share the seeds of runs: runs are compared in pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from cas.experiments.trajectories import Floats

RESAMPLES = 9_999
"""Of every bootstrap and permutation test."""
LEVEL = 0.05
"""Of the tests; intervals hold 1 less this."""
POWER = 0.8
"""Of the difference that a comparison is said to detect."""


@dataclass(frozen=True)
class PairedTest:
    """One metric of two policies over the same runs.

    Attributes:
        metric, policy, other: what is compared.
        difference: mean over runs of the policy's value less the other's.
        low, high: of its 95 % interval, by bootstrap over runs.
        detectable: the difference that a paired t-test over this many runs finds four times in
            five.
        p: of a sign-flip permutation test, two-sided.
        p_holm: p after Holm's correction over the whole family.
    """

    metric: str
    policy: str
    other: str
    difference: float
    low: float
    high: float
    detectable: float
    p: float
    p_holm: float


def interval(values: Sequence[float], *, seed: int = 0) -> tuple[float, float]:
    """Return the 95 % interval of a mean over runs, by bootstrap; NaN for fewer than two runs."""
    data = np.asarray(values, dtype=np.float64)
    data = data[~np.isnan(data)]
    if len(data) < 2:
        return float("nan"), float("nan")
    if np.ptp(data) == 0:
        return float(data[0]), float(data[0])
    found = stats.bootstrap(
        (data,),
        np.mean,
        n_resamples=RESAMPLES,
        confidence_level=1 - LEVEL,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return float(found.low), float(found.high)


def overlap_interval(shared: Floats, *, resamples: int = 2_000, seed: int = 0) -> Floats:
    """Return [2]: the 95 % interval of the mean overlap of two runs, by bootstrap over runs.

    Pairs have runs in common, so runs are drawn, and of a draw the pairs of different runs count.

    Args:
        shared: [R, R] of `cas.experiments.diversity.overlaps`.
        resamples: how many draws.
        seed: of the draws.
    """
    if len(shared) < 3:
        return np.full(2, np.nan)
    generator = np.random.default_rng(seed)
    draws = generator.integers(len(shared), size=(resamples, len(shared)))
    means = [
        np.nanmean(shared[np.ix_(drawn, drawn)]) for drawn in draws if len(np.unique(drawn)) > 1
    ]
    return np.asarray(np.quantile(means, [LEVEL / 2, 1 - LEVEL / 2]))


def compare_runs(
    values: Mapping[str, Mapping[str, Sequence[float]]], pairs: Sequence[tuple[str, str]]
) -> list[PairedTest]:
    """Compare policies over their runs, with Holm's correction over all comparisons made.

    Args:
        values: of each metric and policy, one a run, in the same order of runs.
        pairs: the policies compared, each with the one that is subtracted.

    Returns:
        One a metric and pair, of those that have at least two runs in common.
    """
    rows = []
    for metric, policies in values.items():
        for policy, other in pairs:
            found = _paired(policies.get(policy, ()), policies.get(other, ()))
            if len(found) >= 2:
                low, high = interval(list(found))
                figures = (float(found.mean()), low, high, detectable(found), sign_flip(found))
                rows.append((metric, policy, other, *figures))
    corrected = holm([row[-1] for row in rows])
    return [PairedTest(*row, p) for row, p in zip(rows, corrected, strict=True)]


def _paired(first: Sequence[float], second: Sequence[float]) -> NDArray[np.float64]:
    if len(first) != len(second):  # people's runs have no counterpart
        return np.empty(0)
    difference = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    return np.asarray(difference[~np.isnan(difference)])


def sign_flip(differences: NDArray[np.float64], *, seed: int = 0) -> float:
    """Return the two-sided p of a mean difference under random signs; exact for few runs."""
    if not np.any(differences):
        return 1.0
    found = stats.permutation_test(
        (differences,),
        lambda x, axis: np.mean(x, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=RESAMPLES,
        rng=np.random.default_rng(seed),
    )
    return float(found.pvalue)


def detectable(differences: NDArray[np.float64]) -> float:
    """Return the true mean difference that a paired t-test finds with probability `POWER`."""
    free = len(differences) - 1
    error = float(np.std(differences, ddof=1)) / np.sqrt(len(differences))
    return float((stats.t.ppf(1 - LEVEL / 2, free) + stats.t.ppf(POWER, free)) * error)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values corrected for all tests of a family (Holm 1979), in the same order."""
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * (len(p) - np.arange(len(p))))
    corrected = np.empty(len(p))
    corrected[order] = np.minimum(stepped, 1.0)
    return [float(value) for value in corrected]
