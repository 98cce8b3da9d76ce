"""Four-legged animals of stable, field and wood; they face +x."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms.beasts import POSES, Beast, Build, beast, both, tail_path
from worker.studio.scene.forms.fur import hair, locks, mane, tuft, wool
from worker.studio.scene.mesh import Mesh, ball, columns, merge, sheet, spline, triples, tube
from worker.studio.scene.model import Model, Request, form

_HORSE = Build(1.6, 0.8, (0.245, 0.16), (0.2, 0.155), (0.235, 0.17), (0.54, 50, 0.23, 0.115),
    (0.42, -50, 0.098, 0.058), (0.11, 0.05, 84, 8), (0.3, 0, 0.03), leg=0.064, face="horse",
    cannon=0.72, eye=0.8)
BUILDS: dict[str, Build] = {
    "donkey": replace(_HORSE, height=1.1, belly=(0.22, 0.18), neck=(0.46, 40, 0.19, 0.1),
        head=(0.46, -46, 0.115, 0.075), ear=(0.33, 0.125, 112, 34), tail=(0.5, -40, 0.026)),
    "cow": Build(1.4, 0.96, (0.27, 0.17), (0.27, 0.21), (0.25, 0.19), (0.42, 18, 0.2, 0.13),
        (0.42, -44, 0.115, 0.085), (0.16, 0.09, 60, 76), (0.5, -60, 0.022), leg=0.066, face="cow",
        eye=0.8),
    "bull": Build(1.5, 0.92, (0.34, 0.22), (0.28, 0.21), (0.25, 0.18), (0.36, 12, 0.28, 0.19),
        (0.42, -48, 0.135, 0.095), (0.13, 0.08, 60, 76), (0.5, -50, 0.022), leg=0.072, face="cow",
        hump=0.1, eye=0.7),
    "bison": Build(1.7, 0.82, (0.36, 0.22), (0.28, 0.2), (0.22, 0.16), (0.34, -14, 0.28, 0.2),
        (0.42, -56, 0.16, 0.1), (0.08, 0.06, 60, 70), (0.4, -40, 0.02), leg=0.062, face="cow",
        croup=0.86, hump=0.17, eye=0.7),
    "sheep": Build(0.75, 0.85, (0.28, 0.19), (0.26, 0.21), (0.26, 0.19), (0.34, 42, 0.16, 0.11),
        (0.4, -36, 0.115, 0.07), (0.17, 0.09, 40, 70), (0.24, -50, 0.04), leg=0.054, face="sheep",
        eye=0.8),
    "goat": Build(0.8, 0.84, (0.23, 0.15), (0.23, 0.17), (0.21, 0.15), (0.42, 48, 0.15, 0.09),
        (0.38, -36, 0.105, 0.06), (0.17, 0.08, 40, 70), (0.2, 60, 0.035), leg=0.054, face="sheep",
        eye=0.8),
    "deer": Build(1.25, 0.78, (0.215, 0.135), (0.175, 0.135), (0.2, 0.145), (0.54, 60, 0.15, 0.075),
        (0.36, -26, 0.082, 0.042), (0.17, 0.09, 66, 46), (0.14, 30, 0.035), leg=0.048, face="deer",
        eye=0.75),
    "giraffe": Build(3.0, 0.56, (0.19, 0.12), (0.16, 0.12), (0.17, 0.12), (1.02, 66, 0.14, 0.055),
        (0.26, -30, 0.056, 0.032), (0.09, 0.05, 50, 60), (0.4, -70, 0.012), leg=0.04, face="deer",
        croup=0.86, eye=0.75),
    "camel": Build(1.9, 0.72, (0.25, 0.16), (0.21, 0.165), (0.2, 0.14), (0.6, 44, 0.15, 0.085),
        (0.35, -16, 0.07, 0.046), (0.06, 0.04, 80, 40), (0.3, -60, 0.015), leg=0.048, face="camel",
        croup=0.94, eye=0.65)
}


def horns(made: Beast, path: str, radius: float, material: str = "horn") -> None:
    """A pair of horns along a path in thousandths of the head's length."""
    line = np.array(triples(path))
    radii = radius * (1 - np.linspace(0, 1, len(line)) ** 1.5 * 0.88)
    made.add("horns", both(tube(made.on_head(line), radii, samples=22, sides=10)), material)


@form("horse", "quadruped", 1.6, "standing, walking, galloping, rearing, grazing",
    "saddle, unicorn")
def horse(ask: Request) -> Model:
    """A horse with mane and tail."""
    build = replace(_HORSE, length=_HORSE.length * ask.between(0.96, 1.05))
    made = beast(build, POSES[ask.pose or "standing"])
    made.add("mane", mane(made, 0.22, ask.rng), "second")
    flowing = replace(build, tail=(0.74, 0, 0.07))
    made.add("tail", hair(tail_path(replace(made, build=flowing)), 0.075, ask.rng, strands=30),
        "second")
    lock = made.on_head(np.array(triples("-310 120 0, -200 220 0, 0 220 0, 130 150 10")))
    made.add("forelock", hair(lock, 0.035, ask.rng), "second")
    if "unicorn" in ask:
        spike = tube(made.on_head(np.array([(-0.02, 0.1, 0), (0.5, 1.0, 0)])), [0.026, 0.002],
            samples=12)
        made.add("horn", spike, "white", pattern="rings", other="gold", repeat=26)
    if "saddle" in ask:
        _saddle(made)
    return made.model()


def _brush(made: Beast, rise: float) -> Mesh:
    """An upright mane."""
    low = spline(made.crest, 30) - np.array([0, 0.01, 0])
    step = np.gradient(low, axis=0)
    up = columns(-step[:, 1], step[:, 0], 0 * step[:, 0])
    up /= np.linalg.norm(up, axis=1, keepdims=True)
    high = low + up * (rise * (0.85 + 0.15 * np.sin(np.arange(30) * 2.2)))[:, None]
    side = np.array([0, 0, 0.025])
    return sheet(np.stack([low + side, high, low - side]))


def _saddle(made: Beast) -> None:
    n, w = made.build.length, made.build.belly[1]
    u, v = np.meshgrid(np.linspace(-1, 1, 12), np.linspace(-1, 1, 21), indexing="ij")
    angle = v * 1.45
    grid = columns(0.6 * n + u * 0.17 * (1 - 0.2 * v * v), 0.81 + 0.205 * np.cos(angle) + 0.05
        * u**2 * (1 - v * v), 1.1 * w * np.sin(angle))
    made.add("saddle", sheet(grid), "leather")
    ring = np.linspace(0, 6.29, 30)
    girth = columns(0 * ring + 0.66 * n, 0.795 + 0.225 * np.cos(ring), 1.09 * w * np.sin(ring))
    made.add("girth", tube(girth, 0.014, sides=6), "leather")


@form("donkey", "quadruped", 1.15, "standing, walking, grazing", "pack")
def donkey(ask: Request) -> Model:
    """A donkey: long ears, brush mane, tufted tail."""
    made = beast(BUILDS["donkey"], POSES[ask.pose or "standing"])
    made.add("mane", _brush(made, 0.05), "dark_fur")
    tuft(made, ask, "dark_fur")
    if "pack" in ask:
        x = 0.55 * made.build.length
        clay = Clay(blend=0.05)
        for side in (-1, 1):
            clay.lump((x, 0.82, side * 0.25), (0.22, 0.17, 0.11))
        made.add("pack", clay.lump((x, 1.03, 0), (0.2, 0.08, 0.2)).mesh(detail=40), "second")
    return made.model()


@form("cow", "quadruped", 1.45, "standing, walking, grazing", "ox, buffalo, yoke")
def cow(ask: Request) -> Model:
    """A cow with horns and udder; an ox or a buffalo by attribute."""
    build = BUILDS["cow"]
    if {"ox", "buffalo"} & ask.attributes:
        build = replace(build, head=(0.42, -38, 0.13, 0.108), neck=(0.4, 8, 0.215, 0.155),
            hump=0.04)
    made = beast(build, POSES[ask.pose or "standing"])
    if "buffalo" in ask:
        horns(made, "-180 60 80, -320 70 440, -500 200 740, -560 520 820, -420 800 640", 0.06,
            "dark_fur")
    else:
        horns(made, "-180 60 80, -230 110 300, -270 300 500, -270 540 500, -150 740 360", 0.05)
    if not {"ox", "buffalo"} & ask.attributes:
        udder = Clay(blend=0.05).lump((0.2, 0.47, 0), (0.14, 0.1, 0.11))
        for x in (0.14, 0.26):
            for z in (-0.05, 0.05):
                udder.limb((x, 0.42, z), (x, 0.34, z), 0.022, 0.014)
        made.add("udder", udder.mesh(detail=30), "pink")
    if "yoke" in ask:
        bar = np.array([(0.02, -0.06, -0.5), (0, 0.03, 0), (0.02, -0.06, 0.5)])
        made.add("yoke", tube(made.crest[3] + bar, 0.05, samples=12), "wood")
    tuft(made, ask)
    return made.model()


@form("bull", "quadruped", 1.6, "charging, standing")
def bull(ask: Request) -> Model:
    """A bull, heavy in front, with its horns lowered."""
    made = beast(BUILDS["bull"], POSES[ask.pose or "charging"])
    horns(made, "-180 60 80, -160 130 300, 0 180 480, 260 220 500, 460 330 400", 0.045)
    tuft(made, ask)
    return made.model()


@form("bison", "quadruped", 1.9, "standing, charging, grazing")
def bison(ask: Request) -> Model:
    """A bison: a woolly hump in front, slender behind."""
    made = beast(BUILDS["bison"], POSES[ask.pose or "standing"])
    station = made.skin.points[:, 0]
    front = made.share("trunk", "arm0L", "arm0R", "arm1L", "arm1R")
    crown = made.share("skull") * np.clip((0.36 - made.level[:, 0]) / 0.06, 0, 1)
    front = front * np.clip((station - 0.5) / 0.1, 0, 1) + crown
    front += made.share("neck0", "neck1", "neck2")
    made.add("mane", locks(made, np.minimum(front, 1), 800, (0.1, 0.016), ask.rng, fall=0.5),
        "dark_fur")
    chin = made.on_head(np.array([0.3, -0.15, 0]))
    made.add("beard", hair(chin + np.array([(0, 0.03, 0), (0.02, -0.12, 0), (-0.03, -0.27, 0)]),
        0.08, ask.rng), "dark_fur")
    horns(made, "-160 60 120, -150 120 340, -60 220 420, -20 400 360", 0.036)
    tuft(made, ask, "dark_fur")
    return made.model()


@form("sheep", "quadruped", 0.85, "standing, grazing, lying", "lamb, ram")
def sheep(ask: Request) -> Model:
    """A sheep in its wool; a ram with curled horns."""
    build = BUILDS["sheep"]
    if "lamb" in ask:
        build = replace(build, height=0.42, length=0.62, chest=(0.2, 0.15), belly=(0.19, 0.15),
            rump=(0.2, 0.15))
    made = beast(build, POSES[ask.pose or "standing"])
    made.coat = {"material": "second"}
    legs = made.share("arm0L", "arm0R", "leg0L", "leg0R")
    high = np.clip(1.4 - 3 * np.abs(made.share("arm1L", "arm1R", "leg1L", "leg1R")), 0, 1)
    fleece = made.share("trunk", "neck0", "neck1", "tail") + legs * high + 0.6 * made.share("neck2")
    fleece += made.share("skull") * np.clip((0.1 - made.level[:, 0]) / 0.06, 0, 1)
    made.add("wool", wool(made, np.minimum(fleece, 1), 0.055, ask.rng), "white_fur")
    if "ram" in ask:
        turn = np.linspace(-0.6, 7.2, 40)
        size = 0.4 - 0.03 * turn
        coil = columns(-0.2 - 0.3 * size - size * np.sin(turn), size * np.cos(turn) - 0.24, 0.11
            + 0.07 * turn)
        made.add("horns", both(tube(made.on_head(coil), 0.056 * (1.05 - turn / 8), sides=10)),
            "horn")
    return made.model()


@form("goat", "quadruped", 0.95, "standing, walking, grazing, rearing")
def goat(ask: Request) -> Model:
    """A goat with swept horns and a beard."""
    made = beast(BUILDS["goat"], POSES[ask.pose or "standing"])
    horns(made, "-170 80 70, -220 320 110, -500 600 200, -900 700 320, -1150 600 360", 0.036)
    chin = made.on_head(np.array([0.5, -0.14, 0]))
    made.add("beard", hair(chin + np.array([(0, 0.03, 0), (0.01, -0.09, 0), (-0.05, -0.22, 0)]),
        0.045, ask.rng), "second")
    tuft(made, ask)
    return made.model()


@form("deer", "quadruped", 1.5, "standing, leaping, grazing, lying")
def deer(ask: Request) -> Model:
    """A deer; a stag with antlers unless it is a doe or a fawn."""
    build = BUILDS["deer"]
    made = beast(build, POSES[ask.pose or "standing"])
    made.add("antlers", made.worn(both(_antler(ask))), "horn")
    tuft(made, ask, "white_fur")
    return made.model()


def _antler(ask: Request) -> Mesh:
    beam = spline(
        np.array(triples("-30 25 28, -200 200 160, -300 420 270, -180 660 300, -20 780 240")), 24)
    pieces = [tube(beam, np.linspace(0.024, 0.006, 24), sides=8)]
    for i, length in ((2, 0.2), (8, 0.2), (14, 0.22), (19, 0.16)):
        at, size = beam[i], length * ask.between(0.85, 1.1)
        tine = [at, at + np.array([0.5, 0.25, 0.06]) * size, at + np.array([0.72, 0.86, 0.06])
            * size]
        pieces.append(tube(tine, [0.016, 0.013, 0.004], samples=9, sides=7))
    return merge(pieces).scaled(0.74).turned(z=14).moved(-0.01, 0.01, 0.008)


@form("giraffe", "quadruped", 4.8, "standing, walking")
def giraffe(ask: Request) -> Model:
    """A giraffe with its patches."""
    made = beast(BUILDS["giraffe"], POSES[ask.pose or "standing"])
    made.coat = {"material": "sand", "pattern": "spots", "other": "main", "repeat": 2.6}
    made.add("mane", _brush(made, 0.035), "dark_fur")
    knob = tube([(-0.01, 0.02, 0.02), (-0.03, 0.12, 0.026)], [0.01, 0.013], sides=8)
    made.add("horns", made.worn(both(merge(knob, ball(0.015, sides=8).moved(-0.03, 0.122,
        0.026)))), "dark_fur")
    tuft(made, ask, "dark_fur")
    return made.model()


@form("camel", "quadruped", 2.3, "standing, walking, lying")
def camel(ask: Request) -> Model:
    """A camel, one hump or two, its neck in a low bow."""
    made = beast(BUILDS["camel"], POSES[ask.pose or "standing"])
    n = made.build.length
    clay = Clay(blend=0.12).lump((0.5 * n, 0.86, 0), (0.3, 0.1, 0.1), blend=0)
    for x in (0.5,):
        clay.lump((x * n, 1.0, 0), (0.19, 0.15, 0.1)).lump((x * n, 1.08, 0), (0.11, 0.1, 0.07))
    made.add("hump", clay.mesh(detail=36))
    tuft(made, ask)
    return made.model()


@form("zebra", "quadruped", 1.4, "standing, walking, galloping, grazing")
def zebra(ask: Request) -> Model:
    """A zebra: a small horse in stripes with an upright mane."""
    made = beast(replace(_HORSE, height=1.4, ear=(0.16, 0.08, 84, 12)), POSES[ask.pose
        or "standing"])
    made.coat = {"material": "white_fur", "pattern": "zebra", "other": "black", "repeat": 9}
    made.add("mane", _brush(made, 0.07), "white_fur", pattern="zebra", other="black", repeat=9)
    tuft(made, ask, "black")
    return made.model()
