"""Cloth that hangs from a figure: skirts, robes and cloaks."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from worker.studio.scene.body.cloth import Cover, tights
from worker.studio.scene.body.rig import Figure, frame, unit
from worker.studio.scene.mesh import Array, Mesh, columns, sheet
from worker.studio.scene.model import Rng

Balls = tuple[Array, Array]
"""Centres (n, 3) and radii (n,): what cloth hangs around."""


def drape(balls: Balls, top: float, hem: float, rng: Rng, *, flare: float = 0.1,
    folds: float = 0.03, count: int = 11, opening: tuple[float, float] | None = None,
    flies: ArrayLike = (0.0, 0.0, 0.0), ragged: float = 0.0, levels: int = 16) -> Mesh:
    """Cloth that hangs around balls (centre, radius) from the height `top` down to `hem`.

    At each height it goes round all that is at or above: the hull of the balls, which nothing
    tucks in again. `flare` is how far the hem stands off, `folds` how deep it folds there.
    `opening` is the front's gap, as angles from and to, in turns from +x towards +z; `ragged` tears
    the hem.
    """
    start, end = (0.0, 1.0) if opening is None else (opening[1], opening[0] + 1.0)
    sides = 88
    angle = np.linspace(start, end, sides + 1) * 2 * np.pi
    out = columns(np.cos(angle), np.sin(angle))
    centres, radii = balls
    phase, wobble = rng.uniform(0, 6.28, 2), rng.uniform(0.5, 1.0, 3)
    wave = np.sin(count * angle + phase[0] + wobble[0] * np.sin(2 * angle + phase[1]))
    wave = wave * (0.75 + 0.25 * np.sin(3 * angle + phase[1])) - 0.25 * np.cos(2 * count * angle)
    tears = np.convolve(rng.uniform(-1, 2, sides + 3), [0.3, 0.4, 0.3], "valid") if ragged else 0.0
    rows = []
    for level in np.linspace(0, 1, levels):
        y = top + (hem - top) * level
        support = _hull(centres, radii, y, out)
        support = _soft(support, closed=opening is None)
        slope = _slope(support, angle, closed=opening is None)
        ring = support[:, None] * out + slope[:, None] * columns(-out[:, 1], out[:, 0])
        off = flare * level**1.4 + folds * wave * min(1.0, level * 1.6) ** 1.2
        ring = ring + out * off[:, None]
        lift = np.array(flies) * level**2
        torn = y + ragged * level**4 * tears
        rows.append(np.column_stack([ring[:, 0], torn + 0 * angle, ring[:, 1]]) + lift)
    grid = np.stack(rows)
    if opening is None:
        grid[:, -1] = grid[:, 0]
    mesh = sheet(grid[:, ::-1]).grained(0.0, 1.0, 0.0)
    if opening is None:
        normals = mesh.normals.reshape(grid.shape)
        seam = normals[:, 0] + normals[:, -1]
        normals[:, 0] = normals[:, -1] = seam / np.linalg.norm(seam, axis=1, keepdims=True)
    return mesh


def _hull(centres: Array, radii: Array, y: float, out: Array) -> Array:
    """How far the balls at or above a height reach in each direction."""
    seen = np.clip((centres[:, 1] - y) / np.maximum(radii, 1e-6) + 1.0, 0.0, 1.0)
    reach = np.where(seen > 0, radii * np.sqrt(1 - (1 - seen) ** 2), -9.0)
    return np.asarray((centres[:, [0, 2]] @ out.T + reach[:, None]).max(0))


def _soft(values: Array, *, closed: bool) -> Array:
    kernel = np.hanning(13)
    kernel /= kernel.sum()
    if closed:
        ring = values[:-1]
        smooth = np.convolve(np.concatenate([ring[-6:], ring, ring[:6]]), kernel, "valid")
        return np.asarray(np.concatenate([smooth, smooth[:1]]))
    return np.asarray(np.convolve(np.pad(values, 6, mode="edge"), kernel, "valid"))


def _slope(values: Array, angle: Array, *, closed: bool) -> Array:
    if not closed:
        return np.asarray(np.gradient(values, angle))
    ring = np.concatenate([values[-2:-1], values, values[1:2]])
    return np.asarray(np.gradient(ring, angle[1] - angle[0])[1:-1])


def line(start: Array, end: Array, radius: float, end_radius: float) -> Balls:
    """Balls along a limb."""
    steps = np.linspace(0, 1, 7)[:, None]
    return start + (end - start) * steps, radius + (end_radius - radius) * steps[:, 0]


def joined(*given: Balls) -> Balls:
    """Several lots of balls as one."""
    return np.concatenate([one[0] for one in given]), np.concatenate([one[1] for one in given])


def low_balls(cover: Cover, ease: float, reach: float = 2.0) -> Balls:
    """The hips and legs down to a share of these, for a skirt."""
    weave = tights()
    mine = (weave.arm < 0) & (weave.base[:, 1] < 2.3) & (weave.leg < reach)
    points = cover.points[mine][::3]
    return points, np.full(len(points), ease)


def high_balls(cover: Cover, ease: float) -> Balls:
    """The trunk and upper arms, for a cloak."""
    weave = tights()
    mine = (weave.leg < 0) & (weave.base[:, 1] > 1.0) & (weave.arm < 0.9)
    points = cover.points[mine][::3]
    return points, np.full(len(points), ease)


def drape_figure(figure: Figure, balls: Balls, length: float, rng: Rng, *,
    flare: float = 0.1, folds: float = 0.03, count: int = 11, opening: tuple[float,
    float] | None = None, ragged: float = 0.0, high: bool = False) -> Mesh:
    """`drape` from the waist, or the neck if `high`, the way that the figure's cloth hangs."""
    s, pose = figure.build.scale, figure.pose
    legs = unit((figure.ankles[0] + figure.ankles[1]) / 2 - figure.hips)
    up = unit(np.array([0.0, 1.0, 0.0]) * (1 - pose.hang) - legs * pose.hang)
    base = frame(up, np.array(pose.front)) if pose.hang else np.eye(3)
    root = figure.neck if high else figure.waist
    origin = np.array([root[0], 0.0, root[2]]) if not pose.hang else root
    local = ((balls[0] - origin) @ base, balls[1])
    top = float((root - origin) @ base[:, 1]) + (0.05 * s if high else 0.0)
    hem = top - length * s if pose.hang else max(top - length * s, 0.015)
    flare = flare * (1 - 0.65 * pose.hang)
    flies = np.array(pose.flies) * min(length / 0.5, 1.0) ** 2
    cloth = drape(local, top, hem, rng, flare=flare * s, folds=folds * s, count=count,
        opening=opening, flies=(flies * s) @ base, ragged=ragged * s)
    points = cloth.points @ base.T + origin
    points[:, 1] = np.maximum(points[:, 1], 0.01)
    return cloth.bent(lambda _: points)
