"""People as they are looked at: what sits on the head, the light on a face, hands."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy.spatial import Delaunay

import worker.studio.scene.forms  # noqa: F401  (fills FORMS)
from benchmarks.studio.forms import surfaces
from worker.studio.field.camera import Camera
from worker.studio.field.render import Buffers, Light, render
from worker.studio.scene.body.bones import Pose
from worker.studio.scene.body.rig import solve
from worker.studio.scene.body.shape import Build, space
from worker.studio.scene.forms import people
from worker.studio.scene.forms.people import build_of
from worker.studio.scene.forms.people_hats import HATS
from worker.studio.scene.forms.people_heads import head_parts
from worker.studio.scene.forms.people_poses import POSES, STANDS
from worker.studio.scene.mesh import Array
from worker.studio.scene.model import Model, Request, make

ON_THE_BROW = ("hat", "top hat", "cap", "helmet", "crown", "mitre", "turban")
SEEDS = range(8)


@cache
def worn(hat: str, kind: str = "man") -> dict[str, Array]:
    """Points of what is on a head, in units of the head, by part."""
    build = Build(woman=kind == "woman")
    ask = Request(np.random.default_rng(3), "", frozenset({hat, kind}))
    return {part.name: part.mesh.points for part in head_parts(ask, build)}


@pytest.mark.parametrize("hat", ON_THE_BROW)
def test_a_hat_sits_on_the_brow(hat: str) -> None:
    parts = worn(hat)
    points, brow = parts[hat], float(parts["brows"][:, 1].max())
    front = points[(np.abs(points[:, 0]) < 0.15) & (points[:, 2] > 0.2)]
    assert brow - 0.07 < float(front[:, 1].min()) < brow + 0.1


@pytest.mark.parametrize("hat", [hat for hat in HATS if hat != "halo"])
def test_who_wears_something_on_the_head_is_not_bald_below_it(hat: str) -> None:
    hair = worn(hat, "woman")["hair"]
    assert float(hair[:, 1].max()) > 0.2


@pytest.mark.parametrize("hat", ["hat", "top hat", "cap"])
def test_hair_stays_under_a_hat(hat: str) -> None:
    for kind in ("man", "woman"):
        parts = worn(hat, kind)
        points, hair = parts[hat], parts["hair"]
        front = points[(np.abs(points[:, 0]) < 0.15) & (points[:, 2] > 0.2)]
        brim = float(front[:, 1].min()) + 0.1
        inside = Delaunay(points[points[:, 1] > brim])
        assert (inside.find_simplex(hair[hair[:, 1] > brim + 0.02]) >= 0).mean() > 0.97


@cache
def portrait(seed: int) -> Model:
    return make("head", Request(np.random.default_rng(seed), "", frozenset({"man"})))


def lit(model: Model, towards: tuple[float, float, float]) -> Buffers:
    """A portrait from its front under one dim, hard light."""
    middle = np.array(model.anchors["head"])
    return render(
        surfaces(model, object_=0),
        Camera(tuple(middle + np.array([0, 0, 2.2])), tuple(middle), lens=12),
        Light(towards, ambient=0.16, softness=0.04),
        (160, 160),
        backdrop=lambda rays: (np.ones((len(rays), 3), np.float32), np.ones(len(rays), np.float32)),
        focus=(middle, 0.8),
        occlusion_radius=0.1,
    )


@pytest.mark.parametrize(
    ("towards", "share"),
    [((0.12, -1.0, -0.25), 0.75), ((0.78, -0.62, -0.5), 0.55), ((-0.78, -0.62, -0.5), 0.55)],
)
def test_eyes_do_not_lie_in_black_hollows(
    towards: tuple[float, float, float], share: float
) -> None:
    """The skin about the eyes has a good share of the light of the face, from above nearly all."""
    for seed in SEEDS[:3]:
        model = portrait(seed)
        names = [part.name for part in model.parts]
        seen = lit(model, towards)
        eyes = np.argwhere(seen.part == names.index("irises"))
        skin = np.argwhere(seen.part == names.index("head"))
        if not len(eyes):
            continue
        away = np.linalg.norm(skin[:, None] - eyes[None], axis=2).min(1)
        light = seen.light[tuple(skin.T)]
        assert light[away < 9].mean() > share * light[(away > 12) & (away < 30)].mean()
        assert light[away < 9].mean() > 0.27


def looks(*words: str) -> list[float]:
    """Degrees from the viewer at which the eyes of portraits look, of any seed."""
    found = []
    for seed in SEEDS:
        model = make("head", Request(np.random.default_rng(seed), "", frozenset(words)))
        eyes = next(part.mesh.points for part in model.parts if part.name == "eyeballs")
        way = eyes.mean(0) - np.array(model.anchors["head"])
        found.append(float(np.degrees(np.arctan2(abs(way[0]), way[2]))))
    return found


def test_a_portrait_shows_no_hands_and_seldom_a_face() -> None:
    """The face is in profile or turned away; a face that has to be seen is not turned away."""
    assert not any(part.name == "hand" for seed in SEEDS for part in portrait(seed).parts)
    assert all(angle > 60 for angle in looks())
    assert len({round(angle / 30) for angle in looks()}) >= 3
    assert all(35 < angle < 100 for angle in looks("shouting"))


@pytest.mark.parametrize("pose", STANDS)
def test_whoever_stands_has_the_weight_on_one_leg(pose: Pose) -> None:
    """The hips are over one foot; shoulders and hips slope against each other."""
    figure = solve(pose, Build(1.75))
    away = sorted(abs(float(ankle[0] - figure.hips[0])) for ankle in figure.ankles)
    assert away[0] < 0.06 < 0.15 < away[1]
    left, right = figure.legs
    assert float(left[1] - right[1]) / float(np.linalg.norm(left - right)) > 0.1
    assert figure.chest_frame[1, 0] < -0.05


def test_crowds_are_drawn_from_the_same_few_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many crowds a plan tries, only so many figures are made."""
    made: list[object] = []
    makes = people.figure_parts

    def counted(*given: Any, **more: Any) -> Any:
        made.append(given)
        return makes(*given, **more)

    monkeypatch.setattr(people, "figure_parts", counted)
    crowds = [make("crowd", Request(np.random.default_rng(seed))) for seed in range(5)]
    assert len(made) <= 8
    assert len({crowd.bounds[1].tobytes() for crowd in crowds}) == 5
    assert max(sum(len(p.mesh.faces) for p in crowd.parts) for crowd in crowds) < 150_000


def test_a_child_has_the_proportions_of_a_child() -> None:
    """About six heads, as at five or six years: an adult has nearly eight."""
    for seed in SEEDS:
        ask = Request(np.random.default_rng(seed), "", frozenset({"child"}))
        build = build_of(ask, woman=False)
        assert 4.8 < build.height / space(build).size < 6.6


def test_a_crawling_baby_leans_on_its_palms() -> None:
    parts = make("baby", Request(np.random.default_rng(2), "crawling")).parts
    for hand in (part.mesh.points for part in parts if part.name == "hand"):
        assert hand[:, 1].min() < 0.03
        assert np.ptp(hand[:, 1]) < 0.7 * np.ptp(hand[:, 2])


def test_a_net_is_not_held_before_the_face() -> None:
    for seed in SEEDS[:4]:
        ask = Request(np.random.default_rng(seed), "standing", frozenset({"man", "net"}))
        model = make("person", ask)
        net = next(part.mesh.points for part in model.parts if part.name == "net")
        assert np.linalg.norm(net.mean(0) - np.array(model.anchors["head"])) > 0.35


def test_a_fist_in_thought_is_under_the_chin_and_leaves_the_mouth_free() -> None:
    pose = next(p for p in STANDS if p.grips[1] == "fist")
    figure = solve(pose, Build(1.75))
    across, up, ahead = (
        (figure.palm(1) - figure.head) @ figure.head_frame / space(figure.build).size
    )
    assert abs(across) < 0.35
    assert -1.1 < up < -0.5, "the mouth is at -0.3, the chin at -0.5"
    assert 0.1 < ahead < 0.7


def test_hands_of_folded_arms_lie_on_the_other_arm() -> None:
    figure = solve(POSES["arms folded"], Build(1.75))
    for side in (0, 1):
        elbow, wrist = figure.elbows[1 - side], figure.wrists[1 - side]
        shoulder = figure.shoulders[1 - side]
        near = min(
            _distance(figure.palm(side), a, b) for a, b in ((elbow, wrist), (shoulder, elbow))
        )
        assert near < 0.11


def _distance(point: Array, start: Array, end: Array) -> float:
    line = end - start
    share = float(np.clip((point - start) @ line / (line @ line), 0, 1))
    return float(np.linalg.norm(start + share * line - point))
