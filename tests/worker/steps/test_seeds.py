"""Seeds: the same on every machine, and different for every artist, cycle and step."""

from __future__ import annotations

from itertools import product

from worker.steps.seeds import step_seed


def test_a_seed_is_the_same_on_every_machine() -> None:
    assert step_seed(1, 1, "inspire") == 28352423


def test_seeds_differ_and_fit_every_generator() -> None:
    seeds = {step_seed(a, n, s) for a, n, s in product(range(9), range(99), ("inspire", "paint"))}
    assert len(seeds) == 9 * 99 * 2
    assert all(0 <= seed < 2**31 for seed in seeds)
