"""The stage's maps, checked pixel by pixel on simple shapes."""

import numpy as np
import pytest

from worker.studio.colour import luminance
from worker.studio.form import Form, Part
from worker.studio.light import KEYS, Key, Light
from worker.studio.outline import box, oval
from worker.studio.palette import choose_palette
from worker.studio.scene import Scene


@pytest.fixture
def scene():
    rng = np.random.default_rng(1)
    return Scene((200, 200), choose_palette({}, rng), Light("day", 0.7, 0.8, 0.6), rng)


def test_a_plane_fills_its_area_in_every_map(scene):
    scene.paint(box(250, 250, 750, 750), (1.0, 0.0, 0.0), name="red", depth=0.8, flow=0.5, mottle=0)
    inside = np.s_[52:148, 52:148]
    assert scene.colour[inside] == pytest.approx(np.broadcast_to([1, 0, 0], (96, 96, 3)))
    assert (scene.label[inside] == 1).all()
    assert (scene.label[:48] == 0).all()
    assert scene.depth[inside] == pytest.approx(0.8)
    assert scene.flow[inside] == pytest.approx(0.5)
    assert np.count_nonzero(scene.label) == pytest.approx(100 * 100, rel=0.02)


def test_what_is_laid_in_later_lies_on_top(scene):
    scene.paint(box(0, 0, 600, 600), (1, 0, 0), name="under", depth=0.2, mottle=0)
    scene.paint(box(400, 400, 900, 900), (0, 0, 1), name="over", depth=0.9, mottle=0)
    assert scene.label[100, 100] == 2
    assert scene.label[40, 40] == 1


def test_a_detail_changes_colour_alone(scene):
    scene.paint(box(0, 0, 999, 999), (1, 1, 1), name="ground", depth=0.5, mottle=0)
    scene.paint(oval(500, 500, 200, 200), (0, 0, 0), name="spot", depth=1, mottle=0, detail=True)
    assert scene.colour[100, 100] == pytest.approx([0, 0, 0])
    assert scene.label[100, 100] == 1
    assert scene.depth[100, 100] == pytest.approx(0.5)


def test_outside_the_sheet_nothing_happens(scene):
    before = scene.colour.copy()
    scene.paint(box(2000, 2000, 3000, 3000), (1, 0, 0), name="away", depth=1)
    assert (scene.colour == before).all()


@pytest.mark.parametrize("grey", [0.08, 0.3, 0.55, 0.8, 0.95])
def test_a_form_stands_off_from_any_ground(scene, grey):
    scene.paint(scene.everywhere(), (grey, grey, grey), name="ground", depth=0.1, mottle=0)
    form = Form((Part(box(-0.4, -1, 0.4, 0), "stone", relief=0),))
    scene.place(form, x=500, base=900, height=700, depth=1, name="block")
    tone = luminance(scene.colour)
    assert abs(tone[100, 100] - tone[10, 10]) > 0.08


def test_finishing_spreads_the_values_from_dark_to_light(scene):
    scene.paint(box(0, 0, 500, 1000), (0.4, 0.4, 0.4), name="left", depth=0.5, mottle=0)
    scene.paint(box(500, 0, 1000, 1000), (0.6, 0.6, 0.6), name="right", depth=0.5, mottle=0)
    before = np.ptp(luminance(scene.colour))
    scene.finish(Key("full", 0.0, 1.0, 1.0))
    assert np.ptp(luminance(scene.colour)) > before * 1.5


def test_a_low_key_is_darker_and_a_muted_one_greyer(scene):
    scene.paint(box(0, 0, 500, 1000), (0.7, 0.3, 0.2), name="left", depth=0.5, mottle=0)
    scene.paint(box(500, 0, 1000, 1000), (0.9, 0.8, 0.3), name="right", depth=0.5, mottle=0)
    laid_in, found = scene.colour.copy(), {}
    for name, low, high, chroma, *_ in KEYS:
        scene.colour = laid_in.copy()
        scene.finish(Key(name, low, high, chroma))
        found[name] = (luminance(scene.colour).mean(), np.ptp(scene.colour, axis=2).mean())
    assert found["low"][0] < found["full"][0] < found["high"][0]
    assert found["muted"][1] < found["full"][1] < found["rich"][1]
