"""Clothes that follow the body: cut from the tights of the mesh, eased, folded and hemmed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from scipy.sparse import csr_array, diags_array, vstack

from worker.studio.scene.body.rig import Figure, split
from worker.studio.scene.body.shape import Index, atlas
from worker.studio.scene.mesh import Array, Faces, Mesh, smooth_normals
from worker.studio.scene.model import Rng

_WAIST, _NECK = 1.6, 5.75
"""Heights on the mesh before any target, in decimetres."""


@dataclass(frozen=True, eq=False)
class Weave:
    """A finer surface over some quads of the mesh: points as weighted sums of the mesh's."""

    points: csr_array
    quads: Index
    smooth: csr_array
    base: Array
    arm: Array
    leg: Array


def _finer(quads: Index, points: csr_array) -> tuple[csr_array, Index]:
    """Each quad in four; `points` are rows of weights, (n, mesh)."""
    count = points.shape[0]
    edges = np.sort(np.stack([quads, np.roll(quads, -1, 1)], -1).reshape(-1, 2), 1)
    once, number = np.unique(edges, axis=0, return_inverse=True)
    number = number.reshape(-1, 4) + count
    middle = np.arange(len(quads)) + count + len(once)

    def mean(rows: Index) -> csr_array:
        wide = rows.shape[1]
        at = np.repeat(np.arange(len(rows)), wide)
        shape = (len(rows), count)
        return csr_array((np.full(rows.size, 1 / wide), (at, rows.ravel())), shape=shape) @ points

    whole = csr_array(vstack([points, mean(once), mean(quads)]))
    new = [
        np.stack([quads[:, k], number[:, k], middle, number[:, k - 1]], 1) for k in range(4)
    ]
    return whole, np.concatenate(new)


def _smoothing(quads: Index, count: int) -> csr_array:
    """Each point halfway to the mean of its neighbours; those on an edge stay."""
    edges = np.sort(np.stack([quads, np.roll(quads, -1, 1)], -1).reshape(-1, 2), 1)
    once, times = np.unique(edges, axis=0, return_counts=True)
    fixed = np.zeros(count, bool)
    fixed[once[times == 1]] = True
    a, b = once.T
    rows, columns = np.concatenate([a, b]), np.concatenate([b, a])
    free = ~fixed[rows]
    near = csr_array((np.ones(free.sum()), (rows[free], columns[free])), shape=(count, count))
    total = np.maximum(near.sum(1), 1)
    half = np.where(fixed, 1.0, 0.5)
    return csr_array(diags_array(half) + diags_array(0.5 / total) @ near)


def woven(quads: Index, times: int) -> Weave:
    """A surface over quads of the mesh, each divided in four so many times."""
    known = atlas()
    used, index = np.unique(quads, return_inverse=True)
    rows = np.arange(len(used))
    shape = (len(used), len(known.points))
    points = csr_array((np.ones(len(used)), (rows, used)), shape=shape)
    quads = index.reshape(-1, 4)
    for _ in range(times):
        points, quads = _finer(quads, points)
        points = csr_array(_smoothing(quads, points.shape[0]) @ points)
    smooth = _smoothing(quads, points.shape[0])
    arm, leg = (points @ np.maximum(along, 0) for along in (known.arm, known.leg))
    for along, own in ((arm, known.arm), (leg, known.leg)):
        along[points @ (own >= 0) < 0.5] = -1.0
    return Weave(points, quads, smooth, points @ known.points, arm, leg)


@cache
def tights() -> Weave:
    """The cloth of the whole body from the neck to wrists and ankles."""
    return woven(atlas().quads["tights"], 1)


@dataclass(frozen=True, eq=False)
class Cover:
    """The tights on a posed figure, smoothed: where all its cloth starts from."""

    points: Array
    normals: Array
    grain: Array


def cover(figure: Figure) -> Cover:
    """Lay the tights on a figure."""
    weave = tights()
    points = weave.points @ figure.points
    for _ in range(3):
        points = weave.smooth @ points
    normals = smooth_normals(points, split(weave.quads))
    axes = weave.points @ figure.grain
    return Cover(points, normals, axes)


def trunk_height(weave: Weave) -> Array:
    """Height on the trunk; far below it on the legs, by how far down these."""
    return np.where(weave.leg >= 0, -weave.leg - 1.0, weave.base[:, 1])


def neckline(weave: Weave, scoop: float) -> Array:
    """Above 0 outside a neckline; `scoop` 0 is close to the neck, 1 bares the shoulders' start."""
    x, y, z = weave.base.T
    close = (_NECK - 0.5 * (z - 0.2)) - y
    round_ = np.hypot(x / (0.72 + 0.75 * scoop), (z - 0.3) / (0.8 + 0.45 * scoop)) - 1
    return np.maximum(round_, np.minimum(close, 5.3 - 0.9 * scoop - y) if scoop else close)


def top_field(*, hem: float, sleeve: float, scoop: float = 0.0) -> Array:
    """Above 0 where a top covers: down to `hem`, and a share of the arm up to 2, the wrist."""
    weave = tights()
    arm = np.where(weave.arm >= 0, sleeve - weave.arm, 9.0)
    return np.minimum(
        np.minimum(trunk_height(weave) - hem, arm), neckline(weave, scoop)
    )


def leg_field(*, waist: float = _WAIST, end: float = 2.0, start: float = -9.0) -> Array:
    """Above 0 where trousers or boots cover: from the waist or a share of the leg to another."""
    weave = tights()
    high = weave.base[:, 1]
    trunk = np.where((weave.arm >= 0) | (high < -3), -9.0, waist - high)
    if start > 0:
        trunk = np.full_like(trunk, -9.0)
    legs = np.minimum(end - weave.leg, weave.leg - start)
    return np.where(weave.leg >= 0, legs, trunk)


def _folds(rng: Rng) -> Array:
    """Heights of the folds, in units: at elbows, knees, crotch, waist and the ends."""
    weave = tights()
    x, y, z = weave.base.T
    arm, leg, phase = weave.arm, weave.leg, rng.uniform(0, 6.28, 6)
    turn = np.arctan2(z - 0.3, np.abs(x) - 0.4)

    def bump(value: Array, at: float, wide: float) -> Array:
        return np.exp(-(((value - at) / wide) ** 2))

    depth = 0.25 + bump(arm, 1.0, 0.3) + 0.6 * bump(arm, 1.85, 0.2) + 0.5 * bump(arm, 0.05, 0.25)
    on_leg = 0.2 + 0.8 * bump(leg, 1.0, 0.2) + bump(leg, 1.95, 0.15) + 0.8 * bump(leg, 0.05, 0.2)
    on_trunk = 0.3 + 0.9 * bump(y, 1.9, 0.9)
    depth = np.where(arm >= 0, depth, np.where(leg >= 0, on_leg, on_trunk))
    along = np.where(arm >= 0, arm * 6.0, np.where(leg >= 0, leg * 6.5, y * 1.5))
    wave = np.sin(4.2 * along + 2.6 * np.sin(turn + phase[0]) + phase[1] + np.sign(x))
    wave += 0.7 * np.sin(6.1 * along + 3.2 * np.sin(turn + phase[2]) + phase[3])
    return np.asarray(depth * wave)


def cut(
    given: Cover, field: Array, lift: Array | float, *, rng: Rng | None = None, fold: float = 0.0
) -> Mesh:
    """The cloth where a field is above 0, lifted off the body in metres, with its edges hemmed."""
    weave = tights()
    off = np.asarray(lift, dtype=np.float64)
    if rng is not None:
        off = off + fold * np.maximum(_folds(rng), -1.2)
    points = given.points + given.normals * np.broadcast_to(off, len(given.points))[:, None]
    quads = weave.quads[field[weave.quads].mean(1) > 0]
    return hemmed(points, quads, given.grain, given.normals)


@dataclass(frozen=True, eq=False)
class _Seams:
    """The points that some quads use, their faces, and the open edges of these."""

    used: Index
    faces: Faces
    rim: Index
    even: csr_array
    strip: Faces


@lru_cache(maxsize=128)
def _seams(key: bytes) -> _Seams:
    used, index = np.unique(np.frombuffer(key, dtype=np.intp), return_inverse=True)
    quads = index.reshape(-1, 4)
    sides = np.stack([quads, np.roll(quads, -1, 1)], -1).reshape(-1, 2)
    _, first, times = np.unique(
        np.sort(sides, 1) @ (len(used), 1), return_index=True, return_counts=True
    )
    edge = sides[first[times == 1]]
    rim, ends = np.unique(edge, return_inverse=True)
    a, b = ends.reshape(-1, 2).T
    near = csr_array(
        (np.ones(2 * len(a)), (np.concatenate([a, b]), np.concatenate([b, a]))),
        shape=(len(rim), len(rim)),
    )
    even = csr_array(diags_array(0.5 / np.maximum(near.sum(1), 1)) @ near)
    strip = np.stack([edge[:, 1], edge[:, 0], len(used) + a, len(used) + b], 1)
    return _Seams(used, split(quads), rim, even, split(strip))


def hemmed(
    points: Array, quads: Index, grain: Array, out: Array, thick: float = 0.012, *, even: int = 4
) -> Mesh:
    """A mesh of quads whose open edges are evened and turned in."""
    seams = _seams(np.ascontiguousarray(quads, dtype=np.intp).tobytes())
    points, grain, out = points[seams.used], grain[seams.used], out[seams.used]
    rim = points[seams.rim]
    for _ in range(even):
        rim = 0.5 * rim + seams.even @ rim
    points[seams.rim] = rim
    inner = out[seams.rim]
    return Mesh(
        np.concatenate([points, rim - inner * thick]),
        np.concatenate([seams.faces, seams.strip]),
        np.concatenate([smooth_normals(points, seams.faces), -inner]),
        np.concatenate([grain, grain[seams.rim]]),
    )
