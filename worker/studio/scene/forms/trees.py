"""Trees: oaks, pines, palms, willows, cypresses, olives, and dead ones."""

from __future__ import annotations

import math

import numpy as np

from worker.studio.scene.forms.growth import Wood, cards, clumps, leaves, rods, trunk, unit
from worker.studio.scene.mesh import Array, Mesh, ball, columns, merge, sheet, spline, tube
from worker.studio.scene.model import Model, Part, Request, form


def _crown(ask: Request, tips: Array, size: float, *, flat: float = 0.72, cover: int = 3200,
    leaf: float = 0.32) -> list[Part]:
    """Clumps about the tips of branches, and leaves over them."""
    rng = ask.rng
    radii = size * rng.uniform(0.65, 1.2, (len(tips), 1)) * np.array([1.0, flat, 1.0])
    material = next((m for word, m in (("autumn", "autumn_leaf"), ("blossom", "petal"))
        if word in ask), "main")
    # One part: a line is drawn where parts meet, which would be about every leaf.
    mass = clumps(tips, radii * 0.9, rng)
    return [Part("leaves", merge(mass, leaves(tips, radii, rng, count=cover, leaf=leaf)), material)]


def _thinned(tips: Array, gap: float) -> Array:
    """The tips without those that crowd others."""
    kept: list[Array] = []
    for tip in tips:
        if all(((tip - other) ** 2).sum() > gap * gap for other in kept):
            kept.append(tip)
    return np.array(kept)


@form("tree", "tree", 9.0, "spreading, windblown", "oak, autumn, blossom, fruit")
def tree(ask: Request) -> Model:
    """A broad tree with masses of leaves and holes of sky."""
    pose = ask.pose or "spreading"
    wind = pose == "windblown"
    old = 1.3 if "oak" in ask else 1.0
    bow = 1.3 if wind else ask.between(-0.35, 0.35)
    height = 2.9 * ask.between(0.92, 1.1) / old**0.5
    wide = 0.42 * old * ask.between(0.92, 1.12)
    stem = trunk(ask, height, wide, bow=bow)
    wood = Wood(ask.rng, spread=43, rise=0.1, wander=0.17 * old, shrink=0.76, levels=3,
        lean=(0.9, -0.1, 0) if wind else (0, 0, 0))
    top = np.array([bow, height * 0.97, 0])
    turn = ask.between(0, 6.28)
    for k in range(4):  # main limbs, first from the top of the trunk
        a = turn + 1.7 * k
        out = np.array([math.cos(a), 0.0, 0.8 * math.sin(a)]) * 0.95 + [1.1 * wind, 0, 0]
        s = 1 - 0.28 * k / height
        wood.grow(np.array([bow * s * s, height * (s - 0.03), 0]), out
            + np.array([0, 1.15 - 0.12 * k, 0]), 2.0, wide * (0.55 - 0.05 * k), 1)
    wood.grow(top, np.array([0.2 + wind, 1, 0.1]), 2.2, wide * 0.6, 1)
    parts = [Part("trunk", merge(stem, wood.mesh()), "bark")]
    # Boughs below the crown bear no leaves, so that the trunk is seen to part into limbs.
    tips = np.array(wood.tips)
    tips = _thinned(tips[tips[:, 1] > height + 0.5], 0.72)
    parts += _crown(ask, tips, 0.78, flat=0.74, cover=4200, leaf=0.27)
    if "fruit" in ask:
        spots = tips[ask.rng.integers(0, len(tips), 40)] + unit(ask.rng.normal(size=(40, 3))) * [
            0.95, 0.7, 0.95]
        parts.append(Part("fruit", merge(ball(0.14, sides=10).moved(*s) for s in spots), "accent"))
    crown = np.array(wood.tips)
    high = float(crown[:, 1].max())
    return Model.of(*parts, seat=(0.9, 0.1, 0.6), hand=(1.6, 0.55 * high, 0.3))


@form("pine", "tree", 12.0, "spruce", "snow, decorated")
def pine(ask: Request) -> Model:
    """A spruce in tiers of hanging boughs, or an umbrella pine."""
    height, rng = 11.0, ask.rng
    bough = _bough(ask)
    tiers, snow = [], []
    count = 14
    for i in range(count):
        t = i / (count - 1)
        reach = 2.75 * (1 - t) ** 0.9 + 0.25
        number = 9 - int(4 * t)
        for k in range(number):
            size = reach * rng.uniform(0.82, 1.12)
            turn = 360 * k / number + 47 * i + rng.uniform(-9, 9)
            y = 1.25 + (height - 1.6) * t**0.92 + rng.uniform(-0.12, 0.12)
            one = bough.scaled(size, 0.55 * size + 0.3, 0.8 * size).turned(z=rng.uniform(-4, 8) + 16
                * t, y=turn)
            tiers.append(one.moved(0, y, 0))
            if "snow" in ask:
                snow.append(one.scaled(0.94).moved(0, y + 0.09, 0))
    stem = tube([(0, 0, 0), (0.04, height * 0.5, 0), (0, height, 0)], [0.3, 0.17, 0.02], samples=14,
        sides=10)
    foot = trunk(ask, 1.6, 0.3, flare=1.6)
    parts = [Part("boughs", merge(tiers)), Part("trunk", merge(stem, foot), "bark")]
    if snow:
        parts.append(Part("snow", merge(snow), "snow"))
    if "decorated" in ask:
        a = np.arange(42) * 2.4
        level = np.linspace(0.02, 0.9, 42)
        r = 2.7 * (1 - level) ** 0.85 + 0.3
        parts.append(Part("baubles", merge(ball(0.16, sides=10).moved(x, 1.1 + 9 * y, z) for x, y,
            z in zip(r * np.cos(a), level, r * np.sin(a), strict=True)), "accent"))
    return Model.of(*parts)


def _bough(ask: Request) -> Mesh:
    """A hanging bough of length one along x, as a tent of ragged needles."""
    u = np.linspace(0, 1, 9)
    v = np.linspace(-1, 1, 13)
    uu, vv = np.meshgrid(u, v, indexing="ij")
    width = 0.36 * np.sin(np.pi * (0.12 + 0.85 * uu)) ** 0.8
    ragged = 1 + 0.28 * np.cos(vv * np.pi * 6) * (np.abs(vv) > 0.6)
    drop = -0.5 * uu**1.3 + 0.2 * uu**4 - 0.32 * np.abs(vv) ** 1.4 * (0.4 + uu) * ragged * 0.8
    grid = columns(uu * (1 - 0.12 * vv**2) * (1 + 0.05 * np.cos(vv * 19)), drop, width * vv
        * ragged)
    return sheet(grid).grained(1, -0.6, 0)


@form("palm", "tree", 8.0, "leaning, upright")
def palm(ask: Request) -> Model:
    """A palm: a ringed, bowed trunk and a burst of feathered fronds."""
    bow = {"upright": 0.3}.get(ask.pose, 1.7) * (1 if ask.rng.random() < 0.6 else -1)
    line = spline(np.array([(0, 0, 0), (0.3 * bow, 2.2, 0), (0.72 * bow, 4.6, 0), (bow, 7, 0)]), 60)
    ring = 1 + 0.1 * (np.arange(60) % 3 == 0)
    radius = np.linspace(0.24, 0.14, 60) * ring + 0.16 * np.exp(-np.linspace(0, 12, 60))
    crown = line[-1]
    ribs, at, way, up = [], [], [], []
    wind = 0.0
    for k in range(17):
        a = 2.39996 * k
        out = unit(np.array([math.cos(a) + wind, 0, math.sin(a)]))
        lift = 1.25 - 0.085 * k
        long = ask.between(1.15, 1.45)
        rib = spline(crown + long * np.array([0 * out, 0.9 * out + [0, 0.8 * lift, 0], 1.9 * out
            + [0, 0.85 * lift - 0.2, 0], 2.75 * out + [0, 0.4 * lift - 0.9, 0]]), 30)
        ribs.append(rib)
        step = unit(np.gradient(rib, axis=0))
        side = unit(np.cross(step, [0, 1, 0]))
        for z in (-1, 1):
            at.append(rib[3:])
            way.append(step[3:] * 0.75 + side[3:] * z * 0.9 - np.array([0, 0.42, 0]))
            up.append(unit(np.array([0, 1, 0]) + 0.6 * z * side[3:]))
    length = np.tile(np.sin(np.linspace(0.35, 2.9, 27)) * 1.0 + 0.12, 34)
    fronds = cards(np.concatenate(at), np.concatenate(way), np.concatenate(up), length, 0.16)
    parts = [Part("fronds", fronds),
        Part("ribs", rods(np.array(ribs), np.tile(np.linspace(0.05, 0.012, 30), (17, 1)), sides=5)),
        Part("trunk", tube(line, radius, sides=14).grained(1, 0.2, 0), "bark")]
    _x, _y, _ = crown.tolist()
    return Model.of(*parts)


_CURTAINS = 22
"""Boughs of a willow, each with a curtain of shoots."""


@form("willow", "tree", 8.0, "weeping")
def willow(ask: Request) -> Model:
    """A weeping willow: curtains of leaves on bowed boughs, with light between, round a trunk."""
    rng = ask.rng
    stem = trunk(ask, 3.4, 0.42, bow=ask.between(-0.4, 0.4))
    boughs, falls = [], []
    for k in range(_CURTAINS):
        a = 2.4 * k + rng.uniform(-0.25, 0.25)
        out, high = 3.2 * ((k + 1.5) / (_CURTAINS + 1)) ** 0.6, rng.uniform(5.6, 6.4)
        way = np.array([math.cos(a), 0, 0.8 * math.sin(a)])
        high -= 0.19 * out * out
        tip = way * out + [0, high, 0]
        boughs.append(spline(np.array([(0.0, 3.0, 0), way * 0.3 * out + [0, 0.85 * high, 0],
            way * 0.72 * out + [0, high + 0.25, 0], tip]), 12))
        # The shoots before the trunk are short: it is seen between those at its sides.
        hidden = abs(tip[0]) < 1.0 and tip[2] > 0
        low = high * 0.66 if hidden else rng.choice((0.4, 1.2, 2.0)) + rng.uniform(0, 0.4)
        root = boughs[-1][rng.integers(6, 12, 9)] + rng.normal(size=(9, 3)) * [0.16, 0.06, 0.16]
        s = np.linspace(0, 1, 14)[None, :, None]
        fall = (root[:, 1] - low - rng.uniform(0, 0.9, 9))[:, None, None]
        falls.append(root[:, None] + 0.3 * way * np.sqrt(s) - np.array([0, 1, 0]) * fall * s**1.3)
    strands = np.concatenate(falls)
    wood = rods(np.array(boughs), np.tile(np.linspace(0.16, 0.03, 12), (_CURTAINS, 1)))
    shoots = rods(strands, np.tile(np.linspace(0.022, 0.01, 14), (len(strands), 1)), sides=3)
    spot = np.array([spline(line, 30) for line in strands]).reshape(-1, 3)
    out = unit(spot * [1, 0, 1] + 1e-6)
    normal = unit(out + 0.3 * rng.normal(size=spot.shape) + [0, 0.4, 0])
    way = np.array([0, -1, 0]) + 0.3 * rng.normal(size=spot.shape)
    leaf = cards(spot, way, normal, 0.42 * rng.uniform(0.7, 1.2, len(spot)), 0.26)
    return Model.of(Part("trunk", merge(stem, wood), "bark"), Part("shoots", shoots),
        Part("leaves", leaf), seat=(0.9, 0.1, 0.5))


@form("poplar", "tree", 11.0, "upright")
def poplar(ask: Request) -> Model:
    """A poplar or, by attribute, a dark cypress like a flame."""
    rng = ask.rng
    n = 54
    t = np.sort(rng.uniform(0, 1, n))
    wide = 1.15 * np.sin(np.pi * (0.1 + 0.88 * t**0.8)) ** 0.75 * (1 - 0.3 * t)
    a = 2.4 * np.arange(n)
    at = columns(0.62 * wide * np.cos(a) + 0.12 * np.sin(6 * t), 1.5 + 8.6 * t, 0.62 * wide
        * np.sin(a))
    radii = columns(0.62 * wide + 0.12, 0.95 * wide + 0.5, 0.62 * wide + 0.12)
    material = "main"
    count = 4200
    pick = rng.integers(0, n, count)
    out = unit(rng.normal(size=(count, 3)) * [1, 0.5, 1])
    spot = at[pick] + out * radii[pick] * 0.98
    way = np.array([0.0, 1.0, 0]) + 0.5 * out + 0.2 * rng.normal(size=out.shape)
    leaf = cards(spot, way, unit(out + 0.2 * rng.normal(size=out.shape)), 0.36 * rng.uniform(0.6,
        1.2, count), 0.34)
    stem = tube([(0, 0, 0), (0, 3, 0)], [0.2, 0.12])
    return Model.of(Part("leaves", merge(clumps(at, radii * 0.94, rng, sides=14).grained(0, 1, 0),
        leaf), material),
        Part("trunk", merge(stem, trunk(ask, 1.8, 0.22, flare=1.6)), "bark"))


@form("olive tree", "tree", 5.0, "gnarled")
def olive_tree(ask: Request) -> Model:
    """An old olive: a twisted, split trunk under a silver crown."""
    rng = ask.rng
    strands, stops = [], []
    s = np.linspace(0, 1, 26)
    for k in range(7):
        a = 0.9 * k + 2.6 * s + 0.4 * np.sin(5 * s + k)
        r = 0.42 * (1.25 - 0.8 * s + 0.7 * s**2) * (1 + 0.2 * math.sin(3 * k))
        lean = 0.5 * s**2
        line = columns(r * np.cos(a) + lean, 1.75 * s, 0.85 * r * np.sin(a))
        strands.append(tube(line, 0.24 * (1 - 0.42 * s) + 0.2 * np.exp(-s * 9) + 0.03
            * np.sin(9 * s + 2 * k), sides=10))
        stops.append(line[-1])
    wood = Wood(rng, spread=46, rise=0.12, wander=0.26, levels=3, shrink=0.72)
    for stop in stops[:5]:
        wood.grow(stop, unit(stop - [0.5, 0.9, 0]) + np.array([0, 0.5, 0]), 1.05, 0.16, 1)
    tips = _thinned(np.array(wood.tips), 0.4)
    foot = trunk(ask, 0.9, 0.6, flare=1.5)
    parts = [Part("trunk", merge(foot, *strands, wood.mesh()), "bark"), *_crown(ask, tips, 0.52,
        flat=0.75, cover=4200, leaf=0.2)]
    return Model.of(*parts, seat=(0.8, 0.1, 0.5))


@form("dead tree", "tree", 6.0, "standing, stump, blasted")
def dead_tree(ask: Request) -> Model:
    """A dead tree: bare and broken, a stump, or split by lightning."""
    if ask.pose == "stump":
        return _stump(ask)
    blasted = ask.pose == "blasted"
    bow = ask.between(0.2, 0.5)
    stem = trunk(ask, 2.9, 0.4, bow=bow, twist=2)
    wood = Wood(ask.rng, spread=34, rise=0.12, wander=0.11, levels=2 if blasted else 3,
        shrink=0.66, fork=2)
    # Limbs start on the trunk's own line and go out to either side in turn, so that none cross.
    limbs = (((0.86, 0.3, 0.9), (0.62, 2.9, 0.7), (0.74, 1.5, 0.8)) if blasted else
        ((0.97, 1.9, 1.9), (0.93, 0.2, 1.0), (0.78, 3.3, 0.8), (0.62, 0.0, 0.55), (0.9, 4.4, 0.9)))
    collars = []
    for high, turn, rise in limbs:
        start = np.array([bow * high * high, 2.9 * high, 0])
        way = unit(np.array([math.cos(turn), rise, 0.6 * math.sin(turn)]))
        wood.grow(start, way, 1.7, 0.17, 1)
        collars.append(tube([start - way * 0.1, start + way * 0.3, start + way * 0.62],
            [0.26, 0.22, 0.12], samples=6, sides=10))
    pieces = [stem, *collars, wood.mesh()]
    if blasted:
        top = np.array([bow, 2.9, 0])
        for k in range(9):
            a = 0.7 * k
            out = np.array([0.19 * math.cos(a), 0, 0.19 * math.sin(a)])
            pieces.append(tube([top + out - [0.05, 0.9, 0], top + out, top + 1.2 * out
                + [0.04, ask.between(0.4, 1.4), 0]], [0.13, 0.11, 0.004], sides=5))
    else:
        pieces.append(ball(0.29, sides=14).moved(bow, 2.86, 0))
    return Model.of(Part("wood", merge(pieces), "bark"), hand=(1, 3.2, 0.4))


def _stump(ask: Request) -> Model:
    body = trunk(ask, 0.55, 0.34, flare=1.35, roots=5)
    edge = np.vstack([body.points[-32:], body.points[-32:-31]])
    rings = [tube((edge - edge.mean(0)) * k + edge.mean(0) + [0, 0.022, 0], 0.006, sides=5)
        for k in (0.25, 0.45, 0.65, 0.82)]
    face = sheet(np.stack([edge, (edge - edge.mean(0)) * 0.01 + edge.mean(0) + [0, 0.015, 0]]))
    parts = [Part("stump", body, "bark"), Part("cut", face, "pale_wood"),
        Part("rings", merge(rings), "wood")]
    return Model.of(*parts, seat=(0, 0.57, 0))
