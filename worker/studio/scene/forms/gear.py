"""Small gear: keys and locks, ropes and chains, fishing tackle, sticks, things to smoke.

Things to smoke, and sticks to walk with.
"""

from __future__ import annotations

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms._still import (HELD, block, cut, disc, held, ring, rod,
    tilted, turned, wire)
from worker.studio.scene.mesh import (Array, Mesh, ball, box, columns, merge, pairs, spline,
    triples, tube)
from worker.studio.scene.model import Model, Part, Request, form


@form("key", "gear", 0.12, "leaning, upright, lying", where="table")
def key(ask: Request) -> Model:
    """An old key with a pierced bow, its bit up; or a bunch on a ring."""

    def one(size: float) -> Mesh:
        t = np.linspace(0, 2 * np.pi * 1.04, 22)
        lobes = [wire([(x + 0.0095 * np.cos(a), y + 0.0095 * np.sin(a), 0) for a in t], 0.0028)
            for x, y in ((-0.0105, 0.014), (0.0105, 0.014), (0, 0.0))]
        shaft = turned(pairs("4 20, 5.5 26, 3.5 30, 3.5 36, 5.2 39, 3.3 43, 3.3 108, 2 112"))
        bit = cut(pairs("2 83, 22 83, 22 88, 14 88, 14 92, 22 92, 22 106, 17 106, 17 100, 12 100, "
            "12 106, 2 106"), 0.004, bevel=0.0006)
        return merge(*lobes, shaft, bit).scaled(size)

    return held(ask, [Part("key", one(1.0))])


@form("lock", "gear", 0.1, "locked, open", where="table")
def lock(ask: Request) -> Model:
    """A padlock with its keyhole, shut or sprung."""
    outline = pairs("-38 15, -30 0, 30 0, 38 15, 38 58, 30 66, -30 66, -38 58")
    body = cut(outline, 0.028, bevel=0.004, steps=3)
    lift = 0.0 if ask.pose == "locked" else 0.016
    bow = [(-0.022, 0.05, 0), (-0.022, 0.088, 0), (-0.014, 0.105, 0), (0, 0.112, 0),
        (0.014, 0.105, 0), (0.022, 0.088, 0), (0.022, 0.055 + lift, 0)]
    shackle = wire(bow, 0.006, samples=40).moved(0, lift, 0)
    if lift:
        shackle = shackle.moved(0.022, 0, 0).turned(y=-38).moved(-0.022, 0, 0)
    hole = merge(disc(0.006, 0.003).turned(x=90).moved(0, 0.04, 0.0135),
        cut(pairs("-2 40, 2 40, 5 19, -5 19"), 0.003).moved(0, 0, 0.015))
    plate = merge(ring(0.012, 0.0016).scaled(1, 1, 1.35).turned(x=90).moved(0, 0.033, 0.0145),
        *[ball(0.0028).moved(x, y, 0.014) for x in (-0.027, 0.027) for y in (0.053, 0.018)[:2]])
    return Model.of(Part("body", body), Part("shackle", shackle, "steel"), Part("hole", hole,
        "black"), Part("plate", plate, "second"))


@form("nail", "gear", 0.1, "upright, lying", where="table")
def nail(ask: Request) -> Model:
    """Three square-cut nails: lying crossed, driven in upright, or one bent over."""
    one = merge(turned(pairs("0.3 0, 4 20, 4.5 90"), samples=0, sides=4),
        turned(pairs("11 88, 12 92, 0 100"), samples=0, sides=6))
    if ask.pose == "lying":
        three = [one.turned(z=a, x=-62).moved(x, 0.003 * k, 0) for k,
            (a, x) in enumerate(((-62, -0.04), (55, 0.045), (-5, 0.005)))]
        return Model.of(Part("nails", merge(three)))
    return Model.of(Part("nail", merge(one, one.turned(z=-9).moved(0.028, 0, 0.012),
        one.turned(z=13).moved(-0.03, 0, -0.008))))


def _laid(path: Array, radius: float) -> Mesh:
    """A rope of three twisted strands along a path (n, 3)."""
    line = spline(path, len(path) * 6)
    along = np.gradient(line, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    side = np.cross(along, (0.13, 1, 0.21))
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    up = np.cross(side, along)
    travel = np.cumsum(np.linalg.norm(np.gradient(line, axis=0), axis=1)) / (radius * 7) * 2 * np.pi
    around = [np.cos(travel + p)[:, None] * side + np.sin(travel + p)[:, None] * up
        for p in (0, 2.1, 4.2)]
    strands = [line + 0.5 * radius * turn for turn in around]
    # In short lengths: a tube's time grows with the square of its points.
    pieces = [tube(s[k : k + 22], 0.6 * radius, sides=6) for s in strands for k in range(0,
        len(line) - 2, 20)]
    return merge(pieces)


@form("rope", "gear", 0.2, "coiled", where="ground")
def rope(_: Request) -> Model:
    """A laid rope in a coil on the ground."""
    turns = 5
    t = np.linspace(0, 2 * np.pi * turns, 12 * turns)
    r = 0.2 + 0.012 * np.sin(t * 0.4)
    y = (0.024 + 0.034 * np.floor(t / (2 * np.pi)) + 0.034 * np.clip((t / (2 * np.pi)) % 1 * 6 - 5,
        0, 1))
    coil = columns(r * np.cos(t), y, r * np.sin(t))
    tail = np.array(triples("270 90 140, 330 30 220, 240 24 320, 100 24 300"))
    path = np.concatenate([coil, tail + np.array([0, 0, 0.05])])
    return Model.of(Part("rope", _laid(path, 0.021)), inside=(0, 0.02, 0))


def _links(path: Array, size: float) -> Mesh:
    """A chain of links along a path, one link a point and turned by turns."""
    a = np.linspace(0, 2 * np.pi * 1.05, 15)
    oval = tube(columns(np.cos(a) * size, np.sin(a) * size * 0.62, 0 * a), size * 0.2, sides=7)
    step = np.gradient(path, axis=0)
    out = []
    for k, (p, d) in enumerate(zip(path, step, strict=True)):
        yaw, pitch = (np.degrees(np.arctan2(-d[2], d[0])),
            np.degrees(np.arctan2(d[1], np.hypot(d[0], d[2]))))
        out.append(oval.turned(x=90.0 * (k % 2) + 30).turned(z=float(pitch)).turned(y=float(yaw))
            .moved(*p))
    return merge(out)


@form("chain", "gear", 0.3, "heap, hanging", where="ground")
def chain(ask: Request) -> Model:
    """An iron chain: in a heap, hanging in a bow, or broken at a link."""
    size = 0.034
    if ask.pose == "hanging":
        x = np.linspace(-0.45, 0.45, 23)
        return Model.of(Part("chain", _links(columns(x, 0.1 + 1.4 * x**2, 0 * x), size * 1.05)))
    t = np.linspace(0, 1, 52)
    r = 0.21 * (1 - 0.75 * t)
    path = columns(r * np.cos(t * 17), 0.03 + 0.1 * t**1.6, r * np.sin(t * 17) * 0.9)
    tail = spline(np.array(triples("210 30 0, 250 30 160, 120 30 270, 300 30 330")), 11)
    return Model.of(Part("chain", merge(_links(path, size), _links(tail, size))))


@form("needle", "gear", 0.08, "threaded, with spool", where="table")
def needle(ask: Request) -> Model:
    """A needle with a wide eye and one loop of thread; or beside a reel."""
    turn = np.linspace(0, 2 * np.pi, 25)
    eye = wire(columns(0.0034 * np.sin(turn), 0.067 - 0.0085 * np.cos(turn), 0 * turn), 0.0015,
        samples=40)
    body = merge(turned(pairs("0.1 0, 2.1 14, 2.7 48, 2.1 59"), sides=10), eye)
    body = body.turned(z=-24)
    at = 0.066 * np.array([np.sin(np.radians(24)), np.cos(np.radians(24))])
    way = at + pairs("-16 -3, 0 0, 15 0, 31 -9, 34 -28, 20 -38, 6 -30, 9 -16, 27 -20, 44 -34, "
        "52 -56")
    # It passes through the eye, and over itself once.
    over = [-0.003, 0, 0.003, 0, 0, 0, 0, 0.001, 0.003, 0.001, 0]
    thread = wire(np.column_stack([way, over]), 0.0012, samples=90)
    parts = [Part("needle", body, "silver"), Part("thread", thread)]
    if ask.pose == "with spool":
        reel = turned(pairs("14 0, 15 3, 6 7, 6 34, 15 38, 14 41"), samples=0).moved(-0.025, 0, 0)
        wound = turned([(0.009, 0.006), *[(0.0125 + 0.0004 * (k % 2), 0.007 + 0.0013 * k)
            for k in range(21)], (0.009, 0.034)], samples=0).moved(-0.025, 0, 0)
        parts += [Part("reel", reel, "pale_wood"), Part("wound", wound)]
    return Model(parts)


@form("palette", "gear", 0.3, "propped, lying", where="table")
def palette(ask: Request) -> Model:
    """A painter's palette with blobs of colour round its edge."""
    edge = pairs("-190 20, -140 -100, 0 -135, 130 -100, 200 0, 170 100, 60 145, -30 130, -60 100, "
        "-90 105, -130 130, -180 90")
    board = cut(edge, 0.008, bevel=0.002, steps=4)
    hole = cut(pairs("-130 -30, -100 -55, -65 -45, -70 -15, -105 -5"), 0.0086, steps=3)
    parts = [Part("board", board, "main"), Part("hole", hole, "black")]
    spots = pairs("-145 85, -20 100, 50 110, 115 85, 155 30, 140 -40, 85 -90, 10 -105")
    for (x, y), colour in zip(spots, ("white", "yellow", "orange", "red", "violet", "blue", "green",
        "black"), strict=True):
        swirl = merge(ball((0.022, 0.018, 0.009)), ball((0.012, 0.01, 0.008)).moved(0.004, 0.004,
            0.007), ball((0.009, 0.016, 0.005)).turned(z=40).moved(-0.014, -0.01, 0))
        parts.append(Part("blob", swirl.turned(z=ask.between(0, 360)).scaled(ask.between(0.85,
            1.1)).moved(x, y, 0.005), colour))
    smear = merge(ball((0.045, 0.009, 0.0025)).turned(z=a).moved(x, y, 0.004) for x, y,
        a in ((0.03, 0.02, 20), (0.04, -0.03, -25)))
    parts.append(Part("smear", smear, "accent"))
    return tilted(Model.of(*parts), x=-58 if ask.pose == "lying" else -12, z=ask.between(-8, 8))


@form("net", "gear", 1.0, "hanging, landing net", where="ground")
def net(ask: Request) -> Model:
    """A fishing net with corks, hung over a pole; or a hand net on a hoop."""
    if ask.pose == "landing net":
        r, lines = 0.2, []
        for k in range(14):
            a = 2 * np.pi * k / 14
            lines += [tube([(r * np.cos(a + s * q * 1.1) * w, -d, r * np.sin(a + s * q * 1.1) * w)
                for q, (w, d) in zip(np.linspace(0, 1, 7),
                pairs("1000 0, 960 100, 880 200, 720 300, 500 380, 250 430, 30 450"), strict=True)],
                0.0035, sides=5, samples=14) for s in (-1, 1)]
        hoop = ring(r, 0.01)
        shaft = rod((r, 0, 0), (1.0, 0.1, 0), 0.014)

        def turn(m: Mesh) -> Mesh:
            return m.turned(z=38).moved(0, 0.45, 0)

        return Model.of(Part("mesh", turn(merge(lines))), Part("hoop", turn(merge(hoop, shaft)),
            "wood"))
    lines = []
    wide, high, n = 1.3, 0.95, 17

    def at(u: Array, v: Array) -> Array:
        sag = 0.1 * np.sin(u * np.pi * 3) * (1 - v) + 0.05 * np.sin(u * 11 + v * 4)
        gather = 1 - 0.12 * np.sin(np.pi * v)
        return columns((u - 0.5) * wide * gather, v * high + 0.12 * (2 * np.abs(u - 0.5)) ** 2 * v
            + 0.03, sag + 0.15 * (1 - v) ** 2)

    for k in range(-n, 2 * n):
        for s in (-1, 1):
            v = np.linspace(0, 1, 12)
            u = (k + s * v * 10) / n
            keep = (u >= 0) & (u <= 1)
            if keep.sum() > 2:
                lines.append(tube(at(u[keep], v[keep]), 0.005, sides=5))
    u = np.linspace(0, 1, 30)
    head, foot = tube(at(u, 0 * u + 1), 0.011, sides=8), tube(at(u, 0 * u), 0.009, sides=8)
    corks = [ball((0.04, 0.028, 0.028), sides=14).moved(*at(np.array(q), np.array(1.0)))
        for q in np.linspace(0.04, 0.96, 10)]
    leads = [ball(0.018, sides=10).moved(*at(np.array(q), np.array(0.0))) for q in np.linspace(0.03,
        0.97, 14)]
    posts = [rod((s * 0.68, 0, 0), (s * 0.66, 1.25, 0), 0.026, 0.02) for s in (-1, 1)]
    return Model.of(Part("mesh", merge(lines)), Part("ropes", merge(head, foot), "thatch"),
        Part("corks", merge(corks), "second"), Part("leads", merge(leads), "iron"),
        Part("posts", merge(posts), "wood"))


@form("fishing rod", "gear", 1.6, "leaning, lying", where="ground")
def fishing_rod(ask: Request) -> Model:
    """A rod with reel, line, float and hook."""
    bend = 0.1
    path = [(0, 0, 0), (0.3, 0.5, 0), (0.66, 1.05, 0), (1.0 + bend * 0.3, 1.5 - bend * 0.15, 0),
        (1.2 + bend, 1.72 - bend * 0.75, 0)]
    stick = tube(path, [0.018, 0.014, 0.01, 0.006, 0.0025], samples=40)
    cork = tube([path[0], (0.11, 0.185, 0), (0.2, 0.335, 0)], [0.026, 0.023, 0.019], samples=8)
    reel = merge(disc(0.055, 0.04).turned(x=90).moved(0.32, 0.4, -0.02), rod((0.32, 0.4, 0.02),
        (0.37, 0.37, 0.05), 0.006), ball(0.014).moved(0.37, 0.37, 0.055))
    tip = np.array(path[-1])
    line = wire([np.array([0.34, 0.44, 0]), np.array([0.68, 1.03, 0.012]), tip, tip
        + np.array([0.02, -0.4, 0]), tip + np.array([0.01, -0.85, 0])], 0.0035, samples=60)
    bob = ball((0.03, 0.042, 0.03)).moved(*(tip + np.array([0.01, -0.85, 0])))
    rings = merge(ring(0.014, 0.003, sides=14).turned(z=-32).moved(*p)
        for p in (spline(np.array(path), 9)[3:8] + np.array([0.012, -0.01, 0])))
    model = Model.of(Part("rod", stick), Part("cork", cork, "pale_wood"),
        Part("reel", merge(reel, rings), "gold"), Part("line", line, "black"), Part("float", bob,
        "red"))
    return tilted(model, x=-55, z=-16) if ask.pose == "lying" else model


@form("lobster pot", "gear", 0.45, where="ground")
def lobster_pot(ask: Request) -> Model:
    """A half-round trap of hoops, laths and netting."""
    w, r = 0.8, 0.27
    t = np.linspace(0, np.pi, 18)
    hoops = [wire([(x, 0.04 + 1.25 * r * np.sin(a), r * np.cos(a)) for a in t], 0.012)
        for x in (-w / 2, -w / 6, w / 6, w / 2)]
    laths = [block(w + 0.08, 0.02, 0.012, (0, 0, 0)).turned(x=90 - np.degrees(a) + 90).moved(0, 0.04
        + 1.27 * r * np.sin(a), 1.02 * r * np.cos(a)) for a in np.linspace(0.06, np.pi - 0.06, 9)]
    floor = merge([box(w + 0.1, 0.025, 0.05).moved(0, 0, z) for z in np.linspace(-r, r, 6)]
        + [box(0.05, 0.03, 2 * r + 0.06).moved(x, 0, 0) for x in (-w / 2, 0, w / 2)])
    lines = []
    for k in range(-9, 22):
        for s in (-1, 1):
            q = np.linspace(0, 1, 12)
            x = -w / 2 + w * (k + s * q * 9) / 12
            keep = np.abs(x) < w / 2
            if keep.sum() > 2:
                a = q[keep] * np.pi
                lines.append(tube(columns(x[keep], 0.04 + 1.22 * r * np.sin(a), 0.98 * r
                    * np.cos(a)), 0.0045, sides=5))
    eye = merge(ring(0.085, 0.01).turned(x=68).moved(0, 0.22, r * 0.92))
    tail = _laid(np.array([(w / 2, 0.1, 0.1), (w / 2 + 0.12, 0.03, 0.2), (w / 2 + 0.05, 0.02, 0.34),
        (w / 2 - 0.15, 0.02, 0.36)]), 0.014)
    return Model.of(Part("frame", merge(*hoops, *laths, floor)), Part("netting", merge(lines),
        "thatch"), Part("eye", merge(eye, tail), "second"), inside=(0, 0.05, 0))


@form("whip", "gear", 0.6, "cracking", where="table")
def whip(ask: Request) -> Model:
    """A plaited whip, its lash in an S through the air or coiled."""
    grip = tube(triples("0 0 0, 50 140 0, 100 280 0"), [0.017, 0.014, 0.011], samples=10)
    lash = spline(np.array(triples("100 280 0, 200 500 0, 450 600 30, 620 420 0, 550 250 -20, "
        "680 120 0, 900 220 20, 1000 420 0")), 80)
    return Model.of(Part("grip", grip),
        Part("lash", tube(lash, np.linspace(0.011, 0.002, len(lash)), sides=8), "leather"),
        Part("bands", merge(ring(0.0165, 0.004).turned(z=-20).moved(0.012 + 0.045 * k, 0.03 + 0.115
        * k, 0) for k in range(3)), "gold"))


@form("crutch", "gear", 1.2, HELD)
def crutch(ask: Request) -> Model:
    """A wooden crutch: two bows, a padded top, a hand bar."""
    bows = [wire([(0, 0.36, 0), (s * 0.035, 0.55, 0), (s * 0.065, 0.85, 0), (s * 0.075, 1.18, 0)],
        0.014) for s in (-1, 1)]
    foot = rod((0, 0.03, 0), (0, 0.42, 0), 0.014, 0.017)
    pad = wire(triples("-100 1200 0, -50 1185 0, 0 1180 0, 50 1185 0, 100 1200 0"),
        [0.024, 0.034, 0.036, 0.034, 0.024])
    bar = rod((-0.07, 0.82, 0), (0.07, 0.82, 0), 0.018)
    tip = turned(pairs("24 0, 26 10, 19 50"))
    return held(ask, [Part("frame", merge(*bows, foot), "wood"), Part("pads", merge(pad, bar)),
        Part("tip", tip, "rubber")])


@form("walking stick", "gear", 0.9, HELD, "")
def walking_stick(ask: Request) -> Model:
    """A crook-handled stick; with a knob; or a white one."""
    crook = triples("0 30 0, 0 500 0, 0 800 0, 12 880 0, 50 920 0, 95 900 0, 108 840 0")
    body = wire(crook, 0.0125, samples=50)
    ferrule = turned(pairs("11 0, 14.5 5, 14.5 50"), samples=0)
    metal = [ferrule, ring(0.013, 0.004, y=0.74)]
    return held(ask, [Part("stick", body, "main"), Part("metal", merge(metal), "gold")])


@form("pipe", "gear", 0.07, "lying, lit", where="table")
def pipe(ask: Request) -> Model:
    """A briar pipe: bowl and shank of one piece, its bent stem to the right."""
    briar = Clay(blend=0.014).chain(triples("0 17 0, -1 32 0, -2 50 0"), [0.018, 0.0215, 0.019])
    briar.chain(triples("2 14 0, 26 13 0, 56 27 0"), [0.014, 0.0105, 0.009])
    briar.hollow((-0.002, 0.084, 0), (0.06, 0.021, 0.06), blend=0.002)
    briar.hollow((-0.002, 0.064, 0), (0.0145, 0.013, 0.0145), blend=0.002)
    stem = tube(triples("54 26 0, 70 36 0, 90 45 0, 115 50 0, 134 47 0, 140 46 0"),
        [0.0084, 0.0078, 0.0064, 0.0052, 0.006, 0.0072], samples=26, flat=0.7)
    band = rod((0.051, 0.0245, 0), (0.058, 0.028, 0), 0.0102)
    lit = ask.pose == "lit"
    return Model.of(Part("bowl", briar.mesh(detail=80)),
        Part("stem", stem, "black"), Part("band", band, "gold"), Part("tobacco", ball((0.013,
        0.004, 0.013), sides=14).moved(-0.002, 0.056, 0), "fire" if lit else "dark_wood",
        glow=0.5 if lit else 0.0))


@form("cigarette", "gear", 0.04, "lit", where="table")
def cigarette(_: Request) -> Model:
    """A lit cigarette on the rim of an ashtray."""
    low, high = np.array([0.078, 0.026, 0.02]), np.array([-0.012, 0.012, -0.006])

    def piece(start: float, end: float, radius: float, tip: float | None = None) -> Mesh:
        way = high - low
        return rod(tuple(low + way * start), tuple(low + way * end), radius, tip)

    dish = turned(pairs("40 0, 46 4, 50 18, 50 20"), wall=0.005, samples=16)
    model = Model.of(Part("ashtray", dish), Part("filter", piece(0, 0.31, 0.0062), "orange"),
        Part("paper", piece(0.3, 0.84, 0.006), "white"), Part("ember", piece(0.83, 0.89, 0.0062),
        "fire", glow=0.9), Part("ash", piece(0.88, 1.0, 0.006, 0.0042), "grey"))
    return tilted(model, y=-38)
