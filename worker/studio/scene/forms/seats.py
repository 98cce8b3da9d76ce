"""Chairs and other seats, and the legs and cushions of furniture. They face +z.

Theatres: the amphitheatre and the curtained stage.
"""

from __future__ import annotations

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms import building as b
from worker.studio.scene.mesh import (Mesh, ball, box, columns, extrude, lathe, merge, pairs, sheet,
    triples, tube)
from worker.studio.scene.model import Model, Request, form


def turned_leg(height: float, radius: float) -> Mesh:
    """A turned leg: beads, a vase and a foot."""
    h, r = height, radius
    profile = np.array(
        pairs("600 0, 1000 50, 500 120, 750 300, 1050 550, 550 680, 1000 730, 800 780, 900 1000")
    ) * [r, h]
    return lathe(profile, sides=14)


def cabriole(height: float, out: float) -> Mesh:
    """A curved leg that swells at the knee and turns out at the foot, in the x-y plane."""
    h = height
    return tube(triples("0 1000 0, 1000 750 0, 500 350 0, 700 80 0, 1300 20 0", out, h),
        [h * 0.1, h * 0.1, h * 0.055, h * 0.045, h * 0.06], samples=18, sides=8)


def cushion(width: float, height: float, depth: float) -> Mesh:
    """A soft square cushion that stands on y = 0."""
    n = 15
    u, v = np.meshgrid(np.linspace(-1, 1, n), np.linspace(-1, 1, n), indexing="ij")
    puff = (1 - u**4) ** 0.5 * (1 - v**4) ** 0.5
    pinch = 1 - 0.06 * (u * u + v * v - u * u * v * v * 2)
    grid = columns(u * width / 2 * pinch, height / 2 * puff, v * depth / 2 * pinch)
    return merge(sheet(grid), sheet(grid * [1, -1, 1])).moved(y=height / 2)


def four(mesh: Mesh, x: float, z: float) -> Mesh:
    """A piece at the four corners, unturned."""
    return merge(mesh.moved(sx * x, 0, sz * z) for sx in (-1, 1) for sz in (-1, 1))


@form("chair", "furniture", 0.95)
def chair(ask: Request) -> Model:
    """A chair with two broad slats and a rush seat."""
    kit, w, d, seat, h = b.Kit(), ask.between(0.42, 0.46), 0.4, 0.45, ask.between(0.92, 1.05)
    front = b.bars([[(s * w / 2, 0, d / 2), (s * w / 2, seat + 0.02, d / 2)] for s in (-1, 1)],
        0.03, sides=10)
    backs = [tube([(s * w * 0.45, 0, -d / 2 - 0.02), (s * w * 0.45, seat, -d / 2), (s * w * 0.46, h,
        -d / 2 - 0.12)], [0.028, 0.03, 0.024], samples=10, sides=8) for s in (-1, 1)]
    kit.add("frame", front, *backs)
    for y, tall in ((seat + 0.2, 0.08), (h - 0.13, 0.12)):
        slat = box(w * 0.92, tall, 0.025, bevel=0.008)
        kit.add("frame", slat.moved(y=y, z=-d / 2 - 0.12 * (y - seat) / (h - seat)))
    rungs = [[(-w / 2, 0.22, d / 2), (w / 2, 0.22, d / 2)]] + [[(s * w / 2, 0.16, d / 2),
        (s * w * 0.45, 0.16, -d / 2)] for s in (-1, 1)]
    kit.add("frame", b.bars(rungs, 0.018))
    kit.add("seat", box(w * 1.1, 0.045, d * 1.12, bevel=0.015).moved(y=seat - 0.02), of="second",
        pattern="weave", repeat=22)
    return kit.model(seat=(0, seat + 0.03, 0), back=(0, seat + 0.03, 0))


@form("armchair", "furniture", 1.1)
def armchair(ask: Request) -> Model:
    """An upholstered armchair with rolled arms and wings."""
    w, seat = ask.between(0.5, 0.56), 0.44
    body = Clay(blend=0.06)
    body.block((0, 0.26, 0.02), (w + 0.2, 0.24, 0.66), rounding=0.04)
    body.block((0, 0.72, -0.3), (w + 0.14, 0.72, 0.16), rounding=0.07)
    for s in (-1, 1):
        x = s * (w / 2 + 0.08)
        body.block((x, 0.42, 0.02), (0.14, 0.36, 0.64), rounding=0.05)
        body.limb((x + s * 0.02, 0.62, -0.25), (x + s * 0.02, 0.6, 0.33), 0.085)
        body.limb((x - s * 0.01, 0.68, -0.26), (x - s * 0.02, 0.98, -0.26), 0.07, 0.08).limb((x - s
            * 0.01, 0.7, -0.12), (x - s * 0.02, 0.95, -0.2), 0.05)
    body.limb((-w * 0.4, 1.06, -0.31), (w * 0.4, 1.06, -0.31), 0.075)
    kit = b.Kit().add("body", body.mesh(detail=48), pattern="plain", other="second", repeat=11)
    kit.add("cushion", cushion(w * 0.98, 0.18, 0.58).moved(0, seat - 0.08, 0.08), of="second")
    kit.add("legs", four(lathe([(0.02, 0), (0.035, 0.16)], sides=10), w / 2, 0.28), of="dark_wood")
    return kit.model(seat=(0, seat + 0.09, 0.08), back=(0, seat + 0.1, 0.05))


@form("sofa", "furniture", 0.95)
def sofa(ask: Request) -> Model:
    """A sofa with a curved camel back and scrolled arms, or a chaise longue."""
    w, seat = ask.between(1.75, 2.05), 0.42
    body = Clay(blend=0.06).block((0, 0.28, 0), (w, 0.18, 0.72), rounding=0.05)
    for s in (-1, 1):
        body.block((s * w / 2, 0.44, 0.0), (0.14, 0.34, 0.7), rounding=0.05)
        body.limb((s * (w / 2 + 0.05), 0.64, -0.3), (s * (w / 2 + 0.05), 0.62, 0.34), 0.1)
    x = np.linspace(-w / 2, w * 0.5, 26)
    top = 0.72 + 0.18 * (np.cos((x + 0) / w * 6.0) * 0.5 + 0.5)
    for q, y in zip(x, top, strict=True):
        body.limb((q, 0.35, -0.32), (q, float(y), -0.36), 0.09, 0.075, blend=0.12)
    kit = b.Kit().add("body", body.mesh(detail=84))
    count = 3
    for k in range(count):
        wide = (w - 0.2) / count
        kit.add("cushions", cushion(wide, 0.16, 0.62).moved((k - (count - 1) / 2) * wide, seat
            - 0.07, 0.06), of="second")
    for s in (-1,):
        kit.add("bolster", lathe(pairs("20 -240, 100 -220, 110 0, 100 220, 20 240"),
            sides=18).turned(x=90).moved(s * (w / 2 - 0.22), 0.6, 0.06), of="accent")
    for sx in (-1, 1):
        for sz in (-1, 1):
            kit.add("legs", cabriole(0.22, 0.05).turned(y=-45 * sx * 1
                + (180 if sx < 0 else 0)).moved(sx * w * 0.46, 0, sz * 0.28), of="dark_wood")
    return kit.model(seat=(0, seat + 0.1, 0.06), back=(0, seat + 0.1, 0))


@form("stool", "furniture", 0.5, "three-legged")
def stool(ask: Request) -> Model:
    """A milking stool on three splayed legs, or a round screw stool."""
    kit = b.Kit()
    h = ask.between(0.42, 0.5)
    seat = lathe([(0.15, h - 0.05), (0.19, h - 0.04), (0.19, h - 0.005), (0.17, h)], sides=28)
    kit.add("seat", seat)
    for k in range(3):
        kit.add("legs", b.bars([[(0.1, h - 0.03, 0), (0.2, 0, 0)]], (0.026, 0.018),
            sides=8).turned(y=120 * k + 30), of="second")
    return kit.model(seat=(0, h, 0), back=(0, h, 0))


@form("bench", "furniture", 0.85, "park")
def bench(ask: Request) -> Model:
    """A slatted park bench on iron ends, a plain form, or a stone seat."""
    kit, w = b.Kit(), ask.between(1.6, 1.9)
    slats = [(0, 0.42 + 0.006 * k * k, 0.2 - 0.1 * k, w, 0.025, 0.08) for k in range(5)]
    back = (b.blocks([(0, 0.12 * k, 0, w, 0.085, 0.022) for k in range(4)]).turned(x=-13).moved(0,
        0.54, -0.27))
    kit.add("slats", b.blocks(slats), back)
    for s in (-1, 0, 1):
        x = s * (w / 2 - 0.1)
        iron = [tube([(x, 0, 0.26), (x, 0.2, 0.2), (x, 0.41, 0.22)], 0.022, samples=10, sides=8),
            tube([(x, 0, -0.34), (x, 0.22, -0.22), (x, 0.42, -0.24), (x, 0.95, -0.38)], 0.022,
            samples=16, sides=8), b.bars([[(x, 0.4, 0.22), (x, 0.4, -0.24)]], 0.02)]
        if s:
            iron.append(tube([(x, 0.42, 0.22), (x, 0.6, 0.28), (x, 0.66, 0.18), (x, 0.64, -0.3)],
                0.02, samples=16, sides=8))
        kit.add("iron", *iron, of="second")
    return kit.model(seat=(0, 0.47, 0), back=(0, 0.47, 0))


@form("throne", "furniture", 2.1)
def throne(ask: Request) -> Model:
    """A high-backed throne with a pointed crest on a stepped dais."""
    kit, w, h = b.Kit(), 0.8, ask.between(1.9, 2.2)
    kit.add("dais", b.podium(2, 1.3, 1.2, 0.13, 0.22), of="stone")
    y = 0.26
    crest = np.array(
        pairs("-500 0, 500 0, 500 780, 360 820, 200 950, 0 1060, -200 950, -360 820, -500 780")
    ) * [w, h]
    kit.add("frame", extrude(crest, 0.12, bevel=0.02).moved(0, y, -0.32))
    kit.add("cushion", extrude(crest * [0.72, 0.6] + [0, 0.55], 0.1,
        bevel=0.03).moved(0, y, -0.26), cushion(w * 0.78, 0.16, 0.6).moved(0, y + 0.42, 0.02),
        of="second")
    kit.add("frame", box(w, 0.42, 0.66).moved(0, y, 0))
    for s in (-1, 1):
        x = s * (w / 2 - 0.04)
        kit.add("frame", box(0.1, 0.08, 0.7, bevel=0.02).moved(x, y + 0.72, 0.0),
            turned_leg(0.72, 0.05).moved(x, y, 0.3), box(0.1, h * 0.8, 0.14).moved(s * w / 2, y,
            -0.32))
        kit.add("gilding", ball(0.07, sides=14).moved(x, y + 0.8, 0.34), of="gold")
        gilding = b.lathed(pairs("60 0, 80 50, 30 100, 60 160, 10 260"), sides=12,
            at=(s * w / 2, y + h * 0.8, -0.32))
        kit.add("gilding", gilding, of="gold")
    kit.add("gilding", ball((0.08, 0.1, 0.05), sides=14).moved(0, y + h * 0.95, -0.24),
        b.blocks([(0, y + q, 0.34, w * 0.8, 0.03, 0.02) for q in (0.08, 0.3)]), of="gold")
    return kit.model(seat=(0, y + 0.56, 0.05), hand=(w / 2, y + 0.8, 0.3), back=(0, y + 0.56, 0.05))


@form("amphitheatre", "building", 22)
def amphitheatre(ask: Request) -> Model:
    """An oval arena of tiered arcades round rows of seats; ruined, one side has fallen."""
    kit, bays, storey, out = b.Kit(), 36, 6.4, 38.0
    oval = (1.0, 1.0, 0.78)
    wide = 2 * np.pi * out / bays
    bay = b.pierced(wide * 1.01, storey, 1.6, [(0, 0.4, wide * 0.56, storey * 0.72, "round")])
    half = lathe([(0.45, 0), (0.36, storey - 0.5), (0.55, storey)], sides=8).moved(x=wide / 2,
        z=0.9)
    trim = box(wide * 1.04, 0.6, 2.2).moved(y=storey - 0.6)
    ruined = ask.between(0, 1) < 0.5
    for k in range(bays):
        fallen = (1.5 + 1.6 * np.cos(2 * np.pi * (k - 2) / bays) + ask.between(-0.3, 0.3) if ruined
            else 0)
        for floor in range(max(1, 3 - int(fallen))):
            turn = 360 * k / bays
            kit.add("arcades", bay.moved(0, floor * storey, out).turned(y=turn).scaled(*oval))
            kit.add("trim", merge(half, trim).moved(0, floor * storey,
                out).turned(y=turn).scaled(*oval), of="second")
    profile: list[tuple[float, float]] = [(16, 0.1)]
    for k in range(9):
        profile += [(17 + 2.0 * k, 1.8 + 1.45 * k), (19 + 2.0 * k, 1.8 + 1.45 * k)]
    seats = [*profile, (35, 0), (16, 0)]
    kit.add("seats", lathe(seats, sides=56, crease=20).scaled(*oval), of="stone")
    kit.add("inside", lathe([(36.6, 0), (36.6, storey * 0.9)], sides=40).scaled(*oval), of="black")
    return kit.model(inside=(0, 0.2, 0))


@form("theatre", "building", 8, "open, closed")
def theatre(ask: Request) -> Model:
    """A stage in its arch with curtains, drawn aside or closed."""
    kit, w, h = b.Kit(), ask.between(9, 10), 6.2
    kit.add("stage", box(w + 3, 1.2, 6).moved(z=-0.5), of="wood", pattern="planks", repeat=2.5)
    arch = b.pierced(w + 4, 9, 0.8, [(0, 0, w, 1.2 + h, "flat")]).moved(z=1.2)
    kit.add("arch", arch, of="second")
    curve = np.column_stack([np.linspace(-w / 2 - 2.4, w / 2 + 2.4, 15), 9 + 1.3
        * (1 - np.linspace(-1, 1, 15) ** 2)])
    kit.add("arch", b.band(curve * [1, 0] + [0, 9], curve, 0.9).moved(z=1.2), b.entablature(w + 4.6,
        0.7, 1.4).moved(y=8.5, z=1.2), of="second")
    kit.add("gilding", b.archway(w, 1.2 + h, 0.25, 1.1, "flat").moved(z=1.2), of="gold")
    for s in (-1, 1):
        kit.add("gilding", b.column(6.5, 0.35).moved(s * (w / 2 + 1.0), 1.2, 1.9), of="gold")
    kit.add("backdrop", box(w + 2, h + 1, 0.2).moved(y=1.2, z=-3.2), of="cloth")
    for s in (-1, 1):
        curtain = curtain_leaf(w / 2, h, s, drawn=ask.pose != "closed").moved(0, 1.2, 0.9)
        kit.add("curtains", curtain)
    x = np.linspace(-w / 2, w / 2, 61)
    swag = 0.45 + 0.35 * np.abs(np.sin((x + w / 2) * np.pi * 5 / w))
    fold = 0.12 * np.sin(x * 9)
    rows = [columns(x, 1.2 + h - swag * t * 1.6, 1.3 + fold) for t in (0, 0.5, 1)]
    kit.add("curtains", sheet(rows, grain=(0, -1, 0)))
    shells = [ball((0.28, 0.28, 0.2), sides=10).moved(k * w / 7, 1.25, 2.4) for k in range(-3, 4)]
    kit.add("footlights", *shells, of="lamp", glow=0.8)
    return kit.model(inside=(0, 1.2, 0), seat=(0, 1.2, 1.6))


def curtain_leaf(width: float, height: float, side: float, *, drawn: bool) -> Mesh:
    """One leaf of a pair of curtains, from the outer edge at side * width to the middle."""
    u, v = np.meshgrid(np.linspace(0, 1, 61), np.linspace(0, 1, 20))
    inner = np.ones_like(v) * 0.99
    if drawn:
        tie = 0.62
        inner = np.where(v < tie, 0.78 - 0.5 * (v / tie) ** 2, 0.28 + 0.1 * (np.clip(v - tie, 0, 1)
            / (1 - tie)) ** 0.7)
    x = side * width * (1 - u * inner)
    depth = 0.035 * height * np.sin(u * 26) * (0.6 + 0.4 * v) + 0.03 * height * np.sin(v * 3)
    return sheet(columns(x, height * (1 - v), depth), grain=(0.15 * side, -1, 0))
