"""Vessels of wood, tin and cloth: barrels, buckets, sacks, boxes."""

from __future__ import annotations

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms import building as b
from worker.studio.scene.forms._still import block, disc, grooved, ring, rod, strap, turned, wire
from worker.studio.scene.mesh import Array, Mesh, box, columns, merge, pairs, spline, triples
from worker.studio.scene.model import Model, Part, Request, form


def _hoop(radius: float, y: float, wide: float) -> Mesh:
    return strap([(radius, y), (radius + 0.006, y), (radius + 0.006, y + wide), (radius, y + wide)])


@form("barrel", "container", 0.95, "standing, lying, open")
def barrel(ask: Request) -> Model:
    """A cask of staves with iron hoops."""
    belly, end, h = ask.between(0.36, 0.4), 0.29, 0.95
    profile = [(end, 0), (end + 0.045, 0.18), (belly, h / 2), (end + 0.045, h - 0.18), (end, h)]
    staves = turned(profile, wall=0.03, sides=88, change=grooved(22, 0.03))
    span = pairs("20 30, 200 40, 330 30, 590 30, 710 40, 900 30")
    side = spline(np.array(profile), 40)
    hoops = merge(_hoop(float(np.interp(y + w / 2, side[:, 1], side[:, 0])), y, w) for y, w in span)
    full = ([] if ask.pose == "open" else [Part("head", disc(end - 0.025, 0.02, y=h - 0.05), "main",
        "stripes", "", 9)])
    parts = [Part("staves", staves), Part("hoops", hoops, "iron"), *full]
    model = Model.of(*parts, inside=(0, h * 0.6, 0), seat=(0, h, 0))
    if ask.pose == "lying":
        tap = merge(rod((0, h, 0.2), (0, h + 0.1, 0.2), 0.025), rod((0, h + 0.06, 0.16),
            (0, h + 0.06, 0.26), 0.014))
        return Model.of(*parts, Part("tap", tap, "pale_wood"),
            seat=(0, belly, 0)).mapped(lambda m: m.turned(x=90, y=-62))
    return model


@form("bucket", "container", 0.32, "standing", where="ground")
def bucket(ask: Request) -> Model:
    """A pail with its hoop; of staves, or of metal."""
    low, high = 0.105, ask.between(0.145, 0.16)
    profile = [(low, 0), (high, 0.27)]
    wall = turned(profile, samples=2, wall=0.01, sides=64, change=grooved(16, 0.035))
    bands = merge(ring(high, 0.008, y=0.27), ring(low + 0.002, 0.006, y=0.012))
    bands = merge(_hoop(low + (high - low) * y / 0.27, y, 0.025) for y in (0.03, 0.2))
    hoop = wire(triples("-1000 240 0, -900 360 60, 0 420 100, 900 360 60, 1000 240 0", high), 0.006)
    return Model.of(Part("wall", wall), Part("bands", bands, "iron"), Part("hoop", hoop, "iron"),
        Part("water", disc(high - 0.013, 0.002, y=0.247), "water"), inside=(0, 0.2, 0),
        hand=(0, 0.42, 0.1))


@form("tub", "container", 0.6, "wooden, bath")
def tub(ask: Request) -> Model:
    """A washtub of staves, or a bathtub on claw feet; anchor `inside` is the water."""
    if ask.pose == "bath":
        r = ask.between(0.36, 0.4)

        def lift(p: Array) -> Array:
            rise = np.clip(p[:, 0] / r - 0.2, 0, 2) ** 2 * np.clip(p[:, 1] - 0.3, 0, 1) * 1.3
            return np.asarray(p * np.array([2.0, 1, 1]) + columns(0.35 * rise, rise, 0 * rise))

        shell = turned([(r * 0.62, 0.12), (r * 0.82, 0.17), (r * 0.93, 0.4), (r, 0.6),
            (r + 0.045, 0.615), (r + 0.05, 0.6)], wall=0.03, change=lift)
        feet = [wire([(x * 0.48, 0.2, z * 0.24), (x * 0.6, 0.1, z * 0.3), (x * 0.6, 0.02, z
            * 0.31)], [0.05, 0.03, 0.045]) for x in (-1, 1) for z in (-1, 1)]
        tap = wire(triples("-740 400 0, -740 800 0, -620 840 0, -600 720 0"), 0.022)
        return Model.of(Part("shell", shell), Part("feet", merge(feet), "second"),
            Part("tap", tap, "second"), Part("water", disc(r - 0.03, 0.004, y=0.5).scaled(1.95, 1,
            0.98), "water"), inside=(0, 0.5, 0), seat=(0.3, 0.4, 0))
    r = ask.between(0.36, 0.42)
    wall = turned([(r * 0.9, 0), (r, 0.36)], samples=2, wall=0.025, sides=88, change=grooved(22,
        0.025))
    ears = [block(0.14, 0.13, 0.04, (0, 0.41, 0)).turned(y=90).moved(x * (r - 0.02), 0, 0)
        for x in (-1, 1)]
    hoops = merge(_hoop(r * (0.9 + 0.1 * y / 0.36), y, 0.035) for y in (0.05, 0.25))
    return Model.of(Part("staves", merge(wall, *ears)), Part("hoops", hoops, "iron"),
        Part("water", disc(r - 0.04, 0.004, y=0.28), "water"), inside=(0, 0.28, 0),
        seat=(0, 0.3, 0))


@form("watering can", "container", 0.36)
def watering_can(ask: Request) -> Model:
    """A watering can: its spout with the rose is on the left."""
    r = ask.between(0.11, 0.125)
    body = turned([(r, 0), (r * 1.02, 0.01), (r, 0.21), (r * 0.9, 0.23)], wall=0.006)
    hood = turned([(r * 0.9, 0.228), (r * 0.6, 0.25)]).moved(0, 0, 0)
    spout = wire([(-r * 0.9, 0.05, 0), (-r - 0.12, 0.19, 0), (-r - 0.23, 0.32, 0)],
        [0.028, 0.02, 0.014])
    rose = (turned(pairs("14 0, 50 60, 50 66, 0 75"), samples=0).turned(z=52).moved(-r - 0.22, 0.31,
        0))
    back = wire([(r * 0.95, 0.05, 0), (r + 0.11, 0.1, 0), (r + 0.1, 0.23, 0), (0.05, 0.33, 0),
        (-0.05, 0.245, 0)], 0.011)
    brace = rod((-r * 0.9, 0.21, 0), (-r - 0.14, 0.215, 0), 0.006)
    bands = merge(ring(r * 1.005, 0.006, y=y) for y in (0.02, 0.19))
    return Model.of(Part("body", merge(body, hood, spout, back, brace)), Part("rose", rose,
        "second"), Part("bands", bands, "second"), hand=(0.05, 0.33, 0))


@form("sack", "container", 0.75, "tied, open")
def sack(ask: Request) -> Model:
    """A full sack, tied with a cord, or open and rolled down over grain."""
    w = ask.between(0.24, 0.28)
    clay = (Clay(blend=0.14).lump((0, 0.2, 0), (w + 0.05, 0.22, 0.22)).lump((0.02, 0.4, 0),
        (w - 0.02, 0.2, 0.19)))
    for x in (-1, 1):
        clay.lump((x * (w - 0.02), 0.06, 0.06), (0.08, 0.07, 0.1), blend=0.06)
    if ask.pose == "open":
        roll = ring(0.2, 0.045, y=0.52).scaled(1, 1, 0.9)
        turned(pairs("190 500, 120 560, 0 590")).scaled(1, 1, 0.9)
        return Model.of(Part("sack", clay.mesh(detail=44), "main", "weave", "", 60),
            Part("roll", roll, "main", "weave", "", 60))
    clay.limb((0.02, 0.52, 0), (0.02, 0.6, 0), 0.11, 0.055, blend=0.1)
    frill = turned(pairs("50 580, 55 630, 105 720, 120 755"), wall=0.02, sides=44,
        change=grooved(11, 0.28)).turned(z=-5)
    cord = merge(ring(0.062, 0.014, y=0.6), ring(0.062, 0.014, y=0.615)).moved(0.02)
    end = wire(triples("60 600 50, 100 550 110, 80 460 170"), 0.011)
    parts = [Part("sack", clay.mesh(detail=48), "main", "weave", "", 60),
        Part("frill", frill.moved(-0.03)), Part("cord", merge(cord, end), "second")]
    return Model.of(*parts, hand=(0.02, 0.6, 0), seat=(0, 0.58, 0))


@form("bundle", "container", 0.35, "standing")
def bundle(ask: Request) -> Model:
    """A cloth knotted by its four corners round what somebody owns; or on a stick."""
    r = ask.between(0.17, 0.19)
    clay = (Clay(blend=0.07).lump((0, 0.13, 0), (r, 0.135, r * 0.9)).limb((0, 0.22, 0),
        (0, 0.28, 0), 0.06, 0.036))
    for a in (0.6, 2.2, 3.8, 5.4):
        c, s = np.cos(a), np.sin(a)
        clay.chain([(0, 0.275, 0), (0.07 * c, 0.345, 0.07 * s), (0.15 * c, 0.33, 0.15 * s)],
            [0.032, 0.034, 0.006], blend=0.03, flat=0.55)
        clay.limb((0.15 * c, 0.13, 0.15 * s), (0, 0.27, 0), 0.03, 0.02, blend=0.04)
    clay.lump((0, 0.285, 0.0), (0.052, 0.032, 0.05), blend=0.015)
    parts = [Part("cloth", clay.mesh(detail=60), "main", "spots", "second", 22)]
    return Model.of(*parts, hand=(0, 0.3, 0))


@form("box", "container", 0.4, "closed, open")
def carton(ask: Request) -> Model:
    """A box with a lid, straps and a latch; open, a carton with flaps and the anchor `inside`."""
    w, h, d = ask.between(0.44, 0.52), 0.34, 0.36
    t = 0.012
    walls = [block(w, h, t, (0, h / 2, z * d / 2)) for z in (-1, 1)] + [block(t, h, d,
        (x * w / 2, h / 2, 0)) for x in (-1, 1)]
    walls.append(block(w, t, d, (0, t / 2, 0)))
    if ask.pose == "open":
        flap = box(w, d * 0.46, t)
        walls += [flap.turned(x=48).moved(0, h, d / 2), flap.turned(x=-32).moved(0, h, -d / 2)]
        side = box(d, w * 0.42, t).turned(y=90)
        walls += [side.turned(z=-62).moved(w / 2, h, 0), side.turned(z=50).moved(-w / 2, h, 0)]
        return Model.of(Part("box", merge(walls)), inside=(0, 0.02, 0))
    lid = merge(b.tiers((w + 0.05, d + 0.05, h - 0.09), (w + 0.05, d + 0.05, h - 0.01),
        (w + 0.02, d + 0.02, h + 0.03)))
    straps = merge(block(0.055, u, v, (x, y, z)) for x in (-0.14, 0.14) for u, v, y, z in (
        (h + 0.02, 0.006, h / 2 + 0.005, d / 2 + 0.029), (0.008, d + 0.04, h + 0.032, 0)))
    latch = merge(block(0.07, 0.1, 0.014, (0, h - 0.09, d / 2 + 0.03), bevel=0.006), ring(0.022,
        0.006).turned(x=90).moved(0, h - 0.16, d / 2 + 0.035))
    return Model.of(Part("box", merge(walls)), Part("lid", lid, "second"), Part("straps", straps,
        "leather"), Part("latch", latch, "gold"), seat=(0, h, 0))
