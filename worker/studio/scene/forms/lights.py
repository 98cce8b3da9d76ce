"""Lights and timekeepers: candles, lanterns, clocks, hourglasses.

Lamps and candlesticks, and the altar and pulpit of a church. They face +z.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from worker.studio.scene.forms import building as b
from worker.studio.scene.forms._still import block, cut, disc, ring, rod, tilted, turned, wire
from worker.studio.scene.forms.furniture import tablecloth
from worker.studio.scene.mesh import (Array, Mesh, ball, box, columns, extrude, lathe, merge, pairs,
    sheet, spline, triples, tube)
from worker.studio.scene.model import Model, Part, Request, form


def flame(size: float, y: float) -> list[Part]:
    """A pointed flame with its bright heart, standing on y."""
    outer = turned(pairs("0 0, 300 250, 260 600, 100 1050, 0 1450"), sides=20).scaled(size)
    heart = (turned(pairs("0 0, 200 160, 160 400, 0 800"), sides=16).scaled(size).moved(0, 0, 0.16
        * size))
    return [Part("flame", outer.moved(0, y, 0), "fire", glow=0.9),
        Part("heart", heart.moved(0, y, 0), "flame", glow=1.0)]


def _wax(low: float, high: float, r: float, ask: Request) -> Mesh:
    """A candle with runs of wax and a wick."""
    body = turned([(r, low), (r, high - 0.004), (r * 0.9, high), (r * 0.5, high - 0.004)],
        samples=0)
    runs = []
    for a in (0.5, 1.4, 2.2, 3.4, 4.4, 5.3):
        long = ask.between(0.2, 0.85) * min(high - low, 0.12)
        y = np.array([high + 0.001, high - 0.35 * long, high - 0.8 * long, high - long])
        out = r * np.array([0.8, 1.02, 1.05, 0.98])
        sway = a + np.array([0, 0.1, -0.06, 0.0])
        runs.append(tube(columns(out * np.cos(sway), y, out * np.sin(sway)), r * np.array([0.2,
            0.17, 0.3, 0.12]), samples=14, sides=9))
    return merge(body, *runs)


@form("candle", "light", 0.3, "in a candlestick, burnt down", where="table")
def candle(ask: Request) -> Model:
    """A candle in a turned stick, in a dish with a ring, burnt to a stump, or just put out."""
    stick = merge(turned(pairs("58 0, 66 3, 66 10, 52 18, 26 26, 15 38, 11 48, 12 56, 21 62, 22 68,"
        "13 76, 9 90, 11 108, 18 122, 20 132, 13 140, 16 146, 36 152, 38 157, 19 160, 17 176"),
        samples=70), ring(0.0205, 0.003, y=0.065), ring(0.06, 0.0028, y=0.011),
        ring(0.037, 0.0028, y=0.157))
    low, high, r = 0.165, 0.165 + ask.between(0.12, 0.17), 0.0125
    if ask.pose == "burnt down":
        dish = turned(pairs("55 0, 62 4, 80 22"), wall=0.004)
        socket = turned(pairs("18 4, 16 30, 20 34"))
        loop = wire(triples("75 18 0, 100 30 0, 122 18 0, 100 4 0, 78 14 0"), 0.005)
        stick, low, high = (merge(dish, socket, loop), 0.03, 0.055)
    wax = _wax(low, high, r, ask)
    if ask.pose == "burnt down":
        pool = turned(pairs("30 6, 34 12, 20 30, 13 45"))
        wax = merge(wax, pool)
    parts = [Part("stick", stick), Part("wax", wax, "linen"), Part("wick", rod((0, high - 0.004, 0),
        (0.001, high + 0.01, 0), 0.0012), "black")]
    return Model.of(*parts, *flame(0.036, high + 0.004), hand=(0, 0.1, 0))


@form("lantern", "light", 0.38, "lit", where="table")
def lantern(ask: Request) -> Model:
    """A lantern of four posts under a hipped roof, with a candle inside and a ring to carry it."""
    w, h = ask.between(0.075, 0.085), 0.22
    base = merge(box(2 * w + 0.03, 0.02, 2 * w + 0.03, bevel=0.006), box(2 * w + 0.005, 0.035, 2 * w
        + 0.005))
    posts = [block(0.012, h, 0.012, (x * w, 0.035 + h / 2, z * w)) for x in (-1, 1)
        for z in (-1, 1)]
    rails = [block(2 * w, 0.01, 0.01, (0, h + 0.03, z * w)) for z in (-1, 1)] + [block(0.01, 0.01, 2
        * w, (x * w, h + 0.03, 0)) for x in (-1, 1)]
    roof = turned([(w * 1.75, h + 0.035), (w * 1.75, h + 0.042), (w * 0.6, h + 0.1),
        (w * 0.62, h + 0.105), (w * 0.62, h + 0.14), (w * 0.74, h + 0.145), (0, h + 0.165)],
        samples=0,
        sides=4).turned(y=45)
    a = np.linspace(-0.35, np.pi + 0.35, 21)
    hoop = tube(columns(0.05 * np.cos(a), h + 0.158 + 0.055 * np.sin(a), 0 * a), 0.006, sides=8)
    back = block(2 * w, h, 0.003, (0, 0.035 + h / 2, -w))
    side = block(0.003, h, 2 * w, (-w, 0.035 + h / 2, 0))
    wax = turned(pairs("18 35, 18 105, 12 108"), samples=0)
    glass = Part("glass", merge(back, side), "lamp", glow=0.75)
    parts = [Part("frame", merge(base, *posts, *rails, roof, hoop)), glass,
        Part("wax", wax, "linen")]
    return Model.of(*parts, *(flame(0.05, 0.112)), hand=(0, h + 0.22, 0), inside=(0, 0.04, 0))


def _swayed(much: float) -> Callable[[Array], Array]:
    """A bend to the side that grows with the square of the height."""
    return lambda p: p + much * 3 * p[:, 1:2] ** 2 * np.array([1.0, 0, 0])


@form("torch", "light", 0.6, "burning", where="table")
def torch(ask: Request) -> Model:
    """A burning brand with its bound head; or an electric torch, its glass to the left."""
    shaft = tube(triples("0 0 0, 0 250 0, 0 400 0"), [0.013, 0.018, 0.028], samples=12)
    head = turned(pairs("30 360, 45 400, 48 460, 35 480"))
    bands = merge(ring(0.042 + 0.003 * k, 0.007, y=0.39 + 0.026 * k).turned(z=4) for k in range(3))
    parts = [Part("shaft", shaft, "wood"), Part("head", head, "dark_cloth"), Part("bands", bands,
        "main")]
    tongues = [turned(pairs("0 0, 340 300, 260 750, 0 1500"), sides=16).scaled(s).bent(_swayed(b))
        .moved(x, 0.455, z) for x, z, s, b in ((0, 0, 0.19, 0.3), (-0.026, 0.015, 0.12, -0.8),
        (0.028, 0.012, 0.13, 0.9), (0.0, 0.03, 0.1, -0.4))]
    parts += [Part("fire", merge(tongues), "fire", glow=0.9),
        Part("heart", turned(pairs("0 0, 24 30, 14 80, 0 130"), sides=16).moved(0, 0.47, 0.045),
        "flame", glow=1.0)]
    return tilted(Model.of(*parts, hand=(0, 0.15, 0)), z=ask.between(-6, 6))


@form("lightbulb", "light", 0.13, "standing, hanging", where="table")
def lightbulb(ask: Request) -> Model:
    """A bulb on its screw; hanging it is on a cord, and lit."""
    glass = turned(pairs("12.5 30, 14 44, 20 58, 28 74, 32 92, 29 108, 20 119, 9 125, 0 126.5"),
        samples=48)
    screw = turned([(0.005, 0), (0.007, 0.004), *[(0.0135 + 0.0014 * (k % 2), 0.006 + 0.0035 * k)
        for k in range(8)], (0.0125, 0.034)], samples=0)
    lit = ask.pose != "standing"
    parts = [Part("glass", glass, "lamp" if lit else "glass", glow=0.85 if lit else 0.0),
        Part("screw", screw, "main")]
    if ask.pose == "hanging":
        socket = turned([(0.017, 0.135 - 0.14), (0.017, -0.03), (0.006, -0.045)][::-1], samples=0)
        model = Model.of(*parts, Part("socket", merge(socket.moved(0, 0.02, 0), rod((0, -0.3, 0),
            (0, -0.02, 0), 0.003)), "black"))
        return model.mapped(lambda m: m.turned(z=180))
    return Model.of(*parts)


def dial(radius: float, hour: float, *, marks: int = 12) -> list[Part]:
    """A clock's face about the origin towards +z: disc, marks of the hours, hands."""
    face = disc(radius, 0.004 * radius).turned(x=90)
    z = 0.02 * radius
    ticks = [block(radius * (0.035 if k % 3 else 0.06), radius * (0.11 if k % 3 else 0.17), 0.4 * z,
        (0, radius * 0.86, z)).turned(z=30 * k) for k in range(marks)]
    long = cut(pairs("-30 -150, 30 -150, 45 500, 0 820, -45 500"), 0.02).scaled(radius)
    short = cut(pairs("-40 -150, 40 -150, 60 350, 0 550, -60 350"), 0.02).scaled(radius)
    hands = [short.turned(z=-30 * hour).moved(0, 0, 1.6 * z), long.turned(z=-360
        * (hour % 1)).moved(0, 0, 2.6 * z), disc(radius * 0.07, radius * 0.09).turned(x=90)]
    return [Part("face", face, "white"), Part("marks", merge(ticks), "black"),
        Part("hands", merge(hands), "black")]


def _put(parts: list[Part], x: float = 0.0, y: float = 0.0, z: float = 0.0) -> list[Part]:
    return list(Model(parts).mapped(lambda m: m.moved(x, y, z)).parts)


@form("clock", "time", 0.3, "alarm, wall", where="table")
def clock(ask: Request) -> Model:
    """An alarm clock, a round wall clock, a long-case clock, or a face without hands."""
    hour = ask.between(0, 12)
    r = 0.075
    face = dial(r * 0.9, hour)
    if ask.pose == "wall":
        big = Model(face).mapped(lambda m: m.scaled(2)).parts
        rim = merge(ring(2 * r, 0.016).turned(x=90), disc(2 * r, 0.03).turned(x=90).moved(0, 0,
            -0.032))
        return tilted(Model.of(Part("rim", rim), *big), y=-14)
    case = merge(turned(pairs("940 -30, 1000 -22, 1000 0, 1050 4, 1050 12, 920 12, 920 0", r),
        samples=0).turned(x=90))
    bells = [turned(pairs("1 26, 20 20, 32 6, 34 0")[::-1], wall=0.003).turned(z=-s * 32).moved(s
        * 0.052, 0.078, -0.008) for s in (-1, 1)]
    legs = [rod((s * 0.05, -0.055, -0.006), (s * 0.07, -0.098, 0.0), 0.007, 0.005) for s in (-1, 1)]
    legs += [rod((s * 0.035, 0.055, -0.008), (s * 0.056, 0.088, -0.008), 0.004) for s in (-1, 1)]
    top = [wire(triples("-45 100 -8, -30 135 -8, 30 135 -8, 45 100 -8"), 0.004),
        rod((0, 0.07, -0.008), (0, 0.1, -0.008), 0.003), ball((0.006, 0.009, 0.006)).moved(0, 0.104,
        -0.008)]
    return tilted(Model.of(Part("case", case), Part("bells", merge(bells), "second"),
        Part("metal", merge(*legs, *top), "steel"), *_put(face, 0, 0, 0.002)), y=-14)


@form("pocket watch", "time", 0.09, "open, lying", where="table")
def pocket_watch(ask: Request) -> Model:
    """A watch with its crown, bow and chain; open it stands on its lid."""
    r = 0.026
    case = merge(turned(pairs("800 -8, 1000 -3, 1060 0, 1000 3, 930 4", r)).turned(x=90),
        rod((0, r, 0), (0, r + 0.006, 0), 0.004), ring(0.0075, 0.0013).turned(x=90).moved(0, r
        + 0.013, 0))
    links = []
    path = spline(np.array([(0, r + 0.02), (0.02, r + 0.022), (0.045, 0.012), (0.035, -0.02),
        (0.05, -0.035)]), 26)
    step = np.gradient(path, axis=0)
    for k, (p, d) in enumerate(zip(path, step, strict=True)):
        links.append(ring(0.0026, 0.0007, sides=12).scaled(1.5, 1, 0.8).turned(x=90
            * (k % 2)).turned(z=float(np.degrees(np.arctan2(d[1], d[0])))).moved(p[0], p[1],
            -0.003))
    parts = [Part("case", case), *_put(dial(r * 0.88, ask.between(0, 12)), 0, 0, 0.0046),
        Part("chain", merge(links))]
    if ask.pose == "open":
        lid = (turned([(r * 0.7, 0), (r, 0.003), (r * 1.03, 0.005)],
            wall=0.0012).turned(x=90).turned(y=-118).moved(-r - 0.012, 0, 0.02))
        parts.append(Part("lid", lid))
        return tilted(Model(parts), x=-16)
    return tilted(Model(parts), x=-52, z=-15)


@form("hourglass", "time", 0.25, "running, run out, lying", where="table")
def hourglass(ask: Request) -> Model:
    """Two bulbs of glass between two discs on turned posts, with the sand running."""
    h = 0.25
    curve = pairs("45 20, 52 45, 45 80, 6 123, 6 127, 45 170, 52 205, 45 230")
    whole = spline(np.array(curve), 60)
    low = whole[(whole[:, 1] < (0.075 if ask.pose == "running" else 0.085))]
    caps = merge([turned([(0.072, y), (0.076, y + 0.006), (0.07, y + 0.014), (0.055, y + 0.019)])
        for y in (0.0,)] + [turned([(0.055, h - 0.019), (0.07, h - 0.014), (0.076, h - 0.006),
        (0.072, h)])])
    post = turned(pairs("6 18, 8 50, 5 70, 7 125, 5 180, 8 200, 6 232"))
    posts = merge(post.moved(0.062 * np.cos(a), 0, 0.062 * np.sin(a))
        for a in np.radians((20, 110, 200, 290)))
    sand = [turned([*(low + np.array([0.0008, 0])), (0.02, low[-1, 1] + 0.012), (0.001, low[-1, 1]
        + 0.022)], samples=0)]
    if ask.pose == "running":
        band = whole[(whole[:, 1] > 0.122) & (whole[:, 1] < 0.178)] + [0.0008, 0]
        sand.append(turned(band, samples=0))
    parts = [Part("glass", turned(curve), "glass"), Part("sand", merge(sand), "sand"),
        Part("frame", merge(caps, posts))]
    model = Model.of(*parts, hand=(0, h / 2, 0))
    return (model.mapped(lambda m: m.turned(z=90, y=20).moved(0, 0.076, 0)) if ask.pose == "lying"
        else model)


def tongue(size: float) -> Mesh:
    """A taper's tongue that starts at y = 0."""
    return lathe(pairs("20 0, 200 250, 140 600, 10 1000", size, size), sides=12)


def taper(kit: b.Kit, at: b.Point, height: float, radius: float, *, lit: bool) -> None:
    """A taper, its wick and perhaps its tongue."""
    x, y, z = at
    kit.add("candles", lathe([(radius, y), (radius * 0.95, y + height), (radius * 0.5, y + height
        * 0.985)], sides=12).moved(x, 0, z), of="linen")
    wick = b.bars([[(x, y + height, z), (x, y + height + radius * 1.2, z)]], radius * 0.12, sides=4)
    kit.add("wicks", wick, of="black")
    if lit:
        kit.add("flames", tongue(radius * 4.5).moved(x, y + height + radius * 0.5, z), of="flame",
            glow=1.0)


@form("lamp", "fitting", 0.55, "table, standing", where="table")
def lamp(ask: Request) -> Model:
    """A lamp with a shade, on a table or standing on the floor, or an oil lamp with a chimney."""
    kit = b.Kit()
    shine = 0.75
    tall = 1.55 if ask.pose == "standing" else 0.5
    size = 1.5 if tall > 1 else 1.0
    stem = [(0.09 * size, 0), (0.095 * size, 0.02), (0.03, 0.05), (0.02, tall * 0.3),
        (0.03 * size, tall * 0.36), (0.014, tall * 0.44), (0.012, tall * 0.95)]
    if tall < 1:
        stem = [(0.07, 0), (0.075, 0.02), (0.03, 0.04), (0.07, 0.13), (0.075, 0.18), (0.03, 0.27),
            (0.012, 0.3), (0.012, tall * 0.7)]
    kit.add("base", lathe(stem, sides=28), of="second")
    foot, r = tall * 0.62 if tall < 1 else tall - 0.3, 0.17 * size
    rise = 0.2 * size
    pleat = 1 + 0.012 * np.cos(np.linspace(0, 2 * np.pi, 73) * 36)
    angle = np.linspace(0, 2 * np.pi, 73)
    rows = [np.column_stack([np.cos(angle) * q * pleat, np.full(73, foot + rise * t), np.sin(angle)
        * q * pleat]) for q, t in ((r, 0), (r * 0.55, 1))]
    kit.add("shade", sheet(rows, grain=(0, 1, 0)), glow=shine * 0.6)
    kit.add("trim", b.ring(r, 0.007, sides=40).turned(x=90).moved(y=foot), of="accent")
    trim = b.ring(r * 0.55, 0.006, sides=40).turned(x=90).moved(y=foot + rise)
    top = foot + rise
    spokes = [[(0, foot, 0), (0, top + 0.03, 0)], [(-0.55 * r, top, 0), (0.55 * r, top, 0)]]
    kit.add("trim", b.bars(spokes, 0.005), trim, ball(0.014, sides=8).moved(y=top + 0.03),
        of="accent")
    return kit.model(lamp=(0, foot + rise * 0.4, 0))


@form("chandelier", "fitting", 1.1, where="wall")
def chandelier(ask: Request) -> Model:
    """A hanging light of scrolled arms in two tiers, with candles and drops."""
    kit = b.Kit()
    stem = lathe(pairs("12 0, 42 40, 16 110, 56 200, 64 240, 20 340, 38 500, 44 560, 16 640, "
        "26 750, 9 850, 9 1100"), sides=24)
    kit.add("stem", stem, b.ring(0.04, 0.01, sides=16).moved(y=1.14))
    for count, reach, y in ((8, 0.5, 0.25), (5, 0.28, 0.58)):
        arm = tube([(0.02, y, 0), (reach * 0.55, y - 0.12, 0), (reach, y - 0.02, 0),
            (reach, y + 0.05, 0)], 0.015, samples=20, sides=8)
        for k in range(count):
            turn = 360 * k / count + 20
            c, s = np.cos(np.radians(turn)) * reach, -np.sin(np.radians(turn)) * reach
            kit.add("arms", arm.turned(y=turn), lathe([(0.015, 0), (0.05, 0.015), (0.025, 0.03)],
                sides=14).moved(c, y + 0.05, s))
            taper(kit, (float(c), y + 0.07, float(s)), 0.11, 0.014, lit=True)
            drop = lathe([(0.002, -0.09), (0.014, -0.06), (0.003, 0)], sides=6)
            kit.add("drops", drop.moved(c, y + 0.04, s), drop.moved(c * 0.55, y - 0.13, s * 0.55),
                of="glass")
    swags = []
    for k in range(8):
        a, c = np.radians(45 * k + 20), np.radians(45 * k + 65)
        t = np.linspace(0, 1, 8)
        swags.append(np.column_stack([0.5 * ((1 - t) * np.cos(a) + t * np.cos(c)), 0.29 - 0.12
            * np.sin(np.pi * t), -0.5 * ((1 - t) * np.sin(a) + t * np.sin(c))]))
    kit.add("drops", *(tube(s, 0.008, sides=5) for s in swags), of="glass")
    return kit.model(lamp=(0, 0.4, 0))


@form("candelabra", "fitting", 0.6, where="table")
def candelabra(ask: Request) -> Model:
    """A branched candlestick of five arms, or three, or seven."""
    kit = b.Kit()
    arms = 2
    kit.add("stem",
        lathe(pairs("90 0, 95 15, 30 40, 16 100, 30 160, 12 200, 20 280, 12 360, 20 400"),
        sides=24))
    spots = [(0.0, 0.4)]
    for k in range(1, arms + 1):
        reach = 0.32 * k / arms
        for s in (-1, 1):
            arm = tube([(0, 0.4 - 0.075 * k, 0), (s * reach * 0.6, 0.36 - 0.085 * k, 0),
                (s * reach, 0.39 - 0.02 * k, 0), (s * reach, 0.41 - 0.02 * k, 0)], 0.01, samples=20,
                sides=8)
            kit.add("arms", arm)
            spots.append((s * reach, 0.41 - 0.02 * k))
    for x, y in spots:
        cup = lathe([(0.012, 0), (0.035, 0.012), (0.016, 0.02), (0.02, 0.04)], sides=16).moved(x, y,
            0)
        kit.add("cups", cup)
        taper(kit, (x, y + 0.035, 0), ask.between(0.1, 0.16), 0.012, lit=True)
    return kit.model(hand=(0, 0.18, 0), lamp=(0, 0.6, 0))


@form("altar", "fitting", 2.6)
def altar(ask: Request) -> Model:
    """A table under a white cloth with candles and a gilt altarpiece."""
    kit, w = b.Kit(), 2.0
    step = b.blocks([(0, 0.14 * k, 0.1 - 0.1 * k, w + 1.2 - 0.5 * k, 0.14, 1.7 - 0.4 * k)
        for k in range(2)])
    kit.add("steps", step, of="stone")
    kit.add("table", b.tiers((w, 0.7, 0.28), (w, 0.7, 1.2)))
    kit.add("cloth", tablecloth(w + 0.06, 0.76, 1.215, 0.3), of="linen")
    front = b.blocks([(0, 0.4, 0.36, 0.07, 0.5, 0.03), (0, 0.68, 0.36, 0.34, 0.07, 0.03)])
    kit.add("front", front, of="gold")
    shapes = ((0, 0.85, 1.3), (-0.68, 0.44, 0.95), (0.68, 0.44, 0.95))
    for x, wide, tall in shapes:
        curve = b.arc(wide, "pointed" if x == 0 else "round", samples=13)
        spring = tall - b.rise_of(wide, "pointed" if x == 0 else "round")
        outline = [(-wide / 2, 0), (wide / 2, 0), *(curve[::-1] + np.array([0, spring]))]
        panel = (extrude(outline, 0.06).turned(y=0 if x == 0 else -np.sign(x) * 22).moved(x, 1.3,
            -0.22))
        inner = (extrude(np.array(outline) * [0.8, 0.86] + [0, tall * 0.05],
            0.02).moved(z=0.035).turned(y=0 if x == 0 else -np.sign(x) * 22).moved(x, 1.3, -0.22))
        kit.add("frame", panel, of="gold")
        kit.add("panels", inner, of="second")
    kit.add("figure", b.figure(0.9).scaled(1, 1, 0.35).moved(0, 1.36, -0.14), of="main")
    for s in (-1, 1):
        for x in (0.78, 0.94):
            stick = b.lathed([(0.05, 1.22), (0.015, 1.28), (0.02, 1.4), (0.04, 1.44)], sides=12,
                at=(s * x, 0, 0.12))
            kit.add("sticks", stick, of="gold")
            taper(kit, (s * x, 1.44, 0.12), 0.3, 0.02, lit=True)
    return kit.model(back=(0, 1.23, 0.15), hand=(0, 1.23, 0.15))


@form("pulpit", "fitting", 3.2)
def pulpit(ask: Request) -> Model:
    """An eight-sided pulpit on a stem with a curved stair and a sounding board."""
    kit, r, y = b.Kit(), 0.6, 1.3
    kit.add("stem", lathe([(0.42, 0), (0.4, 0.15), (0.16, 0.3), (0.15, 0.8), (0.5, 1.2), (r, y)],
        sides=8, crease=20).turned(y=22.5), of="second")
    kit.add("tub", lathe([(r, y), (r, y + 0.95)], sides=8, crease=20).turned(y=22.5))
    for q in (y - 0.02, y + 0.92):
        kit.add("rims", lathe([(r + 0.02, q), (r + 0.1, q + 0.04), (r + 0.1, q + 0.1),
            (r, q + 0.12)], sides=8, crease=20).turned(y=22.5), of="second")
    panel = merge(b.archway(0.26, 0.62, 0.05, 0.06, "round").moved(0, y + 0.2, r * 0.93))
    kit.add("panels", *(panel.turned(y=45 * k) for k in range(8)), of="second")
    book = (b.blocks([(s * 0.13, 0, 0, 0.25, 0.03, 0.32) for s in (-1, 1)]).turned(x=24).moved(0, y
        + 1.08, r * 0.85))
    kit.add("book", book, of="linen")
    kit.add("back", box(0.7, 1.6, 0.08).moved(0, y + 0.9, -r))
    canopy = lathe([(r + 0.3, y + 2.4), (r + 0.3, y + 2.52), (r + 0.1, y + 2.6), (0.2, y + 2.9),
        (0.1, y + 3.4), (0.0, y + 3.5)], sides=8, crease=20).turned(y=22.5)
    kit.add("canopy", canopy, of="second")
    for k in range(7):
        a = np.radians(200 - 20 * k)
        step = box(0.62, 0.06, 0.3).moved(x=1.05).turned(y=float(np.degrees(-a)) + 90)
        kit.add("stairs", step.moved(y=0.18 * (k + 1)))
    a = np.radians(200 - 20 * np.linspace(0, 6, 14)) - np.pi / 2
    rail = np.column_stack([1.36 * np.cos(a), 0.18 * (1 + np.linspace(0, 6, 14)) + 0.85, 1.36
        * np.sin(a)])
    kit.add("stairs", tube(rail, 0.035, sides=8), b.bars([[p, p - [0, 0.85, 0]] for p in rail],
        0.018), of="second")
    return kit.model(inside=(0, y, 0), hand=(0, y + 1.1, r))
