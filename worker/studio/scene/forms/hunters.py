"""Beasts with paws or soles, great and small: dogs, cats, bears, elephants; they face +x.

Small furred animals: rabbits, mice, squirrels, monkeys; they face +x.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms.beasts import POSES, Beast, Build, Pose, beast, both, tail_path
from worker.studio.scene.forms.quadrupeds import finish_tail, fleece
from worker.studio.scene.mesh import Mesh, ball, columns, lathe, merge, rotation, triples, tube
from worker.studio.scene.model import Model, Part, Request, form

_DOG = Build(0.55, 0.82, (0.24, 0.14), (0.145, 0.12), (0.17, 0.125), (0.34, 50, 0.155, 0.115),
    (0.35, -14, 0.13, 0.068), (0.2, 0.08, 62, 24), (0.5, 40, 0.034), leg=0.064, paw=True,
    cheek=0.78)
_CAT = Build(0.28, 0.98, (0.19, 0.14), (0.175, 0.15), (0.19, 0.15), (0.26, 42, 0.15, 0.12),
    (0.22, -8, 0.165, 0.075), (0.17, 0.085, 92, 22), (0.8, 40, 0.045), leg=0.066, paw=True,
    cheek=0.7)
_LION = Build(1.1, 0.98, (0.22, 0.15), (0.18, 0.155), (0.2, 0.155), (0.3, 34, 0.19, 0.15),
    (0.3, -14, 0.16, 0.1), (0.09, 0.06, 110, 40), (0.72, -30, 0.03), leg=0.078, paw=True,
    cheek=0.82)
BUILDS: dict[str, Build] = {
    "dog": _DOG,
    "hound": replace(_DOG, height=0.68, length=0.84, chest=(0.24, 0.12), belly=(0.13, 0.1),
        rump=(0.16, 0.105), neck=(0.42, 54, 0.13, 0.085), head=(0.4, -14, 0.095, 0.048),
        ear=(0.13, 0.045, -60, 30), tail=(0.6, -30, 0.022), leg=0.05),
    "spaniel": replace(_DOG, height=0.4, length=0.95, chest=(0.25, 0.18), belly=(0.22, 0.18),
        rump=(0.2, 0.16), ear=(0.3, 0.085, -82, 18), tail=(0.36, 30, 0.06)),
    "wolf": replace(_DOG, height=0.8, length=0.88, chest=(0.24, 0.16), neck=(0.38, 34, 0.2, 0.14),
        head=(0.4, -12, 0.125, 0.058), ear=(0.13, 0.06, 84, 16), tail=(0.6, -40, 0.075)),
    "fox": replace(_DOG, height=0.4, length=1.0, belly=(0.16, 0.13), neck=(0.34, 38, 0.16, 0.12),
        head=(0.4, -12, 0.13, 0.036), ear=(0.21, 0.09, 92, 18), tail=(0.95, 6, 0.125), leg=0.055,
        cheek=0.8),
    "cat": _CAT,
    "lion": _LION,
    "bear": Build(1.1, 0.96, (0.31, 0.23), (0.3, 0.25), (0.3, 0.23), (0.36, 22, 0.27, 0.19),
        (0.36, -14, 0.17, 0.085), (0.09, 0.065, 100, 30), (0.09, -40, 0.05), leg=0.12, paw=True,
        bend=0.55, hump=0.03),
    "elephant": Build(2.8, 0.74, (0.3, 0.23), (0.31, 0.26), (0.29, 0.22), (0.24, 30, 0.24, 0.2),
        (0.3, -40, 0.185, 0.09), (0.01, 0.01, 0, 0), (0.5, -76, 0.018), leg=0.112, bend=0.22,
        croup=0.94),
    "pig": Build(0.75, 1.1, (0.33, 0.25), (0.34, 0.28), (0.32, 0.25), (0.26, 10, 0.3, 0.22),
        (0.44, -18, 0.2, 0.1), (0.2, 0.1, 50, 26), (0.2, 30, 0.02), leg=0.075, cheek=0.9),
    "rabbit": Build(0.2, 0.85, (0.3, 0.22), (0.32, 0.28), (0.42, 0.3), (0.28, 50, 0.24, 0.18),
        (0.36, -16, 0.23, 0.13), (0.62, 0.11, 106, 10), (0.1, 40, 0.13), leg=0.075, paw=True,
        croup=1.16),
    "mouse": Build(0.06, 1.1, (0.28, 0.22), (0.33, 0.27), (0.38, 0.28), (0.36, 14, 0.28, 0.23),
        (0.72, -14, 0.29, 0.06), (0.5, 0.25, 104, 46), (1.9, 0, 0.05), leg=0.085, paw=True,
        croup=1.1),
    "squirrel": Build(0.14, 0.95, (0.28, 0.2), (0.3, 0.24), (0.36, 0.26), (0.3, 56, 0.22, 0.18),
        (0.42, -10, 0.23, 0.09), (0.2, 0.08, 96, 20), (1.4, 60, 0.2), leg=0.08, paw=True)
}


def _coat(made: Beast, pattern: str, other: str, repeat: float) -> None:
    made.parts[0] = replace(made.parts[0], pattern=pattern, other=other, repeat=repeat)


def _nose(made: Beast, material: str = "black") -> None:
    length, _, skull, muzzle = made.build.head
    tip = ball((0.4 * muzzle, 0.34 * muzzle, 0.46 * muzzle), sides=12)
    made.add("nose", made.on_head(tip.moved(length - 0.2 * muzzle, -0.34 * skull + 0.62 * muzzle,
        0)), material)


def _brush_tail(made: Beast, *, tip: str = "", sag: float = 0.5) -> None:
    """A full, tapering tail, with a tip of another colour if named."""
    thick = made.build.tail[2]
    path = tail_path(made, sag=sag)
    made.add("tail", tube(path, np.array([0.5, 0.8, 1.1, 1.0, 0.25]) * thick, samples=20, sides=12))
    if tip:
        end = np.array([path[-1] + (path[-1] - path[-2]) * t for t in (-0.62, -0.2, 0.12)])
        made.add("tip", tube(end, np.array([1.06, 0.75, 0.05]) * thick, samples=9, sides=12), tip)


@form("dog", "quadruped", 0.7, "standing, sitting, running, lying, walking",
    "hound, spaniel, wolf, fox, collar")
def dog(ask: Request) -> Model:
    """A dog; a hound, a spaniel, a wolf or a fox by attribute."""
    kind = next((k for k in ("hound", "spaniel", "wolf", "fox") if k in ask), "dog")
    made = beast(BUILDS[kind], POSES[ask.pose or "standing"], ask.rng)
    _nose(made)
    if kind == "fox":
        skull = made.build.head[2]
        bib = Clay(blend=0.05).limb((-0.05, -0.75 * skull, 0), (0.3, -0.62 * skull, 0), 0.075, 0.03)
        made.add("bib", made.on_head(bib.mesh(detail=24)), "white_fur")
    if kind in ("fox", "wolf", "spaniel"):
        _brush_tail(made, tip="white_fur" if kind == "fox" else "")
    else:
        made.add("tail", tube(tail_path(made, sag=0.2), np.array([1.3, 1.1, 0.9, 0.7, 0.3])
            * made.build.tail[2], samples=14))
    if "collar" in ask:
        ring = np.linspace(0, 6.29, 24)
        at, r = made.poll, made.build.neck[3] * 1.08
        loop = (columns(0.6 * r * np.cos(ring), 0 * ring - 0.04, 0.62 * r * np.sin(ring)) + at
            - [0.07, 0.06, 0])
        made.add("collar", tube(loop, 0.02, sides=8), "accent")
    return made.model()


@form("cat", "quadruped", 0.35, "sitting, walking, sleeping, arched")
def cat(ask: Request) -> Model:
    """A cat."""
    pose = ask.pose or "sitting"
    if pose == "sleeping":
        return _curled()
    steps = POSES[pose]
    if pose == "sitting":
        steps = replace(steps, head=6, neck=18, tail=-60)
    build = _CAT
    if pose == "arched":
        build, steps = replace(_CAT, length=0.84, hump=0.24, hump_at=0.5), replace(steps, tail=40)
    made = beast(build, steps, ask.rng)
    _nose(made, "pink")
    radii = np.array([0.9, 1, 1, 0.95, 0.5]) * _CAT.tail[2]
    if pose == "sitting":
        sweep = np.array(
            triples("-220 -100 0, -300 -200 100, -100 -240 250, 200 -240 300, 420 -215 280"))
        line = (sweep + np.array([0, made.floor + 0.3, 0])) @ rotation(z=-made.pitch).T
    else:
        line = tail_path(made, sag=-0.5 if pose == "arched" else 0.1)
        line[-1] += np.array([-0.12, -0.02, 0.0])
    made.add("tail", tube(line, radii, samples=22))
    return made.model()


def _curled() -> Model:
    """A cat asleep in a ring, its chin on its tail."""
    turn = np.linspace(-0.75, 3.5, 9)
    back = columns(0.15 * np.cos(turn), 0.07 + 0 * turn, 0.02 - 0.1 * np.sin(turn))
    clay = Clay(blend=0.03).chain(back.tolist(), (0.06, 0.075, 0.08, 0.078, 0.075, 0.072, 0.07,
        0.066, 0.055))
    clay.lump((0.1, 0.06, 0.1), (0.075, 0.06, 0.055)).limb((-0.1, 0.03, 0.1), (0.03, 0.022, 0.15),
        0.03, 0.022)
    clay.lump((-0.075, 0.085, 0.12), (0.062, 0.054, 0.054), blend=0.012)
    clay.lump((-0.05, 0.068, 0.165), (0.03, 0.024, 0.026), blend=0.015)
    ears = [tube([at, (at[0] - 0.006, at[1] + 0.028, at[2]), (at[0] - 0.012, at[1] + 0.06, at[2])],
        [0.024, 0.022, 0.002], samples=7, sides=8, flat=0.45, side=(0.8, 0, 0.6))
        for at in ((-0.115, 0.12, 0.125), (-0.045, 0.125, 0.11))]
    tail = tube(triples("170 40 60, 150 22 160, 20 20 200, -120 20 185"), [0.024, 0.022, 0.02,
        0.012], samples=20)
    parts = merge(clay.mesh(detail=64), *ears, tail)
    return Model.of(_part(parts), head=(-0.04, 0.1, 0.12))


def _part(mesh: Mesh, name: str = "body", material: str = "main") -> Part:
    return Part(name, mesh, material)


@form("lion", "quadruped", 1.3, "standing, lying, walking, sitting", "tiger, leopard, panther")
def lion(ask: Request) -> Model:
    """A lion with its mane; a tiger, leopard or panther by attribute."""
    made = beast(_LION, POSES[ask.pose or "standing"], ask.rng)
    if "tiger" in ask:
        _coat(made, "zebra", "black", 9)
    elif "leopard" in ask:
        _coat(made, "spots", "dark_fur", 13)
    elif "panther" not in ask:
        wool = Clay(blend=0.05)
        x, y, _ = (made.poll - np.array([0.15, 0.05, 0])).tolist()
        fleece(wool.lump((x, y, 0), (0.17, 0.26, 0.2)), (x, y, 0), (0.17, 0.3, 0.22), 38, 0.085,
            ask)
        fleece(wool, (x - 0.02, y - 0.26, 0), (0.2, 0.22, 0.14), 20, 0.09, ask)
        made.add("mane", wool.mesh(detail=44), "second")
    _nose(made)
    finish_tail(made, ask, "second" if "tiger" not in ask else "black")
    return made.model()


@form("sphinx", "quadruped", 2.4, "lying")
def sphinx(ask: Request) -> Model:
    """A lion lying with a human head in a striped headcloth."""
    made = beast(replace(_LION, ear=(0.01, 0.01, 0, 0), head=(0.1, 0, 0.06, 0.04),
        neck=(0.36, 62, 0.18, 0.15)), POSES["lying"], ask.rng)
    x, y = float(made.poll[0]), float(made.poll[1])
    face = (Clay(blend=0.05).lump((x + 0.03, y + 0.12, 0), (0.13, 0.18, 0.12)).lump((x + 0.1, y, 0),
        (0.06, 0.07, 0.08)))
    face.limb((x + 0.16, y + 0.15, 0), (x + 0.18, y + 0.09, 0), 0.016, 0.026, blend=0.02)
    face.lump((x + 0.15, y + 0.03, 0), (0.02, 0.015, 0.045), blend=0.02).limb((x, y - 0.2, 0),
        (x, y, 0), 0.12, 0.1)
    cloth = Clay(blend=0.04).lump((x - 0.07, y + 0.18, 0), (0.15, 0.18, 0.17))
    for z in (-1, 1):
        cloth.limb((x - 0.1, y + 0.15, 0.13 * z), (x - 0.09, y - 0.1, 0.23 * z), 0.07, 0.06,
            flat=0.6, side=(1, 0, 0))
        cloth.limb((x - 0.06, y - 0.06, 0.2 * z), (x + 0.04, y - 0.3, 0.15 * z), 0.07, 0.06,
            flat=0.5, side=(1, 0, 0))
    made.parts[0] = replace(made.parts[0], pattern="mottle", repeat=5)
    made.add("face", face.mesh(detail=44))
    made.add("headcloth", cloth.mesh(detail=44), pattern="rings", other="second", repeat=24)
    finish_tail(made, ask, "main")
    return made.model()


@form("bear", "quadruped", 1.25, "standing, walking, rearing, sitting")
def bear(ask: Request) -> Model:
    """A bear."""
    build = BUILDS["bear"]
    pose = POSES[ask.pose or "standing"]
    if ask.pose == "rearing":
        pose = Pose((50, 70, 40, 20), (24, 50, 20, 0), (30, -20, -10, 40), (16, -30, -14, 40), 0,
            -8, 72)
    made = beast(build, pose, ask.rng)
    _nose(made)
    return made.model()


@form("elephant", "quadruped", 3.0, "standing, walking")
def elephant(ask: Request) -> Model:
    """An elephant with its trunk, tusks and broad ears."""
    made = beast(BUILDS["elephant"], POSES[ask.pose or "standing"], ask.rng)
    trunk = triples("100 -20 0, 260 -100 0, 420 -200 0, 620 -360 0, 720 -500 0, 680 -620 0")
    line = np.array(trunk) @ rotation(z=-6).T
    made.add("trunk", made.on_head(tube(line, [0.13, 0.105, 0.082, 0.062, 0.048, 0.036],
        samples=30)).grained(0.2, 0, 1))
    tusk = tube([(0.2, -0.2, 0.09), (0.36, -0.25, 0.14), (0.55, -0.18, 0.15)], [0.035, 0.03, 0.008],
        samples=14)
    made.add("tusks", made.on_head(both(tusk)), "bone")
    ear = Clay(blend=0.06).limb((-0.06, 0.08, 0.17), (-0.26, 0.02, 0.25), 0.11, 0.13, flat=0.16,
        side=(0.35, 0, 1))
    ear.limb((-0.08, -0.08, 0.18), (-0.22, -0.16, 0.26), 0.1, 0.1, flat=0.16, side=(0.35, 0, 1))
    x, y, z = made.poll.tolist()
    made.add("ears", both(ear.mesh(detail=34)).moved(x, y + 0.02, z))
    finish_tail(made, ask, "dark_fur")
    return made.model()


@form("pig", "quadruped", 0.8, "standing, walking, lying")
def pig(ask: Request) -> Model:
    """A pig with snout and curled tail; a bristling boar by attribute."""
    build = BUILDS["pig"]
    made = beast(build, POSES[ask.pose or "standing"], ask.rng)
    length, _, skull, muzzle = made.build.head
    snout = lathe([(0.9 * muzzle, 0), (1.05 * muzzle, 0.03), (0.95 * muzzle, 0.06)],
        sides=16).turned(z=-80)
    made.add("snout", made.on_head(snout.moved(length - 0.05, -0.34 * skull, 0)), "pink")
    t = np.linspace(0, 9, 40)
    curl = columns(-0.3 - 0.02 * t, 0.8 + 0.045 * np.sin(t), 0.045 * np.cos(t))
    root = triples("-120 760 0, -240 780 20")
    made.add("tail", tube(np.vstack([root, curl]), np.linspace(0.03, 0.016, 42), sides=7))
    return made.model()


@form("rabbit", "quadruped", 0.3, "sitting, running, standing", "hare")
def rabbit(ask: Request) -> Model:
    """A rabbit; a long-legged hare by attribute."""
    build = BUILDS["rabbit"]
    pose = (POSES["running"] if ask.pose == "running" else Pose((-40, 10, 20, 40),
        (-30, 16, 20, 40), (80, -68, 82, 46), (84, -64, 84, 46), -8, 0))
    if ask.pose == "standing":
        pose = Pose((30, -20, -40, -60), (20, -30, -50, -60), (84, -68, 80, 46), (84, -64, 80, 46),
            10, 0, 62)
    if "hare" in ask:
        build = replace(build, height=0.3, length=0.9, belly=(0.24, 0.2), rump=(0.3, 0.22),
            ear=(0.7, 0.1, 112, 10), head=(0.36, -16, 0.18, 0.1))
    made = beast(build, pose, ask.rng)
    puff = ball(build.tail[2], sides=14).moved(-0.84 * build.rump[0], 0.76, 0)
    made.add("tail", puff, "white_fur")
    _nose(made, "pink")
    return made.model()


@form("mouse", "quadruped", 0.08, "standing, sitting", "rat, squirrel")
def mouse(ask: Request) -> Model:
    """A mouse; a rat or a squirrel by attribute."""
    kind = "squirrel" if "squirrel" in ask else "mouse"
    build = BUILDS[kind]
    if "rat" in ask:
        build = replace(build, height=0.09, length=1.3, ear=(0.26, 0.17, 110, 40))
    low = Pose((-40, 20, 20, 40), (-20, 30, 20, 40), (80, -66, 82, 46), (84, -64, 84, 46))
    upright = Pose((-10, 84, 90, 60), (4, 96, 100, 60), (84, -66, 82, 46), (84, -64, 84, 46), -16,
        0, 56)
    made = beast(build, upright if kind == "squirrel" or ask.pose == "sitting" else low, ask.rng)
    _nose(made, "pink")
    if kind == "squirrel":
        path = np.array(
            triples("-280 620 0, -620 500 0, -700 1000 0, -420 1500 0, -750 1850 0, -1000 1600 0"))
        made.add("tail", tube(path @ rotation(z=-34).T, [0.1, 0.18, 0.24, 0.26, 0.22, 0.06],
            samples=26))
    else:
        made.add("tail", tube(tail_path(made, sag=0.4), np.array([1, 0.8, 0.6, 0.4, 0.2])
            * build.tail[2], samples=20), "pink")
    return made.model()


@form("monkey", "quadruped", 0.6, "sitting, walking")
def monkey(ask: Request) -> Model:
    """A monkey with long arms and a curling tail."""
    clay = Clay(blend=0.05)
    hunch = 0.06 if ask.pose != "walking" else 0.2
    clay.chain([(0, 0.16, 0), (-0.01, 0.28, 0), (hunch, 0.42, 0)], (0.1, 0.105, 0.095))
    clay.limb((hunch, 0.46, 0), (hunch + 0.04, 0.52, 0), 0.06)
    hx, hy = hunch + 0.06, 0.57
    for z in (-1, 1):
        clay.chain([(hunch + 0.02, 0.42, 0.1 * z), (0.12, 0.26, 0.16 * z),
            (0.24, 0.14 if ask.pose != "walking" else 0.1, 0.1 * z), (0.28, 0.03, 0.09 * z)],
            (0.05, 0.036, 0.03, 0.032))
        clay.chain(triples("20 120 80, 190 260 120, 120 50 130, 240 25 140", 1, 1, z),
            (0.065, 0.05, 0.034, 0.03))
    clay.lump((hx, hy, 0), (0.088, 0.09, 0.082), blend=0.03)
    face = (Clay(blend=0.03).lump((hx + 0.055, hy + 0.01, 0), (0.04, 0.06, 0.058)).lump((hx + 0.09,
        hy - 0.045, 0), (0.045, 0.036, 0.045)))
    brow = both(tube([(hx + 0.08, hy + 0.045, 0), (hx + 0.07, hy + 0.04, 0.05)], 0.014, sides=8))
    ears = both(ball((0.02, 0.034, 0.014), sides=12).moved(hx, hy, 0.092))
    eyes = both(ball(0.012, sides=10).moved(hx + 0.088, hy + 0.018, 0.026))
    tail = np.array(
        triples("-80 100 0, -240 50 20, -380 200 40, -340 380 50, -240 360 50, -270 280 50"))
    parts = [_part(merge(clay.mesh(detail=70), tube(tail, [0.026, 0.022, 0.02, 0.018, 0.016, 0.012],
        samples=34, sides=10)))]
    parts += [_part(merge(face.mesh(detail=30), ears, brow), "face", "skin"), _part(eyes, "eyes",
        "eye")]
    return Model.of(*parts, hand=(0.28, 0.05, 0.1), head=(hx, hy, 0))
