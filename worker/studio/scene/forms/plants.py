"""Lesser plants: bushes, boughs, reeds, ferns, corn, mushrooms."""

from __future__ import annotations

import math

import numpy as np

from worker.studio.scene.forms.growth import Wood, cards, clumps, leaves, rods, unit
from worker.studio.scene.mesh import (Array, Mesh, ball, box, columns, lathe, merge, pairs, sheet,
    spline, triples, tube)
from worker.studio.scene.model import Model, Part, Request, form


def blade(length: float, width: float, *, fold: float = 0.3, bend: float = 0.4, wave: float = 0.0,
    lobes: int = 0) -> Mesh:
    """A leaf from the origin up along y, facing +z: folded along its rib and bent back."""
    grid = (16, 9) if lobes else (11, 7)
    u, v = np.meshgrid(np.linspace(0, 1, grid[0]), np.linspace(-1, 1, grid[1]), indexing="ij")
    half = width / 2 * np.sin(np.pi * (0.04 + 0.95 * u) ** 0.8)
    if lobes:
        half = half * (1 + 0.3 * np.cos(u * 2 * np.pi * lobes))
    angle = bend * u
    curve = bend or 1e-3
    y, z = length * np.sin(angle) / curve, -length * (1 - np.cos(angle)) / curve
    ripple = wave * width * np.cos(u * 14) * v**2
    return sheet(columns(half * v, y, z + fold * half * np.abs(v) + ripple)).grained(0, 1, 0)


def sprig(path: Array, count: int, leaf: Mesh, rng: np.random.Generator, *,
    open_: float = 46.0) -> Mesh:
    """Leaves in turn to left and right along a stem in the x-y plane."""
    line = spline(path, count)
    step = unit(np.gradient(line, axis=0))
    out = []
    for i in range(1, count):
        heading = math.degrees(math.atan2(step[i, 1], step[i, 0])) - 90
        turn = heading + (open_ if i % 2 else -open_) * rng.uniform(0.8, 1.2) * (1 if i < count - 1
            else 0.1)
        one = (leaf.scaled(rng.uniform(0.8, 1.1) * (1 - 0.3 * i / count)).turned(x=rng.uniform(-24,
            12), y=rng.uniform(-36, 36)).turned(z=turn))
        out.append(one.moved(*line[i]))
    return merge(out)


@form("bush", "plant", 1.2, "round, hedge, topiary")
def bush(ask: Request) -> Model:
    """A bush, a clipped hedge, or a topiary of balls."""
    rng = ask.rng
    if ask.pose == "hedge":
        body = box(3.0, 1.1, 0.8, bevel=0.08)
        n = 2600
        side = rng.integers(0, 3, n)
        spot = rng.uniform(-1, 1, (n, 3)) * [1.5, 0.55, 0.4]
        normal = np.eye(3)[side] * np.where(rng.random((n, 1)) < 0.5, -1, 1)
        spot = np.where(np.abs(normal) > 0, normal * [1.5, 0.55, 0.4], spot) + np.array([0, 0.55,
            0])
        made = [Part("body", body, "main", pattern="mottle", repeat=6),
            Part("leaves", cards(spot, normal + rng.normal(size=(n, 3)), normal, 0.11, 0.6))]
        return Model.of(*made)
    if ask.pose == "topiary":
        at = np.array([(0, 0.75, 0), (0, 1.45, 0), (0, 1.95, 0)])
        radii = np.array([[0.42] * 3, [0.3] * 3, [0.19] * 3])
        stem = tube([(0, 0, 0), (0, 1.9, 0)], 0.04)
        tub = lathe(pairs("200 0, 260 300, 280 300, 280 340, 200 340, 20 300"))
        made = [Part("stem", stem, "bark"), Part("tub", tub, "second")]
        cover = 2400
        bumps = 0.03
    else:
        n = 13
        a = 2.4 * np.arange(n)
        r = 0.5 * np.sqrt((np.arange(n) + 0.5) / n)
        at = columns(r * 1.25 * np.cos(a), 0.82 - 0.85 * r + rng.uniform(-0.06, 0.1, n), r
            * np.sin(a))
        radii = rng.uniform(0.24, 0.36, (n, 1)) * np.array([1, 0.9, 1])
        made = [Part("twigs", rods(np.linspace(np.zeros((n, 3)), at, 5).transpose(1, 0, 2),
            np.full((n, 5), 0.016)), "bark")]
        cover, bumps = 3600, 0.14
    made += [Part("masses", clumps(at, radii * 0.92, rng, bumps=bumps)),
        Part("leaves", leaves(at, radii, rng, count=cover, leaf=0.085))]
    return Model.of(*made)


@form("branch", "plant", 0.6, "laurel, olive, blossom", where="table")
def branch(ask: Request) -> Model:
    """A cut bough of laurel, olive, oak or blossom."""
    rng, pose = ask.rng, ask.pose or "laurel"
    path = np.array(triples("-420 -100 0, -180 20 30, 100 60 0, 420 200 -20"))
    stem = tube(path, [0.014, 0.011, 0.008, 0.004], samples=24, sides=8)
    if pose == "blossom":
        wood = Wood(rng, spread=38, rise=0.1, wander=0.22, levels=3, shrink=0.66)
        for i in (3, 6, 9, 12, 15, 18):
            at = spline(path, 20)[i]
            wood.grow(at, np.array([0.5, 0.9 if i % 2 else -0.35, 0.3]), 0.2, 0.008, 1)
        twigs = rods(np.array(wood.paths), np.array(wood.radii) * 0 + np.linspace(0.007, 0.0025, 7),
            sides=6)
        parts = [Part("wood", merge(stem, twigs), "bark")]
        if pose == "blossom":
            spots = np.array(wood.tips)
            spots = np.concatenate([spots, np.array(wood.paths)[:, 3]])[:56]
            parts += [Part("petals", _blossoms(spots, rng), "main"),
                Part("hearts", merge(ball(0.007, sides=6).moved(*(s + np.array([0, 0, 0.008])))
                for s in spots), "yellow")]
        return Model.of(*parts)
    shape = {"laurel": (0.2, 0.066, 0), "olive": (0.15, 0.034, 0)}[pose]
    leaf = blade(shape[0], shape[1], lobes=int(shape[2]), fold=0.25)
    count = {"laurel": 24, "olive": 32}[pose]
    parts = [Part("leaves", sprig(path, count, leaf, rng)), Part("wood", stem, "bark")]
    if pose == "olive":
        fruit = [ball((0.014, 0.02, 0.014), sides=12).moved(*(p + np.array([0.01, -0.035, 0.02])))
            for p in spline(path, 16)[2::3]]
        parts.append(Part("fruit", merge(fruit), "second"))
    return Model.of(*parts)


def _blossoms(spots: Array, rng: np.random.Generator) -> Mesh:
    """Five-petalled blossoms at points."""
    n = len(spots)
    face = unit(rng.normal(size=(n, 3)) * 0.5 + [0, 0.25, 1])
    side = unit(np.cross(face, [0.1, 1, 0.2]))
    other = np.cross(face, side)
    out = []
    for k in range(5):
        a = 6.283 * k / 5
        way = side * math.cos(a) + other * math.sin(a) + face * 0.25
        out.append(cards(spots, way, face, 0.034 * rng.uniform(0.8, 1.2, n), 0.95))
    return merge(out)


@form("cactus", "plant", 2.5, "saguaro")
def cactus(ask: Request) -> Model:
    """A ribbed cactus with arms, or a round one."""

    def ribbed(line: Array, radius: float, dome: float = 0.16) -> Mesh:
        path = spline(line, 26)
        t = np.linspace(0, 1, 26) ** (0.6 if dome > 0.5 else 1.0)
        path = np.stack([np.interp(t, np.linspace(0, 1, 26), path[:, i]) for i in range(3)], 1)
        fall = np.maximum(t - 1 + dome, 0) / dome
        grow = radius * np.sqrt(np.maximum(1 - fall**2, 0.003)) * np.minimum(0.85 + t, 1)
        points = rods(path[None], grow[None], sides=44).points.reshape(26, 44, 3)
        middle = points.mean(1, keepdims=True)
        ridge = (1 + 0.1 * np.cos(np.arange(44) * 2 * np.pi / 4))[None, :, None]
        rings = middle + (points - middle) * ridge
        return sheet(np.concatenate([rings, rings[:, :1]], 1)[:, ::-1])

    arms = [ribbed(np.array([(0, 0, 0), (0.02, 1.1, 0), (0, 2.4, 0)]), 0.2)]
    for side, y, reach in ((1, 0.95, 0.85), (-1, 1.25, 0.7)):
        x = ask.between(0.44, 0.56) * side
        arms.append(ribbed(np.array([(0, y, 0), (0.6 * x, y + 0.02, 0), (x, y + 0.22, 0),
            (x * 1.04, y + reach, 0)]), 0.125))
    parts = [Part("body", merge(arms))]
    return Model.of(*parts)


@form("fern", "plant", 0.6)
def fern(ask: Request) -> Model:
    """A fern: arching fronds of leaflets, and a furled crook."""
    ribs, at, way, up, size = [], [], [], [], []
    for k in range(13):
        a = 2.39996 * k
        out = np.array([math.cos(a), 0, math.sin(a)])
        reach = ask.between(0.36, 0.52)
        rib = spline(np.array([0 * out, 0.25 * reach * out + [0, 0.3, 0], 0.7 * reach * out
            + [0, 0.46, 0], 1.35 * reach * out + [0, 0.28 - 0.012 * k, 0]]), 24)
        ribs.append(rib)
        step = unit(np.gradient(rib, axis=0))
        side = unit(np.cross(step, [0, 1, 0]))
        for z in (-1, 1):
            at.append(rib[4:])
            way.append(step[4:] * 0.3 + side[4:] * z)
            up.append(unit(np.array([0, 1, 0]) + 0.3 * z * side[4:]))
            size.append(0.17 * np.sin(np.linspace(0.5, 3.08, 20)) + 0.012)
    leaf = cards(np.concatenate(at), np.concatenate(way), np.concatenate(up), np.concatenate(size),
        0.26)
    t = np.linspace(0, 9, 40)
    r = 0.055 * np.exp(-0.16 * t)
    crook = columns(0.04 - r * np.cos(t), 0.42 + r * np.sin(t), 0 * t)
    furl = tube(np.vstack([[(0, 0, 0), (-0.02, 0.2, 0)], crook]), 0.012, samples=60, sides=7)
    return Model.of(Part("leaves", leaf),
        Part("ribs", rods(np.array(ribs), np.tile(np.linspace(0.008, 0.002, 24), (13, 1)), sides=5),
        "leaf"), Part("crook", furl, "main"))


def _grass(ask: Request, count: int, height: float, spread: float, width: float,
    lean: float) -> Mesh:
    """Blades that arch out of a tuft."""
    rng = ask.rng
    root = rng.normal(size=(count, 3)) * [spread, 0, spread * 0.7]
    out = unit(rng.normal(size=(count, 3)) * [1, 0, 1] + root / max(spread, 1e-6) * 0.6
        + [0.3, 0, 0])
    tall = height * rng.uniform(0.55, 1.1, (count, 1))
    s = np.linspace(0, 1, 7)[None, :, None]
    bend = lean * rng.uniform(0.4, 1.2, (count, 1))
    line = (root[:, None] + np.array([0, 1, 0]) * tall[:, None] * (s - 0.28 * bend[:, None] * s**3)
        + out[:, None] * tall[:, None] * bend[:, None] * 0.8 * s**2)
    return rods(line, np.tile(width * np.linspace(1, 0.08, 7) ** 0.8, (count, 1)), sides=4)


@form("grass", "plant", 0.4)
def grass(ask: Request) -> Model:
    """A tuft of grass."""
    material = "main"
    parts = [Part("blades", _grass(ask, 170, 0.42, 0.08, 0.006, 0.7), material)]
    return Model.of(*parts)


@form("reeds", "plant", 1.8)
def reeds(ask: Request) -> Model:
    """Reeds with their brown heads, at a water's edge."""
    rng, n = ask.rng, 9
    root = columns(rng.uniform(-0.5, 0.5, n), 0, rng.uniform(-0.25, 0.25, n))
    tall = rng.uniform(1.2, 1.9, (n, 1))
    tip = root + np.concatenate([0.14 * tall * rng.uniform(-0.6, 1.4, (n, 1)), tall, 0 * tall], 1)
    s = np.linspace(0, 1, 7)[None, :, None]
    stems = root[:, None] + (tip - root)[:, None] * s + np.array([0.1, 0, 0]) * s**2
    heads = [tube([t[-2] * 1.1 - t[-1] * 0.1, t[-1] - [0, 0.02, 0]], [0.046, 0.046], sides=10)
        for t in stems]
    caps = [ball(0.046, sides=10).moved(*(t[-1] - [0, 0.02, 0])) for t in stems]
    leaf = _grass(ask, 30, 1.5, 0.34, 0.03, 0.5)
    return Model.of(Part("leaves", leaf), Part("stems", rods(stems, np.full((n, 7), 0.014),
        sides=6), "main"), Part("heads", merge(*heads, *caps), "wood"))


@form("ivy", "plant", 2.0, "climbing")
def ivy(ask: Request) -> Model:
    """Ivy that climbs around a column."""
    rng, leaf = ask.rng, _ivy_leaf()
    vines, out = [], []
    for k in range(3):
        s = np.linspace(0, 1, 40)
        angle, r = 2 * np.pi * (k / 3 + 1.2 * s), 0.27 - 0.03 * s
        line = columns(np.cos(angle) * r, 0.1 + 1.75 * s, np.sin(angle) * r)
        vines.append(tube(line, np.linspace(0.025, 0.008, 40), sides=6))
        for i in range(1, 40, 2):
            turn = 90 - np.degrees(angle[i]) + rng.uniform(-25, 25)
            one = leaf.scaled(rng.uniform(0.15, 0.24)).turned(z=180 + rng.uniform(-40, 40))
            out.append(one.turned(x=rng.uniform(-30, -5)).turned(y=turn).moved(
                *line[i] * [1.12, 1, 1.12] + [0, rng.normal() * 0.03, 0]))
    column = lathe([(0.36, 0), (0.36, 0.1), (0.26, 0.16), (0.22, 1.8), (0.3, 1.88), (0.34, 1.9),
        (0.34, 2.0), (0, 2.0)], sides=32)
    return Model.of(Part("column", column, "stone"), Part("leaves", merge(out)),
        Part("vines", merge(vines), "bark"))


def _ivy_leaf() -> Mesh:
    edge = np.array(pairs("0 0, 500 -200, 420 140, 720 400, 340 500, 0 1100, -340 500, -720 400, "
        "-420 140, -500 -200, 0 0"))
    flat = np.concatenate([edge, 0.12 * np.abs(edge[:, :1]) - 0.05], 1)
    middle = np.tile([0, 0.35, 0.06], (len(edge), 1))
    return sheet(np.stack([middle, flat]))
