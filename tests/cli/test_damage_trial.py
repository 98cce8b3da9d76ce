"""A short trial of `benchmarks.damage`; two hundred works take minutes."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.damage.trial import run


@pytest.mark.parametrize("seed", [1, 5])
def test_random_damage_is_listed_and_repaired_and_reveals_no_hidden_work(
    tmp_path: Path, seed: int
) -> None:
    found = run(tmp_path / "data", works=18, objects=9, seed=seed)
    assert found["violations"] == [] and found["listed"]
