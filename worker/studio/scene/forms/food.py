"""Food on the table: bread, cake, cheese, pie, meat, vegetables.

Small things found in nature: bones, eggs, feathers, nests, webs.
"""

from __future__ import annotations

import math

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms._still import block, disc, grooved, rod, turned, wire
from worker.studio.scene.forms.growth import rods
from worker.studio.scene.forms.small_animals import web_mesh
from worker.studio.scene.mesh import (Array, Mesh, ball, columns, lathe, loft, merge, pairs,
    sheet, spline, triples, tube)
from worker.studio.scene.model import Model, Part, Request, form


def wedge(radius: float, low: float, high: float, start: float, end: float) -> Mesh:
    """A sector of a cylinder between two angles in degrees."""
    a = np.radians(np.linspace(end, start, 40))
    edge = np.concatenate([columns(np.cos(a) * radius, np.sin(a) * radius), [[0, 0]]])
    return loft([columns(edge[:, 0], 0 * edge[:, 0] + y, edge[:, 1]) for y in (low, high)],
        crease=30)


@form("bread", "food", 0.13, "loaf, broken", where="table")
def bread(ask: Request) -> Model:
    """A loaf slashed across, whole or torn in two: then its crumb is turned to the viewer."""
    if ask.pose != "broken":
        crust, slashes = _loaf(-0.1519, 0.075)
        outline = _skin(np.array(0.075), np.linspace(0, 2 * np.pi, 73), 1.0) - [0.075, 0, 0]
        slice_ = loft([outline, outline + columns(0.016, 0, 0)], crease=50)
        middle = outline.mean(0)
        crumb = np.stack([middle + (outline - middle) * size for size in (0.9, 0.0)])
        cut = merge(sheet(crumb + columns(at, 0, 0)) for at in (-0.0015, 0.0175))
        low = outline[:, 1].min()
        propped = [m.moved(y=-low).turned(z=18, y=-34).moved(0.122, 0, 0.03) for m in (slice_, cut)]
        return Model.of(Part("crust", merge(crust, propped[0]), "orange", "mottle", "wood", 26),
            Part("slashes", slashes, "leather"), Part("crumb", merge(sheet(crumb
            + columns(0.0735, 0, 0)), propped[1]), "linen")).mapped(lambda m: m.turned(y=-14))
    parts = []
    for side in (-1, 1):
        crust, slashes = _loaf(*sorted((0.1519 * side, 0.004 * side)))
        clay = Clay(blend=0.016)
        for k in range(26):
            a, r = 2.4 * k, math.sqrt((k + 0.5) / 26)
            y = math.sin(a) * (0.062 if math.sin(a) > 0 else 0.024)
            clay.lump((0.004 * side + ask.between(-0.006, 0.006), 0.033 + r * y, 0.056 * r
                * math.cos(a)), (0.017, 0.014, 0.014))
        parts += [Part(name, mesh.moved(-0.07 * side).turned(y=52 * side).moved(0.085 * side, 0,
            -0.03 * side), *look) for name, mesh, look in (("crust", crust, ("orange", "mottle",
            "wood", 26.0)), ("slashes", slashes, ("leather",)), ("crumb", clay.mesh(detail=40),
            ("linen",)))]
    return Model(parts)


def _skin(x: Array, a: Array, grow: Array | float) -> Array:
    """Points on the crust of a long loaf, at places along x and angles round it."""
    size = np.sqrt(np.clip(1 - (np.abs(x) / 0.152) ** 2.6, 0, 1)) * grow
    y = np.where(np.sin(a) < 0, -0.42 * np.abs(np.sin(a)) ** 0.6, np.sin(a))
    wide = np.sign(np.cos(a)) * np.abs(np.cos(a)) ** 0.85
    return columns(x + 0 * a, 0.078 * y * size + 0.033, 0.07 * size * wide)


def _loaf(low: float, high: float) -> tuple[Mesh, Mesh]:
    """The crust of a long loaf between two places along x, grooved by slashes, and their floors."""

    def middle(at: float, a: Array) -> Array:
        return np.asarray(at + 0.03 * (a - np.pi / 2))

    x, a = np.linspace(low, high, 110)[:, None], np.linspace(0, 2 * np.pi, 73)
    cuts = [at for at in (-0.084, -0.028, 0.028, 0.084) if low + 0.03 < at < high - 0.03]
    grow = 1 + 0 * x * a
    for at in cuts:
        off, near = x - middle(at, a), np.clip(3 - 2.5 * np.abs(a - np.pi / 2), 0, 1)
        grow += near * (0.09 * np.exp(-(((off - 0.019) / 0.01) ** 2)) - 0.18 * np.exp(-((off
            / 0.012) ** 2)))
    u, v = np.linspace(-0.8, 0.8, 17)[:, None] + np.pi / 2, np.linspace(-1, 1, 5)
    floors = [sheet(_skin(middle(at, u) + 0.01 * v * np.cos(1.9 * (u - np.pi / 2)), u + 0 * v,
        0.87)) for at in cuts]
    return sheet(_skin(x, a, grow)[:, ::-1]), merge(floors)


@form("cake", "food", 0.22, "whole, wedding cake", "candles", where="table")
def cake(ask: Request) -> Model:
    """A glazed cake on a stand, whole with candles or cut; or one of three tiers."""
    stand = turned(pairs("60 0, 60 6, 14 20, 14 50, 60 60, 150 64, 155 70, 0 70"))
    if ask.pose == "wedding cake":
        tiers = triples("140 70 160, 100 160 240, 60 240 310")
        body = [turned([(r, a), (r, b - 0.008), (r - 0.008, b), (0, b)], samples=0) for r, a,
            b in tiers]
        pearls = [ball(0.009, sides=10).moved(r * np.cos(t), a + 0.007, r * np.sin(t)) for r, a,
            _ in tiers for t in np.arange(0, 6.28, 0.02 / r)]
        rose = merge([ball((0.02, 0.016, 0.02)).moved(0.02 * np.cos(t), 0.325, 0.02 * np.sin(t))
            for t in (0, 2.1, 4.2)] + [ball(0.02).moved(0, 0.34, 0)])
        return Model.of(Part("stand", stand, "second"), Part("cake", merge(body), "main"),
            Part("pearls", merge(pearls), "second"), Part("rose", rose, "petal"))
    start, end = (0, 360) if ask.pose == "whole" else (92, 400)
    sponge = merge(wedge(0.118, a, b, start, end) for a, b in ((0.071, 0.105), (0.113, 0.15)))
    cream = wedge(0.12, 0.105, 0.113, start, end)
    icing = [wedge(0.124, 0.148, 0.164, start, end)]
    drips = [(t, ask.between(0.02, 0.05)) for t in np.arange(start + 8, end - 4, 17)]
    icing += [rod((0.12 * np.cos(t), 0.157, 0.12 * np.sin(t)), (0.122 * np.cos(t), 0.157 - d, 0.122
        * np.sin(t)), 0.012, 0.009) for t, d in ((np.radians(t), d) for t, d in drips)]
    icing += [ball(0.009, sides=10).moved(0.122 * np.cos(t), 0.157 - d, 0.122 * np.sin(t)) for t,
        d in ((np.radians(t), d) for t, d in drips)]
    spots = [(0.085 * np.cos(t), 0.085 * np.sin(t)) for t in np.radians(np.arange(start + 20, end
        - 10, 43))]
    parts = [Part("stand", stand, "second"), Part("sponge", sponge, "pale_wood"),
        Part("cream", cream, "white"), Part("icing", merge(icing), "main")]
    if "candles" in ask:
        parts += [Part("candles", merge(rod((x, 0.16, z), (x, 0.23, z), 0.005) for x, z in spots),
            "white"), Part("flames", merge(_flame(0.02).moved(x, 0.232, z) for x, z in spots),
            "flame", glow=0.9)]
    else:
        parts.append(Part("cherries", merge(ball(0.014).moved(x, 0.174, z) for x, z in spots),
            "red"))
    return Model.of(*parts)


def _flame(size: float) -> Mesh:
    return turned(pairs("0 0, 300 250, 260 600, 0 1400"), sides=14, samples=14).scaled(size)


@form("pie", "food", 0.15, "whole", where="table")
def pie(ask: Request) -> Model:
    """A pie in its dish with a lattice, whole or with a piece out; it tilts to show its top."""
    start, end = (0, 360)
    filling = wedge(0.122, 0.006, 0.046, start, end)
    bars = []
    for k in range(-3, 4):
        x, half = k * 0.033, np.sqrt(max(0.118**2 - (k * 0.033) ** 2, 0))
        bars += [block(0.014, 0.006, 2 * half, (x, 0.049, 0), bevel=0.002), block(2 * half, 0.006,
            0.014, (0, 0.053, x), bevel=0.002)]
    crimp = [ball((0.016, 0.011, 0.012), sides=10).moved(0.125 * np.cos(a), 0.05, 0.125 * np.sin(a))
        for a in np.radians(np.arange(start, end, 9))]
    lattice = merge(bars).turned(y=ask.between(0, 45))
    [rod((0.05 * np.cos(a), 0.055, 0.05 * np.sin(a)), (0.08 * np.cos(a), 0.055, 0.08 * np.sin(a)),
        0.003) for a in np.radians(np.arange(start + 20, end, 60))]
    parts = [Part("filling", filling, "blood"), Part("crust", merge(lattice, *crimp), "orange",
        "mottle", "wood", 26)]
    return Model.of(*parts).mapped(lambda m: m.turned(x=24))


@form("meat", "food", 0.16, "ham", where="table")
def meat(ask: Request) -> Model:
    """A ham with its cut face and bone, a roast bird on a dish, or a string of sausages."""
    body = (Clay(blend=0.05).lump((-0.06, 0.095, 0), (0.1, 0.095, 0.08)).limb((-0.02, 0.1, 0),
        (0.14, 0.07, 0), 0.075, 0.03).limb((0.14, 0.07, 0), (0.19, 0.065, 0), 0.024, 0.02))
    face = (turned(pairs("0 0, 75 0, 78 8, 0 12"), samples=0).scaled(1, 1,
        0.85).turned(z=90).moved(-0.138, 0.095, 0))
    rim = (turned(pairs("84 -4, 90 4, 70 9"), samples=0).scaled(1, 1,
        0.85).turned(z=90).moved(-0.137, 0.095, 0))
    bone = merge(rod((0.17, 0.066, 0), (0.26, 0.062, 0), 0.012),
        ball((0.016, 0.018, 0.016)).moved(0.265, 0.07, 0), ball((0.016, 0.018, 0.016)).moved(0.265,
        0.052, 0))
    eye = disc(0.02, 0.004).turned(z=90).moved(-0.15, 0.1, 0.01)
    return Model.of(Part("ham", body.mesh(detail=54), "copper", "mottle", "wood", 12),
        Part("fat", rim, "linen"), Part("face", face, "petal"), Part("bone", merge(bone, eye),
        "bone")).mapped(lambda m: m.turned(z=6, y=28))


@form("vegetables", "food", 0.2, "heap", where="table")
def vegetables(ask: Request) -> Model:
    """A cabbage, carrots with their green, onions, a turnip: in a heap or of one kind."""
    carrot = turned(pairs("0 -150, 8 -110, 20 -20, 24 0, 6 8"), sides=20)
    leaves = merge(wire([(0, 0, 0), (0.02 * np.cos(a), 0.05, 0.02 * np.sin(a)), (0.05 * np.cos(a),
        0.1, 0.05 * np.sin(a))], [0.004, 0.009, 0.003]) for a in np.arange(0, 6.2, 0.9))
    onion = turned(pairs("6 0, 35 12, 42 34, 20 62, 5 80, 6 100"), sides=40, change=grooved(10,
        0.02))
    turnip = turned(pairs("1 -30, 12 0, 45 35, 42 62, 12 80"))
    parts = [Part(p.name, p.mesh.moved(-0.05, 0, -0.06), p.material, p.pattern, p.other, p.repeat)
        for p in _cabbage(1.0)]
    bunch = [(-0.06, 0.025, 0.1, 8), (-0.08, 0.025, 0.13, 24), (-0.06, 0.055, 0.115, 14)]

    def lay(m: Mesh, p: tuple[float, float, float, float]) -> Mesh:
        return m.turned(z=90, y=p[3] - 20).moved(*p[:3])

    return Model.of(*parts, Part("carrots", merge(lay(carrot, p) for p in bunch), "orange"),
        Part("green", merge(lay(leaves, p) for p in bunch), "leaf"),
        Part("onions", merge(onion.moved(0.1, 0, 0.0), onion.turned(z=60, y=50).moved(0.14, 0.03,
        0.08)), "copper"), Part("turnip", turnip.turned(z=-50, y=-40).moved(-0.12, 0.045, 0.08),
        "petal"))


def _cabbage(size: float) -> list[Part]:
    heart = ball((0.075, 0.07, 0.075)).moved(0, 0.08, 0)
    leaf = turned(pairs("30 0, 75 30, 88 75, 75 115"), wall=0.003, samples=16, sides=28)
    skirts = []
    for k, (turn, lean) in enumerate(((0, 12), (75, 16), (150, 10), (215, 15), (290, 13))):
        points = leaf.points.copy()
        points[:, 0] *= 0.35
        points[:, 1] += 0.008 * np.sin(points[:, 2] * 160 + k) * (points[:, 1] > 0.06)
        skirts.append(Mesh(points, leaf.faces, leaf.normals, leaf.grain).scaled(1, 1.05,
            1).turned(z=-lean).moved(0.05, 0.0, 0).turned(y=turn))
    veins = [wire(triples("30 145 0, 60 120 0, 77 80 0"), 0.0025).turned(y=a) for a in range(0, 360,
        40)]
    return [Part("heart", heart.scaled(size), "grass"), Part("leaves", merge(skirts).scaled(size),
        "leaf"), Part("veins", merge(veins).scaled(size), "linen")]


_EGG = spline(np.array(pairs("1 0, 13 3, 22 20, 19 41, 9 55, 0.8 58")), 24)


@form("bone", "element", 0.08, "lying", where="table")
def bone(ask: Request) -> Model:
    """A long bone with knuckled ends; two crossed by pose."""
    clay = Clay(blend=0.03).chain(triples("-200 32 0, -60 28 0, 70 28 0, 200 32 0"),
        (0.026, 0.017, 0.017, 0.026))
    for s in (-1, 1):
        for z in (-1, 1):
            clay.lump((0.222 * s, 0.032 + 0.004 * z * s, 0.024 * z), (0.032, 0.031, 0.027),
                blend=0.014)
    one = clay.mesh(detail=64)
    return Model.of(Part("bone", one.turned(y=18)))


@form("egg", "element", 0.06, "whole, hatching", "nest", where="table")
def egg(ask: Request) -> Model:
    """An egg; broken or in a nest by attribute."""
    pattern = ("plain", 1.0)
    whole = lathe(_EGG, sides=36)
    if "nest" in ask:
        eggs = merge(whole.turned(z=t).moved(x, 0.03, z) for x, z, t in ((-0.028, 0.01, 14),
            (0.026, 0.018, -18), (0.002, -0.028, 6)))
        return Model.of(Part("eggs", eggs, "main", pattern=pattern[0], repeat=pattern[1]),
            Part("nest", _nest(ask, 0.085), "dry_grass"))
    if ask.pose == "hatching":
        a = np.linspace(0, 2 * np.pi, 61)
        edge = 0.031 + 0.005 * np.abs((np.arange(61) % 8) - 4) / 2 - 0.004
        low, high = [], []
        for t in np.linspace(0, 1, 14):
            y = edge * t
            r = np.interp(y, _EGG[:, 1], _EGG[:, 0])
            low.append(columns(r * np.cos(a), y, r * np.sin(a)))
            y = edge + (0.0579 - edge) * t
            r = np.interp(y, _EGG[:, 1], _EGG[:, 0])
            high.append(columns(r * np.cos(a), y, r * np.sin(a)))
        cup, cap = sheet(np.array(low)), sheet(np.array(high))
        if ask.pose == "hatching":
            chick = Clay(blend=0.01).lump((0, 0.03, 0), 0.017).lump((0, 0.052, 0.003), 0.014)
            beak = tube([(0, 0.052, 0.014), (0, 0.05, 0.024)], [0.004, 0.0006], sides=7)
            eyes = merge(ball(0.0022, sides=8).moved(0.007 * s, 0.056, 0.014) for s in (-1, 1))
            return Model.of(Part("shell", merge(cup, cap.turned(z=16).moved(0.008, 0.026, -0.004))),
                Part("chick", chick.mesh(detail=30), "yellow"), Part("beak", beak, "beak"),
                Part("eyes", eyes, "eye"))
        yolk = merge(ball((0.016, 0.009, 0.016), sides=18).moved(0.06, 0.007, 0.02))
        white = (Clay(blend=0.02).lump((0.06, 0.002, 0.022), (0.036, 0.004, 0.028)).lump((0.036,
            0.002, 0.014), (0.022, 0.003, 0.018)))
        return Model.of(Part("shell", merge(cup.turned(z=-24), cap.turned(x=160, y=40).moved(0.015,
            0.055, -0.035))), Part("white", white.mesh(detail=40), "white"), Part("yolk", yolk,
            "yellow"))
    return Model.of(Part("shell", whole, "main", pattern=pattern[0], repeat=pattern[1]))


@form("feather", "element", 0.3, "upright, lying", "quill", where="table")
def feather(ask: Request) -> Model:
    """A feather with a split vane on its shaft; a quill is cut to a nib and bare below."""
    bare = 0.42 if "quill" in ask else 0.18
    s = np.linspace(0, 1, 60)
    shaft = columns(0.035 * np.sin(2.2 * s), 0.3 * s, 0.012 * np.sin(3 * s))
    quill = tube(shaft, 0.0032 * (1 - 0.8 * s) + 0.0003, sides=8)
    vanes = []
    for side in (-1, 1):
        t = np.clip((s - bare) / (1 - bare), 0, 1)
        wide = ((0.032 if side > 0 else 0.022) * np.sin(np.pi * (0.06 + 0.92 * t) ** 0.7) ** 0.7
            * (t > 0))
        notch = 1 - 0.5 * np.isin(np.arange(60), (19, 20, 33, 34, 35) if side > 0 else (26, 27, 45,
            46))
        u = np.linspace(0, 1, 6)[:, None]
        grid = shaft[None] + columns(side * u * wide * notch, u * wide * 0.75, 0.006
            * np.sin(np.arange(60) * 1.7) * u - 0.2 * wide * u**2)
        vanes.append(sheet(grid).grained(side, 0.8, 0))
    down = [tube([shaft[9], shaft[9] + np.array([0.014 * k, 0.012, 0.004]), shaft[9]
        + np.array([0.02 * k, 0.004, 0.01])], 0.0008, sides=5) for k in np.linspace(-1, 1, 9)]
    parts = [Part("vane", merge(vanes)), Part("shaft", merge(quill, *down), "linen")]
    if "quill" in ask:
        nib = tube([(0.004, 0.014, 0), (0, 0, 0), (-0.003, -0.014, 0)], [0.0035, 0.003, 0.0004])
        parts = [parts[0], Part("shaft", quill, "linen"), Part("nib", nib, "black")]
    made = Model.of(*parts, hand=(0, 0.04, 0))
    return (made.mapped(lambda m: m.turned(x=-68, y=50)) if ask.pose == "lying"
        else made.mapped(lambda m: m.turned(z=-16)))


def _nest(ask: Request, radius: float) -> Mesh:
    """Straws woven round a bowl."""
    rng, n = ask.rng, 330
    a = rng.uniform(0, 6.28, n)
    b = rng.uniform(-1.3, 1.9, n)
    r = radius * (0.8 + 0.24 * np.cos(b) + 0.05 * rng.normal(size=n))
    y = radius * (0.42 + 0.36 * np.sin(b) + 0.04 * rng.normal(size=n))
    s = np.linspace(-0.5, 0.5, 6)[None] * rng.uniform(0.5, 1.3, (n, 1))
    turn = a[:, None] + s
    grow = 1 + 0.12 * rng.normal(size=(n, 1)) * s + 0.03 * s**2
    paths = columns(r[:, None] * grow * np.cos(turn), np.maximum(y[:, None] + radius * 0.2
        * rng.normal(size=(n, 1)) * s, 0.004), r[:, None] * grow * np.sin(turn))
    straws = rods(paths, np.full((n, 6), 0.024 * radius), sides=4)
    bowl = lathe([(0.5 * radius, 0.03 * radius), (0.8 * radius, 0.25 * radius), (0.86 * radius, 0.6
        * radius), (0.7 * radius, 0.62 * radius), (0.5 * radius, 0.25 * radius),
        (0.01, 0.15 * radius)], sides=26)
    return merge(straws, bowl)


@form("web", "element", 1.0, "orb", where="air")
def web(ask: Request) -> Model:
    """A spider's web, between branches by pose."""
    net = web_mesh(ask, 0.5)
    parts = [Part("web", net, "main")]
    return Model.of(*parts)
