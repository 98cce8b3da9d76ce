"""Churches, bell towers and cloisters."""

from __future__ import annotations

import numpy as np

from worker.studio.scene.forms import building as b
from worker.studio.scene.mesh import Mesh, ball, box, extrude, lathe, merge, pairs
from worker.studio.scene.model import Model, Request, form


def spire(width: float, height: float, *, sides: int = 8) -> Mesh:
    """A steep pointed roof with a ball and a cross at its tip."""
    turn = 180 / sides
    cone = lathe([(width * 0.56, 0), (width * 0.5, height * 0.06), (0.04, height)], sides=sides,
        crease=20)
    s = width * 0.06
    rows = [(0, height, 0, s * 0.5, s * 7, s * 0.5), (0, height + s * 4, 0, s * 3.4, s * 0.5, s
        * 0.5)]
    tip = merge(b.blocks(rows), ball(s * 0.8, sides=10).moved(y=height))
    return merge(cone.turned(y=turn).grained(0, 1, 0), tip)


def pinnacle(width: float, height: float) -> Mesh:
    """A small square turret with a pointed cap."""
    h = height
    return b.tiers((width, width, 0), (width, width, h * 0.4), (width * 1.3, width * 1.3, h * 0.42),
        (width * 1.3, width * 1.3, h * 0.46), (width * 0.9, width * 0.9, h * 0.47), (0.03, 0.03, h))


def buttress(height: float, out: float, width: float) -> Mesh:
    """A stepped buttress that leans on a wall at z = 0."""
    h, o = height, out
    line = [(0, 0), (o, 0), (o, h * 0.5), (o * 0.7, h * 0.6), (o * 0.7, h * 0.82), (0, h)]
    return extrude(line, width).turned(y=-90)


@form("church", "building", 26, attributes="chapel, spire")
def church(ask: Request) -> Model:
    """A country church with a west tower; a chapel has a bellcote instead."""
    kit, chapel = b.Kit(), "chapel" in ask
    w, d, h = (6.0, 10.0, 4.6) if chapel else (9.0, ask.between(19, 23), 7.5)
    rise = w * ask.between(0.62, 0.75)
    side = b.row(3 if chapel else 5, d * 0.92, h * 0.28, w * 0.13, h * 0.55, "pointed")
    front: list[b.Opening] = [(0, 0, w * 0.26, h * 0.62, "pointed")]
    kit.add("walls", b.shell(w, h, d, front, side, thick=0.5), pattern="stones", repeat=1.6)
    for s in (-1, 1):
        wall = b.gable(w, rise, 0.5).moved(y=h, z=s * (d / 2 - 0.25))
        kit.add("walls", wall, pattern="stones", repeat=1.6)
    kit.add("windows", b.core(w, h, d, thick=0.5), of="black")
    roof = b.gabled(d, w, rise, over=0.25).turned(y=90).moved(y=h)
    kit.add("roof", roof, of="second", pattern="shingles", repeat=2.2)
    prop = buttress(h * 0.86, 1.0, 0.7)
    for z in np.linspace(-d / 2 + 0.5, d / 2 - 0.5, 4 if chapel else 6):
        kit.add("buttresses", *(prop.turned(y=90 * s).moved(s * w / 2, 0, z) for s in (-1, 1)))
    if chapel:
        bellcote = b.pierced(2.2, 2.0, 0.6, [(0, 0.3, 1.0, 1.3, "round")]).moved(y=h + rise - 0.4,
            z=d / 2 - 0.3)
        kit.add("bellcote", bellcote, b.gable(2.6, 1.1, 0.7).moved(y=h + rise + 1.6, z=d / 2 - 0.3))
        lathe([(0.34, 0), (0.24, 0.2), (0.2, 0.5), (0.02, 0.6)], sides=14).moved(y=h + rise + 0.35,
            z=d / 2 - 0.3)
        trim = b.archway(w * 0.26, h * 0.62, 0.3, 0.4, "pointed").moved(z=d / 2)
        kit.add("trim", trim, of="linen")
        door = box(w * 0.26, h * 0.62, 0.1).moved(z=d / 2 - 0.35)
        kit.add("door", door, of="accent", pattern="planks", repeat=3)
        window = (lathe([(0.55, 0), (0.55, 0.1)], sides=24).turned(x=90).moved(y=h + rise * 0.38,
            z=d / 2))
        kit.add("windows", window, of="black")
        return kit.model()
    t, th, z = 6.0, ask.between(15, 18), d / 2 + 2.4
    _tower(kit, ask, t, th, z)
    if ask.pick("spire", "flat") == "spire":
        kit.add("spire", spire(t, ask.between(11, 15)).moved(y=th + 0.3, z=z), of="slate",
            pattern="shingles", repeat=1.5)
    else:
        kit.add("walls", b.crenels(t + 0.3, t + 0.3, 0.9, 0.5).moved(y=th + 0.3, z=z))
        for sx in (-1, 1):
            for sz in (-1, 1):
                kit.add("walls", pinnacle(0.8, 3).moved(sx * t / 2, th, z + sz * t / 2))
    return kit.model()


def _tower(kit: b.Kit, ask: Request, t: float, height: float, z: float) -> None:
    """The west tower of a church with a door, a clock and belfry openings."""
    bell = [(s * 0.95, height - 4.2, 1.1, 3.0, "pointed") for s in (-1, 1)]
    front: list[b.Opening] = [(0, 0, 2.0, 3.6, "pointed"), *bell]
    kit.add("walls", b.shell(t, height, t, front, bell, thick=0.6).moved(z=z), pattern="stones",
        repeat=1.6)
    kit.add("windows", b.core(t, height, t, thick=0.6).moved(z=z), of="black")
    kit.add("door", box(2.0, 3.5, 0.1).moved(z=z + t / 2 - 0.45), of="accent", pattern="planks",
        repeat=3)
    kit.add("trim", b.archway(2.0, 3.6, 0.35, 0.5, "pointed").moved(z=z + t / 2), of="linen")
    for y in (height * 0.38, height * 0.68, height):
        kit.add("trim", box(t + 0.5, 0.3, t + 0.5).moved(y=y, z=z), of="linen")
    clock = (lathe([(0.95, 0), (0.95, 0.15)], sides=28).turned(x=90).moved(y=height * 0.56, z=z + t
        / 2))
    kit.add("clock", clock, of="white")
    hand = b.bars([[(0, 0, 0), (0, 0.75, 0)], [(0, 0, 0), (0.45, 0.2, 0)]], 0.05,
        sides=4).moved(y=height * 0.56, z=z + t / 2 + 0.2)
    kit.add("hands", hand, of="black")
    prop = buttress(height * 0.6, 1.1, 0.8)
    for s in (-1, 1):
        kit.add("buttresses", prop.moved(s * (t / 2 - 0.4), 0, z + t / 2))
        for q in (-1, 1):
            kit.add("buttresses", prop.turned(y=90 * q).moved(q * t / 2, 0, z + s * (t / 2 - 0.4)))


@form("cathedral", "building", 66)
def cathedral(ask: Request) -> Model:
    """A gothic cathedral: two towers, a rose window, portals and flying buttresses."""
    kit, w, t, deep, h = b.Kit(), 14.0, 12.0, 62.0, 30.0
    face = w + 2 * t
    high = ask.between(54, 60)
    for s in (-1, 1):
        _gothic_tower(kit, s * (w + t) / 2, t, high)
    middle: list[b.Opening] = [(0, 0, 6.5, 13, "pointed"), (0, 17, 9.5, 9.5, "round")]
    kit.add("walls", b.pierced(w, 34, 2.5, middle).moved(z=t / 2 - 1.6))
    kit.add("windows", box(w, 33, 0.6).moved(z=t / 2 - 4.0), of="black")
    kit.add("windows", lathe([(4.7, 0), (4.7, 0.4)], sides=40).turned(x=90).moved(y=21.8, z=t / 2
        - 1.1), of="blue")
    # Few and large openings: small ones are a scribble where the church is small.
    rose = merge(b.wheel(4.75, spokes=8, rim=0.13, thick=1.0), b.ring(4.9, 0.5))
    kit.add("tracery", rose.moved(y=21.8, z=t / 2), of="second")
    kit.add("walls", box(w, 6, 1.4).moved(y=30.5, z=t / 2 - 1.0))
    kit.add("tracery", b.gable(w * 0.8, 8, 1.0).moved(y=36, z=t / 2 - 0.6), of="second")
    for x, wide, tall in ((0, 4.6, 11.0), (-13, 3.4, 8.6), (13, 3.4, 8.6)):
        for k in range(2):
            portal = b.archway(wide + k * 2.0, tall + k * 1.1, 1.1, 1.2, "pointed").moved(x=x, z=t
                / 2 - 0.2 + 1.1 * k)
            kit.add("portals", portal, of="second")
        line = [(-(wide + 4.6) / 2, tall - 1.2), (0, tall + 6.5), ((wide + 4.6) / 2, tall - 1.2)]
        kit.add("portals", b.band(np.array(line) - [0, 1.0], line, 0.8).moved(x=x, z=t / 2 + 2.0),
            of="second")
        kit.add("windows", box(wide, tall * 0.7, 0.3).moved(x=x, z=t / 2 + 0.05), of="black")
    for y in (14.6, 29.5, 36.5):
        kit.add("trim", box(face + 0.8, 0.7, 1.0).moved(y=y, z=t / 2 + 0.2), of="second")
    _gothic_nave(kit, w, deep, h, -t / 2)
    return kit.model(inside=(0, 1, t / 2))


def _gothic_tower(kit: b.Kit, x: float, t: float, high: float) -> None:
    """One west tower: buttressed stages with lancets, crowned by pinnacles or a spire."""
    stages = ((0, 15, 12.0), (15, 14.5, 11.6), (29.5, 7, 11.4), (36.5, high - 36.5, 10.4))
    for foot, tall, wide in stages:
        pair: list[b.Opening] = [(s * wide * 0.19, tall * 0.12, wide * 0.24, tall * 0.76,
            "pointed") for s in (-1, 1) if tall > 10]
        holes = [] if foot == 0 else pair
        kit.add("walls", b.shell(wide, tall, wide, holes, pair, thick=1.1).moved(x=x, y=foot))
        kit.add("windows", b.core(wide, tall, wide, thick=1.5).moved(x=x, y=foot), of="black")
        kit.add("trim", box(wide + 1.0, 0.6, wide + 1.0).moved(x=x, y=foot + tall - 0.3),
            of="second")
    for sx in (-1, 1):
        for sz in (-1, 1):
            corner = b.tiers((2.6, 2.6, 0), (2.4, 2.4, 29.5), (1.8, 1.8, 30.5),
                (1.6, 1.6, high - 2))
            kit.add("walls", corner.moved(x + sx * (t / 2 - 0.6), 0, sz * (t / 2 - 0.6)))
            kit.add("pinnacles", pinnacle(2.0, 8).moved(x + sx * (t / 2 - 0.7), high - 2.5, sz
                * (t / 2 - 0.7)), of="second")


def _gothic_nave(kit: b.Kit, w: float, deep: float, h: float, z: float) -> None:
    """The long body behind the towers with aisles and flying buttresses."""
    wide, cross = 9.4, z - deep * 0.62
    kit.add("walls", box(w, h, deep + 4).moved(z=z - deep / 2 + 2),
        box(w + 2 * wide, 13.5, deep + 4).moved(z=z - deep / 2 + 2))
    roof = b.gabled(deep + 4, w, 12, over=0.4, thick=0.5).turned(y=90)
    kit.add("roof", roof.moved(y=h, z=z - deep / 2 + 2), of="slate", pattern="shingles", repeat=0.8)
    for s in (-1, 1):
        shed = extrude([(0, 0), (wide, 0), (0, 5)], deep).scaled(s, 1, 1)
        kit.add("roof", shed.moved(s * w / 2, 13.5, z - deep / 2), of="slate", pattern="shingles",
            repeat=0.8)
    # The transept stands out beyond the towers, so that the body is seen from the west as well.
    kit.add("walls", box(52, h, w).moved(z=cross))
    kit.add("roof", b.gabled(52, w, 12, over=0.4, thick=0.5).moved(y=h, z=cross), of="slate",
        pattern="shingles", repeat=0.8)
    kit.add("spires", spire(3.4, 22).moved(0, h + 11, cross), of="slate")
    lines = np.array(pairs("0 25500, 3000 24900, 6000 22400, 9400 18000"))
    flyer = b.band(lines - [0, 1.3], pairs("0 27000, 3000 26200, 6000 24600, 9400 22400"), 0.8)
    pier = merge(b.tiers((2.4, 1.6, 0), (2.2, 1.6, 13), (2.0, 1.5, 14), (1.8, 1.5, 22)),
        pinnacle(1.3, 6).moved(y=21.5))
    one = merge(flyer.moved(x=w / 2), pier.moved(x=w / 2 + wide))
    panes = b.blocks([(w / 2, 16.0, 0, 0.3, 10, 3.3), (w / 2 + wide, 3, 0, 0.3, 7, 3.0)])
    for k in range(8):
        at = z - 3 - k * deep / 8
        if abs(at - cross) > w / 2:
            kit.add("flyers", one.moved(z=at), one.mirrored().moved(z=at), of="second")
        pane = merge(panes).moved(z=at - deep / 16)
        kit.add("windows", pane, pane.mirrored(), of="black")


@form("monastery", "building", 18)
def monastery(ask: Request) -> Model:
    """A priory: ranges round a cloister court, with a church and its bell tower."""
    kit, size, h = b.Kit(), ask.between(24, 28), 5.5
    arcade = b.row(9, size * 0.94, 0.7, 1.6, 3.4, "round")
    kit.add("walls", b.pierced(size, h, 0.6, arcade).moved(z=size / 2))
    kit.add("windows", box(size, h, 0.2).moved(z=size / 2 - 2.6), of="dark_stone")
    posts = [(a[0] + 1.45, 0.7, size / 2, 0.5, 2.6, 0.9) for a in arcade[:-1]]
    kit.add("columns", b.blocks(posts), of="second")
    lean = extrude([(-1.9, 0), (1.9, 0), (-1.9, 1.7)], size + 0.6).turned(y=-90)
    kit.add("roof", lean.moved(y=h, z=size / 2 - 1.2), of="roof", pattern="shingles", repeat=2)
    for s in (-1, 1):
        wing = merge(box(7, 7.5, size), b.gable(7, 2.6, size).moved(y=7.5))
        kit.add("walls", wing.moved(s * (size / 2 + 3.5), 0, -1))
        kit.add("roof", b.gabled(size, 7, 2.6, over=0.4).turned(y=90).moved(s * (size / 2 + 3.5),
            7.5, -1), of="roof", pattern="shingles", repeat=2)
        kit.add("windows", b.blocks([(s * (size / 2 + 3.5) + dx, y, size / 2 - 1, 0.8, 1.3, 0.1)
            for dx in (-1.6, 1.6) for y in (1.8, 4.9)]),
            b.blocks([(s * (size / 2 + 7), y, z, 0.1, 1.2, 0.8) for z in np.linspace(-size * 0.4,
            size * 0.38, 6) for y in (1.8, 4.9)]), of="black")
    nave = merge(box(size + 8, 10, 8), b.gable(8, 4.2, size + 8).turned(y=90).moved(y=10))
    kit.add("walls", nave.moved(z=-size / 2 - 2))
    kit.add("roof", b.gabled(size + 8, 8, 4.2).moved(y=10, z=-size / 2 - 2), of="roof",
        pattern="shingles", repeat=2)
    kit.add("windows", b.blocks([(x, 6.8, -size / 2 + 2, 1.1, 2.4, 0.1) for x in np.linspace(-10,
        10, 6)]), of="black")
    bell = b.row(2, 3.6, 17.5, 1.0, 2.6, "round")
    at = (-size / 2 + 1, 0.0, -size / 2 - 1)
    kit.add("walls", b.shell(4.4, 22, 4.4, bell, bell, thick=0.4).moved(*at))
    kit.add("windows", b.core(4.4, 21.8, 4.4).moved(*at), of="black")
    kit.add("roof", b.hipped(4.4, 4.4, 3.4, over=0.4).moved(at[0], 22.2, at[2]), of="roof",
        pattern="shingles", repeat=2)
    return kit.model(inside=(0, 0, 0))


@form("tower", "building", 30, "standing, leaning")
def tower(ask: Request) -> Model:
    """A campanile; leaning it is round and arcaded, ruined it is a jagged stump."""
    if ask.pose == "leaning":
        return _leaning(ask)
    kit, w = b.Kit(), ask.between(5.6, 6.6)
    h = ask.between(23, 27)
    bell = b.row(3, w * 0.8, h - 5, 0.95, 3.4, "round")
    slits: list[b.Opening] = [(0, y, 0.6, 1.7, "round") for y in (6.0, 10.5, 15.0)]
    kit.add("walls", b.shell(w, h, w, [(0, 0, 1.4, 2.8, "round"), *slits, *bell], [*slits, *bell],
        thick=0.5), pattern="bricks", repeat=1.6)
    kit.add("inside", b.core(w, h, w, thick=0.6), of="black")
    for y in (h * 0.5, h - 6, h):
        kit.add("trim", b.tiers((w, w, y - 0.3), (w + 0.7, w + 0.7, y), (w + 0.7, w + 0.7, y
            + 0.3)), of="second")
    for s in (-1, 1):
        for q in (-1, 1):
            kit.add("walls", b.tiers((0.9, 0.9, 0), (0.9, 0.9, h - 6)).moved(s * w / 2, 0, q * w
                / 2))
    kit.add("roof", b.hipped(w, w, 6, over=0.3).moved(y=h + 0.5), of="roof", pattern="shingles",
        repeat=2)
    cross = b.blocks([(0, h + 6, 0, 0.1, 1.6, 0.1), (0, h + 6.9, 0, 0.8, 0.1, 0.1)])
    kit.add("cross", cross, of="iron")
    return kit.model()


def _leaning(ask: Request) -> Model:
    """A round tower of arcades that leans."""
    kit, r, floors, storey = b.Kit(), 7.2, 7, 5.6
    tilt = ask.between(-12, -9)
    post = lathe(pairs("450 0, 320 300, 280 3000, 500 3500, 500 3700"), sides=8)
    arch = b.band(b.arc(2.2, samples=7), b.arc(3.1, samples=7), 0.5)
    for k in range(floors):
        y = k * storey
        inner = r if k == 0 else r - 1.5
        if k == floors - 1:
            inner = r - 2.6
        kit.add("walls", lathe([(inner, y), (inner, y + storey)], sides=40), of="main")
        wide = r if k < floors - 1 else r - 1.9
        kit.add("trim", lathe([(wide, y + 4.75), (wide + 0.35, y + 5.0), (wide + 0.35, y + storey),
            (wide - 1, y + storey)], sides=40), of="second")
        for j in range(20):
            turn = 360 * j / 20
            kit.add("columns", post.moved(y=y, z=wide - 0.3).turned(y=turn), arch.moved(y=y + 3.4,
                z=wide - 0.3).turned(y=turn + 9), of="second")
    holes = [b.archway(1.5, 3.6, 0.2, 0.3).moved(z=r - 2.5).turned(y=45 * k) for k in range(8)]
    kit.add("trim", merge(holes).moved(y=(floors - 1) * storey + 0.2), of="second")
    return kit.model().mapped(lambda mesh: mesh.turned(z=tilt))


@form("clock tower", "building", 50)
def clock_tower(ask: Request) -> Model:
    """A tall tower with clock faces on each side and a pointed roof."""
    kit, w, h = b.Kit(), ask.between(7.4, 8.4), ask.between(30, 35)
    slits = [o for y in np.arange(3, h - 4, 5.5) for o in b.row(3, w * 0.75, float(y), 0.7, 3.6,
        "pointed")]
    kit.add("walls", b.shell(w, h, w, slits, slits, thick=0.4))
    kit.add("inside", b.core(w, h, w), of="black")
    for sx in (-1, 1):
        for sz in (-1, 1):
            kit.add("walls", b.tiers((1.2, 1.2, 0), (1.2, 1.2, h)).moved(sx * w / 2, 0, sz * w / 2),
                of="main")
        kit.add("pinnacles", *(pinnacle(1.1, 6.5).moved(sx * w * 0.56, h + 7.6, sz * w * 0.56)
            for sz in (-1, 1)), of="second")
    head = b.tiers((w, w, h - 1), (w + 1.6, w + 1.6, h), (w + 1.6, w + 1.6, h + 8.2),
        (w + 2.4, w + 2.4, h + 8.6), (w + 2.4, w + 2.4, h + 9.2))
    kit.add("head", head, of="second")
    r = w * 0.42
    disc = lathe([(r, 0), (r, 0.2)], sides=36).turned(x=90)
    marks = b.bars([[(np.cos(a) * r * 0.8, np.sin(a) * r * 0.8, 0.25), (np.cos(a) * r * 0.95,
        np.sin(a) * r * 0.95, 0.25)] for a in np.arange(12) * np.pi / 6], 0.13, sides=4)
    long, short = np.radians(ask.between(0, 360)), np.radians(ask.between(0, 360))
    hands = b.bars([[(0, 0, 0.32), (np.sin(a) * q * r, np.cos(a) * q * r, 0.32)] for a,
        q in ((long, 0.82), (short, 0.55))], (0.24, 0.1), sides=4)
    for k in range(4):
        z = w / 2 + 0.85
        kit.add("dials", disc.moved(y=h + 4.1, z=z).turned(y=90 * k), of="white")
        kit.add("hands", merge(marks, hands).moved(y=h + 4.1, z=z).turned(y=90 * k), of="black")
        kit.add("rims", b.ring(r, 0.25).moved(y=h + 4.1, z=z + 0.1).turned(y=90 * k), of="gold")
    lantern = b.shell(w * 0.8, 5, w * 0.8, b.row(4, w * 0.76, 0.6, 0.9, 3.6, "pointed"),
        b.row(4, w * 0.76, 0.6, 0.9, 3.6, "pointed")).moved(y=h + 9)
    kit.add("lantern", lantern, of="second")
    kit.add("inside", b.core(w * 0.8, 5, w * 0.8).moved(y=h + 9), of="black")
    kit.add("roof", b.tiers((w + 0.6, w + 0.6, h + 14), (w * 0.72, w * 0.72, h + 18),
        (w * 0.3, w * 0.3, h + 22), (0.1, 0.1, h + 29), crease=15), of="slate", pattern="shingles",
        repeat=1.5)
    return kit.model()
