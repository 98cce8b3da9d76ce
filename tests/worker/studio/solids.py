"""Truths about closed meshes that know nothing of how these were made."""

from __future__ import annotations

from collections import Counter

import numpy as np

from worker.studio.scene.mesh import Array, Mesh


def volume(mesh: Mesh) -> float:
    """Signed: positive where the triangles turn against the clock seen from outside."""
    a, b, c = (mesh.points[mesh.faces[:, k]] for k in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)


def winding(mesh: Mesh, at: Array) -> Array:
    """How often the skin goes round points (n, 3): 1 inside, 0 outside (Van Oosterom 1983)."""
    total = np.zeros(len(at))
    for begin in range(0, len(at), 32):
        corners = mesh.points[mesh.faces][None] - at[begin : begin + 32, None, None]
        a, b, c = (corners[:, :, k] for k in range(3))
        la, lb, lc = (np.linalg.norm(v, axis=-1) for v in (a, b, c))
        above = np.einsum("nmi,nmi->nm", a, np.cross(b, c))
        below = la * lb * lc + (a * b).sum(-1) * lc + (b * c).sum(-1) * la + (c * a).sum(-1) * lb
        total[begin : begin + 32] = 2 * np.arctan2(above, below).sum(1) / (4 * np.pi)
    return total


def assert_outward(mesh: Mesh, *, step: float = 2e-3, share: float = 0.99) -> None:
    """Just outside the skin along its normals is outside, just inside is inside."""
    rng = np.random.default_rng(1)
    chosen = rng.choice(len(mesh.faces), min(len(mesh.faces), 150), replace=False)
    middle = mesh.points[mesh.faces[chosen]].mean(1)
    normal = mesh.normals[mesh.faces[chosen]].mean(1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    assert (winding(mesh, middle + step * normal) < 0.5).mean() >= share
    assert (winding(mesh, middle - step * normal) > 0.5).mean() >= share


def assert_closed(mesh: Mesh) -> None:
    """Every edge has exactly two triangles, one each way round."""
    _, number = np.unique(np.round(mesh.points, 9), axis=0, return_inverse=True)
    faces = number.reshape(-1)[mesh.faces]
    edges = Counter((int(f[i]), int(f[i - 2])) for f in faces for i in range(3))
    assert all(edges[b, a] == count for (a, b), count in edges.items())


def scattered(mesh: Mesh, count: int) -> Array:
    """Points (count, 3) all over the skin, as many to each part of it as its area asks for."""
    rng = np.random.default_rng(1)
    a, b, c = (mesh.points[mesh.faces[:, k]] for k in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    face = rng.choice(len(area), count, p=area / area.sum())
    u, v = rng.random((2, count, 1))
    turned = u + v > 1
    u, v = np.where(turned, 1 - u, u), np.where(turned, 1 - v, v)
    return np.asarray(a[face] + u * (b - a)[face] + v * (c - a)[face])
