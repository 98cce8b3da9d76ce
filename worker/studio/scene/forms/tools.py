"""Tools with a handle: hammer, saw, axe, spade, scythe, broom, knife, brush, pen."""

from __future__ import annotations

import numpy as np

from worker.studio.scene.forms._still import (HELD, block, cut, disc, held, ring, rod, stroke,
    tilted, turned, wire)
from worker.studio.scene.mesh import (Mesh, columns, extrude, loft, merge, pairs, sheet, spline,
    triples, tube)
from worker.studio.scene.model import Model, Part, Request, form


def _shaft(long: float, r: float, *, bow: float = 0.0) -> Mesh:
    """A wooden handle along +y from the origin, thickest at its ends."""
    return tube([(0, 0, 0), (bow, long * 0.35, 0), (-bow * 0.5, long * 0.7, 0), (0, long, 0)],
        [r * 1.15, r, r * 0.9, r], samples=20, flat=0.8)


@form("hammer", "tool", 0.33, HELD, "", where="table")
def hammer(ask: Request) -> Model:
    """A claw hammer, or a wooden mallet."""
    y = 0.3
    face = (turned(pairs("13 0, 13 25, 21 32, 21 48, 18 52"), samples=0).turned(z=90).moved(-0.012,
        y, 0))
    eye = block(0.036, 0.036, 0.03, (0, y, 0), bevel=0.005)
    claws = [tube([(0.012, y + 0.004, s * 0.005), (0.045, y + 0.008, s * 0.009), (0.075, y - 0.008,
        s * 0.014), (0.095, y - 0.035, s * 0.018)], [0.014, 0.013, 0.01, 0.003], samples=14,
        flat=0.55) for s in (-1, 1)]
    return held(ask, [Part("shaft", _shaft(0.3, 0.0135, bow=0.004)),
        Part("head", merge(face, eye, *claws), "steel")])


@form("saw", "tool", 0.5, HELD, where="table")
def saw(ask: Request) -> Model:
    """A hand saw: a long blade that narrows to its nose, raked teeth, an open wooden grip."""
    teeth = [(0.008 * (k % 2) - 0.004, 0.09 + 0.0105 * k + 0.007 * (k % 2)) for k in range(50)]
    blade = cut([*teeth, (-0.03, 0.622), (-0.042, 0.61), (-0.155, 0.15), (-0.15, 0.09)], 0.003)
    grip = cut(pairs("-18 128, -60 150, -112 168, -150 172, -166 150, -150 120, -160 80, -172 30,"
        "-196 -8, -176 -30, -128 -22, -92 -8, -50 -34, -16 -32, 0 -4, -10 30, -4 76"), 0.024,
        bevel=0.006, steps=4)
    hole = cut(pairs("-44 20, -40 62, -58 92, -96 98, -122 80, -128 44, -118 18, -84 22, -62 8"),
        0.0255, steps=4)
    rivets = merge(disc(0.008, 0.028).turned(x=90).moved(x, y, -0.014) for x, y in pairs(
        "-38 122, -80 138, -128 150"))
    return held(ask, [Part("blade", blade, "steel"), Part("grip", grip), Part("hole", hole,
        "black"), Part("rivets", rivets, "gold")])


@form("axe", "tool", 0.75, HELD, "")
def axe(ask: Request) -> Model:
    """A felling axe with a bowed handle, or a double one."""
    half = pairs(
        "20 620, 35 625, 90 585, 130 560, 142 620, 144 670, 132 725, 90 700, 35 680, 20 682")
    curve = np.array(half)
    layers = []
    for z, k in ((-0.02, 0.0), (-0.002, 1.0), (0.002, 1.0), (0.02, 0.0)):
        layers.append(np.column_stack([curve[:, 0] * (k + (1 - k) * 0.3) + 0, curve[:, 1] if k
            else 0.65 + (curve[:, 1] - 0.65) * 0.5, np.full(len(curve), z)]))
    head = loft(layers, crease=25)
    poll = block(0.05, 0.06, 0.042, (-0.008, 0.651, 0), bevel=0.006)
    edge = stroke(pairs("126 562, 139 620, 141 670, 128 722"), 0.011, 0.0075)
    parts = [head, poll]
    edges = [edge]
    shaft = tube(triples("20 0 0, 8 60 0, 12 250 0, 0 500 0, 0 700 0"), [0.025, 0.017, 0.017, 0.019,
        0.018], samples=24, flat=0.7)
    return held(ask, [Part("shaft", shaft), Part("head", merge(parts), "iron"),
        Part("edge", merge(edges), "silver")])


def _long_tool(ask: Request, head: list[Part], long: float, r: float = 0.015,
    foot: float = 0.02) -> Model:
    """A long-handled tool, its head at the bottom: stuck upright, leaning, or lying."""
    shaft = rod((0, foot, 0), (0, long, 0), r, r * 0.85)
    model = Model.of(Part("shaft", shaft, "wood"), *head)
    if ask.pose == "upright":
        return model
    if ask.pose == "lying":
        return tilted(model, z=-66, x=-60)
    return tilted(model, z=-ask.between(14, 22), x=-6)


@form("spade", "tool", 1.1, HELD, "shovel")
def spade(ask: Request) -> Model:
    """A spade with a D handle; as a shovel its blade is broad and pointed."""
    if "shovel" in ask:
        edge = pairs("0 0, 70 60, 115 150, 120 290, 100 320, 30 325, 20 400")
    else:
        edge = pairs("0 0, 60 8, 88 30, 95 270, 85 280, 30 285, 18 380")
    x = np.linspace(-1, 1, 13)
    widths = np.array(edge)
    grid = np.stack([columns(x * w, 0 * x + y, 0.03 * (x * w / 0.1) ** 2 - 0.015 * np.sin(y * 9))
        for w, y in widths])
    blade = merge(sheet(grid), sheet(grid[::-1] - [0, 0, 0.004]))
    treads = block(0.17, 0.012, 0.03, (0, 0.28 if "shovel" not in ask else 0.318, 0.008))
    ears = merge([wire([(0, 0.98, 0), (s * 0.055, 1.03, 0), (s * 0.062, 1.09, 0)],
        [0.013, 0.013, 0.012]) for s in (-1, 1)] + [rod((-0.075, 1.09, 0), (0.075, 1.09, 0),
        0.016)])
    socket = rod((0, 0.26, 0), (0, 0.46, 0), 0.021, 0.018)
    return _long_tool(ask, [Part("blade", merge(blade, treads, socket), "steel"),
        Part("handle", ears)], 0.99, 0.016, foot=0.3)


@form("scythe", "tool", 1.6, HELD)
def scythe(ask: Request) -> Model:
    """A scythe: a bowed snath with two grips and a long curved blade to the left at the top."""
    snath = wire(triples("100 0 0, 20 400 0, 50 800 0, 0 1200 0, 20 1550 0"), [0.016, 0.018, 0.018,
        0.018, 0.017])
    grips = merge(rod((0.045, 0.78, 0), (0.05, 0.8, 0.13), 0.014), rod((0.03, 0.5, 0),
        (0.03, 0.5, 0.13), 0.014))
    back = spline(np.array(pairs("30 1530, -200 1600, -500 1530, -780 1320")), 16)
    edge = spline(np.array(pairs("-780 1320, -500 1460, -200 1500, 0 1475")), 14)
    blade = extrude(np.concatenate([back, edge[1:]]), 0.006)
    rib = wire([(x, y, 0.002) for x, y in back], 0.0065)
    collar = rod((0.017, 1.46, 0), (0.02, 1.57, 0), 0.024)
    model = Model.of(Part("snath", merge(snath, grips)), Part("blade", blade, "steel"),
        Part("rib", merge(rib, collar), "iron"))
    angles = {"upright": (0, 0), "lying": (-60, 66), "leaning": (-6, ask.between(8, 13))}[ask.pose]
    return tilted(model, x=angles[0], z=angles[1])


@form("broom", "tool", 1.4, HELD)
def broom(ask: Request) -> Model:
    """A besom of twigs bound to a stick; it stands on its twigs."""
    twigs, rng = [], ask.rng
    for _ in range(64):
        a, r = rng.uniform(0, 6.28), np.sqrt(rng.uniform(0, 1))
        c, s = np.cos(a) * r, np.sin(a) * r
        y = rng.uniform(-0.03, 0.05)
        twigs.append(tube([(c * 0.03, 0.56, s * 0.03), (c * 0.045, 0.4, s * 0.045),
            (c * 0.09, 0.25, s * 0.09), (c * 0.1, y, s * 0.1)], [0.006, 0.006, 0.006, 0.003],
            samples=7, sides=5))
    core = turned(pairs("50 20, 85 100, 80 250, 40 410, 28 540"), sides=24)
    bands = merge(ring(r, 0.006, y=y) for r, y in ((0.052, 0.4), (0.05, 0.413), (0.043, 0.47),
        (0.042, 0.482)))
    return _long_tool(ask, [Part("twigs", merge(core, *twigs), "thatch"), Part("bands", bands)],
        1.45, 0.015)


@form("knife", "tool", 0.26, HELD, where="table")
def knife(ask: Request) -> Model:
    """A kitchen knife, its point up."""
    wide = ask.between(0.034, 0.042)
    back = pairs("12 115, 13 250, 8 295")
    edge = [(-0.012, 0.26), (-wide + 0.012, 0.2), (-wide + 0.012, 0.125), (-wide + 0.02, 0.115)]
    blade = cut([*back, *edge], 0.0035, bevel=0.0009)
    bolster = block(0.03, 0.012, 0.016, (0.002, 0.112, 0), bevel=0.003)
    grip = cut(pairs("-6 108, 12 108, 14 50, 16 10, 6 0, -12 6, -6 30, -10 60"), 0.02, bevel=0.005,
        steps=3)
    rivets = merge(disc(0.0032, 0.022).turned(x=90).moved(0.003, y, -0.011) for y in (0.03, 0.06,
        0.09))
    return held(ask, [Part("blade", blade, "silver"), Part("grip", grip),
        Part("metal", merge(bolster, rivets), "steel")])


def _handle(top: float) -> Mesh:
    """The stem of a fork or a spoon from 0 to `top`, with its spatulate end below."""
    edge = [(0.0095, 0.006), (0.011, 0.02), (0.006, 0.05), (0.0032, 0.09), (0.0032, top)]
    return cut([(0.0, 0.0), *edge, *[(-x, y) for x, y in reversed(edge)]], 0.004, bevel=0.001,
        steps=3)


@form("fork", "tool", 0.2, HELD, "", where="table")
def fork(ask: Request) -> Model:
    """A table fork of four tines; or a hay fork."""
    root = cut(pairs("-12.5 157, -12.5 145, -9 132, -3 120, 3 120, 9 132, 12.5 145, 12.5 157"),
        0.004, bevel=0.001)
    prongs = [tube([(x, 0.155, 0), (x, 0.18, -0.003), (x * 0.96, 0.205, 0.001)],
        [0.0022, 0.002, 0.0008], samples=8, sides=8) for x in (-0.0103, -0.0034, 0.0034, 0.0103)]
    return held(ask, [Part("fork", merge(_handle(0.122), root, *prongs), "silver")])


@form("spoon", "tool", 0.2, HELD, "", where="table")
def spoon(ask: Request) -> Model:
    """A spoon, its bowl up and towards the viewer."""
    t = np.linspace(0, 2 * np.pi, 33)
    k = np.linspace(0, 1, 7)[:, None]
    wide, long = 0.0195, 0.03
    x, y = wide * k * np.sin(t) * (1 + 0.12 * np.cos(t)), 0.152 + long * k * np.cos(t)
    bowl = sheet(columns(x, y, np.broadcast_to(0.009 * (k**2 - 1), x.shape)))
    rim = wire([(wide * np.sin(a) * (1 + 0.12 * np.cos(a)), 0.152 + long * np.cos(a), 0)
        for a in t], 0.0014, samples=50)
    return held(ask, [Part("spoon", merge(_handle(0.124), bowl, rim), "silver")])


@form("scissors", "tool", 0.2, "open, lying", where="table")
def scissors(ask: Request) -> Model:
    """Scissors, points up, their ring handles below."""
    spread = ask.between(22, 28)
    edge = pairs("-6 70, 8 70, 10.5 92, 7 150, -3 205, -6 150")
    blade = cut(edge, 0.003, bevel=0.0008)
    t = np.linspace(0, 2 * np.pi * 1.03, 26)
    eye = wire([(0.024 + 0.019 * np.cos(a), 0.012 + 0.027 * np.sin(a), 0) for a in t], 0.0055,
        samples=40)
    arm = wire(triples("0 90 0, 2 60 0, 12 37 0"), [0.006, 0.0055, 0.005])
    parts_ = []
    for s in (-1, 1):

        def turn(m: Mesh, s: float = s) -> Mesh:
            return ((m if s > 0 else m.mirrored()).moved(0, -0.088, 0.0016 * s).turned(z=s
                * spread).moved(0, 0.088, 0))

        parts_.append((turn(blade.mirrored()), turn(merge(eye, arm))))
    pin = disc(0.0065, 0.014).turned(x=90).moved(0, 0.088, -0.007)
    model = Model.of(Part("blades", merge(p[0] for p in parts_), "silver"),
        Part("handles", merge(p[1] for p in parts_)), Part("pin", pin, "gold"))
    return tilted(model, x=-58 if ask.pose == "lying" else -8, z=-30 if ask.pose == "lying"
        else ask.between(-16, -6))


@form("pen", "tool", 0.25, "in an inkwell, leaning, upright", where="table")
def pen(ask: Request) -> Model:
    """A quill: in its inkwell, or alone; or a fountain pen."""
    t = np.linspace(0, 1, 40)
    axis = columns(0.05 * t**2, 0.05 + 0.25 * t, -0.01 * t)
    vanes = []
    for s, wide in ((-1, 0.02), (1, 0.03)):
        w = (wide * np.clip((t - 0.22) * 5, 0, 1) * np.sqrt(np.clip(1 - t, 0, 1) * 1.4)
            * (1 - 0.16 * (np.arange(40) % 8 == 5)))
        k = np.linspace(0, 1, 5)[:, None]
        grid = axis[None] + columns(s * k * w, 0.55 * k * w, 0.006 * np.sin(k * 3) + 0 * w)
        vanes.append(sheet(grid, grain=(s * 1.0, 0.6, 0)))
    stem = tube(axis, np.linspace(0.0024, 0.0009, 40), sides=8)
    nib = rod((0, 0.05, 0), (-0.004, 0.025, 0), 0.0024, 0.0004)
    quill = [Part("vane", merge(vanes)), Part("stem", merge(stem, nib), "horn")]
    if ask.pose != "in an inkwell":
        return tilted(Model.of(*quill), z=0 if ask.pose == "upright" else -28)
    well = turned(pairs("36 0, 40 6, 38 30, 16 40, 16 50, 20 54"), wall=0.004)
    lean = ask.between(-18, -10)
    return Model.of(*[Part(p.name, p.mesh.moved(0, -0.02, 0).turned(z=lean), p.material)
        for p in quill], Part("well", well, "glass"), Part("ink", disc(0.013, 0.001, y=0.046),
        "black"))


@form("pencil", "tool", 0.18, HELD, where="table")
def pencil(ask: Request) -> Model:
    """A six-sided pencil, point up."""
    body = turned([(0.0055, 0.012), (0.0055, 0.145)], samples=0, sides=6)
    cone = turned([(0.0055, 0.145), (0.0018, 0.168)], samples=0)
    return held(ask, [Part("body", body), Part("cone", cone, "pale_wood"),
        Part("lead", turned([(0.0018, 0.168), (0.0002, 0.178)], samples=0), "black"),
        Part("band", turned([(0.0057, 0.006), (0.0057, 0.018)], samples=0), "gold"),
        Part("rubber", turned(pairs("4 -4, 5.4 0, 5.4 7"), samples=0), "pink")])


@form("brush", "tool", 0.3, "leaning, upright, lying, in a jar", where="table")
def brush(ask: Request) -> Model:
    """A paintbrush, its loaded tip up; several in a jar; or a broad house-painter's brush."""

    def one(size: float, colour: str) -> list[Part]:
        stick = turned(pairs("1.5 0, 3 30, 5 130, 3.5 170, 4.2 190"), samples=16, sides=20)
        metal = turned(pairs("4.3 188, 5 200, 5.5 220, 4.5 226"), samples=0)
        hair = turned(pairs("4.8 225, 7.5 240, 6 258, 0.5 282"), samples=16, sides=24)
        tip = turned(pairs("7.4 242, 6.4 258, 0.5 284"), samples=14, sides=24)
        return [Part(n, m.scaled(size, 1, size), c) for n, m, c in (("stick", stick, "wood"),
            ("metal", metal, "silver"), ("hair", hair, "dark_fur"), ("paint", tip, colour))]

    if ask.pose == "in a jar":
        jar = turned(pairs("32 0, 36 4, 36 85, 34 95"), wall=0.003)
        parts = [Part("jar", jar), Part("band", ring(0.036, 0.003, y=0.07), "second")]
        for k, colour in enumerate(("red", "blue", "yellow", "white", "green")):
            for p in one(ask.between(1.1, 1.9), colour):
                parts.append(Part(p.name, p.mesh.moved(0, ask.between(-0.03, 0.0) if p.name == ""
                    else -0.0 - 0.012 * (k % 3), 0).turned(z=16 - 8 * k, x=6 - 5
                    * (k % 3)).moved(0.012 - 0.006 * k, 0.01, 0), p.material))
        return Model.of(*parts)
    return held(ask, one(1.5, "main"))


@form("comb", "tool", 0.08, "propped, lying", where="table")
def comb(ask: Request) -> Model:
    """A comb with its teeth down."""
    back = cut(pairs("-85 35, -80 55, 0 65, 80 55, 85 35"), 0.006, bevel=0.0015)
    teeth = merge([cut([(x - 0.0014, 0.037), (x + 0.0014, 0.037), (x + 0.0006, 0), (x - 0.0006, 0)],
        0.004) for x in np.linspace(-0.074, 0.074, 30)]
        + [cut([(s * 0.085, 0.037), (s * 0.077, 0.037), (s * 0.079, 0.0), (s * 0.085, 0)], 0.006)
        for s in (-1, 1)])
    return tilted(Model.of(Part("comb", merge(back, teeth))), x=-55 if ask.pose == "lying" else -12,
        z=ask.between(-14, 14))


@form("anvil", "tool", 0.5, "standing")
def anvil(ask: Request) -> Model:
    """An anvil with its horn to the left; on an oak block with iron hoops."""
    sections = []
    for y, w, d in triples(
        "0 150 120, 40 150 120, 70 90 75, 140 75 60, 180 130 60, 210 170 65, 270 170 65"):
        sections.append(np.array([(x * w, y, z * d) for x,
            z in pairs("-1000 -800, -850 -1000, 850 -1000, 1000 -800, 1000 800, 850 1000, "
            "-850 1000, -1000 800")]) + np.array([0.03 if y > 0.15 else 0, 0, 0]))
    body = loft([s[::-1] for s in sections], crease=25)
    horn = tube(triples("-100 232 0, -200 238 0, -280 250 0, -340 266 0"), [0.052, 0.042, 0.026,
        0.004], samples=16)
    heel = block(0.1, 0.045, 0.12, (0.235, 0.247, 0), bevel=0.004)
    face = block(0.36, 0.012, 0.128, (0.08, 0.272, 0))
    parts = [Part("anvil", merge(body, horn, heel), "iron"), Part("face", face, "steel")]
    return Model.of(*parts, seat=(0.08, 0.28, 0))
