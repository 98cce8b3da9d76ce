"""Sun, moon, stars, clouds and weather; they hang in the x-y plane and face the viewer."""

from __future__ import annotations

import itertools
import math

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms.growth import rods, unit
from worker.studio.scene.mesh import Array, Mesh, ball, columns, extrude, lathe, merge, sheet, tube
from worker.studio.scene.model import Model, Part, Request, form


def _plate(radius: float, dome: float) -> Mesh:
    """A lens that bulges towards the viewer."""
    t = np.linspace(0, np.pi / 2, 12)
    profile = [(radius, -0.3 * dome), *[(radius * math.cos(a), dome * math.sin(a)) for a in t[:-1]],
        (0.001, dome)]
    return lathe(profile, sides=56).turned(x=90)


@form("sun", "sky", 3.0, "rayed, rising", where="sky")
def sun(ask: Request) -> Model:
    """The sun: a carved disc with rays, or a plain disc."""
    glow = 0.35
    disc = Part("disc", _plate(1.0, 0.3), "main", glow=glow)
    rays, waves = [], []
    count = 12
    for k in range(count):
        turn = 360 * k / count
        if ask.pose == "rising" and not -95 < (turn + 180) % 360 - 180 < 95:
            continue
        rays.append(extrude([(-0.17, 1.04), (0.17, 1.04), (0, 1.95)], 0.14,
            bevel=0.05).turned(z=-turn))
        t = np.linspace(0, 1, 16)
        path = columns(0.11 * np.sin(t * 8) * (1 - 0.4 * t), 1.0 + 0.72 * t, 0 * t)
        waves.append(tube(path, 0.1 * (1 - t) ** 0.8 + 0.006, sides=8, flat=0.6).turned(z=-turn
            - 15))
    rim = tube([(1.02 * math.cos(a), 1.02 * math.sin(a), 0) for a in np.linspace(0, 6.2832, 60)],
        0.05, sides=8)
    parts = [disc, Part("rays", merge(rays), "main", glow=glow), Part("waves", merge(*waves, rim),
        "second", glow=glow * 0.6)]
    made = Model.of(*parts)
    return made.mapped(lambda m: m.scaled(0.78))


@form("moon", "sky", 2.0, "full", where="sky")
def moon(ask: Request) -> Model:
    """The moon, full or crescent, with a face by attribute."""
    parts = [Part("disc", ball(1.0, sides=48), "main", pattern="clouds", repeat=2.1, glow=0.3)]
    return Model.of(*parts)
    reach = 90.0
    a = np.radians(np.linspace(reach, 360 - reach, 60))
    outer = columns(np.cos(a), np.sin(a))
    y = outer[0, 1] * np.cos(np.linspace(0, np.pi, 60))
    dip = 0.0
    back = columns(outer[0, 0] - dip * np.sqrt(np.maximum(1 - (y / outer[0, 1]) ** 2, 0)), y)
    # Rings between the horn's edge and its ridge make a swelling body.
    rows = []
    for u in np.linspace(0, 1, 15):
        edge = outer * (1 - u) + back * u
        rows.append(np.column_stack([edge, 0.42 * math.sin(math.pi * u) ** 0.6 * np.linalg.norm(back
            - outer, axis=1)]))
    skin = sheet(np.array(rows))
    parts = [Part("horn", merge(skin, sheet(np.array(rows) * [1, 1, -1])), "main", glow=0.3)]
    return Model.of(*parts, seat=(-0.42, -0.75, 0)).mapped(lambda m: m.turned(z=-18))


def star_mesh(points: int = 5, inner: float = 0.42, depth: float = 0.3) -> Mesh:
    """A faceted star of radius one in the x-y plane."""
    a = np.pi / 2 + np.arange(2 * points) * np.pi / points
    r = np.where(np.arange(2 * points) % 2, inner, 1.0)
    edge = columns(r * np.cos(a), r * np.sin(a), 0 * a)
    edge = np.concatenate([edge, edge[:1]])
    halves = [sheet(np.stack([edge, np.tile([0, 0, z], (len(edge), 1))]), crease=8)
        for z in (depth, -depth)]
    return merge(halves)


@form("star", "sky", 1.0, "five, falling", where="sky")
def star(ask: Request) -> Model:
    """A star cut in facets; falling, it draws a trail."""
    mesh = star_mesh()
    parts = [Part("star", mesh.scaled(0.5), glow=0.3)]
    if ask.pose == "falling":
        trails = [tube([(0.05 * k, 0.1 * k, -0.05), (1.3 - 0.1 * abs(k), 1.0 + 0.14 * k, -0.1)],
            [0.13, 0.004], sides=6, flat=0.3) for k in (-2, -1, 0, 1, 2)]
        parts.append(Part("trail", merge(trails), "second", glow=0.2))
    return Model.of(*parts)


@form("stars", "sky", 4.0, "scattered", where="sky")
def stars(ask: Request) -> Model:
    """Many stars, or a constellation with its lines."""
    rng = ask.rng
    n = 26
    a = 2.39996 * np.arange(n)
    r = np.sqrt((np.arange(n) + 0.5) / n)
    at = columns(2.6 * r * np.cos(a), 1.9 * r * np.sin(a), 0 * r) + rng.normal(size=(n, 3)) * [0.22,
        0.22, 0]
    size = rng.uniform(0.08, 0.26, n) if n > 9 else rng.uniform(0.16, 0.3, n)
    shapes = [star_mesh(), star_mesh(4, 0.3), star_mesh(8, 0.45)]
    parts = [Part("stars", merge(shapes[i % 3].scaled(float(s)).turned(z=rng.uniform(-20,
        20)).moved(*p) for i, (p, s) in enumerate(zip(at, size, strict=True))), glow=0.4)]
    if n == 9:
        order = np.argsort(at[:, 0])
        lines = [tube([at[i], at[j]], 0.018, sides=5) for i, j in itertools.pairwise(order)]
        parts.append(Part("lines", merge(lines), "second", glow=0.2))
    return Model(parts)


@form("planet", "sky", 2.0, "ringed", where="sky")
def planet(ask: Request) -> Model:
    """A planet, with Saturn's rings as a rule."""
    bands = "clouds"
    parts = [Part("globe", ball(0.8, sides=44), "main", pattern=bands, other="second", repeat=5
        if bands == "rings" else 2.5)]
    turn = np.linspace(0, 2 * np.pi, 73)
    hoops = [sheet(np.stack([columns(r * np.cos(turn), 0 * turn, r * np.sin(turn)) for r in pair]))
        for pair in ((1.0, 1.14), (1.22, 1.48), (1.56, 1.68))]
    parts.append(Part("rings", merge(hoops), "second"))
    return Model.of(*parts).mapped(lambda m: m.turned(x=18).turned(z=22))


def heap(ask: Request, width: float, height: float, *, count: int = 48, detail: int = 60) -> Mesh:
    """A cumulus: great lumps along a flat base, and small ones upon large ones."""
    return _heap(ask, width, height, count).mesh(detail=detail)


def _heap(ask: Request, width: float, height: float, count: int) -> Clay:
    lumps: list[tuple[float, float, float, float]] = []
    for x in np.linspace(-0.8, 0.8, max(7, int(2.6 * width / height))):
        size = height * (0.46 - 0.26 * abs(x) ** 1.5) * ask.between(0.85, 1.1)
        lumps.append((x * width / 2, size * 0.75, ask.between(-0.05, 0.05) * width, size))
    for _ in range(count):
        x, y, z, size = lumps[int(ask.rng.integers(0, len(lumps)))]
        out = unit(ask.rng.normal(size=3) * [1, 0.8, 0.8] + [0, 0.55, 0.35])
        small = max(size * ask.between(0.42, 0.68), 0.075 * height)
        at = np.array([x, y, z]) + out * size * [0.9, 0.9, 0.75]
        lumps.append((at[0], max(at[1], 0.6 * small), at[2], small))
    high = max(y + size for _, y, _, size in lumps)
    clay = Clay(blend=0.035 * height)
    clay.lump((0, 0.16 * height, 0), (0.42 * width, 0.16 * height, 0.3 * height))
    for x, y, z, size in lumps:
        clay.lump((x, y * height / high, z), size)
    return clay


@form("cloud", "sky", 1.6, "heaped", where="sky")
def cloud(ask: Request) -> Model:
    """A heaped cloud with a flat base, a long bank, or a thundercloud with its anvil."""
    shade = "main"
    return Model.of(Part("cloud", heap(ask, 2.7, 1.45), shade), seat=(0, 1.0, 0.3))


@form("lightning", "sky", 6.0, "forked", where="sky")
def lightning(ask: Request) -> Model:
    """A forked stroke of lightning, or a cut-out bolt."""
    strokes = []

    def run(start: Array, end: Array, width: float, level: int) -> None:
        n = 9 - 2 * level
        s = np.linspace(0, 1, n)[:, None]
        path = (start + (end - start) * s + ask.rng.normal(size=(n, 3)) * [0.34, 0.1, 0.05]
            * np.sin(np.pi * s) ** 0.5 * (1 - 0.3 * level))
        for a, b, t in zip(path[:-1], path[1:], np.linspace(0, 1, n - 1), strict=True):
            strokes.append(tube([a, b], [width * (1 - 0.6 * t), width * (0.95 - 0.65 * t)],
                sides=6))
        if level < 2:
            for i in range(2, n - 1, 2):
                side = 1 if (i // 2) % 2 else -1
                reach = np.array([side * ask.between(0.7, 1.5), -ask.between(0.9, 1.7), 0]) * (1
                    - 0.4 * level)
                run(path[i], path[i] + reach, width * 0.5, level + 1)

    run(np.array([0.4, 6.0, 0]), np.array([-0.3, 0.0, 0]), 0.13, 0)
    return Model.of(Part("bolt", merge(strokes), glow=0.6))


@form("rainbow", "sky", 5.0, "arch", where="sky")
def rainbow(ask: Request) -> Model:
    """A rainbow of six bands."""
    reach = np.linspace(0, np.pi * 1.0, 60)
    parts = []
    for k, material in enumerate(("red", "orange", "yellow", "green", "blue", "violet")):
        r = 5.0 - 0.24 * k
        rings = [columns(q * np.cos(reach), q * np.sin(reach), z + 0 * reach) for q,
            z in ((r, 0.0), (r - 0.12, 0.05), (r - 0.24, 0.0))]
        parts.append(Part(material, sheet(np.stack(rings)), material, glow=0.15))
    return Model.of(*parts, inside=(0, 1, 0))


@form("rain", "sky", 5.0, "falling", where="sky")
def rain(ask: Request) -> Model:
    """Slanting rain beneath a dark cloud."""
    n = 110
    rng = ask.rng
    start = columns(rng.uniform(-1.6, 1.6, n), rng.uniform(0.9, 3.9, n), rng.uniform(-0.5, 0.5, n))
    way = np.array([-0.24, -1.0, 0]) * rng.uniform(0.5, 1.1, (n, 1))
    paths = start[:, None] + way[:, None] * np.linspace(0, 1, 3)[None, :, None]
    drops = rods(paths, np.tile([0.006, 0.016, 0.01], (n, 1)), sides=5)
    return Model.of(Part("cloud", heap(ask, 3.6, 1.3).moved(0, 3.8, 0), "main"), Part("rain", drops,
        "water"))


@form("sunbeam", "sky", 6.0, "slanting, upright", where="air")
def sunbeam(ask: Request) -> Model:
    """A shaft of light: a few thin blades that widen downwards."""
    slant = 2.4 if ask.pose != "upright" else 0.0
    blades = []
    for k in range(4):
        x = 0.62 * k + ask.between(-0.08, 0.08)
        wide = ask.between(0.12, 0.34)
        top, foot = np.array([slant + 0.35 * x, 6.0, 0]), np.array([1.25 * x - 1, 0, 0])
        grid = [[p + np.array([s * w, 0, 0]) for s in (-1, 1)] for p, w in ((top, wide * 0.4),
            ((top + foot) / 2, wide * 0.75), (foot, wide))]
        blades.append(sheet(np.array(grid)).moved(0, 0, 0.04 * k))
    return Model.of(Part("beam", merge(blades), "main", glow=0.7))
