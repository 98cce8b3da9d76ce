"""Things that fly: aeroplanes, balloons, rockets, kites. They face +x, rockets point up."""

from __future__ import annotations

import numpy as np

from worker.studio.scene.forms import building as b
from worker.studio.scene.mesh import (Mesh, ball, box, columns, extrude, lathe, loft, merge, pairs,
    sheet, tube)
from worker.studio.scene.model import Model, Request, form


def wing(span: float, root: float, tip: float, *, sweep: float = 0.0, lift: float = 0.0,
    thick: float = 0.12) -> Mesh:
    """A pair of wings: chords along x, from tip to tip along z."""
    rings = []
    for t in np.linspace(-1, 1, 9):
        chord = root + (tip - root) * abs(t)
        angle = np.linspace(0, 2 * np.pi, 14, endpoint=False)
        x = chord * (0.5 * np.cos(angle) + 0.0) - sweep * abs(t)
        y = thick * chord * 0.5 * np.sin(angle) * (0.6 + 0.4 * np.cos(angle)) + lift * abs(t)
        rings.append(columns(x, y, t * span / 2))
    return loft(rings, crease=60).grained(0, 0, 1)


def propeller(radius: float, blades: int) -> Mesh:
    """A propeller in the y-z plane about the origin."""
    one = (ball((radius * 0.03, radius * 0.5, radius * 0.09), sides=10).turned(y=25).moved(y=radius
        * 0.5))
    return merge(*(one.turned(x=360 * k / blades) for k in range(blades)), ball(radius * 0.1,
        sides=10))


@form("aeroplane", "aircraft", 3, "propeller, biplane, jet", "jet, biplane", where="air")
def aeroplane(ask: Request) -> Model:
    """A light propeller plane, a biplane with struts, or a jet airliner."""
    kit = b.Kit()
    if ask.pose == "jet" or "jet" in ask:
        return _jet(ask, kit)
    two = ask.pose == "biplane" or "biplane" in ask
    body = [(-3.6, 0.25, 0.1, 0.05), (-2.4, 0.15, 0.3, 0.2), (-0.6, 0.0, 0.5, 0.4),
        (0.8, 0.0, 0.56, 0.48), (1.8, 0, 0.54, 0.48), (2.3, 0, 0.42, 0.4)]
    kit.add("body", b.swept(body, power=2.6))
    cowl = b.swept([(2.1, 0, 0.56, 0.54), (2.6, 0, 0.54, 0.52), (2.8, 0, 0.3, 0.3)])
    kit.add("cowl", cowl, of="second")
    span = ask.between(9, 10.4)
    if two:
        kit.add("wings", wing(span * 0.94, 1.3, 1.1, lift=0.25).moved(0.8, -0.62, 0), wing(span
            * 1.06, 1.4, 1.2, lift=0.2).moved(1.25, 1.75, 0), of="second")
        struts: list[list[b.Point]] = [[(0.5 + q, -0.6 + 0.06 * k, s * k * span * 0.13),
            (0.95 + q, 1.78 + 0.05 * k, s * k * span * 0.135)] for q in (0.0, 0.6)
            for k in (1.4, 3.2) for s in (-1, 1)]
        kit.add("struts", b.bars(struts, 0.045), of="wood")
        strut = b.bars([[(1.0, 0.3, s * 0.3), (1.2, 1.75, s * span * 0.1)] for s in (-1, 1)], 0.045)
        kit.add("struts", strut, of="wood")
        cockpit = (lathe([(0.3, 0), (0.26, 0.1), (0.1, 0.1)], sides=16).scaled(1.3, 1,
            1).moved(-0.4, 0.42, 0))
        kit.add("cockpit", cockpit, of="leather")
    else:
        kit.add("wings", wing(span, 1.6, 0.9, lift=0.35).moved(0.7, -0.15, 0), of="second")
        kit.add("canopy", ball((0.85, 0.42, 0.34), sides=18).moved(0.2, 0.45, 0), of="glass")
    kit.add("tail", wing(3.2, 0.9, 0.55).moved(-3.2, 0.3, 0), of="second")
    tail = extrude(pairs("-3900 200, -2600 300, -3200 1350, -3700 1500, -4000 1200"), 0.08,
        bevel=0.03)
    kit.add("tail", tail, of="second")
    gear = b.bars([[(1.2, -0.4, s * 0.3), (1.35, -1.15, s * 0.8)] for s in (-1, 1)]
        + [[(0.8, -0.4, s * 0.3), (1.3, -1.15, s * 0.8)] for s in (-1, 1)], 0.04)
    kit.add("gear", gear, of="iron")
    for s in (-1, 1):
        kit.add("tyres", lathe([(0.2, -0.07), (0.3, -0.06), (0.3, 0.06), (0.2, 0.07)],
            sides=20).turned(x=90).moved(1.35, -1.15, s * 0.86), of="rubber")
    kit.add("propeller", propeller(1.25, 2).turned(x=ask.between(0, 180)).moved(x=2.9), of="wood")
    kit.add("spinner", lathe([(0.3, 2.7), (0.22, 2.95), (0.02, 3.2)], sides=20).turned(z=-90),
        of="second")
    bank = ask.between(-4, 3) if two else ask.between(-14, -6)
    return kit.model(seat=(-0.3, 0.6, 0), inside=(0, 0.3, 0)).mapped(lambda m: m.turned(x=-bank,
        z=5))


def _jet(ask: Request, kit: b.Kit) -> Model:
    """A swept-wing airliner."""
    body = [(-19, 1.0, 0.25, 0.2), (-15, 0.7, 1.0, 0.9), (-9, 0.1, 1.8, 1.8), (10, 0, 1.85, 1.85),
        (14, -0.15, 1.6, 1.6), (16.5, -0.5, 0.95, 0.95), (17.5, -0.7, 0.2, 0.2)]
    kit.add("body", b.swept(body, sides=32))
    kit.add("wings", wing(34, 6.5, 1.8, sweep=8, lift=1.6, thick=0.1).moved(1.5, -0.9, 0),
        wing(13, 3.4, 1.3, sweep=3.4, lift=0.5).moved(-15.5, 0.9, 0), of="second")
    fin = extrude([(-18.2, 1.0), (-11.5, 1.7), (-16.2, 7.2), (-18.6, 7.2)], 0.4, bevel=0.12)
    kit.add("fin", fin)
    engine = b.swept([(-1.8, 0, 0.55, 0.55), (-0.6, 0, 0.95, 0.95), (1.6, 0, 1.05, 1.05),
        (1.9, 0, 0.95, 0.95)], sides=24)
    mouth = lathe([(0.85, 0), (0.85, 0.05)], sides=20).turned(z=-90).moved(x=1.88)
    for x, z in ((3.2, 5.6), (0.2, 10.6)):
        for s in (-1, 1):
            kit.add("engines", engine.moved(x, -1.7 + 0.09 * z, s * z), of="steel")
            kit.add("windows", mouth.moved(x, -1.7 + 0.09 * z, s * z), of="black")
    panes = [(x, 0.45, s * 1.78, 0.4, 0.5, 0.1) for x in np.arange(-9, 12, 0.95) for s in (-1, 1)]
    kit.add("windows", b.blocks(panes), of="black")
    window = b.swept([(15.4, 0.55, 0.28, 0.8), (14.6, 0.95, 0.3, 1.0)], power=4)
    kit.add("windows", window, of="black")
    return kit.model(inside=(0, 0, 0)).mapped(lambda m: m.turned(x=9, z=8))


@form("helicopter", "aircraft", 3.6, where="air")
def helicopter(ask: Request) -> Model:
    """A helicopter: a glass-nosed body, a tail boom, rotors and skids."""
    kit = b.Kit()
    kit.add("body", b.swept([(-1.8, 0.3, 0.3, 0.25), (-1.2, 0.1, 0.75, 0.65), (0, 0, 0.95, 0.85),
        (1.0, -0.05, 0.9, 0.8), (1.4, -0.1, 0.75, 0.7)], power=2.5),
        b.swept([(-6.4, 0.55, 0.1, 0.08), (-1.4, 0.4, 0.3, 0.26)]),
        b.swept([(-1.4, 1.0, 0.1, 0.15), (-0.8, 1.1, 0.3, 0.35), (0.4, 1.1, 0.28, 0.32),
        (0.9, 1.0, 0.05, 0.1)], power=3))
    kit.add("glass", ball((1.05, 0.82, 0.76), sides=24).moved(1.15, -0.05, 0), of="glass")
    kit.add("tail", extrude([(-6.7, 0.4), (-5.8, 0.45), (-6.5, 1.7), (-6.9, 1.7)], 0.12,
        bevel=0.03), wing(1.8, 0.5, 0.4).moved(-5.2, 0.5, 0), of="second")
    door = b.blocks([(0.0, -0.35, s * 0.83, 0.75, 0.85, 0.06) for s in (-1, 1)])
    kit.add("doors", door, of="black")
    turn = ask.between(8, 40)
    blades = merge(box(5.0, 0.05, 0.32).moved(x=2.6).turned(z=-2.5).turned(y=90 * k + turn)
        for k in range(4))
    kit.add("rotor", blades.moved(-0.2, 1.85, 0), b.bars([[(-0.2, 1.1, 0), (-0.2, 1.95, 0)]], 0.09),
        of="dark_cloth")
    for k in range(4):
        rotor = box(1.0, 0.14, 0.04).moved(x=0.5).turned(z=90 * k + turn).moved(-6.5, 1.0, 0.14)
        kit.add("rotor", rotor, of="dark_cloth")
    for s in (-1, 1):
        kit.add("skids", tube([(-1.5, -1.6, s * 0.95), (1.2, -1.6, s * 0.95),
            (1.75, -1.4, s * 0.95)], 0.055, samples=14, sides=8),
            b.bars([[(x, -0.7, s * 0.5), (x, -1.6, s * 0.95)] for x in (-0.7, 0.7)], 0.05),
            of="iron")
    return kit.model(inside=(0.6, 0, 0)).mapped(lambda m: m.turned(z=-5))


@form("hot-air balloon", "aircraft", 22, where="air")
def hot_air_balloon(ask: Request) -> Model:
    """A balloon in gores with a net of lines and a wicker basket."""
    kit, r = b.Kit(), ask.between(7, 8)
    t = np.linspace(0, 1, 26)
    radius = r * np.sin(np.pi * (0.06 + 0.94 * t) ** 1.25 * 0.985) ** 0.9 + 0.05
    radius = np.where(t < 0.12, np.interp(t, [0, 0.12], [r * 0.26, np.interp(0.12, t, radius)]),
        radius)
    height = 6.2 + 2.15 * r * (1 - np.cos(np.pi * np.clip(t, 0, 1))) / 2
    gores = 16
    for k in range(gores):
        turn = np.linspace(0, 1, 5) + k
        bulge = 1 + 0.05 * np.sin(np.pi * (turn - k))
        angle = turn * 2 * np.pi / gores
        grid = columns(np.outer(radius, np.cos(angle) * bulge), np.repeat(height[:, None], 5, 1),
            np.outer(radius, np.sin(angle) * bulge))
        kit.add("gores" if k % 2 else "envelope", sheet(grid, grain=(0, 1, 0)), of="second" if k % 2
            else "main")
    band = lathe([(r * 1.045, -0.45), (r * 1.055, 0), (r * 1.045, 0.45)], sides=48).moved(y=6.2 + r
        * 1.3)
    kit.add("band", band, of="accent")
    kit.add("basket", b.tiers((1.5, 1.3, 0), (1.8, 1.6, 1.2)), of="wood", pattern="weave", repeat=3)
    lines = [[(sx * 0.85, 1.2, sz * 0.75), (np.cos(a) * radius[0], height[0], np.sin(a)
        * radius[0])] for sx, sz, base in ((1, 1, 0.78), (-1, 1, 2.36), (-1, -1, 3.93),
        (1, -1, 5.5)) for a in (base - 0.35, base + 0.35)]
    kit.add("lines", b.bars(lines, 0.04), of="dark_wood")
    return kit.model(inside=(0, 0.3, 0), seat=(0, 1.2, 0))


@form("rocket", "aircraft", 24, "standing, launching")
def rocket(ask: Request) -> Model:
    """A finned rocket that points up; launching it stands on flame and smoke."""
    kit, h, r = b.Kit(), ask.between(19, 22), 2.2
    up = 6.0 if ask.pose == "launching" else 1.6
    t = np.linspace(0, 1, 22)
    shape = r * np.sin(np.pi * (0.2 + 0.8 * t) ** 1.15) ** 0.75 + 0.02
    shape[0] = r * 0.6
    body = lathe(np.column_stack([shape, up + h * t]), sides=36, crease=60).grained(0, 1, 0)
    kit.add("body", body)
    nose = t > 0.8
    kit.add("nose", lathe(np.column_stack([shape[nose] + 0.03, up + h * t[nose]]), sides=36,
        crease=60), b.bars([[(0, up + h, 0), (0, up + h + 1.6, 0)]], (0.1, 0.03)), of="second")
    kit.add("bands", *(lathe([(float(np.interp(q, t, shape)) + 0.05, up + h * q),
        (float(np.interp(q + 0.03, t, shape)) + 0.05, up + h * (q + 0.03))], sides=36)
        for q in (0.12, 0.62)), of="second")
    fin = extrude([(1.3, 1.4), (1.9, h * 0.36), (3.2, h * 0.22), (4.5, -1.4), (3.9, -1.5),
        (2.8, 0.4), (1.4, 0.6)], 0.34, bevel=0.1)
    kit.add("fins", *(fin.moved(y=up).turned(y=90 * k + 20) for k in range(4)), of="second")
    kit.add("nozzle", lathe([(1.5, up - 0.8), (0.9, up + 0.3)], sides=24), of="iron")
    port = merge(b.ring(0.6, 0.14, sides=24))
    for y in (0.68, 0.5):
        q = float(np.interp(y, t, shape))
        kit.add("ports", port.moved(0, up + h * y, q), of="steel")
        glass = ball((0.55, 0.55, 0.12), sides=18).moved(0, up + h * y, q - 0.02)
        kit.add("glass", glass, of="blue")
    if up > 2:
        flame = lathe([(0.1, -0.2), (1.0, 1.6), (1.3, 3.4), (0.9, up - 0.6)], sides=20)
        kit.add("flame", flame, of="flame", glow=1.0)
        fire = lathe([(0.2, -1), (1.7, 1.2), (1.6, 3.2), (1.0, up - 0.5)], sides=7).turned(y=20)
        kit.add("fire", fire, of="fire", glow=0.7)
    return kit.model(inside=(0, up + h * 0.6, 0))


@form("spacecraft", "aircraft", 7, "lander", where="air")
def spacecraft(ask: Request) -> Model:
    """A lunar lander on splayed legs, or a flying saucer."""
    kit = b.Kit()
    kit.add("stage", lathe([(2.1, 1.6), (2.1, 3.2)], sides=8), of="gold")
    cabin = lathe(pairs("900 3200, 1600 3600, 1700 4800, 1200 5600, 600 5900"), sides=10, crease=20)
    kit.add("cabin", cabin.scaled(1, 1, 0.9), lathe([(0.5, 5.9), (0.5, 6.3), (0.3, 6.35)],
        sides=16), ball((0.7, 0.8, 0.7), sides=14).moved(1.5, 4.3, -0.3), ball((0.7, 0.8, 0.7),
        sides=14).moved(-1.5, 4.3, -0.3))
    kit.add("windows", extrude([(-0.35, 0), (0.35, 0.1), (0.0, 0.6)], 0.1).moved(-0.6, 4.6, 1.42),
        extrude([(-0.35, 0.1), (0.35, 0), (0.0, 0.6)], 0.1).moved(0.6, 4.6, 1.42),
        b.blocks([(0, 3.5, 1.4, 0.8, 0.9, 0.15)]), of="black")
    for k in range(4):
        leg = b.bars([[(1.9, 2.9, 0), (3.7, 0.15, 0)], [(1.9, 1.8, 0.7), (3.2, 0.9, 0)],
            [(1.9, 1.8, -0.7), (3.2, 0.9, 0)]], 0.11)
        kit.add("legs", merge(leg, lathe([(0.2, 0.2), (0.6, 0.05), (0.55, 0)],
            sides=16).moved(x=3.75)).turned(y=90 * k + 45), of="steel")
    kit.add("nozzle", lathe([(0.95, 0.7), (0.45, 1.7)], sides=20),
        b.bars([[(0.5, 6.2, -0.4), (0.9, 7.2, -0.5)]], 0.05), of="iron")
    nozzle = (lathe([(0.02, 0), (0.5, 0.2), (0.62, 0.45)], sides=18).turned(z=-50).moved(0.95, 6.9,
        -0.5))
    kit.add("nozzle", nozzle, of="iron")
    ladder = b.bars([[(s * 0.22, 2.8, 2.1), (s * 0.22, 0.5, 3.0)] for s in (-1, 1)]
        + [[(-0.22, 2.8 - 0.3 * k, 2.1 + 0.117 * k), (0.22, 2.8 - 0.3 * k, 2.1 + 0.117 * k)]
        for k in range(8)], 0.04)
    kit.add("ladder", ladder, of="steel")
    return kit.model(inside=(0, 4, 0))


@form("kite", "aircraft", 3, "diamond", where="air")
def kite(ask: Request) -> Model:
    """A diamond kite with a tail of bows, or a box kite, its string running down."""
    kit = b.Kit()
    w, h = ask.between(0.48, 0.56), 1.45
    u = np.linspace(0, 1, 7)
    panels = []
    for sx in (-1, 1):
        for top in (True, False):
            tip = (0, h, 0.0) if top else (0, 0.0, 0.0)
            a, c, d = np.array(tip), np.array((sx * w, 0.98, -0.06)), np.array((0, 0.98, 0.1))
            grid = a + u[:, None, None] * ((c - a) + u[None, :, None] * (d - c))
            grid[..., 2] -= 0.06 * np.sin(np.pi * u[None, :]) * u[:, None]
            panels.append((sheet(grid, crease=30), (sx > 0) == top))
    for mesh, first in panels:
        kit.add("cloth" if first else "quarters", mesh, of="main" if first else "second")
    stick = b.bars([[(0, h + 0.03, 0.02), (0, 0, 0.02)], [(-w, 0.98, -0.05), (0, 0.98, 0.12)],
        [(w, 0.98, -0.05), (0, 0.98, 0.12)]], 0.014)
    kit.add("sticks", stick, of="wood")
    t = np.linspace(0, 1, 30)
    tail = np.column_stack([0.3 * np.sin(t * 9) * t + 0.3 * t, -1.2 * t, 0.1 * np.sin(t * 7)])
    kit.add("tail", tube(tail, 0.013, sides=5), of="linen")
    for k in (6, 12, 18, 24, 29):
        bow = merge(lathe([(0.012, 0), (0.09, 0.17)], sides=8).turned(z=s * 75) for s in (-1, 1))
        kit.add("bows", bow.turned(z=30 * np.sin(k)).moved(*tail[k].tolist()), of="accent")
    return kit.model(hand=(0, 0.6, 0.1)).mapped(lambda m: m.turned(z=-24, x=-12))


@form("satellite", "aircraft", 5, "panels", where="sky")
def satellite(ask: Request) -> Model:
    """A satellite with two wings of panels and a dish, or a polished ball with whip aerials."""
    kit = b.Kit()
    kit.add("body", b.tiers((1.3, 1.3, -0.9), (1.3, 1.3, 0.9)), lathe([(0.4, 0.9), (0.3, 1.3)],
        sides=16), of="gold")
    panel = box(3.2, 0.06, 1.5)
    for s in (-1, 1):
        for k in range(2):
            kit.add("panels", panel.turned(x=70).moved(s * (2.6 + 3.35 * k), 0, 0),
                pattern="stripes", other="dark_cloth", repeat=3)
        kit.add("booms", b.bars([[(s * 0.6, 0, 0), (s * 7.4, 0, 0)]], 0.07), of="steel")
    t = np.linspace(0, 1, 8)
    dish = (lathe(np.column_stack([0.05 + 1.1 * t, 0.5 * t * t]), sides=32).turned(x=65).moved(0,
        -0.3, 0.75))
    kit.add("dish", dish, of="second")
    return kit.model().mapped(lambda m: m.turned(x=15, z=18))
