"""Machines of the house and the workshop: cameras, wireless sets, telephones, gears, engines.

Machines of the workroom: spinning wheel, loom, sewing machine.
"""

from __future__ import annotations

import numpy as np

from worker.studio.scene.forms import building as b
from worker.studio.scene.forms._still import block, cut, disc, ring, rod, rows, stroke, turned, wire
from worker.studio.scene.forms.seats import turned_leg
from worker.studio.scene.mesh import (Array, Mesh, ball, box, columns, extrude, lathe, loft, merge,
    pairs, sheet, triples, tube)
from worker.studio.scene.model import Model, Part, Request, form


@form("camera", "machine", 0.11, "small, on a tripod", where="table")
def camera(ask: Request) -> Model:
    """A small camera with its lens towards the viewer; or one with bellows on a tripod."""
    if ask.pose == "on a tripod":
        return _view_camera()
    body = merge(box(0.15, 0.08, 0.045, bevel=0.01), block(0.06, 0.026, 0.04, (0, 0.09, 0),
        bevel=0.008))
    grip = merge(block(0.042, 0.056, 0.004, (s * 0.05, 0.038, 0.0225)) for s in (-1, 1))
    tubes = (turned(pairs("34 0, 34 16, 31 18, 31 40, 28 42, 24 34, 0 30"),
        samples=0).turned(x=90).moved(0, 0.038, 0.022))
    rims = (merge(ring(0.0325, 0.002, y=0.017), ring(0.0295, 0.0022, y=0.041)).turned(x=90).moved(0,
        0.038, 0.022))
    eye = ball((0.018, 0.018, 0.006)).moved(0, 0.038, 0.052)
    shine = ball((0.005, 0.004, 0.002)).moved(-0.006, 0.045, 0.0575)
    knobs = merge([disc(0.012, 0.012, y=0.079).moved(x, 0, 0) for x in (-0.055, 0.05)]
        + [disc(0.006, 0.016, y=0.079).moved(0.068, 0, 0)])
    window = block(0.026, 0.014, 0.003, (0, 0.092, 0.0205))
    return Model.of(Part("body", body), Part("grip", grip, "black"), Part("lens", tubes, "black"),
        Part("rims", merge(rims, knobs), "steel"), Part("glass", eye, "blue"), Part("shine", shine,
        "white"), Part("window", window, "glass"))


def _view_camera() -> Model:
    y = 1.25
    legs = [rod((0.05 * np.cos(a), y, 0.05 * np.sin(a)), (0.42 * np.cos(a), 0, 0.42 * np.sin(a)),
        0.022, 0.014) for a in np.radians((90, 210, 330))]
    boards = [block(0.34, 0.34, 0.04, (0, y + 0.2, z)) for z in (-0.16, 0.18)]
    folds = []
    for k in range(13):
        size = 0.15 + 0.02 * (k % 2)
        folds.append(np.array([(-size, -size), (size, -size), (size, size), (-size, size)]))
    bellows = loft([np.column_stack([f[:, 0], f[:, 1] + y + 0.2, np.full(4, 0.16 - 0.3 * k / 12)])
        for k, f in enumerate(folds)][::-1], crease=10)
    lens = (turned(pairs("75 0, 75 20, 60 20, 60 120, 68 125, 68 150, 55 150, 50 120, 0 110"),
        samples=0).turned(x=90).moved(0, y + 0.2, 0.2))
    glass = ball((0.05, 0.05, 0.015)).moved(0, y + 0.2, 0.325)
    bed = box(0.3, 0.03, 0.46).moved(0, y, 0.02)
    x, t = np.meshgrid(np.linspace(-1, 1, 25), np.linspace(0, 1, 12))
    a = x * 2.1
    cloth = columns(np.sin(a) * (0.19 + 0.05 * t + 0.015 * t * np.sin(a * 7)), y + 0.42
        - (0.75 * np.abs(x) ** 2.2 + 0.05) * (0.65 + 0.1 * t) - 0.02 * t, -0.1 - 0.35 * t + 0 * x)

    return Model.of(Part("legs", merge(*legs, bed), "wood"), Part("boards", merge(boards)),
        Part("bellows", bellows, "dark_cloth"), Part("lens", lens, "gold"), Part("glass", glass,
        "blue"), Part("cloth", sheet(cloth), "black"))


@form("microphone", "machine", 0.3, "on a table stand", where="table")
def microphone(ask: Request) -> Model:
    """A ribbed broadcast microphone: a rounded head with slots, in a fork on a round foot."""
    t = np.linspace(0, 2 * np.pi, 49)

    def shell(grow: float, low: float = -1.0, high: float = 1.0) -> Mesh:
        """The head between two heights, in shares of its own."""
        y = np.linspace(low, high, 13 if high - low > 0.5 else 5)[:, None]
        r = np.sqrt(np.maximum(1 - np.abs(y) ** 2.6, 0)) ** 0.8 + 1e-3
        x, z = (np.sign(f) * np.abs(f) ** 0.7 for f in (np.cos(t), np.sin(t)))
        return sheet(columns((0.05 + grow) * r * x, 0.066 * y, (0.036 + grow) * r * z)[:, ::-1])

    ribs = [shell(0.004, y - 0.055, y + 0.055) for y in np.linspace(-0.66, 0.66, 7)]
    spine = [tube(columns(0.009 * d, 0.068 * np.sin(a), 0.043 * np.cos(a)), 0.0042, samples=24,
        sides=8) for d in (-1, 1) for a in [np.linspace(-1.35, 1.35, 12)]]
    caps = merge(shell(0.0045, 0.78, 1.0), shell(0.0045, -1.0, -0.78))
    yoke = wire(triples("-60 12 0, -62 -20 0, -45 -66 0, 0 -82 0, 45 -66 0, 62 -20 0, 60 12 0"),
        0.0055)
    knobs = [turned(pairs("11 0, 12 3, 11 12, 0 14")).turned(z=-90 * d).moved(0.056 * d, 0.01, 0)
        for d in (-1, 1)]

    def place(m: Mesh) -> Mesh:
        return m.turned(x=-10).moved(0, 0.24, 0)

    foot = turned(pairs("72 0, 76 6, 70 14, 40 24, 14 34, 9 46, 9 132, 13 140, 13 150, 8 160"),
        samples=0)
    grooves = merge(ring(0.058, 0.002, y=0.018), ring(0.011, 0.003, y=0.09))
    return Model.of(Part("core", place(shell(0.0)), "black"), Part("ribs", place(merge(*ribs,
        *spine, caps))), Part("yoke", merge(place(merge(yoke, *knobs)), grooves), "steel"),
        Part("stand", foot, "steel"))


@form("radio", "machine", 0.3, "table set", where="table")
def radio(ask: Request) -> Model:
    """A wireless set: a long box with its dial, an arched one, or a portable one."""
    w = 0.42
    shell = extrude([(-w / 2, 0), (w / 2, 0), (w / 2, 0.19), (w / 2 - 0.02, 0.23),
        (w / 2 - 0.06, 0.25), (-w / 2 + 0.06, 0.25), (-w / 2 + 0.02, 0.23), (-w / 2, 0.19)], 0.18,
        bevel=0.012)
    cloth = block(0.2, 0.17, 0.008, (-0.08, 0.13, 0.088))
    slats = [block(0.2, 0.01, 0.012, (-0.08, 0.06 + 0.028 * k, 0.09)) for k in range(6)]
    scale = cut([(0.085 * np.cos(t), 0.085 * np.sin(t)) for t in np.linspace(0, np.pi, 16)],
        0.006).moved(0.115, 0.13, 0.09)
    marks = merge([block(0.002, 0.012, 0.002, (0, 0.072, 0)).turned(z=a).moved(0.115, 0.13, 0.094)
        for a in range(-75, 76, 15)]
        + [block(0.003, 0.075, 0.002, (0, 0.035, 0)).turned(z=ask.between(-50, 50)).moved(0.115,
        0.13, 0.095)])
    knobs = merge(disc(0.02, 0.02).turned(x=90).moved(x, 0.075, 0.088) for x in (0.07, 0.16))
    return Model.of(Part("shell", shell), Part("cloth", cloth, "second", "weave", "", 150),
        Part("slats", merge(slats)), Part("scale", scale, "lamp", glow=0.5), Part("marks", marks,
        "black"), Part("knobs", knobs, "black"))


@form("television", "machine", 0.55, "showing nothing, glowing", where="table")
def television(ask: Request) -> Model:
    """An old set with knobs, splayed legs and a two-armed aerial; or a flat screen."""
    screen = "lamp" if ask.pose == "glowing" else "black"
    glow = 0.8 if ask.pose == "glowing" else 0.0
    case = merge(block(0.56, 0.42, 0.3, (0, 0.33, -0.02), bevel=0.03), block(0.36, 0.3, 0.14,
        (0, 0.33, -0.22), bevel=0.05))
    edge = pairs("-190 -140, 0 -155, 190 -140, 200 0, 190 140, 0 155, -190 140, -200 0")
    rim = cut(np.array(edge) * 1.08, 0.03, steps=4, bevel=0.008).moved(-0.055, 0.335, 0.14)
    pane = cut(edge, 0.03, steps=4, bevel=0.01).moved(-0.055, 0.335, 0.15)
    knobs = merge(disc(0.03, 0.025).turned(x=90).moved(0.215, y, 0.13) for y in (0.46, 0.375))
    slats = merge(block(0.08, 0.007, 0.004, (0.215, 0.205 + 0.018 * k, 0.131)) for k in range(6))
    legs = merge(rod((sx * 0.2, 0.14, sz * 0.1), (sx * 0.27, 0, sz * 0.14), 0.017, 0.009)
        for sx in (-1, 1) for sz in (-1, 1))
    aerial = merge([rod((0, 0.54, -0.05), (s * 0.2 - 0.02, 0.86, -0.05), 0.005, 0.003)
        for s in (-1, 1)] + [ball((0.05, 0.03, 0.05)).moved(0, 0.54, -0.05)])
    shine = stroke([(-0.2, 0.41), (-0.15, 0.455)], 0.018, 0.003).moved(0, 0, 0.166)
    return Model.of(Part("case", case), Part("rim", rim, "second"), Part("screen", pane, screen,
        glow=glow), Part("shine", shine, "white"), Part("knobs", knobs, "gold"),
        Part("slats", merge(slats, aerial, legs), "iron"))


@form("telephone", "machine", 0.16, "on the hook", where="table")
def telephone(ask: Request) -> Model:
    """A dial telephone with its receiver on or off; or a mobile one."""
    rings_ = triples("120 105 0, 120 105 12, 100 85 30, 65 55 85, 55 40 100")
    t = np.linspace(0, 2 * np.pi, 40, endpoint=False)

    def sq(v: Array) -> Array:
        return np.asarray(np.sign(v) * np.abs(v) ** 0.55)

    shell = loft([columns(sq(np.cos(t)) * a, 0 * t + y, sq(np.sin(t)) * b - 0.45 * y) for a, b,
        y in rings_])
    plate = merge(disc(0.052, 0.006)).turned(x=58).moved(0, 0.052, 0.047)
    holes = (merge(disc(0.0085, 0.003).moved(0.037 * np.cos(a), 0.006, 0.037 * np.sin(a))
        for a in np.radians(np.arange(40, 340, 31))).turned(x=58).moved(0, 0.052, 0.047))
    hub = disc(0.02, 0.009).turned(x=58).moved(0, 0.052, 0.047)
    forks = merge(rod((x * 0.045, 0.09, z - 0.045), (x * 0.05, 0.122, z - 0.045), 0.006)
        for x in (-1, 1) for z in (-0.022, 0.022))
    bar = tube(triples("-100 0 0, -60 22 0, 0 28 0, 60 22 0, 100 0 0"), [0.013, 0.013, 0.012, 0.013,
        0.013], samples=24)
    caps = [turned(pairs("22 -30, 32 -26, 30 -10, 14 8")).turned(z=s * 12).moved(s * 0.105, 0.0, 0)
        for s in (-1, 1)]
    hand = merge(bar, *caps)
    coil = np.linspace(0, 2 * np.pi * 16, 260)
    line = columns(-0.1 - 0.06 * np.sin(coil / 32), 0.012 + 0.007 * np.sin(coil), 0.02 + 0.0018
        * coil * 0.6 + 0.007 * np.cos(coil))
    parts = [Part("shell", merge(shell, forks)), Part("dial", plate, "second"), Part("holes", holes,
        "black"), Part("hub", hub, "white"), Part("cord", tube(line, 0.0022, sides=6), "black")]
    return Model.of(*parts, Part("receiver", hand.moved(0, 0.116, -0.045)))


@form("typewriter", "machine", 0.26, where="table")
def typewriter(ask: Request) -> Model:
    """A black typewriter with round keys, its roller and a sheet of paper."""
    side = extrude(pairs("-160 0, 160 0, 160 25, 60 60, 20 130, -100 150, -160 110"), 0.34,
        bevel=0.008).turned(y=-90)
    keys, stems = [], []
    for row in range(4):
        for k in range(10):
            x, y, z = 0.028 * k + 0.007 * (row % 2) - 0.126, 0.016 * row + 0.058, 0.165 - 0.03 * row
            keys.append(disc(0.0105, 0.005).turned(x=14).moved(x, y, z))
            stems.append(rod((x, y - 0.03, z - 0.015), (x, y, z), 0.002))
    bar = block(0.16, 0.006, 0.016, (0, 0.045, 0.19), bevel=0.002)
    basket = (cut([(0.085 * np.cos(t), 0.04 * np.sin(t)) for t in np.linspace(0, np.pi, 14)],
        0.012).turned(x=-50).moved(0, 0.12, 0.01))
    roller = merge(rod((-0.2, 0.175, -0.06), (0.2, 0.175, -0.06), 0.021))
    knobs = merge([rod((s * 0.2, 0.175, -0.06), (s * 0.235, 0.175, -0.06), 0.017) for s in (-1, 1)]
        + [wire(triples("-190 185 -50, -230 200 0, -240 200 50"), 0.005)])
    sheet_ = (block(0.21, 0.2, 0.002, (0, 0.28, -0.06)).moved(0, -0.2, 0.06).turned(x=-12).moved(0,
        0.2, -0.06))
    text = (rows(0.16, 0.1, 6, (0, 0.31, 0.002), ragged=0.3, ink=0.3).moved(0, -0.2,
        0).turned(x=-12).moved(0, 0.2, -0.06))
    reels = merge(disc(0.035, 0.02, y=0.145).moved(s * 0.09, 0, -0.015) for s in (-1, 1))
    return Model.of(Part("body", side), Part("keys", merge(*keys, bar), "white"),
        Part("stems", merge(*stems, knobs, basket), "steel"), Part("roller", merge(roller, reels),
        "black"), Part("paper", sheet_, "paper"), Part("text", text, "black"))


@form("computer", "machine", 0.4, "desktop", where="table")
def computer(ask: Request) -> Model:
    """A box with a screen and keyboard, or a laptop open towards the viewer."""

    def keyboard(w: float, d: float) -> Mesh:
        return merge([block(w * 0.07, 0.006, d * 0.15, ((c - 5.5) * w * 0.078, 0, (r - 1.5) * d
            * 0.2)) for r in range(4) for c in range(12)] + [block(w * 0.4, 0.006, d * 0.13,
            (0, 0, d * 0.5))])

    case = box(0.42, 0.11, 0.36, bevel=0.008)
    slot = merge(block(0.12, 0.006, 0.004, (0.12, 0.075, 0.181)), block(0.12, 0.006, 0.004,
        (0.12, 0.05, 0.181)))
    tube_ = merge(block(0.38, 0.32, 0.16, (0, 0.31, 0.06), bevel=0.014),
        loft([np.array([(x * a, 0.31 + y * a * 0.82, z) for x, y in ((-1, -1), (1, -1), (1, 1),
        (-1, 1))]) for a, z in ((0.11, -0.15), (0.17, -0.02))]), disc(0.1, 0.03, y=0.115))
    edge = pairs("-150 -105, 0 -112, 150 -105, 155 0, 150 105, 0 112, -150 105, -155 0")
    rim = cut(np.array(edge) * 1.07, 0.008, steps=3).moved(0, 0.325, 0.14)
    pane = cut(edge, 0.012, steps=3, bevel=0.004).moved(0, 0.325, 0.143)
    text = merge(rows(0.22, 0.13, 6, (-0.02, 0.34, 0.151), ragged=0.6, ink=0.4), block(0.012, 0.016,
        0.002, (-0.12, 0.262, 0.151)))
    keys = box(0.42, 0.022, 0.15, bevel=0.005).turned(x=5).moved(0, 0.006, 0.29)
    caps = keyboard(0.4, 0.13).turned(x=5).moved(0, 0.031, 0.28)
    return Model.of(Part("case", merge(case, tube_, keys)), Part("rim", rim, "grey"),
        Part("screen", pane, "black"), Part("text", text, "green", glow=0.8), Part("keys", caps,
        "second"), Part("slots", slot, "black"))


def gear(teeth: int, radius: float, thick: float, *, spokes: int = 5) -> Mesh:
    """A toothed wheel with spokes about the z axis: rim, spokes, hub."""
    step = 2 * np.pi / teeth
    high = radius + 0.55 * step * radius
    outer = [(r * np.cos((k + a) * step), r * np.sin((k + a) * step)) for k in range(teeth) for a,
        r in ((-0.27, radius), (-0.15, high), (0.15, high), (0.27, radius))]
    inner = radius * 0.74
    hole = [(inner * np.cos(np.arctan2(y, x)), inner * np.sin(np.arctan2(y, x))) for x, y in outer]
    rim = _annulus(np.array(outer), np.array(hole), thick)
    arms = [block(radius * 0.14, radius * 0.8, thick * 0.6, (0, radius * 0.4, 0)).turned(z=360
        / spokes * k) for k in range(spokes)]
    hub = turned(pairs("80 -800, 220 -800, 220 800, 80 800, 80 300", radius, thick),
        samples=0).turned(x=90)
    return merge(rim, *arms, hub)


def _annulus(outer: Array, inner: Array, thick: float) -> Mesh:
    """A flat ring between two outlines of equally many points."""
    z = thick / 2
    loops = [np.column_stack([p, np.full(len(p), s)]) for p, s in ((outer, -z), (outer, z),
        (inner, z), (inner, -z), (outer, -z))]
    grid = np.stack([np.concatenate([loop, loop[:1]]) for loop in loops])
    return sheet(grid[::-1], crease=25)


@form("gears", "machine", 0.5, "three wheels, tower of wheels", where="table")
def gears(ask: Request) -> Model:
    """Toothed wheels that mesh, upright towards the viewer."""
    big, mid, small = (gear(20, 0.2, 0.05), gear(12, 0.12, 0.05, spokes=4), gear(8, 0.08, 0.05,
        spokes=3))
    parts = [Part("big", big), Part("middle", mid.turned(z=12).moved(0.295, 0.17, 0), "second"),
        Part("small", small.turned(z=5).moved(-0.19, 0.255, 0.0), "accent")]
    if ask.pose == "tower of wheels":
        parts += [Part("upper", gear(14, 0.14, 0.05).turned(z=9).moved(0.09, 0.45, -0.05)),
            Part("low", gear(10, 0.1, 0.05, spokes=4).turned(z=14).moved(-0.3, -0.12, 0.02),
            "second")]
    pins = merge(disc(0.02, 0.12).turned(x=90).moved(x, y, -0.06) for x,
        y in ((0, 0), (0.295, 0.17), (-0.19, 0.255)))
    return Model.of(*parts, Part("pins", pins, "steel"))


@form("headphones", "machine", 0.2, where="table")
def headphones(ask: Request) -> Model:
    """Two padded shells on a bow, standing on them."""
    band = stroke([(0.08 * np.cos(t) * (1 + 0.08 * np.sin(t)), 0.075 + 0.1 * np.sin(t))
        for t in np.linspace(-0.15, np.pi + 0.15, 30)], 0.01, 0.034, bevel=0.003)
    shells, pads = [], []
    for s in (-1, 1):
        shells.append(turned(pairs("30 -5, 42 0, 44 12, 30 22, 0 26")).turned(z=-s * 90 + s
            * 8).moved(s * 0.082, 0.045, 0))
        pads.append(ring(0.031, 0.0125).scaled(1, 0.9, 1.0).turned(z=90 + s * 8).moved(s * 0.072,
            0.046, 0))
    cord = wire(triples("85 4 10, 100 4 60, 0 4 85, -100 4 75, -160 4 20"), 0.0026)
    pad = stroke([(0.072 * np.cos(t), 0.075 + 0.093 * np.sin(t)) for t in np.linspace(0.9, np.pi
        - 0.9, 14)], 0.01, 0.038, bevel=0.004)
    return Model.of(Part("band", band, "steel"), Part("shells", merge(shells)),
        Part("pads", merge(*pads, pad), "black"), Part("cord", cord,
        "black")).mapped(lambda m: m.turned(y=14))


@form("spinning wheel", "fitting", 1.2)
def spinning_wheel(ask: Request) -> Model:
    """A treadle wheel on a sloping bench with its distaff of wool."""
    kit, r = b.Kit(), ask.between(0.3, 0.35)
    bench = box(0.8, 0.06, 0.16, bevel=0.015).turned(z=14).moved(0, 0.36, 0)
    legs = [[(-0.3, 0.3, 0.05), (-0.42, 0, 0.2)], [(-0.3, 0.3, -0.05), (-0.42, 0, -0.2)],
        [(0.3, 0.44, 0), (0.48, 0, 0)]]
    kit.add("bench", bench, b.bars(legs, (0.025, 0.018), sides=8))
    hub = (0.22, 0.82, 0.0)
    kit.add("wheel", b.wheel(r, spokes=10, rim=0.16, thick=0.05).moved(*hub))
    for s in (-1, 1):
        kit.add("posts", turned_leg(0.42, 0.028).moved(hub[0], 0.43, s * 0.075), of="second")
    for s in (-1, 1):
        kit.add("posts", turned_leg(0.36, 0.026).moved(-0.3, 0.32, s * 0.1), of="second")
    bobbin = (lathe(pairs("50 -80, 50 -70, 25 -60, 35 0, 25 60, 50 70, 50 80"),
        sides=18).turned(x=90).moved(-0.3, 0.62, 0))
    kit.add("bobbin", bobbin, of="linen")
    band = [[(hub[0] - 0.05, hub[1] + r, 0), (-0.3, 0.66, 0)], [(hub[0] - 0.1, hub[1] - r * 0.95,
        0), (-0.3, 0.58, 0)], [(-0.32, 0.62, 0.02), (-0.42, 1.02, 0.1)]]
    kit.add("thread", b.bars(band, 0.006), of="linen")
    kit.add("distaff", b.bars([[(-0.36, 0.34, -0.1), (-0.44, 1.2, -0.02)]], 0.014), of="second")
    kit.add("wool", ball((0.09, 0.17, 0.09), sides=18).moved(-0.43, 1.1, 0),
        lathe([(0.09, 0), (0.01, 0.2)], sides=14).moved(-0.43, 1.16, 0), of="white_fur",
        pattern="mottle", repeat=30)
    kit.add("treadle", box(0.4, 0.025, 0.2).turned(z=6).moved(0.05, 0.06, 0.02), of="second")
    treadle = b.bars([[(0.2, 0.1, 0.0), (hub[0] + 0.06, hub[1], 0.05)]], 0.01)
    kit.add("treadle", treadle, of="second")
    return kit.model(hand=(-0.3, 0.62, 0.1))


@form("loom", "fitting", 1.9)
def loom(ask: Request) -> Model:
    """A big hand loom with its warp, heddles and a length of woven cloth."""
    kit, w, d, h = b.Kit(), ask.between(1.3, 1.5), 1.4, 1.75
    posts = [(sx * w / 2, 0, sz * d / 2, 0.1, h if sz < 0 else 1.0, 0.1) for sx in (-1, 1)
        for sz in (-1, 1)]
    posts += [(sx * w / 2, 0, 0.0, 0.1, h, 0.1) for sx in (-1, 1)]
    beams = [(s * w / 2, y, z, 0.08, 0.1, n) for s in (-1, 1) for y, z, n in ((0.3, 0, d),
        (0.85, 0.0, d), (h - 0.1, -d / 4, d / 2))]
    beams += [(0, y, z, w, 0.1, 0.08) for y, z in ((h - 0.1, 0), (h - 0.1, -d / 2), (0.3, d / 2),
        (0.3, -d / 2))]
    kit.add("frame", b.blocks(posts + beams))
    for y, z in ((0.92, d / 2), (0.92, -d / 2), (0.45, d / 2 - 0.05)):
        kit.add("beams", lathe([(0.07, -w / 2 + 0.05), (0.07, w / 2 - 0.05)],
            sides=16).turned(z=90).moved(0, y, z), of="second")
    x = np.linspace(-w * 0.42, w * 0.42, 40)
    warp = b.bars([[(q, 0.99, -d / 2), (q, 0.99, d * 0.12)] for q in x], 0.004, sides=4)
    kit.add("warp", warp, of="linen")
    cloth = [np.column_stack([np.linspace(-w * 0.42, w * 0.42, 9), np.full(9, y), np.full(9, z)])
        for y, z in ((0.992, d * 0.1), (0.995, d / 2), (0.93, d / 2 + 0.075), (0.5, d / 2 + 0.03),
        (0.45, d / 2 + 0.03))]
    kit.add("cloth", sheet(cloth, crease=60, grain=(1, 0, 0)), of="accent", pattern="stripes",
        other="linen", repeat=7)
    for z, y in ((-0.12, 0.12), (-0.24, -0.04)):
        kit.add("heddles", b.blocks([(0, 0.85 + y, z, w * 0.86, 0.035, 0.03), (0, 1.25 + y, z, w
            * 0.86, 0.035, 0.03)]), b.bars([[(q, 0.87 + y, z), (q, 1.26 + y, z)] for q in x[::2]],
            0.004, sides=4), b.bars([[(s * 0.3, 1.28 + y, z), (s * 0.3, h, z)] for s in (-1, 1)],
            0.008), of="second")
    batten = b.blocks([(0, 0.86, 0.12, w * 0.92, 0.07, 0.06), (0, 1.16, 0.12, w * 0.92, 0.06, 0.06),
        *((s * w * 0.45, 0.86, 0.12, 0.05, 0.85, 0.04) for s in (-1, 1))])
    kit.add("batten", batten, of="second")
    kit.add("seat", box(0.9, 0.05, 0.26).moved(0, 0.5, d / 2 + 0.5),
        *(box(0.05, 0.5, 0.24).moved(s * 0.38, 0, d / 2 + 0.5) for s in (-1, 1)))
    return kit.model(seat=(0, 0.55, d / 2 + 0.5), hand=(0, 1.0, 0.3))


@form("sewing machine", "fitting", 1.05, "treadle")
def sewing_machine(ask: Request) -> Model:
    """A black machine with a curved arm and hand wheel, on its treadle table or alone."""
    kit, y = b.Kit(), 0.75
    arm = pairs("-190 60, -120 60, -120 170, -80 200, 90 200, 120 150, 110 40, 200 40, "
        "200 240, 160 280, -130 270, -190 220")
    kit.add("machine", extrude(arm, 0.075, bevel=0.018).moved(y=y), b.tiers((0.46, 0.19, y),
        (0.46, 0.19, y + 0.04), (0.44, 0.17, y + 0.05)))
    kit.add("wheel", b.wheel(0.075, spokes=5, rim=0.2, thick=0.025).turned(y=90).moved(0.225, y
        + 0.2, 0), b.bars([[(-0.155, y + 0.05, 0), (-0.155, y + 0.09, 0)], [(-0.155, y + 0.25, 0),
        (-0.155, y + 0.32, 0)]], 0.006), box(0.05, 0.005, 0.05).moved(-0.155, y + 0.055, 0),
        of="steel")
    gilding = b.blocks([(0.0, y + 0.235, 0.038, 0.18, 0.012, 0.004), (0.155, y + 0.12, 0.038, 0.05,
        0.05, 0.004)])
    kit.add("gilding", gilding, of="gold")
    cloth = [np.column_stack([np.full(9, -0.155 + q * 0.11), y + 0.056
        - np.clip(np.linspace(-0.1, 0.42, 9) - 0.12, 0, 1) * (1.0 if y else 0.12), np.linspace(-0.1,
        0.42, 9) * (0.6 if y else 0.8) + 0.01 * np.sin(q * 5)]) for q in np.linspace(-1, 1, 7)]
    kit.add("cloth", sheet(cloth, grain=(0, -0.5, 1)), of="second")
    kit.add("table", box(0.95, 0.035, 0.46, bevel=0.01).moved(y=y - 0.035), of="wood")
    for s in (-1, 1):
        kit.add("table", box(0.2, 0.14, 0.4).moved(s * 0.36, y - 0.18, 0), of="wood")
    for s in (-1, 1):
        x = s * 0.36
        iron = [tube([(x, 0, -0.22), (x, 0.25, -0.12), (x, 0.42, 0), (x, y - 0.18, 0.15)], 0.016,
            samples=16, sides=8), tube([(x, 0, 0.22), (x, 0.25, 0.12), (x, 0.42, 0),
            (x, y - 0.18, -0.15)], 0.016, samples=16, sides=8), b.ring(0.08, 0.012,
            sides=20).turned(y=90).moved(x, 0.42, 0)]
        kit.add("iron", *iron, b.bars([[(x, 0.02, -0.24), (x, 0.02, 0.24)]], 0.02), of="iron")
    grid = merge(b.blocks([(q, 0, 0, 0.02, 0.02, 0.24) for q in np.linspace(-0.18, 0.18, 7)]),
        b.blocks([(0, 0, q, 0.38, 0.02, 0.02) for q in (-0.12, 0, 0.12)]))
    kit.add("iron", grid.turned(x=10).moved(0, 0.1, 0.04),
        b.bars([[(-0.36, y, z), (0.36, y, z)] for y, z in ((0.12, 0), (0.42, -0.02))], 0.014),
        b.bars([[(x, 0.02, 0), (x, 0.12, 0)] for x in (-0.36, 0.36)], 0.02), b.wheel(0.15,
        spokes=6, rim=0.14, thick=0.02).turned(y=90).moved(0.29, 0.42, 0), of="iron")
    return kit.model(hand=(0.22, y + 0.2, 0.05), back=(0, y + 0.05, 0.1))
