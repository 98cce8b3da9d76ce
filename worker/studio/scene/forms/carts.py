"""Carts and carriages, and small things on wheels or runners. They face +x."""

from __future__ import annotations

import numpy as np

from worker.studio.scene.forms import building as b
from worker.studio.scene.mesh import (Mesh, ball, box, columns, extrude, lathe, loft, merge, pairs,
    sheet, triples, tube)
from worker.studio.scene.model import Model, Request, form


def pair(wheel: Mesh, x: float, y: float, z: float) -> Mesh:
    """Two wheels on one axle."""
    axle = b.bars([[(x, y, -z), (x, y, z)]], 0.05)
    return merge(wheel.moved(x, y, z), wheel.moved(x, y, -z), axle)


@form("cart", "vehicle", 1.9, "standing", "laden, covered")
def cart(ask: Request) -> Model:
    """A two-wheeled farm cart with shafts; laden with hay, covered, or tipped on its shafts."""
    kit, r = b.Kit(), ask.between(0.68, 0.78)
    kit.add("wheels", pair(b.wheel(r, spokes=12, rim=0.12), 0, r, 0.78), of="second")
    y = r + 0.12
    bed = b.blocks([(0, y, 0, 2.3, 0.1, 1.3), *((0, y + 0.1 + 0.2 * k, s * 0.68, 2.4, 0.15, 0.06)
        for k in range(3) for s in (-1, 1)), *((-1.15, y + 0.1 + 0.2 * k, 0, 0.06, 0.15, 1.3)
        for k in range(3)), *((q, y, s * 0.72, 0.08, 0.72, 0.08) for q in (-1.1, -0.4, 0.4, 1.1)
        for s in (-1, 1))])
    kit.add("bed", bed)
    shafts = [tube([(-0.2, y, s * 0.5), (1.2, y, s * 0.52), (2.9, y - 0.05, s * 0.4)],
        [0.06, 0.055, 0.035], samples=10) for s in (-1, 1)]
    kit.add("shafts", *shafts, b.bars([[(1.25, y, -0.5), (1.25, y, 0.5)]], 0.05))
    if "laden" in ask:
        x, z = np.meshgrid(np.linspace(-1.35, 1.35, 21), np.linspace(-0.95, 0.95, 17),
            indexing="ij")
        dome = np.sqrt(np.clip(1 - (x / 1.36) ** 4 - (z / 0.96) ** 4, 0, 1))
        hay = columns(x, y + 0.5 + 0.95 * dome + 0.06 * np.sin(x * 11 + z * 7), z)
        kit.add("hay", sheet(hay, grain=(0.6, -1, 0.3)), of="dry_grass", pattern="grain", repeat=6)
    if "covered" in ask:
        turn = np.linspace(0, np.pi, 17)
        rows = [np.column_stack([np.full(17, q), y + 0.55 + 1.0 * np.sin(turn)
            * (1 - 0.05 * np.cos(q * 9)), 0.8 * np.cos(turn)]) for q in np.linspace(-1.3, 1.3, 21)]
        kit.add("cover", sheet(rows, grain=(0, 1, 0)), of="linen")
    return kit.model(inside=(0, y + 0.1, 0), back=(0, y + 0.1, 0), seat=(0.6, y + 0.7, 0))


@form("carriage", "vehicle", 2.3, "closed, open")
def carriage(ask: Request) -> Model:
    """A coach hung on curved springs, high wheels behind; open it has a folded hood."""
    kit, big, small = b.Kit(), 0.72, 0.52
    gold = "second"
    kit.add("wheels", pair(b.wheel(big, spokes=14, rim=0.09), -1.25, big, 0.8),
        pair(b.wheel(small, spokes=12, rim=0.1), 1.35, small, 0.74), of=gold)
    side = pairs(
        "-950 850, -550 550, 550 550, 950 850, 1000 1300, 1080 2050, -1080 2050, -1000 1300")
    if ask.pose == "open":
        low = pairs("-1150 950, -600 550, 500 550, 900 800, 1000 1150, 500 1000, "
            "-500 1000, -1200 1500, -1350 1450")
        kit.add("body", extrude(low, 1.15, bevel=0.05))
        kit.add("seats", b.tiers((0.6, 1.0, 0.95), (0.55, 0.95, 1.1)).moved(x=-0.7), of="red_cloth")
        box(0.14, 0.55, 1.0, bevel=0.04).turned(z=18).moved(-1.05, 1.05, 0)
        kit.add("seats", b.tiers((0.45, 1.0, 0.95), (0.4, 0.95, 1.1)).moved(x=0.55), of="red_cloth")
        folds = [tube([(-0.9, 1.2, -0.6), (-1.35 - 0.1 * k, 1.45 + 0.11 * k, -0.62),
            (-1.45 - 0.1 * k, 1.55 + 0.1 * k, 0), (-1.35 - 0.1 * k, 1.45 + 0.11 * k, 0.62),
            (-0.9, 1.2, 0.6)], 0.07, samples=18) for k in range(4)]
        kit.add("hood", *folds, of="leather")
        top = 1.6
    else:
        kit.add("body", extrude(side, 1.2, bevel=0.07))
        window = b.blocks([(q, 1.3, s * 0.59, 0.46, 0.5, 0.05) for q in (-0.66, 0, 0.66)
            for s in (-1, 1)])
        kit.add("windows", window, of="black")
        frame = merge(b.archway(0.5, 0.55, 0.05, 0.04, "flat").moved(q, 1.28, s * 0.62)
            for q in (-0.66, 0, 0.66) for s in (-1, 1))
        kit.add("trim", frame, b.blocks([(0, 1.18, s * 0.6, 2.0, 0.06, 0.06) for s in (-1, 1)]),
            of=gold)
        for s in (-1, 1):
            trim = b.archway(0.56, 1.2, 0.05, 0.04, "flat").moved(0, 0.62, s * 0.61)
            kit.add("trim", trim, of=gold)
        kit.add("roof", b.tiers((2.3, 1.35, 2.02), (2.3, 1.35, 2.1), (1.7, 0.9, 2.26)), of=gold)
        top = 2.26
    for s in (-1, 1):
        kit.add("springs",
            tube(triples("-1350 750 500, -1500 1150 500, -1150 1250 500, -850 800 500", 1, 1, s),
            0.04, samples=18),
            tube(triples("1350 600 450, 1450 1100 450, 1100 1150 450, 850 800 450", 1, 1, s), 0.04,
            samples=18), of="iron")
        lamp = b.lathed([(0.08, 0), (0.1, 0.22), (0.03, 0.32)], sides=8, at=(1.15, 1.3, s * 0.66))
        kit.add("lamps", lamp, of="gold")
    perch = b.bars([[(-1.3, 0.62, 0), (1.4, 0.55, 0)], [(1.4, 0.5, 0), (3.2, 0.75, 0)]], 0.05)
    kit.add("perch", perch, of=gold)
    kit.add("box seat", b.tiers((0.5, 0.95, 1.3), (0.45, 0.9, 1.5)).moved(x=1.42),
        extrude([(0, 0), (0.55, 0.25), (0.55, 0.3), (0, 0.06)], 0.9).moved(1.5, 0.85, 0),
        b.bars([[(1.42, 0.6, s * 0.35), (1.42, 1.35, s * 0.35)] for s in (-1, 1)], 0.04),
        of="leather")
    return kit.model(inside=(0, 1.0, 0), seat=(1.4, 1.5, 0), back=(0, top, 0))


@form("chariot", "vehicle", 1.5)
def chariot(ask: Request) -> Model:
    """A light two-wheeled chariot, open behind, with its pole and yoke."""
    kit, r = b.Kit(), 0.55
    kit.add("wheels", pair(b.wheel(r, spokes=6, rim=0.1), 0, r, 0.62), of="second")
    turn = np.linspace(-2.05, 2.05, 33)
    high = 0.72 + 0.5 * np.cos(turn / 2.05 * 1.3) ** 1.2
    body = [np.column_stack([0.48 * np.cos(turn) + 0.08, np.full(33, r + 0.12) + h * high, 0.46
        * np.sin(turn)]) for h in (0, 0.5, 1)]
    kit.add("body", sheet(body, grain=(0, 1, 0)), lathe([(0.46, 0), (0.46, 0.06)],
        sides=24).moved(0.05, r + 0.08, 0))
    kit.add("trim", tube(body[2], 0.035, sides=8), tube(body[0], 0.03, sides=8), of="gold")
    for a in (-60, 0, 60):
        kit.add("trim", b.ring(0.13, 0.02, sides=18).turned(y=90 + a).moved(0.56
            * np.cos(np.radians(a)) + 0.08, r + 0.55, -0.5 * np.sin(np.radians(a))), of="gold")
    pole = tube([(0.4, r + 0.1, 0), (1.3, r + 0.12, 0), (2.4, r + 0.55, 0)], [0.05, 0.045, 0.03],
        samples=14)
    kit.add("pole", pole, tube([(2.35, r + 0.42, -0.6), (2.35, r + 0.62, -0.3), (2.38, r + 0.52, 0),
        (2.35, r + 0.62, 0.3), (2.35, r + 0.42, 0.6)], 0.035, samples=20), of="second")
    return kit.model(inside=(0, r + 0.14, 0), back=(0, r + 0.14, 0))


@form("cannon", "vehicle", 1.4)
def cannon(ask: Request) -> Model:
    """A field gun on its two-wheeled carriage."""
    kit, r = b.Kit(), ask.between(0.62, 0.72)
    kit.add("wheels", pair(b.wheel(r, spokes=8, rim=0.14, thick=0.1), 0, r, 0.52), of="second")
    bore = pairs("10 -920, 70 -950, 100 -850, 60 -800, 220 -720, 240 -600, 200 -550, "
        "190 0, 210 30, 170 80, 130 1200, 170 1320, 160 1420, 80 1420, 70 1000")
    kit.add("barrel", lathe(bore, sides=28).turned(z=-90).turned(z=ask.between(7, 15)).moved(0.12, r
        + 0.26, 0))
    cheek = [(0.45, r + 0.3), (0.35, r - 0.15), (-0.3, r - 0.2), (-1.7, 0.0), (-1.95, 0.0),
        (-1.9, 0.16), (-0.4, r + 0.22)]
    for s in (-1, 1):
        kit.add("carriage", extrude(cheek, 0.11, bevel=0.015).moved(z=s * 0.24), of="second")
    shot = ball(0.1, sides=12)
    heap = triples("0 100 0, 200 100 0, 100 100 170, 100 270 60")
    kit.add("shot", *(shot.moved(0.6 + x, y, 0.8 + z) for x, y, z in heap), of="iron")
    return kit.model(seat=(-0.3, r + 0.2, 0))


@form("plough", "vehicle", 1.0)
def plough(ask: Request) -> Model:
    """A horse plough: beam, curved mouldboard, share, coulter and two long handles."""
    kit = b.Kit()
    kit.add("beam", tube([(-0.6, 0.42, 0), (0.2, 0.62, 0), (1.3, 0.5, 0)], [0.05, 0.06, 0.045],
        samples=14), b.bars([[(0.0, 0.08, 0), (-0.05, 0.6, 0)], [(-0.5, 0.1, 0), (-0.45, 0.45, 0)]],
        0.05, sides=4))
    for s in (-1, 1):
        handle = tube(triples("-100 200 60, -700 500 180, -1600 980 340, -1850 980 350", 1, 1, s),
            [0.04, 0.038, 0.032, 0.03], samples=18)
        kit.add("handles", handle)
    kit.add("handles", b.bars([[(-1.1, 0.72, -0.26), (-1.1, 0.72, 0.26)]], 0.025))
    u, v = np.meshgrid(np.linspace(0, 1, 15), np.linspace(0, 1, 9), indexing="ij")
    turn = u**1.3 * 1.4
    x = 0.62 - 1.0 * u
    board = columns(x - 0.1 * v, 0.02 + v * 0.42 * np.cos(turn * 0.5)
        * (0.25 + 0.75 * np.minimum(u * 2.5, 1)), 0.04 + 0.24 * u * u + v * 0.34 * np.sin(turn))
    kit.add("mouldboard", sheet(board, grain=(1, 0, 0)), of="steel")
    kit.add("share", extrude(pairs("850 0, 200 20, -550 20, -550 100, 250 130"), 0.06), of="iron")
    share = extrude([(0.75, 0.06), (0.83, 0.06), (0.72, 0.66), (0.64, 0.66)], 0.035)
    kit.add("share", share, of="iron")
    kit.add("wheel", b.wheel(0.22, spokes=6, rim=0.16, thick=0.05).moved(1.15, 0.22, 0.12),
        b.bars([[(1.15, 0.22, 0.12), (1.15, 0.56, 0.04)]], 0.025), of="iron")
    return kit.model(hand=(-1.7, 0.98, 0))


@form("wheelbarrow", "vehicle", 0.8)
def wheelbarrow(ask: Request) -> Model:
    """A wooden barrow with sloping sides and one wheel in front."""
    kit = b.Kit()
    kit.add("wheel", b.wheel(0.25, spokes=6, rim=0.18, thick=0.07).moved(0.78, 0.25, 0),
        of="second")
    for s in (-1, 1):
        kit.add("handles", b.bars([[(0.85, 0.26, s * 0.1), (-1.05, 0.56, s * 0.31)],
            [(-0.4, 0.42, s * 0.24), (-0.5, 0.0, s * 0.27)]], 0.035), of="second")
    t, foot = ([(-0.45, -0.34), (0.55, -0.26), (0.55, 0.26), (-0.45, 0.34)],
        [(-0.32, -0.24), (0.3, -0.16), (0.3, 0.16), (-0.32, 0.24)])
    rings = [np.array([(x, 0.38, z) for x, z in foot]), np.array([(x, 0.78, z * 1.15) for x,
        z in t]), np.array([(x * 0.94, 0.78, z * 1.07) for x, z in t]),
        np.array([(x, 0.43, z * 0.9) for x, z in foot])]
    kit.add("tray", loft(rings), pattern="planks", repeat=6)
    return kit.model(inside=(0, 0.5, 0), hand=(-1.05, 0.56, 0), back=(0, 0.78, 0))


@form("pram", "vehicle", 1.1)
def pram(ask: Request) -> Model:
    """A high pram with big wheels, a boat-shaped body and a folding hood."""
    kit = b.Kit()
    kit.add("wheels", pair(b.wheel(0.3, spokes=12, rim=0.07, thick=0.03), -0.38, 0.3, 0.27),
        pair(b.wheel(0.24, spokes=12, rim=0.08, thick=0.03), 0.42, 0.24, 0.27), of="iron")
    x = np.linspace(-1, 1, 13)
    stations = [(0.62 * q, 0.72 + 0.04 * q * q, max(0.2 * (1 - abs(q) ** 3) ** 0.5, 0.01),
        max(0.25 * (1 - abs(q) ** 4) ** 0.5, 0.01)) for q in x]
    kit.add("body", b.swept(stations, power=3))
    fan = np.linspace(0.1, 2.0, 12)
    turn = np.linspace(0, np.pi, 15)
    rows = [np.column_stack([-0.2 - 0.02 + 0.42 * np.cos(a + 0.35) * np.sin(turn), 0.82 + 0.44
        * np.sin(a + 0.35) * np.sin(turn) * (1 + 0.03 * np.sin(a * 20)), 0.27 * np.cos(turn)])
        for a in fan + 0.9]
    kit.add("hood", sheet(rows, grain=(0, 0, 1)), of="second")
    for s in (-1, 1):
        kit.add("frame", tube([(-0.38, 0.3, s * 0.24), (0.0, 0.52, s * 0.24),
            (0.42, 0.24, s * 0.24)], 0.018, samples=16, sides=6),
            tube([(-0.45, 0.5, s * 0.24), (0.5, 0.5, s * 0.24)], 0.015, sides=6),
            tube([(0.4, 0.7, s * 0.24), (0.75, 0.85, s * 0.24), (0.95, 1.05, s * 0.24)], 0.015,
            samples=12, sides=6), of="iron")
    kit.add("handle", b.bars([[(0.95, 1.05, -0.25), (0.95, 1.05, 0.25)]], 0.025), of="wood")
    kit.add("blanket", ball((0.3, 0.09, 0.2), sides=16).moved(0.2, 0.86, 0), of="linen")
    return kit.model(inside=(-0.1, 0.9, 0), hand=(0.95, 1.05, 0))


@form("wheel", "vehicle", 1.2, "standing, leaning")
def wheel(ask: Request) -> Model:
    """A spoked wagon wheel with an iron tyre; broken it lacks spokes."""
    kit, r = b.Kit(), 0.6
    kit.add("wheel", b.wheel(r, spokes=12, rim=0.14, thick=0.09))
    kit.add("tyre", b.hoop(r - 0.005, r + 0.02, 0.1), b.ring(r * 0.13, 0.02, sides=18).moved(z=0.1),
        of="iron")
    model = kit.model(inside=(0, 0, 0.1))
    lean = -20 if ask.pose == "leaning" else 0
    return model.mapped(lambda m: m.turned(x=lean))
