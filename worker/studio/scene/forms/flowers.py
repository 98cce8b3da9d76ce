"""Flowers: single blooms of eight kinds, bouquets, wreaths, garlands, a potted plant."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from worker.studio.scene.forms.growth import rods, unit
from worker.studio.scene.forms.plants import blade, sprig
from worker.studio.scene.mesh import (Mesh, ball, columns, lathe, merge, pairs, sheet, spline,
    triples, tube)
from worker.studio.scene.model import Model, Part, Request, Rng, form

Head = list[Part]


def petal(length: float, width: float, *, cup: float = 0.4, open_: float = 0.5, broad: float = 1.0,
    notch: float = 0.0, wave: float = 0.0) -> Mesh:
    """A petal from the origin up along y; its inner side is -z and it opens towards +z."""
    u, v = np.meshgrid(np.linspace(0, 1, 8), np.linspace(-1, 1, 5), indexing="ij")
    half = width / 2 * np.sin(np.pi * (0.07 + 0.86 * u**broad)) ** 0.62
    reach = u * (1 - notch * (1 - v**2) * u**4 * (np.abs(v) < 0.6) - 0.1 * v**2 * u)
    angle = open_ * reach
    k = open_ if abs(open_) > 1e-3 else 1e-3
    y, z = length * np.sin(angle) / k, length * (1 - np.cos(angle)) / k
    z = z - cup * half * v**2 + wave * width * np.sin(7 * v + 5 * u) * u
    return sheet(columns(half * v, y, z)).grained(0, 1, 0)


def ring(leaf: Mesh, count: int, tilt: float, rng: Rng, *, radius: float = 0.0, turn: float = 0.0,
    rise: float = 0.0) -> Mesh:
    """Petals in a ring about y, tilted outwards by degrees."""
    out = []
    for k in range(count):
        one = leaf.turned(x=tilt + rng.uniform(-5, 5)).moved(0, rise, radius)
        out.append(one.scaled(rng.uniform(0.93, 1.06)).turned(y=turn + 360 * k / count
            + rng.uniform(-4, 4)))
    return merge(out)


def _rose(rng: Rng) -> Head:
    layers = [ring(petal(0.8, 1.25, cup=0.9, open_=-0.5, broad=0.7), 3, 2, rng, radius=0.1)]
    for i, (tilt, size) in enumerate(((9, 0.95), (20, 1.05), (36, 1.15), (56, 1.2))):
        leaf = petal(size, 1.15 * size, cup=0.75 - 0.12 * i, open_=0.25 + 0.4 * i, broad=0.62,
            wave=0.03)
        layers.append(ring(leaf, 4 + (i > 0), tilt, rng, radius=0.14 + 0.03 * i, turn=33 * i))
    t = np.linspace(0, 13, 60)
    curl = columns(0.022 * t * np.cos(t), 0.72 + 0.1 * np.sin(t * 2.3) * 0.2 + 0 * t, 0.022 * t
        * np.sin(t))
    layers.append(sheet(np.stack([curl * [0.7, 0.3, 0.7], curl])))
    ring(blade(0.6, 0.2, bend=-1.2), 5, 70, rng, radius=0.08)
    return [Part("petals", merge(layers))]


def _tulip(rng: Rng) -> Head:
    leaf = petal(1.35, 0.95, cup=1.0, open_=-0.55, broad=0.85)
    return [Part("petals", merge(ring(leaf, 3, 26, rng, radius=0.1), ring(leaf.scaled(0.97), 3, 20,
        rng, radius=0.08, turn=60)))]


def _lily(rng: Rng) -> Head:
    leaf = petal(1.5, 0.52, cup=0.5, open_=1.7, broad=0.95, wave=0.03)
    petals = merge(ring(leaf, 3, 14, rng, radius=0.06), ring(leaf.scaled(0.95), 3, 18, rng,
        radius=0.06, turn=60))
    stamens = [tube([(0, 0.1, 0), (0.06, 0.8, 0.1), (0.1, 1.1, 0.3)], 0.018, sides=5).turned(y=60
        * k) for k in range(6)]
    heads = [ball((0.1, 0.035, 0.04), sides=8).moved(0.1, 1.1, 0.3).turned(y=60 * k)
        for k in range(6)]
    return [Part("petals", petals), Part("stamens", merge(stamens), "leaf"),
        Part("anthers", merge(heads), "orange")]


def _rays(rng: Rng, count: int, length: float, width: float, disc: float, dome: float,
    tilt: float) -> tuple[Mesh, Mesh]:
    leaf = petal(length, width, cup=0.3, open_=0.3, broad=0.9)
    petals = merge(ring(leaf, count, tilt, rng, radius=disc * 0.85), ring(leaf.scaled(0.92), count,
        tilt - 11, rng, radius=disc * 0.85, turn=180 / count))
    profile = [(disc * math.cos(a), dome * math.sin(a)) for a in np.linspace(-0.4, 1.5, 12)]
    middle = [lathe(profile, sides=28)]
    n = 110
    a, r = 2.39996 * np.arange(n), disc * 0.96 * np.sqrt((np.arange(n) + 0.5) / n)
    y = dome * np.sqrt(np.maximum(1 - (r / disc) ** 2, 0))
    at = columns(r * np.cos(a), y, r * np.sin(a))
    tips = np.linspace(at, at * [1, 1, 1] + [0, 0.05 * disc + 0.02, 0], 3).transpose(1, 0, 2)
    middle.append(rods(tips, np.tile(np.array([0.05, 0.045, 0.01]) * disc * 1.1, (n, 1)), sides=5))
    return petals, merge(middle)


def _sunflower(rng: Rng) -> Head:
    petals, disc = _rays(rng, 20, 0.85, 0.34, 0.72, 0.2, 84)
    return [Part("petals", petals), Part("disc", disc, "dark_wood")]


def _daisy(rng: Rng) -> Head:
    petals, disc = _rays(rng, 11, 0.85, 0.27, 0.36, 0.22, 82)
    return [Part("petals", petals), Part("disc", disc, "yellow")]


def _poppy(rng: Rng) -> Head:
    leaf = petal(1.1, 1.5, cup=0.4, open_=0.35, broad=0.72, wave=0.02)
    petals = merge(ring(leaf, 2, 62, rng), ring(leaf.scaled(0.95), 2, 54, rng, turn=90))
    pod = lathe(pairs("20 0, 150 100, 170 260, 200 300, 10 340"), sides=16)
    fuzz = [tube([(0, 0.1, 0), (0, 0.26, 0.2), (0, 0.34, 0.36)], [0.014, 0.012, 0.03],
        sides=5).turned(y=18 * k) for k in range(20)]
    return [Part("petals", petals), Part("pod", pod, "leaf"), Part("fuzz", merge(fuzz), "black")]


def _iris(rng: Rng) -> Head:
    up = petal(1.1, 0.8, cup=0.9, open_=-0.9, broad=0.7, wave=0.05)
    fall = petal(1.35, 0.85, cup=-0.35, open_=2.2, broad=0.62, wave=0.04)
    beard = merge(tube([(0, 0.15, 0.1), (0, 0.42, 0.38), (0, 0.4, 0.7)], [0.05, 0.06, 0.02],
        sides=7).turned(y=120 * k) for k in range(3))
    return [Part("standards", ring(up, 3, 14, rng, turn=60, radius=0.06)),
        Part("falls", ring(fall, 3, 44, rng, radius=0.06), "second"), Part("beards", beard,
        "yellow")]


def _chrysanthemum(rng: Rng) -> Head:
    layers = []
    for i, (count, tilt) in enumerate(((5, 6), (8, 26), (11, 50), (14, 74))):
        leaf = petal(0.66 + 0.16 * i, 0.36, cup=0.7, open_=-0.9 + 0.45 * i, broad=0.75)
        layers.append(ring(leaf, count, tilt, rng, radius=0.05, turn=17 * i, rise=0.16 - 0.06 * i))
    return [Part("petals", merge(layers))]


HEADS: dict[str, tuple[Callable[[Rng], Head], float, float, tuple[float, float]]] = {
    "rose": (_rose, 0.06, 0.29, (0.09, 0.055)),
    "tulip": (_tulip, 0.056, 0.27, (0.23, 0.06)),
    "lily": (_lily, 0.08, 0.4, (0.2, 0.04)),
    "sunflower": (_sunflower, 0.12, 0.6, (0.24, 0.2)),
    "daisy": (_daisy, 0.04, 0.19, (0.09, 0.02)),
    "poppy": (_poppy, 0.06, 0.29, (0.13, 0.04)),
    "iris": (_iris, 0.07, 0.38, (0.3, 0.04)),
    "chrysanthemum": (_chrysanthemum, 0.065, 0.28, (0.12, 0.08))
}
"""Kinds of flower: the head, its scale in metres, the height, and a leaf's length and width."""


def bloom(kind: str, rng: Rng, *, tilt: float = 52.0, turn: float = 0.0, at: tuple[float, float,
    float] = (0, 0, 0)) -> Head:
    """A flower's head that looks up and towards the viewer, placed at a point."""
    make, scale, _, _ = HEADS[kind]
    parts = Model(make(rng)).mapped(lambda m: m.scaled(scale).turned(x=tilt).turned(y=turn)
        .moved(*at))
    return list(parts.parts)


def gathered(parts: list[Part]) -> list[Part]:
    """Parts of the same name and material made one."""
    keys = dict.fromkeys((p.name, p.material) for p in parts)
    return [Part(name, merge(p.mesh for p in parts if (p.name, p.material) == (name, material)),
        material) for name, material in keys]


@form("flower", "flower", 0.5, "upright, lying",
    "rose, tulip, lily, sunflower, daisy, poppy, iris, chrysanthemum")
def flower(ask: Request) -> Model:
    """One flower on its stem with leaves."""
    kind = ask.pick(*HEADS)
    _, scale, height, (long, wide) = HEADS[kind]
    rng, bow = ask.rng, ask.between(-0.08, 0.08)
    path = np.array(np.array(triples("0 0 0, 300 400 0, 1000 800 10, 1200 1000 30"))
        * [bow, height, 1])
    line = spline(path, 24)
    stem = tube(line, np.linspace(0.1, 0.07, 24) * max(scale, 0.045), sides=8)
    tilt = {"tulip": 8.0, "sunflower": 74.0, "iris": 8.0, "lily": 66.0}.get(kind, 46.0)
    x, y, z = line[-1].tolist()
    head = bloom(kind, rng, tilt=tilt, turn=ask.between(-16, 16), at=(x, y, z))
    leaf = blade(long, wide, bend=0.9, wave=0.04)
    basal = kind in ("tulip", "iris")
    places = (1, 2, 3) if basal else (7, 11, 15) if kind != "lily" else range(4, 20, 2)
    green = []
    for i, k in enumerate(places):
        lean = (14 if basal else 52) + rng.uniform(-6, 8)
        green.append(leaf.scaled(rng.uniform(0.85, 1.1)).turned(x=12).turned(z=lean
            * (1 if i % 2 else -1)).turned(y=35 * i - 30).moved(*line[k]))
    if kind == "rose":
        green += [tube([line[k], line[k] + np.array([0.012 * (1 if k % 2 else -1), 0.004, 0.004])],
            [0.004, 0.0004], sides=5) for k in range(3, 20, 2)]
    made = Model.of(*head, Part("stem", stem, "leaf"), Part("leaves", merge(green), "leaf"),
        head=(x, y, z))
    return made.mapped(lambda m: m.turned(z=-84)) if ask.pose == "lying" else made


@form("bouquet", "flower", 0.6, "full", where="table")
def bouquet(ask: Request) -> Model:
    """A bunch of flowers of several kinds, bound with a ribbon."""
    rng = ask.rng
    # Few large heads, a bare bundle of stems and no wrapper: all three are seen apart.
    kinds, parts = ("rose", "daisy", "rose", "chrysanthemum"), []
    count = 9
    for k in range(count):
        a, r = 2.39996 * k, 0.17 * math.sqrt((k + 0.2) / count)
        at = (r * math.cos(a), 0.5 - 3.0 * r * r - 0.012 * (k % 3), 0.95 * r * math.sin(a))
        role = ("main", "second", "white_petal")[k % 3]
        head = bloom(kinds[k % 4], rng, tilt=14 + 330 * r, turn=90 - math.degrees(a), at=(0, 0, 0))
        parts += [Part(p.name if p.material != "main" else role, p.mesh.scaled(1.45).moved(*at),
            role if p.material in ("main", "second") else p.material) for p in head]
        foot = (-0.26 * at[0], 0.0, -0.26 * at[2])
        parts.append(Part("stems", tube([foot, (0.1 * at[0], 0.17, 0.1 * at[2]), at], 0.0065,
            sides=6, samples=12), "leaf"))
    leaf = blade(0.2, 0.085, bend=1.0)
    fan = [leaf.scaled(rng.uniform(0.85, 1.15)).turned(x=rng.uniform(50, 85)).moved(0, 0.3,
        0.04).turned(y=40 * k) for k in range(9)]
    parts.append(Part("leaves", merge(fan), "leaf"))
    t = np.linspace(0, 6.29, 30)
    knot = [tube(columns(0.03 * np.cos(t), 0.155 + 0.014 * k + 0 * t, 0.03 * np.sin(t)), 0.011)
        for k in range(3)]
    tails = [tube([(0, 0.165, 0.036), (0.05 * s, 0.1, 0.05), (0.075 * s, 0.01, 0.045)],
        [0.008, 0.016, 0.02], samples=12, flat=0.2) for s in (-1, 1)]
    parts.append(Part("ribbon", merge(knot, tails), "accent"))
    return Model.of(*gathered(parts))


@form("wreath", "flower", 0.5, "laurel", where="wall")
def wreath(ask: Request) -> Model:
    """A laurel wreath, or a round one for doors and graves."""
    rng = ask.rng
    green = "main"
    a = np.radians(np.linspace(-86, 72, 40))
    side = columns(0.22 * np.cos(a), 0.25 + 0.22 * np.sin(a), 0 * a)
    half = merge(tube(side, 0.006, sides=6), sprig(side, 26, blade(0.115, 0.044), rng, open_=30),
        sprig(side + np.array([0, 0, 0.015]), 20, blade(0.1, 0.04), rng, open_=40))
    berries = [ball(0.009, sides=8).moved(*(p + np.array([rng.uniform(-0.03, 0.03), 0, 0.03])))
        for p in side[4::5]]
    fruit = merge(berries)
    parts = [Part("leaves", merge(half, half.mirrored()), green),
        Part("berries", merge(fruit, fruit.mirrored()), "accent")]
    cloth = "second"
    loops = [tube(triples("0 30 30, 70 75 50, 85 20 40, 0 30 40", s), [0.01, 0.022, 0.022, 0.01],
        samples=20, flat=0.3) for s in (-1, 1)]
    tails = [tube([(0, 0.03, 0.035), (0.05 * s, -0.07, 0.04), (0.08 * s, -0.19, 0.03)],
        [0.01, 0.02, 0.026], samples=12, flat=0.15) for s in (-1, 1)]
    parts.append(Part("ribbon", merge(*loops, *tails, ball((0.016, 0.018, 0.014)).moved(0, 0.03,
        0.045)), cloth))
    return Model.of(*parts, inside=(0, 0.25, 0))


@form("garland", "flower", 0.5, "hanging", where="wall")
def garland(ask: Request) -> Model:
    """A swag of leaves and flowers that hangs between two bows."""
    rng = ask.rng
    x = np.linspace(-0.7, 0.7, 46)
    line = columns(x, 0.12 + 0.62 * x**2, 0 * x)
    thick = 0.05 + 0.05 * (1 - (x / 0.7) ** 2)
    leaf = blade(0.13, 0.055, bend=0.7)
    out = [leaf.scaled(rng.uniform(0.7, 1.2)).turned(x=rng.uniform(20,
        120)).turned(y=rng.uniform(-80, 80), z=rng.uniform(-180, 180)).moved(*(line[i]
        + unit(rng.normal(size=3)) * thick[i] * 0.6)) for i in range(46) for _ in range(3)]
    parts = [Part("leaves", merge(out), "leaf")]
    for k, i in enumerate(range(4, 44, 4)):
        at = line[i] + [rng.uniform(-0.02, 0.02), rng.uniform(-0.03, 0.03), thick[i]]
        head = bloom("rose" if k % 2 else "chrysanthemum", rng, tilt=75, at=(at[0], at[1], at[2]))
        parts += [Part("petals" if k % 2 else "others", p.mesh, ("main" if k % 2 else "second")
            if p.material == "main" else p.material) for p in head]
    for s in (-1, 1):
        tails = [tube([(0.7 * s, 0.42, 0.02), (0.72 * s + 0.05 * d, 0.26, 0.03),
            (0.7 * s + 0.08 * d, 0.1, 0.02)], [0.012, 0.024, 0.02], samples=12, flat=0.2)
            for d in (-1, 1)]
        loops = [tube([(0.7 * s, 0.43, 0.02), (0.7 * s + 0.09 * d, 0.5, 0.04), (0.7 * s + 0.1 * d,
            0.42, 0.04), (0.7 * s, 0.43, 0.03)], 0.02, samples=16, flat=0.3) for d in (-1, 1)]
        parts.append(Part("bows", merge(*tails, *loops), "accent"))
    return Model.of(*gathered(parts))


@form("potted plant", "flower", 0.6, "leafy, blooming", where="table")
def potted_plant(ask: Request) -> Model:
    """A plant with broad leaves, or in bloom, in a pot."""
    rng = ask.rng
    pot = lathe(pairs("85 0, 120 160, 140 160, 140 205, 115 205, 110 180, 10 175"), sides=36)
    dish = lathe([(0.12, 0), (0.15, 0.02), (0.12, 0.012)], sides=36)
    wilt = 0.9
    leaves, stems, heads = [], [], []
    for k in range(15):
        a, t = 2.39996 * k, (k + 0.5) / 15
        out = np.array([math.cos(a), 0, math.sin(a)])
        tip = out * (0.05 + 0.1 * t) + [0, 0.52 - 0.27 * t, 0]
        stems.append(tube([out * 0.02 + [0, 0.18, 0], out * 0.05 + [0, 0.3, 0], tip], 0.005,
            sides=6, samples=8))
        turn = 90 - math.degrees(a)
        leaves.append(blade(0.24, 0.12, bend=wilt, fold=0.18, wave=0.03).scaled(rng.uniform(0.8,
            1.15)).turned(y=180).turned(x=18 + 50 * t).turned(y=turn).moved(*tip))
        if ask.pose == "blooming" and k < 7:
            at = tip + np.array([0, 0.15 - 0.1 * t, 0])
            heads += bloom("rose", rng, tilt=30 + 30 * t, turn=turn, at=(at[0], at[1], at[2]
                + 0.04))
    parts = [Part("leaves", merge(leaves), "main" if not heads else "leaf"),
        Part("stems", merge(stems), "leaf"), Part("pot", merge(pot, dish), "second"),
        *gathered(heads)]
    return Model.of(*parts)
