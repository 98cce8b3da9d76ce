"""The shape of the finished sheet."""

import numpy as np
import pytest

from worker.studio.light import Light
from worker.studio.mount import choose_mount, edge_of, mount
from worker.studio.palette import choose_palette
from worker.studio.scene import Scene


@pytest.mark.parametrize("pixels", [(200, 200), (100, 380), (380, 100)])
@pytest.mark.parametrize("shape", ["full", "inset", "arch", "tondo", "oval", "band"])
def test_every_shape_keeps_the_middle_and_the_size(shape, pixels):
    rng = np.random.default_rng(4)
    scene = Scene(pixels, choose_palette({}, rng), Light("day", 0.7, 0.8, 0.6), rng)
    sheet = np.zeros((*pixels, 3), dtype=np.float32)
    sheet[..., 0] = 1
    mounted = mount(sheet, scene, shape)
    assert mounted.shape == sheet.shape
    middle = mounted[pixels[0] // 2, pixels[1] // 2]
    np.testing.assert_allclose(middle, (1, 0, 0), atol=0.02)
    corner_kept = np.allclose(mounted[0, 0], (1, 0, 0), atol=0.05)
    assert corner_kept == (shape == "full")


def test_a_framed_picture_stays_rectangular():
    rng = np.random.default_rng(0)
    framed = {choose_mount(rng, framed=True) for _ in range(200)}
    free = {choose_mount(rng, framed=False) for _ in range(200)}
    assert framed == {"full", "inset"} < free
    assert all(edge_of(shape) >= 0.05 for shape in free)
