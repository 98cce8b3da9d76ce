"""Skins of real animals, bent onto other bones: a dog and a rat, modelled with their weights.

A skin moves as its bones do, blended by its weights. What a bone does is a function of points, so
that a trunk can take other depths along its length, and a neck or a tail follow a curve.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from worker.studio.scene.mesh import Array, Faces, Mesh, rotation, smooth_normals

Move = Callable[[Array], Array]


@dataclass(frozen=True, eq=False)
class Skin:
    """Points and faces at rest, the weight of each bone at each point, and where bones turn."""

    points: Array
    faces: Faces
    weights: Mapping[str, Array]
    joints: Mapping[str, Array]

    def moved(self, moves: Mapping[str, Move | Array], ways: Mapping[str, Array]) -> Mesh:
        """The skin with each bone's points moved; `ways` is the direction of the hair on each.

        Where a bone's points come to lie may be given outright.
        """
        points, grain = np.zeros_like(self.points), np.zeros_like(self.points)
        for name, weight in self.weights.items():
            some = np.flatnonzero(weight)
            move = moves[name]
            at = move[some] if isinstance(move, np.ndarray) else move(self.points[some])
            points[some] += weight[some, None] * at
            grain[some] += weight[some, None] * ways[name]
        return Mesh(points, self.faces, smooth_normals(points, self.faces), grain)

    def share(self, *names: str) -> Array:
        """How much each point belongs to some bones, in all."""
        return np.asarray(sum(self.weights[name] for name in names))

    def on(self, weight: Array, least: float = 0.5) -> Array:
        """Which faces have a weight of `least` at all their corners."""
        return np.asarray((weight[self.faces] >= least).all(1))


def cut(mesh: Mesh, kept: Array) -> Mesh:
    """Some of a mesh's faces, with the normals of the whole."""
    faces = mesh.faces[kept]
    used, number = np.unique(faces, return_inverse=True)
    return Mesh(mesh.points[used], number.reshape(-1, 3).astype(np.int32), mesh.normals[used],
        mesh.grain[used])  # fmt: skip


@cache
def skin(name: str, height: float, x: float) -> Skin:
    """A skin by its file's name, in shares of its height at the withers, `x` at the origin."""
    path = files("worker.studio.scene.forms") / f"{name}.npz"
    with path.open("rb") as file, np.load(file) as data:
        shift = np.array([x, 0, 0])
        weights = data["weights"].astype(np.float64)
        weights /= weights.sum(1, keepdims=True)
        names = [str(bone) for bone in data["names"]]
        joints = (data["joints"].astype(np.float64) - shift) / height
        points = (data["points"].astype(np.float64) - shift) / height
        by_name = [dict(zip(names, rows, strict=True)) for rows in (weights.T, joints)]
        return Skin(points, data["faces"].astype(np.int32), *by_name)


def bone(rest: Array, new: Array, across: float, wide: float | None = None) -> Move:
    """A bone laid from one pair of joints to another, thicker by `across`, in z by `wide`."""
    before, after = rest[1] - rest[0], new[1] - new[0]
    angle, turned = (float(np.degrees(np.arctan2(v[1], v[0]))) for v in (before, after))
    long = float(np.hypot(*after[:2]) / np.hypot(*before[:2]))
    stretch = np.diag([long, across, across if wide is None else wide])
    matrix = rotation(z=turned) @ stretch @ rotation(z=-angle)
    # A leg that spreads sideways keeps its foot level: it leans, and does not turn.
    lean = (after[2] - before[2] * stretch[2, 2]) / float(before @ before)
    matrix = matrix + np.outer([0.0, 0.0, lean], before)
    return lambda points: np.asarray((points - rest[0]) @ matrix.T + new[0])


def curve(rest: Array, new: Array, across: Array) -> Move:
    """What lies about one line in the plane z = 0 laid about another, thicker by `across` along it.

    Both lines have equally many points; both go on straight beyond their ends.
    """
    sides = [_side(line) for line in (rest, new)]
    steps = np.diff(rest, axis=0)
    last = len(steps) - 1

    def move(points: Array) -> Array:
        best = np.full(len(points), np.inf)
        out = np.zeros_like(points)
        for i, step in enumerate(steps):
            t = (points - rest[i]) @ step / float(step @ step)
            t = np.clip(t, -np.inf if i == 0 else 0.0, np.inf if i == last else 1.0)
            off = points - rest[i] - t[:, None] * step
            far = np.linalg.norm(off, axis=1)
            side, other = (s[i] + np.clip(t, 0, 1)[:, None] * (s[i + 1] - s[i]) for s in sides)
            thick = np.interp(i + t, np.arange(len(across)), across)
            up = (off * side).sum(1)
            at = new[i] + t[:, None] * (new[i + 1] - new[i]) + (thick * up)[:, None] * other
            at[:, 2] += thick * off[:, 2]
            nearer = far < best - 1e-9
            best[nearer], out[nearer] = far[nearer], at[nearer]
        return out

    return move


def _side(line: Array) -> Array:
    step = np.gradient(line, axis=0)
    side = np.stack([-step[:, 1], step[:, 0], 0 * step[:, 0]], 1)
    return np.asarray(side / np.linalg.norm(side, axis=1, keepdims=True))
