"""Shared ways to build small objects: turned and woven walls, rings, rods, strokes, cut shapes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from worker.studio.scene.mesh import Array, Mesh, box, extrude, loft, merge, sheet, spline, tube
from worker.studio.scene.model import Model, Part, Request, make

Spot = tuple[float, float, float]
HELD = ("leaning", "upright", "lying")
"""The poses of things with a handle: propped at a slant, straight up, laid down slantwise."""


def turned(profile: ArrayLike, *, wall: float = 0.0, samples: int = 32, sides: int = 40,
    change: Callable[[Array], Array] | None = None) -> Mesh:
    """A turned body through points of radius and height; `wall` > 0 makes it a hollow vessel.

    `samples` 0 keeps the profile's corners; `change` moves each ring of points (n, 3).
    """
    curve = np.asarray(profile, dtype=np.float64)
    curve = spline(curve, samples) if samples else curve
    curve[:, 0] = np.maximum(curve[:, 0], 1e-4)
    if wall:
        floor = curve[0, 1] + wall
        deep = [(float(np.interp(floor, curve[:, 1], curve[:, 0])), floor)]
        high = [(r, y) for r, y in curve[::-1] if y > floor]
        inner = np.array([(max(r - wall, 1e-4), y) for r, y in [*high, *deep]])
        lip = [(curve[-1, 0] - wall / 2, curve[-1, 1] + wall / 2)]
        curve = np.concatenate([curve, lip, inner])
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    rings = [np.stack([np.cos(angle) * r, np.full(sides, y), np.sin(angle) * r], 1) for r,
        y in curve]
    mesh = loft([change(ring) for ring in rings] if change else rings)
    x, z = mesh.points[:, 0], mesh.points[:, 2]
    return replace(mesh, grain=np.stack([-z, np.zeros_like(x), x], 1))


def grooved(count: int, depth: float) -> Callable[[Array], Array]:
    """A change for `turned` that cuts upright grooves: staves, flutes; use four sides a groove."""

    def change(ring: Array) -> Array:
        at = np.arange(len(ring)) * count / len(ring) % 1.0
        factor = 1 - depth * np.maximum(1 - 4 * np.minimum(at, 1 - at), 0)
        return np.asarray(ring * np.stack([factor, np.ones_like(factor), factor], 1))

    return change


def wicker(profile: ArrayLike, *, wall: float = 0.006, rows: int = 12, stakes: int = 14,
    bump: float = 0.03) -> Mesh:
    """A woven wall: each row goes before and behind the stakes in turn."""
    curve = np.asarray(profile, dtype=np.float64)
    low, high = curve[:, 1].min(), curve[:, 1].max()

    def change(ring: Array) -> Array:
        angle = np.arctan2(ring[:, 2], ring[:, 0])
        row = (ring[:, 1] - low) / (high - low) * rows
        factor = 1 + bump * np.sin(np.pi * row) * np.cos(stakes * angle)
        return np.asarray(ring * np.stack([factor, np.ones_like(factor), factor], 1))

    return turned(curve, wall=wall, samples=rows * 3, sides=stakes * 5, change=change)


def strap(profile: Sequence[tuple[float, float]], *, sides: int = 40) -> Mesh:
    """A band about the y axis through points of radius and height, open inside: hoops, labels."""
    angle = np.linspace(0, 2 * np.pi, sides + 1)
    grid = [np.stack([np.cos(angle) * r, 0 * angle + y, np.sin(angle) * r], 1) for r, y in profile]
    return sheet(np.stack(grid)[:, ::-1], crease=40)


def ring(radius: float, thick: float, *, sides: int = 36, y: float = 0.0) -> Mesh:
    """A ring about the y axis."""
    angle = np.linspace(0, 2.06 * np.pi, sides)
    path = np.stack([np.cos(angle) * radius, np.full(sides, y), np.sin(angle) * radius], 1)
    return tube(path, thick, sides=10, side=(0, 1, 0))


def rod(start: Spot, end: Spot, radius: float, end_radius: float | None = None) -> Mesh:
    """A straight round bar."""
    return tube([start, end], [radius, radius if end_radius is None else end_radius])


def wire(points: ArrayLike, radius: float | ArrayLike, *, samples: int = 28) -> Mesh:
    """A bar on a smooth curve through points."""
    return tube(points, radius, samples=samples, sides=12)


def disc(radius: float, thick: float, *, y: float = 0.0) -> Mesh:
    """A round plate on y."""
    return turned([(0, y), (radius, y), (radius, y + thick), (0, y + thick)], samples=0, sides=36)


def block(width: float, height: float, depth: float, at: Spot, *, bevel: float = 0.0) -> Mesh:
    """A box about the point `at`."""
    return box(width, height, depth, bevel=bevel).moved(at[0], at[1] - height / 2, at[2])


def closed(points: ArrayLike, *, steps: int = 5) -> Array:
    """A smooth closed curve through points (n, 2)."""
    p = np.asarray(points, dtype=np.float64)
    n = len(p)
    around = np.concatenate([p[-1:], p, p[:2]])
    return spline(around, (n + 2) * steps + 1)[steps : (n + 1) * steps]


def cut(points: ArrayLike, depth: float, *, bevel: float = 0.0, steps: int = 0) -> Mesh:
    """A flat shape of a closed outline in x-y; `steps` > 0 rounds the outline."""
    outline = closed(points, steps=steps) if steps else points
    return extrude(outline, depth, bevel=bevel)


def mirrored(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """An outline of its right half (from bottom to top) and the same on the left."""
    return [*points, *[(-x, y) for x, y in reversed(points)]]


def stroke(path: ArrayLike, width: float | ArrayLike, depth: float, *, samples: int = 0,
    bevel: float = 0.0) -> Mesh:
    """A flat band of a width, or one a point, along a path (n, 2) in x-y."""
    line = np.asarray(path, dtype=np.float64)
    half = np.broadcast_to(np.asarray(width, dtype=np.float64) / 2, (len(line),))
    if samples:
        line, half = spline(line, samples), spline(half[:, None], samples)[:, 0]
    along = np.gradient(line, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    side = np.stack([-along[:, 1], along[:, 0]], 1) * half[:, None]
    return extrude(np.concatenate([line + side, (line - side)[::-1]]), depth, bevel=bevel)


def rows(width: float, height: float, count: int, at: Spot, *, ink: float = 0.4,
    ragged: float = 0.0) -> Mesh:
    """Lines of writing or of print in a field about `at`; `ragged` shortens every other one."""
    step = height / count
    lines = []
    for k in range(count):
        short = width * ragged * ((k * 7 % 5) / 4)
        y = at[1] + height / 2 - (k + 0.5) * step
        lines.append(block(width - short, step * ink, 0.0012, (at[0] - short / 2, y, at[2])))
    return merge(lines)


def tilted(model: Model, *, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Model:
    """The model turned about the origin: first in its own plane (z), then y, then x."""
    return model.mapped(lambda mesh: mesh.turned(z=z).turned(y=y).turned(x=x))


def held(ask: Request, parts: Sequence[Part]) -> Model:
    """An upright thing with a handle, in one of the poses `HELD`."""
    model = Model.of(*parts)
    lean = ask.between(26, 36)
    if ask.pose == "upright":
        return model
    if ask.pose == "lying":
        return tilted(model, z=-lean - 38, x=-58)
    return tilted(model, z=-lean, x=-10)


_SIDE = 90.0
"""Degrees from a painter's three quarters to the profile."""


def sitter(ask: Request, w: float, h: float) -> list[Part]:
    """Head and shoulders in profile, cut out of black paper, in a frame of this size."""
    head = make("head", Request(ask.rng, "", frozenset({ask.pick("woman", "man"), "framed"})))
    bust = Model([p for p in head.parts if p.name not in ("ledge", "hand")]).mapped(
        lambda m: m.turned(y=_SIDE))
    scale = 0.88 * h / float(bust.bounds[1][1] - bust.bounds[0][1])
    flat = bust.mapped(lambda m: m.scaled(scale, scale, 0.05 * scale))
    low = flat.bounds[0]

    def hung(mesh: Mesh) -> Mesh:
        points = mesh.points - [0, low[1] + h / 2, low[2] - 0.006]
        return replace(mesh, points=np.clip(points, [-w / 2, -1, -1], [w / 2, 1, 1]))

    return [Part("silhouette", merge(hung(part.mesh) for part in flat.parts), "black")]
