"""What stands, leans, lies or is stuck in the ground; its one shadow begins at its foot."""

import numpy as np
import pytest
from scipy import ndimage

from storage.archive.plan import Actor, Camera, Lighting, Plan, Setting
from tests.worker.studio.scene.test_staging import PALETTE
from worker.studio.plan.light import choose_direction
from worker.studio.plan.place import supported
from worker.studio.scene.arrange import arrange, make_actor, natural_height
from worker.studio.scene.build import build, make_ground
from worker.studio.scene.layout import Wish, lay_out, look
from worker.studio.scene.model import FORMS, GROUND
from worker.studio.scene.settings import SETTINGS
from worker.studio.scene.support import SUNK, is_loose, stands

SHAPE = (200, 200)


def actor(form: str, pose: str = "", **more: object) -> Actor:
    pose = pose or FORMS[form].poses[0]
    return Actor(concept=form, form=form, pose=pose, seed=3, turn=-24.0, **more)


def plan(one: Actor, setting: str, *, viewpoint: str = "low", seed: int = 5, **light: str) -> Plan:
    drawn = Plan(
        setting=Setting(kind=setting, viewpoint=viewpoint),
        actors=(one,),
        light=Lighting(**{"hour": "day", "direction": "left", **light}),
        camera=Camera(height=1.0, horizon=0.5),
        technique="oil",
        palette=PALETTE,
        seed=seed,
    )
    return lay_out(drawn, Wish(["large"], ["left"]))


def rest(form: str, pose: str, setting: str, *, free: bool = True) -> Actor:
    rng = np.random.default_rng(1)
    return supported(actor(form, pose), SETTINGS[setting], free=free, rng=rng)


@pytest.mark.parametrize("viewpoint", ["low", "eye level", "high"])
@pytest.mark.parametrize("form", ["person", "chair", "church", "horse", "tree"])
def test_a_shadow_is_one_piece_that_begins_at_the_foot(form: str, viewpoint: str) -> None:
    drawn = plan(actor(form), "meadow", viewpoint=viewpoint)
    seen = build(drawn).render(SHAPE)
    dark = (seen.object >= GROUND) & (seen.shadow < 0.5) & (seen.normal[..., 1] > 0.9)
    own = seen.object == 0
    pieces, count = ndimage.label(dark | own, np.ones((3, 3)))
    foot = int(np.bincount(pieces[own]).argmax())
    assert count
    assert (pieces[dark] == foot).mean() > 0.97
    across = np.nonzero(dark)[1].mean() - np.nonzero(own)[1].mean()
    assert across > 0.05 * SHAPE[1], "away from the light"
    assert dark.mean() > 0.06 * own.mean()


def test_the_shadow_of_a_thin_thing_does_not_fade_away() -> None:
    drawn = plan(rest("crutch", "upright", "snow"), "snow", viewpoint="eye level")
    assert drawn.actors[0].rest == "planted"
    seen = build(drawn).render(SHAPE)
    dark = (seen.object >= GROUND) & (seen.shadow < 0.6)
    _, columns = np.nonzero(dark)
    assert np.ptp(columns) > 0.25 * SHAPE[1]


def test_ground_is_level_under_the_actors() -> None:
    for name in ("meadow", "hills", "mountains", "desert", "snow", "forest", "ruins"):
        drawn = plan(actor("castle"), name)
        floor = make_ground(drawn, arrange(drawn)).parts[0].mesh.points
        low, high = arrange(drawn)[0].model.bounds
        near = (floor[:, 2] > low[2]) & (floor[:, 2] < high[2])
        assert np.ptp(floor[near, 1]) < 1e-9


@pytest.mark.parametrize("form", ["kettle", "chair", "bottle", "barrel", "person"])
def test_what_has_a_base_stands(form: str) -> None:
    assert stands(make_actor(actor(form)))


@pytest.mark.parametrize("form", ["spade", "saw", "pencil", "sword", "crutch", "key"])
def test_what_has_no_base_does_not_stand(form: str) -> None:
    assert not stands(make_actor(actor(form, "upright")))


def test_nothing_is_balanced_on_its_end() -> None:
    for form in FORMS.values():
        for pose in form.poses:
            if form.where not in ("ground", "table") or not is_loose(form, pose):
                continue
            for setting in ("meadow", "room", "table", "cloth", "stage"):
                one = rest(form.name, pose, setting)
                assert one.rest or stands(make_actor(one)), (form.name, pose, setting)


def test_a_spade_is_stuck_in_earth_and_leans_on_a_wall() -> None:
    planted = plan(rest("spade", "upright", "meadow"), "meadow").actors[0]
    assert planted.rest == "planted"
    assert planted.lift == pytest.approx(-SUNK * planted.height)
    drawn = plan(rest("spade", "leaning", "room"), "room")
    assert drawn.actors[0].rest == "wall"
    (one,) = arrange(drawn)
    assert one.model.bounds[0][1] == pytest.approx(0, abs=1e-6)
    wall = next(
        part for part in make_ground(drawn, arrange(drawn)).parts if part.name == "back wall"
    )
    assert wall.mesh.bounds[1][2] == pytest.approx(one.model.bounds[0][2], abs=1e-6)


def test_a_pencil_lies_on_a_cloth_at_a_diagonal() -> None:
    one = rest("pencil", "upright", "cloth")
    assert one.rest == "flat"
    assert 30 < abs(one.turn) < 60
    low, high = make_actor(one).bounds
    assert max(high[0] - low[0], high[2] - low[2]) > 4 * (high[1] - low[1])


@pytest.mark.parametrize("viewpoint", ["low", "eye level", "high"])
@pytest.mark.parametrize("form", ["person", "chair", "church", "horse", "cupboard"])
def test_no_horizon_goes_through_the_middle_of_what_stands(form: str, viewpoint: str) -> None:
    for seed in range(3):
        drawn = plan(actor(form), "meadow", viewpoint=viewpoint, seed=seed)
        box = look(drawn)[0]
        up = (box.bottom - drawn.camera.horizon) / box.height
        assert up < 0.4 or up > 1.0, (seed, up)


def test_no_edge_of_a_table_goes_through_the_middle_of_what_stands() -> None:
    for form in ("kettle", "tambourine", "vase", "clock", "bread"):
        for seed in range(3):
            drawn = plan(actor(form), "table", viewpoint="eye level", seed=seed)
            seen = build(drawn).render((120, 120))
            table = (seen.object >= GROUND) & (seen.normal[..., 1] > 0.9)
            edge = np.nonzero(table.any(1))[0].min() / 120
            box = look(drawn)[0]
            up = (box.bottom - edge) / box.height
            assert up < 0.47 or up > 0.95, (form, seed, up)


def test_what_lies_is_higher_than_nothing() -> None:
    assert natural_height(rest("pencil", "upright", "cloth")) > 0.001


def test_light_comes_from_the_side_that_a_thing_shows() -> None:
    rng = np.random.default_rng(2)
    for turn, side in ((24.0, "right"), (-24.0, "left"), (170.0, "left"), (-80.0, "left")):
        drawn = [choose_direction(None, rng, kind=SETTINGS["room"], turn=turn) for _ in range(60)]
        assert drawn.count(side) > 36
        assert set(drawn) <= {"left", "right"}
