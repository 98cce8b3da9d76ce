"""Fruit of orchard and field; plants of field and floor: wheat, hay, mushrooms, a leaf, a root."""

from __future__ import annotations

import math

import numpy as np

from worker.studio.scene.forms.growth import Wood, cards, rods, turned, unit
from worker.studio.scene.forms.plants import blade
from worker.studio.scene.mesh import (Array, Mesh, ball, columns, lathe, merge, pairs, sheet,
    spline, triples, tube)
from worker.studio.scene.model import Model, Part, Request, form

_APPLE = spline(np.array(pairs("3 6, 18 0, 34 12, 42 40, 36 66, 20 75, 6 66, 1 62")), 26)
_PEAR = spline(np.array(pairs("3 4, 22 0, 40 20, 41 42, 28 72, 19 98, 10 112, 1 112")), 26)


def _stalk(y: float) -> list[Part]:
    stem = tube([(0, y - 0.006, 0), (0.003, y + 0.012, 0), (0.01, y + 0.03, 0)],
        [0.0022, 0.0018, 0.003], samples=9, sides=7)
    leaf = blade(0.055, 0.026, bend=0.8).turned(x=20, z=-64).moved(0.005, y + 0.015, 0.002)
    return [Part("stalk", stem, "bark"), Part("leaf", leaf, "leaf")]


def _half(profile: Array) -> Mesh:
    """The half of a turned fruit that lies behind z = 0, with its cut face towards +z."""
    turn = np.linspace(np.pi, 2 * np.pi, 25)
    skin = np.stack([columns(r * np.cos(turn), y + 0 * turn, r * np.sin(turn)) for r, y in profile])
    return sheet(skin)


def _face(profile: Array, depth: float = 0.0) -> Mesh:
    v = np.linspace(-1, 1, 15)
    return sheet(np.stack([columns(r * v, y + 0 * v, depth + 0 * v) for r, y in profile]))


@form("apple", "fruit", 0.08, "whole", where="table")
def apple(ask: Request) -> Model:
    """An apple, whole, cut in half or bitten."""
    skin = "main"
    body = turned(_APPLE)
    angle = np.arctan2(body.points[:, 2], body.points[:, 0])
    lobes = 1 + 0.035 * np.cos(5 * angle) * (1 - body.points[:, 1] / 0.09)
    body = body.bent(lambda p: p * columns(lobes, 1 + 0 * lobes, lobes))
    parts = [Part("skin", body, skin), *_stalk(0.064)]
    return Model.of(*parts)


@form("pear", "fruit", 0.12, "whole, lying", where="table")
def pear(ask: Request) -> Model:
    """A pear."""
    lean = ask.between(-0.1, 0.1)
    body = turned(_PEAR).bent(lambda p: p + columns(lean * p[:, 1] ** 2 * 8, 0 * p[:, 1], 0
        * p[:, 1]))
    made = Model.of(Part("skin", body, "main", pattern="mottle", repeat=60), *_stalk(0.112))
    return made.mapped(lambda m: m.turned(z=-76)) if ask.pose == "lying" else made


@form("lemon", "fruit", 0.065, "whole, peeled", "orange", where="table")
def lemon(ask: Request) -> Model:
    """A lemon or orange; cut, or half peeled with its peel hanging in a spiral."""
    round_ = "orange" in ask
    t = np.linspace(0.02, np.pi - 0.02, 26)
    wide, tip = (0.037, 0.0) if round_ else (0.03, 0.012)
    profile = columns(wide * np.sin(t), 0.035 - (0.036 if round_ else 0.04) * np.cos(t))
    profile[:, 1] += tip * (np.exp(-((t - np.pi) ** 2) * 8) - 0.7 * np.exp(-(t**2) * 8))
    leaf = [Part("leaf", blade(0.07, 0.03, bend=0.7).turned(x=10, z=-70).moved(-0.01, 0.07, 0),
        "leaf")]
    body = lathe(profile, sides=32)
    if ask.pose != "peeled":
        whole = Model.of(Part("skin", body, "main", pattern="mottle", repeat=300), *leaf)
        return whole if round_ else whole.mapped(lambda m: m.turned(z=-78))
    keep = body.faces[body.points[body.faces].mean(1)[:, 1] < 0.036]
    bowl = Mesh(body.points, keep, body.normals, body.grain)
    flesh = lathe(np.array([(r * 0.93, y) for r, y in profile]), sides=32)
    wedges = [tube(np.array([(0.93 * r * math.cos(a), y, 0.93 * r * math.sin(a)) for r,
        y in profile[12:]]), 0.0012, sides=5) for a in np.linspace(0, 6.28, 11)[:-1]]
    s = np.linspace(0, 1, 60)
    a = 1.2 + 9 * s
    r = wide * (1.0 + 0.5 * s)
    y = 0.036 - 0.075 * s
    low = columns(r * np.cos(a) + 0.02 * s, y - 0.008, r * np.sin(a))
    high = columns(1.02 * r * np.cos(a) + 0.02 * s, y + 0.007, 1.02 * r * np.sin(a))
    peel = sheet(np.stack([low, (low + high) / 2 * [1.03, 1, 1.03], high]))
    return Model.of(Part("skin", merge(bowl, peel)), Part("flesh", flesh, "linen"),
        Part("wedges", merge(wedges), "white"))


@form("grapes", "fruit", 0.2, "hanging, lying", where="table")
def grapes(ask: Request) -> Model:
    """A bunch of grapes with a leaf."""
    berries, one = [], ball(0.0125, sides=12)
    for i in range(62):
        t = (i + 0.5) / 62
        r = 0.052 * (1 - t) ** 0.62 * (0.5 + 0.5 * min(t * 9, 1)) * ask.between(0.75, 1.05)
        a = 2.39996 * i
        berries.append(one.scaled(ask.between(0.88, 1.1)).moved(r * math.cos(a), 0.17 - 0.155 * t,
            0.85 * r * math.sin(a)))
    stem = tube([(0, 0.16, 0), (0.002, 0.19, 0), (0.02, 0.215, 0)], [0.003, 0.0028, 0.004],
        samples=9)
    w = np.linspace(0, 12, 40)
    curl = tube(columns(-0.01 - 0.004 * w, 0.19 + 0.012 * np.sin(w) * (1 - w / 16), 0.012
        * np.cos(w) * (1 - w / 16)), 0.0012, sides=5)
    tips = np.radians([-150, -62, -28, 0, 28, 62, 150])
    turn = np.linspace(-np.pi, np.pi, 97)[1:-1]
    lobes = np.zeros_like(turn)
    for tip, long in zip(tips, (0.45, 0.8, 0.72, 1.0, 0.72, 0.8, 0.45), strict=True):
        lobes = np.maximum(lobes, long * np.exp(-(((turn - tip) / 0.3) ** 2)))
    reach = (0.42 + 0.58 * lobes) * (1 + 0.05 * np.sin(31 * turn)) * np.clip((np.pi
        - np.abs(turn)) / 0.25, 0.12, 1)
    s = np.linspace(0, 1, 8)[:, None]
    grid = columns(reach * s * np.sin(turn), reach * s * np.cos(turn), 0.1 * np.cos(4.5 * turn)
        * s * s - 0.16 * s * s)
    veins = [tube([(0, 0, 0.012), (0.5 * long * np.sin(tip), 0.5 * long * np.cos(tip), -0.01),
        (0.92 * long * np.sin(tip), 0.92 * long * np.cos(tip), -0.1)], [0.022, 0.014, 0.006],
        samples=8, sides=5) for tip, long in zip(tips, (0.4, 0.75, 0.68, 0.95, 0.68, 0.75, 0.4),
        strict=True)]
    leaf = merge(sheet(grid), *veins).scaled(0.085).turned(x=24, z=-70).moved(0.014, 0.195, 0.02)
    made = Model.of(Part("berries", merge(berries)), Part("stem", merge(stem, curl), "bark"),
        Part("leaf", leaf, "leaf"), hand=(0.02, 0.215, 0))
    return made.mapped(lambda m: m.turned(z=-70)) if ask.pose == "lying" else made


@form("cornucopia", "fruit", 0.4, where="table")
def cornucopia(ask: Request) -> Model:
    """A horn of plenty that spills fruit."""
    path = spline(np.array(triples("-420 340 0, -500 240 0, -420 130 0, -220 120 0, 0 170 0")), 40)
    radius = np.interp(np.linspace(0, 1, 40), [0, 0.3, 0.7, 1], [0.008, 0.045, 0.1, 0.165]) * (1
        + 0.05 * np.cos(np.arange(40) * 2.1))
    horn = tube(path, radius, sides=28)
    lip = tube([(0.005, 0.17 + 0.165 * math.cos(a), 0.165 * math.sin(a)) for a in np.linspace(0,
        6.29, 30)], 0.016, sides=8)
    parts = [Part("horn", merge(horn, lip), "main", pattern="weave", repeat=26)]
    pile = [("apple", (0.1, 0.0, 0.07)), ("pear", (0.16, 0.0, -0.06)), ("lemon", (0.22, 0, 0.05)),
        ("grapes", (0.1, 0.0, 0.15)), ("apple", (0.05, 0.08, -0.02)), ("pear", (0.06, 0.13, 0.07)),
        ("apple", (0.3, 0, -0.02)), ("grapes", (0.03, 0.07, -0.1)), ("lemon", (0.12, 0.075, 0.02))]
    tint = {"apple": "red", "pear": "yellow", "lemon": "orange", "grapes": "violet"}
    makers = {"apple": apple, "pear": pear, "lemon": lemon, "grapes": grapes}
    for name, at in pile:
        fruit = makers[name](Request(ask.rng, "lying" if name == "grapes" else "whole",
            frozenset({"orange"})))
        low, _ = fruit.bounds
        turn = ask.between(-90, 90)
        parts += [Part(p.name, p.mesh.moved(0, -low[1], 0).scaled(1.25).turned(y=turn).moved(*at),
            tint[name] if p.material == "main" else p.material) for p in fruit.parts]
    keys = dict.fromkeys((p.material, p.pattern) for p in parts[1:])
    rest = [Part(m, merge(p.mesh for p in parts[1:] if (p.material, p.pattern) == (m, k)), m) for m,
        k in keys]
    return Model.of(parts[0], *rest)


@form("corn", "fruit", 0.25, "standing, lying", where="table")
def corn(ask: Request) -> Model:
    """A cob of corn with its husk drawn back."""
    t = np.linspace(0, 1, 20)
    grow = 0.033 * np.sqrt(np.maximum(1 - np.maximum(t - 0.35, 0) ** 2 * 2.1, 0.02))
    core = lathe(columns(grow * 0.95, 0.03 + 0.2 * t), sides=20)
    kernels, one = [], ball((0.006, 0.0046, 0.0066), sides=8)
    for i in range(30):
        y = 0.035 + 0.0064 * i
        r = float(np.interp(y, 0.03 + 0.2 * t, grow))
        kernels += [one.moved(r, 0, 0).turned(y=360 * k / 16 + 2 * i).moved(0, y, 0)
            for k in range(16)]
    husk = [blade(0.21, 0.085, bend=0.9, fold=-0.5).turned(y=180).turned(x=8 + 16 * (k % 2)
        ).turned(y=72 * k + 20).moved(0, 0.005, 0) for k in range(5)]
    silk = cards(np.tile([0, 0.225, 0], (24, 1)), unit(ask.rng.normal(size=(24, 3))
        + np.array([0, 1.4, 0])), unit(ask.rng.normal(size=(24, 3))), 0.05, 0.06)
    made = Model.of(Part("kernels", merge(core, *kernels)), Part("husk", merge(husk), "leaf"),
        Part("silk", silk, "dry_grass"))
    return made.mapped(lambda m: m.turned(z=-76)) if ask.pose == "lying" else made


@form("seed", "fruit", 0.05, "sprouting", where="table")
def seed(ask: Request) -> Model:
    """A seed that sprouts, an acorn, or a maple's winged seed."""
    shell = ball((0.009, 0.012, 0.008), sides=20).turned(z=24).moved(0, 0.01, 0)
    shoot = tube(triples("0 14 0, -6 30 0, 2 46 0, 0 60 0"), [0.0028, 0.0024, 0.002, 0.0026],
        samples=20)
    leaves = merge(blade(0.03, 0.017, bend=0.9).turned(x=10, z=62 * s).moved(0, 0.058, 0)
        for s in (-1, 1))
    roots = merge(tube([(0, 0.004, 0), (x, -0.006, 0.004), (1.6 * x, -0.02, z)],
        [0.002, 0.0014, 0.0004], samples=9, sides=6) for x, z in ((0.004, 0), (-0.007, 0.004),
        (0.01, -0.003)))
    return Model.of(Part("seed", shell), Part("shoot", merge(shoot, leaves), "leaf"),
        Part("roots", roots, "linen"))


def _placed(at: tuple[float, float, float, float], mesh: Mesh) -> Mesh:
    """A mesh scaled, leant and moved by `at`: size, degrees, x, z."""
    size, lean, x, z = at
    return mesh.moved(0, 0.1, 0).scaled(size).turned(z=lean).moved(x, 0, z)


@form("mushroom", "plant", 0.15, "group")
def mushroom(ask: Request) -> Model:
    """A toadstool, or a family of them."""
    caps, stems, gills, dots = [], [], [], []
    places = triples("0 0 1000, 85 30 620, -75 40 460, 20 80 320")
    for x, z, size in places:
        k = size * ask.between(0.93, 1.07)
        wide, high = (0.068, 0.055)
        t = np.linspace(0, np.pi / 2, 14)
        cap = [(wide * 0.97, -0.008), *[(wide * math.cos(a), high * math.sin(a)) for a in t[:-1]],
            (0.0005, high)]
        lean = ask.between(-9, 9)
        at = (k, lean, x, z)
        caps.append(_placed(at, lathe(cap, sides=36)))
        gills.append(_placed(at, lathe([(0.014, -0.001), (wide * 0.95, -0.009)], sides=36)))
        stems.append(_placed(at, lathe(pairs("26 -100, 30 -90, 22 -50, 19 -8, 24 12"), sides=18)))
        stems.append(_placed(at, lathe(pairs("20 -32, 37 -45, 35 -40, 19 -27"), sides=20)))
        for i in range(15):
            a, b = 2.4 * i, math.radians(12 + 5.2 * i)
            spot = (wide * math.cos(b) * math.cos(a), high * math.sin(b), wide * math.cos(b)
                * math.sin(a))
            dots.append(_placed(at, ball((0.009, 0.006, 0.009), sides=8).moved(*spot)))
    parts = [Part("caps", merge(caps), "red"), Part("stems", merge(stems), "linen"),
        Part("gills", merge(gills), "second")]
    if dots:
        parts.append(Part("spots", merge(dots), "white"))
    return Model.of(*parts)


@form("wheat", "plant", 1.0, "sheaf")
def wheat(ask: Request) -> Model:
    """A bound sheaf of wheat, a patch of a field, or one ear."""
    rng = ask.rng
    n = {"sheaf": 90}.get(ask.pose or "sheaf", 240)
    turn, r = rng.uniform(0, 6.28, n), np.sqrt(rng.uniform(0, 1, n))
    out = columns(r * np.cos(turn), 0 * r, r * np.sin(turn))
    s = np.linspace(0, 1, 9)[None, :, None]
    waist = 0.0
    shape = 0.08 + (0.5 * np.abs(s - 0.42) ** 1.1) * (1 - waist) + 0.02 * waist
    line = (out[:, None] * shape + np.array([0, 0.92, 0]) * s * rng.uniform(0.88, 1.08, (n, 1, 1))
        + out[:, None] * np.array([0.16, -0.04, 0.16]) * s**4)
    stems = rods(line, np.full((n, 9), 0.0045), sides=4)
    grains, way, up, size = [], [], [], []
    tip, step = line[:, -1], unit(line[:, -1] - line[:, -2])
    side = unit(np.cross(step, [0.2, 0.1, 1]))
    for k in range(12):
        across = side if k % 2 else -side
        across = across if k % 4 < 2 else np.cross(step, across)
        grains.append(tip + step * 0.011 * k)
        way.append(step + 0.45 * across)
        up.append(unit(across + 0.2 * step))
        size.append(np.full(n, 0.036))
    for _ in range(5):
        grains.append(tip + step * 0.06)
        way.append(step + 0.22 * unit(rng.normal(size=(n, 3))))
        up.append(side)
        size.append(np.full(n, 0.16))
    widths = [cards(np.concatenate(grains[:12]), np.concatenate(way[:12]), np.concatenate(up[:12]),
        np.concatenate(size[:12]), 0.5), cards(np.concatenate(grains[12:]),
        np.concatenate(way[12:]), np.concatenate(up[12:]), np.concatenate(size[12:]), 0.03)]
    parts = [Part("stalks", stems, "dry_grass"), Part("ears", merge(widths), "thatch")]
    band = tube([(0.105 * math.cos(a), 0.4 + 0.012 * math.sin(2 * a), 0.105 * math.sin(a))
        for a in np.linspace(0, 6.29, 24)], 0.018, sides=8)
    parts.append(Part("band", band, "second"))
    return Model.of(*parts)


@form("haystack", "plant", 3.0, "domed")
def haystack(ask: Request) -> Model:
    """A thatched haystack of Monet's."""
    low = lathe([(1.55, 0), (1.7, 0.6), (1.75, 1.25), (1.6, 1.3)], sides=48)
    cap = spline(np.array(pairs("1900 1120, 1750 1350, 1200 2100, 550 2750, 20 3000")), 18)
    roof = lathe(cap, sides=48)
    rng, n = ask.rng, 2400
    a, t = rng.uniform(0, 6.28, n), rng.uniform(0, 1, n)
    pick = np.minimum((t * 17).astype(int), 16)
    r, y = cap[pick, 0] + 0.01, cap[pick, 1] + rng.uniform(-0.05, 0.05, n)
    walls = rng.random(n) < 0.4
    r, y = np.where(walls, 1.72, r), np.where(walls, rng.uniform(0.05, 1.15, n), y)
    out = columns(np.cos(a), 0.25 + 0 * a, np.sin(a))
    straw = cards(columns(r * np.cos(a), y, r * np.sin(a)), columns(0.5 * np.cos(a), -1.2 + 0 * a,
        0.5 * np.sin(a)) + 0.3 * rng.normal(size=(n, 3)), unit(out), 0.3, 0.1)
    parts = [Part("stack", low.grained(0.1, 1, 0), "dry_grass"), Part("roof",
        roof.grained(0.2, 1, 0), "dry_grass"), Part("straw", straw, "thatch")]
    return Model.of(*parts, seat=(0, 2.9, 0))


@form("leaf", "plant", 0.2, "oak", where="table")
def leaf(ask: Request) -> Model:
    """One large leaf with its veins."""
    pose = ask.pose or "oak"
    material = "main"
    lobes = {"oak": pairs("160 300, 100 360, 300 500, 170 560, 320 720, 160 780, 200 950, 0 1080")}
    edge = lobes.get(pose, pairs("160 250, 270 450, 240 680, 130 880, 0 1100"))
    half = np.array([(0.0, 0.12), *edge])
    half = spline(half, 60)
    curl = 0.45
    skins = []
    for side in (-1, 1):
        s = np.linspace(0, 1, 9)[:, None]
        grid = columns(half[:, 0] * s * side, half[:, 1] - 0.12 * (1 - s) * half[:, 0] + 0 * s, 0.35
            * half[:, 0] * s)
        skins.append(sheet(grid))
    veins = [tube([(0, -0.24, 0), (0, 0.1, 0.004), (0, 1.02, 0.006)], [0.016, 0.012, 0.003],
        sides=6, samples=20)]
    for y, x, top in triples("260 150 420, 440 170 600, 600 160 750, 760 90 870"):
        veins += [tube([(0, y, 0.006), (x * z, top - 0.02, 0.35 * x + 0.012)], [0.008, 0.002],
            sides=5) for z in (-1, 1)]

    def bend(p: Array) -> Array:
        a = p[:, 1] * curl
        out = p.copy()
        out[:, 1], out[:, 2] = ((1 / curl - p[:, 2]) * np.sin(a), (1 / curl) - (1 / curl - p[:, 2])
            * np.cos(a))
        return np.asarray(out * [1, 1, -1])

    parts = [Part("blade", merge(skins).bent(bend), material),
        Part("veins", merge(veins).bent(bend).moved(0, 0, 0.004), "second")]
    return Model.of(*parts).mapped(lambda m: m.turned(x=-18, z=14).scaled(0.2))


@form("root", "plant", 0.5, "spreading")
def root(ask: Request) -> Model:
    """A root that forks as it goes down; a mandrake's is like a man."""
    wood = Wood(ask.rng, spread=34, rise=0.0, wander=0.25, levels=3, shrink=0.78)
    for k in range(6):
        a = 1.05 * k
        wood.grow(np.zeros(3), np.array([math.cos(a), 0.7, 0.8 * math.sin(a)]), 0.3, 0.045, 1)
    paths, radii = np.array(wood.paths) * [1, -1, 1], np.array(wood.radii)
    stem = tube([(0, -0.05, 0), (0, 0.1, 0), (0.01, 0.28, 0)], [0.08, 0.06, 0.05])
    return Model.of(Part("root", merge(rods(paths, np.minimum(radii * 0.75, 0.05), sides=7), stem),
        "bark"))
