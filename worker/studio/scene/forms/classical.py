"""Classical and monumental buildings: temples, palaces, columns, arches, pyramids."""

from __future__ import annotations

import numpy as np

from worker.studio.scene.forms import building as b
from worker.studio.scene.mesh import box, lathe, merge, pairs
from worker.studio.scene.model import Model, Request, form


@form("temple", "building", 16)
def temple(ask: Request) -> Model:
    """A temple: steps, columns all round, entablature and pediment."""
    kit, w, d, h, r = b.Kit(), 15.0, 26.0, ask.between(8.6, 9.6), 0.62
    kit.add("steps", b.podium(4, w + 1.6, d + 1.6, 0.42, 0.55), of="second")
    y = 1.68
    whole = b.column(h, r)
    places = [(x, s * d / 2) for x in np.linspace(-w / 2, w / 2, 6) for s in (1, -1)]
    places += [(s * w / 2, z) for z in np.linspace(-d / 2, d / 2, 10)[1:-1] for s in (-1, 1)]
    for x, z in places:
        gone = False
        post = b.column(h, r, broken=ask.between(0.12, 0.8)) if gone else whole
        kit.add("columns", post.moved(x, y, z))
    kit.add("cella", b.shell(w - 5, h, d - 7, [(0, 0, 2.6, 5.6, "flat")]).moved(y=y))
    kit.add("inside", b.core(w - 5, h, d - 7).moved(y=y), of="black")
    frame = merge([b.entablature(w + 1.8, 2.0, 1.9).moved(z=s * d / 2) for s in (-1, 1)]
        + [b.entablature(d + 1.8, 2.0, 1.9).turned(y=90).moved(x=s * w / 2) for s in (-1, 1)])
    kit.add("beam", frame.moved(y=y + h), box(w, 0.4, d).moved(y=y + h + 1.5))
    for s in (-1, 1):
        kit.add("pediment", b.pediment(w + 2.4, 3.5, 1.8).moved(0, y + h + 2, s * (d / 2 + 0.1)))
    roof = b.gabled(d + 1, w + 1.2, 3.5, over=0.5, thick=0.3).turned(y=90).moved(y=y + h + 1.95)
    kit.add("roof", roof, of="roof", pattern="shingles", repeat=1.5)
    return kit.model(inside=(0, y, d / 2 - 2))


@form("pavilion", "building", 8)
def pavilion(ask: Request) -> Model:
    """An open garden pavilion: eight slim columns under a bell-shaped roof."""
    kit, r, h = b.Kit(), ask.between(2.6, 3.1), 3.6
    for k in range(3):
        step = lathe([(r + 0.9 - 0.35 * k, 0.2 * k), (r + 0.9 - 0.35 * k, 0.2 * k + 0.2)], sides=8)
        kit.add("steps", step, of="stone")
    post = b.column(h, 0.17, fluted=False)
    kit.add("columns", *(post.moved(0, 0.6, r).turned(y=45 * k + 22.5) for k in range(8)))
    arch = b.pierced(r * 0.79, 1.1, 0.14, [(0, 0, r * 0.6, 0.8, "round")])
    kit.add("arches", *(arch.moved(0, 0.6 + h - 0.9, r * 0.92).turned(y=45 * k) for k in range(8)))
    y = 0.6 + h + 0.3
    bell = [(r + 0.7, y), (r + 0.7, y + 0.2), (r * 0.8, y + 0.6), (r * 0.5, y + 1.3),
        (r * 0.28, y + 2.2), (0.12, y + 2.9), (0.05, y + 3.6)]
    kit.add("roof", lathe(bell, sides=8, crease=20).turned(y=22.5).grained(0, 1, 0), of="second",
        pattern="shingles", repeat=3)
    rails = [[(np.cos(a) * r, 1.3, np.sin(a) * r), (np.cos(a + 0.785) * r, 1.3, np.sin(a + 0.785)
        * r)] for a in np.arange(8) * np.pi / 4 + np.pi / 8 if not 1.0 < a < 1.5]
    kit.add("rails", b.bars(rails, 0.06))
    return kit.model(inside=(0, 0.6, 0))


@form("folly", "building", 9)
def folly(ask: Request) -> Model:
    """A sham ruin on a mound: a broken arch beside a round stump of a tower."""
    kit, w = b.Kit(), ask.between(5, 6)
    top = 5.2 + 1.6 * np.sin(np.arange(14) * 0.33 + 0.3) + ask.rng.uniform(-0.4, 0.4, 14)
    wall = b.pierced(w, 0, 0.9, [(-0.3, 0, 2.4, 4.6, "pointed")], top=top)
    kit.add("walls", wall.moved(x=-1.8), b.archway(2.4, 4.6, 0.3, 1.1, "pointed").moved(x=-2.1),
        pattern="stones", repeat=1.6)
    drum = pairs("2000 0, 1800 800, 1700 6500, 2000 7000, 2000 7600, 1500 7600, 1400 6000")
    kit.add("walls", lathe(drum, sides=26).moved(x=2.6), b.crenel_ring(2.0, 7, 0.6).moved(2.6, 7.6,
        0), pattern="stones", repeat=1.6)
    window = b.archway(0.5, 1.6, 0.15, 0.3, "pointed").moved(2.6, 4, 1.7)
    kit.add("windows", window, b.blocks([(2.6, 4, 1.66, 0.5, 1.4, 0.1)]), of="dark_stone")
    kit.add("rubble", b.rubble(ask, 8, (4.5, 0.8, 2.5), 0.6), pattern="stones", repeat=1.6)
    return kit.model(inside=(-2.1, 0, 0))


@form("palace", "building", 34)
def palace(ask: Request) -> Model:
    """A palace: a long wing of windows, a portico in the middle and a dome over it."""
    kit, w, d, h = b.Kit(), ask.between(54, 62), 16.0, 13.0
    front = [o for y, t in ((1.2, 3.6), (7.2, 3.8)) for o in b.row(15, w * 0.96, y, 1.7, t, "round"
        if y < 2 else "flat")]
    side = [o for y in (1.2, 7.2) for o in b.row(4, d * 0.9, y, 1.7, 3.6)]
    glow = 0.0
    kit.add("walls", b.shell(w, h, d, front, side, thick=0.6))
    kit.add("windows", b.core(w, h, d, thick=0.8), of="lamp" if glow else "black", glow=glow)
    upper = [o for o in front if o[1] > 2]
    kit.add("trim", b.sills(upper, out=0.3).moved(z=d / 2), of="second")
    trim = b.blocks([(o[0], 11.3, d / 2 + 0.2, 2.3, 0.35, 0.6) for o in upper])
    kit.add("trim", trim, box(w + 0.6, 0.7, d + 0.6).moved(y=6), b.entablature(w + 0.6, 1.4, d
        + 0.6).moved(y=h), of="second")
    kit.add("walls", *(box(9, h + 3, d + 3).moved(x=s * (w / 2 - 4.5)) for s in (-1, 1)))
    for s in (-1, 1):
        kit.add("roof", b.tiers((9.6, d + 3.6, h + 3), (5, d * 0.7, h + 6.5),
            (4, d * 0.6, h + 6.5)).moved(x=s * (w / 2 - 4.5)), of="slate")
    ends = [(s * (w / 2 - 4.5) + dx, y, d / 2 + 1.5, 1.6, 3.6, 0.12) for s in (-1, 1)
        for dx in (-2, 2) for y in (1.2, 7.2)]
    kit.add("windows", b.blocks(ends), of="lamp" if glow else "black", glow=glow)
    for x in np.linspace(-8, 8, 6):
        kit.add("columns", b.column(9.0, 0.62).moved(x, 4, d / 2 + 4), of="second")
    kit.add("trim", box(19, 4, 7).moved(z=d / 2 + 2.5), b.stairs(10, 13, 0.4, 0.5).moved(z=d / 2
        + 11), b.entablature(18.5, 1.6, 6).moved(y=13, z=d / 2 + 2), b.pediment(19.5, 4,
        2).moved(y=14.6, z=d / 2 + 4.2), box(18, 3, d).moved(y=14), of="second")
    r = 7.2
    drum = lathe([(r + 0.6, 14), (r + 0.6, 17), (r, 17), (r, 21.5), (r + 0.8, 22), (r + 0.8, 22.6),
        (r, 22.8)], sides=40)
    kit.add("drum", drum)
    post = b.column(4.6, 0.33, fluted=False)
    for k in range(16):
        kit.add("columns", post.moved(0, 17, r + 0.45).turned(y=22.5 * k), of="second")
    for k in range(16):
        kit.add("windows", box(1.2, 3, 0.3).moved(0, 17.6, r).turned(y=22.5 * k + 11.2), of="black")
    kit.add("dome", b.dome(r, 8.2, ribs=16).moved(y=22.7), of="accent")
    lantern = lathe(
        pairs("1500 30400, 1300 30800, 1200 33000, 1600 33200, 900 34400, 100 35200, 60 37000"),
        sides=20)
    kit.add("lantern", lantern, of="second")
    return kit.model(inside=(0, 0, d / 2))


@form("pyramid", "building", 60)
def pyramid(ask: Request) -> Model:
    """A pyramid of courses of pale stone with dark joints between, worn at its edges."""
    kit = b.Kit()
    size, h, count = 94.0, ask.between(56, 64), 18
    courses, joints = [], []
    for k in range(count):
        wide, step, y = size * (1 - k / count), h / count, h * k / count
        worn = ask.between(0.0, 0.02) * wide
        joints.append((0, y, 0, wide - 2.2, step * 0.2, wide - 2.2))
        courses.append((worn / 2, y + step * 0.2, 0, wide - worn, step * 0.8, wide))
    kit.add("body", b.blocks(courses), of="sand", pattern="stones", repeat=0.12)
    kit.add("joints", b.blocks(joints), of="earth")
    frame = b.archway(4, 7, 1.6, 3, "flat").moved(z=size / 2 - 0.4)
    kit.add("frame", frame, of="stone")
    kit.add("door", b.blocks([(0, 0, size / 2 - 0.2, 4, 7, 1)]), of="black")
    return kit.model()


@form("obelisk", "monument", 20)
def obelisk(ask: Request) -> Model:
    """A tapering four-sided needle on its plinth."""
    kit, h = b.Kit(), ask.between(17, 21)
    kit.add("plinth", b.podium(3, 4.4, 4.4, 0.4, 0.5), of="second")
    plinth = b.tiers((3.2, 3.2, 1.2), (2.9, 2.9, 3.4), (3.4, 3.4, 3.6), (3.4, 3.4, 4.0))
    kit.add("plinth", plinth, of="second")
    needle = b.tiers((2.0, 2.0, 4.0), (1.3, 1.3, h - 1.9), (0.03, 0.03, h)).grained(0, 1, 0)
    kit.add("needle", needle)
    rng = ask.rng
    signs = [(rng.uniform(-0.22, 0.22), y, 0.96 - 0.33 * (y - 4) / (h - 6), rng.uniform(0.14, 0.4),
        rng.uniform(0.12, 0.34), 0.08) for y in np.arange(5.4, h - 3, 0.62)]
    cut = b.blocks(signs)
    kit.add("signs", *(cut.turned(y=90 * k) for k in range(4)), of="dark_stone")
    return kit.model()


@form("triumphal arch", "monument", 24)
def triumphal_arch(ask: Request) -> Model:
    """A great arch with two lesser ones, columns, an attic and a chariot group."""
    kit, w, d = b.Kit(), ask.between(21, 24), 8.0
    holes: list[b.Opening] = [(0, 0, 6.2, 11.4, "round"), (-w * 0.33, 0, 3.0, 6.4, "round"),
        (w * 0.33, 0, 3.0, 6.4, "round")]
    kit.add("walls", b.pierced(w, 13.5, d, holes))
    for o in holes:
        for s in (-1, 1):
            kit.add("trim", b.archway(o[2], o[3], 0.5, 0.4).moved(o[0], 0, s * (d / 2 + 0.15)),
                of="second")
    post = merge(box(2.0, 2.2, 2.0), b.column(9.2, 0.6).moved(y=2.2))
    for x in (-w * 0.47, -w * 0.19, w * 0.19, w * 0.47):
        for s in (-1, 1):
            kit.add("columns", post.moved(x, 0, s * (d / 2 + 1.1)), of="second")
    kit.add("beam", b.entablature(w + 1.2, 2.0, d + 2.8).moved(y=11.5), of="second")
    attic = b.tiers((w, d, 13.4), (w, d, 17.6), (w + 0.8, d + 0.8, 18), (w + 0.8, d + 0.8, 18.5))
    kit.add("attic", attic)
    kit.add("tablet", b.blocks([(0, 14.2, d / 2 + 0.1, w * 0.42, 2.8, 0.3)]), of="second")
    lines = [(0, 14.6 + 0.6 * k, d / 2 + 0.26, w * (0.34 - 0.03 * k), 0.22, 0.05) for k in range(4)]
    kit.add("letters", b.blocks(lines), of="dark_stone")
    rounds = lathe([(1.15, 0), (1.15, 0.25), (0.9, 0.25)], sides=24).turned(x=90)
    kit.add("trim", *(rounds.moved(s * w * 0.33, 9, d / 2) for s in (-1, 1)), of="second")
    statue = b.figure(3.4, detail=34)
    for x in (-w * 0.47, -w * 0.19, w * 0.19, w * 0.47):
        kit.add("statues", statue.moved(x, 13.5, d / 2 + 1.1), of="bronze")
    kit.add("statues", b.figure(4.4, raised=True).moved(y=18.5), of="bronze")
    return kit.model(inside=(0, 0, 0))


@form("plinth", "monument", 1.3)
def plinth(ask: Request) -> Model:
    """A block with a base and a cornice, on which nothing stands yet."""
    kit = b.Kit()
    kit.add("steps", b.podium(1, 1.34, 1.34, 0.12, 0.12))
    kit.add("block", box(1.0, 0.98, 1.0, bevel=0.01).moved(y=0.12))
    panel = [box(w, h, 0.03).moved(x, y, 0.5) for x, y, w, h in ((0, 0.24, 0.76, 0.05),
        (0, 0.93, 0.76, 0.05), (-0.355, 0.29, 0.05, 0.64), (0.355, 0.29, 0.05, 0.64))]
    kit.add("panels", *(bar.turned(y=turn) for bar in panel for turn in (0, 90, 180, 270)))
    kit.add("cornice", box(1.1, 0.07, 1.1).moved(y=1.1), box(1.22, 0.13, 1.22).moved(y=1.17))
    return kit.model(seat=(0, 1.3, 0))


@form("arch", "monument", 7)
def arch(ask: Request) -> Model:
    """A single free arch of wedge-shaped stones."""
    kit = b.Kit()
    kind = "round"
    w, d, t = ask.between(3.0, 3.8), 1.5, 0.85
    spring = ask.between(2.6, 3.2)
    inner, outer = b.arc(w, kind, samples=15), b.arc(w + 2 * t, kind, samples=15)
    for k in range(14):
        gap = 0.06
        stone = b.band([inner[k] * (1 - gap) + inner[k + 1] * gap, inner[k] * gap + inner[k + 1]
            * (1 - gap)], [outer[k] * (1 - gap) + outer[k + 1] * gap, outer[k] * gap + outer[k + 1]
            * (1 - gap)], d * (1.12 if k in {6, 7} else 1))
        kit.add("stones", stone.moved(y=spring))
    for s in (-1, 1):
        x = s * (w + t) / 2
        count = 4
        for k in range(count):
            kit.add("stones", box(t + 0.02, spring / count - 0.04, d, bevel=0.05).moved(x, k
                * spring / count, 0))
        kit.add("trim", box(t + 0.4, 0.28, d + 0.3).moved(x, spring - 0.2, 0), box(t + 0.5, 0.45, d
            + 0.4).moved(x=x), of="second")
    return kit.model(inside=(0, 0, 0))


@form("column", "monument", 6, attributes="broken")
def column(ask: Request) -> Model:
    """A single fluted column; broken it lies partly in drums."""
    kit, h, r = b.Kit(), ask.between(5.2, 6.2), 0.45
    kit.add("plinth", b.podium(2, 1.8, 1.8, 0.25, 0.3), of="second")
    broken = "broken" in ask
    kit.add("column", b.column(h, r, broken=ask.between(0.4, 0.65) if broken else 0.0).moved(y=0.5))
    if broken:
        drum = lathe([(r * 0.9, 0), (r * 0.92, 1.0)], sides=24)
        kit.add("column", drum.turned(z=90, y=25).moved(1.5, r * 0.9, 1.0),
            drum.scaled(0.95, 1.3, 0.95).turned(z=90, y=-30).moved(-1.3, r * 0.86, 1.3),
            b.rubble(ask, 4, (1.6, 0.8, 1.6), 0.4))
    else:
        for s in (-1, 1):
            scroll = lathe([(0.05, -0.4), (r * 0.42, -0.4), (r * 0.42, 0.4), (0.05, 0.4)],
                sides=18).turned(x=90)
            kit.add("column", *((scroll.moved(s * r * 1.1, h + 0.14, 0),)))
    return kit.model()


@form("colonnade", "building", 7, attributes="arcade")
def colonnade(ask: Request) -> Model:
    """A line of columns that carry a beam, or arches (arcade)."""
    kit, count, gap, h = b.Kit(), 7, 2.6, 4.6
    w, arcade = gap * (count - 1), ask.pick("arcade", "beam") == "arcade"
    kit.add("steps", b.podium(2, w + 2, 2.2, 0.25, 0.35), of="second")
    post = b.column(h if not arcade else 3.4, 0.33)
    top = 0.5 + (h if not arcade else 3.4)
    for _, x in enumerate(np.linspace(-w / 2, w / 2, count)):
        gone = False
        kit.add("columns", (b.column(h, 0.33, broken=ask.between(0.2, 0.7)) if gone
            else post).moved(x, 0.5, 0))
    if arcade:
        holes = [(float(x), 0.0, gap - 0.75, (gap - 0.75) / 2, "round") for x in np.linspace(-w / 2
            + gap / 2, w / 2 - gap / 2, count - 1)]
        kit.add("arches", b.pierced(w + 0.9, 1.9, 0.7, holes).moved(y=top))
        for o in holes:
            kit.add("arches", b.archway(gap - 0.75, (gap - 0.75) / 2, 0.18, 0.85).moved(o[0], top,
                0))
        kit.add("beam", b.entablature(w + 1.1, 0.7, 0.9).moved(y=top + 1.9), of="second")
        top += 2.6
    else:
        beam = b.entablature(w + 1.2, 1.0, 1.0).moved(y=top)
        kit.add("beam", beam, of="second")
        top += 1.0
    return kit.model(inside=(0, 0.5, 0))


@form("dome", "building", 18)
def dome(ask: Request) -> Model:
    """A ribbed dome on a windowed drum, with a lantern."""
    kit, r = b.Kit(), ask.between(6.5, 7.5)
    kit.add("drum", lathe([(r + 0.9, 0), (r + 0.9, 1.2), (r, 1.2), (r, 5), (r + 0.8, 5.4),
        (r + 0.8, 6)], sides=48))
    for k in range(18):
        kit.add("columns", b.column(3.8, 0.28, fluted=False).moved(0, 1.2, r + 0.4).turned(y=20
            * k), of="second")
    window = merge(box(1.0, 2.2, 0.3), lathe([(0.5, 0), (0.5, 0.3)],
        sides=16).turned(x=90).moved(y=2.2, z=-0.15))
    for k in range(18):
        kit.add("windows", window.moved(0, 1.8, r).turned(y=20 * k + 10), of="black")
    kit.add("dome", b.dome(r + 0.1, r * 1.05, ribs=18).moved(y=6), of="main")
    y = 6 + r * 1.05
    kit.add("lantern", lathe([(1.4, y - 0.3), (1.4, y + 0.2), (0.9, y + 0.2), (0.9, y + 2.2),
        (1.3, y + 2.4), (0.7, y + 3.2), (0.1, y + 3.9), (0.05, y + 5.2)], sides=16), of="second")
    return kit.model(inside=(0, 0, 0))


@form("facade", "building", 15, attributes="lit")
def facade(ask: Request) -> Model:
    """The front of a building alone, like a stage flat: two orders, scrolls and a gable."""
    kit, w = b.Kit(), ask.between(12, 14)
    low: list[b.Opening] = [(0, 0.4, 2.6, 4.8, "round"), (-w * 0.33, 1.4, 1.5, 3.2, "round"),
        (w * 0.33, 1.4, 1.5, 3.2, "round")]
    kit.add("walls", b.pierced(w, 7, 1.0, low), b.pierced(w * 0.6, 5, 1.0,
        [(0, 0.8, 2.2, 3.2, "round")]).moved(y=7.8))
    kit.add("inside", box(w - 0.4, 6.8, 0.1).moved(z=-0.42), box(w * 0.5, 4.6, 0.1).moved(y=7.8,
        z=-0.42), of="lamp" if "lit" in ask else "black", glow=0.6 if "lit" in ask else 0.0)
    kit.add("trim", b.entablature(w + 0.5, 1.0, 1.5).moved(y=6.9), b.entablature(w * 0.6 + 0.5, 0.8,
        1.4).moved(y=12.6), b.podium(3, w + 0.6, 2.4, 0.18, 0.4), of="second")
    for o in low:
        kit.add("trim", b.archway(o[2], o[3], 0.25, 0.4).moved(o[0], o[1], 0.5), of="second")
    kit.add("trim", b.archway(2.2, 3.2, 0.25, 0.4).moved(0, 8.6, 0.5), of="second")
    for x in (-w * 0.47, -w * 0.19, w * 0.19, w * 0.47):
        kit.add("trim", b.column(6.4, 0.33).moved(x, 0.5, 0.85), of="second")
    for x in (-w * 0.25, -w * 0.15, w * 0.15, w * 0.25):
        kit.add("trim", b.column(4.7, 0.27).moved(x, 7.9, 0.8), of="second")
    kit.add("trim", b.pediment(w * 0.66, 2.2, 1.2).moved(y=13.4), of="second")
    t = np.linspace(0, 1, 12)
    for s in (-1, 1):
        curve = np.column_stack([s * (w * 0.47 - w * 0.17 * t**0.6), 7.8 + 4.4 * t**2.2])
        kit.add("walls", b.band(np.column_stack([s * w * 0.3 + 0 * t, curve[:, 1]]), curve, 0.8))
        kit.add("trim", b.ring(0.55, 0.2, sides=20).moved(s * w * 0.43, 8.4, 0.3), of="second")
    return kit.model(inside=(0, 0, 0.5), back=(0, 0, -1))
