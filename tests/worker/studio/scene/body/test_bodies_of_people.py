"""The posed body: its lengths, reach and looks, measured on what comes out."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

import worker.studio.scene.forms  # noqa: F401  (fills FORMS)
from benchmarks.studio.forms import surfaces
from worker.studio.field.camera import Camera
from worker.studio.field.raster import DRAWN
from worker.studio.field.render import Light, render
from worker.studio.scene.body.cloth import cover, cut, tights, top_field
from worker.studio.scene.body.rig import Figure, solve
from worker.studio.scene.body.shape import ADULT, BABY, CHILD, OLD, Build, atlas, rest, space
from worker.studio.scene.forms.people_poses import POSES
from worker.studio.scene.mesh import Mesh
from worker.studio.scene.model import Request, make

BUILDS = (
    Build(1.8),
    Build(1.62, 1.15, woman=True),
    Build(1.7, 0.9, age=OLD),
    Build(1.15, age=CHILD),
    Build(0.64, age=BABY),
)
LIMBS = (("shoulders", "elbows", "wrists"), ("legs", "knees", "ankles"))


def lengths(figure: Figure) -> list[float]:
    joints = [[getattr(figure, name)[side] for name in limb] for limb in LIMBS for side in (0, 1)]
    return [float(np.linalg.norm(b - a)) for line in joints for a, b in zip(line, line[1:])]  # noqa: B905, RUF007


@pytest.mark.parametrize("build", BUILDS)
def test_a_body_is_as_tall_as_is_said(build: Build) -> None:
    skin = rest(build)[atlas().skin]
    assert np.ptp(skin[:, 1]) == pytest.approx(build.height)
    assert skin[:, 1].min() == pytest.approx(0)


def test_heads_are_larger_on_the_young() -> None:
    """In heads: an adult has about eight, a child of some ten years seven, a baby under five."""
    counted = {age: 1 / space(Build(1.0, age=age)).size for age in (BABY, CHILD, ADULT)}
    assert 7.2 < counted[ADULT] < 8.2
    assert 6 < counted[CHILD] < 7.2
    assert 3.5 < counted[BABY] < 5


@pytest.mark.parametrize("pose", POSES)
def test_bones_keep_their_lengths(pose: str) -> None:
    build = BUILDS[1]
    at, joints = rest(build), atlas().joints
    names = (("upperarm", "lowerarm", "hand"), ("thigh", "calf", "foot"))
    true = [
        float(np.linalg.norm(at[joints[f"{a}_{side}"]] - at[joints[f"{b}_{side}"]]))
        for limb in names
        for side in ("l", "r")
        for a, b in zip(limb, limb[1:])  # noqa: B905, RUF007
    ]
    assert lengths(solve(POSES[pose], build)) == pytest.approx(true, rel=1e-6)


@pytest.mark.parametrize("pose", POSES)
def test_turns_are_turns(pose: str) -> None:
    turns = solve(POSES[pose], BUILDS[0]).turns
    assert np.allclose(turns @ turns.swapaxes(1, 2), np.eye(3), atol=1e-9)
    assert np.allclose(np.linalg.det(turns), 1)


@pytest.mark.parametrize("pose", ["standing", "walking", "sitting", "kneeling", "dancing"])
def test_the_head_is_rigid(pose: str) -> None:
    figure = solve(POSES[pose], BUILDS[0])
    known = atlas()
    firm = known.head[known.share("head")[known.head] > 0.999][::97]
    pairs = np.array(list(combinations(firm, 2)))

    def gaps(points: np.ndarray) -> np.ndarray:
        return np.asarray(np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1))

    assert np.allclose(gaps(figure.points), gaps(rest(figure.build)), atol=1e-6)


def test_a_hand_reaches_where_its_pose_says() -> None:
    pose = POSES["pointing"]
    for build in BUILDS[:2]:
        figure = solve(pose, build)
        asked = (np.array(pose.hands[0]) - np.array(pose.hips)) * build.scale
        reached = figure.wrists[0] - figure.hips
        assert reached @ asked / np.linalg.norm(reached) / np.linalg.norm(asked) > 0.98


@pytest.mark.parametrize("thing", ["staff", "sword", "spear", "torch", "cane"])
def test_what_is_held_passes_through_the_hand(thing: str) -> None:
    request = Request(np.random.default_rng(4), "standing", frozenset({"man", thing}))
    parts = {part.name: part.mesh for part in make("person", request).parts}
    rod = next(parts[name] for name in (thing, "shaft", "grip", "handle") if name in parts)
    hands = [p.mesh for p in make("person", Request(np.random.default_rng(4), "standing",
        frozenset({"man", thing}))).parts if p.name == "hand"]  # fmt: skip
    near = min(gap(rod, hand) for hand in hands)
    assert near < 0.012


def gap(first: Mesh, second: Mesh) -> float:
    """The least distance of a hand's points from the middles of a rod's triangles."""
    middles = first.points[first.faces].mean(1)
    line = np.concatenate([first.points, middles])
    lengthwise = np.linspace(0, 1, 40)[:, None]
    axis = line[np.argmin(line[:, 1])] * (1 - lengthwise) + line[np.argmax(line[:, 1])] * lengthwise
    all_ = np.concatenate([line, axis])
    return float(np.linalg.norm(all_[:, None] - second.points[None], axis=2).min())


def test_a_clenched_hand_is_shorter_than_an_open_one() -> None:
    known = atlas()
    tips = known.skin[known.share("middle_03_l")[known.skin] > 0.5]

    def reach(grip: str) -> float:
        figure = solve(POSES["standing"], BUILDS[0], grips=(grip, ""))
        return float(np.linalg.norm(figure.points[tips] - figure.wrists[0], axis=1).max())

    assert reach("fist") < 0.75 * reach("open")


def test_sleeves_and_trunk_lie_outside_the_skin() -> None:
    """Cloth stands off the tights everywhere by what it is lifted."""
    figure = solve(POSES["standing"], BUILDS[0])
    wear = cover(figure)
    cloth = cut(wear, top_field(hem=1.3, sleeve=1.9), 0.02)
    weave = tights()
    on = weave.points @ figure.points
    away = np.linalg.norm(cloth.points[:, None] - on[None, ::7], axis=2).min(1)
    assert np.median(away) > 0.012


def test_a_face_is_seen_from_the_front() -> None:
    """Eyes, brows and mouth have pixels of their own, one above the other, and are drawn."""
    request = Request(np.random.default_rng(2), "", frozenset({"woman"}))
    model = make("person", request)
    low, high = (np.array(v) for v in model.bounds)
    middle = np.array(model.anchors["head"])
    seen = render(
        surfaces(model, object_=0),
        Camera(tuple(middle + np.array([0, 0, 1.6])), tuple(middle), lens=6),
        Light((0.4, -0.7, -0.6)),
        (320, 320),
        backdrop=lambda rays: (np.ones((len(rays), 3), np.float32), np.ones(len(rays), np.float32)),
        focus=(middle, float(np.linalg.norm(high - low))),
    )
    rows = {}
    for index, part in enumerate(model.parts):
        mask = seen.part == index
        if part.name in ("irises", "brows", "mouth", "lips"):
            assert mask.sum() > 3, part.name
            rows[part.name] = float(np.nonzero(mask)[0].mean())
        if part.drawn and mask.any():
            assert (seen.edge[mask] == np.float32(DRAWN)).all()
    assert rows["brows"] < rows["irises"] < rows["mouth"]
    assert abs(rows["mouth"] - rows["lips"]) < 8


def test_the_bones_of_a_vertex_share_it_whole() -> None:
    known = atlas()
    assert np.allclose(known.weights[known.skin].sum(1), 1, atol=1e-5)
