"""Castles, city walls, lighthouses, pagodas and tall blocks.

Ruins, mazes, prisons and other places of walls.
"""

from __future__ import annotations

import numpy as np

from worker.studio.scene.forms import building as b
from worker.studio.scene.forms.churches import buttress
from worker.studio.scene.mesh import Mesh, box, columns, lathe, loft, merge, pairs, sheet, tube
from worker.studio.scene.model import Model, Request, form


def turret(radius: float, height: float, *, roof: bool) -> tuple[Mesh, Mesh | None]:
    """A round tower with a corbelled head; the second mesh is its pointed roof."""
    r, h = radius, height
    drum = lathe([(r * 1.15, 0), (r, h * 0.15), (r, h * 0.84), (r * 1.2, h * 0.9), (r * 1.2, h),
        (r * 0.9, h), (r * 0.9, h - 0.3)], sides=28)
    if not roof:
        return merge(drum, b.crenel_ring(r * 1.2, 10, r * 0.34).moved(y=h)), None
    cone = lathe([(r * 1.42, h - 0.2), (r * 1.2, h + 0.5), (r * 0.5, h + r * 2.2),
        (0.03, h + r * 3.8)], sides=28)
    return drum, cone.grained(0, 1, 0)


def pennant(height: float, length: float) -> Mesh:
    """A small swallow-tailed flag on its pole that blows towards +x, its foot at the origin."""
    x = np.linspace(0, 1, 9)
    half = length * 0.22 * (1 - 0.55 * x)
    wave = 0.12 * length * np.sin(x * 6) * x
    rows = [columns(x * length, height - length * 0.25 + s * half, wave) for s in (-1, 0, 1)]
    rows[1][-1, 0] -= length * 0.2
    return merge(sheet(rows), tube([(0, -0.5, 0), (0, height, 0)], 0.08, sides=6))


def _mound(wide: float, deep: float, fall: float) -> Mesh:
    """A gentle rise with a level top of these half-widths, on which walls stand."""
    a = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    rough = 1 + 0.05 * np.sin(3 * a + 1) + 0.04 * np.sin(7 * a) + 0.02 * np.sin(13 * a)
    return loft([np.column_stack([(wide + q * fall) * rough * np.cos(a), y * fall + 0 * a, (deep + q
        * fall) * rough * np.sin(a)]) for q, y in ((3.4, -1), (1.6, -0.72), (0.4, -0.2),
        (0, 0.006))])


@form("castle", "building", 38)
def castle(ask: Request) -> Model:
    """A keep with corner turrets behind a curtain wall with a gate."""
    kit, roof = b.Kit(), ask.pick("roofed", "plain") == "roofed"
    w, h, front = ask.between(26, 30), 9.5, 14.0
    wall = b.pierced(w, h, 2.2, [(0, 0, 4.0, 6.2, "round")])
    kit.add("walls", wall.moved(z=front), pattern="stones", repeat=0.8)
    for s in (-1, 1):
        kit.add("walls", box(2.2, h, 26).moved(s * w / 2, 0, front - 13), pattern="stones",
            repeat=0.8)
    kit.add("walls", b.crenels(w, 2.2, 1.3, 0.5).moved(y=h, z=front))
    for s in (-1, 1):
        kit.add("walls", b.crenels(2.2, 26, 1.3, 0.5).moved(s * w / 2, h, front - 13))
    kit.add("gate", box(5, 6.2, 0.3).moved(z=front - 0.6), of="black")
    gate = b.bars([[(x, 0, front + 0.1), (x, 6, front + 0.1)] for x in np.linspace(-1.6, 1.6, 5)]
        + [[(-2, y, front + 0.1), (2, y, front + 0.1)] for y in (1.6, 3.0, 4.4)], 0.1)
    kit.add("gate", gate, of="iron")
    spots = [(-w / 2, front, 3.0, 14.0), (w / 2, front, 3.0, 14.0), (-4.3, front + 0.6, 2.2, 13.0),
        (4.3, front + 0.6, 2.2, 13.0), (-w / 2, front - 26, 3.0, 15.0), (w / 2, front - 26, 3.0,
        15.0)]
    k, kw = ask.between(21, 26), 13.0
    spots += [(sx * kw / 2, -2 + sz * kw / 2, 2.0, k + (8 if (sx, sz) == (1, -1) else 4))
        for sx in (-1, 1) for sz in (-1, 1)]
    windows = [o for y in (k * 0.38, k * 0.7) for o in b.row(3, kw * 0.8, y, 0.9, 2.6, "round")]
    kit.add("walls", b.shell(kw, k, kw, windows, windows, thick=0.8).moved(z=-2), pattern="stones",
        repeat=0.8)
    kit.add("windows", b.core(kw, k, kw, thick=0.9).moved(z=-2), of="black")
    kit.add("walls", b.tiers((kw, kw, k - 0.8), (kw + 1.4, kw + 1.4, k), (kw + 1.4, kw + 1.4, k
        + 0.5)).moved(z=-2), b.crenels(kw + 1.4, kw + 1.4, 1.2, 0.5).moved(y=k + 0.5, z=-2))
    for index, (x, z, r, tall) in enumerate(spots):
        drum, cone = turret(r, tall, roof=roof)
        kit.add("walls", drum.moved(x=x, z=z), pattern="stones", repeat=0.8)
        kit.add("windows", b.blocks([(x, tall * 0.62, z + r, 0.35, 1.5, 0.12)]), of="black")
        peak = tall
        if cone:
            kit.add("roofs", cone.moved(x=x, z=z), of="second", pattern="shingles", repeat=1.5)
            peak = tall + r * 3.7
        if index in (0, 1, 7, 8):
            kit.add("flags", pennant(3.4, 2.6).moved(x, peak, z), of="accent")
    kit.add("mound", _mound(w * 0.8, w * 0.8, 6).moved(z=1), of="ground", pattern="mottle",
        repeat=0.5)
    return kit.model(inside=(0, 0, 5))


@form("city wall", "building", 14)
def city_wall(ask: Request) -> Model:
    """A length of battlemented wall with towers and an arched gate."""
    kit, w, h = b.Kit(), ask.between(44, 52), 9.0
    kit.add("walls", b.pierced(w, h, 3, [(0, 0, 5, 7, "round")]), b.crenels(w, 3, 1.5,
        0.6).moved(y=h), pattern="stones", repeat=0.9)
    gate = b.pierced(12, 14, 5, [(0, 0, 5, 7, "round"), *b.row(3, 9, 9.5, 0.9, 2.4, "round")])
    kit.add("walls", gate.moved(z=0.5), pattern="stones", repeat=0.9)
    wall = b.crenels(12.6, 5.6, 1.3, 0.6).moved(y=14.4, z=0.5)
    kit.add("walls", wall, pattern="stones", repeat=0.9)
    kit.add("trim", box(12.8, 0.5, 5.8).moved(y=14, z=0.5), b.archway(5, 7, 0.8, 0.5).moved(z=3.1),
        of="second")
    kit.add("inside", box(11, 13.8, 0.4).moved(z=-0.6), of="black")
    for x in (-w / 2, -w / 4, w / 4, w / 2):
        drum, _ = turret(3.0, 12.5, roof=False)
        kit.add("walls", drum.moved(x=x, z=1.0), pattern="stones", repeat=0.9)
    kit.add("mound", _mound(w * 0.56, 7, 2).moved(z=0.5), of="ground", pattern="mottle", repeat=0.5)
    return kit.model(inside=(0, 0, 0), back=(w * 0.3, h, 0))


@form("lighthouse", "building", 30)
def lighthouse(ask: Request) -> Model:
    """A tapering tower with a gallery and a lantern."""
    kit, h = b.Kit(), ask.between(21, 26)
    y = np.linspace(0, h, 12)
    r = 2.0 + 1.9 * (1 - y / h) ** 1.7
    kit.add("tower", lathe(np.column_stack([r, y]), sides=36, crease=80).grained(1, 0, 0),
        pattern="rings" if ask.pick("striped", "plain") == "striped" else "plain", other="white",
        repeat=1 / 4.2)
    gallery = lathe([(2.0, h - 0.8), (2.9, h), (2.9, h + 0.3), (1.6, h + 0.3)], sides=32)
    kit.add("gallery", gallery, of="second")
    angle = np.linspace(0, 2 * np.pi, 17)
    ring = np.column_stack([np.cos(angle) * 2.8, angle * 0 + h + 1.3, np.sin(angle) * 2.8])
    kit.add("railing", b.bars([[p, p - [0, 1.0, 0]] for p in ring], 0.05), of="iron")
    kit.add("lantern", lathe([(1.45, h + 0.3), (1.45, h + 3.1)], sides=12), of="glass")
    posts = [[(np.cos(a) * 1.5, h + 0.3, np.sin(a) * 1.5), (np.cos(a) * 1.5, h + 3.1, np.sin(a)
        * 1.5)] for a in np.arange(12) * np.pi / 6]
    kit.add("cage", b.bars(posts, 0.07), of="second")
    cage = lathe([(1.55, h + 0.3), (1.55, h + 1.1), (1.4, h + 1.1)], sides=24)
    kit.add("cage", cage, of="second")
    cap = lathe([(1.9, h + 3.1), (1.7, h + 3.4), (0.9, h + 4.6), (0.25, h + 5.0), (0.25, h + 5.5)],
        sides=24)
    kit.add("cap", cap, of="accent")
    spots = [(0, 0.15), (0.5, 0.4), (-0.2, 0.6), (0.3, 0.8)]
    for turn, share in spots:
        size = 2.0 + 1.9 * (1 - share) ** 1.7
        window = box(0.7, 1.4, 0.3).moved(y=h * share, z=size).turned(y=np.degrees(turn))
        kit.add("windows", window, of="black")
    return kit.model(lamp=(0, h + 1.7, 0))


def block_tower(ask: Request, kit: b.Kit, x: float, z: float, w: float, d: float, h: float,
    tone: int) -> None:
    """A tower block: setbacks, bands of dark windows, something on its roof."""
    steps = int(ask.between(1, 4))
    y, names = 0.0, ("main", "second", "stone")
    for step in range(steps):
        tall = h * (0.55 if step == 0 and steps > 1 else (1.0 if steps == 1 else 0.45
            / (steps - 1)))
        size = 1 - 0.2 * step
        kit.add(f"tower {tone}", box(w * size, tall, d * size).moved(x, y, z), of=names[tone])
        count, floors = max(int(w * size / 2.6), 2), max(int(tall / 3.6), 1)
        across = (np.arange(count) + 0.5) / count * w * size - w * size / 2
        deep = (np.arange(count) + 0.5) / count * d * size - d * size / 2
        rows = []
        for f in range(floors):
            level = y + (f + 0.25) * tall / floors
            rows += [(x + a, level, z + d * size / 2, w * size / count * 0.55, 2.0, 0.12)
                for a in across]
            rows += [(x + s * w * size / 2, level, z + a, 0.12, 2.0, d * size / count * 0.55)
                for a in deep for s in (-1, 1)]
        chosen = ask.rng.random(len(rows)) < 0
        grid = np.array(rows)
        kit.add("dark windows", b.blocks(grid[~chosen]), of="black")
        if chosen.any():
            kit.add("lit windows", b.blocks(grid[chosen]), of="lamp", glow=0.8)
        y += tall
        kit.add(f"tower {tone}", box(w * size + 0.5, 0.7, d * size + 0.5).moved(x, y - 0.5, z),
            of=names[tone])
    kind = ask.between(0, 1)
    if kind < 0.35:
        kit.add("masts", b.bars([[(x, y, z), (x, y + h * 0.22, z)]], (0.5, 0.08)), of="steel")
    elif kind < 0.6:
        kit.add(f"tower {tone}", b.tiers((w * 0.6, d * 0.6, y), (w * 0.35, d * 0.35, y + w * 0.5),
            (0.3, 0.3, y + w * 1.1)), of=names[tone])
    else:
        kit.add("tanks", lathe([(1.8, 1.5), (1.8, 4.5), (0.1, 6)], sides=14).moved(x + w * 0.1, y,
            z), b.bars([[(x + w * 0.1 + 1.4 * c, y, z + 1.4 * s), (x + w * 0.1 + 1.4 * c, y + 2, z
            + 1.4 * s)] for c in (-1, 1) for s in (-1, 1)], 0.15), of="wood")


@form("skyscraper", "building", 150)
def skyscraper(ask: Request) -> Model:
    """A tall tower with piers that run up past its setbacks to a needle."""
    kit, w, h = b.Kit(), ask.between(30, 36), ask.between(120, 150)
    y = 0.0
    plan = ((1.0, 0.16), (0.78, 0.36), (0.6, 0.26), (0.42, 0.13), (0.26, 0.09))
    for size, share in plan:
        wide, tall = w * size, h * share
        kit.add("inside", box(wide - 1.2, tall, wide - 1.2).moved(y=y), of="black")
        count = max(int(wide / 3.4), 2)
        at = np.linspace(-wide / 2 + 0.9, wide / 2 - 0.9, count + 1)
        piers = [(a, y, s * (wide / 2 - 0.6), 1.5, tall + 1.4, 1.2) for a in at for s in (-1, 1)]
        levels = [(0, y + f * 4.2, s * (wide / 2 - 0.75), wide - 0.8, 1.7, 0.9)
            for f in range(int(tall / 4.2) + 1) for s in (-1, 1)]
        kit.add("piers", b.blocks(piers), b.blocks(piers).turned(y=90))
        kit.add("floors", b.blocks(levels), b.blocks(levels).turned(y=90), of="second")
        kit.add("piers", box(wide - 0.4, 0.6, wide - 0.4).moved(y=y + tall - 0.4))
        y += tall
    crown = b.tiers((w * 0.24, w * 0.24, y), (w * 0.12, w * 0.12, y + 6), (w * 0.04, w * 0.04, y
        + 12), (0.3, 0.3, y + 26))
    kit.add("crown", crown, of="second")
    return kit.model()


@form("skyline", "building", 120)
def skyline(ask: Request) -> Model:
    """A dense group of tower blocks, taller towards the middle."""
    kit = b.Kit()
    spots = pairs(
        "-62000 6000, -46000 -10000, -30000 8000, -16000 -14000, -4000 10000, 10000 -8000, "
        "24000 8000, 38000 -12000, 52000 6000, 66000 -6000, -54000 24000, -20000 28000, "
        "16000 28000, 46000 26000")
    for k, (x, z) in enumerate(spots):
        near = 0.45 if z > 20 else 1.0
        h = ((40 + 85 * np.exp(-((x / 38) ** 2)) * ask.between(0.55, 1.1)) * near * ask.between(0.8,
            1.1))
        w = ask.between(12, 17)
        block_tower(ask, kit, x + ask.between(-2, 2), z, w, ask.between(12, 15), float(h), k % 3)
    return kit.model()


@form("ruin", "building", 14)
def ruin(ask: Request) -> Model:
    """A gothic gable wall with an empty window, and stumps of the nave's piers."""
    kit, w = b.Kit(), ask.between(10.5, 12)
    n = 26
    x = np.linspace(-1, 1, n)
    top = (13.2 - 6.5 * np.abs(x) ** 1.1 - np.where(x > 0.45, 4.5 * (x - 0.45) / 0.55, 0)
        + ask.rng.uniform(-0.5, 0.5, n))
    window: b.Opening = (0, 3.4, 4.6, 7.0, "pointed")
    door: b.Opening = (0, 0, 1.7, 2.6, "pointed")
    wall = b.pierced(w, 0, 1.2, [window, door], top=top)
    kit.add("walls", wall, pattern="stones", repeat=1.3)
    kit.add("walls", b.archway(4.6, 7.0, 0.35, 1.4, "pointed").moved(y=3.4), b.archway(1.7, 2.6,
        0.25, 1.4, "pointed"), of="second")
    tracery = [b.archway(1.9, 4.6, 0.16, 0.35, "pointed").moved(x=s * 1.15, y=3.4) for s in (-1, 1)]
    kit.add("tracery", *tracery, b.ring(0.75, 0.15, sides=22).moved(y=8.5), of="second")
    for s, tall in ((-1, 8.5), (1, 5.5)):
        kit.add("walls", buttress(tall, 1.6, 1.3).moved(s * (w / 2 - 0.9), 0, 0.6),
            buttress(tall, 1.6, 1.3).turned(y=90 * s).moved(s * w / 2, 0, 0), pattern="stones",
            repeat=1.3)
    side = (6.0 + 2.2 * np.sin(np.arange(18) * 0.9) - np.arange(18) * 0.22 + ask.rng.uniform(-0.5,
        0.5, 18))
    flank = b.pierced(12, 0, 1.0, [(-3.2, 2.0, 1.6, 3.4, "pointed"), (0.8, 2.0, 1.6, 3.0,
        "pointed")], top=side)
    kit.add("walls", flank.turned(y=-90).moved(-w / 2 + 0.5, 0, 6), pattern="stones", repeat=1.3)
    for z, tall in ((4.0, 4.6), (8.0, 1.8), (11.5, 0.9)):
        kit.add("piers", b.column(6, 0.5, broken=tall / 6).moved(w / 2 - 1.5, 0, z), of="second")
    kit.add("rubble", b.rubble(ask, 16, (w / 2, 1.2, 11), 0.7), pattern="stones", repeat=1.3)
    return kit.model(inside=(0, 0, 4))


@form("prison", "building", 10)
def prison(ask: Request) -> Model:
    """A blind wall with barred windows and a studded door, between two squat towers."""
    kit, w, h = b.Kit(), ask.between(17, 20), 8.5
    windows = b.row(5, w * 0.8, 4.6, 1.3, 2.0, "round")
    kit.add("walls", b.shell(w, h, 7, [*windows, (0, 0, 2.2, 3.2, "round")], thick=0.9),
        pattern="stones", repeat=1.2)
    kit.add("inside", b.core(w, h, 7, thick=1.2), of="black")
    rods = [[(o[0] + k * 0.3, 4.6, 3.3), (o[0] + k * 0.3, 6.6, 3.3)] for o in windows
        for k in (-1.4, -0.47, 0.47, 1.4)]
    rods += [[(o[0] - 0.65, y, 3.3), (o[0] + 0.65, y, 3.3)] for o in windows for y in (5.2, 5.8)]
    kit.add("bars", b.bars(rods, 0.06), of="iron")
    kit.add("door", box(2.2, 3.1, 0.15).moved(z=2.9), of="accent", pattern="planks", repeat=3)
    kit.add("trim", b.archway(2.2, 3.2, 0.4, 0.5).moved(z=3.5), box(w + 0.6, 0.5, 7.6).moved(y=h),
        of="second")
    for s in (-1, 1):
        kit.add("walls", b.tiers((4.4, 8.6, 0), (4, 8.2, h + 1.5)).moved(x=s * w / 2),
            b.crenels(4.4, 8.6, 0.8, 0.4).moved(s * w / 2, h + 1.5, 0), pattern="stones",
            repeat=1.2)
        inside = b.blocks([(s * w / 2, y, 4.2, 0.3, 1.4, 0.1) for y in (3.0, 6.5)])
        kit.add("inside", inside, of="black")
    return kit.model()


@form("wall", "street", 2.2, "whole, broken", "stone, broken")
def wall(ask: Request) -> Model:
    """A length of wall with piers and coping; broken, it crumbles to one side."""
    kit, w, h = b.Kit(), ask.between(5.5, 6.5), 2.0
    pattern, repeat = ("stones", 3.0) if "stone" in ask else ("bricks", 3.5)
    if ask.pose == "broken" or "broken" in ask:
        top = h - np.linspace(0, 1, 26) ** 1.6 * 1.5 + ask.rng.uniform(-0.16, 0.12, 26)
        kit.add("wall", b.pierced(w, 0, 0.4, [], top=top), b.rubble(ask, 12, (w * 0.5, 0.3, 1.1),
            0.28).moved(x=w * 0.2), pattern=pattern, repeat=repeat)
        return kit.model(seat=(-w * 0.3, h, 0))
    kit.add("wall", box(w, h, 0.36), pattern=pattern, repeat=repeat)
    for s in (-1, 0, 1):
        kit.add("wall", box(0.6, h + 0.15, 0.6).moved(x=s * w / 2), pattern=pattern, repeat=repeat)
    kit.add("coping", b.tiers((w, 0.5, h), (w, 0.5, h + 0.08), (w, 0.1, h + 0.2)), of="second")
    for s in (-1, 0, 1):
        kit.add("coping", b.tiers((0.75, 0.75, h + 0.15), (0.75, 0.75, h + 0.28),
            (0.1, 0.1, h + 0.5)).moved(x=s * w / 2), of="second")
    return kit.model(seat=(w * 0.25, h + 0.2, 0))
