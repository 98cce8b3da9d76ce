"""What plants are built of: branching wood, clumps of leaves, cards for single leaves.

The pieces are made in bulk, for a tree has hundreds of twigs and thousands of leaves.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from worker.studio.scene.mesh import Array, Mesh, columns, merge, smooth_normals, spline
from worker.studio.scene.model import Request, Rng


def unit(vectors: Array) -> Array:
    """Vectors of length one."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))


def skin(rings: Array) -> Mesh:
    """A round skin through closed rings (n, k, 3), from below, turning against the clock."""
    n, k, _ = rings.shape
    points = rings.reshape(-1, 3)
    a = np.arange(n * k).reshape(n, k)[:-1]
    b, d = a + k, np.roll(a, -1, 1)
    c = d + k
    faces = np.concatenate([columns(a, b, c), columns(a, c, d)]).reshape(-1, 3)
    faces = faces.astype(np.int32)
    return Mesh(points, faces, smooth_normals(points, faces), np.zeros_like(points))


def turned(profile: Array, *, sides: int = 36) -> Mesh:
    """A solid of revolution of radius and height (n, 2) whose skin stays whole when bent."""
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    wheel = columns(np.cos(angle), 0 * angle, np.sin(angle))
    return skin(wheel[None] * profile[:, None, :1] + profile[:, None, 1:] * np.array([0, 1.0, 0]))


def globe(sides: int) -> Mesh:
    """A whole-skinned ball of radius one."""
    a = np.linspace(-np.pi / 2, np.pi / 2, sides // 2 + 1)
    return turned(columns(np.maximum(np.cos(a), 1e-3), np.sin(a)), sides=sides)


def rods(paths: Array, radii: Array, *, sides: int = 6) -> Mesh:
    """Many round bars at once: paths (n, k, 3) with radii (n, k)."""
    n, k, _ = paths.shape
    along = unit(np.gradient(paths, axis=1))
    side = np.where(np.abs(along[..., :1]) > 0.9, [[[0.0, 1.0, 0.0]]], [[[1.0, 0.0, 0.0]]])
    across = unit(np.cross(along, side))
    third = np.cross(along, across)
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)[:, None]
    ring = np.cos(angle) * across[:, :, None] + np.sin(angle) * third[:, :, None]
    points = paths[:, :, None] + ring * radii[:, :, None, None]
    index = np.arange(n * k * sides).reshape(n, k, sides)
    a, b = index[:, :-1], index[:, 1:]
    c, d = np.roll(b, -1, 2), np.roll(a, -1, 2)
    faces = np.concatenate([columns(a, d, c).reshape(-1, 3), columns(a, c, b).reshape(-1, 3)])
    grain = np.repeat(along[:, :, None], sides, 2).reshape(-1, 3)
    return Mesh(points.reshape(-1, 3), faces.astype(np.int32), ring.reshape(-1, 3), grain)


def cards(at: Array, way: Array, normal: Array, length: Array | float, width: float = 0.45) -> Mesh:
    """Many leaves at once: pointed cards from `at` (n, 3) along `way`, shaded by `normal`."""
    n = len(at)
    way, size = unit(way), np.broadcast_to(np.asarray(length, dtype=np.float64), (n,))[:, None]
    across = unit(np.cross(way, normal + 1e-6)) * size * width / 2
    bulge = normal * size * 0.06
    middle = at + way * size * 0.45 + bulge
    points = np.stack([at, middle - across, at + way * size, middle + across], 1).reshape(-1, 3)
    base = np.arange(n)[:, None] * 4
    faces = np.concatenate([base + np.array([0, 1, 2]), base + np.array([0, 2, 3])]).astype(
        np.int32)
    return Mesh(points, faces, np.repeat(unit(normal), 4, 0), np.repeat(way, 4, 0))


def clumps(at: Array, size: Array, rng: Rng, *, bumps: float = 0.16, sides: int = 16,
    knots: float = 5.5) -> Mesh:
    """Bumpy masses of leaves at centres (n, 3) with radii (n, 3)."""
    blob = globe(sides)
    out = []
    for centre, radii in zip(at, size, strict=True):
        phase = rng.uniform(0, 6.28, 6)
        p = blob.points
        lift = sum(np.sin(p[:, i] * knots + phase[i]) * np.sin(p[:, (i + 1) % 3] * knots
            + phase[i + 3]) for i in range(3))
        points = p * (1 + bumps * lift)[:, None] * radii + centre
        out.append(Mesh(points, blob.faces, smooth_normals(points, blob.faces), np.zeros_like(p)))
    return merge(out)


def leaves(at: Array, size: Array, rng: Rng, *, count: int, leaf: float,
    droop: float = 0.0) -> Mesh:
    """Leaf cards over the outsides of clumps, shaded as the clumps are, so that masses read."""
    pick = rng.integers(0, len(at), count)
    out = unit(rng.normal(size=(count, 3)) + np.array([0, 0.25, 0]))
    spot = at[pick] + out * size[pick] * rng.uniform(0.86, 1.12, (count, 1))
    crown = unit(spot - at.mean(0))
    way = unit(out + 0.9 * rng.normal(size=(count, 3)) - [0, droop, 0])
    normal = unit(out * 0.8 + 0.5 * crown + 0.1 * rng.normal(size=(count, 3)))
    return cards(spot, way, normal, leaf * rng.uniform(0.6, 1.3, count), 0.6)


@dataclass
class Wood:
    """A branching skeleton: paths (k points each), radii, and the tips that bear leaves."""

    rng: Rng
    spread: float = 36.0
    rise: float = 0.15
    wander: float = 0.12
    shrink: float = 0.74
    levels: int = 4
    fork: int = 2
    lean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    paths: list[Array] = field(default_factory=list)
    radii: list[Array] = field(default_factory=list)
    tips: list[Array] = field(default_factory=list)

    def grow(self, start: Array, way: Array, length: float, radius: float, level: int = 0) -> None:
        """Add a branch and, from its end and its side, all that grows on it."""
        points, heading = [start], unit(way)
        for _ in range(5):
            pull = np.array([0, self.rise * 0.3 * (level > 0), 0]) + np.array(self.lean) * 0.25 * (
                level > 0)
            heading = unit(heading + self.rng.normal(size=3) * self.wander + pull)
            heading[1] = max(heading[1], -0.12)
            points.append(points[-1] + heading * length / 5)
        end = radius * (0.66 if level < self.levels else 0.25)
        self.paths.append(spline(np.array(points), 7))
        self.radii.append(np.maximum(np.linspace(radius, end, 7), 0.026)
            * (1 + 0.06 * self.rng.normal(size=7)))
        if level >= 2 or level == self.levels:
            self.tips.append(points[-1])
        if level == self.levels:
            return
        count = self.fork + int(level == 0)
        turn = self.rng.uniform(0, 6.28)
        for k in range(count):
            self._child(points[-1], heading, turn + 6.28 * k / count, length, end, level)
        if level > 0:
            self._child(points[3], heading, self.rng.uniform(0, 6.28), 0.85 * length, 0.7 * end,
                level)

    def _child(self, at: Array, heading: Array, turn: float, length: float, radius: float,
        level: int) -> None:
        side = unit(np.cross(heading, [0.31, 0.2, 0.93]))
        other = np.cross(heading, side)
        a = math.radians(self.spread * self.rng.uniform(0.7, 1.25))
        way = heading * math.cos(a) + (side * math.cos(turn) + other * math.sin(turn)) * math.sin(a)
        size = self.shrink * self.rng.uniform(0.85, 1.12)
        self.grow(at, way, length * size, radius * self.rng.uniform(0.72, 0.9), level + 1)

    def mesh(self) -> Mesh:
        """The wood as bars."""
        sides = 8 if len(self.paths) < 100 else 5
        return rods(np.array(self.paths), np.array(self.radii), sides=sides)


def trunk(ask: Request, height: float, radius: float, *, bow: float = 0.0, twist: float = 0.0,
    flare: float = 1.9, roots: int = 6) -> Mesh:
    """A trunk with fluted flanks that flares into roots; its top is at (bow, height, 0)."""
    t = np.linspace(0, 1, 22)
    angle = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    phase = ask.between(0, 6)
    grip = np.exp(-t * 7)
    rings = []
    for s, g in zip(t, grip, strict=True):
        ridge = (1 + (0.07 + 0.5 * g) * np.cos(roots * angle + phase + twist * s) * (0.25 + g)
            + 0.05 * np.sin(3 * angle + 9 * s))
        r = radius * (1 - 0.34 * s + (flare - 1) * g) * ridge
        x = bow * s * s + 0.12 * radius * math.sin(7 * s + phase)
        rings.append(columns(x + r * np.cos(angle), height * s + 0 * angle, r * np.sin(angle)))
    return skin(np.array(rings)).grained(0.15, 1, 0)
