"""Trajectory metrics against those of `cas.experiments`, and the values on page and file."""

from __future__ import annotations

import csv
import io
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from cas.experiments import trajectories
from gallery import SiteSettings, create_app
from gallery.stats.repeated_picks import RepeatedPicks
from gallery.stats.trajectory_metrics import (
    RANDOM_RETURNS,
    WINDOW,
    nearest_earlier,
    picked_before,
    random_threshold,
    walk,
)


def points(count: int, *, seed: int = 1) -> np.ndarray:
    cloud = np.random.default_rng(seed).normal(0.4, 1, (count, 12))
    return cloud / np.linalg.norm(cloud, axis=1, keepdims=True)


def path_of(exhibition) -> np.ndarray:
    path = np.stack([m.judgement.text_vector.astype(float) for m in exhibition.manifests])
    return path / np.linalg.norm(path, axis=1, keepdims=True)


def test_the_nearest_earlier_work_is_the_laboratorys() -> None:
    path = points(60)
    found = nearest_earlier(path)
    assert np.isinf(found[:2]).all()
    assert found[2:] == pytest.approx(trajectories.nearest_earlier(path), abs=1e-7)
    assert nearest_earlier(path, start=40) == pytest.approx(found[40:])


def test_no_work_is_compared_beyond_the_window() -> None:
    path = np.eye(WINDOW + 5)
    path[-1] = path[2]
    path[-2] = path[3]
    assert nearest_earlier(path)[-1] == pytest.approx(np.sqrt(2))
    path[-1] = path[WINDOW + 4 - WINDOW]
    assert nearest_earlier(path)[-1] == pytest.approx(0)


def test_in_random_order_works_return_as_random_does() -> None:
    path = points(300)
    threshold = random_threshold(path)
    dice = np.random.default_rng(9)
    rates = [
        trajectories.return_rate(path[dice.permutation(len(path))], threshold) for _ in range(20)
    ]
    assert np.mean(rates) == pytest.approx(RANDOM_RETURNS, abs=0.03)


def test_a_path_that_moves_on_returns_less_than_one_that_does_not() -> None:
    angles = np.linspace(0, 1.2, 64)
    onward = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    between = onward[[int(f"{i:06b}"[::-1], 2) for i in range(64)]]
    rates = []
    for path in (onward, between):
        journey = walk(path[0], dict(enumerate(path, 1)), begin=1)
        assert journey is not None
        number, rate = journey.returns_so_far[-1]
        assert number == 64
        rates.append(rate)
    assert rates[0] < rates[1] / 2


@given(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=30))
def test_repetition_counts_what_was_picked_before(picks: list[str]) -> None:
    shares = picked_before(list(enumerate(picks, 5)))
    assert [number for number, _ in shares] == list(range(5, 5 + len(picks)))
    for i, (_, share) in enumerate(shares, 1):
        assert share == pytest.approx((i - len(set(picks[:i]))) / i)


def test_the_page_shows_the_laboratorys_return_rate(visitor: TestClient, exhibition) -> None:
    path = path_of(exhibition)
    page = visitor.get("/artists/ada/numbers").text
    section = page[page.index("<h2>Return rate</h2>") : page.index("<h2>Repetition</h2>")]
    told = re.search(r"<strong>([0-9.]+)</strong> at no\. 30", section)
    nearer = re.search(r"is nearer than ([0-9.]+)", section)
    assert told and nearer
    expected = trajectories.return_rate(path, random_threshold(path))
    assert float(told[1]) == pytest.approx(expected, rel=5e-3)
    assert float(nearer[1]) == pytest.approx(random_threshold(path), abs=5e-4)
    assert "Another artist here" not in page


def test_distances_are_there_as_a_file(visitor: TestClient, exhibition) -> None:
    path = path_of(exhibition)
    text = visitor.get("/artists/ada/distances.csv").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [int(row["number"]) for row in rows] == list(range(1, 31))
    radius = [float(row["radius_so_far"]) for row in rows]
    assert radius == pytest.approx(list(trajectories.radius_so_far(path)), abs=1e-5)
    away = [float(row["from_first"]) for row in rows]
    assert away == pytest.approx(list(np.linalg.norm(path - path[0], axis=1)), abs=1e-5)
    assert [row["nearest_earlier"] for row in rows[:2]] == ["", ""]
    nearest = [float(row["nearest_earlier"]) for row in rows[2:]]
    assert nearest == pytest.approx(list(trajectories.nearest_earlier(path)), abs=1e-5)


def test_picks_are_compared_with_other_artists(empty, sample) -> None:
    ada = sample.hang(empty.catalogue, empty.archive, works=12, artist="cleo").manifests
    boris = sample.hang(empty.catalogue, empty.archive, works=9, artist="boris").manifests
    mine, others = ([m.inspiration.concept for m in life] for life in (ada, boris))
    assert empty.catalogue.history.shared_picks("cleo") == sum(one in others for one in mine)
    client = TestClient(create_app(empty.catalogue, empty.archive, site=SiteSettings()))
    share = 100 * sum(one in others for one in mine) / len(mine)
    page = client.get("/artists/cleo/numbers").text
    assert f"Another artist here also made {share:.0f}\u00a0%" in page


def test_picks_are_counted_once_for_each_new_work(empty, sample) -> None:
    life = sample.Life("cleo")
    empty.catalogue.artists.add(life.created)
    manifests = [life.cycle(empty.archive) for _ in range(8)]
    picks = [(m.number, m.inspiration.concept) for m in manifests]
    for manifest in manifests[:7]:
        empty.catalogue.restore_work(manifest)
    repeated_picks = RepeatedPicks(empty.catalogue)
    found = repeated_picks.of("cleo", 7)
    assert found.between(1, 99) == picked_before(picks[:7])
    assert found.between(3, 5) == picked_before(picks[:7])[2:5]
    assert repeated_picks.of("cleo", 7) is found
    assert repeated_picks.shared("cleo") is None
    empty.catalogue.restore_work(manifests[7])
    assert repeated_picks.of("cleo", 8).between(1, 8) == picked_before(picks)
    sample.hang(empty.catalogue, empty.archive, works=1, artist="zoe")
    assert repeated_picks.shared("cleo") == empty.catalogue.history.shared_picks("cleo") / 8
    assert repeated_picks.shared("nobody") is None
