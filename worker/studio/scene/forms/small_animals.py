"""Reptiles, insects and other small animals; walkers face +x, winged ones the viewer."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms.beasts import both
from worker.studio.scene.mesh import (Array, Mesh, ball, box, columns, merge, pairs, rotation,
    sheet, spline, triples, tube)
from worker.studio.scene.model import Model, Part, Request, form


def serpent(path: Array, radii: Array, *, samples: int = 120, sides: int = 16) -> Mesh:
    """A long smooth body with a rounded tip at both ends."""
    return tube(path, radii, samples=samples, sides=sides)


@form("snake", "small animal", 0.5, "coiled, raised, crawling")
def snake(ask: Request) -> Model:
    """A snake in coils, reared up, or crawling."""
    if ask.pose == "crawling":
        s = np.linspace(0, 1, 60)
        path = columns(0.9 - 1.8 * s, 0.05 + 0 * s, 0.3 * np.sin(s * 15) * (0.35 + 0.65 * s))
        path[:6, 1] += np.array([0.16, 0.14, 0.1, 0.06, 0.03, 0.01])
        head = path[0]
    else:
        turn = np.linspace(0, 14, 60)
        radius = 0.36 - 0.012 * turn
        ring = columns(radius * np.cos(turn), 0.05 + 0.012 * turn, radius * np.sin(turn))
        tall = 0.62 if ask.pose == "raised" else 0.36
        rise = np.array([(0.05, 0.24, 0.1), (-0.08, 0.3, 0.05), (-0.1, 0.7 * tall, 0.02),
            (0.0, tall, 0.02), (0.1, tall + 0.06, 0.03), (0.2, tall + 0.05, 0.04)])
        path = np.vstack([ring, rise])[::-1]
        head = path[0]
    n = len(path)
    girth = np.interp(np.linspace(0, 1, n), [0, 0.05, 0.3, 0.7, 1], [0.034, 0.036, 0.06, 0.055,
        0.006])
    body = serpent(path, girth, samples=200)
    clay = Clay(blend=0.03).limb(head - [0.06, 0, 0], head + np.array([0.05, 0, 0]), 0.045, 0.038,
        flat=0.7, side=(0, 1, 0))
    clay.lump(head + np.array([0.0, 0.005, 0]), (0.06, 0.034, 0.055)).limb(head
        + np.array([0.05, 0, 0]), head + np.array([0.1, -0.01, 0]), 0.034, 0.024, flat=0.8,
        side=(0, 1, 0))
    parts = [Part("body", merge(body, clay.mesh(detail=30)), "main", pattern="spots",
        other="second", repeat=18)]
    fork = [tube([head + np.array([0.1, -0.02, 0]), head + np.array([0.15, -0.02, 0]), head
        + np.array([0.19, 0.0, 0.016 * s])], [0.005, 0.004, 0.001], sides=5) for s in (-1, 1)]
    eyes = both(ball(0.011, sides=8).moved(0.035, 0.022, 0.036)).moved(*head)
    parts += [Part("tongue", merge(fork), "red"), Part("eyes", eyes, "eye")]
    return Model.of(*parts, head=(float(head[0]), float(head[1]), 0))


@form("lizard", "small animal", 0.2, "crawling")
def lizard(ask: Request) -> Model:
    """A lizard on a sunny stone, seen from its back."""
    s = np.linspace(0, 1, 40)
    sway = 0.24 * np.sin(2 + s * 6) * np.maximum(s - 0.35, 0) * 2
    line = columns(0.42 - 1.42 * s, 0.13 + 0 * s - 0.09 * np.clip((s - 0.4) / 0.3, 0, 1) + 0.25
        * np.maximum(s - 0.7, 0), sway)
    girth = (np.interp(s, [0, 0.08, 0.25, 0.42, 0.55, 0.8, 1], [0.06, 0.075, 0.115, 0.09, 0.055,
        0.025, 0.004]) * 1.1)
    pieces = [tube(line, girth, sides=18, flat=0.72, side=(0, 1, 0))]
    clay = Clay(blend=0.05).limb((0.34, 0.14, 0), (0.5, 0.15, 0), 0.075, 0.068, flat=0.72,
        side=(0, 1, 0))
    clay.limb((0.5, 0.15, 0), (0.66, 0.14, 0), 0.062, 0.03, flat=0.75, side=(0, 1, 0))
    for x, lead in ((0.22, 0.12), (-0.2, -0.1)):
        for z in (-1, 1):
            knee = (x + 0.6 * lead * z, 0.17, 0.2 * z)
            foot = np.array([x + lead * 0.4 - 0.05 * z, 0.015, 0.27 * z])
            clay.chain([(x, 0.12, 0.07 * z), knee, foot.tolist()], (0.055, 0.036, 0.022),
                blend=0.03)
            for a in (-40, -12, 16, 44):
                toe = rotation(y=a - 10 * z) @ np.array([0.09, 0, 0.03 * z])
                pieces.append(tube([foot, foot + toe], [0.014, 0.004], sides=6))
    pieces.append(clay.mesh(detail=72))
    parts = [Part("body", merge(pieces), "main", pattern="spots", repeat=16)]
    eye = both(ball(0.016, sides=10).moved(0.5, 0.2, 0.045))
    stone = box(2.0, 0.3, 1.1, bevel=0.08).turned(y=20).moved(-0.15, -0.29, 0)
    slope = Model.of(*parts, Part("eyes", eye, "beak"), Part("stone", stone, "stone", "mottle",
        repeat=4)).mapped(lambda m: m.turned(y=-20).turned(x=50, z=12))
    low = min(float(p.mesh.bounds[0][1]) for p in slope.parts)
    under = stone.points[:, 1] < -0.2
    wedge = slope.parts[-1].mesh.bent(
        lambda p: columns(p[:, 0], np.where(under, low, p[:, 1]), p[:, 2]))
    return Model([*slope.parts[:-1], replace(slope.parts[-1], mesh=wedge)],
        {}).mapped(lambda m: m.scaled(0.3))


@form("frog", "small animal", 0.1, "sitting, leaping")
def frog(ask: Request) -> Model:
    """A frog."""
    clay = (Clay(blend=0.02).limb((-0.045, 0.04, 0), (0.03, 0.07, 0), 0.036, 0.04).lump((0.055,
        0.082, 0), (0.045, 0.026, 0.043)))
    leap = ask.pose == "leaping"
    for z in (-1, 1):
        clay.lump((0.055, 0.106, 0.026 * z), (0.016, 0.016, 0.014), blend=0.008)
        if leap:
            clay.chain(triples("-50 40 25, -100 30 70, -170 20 40, -230 -20 60", 1, 1, z),
                (0.024, 0.018, 0.011, 0.007), blend=0.01)
            clay.chain([(0.03, 0.05, 0.035 * z), (0.07, 0.03, 0.06 * z), (0.12, 0.02, 0.06 * z)],
                (0.015, 0.011, 0.008), blend=0.01)
        else:
            clay.chain(triples("-55 35 30, 15 50 72, -55 14 70, 30 8 85", 1, 1, z),
                (0.026, 0.02, 0.012, 0.009), blend=0.008)
            clay.chain([(0.03, 0.06, 0.036 * z), (0.038, 0.035, 0.058 * z), (0.058, 0.008, 0.045
                * z)], (0.015, 0.011, 0.008), blend=0.01)
    toes = []
    for z in (-1, 1):
        ends = (((-0.23, -0.02, 0.06), (0.12, 0.02, 0.06)) if leap else ((0.03, 0.006, 0.085),
            (0.058, 0.006, 0.045)))
        for x, y, w in ends:
            for a in (-30, 0, 30):
                toe = rotation(y=a) @ np.array([0.035 * (-1 if leap and x < 0 else 1), 0, 0])
                toes.append(tube([(x, y, w * z), (x + toe[0], y - 0.002, w * z + toe[2])],
                    [0.005, 0.003], sides=6))
                toes.append(ball(0.0052, sides=6).moved(x + toe[0], y - 0.002, w * z + toe[2]))
    eyes = both(ball((0.009, 0.009, 0.006), sides=10).moved(0.06, 0.109, 0.036))
    mouth = both(tube([(0.098, 0.078, 0.0), (0.082, 0.074, 0.032), (0.045, 0.076, 0.044)], 0.0018,
        samples=10, sides=5))
    parts = [Part("body", merge(clay.mesh(detail=68), *toes), "main", pattern="spots", repeat=60),
        Part("eyes", eyes, "eye"), Part("mouth", mouth, "dark_fur")]
    made = Model.of(*parts, back=(-0.02, 0.09, 0))
    return made.mapped(lambda m: m.turned(z=24)) if leap else made


@form("turtle", "small animal", 0.25, "walking")
def turtle(ask: Request) -> Model:
    """A turtle under its plated shell."""
    angle = np.linspace(0, 2 * np.pi, 73)
    profile = np.array(pairs("1070 0, 1010 26, 930 64, 720 125, 450 165, 180 182, 10 184"))

    def on_shell(r: Array, a: Array, lift: float = 0.0) -> Array:
        """Points of the shell at shares of its radius, towards angles."""
        y = np.interp(-r, -profile[:, 0], profile[:, 1]) + lift
        edge = 1 + 0.02 * np.cos(a * 14) * (r > 0.95)
        return columns(0.3 * r * edge * np.cos(a), 0.09 + y, 0.23 * r * edge * np.sin(a))

    rows = spline(profile, 40)[:, 0]
    shell = sheet(np.stack([on_shell(r + 0 * angle, angle) for r in rows]))
    along = np.linspace(0, 1, 12)
    lines = [on_shell(0.86 + 0 * angle, angle), on_shell(0.42 + 0.1 * np.cos(6 * angle), angle)]
    lines += [on_shell(0.42 + 0.1 * np.cos(6 * a) + (0.44 - 0.1 * np.cos(6 * a)) * along,
        a + 0 * along) for a in np.pi / 6 * np.arange(0, 12, 2)]
    lines += [on_shell(0.86 + 0.18 * along, a + 0 * along) for a in np.pi / 12 * np.arange(24)]
    lines += [on_shell(np.abs(z) / np.sin(np.arctan2(np.abs(z), 0.13 * x)),
        np.arctan2(z, 0.13 * x)) for x in (-2, 2) for z in [np.linspace(-0.36, 0.36, 12)]]
    seams = [tube(line, 0.0055, sides=6) for line in lines]
    clay = (Clay(blend=0.03).lump((0, 0.085, 0), (0.28, 0.04, 0.2)).chain([(0.24, 0.1, 0),
        (0.36, 0.15, 0), (0.42, 0.18, 0)], (0.05, 0.042, 0.05)))
    clay.limb((0.42, 0.18, 0), (0.48, 0.165, 0), 0.05, 0.032).limb((-0.27, 0.08, 0),
        (-0.4, 0.04, 0), 0.03, 0.004)
    claws = []
    for x, z in ((0.2, 1), (0.2, -1), (-0.2, 1), (-0.2, -1)):
        foot = np.array([x * 1.22 + 0.035 + 0.02 * z, 0.024, 0.235 * z])
        clay.limb((x, 0.09, 0.14 * z), (x * 1.22 + 0.02 * z, 0.035, 0.23 * z), 0.055, 0.045)
        clay.lump(foot.tolist(), (0.055, 0.022, 0.045))
        claws += [tube(foot + np.array([(0.04, -0.004, d), (0.075, -0.018, d)]), [0.01, 0.002],
            sides=6) for d in (-0.026, 0.0, 0.026)]
    eyes = both(ball(0.012, sides=8).moved(0.447, 0.2, 0.04))
    mouth = both(tube([(0.513, 0.155, 0), (0.49, 0.152, 0.025), (0.45, 0.158, 0.044)], 0.0035,
        samples=8, sides=5))
    return Model.of(Part("shell", shell), Part("seams", merge(seams), "dark_wood"),
        Part("body", merge(clay.mesh(detail=64), *claws), "second"), Part("eyes", eyes, "eye"),
        Part("mouth", mouth, "eye", drawn=True), back=(0, 0.275, 0))


@form("snail", "small animal", 0.06, "creeping")
def snail(ask: Request) -> Model:
    """A snail with its spiral house."""
    clay = Clay(blend=0.012).chain(triples("-75 6 0, -30 14 0, 40 14 0, 68 30 0, 76 42 0"),
        (0.003, 0.014, 0.015, 0.013, 0.012), blend=0.015)
    clay.lump((0.0, 0.006, 0), (0.07, 0.007, 0.018))
    horns = [tube([(0.08, 0.048, 0.005 * z), (0.09, 0.07, 0.011 * z), (0.1, 0.082, 0.015 * z)],
        [0.0032, 0.002, 0.0018], sides=6, samples=8) for z in (-1, 1)]
    horns += [ball(0.0036, sides=8).moved(0.1, 0.083, 0.015 * z) for z in (-1, 1)]
    turn = np.linspace(-16, 0.6, 150)
    grow = np.exp(0.13 * turn)
    coil = columns(-0.012 + 0.03 * grow * np.sin(turn + 2.2), 0.05 + 0.03 * grow
        * np.cos(turn + 2.2), 0.016 * (1 - grow))
    house = tube(coil, 0.0205 * grow, sides=18)
    return Model.of(Part("body", clay.mesh(detail=56), "sand"), Part("horns", merge(horns), "sand"),
        Part("house", house, "bark", pattern="mottle", repeat=90))


def _wing(outline: list[tuple[float, float]], rows: int = 12) -> Mesh:
    """A flat wing from its root at the origin to an outline."""
    edge = spline(np.array(outline), 36)
    s = np.linspace(0.02, 1, rows)[:, None, None]
    flat = edge[None] * s
    lift = 0.06 * np.sin(np.pi * s[..., 0]) * np.cos(np.arange(36) * 0.9)[None] * 0.3
    return sheet(np.concatenate([flat, np.broadcast_to(lift[..., None], (*flat.shape[:2], 1))], -1))


@form("butterfly", "small animal", 0.07, "spread, resting", where="air")
def butterfly(ask: Request) -> Model:
    """A butterfly: arched wings with dark scalloped borders, and an eye on each."""
    fore = pairs("30 40, 300 470, 640 800, 960 930, 1080 820, 1040 600, 930 390, 780 190, 520 30,"
        "200 -10, 30 0")
    hind = pairs("30 0, 300 20, 600 30, 800 -110, 830 -330, 720 -560, 540 -690, 370 -640, 230 -470,"
        "110 -250, 30 -60")
    folded = 66 if ask.pose == "resting" else 20

    def arched(mesh: Mesh, lift: float) -> Mesh:
        """One wing, bowed along and across, on both sides."""
        one = mesh.bent(lambda p: columns(p[:, 0], p[:, 1], p[:, 2] + lift + 0.2 * p[:, 0]
            - 0.28 * p[:, 0] ** 2 + 0.06 * p[:, 1])).turned(y=-folded)
        return merge(one, one.mirrored())

    wings: list[Mesh] = []
    border: list[Mesh] = []
    marks: list[Mesh] = []
    eyes: list[Mesh] = []
    for outline, lift, centre, spot in ((fore, 0.0, (0.1, 0.06), (0.77, 0.62)), (hind, -0.035,
            (0.1, -0.05), (0.56, -0.36))):
        wings.append(arched(_wing(outline), lift))
        edge = spline(np.array(outline), 60)[8:52]
        edge = edge + (edge - centre) * 0.018 * np.cos(np.arange(44) * 1.05)[:, None]
        inner = edge + (np.array(centre) - edge) * np.linspace(0.12, 0.2, 44)[:, None]
        band = np.stack([edge, (edge + inner) / 2, inner])
        border.append(arched(sheet(np.concatenate([band, np.full((3, 44, 1), 0.012)], -1)), lift))
        veins = [tube([(*centre, 0.006), (*((np.array(centre) + inner[k]) / 2), 0.012),
            (*inner[k], 0.008)], [0.014, 0.009, 0.006], sides=5) for k in range(4, 42, 6)]
        border.append(arched(merge(veins), lift))
        dots = [(*(0.5 * edge[k] + 0.5 * inner[k]), 0.02) for k in range(7, 42, 6)]
        marks.append(arched(merge(ball((0.024, 0.03, 0.01), sides=10).moved(*d) for d in dots),
            lift))
        for size, z, found in ((0.125, 0.006, border), (0.095, 0.012, marks), (0.05, 0.018, eyes)):
            found.append(arched(ball((size, size, 0.012), sides=20).moved(*spot, z), lift))
    body = (Clay(blend=0.03).limb((0, 0.2, 0), (0, -0.06, 0), 0.07, 0.065).limb((0, -0.06, 0),
        (0, -0.5, 0.02), 0.056, 0.022).lump((0, 0.29, 0), 0.06))
    feelers = [tube([(0.02 * s, 0.32, 0), (0.13 * s, 0.56, 0.04), (0.25 * s, 0.72, 0.04)],
        [0.01, 0.007, 0.007], samples=9, sides=5) for s in (-1, 1)]
    feelers += [ball(0.02, sides=8).moved(0.25 * s, 0.725, 0.04) for s in (-1, 1)]
    parts = [Part("wings", merge(wings)), Part("marks", merge(marks), "second"),
        Part("eyes", merge(eyes), "accent"), Part("borders", merge(border), "black"),
        Part("body", merge(body.mesh(detail=36), *feelers), "black")]
    tilt = -32 if ask.pose != "resting" else 0
    return Model.of(*parts).mapped(lambda m: m.turned(x=tilt, z=-14).scaled(0.04))


@form("bee", "small animal", 0.03, "standing, flying", "ant")
def bee(ask: Request) -> Model:
    """A bee, large; an ant, beetle or fly by attribute."""
    ant, turn = "ant" in ask, np.linspace(0, 2 * np.pi, 25)
    legs = []
    for z in (-1, 1):
        for k, x in enumerate((0.12, 0.0, -0.12)):
            lead = (0.34, -0.06, -0.42)[k]
            legs.append(tube([(x, 0.3, 0.1 * z), (x + 0.4 * lead, 0.42, 0.36 * z),
                (x + 0.8 * lead, 0.1, 0.48 * z), (x + 1.1 * lead, 0.0, 0.54 * z)],
                [0.035, 0.028, 0.02, 0.014], sides=7))
        legs.append(tube([(0.42, 0.42, 0.06 * z), (0.56, 0.56, 0.12 * z), (0.74, 0.5, 0.2 * z)],
            [0.02, 0.016, 0.014], samples=9, sides=6))
    body = Clay(blend=0.05).lump((0.4, 0.36, 0), (0.14, 0.13, 0.13))
    body.lump((0.06, 0.36, 0), (0.24, 0.13, 0.12) if ant else (0.24, 0.21, 0.22), blend=0.02)
    tail = Clay(blend=0.04)
    if ant:
        body.chain([(-0.15, 0.35, 0), (-0.25, 0.4, 0), (-0.32, 0.36, 0)], (0.06, 0.06, 0.045))
        body.limb((0.5, 0.32, 0.05), (0.6, 0.28, 0.0), 0.03, 0.012).limb((0.5, 0.32, -0.05),
            (0.6, 0.28, 0.0), 0.03, 0.012)
        tail.lump((-0.52, 0.38, 0), (0.25, 0.19, 0.19)).limb((-0.6, 0.36, 0), (-0.8, 0.3, 0), 0.1,
            0.02)
    else:
        tail.limb((-0.3, 0.34, 0), (-0.56, 0.3, 0), 0.24, 0.14).limb((-0.5, 0.3, 0), (-0.8, 0.24,
            0), 0.16, 0.02)
    eyes = both(ball((0.07, 0.09, 0.05), sides=12).scaled(0.6 if ant else 1).moved(0.45, 0.4, 0.1))
    if ant:
        parts = [Part("body", merge(body.mesh(detail=44), tail.mesh(detail=34), *legs))]
    else:
        belts = [tube(columns(x + 0.02 * np.cos(turn), y + r * np.cos(turn), r * np.sin(turn)),
            0.045, sides=8) for x, y, r in ((-0.36, 0.34, 0.215), (-0.51, 0.32, 0.185),
            (-0.65, 0.285, 0.115))]
        parts = [Part("tail", tail.mesh(detail=40), "yellow"), Part("belts", merge(belts),
            "black"), Part("body", body.mesh(detail=40), "bronze"), Part("legs", merge(legs),
            "black")]
        wing = _wing(pairs("20 40, 300 200, 720 200, 860 60, 600 -60, 20 -20"))
        wings = both(merge(wing.turned(x=-70 if ask.pose != "flying" else -30, y=-140).moved(0.08,
            0.52, 0.1), wing.scaled(0.7).turned(x=-70, y=-165).moved(-0.02, 0.5, 0.1)))
        parts.append(Part("wings", wings, "glass"))
    parts.append(Part("eyes", eyes, "eye"))
    return Model.of(*parts).mapped(lambda m: m.scaled(0.03))


@form("spider", "small animal", 0.06, "standing, hanging")
def spider(ask: Request) -> Model:
    """A spider, on its web by attribute."""
    clay = (Clay(blend=0.03).lump((0.16, 0.24, 0), (0.16, 0.11, 0.14)).lump((-0.24, 0.34, 0),
        (0.33, 0.27, 0.28)))
    legs = []
    for z in (-1, 1):
        for k in range(4):
            a = math.radians(58 - 38 * k)
            out = np.array([math.sin(a), 0, z * math.cos(a)])
            root = np.array([0.14 - 0.03 * k, 0.24, 0.08 * z])
            path = [root, root + out * 0.34 + [0, 0.36, 0], root + out * 0.66 + [0, 0.12, 0], root
                + out * 0.86 - [0, 0.24, 0]]
            legs.append(tube(path, [0.035, 0.03, 0.022, 0.01], samples=16, sides=7))
    eyes = both(merge(ball(0.022, sides=8).moved(0.3, 0.28, 0.03), ball(0.016, sides=8).moved(0.27,
        0.31, 0.06)))
    parts = [Part("body", merge(clay.mesh(detail=44), *legs), "dark_fur"),
        Part("eyes", eyes, "red")]
    made = Model.of(*parts)
    if ask.pose == "hanging":
        thread = Part("thread", tube([(-0.45, 0.3, 0), (-2.2, 0.3, 0)], 0.01, sides=5), "silver")
        made = Model([*parts, thread], made.anchors).mapped(lambda m: m.turned(z=-90))
    else:
        made = made.mapped(lambda m: m.turned(y=-40))
    return made.mapped(lambda m: m.scaled(0.07))


def web_mesh(ask: Request, radius: float = 1.0) -> Mesh:
    """An orb web in the x-y plane about the origin."""
    spokes = np.sort(np.linspace(0, 2 * np.pi, 16, endpoint=False) + ask.rng.uniform(-0.1, 0.1, 16))
    reach = radius * ask.rng.uniform(0.85, 1.1, 16)
    ends = columns(np.cos(spokes) * reach, np.sin(spokes) * reach, 0 * reach)
    threads = [tube([(0, 0, 0), e], 0.006 * radius, sides=4) for e in ends]
    for r in np.linspace(0.1, 0.94, 13):
        a, b = ends * r, np.roll(ends, -1, 0) * r
        ring = np.stack([a, (a + b) / 2 * 0.93], 1).reshape(-1, 3)
        threads.append(tube(np.vstack([ring, ring[:1]]), 0.0045 * radius, sides=4))
    return merge(threads)


@form("bat", "small animal", 0.2, "flying, hanging", where="air")
def bat(ask: Request) -> Model:
    """A bat with scalloped wings spread."""
    clay = (Clay(blend=0.04).limb((0, 0.1, 0), (0, -0.14, 0), 0.12, 0.07).lump((0, 0.22, 0.02),
        (0.085, 0.085, 0.08)))
    ears = [tube([(0.04 * s, 0.27, 0.02), (0.07 * s, 0.36, 0.02), (0.075 * s, 0.45, 0.0)],
        [0.035, 0.04, 0.004], sides=8, flat=0.5, samples=8) for s in (-1, 1)]
    shoulder, wrist = np.array([0.08, 0.12, 0]), np.array([0.42, 0.34, 0.06])
    tips = np.array(triples("980 140 0, 760 -220 20, 460 -280 20, 200 -260 0"))
    if ask.pose == "hanging":
        wrist, tips = (np.array([0.15, 0.3, 0.06]),
            np.array(triples("200 -130 80, 150 -160 100, 100 -160 100, 50 -140 80")))
    panels, bones = ([], [tube([shoulder, (shoulder + wrist) / 2 + [0, -0.04, 0], wrist],
        [0.026, 0.02, 0.016], samples=9, sides=7)])
    stops = [*tips, np.array([0.04, -0.16, 0])]
    for a, b in itertools.pairwise(stops):
        u, v = np.meshgrid(np.linspace(0, 1, 8), np.linspace(0, 1, 12), indexing="ij")
        edge = a + (b - a) * v[..., None]
        edge = edge + (wrist - edge) * (0.28 * np.sin(np.pi * v) ** 1)[..., None]
        origin = (wrist if not np.allclose(b, stops[-1]) else wrist + (shoulder - wrist)
            * v[..., None])
        panels.append(sheet(origin + (edge - origin) * u[..., None]))
        bones.append(tube([wrist, (wrist + a) / 2 + [0, 0.02, 0.01], a], [0.014, 0.01, 0.004],
            samples=8, sides=6))
    wing, bone = merge(panels), merge(bones)
    eyes = merge(ball(0.014, sides=8).moved(0.035 * s, 0.245, 0.09) for s in (-1, 1))
    parts = [Part("body", merge(clay.mesh(detail=40), *ears, bone, bone.mirrored())),
        Part("wings", merge(wing, wing.mirrored()), "second"), Part("eyes", eyes, "beak")]
    made = Model.of(*parts).mapped(lambda m: m.scaled(0.4))
    return made.mapped(lambda m: m.turned(z=180)) if ask.pose == "hanging" else made
