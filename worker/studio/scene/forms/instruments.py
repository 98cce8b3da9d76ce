"""Musical instruments; wind instruments, and the gramophone."""

from __future__ import annotations

import numpy as np

from worker.studio.scene.forms._still import (block, closed, cut, disc, held, ring, rod,
    tilted, turned, wire)
from worker.studio.scene.mesh import (Array, Mesh, ball, box, columns, extrude, loft, merge, pairs,
    spline, triples, tube)
from worker.studio.scene.model import Model, Part, Request, form

_VIOLIN = pairs("0 0, 70 8, 103 55, 95 115, 70 145, 57 185, 60 225, 82 250, 85 300, 55 345, 0 355")


def _arched(outline: Array, thick: float, arch: float) -> Mesh:
    """A sound box: an outline in x-y with upright ribs and an arched front and back."""
    middle = outline.mean(0)
    rings = []
    for k, z in ((0.02, -thick / 2 - arch), (0.55, -thick / 2 - arch * 0.75), (0.93, -thick / 2
        - arch * 0.1), (1.0, -thick / 2), (0.985, -thick / 2 + 0.001), (0.985, thick / 2 - 0.001),
        (1.0, thick / 2), (0.93, thick / 2 + arch * 0.1), (0.55, thick / 2 + arch * 0.75),
        (0.02, thick / 2 + arch)):
        flat = middle + (outline - middle) * k
        rings.append(np.column_stack([flat, np.full(len(flat), z)]))
    return loft(rings, crease=50)


def _full(right: list[tuple[float, float]]) -> Array:
    """A closed smooth outline of its right half from bottom to top."""
    return closed([*right, *[(-x, y) for x, y in right[-2:0:-1]]], steps=4)


@form("violin", "music", 0.6, "leaning, upright, lying, cello", where="table")
def violin(ask: Request) -> Model:
    """A violin with its scroll up; with the bow across; or a cello on its spike."""
    body = _arched(_full(_VIOLIN), 0.03, 0.012)
    neck = tube(triples("0 330 12, 0 460 14, 0 495 12"), [0.014, 0.0105, 0.011], samples=10,
        flat=0.8)
    t = np.linspace(0, 2.6 * np.pi, 26)
    spiral = columns(0 * t, 0.545 + (0.019 - 0.0019 * t) * np.cos(t + 2.2), -0.012 + (0.019 - 0.0019
        * t) * np.sin(t + 2.2))
    scroll = merge(tube([(0, 0.48, 0.012), (0, 0.525, 0.006)], [0.0115, 0.0095]),
        tube(spiral, np.linspace(0.0085, 0.005, 26), sides=10))
    board = loft([np.array([(x * w, y, 0.026 + q * 0.004) for x, q in ((-1, 0), (1, 0), (1, 1),
        (-1, 1))]) for y, w in ((0.495, 0.0105), (0.225, 0.0175))])
    tail = loft([np.array([(x * w, y, 0.03 + q * 0.004) for x, q in ((-1, 0), (1, 0), (1, 1),
        (-1, 1))]) for y, w in ((0.12, 0.0175), (0.012, 0.0085))])
    bridge = block(0.044, 0.005, 0.016, (0, 0.165, 0.033))
    strings = merge([rod((x * 0.7, 0.118, 0.036), (x, 0.167, 0.043), 0.0007) for x in (-0.015,
        -0.005, 0.005, 0.015)] + [rod((x, 0.167, 0.043), (x * 0.42, 0.5, 0.028), 0.0007)
        for x in (-0.015, -0.005, 0.005, 0.015)])
    holes = [wire(triples("32 205 24.5, 27 210 25.5, 29 196 25.5, 36 172 24.5, 46 147 22, "
        "50 135 21, 44 133 22", s), [0.0035, 0.0025, 0.003, 0.0035, 0.003, 0.0025, 0.0035])
        for s in (-1, 1)]
    pegs = merge(merge(rod((s * 0.008, y, 0.008), (s * 0.032, y, 0.008), 0.003),
        ball((0.009, 0.0065, 0.003)).moved(s * 0.036, y, 0.008)) for y, s in ((0.495, 1),
        (0.505, -1), (0.518, 1), (0.528, -1)))
    chin = ball((0.028, 0.02, 0.008)).moved(-0.05, 0.028, 0.024)
    parts = [Part("body", merge(body, neck, scroll)), Part("fittings", merge(board, tail, pegs,
        *([] if ask.pose == "cello" else [chin])), "black"), Part("bridge", bridge, "pale_wood"),
        Part("strings", strings, "silver"), Part("holes", merge(holes), "black")]
    if ask.pose == "cello":
        big = Model(parts).mapped(lambda m: m.scaled(2.1, 2.1, 2.4).moved(0, 0.16, 0)).parts
        return tilted(Model.of(*big, Part("spike", rod((0, 0, 0), (0, 0.18, 0), 0.006), "steel")),
            x=-10, z=ask.between(4, 9))
    return held(ask, parts)


@form("guitar", "music", 1.0, "leaning, upright, lying, lute", where="ground")
def guitar(ask: Request) -> Model:
    """A guitar, its neck up; or a lute with its bent-back head."""
    if ask.pose == "lute":
        edge = _full(pairs("0 0, 100 12, 165 80, 175 170, 135 280, 75 375, 35 440, 0 445"))
        bowl = _arched(edge, 0.004, 0.006)
        middle = edge.mean(0)
        back = loft([np.column_stack([middle + (edge - middle) * np.cos(a) * 0.995,
            np.full(len(edge), -0.14 * np.sin(a))]) for a in (1.5, 1.2, 0.9, 0.6, 0.3, 0.0)])
        neck = block(0.05, 0.28, 0.02, (0, 0.57, -0.006), bevel=0.004)
        head = block(0.044, 0.18, 0.018, (0, 0.09, 0)).turned(x=-72).moved(0, 0.7, -0.004)
        pegs = merge(rod((0, 0.705, -0.03 - 0.03 * k), (s * 0.055, 0.705, -0.03 - 0.03 * k), 0.004,
            0.007) for k in range(5) for s in (-1, 1))
        rose = merge(disc(0.038, 0.002).turned(x=90).moved(0, 0.25, 0.008))
        lace = merge([ring(r, 0.0022).turned(x=90).moved(0.017 * np.cos(a), 0.25 + 0.017
            * np.sin(a), 0.0105) for a in np.arange(0, 6.2, 1.047) for r in (0.016,)]
            + [ring(0.04, 0.003).turned(x=90).moved(0, 0.25, 0.009)])
        strings = merge(rod((x, 0.075, 0.014), (x * 0.6, 0.71, 0.01), 0.0011)
            for x in np.linspace(-0.035, 0.035, 6))
        bridge = block(0.11, 0.014, 0.01, (0, 0.075, 0.012))
        frets = merge(block(0.05, 0.003, 0.002, (0, 0.46 + 0.04 * k, 0.006)) for k in range(6))
        model = Model.of(Part("face", bowl, "pale_wood"), Part("back", merge(back, neck, head)),
            Part("rose", rose, "black"), Part("lace", merge(lace, bridge, pegs), "wood"),
            Part("strings", merge(strings, frets), "linen"))
        return tilted(model, z=-24, x=-14)
    edge = _full(
        pairs("0 0, 120 12, 185 80, 180 170, 130 250, 128 300, 142 360, 125 440, 50 482, 0 485"))
    body = extrude(edge, 0.095, bevel=0.004)
    face = extrude(edge * [0.965, 0.975] + [0, 0.006], 0.002).moved(0, 0, 0.048)
    hole = merge(disc(0.047, 0.001).turned(x=90).moved(0, 0.33, 0.0495))
    rose = merge(ring(r, 0.0022).turned(x=90).moved(0, 0.33, 0.0495) for r in (0.049, 0.056))
    neck = block(0.052, 0.42, 0.022, (0, 0.64, 0.04), bevel=0.004)
    board = block(0.052, 0.46, 0.006, (0, 0.615, 0.054))
    frets = merge(block(0.052, 0.0022, 0.0015, (0, 0.83 - 0.45 * (1 - 0.5 ** (k / 11)), 0.058))
        for k in range(15))
    head = cut(pairs("-27 840, 27 840, 40 880, 36 990, 0 985, -36 990, -40 880"), 0.016,
        bevel=0.003).moved(0, 0, 0.044)
    pegs = merge(merge(rod((s * 0.034, y, 0.044), (s * 0.056, y, 0.044), 0.0035),
        ball((0.01, 0.008, 0.005)).moved(s * 0.06, y, 0.044)) for s in (-1, 1)
        for y in (0.89, 0.925, 0.96))
    bridge = block(0.12, 0.022, 0.012, (0, 0.13, 0.054), bevel=0.003)
    strings = merge(rod((x, 0.13, 0.062), (x * 0.7, 0.85, 0.06), 0.0011)
        for x in np.linspace(-0.027, 0.027, 6))
    return held(ask, [Part("body", body), Part("face", face, "pale_wood"), Part("hole", hole,
        "black"), Part("rose", rose, "main"), Part("neck", merge(neck, head)),
        Part("board", merge(board, bridge), "dark_wood"), Part("metal", merge(frets, pegs, strings),
        "silver")])


@form("lyre", "music", 0.5, where="table")
def lyre(ask: Request) -> Model:
    """A lyre with two horned arms, a yoke and a round sound box."""
    box_ = _arched(_full(pairs("0 0, 70 10, 105 60, 95 120, 50 145, 0 140")), 0.03, 0.014)
    arms = [wire(triples("60 100 0, 100 170 0, 145 280 0, 105 390 0, 120 460 0, 155 475 0", s),
        [0.02, 0.021, 0.019, 0.015, 0.013, 0.009]) for s in (-1, 1)]
    curls = [ball(0.016).moved(s * 0.157, 0.47, 0) for s in (-1, 1)]
    yoke = merge(rod((-0.15, 0.4, 0), (0.15, 0.4, 0), 0.009), *[ball(0.015).moved(s * 0.15, 0.4, 0)
        for s in (-1, 1)])
    strings = merge([rod((x * 0.6, 0.06, 0.034), (x, 0.4, 0.009), 0.0014)
        for x in np.linspace(-0.06, 0.06, 7)] + [rod((x, 0.395, 0.006), (x, 0.408, 0.006), 0.011,
        0.011) for x in np.linspace(-0.06, 0.06, 7)])
    bridge = block(0.09, 0.008, 0.02, (0, 0.06, 0.03))
    star = merge(cut(pairs("-4 12, 4 12, 0 34"), 0.003).turned(z=45 * k) for k in range(8)).moved(0,
        0.1, 0.028)
    base = box(0.12, 0.02, 0.07, bevel=0.006).moved(0, -0.02, 0)
    return tilted(Model.of(Part("frame", merge(box_, *arms, *curls, base)),
        Part("gold", merge(yoke, star, bridge), "gold"), Part("strings", strings, "linen")),
        z=ask.between(-8, 4), x=-4)


@form("harp", "music", 1.7)
def harp(ask: Request) -> Model:
    """A concert harp: pillar on the right, curved neck above, slanting sound box on the left."""
    pillar = turned(
        pairs("30 80, 36 120, 28 160, 30 800, 27 1450, 40 1500, 30 1530, 50 1600, 36 1640"),
        sides=48).moved(0.42, 0, 0)
    sound = loft([np.array([(-0.35 * (1 - q) + 0.34 * q + w * c * 0.75, 1.34 * (1 - q) + 0.1 * q + w
        * c * 0.4, w * s) for c, s in ((np.cos(a), np.sin(a)) for a in np.linspace(0, 2 * np.pi, 16,
        endpoint=False))]) for q, w in ((0, 0.055), (0.3, 0.08), (0.7, 0.12), (1.0, 0.16))])
    neck_path = spline(
        np.array(
        triples("-360 1360 0, -300 1450 0, -140 1370 0, 40 1270 0, 220 1370 0, 420 1600 0")), 30)
    neck = tube(neck_path, np.linspace(0.05, 0.042, 30), flat=0.6)
    strings = []
    for q in np.linspace(0.06, 0.93, 22):
        high = neck_path[int(4 + q * 23)]
        low = np.array([-0.33 + 0.69 * q + 0.06, 1.3 - 1.24 * q + 0.06, 0])
        strings.append(rod(tuple(low), tuple(high), 0.0028))
    foot = merge(box(0.36, 0.06, 0.34, bevel=0.02).moved(0.33, 0, 0), box(0.3, 0.08, 0.28,
        bevel=0.03).moved(0.34, 0.04, 0))
    crown = merge(ball((0.045, 0.03, 0.045)).moved(0.42, 1.655, 0), ring(0.047, 0.012,
        y=1.6).moved(0.42), ring(0.036, 0.01, y=0.17).moved(0.42),
        wire(triples("-360 1380 0, -430 1400 0, -440 1330 0, -400 1320 0"), 0.024))
    return Model.of(Part("frame", merge(pillar, neck, foot)), Part("sound box", sound, "main"),
        Part("gilding", crown, "gold"), Part("strings", merge(strings), "linen"))


@form("drum", "music", 0.4, "side drum", where="table")
def drum(ask: Request) -> Model:
    """A side drum tipped on its hoop, so that its skin shows, with zigzag cords and two sticks."""
    r, h, n = 0.17, 0.24, 8
    shell = turned([(r, 0.0), (r, h)], samples=0)
    hoops = merge(turned([(r - 0.01, y), (r + 0.018, y), (r + 0.018, y + 0.04), (r - 0.01, y
        + 0.04)], samples=0) for y in (0.0, h - 0.04))
    angles, far = np.arange(n) * 2 * np.pi / n, r + 0.012
    cords = merge(rod((far * np.cos(a), h - 0.03, far * np.sin(a)), (far * np.cos(a + s * np.pi
        / n), 0.03, far * np.sin(a + s * np.pi / n)), 0.0065) for a in angles for s in (-1, 1))
    # The crossed sticks reach beyond the hoops, which also keeps the drums of a row apart.
    stick = turned(pairs("9 0, 9 300, 6 400, 13 420, 0 445")).moved(0, -0.22, 0)
    pair = [stick.turned(z=90).turned(y=a).moved(0, h + 0.01 + 0.014 * k, 0) for k,
        a in enumerate((42, -28))]
    # A dark line parts the skin from its hoop.
    line = ring(r - 0.008, 0.004, y=h + 0.002)
    model = Model.of(Part("shell", shell), Part("hoops", hoops, "second"), Part("cords", cords,
        "linen"), Part("skin", disc(r, 0.004, y=h - 0.002), "bone"), Part("line", line, "black"),
        Part("sticks", merge(pair), "dark_wood"))
    return tilted(model, x=34, y=ask.between(-14, 14))


@form("tambourine", "music", 0.08, where="table")
def tambourine(ask: Request) -> Model:
    """A tambourine that leans back on its hoop: a painted skin, jingles that stand out."""
    r, d = 0.125, 0.056
    hoop = turned([(r - 0.006, -d / 2), (r, -d / 2), (r, d / 2), (r - 0.006, d / 2)], samples=0,
        sides=48)
    skin = turned([(r - 0.004, d / 2), (0, d / 2)], samples=0, sides=48)
    painted = [turned([(a, d / 2), (a, d / 2 + 0.004), (b, d / 2 + 0.004)], samples=0, sides=48)
        for a, b in ((0.105, 0.095), (0.088, 0.083))]
    petals = [cut(pairs("0 20, 9 42, 0 76, -9 42", 0.001, 0.001), 0.004, steps=3).turned(z=45
        * k).turned(x=-90).moved(0, d / 2 + 0.003, 0) for k in range(8)]
    slots, jingles = [], []
    for k in range(7):
        a = -360 * (k + 0.5) / 7
        slots.append(block(0.008, 0.03, 0.06, (0, 0, 0)).moved(r - 0.002).turned(y=a))
        jingles += [turned(pairs("0 0, 14 0, 24 3, 24 5, 13 5, 8 9, 0 10"), samples=0).turned(
            z=d_ * 8).moved(r + 0.004, d_ * 0.008 - 0.005).turned(y=a) for d_ in (-1, 1)]
    edge = merge(ring(r, 0.004, y=y) for y in (d / 2, -d / 2))
    return Model.of(Part("hoop", hoop), Part("skin", skin, "bone", "mottle", "ceramic", 30),
        Part("painting", merge(painted, *petals), "second"), Part("slots", merge(slots), "black"),
        Part("jingles", merge(jingles), "gold"), Part("edge", edge, "second")).mapped(
        lambda m: m.turned(x=54))


@form("bell", "music", 0.3, "hand bell", where="table")
def bell(ask: Request) -> Model:
    """A hand bell; or a great bell hung from its yoke, whole or cracked."""
    outline = pairs("160 0, 165 12, 125 60, 95 150, 85 215, 60 250, 0 262")
    body = turned(outline).scaled(0.5)
    grip = turned(pairs("6 130, 12 140, 9 155, 14 200, 13 235, 5 250, 0 252"))
    lines = merge(ring(r, 0.0025, y=y) for r, y in ((0.0655, 0.028), (0.0485, 0.07), (0.043, 0.1)))
    return tilted(Model.of(Part("bell", body), Part("lines", lines, "second"), Part("handle", grip,
        "wood")), z=ask.between(-10, 6))
    body = turned([*outline[:-1], (0.058, 0.252), (0.0, 0.258)])
    lines = merge(ring(r, 0.004, y=y) for r, y in ((0.132, 0.052), (0.127, 0.062), (0.088, 0.2),
        (0.0865, 0.21)))
    crown = merge(wire([(s * 0.035, 0.25, z), (s * 0.045, 0.285, z * 1.2), (s * 0.012, 0.305, z)],
        0.009) for s in (-1, 1) for z in (-0.02, 0.02))
    yoke = merge(block(0.36, 0.05, 0.05, (0, 0.33, 0), bevel=0.012),
        *[rod((s * 0.18, 0.33, 0), (s * 0.22, 0.33, 0), 0.011) for s in (-1, 1)])
    straps = merge(block(0.018, 0.065, 0.056, (s * 0.05, 0.325, 0)) for s in (-1, 1))
    clapper = merge(rod((0, 0.2, 0), (0.012, 0.0, 0), 0.007),
        ball((0.026, 0.03, 0.026)).moved(0.013, -0.02, 0))
    parts = [Part("bell", body), Part("lines", lines, "second"), Part("crown", merge(crown, clapper,
        straps), "iron"), Part("yoke", yoke, "wood")]
    return Model.of(*parts, hand=(0, 0.33, 0)).mapped(lambda m: m.scaled(2.4))


def _bell_mouth(low: float, high: float, long: float) -> Mesh:
    """A flaring horn's mouth along +y, hollow."""
    t = np.linspace(0, 1, 16)
    return turned(columns(low + (high - low) * t**3.2, long * t), wall=0.002, samples=0)


@form("trumpet", "music", 0.2, "trumpet, hunting horn", where="table")
def trumpet(ask: Request) -> Model:
    """A trumpet with valves, a coiled post horn, a hunting horn of an ox, or a herald's trumpet."""
    if ask.pose == "hunting horn":
        body = wire(triples("-220 160 0, -140 60 0, 0 30 0, 140 90 0, 200 200 0"),
            [0.008, 0.016, 0.026, 0.037, 0.05])
        rims = merge(ring(0.049, 0.007).turned(z=-24).moved(0.2, 0.2, 0),
            ring(0.033, 0.005).turned(z=-52).moved(0.095, 0.062, 0), ball(0.012).moved(-0.222,
            0.163, 0))
        mouth = disc(0.044, 0.002).turned(z=-24).moved(0.2005, 0.203, 0)
        strap_ = wire(triples("-190 120 0, -100 240 20, 20 250 20, 100 70 30"), 0.006)
        return Model.of(Part("horn", body), Part("rims", rims, "gold"), Part("mouth", mouth,
            "black"), Part("strap", strap_, "leather"))
    loop = triples("-250 0 -10, -100 0 -10, 120 0 -10, 165 0 -5, 190 35 0, 165 75 5, 100 75 8, "
        "-120 75 8, -160 75 5, -185 45 0, -160 12 12, -100 8 14, 200 8 14")
    body = tube(np.array(loop), 0.0068, samples=110, sides=10)
    bell_ = _bell_mouth(0.0085, 0.066, 0.2).turned(z=-90).moved(0.18, 0.008, 0.014)
    valves = merge(merge(rod((x, -0.03, 0.002), (x, 0.09, 0.002), 0.0105), rod((x, 0.09, 0.002),
        (x, 0.108, 0.002), 0.003), disc(0.0085, 0.004, y=0.107).moved(x, 0, 0.002))
        for x in (-0.035, -0.01, 0.015))
    mouth = merge(_bell_mouth(0.0055, 0.0125, 0.035).turned(z=90).moved(-0.245, 0.0, -0.01),
        ring(0.012, 0.002).turned(z=90).moved(-0.28, 0, -0.01))
    hook = merge(wire(triples("60 10 14, 60 30 20, 75 30 20, 78 12 14"), 0.0025),
        ring(0.066, 0.0028).turned(z=90).moved(0.38, 0.008, 0.014))
    return Model.of(Part("tube", merge(body, bell_)), Part("valves", merge(valves, mouth, hook),
        "second")).mapped(lambda m: m.turned(z=8, y=10))


@form("saxophone", "music", 0.7, where="table")
def saxophone(ask: Request) -> Model:
    """A saxophone: crook, conical body, upturned bell, keys."""
    path = triples("115 615 0, 90 655 0, 40 660 0, 0 620 0, 0 500 0, 0 300 0, 0 130 0, -20 50 0, "
        "-75 15 0, -130 50 0, -145 120 0, -155 220 0")
    radii = [0.008, 0.009, 0.011, 0.014, 0.02, 0.029, 0.037, 0.041, 0.043, 0.044, 0.045, 0.047]
    body = tube(path, radii, samples=70)
    bell_ = _bell_mouth(0.047, 0.085, 0.12).turned(z=8).moved(-0.154, 0.21, 0)
    rim = ring(0.084, 0.0045).turned(z=8).moved(-0.171, 0.329, 0)
    pads = merge(merge(disc(0.5 * r, 0.01).turned(x=90).moved(x, y, z),
        ring(0.5 * r, 0.002).turned(x=90).moved(x, y, z + 0.01)) for x, y, z,
        r in [(0.0, 0.56 - 0.058 * k, 0.016 + 0.0033 * k, 0.022 + 0.004 * k) for k in range(8)]
        + [(-0.14, 0.1, 0.044, 0.05), (-0.15, 0.17, 0.045, 0.055)])
    rods = merge(rod((0.03, 0.12, 0.03), (0.014, 0.58, 0.016), 0.0035), rod((-0.03, 0.14, 0.02),
        (-0.014, 0.52, 0.01), 0.003), wire(triples("-35 300 0, -90 300 20, -125 260 0"), 0.005),
        ring(0.018, 0.004, y=0.6), ring(0.049, 0.004, y=0.0).turned(z=8).moved(-0.154, 0.21, 0))
    reed = tube(triples("105 630 0, 125 600 0, 150 550 0"), [0.011, 0.0115, 0.005], samples=10)
    return tilted(Model.of(Part("body", merge(body, bell_, rim)), Part("keys", merge(pads, rods),
        "second"), Part("mouthpiece", reed, "black")), z=ask.between(-10, -2))


@form("flute", "music", 0.6, "leaning, upright, lying", where="table")
def flute(ask: Request) -> Model:
    """A flute with keys, a wooden recorder, or pan pipes."""
    [(0.1 + 0.034 * k) for k in range(6)]
    body = turned(pairs("9.5 0, 9.5 120, 10.5 120, 10.5 135, 9.5 135, 9.5 430, 11.5 430, "
        "11.5 460, 9.8 460, 9.8 620, 0 625"), samples=0)
    keys = merge([merge(disc(0.009, 0.004).turned(x=90).moved(0, y, 0.009),
        ring(0.006, 0.0012).turned(x=90).moved(0, y, 0.0132)) for y in np.linspace(0.05, 0.38, 11)]
        + [rod((0.0125, 0.04, 0.004), (0.0125, 0.4, 0.004), 0.0025)])
    lip = merge(ball((0.011, 0.016, 0.005)).moved(0, 0.545, 0.009))
    return held(ask, [Part("body", merge(body, lip)), Part("keys", keys, "second"),
        Part("hole", ball((0.004, 0.006, 0.002)).moved(0, 0.545, 0.0138), "black")])
