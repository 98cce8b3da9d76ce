"""Weapons: swords, spears, bows, shields, guns, bombs."""

from __future__ import annotations

import numpy as np

from worker.studio.scene.forms._still import (HELD, block, cut, held, mirrored, ring, rod, tilted,
    turned, wire)
from worker.studio.scene.mesh import (Array, Mesh, ball, columns, loft, merge, pairs, sheet, spline,
    triples, tube)
from worker.studio.scene.model import Model, Part, Request, form


def _blade(low: float, high: float, wide: float, point: float) -> Mesh:
    """A double-edged blade of diamond section along y."""
    stops = [(low, 1.0), (low + (high - low) * 0.5, 0.9), (high - point, 0.74), (high, 0.02)]
    return loft([np.array([(wide / 2 * k, y, 0), (0, y, wide * 0.1 * k), (-wide / 2 * k, y, 0),
        (0, y, -wide * 0.1 * k)])[::-1] for y, k in stops], crease=20)


@form("sword", "weapon", 1.0, "leaning, upright, lying", where="table")
def sword(ask: Request) -> Model:
    """A straight sword with its cross-guard, point up; or a curved sabre."""
    blade = _blade(0.21, 0.98, ask.between(0.055, 0.065), 0.09)
    guard = wire(triples("-110 215 0, -60 203 0, 0 200 0, 60 203 0, 110 215 0"),
        [0.013, 0.009, 0.014, 0.009, 0.013])
    grip = turned([(0.011, 0.05), *[(0.0155 + 0.0018 * (k % 2), 0.055 + 0.0098 * k)
        for k in range(15)], (0.012, 0.197)], samples=0)
    pommel = turned(pairs("0 0, 20 8, 26 28, 14 52")).scaled(1, 1, 0.7)
    parts = [Part("blade", blade, "silver"), Part("guard", merge(guard, pommel), "gold"),
        Part("grip", grip)]
    return held(ask, parts)


@form("dagger", "weapon", 0.35, HELD, "", where="table")
def dagger(ask: Request) -> Model:
    """A dagger, point up, its quillons curved."""
    blade = _blade(0.135, 0.35, 0.036, 0.06)
    guard = wire(triples("-50 150 0, -40 130 0, 0 132 0, 40 130 0, 50 150 0"), [0.008, 0.006, 0.009,
        0.006, 0.008])
    grip = turned(pairs("10 30, 15 60, 14 90, 10 128"))
    pommel = turned(pairs("0 0, 15 6, 18 18, 9 34"))
    parts = [Part("blade", blade, "silver"), Part("guard", merge(guard, pommel), "gold"),
        Part("grip", grip)]
    return held(ask, parts)


@form("spear", "weapon", 2.1, HELD, "")
def spear(ask: Request) -> Model:
    """A spear with a leaf head; with a pennant."""
    head = loft([np.array([(w, y, 0), (0, y, 0.012), (-w, y, 0), (0, y, -0.012)])[::-1] for w,
        y in ((0.012, 1.78), (0.045, 1.86), (0.038, 1.95), (0.001, 2.12))], crease=20)
    socket = turned(pairs("18 1640, 20 1660, 13 1800"))
    parts = [Part("shaft", rod((0, 0, 0), (0, 1.72, 0), 0.016, 0.015), "wood"),
        Part("head", merge(head, socket), "steel"),
        Part("binding", merge(ring(0.018, 0.005, y=1.6 + 0.012 * k) for k in range(4)))]
    return held(ask, parts)


def _arrow(long: float) -> list[Mesh]:
    """An arrow along +y: shaft, head, three vanes."""
    head = cut(pairs("-24 -18, 0 0, 24 -18, 0 65"), 0.004, bevel=0.001).moved(0, long, 0)
    vane = cut(pairs("3 20, 30 0, 32 100, 3 150"), 0.0016)
    return [rod((0, 0, 0), (0, long, 0), 0.0062), head, merge(vane.turned(y=a) for a in (0, 120,
        240))]


@form("arrow", "weapon", 0.8, "leaning, upright, lying", where="table")
def arrow(ask: Request) -> Model:
    """A feathered arrow, point up; struck into the ground; or a bundle tied."""
    names = (("shaft", "wood"), ("head", "steel"), ("vanes", "main"))
    one = [Part(n, m, c) for (n, c), m in zip(names, _arrow(0.75), strict=True)]
    return held(ask, one)


@form("bow", "weapon", 1.3, "drawn with arrow", where="ground")
def bow(ask: Request) -> Model:
    """A recurved bow in profile, drawn with an arrow to the left; or unbent and strung."""
    pull = 0.42
    tip = 0.6 - 0.12 * (pull > 0)
    back = 0.24 + 0.06 * (pull > 0)
    half = [(0, 0, 0), (-0.005, 0.12, 0), (0.03 * (1 + pull), 0.3, 0), (back * 0.75, tip * 0.85, 0),
        (back + 0.0, tip, 0), (back - 0.03, tip + 0.07, 0)]
    path = np.array([*[(x, -y, z) for x, y, z in half[:0:-1]], *half])
    limb = tube(path, [0.006, 0.009, 0.013, 0.016, 0.016, 0.017, 0.016, 0.016, 0.013, 0.009, 0.006],
        samples=60, flat=0.75)
    nocks = [(back - 0.01, s * (tip + 0.03), 0) for s in (1, -1)]
    nock = (back + pull - 0.02, 0, 0) if pull else (back - 0.01, 0, 0)
    string = merge(rod(n, nock, 0.0045) for n in nocks)
    grip = tube(triples("0 -70 0, -4 0 0, 0 70 0"), 0.02, samples=10)
    parts = [Part("limb", limb), Part("string", string, "linen"), Part("grip", grip, "second")]
    if pull:
        for (n, c), m in zip((("shaft", "wood"), ("head", "steel"), ("vanes", "accent")),
            _arrow(0.8), strict=True):
            parts.append(Part(n, m.turned(z=90).moved(nock[0], 0, 0.012), c))
    return Model.of(*parts, hand=(0, 0, 0), other_hand=nock)


@form("shield", "weapon", 0.85, "heater", where="wall")
def shield(ask: Request) -> Model:
    """A heater shield with its charge, or a round one with a boss."""
    edge = pairs("0 -450, 160 -300, 270 -80, 310 180, 315 380")
    smooth = spline(np.array(edge), 16)
    u, rows_ = np.linspace(-1, 1, 17), smooth

    def bulge(x: Array) -> Array:
        return np.asarray(0.09 * (1 - (x / 0.33) ** 2))

    def skin(k: float, z: float) -> Mesh:
        return sheet(np.stack([columns(u * w * k, 0 * u + (y + 0.02) * k - 0.02, bulge(u * w * k)
            + z) for w, y in rows_]))

    outline = np.array(mirrored([tuple(p) for p in smooth]))
    rim = tube([(x, y, bulge(np.array(x)) + 0.004) for x, y in [*outline[1:], outline[1]]], 0.014,
        sides=8)
    kind = ask.pick("cross", "chevron")
    charges: dict[str, list[list[tuple[float, float]]]] = {"cross": [[(0, -0.42), (0, 0.37)],
        [(-0.3, 0.16), (0.3, 0.16)]], "chevron": [[(-0.235, -0.1), (0, 0.2)],
        [(0, 0.2), (0.235, -0.1)]]}
    charge = []
    for a, b in charges[kind]:
        line = np.linspace(a, b, 20)
        way = np.subtract(b, a) / np.linalg.norm(np.subtract(b, a))
        side = np.array([-way[1], way[0]]) * 0.055
        grid = np.stack([line - side, line, line + side])
        charge.append(sheet(np.concatenate([grid, bulge(grid[..., :1]) + 0.007], -1)))
    return tilted(Model.of(Part("face", merge(skin(1.0, 0.0), skin(0.98, -0.02))),
        Part("charge", merge(charge), "second"), Part("rim", rim, "gold")), x=-8)


@form("rifle", "weapon", 1.1, "leaning, upright, lying, aimed", where="ground")
def rifle(ask: Request) -> Model:
    """A long gun, muzzle up; aimed it points to the left."""
    stock = cut(pairs("-5 0, -75 -5, -85 10, -62 120, -30 240, -32 300, -22 340, -16 820, 16 830, "
        "20 360, 8 280, 12 200"), 0.04, bevel=0.011, steps=2)
    barrel = turned(pairs("16 360, 13 500, 10.5 1120, 13 1125, 13 1140"), samples=0).moved(0.016, 0,
        0)
    bands = merge(ring(0.023, 0.005, y=y).scaled(1, 1, 1).moved(0.002, 0, 0) for y in (0.55, 0.8))
    guard = wire(triples("-30 280 0, -65 300 0, -65 360 0, -25 380 0"), 0.005)
    trigger = wire(triples("-30 330 0, -48 325 0, -52 312 0"), 0.004)
    bolt = merge(rod((0.024, 0.27, 0), (0.024, 0.4, 0), 0.013), rod((0.024, 0.29, 0),
        (0.016, 0.285, 0.05), 0.006), ball(0.011).moved(0.015, 0.285, 0.055), block(0.01, 0.02,
        0.006, (0.032, 1.1, 0)))
    sling = wire(triples("-45 100 0, -140 300 30, -110 600 30, -18 780 0"), 0.009)
    parts = [Part("stock", stock), Part("barrel", merge(barrel, bolt, bands), "iron"),
        Part("guard", merge(guard, trigger), "iron"), Part("sling", sling, "leather")]
    if ask.pose == "aimed":
        return Model.of(*parts).mapped(lambda m: m.turned(z=90))
    return held(ask, parts)


@form("pistol", "weapon", 0.15, "revolver", where="table")
def pistol(ask: Request) -> Model:
    """A revolver or a flintlock in profile, pointing to the left."""
    frame = cut(pairs("-20 90, -20 128, 45 128, 60 110, 50 85, 30 78, -5 78"), 0.018, bevel=0.003)
    grip = cut(pairs("25 92, 58 100, 70 60, 90 20, 85 4, 55 0, 45 30, 35 65"), 0.026, bevel=0.007,
        steps=3)
    drum = (turned(pairs("14 0, 19.5 3, 19.5 37, 16 41"), sides=48,
        samples=0).turned(z=90).moved(0.034, 0.106, 0))
    flutes = merge(rod((-0.002, 0.106 + 0.0185 * np.sin(a), 0.0185 * np.cos(a)),
        (0.02, 0.106 + 0.0185 * np.sin(a), 0.0185 * np.cos(a)), 0.0045) for a in np.arange(0, 6.2,
        1.047))
    barrel = merge(rod((-0.145, 0.117, 0), (-0.018, 0.117, 0), 0.0085, 0.0095),
        rod((-0.12, 0.103, 0), (-0.015, 0.103, 0), 0.005),
        cut(pairs("-140 124, -125 124, -133 136"), 0.004))
    hammer_ = cut(pairs("50 115, 60 110, 72 140, 60 143"), 0.008)
    guard = wire(triples("0 80 0, 4 55 0, 26 50 0, 38 66 0"), 0.0035)
    trigger = wire(triples("18 80 0, 12 68 0, 14 58 0"), 0.003)
    return Model.of(Part("frame", merge(frame, barrel, hammer_, guard, trigger), "iron"),
        Part("drum", drum, "steel"), Part("flutes", flutes, "black"),
        Part("grip", grip)).mapped(lambda m: m.turned(y=-16))


@form("bomb", "weapon", 0.3, "round with a fuse", where="table")
def bomb(ask: Request) -> Model:
    """A cast iron bomb: two halves with a seam, a neck, a twisted fuse that spits sparks."""
    body = merge(ball(0.11, sides=44), turned(pairs("62 84, 46 98, 40 104, 39 124"), samples=0))
    seam = merge(ring(0.1095, 0.0045).turned(x=16, z=18), ring(0.0405, 0.005, y=0.122))
    rim = turned(pairs("0 120, 34 120, 34 132, 30 137, 0 138"), samples=0)
    line = spline(np.array(triples("0 132 0, 6 172 0, 40 204 8, 76 196 4, 92 176 0")), 40)
    t = np.linspace(0, 50, 40)
    fuse = [tube(line + 0.0042 * columns(np.cos(t + p), 0 * t, np.sin(t + p)), 0.0046, sides=7)
        for p in (0, np.pi)]
    way = ask.rng.normal(size=(22, 3))
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    reach = ask.rng.uniform(0.022, 0.052, 22)
    sparks = [tube(line[-1] + w * np.array([[0.0], [0.5], [1.0]]) * r, [0.005, 0.0026, 0.0004],
        sides=5) for w, r in zip(way, reach, strict=True)]
    return tilted(Model.of(Part("body", body, "iron", "mottle", "rubber", 40),
        Part("seam", seam, "dark_stone"), Part("rim", rim, "dark_stone"),
        Part("fuse", merge(fuse), "pale_wood"), Part("spark", merge(*sparks, ball(0.012).moved(
        *line[-1])), "flame", glow=1.0)), z=-12)


@form("bullet", "weapon", 0.06, "upright", where="table")
def bullet(ask: Request) -> Model:
    """A cartridge with its bullet; or a row, one fallen."""
    case = turned(pairs("6.2 0, 6.6 1, 6.6 2, 5.5 3, 6.4 5, 6 36, 4.4 42, 4.4 46"), samples=0)
    lead = turned(pairs("4.2 45, 4.2 50, 3 60, 0.3 66"))
    return Model.of(Part("case", case, "gold"), Part("lead", lead))
    place = [lambda m, x=x: m.moved(x, 0, 0) for x in (-0.04, -0.02, 0.0,
        0.02)] + [lambda m: m.turned(z=-82, y=-25).moved(0.03, 0.0066, 0.03)]
    return Model.of(Part("cases", merge(f(case) for f in place), "gold"),
        Part("lead", merge(f(lead) for f in place)))
