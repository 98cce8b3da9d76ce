"""Pieces that built things share: pierced walls, roofs, arches, columns, bars, wheels.

Pieces stand on y = 0 and are centred in x and z unless they say otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from worker.studio.scene.clay import Clay
from worker.studio.scene.mesh import (Array, Mesh, box, columns, extrude, finished, lathe, loft,
    merge, triples, tube)
from worker.studio.scene.model import Model, Part, Request, make

Point = tuple[float, float, float]
Opening = tuple[float, float, float, float, str]
"""A hole in a wall: its middle, foot, width, height, and `flat`, `round` or `pointed`."""


class Kit:
    """Gathers meshes into parts: pieces alike in name and finish become one part."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, str, str, float, float], list[Mesh]] = {}

    def add(self, name: str, *meshes: Mesh, of: str = "main", pattern: str = "plain",
        other: str = "", repeat: float = 4.0, glow: float = 0.0) -> Kit:
        """Add pieces of the material `of`."""
        key = (name, of, pattern, other, repeat, glow)
        self._rows.setdefault(key, []).extend(meshes)
        return self

    def model(self, **anchors: Point) -> Model:
        """The model of everything gathered."""
        parts = [Part(k[0], merge(m), *k[1:]) for k, m in self._rows.items() if m]
        return Model(parts, anchors)


def blocks(rows: ArrayLike) -> Mesh:
    """Many plain boxes: rows of the middle of the foot x, y, z, and width, height, depth."""
    given = np.asarray(rows, dtype=np.float64).reshape(-1, 1, 6)
    corner = [(x, y, z) for y in (0, 1) for z in (-0.5, 0.5) for x in (-0.5, 0.5)]
    points = given[..., :3] + np.array(corner) * given[..., 3:]
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (1, 5, 7, 3), (3, 7, 6, 2), (2, 6, 4, 0)]
    one = np.array([t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))])
    faces = one + 8 * np.arange(len(given))[:, None, None]
    return finished(points.reshape(-1, 3), faces.reshape(-1, 3))


def bars(pairs: Sequence[Any] | Array, radius: float | tuple[float, float], *,
    sides: int = 6) -> Mesh:
    """Many straight round bars: rows of two ends (n, 2, 3); two radii make them taper."""
    ends = np.asarray(pairs, dtype=np.float64).reshape(-1, 2, 3)
    along = ends[:, 1] - ends[:, 0]
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    upright = np.abs(along[:, 1:2]) > 0.9
    across = np.cross(along, np.where(upright, [1.0, 0, 0], [0, 1.0, 0]))
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False) + np.pi / 4
    ring = np.cos(angle)[:, None] * across[:, None]
    ring = ring + np.sin(angle)[:, None] * np.cross(across, along)[:, None]
    sizes = np.broadcast_to(np.asarray(radius, dtype=np.float64), (2,))
    points = ends[:, :, None] + ring[:, None] * sizes[:, None, None]
    i = np.arange(sides)
    j = np.roll(i, -1)
    wall = [np.stack([i, j, j + sides], 1), np.stack([i, j + sides, i + sides], 1)]
    fan = i[1:-1]
    caps = [np.stack([fan * 0, i[2:], fan], 1), np.stack([fan * 0, fan, i[2:]], 1)]
    one = np.concatenate([*wall, caps[0], caps[1] + sides])
    faces = (one + 2 * sides * np.arange(len(ends))[:, None, None]).reshape(-1, 3)
    mesh = finished(points.reshape(-1, 3), faces, crease=50 if sides > 4 else 30)
    return Mesh(mesh.points, mesh.faces, mesh.normals, np.repeat(along, len(one) * 3, axis=0))


def tiers(*rings: tuple[float, float, float], crease: float = 30.0) -> Mesh:
    """A solid of rectangular sections (width, depth, height): blocks, hips, pyramids, plinths."""
    square = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
    layers = [np.column_stack([square[:, 0] * w, np.full(4, y), square[:, 1] * d]) for w, d,
        y in rings]
    return loft(layers, crease=crease)


def band(lower: ArrayLike, upper: ArrayLike, thick: float, *, crease: float = 35.0) -> Mesh:
    """A plate in the x-y plane between two curves (n, 2), centred on z = 0."""
    a, b = np.asarray(lower, dtype=np.float64), np.asarray(upper, dtype=np.float64)
    half = np.full((len(a), 1), thick / 2)
    corners = [np.hstack([a, half]), np.hstack([b, half]), np.hstack([b, -half]),
        np.hstack([a, -half])]
    return loft(list(np.stack(corners, 1)), crease=crease)


def arc(width: float, kind: str = "round", *, samples: int = 13) -> Array:
    """The curve of an arch from its left spring (-width / 2, 0) to the right one."""
    if kind == "round":
        angle = np.linspace(np.pi, 0, samples)
        return np.column_stack([np.cos(angle), np.sin(angle)]) * width / 2
    angle = np.linspace(np.pi, 2 * np.pi / 3, samples // 2 + 1)
    left = np.column_stack([np.cos(angle) + 0.5, np.sin(angle)]) * width
    return np.concatenate([left, left[-2::-1] * [-1, 1]])


def rise_of(width: float, kind: str) -> float:
    """How high an arch of this kind rises over its springs."""
    return {"flat": 0.0, "round": 0.5, "pointed": 0.866}[kind] * width


def archway(width: float, height: float, ring: float, depth: float, kind: str = "round") -> Mesh:
    """A free-standing moulding round an opening: two posts and the arch over them."""
    spring = height - rise_of(width, kind)
    rows = [(s * (width + ring) / 2, 0, 0, ring, spring, depth) for s in (-1, 1)]
    if kind == "flat":
        return blocks([*rows, (0, height, 0, width + 2 * ring, ring, depth)])
    inner, outer = arc(width, kind), arc(width + 2 * ring, kind)
    return merge(blocks(rows), band(inner, outer, depth).moved(y=spring))


def pierced(width: float, height: float, thick: float, openings: Sequence[Opening], *,
    top: ArrayLike = ()) -> Mesh:
    """A wall in the x-y plane with real holes in it, centred on z = 0.

    `top` are heights of a broken upper edge, evenly from left to right.
    """
    ruin = np.asarray(top, dtype=np.float64)
    edges = {-width / 2, width / 2, *np.linspace(-width / 2, width / 2, len(ruin) + 1).tolist()}
    for x, _, w, _, _ in openings:
        edges |= {x - w / 2, x + w / 2}
    rows = []
    for a, b in pairwise(sorted(edges)):
        middle, low = (a + b) / 2, 0.0
        high = height
        if len(ruin):
            high = float(ruin[min(int((middle / width + 0.5) * len(ruin)), len(ruin) - 1)])
        for foot, head in sorted((y, y + h) for x, y, w, h, _ in openings if abs(middle - x) < w
            / 2):
            rows.append((middle, low, 0, b - a, min(foot, high) - low, thick))
            low = head
        rows.append((middle, low, 0, b - a, high - low, thick))
    pieces = [blocks([r for r in rows if r[4] > 1e-4 and r[3] > 1e-4])]
    for x, y, w, h, kind in openings:
        if kind != "flat":
            curve = arc(w, kind) + np.array([x, y + h - rise_of(w, kind)])
            flat = np.column_stack([curve[:, 0], np.full(len(curve), y + h + 1e-3)])
            pieces.append(band(curve, flat, thick))
    return merge(pieces)


def row(count: int, span: float, foot: float, width: float, height: float,
    kind: str = "flat") -> list[Opening]:
    """Equal openings side by side over a span about x = 0."""
    at = (np.arange(count) + 0.5) / count * span - span / 2
    return [(float(x), foot, width, height, kind) for x in at]


def frames(openings: Sequence[Opening], *, bar: float = 0.07, panes: int = 2) -> Mesh:
    """Sashes of flat windows, in the plane z = 0: an outer frame, a mullion and cross bars."""
    rows = []
    for x, y, w, h, _ in openings:
        rows += [(x + s * w / 2, y, 0, bar, h, bar) for s in (-1, 0, 1)]
        rows += [(x, y + h * k / panes - bar / 2, 0, w, bar, bar) for k in range(panes + 1)]
    return blocks(rows)


def sills(openings: Sequence[Opening], *, out: float = 0.18, lintel: bool = True) -> Mesh:
    """Sills and lintels that stand out of the plane z = 0."""
    rows = [(x, y - 0.16, 0, w + 0.4, 0.16, 2 * out) for x, y, w, h, _ in openings]
    if lintel:
        rows += [(x, y + h, 0, w + 0.3, 0.22, 1.4 * out) for x, y, w, h, _ in openings]
    return blocks(rows)


def shell(width: float, height: float, depth: float, front: Sequence[Opening],
    side: Sequence[Opening] = (), *, thick: float = 0.35) -> Mesh:
    """Four pierced walls; the back is as the front."""
    face = pierced(width, height, thick, front)
    flank = pierced(depth, height, thick, side).turned(y=90)
    z, x = (depth - thick) / 2, (width - thick) / 2
    return merge(face.moved(z=z), face.moved(z=-z), flank.moved(x=x), flank.moved(x=-x))


def core(width: float, height: float, depth: float, *, thick: float = 0.35) -> Mesh:
    """The dark inside of a shell, seen through its openings."""
    return box(width - 2 * thick, height - 0.05, depth - 2 * thick)


def gabled(width: float, depth: float, rise: float, *, over: float = 0.4,
    thick: float = 0.25) -> Mesh:
    """A roof with its ridge along x and its eaves' underside at y = 0 over the walls."""
    z, drop = depth / 2 + over, -over * rise / (depth / 2)
    lower = np.array([(-z, drop), (0, rise), (z, drop)])
    return band(lower, lower + np.array([0, thick]), width + 2 * over).turned(y=90).grained(0, 1, 0)


def gable(depth: float, rise: float, thick: float) -> Mesh:
    """The triangle of wall under a gabled roof, in the x-y plane."""
    return extrude([(-depth / 2, 0), (depth / 2, 0), (0, rise)], thick)


def hipped(width: float, depth: float, rise: float, *, over: float = 0.4,
    thick: float = 0.2) -> Mesh:
    """A roof that slopes on four sides."""
    w, d = width + 2 * over, depth + 2 * over
    ridge = (max(w - d, 0.02), 0.02) if w >= d else (0.02, d - w)
    return tiers((w, d, -thick), (w, d, 0), (*ridge, rise)).grained(0, 1, 0)


def chimney(height: float, width: float = 0.7) -> Mesh:
    """A stack with a collar and two pots."""
    w, d = width, width * 0.75
    stack = tiers((w, d, 0), (w, d, height), (w * 1.25, d * 1.25, height), crease=20)
    cap = tiers((w * 1.25, d * 1.25, height), (w * 1.25, d * 1.25, height + 0.15))
    pot = lathe([(w * 0.17, 0), (w * 0.14, w * 0.7), (w * 0.1, w * 0.7)], sides=10)
    pots = [pot.moved(x=s * w * 0.28, y=height + 0.15) for s in (-1, 1)]
    return merge(stack, cap, *pots)


def column(height: float, radius: float, *, fluted: bool = True, broken: float = 0.0) -> Mesh:
    """A column on its plinth, with capital and abacus; `broken` keeps that share of its shaft."""
    r, plinth, cap = radius, radius * 0.5, radius * 1.1
    base = lathe([(r * 1.3, plinth), (r * 1.38, plinth + r * 0.2), (r * 1.1, plinth + r * 0.5)],
        sides=24)
    low, high = plinth + r * 0.45, height - cap
    share = np.linspace(0, 1, 6) if not broken else np.linspace(0, broken, 4)
    angle = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    groove = np.where(np.arange(32) % 2, 1.0, 0.91) if fluted else np.ones(32)
    rings = []
    for t in share:
        size = r * (1 - 0.16 * t * t) * groove
        y = low + (high - low) * t + np.zeros(32)
        if broken and t == share[-1]:
            y = y + r * 0.9 * np.cos(angle + 0.6) + r * 0.25 * np.cos(angle * 3)
        rings.append(columns(np.cos(angle) * size, y, np.sin(angle) * size))
    shaft = loft(rings, crease=25).grained(0, 1, 0)
    pieces = [box(r * 2.9, plinth, r * 2.9), base, shaft]
    if not broken:
        bell = [(r * 0.84, high), (r * 0.95, high + cap * 0.1), (r * 1.25, high + cap * 0.6)]
        pieces += [lathe(bell, sides=24), box(r * 2.7, cap * 0.4, r * 2.7).moved(y=high + cap
            * 0.6)]
    return merge(pieces)


def entablature(width: float, height: float, depth: float) -> Mesh:
    """The beam over columns: architrave, frieze, and a cornice that stands out."""
    h, out = height, height * 0.5
    return tiers((width, depth, 0), (width, depth, h * 0.4), (width + out * 0.2, depth + out * 0.2,
        h * 0.4), (width, depth, h * 0.45), (width, depth, h * 0.75), (width + out, depth + out, h
        * 0.85), (width + out, depth + out, h))


def pediment(width: float, rise: float, depth: float) -> Mesh:
    """A low gable with a sunk field and raking cornices, facing z."""
    line = np.array([(-width / 2, 0), (0, rise), (width / 2, 0)])
    rim = band(line - [0, rise * 0.2], line + np.array([0, rise * 0.08]), depth)
    return merge(extrude([*line, (0, -0.01)], depth * 0.9), rim.moved(y=rise * 0.1))


def stairs(steps: int, width: float, rise: float, run: float) -> Mesh:
    """Steps that climb towards -z, the lowest edge at z = 0."""
    return blocks([(0, k * rise, -(steps + k) * run / 2, width, rise, (steps - k) * run)
        for k in range(steps)])


def podium(steps: int, width: float, depth: float, rise: float, run: float) -> Mesh:
    """Steps all round; `width` and `depth` are those of the top."""
    return blocks([(0, k * rise, 0, width + 2 * run * (steps - 1 - k), rise, depth + 2 * run
        * (steps - 1 - k)) for k in range(steps)])


def crenels(width: float, depth: float, tooth: float, thick: float) -> Mesh:
    """Battlements round a rectangle."""
    rows = []
    for length, other, flip in ((width, depth, False), (depth, width, True)):
        count = max(int(length / tooth / 2), 2)
        for x in np.linspace(-length / 2 + tooth / 2, length / 2 - tooth / 2, count):
            for side in (-1, 1):
                z = side * (other - thick) / 2
                rows.append((z, 0, x, thick, tooth, tooth) if flip else (x, 0, z, tooth, tooth,
                    thick))
    return blocks(rows)


def crenel_ring(radius: float, count: int, tooth: float) -> Mesh:
    """Battlements round a circle."""
    one = box(np.pi * radius / count * 1.05, tooth, tooth * 0.7).moved(z=radius - tooth * 0.35)
    return merge(one.turned(y=360 * k / count) for k in range(count))


def dome(radius: float, height: float, *, ribs: int = 0, sides: int = 40) -> Mesh:
    """A cupola that starts at y = 0; ribs stand out along it."""
    angle = np.linspace(0, np.pi / 2 - 0.02, 14)
    profile = np.column_stack([radius * np.cos(angle), height * np.sin(angle)])
    body = lathe(profile, sides=sides)
    if not ribs:
        return body
    line = np.column_stack([profile, np.zeros(14)])
    rib = tube(line, radius * 0.025, sides=6)
    return merge(body, *(rib.turned(y=360 * k / ribs) for k in range(ribs)))


def ring(radius: float, thick: float, *, sides: int = 36) -> Mesh:
    """A round ring that lies in the x-y plane about the origin (an upright wheel's tyre)."""
    angle = np.linspace(0, 2 * np.pi, sides + 1)
    line = np.column_stack([np.cos(angle), np.sin(angle), angle * 0]) * radius
    return tube(line, thick, sides=8)


def hoop(inner: float, outer: float, thick: float) -> Mesh:
    """A flat ring in the x-y plane about the origin."""
    angle = np.linspace(0, 2 * np.pi, 41)
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    return band(circle * inner, circle * outer, thick)


def wheel(radius: float, *, spokes: int = 10, rim: float = 0.1, thick: float = 0.08) -> Mesh:
    """A spoked wheel in the x-y plane about the origin; `rim` is a share of the radius."""
    r, t = radius, thick / 2
    inner = r * (1 - rim)
    rim_ = hoop(inner, r, thick)
    hub = lathe([(r * 0.1, -t * 2), (r * 0.15, -t * 1.4), (r * 0.15, t * 1.4), (r * 0.1, t * 2)],
        sides=14)
    angle = np.linspace(0, 2 * np.pi, spokes, endpoint=False)
    out = columns(np.cos(angle), np.sin(angle), angle * 0)
    rods = bars(np.stack([out * r * 0.1, out * inner * 1.02], 1), (r * 0.045, r * 0.035))
    return merge(rim_, hub.turned(x=90), rods)


def swept(stations: ArrayLike, *, power: float = 2.0, sides: int = 28, crease: float = 50) -> Mesh:
    """A body along x: rows of x, the middle's height, half height and half width.

    `power` 2 makes round sections, 4 and more rounded boxes.
    """
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    c, s = np.cos(angle), np.sin(angle)
    y = np.sign(s) * np.abs(s) ** (2 / power)
    z = np.sign(c) * np.abs(c) ** (2 / power)
    rings = [columns(x, middle + y * tall, z * wide) for x, middle, tall,
        wide in np.asarray(stations, dtype=np.float64)]
    return loft(rings, crease=crease).grained(1, 0, 0)


def lathed(profile: ArrayLike, *, sides: int = 28, at: Point = (0, 0, 0)) -> Mesh:
    """A turned piece moved to its place."""
    return lathe(profile, sides=sides).moved(*at)


def rubble(ask: Request, count: int, spread: Point, size: float) -> Mesh:
    """Tumbled blocks within half-widths `spread` (x, least distance, z)."""
    pieces = []
    for _ in range(count):
        w = size * ask.between(0.5, 1.2)
        block = box(w * 1.3, w * 0.7, w, bevel=w * 0.1)
        turn = block.turned(x=ask.between(-25, 25), y=ask.between(0, 180), z=ask.between(-20, 20))
        x, z = ask.between(-spread[0], spread[0]), ask.between(spread[1], spread[2])
        pieces.append(turn.moved(x, w * 0.1, z))
    return merge(pieces)


def carved(ask: Request, height: float, pose: str, *attributes: str) -> Mesh:
    """Somebody as a sculptor carves a body: one piece, without lashes or pupils."""
    person = make("person", Request(ask.rng, pose, frozenset(attributes)))
    whole = merge(p.mesh for p in person.parts if p.name not in _NOT_CARVED)
    tall = float(whole.bounds[1][1])
    return whole.coarser(0.006 * tall).scaled(height / tall)


_NOT_CARVED = ("irises", "pupils", "lashes", "mouth", "arms", "legs")


def figure(height: float, *, raised: bool = False, detail: int = 56) -> Mesh:
    """A standing draped figure as a sculptor roughs it out."""
    h = height
    body = Clay(blend=0.06 * h)
    body.chain([(0, 0.0, 0), (0, 0.35 * h, 0), (0, 0.62 * h, 0.01 * h)], [0.15 * h, 0.11 * h, 0.08
        * h], flat=0.75)
    body.chain([(0, 0.62 * h, 0), (0, 0.8 * h, 0)], [0.08 * h, 0.105 * h], flat=0.7)
    body.limb((0, 0.84 * h, 0), (0, 0.88 * h, 0), 0.04 * h).lump((0, 0.94 * h, 0.01 * h),
        (0.055 * h, 0.07 * h, 0.062 * h), blend=0.02 * h)
    body.chain([(-0.11 * h, 0.8 * h, 0), (-0.15 * h, 0.62 * h, 0.02 * h), (-0.06 * h, 0.55 * h, 0.11
        * h)], [0.04 * h, 0.033 * h, 0.028 * h], blend=0.03 * h)
    arm = [(0.11 * h, 0.8 * h, 0), (0.16 * h, 0.62 * h, 0), (0.15 * h, 0.46 * h, 0.05 * h)]
    if raised:
        arm = triples("110 810 0, 200 930 20, 210 1100 40", h, h, h)
    body.chain(arm, [0.04 * h, 0.034 * h, 0.028 * h], blend=0.03 * h)
    for x, turn in ((-0.06, 0.02), (0.02, 0.03), (0.08, -0.01)):
        body.limb((x * h, 0.0, 0.1 * h), ((x * 0.5 + turn) * h, 0.6 * h, 0.05 * h), 0.035 * h, 0.02
            * h)
    return body.mesh(detail=detail)
