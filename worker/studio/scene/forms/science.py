"""Instruments that measure and look: globes, scales, telescopes, microscopes, lenses."""

from __future__ import annotations

import numpy as np

from worker.studio.scene.forms._still import (HELD, block, cut, disc, held, ring, rod, tilted,
    turned, wire)
from worker.studio.scene.mesh import Mesh, ball, box, columns, merge, pairs, sheet, triples
from worker.studio.scene.model import Model, Part, Request, form


def _barrel(stops: list[tuple[float, float]], at: tuple[float, float, float], z: float,
    y: float = 0.0) -> Mesh:
    """A stepped tube along +y, turned by z degrees, moved to a point."""
    return turned(stops, samples=0).turned(z=z, y=y).moved(*at)


@form("compass", "science", 0.12, "open, pair of compasses", where="table")
def compass(ask: Request) -> Model:
    """A mariner's compass in a round case, tilted to show its rose; or a pair to draw with."""
    if ask.pose == "pair of compasses":
        spread = ask.between(17, 25)
        leg = turned(pairs("0.6 0, 3.5 30, 4.5 130, 7 150, 7 185, 0 190"))
        legs = [leg.moved(0, -0.185, 0).turned(z=s * spread).moved(0, 0.185, 0) for s in (-1, 1)]
        head = merge(disc(0.014, 0.014).turned(x=90).moved(0, 0.183, -0.007),
            turned(pairs("5 190, 4 205, 8 210, 6 235, 0 237")))
        arc = wire([(0.2 * np.sin(t), 0.003, 0.09 - 0.13 * np.cos(t) + 0.05)
            for t in np.linspace(-0.6, 0.9, 12)], 0.0022)
        return Model.of(Part("legs", merge(legs)), Part("head", head, "second"),
            Part("arc", arc, "black"), hand=(0, 0.22, 0))
    r = 0.05
    case = turned(pairs("950 0, 1050 4, 1080 18, 1000 20, 980 14", r), samples=0)
    face = disc(r * 0.97, 0.0015, y=0.0142)
    star = []
    for k in range(8):
        long = 0.82 if k % 2 == 0 else 0.5
        star.append(cut([(0, 0), (0.1, 0.1), (0, long), (-0.1, 0.1)], 0.02).scaled(r).turned(z=45
            * k))
    rose = merge(star).turned(x=-90).moved(0, 0.0168, 0)
    halves = [cut(pairs("-110 0, 110 0, 0 780"), 0.03, bevel=0.008).scaled(r).turned(z=a)
        .turned(x=-90).moved(0, 0.0205, 0) for a in (-32, 148)]
    ticks = merge(block(r * 0.03, 0.001, r * 0.1, (0, 0.0165, -r * 0.9)).turned(y=15 * k)
        for k in range(24))
    def hinged(m: Mesh) -> Mesh:
        return m.moved(0, 0, -1.05 * r).turned(x=62).moved(0, 0.02, -1.04 * r)

    lid = merge(hinged(disc(1.05 * r, 0.004)), hinged(ring(1.03 * r, 0.0045, y=0.005)),
        rod((-0.4 * r, 0.019, -1.06 * r), (0.4 * r, 0.019, -1.06 * r), 0.0045),
        ring(0.16 * r, 0.0016).turned(x=-30).moved(0, 0.014, 1.22 * r))
    card = hinged(disc(0.97 * r, 0.002, y=0.005))
    print_ = [ring(k * r, 0.0007, y=0.0075) for k in (0.9, 0.74, 0.3)]
    print_ += [block(0.0012, 0.001, 0.15 * r, (0, 0.0075, -0.82 * r)).turned(y=11.25 * k)
        for k in range(32)]
    print_ += [cut([(0, 0.3), (0.1, 0.42), (0, 0.7), (-0.1, 0.42)], 0.02).scaled(r).turned(z=90
        * k).turned(x=-90).moved(0, 0.0075, 0) for k in range(4)]
    parts = [Part("case", merge(case, lid)), Part("card", card, "paper"),
        Part("print", hinged(merge(print_)), "second"),
        Part("face", face, "white"), Part("rose", rose, "second"), Part("ticks", ticks, "black"),
        Part("north", halves[0], "red"), Part("south", halves[1], "black")]
    return tilted(Model(parts), x=30)


@form("globe", "science", 0.42, "on a stand", where="table")
def globe(ask: Request) -> Model:
    """A globe with its lands in a brass half-circle on a turned foot; or one with stars."""
    r, tilt = 0.15, -23.0
    earth = ball(r, sides=44)
    parts = []
    lands = [_land(r * 1.008, lon, lat, size, wide) for lon, lat, size, wide in ((88, 15, 34, 0.75),
        (78, 48, 24, 1.5), (150, 48, 30, 1.4), (168, -18, 22, 0.7), (10, 48, 40, 1.4),
        (20, 20, 18, 0.9), (-40, -25, 19, 1.3), (-110, 50, 26, 1.4), (0, -88, 18, 1),
        (290, 15, 20, 1))]
    lines = [ring(np.sqrt(r * r - y * y) * 1.002, 0.0011, y=y) for y in (-0.075, 0, 0.075)]
    parts = [Part("sea", earth), Part("land", merge(lands), "second"), Part("lines", merge(lines),
        "grey")]
    turn = ask.between(-20, 20)
    lift = r + 0.12

    def place(m: Mesh) -> Mesh:
        return m.turned(y=turn).turned(z=tilt).moved(0, lift, 0)

    parts = [Part(p.name, place(p.mesh), p.material) for p in parts]
    # It goes on to the foot, which stands below the middle.
    a = np.radians(np.linspace(90, 296, 28))
    arc = wire([((r + 0.018) * np.cos(t), (r + 0.018) * np.sin(t), 0) for t in a], 0.007,
        samples=40)
    pins = merge([rod((0, s * r, 0), (0, s * (r + 0.03), 0), 0.005) for s in (-1, 1)]
        + [ball(0.009).moved(0, s * (r + 0.03), 0) for s in (-1, 1)])
    foot = turned(pairs("90 0, 92 10, 50 22, 16 35, 12 50, 22 62, 12 75, 15 100, 12 105"))
    frame = merge(arc, pins).turned(z=tilt).moved(0, lift, 0)
    return Model.of(*parts, Part("meridian", frame, "gold"), Part("foot", foot, "wood"))


def _land(r: float, lon: float, lat: float, size: float, wide: float) -> Mesh:
    """An irregular patch on a ball, by degrees; longitude 90 faces the viewer."""
    t, k = np.meshgrid(np.linspace(0, 2 * np.pi, 28), np.linspace(0.01, 1, 7))
    edge = size * (1 + 0.22 * np.sin(3 * t + lon) + 0.14 * np.sin(5 * t + lat)) * k
    u, v = (np.radians(lon + edge * wide * np.cos(t)), np.radians(np.clip(lat + edge * np.sin(t),
        -89, 89)))
    grid = columns(np.cos(v) * np.cos(u), np.sin(v), np.cos(v) * np.sin(u)) * r
    return sheet(grid)


@form("scales", "science", 0.5, "level", where="table")
def scales(ask: Request) -> Model:
    """A balance: column, beam and two hanging pans; uneven with a weight in the left."""
    tip = 0.0
    base = merge(box(0.22, 0.025, 0.12, bevel=0.008),
        turned(
        pairs("50 25, 45 35, 14 60, 10 100, 16 120, 8 140, 7 420, 12 440, 6 455, 10 470, 0 485")))
    beam = merge(wire(triples("-190 4 0, -100 -8 0, 0 12 0, 100 -8 0, 190 4 0"),
        [0.004, 0.006, 0.01, 0.006, 0.004]), cut(pairs("-4 0, 4 0, 0 -110"), 0.003))
    dish = turned(pairs("1 0, 50 8, 75 26"), wall=0.003)
    pans, cords = [], []
    a = np.radians(tip)
    for s in (-1, 1):
        x, y = s * 0.19 * np.cos(a), 0.43 + s * 0.19 * np.sin(a)
        pans.append(dish.moved(x, y - 0.27, 0))
        cords += [rod((x, y, 0), (x + 0.073 * np.cos(t), y - 0.246, 0.073 * np.sin(t)), 0.0018)
            for t in (0.5, 2.6, 4.7)]
    parts = [Part("stand", merge(base, beam.turned(z=tip).moved(0, 0.43, 0))),
        Part("pans", merge(pans), "second"), Part("cords", merge(cords), "iron")]
    left, right = ((-0.19 * np.cos(a), 0.175 - 0.19 * np.sin(a), 0.0), (0.19 * np.cos(a), 0.175
        + 0.19 * np.sin(a), 0.0))
    if tip:
        weight = turned(pairs("24 0, 26 36, 8 44, 7 52, 13 60, 0 68"))
        parts.append(Part("weight", weight.moved(left[0], left[1] - 0.008, 0), "iron"))
    return Model.of(*parts, hand=right, other_hand=left)


@form("telescope", "science", 1.3, "on a tripod", where="ground")
def telescope(ask: Request) -> Model:
    """A brass refractor on a tripod, pointing up to the right; or a drawn spyglass."""
    up = ask.between(28, 40)
    stops = pairs("16 -420, 24 -410, 24 -370, 18 -360, 18 -280, 32 -270, 34 -250, 38 -240, "
        "46 340, 56 345, 58 520, 50 520, 48 480, 0 480")
    glass = turned(stops[7:9], samples=0).turned(z=up - 90)
    metal = merge(turned(stops[:8], samples=0), turned(stops[8:], samples=0),
        rod((0.02, -0.33, 0.0), (0.05, -0.33, 0.0), 0.008)).turned(z=up - 90)
    finder = (_barrel(pairs("8 -160, 13 -150, 13 100, 18 120, 0 120"), (0, 0, 0), 0).moved(-0.075,
        0, 0).turned(z=up - 90))

    def lift(m: Mesh) -> Mesh:
        return m.moved(0.05, 1.02, 0)

    legs = []
    for t in np.radians((80, 200, 320)):
        c, s = float(np.cos(t)), float(np.sin(t))
        legs.append(rod((0.03 * c, 0.9, 0.03 * s), (0.34 * c, 0, 0.34 * s), 0.017, 0.013))
        legs.append(rod((0.0, 0.5, 0.0), (0.17 * c, 0.5, 0.17 * s), 0.006))
    mount = merge(turned(pairs("50 870, 55 920, 20 940, 20 980, 0 1030")),
        disc(0.03, 0.1).turned(x=90).moved(0.05, 1.02, -0.05))
    return Model.of(Part("tube", lift(glass)), Part("brass", merge(lift(metal), lift(finder),
        mount), "gold"), Part("legs", merge(legs), "wood"))


@form("microscope", "science", 0.36, where="table")
def microscope(ask: Request) -> Model:
    """A brass microscope: horseshoe foot, curved arm, slanted tube, stage and mirror."""
    foot = (cut(pairs("-75 -70, -40 -75, -30 10, 30 10, 40 -75, 75 -70, 60 60, 0 85, -60 60"),
        0.024, bevel=0.005, steps=3).turned(x=-90, y=-90).moved(0.02, 0.012, 0))
    pillar = rod((0.045, 0.02, 0), (0.045, 0.12, 0), 0.017)
    arm = wire(triples("45 110 0, 95 160 0, 100 230 0, 50 275 0, 0 280 0"), [0.018, 0.016, 0.015,
        0.015, 0.016])
    optic = turned(pairs("5 130, 9 145, 12 150, 12 180, 18 185, 18 200, 15 200, 19 210, 19 310, "
        "16 310, 16 350, 23 355, 23 375, 12 378"), samples=0)
    side = turned(pairs("4 148, 9 160, 10 190"), samples=0).turned(z=22).moved(0.05, 0.005, 0)
    stage = merge(block(0.11, 0.008, 0.1, (0.01, 0.115, 0)), block(0.05, 0.004, 0.02,
        (0, 0.122, 0.01)))
    wheels = merge(disc(0.02, 0.018).turned(x=90).moved(0.085, y, 0.012) for y in (0.16, 0.22))
    mirror = merge(disc(0.024, 0.006).turned(z=40).moved(0, 0.06, 0), rod((0, 0.004, 0), (0, 0.063,
        0), 0.004))

    def lean(m: Mesh) -> Mesh:
        return m.moved(-0.045, -0.1, 0).turned(z=-14).moved(0.045, 0.1, 0)

    return Model.of(Part("arm", merge(foot, pillar, lean(arm))),
        Part("tube", merge(lean(optic), lean(side), lean(wheels)), "gold"),
        Part("stage", lean(stage), "black"), Part("mirror", mirror, "silver"))


@form("binoculars", "science", 0.16, where="table")
def binoculars(ask: Request) -> Model:
    """Field glasses standing on their wide ends, their eyepieces up."""
    half = turned(
        pairs(
        "30 0, 33 4, 33 35, 30 50, 27 80, 24 85, 20 120, 20 128, 24 130, 24 150, 16 152, 13 140"),
        samples=0)
    rims = merge(turned([(0.0335, y), (0.0345, y + 0.003), (0.0335, y + 0.01)], samples=0)
        for y in (0.0, 0.036))
    both = [m.turned(z=s * 3).moved(s * 0.037, 0, 0) for m in (half,) for s in (-1, 1)]
    bands = [rims.turned(z=s * 3).moved(s * 0.037, 0, 0) for s in (-1, 1)]
    bridge = merge(block(0.05, 0.02, 0.016, (0, 0.06, 0)), block(0.045, 0.012, 0.012,
        (0, 0.115, 0)), turned(pairs("8 50, 8 115, 12 118, 12 135, 0 137"), samples=0))
    strap = wire(triples("-60 80 0, -120 30 20, -90 4 70, 20 4 85, 100 4 50, 100 50 0, 60 80 0"),
        0.0035, samples=50)
    return tilted(Model.of(Part("tubes", merge(both)), Part("bands", merge(bands), "second"),
        Part("bridge", bridge, "black"), Part("strap", strap, "leather")), x=14)


@form("magnifying glass", "science", 0.25, HELD, where="table")
def magnifying_glass(ask: Request) -> Model:
    """A round lens in a rim on a turned handle."""
    r = ask.between(0.05, 0.056)
    lens = ball((r, r, 0.008), sides=36).moved(0, 0.17, 0)
    rim = ring(r, 0.0055).turned(x=90).moved(0, 0.17, 0)
    grip = turned(pairs("8 0, 12 6, 13.5 40, 9 80, 11 88"))
    neck = rod((0, 0.085, 0), (0, 0.17 - r, 0), 0.0055)
    shine = wire([(r * 0.62 * np.cos(t), 0.17 + r * 0.62 * np.sin(t), 0.0075) for t in (1.9, 2.3,
        2.7, 3.1)], [0.001, 0.004, 0.004, 0.001])
    return held(ask, [Part("lens", lens, "glass", glow=0.2), Part("rim", merge(rim, neck), "gold"),
        Part("handle", grip), Part("shine", shine, "white", glow=0.5)])


@form("test tube", "science", 0.2, "in a rack, retort", where="table")
def test_tube(ask: Request) -> Model:
    """Test tubes in a wooden rack; a conical flask that fizzes; or an alchemist's retort."""
    if ask.pose == "retort":
        bulb = merge(ball((0.06, 0.06, 0.06)).moved(0, 0.16, 0),
            wire(triples("0 200 0, 30 245 0, 100 220 0, 220 100 0"), [0.04, 0.026, 0.017, 0.007]))
        liquid = turned(pairs("1 98.5, 40 112, 60.5 150, 61 165"))
        stand = merge(ring(0.056, 0.005, y=0.115),
            *[rod((0.056 * np.cos(a), 0.115, 0.056 * np.sin(a)), (0.08 * np.cos(a), 0, 0.08
            * np.sin(a)), 0.004) for a in (0.6, 2.7, 4.8)])
        fire = turned(pairs("18 0, 16 20, 12 28"))
        blaze = turned(pairs("0 28, 12 42, 9 62, 0 90"), sides=16)
        drop = turned(pairs("0 0, 6 8, 0 22"), sides=14).moved(0.222, 0.06, 0)
        cup = turned([(0.02, 0), (0.03, 0.03)], wall=0.002, samples=4).moved(0.222, 0, 0)
        return Model.of(Part("glass", merge(bulb, cup), "glass"),
            Part("liquid", merge(liquid, drop)), Part("stand", merge(stand, fire), "iron"),
            Part("flame", blaze, "fire", glow=0.9))
    tubes, fills, colours = [], [], ("main", "second", "accent", "main")
    rack = [block(0.23, 0.012, 0.05, (0, y, 0)) for y in (0.01, 0.1)] + [block(0.012, 0.11, 0.05,
        (x * 0.11, 0.055, 0)) for x in (-1, 1)]
    parts = [Part("rack", merge(rack), "wood")]
    for k, colour in enumerate(colours):
        x, level = -0.075 + 0.05 * k, ask.between(0.08, 0.135)
        tubes.append(turned([(0.014, level), (0.014, 0.165), (0.0165, 0.17)], wall=0.0015,
            samples=0).moved(x, 0, 0))
        fills.append(Part("liquid", turned([(0.001, 0.016), (0.009, 0.02), (0.0142, 0.03),
            (0.0142, level)], samples=0).moved(x, 0, 0), colour))
    return Model.of(*parts, *fills, Part("tubes", merge(tubes), "glass"))
