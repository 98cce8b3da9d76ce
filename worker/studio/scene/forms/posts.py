"""Graves, crosses, signs, flags, swings and other things on posts. They face +z."""

from __future__ import annotations

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms import building as b
from worker.studio.scene.mesh import (Mesh, ball, box, columns, extrude, lathe, loft, merge, pairs,
    sheet, spline, triples, tube)
from worker.studio.scene.model import Model, Request, form


def _stone(ask: Request, kind: int) -> tuple[Mesh, float]:
    """One headstone of a few kinds and its height."""
    w, h = ask.between(0.5, 0.66), ask.between(0.75, 1.05)
    if kind == 0:
        outline = [(-w / 2, 0), (w / 2, 0), *(b.arc(w)[::-1] + np.array([0, h - w / 2]))]
    elif kind == 1:
        outline = [(-w / 2, 0), (w / 2, 0), (w / 2, h * 0.8), (w * 0.36, h * 0.84),
            *(b.arc(w * 0.6)[::-1] + np.array([0, h * 0.84])), (-w * 0.36, h * 0.84),
            (-w / 2, h * 0.8)]
    elif kind == 2:
        return merge(_latin(h * 1.35, 0.12), b.tiers((0.5, 0.34, 0), (0.4, 0.28, 0.22))), h * 1.35
    else:
        outline = [(-w / 2, 0), (w / 2, 0), (w / 2, h * 0.72), (0, h), (-w / 2, h * 0.72)]
    return merge(extrude(outline, 0.13, bevel=0.018), box(w + 0.14, 0.12, 0.3)), h


def _latin(height: float, thick: float) -> Mesh:
    """A Latin cross."""
    h, t = height, thick / 2
    return extrude([(-t, 0), (t, 0), (t, h * 0.62), (h * 0.27, h * 0.62), (h * 0.27, h * 0.62 + 2
        * t), (t, h * 0.62 + 2 * t), (t, h), (-t, h), (-t, h * 0.62 + 2 * t), (-h * 0.27, h * 0.62
        + 2 * t), (-h * 0.27, h * 0.62), (-t, h * 0.62)], thick, bevel=thick * 0.1)


@form("gravestone", "street", 1.1, "single, graveyard", "graveyard")
def gravestone(ask: Request) -> Model:
    """A headstone with its mound, or a graveyard of leaning ones."""
    kit = b.Kit()
    spots = [(0.0, 0.0)]
    if ask.pose == "graveyard" or "graveyard" in ask:
        spots = [(x + ask.between(-0.25, 0.25), z + ask.between(-0.3, 0.3)) for z in (0.8, -0.9,
            -2.6) for x in (-2.4, -0.8, 0.8, 2.4)]
    top = 1.0
    for k, (x, z) in enumerate(spots):
        kind = int(ask.rng.integers(4))
        stone, height = _stone(ask, kind)
        tilt = (ask.between(-9, 9), ask.between(-8, 5)) if len(spots) > 1 else (0.0, 0.0)
        kit.add("stones" if k % 3 else "stone", stone.turned(x=tilt[1], y=ask.between(-8, 8),
            z=tilt[0]).moved(x, -0.03, z), of="main" if k % 3 == 0 else "stone")
        if kind != 2:
            rows = [(x, 0.28 + 0.09 * q, z + 0.075, 0.3 - 0.05 * (q % 2), 0.03, 0.02)
                for q in range(3)]
            letter = b.blocks(rows).moved(-x, 0, -z).turned(x=tilt[1], z=tilt[0]).moved(x, -0.03, z)
            kit.add("letters", letter, of="dark_stone")
        mound = ball((0.36, 0.16, 0.75), sides=16).bent(lambda p: np.maximum(p, (-9, -0.03, -9)))
        kit.add("mounds", mound.moved(x, 0, z + 0.95), of="grass" if k % 2 == 0 else "earth",
            pattern="mottle", repeat=6)
        top = height if k == 0 else top
    return kit.model(seat=(0, top, 0))


def _effigy() -> Mesh:
    """One of the dead, carved: on the back, the head on a cushion, the hands joined upright."""
    clay = Clay(blend=0.07).chain(triples("-600 110 0, -300 130 0, 60 110 0, 420 110 0, 800 90 0"),
        (0.2, 0.19, 0.17, 0.17, 0.2), flat=0.62, side=(0, 1, 0))
    clay.limb((-0.66, 0.12, 0), (-0.76, 0.16, 0), 0.07).lump((-0.84, 0.19, 0), (0.125, 0.11, 0.1),
        blend=0.03).limb((-0.84, 0.27, 0), (-0.8, 0.31, 0), 0.022, 0.018, blend=0.02)
    for s in (-1, 1):
        clay.chain([(-0.56, 0.16, s * 0.2), (-0.22, 0.15, s * 0.27), (-0.3, 0.3, s * 0.06)],
            (0.08, 0.065, 0.05), blend=0.03)
        clay.limb((-0.3, 0.28, s * 0.03), (-0.24, 0.5, s * 0.014), 0.045, 0.022, blend=0.01)
        clay.limb((0.84, 0.1, s * 0.09), (0.88, 0.3, s * 0.1), 0.07, 0.045, blend=0.02)
        clay.limb((-0.05, 0.23, s * 0.06), (0.74, 0.2, s * 0.12), 0.02, 0.03, blend=0.03)
    cushion = box(0.36, 0.12, 0.52, bevel=0.04).moved(-0.84, 0, 0)
    return merge(clay.mesh(detail=96).scaled(1, 1.25, 1), cushion)


@form("tomb", "street", 1.6, "sarcophagus", "open")
def tomb(ask: Request) -> Model:
    """A stone chest on whose slab its dead lies carved, or that stands open."""
    kit = b.Kit()
    w, d, h = 2.2, 0.95, 0.74
    chest = b.tiers((w + 0.3, d + 0.3, 0), (w + 0.3, d + 0.3, 0.12), (w, d, 0.2), (w, d, h - 0.14),
        (w + 0.2, d + 0.2, h - 0.06), (w + 0.2, d + 0.2, h))
    kit.add("chest", chest)
    niche = b.archway(0.46, 0.34, 0.06, 0.07, "pointed")
    for x in (-0.7, 0.0, 0.7):
        kit.add("niches", niche.moved(x, 0.24, d / 2 + 0.02), of="second")
    for s in (-1, 1):
        kit.add("niches", niche.turned(y=s * 90).moved(s * (w / 2 + 0.02), 0.24, 0), of="second")
    if "open" in ask:
        lid = b.tiers((w + 0.1, d + 0.1, 0), (w + 0.1, d + 0.1, 0.16), (w - 0.5, 0.3, 0.34))
        kit.add("lid", lid.turned(y=-16).moved(0.42, h, -0.16))
        kit.add("hollow", box(w - 0.1, 0.012, d - 0.14).moved(y=h), of="black")
    else:
        kit.add("lid", box(w, 0.07, d, bevel=0.03).moved(y=h))
        kit.add("figure", _effigy().scaled(1.08, 1.35, 1.35).moved(y=h + 0.06), of="marble")
    return kit.model(seat=(0, h, d / 2), inside=(0, h, 0))


@form("cross", "street", 3.2, "latin")
def cross(ask: Request) -> Model:
    """A Latin cross on steps, a ringed Celtic one, or a roofed wayside cross."""
    kit = b.Kit()
    kit.add("steps", b.podium(3, 0.8, 0.8, 0.2, 0.28), of="second")
    kit.add("cross", _latin(2.6, 0.24).moved(y=0.6))
    return kit.model()


@form("telegraph pole", "street", 8, attributes="wires")
def telegraph_pole(ask: Request) -> Model:
    """A pole with two stout cross arms and large insulators; wires run to a second pole."""
    kit, h = b.Kit(), ask.between(7.0, 7.6)
    arms = [(h - 0.5, 1.15), (h - 1.5, 0.95)]
    ends = [(0.0, 0.0), (6.4, -6.0)] if "wires" in ask else [(0.0, 0.0)]
    pins = [(s * half * 0.84, y + 0.16, 0.17) for y, half in arms for s in (-1, 1)]
    cup = lathe([(0.05, 0), (0.12, 0.08), (0.11, 0.2), (0.13, 0.24), (0.07, 0.38)], sides=12)
    for x, z in ends:
        kit.add("pole", b.bars([[(x, 0, z), (x, h, z)]], (0.21, 0.15), sides=14))
        kit.add("arms", b.blocks([(x, y, z + 0.17, 2 * half, 0.18, 0.16) for y, half in arms]))
        kit.add("insulators", *(cup.moved(x + p, y, z + q) for p, y, q in pins), of="white")
    u = np.linspace(0, 1, 17)
    for p, y, q in pins if len(ends) > 1 else ():
        way = columns(p + ends[1][0] * u, y + 0.24 - 2.4 * u * (1 - u), q + ends[1][1] * u)
        kit.add("wires", tube(way, 0.035, sides=6), of="black")
    return kit.model(seat=(0.6, h - 0.3, 0.1))


@form("signpost", "street", 2.8)
def signpost(ask: Request) -> Model:
    """A post with pointing boards that disagree."""
    kit, h = b.Kit(), ask.between(2.6, 3.0)
    kit.add("post", b.tiers((0.14, 0.14, 0), (0.12, 0.12, h), (0.01, 0.01, h + 0.14)), of="second")
    arm = pairs("50 -120, 850 -120, 1020 0, 850 120, 50 120")
    for k, turn in enumerate((ask.between(-18, 12), 180 + ask.between(-15, 20),
        ask.between(35, 70))):
        y = h - 0.25 - 0.36 * k
        board = extrude(arm, 0.045, bevel=0.008).turned(z=ask.between(-4, 4))
        kit.add("boards", board.turned(y=turn).moved(0, y, 0.05))
        words = b.blocks([(0.22 + 0.13 * q, -0.035, s * 0.025, 0.085, 0.07, 0.006) for q in range(4)
            for s in (-1, 1)])
        kit.add("letters", words.turned(y=turn).moved(0, y, 0.05), of="black")
    return kit.model(seat=(0, h + 0.1, 0))


@form("billboard", "street", 5.5)
def billboard(ask: Request) -> Model:
    """A hoarding on braced posts with a poster of flat shapes."""
    kit, w, h = b.Kit(), ask.between(6, 7), 3.2
    post = b.bars([[(x, 0, -0.2), (x, 2.0 + h, -0.2)] for x in np.linspace(-w * 0.4, w * 0.4, 4)]
        + [[(x, 0, -1.8), (x, 3.6, -0.2)] for x in np.linspace(-w * 0.4, w * 0.4, 4)], 0.1, sides=4)
    kit.add("posts", post, b.blocks([(0, 1.5, 0.25, w, 0.08, 0.5)]), of="wood")
    kit.add("board", box(w, h, 0.12).moved(y=2.0))
    kit.add("frame", b.archway(w, h, 0.14, 0.2, "flat").moved(y=2.0), box(w + 0.28, 0.14,
        0.2).moved(y=1.88), of="second")
    sun = (lathe([(h * 0.3, 0), (h * 0.3, 0.03)], sides=32).turned(x=90).moved(-w * 0.24, 2.0 + h
        * 0.55, 0.06))
    kit.add("sun", sun, of="accent")
    kit.add("letters", b.blocks([(w * 0.02 + q * 0.62, 2.0 + h * 0.52, 0.07, 0.42, 0.8, 0.03)
        for q in range(5)] + [(w * 0.2, 2.0 + h * 0.3 - 0.3 * k, 0.07, 2.6 - 0.6 * k, 0.14, 0.03)
        for k in range(2)]), of="second")
    for x in (-w * 0.3, 0, w * 0.3):
        kit.add("lamps", tube([(x, 2.0 + h, 0), (x, 2.5 + h, 0.4), (x, 2.35 + h, 0.8)], 0.04,
            samples=10, sides=6), of="iron")
    return kit.model(seat=(0, 1.6, 0.35))


@form("flag", "street", 5, "flying, hanging")
def flag(ask: Request) -> Model:
    """A flag that flies from its pole, or a banner that hangs from a crossbar."""
    kit, h, w, tall = b.Kit(), ask.between(4.5, 5.0), 2.6, 1.7
    kit.add("pole", b.bars([[(0, 0, 0), (0, h, 0)]], (0.11, 0.08), sides=12), b.tiers((0.9, 0.9, 0),
        (0.9, 0.9, 0.24), (0.6, 0.6, 0.3), (0.5, 0.5, 0.5), (0.24, 0.24, 0.6)), of="wood")
    kit.add("finial", ball(0.14, sides=14).moved(y=h + 0.1), of="gold")
    u, v = np.meshgrid(np.linspace(0, 1, 49), np.linspace(0, 1, 49), indexing="ij")
    if ask.pose == "hanging":
        # Its lower edge is swallow-tailed; it sags between its rings in folds.
        x = (v - 0.5) * tall * (1 - 0.05 * np.sin(np.pi * u))
        sag = 0.05 * (1 - u) * np.sin(v * 2 * np.pi) ** 2
        y = h - 0.3 - u * w * (0.78 + 0.27 * np.abs(2 * v - 1)) - sag
        z = 0.26 + 0.09 * np.cos(v * 4 * np.pi) * (0.35 + 0.65 * u) + 0.1 * np.sin(3 * u + v) * u
        bar = [(-0.6 * tall, h - 0.22, 0.18), (0.6 * tall, h - 0.22, 0.18)]
        kit.add("pole", b.bars([bar], 0.065), ball(0.1, sides=10).moved(0, h - 0.22, 0.05),
            of="wood")
        kit.add("tassels", *[ball(0.07, sides=10).moved(*end) for end in bar], *[lathe(pairs(
            "12 0, 55 -40, 70 -260, 0 -270")).moved(x_, h - 0.26, 0.18) for x_, _, _ in bar],
            of="gold")
        kit.add("fringe", sheet(np.stack([columns(x, y - drop, z)[-1] for drop in (0, 0.13)])),
            of="gold")
    else:
        phase = ask.between(0, 6)
        x = 0.05 + u * w * (0.95 - 0.05 * v)
        y = h - 0.1 - tall * v * (1 - 0.06 * u) - 0.36 * u * u + 0.07 * np.sin(u * 7 + phase)
        z = 0.5 * u**0.7 * np.sin(u * 8 + v * 1.6 + phase)
    grid = columns(x, y, z)
    for k, (name, of) in enumerate((("cloth", "main"), ("middle", "second"), ("lower", "accent"))):
        low, high = (0, 16, 32, 48)[k : k + 2]
        kit.add(name, sheet(grid[:, low : high + 1], grain=(1, -0.2, 0)), of=of)
    return kit.model(hand=(0, 1.2, 0))


@form("swing", "street", 2.8, "still, swinging")
def swing(ask: Request) -> Model:
    """A plank on two ropes from a frame of splayed posts."""
    kit, w, h = b.Kit(), 2.2, ask.between(2.6, 2.9)
    frame = b.bars([[(s * w / 2, h, 0), (s * (w / 2 + 0.25), 0, q * 0.95)] for s in (-1, 1)
        for q in (-1, 1)] + [[(-w / 2 - 0.15, h, 0), (w / 2 + 0.15, h, 0)]], 0.06, sides=8)
    kit.add("frame", frame, b.bars([[(s * (w / 2 + 0.13), h * 0.48, -0.48), (s * (w / 2 + 0.13), h
        * 0.48, 0.48)] for s in (-1, 1)], 0.04), of="main")
    swing_ = 24.0 if ask.pose == "swinging" else 0.0
    drop = h - 0.5
    ropes = b.bars([[(s * 0.3, 0, 0), (s * 0.3, -drop * 1, 0)] for s in (-1, 1)], 0.014)
    seat = box(0.72, 0.035, 0.24).moved(y=-drop)
    kit.add("ropes", ropes.turned(x=swing_).moved(y=h), of="linen")
    kit.add("seat", seat.turned(x=swing_).moved(y=h), of="second")
    a = np.radians(swing_)
    return kit.model(seat=(0, h - drop * float(np.cos(a)) + 0.04, -drop * float(np.sin(a))))


@form("target", "street", 1.7)
def target(ask: Request) -> Model:
    """An archery target of rings on a tripod, with arrows in it."""
    kit, r = b.Kit(), 0.6
    tilt = -14
    boss = lathe([(r, -0.06), (r, 0.05)], sides=40).turned(x=90)
    kit.add("boss", boss.turned(x=tilt).moved(y=1.05), of="dry_grass")
    for k, (share, of) in enumerate(((1.0, "second"), (0.8, "main"), (0.6, "second"), (0.4, "main"),
        (0.2, "accent"))):
        disc = (lathe([(r * share * 0.97, 0), (r * share * 0.97, 0.012)],
            sides=40).turned(x=90).moved(z=0.055 + 0.006 * k))
        kit.add(f"ring {k}", disc.turned(x=tilt).moved(y=1.05), of=of)
    stand = b.bars([[(s * 0.62, 0, 0.22), (s * 0.08, 1.75, -0.22)] for s in (-1, 1)]
        + [[(0, 0, -0.75), (0, 1.7, -0.24)], [(-0.5, 0.42, 0.14), (0.5, 0.42, 0.14)]], 0.035,
        sides=6)
    kit.add("stand", stand, of="wood")
    for x, y in ((0.05, 0.04), (-0.17, 0.12), (0.22, -0.2)):
        shaft = b.bars([[(x, y, 0.05), (x + 0.03, y + 0.05, 0.72)]], 0.009)
        vane = merge(sheet([[(0.0, 0.0, 0.55), (0.0, 0.0, 0.7)], [(0.045, 0.0, 0.6),
            (0.045, 0.0, 0.73)]]).turned(z=120 * k).moved(x + 0.025, y + 0.04, 0) for k in range(3))
        kit.add("arrows", shaft.turned(x=tilt).moved(y=1.05), of="wood")
        kit.add("vanes", vane.turned(x=tilt).moved(y=1.05), of="white_feather")
    return kit.model(inside=(0, 1.05, 0.1))


@form("sundial", "street", 1.2)
def sundial(ask: Request) -> Model:
    """A dial with its gnomon on a pillar."""
    kit = b.Kit()
    pillar = b.lathed(pairs("300 0, 300 80, 200 120, 170 160, 130 760, 200 820"), sides=32)
    kit.add("pillar", pillar)
    # The dial leans to the viewer, so that its hours are seen.
    dial = lathe([(0, 0), (0.42, 0), (0.45, 0.025), (0.42, 0.05), (0, 0.05)], sides=40)
    gnomon = extrude([(-0.26, 0), (0.2, 0), (0.2, 0.36)], 0.03).turned(y=100).moved(y=0.05)
    marks = [[(np.cos(a) * q, 0.055, np.sin(a) * q) for q in (0.28, 0.37)]
        for a in np.linspace(-0.4, np.pi + 0.4, 13)]
    for name, mesh, colour in (("dial", dial, "bronze"), ("gnomon", gnomon, "gold"),
            ("marks", b.bars(marks, 0.012, sides=4), "black")):
        kit.add(name, mesh.turned(x=22).moved(y=0.86), of=colour)
    return kit.model(hand=(0, 1.1, 0))


@form("stepping stones", "street", 0.15, attributes="water")
def stepping_stones(ask: Request) -> Model:
    """A curving line of flat stones that leads away."""
    kit = b.Kit()
    path = spline(
        np.array(triples("400 0 2600, -300 0 1200, 500 0 -400, 200 0 -1800, -600 0 -3200")), 9)
    for x, _, z in path:
        angle = np.linspace(0, 2 * np.pi, 12, endpoint=False)
        r = ask.between(0.28, 0.4) * (1 + 0.14 * ask.rng.uniform(-1, 1, 12))
        rings = [np.column_stack([np.cos(angle) * r * q * 1.2, np.full(12, y), np.sin(angle) * r * q
            * 0.85]) for q, y in ((1, 0), (1.02, 0.08), (0.9, 0.13))]
        kit.add("stones", loft(rings, crease=45).moved(x, 0, z))
    if "water" in ask:
        kit.add("water", box(4, 0.03, 7), of="water", pattern="ripples", other="foam", repeat=1.5)
    return kit.model(back=(float(path[4][0]), 0.13, float(path[4][2])))
