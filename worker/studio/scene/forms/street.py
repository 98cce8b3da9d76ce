"""What stands in streets and gardens: gates, doors, stairs, lights, fountains. They face +z."""

from __future__ import annotations

import numpy as np

from worker.studio.scene.forms import building as b
from worker.studio.scene.forms.lights import tongue
from worker.studio.scene.mesh import Mesh, ball, box, extrude, lathe, merge, pairs, sheet, tube
from worker.studio.scene.model import Model, Request, form


def _scroll(size: float) -> Mesh:
    """An iron spiral in the x-y plane."""
    t = np.linspace(0, 1, 26)
    r, a = size * (1 - 0.85 * t), t * 9.5
    return tube(np.column_stack([r * np.cos(a), r * np.sin(a), 0 * t]), size * 0.09, sides=5)


@form("gate", "street", 3, "closed, open")
def gate(ask: Request) -> Model:
    """Wrought iron gates between stone piers, or a five-barred field gate."""
    kit, opened = b.Kit(), ask.pose == "open"
    turn = ask.between(50, 75) if opened else 0.0
    w, h = 1.3, 2.2
    bars = [[(x, 0.12, 0), (x, h + 0.5 * (x / w) ** 2, 0)] for x in np.linspace(0.08, w - 0.04, 9)]
    rails = [[(0, y, 0), (w, y, 0)] for y in (0.15, 0.7, 1.55)]
    spears = [lathe([(0.03, 0), (0.0, 0.13)], sides=8).moved(*p[1]) for p in bars]
    curls = [_scroll(0.13).moved(x, y, 0) for x in (0.22, 0.52, 0.82, 1.1) for y in (0.86, 1.4)]
    leaf = merge(b.bars(bars, 0.016), b.bars(rails, 0.022), *spears, *curls)
    for s in (-1, 1):
        side = leaf.scaled(-s, 1, 1) if s > 0 else leaf
        kit.add("iron", side.turned(y=s * turn).moved(s * w, 0, 0))
        pier = merge(b.tiers((0.6, 0.6, 0), (0.6, 0.6, 0.25), (0.5, 0.5, 0.3), (0.5, 0.5, 2.5),
            (0.7, 0.7, 2.6), (0.7, 0.7, 2.75), (0.3, 0.3, 2.85)), ball(0.2, sides=18).moved(y=3.05))
        kit.add("piers", pier.moved(x=s * (w + 0.3)), of="second", pattern="stones", repeat=3)
    return kit.model(inside=(0, 0, 0))


@form("fence", "street", 1.2, "of split rails")
def fence(ask: Request) -> Model:
    """Two lengths of broad rails between stout posts, and a gate in the middle that is open."""
    kit, side, ajar = b.Kit(), float(ask.rng.choice([-1, 1])), ask.between(18, 28)
    ends = (0.72, 2.35)
    for x in (s * end for s in (-1, 1) for end in ends):
        post = b.tiers((0.26, 0.24, 0), (0.25, 0.23, 1.2), (0.06, 0.05, 1.34))
        kit.add("posts", post.turned(z=ask.between(-3, 3)).moved(x), of="second")
    for s in (-1, 1):
        for y in (0.36, 0.84):
            rail = box(1.75, 0.19, 0.1, bevel=0.02).turned(z=ask.between(-2.5, 2.5))
            kit.add("rails", rail.moved(s * sum(ends) / 2, y, 0.05))
    bars = [(0.08, 0.2, 0, 0.16, 0.9, 0.11), (1.22, 0.2, 0, 0.16, 0.9, 0.11),
        (0.65, 0.3, 0, 1.2, 0.16, 0.09), (0.65, 0.86, 0, 1.2, 0.16, 0.09)]
    leaf = merge(b.blocks(bars), b.bars([[(0.1, 0.34, 0), (1.2, 0.96, 0)]], 0.06))
    leaf = leaf.turned(y=-ajar)
    kit.add("gate", (leaf if side > 0 else leaf.mirrored()).moved(-side * 0.6, 0, 0.12))
    return kit.model(seat=(1.5, 1.0, 0))


@form("railing", "street", 1.1, "iron, balustrade", "stone")
def railing(ask: Request) -> Model:
    """Iron railings with spearheads, or a stone balustrade."""
    kit, w = b.Kit(), ask.between(3.6, 4.4)
    if ask.pose == "balustrade" or "stone" in ask:
        profile = pairs("80 0, 80 50, 40 90, 90 240, 80 320, 35 500, 60 550, 70 600")
        post = lathe(profile, sides=16).scaled(1.45, 1, 1.45)
        for x in np.linspace(-w / 2 + 0.42, w / 2 - 0.42, 9):
            kit.add("balusters", post.moved(x, 0.2, 0))
        kit.add("rail", b.tiers((w, 0.34, 0), (w, 0.34, 0.2)), b.tiers((w, 0.26, 0.8),
            (w, 0.36, 0.86), (w, 0.36, 0.95)), of="second")
        for s in (-1, 1):
            rail = b.tiers((0.4, 0.4, 0), (0.4, 0.4, 1.0), (0.46, 0.46, 1.05)).moved(x=s * w / 2)
            kit.add("rail", rail, b.lathed(pairs("90 1050, 60 1100, 170 1180, 200 1280, 150 1400, "
                "0 1480"), at=(s * w / 2, 0, 0)), of="second")
        return kit.model(seat=(0, 0.95, 0))
    rods = [[(x, 0.05, 0), (x, 1.05, 0)] for x in np.linspace(-w / 2, w / 2, 21)]
    kit.add("iron", b.bars(rods, 0.018), b.bars([[(-w / 2, y, 0), (w / 2, y, 0)]
        for y in (0.14, 0.92)], 0.026, sides=4), *(lathe([(0.04, -0.02), (0.0, 0.14)],
        sides=6).moved(*r[1]) for r in rods))
    for x in np.linspace(-w / 2, w / 2, 3):
        iron = b.lathed(pairs("35 0, 30 1050, 60 1100, 60 1180, 0 1260"), sides=10, at=(x, 0, 0))
        kit.add("iron", iron)
    return kit.model()


def _leaf(width: float, height: float) -> tuple[Mesh, Mesh]:
    """A door leaf hinged at x = 0: its frame and its raised panels."""
    w, h = width, height
    panels = [(w * q, h * y, 0, w * 0.34, h * t, 0.06) for q in (0.28, 0.72) for y,
        t in ((0.06, 0.3), (0.42, 0.22), (0.7, 0.24))]
    return box(w, h, 0.045).moved(x=w / 2), b.blocks(panels)


@form("door", "street", 2.3, "closed, open, ajar", "open, ajar")
def door(ask: Request) -> Model:
    """A door that stands alone in its frame, closed, ajar or open."""
    kit, w, h = b.Kit(), ask.between(0.85, 0.98), 2.08
    state = next((word for word in ("open", "ajar") if ask.pose == word or word in ask), "closed")
    turn = {"open": ask.between(72, 100), "ajar": ask.between(22, 36), "closed": 0.0}[state]
    kit.add("frame", b.archway(w, h + w / 2, 0.14, 0.2, "round").moved(y=0.04),
        box(w, 0.08, 0.16).moved(y=h + 0.04), of="second")
    middle, fan = np.array([0, h + 0.1, 0]), np.radians([30, 60, 90, 120, 150])
    kit.add("fanlight", b.bars([(middle, middle + 0.49 * w * np.array([np.cos(a), np.sin(a), 0]))
        for a in fan], 0.014), of="second")
    kit.add("glass", extrude(b.arc(w - 0.02) + np.array([0, h + 0.06]), 0.012), of="glass")
    kit.add("step", box(w + 0.9, 0.05, 0.9, bevel=0.01).moved(y=-0.16, z=0.2),
        box(w + 0.5, 0.16, 0.5, bevel=0.01).moved(y=-0.11, z=0.08), of="stone")
    frame, panels = _leaf(w, h)
    for name, mesh, of in (("leaf", frame, "main"), ("panels", panels, "main"),
        ("hinges", b.blocks([(0.13, h * y, s * 0.028, 0.26, 0.05, 0.012) for y in (0.14, 0.84)
            for s in (-1, 1)]), "iron"),
        ("knob", merge(ball(0.032, sides=12).moved(w - 0.08, h * 0.46, s * 0.06) for s in (-1, 1)),
        "gold")):
        kit.add(name, mesh.turned(y=-turn).moved(-w / 2, 0.045, 0.0), of=of)
    return kit.model(inside=(0, 0.05, 0))


@form("window", "street", 1.6, "closed, open")
def window(ask: Request) -> Model:
    """A window alone in its frame: casements closed, thrown open, or broken."""
    kit, w, h = b.Kit(), ask.between(0.95, 1.15), 1.35
    opened = ask.pose == "open"
    kit.add("frame", b.archway(w, h, 0.09, 0.14, "flat").moved(y=0.1), of="second")
    frame = b.tiers((w + 0.4, 0.32, 0), (w + 0.4, 0.32, 0.06), (w + 0.3, 0.2, 0.1))
    kit.add("frame", frame, box(w + 0.3, 0.1, 0.2).moved(y=h + 0.16), of="second")
    half = w / 2
    rows = ([(q * half, 0, 0, 0.05, h, 0.045) for q in (0.05, 0.95)]
        + [(half / 2, y, 0, half, 0.045, 0.045) for y in (0, h * 0.33, h * 0.66, h - 0.045)]
        + [(half / 2, 0, 0, 0.03, h, 0.03)])
    sash = b.blocks(rows)
    panes = [(half * q, h * y, 0, half * 0.42, h * 0.29, 0.008) for q in (0.27, 0.73)
        for y in (0.035, 0.365, 0.695)]
    for s in (-1, 1):
        turn = ask.between(95, 125) if opened else 0.0
        for name, mesh, of in (("sashes", sash, "main"), ("glass", b.blocks(panes), "glass")):
            side = mesh.turned(y=-turn) if s < 0 else mesh.turned(y=-turn).scaled(-1, 1, 1)
            kit.add(name, side.moved(s * half, 0.1, 0.02), of=of)
    return kit.model(inside=(0, 0.1, 0), seat=(0, 0.1, 0.1))


@form("staircase", "street", 3.2, "straight, spiral")
def staircase(ask: Request) -> Model:
    """Steps that lead up to nothing: a straight flight with a rail, or a spiral."""
    kit = b.Kit()
    if ask.pose == "spiral":
        count, r, rise = 22, 1.15, 0.19
        wedge = extrude([(0.05, -0.03), (r, -0.19), (r, 0.19), (0.05, 0.03)], 0.05,
            bevel=0.008).turned(x=90)
        angle = 25 * np.arange(count)
        for k, a in enumerate(angle):
            kit.add("steps", wedge.turned(y=float(a)).moved(y=rise * (k + 1)))
        newel = lathe([(0.1, 0), (0.07, 0.1), (0.07, count * rise + 1.0), (0.1, count * rise
            + 1.05), (0.02, count * rise + 1.2)], sides=18)
        kit.add("newel", newel, of="second")
        t = np.radians(np.linspace(0, 25 * (count - 1), 120))
        rail = np.column_stack([np.cos(t) * (r - 0.05), rise + (t / t[-1]) * (count - 1) * rise
            + 0.9, -np.sin(t) * (r - 0.05)])
        feet = np.radians(angle.astype(float))
        kit.add("rail", tube(rail, 0.03, sides=8),
            b.bars([[(np.cos(a) * (r - 0.05), rise * (k + 1), -np.sin(a) * (r - 0.05)),
            (np.cos(a) * (r - 0.05), rise * (k + 1) + 0.9, -np.sin(a) * (r - 0.05))] for k,
            a in enumerate(feet)], 0.014), of="second")
        feet[-1]
        return kit.model(seat=(0.8, rise, 0), back=(0.6, count * rise, 0))
    count, rise, run, w = int(ask.between(12, 16)), 0.18, 0.27, 1.3
    side = [(0.0, 0.0)]
    for k in range(count):
        side += [(k * run, (k + 1) * rise), ((k + 1) * run, (k + 1) * rise)]
    length, h = count * run, count * rise
    side += [(length, h - 0.5), (length - 0.25, h - 0.55), (0.45, 0.0)]
    body = extrude(side, w).turned(y=90)
    kit.add("steps", body)
    treads = [(0, (k + 1) * rise, -(k + 0.5) * run + 0.02, w + 0.1, 0.035, run + 0.04)
        for k in range(count)]
    kit.add("treads", b.blocks(treads), of="second")
    kit.add("posts", b.blocks([(0, 0, -length + 0.14, 0.2, h - 0.52, 0.2)]))
    for s in (-1, 1):
        x = s * (w / 2 - 0.04)
        rods = [[(x, (k + 1) * rise, -(k + 0.5) * run), (x, (k + 1) * rise + 0.85, -(k + 0.5)
            * run)] for k in range(count)]
        hand = [(x, rise * 0.9 + 0.88, 0.05), (x, rise + 0.88, -run * 0.5), (x, h + 0.88, -length
            + run * 0.5), (x, h + 0.88, -length)]
        kit.add("rail", b.bars(rods, 0.014), tube(hand, 0.035, sides=8),
            b.lathed([(0.06, 0), (0.05, 1.0), (0.07, 1.05), (0.0, 1.16)], sides=12,
            at=(x, 0.03, 0.08)), of="second")
    return kit.model(seat=(0, rise * 3, -run * 2), back=(0, h, -length + 0.2))


@form("ladder", "street", 3.4, "leaning, upright")
def ladder(ask: Request) -> Model:
    """A wooden ladder that leans back, or a step-ladder."""
    kit, h, n = b.Kit(), ask.between(3.0, 3.6), 10
    kit.add("rails", b.bars([[(s * 0.24, 0, 0), (s * 0.19, h, 0)] for s in (-1, 1)], 0.03, sides=8))
    rung = b.bars([[(-0.23, h * (k + 0.6) / n, 0), (0.23, h * (k + 0.6) / n, 0)] for k in range(n)],
        0.018, sides=8)
    kit.add("rungs", rung, of="second")
    lean = -ask.between(13, 18) if ask.pose == "leaning" else 0.0
    model = kit.model(back=(0, h * 0.5, 0.1))
    return model.mapped(lambda m: m.turned(x=lean))


@form("well", "street", 2.6)
def well(ask: Request) -> Model:
    """A round stone well with a windlass, a bucket and a small roof."""
    kit, r = b.Kit(), 0.75
    angle = np.linspace(0, 2 * np.pi, 49)
    rows = [np.column_stack([np.cos(angle) * q, np.full(49, y), np.sin(angle) * q]) for q,
        y in ((r, 0), (r, 0.8), (r * 0.72, 0.8), (r * 0.72, 0.3))]
    kit.add("wall", sheet(rows, crease=40), pattern="stones", repeat=5)
    inner, outer = (b.arc(2 * q, samples=21)[7:14] for q in (r * 0.68, r + 0.08))
    coping = b.band(inner, outer, 0.12).turned(x=90)
    kit.add("rim", *(coping.moved(y=0.85).turned(y=54 * k) for k in range(7)), of="second")
    for s in (-1, 1):
        post = b.tiers((0.14, 0.14, 0), (0.12, 0.12, 2.1)).moved(x=s * (r + 0.12))
        kit.add("posts", post, of="wood")
    kit.add("windlass", lathe([(0.09, -0.88), (0.09, 0.88)], sides=14).turned(z=90).moved(y=1.45),
        tube([(r, 1.45, 0), (r + 0.35, 1.45, 0), (r + 0.35, 1.2, 0.08), (r + 0.55, 1.2, 0.08)],
        0.025, sides=6), of="wood")
    kit.add("rope", b.bars([[(0.05, 1.45, 0.09), (0.05, 1.12, 0.05)]], 0.015), of="linen")
    rope = (b.lathed([(0.1, 1.37), (0.1, 1.53)], sides=12, at=(0, 0, 0)).moved(y=-1.45).turned(z=90)
        .moved(y=1.45))
    kit.add("rope", rope, of="linen")
    bucket = b.lathed([(0.11, 0.82), (0.15, 1.06), (0.13, 1.06), (0.1, 0.86)], sides=18,
        at=(0.05, 0, 0.05))
    bail = [[(0.05 + x, 1.05, 0.05), (0.05, 1.15, 0.05)] for x in (-0.13, 0.13)]
    kit.add("bucket", bucket, b.bars(bail, 0.012), of="accent")
    roof = b.gabled(2 * r + 0.5, 1.5, 0.75, over=0.12, thick=0.07).moved(y=2.05)
    kit.add("roof", roof, of="accent", pattern="shingles", repeat=6)
    for s in (-1, 1):
        kit.add("posts", b.gable(1.3, 0.68, 0.06).turned(y=90).moved(s * (r + 0.1), 2.05, 0),
            of="wood")
    return kit.model(inside=(0, 0.5, 0), seat=(0, 0.92, r * 0.85))


@form("fountain", "street", 3.6)
def fountain(ask: Request) -> Model:
    """Tiered basins with falling water and a figure or finial on top."""
    kit = b.Kit()
    basin = pairs(
        "2200 0, 2200 120, 2000 200, 2050 500, 2200 560, 2200 640, 1920 640, 1900 300, 300 250")
    kit.add("basin", lathe(basin, sides=8, crease=20).turned(y=22.5),
        lathe(
        pairs("500 200, 300 400, 220 1000, 340 1250, 1100 1550, 1150 1640, 1020 1620, 250 1400, "
        "160 1700, 140 2100, 220 2250, 600 2420, 620 2500, 540 2480, 120 2360, 100 2600"),
        sides=32))
    finial = b.lathed(pairs("100 2500, 160 2700, 60 2850, 100 2950, 0 3150"), sides=18)
    kit.add("finial", finial, of="second")
    kit.add("pool", lathe([(1.93, 0.48), (1.93, 0.5)], sides=32),
        lathe([(1.05, 1.58), (1.05, 1.59)], sides=32), of="water", pattern="ripples", other="foam",
        repeat=2)
    t = np.linspace(0, 1, 9)
    jets = []
    for count, r, top, reach, fall in ((14, 1.12, 1.6, 0.3, 1.1), (10, 0.6, 2.48, 0.22, 0.86)):
        for k in range(count):
            a = 2 * np.pi * k / count
            out = r + reach * t
            jets.append(tube(np.column_stack([out * np.cos(a), top + 0.12 * np.sin(t * 2.2) - fall
                * t * t, out * np.sin(a)]), 0.02 + 0.014 * t, sides=5))
    spray = [tube(np.column_stack([0.35 * t * np.cos(a), 3.1 + 1.5 * t - 1.75 * t * t, 0.35 * t
        * np.sin(a)]), 0.02, sides=5) for a in np.arange(7) * 0.9]
    kit.add("water", *jets, *spray, of="foam")
    return kit.model(inside=(0, 0.5, 1.2), seat=(0, 0.64, 2.0))


@form("statue", "street", 3.8, "standing")
def statue(ask: Request) -> Model:
    """Somebody in a long robe, of stone, on a plinth with a tablet."""
    kit = b.Kit()
    h = ask.between(1.9, 2.2)
    plinth = b.tiers((1.5, 1.5, 0), (1.5, 1.5, 0.2), (1.15, 1.15, 0.3), (1.05, 1.05, 1.35),
        (1.3, 1.3, 1.45), (1.3, 1.3, 1.6))
    kit.add("plinth", plinth, of="second")
    kit.add("tablet", b.blocks([(0, 0.55, 0.55, 0.7, 0.55, 0.05)]), of="stone")
    pose = ask.pick("standing", "pointing", "reading")
    kit.add("figure", b.carved(ask, h, pose, ask.pick("woman", "man"), "robe").moved(y=1.6))
    return kit.model(hand=(0.21 * h, 1.6 + 1.1 * h, 0.05), head=(0, 1.6 + 0.94 * h, 0),
        seat=(0, 1.6, 0.6))


@form("streetlight", "street", 4.2)
def streetlight(ask: Request) -> Model:
    """A cast-iron lamp post with a four-sided lantern, or a modern arm."""
    kit, shine = b.Kit(), 0.9
    kit.add("post",
        lathe(pairs("220 0, 220 150, 140 250, 160 700, 90 800, 110 900, 65 1000, 50 2600, "
        "90 2660, 50 2750, 45 3100, 100 3200"), sides=16),
        b.bars([[(-0.32, 2.85, 0), (0.32, 2.85, 0)]], 0.022), *(ball(0.04, sides=10).moved(s * 0.33,
        2.85, 0) for s in (-1, 1)))
    glass = b.tiers((0.24, 0.24, 3.22), (0.42, 0.42, 3.78))
    kit.add("glass", glass, of="lamp" if shine else "glass", glow=shine)
    edges = [[(sx * 0.12, 3.2, sz * 0.12), (sx * 0.215, 3.8, sz * 0.215)] for sx in (-1, 1)
        for sz in (-1, 1)]
    kit.add("post", b.bars(edges, 0.02, sides=4), b.tiers((0.5, 0.5, 3.78), (0.5, 0.5, 3.82),
        (0.2, 0.2, 4.02), (0.2, 0.2, 4.08), (0.05, 0.05, 4.15)), ball(0.05, sides=10).moved(y=4.2))
    kit.add("flame", tongue(0.3).moved(y=3.35), of="flame", glow=1.0 if shine else 0.2)
    return kit.model(lamp=(0, 3.5, 0))
