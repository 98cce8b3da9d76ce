import numpy as np
import pytest

from storage.archive.plan import (
    Actor,
    Camera,
    Lighting,
    Pigment,
    Plan,
    Setting,
    Structure,
)
from tests.worker.studio.studies import painter
from worker.studio.plan.choices import Choices, ChosenActor
from worker.studio.scene.arrange import arrange
from worker.studio.scene.build import build, make_ground
from worker.studio.scene.effects import apply
from worker.studio.scene.model import FORMS, GROUND
from worker.studio.scene.staging import SHUTTER, disc_of, is_bright, lamp_of

SHAPE = (120, 120)
PALETTE = tuple(
    Pigment(name=role, colour=colour, share=0.1, role=role)
    for role, colour in (
        ("back", "#e0e0d8"), ("ground", "#a09070"), ("main", "#a04030"), ("second", "#406080"),
        ("dark", "#202020"), ("accent", "#d0b030"),
    )
)  # fmt: skip


def actor(form: str) -> Actor:
    pose, height = FORMS[form].poses[0], FORMS[form].height
    return Actor(concept=form, form=form, height=height, pose=pose, distance=3.2 * height)


def plan(*forms: str, setting: str = "room", hour: str = "day", **more: object) -> Plan:
    pattern = str(more.pop("pattern", ""))
    return Plan(
        setting=Setting(kind=setting),
        actors=tuple(actor(form) for form in forms),
        light=Lighting(hour=hour, pattern=pattern),
        camera=Camera(height=0.9 * FORMS[forms[0]].height, horizon=0.55),
        technique="oil",
        palette=PALETTE,
        **more,
    )


def test_a_large_sun_stands_behind_the_actor_above_the_horizon() -> None:
    drawn = plan("person", setting="desert", hour="sunset", pattern="disc")
    disc = disc_of(drawn, arrange(drawn))
    assert disc is not None
    assert np.linalg.norm(disc.towards) == pytest.approx(1)
    assert disc.towards[1] > 0
    assert disc.towards[2] < 0
    seen = build(drawn).render(SHAPE)
    plain = build(plan("person", setting="desert", hour="sunset")).render(SHAPE)
    changed = np.abs(seen.albedo - plain.albedo).max(-1) > 0.02
    assert 0.03 < (changed & (seen.object < 0)).mean() < 0.4
    assert not changed[seen.object >= 0].any()


def test_there_is_no_disc_where_none_is_planned() -> None:
    drawn = plan("person", setting="desert")
    assert disc_of(drawn, arrange(drawn)) is None


@pytest.mark.parametrize("pattern", ["panes", "blinds"])
def test_light_through_an_opening_leaves_shade_that_nothing_seen_throws(pattern: str) -> None:
    lit, open_ = (
        build(plan("jug", setting="table", pattern=p)).render(SHAPE) for p in (pattern, "")
    )
    ground = lit.object >= GROUND
    assert (lit.shadow[ground] < 0.3).mean() > (open_.shadow[ground] < 0.3).mean() + 0.1
    assert (lit.shadow[ground] > 0.7).mean() > 0.05
    assert not (lit.object == SHUTTER).any()


@pytest.mark.parametrize("pattern", ["blinds", "edge", ""])
@pytest.mark.parametrize("form", ["compass", "crucifix", "jug"])
def test_a_subject_against_the_light_is_seen_in_light_and_shade(form: str, pattern: str) -> None:
    drawn = plan(form, setting="table", hour="dusk", pattern=pattern)
    turned = drawn.light.model_copy(update={"direction": "behind"})
    seen = build(drawn.model_copy(update={"light": turned})).render(SHAPE)
    low, high = np.percentile(seen.light[(seen.object >= 0) & (seen.object < GROUND)], (10, 80))
    assert high > 0.4
    assert high - low > 0.12


def test_what_burns_in_the_dark_is_the_light() -> None:
    alone = Choices("table", hour="firelight", actors=(ChosenActor("candle", "candle"),))
    drawn = painter().plan(["candle"], seed=2, choices=alone)
    assert lamp_of(drawn)
    made = painter(256, 256).prepare(drawn)
    assert made.scene.light.at is not None
    flame = [p.model.bounds for p in made.scene.placed if p.actor == 0]
    assert flame[0][0][1] < made.scene.light.at[1]
    by_day = drawn.model_copy(update={"light": drawn.light.model_copy(update={"hour": "day"})})
    assert not lamp_of(by_day)
    assert painter(256, 256).prepare(by_day).scene.light.at is None


def test_a_large_disc_is_whole() -> None:
    for seed in range(12):
        drawn = painter().plan(["horse"], seed=seed, choices=Choices(setting="meadow"))
        light = drawn.light.model_copy(update={"pattern": "disc"})
        drawn = drawn.model_copy(update={"light": light})
        disc = disc_of(drawn, arrange(drawn))
        if disc is None:
            continue
        x, y = disc.towards[:2] / -disc.towards[2]
        zoom = 2 * np.tan(np.radians(drawn.camera.lens) / 2)
        assert abs(x) + disc.tangent < 0.5 * zoom * max(drawn.format, 1.0)
        assert y + disc.tangent < drawn.camera.horizon * zoom / min(drawn.format, 1.0)


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("turn", [-30.0, 30.0])
def test_two_in_opposition_face_each_other(turn: float, *, mirrored: bool) -> None:
    drawn = plan("rider", structure=Structure(kind="opposition", concept="rider"))
    one = drawn.actors[0].model_copy(update={"turn": turn, "mirrored": mirrored})
    placed = arrange(drawn.model_copy(update={"actors": (one,)}))
    left, right = sorted(placed, key=lambda p: p.model.bounds[0][0])
    for copy, side in ((left, 1), (right, -1)):
        reins, saddle = (
            np.mean([p.mesh.points[:, 0].mean() for p in copy.model.parts if p.name == name])
            for name in ("reins", "saddle")
        )
        assert side * (reins - saddle) > 0


@pytest.mark.parametrize("setting", ["room", "paper", "void"])
def test_a_wall_is_right_behind_what_hangs_on_it(setting: str) -> None:
    scene = build(plan("mask", setting=setting))
    back = min(part.mesh.points[:, 2].min() for p in scene.placed for part in p.model.parts)
    walls = [s for s in scene.surfaces if s.object == GROUND and np.ptp(s.points[:, 2]) < 0.1]
    assert any(np.isclose(s.points[:, 2].max(), back) for s in walls)
    assert not any((back + 1e-6 < s.points[:, 2]).all() for s in walls)


def test_a_train_has_rails_under_its_wheels() -> None:
    drawn = plan("train", setting="meadow")
    scene = build(drawn)
    low = min(part.mesh.points[:, 1].min() for p in scene.placed for part in p.model.parts)
    made = {p.name: p.mesh for p in make_ground(drawn, arrange(drawn)).parts}
    assert made["rails"].bounds[1][1] == pytest.approx(low)
    # They run on before and behind the train.
    assert np.ptp(made["rails"].points[:, 0]) > 10 * drawn.actors[0].height


def test_the_glow_of_a_candle_is_around_its_flame() -> None:
    drawn = plan("candle", setting="void", hour="lamplight")
    scene = build(drawn)
    bare = scene.render(SHAPE)
    seen = apply(bare, drawn, np.ones(3, dtype=np.float32))
    gain = np.where(bare.object >= GROUND, seen.light - bare.light, -1)
    row, column = np.unravel_index(int(gain.argmax()), gain.shape)
    parts = scene.placed[0].model.parts
    flame = next(i for i, part in enumerate(parts) if part.name == "flame")
    rows, columns = np.nonzero((seen.object == 0) & (seen.part == flame))
    assert abs(row - rows.mean()) < 0.1 * SHAPE[0]
    assert abs(column - columns.mean()) < 0.1 * SHAPE[1]
    # All but what is near its flame and its foot is dimmed.
    assert gain[:10, :10].max() < 0


def test_a_flame_of_one_pixel_spoils_nothing() -> None:
    drawn = plan("candle", setting="void", hour="lamplight")
    scene = build(drawn)
    seen = scene.render((600, 600))
    bright = [i for i, p in enumerate(scene.placed[0].model.parts) if is_bright(p)]
    rows, columns = np.nonzero((seen.object == 0) & np.isin(seen.part, bright))
    seen.part[rows[1:], columns[1:]] = 0
    lit = apply(seen, drawn, np.ones(3, dtype=np.float32))
    assert np.isfinite(lit.light).all() and np.isfinite(lit.albedo).all()


def test_a_candlestick_is_lit_by_its_own_candle() -> None:
    seen = build(plan("candle", setting="void", hour="lamplight")).render(SHAPE)
    assert np.percentile(seen.light[(seen.object == 0) & (seen.part == 0)], 10) > 0.3


def test_the_edge_of_a_shadow_leaves_the_subject_in_the_light() -> None:
    lit, plain = (
        build(plan("jug", setting="table", pattern=p)).render(SHAPE) for p in ("edge", "")
    )
    jug, around = plain.object == 0, plain.object >= GROUND
    assert np.array_equal(lit.light[jug], plain.light[jug])
    darker = plain.light - lit.light > 0.15
    assert 0.05 < darker[around].mean() < 0.9


def test_a_beam_lights_the_ground_at_the_foot_and_leaves_the_rest_dark() -> None:
    seen = build(plan("jug", setting="void", hour="spotlight", pattern="beam")).render(SHAPE)
    foot = int(np.nonzero(seen.object == 0)[0].max())
    ground = seen.object >= GROUND
    near = ground & (np.abs(np.arange(SHAPE[0]) - foot) < 8)[:, None]
    assert seen.light[near].max() > 0.7
    assert np.median(seen.light[: SHAPE[0] // 3][ground[: SHAPE[0] // 3]]) < 0.25
    assert np.median(seen.light[seen.object == 0]) > 0.5


@pytest.mark.parametrize("hour", ["overcast", "day"])
@pytest.mark.parametrize("form", ["cup", "jug", "elephant"])
def test_what_stands_has_a_dark_under_it(form: str, hour: str) -> None:
    seen = build(plan(form, setting="paper", hour=hour)).render(SHAPE)
    rows, columns = np.nonzero(seen.object == 0)
    foot = slice(int(np.percentile(rows, 97)) - 2, rows.max() + 4)
    level = (seen.object >= GROUND) & (seen.normal[..., 1] > 0.9)
    about = seen.shadow[foot, columns.min() : columns.max()]
    assert about[level[foot, columns.min() : columns.max()]].min() < 0.75


def test_a_shadow_begins_at_the_foot_of_a_small_thing_as_of_a_large_one() -> None:
    def shaded(scale: float) -> float:
        drawn = plan("chess piece", setting="paper")
        one = drawn.actors[0].model_copy(
            update={name: getattr(drawn.actors[0], name) * scale for name in ("height", "distance")}
        )
        camera = drawn.camera.model_copy(update={"height": drawn.camera.height * scale})
        drawn = drawn.model_copy(update={"actors": (one,), "camera": camera})
        seen = build(drawn).render(SHAPE)
        return float((seen.shadow[seen.object >= GROUND] < 0.3).mean())

    assert shaded(0.4) == pytest.approx(shaded(100.0), rel=0.1)


@pytest.mark.parametrize("setting", ["paper", "void"])
def test_a_bare_ground_shows_no_horizon(setting: str) -> None:
    seen = build(plan("jug", setting=setting, hour="overcast")).render(SHAPE)
    ground = (seen.object == GROUND) & (seen.shadow > 0.95) & (seen.occlusion < 0.02)
    rows = [float(seen.light[i][ground[i]].mean()) for i in range(SHAPE[0]) if ground[i].any()]
    assert len(rows) > 0.8 * SHAPE[0]
    assert np.ptp(rows) < 0.03
