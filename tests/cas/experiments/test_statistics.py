"""Paired tests, Holm's correction and intervals against scipy, enumeration and known cases."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats

from cas.experiments.diversity import overlaps
from cas.experiments.statistics import (
    compare_runs,
    detectable,
    holm,
    interval,
    overlap_interval,
    sign_flip,
)


def test_holm_on_a_worked_example() -> None:
    """Four tests: 0.005 × 4, 0.01 × 3, 0.03 × 2, 0.04 × 1 no less than the one before."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([]) == []


def test_sign_flips_are_all_signs_where_runs_are_few() -> None:
    differences = np.array([0.3, 0.1, 0.25, -0.05, 0.4, 0.15])
    observed = abs(differences.mean())
    means = [abs((differences * signs).mean()) for signs in itertools.product((-1, 1), repeat=6)]
    assert sign_flip(differences) == pytest.approx(np.mean(np.array(means) >= observed - 1e-12))
    assert sign_flip(np.zeros(5)) == 1.0


def test_sign_flips_of_many_runs_agree_with_the_t_test() -> None:
    differences = np.random.default_rng(0).normal(0.5, 1.0, size=20)
    expected = stats.ttest_1samp(differences, 0.0).pvalue
    assert sign_flip(differences) == pytest.approx(expected, abs=0.01)


def test_the_interval_is_near_the_t_interval_and_holds_the_mean() -> None:
    values = np.random.default_rng(1).normal(3.0, 1.0, size=40)
    low, high = interval(values.tolist())
    expected = stats.t.interval(0.95, 39, values.mean(), values.std(ddof=1) / np.sqrt(40))
    assert (low, high) == pytest.approx(expected, abs=0.05)
    assert interval([2.0, 2.0, 2.0]) == (2.0, 2.0)
    assert np.isnan(interval([1.0])).all()


def test_a_difference_as_large_as_detectable_is_found_four_times_in_five() -> None:
    generator = np.random.default_rng(2)
    size = detectable(stats.norm.ppf((np.arange(20) + 0.5) / 20))
    found = [
        stats.ttest_1samp(generator.normal(size, 0.98, size=20), 0.0).pvalue < 0.05
        for _ in range(800)
    ]
    assert np.mean(found) == pytest.approx(0.8, abs=0.06)


def test_the_interval_of_overlap_covers_the_truth() -> None:
    """Runs of 20 of 60 concepts overlap by a third; 95 % intervals hold it nearly that often."""
    generator = np.random.default_rng(3)
    held = 0
    for _ in range(60):
        runs = [[str(c) for c in generator.choice(60, 20, replace=False)] for _ in range(12)]
        low, high = overlap_interval(overlaps(runs), resamples=300)
        held += low <= 1 / 3 <= high
    assert held >= 50


def test_policies_are_compared_in_pairs_of_runs() -> None:
    """Between runs values differ far more than the policies do; pairs show the difference."""
    generator = np.random.default_rng(4)
    seeds = generator.normal(0, 10, size=20)
    values = {
        "radius": {
            "Random": seeds.tolist(),
            "a": (seeds + 1 + generator.normal(0, 0.5, 20)).tolist(),
            "same": (seeds + generator.normal(0, 0.5, 20)).tolist(),
            "human": [1.0, 2.0],
        }
    }
    found = compare_runs(values, [(p, "Random") for p in ("a", "same", "human")])
    assert [test.policy for test in found] == ["a", "same"]
    assert found[0].p_holm < 0.01
    assert found[1].p > 0.05
    assert found[0].low < 1 < found[0].high
    assert found[0].detectable < 0.5
    assert all(test.p <= test.p_holm for test in found)
