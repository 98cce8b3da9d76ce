"""Silhouettes from fonts."""

import numpy as np
import pytest

from worker.studio.light import Light
from worker.studio.palette import choose_palette
from worker.studio.scene import Scene
from worker.studio.shapes import glyph_form, mdi_glyphs, noto_glyphs


@pytest.mark.parametrize(
    "name", ["elephant", "eagle", "fish", "violin", "rose", "crown", "balloon"]
)
def test_a_line_drawing_becomes_one_solid_silhouette(name):
    form = glyph_form(noto_glyphs()[name], tint="ink")
    rng = np.random.default_rng(1)
    scene = Scene((240, 240), choose_palette({}, rng), Light("day", 0.5, 0.8, 0.6), rng)
    scene.place(form, x=500, base=950, height=600, depth=1, name=name)
    solid = scene.label > 0
    assert holes(solid) < 0.04 * solid.sum()


def holes(solid):
    """Pixels of ground that the sheet's edge can't be reached from, by plain flooding."""
    reached = np.zeros_like(solid)
    reached[0] = True
    while True:
        grown = reached.copy()
        grown[1:] |= reached[:-1]
        grown[:-1] |= reached[1:]
        grown[:, 1:] |= reached[:, :-1]
        grown[:, :-1] |= reached[:, 1:]
        grown &= ~solid
        grown |= reached
        if (grown == reached).all():
            return int((~reached & ~solid).sum())
        reached = grown


def test_a_form_is_one_unit_tall_and_stands_on_its_base():
    for name in ("owl", "violin", "skull"):
        _, top, _, bottom = glyph_form(noto_glyphs()[name], tint="ink").bounds
        assert top == pytest.approx(-1, abs=0.03)
        assert bottom == pytest.approx(0, abs=0.03)


def test_the_fonts_hold_thousands_of_named_things():
    assert len(noto_glyphs()) > 1000
    assert len(mdi_glyphs()) > 7000
