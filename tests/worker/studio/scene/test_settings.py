import numpy as np
import pytest

import worker.studio.scene.forms  # noqa: F401  (fills FORMS)
from worker.studio.field.patterns import PATTERNS
from worker.studio.scene.materials import MATERIALS
from worker.studio.scene.model import FORMS
from worker.studio.scene.settings import SETTINGS, Need
from worker.studio.scene.settings.kinds import ridge
from worker.studio.scene.sky import DIRECTIONS, HOURS, make_light, make_sky


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_can_be_built(name: str) -> None:
    kind = SETTINGS[name]
    assert set(kind.hours) <= set(HOURS)
    assert set(kind.scenery) <= set(FORMS)
    for unit in (0.2, 1.7, 30.0):
        ground = kind.build(Need(np.random.default_rng(1), unit, 3 * unit, 5 * unit))
        for part in ground.parts:
            assert np.isfinite(part.mesh.points).all()
            assert np.isfinite(part.mesh.normals).all()
            assert part.material in MATERIALS or part.material == "back"
            assert part.pattern in PATTERNS
        # The first actor stands about the origin: the ground is there, and level.
        assert np.allclose(ground.height(np.zeros(1), np.zeros(1)), 0, atol=1e-9)
        if kind.scale == "ground" and ground.parts and name != "harbour":
            points = np.concatenate([part.mesh.points for part in ground.parts])
            near = np.linalg.norm(points[:, [0, 2]], axis=1) < 1.5 * unit
            assert np.abs(points[near, 1]).min() < 0.2 * unit


@pytest.mark.parametrize("name", HOURS)
def test_skies_are_colours(name: str) -> None:
    rng = np.random.default_rng(1)
    rays = rng.normal(size=(500, 3))
    rays = (rays / np.linalg.norm(rays, axis=1, keepdims=True)).astype(np.float32)
    for direction in DIRECTIONS:
        back = np.array([0.5, 0.5, 0.6], np.float32)
        colour, light = make_sky(HOURS[name], back, direction)(rays)
        assert colour.shape == (500, 3)
        assert light.shape == (500,)
        assert np.isfinite(colour).all()
        assert colour.min() >= 0
        assert colour.max() <= 1
        assert make_light(HOURS[name], direction).key > 0


def test_nights_are_darker_than_days() -> None:
    up = np.array([[0.1, 0.5, -0.8]], np.float32)
    back = np.array([0.5, 0.5, 0.6], np.float32)
    day, night = (make_sky(HOURS[h], back, "left")(up)[0].mean() for h in ("day", "night"))
    assert night < day - 0.2


@pytest.mark.parametrize("name", ["room", "window"])
def test_no_wall_of_a_room_ends_in_view(name: str) -> None:
    unit, near, far = 1.7, 5.0, 8.0
    ground = SETTINGS[name].build(Need(np.random.default_rng(1), unit, near, far))
    # A wide view from the floor reaches up to this height at the back wall.
    reach = (near + far) * np.tan(np.radians(42))
    tops = [part.mesh.bounds[1][1] for part in ground.parts if part.name == "back wall"]
    assert max(tops) > 2 * reach


def test_a_cloth_reaches_beyond_the_frame() -> None:
    near, far = 1.0, 2.0
    ground = SETTINGS["cloth"].build(Need(np.random.default_rng(1), 0.3, near, far))
    low, high = ground.parts[0].mesh.bounds
    # Its far edge, in the widest frame, shifted to a side by half of it.
    assert min(-low[0], high[0]) > 2 * (near + 0.6 * far) * np.tan(np.radians(42))


def test_a_skyline_has_no_flat_top() -> None:
    for seed in range(8):
        part = ridge(Need(np.random.default_rng(seed), 1.7, 5, 8), 30, 9, "stone", name="hills")
        height = part.mesh.points[:, 1]
        assert (height > height.max() - 1e-6).sum() < 3
