"""Metrics of variety against brute force and known cases."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from cas.evaluation.metrics import repetition_rate
from cas.experiments.diversity import (
    centred,
    effective_number,
    neighbour_novelty,
    overlaps,
    repetition_of,
    vendi_score,
)


def test_vendi_counts_different_vectors() -> None:
    assert vendi_score(np.eye(7)) == pytest.approx(7)
    assert vendi_score(np.repeat(np.eye(3), 4, axis=0)) == pytest.approx(3)
    assert vendi_score(np.tile([[0.6, 0.8]], (5, 1))) == pytest.approx(1)
    uneven = np.eye(2)[[0, 0, 0, 1]]  # shares 3/4 and 1/4
    entropy = -(0.75 * np.log(0.75) + 0.25 * np.log(0.25))
    assert vendi_score(uneven) == pytest.approx(np.exp(entropy))


def test_effective_number_is_that_of_evenly_picked_concepts() -> None:
    assert effective_number(["a", "b", "c", "d"] * 5) == pytest.approx(4)
    assert effective_number(["a"] * 9) == pytest.approx(1)
    assert 1 < effective_number(["a"] * 9 + ["b"]) < 2


def test_neighbour_novelty_is_the_mean_of_the_nearest_earlier_ones() -> None:
    points = np.random.default_rng(0).normal(size=(12, 4))
    expected = [
        np.mean(sorted(np.linalg.norm(points[row] - points[e]) for e in range(row))[:3])
        for row in range(3, 12)
    ]
    assert neighbour_novelty(points) == pytest.approx(np.mean(expected))
    assert np.isnan(neighbour_novelty(points[:3]))


def test_centring_removes_what_all_have_in_common() -> None:
    generator = np.random.default_rng(1)
    vectors = generator.normal(size=(50, 8)) + 5.0
    found = centred(vectors, vectors.mean(axis=0))
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(50))
    cosines = found @ found.T
    assert abs(cosines[np.triu_indices(50, 1)].mean()) < 0.05


def test_overlap_of_each_two_runs() -> None:
    runs = [["a", "b", "c"], ["b", "c", "c"], ["d"]]
    shared = overlaps(runs)
    assert shared[0, 1] == shared[1, 0] == 1.0  # both of the smaller set
    assert shared[0, 2] == 0.0
    assert np.isnan(np.diag(shared)).all()


def test_repetition_of_fewer_runs_is_the_mean_over_all_choices_of_them() -> None:
    generator = np.random.default_rng(2)
    runs = [[f"c{n}" for n in generator.integers(40, size=8)] for _ in range(6)]
    every = [
        repetition_rate([runs[row][:5] for row in chosen])
        for chosen in itertools.combinations(range(6), 3)
    ]
    found = repetition_of(runs, count=3, picks=5, draws=4000)
    assert found == pytest.approx(np.mean(every), abs=0.01)
    assert found < repetition_rate([run[:5] for run in runs])
    assert repetition_of(runs, count=6, picks=5) == repetition_rate([run[:5] for run in runs])
    assert np.isnan(repetition_of(runs, count=7, picks=5))
    assert np.isnan(repetition_of(runs, count=2, picks=9))
