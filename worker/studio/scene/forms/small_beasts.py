"""Cats and rabbits, modelled in clay where they sit round; they face +x."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms.beasts import POSES, Beast, Build, beast, both
from worker.studio.scene.mesh import (Array, Mesh, ball, columns, merge, rotation, sheet, triples,
    tube)
from worker.studio.scene.model import Model, Part, Request, form

Place = Callable[[Array], Array]

Limb = tuple[str, tuple[float, ...]]
Joints = tuple[Sequence[Sequence[float]], tuple[float, ...]]


def modelled(*limbs: Limb, blend: float, near: Sequence[Limb] = (), each: Sequence[Joints] = ()
             ) -> Clay:
    """Limbs along lines in thousandths; those of `near` are on both sides, `each` is in metres."""
    clay = Clay(blend=blend)
    for line, radii in limbs:
        clay.chain(triples(line), radii)
    for line, radii in near:
        for side in (1, -1):
            clay.chain([(x, y, side * z) for x, y, z in triples(line)], radii)
    for joints, radii in each:
        clay.chain(joints, radii)
    return clay


def placed(at: Array, size: float, *, nod: float, face: float) -> Place:
    """Lays a head's own points about a place: `nod` is upwards, `face` towards the viewer."""
    turn = rotation(y=-face) @ rotation(z=nod) * size
    return lambda points: np.asarray(points @ turn.T + at)


def _ear(width: float, height: float, lean: float, spread: float, root: Array) -> list[Mesh]:
    """A pair of ears, and what is within them: upright blades, hollow in front."""
    v = np.linspace(0, 1, 12)[:, None]
    wide = width * (1 - v) ** 0.75 * (1 - 0.3 * (1 - v) ** 4) + 0.004
    if height > 0.6:  # a rabbit's ear is widest above its middle
        wide = width * (0.45 + 1.6 * v) * np.sqrt(np.maximum(1 - v**3, 0)) / 1.4 + 0.004
    turn = np.linspace(0, 2 * np.pi, 21)
    shell = columns(0.4 * wide * np.cos(turn), height * v, wide * np.sin(turn))
    hollow = columns(0.4 * wide * np.cos(turn[1:5]) + 0.016, 0.05 + 0.85 * height * v,
        0.75 * wide * np.linspace(-1, 1, 4))
    return [both(sheet(rows.reshape(12, -1, 3)).turned(z=lean, x=spread, y=-28).moved(
        *root)) for rows in (shell, hollow)]


def _cats_head(place: Place, *, heavy: float = 0.0) -> list[Part]:
    """Round, with a short muzzle; a `heavy` one, of a big cat, has a broad muzzle and round ears.

    It is one long about a point between ears and eyes.
    """
    long = 0.1 * heavy
    clay = modelled(("-60 20 0, 60 10 0", (0.37, 0.35)), (f"190 120 0, {440 + 60 * heavy} -20 0",
        (0.16, 0.085 + 0.03 * heavy)), (f"{380 + 80 * heavy} -250 0, 280 -230 0",
        (0.085 + 0.05 * heavy, 0.13 + 0.05 * heavy)), blend=0.14,
        near=(("60 -110 200, 220 -150 150", (0.2, 0.15)),))
    for side in (1, -1):
        clay.lump((0.4 + long, -0.13 - 0.03 * heavy, side * 0.085), (0.125 + long, 0.105
            + 0.4 * long, 0.115 + 0.3 * long), blend=0.04)
    ears = (_ear(0.155, 0.13, 20, 26, np.array([-0.12, 0.26, 0.26])) if heavy
        else _ear(0.22, 0.46, 12, 18, np.array([-0.04, 0.22, 0.215])))
    eye = ball((0.05, 0.088 - 0.03 * heavy, 0.082), sides=16).turned(y=-32)
    eyes = both(eye.moved(0.335, 0.045, 0.165))
    pupils = both(ball((0.03, 0.075 - 0.025 * heavy, 0.034), sides=12).turned(y=-32).moved(
        0.372, 0.045, 0.187))
    nose = ball((0.035, 0.036, 0.055 + 0.03 * heavy), sides=12).moved(0.505 + 1.7 * long, -0.055, 0)
    mouth = merge(both(tube([(0.505 + 1.8 * long, -0.17, 0), (0.475 + 1.6 * long, -0.215, 0.07),
        (0.4 + long, -0.205, 0.15)], 0.011, samples=8, sides=6)), tube([(0.52 + 1.8 * long, -0.08,
        0), (0.51 + 1.8 * long, -0.17, 0)], 0.011, sides=6))
    parts = [Part("head", clay.mesh(detail=46)), Part("ears", ears[0]),
        Part("inner ears", ears[1], "pink"), Part("eyes", eyes, "yellow", drawn=True),
        Part("pupils", pupils, "eye", drawn=True), Part("nose", nose, "pink"),
        Part("mouth", mouth, "eye", drawn=True)]
    return [replace(part, mesh=part.mesh.bent(place)) for part in parts]


def cats_head(made: Beast, *, size: float, heavy: float = 0.0) -> None:
    """Give a beast the head of a cat for its own."""
    made.bare = made.bare & ~(made.share("skull", "jaw")[made.skin.faces].min(1) > 0.5)
    made.parts = [part for part in made.parts if part.name != "eyes"]
    made.parts += _cats_head(lambda points: made.on_head(points * size), heavy=heavy)


_CAT = Build(0.28, 1.06, (0.25, 0.16), (0.23, 0.17), (0.25, 0.175), (0.2, 42, 0.19, 0.135),
    (0.41, -8, 0.13, 0.068), (0.01, 0.01, 0, 0), (0.9, -20, 0.046), leg=0.1, paw=True,
    face="cat", taper=0.45)


@form("cat", "quadruped", 0.35, "sitting, walking, sleeping, arched")
def cat(ask: Request) -> Model:
    """A cat."""
    if ask.pose == "sleeping":
        return _curled()
    if ask.pose not in _TAILS:
        return _sitting_cat()
    arched = ask.pose == "arched"
    build = _CAT
    if arched:
        build = replace(build, length=0.86, belly=(0.24, 0.18), hump=0.17, hump_at=0.5)
    made = beast(build, replace(POSES[ask.pose], face=_AWAY),
        tail=lambda made: _cats_tail(made, _TAILS[ask.pose]))
    cats_head(made, size=1.1)
    return made.model()


_AWAY = -62.0
"""Degrees that a cat's head is turned by: two ears against what is behind, and no small face."""
_TAILS = {
    "walking": "40 880 0, -170 800 20, -350 590 30, -560 540 20, -740 640 0, -800 790 -20",
    "arched": "40 900 0, -60 1080 10, -150 1300 20, -150 1520 10, -60 1680 0, 60 1720 0",
}
"""The line of a cat's tail in thousandths of its height, from the floor."""


def _cats_tail(made: Beast, line: str) -> Array:
    path = np.array(triples(line)) + np.array([0, made.floor, 0])
    return np.asarray(path @ rotation(z=-made.pitch).T)


def _sitting_cat() -> Model:
    """A cat upright on its haunches, its tail laid round its feet."""
    clay = modelled(("-230 170 0, -215 300 0, -120 500 0, 10 640 0, 80 760 0",
        (0.15, 0.185, 0.165, 0.135, 0.12)), ("30 600 0, 60 440 0", (0.13, 0.115)), blend=0.09,
        near=(("-190 190 110, -80 215 145", (0.15, 0.13)), ("-120 45 150, 95 38 150",
        (0.045, 0.046)), ("75 520 60, 115 290 66, 130 70 62", (0.075, 0.052, 0.043)),
        ("128 42 62, 180 36 66", (0.045, 0.043))))
    tail = tube(triples("-330 70 20, -420 46 120, -360 40 260, -160 36 330, 60 36 310, 210 36 240,"
        "270 40 170"), [0.055, 0.054, 0.052, 0.05, 0.046, 0.04, 0.02], samples=50, sides=14)
    toes = both(merge(tube([(0.2, 0.05, z), (0.226, 0.024, z)], 0.004, sides=5)
        for z in (0.05, 0.07, 0.09)))
    head = _cats_head(placed(np.array([0.13, 0.9, 0.0]), 0.33, nod=4, face=-20))
    parts = [Part("body", merge(clay.mesh(detail=84), tail)), Part("toes", toes, "eye"), *head]
    return Model.of(*parts, head=(0.13, 0.9, 0)).mapped(lambda m: m.turned(y=65).scaled(0.42))


def _curled() -> Model:
    """A cat asleep in a ring, its chin on its tail."""
    turn = np.linspace(-0.75, 3.5, 9)
    back = columns(0.15 * np.cos(turn), 0.07 + 0 * turn, 0.02 - 0.1 * np.sin(turn))
    clay = Clay(blend=0.03).chain(back.tolist(), (0.06, 0.075, 0.08, 0.078, 0.075, 0.072, 0.07,
        0.066, 0.055))
    clay.lump((0.1, 0.06, 0.1), (0.075, 0.06, 0.055)).limb((-0.1, 0.03, 0.1), (0.03, 0.022, 0.15),
        0.03, 0.022)
    tail = tube(triples("170 40 60, 150 22 160, 20 20 200, -120 20 185"), [0.024, 0.022, 0.02,
        0.012], samples=20)
    place = placed(np.array([-0.085, 0.085, 0.125]), 0.15, nod=-14, face=62)
    head = [p for p in _cats_head(place) if p.name not in ("eyes", "pupils", "nose")]
    nose = ball((0.007, 0.006, 0.007), sides=12).moved(*place(np.array([[0.5, -0.055, 0]]))[0])
    t = np.linspace(-1, 1, 7)
    lid = both(tube(columns(0.36 + 0 * t, 0.05 - 0.05 * (1 - t * t), 0.18 + 0.085 * t), 0.014,
        sides=6)).bent(place)
    return Model.of(Part("body", merge(clay.mesh(detail=64), tail)), *head,
        Part("nose", nose, "pink"), Part("lids", lid, "eye", drawn=True), head=(-0.04, 0.1, 0.12))


_RABBITS: dict[str, tuple[tuple[Limb, ...], tuple[Limb, ...], tuple[float, ...]]] = {
    "sitting": ((("-250 230 0, -120 330 0, 60 310 0, 200 290 0, 300 380 0",
        (0.2, 0.245, 0.21, 0.165, 0.11)),), (("-210 200 130, -90 190 165", (0.17, 0.14)),
        ("-170 40 160, 90 36 165", (0.045, 0.042)), ("210 250 70, 250 120 75, 250 40 75, 300 34 75",
        (0.08, 0.05, 0.042, 0.04))), (390, 470, -6, -345, 190)),
    "running": ((("-330 430 0, -180 490 0, 40 470 0, 230 480 0, 350 560 0",
        (0.155, 0.19, 0.175, 0.145, 0.095)),), (("-310 400 80, -400 300 100", (0.13, 0.09)),
        ("-400 300 100, -560 270 105, -770 150 105", (0.075, 0.045, 0.03)),
        ("240 420 60, 420 300 66, 590 210 62, 640 170 62", (0.085, 0.05, 0.036, 0.034))),
        (450, 650, 2, -385, 470)),
    "standing": ((("-60 200 0, -70 330 0, -20 520 0, 30 680 0, 60 780 0",
        (0.2, 0.215, 0.175, 0.13, 0.1)),), (("-50 170 130, 40 190 160", (0.15, 0.11)),
        ("-80 40 150, 170 34 155", (0.046, 0.042)), ("70 620 80, 150 520 100, 200 440 70",
        (0.065, 0.045, 0.036))), (120, 880, 6, -200, 95)),
}
"""A rabbit's trunk, its limbs on both sides, and its head's place and slope and its tail's."""


@form("rabbit", "quadruped", 0.3, "sitting, running, standing", "hare")
def rabbit(ask: Request) -> Model:
    """A rabbit; a long-legged hare by attribute."""
    trunk, limbs, (x, y, nod, back, low) = _RABBITS[ask.pose or "sitting"]
    hare, running = "hare" in ask, ask.pose == "running"
    clay = modelled(*trunk, blend=0.08, near=limbs)
    at, size = np.array([x, y, 0]) / 1000, 0.3
    place = placed(at, size, nod=nod, face=26)
    head = modelled(("-120 30 0, 120 40 0, 330 -40 0, 460 -110 0", (0.3, 0.3, 0.2, 0.125)),
        blend=0.1, near=(("60 -110 130, 300 -140 80", (0.2, 0.14)),))
    ears = _ear(0.15, 1.3 if hare else 1.05, 60 if running else 24, 10, np.array([-0.16, 0.26,
        0.13]))
    eyes = both(ball((0.075, 0.085, 0.05), sides=14).moved(0.14, 0.1, 0.275))
    nose = ball((0.045, 0.04, 0.06), sides=12).moved(0.565, -0.07, 0)
    lip = tube([(0.57, -0.1, 0), (0.54, -0.19, 0), (0.47, -0.2, 0)], 0.012, sides=6)
    scut = Clay(blend=0.05).lump((back / 1000 - 0.07, low / 1000 + 0.06, 0), (0.085, 0.09, 0.08))
    worn = [Part("head", head.mesh(detail=40)), Part("ears", ears[0]), Part("inner ears", ears[1],
        "pink"), Part("eyes", eyes, "eye", drawn=True), Part("nose", nose, "pink"),
        Part("lip", lip, "eye", drawn=True)]
    parts = [Part("body", clay.mesh(detail=84)), Part("tail", scut.mesh(detail=20), "white_fur"),
        *(replace(part, mesh=part.mesh.bent(place)) for part in worn)]
    whole = Model.of(*parts, head=(float(at[0]), float(at[1]), 0))
    long = 1.16 if hare else 1.0
    return whole.mapped(lambda m: m.turned(y=-10).scaled(0.36, 0.36 * long, 0.36))
