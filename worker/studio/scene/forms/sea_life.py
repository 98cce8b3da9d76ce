"""Fish, whales and other life of the sea; swimmers face +x.

Beasts of fable: the dragon and the monster of the sea; they face +x.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms.beasts import POSES, Beast, Build, beast, both
from worker.studio.scene.forms.growth import rods
from worker.studio.scene.forms.quadrupeds import horns
from worker.studio.scene.mesh import (Array, Mesh, ball, columns, extrude, merge, pairs, sheet,
    spline, triples, tube)
from worker.studio.scene.model import Model, Part, Request, form


def fin(outline: list[tuple[float, float]], thick: float = 0.02, rays: int = 9) -> Mesh:
    """A fin in the x-y plane: a base line of two points, then its free edge, with rays."""
    base = np.array(outline[:2])
    edge = spline(np.array(outline[2:]), rays * 4)
    s = np.linspace(0, 1, 8)[:, None, None]
    root = base[0] + (base[1] - base[0]) * np.linspace(0, 1, rays * 4)[:, None]
    scallop = 1 - 0.07 * (np.arange(rays * 4) % 4 == 2)
    flat = root[None] + (edge - root)[None] * s * (1 + (scallop[None, :, None] - 1) * s)
    wave = thick * np.cos(np.arange(rays * 4) * np.pi / 2)[None] * s[..., 0]
    return sheet(np.concatenate([flat, wave[..., None]], -1))


def _bow(mesh: Mesh, amount: float) -> Mesh:
    """The mesh bent upwards in the middle: a leap."""
    p, n = mesh.points, mesh.normals
    sine, cosine, reach = np.sin(p[:, 0] * amount), np.cos(p[:, 0] * amount), 1 / amount + p[:, 1]
    points = columns(reach * sine, reach * cosine - 1 / amount, p[:, 2])
    normals = columns(n[:, 0] * cosine + n[:, 1] * sine, n[:, 1] * cosine - n[:, 0] * sine, n[:, 2])
    return replace(mesh, points=points, normals=normals)


@form("fish", "sea", 0.3, "swimming, leaping, lying", where="water")
def fish(ask: Request) -> Model:
    """A fish with rayed fins and scales."""
    t = np.linspace(0, 1, 30)
    deep = ask.between(0.17, 0.22)
    depth = (deep * np.sin(np.pi * t**0.72) ** 0.8 * (1 - 0.25 * t) + 0.03 * (t > 0.85) * (t - 0.85)
        * 6)
    depth = np.maximum(depth, np.interp(t, [0, 0.04, 0.9, 1], [0.02, 0.03, 0.045, 0.05]))
    line = columns(0.5 - t, 0.02 * np.sin(np.pi * t), 0 * t)
    body = tube(line, depth, sides=26, flat=0.46)
    fins = merge(fin(pairs("-460 50, -460 -50, -780 300, -660 100, -640 0, -660 -100, -760 -280"),
        0.02), fin([(0.16, deep * 0.9), (-0.28, deep * 0.5), (0.06, deep * 1.75),
        (-0.1, deep * 1.65), (-0.38, deep * 0.95)], 0.012),
        fin([(-0.12, -deep * 0.75), (-0.34, -deep * 0.4), (-0.2, -deep * 1.35),
        (-0.42, -deep * 0.85)], 0.012), both(fin(pairs("0 20, 0 -50, -200 30, -220 -50, -140 -140"),
        0.01, 6).turned(y=26).moved(0.2, -0.06, 0.085)),
        both(fin([(0.0, 0.0), (-0.1, 0.0), (-0.06, -0.14), (-0.16, -0.12)], 0.01,
        5).turned(x=-20).moved(0.06, -deep * 0.8, 0.03)))
    gill = both(tube([(0.3, 0.1, 0.07), (0.26, 0.02, 0.088), (0.29, -0.09, 0.07)],
        [0.004, 0.009, 0.004], samples=12, sides=6))
    mouth = both(tube([(0.49, -0.012, 0.0), (0.44, -0.03, 0.03)], 0.006, sides=6))
    eye = both(ball((0.026, 0.026, 0.012), sides=14).moved(0.37, 0.035, 0.058))
    pupil = both(ball((0.014, 0.014, 0.008), sides=12).moved(0.372, 0.035, 0.066))
    pattern = ("weave", 34.0)
    parts = [Part("body", body, "main", pattern=pattern[0], other="", repeat=pattern[1]),
        Part("fins", fins, "second"), Part("gills", merge(gill, mouth), "dark_fur"),
        Part("eyes", eye, "beak"), Part("pupils", pupil, "eye")]
    made = Model.of(*parts, back=(0, deep, 0))
    if ask.pose == "leaping":
        made = made.mapped(lambda mesh: _bow(mesh, 1.5).turned(z=24))
    elif ask.pose == "lying":
        made = made.mapped(lambda mesh: mesh.turned(x=62))
    return made.mapped(lambda mesh: mesh.scaled(0.5))


@form("whale", "sea", 4.0, "swimming, breaching", where="water")
def whale(ask: Request) -> Model:
    """A sperm whale: a blunt head a third of its length, a narrow jaw, a knuckled back."""
    clay = Clay(blend=0.7).limb((2.6, 0.1, 0), (0.4, 0.06, 0), 1.12, 1.16)
    clay.limb((0.4, 0.06, 0), (-2.4, 0.02, 0), 1.16, 0.66).limb((-2.4, 0.02, 0), (-4.6, 0.25, 0),
        0.66, 0.2, flat=0.8)
    clay.block((3.3, 0.3, 0), (2.5, 1.75, 1.5), rounding=0.55, blend=0.4)
    clay.limb((-1.2, 0.75, 0), (-1.5, 1.25, 0), 0.32, 0.08, flat=0.4, blend=0.3)
    for k in range(4):
        clay.lump((-2.0 - 0.42 * k, 0.66 - 0.13 * k, 0), (0.14, 0.1, 0.06), blend=0.12)
    jaw = Clay(blend=0.2).limb((1.3, -0.66, 0), (3.9, -1.12, 0), 0.3, 0.15, flat=0.8,
        side=(0, 1, 0))
    flipper = (Clay(blend=0.2).chain([(1.5, -0.5, 0.9), (1.15, -1.05, 1.35), (0.7, -1.35, 1.6)],
        (0.34, 0.36, 0.12), flat=0.35, side=(0, 0.8, 0.6)).mesh(detail=34))
    body = merge(clay.mesh(detail=84), _fluke().moved(-4.6, 0.25, 0), both(flipper))
    eye = both(ball(0.08, sides=10).moved(1.75, -0.3, 1.08))
    teeth = merge(both(tube([(2.1 + 0.2 * k, -0.62 - 0.037 * k, 0.16 - 0.01 * k), (2.1 + 0.2 * k,
        -0.42 - 0.037 * k, 0.16 - 0.01 * k)], [0.05, 0.012], sides=6)) for k in range(9))
    folds = merge(both(tube(columns(np.linspace(0.6, -2.6, 9) + 0.2 * k, -0.16 - 0.2 * k + 0.05
        * np.sin(np.linspace(0, 9, 9) + k), np.interp(np.linspace(0.6, -2.6, 9), (-2.6, 0.6),
        (0.56, 1.12)) * (1 - 0.05 * k * k)), 0.022, sides=5)) for k in range(3))
    parts = [Part("body", body), Part("jaw", jaw.mesh(detail=40), "second"), Part("teeth", teeth,
        "bone"), Part("folds", folds), Part("eyes", eye, "eye")]
    made = Model.of(*parts, back=(0, 1, 0))
    if ask.pose == "breaching":
        made = made.mapped(lambda mesh: _bow(mesh, 0.1).turned(z=56, y=0))
    return made.mapped(lambda mesh: mesh.scaled(1.5))


def _fluke() -> Mesh:
    clay = Clay(blend=0.12).limb((0.3, 0, 0), (-0.4, 0.02, 0), 0.26, 0.16, flat=0.7, side=(0, 1, 0))
    for side in (-1, 1):
        clay.chain([(-0.2, 0, 0), (-0.65, 0.05, 0.75 * side), (-1.15, 0.1, 1.5 * side)],
            (0.3, 0.3, 0.05), flat=0.28, side=(0, 1, 0))
    return clay.mesh(detail=46)


def _spout(ask: Request) -> Mesh:
    jets = []
    for a in np.linspace(-1, 1, 9):
        tip = np.array([0.5 * a, 1.7 - 0.5 * abs(a), 0.3 * ask.between(-1, 1)])
        jets.append(tube([(0, 0, 0), tip * [0.25, 0.8, 0.3], tip, tip
            + np.array([0.55 * a, -0.5 * abs(a), 0])], [0.05, 0.07, 0.12, 0.02], samples=14,
            sides=7))
    return merge(jets)


@form("dolphin", "sea", 1.2, "leaping, swimming", where="water")
def dolphin(ask: Request) -> Model:
    """A dolphin in its leap: a beak set off from its brow, a hooked fin, a pale flank."""
    clay = Clay(blend=0.12).chain(triples("620 0 0, 250 20 0, -250 15 0, -1000 0 0"),
        (0.2, 0.25, 0.22, 0.045))
    clay.limb((0.62, 0.02, 0), (0.82, 0.02, 0), 0.2, 0.145).limb((0.86, -0.06, 0), (1.2, -0.085, 0),
        0.062, 0.026, flat=0.75, side=(0, 1, 0), blend=0.04)
    clay.chain([(0.06, 0.22, 0), (-0.1, 0.36, 0), (-0.24, 0.45, 0), (-0.34, 0.44, 0)], (0.085,
        0.06, 0.034, 0.006), flat=0.3, blend=0.05)
    for side in (-1, 1):
        clay.chain([(0.46, -0.12, 0.17 * side), (0.32, -0.27, 0.29 * side), (0.12, -0.38, 0.36
            * side)], (0.09, 0.075, 0.012), flat=0.3, side=(0.3, 0.4, 0.8), blend=0.06)
    tail = _fluke().scaled(0.27).moved(-1.02, 0, 0)
    belly = Clay(blend=0.1).chain([(1.15, -0.105, 0), (0.86, -0.09, 0), (0.4, -0.075, 0),
        (-0.45, -0.06, 0)], (0.012, 0.06, 0.195, 0.1), flat=0.92)
    eye = both(ball((0.026, 0.02, 0.012), sides=10).moved(0.78, -0.015, 0.152))
    x = np.linspace(1.2, 0.76, 9)
    smile = both(tube(columns(x, -0.09 + 0.03 * np.clip((0.9 - x) / 0.14, 0, 1) ** 2, np.interp(x,
        (0.76, 0.86, 1.2), (0.14, 0.07, 0.025))), 0.006, sides=5))
    parts = [Part("body", merge(clay.mesh(detail=84), tail)), Part("belly", belly.mesh(detail=50),
        "second"), Part("eyes", eye, "eye"), Part("mouth", smile, "eye", drawn=True)]
    made = Model.of(*parts, back=(0, 0.24, 0))
    if ask.pose != "swimming":
        made = made.mapped(lambda mesh: _bow(mesh, 0.72).turned(x=16, z=14))
    return made


@form("crab", "sea", 0.12, "standing")
def crab(ask: Request) -> Model:
    """A crab with raised claws, seen from the front."""
    shell = (Clay(blend=0.02).lump((0, 0.06, 0), (0.128, 0.042, 0.085)).lump((0, 0.075, 0.02),
        (0.09, 0.03, 0.055)))
    limbs, claws = [], []
    for side in (-1, 1):
        for k in range(4):
            a = math.radians(-38 + 27 * k)
            out = np.array([side * math.cos(a), 0, -math.sin(a)])
            path = np.array([0.085 * out + [0, 0.05, 0], 0.15 * out + [0, 0.105, 0], 0.2 * out
                + [0, 0.07, 0], 0.225 * out])
            limbs.append(tube(path, [0.014, 0.013, 0.01, 0.002], sides=8))
        arm = np.array([(0.08, 0.055, 0.05), (0.155, 0.07, 0.085), (0.165, 0.12, 0.1)]) * [side, 1,
            1]
        limbs.append(tube(arm, [0.017, 0.019, 0.02], samples=9, sides=9))
        claw = Clay(blend=0.012).limb((0.165, 0.12, 0.1), (0.15, 0.175, 0.105), 0.024, 0.034,
            flat=0.7)
        claw.chain([(0.168, 0.19, 0.105), (0.17, 0.23, 0.105), (0.135, 0.262, 0.105)],
            (0.021, 0.017, 0.004)).chain([(0.126, 0.19, 0.105), (0.112, 0.215, 0.105),
            (0.12, 0.245, 0.105)], (0.016, 0.012, 0.003))
        one = claw.mesh(detail=34)
        claws.append(one if side > 0 else one.mirrored())
        limbs.append(tube([(0.026 * side, 0.07, 0.07), (0.03 * side, 0.125, 0.085)], [0.005, 0.005],
            sides=6))
    eyes = merge(ball(0.0085, sides=10).moved(0.03 * s, 0.13, 0.086) for s in (-1, 1))
    return Model.of(Part("shell", shell.mesh(detail=40)), Part("legs", merge(limbs)),
        Part("claws", merge(claws)), Part("eyes", eyes, "eye"), back=(0, 0.09, 0))


@form("seashell", "sea", 0.12, "scallop", where="table")
def seashell(ask: Request) -> Model:
    """A scallop, a conch or a nautilus."""
    u, v = np.meshgrid(np.linspace(0.02, 1, 26), np.linspace(-1, 1, 97), indexing="ij")
    a = v * 1.18
    r = 0.1 * u * (1 - 0.12 * v**2)
    rib = 0.004 * u * np.cos(v * np.pi * 12)
    bulge = 0.034 * np.sin(np.pi * u * 0.62) ** 0.8 * (1 - 0.5 * v**2)
    valve = columns(r * np.sin(a) * 1.02, r * np.cos(a), bulge + rib)
    ears = extrude(pairs("-34 -4, 34 -4, 26 22, -26 22"), 0.008, bevel=0.003)
    front = merge(sheet(valve), sheet(valve * [1, 1, -0.4])).turned(x=-14)
    return Model.of(Part("shell", front, "main", pattern="rings", other="second", repeat=60),
        Part("hinge", ears, "main"))


_DRAGON = Build(1.8, 0.95, (0.22, 0.16), (0.17, 0.14), (0.2, 0.15), (0.78, 66, 0.17, 0.085),
    (0.4, -12, 0.1, 0.05), (0.16, 0.05, 150, 34), (1.5, 10, 0.1), leg=0.07, paw=True)


def _spines(line: Array, size: Array) -> Mesh:
    """Backward-leaning plates along a line, with heights."""
    out = []
    for p, s in zip(line, size, strict=True):
        out.append(tube([p - [0, 0.3 * s, 0], p + np.array([-0.15 * s, 0.5 * s, 0]), p
            + np.array([-0.6 * s, s, 0])], [0.4 * s, 0.3 * s, 0.01 * s], sides=6, flat=0.3))
    return merge(out)


def _membrane(root: Array, wrist: Array, tips: Array, foot: Array) -> tuple[Mesh, Mesh]:
    """A wing of skin: scalloped panels between finger bones, and the bones."""
    panels = []
    bones = [tube([root, (root + wrist) / 2 + [-0.05, -0.02, 0.02], wrist], [0.07, 0.045, 0.035],
        samples=10, sides=8)]
    stops = [*tips, foot]
    for a, b in itertools.pairwise(stops):
        u, v = np.meshgrid(np.linspace(0, 1, 8), np.linspace(0, 1, 12), indexing="ij")
        edge = a + (b - a) * v[..., None]
        edge = edge + (wrist - edge) * (0.26 * np.sin(np.pi * v))[..., None]
        origin = wrist if b is not foot else wrist + (root - wrist) * v[..., None]
        panels.append(sheet(origin + (edge - origin) * u[..., None]))
    for tip in tips:
        bones.append(tube([wrist, (wrist + tip) / 2 + [0.03, 0.05, 0.01], tip],
            [0.032, 0.02, 0.008], samples=10, sides=7))
    bones.append(tube([wrist, wrist + np.array([0.06, 0.14, 0.02])], [0.03, 0.003], sides=7))
    return merge(panels), merge(bones)


def _jaws(made: Beast) -> None:
    """An open mouth: a lower jaw, teeth and a tongue."""
    jaw = Clay(blend=0.03).limb((0.06, -0.1, 0), (0.3, -0.2, 0), 0.055, 0.03, flat=0.8)
    teeth = [tube([(x, -0.06 - 0.04 * x, 0.035 * z), (x + 0.01, -0.105 - 0.04 * x, 0.035 * z)],
        [0.011, 0.001], sides=5) for x in (0.2, 0.27, 0.34) for z in (-1, 1)]
    tongue = tube([(0.12, -0.1, 0), (0.34, -0.15, 0), (0.44, -0.11, 0)], [0.02, 0.018, 0.002],
        samples=9, flat=0.5)
    made.add("jaw", made.worn(jaw.mesh(detail=24)))
    made.add("teeth", made.worn(merge(teeth)), "bone")
    made.add("tongue", made.worn(tongue), "red")


@form("dragon", "monster", 3.0, "standing, rearing, flying")
def dragon(ask: Request) -> Model:
    """A western dragon with wings, horns and a barbed tail."""
    pose = {"rearing": POSES["rearing"], "flying": POSES["leaping"]}.get(ask.pose, POSES["walking"])
    made = beast(_DRAGON, pose)
    made.coat = {"pattern": "mottle", "repeat": 9}
    made.bare = made.skin.on(1 - made.share("tail"))
    n = _DRAGON.length
    s = np.linspace(0, 1, 40)
    lift = 0.55 if ask.pose != "rearing" else 0.1
    tail = columns(-0.1 - 1.25 * s + 0.16 * np.sin(7 * s), 0.82 - 0.6
        * np.sin(np.minimum(s * 2.4, 1.57)) * (1 - s) + lift * s**2, 0.3 * np.sin(5.5 * s) * s)
    thick = 0.125 * (1 - s) ** 0.9 + 0.014
    barb = (Clay(blend=0.02).lump(tail[-1] + [-0.06, 0.02, 0], (0.14, 0.075, 0.02)).limb(tail[-1],
        tail[-1] + [-0.24, 0.06, 0], 0.03, 0.004))
    made.add("tail", merge(tube(tail, thick, sides=14), barb.mesh(detail=26)))
    back = spline(np.array([(n * 0.95, 0.97, 0), (n * 0.5, 0.97, 0), (0.0, 0.98, 0)]), 8)
    line = np.vstack([made.crest[::-1][1:], back, tail[3:34:3] + columns(0 * thick, thick * 0.8, 0
        * thick)[3:34:3]])
    made.add("spines", _spines(line, np.interp(np.linspace(0, 1, len(line)), [0, 0.3, 0.6, 1],
        [0.09, 0.13, 0.14, 0.05])), "second")
    horns(made, "-180 60 80, -300 330 180, -600 400 230, -830 580 230", 0.04)
    _jaws(made)
    root, wrist = np.array([0.82 * n, 0.9, 0.12]), np.array([0.72 * n, 1.72, 0.62])
    tips = np.array(triples("-250 2250 1250, -750 1600 1300, -850 1000 1050, -500 720 700"))
    skin, bones = _membrane(root, wrist, tips, np.array([0.2, 0.85, 0.14]))
    made.add("wings", both(skin), "second")
    made.add("bones", both(bones))
    return made.model()


@form("sea monster", "monster", 3.0, "rising", where="water")
def sea_monster(ask: Request) -> Model:
    """A serpent of the sea: coils that rise from the water, and a head with open jaws."""
    pieces, spines, surf = [], [], []
    ring = np.linspace(0, 2 * np.pi, 40)
    for x, wide, high, thick in ((0.0, 0.72, 1.35, 0.34), (-1.85, 0.6, 1.0, 0.27),
        (-3.3, 0.46, 0.66, 0.19)):
        a = np.linspace(-0.25, np.pi + 0.25, 30)
        arch = columns(x + wide * np.cos(a), high * np.sin(a), 0.12 * np.cos(a))
        pieces.append(tube(arch, thick, sides=18))
        spines.append(_spines((arch + (arch - [x, 0, 0]) / np.linalg.norm(arch - [x, 0, 0],
            axis=1)[:, None] * thick)[4:27:3], np.full(8, 0.5 * thick)))
        surf += [columns(x + c * wide + 1.35 * thick * np.cos(ring), 0.04 + 0.03 * np.sin(5 * ring),
            1.2 * thick * np.sin(ring)) for c in (-1, 1)]
    tail = spline(np.array(triples("-4300 -200 0, -4450 500 0, -4700 900 0, -5100 1000 0")), 16)
    pieces.append(tube(tail, np.linspace(0.13, 0.03, 16), sides=12))
    fluke = (Clay(blend=0.06).limb(tail[-1], tail[-1] + [-0.5, 0.4, 0], 0.12, 0.02,
        flat=0.3).limb(tail[-1], tail[-1] + [-0.6, -0.12, 0], 0.12, 0.02, flat=0.3))
    neck = spline(
        np.array(triples("1750 -200 0, 1600 900 0, 1750 1900 0, 2200 2600 0, 2650 2600 0")), 30)
    girth = np.linspace(0.42, 0.24, 30)
    pieces.append(tube(neck, girth, sides=18))
    step = np.gradient(neck, axis=0)
    out = columns(-step[:, 1], step[:, 0], 0 * step[:, 0]) / np.linalg.norm(step, axis=1)[:, None]
    spines.append(_spines((neck + out * girth[:, None])[4:29:3], np.full(9, 0.24)))
    surf.append(columns(1.72 + 0.58 * np.cos(ring), 0.05 + 0.03 * np.sin(5 * ring), 0.52
        * np.sin(ring)))
    head = (Clay(blend=0.12).lump((2.75, 2.62, 0), (0.38, 0.28, 0.27)).limb((2.9, 2.66, 0),
        (3.55, 2.52, 0), 0.2, 0.12, flat=0.85).lump((3.55, 2.58, 0), (0.13, 0.1, 0.12)))
    head.limb((2.8, 2.44, 0), (3.4, 2.1, 0), 0.14, 0.08, flat=0.85, blend=0.06)
    for z in (-1, 1):
        head.lump((2.95, 2.84, 0.14 * z), (0.12, 0.08, 0.08))
    crest = [tube([(2.6, 2.75, 0.14 * z), (2.25, 3.0 + 0.1 * k, 0.3 * z), (1.95, 3.05 + 0.2 * k,
        0.36 * z)], [0.1, 0.08, 0.01], samples=10, flat=0.35) for z in (-1, 1) for k in (0, 1)]
    teeth = [tube([(x, 2.44 - 0.02 * k, 0.1 * z), (x + 0.01, 2.32 - 0.02 * k, 0.1 * z)],
        [0.03, 0.002], sides=6) for k, x in enumerate((3.15, 3.3, 3.45, 3.58)) for z in (-1, 1)]
    eyes = both(ball(0.055, sides=12).moved(3.02, 2.85, 0.2))
    parts = [Part("body", merge(*pieces, head.mesh(detail=50), fluke.mesh(detail=24)), "main",
        pattern="mottle", repeat=5), Part("spines", merge(*spines, *crest), "second"),
        Part("teeth", merge(teeth), "bone"), Part("eyes", eyes, "beak"),
        Part("surf", rods(np.array(surf), np.full((len(surf), 40), 0.07)), "foam")]
    return Model.of(*parts, back=(0, 1.65, 0), head=(2.8, 2.6, 0))
