import numpy as np
import pytest

from tests.worker.studio.solids import assert_closed, assert_outward, volume
from worker.studio.scene.clay import Clay

BALL = 4 / 3 * np.pi


def test_a_lump_is_a_sphere() -> None:
    centre = np.array([0.3, -0.2, 1.1])
    mesh = Clay().lump(centre, 0.5).mesh()
    away = mesh.points - centre
    radius = np.linalg.norm(away, axis=1)
    assert np.abs(radius - 0.5).max() < 0.005
    assert volume(mesh) == pytest.approx(BALL * 0.5**3, rel=0.01)
    assert (away / radius[:, None] * mesh.normals).sum(1).min() > 0.99
    assert_closed(mesh)


def test_an_ellipsoid_has_its_radii() -> None:
    mesh = Clay().lump((0, 0, 0), (0.2, 0.4, 0.6)).mesh()
    assert np.allclose(mesh.bounds[1], (0.2, 0.4, 0.6), atol=0.01)
    assert volume(mesh) == pytest.approx(BALL * 0.2 * 0.4 * 0.6, rel=0.02)


def test_a_limb_is_a_capsule() -> None:
    mesh = Clay().limb((0, 0, 0), (0, 1, 0), 0.2).mesh()
    assert volume(mesh) == pytest.approx(np.pi * 0.2**2 + BALL * 0.2**3, rel=0.02)
    assert_outward(mesh, step=5e-3)
    side = np.abs(mesh.points[:, 1] - 0.5) < 0.4
    along = np.abs(mesh.grain[side, 1]) / np.linalg.norm(mesh.grain[side], axis=1)
    assert along.min() > 0.99


def test_a_flat_limb_is_thin_along_its_side() -> None:
    mesh = Clay().limb((0, 0, 0), (0, 1, 0), 0.2, flat=0.5, side=(0, 0, 1)).mesh()
    low, high = mesh.bounds
    assert np.allclose((high - low)[[0, 2]], (0.4, 0.2), atol=0.02)


def test_a_block_is_a_box_with_round_edges() -> None:
    mesh = Clay().block((0, 0, 0), (1, 0.6, 0.4), rounding=0.02).mesh()
    assert np.allclose(mesh.bounds[1], (0.5, 0.3, 0.2), atol=0.02)
    assert volume(mesh) == pytest.approx(0.24, rel=0.04)


def test_a_hollow_takes_away_what_it_covers() -> None:
    half = Clay().lump((0, 0, 0), 0.5).hollow((0, 0, 0), 0.4, blend=1e-4).mesh(detail=80)
    assert volume(half) == pytest.approx(BALL * (0.5**3 - 0.4**3), rel=0.03)
    assert_closed(half)
    bitten = Clay().lump((0, 0, 0), 0.5).hollow((0.5, 0, 0), 0.3, blend=1e-4).mesh()
    assert np.linalg.norm(bitten.points - (0.5, 0, 0), axis=1).min() > 0.29


def test_pieces_flow_together() -> None:
    apart = Clay(blend=1e-4).lump((-0.4, 0, 0), 0.45).lump((0.4, 0, 0), 0.45).mesh()
    soft = Clay(blend=0.3).lump((-0.4, 0, 0), 0.45).lump((0.4, 0, 0), 0.45).mesh()
    assert volume(soft) > volume(apart) * 1.01
    assert_closed(soft)


def test_detail_makes_more_triangles_of_the_same_body() -> None:
    body = Clay().limb((0, 0, 0), (0, 1, 0), 0.2, 0.1).lump((0, 1.1, 0), 0.2)
    coarse, fine = body.mesh(detail=32), body.mesh(detail=96)
    assert len(fine.faces) > 5 * len(coarse.faces)
    assert volume(coarse) == pytest.approx(volume(fine), rel=0.06)


def test_no_piece_is_no_body() -> None:
    with pytest.raises(ValueError, match="at least one piece"):
        Clay().mesh()


def test_a_skin_that_bulges_beyond_its_pieces_is_closed() -> None:
    clay = Clay(blend=0.3)
    for z in (-0.05, 0.0, 0.05):
        clay.limb((-0.5, 0, z), (0.5, 0, z), 0.1)
    assert_closed(clay.mesh(detail=60))
