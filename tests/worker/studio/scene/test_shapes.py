"""What single forms must show to be told apart: faces, skins, keys and crowns."""

from __future__ import annotations

import numpy as np
import pytest

import worker.studio.scene.forms  # noqa: F401  (fills FORMS)
from worker.studio.scene.mesh import Mesh
from worker.studio.scene.model import Request, make


def parts(name: str, *, pose: str = "", attributes: str = "", seed: int = 1) -> dict[str, Mesh]:
    words = frozenset(filter(None, attributes.split(", ")))
    model = make(name, Request(np.random.default_rng(seed), pose, words))
    return {part.name: part.mesh for part in model.parts}


def test_the_keys_of_a_grand_piano_lie_before_its_strings_and_lid() -> None:
    piano = parts("piano", pose="grand")
    front = max(float(piano[name].points[:, 2].max()) for name in ("strings", "lid"))
    assert piano["keys"].points[:, 2].min() > front


def test_a_grand_piano_stands_on_three_legs_that_are_seen_below_its_case() -> None:
    piano = parts("piano", pose="grand")
    feet = piano["legs"].points[piano["legs"].points[:, 1] < 0.01]
    assert len(np.unique(np.round(feet[:, [0, 2]]), axis=0)) == 3
    assert piano["case"].points[:, 1].min() > 0.5


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("name", "attributes"), [("photograph", ""), ("picture frame", "portrait")]
)
def test_a_framed_sitter_is_a_flat_silhouette_with_a_neck(
    name: str, attributes: str, seed: int
) -> None:
    shape = parts(name, attributes=attributes, seed=seed)["silhouette"].points
    _, tall, deep = np.ptp(shape, axis=0)
    assert deep < 0.1 * tall
    height = (shape[:, 1] - shape[:, 1].min()) / tall
    wide = [float(np.ptp(shape[np.abs(height - at) < 0.03, 0])) for at in np.arange(0.1, 0.9, 0.05)]
    # Between the chest and the head is a neck.
    neck = int(np.argmin(wide[5:-2])) + 5
    assert max(wide[:neck]) > 1.3 * wide[neck]
    assert max(wide[neck:]) > 1.03 * wide[neck]


def test_a_photograph_hangs_straight() -> None:
    frame = parts("photograph")["frame"].points
    assert np.ptp(frame[:, 2]) < 0.1 * np.ptp(frame[:, 1])


@pytest.mark.parametrize("name", ["drum", "tambourine"])
def test_the_skin_of_a_drum_is_turned_to_the_viewer(name: str) -> None:
    skin = parts(name)["skin"]
    wide = skin.normals[np.abs(skin.normals @ [0, 0.7, 0.7]) > 0.9]
    assert wide[:, 2].max() > 0.4


def test_the_head_of_a_ghost_is_closed() -> None:
    sheet = parts("ghost")["sheet"].points
    top = sheet[sheet[:, 1] > sheet[:, 1].max() - 0.01]
    assert np.ptp(top[:, 0]) < 0.15


def test_nothing_of_the_arm_is_seen_below_the_cuff_of_a_giant_hand() -> None:
    hand = parts("hand", pose="open")
    assert hand["hand"].points[:, 1].min() > hand["cuff"].points[:, 1].min() + 0.02


def test_an_open_mouth_shows_single_teeth() -> None:
    teeth = parts("mouth", pose="open")["teeth"]
    assert len(np.unique(np.round(teeth.points[:, 0], 3))) >= 16


def test_the_line_of_a_washing_line_runs_from_post_to_post_in_one_piece() -> None:
    found = parts("washing line")
    line, posts = found["line"].points[:, 0], found["posts"].points[:, 0]
    assert line.min() < posts.min() + 0.13
    assert line.max() > posts.max() - 0.13
    assert np.diff(np.sort(line)).max() < 0.2
    assert np.ptp(found["shirt"].points[:, 1]) > 0.5 * np.ptp(found["posts"].points[:, 1])


def test_every_wire_of_a_telegraph_pole_ends_at_a_pole() -> None:
    assert "wires" not in parts("telegraph pole")
    found = parts("telegraph pole", attributes="wires")
    wires, caps = found["wires"].points, found["insulators"].points
    assert wires[:, 0].min() >= caps[:, 0].min()
    assert wires[:, 0].max() <= caps[:, 0].max()


def test_a_loaf_is_cut_and_a_smile_shows_teeth() -> None:
    assert "crumb" in parts("bread")
    assert "teeth" in parts("mouth", pose="smiling")


def test_the_lid_of_an_open_tomb_is_thick_and_rests_on_the_chest() -> None:
    tomb = parts("tomb", attributes="open")
    lid, chest = tomb["lid"].points, tomb["chest"].points
    assert np.ptp(lid[:, 1]) > 0.2
    assert lid[:, 1].min() == pytest.approx(chest[:, 1].max(), abs=0.02)
    assert abs(lid[:, 0].mean() - chest[:, 0].mean()) < np.ptp(chest[:, 0]) / 4, "not cantilevered"


def test_a_viaduct_stands_on_its_piers_and_ends_in_banks() -> None:
    viaduct = parts("aqueduct")
    assert viaduct["arches"].points[:, 1].min() < 1.1
    banks, arches = viaduct["banks"].points[:, 0], viaduct["arches"].points[:, 0]
    assert banks.min() < arches.min()
    assert banks.max() > arches.max()


def test_both_hind_legs_of_a_rearing_horse_are_seen_from_its_side() -> None:
    body = parts("horse", pose="rearing")["body"].points
    shin = body[np.abs(body[:, 1] - 0.14 * body[:, 1].max()) < 0.02]
    gaps = np.diff(np.sort(shin[:, 0]))
    assert gaps.max() > 0.08
