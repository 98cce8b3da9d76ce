import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from tests.worker.studio.solids import assert_closed, assert_outward, volume
from worker.studio.scene.mesh import (
    Mesh,
    ball,
    box,
    extrude,
    lathe,
    loft,
    merge,
    rotation,
    sheet,
    spline,
    tube,
)

ELL = [(0, 0), (2, 0), (2, 0.5), (0.5, 0.5), (0.5, 3), (0, 3)]
ANGLES = np.linspace(0, 2 * np.pi, 12, endpoint=False)
STAR = [(np.cos(a) * r, np.sin(a) * r) for a, r in zip(ANGLES, [1, 0.4] * 6, strict=True)]
CURVE = [(0, 0, 0), (0, 1, 0.2), (0.5, 1.6, 0.4), (1.2, 1.8, 0.2)]
SOLIDS = {
    "box": box(1, 2, 3),
    "bevelled box": box(1, 2, 3, bevel=0.1),
    "cylinder": lathe([(0.5, 0), (0.5, 2)]),
    "vase": lathe([(0.3, 0), (0.6, 0.4), (0.2, 0.9), (0.3, 1.0)]),
    "tube": tube(CURVE, [0.2, 0.15, 0.15, 0.1], samples=30),
    "flat tube": tube(CURVE, 0.2, samples=30, flat=0.4),
    "ell": extrude(ELL, 0.4),
    "ell the other way": extrude(ELL[::-1], 0.4),
    "bevelled ell": extrude(ELL, 0.4, bevel=0.05),
    "star": extrude(STAR, 0.3),
    "ball": ball(0.7),
    "ellipsoid": ball((0.3, 0.6, 0.9)),
}


def polygon(radius: float, sides: int) -> float:
    return 0.5 * sides * radius**2 * np.sin(2 * np.pi / sides)


@pytest.mark.parametrize("name", SOLIDS)
def test_solids_are_closed_and_their_normals_point_outwards(name: str) -> None:
    mesh = SOLIDS[name]
    assert_closed(mesh)
    assert_outward(mesh)
    assert np.allclose(np.linalg.norm(mesh.normals, axis=1), 1)


def test_volumes_are_those_of_the_formulae() -> None:
    assert volume(box(1, 2, 3)) == pytest.approx(6)
    assert 0.9 * 6 < volume(box(1, 2, 3, bevel=0.1)) < 6
    assert volume(lathe([(0.5, 0), (0.5, 2)], sides=24)) == pytest.approx(2 * polygon(0.5, 24))
    assert volume(lathe([(0.5, 0), (1e-9, 3)], sides=24)) == pytest.approx(polygon(0.5, 24))
    straight = tube([(0, 0, 0), (0, 1, 0), (0, 2, 0)], 0.3, sides=16)
    assert volume(straight) == pytest.approx(2 * polygon(0.3, 16))
    assert volume(extrude(ELL, 0.4)) == pytest.approx((2 * 0.5 + 0.5 * 2.5) * 0.4)
    assert volume(ball(0.7, sides=64)) == pytest.approx(4 / 3 * np.pi * 0.7**3, rel=0.01)
    assert volume(ball((1, 2, 3), sides=64)) == pytest.approx(8 * np.pi, rel=0.01)


def test_a_box_stands_on_the_ground() -> None:
    low, high = box(1, 2, 3).bounds
    assert low.tolist() == [-0.5, 0, -1.5]
    assert high.tolist() == [0.5, 2, 1.5]


@given(
    st.lists(st.floats(0.2, 1.0), min_size=4, max_size=24),
    st.floats(0.05, 2.0),
    st.booleans(),
)
@settings(max_examples=60)
def test_any_outline_round_a_centre_can_be_extruded(
    radii: list[float], depth: float, backwards: bool
) -> None:
    angle = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    outline = np.stack([np.cos(angle) * radii, np.sin(angle) * radii], 1)
    x, y = outline.T
    area = float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2)
    mesh = extrude(outline[::-1] if backwards else outline, depth)
    assert volume(mesh) == pytest.approx(area * depth)


@given(st.tuples(*[st.floats(-180, 180)] * 3), st.floats(0.1, 5), st.booleans())
@settings(max_examples=30)
def test_motions_keep_a_solid_solid(
    angles: tuple[float, float, float], scale: float, mirrored: bool
) -> None:
    x, y, z = angles
    moved = SOLIDS["ell"].turned(x=x, y=y, z=z).scaled(scale, 2 * scale, scale).moved(3, 1, -2)
    if mirrored:
        moved = moved.mirrored()
    assert volume(moved) == pytest.approx(2 * scale**3 * volume(SOLIDS["ell"]))
    assert_outward(moved, step=1e-3 * scale)


def test_turns_follow_the_right_hand() -> None:
    east, up, front = np.eye(3)
    assert np.allclose(rotation(z=90) @ east, up)
    assert np.allclose(rotation(x=90) @ up, front)
    assert np.allclose(rotation(y=90) @ front, east)


def test_sharp_edges_stay_sharp_and_round_ones_smooth() -> None:
    flat = box(1, 1, 1)
    assert set(np.round(np.abs(flat.normals), 9).max(1)) == {1.0}
    smooth = ball(1.0, sides=40)
    away = smooth.points / np.linalg.norm(smooth.points, axis=1, keepdims=True)
    assert (away * smooth.normals).sum(1).min() > 0.99


def test_a_sheet_covers_its_grid() -> None:
    x, z = np.meshgrid(np.linspace(0, 2, 5), np.linspace(0, 3, 4))
    mesh = sheet(np.stack([x, 0 * x, z], -1))
    a, b, c = (mesh.points[mesh.faces[:, k]] for k in range(3))
    assert np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2 == pytest.approx(6)
    assert np.allclose(np.abs(mesh.normals[:, 1]), 1)


def test_a_curve_goes_through_its_points() -> None:
    points = np.array(CURVE)
    assert np.allclose(spline(points, 31)[::10], points)


def test_merging_keeps_what_each_had() -> None:
    both = merge([box(1, 1, 1), box(2, 1, 1).moved(5)])
    assert volume(both) == pytest.approx(3)
    assert both.size == 2 * box(1, 1, 1).size


def test_a_bar_keeps_its_thickness_along_a_bend() -> None:
    angle = np.linspace(0, np.pi, 60)
    arc = np.stack([np.cos(angle), np.sin(angle), 0 * angle], 1)
    mesh = tube(arc, 0.1, sides=24)
    distance = np.hypot(np.hypot(mesh.points[:, 0], mesh.points[:, 1]) - 1, mesh.points[:, 2])
    skin = distance > 1e-6  # the ends are covered from their middle
    assert np.allclose(distance[skin], 0.1, atol=2e-3)
    # Pappus: the section's area times the way of its middle
    assert volume(mesh) == pytest.approx(polygon(0.1, 24) * np.pi, rel=0.01)


def test_grain_follows_a_tube_and_the_turning_of_a_lathe() -> None:
    bar = tube([(0, 0, 0), (0, 1, 0), (0, 2, 0)], 0.2)
    assert np.allclose(np.abs(bar.grain), [0, 1, 0])
    pot = lathe([(0.5, 0), (0.5, 1)])
    assert np.allclose((pot.grain * pot.points).sum(1), 0)
    assert np.allclose(pot.grain[:, 1], 0)


def test_a_loft_of_rings_is_closed() -> None:
    angle = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    rings = [np.stack([np.cos(angle) * r, 0 * angle + y, np.sin(angle) * r], 1) for r, y in
             ((1, 0), (0.5, 1), (0.8, 2))]  # fmt: skip
    mesh: Mesh = loft(rings)
    assert_closed(mesh)
    assert volume(mesh) > 0


def test_thin_rods_are_thickened_and_nothing_else() -> None:
    path = [(0.0, 0.0, 0.0), (0.0, 1.0, 0.0)]
    thin, thick = tube(path, 0.001, sides=12), tube(path, 0.02, sides=12)
    wide = thin.thickened(0.004)
    assert 0.0035 < float(np.hypot(wide.points[:, 0], wide.points[:, 2]).max()) < 0.0048
    assert thick.thickened(0.004) is thick
    flat = sheet(np.array([[(0, 0, 0), (1, 0, 0)], [(0, 1, 0), (1, 1, 0)]], dtype=float))
    assert flat.thickened(0.004) is flat


def test_a_coarser_ball_is_still_that_ball() -> None:
    fine = ball(1.0, sides=40)
    coarse = fine.coarser(0.2)
    assert len(coarse.faces) < 0.5 * len(fine.faces)
    assert np.allclose(np.linalg.norm(coarse.points, axis=1), 1, atol=0.05)
    assert (np.einsum("ij,ij->i", coarse.normals, coarse.points) > 0.9).all()


def test_what_is_bent_keeps_round_sides_round_and_edges_sharp() -> None:
    drum = lathe([(0.0, 0.0), (1.0, 0.0), (1.0, 2.0), (0.0, 2.0)], sides=24)
    same = drum.bent(lambda points: points)
    assert np.abs(same.normals - drum.normals).max() < 1e-6
    oval = drum.bent(lambda points: points * (2.0, 1.0, 1.0))
    side = np.abs(drum.normals[:, 1]) < 0.01
    outwards = oval.points[side] / (4.0, 1.0, 1.0) * (1.0, 0.0, 1.0)
    outwards /= np.linalg.norm(outwards, axis=1, keepdims=True)
    assert (oval.normals[side] * outwards).sum(1).min() > 0.99
    assert np.allclose(np.abs(oval.normals[~side, 1]), 1)
