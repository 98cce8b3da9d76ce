"""Bears and pigs, modelled in clay: their bulk hides their bones; they face +x."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from worker.studio.scene.forms._still import Spot
from worker.studio.scene.forms.beasts import both
from worker.studio.scene.forms.small_beasts import Joints, Limb, modelled, placed
from worker.studio.scene.mesh import Mesh, ball, columns, merge, sheet, triples, tube
from worker.studio.scene.model import Model, Part, Request, form

_BEARS: dict[str, tuple[tuple[Limb, ...], tuple[Limb, ...], Spot, float]] = {
    "standing": ((("-620 700 0, -250 790 0, 200 780 0, 480 850 0, 700 860 0",
        (0.28, 0.34, 0.34, 0.29, 0.23)),), (("420 640 150, 455 340 215, 440 110 220",
        (0.2, 0.13, 0.11)), ("430 75 220, 560 60 225", (0.1, 0.075)), ("-560 620 150, -500 350 215,"
        "-600 120 220", (0.25, 0.16, 0.11)), ("-590 75 220, -440 60 225", (0.1, 0.075))),
        (0.86, 0.86, 0), -8.0),
    "rearing": ((("-60 560 0, -40 860 0, 30 1250 0, 90 1520 0, 170 1720 0",
        (0.33, 0.37, 0.36, 0.27, 0.22)),), (("-30 480 190, 60 300 220, -20 110 220",
        (0.24, 0.16, 0.12)), ("-40 75 220, 130 60 225", (0.1, 0.08)), ("70 1420 240, 260 1180 330,"
        "450 1240 300", (0.18, 0.125, 0.095)), ("450 1240 300, 550 1270 290", (0.095, 0.07))),
        (0.26, 1.84, 0), 0.0),
    "sitting": ((("-200 310 0, -170 620 0, -40 940 0, 60 1130 0, 160 1270 0",
        (0.3, 0.33, 0.27, 0.22, 0.19)),), (("-100 230 230, 260 290 370, 380 210 380",
        (0.2, 0.14, 0.12)), ("380 130 380, 600 110 390, 650 270 390", (0.12, 0.11, 0.08)),
        ("50 960 230, 200 690 350, 450 560 330", (0.15, 0.11, 0.09)), ("450 560 330, 560 480 310",
        (0.095, 0.075))), (0.26, 1.36, 0), -4.0),
}
"""A bear's trunk, its limbs on both sides, its head's place and slope."""
_PIG = (("-470 520 0, -150 550 0, 200 530 0, 400 540 0, 560 540 0",
    (0.2, 0.25, 0.245, 0.215, 0.17)),)
_PIGS_LEGS = (("300 420 110, 320 230 130, 320 60 130", (0.14, 0.07, 0.046)),
    ("-430 440 110, -380 270 130, -450 160 130, -430 60 130", (0.18, 0.1, 0.055, 0.046)))


def _strided(legs: Sequence[Limb], ahead: float) -> list[Joints]:
    """Limbs of both sides, their lower points moved ahead on one side and back on the other."""
    found: list[Joints] = []
    for line, radii in legs:
        for side in (1, -1):
            step = ahead * side * (1 if line.startswith("-") else -1)
            found.append(([(x + step * max(0.5 - y, 0) * 2, y, side * z)
                for x, y, z in triples(line)], radii))
    return found


def _flap(width: float, height: float, root: Spot, **turn: float) -> Mesh:
    """A pair of thick ears, broad at the root and pointed."""
    v, a = np.linspace(0, 1, 10)[:, None], np.linspace(0, 2 * np.pi, 17)
    wide = width * np.sqrt(np.maximum(1 - v**1.6, 0)) + 0.002
    rows = columns(0.22 * wide * np.cos(a) + 0.25 * height * v * v, height * v, wide * np.sin(a))
    return both(sheet(rows).turned(**turn).moved(*root))


@form("bear", "quadruped", 1.25, "standing, walking, rearing, sitting")
def bear(ask: Request) -> Model:
    """A bear: a heavy trunk with a hump, soles on the ground, a round head, a straight muzzle."""
    upright = ask.pose in ("rearing", "sitting")
    trunk, limbs, at, nod = _BEARS[ask.pose if upright else "standing"]
    stride = 0.2 if ask.pose == "walking" else 0.0
    clay = modelled(*trunk, blend=0.08 if ask.pose == "sitting" else 0.12,
        each=_strided(limbs, stride))
    if not upright:
        clay.lump((0.42, 1.02, 0), (0.24, 0.16, 0.17), blend=0.2)
    place = placed(np.array(at), 0.62, nod=nod, face=34)
    skull = modelled(("-120 20 0, 80 10 0", (0.36, 0.33)), ("200 -40 0, 560 -120 0", (0.19, 0.125)),
        ("250 -190 0, 480 -210 0", (0.14, 0.09)), blend=0.13)
    ears = merge(both(ball((0.07, 0.13, 0.12), sides=16).turned(y=-30).moved(-0.14, 0.31, 0.25)))
    worn = [Part("head", merge(skull.mesh(detail=48), ears)), Part("eyes", both(ball(0.05,
        sides=12).moved(0.28, 0.1, 0.225)), "eye", drawn=True), Part("nose", ball((0.07, 0.06,
        0.09), sides=14).moved(0.66, -0.09, 0), "black"), Part("mouth", both(tube([(0.66, -0.19, 0),
        (0.56, -0.22, 0.08), (0.36, -0.2, 0.15)], 0.012, samples=9, sides=6)), "eye", drawn=True)]
    claws = []
    for points, radii in _strided(limbs, stride):
        if len(radii) == 2 or (ask.pose == "sitting" and len(radii) == 3 and radii[0] == 0.12):
            tip, way = np.array(points[-1]), np.array(points[-1]) - np.array(points[-2])
            way = way / np.linalg.norm(way)
            for z in (-0.05, -0.017, 0.017, 0.05):
                root = tip + way * radii[-1] * 0.85 + [0, 0, z]
                claws.append(tube([root, root + way * 0.06 - [0, 0.012, 0]], [0.014, 0.003],
                    sides=6))
    parts = [Part("body", clay.mesh(detail=92)), *(replace(p, mesh=p.mesh.bent(place))
        for p in worn), Part("claws", merge(claws), "dark_wood")]
    whole = Model.of(*parts, head=at, back=(0, 1.1, 0), seat=(0, 1.1, 0))
    return whole.mapped(lambda m: m.turned(y=-10).scaled(1.05))


@form("pig", "quadruped", 0.8, "standing, walking, lying")
def pig(ask: Request) -> Model:
    """A pig: a barrel of a body, a flat snout, hanging ears and a curled tail."""
    lying = ask.pose == "lying"
    legs = () if lying else _PIGS_LEGS
    stride = 0.11 if ask.pose == "walking" else 0.0
    clay = modelled(*_PIG, blend=0.1, each=_strided(legs, stride))
    if lying:
        clay.lump((-0.42, 0.4, 0.17), (0.2, 0.13, 0.12)).limb((-0.3, 0.31, 0.24), (-0.1, 0.31,
            0.24), 0.055, 0.04).limb((0.3, 0.33, 0.2), (0.5, 0.31, 0.22), 0.06, 0.04)
    clay.lump((0.5, 0.44, 0), (0.17, 0.15, 0.17))
    place = placed(np.array([0.66, 0.56, 0.0]), 0.5, nod=-14, face=24)
    skull = modelled(("-120 10 0, 90 -10 0", (0.33, 0.29)), ("160 -60 0, 480 -110 0", (0.22, 0.15)),
        ("60 -200 0, 330 -210 0", (0.18, 0.1)), blend=0.12)
    t = np.linspace(0, 2 * np.pi, 25)
    disc = tube([(0.55, -0.12, 0), (0.6, -0.125, 0)], [0.165, 0.155], sides=24)
    rim = tube(columns(0.6 + 0 * t, -0.125 + 0.14 * np.cos(t), 0.14 * np.sin(t)), 0.016, sides=6)
    holes = both(ball((0.012, 0.045, 0.028), sides=10).moved(0.61, -0.12, 0.055))
    worn = [Part("head", skull.mesh(detail=46)), Part("snout", merge(disc, rim), "pink"),
        Part("nostrils", holes, "eye", drawn=True), Part("ears", _flap(0.17, 0.34, (-0.06, 0.22,
        0.2), z=-42, y=-20, x=30)), Part("eyes", both(ball(0.036, sides=12).moved(0.19, 0.1,
        0.235)), "eye", drawn=True), Part("mouth", both(tube([(0.54, -0.245, 0), (0.42, -0.265,
        0.07), (0.2, -0.21, 0.16)], 0.011, samples=9, sides=6)), "eye", drawn=True)]
    s = np.linspace(0, 9, 40)
    curl = columns(-0.67 - 0.012 * s, 0.6 + 0.045 * np.sin(s), 0.045 * np.cos(s) - 0.03)
    tail = tube(np.vstack([[(-0.6, 0.62, 0)], curl]), np.interp(np.linspace(0, 1, 41), (0, 1),
        (0.022, 0.007)), sides=8)
    feet = [tube([p, np.array(p) * [1, 0, 1] + [0.012, 0.002, 0]], [0.046, 0.05], sides=12)
        for p in (np.array(points[-1]) for points, _ in _strided(legs, stride))]
    parts = [Part("body", merge(clay.mesh(detail=84), tail)), *(replace(p, mesh=p.mesh.bent(place))
        for p in worn)]
    if feet:
        parts.append(Part("feet", merge(feet), "dark_fur"))
    whole = Model.of(*parts, head=(0.66, 0.56, 0), back=(0, 0.8, 0), seat=(0, 0.8, 0))
    return whole.mapped(lambda m: m.turned(y=-10))
