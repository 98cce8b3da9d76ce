"""Tables, beds, cupboards, chests. They face +z."""

from __future__ import annotations

import numpy as np

from worker.studio.scene.forms import building as b
from worker.studio.scene.forms.seats import cushion, four, turned_leg
from worker.studio.scene.mesh import (Array, Mesh, ball, box, columns, extrude, lathe, loft, merge,
    pairs, sheet, triples, tube)
from worker.studio.scene.model import Model, Request, form


@form("table", "furniture", 0.76, "plain")
def table(ask: Request) -> Model:
    """A table: planks on turned legs, a round one on a pedestal, or one under a cloth."""
    kit, h = b.Kit(), 0.75
    w, d = (ask.between(1.3, 1.6), 0.85)
    top = b.blocks([(0, h - 0.045, -d / 2 + d * (k + 0.5) / 5, w, 0.045, d / 5 * 0.985)
        for k in range(5)])
    kit.add("top", top)
    kit.add("legs", four(turned_leg(h - 0.05, 0.05), w / 2 - 0.1, d / 2 - 0.1), of="second")
    leg = b.blocks([(0, h - 0.15, s * (d / 2 - 0.1), w - 0.2, 0.1, 0.025) for s in (-1, 1)]
        + [(s * (w / 2 - 0.1), h - 0.15, 0, 0.025, 0.1, d - 0.2) for s in (-1, 1)])
    kit.add("legs", leg, of="second")
    return kit.model(back=(0, h + 0.01, 0), hand=(0, h + 0.01, 0.2), inside=(0, 0, 0))


def tablecloth(w: float, d: float, y: float, drop: float) -> Mesh:
    """A cloth that falls in folds over the four edges of a rectangle."""
    n = 36
    side_x, side_z = np.linspace(-1, 1, n), np.linspace(-1, 1, n)
    edge = np.concatenate([columns(side_x * w / 2, d / 2), columns(w / 2, -side_z * d / 2),
        columns(-side_x * w / 2, -d / 2), columns(-w / 2, side_z * d / 2)])
    edge = np.concatenate([edge, edge[:1]])
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(edge, axis=0), axis=1))])
    corner = np.minimum(np.abs(edge[:, 0]) / (w / 2), np.abs(edge[:, 1]) / (d / 2)) ** 14
    out = edge / np.linalg.norm(edge, axis=1, keepdims=True)
    wave = 0.022 * np.sin(along * 17) + 0.012 * np.sin(along * 31 + 1)
    rows = [columns(edge[:, 0] * 0, y, edge[:, 1] * 0)]
    for t in (0.0, 0.06, 0.3, 0.65, 1.0):
        push = (0.008 + (0.012 + wave) * t + corner * 0.05 * t) * (t > 0)
        at = edge + out * push[:, None]
        rows.append(columns(at[:, 0], y - drop * t - 0.1 * corner * t * t, at[:, 1]))
    return sheet(rows, crease=60, grain=(0, -1, 0))


@form("desk", "furniture", 1.0, "pedestal, writing")
def desk(ask: Request) -> Model:
    """A pedestal desk with drawers and a leather top, papers and an inkwell; or a sloped one."""
    kit, w, d, h = b.Kit(), ask.between(1.35, 1.55), 0.72, 0.76
    if ask.pose == "writing":
        slope = extrude([(-0.32, 0.84), (0.32, 1.12), (0.32, 0.76), (-0.32, 0.76)],
            0.8).turned(y=90)
        kit.add("body", slope, four(turned_leg(0.77, 0.035), 0.34, 0.26),
            box(0.8, 0.05, 0.1).moved(0, 1.1, -0.3))
        paper = b.blocks([(0, 0, 0, 0.3, 0.004, 0.4)]).turned(x=23.6).moved(0.05, 0.985, 0.02)
        kit.add("papers", paper, of="paper")
        return kit.model(hand=(0, 1.0, 0), back=(0, 1.0, 0))
    kit.add("body", box(w, 0.05, d, bevel=0.01).moved(y=h - 0.05))
    for s in (-1, 1):
        kit.add("body", box(0.4, h - 0.09, d - 0.08).moved(s * (w / 2 - 0.24), 0.04, 0))
    kit.add("body", box(w - 0.1, 0.13, d - 0.1).moved(y=h - 0.18))
    drawer = b.blocks([(s * (w / 2 - 0.24), 0.08 + 0.19 * k, d / 2 - 0.035, 0.34, 0.165, 0.025)
        for s in (-1, 1) for k in range(3)] + [(0, h - 0.16, d / 2 - 0.045, 0.48, 0.09, 0.025)])
    kit.add("drawers", drawer, of="second")
    knobs = [(s * (w / 2 - 0.24), 0.165 + 0.19 * k, d / 2 - 0.01) for s in (-1, 1)
        for k in range(3)] + [(0, h - 0.115, d / 2 - 0.02)]
    kit.add("knobs", *(ball(0.017, sides=8).moved(*p) for p in knobs), of="gold")
    kit.add("leather", box(w - 0.2, 0.006, d - 0.16).moved(y=h), of="green")
    for k, x in enumerate((-0.15, -0.1, 0.22)):
        kit.add("papers", box(0.21, 0.004, 0.29).turned(y=ask.between(-30, 30)).moved(x, h + 0.006
            + 0.004 * k, 0.08), of="paper")
    inkwell = b.lathed([(0.035, 0), (0.04, 0.05), (0.015, 0.06), (0.015, 0.075)], sides=14,
        at=(0.42, h, -0.1))
    kit.add("inkwell", inkwell, of="black")
    return kit.model(hand=(0, h + 0.02, 0.1), back=(0, h + 0.01, -0.1))


@form("bed", "furniture", 1.2, "made, unmade")
def bed(ask: Request) -> Model:
    """A wooden bed seen from its foot corner: made, unmade, or a four-poster."""
    kit, w, d, y = b.Kit(), ask.between(1.2, 1.45), 2.0, 0.48
    head = np.array(pairs("-500 0, 500 0, 500 950, 300 1020, 0 1200, -300 1020, -500 950")) * [w, 1]
    kit.add("frame", extrude(head, 0.06, bevel=0.015).moved(z=-d / 2), extrude(np.array(head)
        * [1, 0.58], 0.06, bevel=0.015).moved(z=d / 2),
        b.blocks([(s * (w / 2 - 0.02), 0.22, 0, 0.04, 0.2, d) for s in (-1, 1)]))
    post = lathe(pairs("45 0, 35 100, 45 800, 60 850, 30 900"), sides=12)
    for sx in (-1, 1):
        for sz, tall in ((-1, 1.15), (1, 0.78)):
            kit.add("frame", post.scaled(1, tall / 0.9, 1).moved(sx * w / 2, 0, sz * d / 2),
                ball(0.055, sides=12).moved(sx * w / 2, tall + 0.02, sz * d / 2))
    kit.add("mattress", box(w - 0.08, 0.2, d - 0.08, bevel=0.05).moved(y=0.34), of="linen")
    for s in (-1, 1):
        kit.add("pillows", cushion(w * 0.44, 0.2, 0.4).turned(x=-20).moved(s * w * 0.23, y + 0.05,
            -d / 2 + 0.28), of="white")
    unmade = ask.pose == "unmade"
    u, v = np.meshgrid(np.linspace(-1, 1, 41), np.linspace(0, 1, 33), indexing="ij")
    x, hang = u * w * 0.62, np.clip(np.abs(u) - 0.8, 0, 1) / 0.2
    z = -d / 2 + 0.62 + v * (d - 0.66)
    top = (y + 0.09 + 0.015 * np.sin(u * 7 + v * 5) + (0.0 if not unmade else 0.1
        * np.abs(np.sin(u * 5 + 3 * v + np.sin(v * 7))) * (1 - hang)))
    if unmade:
        z = z + 0.28 * (u + 0.4) * (1 - v) + 0.1 * np.sin(u * 6) * (1 - v)
        top = top + 0.12 * np.exp(-((v - 0.05) ** 2) * 90) * (1 - hang)
    xs = np.sign(x) * np.minimum(np.abs(x), w * 0.505 + 0.02 * np.sin(v * 22) * hang)
    blanket = sheet(columns(xs, top - 0.32 * hang**1.3, z), grain=(0.3, -0.3, 1))
    kit.add("blanket", blanket, of="second")
    return kit.model(seat=(w * 0.3, y + 0.1, 0.3), back=(0, y + 0.12, 0), head=(0, y + 0.25, -d / 2
        + 0.3))


@form("cupboard", "furniture", 1.9, "closed, open")
def cupboard(ask: Request) -> Model:
    """A wardrobe with panelled doors and a cornice; open it shows its shelves."""
    kit, w, h, d = b.Kit(), ask.between(1.05, 1.25), ask.between(1.8, 2.0), 0.52
    kit.add("body", *(box(0.04, h, d).moved(x=s * w / 2) for s in (-1, 1)),
        box(w, 0.05, d).moved(y=h - 0.05))
    kit.add("trim", b.tiers((w + 0.04, d + 0.02, h), (w + 0.2, d + 0.12, h + 0.1),
        (w + 0.2, d + 0.12, h + 0.14)), b.tiers((w + 0.12, d + 0.08, 0), (w + 0.12, d + 0.08, 0.08),
        (w + 0.04, d + 0.02, 0.12)), of="second")
    opened = ask.pose == "open"
    leaf_w, leaf_h = w / 2 - 0.02, h - 0.16
    frame = [(leaf_w / 2, 0, 0, leaf_w, leaf_h, 0.025)]
    panels = [(leaf_w / 2, 0.08 + k * (leaf_h - 0.1) / 2, 0.012, leaf_w * 0.7, (leaf_h - 0.3) / 2,
        0.025) for k in range(2)]
    for s in (-1, 1):
        for name, rows in (("doors", frame), ("panels", panels)):
            leaf = b.blocks(rows).turned(y=-(ask.between(70, 115) if opened else 0))
            kit.add(name, leaf.scaled(-s, 1, 1).moved(s * (w / 2 - 0.01), 0.1, d / 2), of="main"
                if name == "doors" else "second")
    inside = box(w - 0.06, h - 0.14, 0.02).moved(0, 0.1, -d / 2 + 0.03 if opened else d / 2 - 0.03)
    kit.add("inside", inside, of="black")
    if opened:
        for y in np.linspace(0.1, h - 0.1, 5)[1:-1]:
            kit.add("shelves", box(w - 0.05, 0.025, d - 0.06).moved(0, y, 0))
        pots = [b.lathed([(0.06, 0), (0.09, 0.08), (0.05, 0.18), (0.06, 0.2)], sides=14,
            at=(x, y + 0.02, 0.05)) for y in np.linspace(0.1, h - 0.1, 5)[1:-1] for x in (-0.3, 0.0,
            0.28)]
        kit.add("jars", *pots, of="ceramic")
    else:
        for s in (-1, 1):
            kit.add("knobs", ball(0.02, sides=8).moved(s * 0.05, h * 0.5, d / 2 + 0.04), of="gold")
    return kit.model(inside=(0, h * 0.5, 0))


@form("chest of drawers", "furniture", 1.0, "closed, open")
def chest_of_drawers(ask: Request) -> Model:
    """Four drawers with brass handles on bracket feet, one pulled out."""
    kit, w, h, d = b.Kit(), ask.between(0.95, 1.1), 0.95, 0.48
    kit.add("body", box(w, h - 0.14, d).moved(y=0.12))
    body = b.tiers((w + 0.06, d + 0.05, h - 0.03), (w + 0.06, d + 0.05, h), (w + 0.03, d + 0.02, h
        + 0.01))
    kit.add("body", body)
    kit.add("feet", four(box(0.12, 0.12, 0.12), w / 2 - 0.06, d / 2 - 0.06),
        b.blocks([(0, 0.08, d / 2 - 0.02, w, 0.06, 0.03)]), of="second")
    pulled = int(ask.rng.integers(4)) if ask.pose == "open" else -1
    y = 0.15
    for k, tall in enumerate((0.23, 0.2, 0.18, 0.14)):
        out = 0.22 if k == pulled else 0.0
        kit.add("drawers", box(w - 0.08, tall - 0.02, 0.03, bevel=0.006).moved(0, y, d / 2 + 0.005
            + out), of="second")
        if out:
            kit.add("drawers", b.blocks([(s * (w / 2 - 0.06), y, d / 2 + out / 2, 0.02, tall - 0.05,
                out) for s in (-1, 1)]), of="second")
            linen = cushion(w - 0.16, 0.1, out).moved(0, y + tall - 0.1, d / 2 + out / 2)
            kit.add("linen", linen, of="linen")
        for s in (-1, 1):
            ring = (b.ring(0.035, 0.006, sides=16).scaled(1, 0.7, 1).moved(s * w * 0.26, y + tall
                * 0.42, d / 2 + 0.035 + out))
            kit.add("handles", ring, of="gold")
            handle = ball(0.012, sides=8).moved(s * w * 0.26, y + tall * 0.52, d / 2 + 0.03 + out)
            kit.add("handles", handle, of="gold")
        y += tall
    return kit.model(back=(0, h + 0.01, 0))


def books(ask: Request, length: float, height: float, depth: float) -> list[Mesh]:
    """Three meshes of books in a row of a given length, from x = 0: one for each colour."""
    rows: list[list[tuple[float, ...]]] = [[], [], []]
    x = 0.0
    while x < length - 0.07:
        w = ask.between(0.022, 0.06)
        rows[int(ask.rng.integers(3))].append((x + w / 2, 0, ask.between(-0.01, 0.01), w * 0.94,
            height * ask.between(0.68, 0.97), depth * ask.between(0.8, 0.97)))
        x += w
        if ask.between(0, 1) > 0.95:
            x += ask.between(0.03, 0.1)
    return [b.blocks(r) if r else box(1e-3, 1e-3, 1e-3) for r in rows]


@form("bookcase", "furniture", 2.1)
def bookcase(ask: Request) -> Model:
    """A tall bookcase full of books."""
    kit, w, h, d, n = b.Kit(), ask.between(1.05, 1.35), ask.between(1.95, 2.2), 0.32, 5
    kit.add("case", *(box(0.05, h, d).moved(x=s * w / 2) for s in (-1, 1)),
        b.blocks([(0, 0.08 + k * (h - 0.12) / n, 0, w, 0.03, d) for k in range(n + 1)]))
    case = b.tiers((w + 0.08, d + 0.03, h - 0.03), (w + 0.18, d + 0.1, h + 0.06),
        (w + 0.18, d + 0.1, h + 0.09))
    kit.add("case", case, box(w + 0.1, 0.09, d + 0.04))
    kit.add("back", box(w, h, 0.02).moved(z=-d / 2), of="dark_wood")
    tall = (h - 0.12) / n - 0.04
    for k in range(n):
        for colour, mesh in zip(("second", "leather", "cloth"), books(ask, w - 0.08, tall, d * 0.8),
            strict=True):
            kit.add(f"books {colour}", mesh.moved(-w / 2 + 0.04, 0.11 + k * (h - 0.12) / n, 0.02),
                of=colour)
    return kit.model(inside=(0, h / 2, 0))


@form("shelf", "furniture", 0.7, where="wall")
def shelf(ask: Request) -> Model:
    """A wall shelf on brackets with jars and books."""
    kit, w, d = b.Kit(), ask.between(0.9, 1.2), 0.22
    for k in range(2):
        kit.add("boards", box(w, 0.025, d).moved(y=0.06 + 0.36 * k))
        bracket = extrude([(-d / 2, 0), (d / 2 - 0.03, 0), (-d / 2, -0.14)], 0.02).turned(y=-90)
        for s in (-1, 1):
            kit.add("brackets", bracket.moved(s * w * 0.4, 0.06 + 0.36 * k, 0), of="second")
    for colour, mesh in zip(("second", "leather", "cloth"), books(ask, w * 0.55, 0.27, d * 0.8),
        strict=True):
        kit.add(f"books {colour}", mesh.moved(-w * 0.48, 0.085, 0), of=colour)
    jar = np.array(pairs("50 0, 75 60, 70 120, 35 170, 50 190"))
    for x, y, size in triples(
        "200 85 1000, 380 85 700, -350 445 900, -100 445 1200, 150 445 700, 360 445 1100"):
        kit.add("jars", lathe(jar * size * ask.between(0.9, 1.1), sides=18).moved(x * w, y, 0),
            of="ceramic")
    return kit.model(back=(0, 0.445, 0), hand=(0, 0.445, 0))


@form("chest", "furniture", 0.7, "closed, open")
def chest(ask: Request) -> Model:
    """A domed sea chest with iron bands; open it may hold treasure."""
    kit, w, h, d = b.Kit(), ask.between(0.85, 1.0), 0.4, 0.5
    opened = ask.pose == "open"
    for s in (-1, 1):
        kit.add("body", box(w, h, 0.03).moved(z=s * (d / 2 - 0.015)), pattern="planks", repeat=7)
    for s in (-1, 1):
        kit.add("body", box(0.03, h, d).moved(x=s * (w / 2 - 0.015)), pattern="planks", repeat=7)
    curve = b.arc(d, samples=13) * [1, 0.75]
    inner = b.arc(d - 0.06, samples=13) * [1, 0.72]
    lid = merge(b.band(inner, curve, w).turned(y=90),
        *(extrude([*curve, (0, -0.001)], 0.03).turned(y=90).moved(x=s * (w / 2 - 0.015))
        for s in (-1, 1)))
    straps = merge(b.band(curve, curve * 1.05, 0.07).turned(y=90).moved(x=x) for x in (-w * 0.36, 0,
        w * 0.36))
    tilt = -ask.between(60, 85) if opened else 0.0
    for name, mesh, of in (("lid", lid, "main"), ("bands", straps, "second")):
        kit.add(name, mesh.moved(z=d / 2).turned(x=tilt).moved(0, h, -d / 2), of=of)
    band = b.blocks([(x, 0, s * d / 2, 0.07, h, 0.02) for x in (-w * 0.36, 0, w * 0.36)
        for s in (-1, 1)] + [(0, q, d / 2, w, 0.05, 0.015) for q in (0, h - 0.05)])
    kit.add("bands", band, of="second")
    kit.add("lock", box(0.1, 0.12, 0.03, bevel=0.01).moved(0, h - 0.12, d / 2 + 0.01), of="gold")
    for s in (-1, 1):
        ring = b.ring(0.06, 0.012, sides=18).turned(y=90).moved(s * (w / 2 + 0.02), h * 0.6, 0)
        kit.add("rings", ring, of="iron")
    if opened:
        kit.add("inside", box(w - 0.07, 0.02, d - 0.07).moved(y=h - 0.12), of="black")
    return kit.model(inside=(0, h - 0.1, 0), seat=(0, h + 0.19, 0), back=(0, h + 0.19, 0))


@form("coffin", "furniture", 0.5, "closed, open")
def coffin(ask: Request) -> Model:
    """A six-sided coffin; open, its lid leans off."""
    kit, long = b.Kit(), ask.between(1.85, 2.0)
    outline = np.array(np.array(pairs("-500 -220, 180 -360, 500 -200, 500 200, 180 360, -500 220"))
        * [long, 1])

    def ring(scale: float, y: float) -> Array:
        return np.column_stack([outline[:, 0] * scale, np.full(6, y), outline[:, 1] * scale])

    opened = ask.pose == "open"
    walls = [ring(0.92, 0.06), ring(1.0, 0.44)] + ([ring(0.95, 0.44), ring(0.93, 0.3)] if opened
        else [])
    kit.add("body", loft(walls, crease=20))
    lid = loft([ring(1.03, 0), ring(1.03, 0.05), ring(0.86, 0.11)], crease=20)
    cross = b.blocks([(long * 0.2, 0.1, 0, 0.55, 0.02, 0.07), (long * 0.26, 0.1, 0, 0.07, 0.02,
        0.32)])
    for name, mesh, of in (("lid", lid, "main"), ("cross", cross, "gold")):
        kit.add(name, mesh.turned(x=-68).moved(0.12, 0.36, -0.5) if opened else mesh.moved(y=0.44),
            of=of)
    if opened:
        kit.add("lining", cushion(long * 0.84, 0.1, 0.5).moved(y=0.28), cushion(0.3, 0.12,
            0.34).moved(long * 0.3, 0.33, 0), of="linen")
    handles = [tube([(x - 0.11, 0.27, s * z), (x + 0.11, 0.27, s * z)], 0.016, sides=8)
        for x, z in ((-0.5, 0.31), (0.2, 0.38)) for s in (-1, 1)]
    handles += [tube([(x + d, 0.3, s * (z - 0.06)), (x + d, 0.27, s * z)], 0.012, sides=6)
        for x, z in ((-0.5, 0.31), (0.2, 0.38)) for s in (-1, 1) for d in (-0.09, 0.09)]
    kit.add("handles", *handles, of="gold")
    kit.add("trestles", b.blocks([(x, 0, 0, 0.08, 0.06, 0.6) for x in (-0.6, 0.6)]), of="second")
    return kit.model(inside=(0, 0.35, 0), seat=(0, 0.55, 0))
