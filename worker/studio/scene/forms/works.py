"""Mills, factories, cranes, mines, tents."""

from __future__ import annotations

import numpy as np

from worker.studio.scene.forms import building as b
from worker.studio.scene.forms.towers import pennant
from worker.studio.scene.mesh import Mesh, box, columns, extrude, lathe, merge, pairs, sheet
from worker.studio.scene.model import Model, Request, form


@form("windmill", "building", 22)
def windmill(ask: Request) -> Model:
    """A tower mill with four lattice sails, a turning cap and a gallery."""
    kit, h = b.Kit(), ask.between(13, 15)
    tower = lathe([(4.6, 0), (3.6, h * 0.45), (2.7, h)], sides=8).turned(y=22.5)
    kit.add("tower", tower, pattern="plain", repeat=2)
    gallery = lathe([(3.9, h * 0.36 - 0.4), (5.4, h * 0.36), (5.4, h * 0.36 + 0.2),
        (3.7, h * 0.36 + 0.2)], sides=8).turned(y=22.5)
    kit.add("gallery", gallery, of="wood")
    angle = np.linspace(0, 2 * np.pi, 9) + np.pi / 8
    rail = np.column_stack([np.cos(angle) * 5.2, angle * 0 + h * 0.36 + 1.2, np.sin(angle) * 5.2])
    posts = [[rail[k], rail[k + 1]] for k in range(8)] + [[p, p - [0, 1.2, 0]] for p in rail]
    kit.add("gallery", b.bars(posts, 0.08), of="wood")
    cap = np.array(pairs("2900 0, 3000 500, 2700 1600, 1700 2600, 100 3000"))
    kit.add("cap", lathe(cap, sides=28, crease=60).scaled(1, 1, 1.15).moved(y=h), of="second",
        pattern="shingles", repeat=2.5)
    doors = [(0, 0, 4.25, 1.3, 2.3, 0.7), (0, h * 0.36 + 0.2, 3.5, 1.0, 1.9, 0.5), (0, h * 0.7, 3.0,
        0.8, 1.1, 0.3)]
    kit.add("windows", b.blocks(doors), of="black")
    hub, reach, turn = h + 1.1, ask.between(9.2, 10.2), ask.between(15, 70)
    frame, cloth = _sail(reach)
    for k in range(4):
        kit.add("sails", frame.turned(z=90 * k + turn).moved(0, hub, 4.2), of="wood")
        kit.add("canvas", cloth.turned(z=90 * k + turn).moved(0, hub, 4.2), of="linen")
    tail = [[(0, h + 1, -2.8), (0, 0.6, -7.5)], [(-1.5, h + 0.5, -2.5), (0, 2.5, -7.0)],
        [(1.5, h + 0.5, -2.5), (0, 2.5, -7.0)]]
    kit.add("tail", b.bars(tail, 0.16), of="wood")
    return kit.model()


def _sail(reach: float) -> tuple[Mesh, Mesh]:
    """One arm up from the hub: its lattice and its canvas."""
    low, wide = reach * 0.2, reach * 0.2
    rods = [[(0.0, 0.0, 0.0), (0.0, reach, 0.0)]]
    rods += [[(x, low, -0.2 * x), (x, reach, -0.1 * x)] for x in (wide, wide * 0.5, -wide * 0.28)]
    rods += [[(-wide * 0.28, y, 0.05), (wide, y, -0.2)] for y in np.linspace(low, reach,
        11).tolist()]
    x, y = np.meshgrid(np.linspace(0.1, wide * 0.96, 5), np.linspace(low, reach * 0.98, 9))
    cloth = sheet(columns(x, y, 0.05 - 0.15 * x + 0.1 * np.sin(x / wide * 3)), grain=(0, 1, 0))
    return merge(b.bars(rods, 0.07, sides=4), b.bars(rods[:1], 0.16)), cloth


@form("watermill", "building", 10)
def watermill(ask: Request) -> Model:
    """A mill house with a great wheel over its race, and a trough on posts that feeds it."""
    kit, w, d, h, rise = b.Kit(), 8.0, 7.0, 5.6, 3.2
    front: list[b.Opening] = []
    kit.add("walls", b.shell(w, h, d, front, b.row(2, d, 3.5, 0.8, 1.2)),
        *(b.gable(d, rise, 0.35).turned(y=90).moved(x=s * (w / 2 - 0.2), y=h) for s in (-1, 1)),
        pattern="stones", repeat=2)
    kit.add("windows", b.core(w, h, d), of="black")
    roof = b.gabled(w, d, rise, over=0.5).moved(y=h)
    kit.add("roof", roof, of="second", pattern="shingles", repeat=2.5)
    kit.add("chimney", b.chimney(rise + 1, 0.8).moved(-w * 0.32, h, 0), of="brick")
    # Few broad boards and spokes: a wheel seen small is still a wheel.
    r, x, z = 3.6, -w * 0.08, d / 2 + 1.0
    board = box(1.1, 0.16, 1.5).moved(x=r - 0.35)
    spoke = box(0.3, r, 0.3)
    wheel = merge(*(board.turned(z=22.5 + 30 * k) for k in range(12)), *(b.hoop(r - 0.75, r - 0.25,
        0.3).moved(z=s * 0.6) for s in (-1, 1)), *(spoke.turned(z=60 * k).moved(z=0.75)
        for k in range(6)), b.bars([[(0, 0, -1.4), (0, 0, 1.2)]], 0.4, sides=10))
    kit.add("wheel", wheel.moved(x, r * 0.92, z), of="pale_wood")
    bed = [(0, 0.02, z + 0.9, 17, 0.3, 4.4)]
    kit.add("water", b.blocks(bed), of="water", pattern="ripples", other="foam", repeat=1.5)
    stones = [box(1.3 * ask.between(0.8, 1.1), ask.between(0.4, 0.7), 0.9, bevel=0.15).turned(
        y=ask.between(-12, 12)).moved(-8.3 + 1.38 * k, 0, z + 3.2) for k in range(13)]
    kit.add("stones", merge(stones), of="stone")
    return kit.model()


@form("factory", "building", 30)
def factory(ask: Request) -> Model:
    """A works with a saw-tooth roof and tall brick chimneys that rise through it."""
    kit, w, d, h, teeth = b.Kit(), 30.0, 18.0, 7.0, 6
    windows = b.row(10, w * 0.97, 1.4, 1.8, 4.2, "round")
    wall = b.shell(w, h, d, windows, b.row(6, d * 0.95, 1.4, 1.8, 4.2, "round"))
    kit.add("walls", wall, pattern="bricks", repeat=1.5)
    kit.add("windows", b.core(w, h, d), of="black")
    step = w / teeth
    tooth = extrude([(0, 0), (step, 0), (0.15 * step, step * 0.62)], d)
    glass = box(0.06, step * 0.5, d - 1)
    for k in range(teeth):
        x = -w / 2 + k * step
        kit.add("roof", tooth.moved(x, h, 0).grained(1, -0.5, 0), of="second")
        kit.add("windows", glass.turned(z=-13).moved(x + 0.05, h + 0.2, 0), of="black")
    for x, z, tall, r in ((-w / 2 + 3, -d / 2 + 2, ask.between(26, 31), 2.0),
        (-w / 2 + 10, -d / 2 + 2, ask.between(21, 25), 1.8), (w / 2 - 6, -d / 2 + 2,
        ask.between(23, 28), 1.9)):
        stack = [(r * 1.5, 0), (r * 1.45, 2), (r * 1.15, 2.2), (r * 0.72, tall - 2),
            (r * 0.95, tall - 1.2), (r * 0.95, tall - 0.4), (r * 0.75, tall), (r * 0.5, tall),
            (r * 0.5, tall - 1)]
        chimney = lathe(stack, sides=20).moved(x, 0, z)
        kit.add("chimneys", chimney, of="brick", pattern="bricks", repeat=1.2)
    office = b.shell(8, 11, 9, [o for y in (1, 4.4, 7.8) for o in b.row(3, 7.4, y, 1.1, 1.9)],
        [o for y in (1, 4.4, 7.8) for o in b.row(3, 8, y, 1.1, 1.9)]).moved(w / 2 + 3, 0, 4)
    kit.add("office", office, box(8.6, 0.5, 9.6).moved(w / 2 + 3, 11, 4))
    kit.add("windows", b.core(8, 11, 9).moved(w / 2 + 3, 0, 4), of="black")
    return kit.model()


def lattice(start: b.Point, end: b.Point, width: float, bays: int, *,
    tip: float = 1.0) -> list[list[b.Point]]:
    """Pairs of points for a square truss between two points; `tip` narrows its end."""
    a, z = np.array(start), np.array(end)
    along = (z - a) / np.linalg.norm(z - a)
    side = np.cross(along, [0, 0, 1.0] if abs(along[2]) < 0.9 else [1.0, 0, 0])
    side /= np.linalg.norm(side)
    other = np.cross(along, side)
    rods: list[list[b.Point]] = []
    last = None
    for k in range(bays + 1):
        t = k / bays
        half = width / 2 * (1 + (tip - 1) * t)
        ring = [tuple(a + (z - a) * t + half * (p * side + q * other)) for p,
            q in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
        rods += [[ring[i], ring[(i + 1) % 4]] for i in range(4)]
        if last is not None:
            rods += [[last[i], ring[i]] for i in range(4)]
            rods += [[last[i], ring[(i + 1) % 4]] for i in range(4)]
        last = ring
    return rods


@form("crane", "works", 34, "tower, harbour")
def crane(ask: Request) -> Model:
    """A tower crane, or a harbour crane on its portal with a raking jib."""
    kit = b.Kit()
    if ask.pose == "harbour":
        legs = [lattice((sx * 3.2, 0, sz * 3), (sx * 1.4, 9, sz * 1.4), 0.9, 4) for sx in (-1, 1)
            for sz in (-1, 1)]
        kit.add("portal", *(b.bars(rods, 0.12, sides=4) for rods in legs),
            box(4.6, 0.8, 4.6).moved(y=9))
        house = b.tiers((4.4, 3.4, 9.8), (4.4, 3.4, 12.6), (3.4, 3, 13.4)).moved(x=-0.8)
        kit.add("house", house, of="second")
        kit.add("windows", box(1.2, 1.1, 3.5).moved(0.9, 11, 0), of="black")
        tip = (13.5, ask.between(24, 28), 0.0)
        kit.add("jib", b.bars(lattice((1.2, 11, 0), tip, 1.8, 10, tip=0.25), 0.11, sides=4))
        stays = [[tip, (-1.6, 16.5, 0)], [(-1.6, 16.5, 0), (-3, 12, 0)], [(-1.6, 16.5, 0),
            (1, 12.5, 0)], [(tip[0], tip[1], 0), (tip[0], 9, 0)]]
        kit.add("cables", b.bars(stays, 0.07), of="iron")
        kit.add("hook", box(1.6, 1.6, 1.6).moved(tip[0], 6.6, 0), b.bars([[(tip[0] + s * 0.7, 8.1,
            0), (tip[0], 9.2, 0)] for s in (-1, 1)], 0.09), of="accent")
        return kit.model(hand=(tip[0], 6.6, 0))
    h, reach = ask.between(28, 33), ask.between(22, 26)
    kit.add("mast", b.bars(lattice((0, 0, 0), (0, h, 0), 1.8, 16), 0.12, sides=4), box(5, 0.8, 5),
        b.bars(lattice((-8, h + 0.8, 0), (reach, h + 0.8, 0), 1.4, 22), 0.1, sides=4),
        b.bars(lattice((0, h, 0), (0, h + 6, 0), 1.6, 3, tip=0.2), 0.12, sides=4))
    cable = b.bars([[(0, h + 6, 0), (reach * 0.7, h + 1.6, 0)], [(0, h + 6, 0), (-7, h + 1.6, 0)],
        [(0, h + 6, 0), (reach * 0.35, h + 1.6, 0)], [(reach * 0.75, h, 0), (reach * 0.75, 10, 0)]],
        0.09)
    kit.add("cables", cable, of="iron")
    kit.add("weights", box(2.6, 3.2, 2.0).moved(-7, h - 2.4, 0), of="stone")
    kit.add("cab", box(1.6, 2.0, 1.8).moved(1.8, h - 1.6, 1.0), of="second")
    kit.add("hook", b.blocks([(reach * 0.75, 9, 0, 0.7, 1.0, 0.7)]),
        b.bars([[(reach * 0.75 + s * 1.8, 7, 0), (reach * 0.75, 9, 0)] for s in (-1, 1)], 0.07),
        box(4.4, 0.7, 0.7).moved(reach * 0.75, 6.4, 0), of="accent")
    return kit.model(hand=(reach * 0.75, 6.4, 0))


@form("scaffolding", "works", 9)
def scaffolding(ask: Request) -> Model:
    """Poles, planks and ladders, a little out of true."""
    kit, bays, floors, w, step, d = b.Kit(), 4, 4, 2.2, 2.1, 1.4
    poles, ledgers, boards = [], [], []
    for i in range(bays + 1):
        for s in (-1, 1):
            lean = ask.between(-0.08, 0.08)
            x = (i - bays / 2) * w
            poles.append([(x, 0, s * d / 2), (x + lean, floors * step + ask.between(0.2, 1.3), s * d
                / 2)])
    for f in range(1, floors + 1):
        y = f * step
        for s in (-1, 1):
            ledgers.append([(-bays * w / 2 - 0.5, y, s * d / 2), (bays * w / 2 + 0.5, y
                + ask.between(-0.05, 0.05), s * d / 2)])
            ledgers.append([(-bays * w / 2 - 0.3, y - step * 0.5, d / 2), (bays * w / 2 + 0.3, y
                - step * 0.5, d / 2)])
        ledgers += [[((i - bays / 2) * w, y, -d / 2 - 0.3), ((i - bays / 2) * w, y, d / 2 + 0.3)]
            for i in range(bays + 1)]
        start = ask.between(0, 0.25) if f % 2 else 0
        boards += [(ask.between(-0.2, 0.2) + start, y + 0.06, z, bays * w * (0.96 - start), 0.06,
            0.26) for z in (-0.5, -0.2, 0.12, 0.44)]
    braces = [[((i - bays / 2) * w, f * step, d / 2 + 0.05), ((i + 1 - bays / 2) * w, (f + 1)
        * step, d / 2 + 0.05)] for f in range(floors) for i in range(bays) if (i + f) % 3 == 0]
    kit.add("poles", b.bars(poles, 0.06, sides=8), b.bars(ledgers, 0.05), b.bars(braces, 0.045))
    kit.add("boards", b.blocks(boards), of="second")
    for f in range(floors):
        x = -1.5 if f % 2 else 1.2
        rails = [[(x + q, f * step, d / 2 + 0.35), (x + q + 0.25, (f + 1) * step + 0.7, d / 2
            + 0.1)] for q in (0, 0.45)]
        rungs = [[(x + 0.25 * t, (f + t * 1.33) * step, d / 2 + 0.35 - 0.25 * t),
            (x + 0.45 + 0.25 * t, (f + t * 1.33) * step, d / 2 + 0.35 - 0.25 * t)]
            for t in np.linspace(0.06, 0.94, 9)]
        kit.add("ladders", b.bars(rails + rungs, 0.03), of="accent")
    return kit.model(seat=(0, step * 2 + 0.1, 0))


@form("mine", "works", 24)
def mine(ask: Request) -> Model:
    """A pit head: winding wheels on a raking frame, an engine house and a spoil heap."""
    kit, h = b.Kit(), ask.between(18, 22)
    frame = [lattice((sx * 2.6, 0, sz * 2.2), (sx * 1.4, h, sz * 1.2), 0.7, 9) for sx in (-1, 1)
        for sz in (-1, 1)]
    rake = [lattice((-12, 0, sz * 3), (-1.0, h, sz * 1.2), 0.8, 9) for sz in (-1, 1)]
    kit.add("frame", *(b.bars(rods, 0.12, sides=4) for rods in frame + rake),
        box(5, 0.4, 4.4).moved(y=h))
    ties = [[(sx * (2.6 - 1.2 * t), h * t, -2.2 + t), (sx * (2.6 - 1.2 * t), h * t, 2.2 - t)]
        for sx in (-1, 1) for t in (0.25, 0.5, 0.75)]
    kit.add("frame", b.bars(ties, 0.16, sides=4),
        b.bars([[(-2.2, 1, s * 2.2), (2, h * 0.5, s * 1.7)] for s in (-1, 1)], 0.12, sides=4))
    wheel = b.wheel(2.6, spokes=10, rim=0.09, thick=0.3)
    kit.add("wheels", wheel.moved(-0.3, h + 2.9, 0.8), wheel.moved(0.4, h + 2.9, -0.8), of="accent")
    kit.add("frame", b.bars([[(s * 1.8, h + 0.3, z), (0, h + 2.9, z)] for s in (-1, 1)
        for z in (-1.4, 1.4)], 0.13, sides=4))
    kit.add("cables", b.bars([[(-2.6, h + 4, 0.8), (-17, 5, 0.8)], [(-2.0, h + 4.2, -0.8),
        (-17, 5, -0.8)], [(2.4, h + 2.9, 0.8), (1.2, 2, 0)]], 0.07), of="iron")
    kit.add("house", b.shell(9, 7, 8, b.row(3, 8, 1.5, 1.2, 3.4, "round"), b.row(3, 7, 1.5, 1.2,
        3.4, "round")).moved(x=-19), b.gable(8, 2.6, 9).turned(y=90).moved(-19, 7, 0), of="second",
        pattern="bricks", repeat=1.8)
    kit.add("inside", b.core(9, 7, 8).moved(x=-19), box(3.4, 4, 3.2), of="black")
    kit.add("roof", b.gabled(9, 8, 2.6).moved(-19, 7, 0), of="slate")
    kit.add("shed", b.pierced(7, 4.4, 0.3, [(0, 0, 3, 3.4, "flat")]).moved(z=3),
        *(box(0.3, 4.4, 6).moved(x=s * 3.4) for s in (-1, 1)), of="second")
    heap = lathe([(8, 0), (5, 3.2), (2, 6.6), (0.1, 7.4)], sides=30, crease=80).bent(lambda p: p
        + 0.25 * np.sin(p[:, [2, 0, 1]] * 1.7))
    kit.add("heap", heap.moved(11.5, 0, -3), of="dark_stone", pattern="mottle", repeat=1)
    return kit.model(inside=(0, 0, 2))


@form("tent", "building", 3, "ridge, bell, circus", "circus")
def tent(ask: Request) -> Model:
    """A ridge tent with guy ropes, a round bell tent or a striped circus top."""
    kit = b.Kit()
    if ask.pose == "circus" or "circus" in ask:
        return _circus(ask)
    if ask.pose == "bell":
        r, h = ask.between(2.2, 2.6), ask.between(3.0, 3.5)
        turn = np.linspace(0.2, 2 * np.pi - 0.2, 73)
        profile = [(r * 0.96, 0), (r, 0.75), (r * 0.66, 1.5), (r * 0.31, 2.35), (0.05, h)]
        rows = [np.column_stack([np.sin(turn) * q * (1 + 0.03 * np.cos(turn * 12) * (y < 2)), turn
            * 0 + y, np.cos(turn) * q]) for q, y in profile]
        kit.add("canvas", sheet(rows, crease=60, grain=(0, 1, 0)))
        around = np.linspace(0.2, 2 * np.pi - 0.2, 145)
        hang = 0.5 + 0.1 * np.abs(np.sin(around * 12))
        kit.add("valance", sheet([np.column_stack([np.sin(around) * q, y, np.cos(around) * q])
            for q, y in ((r * 1.0, 0 * hang + 0.8), (r * 1.06, hang))]), of="second")
        flap = [np.column_stack([np.sin(turn[:4] + 0.1) * q * np.linspace(1.05, 0.9, 4), turn[:4]
            * 0 + y, np.cos(turn[:4]) * q * np.linspace(1.0, 1.25, 4)]) for q, y in profile[:3]]
        kit.add("canvas", sheet(flap, grain=(0, 1, 0)))
        inside = lathe([(r * 0.84, 0), (r * 0.8, 0.68), (r * 0.45, 1.3), (r * 0.15, 2.1),
            (0.02, h * 0.85)], sides=24)
        kit.add("inside", inside, of="black")
        angle = np.arange(12) * np.pi / 6
        rope = b.bars([[(np.sin(a) * r, 0.75, np.cos(a) * r), (np.sin(a) * r * 1.6, 0, np.cos(a) * r
            * 1.6)] for a in angle], 0.015)
        kit.add("ropes", rope, b.bars([[(0, 0, 0), (0, h + 0.3, 0)]], 0.05), of="linen")
        return kit.model(inside=(0, 0, 0))
    w, h, d = ask.between(2.6, 3.1), ask.between(2.0, 2.3), 3.6
    v = np.linspace(0, 1, 9)
    z = np.linspace(-d / 2, d / 2, 13)
    sag = 0.14 * (1 - (2 * z / d) ** 2)
    for s in (-1, 1):
        side = [np.column_stack([np.full(13, s * w / 2 * (t**1.15)), h * (1 - t) - sag
            * (1 - t * 0.5), z * (1 + 0.03 * t)]) for t in v]
        kit.add("canvas", sheet(side, grain=(s * 0.6, -1, 0)))
        wings = np.array([[(s * w / 2 * t * q, h * (1 - t) * 0.985, d / 2 + 0.55 * (1 - q) * t
            * 1.0) for q in np.linspace(1, 0.45, 5)] for t in v])
        kit.add("flaps", sheet(wings, grain=(0, -1, 0)), of="second")
    kit.add("inside", extrude([(-w / 2 * 0.9, 0), (w / 2 * 0.9, 0), (0, h * 0.9)], 0.1).moved(z=d
        / 2 - 0.35), of="black")
    ropes = [[(s * w * 0.26, h * 0.5, q), (s * w * 0.95, 0, q * 1.15)] for s in (-1, 1)
        for q in (-d / 2, 0, d / 2)] + [[(0, h, s * d / 2), (0, 0, s * d * 0.95)] for s in (-1, 1)]
    kit.add("ropes", b.bars(ropes, 0.014), of="linen")
    pole = b.bars([[(0, 0, s * d / 2), (0, h + 0.25, s * d / 2)] for s in (-1, 1)], 0.04)
    kit.add("poles", pole, of="wood")
    return kit.model(inside=(0, 0, d / 3))


def _circus(ask: Request) -> Model:
    """A big top: striped roof in gores that sag between two king poles, with pennants."""
    kit, r, wall, h = b.Kit(), 10.0, 3.2, ask.between(9.5, 11)
    turn = np.linspace(0, 2 * np.pi, 97)
    gore = np.abs(np.sin(turn * 12))
    rows, side = [], []
    for t in np.linspace(0, 1, 10):
        q = r * (1 - t) ** 1.25 + 0.12
        rows.append(np.column_stack([np.sin(turn) * q * 1.15, wall + (h - wall) * t**1.35 * 1.0
            - 0.25 * gore * (1 - t) ** 3 * t * 4, np.cos(turn) * q]))
    for y in (0, wall):
        side.append(np.column_stack([np.sin(turn) * r * 1.12 * (1 + 0.006 * gore), turn * 0 + y,
            np.cos(turn) * r * 0.97]))
    roof = np.stack(rows)
    for k in range(24):
        strip = sheet(roof[:, 4 * k : 4 * k + 5], grain=(0, 1, 0))
        kit.add("roof" if k % 2 else "stripes", strip, of="main" if k % 2 else "linen")
        if k not in {0, 23}:
            panel = sheet(np.stack(side)[:, 4 * k : 4 * k + 5], grain=(0, 1, 0))
            kit.add("stripes" if k % 2 else "roof", panel, of="linen" if k % 2 else "main")
    scallop = np.stack([roof[0] - [0, 0.0, 0], roof[0] * [1.01, 1, 1.01] - columns(0 * turn, 0.25
        + 0.35 * gore, 0 * turn)])
    kit.add("valance", sheet(scallop), of="second")
    kit.add("inside", lathe([(r * 0.85, 0), (r * 0.85, wall)], sides=32), of="black")
    for x, z in np.column_stack([np.sin(turn), np.cos(turn)])[2::8] * r:
        kit.add("poles", b.bars([[(x * 1.12, wall, z * 0.97), (x * 1.5, 0, z * 1.35)]], 0.04),
            of="wood")
    kit.add("flags", pennant(2.2, 2.4).moved(0, h, 0), of="second")
    tips = [(0, h, 0, 2.3)]
    for a in np.arange(8) * np.pi / 4 + 0.39:
        foot = (np.sin(a) * r * 1.12, wall, np.cos(a) * r * 0.97)
        kit.add("flags", pennant(1.3, 0.9).moved(*foot), of="second")
        tips.append((*foot, 1.4))
    masts = [[(x, y - 0.2, z), (x, y + tall, z)] for x, y, z, tall in tips]
    kit.add("poles", b.bars(masts, 0.09), of="wood")
    return kit.model(inside=(0, 0, r))


@form("smokestack", "works", 32)
def smokestack(ask: Request) -> Model:
    """A tall brick chimney with iron bands, by its engine house."""
    kit, h, r = b.Kit(), ask.between(27, 31), 2.3
    base = b.tiers((6.4, 6.4, 0), (6.0, 6.0, 4.5), (6.6, 6.6, 4.7), (6.6, 6.6, 5.2))
    kit.add("base", base, of="second")
    arches = b.row(3, 9.0, 1.0, 1.5, 3.2, "round")
    kit.add("house", b.shell(10.0, 5.6, 7.0, arches).moved(8.4, 0, 0.4),
        *(b.gable(7.0, 2.8, 0.3).turned(y=90).moved(x, 5.6, 0.4) for x in (3.6, 13.2)), of="brick")
    kit.add("inside", b.core(10.0, 5.6, 7.0).moved(8.4, 0, 0.4), of="black")
    kit.add("roof", b.gabled(10.4, 7.0, 2.8).moved(8.4, 5.6, 0.4), of="slate")
    stack = [(r * 1.3, 5.2), (r * 0.78, h - 3), (r * 1.05, h - 2), (r * 1.05, h - 1), (r * 0.85, h),
        (r * 0.55, h), (r * 0.55, h - 2)]
    kit.add("stack", lathe(stack, sides=24), pattern="bricks", repeat=1.4)
    for y in np.arange(7, h - 4, 4.2):
        for s in (r * (1.3 - 0.52 * (y - 5.2) / (h - 8.2)),):
            kit.add("bands", lathe([(s + 0.05, y), (s + 0.05, y + 0.2)], sides=24), of="iron")
    return kit.model()
