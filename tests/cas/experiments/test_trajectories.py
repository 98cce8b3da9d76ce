"""Metrics over generations against brute force."""

from __future__ import annotations

import numpy as np
import pytest

from cas.experiments.trajectories import (
    cell_of,
    concept_cells,
    coverage,
    generation_vector,
    nearest_earlier,
    radius_so_far,
    return_rate,
    return_threshold,
    saturation_generation,
)


@pytest.fixture(scope="module")
def path() -> np.ndarray:
    points = np.random.default_rng(0).normal(size=(40, 6))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def test_a_generation_is_the_unit_mean_of_its_concepts() -> None:
    vector = generation_vector(np.array([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32))
    assert vector == pytest.approx([np.sqrt(0.5), np.sqrt(0.5)])


def test_radius_is_the_greatest_distance_so_far(path: np.ndarray) -> None:
    expected = [max(np.linalg.norm(p - path[0]) for p in path[: g + 1]) for g in range(len(path))]
    assert radius_so_far(path) == pytest.approx(expected)


def test_nearest_earlier_leaves_the_neighbour_out(path: np.ndarray) -> None:
    expected = [
        min(np.linalg.norm(path[g] - path[e]) for e in range(g - 1)) for g in range(2, len(path))
    ]
    assert nearest_earlier(path) == pytest.approx(expected)


def test_the_threshold_gives_the_rate_it_was_set_for(path: np.ndarray) -> None:
    threshold = return_threshold([path, path[::-1]], 0.48)
    rates = [return_rate(each, threshold) for each in (path, path[::-1])]
    assert np.mean(rates) == pytest.approx(0.48, abs=1 / 38)


def test_a_run_in_a_circle_always_returns() -> None:
    circle = np.tile(np.eye(4), (5, 1))
    assert return_rate(circle, 0.1) == pytest.approx(16 / 18)
    assert radius_so_far(circle)[-1] == pytest.approx(np.sqrt(2))


def test_cells_hold_what_is_nearest(path: np.ndarray) -> None:
    centres = concept_cells(path, cells=5, seed=0)
    cells = cell_of(path, centres)
    for point, cell in zip(path, cells, strict=True):
        assert cell == np.argmin([np.linalg.norm(point - centre) for centre in centres])
    assert len(concept_cells(path[:3], cells=5, seed=0)) == 3


def test_coverage_counts_cells_once_and_saturates_at_its_share() -> None:
    visits = [np.array([c]) for c in [0, 0, 1, 2, 1, 3, 3]] + [np.array([], dtype=np.int64)]
    covered = coverage(visits)
    assert covered.tolist() == [1, 1, 2, 3, 3, 4, 4, 4]
    assert saturation_generation(covered) == 6
    assert saturation_generation(covered, share=0.75) == 4
