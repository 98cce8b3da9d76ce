"""Hearths, instruments, frames and hangings of rooms. They face +z."""

from __future__ import annotations

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms import building as b
from worker.studio.scene.forms._still import sitter
from worker.studio.scene.forms.seats import cabriole, curtain_leaf
from worker.studio.scene.mesh import (Array, Mesh, ball, box, columns, extrude, lathe, merge, pairs,
    sheet, triples, tube)
from worker.studio.scene.model import Model, Part, Request, form


@form("cage", "fitting", 0.6, "bird", where="table")
def cage(ask: Request) -> Model:
    """A domed bird cage with a perch and a ring; or a square one with heavy bars."""
    kit, r, h = b.Kit(), 0.17, ask.between(0.3, 0.36)
    kit.add("base", lathe([(r * 1.12, 0), (r * 1.16, 0.02), (r * 1.1, 0.05), (r, 0.05)], sides=36))
    angle = np.linspace(0, np.pi / 2, 9)
    line = np.column_stack([[r, *(r * np.cos(angle))], [0.04, *(h + r * np.sin(angle))],
        np.zeros(10)])
    wire = tube(line, 0.004, sides=5)
    kit.add("bars", *(wire.turned(y=360 * k / 22) for k in range(22)), of="second")
    for y in (0.04 + (h - 0.04) * 0.5, h):
        kit.add("bars", b.ring(r, 0.005, sides=28).turned(x=90).moved(y=y), of="second")
    kit.add("top", ball(0.022, sides=12).moved(y=h + r), b.ring(0.03, 0.006, sides=18).moved(y=h + r
        + 0.05))
    kit.add("perch", b.bars([[(-r * 0.9, h * 0.45, 0), (r * 0.9, h * 0.45, 0)]], 0.007), of="wood")
    return kit.model(inside=(0, h * 0.47, 0), hand=(0, h + r + 0.05, 0))


@form("fireplace", "fitting", 2.2)
def fireplace(ask: Request) -> Model:
    """A chimneypiece with a fire on its logs, under a tapering hood of stone."""
    kit, w, h = b.Kit(), ask.between(1.5, 1.7), ask.between(1.1, 1.2)
    kit.add("surround", b.pierced(w, h, 0.34, [(0, 0, w * 0.62, h * 0.8, "flat")]),
        b.tiers((w, 0.4, h - 0.04), (w + 0.16, 0.56, h + 0.03), (w + 0.18, 0.58, h + 0.12)),
        b.blocks([(0, 0, 0.3, w + 0.2, 0.06, 0.8)]))
    kit.add("hood", b.tiers((w * 0.92, 0.4, h + 0.12), (w * 0.5, 0.34, h + 0.95), (w * 0.56, 0.4,
        h + 0.95), (w * 0.56, 0.4, h + 1.05)))
    for s in (-1, 1):
        kit.add("posts", b.tiers((0.24, 0.2, 0.06), (0.24, 0.2, 0.16), (0.16, 0.14, 0.2), (0.16,
            0.14, h - 0.16), (0.24, 0.2, h - 0.06)).moved(s * w * 0.4, 0, 0.18), of="second")
    kit.add("hearth", box(w * 0.64, h * 0.82, 0.02).moved(z=-0.16), of="black")
    log = lathe([(0.06, -0.32), (0.068, 0), (0.06, 0.32)], sides=10)
    kit.add("logs", *(log.turned(z=90, y=a).moved(0, y, z) for a, y, z in ((8, 0.12, 0.12),
        (-12, 0.12, -0.04), (-4, 0.24, 0.04))), of="bark")
    _blaze(ask, kit)
    return kit.model(back=(0, h + 0.12, 0.1), inside=(0, 0.2, 0))


def _blaze(ask: Request, kit: b.Kit) -> None:
    """One body of fire that parts into tongues above; a brighter one is before it."""
    tongues = []
    for x, high in ((-0.22, 0.3), (-0.08, 0.52), (0.08, 0.4), (0.22, 0.24)):
        sway = ask.between(0.02, 0.045)
        tongues.append([(x * k + d * sway, 0.2 + y * high, 0.02) for k, d, y in ((1, 0, 0),
            (0.8, 1, 0.4), (0.6, -1, 0.75), (0.5, 1, 1))])
    for name, size, at in (("fire", 1.0, 0.0), ("flame", 0.62, 0.09)):
        clay = Clay(blend=0.07 * size)
        for line in tongues:
            clay.chain(line, [0.09, 0.075, 0.04, 0.008])
        kit.add(name, clay.mesh(detail=64).scaled(size, size, 0.8).moved(0, 0.2 * (1 - size), at),
            of=name, glow=0.9)


@form("stove", "fitting", 1.0)
def stove(ask: Request) -> Model:
    """An iron pot-bellied stove with its pipe, or a tall tiled one."""
    kit = b.Kit()
    r = 0.27
    body = np.array(
        pairs("700 200, 950 240, 800 320, 1120 500, 1050 680, 740 840, 950 880, 950 920, 500 960")
    ) * [r, 1]
    kit.add("body", lathe(body, sides=32))
    for q, y in ((1.1, 0.48), (1.05, 0.66)):
        ring = lathe([(q * r, y), (q * r + 0.02, y + 0.015), (q * r, y + 0.03)], sides=32)
        kit.add("rings", ring, of="second")
    for k in range(4):
        kit.add("feet", cabriole(0.22, 0.09).moved(x=r * 0.6).turned(y=90 * k + 45))
    pipe = tube(triples("0 940 -20, 0 1500 -20, 0 1700 -100, 0 1750 -500"), 0.075, samples=24)
    kit.add("pipe", pipe)
    for y in (1.0, 1.35):
        kit.add("pipe", b.ring(0.08, 0.012, sides=20).turned(x=90).moved(0, y, -0.02))
    kit.add("door", box(0.24, 0.2, 0.03, bevel=0.01).moved(0, 0.48, r * 1.1), of="black")
    grille = b.bars([[(-0.11, 0.5 + 0.04 * k, r * 1.1 + 0.03), (0.11, 0.5 + 0.04 * k, r * 1.1
        + 0.03)] for k in range(5)], 0.008)
    kit.add("grille", grille, of="second")
    return kit.model(back=(0, 0.96, 0.1))


@form("bath", "fitting", 0.62)
def bath(ask: Request) -> Model:
    """A roll-top bath on claw feet with brass taps."""
    kit, long = b.Kit(), ask.between(1.55, 1.75)
    angle = np.linspace(0, 2 * np.pi, 49)
    rows = []
    for scale, y in pairs("350 140, 720 160, 860 260, 930 420, 1000 560, 1060 600, 1050 620, "
        "970 600, 880 440, 800 300, 500 240"):
        lift = 0.07 * np.clip(np.cos(angle), 0, 1) ** 2 * (y > 0.5)
        rows.append(np.column_stack([np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** 0.75 * scale
            * long / 2, y + lift, np.sin(angle) * scale * 0.36]))
    kit.add("tub", sheet(rows, crease=70))
    for sx in (-1, 1):
        for sz in (-1, 1):
            feet = cabriole(0.2, 0.06).turned(y=-90 * sz).moved(sx * long * 0.3, 0, sz * 0.2)
            kit.add("feet", feet, of="gold")
    for sx in (-1, 1):
        for sz in (-1, 1):
            kit.add("feet", ball(0.035, sides=10).moved(sx * long * 0.3, 0.035, sz * 0.28),
                of="gold")
    kit.add("taps", *(tube([(-long / 2 - 0.02, 0.35, s * 0.07), (-long / 2 - 0.02, 0.72, s * 0.07),
        (-long / 2 + 0.1, 0.74, s * 0.05)], 0.016, samples=14, sides=8) for s in (-1, 1)),
        *(b.bars([[(-long / 2 - 0.06, 0.76, s * 0.07), (-long / 2 + 0.03, 0.76, s * 0.07)]], 0.012)
        for s in (-1, 1)), of="gold")
    return kit.model(inside=(0, 0.3, 0), seat=(0, 0.3, 0))


@form("piano", "fitting", 1.1, "grand, upright")
def piano(ask: Request) -> Model:
    """A grand piano with its lid propped, or an upright one."""
    kit = b.Kit()
    if ask.pose == "upright":
        kit.add("body", box(1.45, 1.2, 0.3).moved(z=-0.15), box(1.5, 0.04, 0.38).moved(0, 1.2,
            -0.13), box(1.45, 0.14, 0.36).moved(0, 0.58, 0.14),
            *(box(0.06, 0.58, 0.3).moved(s * 0.69, 0, 0.16) for s in (-1, 1)))
        panel = b.blocks([(s * 0.36, 0.8, 0.01, 0.6, 0.34, 0.02) for s in (-1, 1)])
        kit.add("panels", panel, of="second")
        kit.add("keys", box(1.3, 0.025, 0.15).moved(0, 0.72, 0.22), of="white")
        kit.add("black keys", _black_keys(1.3).moved(0, 0.745, 0.2), of="black")
        music = (b.blocks([(s * 0.11, 0, 0, 0.21, 0.28, 0.01) for s in (-1, 1)]).turned(x=-12)
            .moved(0, 0.84, 0.1))
        kit.add("music", music, of="paper")
        return kit.model(hand=(0, 0.76, 0.25), back=(0, 1.24, -0.1))
    t = np.array(pairs("-740 350, 740 350, 740 0, 660 -350, 300 -720, 100 -1100, -180 -1420, "
        "-520 -1400, -740 -1120"))
    low, top = 0.66, 1.0
    rim = np.array([*t[1:], t[0]])
    kit.add("case", b.band(rim, rim * 0.94, top - low).turned(x=90).moved(y=(low + top) / 2),
        box(1.48, top - low, 0.05).moved(0, low, 0.33))
    floor = extrude(t * 0.97, 0.06).turned(x=90)
    kit.add("case", floor.moved(y=low + 0.05))
    strings = extrude(t * [0.92, 0.92], 0.02).turned(x=90).moved(y=top - 0.09)
    kit.add("strings", strings, of="gold", pattern="stripes", other="bronze", repeat=18)
    lid = extrude(t, 0.03).turned(x=90)
    kit.add("lid", lid.moved(x=0.74).turned(z=36).moved(-0.74, top + 0.03, 0))
    kit.add("prop", b.bars([[(0.62, top - 0.02, -0.3), (0.34, top + 0.73, -0.36)]], 0.018))
    for x, z in ((-0.6, 0.42), (0.6, 0.42), (-0.12, -1.0)):
        kit.add("legs", b.tiers((0.1, 0.1, 0), (0.09, 0.09, 0.05), (0.16, 0.16, low)).moved(x, 0,
            z))
    _keyboard(kit, low)
    return kit.model(hand=(0, low + 0.15, 0.55), back=(0.2, top + 0.02, -0.3))


def _keyboard(kit: b.Kit, low: float) -> None:
    """The keys on their shelf before the case of a grand piano, between cheeks, and its desk."""
    shelf = low + 0.1
    kit.add("case", box(1.48, 0.1, 0.34).moved(0, low, 0.5),
        *(box(0.08, 0.2, 0.34, bevel=0.02).moved(s * 0.7, low + 0.06, 0.5) for s in (-1, 1)))
    kit.add("keys", box(1.32, 0.04, 0.22).moved(0, shelf, 0.53), of="white")
    kit.add("black keys", _black_keys(1.32).moved(0, shelf + 0.04, 0.46), of="black")
    desk = box(0.7, 0.3, 0.025).turned(x=-16).moved(0, 1.0, 0.1)
    kit.add("desk", desk)
    leaves = b.blocks([(s * 0.13, 0.02, 0.03, 0.24, 0.3, 0.01) for s in (-1, 1)]).turned(x=-16)
    kit.add("music", leaves.moved(0, 1.0, 0.1), of="paper")


def _black_keys(width: float) -> Mesh:
    steps = [k for k in range(36) if k % 7 not in (2, 6)]
    return b.blocks([(-width / 2 + (k + 1) * width / 36, 0, 0, width / 36 * 0.55, 0.015, 0.09)
        for k in steps])


@form("organ", "fitting", 6.5)
def organ(ask: Request) -> Model:
    """A pipe organ: towers and flats of pipes over a carved case and a console."""
    kit, pipes = b.Kit(), []
    w = 4.6
    kit.add("case", box(w, 2.4, 1.2), b.tiers((w, 1.2, 2.4), (w + 0.3, 1.5, 2.55),
        (w + 0.3, 1.5, 2.7)), box(w * 0.96, 3.6, 0.3).moved(y=2.7, z=-0.4))
    for x, count, tall, bulge in ((-1.9, 5, 3.4, 0.35), (0.0, 7, 4.2, 0.45), (1.9, 5, 3.4, 0.35)):
        r = 0.085 if count == 5 else 0.1
        for k in range(count):
            t = (k - (count - 1) / 2) / ((count - 1) / 2)
            pipes.append((x + t * r * count * 0.78, bulge * (1 - t * t), tall * (1 - 0.16 * abs(t)),
                r))
        wide = r * count * 1.85
        case = b.tiers((wide, 1.1, 2.7 + tall * 0.98), (wide + 0.25, 1.3, 2.85 + tall),
            (wide + 0.25, 1.3, 3.0 + tall), (wide * 0.3, 0.5, 3.4 + tall))
        kit.add("case", case, *(box(0.1, tall, 0.5).moved(x + s * wide / 2, 2.7, 0)
            for s in (-1, 1)))
    for s in (-1, 1):
        pipes += [(s * (0.72 + 0.13 * k), 0.05, 2.9 - 0.22 * k, 0.055) for k in range(5)]
        kit.add("case", extrude([(s * 0.62, 5.7), (s * 1.4, 4.7), (s * 1.4, 5.0), (s * 0.62, 6.0)],
            0.4))
    for x, z, tall, r in pipes:
        kit.add("pipes", lathe([(r * 0.3, 0), (r, 0.4), (r, tall), (r * 0.8, tall)],
            sides=14).moved(x, 2.7, z + 0.1), of="second")
    mouth = b.blocks([(x, 3.15, z + 0.1 + r * 0.9, r * 1.0, 0.09, r * 0.4) for x, z, _, r in pipes])
    kit.add("mouths", mouth, of="black")
    key = b.blocks([(0, 1.03 + 0.08 * k, 0.85 - 0.14 * k, 1.2, 0.03, 0.13) for k in range(3)])
    kit.add("keys", key, of="white")
    for s in (-1, 1):
        for i in range(2):
            for k in range(4):
                ball(0.035, sides=8).moved(s * (0.85 + 0.12 * i), 1.2 + 0.15 * k, 0.62)
    kit.add("panels", b.blocks([(s * 1.6, 0.3, 0.6, 1.0, 1.7, 0.06) for s in (-1, 1)]), of="second")
    kit.add("bench", box(1.2, 0.06, 0.3).moved(0, 0.5, 1.35), *(box(0.06, 0.5, 0.28).moved(x, 0,
        1.35) for x in (-0.5, 0.5)))
    return kit.model(seat=(0, 0.56, 1.35), hand=(0, 1.1, 0.9))


@form("easel", "fitting", 1.8)
def easel(ask: Request) -> Model:
    """A studio easel with a canvas on its ledge."""
    kit, h = b.Kit(), ask.between(1.7, 1.9)
    legs = [[(s * 0.38, 0, 0.12), (s * 0.08, h, -0.12)] for s in (-1, 1)] + [[(0, 0, -0.6),
        (0, h * 0.95, -0.14)]]
    kit.add("easel", b.bars(legs, 0.025, sides=4), box(0.9, 0.04, 0.09).moved(0, 0.66, 0.08),
        b.bars([[(-0.3, 0.35, 0.07), (0.3, 0.35, 0.07)], [(0, 0.6, 0.05), (0, h + 0.12, -0.12)]],
        0.02, sides=4))
    w, tall = (1.0, 0.72) if ask.pick("landscape", "portrait") == "landscape" else (0.7, 0.9)
    tilt = np.degrees(np.arctan(0.24 / h))
    kit.add("canvas", box(w, tall, 0.03).turned(x=-tilt).moved(0, 0.7, 0.08), of="main")
    x = np.linspace(-w * 0.46, w * 0.46, 21)
    tall * (0.4 + 0.13 * np.sin(x * 5 + ask.between(0, 6)))
    picture = (box(w * 0.92, tall * 0.9, 0.002).moved(0, tall * 0.05,
        0.017).turned(x=-tilt).moved(0, 0.7, 0.08))
    kit.add("picture", picture, of="linen")
    sun = (lathe([(tall * 0.08, 0), (tall * 0.08, 0.003)], sides=20).turned(x=90).moved(w * 0.2,
        tall * 0.72, 0.02).turned(x=-tilt).moved(0, 0.7, 0.08))
    kit.add("sun", sun, of="accent")
    return kit.model(hand=(0, 1.1, 0.1))


@form("mirror", "fitting", 1.7, "standing, oval")
def mirror(ask: Request) -> Model:
    """A cheval glass that swings between two posts."""
    kit, w, h = b.Kit(), ask.between(0.55, 0.68), ask.between(1.4, 1.6)
    tilt = ask.between(-12, -6)
    if ask.pose == "oval":
        glass, frame = (lathe([(0.5, 0), (0.5, 0.01)], sides=48).turned(x=90).scaled(w, h, 1),
            b.ring(0.5, 0.05, sides=48).scaled(w, h, 0.8))
    else:
        glass = box(w, h, 0.012).moved(y=-h / 2)
        frame = b.archway(w, h, 0.06, 0.06, "flat").moved(y=-h / 2)
        frame = merge(frame, box(w + 0.12, 0.07, 0.06).moved(y=-h / 2 - 0.03),
            extrude([(-w * 0.35, 0), (w * 0.35, 0), (0.1, 0.08), (0, 0.15), (-0.1, 0.08)], 0.05,
            bevel=0.01).moved(y=h / 2 + 0.05))
    middle = h / 2 + 0.2
    kit.add("glass", glass.turned(x=tilt).moved(0, middle, 0.01), of="silver")
    kit.add("frame", frame.turned(x=tilt).moved(y=middle))
    x = w / 2 + 0.11
    for s in (-1, 1):
        stand = b.lathed([(0.03, 0.08), (0.025, 0.3), (0.035, 0.5), (0.02, 0.6), (0.03, middle),
            (0.02, middle + 0.15), (0.035, middle + 0.2), (0.0, middle + 0.25)], sides=12,
            at=(s * x, 0, 0))
        kit.add("stand", stand, of="second")
        for q in (90, -90):
            kit.add("stand", cabriole(0.14, 0.16).turned(y=q).moved(x=s * x), of="second")
        kit.add("stand", ball(0.035, sides=10).moved(s * x, middle, 0), of="second")
    kit.add("stand", b.bars([[(-x, 0.15, 0), (x, 0.15, 0)]], 0.02), of="second")
    return kit.model(inside=(0, middle, 0))


@form("picture frame", "fitting", 0.8, attributes="portrait", where="wall")
def picture_frame(ask: Request) -> Model:
    """A moulded frame with the sea at night, or with a portrait."""
    kit = b.Kit()
    portrait = "portrait" in ask
    w, h = (0.6, 0.78) if portrait else (0.86, 0.6)
    steps = ((0.0, 0.05, 0.04), (0.04, 0.06, 0.075), (0.09, 0.04, 0.05))
    for inset, wide, deep in steps:
        a, c = w / 2 + inset, h / 2 + inset
        for flip in (False, True):
            p, q = (c, a) if flip else (a, c)
            side = extrude([(-p, q), (p, q), (p + wide, q + wide), (-p - wide, q + wide)], deep,
                bevel=0.012)
            kit.add("frame", *(side.turned(z=z + 90 * flip) for z in (0, 180)))
    ground = box(w + 0.02, h + 0.02, 0.01).moved(y=-h / 2)
    kit.add("picture", ground, of="linen" if portrait else "steel")
    painted = sitter(ask, w, h) if portrait else _view(w, h)
    return Model([*kit.model().parts, *painted], {"inside": (0, -h / 2, 0)})


def _view(w: float, h: float) -> list[Part]:
    """A dark sea under a pale sky: a moon with its light on the water, and a headland."""

    def flat(z: float, *points: tuple[float, float]) -> Mesh:
        return extrude(np.array(points) * [w, h], 0.002).moved(z=z)

    a = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    moon = extrude(np.column_stack([0.17 * w + 0.075 * h * np.cos(a), 0.24 * h + 0.075 * h
        * np.sin(a)]), 0.002).moved(z=0.007)
    land = np.array(pairs("-500 -60, 60 -60, -60 -10, -150 40, -230 150, -330 190, -500 210"))
    return [Part("sea", flat(0.007, (-0.5, -0.5), (0.5, -0.5), (0.5, -0.06), (-0.5, -0.06)),
        "slate"), Part("moon", moon, "white"), Part("light", flat(0.009, (0.1, -0.075), (0.24,
        -0.075), (0.3, -0.5), (0.04, -0.5)), "silver"), Part("land", flat(0.009,
        *map(tuple, land.tolist())), "black")]


@form("curtain", "fitting", 2.6, "drawn aside, hanging")
def curtain(ask: Request) -> Model:
    """Curtains on a pole: a pair drawn aside, a pair closed, or one looped back."""
    kit, w, h = b.Kit(), ask.between(1.8, 2.2), 2.5
    aside = ask.pose != "hanging"
    sides = (-1, 1)
    kit.add("cloth", *(curtain_leaf(w / 2, h, s, drawn=aside).scaled(1, 1, 0.9) for s in sides))
    pole = b.bars([[(-w / 2 - 0.12, h + 0.04, 0), (w / 2 + 0.12, h + 0.04, 0)]], 0.028, sides=10)
    kit.add("pole", pole, of="second")
    for s in (-1, 1):
        kit.add("pole", ball(0.06, sides=14).moved(s * (w / 2 + 0.15), h + 0.04, 0), of="second")
    for x in np.linspace(-w / 2, w / 2, 15):
        kit.add("pole", b.ring(0.042, 0.008, sides=14).turned(y=90).moved(x, h + 0.03, 0),
            of="second")
    if aside:
        for s in sides:
            kit.add("ties", b.ring(0.5, 0.06, sides=24).turned(x=80).scaled(w * 0.16, 0.4,
                0.3).moved(s * w * 0.44, h * 0.38, 0.02), of="accent")
    return kit.model(inside=(0, 0, 0), back=(0, 0, -0.2))


@form("screen", "fitting", 1.75)
def screen(ask: Request) -> Model:
    """A folding screen of four leaves in a zigzag."""
    kit, w, h, x, z = b.Kit(), ask.between(0.48, 0.58), ask.between(1.65, 1.85), 0.0, 0.0
    turn = ask.between(24, 34)
    for k in range(4):
        a = turn if k % 2 else -turn
        leaf = b.archway(w - 0.07, h - 0.04, 0.035, 0.035, "flat").moved(x=w / 2)
        rows = [(w / 2, q, 0, w, 0.05, 0.035) for q in (0.05, h * 0.3)]
        cloth = box(w - 0.06, h - 0.1, 0.01).moved(w / 2, 0.06, 0)
        kit.add("frame", merge(leaf, b.blocks(rows)).turned(y=a).moved(x, 0, z), of="second")
        kit.add("cloth", cloth.turned(y=a).moved(x, 0, z))
        x, z = x + w * np.cos(np.radians(a)), z - w * np.sin(np.radians(a))
    return kit.model(back=(x / 2, 0, -0.3))


@form("carpet", "fitting", 0.03, "flat")
def carpet(ask: Request) -> Model:
    """An oriental carpet with borders, a medallion and fringes; rolled, or flying in waves."""
    kit, w, d = b.Kit(), ask.between(1.9, 2.3), 1.3
    u = np.linspace(-1, 1, 49)

    def bend(points: Array) -> Array:
        out = points.copy()
        return np.asarray(out)

    x, z = np.meshgrid(u * w / 2, np.linspace(-1, 1, 15) * d / 2, indexing="ij")
    base = sheet(columns(x, 0 * x + 0.012, z), grain=(0, 0, 1))
    layers = [("border", 0.9, 0.86, "second", 0.016), ("field", 0.82, 0.74, "main", 0.019)]
    kit.add("ground", base.bent(bend))
    for name, sx, sz, of, y in layers:
        kit.add(name, (base.scaled(sx, 1, sz).moved(y=y - 0.012)).bent(bend), of=of)
    for k, of in enumerate(("accent", "second", "main")):
        a = np.linspace(0, 2 * np.pi, 49)
        size = (1 - 0.3 * k) * (1 + 0.1 * np.cos(a * 8))
        disc = sheet(np.stack([np.column_stack([q * np.cos(a) * w * 0.21 * size, 0 * a + 0.022
            + 0.003 * k, q * np.sin(a) * d * 0.25 * size]) for q in (0.01, 0.5, 1)]))
        kit.add(f"medallion {k}", disc.bent(bend), of=of)
    fringe = np.array([[(s * w / 2, 0.012, q), (s * (w / 2 + 0.09), 0.008, q + 0.01)]
        for s in (-1, 1) for q in np.linspace(-d / 2, d / 2, 44)])
    kit.add("fringe", b.bars(fringe, 0.006, sides=4).bent(bend), of="linen")
    return kit.model(seat=(0, 0.03, 0), back=(0, 0.03, 0))
