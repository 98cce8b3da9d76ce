"""Games and toys: balls, bats, dice, chessmen, dolls, bears, balloons; chessmen and dice."""

from __future__ import annotations

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms._still import (HELD, Spot, block, cut, held, ring, rod, stroke,
    tilted, turned, wire)
from worker.studio.scene.mesh import Array, Mesh, ball, columns, merge, pairs, sheet, triples, tube
from worker.studio.scene.model import Model, Part, Request, form

_GOLDEN = (1 + 5**0.5) / 2


def _directions() -> tuple[Array, Array]:
    """The 12 corners and the 20 faces' middles of an icosahedron, as unit vectors."""
    corners = np.array([p for a in (-1, 1) for b in (-_GOLDEN, _GOLDEN) for p in ((0, a, b),
        (a, b, 0), (b, 0, a))], dtype=np.float64)
    gaps = np.linalg.norm(corners[:, None] - corners[None], axis=-1)
    faces = [corners[[i, j, k]].mean(0) for i in range(12) for j in range(i + 1, 12)
        for k in range(j + 1, 12) if max(gaps[i, j], gaps[j, k], gaps[i, k]) < 2.1]

    def unit(p: Array) -> Array:
        return np.asarray(p / np.linalg.norm(p, axis=1, keepdims=True))

    return unit(corners), unit(np.array(faces))


def _patch(centre: Array, r: float, size: float, sides: int, spin: float) -> Mesh:
    """A patch of `sides` corners laid on a ball."""
    up = np.array([0.31, 0.83, 0.46])
    a = np.cross(centre, up)
    a /= np.linalg.norm(a)
    b = np.cross(centre, a)
    t = np.linspace(0, 2 * np.pi, sides * 6 + 1)
    k = 1 / np.cos((t * sides / (2 * np.pi) % 1 - 0.5) * 2 * np.pi / sides) * np.cos(np.pi / sides)
    grid = [centre + q * size * k[:, None] * (np.cos(t + spin)[:, None] * a + np.sin(t + spin)[:,
        None] * b) for q in (0.01, 0.5, 1.0)]
    points = np.stack(grid)
    return sheet(points / np.linalg.norm(points, axis=-1, keepdims=True) * r)


@form("ball", "game", 0.22, "football, basketball, baseball", where="ground")
def play_ball(ask: Request) -> Model:
    """A ball: of black and white patches, with ribs, with a seam, in gores."""
    r = 0.036 if ask.pose == "baseball" else 0.11
    body = ball(r, sides=40)

    def turn(m: Mesh) -> Mesh:
        return m.turned(x=20, y=ask_turn, z=15).moved(0, r, 0)

    ask_turn = ask.between(0, 90)
    t = np.linspace(0, 2 * np.pi, 90)
    if ask.pose == "football":
        corners, _ = _directions()
        pentagons = []
        for c in corners:
            near = corners[np.argsort(-(corners @ c))[1]]
            up = np.cross(c, np.array([0.31, 0.83, 0.46]))
            up /= np.linalg.norm(up)
            spin = np.arctan2(near @ np.cross(c, up), near @ up)
            pentagons.append(_patch(c, r * 1.006, 0.37, 5, float(spin)))
        seams = []
        for i in range(12):
            for j in range(i + 1, 12):
                if corners[i] @ corners[j] > 0.4:
                    line = np.array([corners[i] * (1 - q) + corners[j] * q for q in np.linspace(0.3,
                        0.7, 6)])
                    seams.append(tube(line / np.linalg.norm(line, axis=1, keepdims=True) * r,
                        0.0016, sides=6))
        return Model.of(Part("ball", turn(body), "white"), Part("patches", turn(merge(pentagons)),
            "main"), Part("seams", turn(merge(seams)), "grey"))
    if ask.pose == "basketball":
        rings_ = [ring(r, 0.0022).turned(x=90), ring(r, 0.0022),
            *[tube(columns(np.cos(t) * np.sqrt(1 - (0.72 - 0.25 * np.sin(t) ** 2) ** 2) * 0 + s * r
            * (0.55 + 0.25 * np.sin(t) ** 2), r * np.cos(t)
            * np.sqrt(1 - (0.55 + 0.25 * np.sin(t) ** 2) ** 2), r * np.sin(t)
            * np.sqrt(1 - (0.55 + 0.25 * np.sin(t) ** 2) ** 2)), 0.0022, sides=6) for s in (-1, 1)]]
        return Model.of(Part("ball", turn(body), "main", "mottle", "", 60),
            Part("ribs", turn(merge(rings_)), "black"))
    if ask.pose == "baseball":
        seam = columns(np.cos(t) + 0.42 * np.cos(3 * t), np.sin(t) - 0.42 * np.sin(3 * t), 1.3
            * np.sin(2 * t))
        seam /= np.linalg.norm(seam, axis=1, keepdims=True)
        stripe = tube(seam * r, r * 0.015, sides=6)
        parts = [Part("ball", turn(body), "white" if ask.pose == "baseball" else "main"),
            Part("seam", turn(stripe), "red" if ask.pose == "baseball" else "white")]
        if ask.pose == "baseball":
            along = np.gradient(seam, axis=0)
            side = np.cross(seam, along)
            side /= np.linalg.norm(side, axis=1, keepdims=True)
            stitches = [rod(tuple(r * 1.005 * (seam[k] - side[k] * 0.1 + 0.3 * along[k])),
                tuple(r * 1.005 * (seam[k] + side[k] * 0.1 + 0.3 * along[k])), r * 0.02)
                for k in range(0, 90, 2)]
            parts.append(Part("stitches", turn(merge(stitches)), "red"))
        return Model.of(*parts)
    return Model.of(Part("ball", turn(body)), Part("band", turn(ring(r, 0.004)), "second"))


@form("club", "game", 0.85, "baseball bat, golf club", where="table")
def club(ask: Request) -> Model:
    """A baseball bat, a golf club, a knotty cudgel, or a cricket bat."""
    lean = ask.between(22, 30)
    if ask.pose == "golf club":
        head = (Clay(blend=0.012).limb((0, 0.03, 0), (-0.075, 0.02, 0.0), 0.014, 0.022,
            flat=0.55).mesh(detail=34))
        parts = [Part("head", merge(head, rod((0, 0.03, 0), (0.02, 0.12, 0), 0.009)), "steel"),
            Part("shaft", rod((0.01, 0.08, 0), (0.14, 0.72, 0), 0.006), "steel"),
            Part("grip", rod((0.138, 0.71, 0), (0.19, 0.96, 0), 0.0095, 0.0125))]
        pin = merge(ball(0.021).moved(-0.13, 0.05, 0.03))
        return Model.of(*parts, Part("ball", pin, "white"),
            Part("tee", turned(pairs("2 0, 3 20, 8 30")).moved(-0.13, 0, 0.03), "red"))
    bat = turned(pairs("20 0, 25 6, 24 14, 13.5 26, 13 200, 20 420, 32 600, 33 800, 24 840, 0 850"))
    tape = merge(ring(0.0143, 0.0035, y=0.045 + 0.011 * k) for k in range(18))
    return tilted(Model.of(Part("bat", bat), Part("tape", tape, "second")), z=-lean, x=-8)


@form("racket", "game", 0.68, HELD, where="table")
def racket(ask: Request) -> Model:
    """A strung racket, its head up."""
    t = np.linspace(0, 2 * np.pi * 1.03, 60)
    w, h, y0 = 0.115, 0.15, 0.5
    hoop = tube(columns(w * np.sin(t), y0 + h * np.cos(t), 0 * t), 0.0095, sides=10)
    strings = merge([rod((x, y0 - h * np.sqrt(1 - (x / w) ** 2), 0),
        (x, y0 + h * np.sqrt(1 - (x / w) ** 2), 0), 0.0012) for x in np.linspace(-0.095, 0.095, 13)]
        + [rod((-w * np.sqrt(1 - (y / h) ** 2), y0 + y, 0), (w * np.sqrt(1 - (y / h) ** 2), y0 + y,
        0), 0.0012) for y in np.linspace(-0.13, 0.13, 16)])
    throat = [wire([(s * 0.072, y0 - 0.115, 0), (s * 0.03, 0.31, 0), (s * 0.008, 0.25, 0)], 0.009)
        for s in (-1, 1)]
    grip = turned(pairs("20 0, 21 8, 16.5 14, 15.5 200, 13 260"), samples=0, sides=8)
    wraps = merge(ring(0.0165, 0.0016, y=0.03 + 0.02 * k).turned(z=0) for k in range(9))
    return held(ask, [Part("frame", merge(hoop, *throat)), Part("strings", strings, "linen"),
        Part("grip", grip, "leather"), Part("wraps", wraps, "second")])


@form("doll", "game", 0.4, "sitting, standing", where="table")
def doll(ask: Request) -> Model:
    """A china-headed doll in a frock; a nested doll; or a jointed puppet on strings."""
    sit = ask.pose == "sitting"
    head = (Clay(blend=0.015).lump((0, 0.34, 0), (0.045, 0.05, 0.046)).limb((0, 0.31, 0),
        (0, 0.27, 0), 0.016).lump((0, 0.333, 0.044), 0.007))
    features = merge(ball((0.005, 0.0065, 0.004)).moved(s * 0.016, 0.345, 0.041) for s in (-1, 1))
    locks = (Clay(blend=0.02).lump((0, 0.352, -0.012), (0.051, 0.05, 0.044)).lump((-0.046, 0.31,
        -0.005), (0.018, 0.034, 0.02)).lump((0.046, 0.31, -0.005), (0.018, 0.034, 0.02)).hollow((0,
        0.328, 0.052), (0.04, 0.05, 0.04), blend=0.01))
    frock = turned(pairs("125 100, 115 130, 50 215, 52 260, 18 285"), sides=64, change=lambda p: (p
        * columns(1 + 0.07 * np.cos(8 * np.arctan2(p[:, 2], p[:, 0])) * np.clip(0.22 - p[:, 1], 0,
        0.12) * 8, 0 * p[:, 0] + 1, (1 + 0.07 * np.cos(8 * np.arctan2(p[:, 2], p[:, 0]))
        * np.clip(0.22 - p[:, 1], 0, 0.12) * 8) * 0.8)))
    knees = [[(s * 0.03, 0.12, 0.02), (s * 0.045, 0.1, 0.09), (s * 0.06, 0.05, 0.18)] if sit
        else [(s * 0.03, 0.13, 0), (s * 0.035, 0.07, 0), (s * 0.04, 0.012, 0)] for s in (-1, 1)]
    legs = [tube(p, [0.018, 0.016, 0.013], samples=12) for p in knees]
    shoes = [ball((0.016, 0.014, 0.028)).moved(p[-1][0], p[-1][1], p[-1][2] + 0.012) for p in knees]
    ends = [(s * 0.1, 0.155, 0.05) for s in (-1, 1)]
    arms = [tube([(s * 0.045, 0.25, 0), (s * 0.09, 0.2 + 0.01 * s, 0.015), e],
        [0.015, 0.014, 0.011], samples=12) for s, e in zip((-1, 1), ends, strict=True)]
    sleeves = [ball((0.028, 0.026, 0.026)).moved(s * 0.05, 0.247, 0) for s in (-1, 1)]
    parts = [Part("head", merge(head.mesh(detail=32), *arms, *[ball(0.014).moved(*e)
        for e in ends]), "skin"), Part("eyes", features, "eye"),
        Part("mouth", ball((0.008, 0.0035, 0.004)).moved(0, 0.315, 0.041), "red"),
        Part("hair", locks.mesh(detail=36), "hair"), Part("frock", merge(frock, *sleeves)),
        Part("legs", merge(legs), "linen"), Part("shoes", merge(shoes), "black"),
        Part("collar", ring(0.026, 0.009, y=0.28), "second"),
        Part("sash", ring(0.05, 0.009, y=0.215).scaled(1, 1, 0.8), "second")]
    return Model.of(*parts, hand=(0, 0.2, 0))


@form("rocking horse", "game", 0.9, where="ground")
def rocking_horse(ask: Request) -> Model:
    """A wooden horse on rockers; it faces +x."""
    clay = Clay(blend=0.06).limb((-0.2, 0.55, 0), (0.2, 0.57, 0), 0.115, 0.11)
    clay.chain(triples("200 600 0, 340 780 0, 380 900 0"), [0.1, 0.075, 0.06],
        flat=0.75).limb((0.38, 0.9, 0), (0.54, 0.8, 0), 0.062, 0.04, blend=0.03)
    for z in (-1, 1):
        clay.limb((0.36, 0.95, z * 0.03), (0.36, 1.02, z * 0.04), 0.022, 0.006, blend=0.015)
        clay.chain([(0.22, 0.52, z * 0.06), (0.36, 0.38, z * 0.1), (0.46, 0.2, z * 0.13)],
            [0.06, 0.036, 0.024], blend=0.04)
        clay.chain([(-0.2, 0.52, z * 0.06), (-0.3, 0.4, z * 0.1), (-0.42, 0.2, z * 0.13)],
            [0.07, 0.04, 0.024], blend=0.04)
    mane = merge(Clay(blend=0.03).chain(triples("340 1000 0, 270 880 0, 200 740 0"),
        [0.03, 0.04, 0.03], flat=0.5).mesh(detail=30),
        Clay(blend=0.03).chain(triples("-300 580 0, -420 520 0, -460 360 0, -420 240 0"),
        [0.025, 0.045, 0.04, 0.008]).mesh(detail=30))
    t = np.linspace(-0.62, 0.62, 22)
    rockers = [stroke(columns(1.05 * np.sin(t), 1.09 - 1.05 * np.cos(t)), 0.055, 0.035,
        bevel=0.006).moved(0, 0, z * 0.15) for z in (-1, 1)]
    slats = [block(0.09, 0.025, 0.3, (x, 0.04 + 0.13 * abs(x) ** 1.0 * 0 + 1.05
        * (1 - np.cos(np.arcsin(x / 1.05))) + 0.045, 0)) for x in (-0.42, -0.14, 0.14, 0.44)]
    saddle = merge(ball((0.13, 0.035, 0.11)).moved(-0.02, 0.675, 0),
        ball((0.03, 0.05, 0.09)).moved(-0.15, 0.7, 0),
        turned(pairs("1 -100, 118 -100, 122 100, 1 100"), samples=0).turned(z=90).moved(-0.02,
        0.562, 0))
    bridle = merge(ring(0.058, 0.008).scaled(1, 1, 0.9).turned(z=62).moved(0.46, 0.855, 0),
        wire(triples("440 860 55, 300 740 90, 120 720 60"), 0.008),
        wire(triples("440 860 -55, 300 740 -90, 120 720 -60"), 0.008))
    eyes = merge(ball((0.014, 0.016, 0.008)).moved(0.43, 0.9, z * 0.047) for z in (-1, 1))
    return Model.of(Part("horse", clay.mesh(detail=72), "white", "spots", "grey", 9),
        Part("mane", mane, "dark_fur"), Part("rockers", merge(*rockers, *slats)),
        Part("saddle", saddle, "second"), Part("bridle", bridle, "accent"), Part("eyes", eyes,
        "eye"), seat=(-0.03, 0.7, 0))


@form("spinning top", "game", 0.1, "spinning", where="table")
def spinning_top(ask: Request) -> Model:
    """A turned top with painted bands, leaning as it spins, or fallen."""
    low = turned(pairs("1 0, 6 10, 30 30, 46 48"))
    mid = turned(pairs("46 48, 49 56, 44 64"))
    high = turned(pairs("44 64, 24 74, 8 80, 6 105, 8 110, 0 114"))
    model = Model.of(Part("low", low), Part("band", mid, "second"), Part("high", high),
        Part("rings", merge(ring(0.03, 0.0022, y=0.0725), ring(0.036, 0.0022, y=0.036)), "accent"))
    return tilted(model, z=ask.between(-17, -9))


def _balloon(r: float) -> Mesh:
    return merge(turned(pairs("0 -1280, 120 -1200, 500 -850, 920 -200, 950 300, 600 820, 0 1020"))
        .scaled(r), turned(pairs("100 -1360, 160 -1340, 30 -1260")).scaled(r))


@form("balloon", "game", 1.2, "single, bunch", where="air")
def balloon(ask: Request) -> Model:
    """A balloon on its string; a bunch; or a twisted dog."""

    def strings(tops: list[Spot], low: Spot) -> Mesh:
        return merge(wire([low, tuple((np.array(low) * 0.5 + np.array(t) * 0.5
            + [0.02, 0.02, 0]).tolist()), t], 0.0035) for t in tops)

    if ask.pose == "single":
        body = _balloon(0.16).moved(0, 0.66, 0)
        shine = ball((0.03, 0.045, 0.01)).turned(z=25, y=-35).moved(-0.08, 0.72, 0.112)
        line = wire(triples("20 0 0, -50 140 0, 30 300 0, 0 450 0"), 0.005)
        return Model.of(Part("balloon", body), Part("shine", shine, "white"), Part("string", line,
            "black"), hand=(0.02, 0.0, 0))
    spots = triples("-220 1000 0, 200 1020 60, 0 1220 0, -20 980 200, -340 1240 -80, "
        "300 1270 -100, 50 1420 -160")
    parts = [Part("balloon", _balloon(0.15).turned(z=-x * 60, x=z * 50).moved(x, y, z),
        ("main", "second", "accent", "main", "second", "main", "second")[k]) for k,
        (x, y, z) in enumerate(spots)]
    tops = [(x * 0.72, y - 0.19, z * 0.72) for x, y, z in spots]
    return Model.of(*parts, Part("strings", strings(tops, (0.0, 0.25, 0.0)), "black"),
        Part("tail", wire(triples("0 260 0, 20 120 0, -20 0 0"), 0.006), "black"),
        hand=(0, 0.22, 0))


@form("dice", "game", 0.05, "pair", where="table")
def dice(ask: Request) -> Model:
    """Rounded dice with their spots sunk."""
    s = 0.02
    cube = (Clay(blend=0.002).block((0, 0, 0), (2 * s, 2 * s, 2 * s),
        rounding=0.0045).mesh(detail=26))
    q = 0.5
    faces: dict[int, list[tuple[float, float]]] = {1: [(0, 0)], 2: [(-q, -q), (q, q)],
        3: [(-q, -q), (0, 0), (q, q)], 4: [(-q, -q), (q, q), (-q, q), (q, -q)],
        5: [(-q, -q), (q, q), (-q, q), (q, -q), (0, 0)], 6: [(-q, -q), (-q, 0), (-q, q), (q, -q),
        (q, 0), (q, q)]}
    aims = {1: {"x": 0.0}, 6: {"x": 180.0}, 2: {"x": -90.0}, 5: {"x": 90.0}, 3: {"y": 90.0},
        4: {"y": -90.0}}
    pips = merge(ball((0.0042, 0.0042, 0.0012), sides=14).moved(x * s * 1.05, y * s * 1.05,
        s).turned(**aims[n]) for n, spots in faces.items() for x, y in spots)

    def one(x: float, y: float, z: float, a: float, b: float) -> list[Part]:
        def place(m: Mesh) -> Mesh:
            return m.turned(x=a).turned(y=b).moved(x, y, z)

        return [Part("die", place(cube)), Part("pips", place(pips), "second")]

    return Model.of(*one(-0.028, s, 0.0, 0, 28), *one(0.032, s * 1.0, 0.012, -90, -38))


_MEN = {
    "pawn": pairs("20 0, 21 5, 16 11, 16.5 14, 9 24, 6.5 36, 12 40, 6.5 43, 11 52, 9 62, 0 66"),
    "rook": pairs("23 0, 24 6, 18 13, 18.5 16, 12 30, 11.5 50, 17 56, 17 73"),
    "bishop": pairs("23 0, 24 6, 17 13, 17.5 16, 9 32, 7.5 52, 14 56, 7.5 60, 12.5 72, 8 86, "
        "2 92, 4.5 96, 0 100"),
    "queen": pairs(
        "25 0, 26 7, 19 15, 19.5 18, 10 35, 8 66, 16 70, 8.5 75, 16.5 96, 11 100, 0 105"),
    "king": pairs(
        "26 0, 27 7, 20 15, 20.5 18, 10.5 36, 8.5 72, 17 76, 9 81, 15.5 104, 7 109, 0 111"),
    "knight": pairs("23 0, 24 6, 18 13, 18.5 16, 15.5 22, 0 24")
}


def _man(kind: str) -> Mesh:
    """One chessman."""
    body = turned(_MEN[kind], samples=44, sides=28)
    if kind == "king":
        cross = cut(pairs("-3 107, 3 107, 2.5 116, 9 114, 9 123, 2.5 121, 4 131, -4 131, "
            "-2.5 121, -9 123, -9 114, -2.5 116"), 0.005, bevel=0.001)
        return merge(body, cross)
    if kind == "queen":
        return merge(body, *[ball(0.0034, sides=12).moved(0.0155 * np.cos(a), 0.099, 0.0155
            * np.sin(a)) for a in np.arange(0, 6.2, 0.785)], ball(0.005).moved(0, 0.108, 0))
    if kind == "rook":
        return merge(body, *[block(0.0085, 0.008, 0.006, (0, 0.075, 0.0142)).turned(y=60 * k)
            for k in range(6)])
    if kind == "knight":
        clay = Clay(blend=0.008).chain(triples("4 20 0, 11 40 0, 6 60 0, -4 72 0"),
            [0.0155, 0.0125, 0.0115, 0.0095], flat=0.75)
        clay.limb(
            (-0.004, 0.071, 0), (-0.021, 0.058, 0), 0.0095, 0.0062, flat=0.75, blend=0.006
        ).limb((-0.008, 0.03, 0), (-0.004, 0.05, 0), 0.009, 0.006, blend=0.006, flat=0.8)
        for z in (-1, 1):
            clay.limb((0.0, 0.078, z * 0.004), (0.003, 0.088, z * 0.005), 0.0035, 0.001,
                blend=0.002)
        mane = stroke(pairs("2 83, 14 72, 21 55, 21 32"), [0.006, 0.009, 0.01, 0.006], 0.006,
            samples=14, bevel=0.001)
        eyes = [ball(0.0015).moved(-0.009, 0.0725, z * 0.0066) for z in (-1, 1)]
        return merge(body, clay.mesh(detail=52), mane, *eyes)
    return body


@form("chess piece", "game", 0.12, "king, knight, game", where="table")
def chess_piece(ask: Request) -> Model:
    """A chessman, a fallen king, or a few men on a piece of board."""
    if ask.pose == "game":
        board = block(0.36, 0.014, 0.36, (0, -0.007, 0))
        squares = merge(block(0.055, 0.0012, 0.055, ((i - 2.5) * 0.055, 0.0006, (j - 2.5) * 0.055))
            for i in range(6) for j in range(6) if (i + j) % 2)
        light = [("king", 0.5, 1.5), ("pawn", -1.5, 0.5), ("knight", 1.5, 0.5), ("pawn", 2.5, 1.5)]
        dark = [("queen", -0.5, -1.5), ("pawn", 0.5, -0.5), ("rook", 2.5, -2.5),
            ("bishop", -2.5, -1.5), ("pawn", -1.5, -2.5)]

        def put(men: list[tuple[str, float, float]]) -> Mesh:
            return merge(_man(k).moved(x * 0.055, 0, z * 0.055) for k, x, z in men)

        return tilted(Model.of(Part("board", board, "linen"), Part("squares", squares, "second"),
            Part("light", put(light), "main"), Part("dark", put(dark), "black")), y=14)
    return Model.of(Part("man", _man(ask.pose)))
