"""Heads: what grows on the skin of one, fitted to its skull.

All is made at rest and given in units of the head: about the middle between chin and crown, one
unit from the one to the other, facing +z.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from worker.studio.scene.body.cloth import Weave, woven
from worker.studio.scene.body.rig import split
from worker.studio.scene.body.shape import Build, Pins, atlas, rest, space
from worker.studio.scene.mesh import Array, Mesh, ball, columns, merge, smooth_normals, tube
from worker.studio.scene.model import Rng

_CENTRE, _RADII = np.array([0.0, 7.5, 0.57]), np.array([0.76, 0.98, 0.97])
"""Of the skull on the mesh, in decimetres."""
_HAIRLINE = (
    (-0.4, 0.0, 0.22, 0.32, 0.42, 0.58, 0.66, 0.78, 0.9, 1.05, 1.25, 1.42, 1.7),
    (6.55, 6.6, 6.8, 7.3, 7.42, 7.42, 7.1, 7.1, 7.5, 7.72, 7.88, 7.98, 8.0),
)
"""From back to front: how low hair grows."""
_BROW = ((0.12, 0.21, 0.32, 0.44, 0.54), (7.5, 7.53, 7.555, 7.54, 7.47))


def _shell(weave: Weave, build: Build, lift: Array, drop: Array | float = 0.0) -> Mesh:
    """A surface of the head lifted off it, in units of the head; it is below the skin where < 0."""
    head = space(build)
    points = head.inside(weave.points @ rest(build))
    out = (weave.base - _CENTRE) / _RADII**2
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    points = points + out * lift[:, None] - columns(0, drop, 0) * np.ones((len(points), 1))
    faces = split(weave.quads[(lift[weave.quads] > -0.015).any(1)])
    used, index = np.unique(faces, return_inverse=True)
    faces = index.reshape(-1, 3).astype(np.int32)
    way = np.zeros((len(used), 3))
    return Mesh(points[used], faces, smooth_normals(points[used], faces), way)


@cache
def _scalp() -> Weave:
    known = atlas()
    quads = known.quads["skin"]
    x, y, z = known.points.T
    ear = (np.abs(x) > 0.755) & (y < 7.36) & (z > 0.33)
    fine = (known.share("head") > 0.5) & (_above(known.points) > -0.35) & ~ear
    inner = (z > 0.5) & (y < 7.4) & (np.abs(x) < 0.4)
    return woven(quads[(fine & ~inner)[quads].all(1)], 2)


def _above(points: Array) -> Array:
    """How far above the hairline, in decimetres."""
    return np.asarray(points[:, 1] - np.interp(points[:, 2], *_HAIRLINE))


def strands(points: Array, parting: float, count: float = 26.0) -> Array:
    """Waves across the way that hair falls from the crown, in -1..1."""
    across = np.arctan2(points[:, 0] - parting, points[:, 2] + 0.05)
    waves = np.sin(count * across + 3 * np.sin(2.3 * points[:, 1] * 4 + across))
    return np.asarray(0.65 * waves + 0.35 * np.sin(count * 1.9 * across + 5 * points[:, 1]))


def scalp_hair(build: Build, rng: Rng, *, thick: float = 1.0, bald: float = 0.0) -> Mesh:
    """Hair that lies on the skull; `bald` draws its line back to the ears."""
    weave = _scalp()
    x, y, z = weave.base.T
    above = _above(weave.base) - bald * np.clip((z - 0.1) / 0.9, 0, 1) * 1.2
    rise = np.clip(above / 0.3, -1, 1)
    rise = np.where(rise > 0, rise * rise * (3 - 2 * rise), rise)
    side = 1 if rng.random() < 0.5 else -1
    parting = 0.16 * side
    top = np.clip((y - 7.7) / 0.7, 0, 1)
    quiff = top * np.exp(-(((z - 1.1) / 0.35) ** 2)) * (0.6 + 0.4 * np.tanh(-x * side * 3))
    body = (0.032 + 0.05 * top * (1 - bald) + 0.05 * quiff * (1 - bald)) * thick
    line = np.exp(-(((x / 2.3 - parting * 0.5) / 0.025) ** 2)) * top
    waves = strands((weave.base - _CENTRE) / 2.3, parting * 0.5)
    lift = body * rise * (1 - 0.35 * line) + 0.009 * thick * waves * np.clip(rise, 0, 1) - 0.012
    return _shell(weave, build, lift)


@cache
def _cheeks() -> Weave:
    known = atlas()
    quads = known.quads["skin"]
    x, y, z = known.points.T
    face = (known.share("head", "neck") > 0.6) & (z > 0.55) & (y < 7.25) & (y > 5.95)
    face &= (known.lips < 0.2) & (np.abs(x) < 0.78) & ~((z < 1.3) & (np.abs(x) < 0.3) & (y > 6.3))
    return woven(quads[face[quads].all(1)], 1)


def beard(build: Build, length: float, *, moustache_only: bool = False) -> Mesh:
    """A beard with a moustache, or the moustache alone."""
    weave = _cheeks()
    x, y, z = np.abs(weave.base[:, 0]), weave.base[:, 1], weave.base[:, 2]
    lip = np.clip(1 - ((x / 0.36) ** 2 + ((y - 6.74 + 0.25 * x) / 0.075) ** 2), -1, 1)
    line = np.interp(z, (0.6, 0.9, 1.1, 1.3, 1.45, 1.6), (7.2, 6.85, 6.65, 6.6, 6.5, 6.4))
    cheek = np.clip((line - y) / 0.16, -1, 1)
    mouth = np.clip(np.hypot(x / 0.29, (y - 6.59) / 0.13) - 1, -0.5, 0.6) * 2
    grown = lip if moustache_only else np.maximum(lip, np.minimum(cheek, mouth))
    chin = np.clip(1.2 - x / 0.5, 0, 1) * np.clip((6.45 - y) / 0.3, 0, 1) * (grown > 0)
    waves = np.sin(38 * weave.base[:, 0] + 3 * np.sin(5 * y)) * 0.006
    lift = np.where(grown > 0, 0.045 * np.maximum(grown, 0) ** 0.5 + waves * grown, 0.05 * grown) - 0.006
    lift = lift + chin * 0.07 * length
    return _shell(weave, build, lift, chin * 0.3 * length)


@cache
def _face_pins(key: bytes) -> Pins:
    known = atlas()
    place = known.points.copy()
    hidden = np.ones(len(place), bool)
    hidden[known.head] = False
    hidden |= place[:, 2] < 0.9
    place[hidden] = 99.0
    return Pins(place, np.frombuffer(key).reshape(-1, 2), flat=True, near=4)


def on_face(build: Build, at: Array) -> Array:
    """Places (n, 2) on the front of the mesh, in decimetres, on a head in its units."""
    pins = _face_pins(np.ascontiguousarray(at, dtype=np.float64).tobytes())
    return space(build).inside(pins.on(rest(build)))


def brows(build: Build, thick: float) -> Mesh:
    """Eyebrows."""
    x, y = np.array(_BROW)
    thin = thick * np.array([0.6, 1.0, 0.95, 0.7, 0.25])
    pair = []
    for d in (1, -1):
        line = on_face(build, columns(x * d, y)) + np.array([0, 0, 0.004])
        pair.append(tube(line, thin, samples=12, sides=6, flat=0.5))
    return merge(pair)


def mouth(build: Build) -> Mesh:
    """The line between the lips."""
    x, y = np.linspace(-0.2, 0.2, 7), np.array([6.57, 6.58, 6.585, 6.58, 6.585, 6.58, 6.57])
    line = on_face(build, columns(x, y)) + np.array([0, 0, 0.014])
    return tube(line, 0.0055 * np.array([0.4, 1, 1, 1, 1, 1, 0.4]), samples=13, sides=5)


def eyes(build: Build, *, sides: int = 16) -> list[tuple[str, Mesh, str]]:
    """Eyeballs, irises, pupils and upper lashes: names, meshes, materials."""
    known, head, at = atlas(), space(build), rest(build)
    white, iris, pupil = [], [], []
    r = 0.0615 * float(np.linalg.norm(
        at[known.joints["l-eye"]] - at[known.joints["r-eye"]])) / head.size / 0.268
    for name in ("l-eye", "r-eye"):
        x, y, z = head.inside(at[known.joints[name]]).tolist()
        white.append(ball(r, sides=sides).moved(x, y, z))
        iris.append(ball((0.5 * r, 0.5 * r, 0.16 * r), sides=sides).moved(x, y, z + 0.87 * r))
        pupil.append(ball((0.24 * r, 0.24 * r, 0.1 * r), sides=8).moved(x, y, z + 0.97 * r))
    quads = np.concatenate([known.quads["lash_l"], known.quads["lash_r"]])
    used, index = np.unique(quads, return_inverse=True)
    faces = split(index.reshape(-1, 4))
    points = head.inside(at[used])
    lash = Mesh(points, faces, smooth_normals(points, faces), np.zeros_like(points))
    return [("eyeballs", merge(white), "white"), ("irises", merge(iris), "dark_wood"),
            ("pupils", merge(pupil), "eye"), ("lashes", lash, "eye")]  # fmt: skip


def teeth(build: Build) -> Mesh:
    """Both rows, which are seen in an open mouth."""
    known = atlas()
    quads = np.concatenate([known.quads["teeth_u"], known.quads["teeth_l"]])
    used, index = np.unique(quads, return_inverse=True)
    points, faces = space(build).inside(rest(build)[used]), split(index.reshape(-1, 4))
    return Mesh(points, faces, smooth_normals(points, faces), np.zeros_like(points))
