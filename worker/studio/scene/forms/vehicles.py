"""Motor vehicles, cycles and tanks. They face +x; trains and trams. They face +x."""

from __future__ import annotations

import numpy as np

from worker.studio.scene.forms import building as b
from worker.studio.scene.forms.carts import pair
from worker.studio.scene.mesh import (Mesh, ball, box, extrude, lathe, loft, merge, pairs, spline,
    triples, tube)
from worker.studio.scene.model import Model, Request, form


def tyre(radius: float, width: float) -> tuple[Mesh, Mesh]:
    """A rubber tyre in the x-y plane about the origin, and its hub cap."""
    r, w = radius, width / 2
    rubber = lathe(pairs("550 -900, 920 -1000, 1000 -600, 1000 600, 920 1000, 550 900", r, w),
        sides=32)
    cap = lathe([(r * 0.55, -w), (r * 0.55, w), (r * 0.2, w * 1.15)], sides=24)
    return rubber.turned(x=90), cap.turned(x=90)


def add_wheels(kit: b.Kit, at: list[tuple[float, float]], radius: float, width: float) -> None:
    """Tyres and hubs at (x, z) and mirrored."""
    rubber, cap = tyre(radius, width)
    for x, z in at:
        kit.add("tyres", rubber.moved(x, radius, z), rubber.moved(x, radius, -z), of="rubber")
        kit.add("hubs", cap.moved(x, radius, z), cap.turned(y=180).moved(x, radius, -z), of="steel")


@form("car", "vehicle", 1.6, "modern, old", "old")
def car(ask: Request) -> Model:
    """A saloon car; an old one is upright with spoked wheels, mudguards and lamps."""
    if ask.pose == "old" or "old" in ask:
        return _old_car(ask)
    kit, a = b.Kit(), np.radians(np.linspace(-9, 189, 15))
    arches = [[(x + 430 * np.cos(t), 360 + 430 * np.sin(t)) for t in a] for x in (1320, -1300)]
    side = [(-2060, 300), (-2120, 560), (-2060, 860), (-1700, 930), (-700, 950), (800, 930), (1500,
        860), (2040, 730), (2130, 560), (2090, 300), *arches[0], *arches[1]]
    kit.add("body", extrude(np.array(side) / 1000, 1.66, bevel=0.09))
    roof = pairs("-1650 880, -1280 1380, -980 1480, 120 1480, 400 1410, 930 880")
    kit.add("body", extrude(roof, 1.46, bevel=0.14))
    panes = (pairs("-90 960, -90 1340, -860 1340, -1190 960"), pairs("-10 960, -10 1340, 200 1340, "
        "600 960"))
    kit.add("glass", *(extrude(pane, 1.48) for pane in panes), *(b.band(line, np.add(line,
        (0.012 * s, 0.012)), 1.1) for s, line in ((1, pairs("860 960, 470 1352")), (-1,
        pairs("-1570 1000, -1330 1325")))), of="black")
    kit.add("under", box(3.7, 0.5, 1.3).moved(y=0.28), of="black")
    for s in (-1, 1):
        kit.add("lamps", ball((0.07, 0.1, 0.14), sides=14).moved(2.07, 0.62, s * 0.55), of="lamp")
        kit.add("rear lamps", ball((0.06, 0.09, 0.12), sides=12).moved(-2.08, 0.68, s * 0.58),
            of="red")
    kit.add("trim", *(box(0.16, 0.13, 1.6, bevel=0.04).moved(x, 0.33, 0) for x in (2.12, -2.11)),
        of="steel")
    add_wheels(kit, [(-1.3, 0.72), (1.32, 0.72)], 0.36, 0.22)
    return kit.model(inside=(0, 0.6, 0), seat=(-0.3, 1.48, 0), back=(-0.3, 1.48, 0))


def _old_car(ask: Request) -> Model:
    """A motor car of the nineteen-twenties."""
    kit = b.Kit()
    wheel = b.wheel(0.42, spokes=12, rim=0.16, thick=0.12)
    kit.add("wheels", pair(wheel, -1.3, 0.42, 0.72), pair(wheel, 1.4, 0.42, 0.72),
        wheel.turned(y=90).moved(-1.9, 0.8, 0), of="second")
    for x in (-1.3, 1.4):
        for s in (-1, 1):
            kit.add("tyres", b.ring(0.42, 0.065).moved(x, 0.42, s * 0.72), of="rubber")
    kit.add("tyres", b.ring(0.42, 0.065).turned(y=90).moved(-1.9, 0.8, 0), of="rubber")
    bonnet = [(0.55, 0.6), (1.75, 0.6), (1.75, 1.12), (0.55, 1.2)]
    kit.add("body", extrude(bonnet, 0.8, bevel=0.12), b.tiers((2.4, 1.25, 0.55),
        (2.4, 1.3, 1.2)).moved(x=-0.62))
    radiator = b.tiers((0.12, 0.78, 0.55), (0.12, 0.78, 1.1), (0.1, 0.5, 1.22)).moved(x=1.8)
    kit.add("radiator", radiator, of="gold")
    kit.add("body", b.pierced(2.3, 0.85, 0.06, [(-0.6, 0.12, 0.75, 0.55, "flat"), (0.4, 0.12, 0.75,
        0.55, "flat")]).moved(-0.65, 1.2, 0.62), b.pierced(2.3, 0.85, 0.06,
        [(-0.6, 0.12, 0.75, 0.55, "flat"), (0.4, 0.12, 0.75, 0.55, "flat")]).moved(-0.65, 1.2,
        -0.62), b.pierced(1.3, 0.85, 0.06, [(0, 0.1, 0.95, 0.6, "flat")]).turned(y=90).moved(0.5,
        1.2, 0), box(0.06, 0.85, 1.3).moved(-1.8, 1.2, 0))
    kit.add("glass", box(2.2, 0.8, 1.1).moved(-0.65, 1.2, 0), of="black")
    roof = b.tiers((2.65, 1.4, 2.03), (2.65, 1.4, 2.1), (2.3, 1.1, 2.18)).moved(x=-0.58)
    kit.add("roof", roof, of="second")
    for s in (-1, 1):
        path = pairs("550 360, 850 500, 1000 820, 1350 980, 1750 860, 1950 620")
        back = pairs("-700 360, -780 620, -980 900, -1350 980, -1700 820, -1850 500")
        for line in (path, back, [(-0.7, 0.34), (0.55, 0.34)]):
            curve = np.array(line) if len(line) == 2 else spline(np.array(line), 16)
            mudguard = b.band(curve, curve + np.array([0, 0.045]), 0.34, crease=70).moved(z=s
                * 0.72)
            kit.add("mudguards", mudguard, of="black")
        kit.add("lamps", ball((0.16, 0.16, 0.16), sides=14).moved(1.75, 0.98, s * 0.48), of="gold")
        light = lathe([(0.13, 0), (0.13, 0.04)], sides=16).turned(z=-90).moved(1.87, 0.98, s * 0.48)
        kit.add("lights", light, of="lamp")
    kit.add("horn", b.bars([[(0.5, 1.2, 0.72), (0.95, 1.3, 0.72)]], (0.03, 0.09)), b.ring(0.2, 0.02,
        sides=20).turned(y=70).moved(0.25, 1.38, 0.3), of="gold")
    return kit.model(inside=(-0.3, 1.2, 0), seat=(-0.3, 1.3, 0), back=(-0.6, 2.18, 0))


@form("bus", "vehicle", 4.3, "double")
def bus(ask: Request) -> Model:
    """A double-decker, or a single-deck coach, with rows of windows."""
    kit, decks = b.Kit(), 2
    w, length = 2.3, 9.6
    kit.add("body", b.tiers((length, w, 0.4), (length, w, 1.25)))
    for deck in range(decks):
        y = 1.2 + 1.75 * deck
        panes = b.row(7, length * 0.96, 0.1, length * 0.105, 0.9)
        walls = b.pierced(length, 1.15, 0.08, panes)
        end = b.pierced(w, 1.15, 0.08, [(0, 0.08, w * 0.8, 0.95, "flat")]).turned(y=90)
        kit.add("body", walls.moved(0, y, w / 2 - 0.04), walls.moved(0, y, -w / 2 + 0.04),
            end.moved(length / 2 - 0.04, y, 0), end.moved(-length / 2 + 0.04, y, 0))
        kit.add("windows", box(length - 0.4, 1.1, w - 0.4).moved(y=y), of="black")
        kit.add("body", b.tiers((length, w, y + 1.15), (length, w, y + 1.75 - 0.0)) if deck
            + 1 < decks else b.tiers((length, w, y + 1.15), (length, w, y + 1.3),
            (length - 0.5, w - 0.5, y + 1.5)))
        band = b.blocks([(0, y - 0.14, s * w / 2, length, 0.12, 0.05) for s in (-1, 1)])
        kit.add("band", band, of="second")
    for s in (-1, 1):
        kit.add("lamps", lathe([(0.17, 0), (0.17, 0.08)], sides=16).turned(z=-90).moved(length / 2,
            0.75, s * 0.8), of="lamp")
    door = b.blocks([(-length / 2 + 0.8, 0.45, s * w / 2, 1.0, 1.9, 0.04) for s in (1,)])
    kit.add("door", door, of="black")
    add_wheels(kit, [(-2.9, w / 2 - 0.14), (3.0, w / 2 - 0.14)], 0.5, 0.32)
    return kit.model(inside=(0, 1.2, 0), back=(0, 4.4 if decks == 2 else 2.7, 0))


@form("truck", "vehicle", 2.7, "laden")
def truck(ask: Request) -> Model:
    """An old lorry with a long bonnet and a slatted bed, laden or empty, or a tanker."""
    kit = b.Kit()
    kit.add("chassis", box(6.2, 0.2, 0.9).moved(-0.1, 0.6, 0), of="iron")
    kit.add("cab", extrude(pairs("550 700, 1700 700, 1720 1450, 1450 2300, 600 2350, 500 1400"),
        1.8, bevel=0.12), b.swept([(1.6, 1.1, 0.42, 0.6), (2.2, 1.08, 0.4, 0.52), (3.0, 1.02, 0.35,
        0.42), (3.05, 1.0, 0.3, 0.36)], power=4))
    kit.add("glass", b.blocks([(1.05, 1.5, s * 0.9, 0.65, 0.6, 0.04) for s in (-1, 1)]), of="black")
    for s in (-1, 1):
        curve = spline(np.array(pairs("1500 600, 1750 950, 2300 1120, 2800 980, 3020 600")), 18)
        cab = b.band(curve, curve + np.array([0, 0.06]), 0.42, crease=70).moved(z=s * 0.76)
        kit.add("cab", cab)
        kit.add("lamps", ball(0.15, sides=12).moved(2.95, 1.12, s * 0.55), of="lamp")
    rows = [(-1.45, 0.85, 0.0, 3.6, 0.12, 2.0)]
    rows += [(-1.45, 1.05 + 0.28 * k, s * 0.98, 3.6, 0.18, 0.06) for k in range(3) for s in (-1, 1)]
    rows += [(-1.45 + q, 0.9, s * 1.02, 0.1, 1.05, 0.08) for q in (-1.75, -0.6, 0.6, 1.75)
        for s in (-1, 1)]
    rows += [(-1.45 + q, 1.05 + 0.28 * k, 0, 0.06, 0.18, 1.95) for k in range(3)
        for q in (-1.78, 1.78)]
    kit.add("bed", b.blocks(rows), of="second")
    sacks = [ball((0.45, 0.24, 0.34), sides=14).turned(y=ask.between(-30, 30)).moved(x, y, z)
        for x in (-2.8, -2.0, -1.2, -0.4) for y, zs in ((1.2, (-0.6, 0, 0.6)),
        (1.6, (-0.6, 0, 0.6)), (2.0, (-0.25, 0.3))) for z in zs]
    kit.add("load", *sacks, of="linen")
    add_wheels(kit, [(2.3, 0.78), (-1.6, 0.78), (-2.6, 0.78)], 0.48, 0.3)
    return kit.model(inside=(-1.4, 1.0, 0), back=(-1.4, 1.0, 0), seat=(-1.4, 1.0, 0))


@form("bicycle", "vehicle", 1.1, "standing")
def bicycle(ask: Request) -> Model:
    """A bicycle with a diamond frame, or a penny-farthing."""
    kit = b.Kit()
    rear, front, crank, head, post = pairs("-500 340, 520 340, -60 300, 340 860, -200 820")
    for x, y in (rear, front):
        wheel = b.wheel(0.33, spokes=20, rim=0.06, thick=0.025).moved(x, y, 0)
        kit.add("wheels", wheel, of="steel")
    kit.add("tyres", *(b.ring(0.335, 0.02).moved(x, y, 0) for x, y in (rear, front)), of="rubber")
    frame = [(crank, head), (crank, post), (post, head), ((0.36, 0.78), (0.358, 0.985)),
        (post, (-0.24, 0.95))]
    kit.add("frame", b.bars([[(*p, 0), (*q, 0)] for p, q in frame], 0.02, sides=8))
    for s in (-1, 1):
        kit.add("frame", b.bars([[(*p, 0.01 * s), (*q, 0.055 * s)] for p, q in ((crank, rear),
            (post, rear), ((0.37, 0.76), front))], 0.012))
    bar = tube(triples("280 980 -260, 420 1020 -140, 360 980 0, 420 1020 140, 280 980 260"), 0.014,
        samples=28, sides=6)
    kit.add("bars", bar, of="steel")
    kit.add("saddle", extrude(pairs("-400 980, -360 940, -100 960, -80 990, -300 1000"), 0.1,
        bevel=0.03), *(box(0.1, 0.03, 0.09).moved(-0.06 + s * 0.12, 0.3 + s * 0.11, s * 0.11)
        for s in (-1, 1)), of="leather")
    kit.add("crank", b.hoop(0.07, 0.095, 0.02).moved(*crank, 0.04),
        b.bars([[(*crank, s * 0.05), (-0.06 + s * 0.12, 0.31 + s * 0.11, s * 0.06)]
        for s in (-1, 1)], 0.012), b.bars([[(-0.06, 0.39, 0.04), (-0.5, 0.39, 0.04)],
        [(-0.06, 0.21, 0.04), (-0.5, 0.29, 0.04)]], 0.007), of="iron")
    for x, y in (rear, front):
        turn = np.linspace(0.3, 2.3, 14) + (0.6 if x < 0 else 0.2)
        kit.add("frame", tube(np.column_stack([x + 0.385 * np.cos(turn), y + 0.385 * np.sin(turn), 0
            * turn]), 0.022, sides=6))
    return kit.model(seat=(-0.25, 1.0, 0), hand=(0.32, 1.0, 0.24), back=(-0.5, 0.75, 0))


@form("motorcycle", "vehicle", 1.1)
def motorcycle(ask: Request) -> Model:
    """A motorcycle with a teardrop tank, a finned engine and a raked fork."""
    kit, r = b.Kit(), 0.33
    for x in (-0.72, 0.78):
        kit.add("wheels", b.wheel(r, spokes=18, rim=0.14, thick=0.07).moved(x, r, 0), of="steel")
    kit.add("tyres", *(b.ring(r, 0.06).moved(x, r, 0) for x in (-0.72, 0.78)), of="rubber")
    kit.add("tank", b.swept([(-0.18, 0.8, 0.03, 0.04), (-0.05, 0.8, 0.11, 0.1), (0.2, 0.84, 0.14,
        0.15), (0.42, 0.86, 0.1, 0.11), (0.5, 0.86, 0.04, 0.05)], power=2.6))
    for x, start in ((-0.72, 0.75), (0.78, 0.5)):
        turn = np.linspace(start, start + 1.9, 16)
        arc = np.column_stack([x + np.cos(turn) * (r + 0.1), r + np.sin(turn) * (r + 0.1)])
        kit.add("mudguards", b.band(arc, arc * 1.0 + np.column_stack([np.cos(turn), np.sin(turn)])
            * 0.03, 0.17, crease=70))
    saddle = b.swept([(-0.75, 0.76, 0.03, 0.08), (-0.5, 0.78, 0.05, 0.14), (-0.25, 0.77, 0.04,
        0.09), (-0.12, 0.78, 0.02, 0.05)], power=3)
    kit.add("saddle", saddle, of="leather")
    fins = [lathe([(0.12, 0.06 * k), (0.12, 0.06 * k + 0.03)], sides=18) for k in range(6)]
    engine = merge(*fins, lathe([(0.09, -0.05), (0.09, 0.4)], sides=16))
    kit.add("engine", engine.turned(z=-24).moved(0.12, 0.38, 0), engine.turned(z=24).moved(-0.06,
        0.38, 0), lathe([(0.17, -0.12), (0.17, 0.12)], sides=20).turned(x=90).moved(0.02, 0.32, 0),
        box(0.3, 0.18, 0.2, bevel=0.03).moved(-0.25, 0.26, 0), of="steel")
    frame = [[(0.5, 0.85, 0), (0.3, 0.25, 0)], [(0.3, 0.25, 0), (-0.4, 0.22, 0)], [(-0.15, 0.75, 0),
        (-0.4, 0.22, 0)]]
    kit.add("frame", b.bars(frame, 0.025), of="iron")
    for s in (-1, 1):
        kit.add("frame", b.bars([[(0.44, 1.06, s * 0.09), (0.78, r, s * 0.09)],
            [(-0.4, 0.75, s * 0.09), (-0.72, r, s * 0.09)], [(-0.38, 0.25, s * 0.09),
            (-0.72, r, s * 0.09)]], 0.022), of="iron")
    for s in (-1, 1):
        kit.add("pipes",
            tube(triples("150 500 130, 350 350 160, 100 180 170, -500 200 170, -1050 260 170", 1, 1,
            s), [0.025, 0.028, 0.03, 0.045, 0.04], samples=26, sides=8), of="steel")
    pipe = tube(triples("250 1050 -360, 450 1080 -120, 450 1040 120, 250 1050 360"), 0.016,
        samples=18, sides=6)
    kit.add("pipes", pipe, of="steel")
    kit.add("lamp", ball((0.1, 0.11, 0.11), sides=14).moved(0.62, 0.92, 0), of="steel")
    kit.add("light", lathe([(0.095, 0), (0.095, 0.02)], sides=16).turned(z=-90).moved(0.7, 0.92, 0),
        of="lamp")
    return kit.model(seat=(-0.4, 0.83, 0), hand=(0.3, 1.06, 0.34))


@form("tank", "vehicle", 2.6, "modern")
def tank(ask: Request) -> Model:
    """A tank with a turret, or a rhomboid one of the first war."""
    kit = b.Kit()
    path = spline(
        np.array(pairs("-3000 750, -2500 120, 0 0, 2500 100, 3150 800, 2700 1120, 0 1020, "
        "-2600 1100, -3000 750")), 66)
    track = b.blocks([(x, y - 0.06, s * 1.35, 0.16, 0.13, 0.55) for x, y in path for s in (-1, 1)])
    kit.add("tracks", track, of="iron")
    kit.add("tracks", *(extrude(path[:-1] * [0.97, 0.9] + [0, 0.05], 0.4).moved(z=s * 1.35)
        for s in (-1, 1)), of="black")
    wheel = lathe([(0.4, -0.1), (0.4, 0.1), (0.3, 0.14), (0.12, 0.16)], sides=24).turned(x=90)
    kit.add("wheels", *(wheel.moved(x, 0.48, 1.55) for x in np.linspace(-2.1, 2.2, 6)))
    for x in np.linspace(-2.1, 2.2, 6):
        kit.add("wheels", wheel.turned(y=180).moved(x, 0.48, -1.55))
    hull = extrude(pairs("-3100 700, 2800 600, 3350 1000, 1700 1500, -3000 1500, -3300 1100"), 2.2)
    kit.add("hull", hull, b.blocks([(0, 1.12, s * 1.35, 6.2, 0.06, 0.7) for s in (-1, 1)]))
    turret = loft([np.column_stack([q * np.array([1.5, 1.0, -0.9, -1.5, -1.5, -0.9, 1.0, 1.5]),
        np.full(8, y), q * np.array([0.45, 0.95, 1.0, 0.6, -0.6, -1.0, -0.95, -0.45])]) for y,
        q in ((1.5, 1.0), (1.75, 1.08), (2.3, 0.78))])
    kit.add("turret", turret, lathe([(0.4, 2.3), (0.36, 2.5), (0.2, 2.55)], sides=16).moved(-0.4, 0,
        0.3))
    kit.add("gun", b.bars([[(1.2, 1.9, 0), (4.6, 2.15, 0)]], (0.13, 0.1), sides=12),
        b.bars([[(4.2, 2.12, 0), (4.7, 2.16, 0)]], 0.16, sides=12))
    kit.add("gear", box(1.0, 0.35, 0.5, bevel=0.05).moved(-2.2, 1.18, 1.4),
        b.bars([[(-2.6, 1.6, 0.4), (-2.9, 3.3, 0.6)]], 0.015), of="second")
    return kit.model(back=(-2, 1.5, 0))


def wagon(kit: b.Kit, x: float, length: float) -> None:
    """A railway coach, or a goods wagon, standing at x."""
    w = 2.7
    wheel = b.wheel(0.48, spokes=9, rim=0.16, thick=0.14)
    for q in (-length * 0.36, -length * 0.22, length * 0.22, length * 0.36):
        kit.add("wheels", pair(wheel, x + q, 0.48, 0.8), of="iron")
    kit.add("frames", box(length, 0.25, 2.2).moved(x, 0.85, 0), of="iron")
    panes = b.row(8, length * 0.94, 0.95, length * 0.075, 0.85)
    wall = b.pierced(length, 2.1, 0.1, panes)
    kit.add("coaches", wall.moved(x, 1.1, w / 2 - 0.05), of="second")
    for s in (-1, 1):
        kit.add("coaches", box(0.1, 2.1, w).moved(x + s * (length / 2 - 0.05), 1.1, 0), of="second")
    window = box(length - 0.5, 2.0, w - 0.5).moved(x, 1.1, 0)
    kit.add("windows", window, of="black")
    roof = b.swept([(x - length / 2 - 0.15, 3.2, 0.55, w / 2 + 0.1), (x + length / 2 + 0.15, 3.2,
        0.55, w / 2 + 0.1)]).bent(lambda p: np.column_stack([p[:, 0], np.maximum(p[:, 1], 3.18),
        p[:, 2]]))
    kit.add("roofs", roof, of="slate")


@form("train", "vehicle", 4.6, "steam, modern", "modern", where="rails")
def train(ask: Request) -> Model:
    """A steam locomotive with tender and wagons, or a streamlined electric one."""
    kit = b.Kit()
    if ask.pose == "modern" or "modern" in ask:
        return _express(ask, kit)
    big, small = (b.wheel(0.85, spokes=14, rim=0.12, thick=0.16), b.wheel(0.45, spokes=10, rim=0.16,
        thick=0.14))
    for x in (-1.6, 0.35, 2.3):
        kit.add("wheels", pair(big, x, 0.85, 0.85), of="accent")
    for x in (4.3, 5.5, -3.3):
        kit.add("wheels", pair(small, x, 0.45, 0.8), of="accent")
    kit.add("rods", b.blocks([(0.4, 0.62, s * 1.02, 4.6, 0.16, 0.07) for s in (-1, 1)]), of="steel")
    for s in (-1, 1):
        kit.add("rods", lathe([(0.4, -0.6), (0.4, 0.6)], sides=18).turned(z=90).moved(4.9, 1.0, s
            * 1.05), of="steel")
    kit.add("frames", box(9.6, 0.35, 1.9).moved(1.2, 1.15, 0),
        b.blocks([(1.4, 1.65, s * 1.15, 7.6, 0.08, 0.6) for s in (-1, 1)]), of="iron")
    boiler = lathe(
        pairs("1020 -2400, 1020 3900, 1080 3950, 1080 5500, 950 5600, 300 5720, 50 5740"), sides=32
    ).turned(z=-90)
    kit.add("boiler", boiler.moved(y=2.55))
    for x in (-1.2, 0.4, 2.0, 3.6):
        band = lathe([(1.05, x), (1.05, x + 0.12)], sides=32).turned(z=-90).moved(y=2.55)
        kit.add("bands", band, of="gold")
    kit.add("domes", lathe([(0.45, 0), (0.42, 0.4), (0.3, 0.62), (0.02, 0.72)], sides=20).moved(1.6,
        3.45, 0), lathe([(0.3, 0), (0.26, 0.35), (0.02, 0.5)], sides=16).moved(-0.7, 3.5, 0),
        of="gold")
    cab = b.pierced(2.2, 2.0, 0.1, [(0.2, 0.75, 0.8, 0.8, "flat")])
    kit.add("cab", *(cab.moved(-3.4, 1.7, s * 1.15) for s in (-1, 1)))
    kit.add("inside", box(0.1, 1.8, 2.0).moved(-2.6, 1.7, 0), of="black")
    kit.add("roof", b.band(b.arc(2.7, samples=9) * [1, 0.25], b.arc(2.7, samples=9) * [1, 0.25]
        + [0, 0.1], 2.6).turned(y=90).moved(-3.3, 3.7, 0), of="black")
    lamp = b.lathed([(0.2, 0), (0.22, 0.4), (0.08, 0.5)], sides=12, at=(5.5, 3.55, 0))
    kit.add("lamp", lamp, of="lamp")
    kit.add("tender", box(4.0, 1.5, 2.4, bevel=0.08).moved(-7.1, 1.2, 0))
    kit.add("coal", ball((1.6, 0.6, 1.0), sides=18).moved(-7.0, 2.65, 0), of="black")
    for x in (-8.3, -7.1, -5.9):
        kit.add("wheels", pair(small, x, 0.45, 0.8), of="accent")
    kit.add("frames", box(5.0, 0.3, 2.0).moved(-7.2, 0.95, 0), of="iron")
    wagon(kit, -14.8, 9.6)
    return kit.model(inside=(-3.3, 1.7, 0), back=(-3.3, 4.1, 0))


def _express(ask: Request, kit: b.Kit) -> Model:
    """A streamlined train."""
    nose = [(11.5, 1.1, 0.3, 0.5), (11.2, 1.25, 0.55, 0.85), (10.2, 1.6, 0.95, 1.2),
        (8.6, 2.0, 1.35, 1.38), (6.5, 2.15, 1.5, 1.42), (-3.0, 2.15, 1.5, 1.42)]
    kit.add("body", b.swept(nose, power=3.4, sides=36))
    for k in range(2):
        x = -9.3 - 12.4 * k
        kit.add("body", b.swept([(x - 6.0, 2.15, 1.5, 1.42), (x + 6.0, 2.15, 1.5, 1.42)], power=3.4,
            sides=36))
    gap = [b.swept([(x - 0.2, 2.1, 1.25, 1.2), (x + 0.2, 2.1, 1.25, 1.2)], power=4)
        for x in (-3.15, -15.5)]
    kit.add("gaps", *gap, of="black")
    panes = [(x, 2.25, s * 1.4, 1.05, 0.7, 0.08) for x in [*np.arange(-26.5, -16.5, 1.5),
        *np.arange(-14.2, -4.2, 1.5), *np.arange(-1.6, 6.0, 1.5)] for s in (-1, 1)]
    kit.add("windows", b.blocks(panes), b.swept([(9.75, 2.3, 0.42, 0.9), (8.9, 2.75, 0.45, 1.05),
        (8.6, 2.85, 0.4, 1.0)], power=3), of="black")
    kit.add("band", b.blocks([(x, 1.35, s * 1.42, n, 0.25, 0.05) for x, n in ((-21.7, 12),
        (-9.3, 12), (2.6, 11)) for s in (-1, 1)]), of="second")
    wheel = lathe([(0.42, -0.1), (0.42, 0.1)], sides=20).turned(x=90)
    kit.add("wheels", *(pair(wheel, x, 0.42, 0.9) for x in (-25.5, -23.5, -19, -17.5, -13.5, -12,
        -6.5, -5, -1, 0.8, 6.2, 8)), of="iron")
    return kit.model(inside=(0, 1.5, 0), back=(0, 3.7, 0))
