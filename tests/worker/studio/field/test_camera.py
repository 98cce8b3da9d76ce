import math

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from worker.studio.field.camera import Camera

SHAPE = (20, 30)
coordinates = st.floats(-5, 5)
cameras = st.builds(
    Camera,
    eye=st.tuples(coordinates, coordinates, st.floats(6, 9)),
    target=st.tuples(coordinates, coordinates, st.floats(-3, 3)),
    lens=st.floats(15, 70),
    shift_x=st.floats(-0.5, 0.5),
    shift_y=st.floats(-0.5, 0.5),
)


@given(cameras, st.floats(0.5, 50))
@settings(max_examples=60)
def test_what_lies_on_a_pixel_s_ray_is_seen_in_its_middle(camera: Camera, way: float) -> None:
    rays = camera.rays(SHAPE)
    assert np.allclose(np.linalg.norm(rays, axis=-1), 1)
    points = (np.array(camera.eye) + way * rays).reshape(-1, 3)
    columns, rows, depth = camera.project(points, SHAPE)
    row, column = np.mgrid[: SHAPE[0], : SHAPE[1]].reshape(2, -1) + 0.5
    assert np.allclose(columns, column, atol=1e-6)
    assert np.allclose(rows, row, atol=1e-6)
    assert np.allclose(depth, way * (rays.reshape(-1, 3) @ camera.axes[2]))


@given(cameras)
@settings(max_examples=30)
def test_axes_are_upright_and_at_right_angles(camera: Camera) -> None:
    assert np.allclose(camera.axes @ camera.axes.T, np.eye(3), atol=1e-9)
    right, up, _ = camera.axes
    assert abs(right[1]) < 1e-9
    assert up[1] > 0


def test_the_lens_is_the_angle_of_the_shorter_side() -> None:
    camera = Camera((0, 0, 0), (0, 0, -1), lens=50)
    edge = np.array([[0, 10 * math.tan(math.radians(25)), -10.0]])
    assert camera.project(edge, (100, 300))[1][0] == pytest.approx(0)


def test_right_is_right_and_up_is_up() -> None:
    camera = Camera((0, 0, 5), (0, 0, 0))
    columns, rows, depth = camera.project(np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1]]), SHAPE)
    assert columns[0] > 15
    assert rows[1] < 10
    assert depth[2] == pytest.approx(4)


def test_a_parallel_view_keeps_sizes() -> None:
    camera = Camera((0, 0, 5), (0, 0, 0), span=2.0)
    points = np.array([[0.5, 0, 0], [0.5, 0, -50]])
    columns, _, depth = camera.project(points, SHAPE)
    assert columns.tolist() == [20, 20]
    assert depth.tolist() == [5, 55]


def test_one_can_look_straight_down() -> None:
    axes = Camera((0, 5, 0), (0, 0, 0)).axes
    assert np.allclose(axes @ axes.T, np.eye(3))
    assert np.allclose(axes[2], (0, -1, 0))
