"""Solids, signs and emblems: spheres, knots, letters, numbers, arrows.

Treasure and devotion: coins, purses, medals, crucifixes, rosaries.
"""

from __future__ import annotations

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms._still import (block, cut, disc, grooved, ring, stroke, tilted,
    turned, wire)
from worker.studio.scene.mesh import (Array, Mesh, ball, box, columns, finished, merge, pairs,
    sheet, spline, triples, tube)
from worker.studio.scene.model import Model, Part, Request, form
from worker.studio.scene.body.bones import Pose
from worker.studio.scene.body.shape import Build
from worker.studio.scene.forms.people import figure_parts
from worker.studio.scene.forms.people_dress import Outfit


@form("sphere", "symbol", 0.5, "plain")
def sphere(ask: Request) -> Model:
    """A turned ball in eight gores of two colours, which meet under a knob: they show its round."""
    up, lean = np.linspace(-np.pi / 2 + 0.1, np.pi / 2 - 0.1, 25)[:, None], ask.between(-34, -20)

    def gore(k: int) -> Mesh:
        turn = np.linspace(0, np.pi / 4, 9)[::-1] + k * np.pi / 4
        return sheet(0.25 * columns(np.cos(up) * np.cos(turn), np.sin(up) + 0 * turn,
            np.cos(up) * np.sin(turn))).grained(0, 1, 0)

    caps = [ball((0.034, 0.012, 0.034), sides=20).moved(0, d * 0.246, 0) for d in (1, -1)]
    parts = [Part("sphere", merge(gore(k) for k in range(0, 8, 2))),
        Part("gores", merge(gore(k) for k in range(1, 8, 2)), "second"),
        Part("caps", merge(caps), "accent")]
    return tilted(Model.of(*parts, seat=(0, 0.25, 0)), y=ask.between(0, 45), z=lean)


@form("cube", "symbol", 0.5, "standing")
def cube(ask: Request) -> Model:
    """A cube, on its face or its corner; a pile of three; or only its edges."""
    one = box(0.5, 0.5, 0.5, bevel=0.006)
    return Model.of(Part("cube", one), seat=(0, 0.5, 0))


def _hull(points: Array) -> Mesh:
    """The convex hull of a few points, each of its faces flat."""
    triangles: list[tuple[int, int, int]] = []
    n = len(points)
    seen: set[tuple[float, ...]] = set()
    for i in range(n):
        for j in range(i + 1, n):
            for k in range(j + 1, n):
                normal = np.cross(points[j] - points[i], points[k] - points[i])
                size = float(np.linalg.norm(normal))
                if size < 1e-9:
                    continue
                normal /= size
                away = (points - points[i]) @ normal
                if away.max() > 1e-6 and away.min() < -1e-6:
                    continue
                normal = -normal if away.max() > 1e-6 else normal
                mark = tuple(np.round(normal, 4).tolist())
                if mark in seen:
                    continue
                seen.add(mark)
                face = np.flatnonzero(np.abs(away) < 1e-6)
                middle = points[face].mean(0)
                x = points[face[0]] - middle
                y = np.cross(normal, x)
                order = face[np.argsort(np.arctan2((points[face] - middle) @ y,
                    (points[face] - middle) @ x))].tolist()
                triangles += [(order[0], order[q], order[q + 1]) for q in range(1, len(order) - 1)]
    return finished(points, triangles, crease=1)


@form("polyhedron", "symbol", 0.5, "dodecahedron")
def polyhedron(ask: Request) -> Model:
    """A regular solid, the cut rhombohedron of Dürer's Melencolia, or a star of points."""
    g = (1 + 5**0.5) / 2
    signs = [(a, b) for a in (-1, 1) for b in (-1, 1)]
    np.array([p for a, b in signs for p in ((0, a, b * g), (a, b * g, 0), (b * g, 0, a))],
        dtype=np.float64)
    eight = np.array([(a, b, c) for a, b in signs for c in (-1, 1)], dtype=np.float64)
    points = np.concatenate([eight, [p for a, b in signs for p in ((0, a / g, b * g),
        (a / g, b * g, 0), (b * g, 0, a / g))]])
    points = points / np.linalg.norm(points, axis=1).max() * 0.27
    mesh = _hull(points)
    mesh = mesh.turned(x=31.7)
    return Model.of(Part("solid", mesh.turned(y=ask.between(0, 40))))


@form("knot", "symbol", 0.5, "trefoil, ring", where="table")
def knot(ask: Request) -> Model:
    """A closed trefoil or figure of eight, an overhand knot in a cord, or an endless ring."""
    t = np.linspace(0, 2 * np.pi * 1.01, 180)
    if ask.pose == "ring":
        path = columns(np.cos(t), np.sin(t), 0 * t) * 0.24
    else:
        path = (columns(np.sin(t) + 2 * np.sin(2 * t), np.cos(t) - 2 * np.cos(2 * t), -np.sin(3 * t)
            * 0.8) * 0.085)
    return tilted(Model.of(Part("knot", tube(path, 0.034)), inside=(0, 0.25, 0)), x=-8)


_SIGNS: dict[str, list[list[tuple[float, float]]]] = {
    "A": [[(0.03, 0), (0.3, 1)], [(0.3, 1), (0.57, 0)], [(0.13, 0.36), (0.47, 0.36)]],
    "B": [[(0.08, 0), (0.08, 1)], pairs("80 940, 340 940, 470 840, 470 660, 340 540, 80 540"),
        pairs("300 540, 440 480, 530 360, 500 160, 360 60, 80 60")],
    "C": [pairs("550 800, 430 920, 270 930, 110 780, 60 500, 110 220, 270 70, 430 80, 550 200")],
    "E": [[(0.09, 0), (0.09, 1)], [(0.02, 0.94), (0.52, 0.94)], [(0.09, 0.51), (0.43, 0.51)],
        [(0.02, 0.06), (0.54, 0.06)]],
    "G": [
        pairs(
        "550 800, 430 920, 270 930, 110 780, 60 500, 110 220, 270 70, 420 80, 510 200, 510 420"),
        [(0.32, 0.43), (0.58, 0.43)]],
    "H": [[(0.09, 0), (0.09, 1)], [(0.51, 0), (0.51, 1)], [(0.09, 0.52), (0.51, 0.52)]],
    "K": [[(0.09, 0), (0.09, 1)], [(0.53, 1), (0.1, 0.44)], [(0.24, 0.6), (0.56, 0)]],
    "M": [[(0.06, 0), (0.08, 1)], [(0.08, 1), (0.35, 0.25)], [(0.35, 0.25), (0.62, 1)],
        [(0.62, 1), (0.64, 0)]],
    "N": [[(0.08, 0), (0.08, 1)], [(0.08, 1), (0.52, 0)], [(0.52, 0), (0.52, 1)]],
    "R": [[(0.09, 0), (0.09, 1)], pairs("90 940, 340 940, 490 840, 490 620, 340 500, 90 500"),
        [(0.26, 0.5), (0.56, 0)]],
    "S": [pairs("500 800, 420 920, 270 940, 110 860, 80 700, 200 570, 400 460, 510 320, 480 150, "
        "320 60, 150 80, 60 220")],
    "X": [[(0.04, 0), (0.56, 1)], [(0.04, 1), (0.56, 0)]],
    "Z": [[(0.05, 0.94), (0.55, 0.94)], [(0.5, 0.95), (0.08, 0.05)], [(0.04, 0.06), (0.57, 0.06)]],
    "0": [pairs("300 940, 120 800, 70 500, 120 200, 300 60, 480 200, 530 500, 480 800, 310 940")],
    "1": [[(0.12, 0.76), (0.32, 0.95)], [(0.32, 1), (0.32, 0)], [(0.12, 0.05), (0.52, 0.05)]],
    "2": [pairs("80 740, 160 900, 340 940, 490 820, 480 620, 280 330, 90 80"),
        [(0.06, 0.06), (0.54, 0.06)]],
    "3": [pairs("80 820, 200 930, 380 920, 480 770, 410 600, 240 540"),
        pairs("240 540, 440 480, 520 300, 450 120, 280 60, 120 100, 50 220")],
    "4": [[(0.42, 0), (0.42, 1)], [(0.4, 0.98), (0.06, 0.32)], [(0.04, 0.29), (0.58, 0.29)]],
    "5": [[(0.12, 0.94), (0.5, 0.94)], [(0.13, 0.97), (0.1, 0.5)],
        pairs("100 520, 280 600, 460 530, 530 340, 460 140, 280 60, 60 140")],
    "6": [pairs("470 880, 330 940, 170 820, 80 500, 110 200, 290 60, 470 150, 520 330, 430 510, "
        "270 540, 100 400")],
    "7": [[(0.05, 0.94), (0.55, 0.94)], pairs("520 960, 360 550, 240 0")],
    "8": [pairs("300 530, 140 620, 130 840, 300 940, 470 840, 460 620, 290 530"),
        pairs("310 530, 110 430, 70 200, 300 60, 530 200, 490 430, 290 530")],
    "9": [pairs("130 120, 270 60, 430 180, 520 500, 490 800, 310 940, 130 850, 80 670, 170 490, "
        "330 460, 500 600")],
    "?": [pairs("80 720, 140 900, 310 960, 480 870, 500 680, 380 520, 300 420, 290 270")]
}


def sign(name: str, height: float, depth: float, *, weight: float = 0.15) -> Mesh:
    """A letter, a figure or a question mark as a solid of broad strokes, standing on y = 0."""
    strokes = []
    for k, path in enumerate(_SIGNS[name]):
        straight = len(path) < 4
        band = stroke(path, weight, depth / height, samples=0 if straight else len(path) * 5,
            bevel=0.012)
        strokes.append(band.scaled(1, 1, 1 - 0.015 * k))
    if name == "?":
        strokes.append(disc(weight * 0.62, depth / height).turned(x=90).moved(0.29, 0.09, -depth
            / height / 2))
    return merge(strokes).moved(-0.3, 0, 0).scaled(height)


_LETTERS = tuple("ABCEGHKMNRSXZ")


@form("letter block", "symbol", height=0.5, poses=(*_LETTERS, "toy blocks"), where="table")
def letter_block(ask: Request) -> Model:
    """A capital letter as a standing solid; or three toy blocks with A, B and C."""
    if ask.pose == "toy blocks":
        one = box(0.1, 0.1, 0.1, bevel=0.004)
        parts = []
        for letter, x, y, a, colour in (("A", -0.06, 0, 8, "main"), ("B", 0.06, 0, -12, "second"),
            ("C", 0.0, 0.1, 20, "accent")):
            rim = merge([block(0.09, 0.006, 0.004, (0, h, 0.05)) for h in (0.008, 0.092)]
                + [block(0.006, 0.09, 0.004, (s * 0.042, 0.05, 0.05)) for s in (-1, 1)])
            face = merge(sign(letter, 0.066, 0.006).moved(0, 0.017, 0.05), rim)

            def place(m: Mesh, a: float = a, x: float = x, y: float = y) -> Mesh:
                return m.turned(y=a).moved(x, y, 0)

            parts += [Part("block", place(one), "pale_wood"),
                Part("letter", place(merge(face, face.turned(y=90), face.turned(y=-90))), colour)]
        return Model.of(*parts)
    return Model.of(Part("letter", sign(ask.pose, 0.5, 0.13)))


def _coin(r: float = 0.016) -> tuple[Mesh, Mesh]:
    """A coin that lies flat: its body with a raised rim, and a profile on it."""
    body = turned(pairs("960 0, 1000 30, 1000 160, 960 190, 880 190, 860 150, 0 150", r, r),
        samples=0, sides=48)
    head = pairs("-280 -500, 240 -500, 120 -280, 140 -160, 280 -140, 260 -60, 270 0, 340 60, "
        "250 180, 220 340, 0 440, -220 340, -260 120, -180 -120, -190 -280")
    face = (cut(np.array(head) * r * 1.35, r * 0.2, steps=4, bevel=r * 0.06).turned(x=-90).moved(0,
        r * 0.17, 0))
    return body, face


@form("coin", "emblem", 0.03, "single, pile, stacks", where="table")
def coin(ask: Request) -> Model:
    """A coin on its edge with a profile; a spilt pile; or stacks."""
    body, face = _coin()
    if ask.pose == "single":
        marks = merge(disc(0.0009, 0.0008).moved(0.0118 * np.cos(a), 0.0024, 0.0118 * np.sin(a))
            for a in np.arange(0, 6.28, 0.21))
        return tilted(Model.of(Part("coin", merge(body, marks), "gold"), Part("face",
            face, "bronze")), x=76, y=0)
    if ask.pose == "stacks":
        coins = [body.turned(y=40 * k).moved(x + ask.between(-0.001, 0.001), 0.0031 * k, z
            + ask.between(-0.001, 0.001)) for x, z, n in ((-0.036, 0, 12), (0.0, -0.006, 7),
            (0.035, 0.004, 16)) for k in range(n)]
        loose = [body.turned(x=72, y=-25).moved(0.005, 0.0145, 0.034)]
        return Model.of(Part("coins", merge(*coins, *loose), "gold"))
    heap = []
    for _ in range(46):
        a, r = ask.between(0, 6.28), 0.062 * ask.between(0, 1) ** 0.6
        y = 0.04 * (1 - r / 0.065) ** 0.9 + ask.between(0, 0.004)
        heap.append(body.turned(x=ask.between(-30, 30) + 18, z=ask.between(-30, 30)).moved(r
            * np.cos(a), y, r * np.sin(a)))
    mound = turned(pairs("55 0, 35 14, 0 36"))
    flat = [merge(body, face).turned(y=ask.between(0, 360)).moved(*p) for p in ((-0.085, 0, 0.02),
        (0.08, 0, 0.04), (0.03, 0, 0.085))]
    return Model.of(Part("coins", merge(mound, *heap, *flat), "gold"))


@form("purse", "emblem", 0.15, "drawstring, spilling", where="table")
def purse(ask: Request) -> Model:
    """A leather money bag tied with a cord; a purse with a clasp; or one that spills its coins."""
    body, _ = _coin(0.013)
    bag = (Clay(blend=0.04).lump((0, 0.05, 0), (0.066, 0.05, 0.056)).limb((0, 0.08, 0),
        (0, 0.115, 0), 0.032, 0.02))
    frill = turned(pairs("18 110, 20 122, 40 150, 46 162"), wall=0.004, sides=44, change=grooved(11,
        0.3))
    cord = merge(ring(0.021, 0.0038, y=0.114), ring(0.021, 0.0038, y=0.12),
        wire(triples("18 116 10, 45 100 35, 50 70 58"), 0.003),
        wire(triples("12 116 18, 20 95 50, 12 60 66"), 0.003), ball(0.006).moved(0.05, 0.066,
        0.059), ball(0.006).moved(0.012, 0.056, 0.067))
    model = Model.of(Part("bag", bag.mesh(detail=48)), Part("frill", frill), Part("cord", cord,
        "second"), hand=(0, 0.117, 0))
    coins = [body.turned(y=40).moved(-0.1, 0, 0.05), body.turned(x=14).moved(-0.08, 0.003, 0.07),
        body.turned(x=70, y=20).moved(-0.055, 0.012, 0.085)]
    if ask.pose == "spilling":
        lying = model.mapped(lambda m: m.turned(z=72).turned(y=-30).moved(0.05, 0.055, -0.02))
        coins += [body.turned(x=ask.between(-14, 14), z=ask.between(-14, 14)).moved(-0.11
            + ask.between(-0.06, 0.03), 0.002 + 0.005 * (k % 3), 0.1 + ask.between(-0.045, 0.035)
            - 0.03) for k in range(16)]
        return Model.of(*lying.parts, Part("coins", merge(coins), "gold"))
    return Model([*model.parts, Part("coins", merge(coins), "gold")], model.anchors)


@form("medal", "emblem", 0.12, "star", where="wall")
def medal(ask: Request) -> Model:
    """A medal under its striped ribbon."""
    a = np.arange(10) * np.pi / 5 + np.pi / 2
    star = cut([((0.027 if k % 2 == 0 else 0.012) * np.cos(t), (0.027 if k % 2 == 0 else 0.012)
        * np.sin(t)) for k, t in enumerate(a)], 0.006, bevel=0.002)
    body = merge(star, *[ball(0.0028).moved(0.028 * np.cos(t), 0.028 * np.sin(t), 0)
        for t in a[::2]])
    middle = merge(disc(0.0085, 0.0075).turned(x=90).moved(0, 0, -0.002),
        ring(0.009, 0.0014).turned(x=90).moved(0, 0, 0.0045))
    loop = ring(0.006, 0.0016).turned(x=90).moved(0, 0.032, 0)
    strap_ = cut(pairs("0 34, 18 50, 18 95, -18 95, -18 50"), 0.0022)
    stripes = merge(block(0.006, 0.046, 0.0008, (s * 0.011, 0.0725, 0.0014)) for s in (-1, 1))
    bar = block(0.042, 0.006, 0.004, (0, 0.096, 0), bevel=0.001)
    return Model.of(Part("medal", merge(body, loop, bar), "gold"), Part("middle", middle, "accent"),
        Part("ribbon", strap_), Part("stripes", stripes, "second"))


_CRUCIFIED = Pose(hips=(0.03, 0.93, 0.03), spine=(-0.02, 1, 0), tilt=0, hands=((0.68, 1.66, 0.0),
    (-0.68, 1.66, 0.0)), elbows=((0, -1, -0.2), (0, -1, -0.2)), palms=((0, 0, 1), (0, 0, 1)),
    feet=((0.04, 0.12, 0.02), (-0.02, 0.12, 0.05)), toes=((0.1, -1, 0.6), (-0.1, -1, 0.6)),
    knees=((0.4, 0, 1), (0.3, 0, 1)), head=(30, -16, 12))


@form("crucifix", "emblem", 0.4, "standing", where="table")
def crucifix(ask: Request) -> Model:
    """A wooden crucifix on a stepped foot; its figure of bronze bows the head."""
    foot = merge(box(0.17, 0.02, 0.11, bevel=0.004), box(0.12, 0.02, 0.08, bevel=0.004).moved(0,
        0.02, 0), box(0.07, 0.02, 0.055, bevel=0.004).moved(0, 0.04, 0))
    beams = merge(block(0.034, 0.39, 0.02, (0, 0.245, 0), bevel=0.002), block(0.25, 0.034, 0.02,
        (0, 0.335, 0), bevel=0.002))
    worn = Outfit(sleeve=-0.5, ease=0.002, skirt=0.3, flare=0.02, folds=0.03, legs="", shoes="")
    parts, figure = figure_parts(Request(ask.rng, "", frozenset({"man", "beard"})), _CRUCIFIED,
        Build(1.75, girth=0.88), worn, hair_style="long")
    body = merge(p.mesh for p in parts if p.name not in ("irises", "pupils", "lashes"))
    k = 0.108 / float(figure.palm(0)[0])
    body = body.coarser(0.012).scaled(k).moved(0, 0.338 - k * float(figure.palm(0)[1]), 0.026)
    scroll = block(0.036, 0.016, 0.004, (0, 0.412, 0.012))
    return Model.of(Part("cross", merge(beams, foot), "dark_wood"), Part("figure", body, "bronze"),
        Part("scroll", scroll, "paper"))


@form("rosary", "emblem", 0.25, "hanging, lying", where="table")
def rosary(ask: Request) -> Model:
    """A string of beads that ends in a cross: hanging from a point or lying in a loop."""
    if ask.pose == "hanging":
        loop = spline(np.array(triples("0 100 0, -45 170 4, -62 260 0, -35 345 0, 0 370 0, "
            "35 345 0, 62 260 0, 45 170 4, 2 100 0")), 60)
        tail = np.array([(0, 0.1 - 0.013 * k, 0.002) for k in range(5)])
        end, turn = (0.0, 0.035, 0.002), 0.0
    else:
        t = np.linspace(0, 2 * np.pi, 60)
        loop = columns(0.11 * np.cos(t + 2.4) * (1 + 0.15 * np.sin(3 * t)), 0 * t + 0.005, 0.075
            * np.sin(t + 2.4) * (1 + 0.2 * np.cos(2 * t)))
        tail = np.array([loop[0] + [-0.011 * k, 0, 0.011 * k] for k in range(1, 5)])
        end, turn = tuple((loop[0] + [-0.055, 0.002, 0.055]).tolist()), -58.0
    beads = [ball(0.0072 if k % 11 == 5 else 0.0052, sides=12).moved(*p) for k,
        p in enumerate(loop)]
    beads += [ball(0.0055, sides=12).moved(*p) for p in tail]
    cross = merge(block(0.009, 0.052, 0.006, (0, -0.022, 0), bevel=0.001), block(0.034, 0.009,
        0.006, (0, -0.013, 0), bevel=0.001))
    if turn:
        cross = cross.turned(x=turn).turned(y=-35)
    return Model.of(Part("beads", merge(beads)), Part("cross", cross.moved(*end), "second"),
        Part("string", merge(wire(loop, 0.0012, samples=90), wire(tail, 0.0012)), "black"),
        hand=(0, 0.37, 0))
