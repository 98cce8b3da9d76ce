"""Stone, ice and high ground."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms.growth import globe, rods, unit
from worker.studio.scene.forms.trees import palm
from worker.studio.scene.mesh import Array, Mesh, columns, finished, lathe, merge, sheet, triples
from worker.studio.scene.model import Model, Part, Request, Rng, form


def boulder(rng: Rng, size: tuple[float, float, float], *, cuts: int = 16, crease: float = 85.0,
    sides: int = 32) -> Mesh:
    """A stone cut by planes with worn edges, that stands on y = 0."""
    blob = globe(sides)
    way = unit(blob.points)
    planes = _upward(rng, cuts)
    depth = rng.uniform(0.5, 0.8, cuts)
    reach = np.minimum(depth / np.maximum(way @ planes.T, 0.05), 1.5)
    worn = -np.log(np.exp(-30 * reach).sum(1) + math.exp(-30 * 1.2)) / 30
    points = way * worn[:, None] * np.array(size) / 1.6
    points[:, 1] = np.maximum(points[:, 1], -0.34 * size[1])
    return finished(points - [0, points[:, 1].min(), 0], blob.faces, crease=crease)


def _upward(rng: Rng, count: int) -> Array:
    """Directions of a stone's faces: few look down, so that it stands broadly."""
    planes = unit(rng.normal(size=(count, 3)))
    planes[:, 1] = np.where(planes[:, 1] < -0.25, -planes[:, 1], planes[:, 1])
    return planes


def facets(rng: Rng, size: tuple[float, float, float], *, cuts: int = 12) -> Mesh:
    """A block of clean flat faces, that stands on y = 0: the common part of half spaces."""
    planes = np.concatenate([_upward(rng, cuts), np.eye(3), -np.eye(3)])
    depth = np.concatenate([rng.uniform(0.5, 0.8, cuts), [1, 1, 1, 1, 0.54, 1]])
    points: list[Array] = []
    faces: list[tuple[int, int, int]] = []
    for k, plane in enumerate(planes):
        across = unit(np.cross(plane, np.eye(3)[np.argmin(np.abs(plane))]))
        along = np.cross(plane, across)
        face = plane * depth[k] + 3 * np.array([across, along, -across, -along])
        for other, far in zip(np.delete(planes, k, 0), np.delete(depth, k), strict=True):
            face = _clipped(face, face @ other - far)
        first = len(points)
        points += list(face)
        faces += [(first, first + j, first + j + 1) for j in range(1, len(face) - 1)]
    corners = np.array(points) * np.array(size) / 1.6
    return finished(corners - [0, corners[:, 1].min(), 0], faces, crease=10)


def _clipped(face: Array, over: Array) -> Array:
    """The part of a polygon (n, 3) where `over` (n,) is not positive."""
    if not (over > 0).any():
        return face
    kept = []
    for k in range(len(face)):
        a, b = over[k - 1], over[k]
        if (a > 0) != (b > 0):
            kept.append(face[k - 1] + (face[k] - face[k - 1]) * a / (a - b))
        if b <= 0:
            kept.append(face[k])
    return np.array(kept).reshape(-1, 3)


def relief(rng: Rng, x: Array, z: Array, *, octaves: int = 5, base: float = 0.5) -> Array:
    """Noise in 0..1 over a plane; ridged, it makes crests."""
    total, weight = np.zeros_like(x), 0.0
    for k in range(octaves):
        f, w = base * 2.0**k, 0.5**k
        a, b, c = rng.uniform(0, 6.28, 3)
        turn = rng.uniform(0, 3.14)
        u, v = x * math.cos(turn) - z * math.sin(turn), x * math.sin(turn) + z * math.cos(turn)
        n = 0.5 * (np.sin(f * 3.1 * u + a + 1.3 * np.sin(f * 2.3 * v + b)) + np.sin(f * 2.9 * v + c
            + 1.1 * np.sin(f * 1.9 * u + a)))
        total = total + w * (1 - np.abs(n))
        weight += w
    return np.asarray(total / weight)


def parted(mesh: Mesh, upper: NDArray[np.bool_]) -> tuple[Mesh, Mesh]:
    """A mesh in two by a mask of its faces: those in it, and the others."""
    return Mesh(mesh.points, mesh.faces[upper], mesh.normals, mesh.grain), Mesh(mesh.points,
        mesh.faces[~upper], mesh.normals, mesh.grain)


@form("rock", "element", 1.0, "rough, round, split")
def rock(ask: Request) -> Model:
    """A rock with broken faces."""
    size = (1.5 * ask.between(0.85, 1.15), 1.25 * ask.between(0.85, 1.1), 1.2)
    cuts = 30 if ask.pose == "round" else 14
    stone = boulder(ask.rng, size, cuts=cuts, sides=44)
    if ask.pose == "split":
        other = boulder(ask.rng, (0.9, 1.3, 1.1), cuts=15)
        stone = merge(stone.scaled(0.7, 1, 1).turned(z=9).moved(-0.45, 0, 0),
            other.turned(z=-12).moved(0.55, 0, 0))
    elif ask.pose != "round":
        chips = [facets(ask.rng, (s, 0.8 * s, s), cuts=12).moved(x, 0, z)
            for s, x, z in ((0.42, -0.78, 0.4), (0.28, 0.62, 0.62))]
        stone = merge(facets(ask.rng, size, cuts=20), *chips)
    parts = [Part("rock", stone, "main", pattern="mottle", repeat=4)]
    high = float(stone.points[:, 1].max())
    return Model.of(*parts, seat=(0, high * 0.96, 0))


@form("boulders", "element", 1.4, "heap")
def boulders(ask: Request) -> Model:
    """A heap of boulders, or a cairn of balanced stones."""
    rng = ask.rng
    places = triples("0 0 1500, -1150 150 1050, 1200 50 1150, 450 750 800, -600 850 650, "
        "1000 800 450, -1600 600 400")
    out = [boulder(rng, (s * 1.15, s * ask.between(0.75, 1.0), s), cuts=15).turned(y=ask.between(0,
        180)).moved(x, 0, z) for x, z, s in places]
    return Model.of(Part("stones", merge(out), "main", pattern="mottle", repeat=4),
        seat=(0, 1.2, 0))


@form("standing stone", "element", 3.0, "menhir")
def standing_stone(ask: Request) -> Model:
    """A menhir, a ring of stones, or a dolmen."""
    rng = ask.rng

    def slab(wide: float, high: float, thick: float) -> Mesh:
        return facets(rng, (wide * 1.2, high * 1.3, thick * 1.2), cuts=16).bent(lambda p: (p
            * columns(1 - 0.16 * p[:, 1] / high, 1 + 0 * p[:, 1], 1 - 0.1 * p[:, 1] / high)))

    stone = slab(1.15, 2.9, 0.8).turned(z=ask.between(-6, 6))
    parts = [Part("stone", stone, "main", pattern="mottle", repeat=3)]
    return Model.of(*parts)


@form("mountain", "element", 60.0, "peak")
def mountain(ask: Request) -> Model:
    """A mountain with ridges and, by attribute or seed, snow."""
    rng = ask.rng
    x, z = np.meshgrid(np.linspace(-1.5, 1.5, 110), np.linspace(-0.9, 0.9, 70), indexing="ij")
    rough = relief(rng, x, z, base=1.4, octaves=6)
    far = np.sqrt((x * 0.72) ** 2 + (z * 1.15) ** 2)
    peak = np.maximum(1 - far / 1.03, 0)
    high = peak**1.15 + (0.3 * np.maximum(1 - np.hypot(x - 0.75, z - 0.1) / 0.7, 0))
    grow = np.clip(high * 3, 0, 1)
    y = high * (0.5 + 0.8 * rough**1.5) + 0.07 * (rough - 0.5) * grow
    mesh = sheet(columns(x, 1.5 * np.maximum(y, 0), z)[:, ::-1], crease=38)
    y = mesh.points[:, 1]
    mesh, _ = parted(mesh, y[mesh.faces].max(1) > 0.015)
    middle = mesh.points[mesh.faces].mean(1)
    line = 0.56 * float(y.max()) + 0.12 * np.sin(9 * middle[:, 0] + 5
        * middle[:, 2]) * float(y.max())
    flat = np.abs(mesh.normals[mesh.faces].mean(1)[:, 1])
    snow, ground = parted(mesh, middle[:, 1] - 0.25 * (0.7 - flat) > line)
    parts = [Part("ground", ground, "main")]
    parts.append(Part("snow", snow, "snow"))
    size = 60 / float(y.max())
    return Model.of(*parts).mapped(lambda m: m.scaled(0.85 * size, size, 0.85 * size))


def _weathered(rng: Rng, body: Mesh, *, beds: float, depth: float) -> Mesh:
    """Rock in beds `beds` metres thick, each standing out more or less than the next."""
    x, y, z = body.points.T
    height = (y + 0.06 * x + 0.25 * beds * np.sin(0.5 * x / beds + z / beds)) / beds
    bed = np.floor(height)
    out = np.sin(bed * 12.9898 + rng.uniform(0, 6)) * (0.4 + 0.6 * np.sin(np.pi * (height - bed)))
    out = out + 1.6 * (relief(rng, x / beds, z / beds + 0.3 * y / beds, base=0.3) - 0.6)
    level = unit(body.normals * [1, 0.15, 1] + 1e-9)
    steep = np.clip(1.4 - 1.5 * np.abs(body.normals[:, 1]), 0.1, 1)
    return finished(body.points + (depth * out * steep)[:, None] * level, body.faces, crease=28)


@form("cliff", "element", 20.0, "headland")
def cliff(ask: Request) -> Model:
    """A headland in beds of rock, with turf on its top that falls away inland; an arch by pose."""
    rng = ask.rng
    clay = Clay(blend=1.2)
    for k in range(7):
        x = -13.0 + 3.4 * k
        wide = (6.6 - 0.55 * k) * ask.between(0.85, 1.1)
        top = min(6.5 + 3.6 * k, 21.0)
        clay.limb((x, -3, 0), (x + 0.2, top - wide, 0), wide * 1.15, wide, blend=3.0)
    for _ in range(15):
        x, near = ask.between(-9, 7.5), rng.choice([-1, 1, 1])
        stand = near * (4.9 - 0.2 * x) * 1.0 * ask.between(0.8, 1.0)
        clay.limb((x, -2, stand * 1.2), (x, ask.between(8, 16) + 0.4 * x, stand * 0.85),
            ask.between(1.3, 2.2), ask.between(0.7, 1.2))
    clay.hollow((-2, 77.6, 0), (90, 60, 90), blend=0.6)
    clay.hollow((0, -41, 0), (90, 41, 90), blend=0.05)
    body = _weathered(rng, clay.mesh(detail=66), beds=1.7, depth=0.55)
    face = body.points[body.faces].mean(1)
    green = (body.normals[body.faces].mean(1)[:, 1] > 0.66) & (face[:, 1] > 16 + 0.9 * face[:, 0])
    turf, wall = parted(body, green & (face[:, 1] > 4))
    stones = [boulder(rng, (s, s * 0.8, s), sides=22).moved(x, 0, z) for x, z, s in ((9, 4.5, 3),
        (11.5, 1, 2), (3, 7.5, 2), (-4, 8.5, 2.5), (-9, 8.5, 1.6))]
    rock = "main"
    return Model.of(Part("wall", wall, rock, "mottle", repeat=0.5), Part("turf", turf, "grass"),
        Part("stones", merge(stones), rock), seat=(4.5, 17.6, 2), inside=(3.6, 0, 0))


def _crag(ask: Request) -> list[tuple[float, float, float, float]]:
    """The great lumps of a crag about a cave: x, y, z, radius."""
    rows = [(-3.3, 0.5, -0.4, 1.7), (3.4, 0.3, -0.5, 1.8), (-2.1, 1.5, 0, 1.6), (2.2, 1.7, 0, 1.5)]
    rows += [(-1.0, 2.8, -0.1, 1.2), (0.6, 3.0, 0, 1.25), (1.9, 2.9, -0.7, 1.0),
        (0, 1.5, -1.6, 2.4)]
    rows += [(-4.6, 0, -0.8, 1.2), (4.9, 0, -0.9, 1.2), (-0.2, 3.6, -0.9, 0.9)]
    return [(x, y * ask.between(0.9, 1.1), z, r * ask.between(0.9, 1.1)) for x, y, z, r in rows]


@form("cave", "element", 4.0, "mouth")
def cave(ask: Request) -> Model:
    """The mouth of a cave under a crag; by attribute the sea runs into it."""
    rng = ask.rng
    clay = Clay(blend=0.5)
    for x, y, z, r in _crag(ask):
        clay.lump((x, y, z), (r * 1.15, r, r), blend=0.35)
    clay.hollow((0.1, 0.6, 1.6), (1.35, 1.9, 3.0), blend=0.3)
    clay.hollow((0.5, 0.3, 1.6), (1.6, 1.15, 2.8), blend=0.25)
    clay.hollow((0, -10, 0), (30, 10, 30), blend=0.02)
    body = _weathered(rng, clay.mesh(detail=60), beds=0.55, depth=0.17)
    p = body.points[body.faces].mean(1)
    mouth = ((p[:, 0] - 0.2) / 1.75) ** 2 + ((p[:, 1] - 0.5) / 2.1) ** 2 < 1.0
    deep, out = parted(body, mouth & (p[:, 2] < 1.55))
    stones = [boulder(rng, (s, s * 0.8, s), sides=22).turned(y=ask.between(0, 180)).moved(x, 0, z)
        for x, z,
        s in triples(
        "-2100 2000 1000, 2400 1900 1300, 1500 2500 500, -3300 1500 1400, 3600 1200 1500")]
    floor = lathe([(2.2, 0.0), (0.01, 0.02)], sides=24).moved(0, 0, 0.4)
    parts = [Part("rock", merge(out, *stones), "main", pattern="mottle", repeat=1.5),
        Part("inside", merge(deep, floor), "black")]
    return Model.of(*parts, inside=(0, 0, 0.9), seat=(0, 3.9, 0))


@form("volcano", "element", 50.0, "standing, erupting")
def volcano(ask: Request) -> Model:
    """A volcano with its crater and lava."""
    rng = ask.rng
    a, t = np.meshgrid(np.linspace(0, 2 * np.pi, 120), np.linspace(0, 1, 40), indexing="ij")
    rib = relief(rng, np.cos(a) * 1.2 + 0.1 * t, np.sin(a) * 1.2, base=1.6, octaves=4)
    rib[-1] = rib[0]
    r = (1.55 * (1 - t) ** 1.5 + 0.2) * (1 + 0.16 * (rib - 0.6) * (1 - 0.4 * t))
    y = t * (1 + 0.05 * np.sin(3 * a) * t)
    cone = sheet(columns(r * np.cos(a), y, r * np.sin(a)), crease=40)
    bowl = lathe([(0.21, 1.0), (0.16, 0.94), (0.01, 0.88)], sides=30)
    parts = [Part("cone", cone, "main"), Part("crater", bowl, "fire", glow=0.5)]
    flows = []
    for k in range(4):
        s = np.linspace(0.0, 0.62 - 0.1 * (k % 3), 20)
        b = 1.0 + 0.62 * k + 0.2 * np.sin(6 * s + k)
        rr = 1.55 * s**1.5 + 0.215 + 0.03 * s
        flows.append(columns(rr * np.cos(b), 1.01 - s, rr * np.sin(b)))
    parts.append(Part("lava", rods(np.array(flows), np.tile(np.linspace(0.045, 0.02, 20), (4, 1))),
        "fire", glow=0.6))
    burst = ask.pose == "erupting"
    if burst:
        way = unit(rng.normal(size=(26, 3)) * [1, 0.3, 1] + [0, 1.6, 0])
        s = np.linspace(0, 1, 8)[None, :, None]
        arcs = np.array([0, 0.98, 0]) + way[:, None] * s * 1.1 - np.array([0, 0.75, 0]) * s**2
        parts.append(Part("fountain", rods(arcs, np.tile(np.linspace(0.012, 0.026, 8), (26, 1))),
            "flame", glow=0.8))
    return Model.of(*parts).mapped(lambda m: m.scaled(50))


@form("island", "element", 12.0, "palm", where="water")
def island(ask: Request) -> Model:
    """A small island: sand and a palm, a rock in the sea, or woods."""
    rng = ask.rng
    a, t = np.meshgrid(np.linspace(0, 2 * np.pi, 70), np.linspace(0, 1, 18), indexing="ij")
    edge = 1 + 0.14 * np.sin(2 * a + 1) + 0.08 * np.sin(5 * a)
    shore = sheet(columns(6.5 * (1 - t) * edge * np.cos(a), 1.3 * t**0.7, 4 * (1 - t) * edge
        * np.sin(a)))
    surf = [columns(6.8 * e * edge[:, 0] * np.cos(a[:, 0]), 0.05 + 0 * a[:, 0], 4.2 * e * edge[:, 0]
        * np.sin(a[:, 0])) for e in (1.0, 1.12)]
    parts = [Part("surf", rods(np.array(surf), np.array([[0.16] * 70, [0.08] * 70])), "foam")]
    out = [*parts, Part("shore", shore, "main")]
    for x, z, size, pose in ((0.2, 0, 1.25, "leaning"), (-1.3, -0.5, 0.9, "leaning")):
        tree = palm(Request(rng, pose, frozenset()))
        out += [Part(p.name, p.mesh.scaled(size).moved(x, 1.1, z), "leaf" if p.material == "main"
            else p.material) for p in tree.parts]
    return Model.of(*out, seat=(1.8, 1.1, 1))


@form("iceberg", "element", 15.0, "peaked", where="water")
def iceberg(ask: Request) -> Model:
    """An iceberg of clean facets."""
    rng = ask.rng
    blocks = [facets(rng, (w, h, d), cuts=12).turned(y=t, z=lean).moved(x, 0, z) for x, z, w, h, d,
        t, lean in ((0, 0, 9, 22, 8, 20, 6), (-5, 0.5, 8, 13, 7, 50, 10), (5, 0.3, 9, 11, 7, 80,
        -8), (8.5, 1, 5, 5, 4, 10, 0), (-9, 1, 5, 4.5, 4, 40, 0))]
    cut = []
    for block in blocks:
        low = block.points.copy()
        low[:, 1] = np.maximum(low[:, 1], 0)
        cut.append(finished(low, block.faces, crease=12))
    return Model.of(Part("ice", merge(cut), "snow"), seat=(-5, 9, 0))
