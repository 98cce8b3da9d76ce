"""Beasts with paws or soles, great and small: dogs, cats, bears, elephants; they face +x.

Small furred animals: rabbits, mice, squirrels, monkeys; they face +x.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms.beasts import POSES, Beast, Build, Pose, beast, both, tail_path
from worker.studio.scene.forms.fur import locks, tuft
from worker.studio.scene.forms.pelts import SIDES
from worker.studio.scene.forms.small_beasts import cats_head
from worker.studio.scene.mesh import (Array, Mesh, ball, merge, rotation, triples,
    tube)
from worker.studio.scene.model import Model, Part, Request, form, make
from worker.studio.scene.skin import cut

_DOG = Build(0.55, 0.9, (0.285, 0.17), (0.168, 0.138), (0.2, 0.15), (0.36, 50, 0.2, 0.135),
    (0.39, -12, 0.145, 0.084), (0.2, 0.12, 80, 150), (0.6, 24, 0.036), leg=0.074, paw=True,
    taper=0.7, croup=0.98)
_LION = Build(1.1, 1.02, (0.255, 0.16), (0.165, 0.135), (0.215, 0.155), (0.32, 26, 0.21, 0.17),
    (0.47, -10, 0.16, 0.1), (0.07, 0.07, 90, 30), (0.85, -30, 0.034), leg=0.08, paw=True,
    face="lion", eye=0.75)
BUILDS: dict[str, Build] = {
    "dog": _DOG,
    "hound": replace(_DOG, height=0.68, length=0.86, rump=(0.17, 0.125),
        chest=(0.25, 0.13), belly=(0.13, 0.1),
        neck=(0.4, 54, 0.14, 0.09), head=(0.37, -16, 0.115, 0.055),
        ear=(0.15, 0.09, 80, 160), tail=(0.65, -30, 0.026), leg=0.058),
    "spaniel": replace(_DOG, height=0.4, length=0.95, chest=(0.26, 0.18), belly=(0.21, 0.17),
        rump=(0.2, 0.16), head=(0.4, -14, 0.15, 0.085), ear=(0.24, 0.15, 80, 165),
        tail=(0.36, 30, 0.06)),
    "wolf": replace(_DOG, height=0.8, length=0.9, chest=(0.25, 0.17), belly=(0.17, 0.14),
        neck=(0.38, 30, 0.21, 0.16), head=(0.41, -12, 0.15, 0.072), ear=(0.1, 0.075, 84, 16),
        tail=(0.6, -55, 0.07)),
    "fox": replace(_DOG, height=0.4, length=0.98, chest=(0.22, 0.15), belly=(0.16, 0.13),
        neck=(0.32, 38, 0.16, 0.12), head=(0.42, -14, 0.14, 0.05), ear=(0.16, 0.12, 84, 18),
        tail=(0.95, 0, 0.11), leg=0.058),
    "lion": _LION,
    "elephant": Build(2.8, 0.74, (0.3, 0.22), (0.28, 0.24), (0.26, 0.2), (0.24, 26, 0.25, 0.2),
        (0.42, -40, 0.185, 0.09), (0.01, 0.01, 0, 0), (0.5, -76, 0.02), leg=0.1, bend=0.22,
        croup=0.94, face="elephant", cannon=1.35, eye=0.5),
    "mouse": Build(0.06, 1.25, (0.28, 0.24), (0.36, 0.32), (0.32, 0.28), (0.16, 10, 0.17, 0.13),
        (0.66, -14, 0.13, 0.068), (0.3, 0.26, 96, 20), (1.9, -20, 0.05), leg=0.064, paw=True,
        skin="rat", eye=1.2),
    "squirrel": Build(0.12, 1.1, (0.25, 0.2), (0.3, 0.24), (0.28, 0.24), (0.24, 40, 0.17, 0.12),
        (0.56, -12, 0.14, 0.08), (0.22, 0.14, 92, 10), (1.4, 60, 0.2), leg=0.064, paw=True,
        skin="rat", eye=1.2)
}


def _nose(made: Beast, material: str = "black") -> None:
    made.marked("nose", made.nose(), material)


@form("dog", "quadruped", 0.7, "standing, sitting, running, lying, walking",
    "hound, spaniel, wolf, fox, collar")
def dog(ask: Request) -> Model:
    """A dog; a hound, a spaniel, a wolf or a fox by attribute."""
    kind = next((k for k in ("hound", "spaniel", "wolf", "fox") if k in ask), "dog")
    brush = kind in ("wolf", "fox", "spaniel")
    build = BUILDS[kind]
    if ask.pose == "sitting":
        build = replace(build, length=0.92 * build.length, hump=0.08, hump_at=0.45)
    made = beast(build, replace(POSES[ask.pose or "standing"], face=20.0),
        tail=lambda made: tail_path(made, sag=0.5 if brush else 0.2))
    _nose(made)
    if kind in _COATS:
        made.coat = {"material": _COATS[kind]}
    if kind == "fox":
        _fox(made)
    if brush:
        ruff = made.share("neck0", "neck1", "neck2")
        made.add("ruff", locks(made, ruff, 260, (0.08, 0.012), ask.rng, fall=0.2,
            lift=0.05), _COATS.get(kind, "main"))
    if "collar" in ask:
        made.add("collar", _collar(made), "accent")
    return made.model()


_COATS = {"fox": "fur", "wolf": "grey_fur"}
"""Dogs of one colour only."""


def _fox(made: Beast) -> None:
    """White beneath and at the tip of the tail, dark stockings and ears."""
    low = np.clip(0.5 - 4 * made.hide.normals[:, 1], 0, 1)
    y = made.level[:, 1]
    throat = made.share("jaw") + made.share("skull") * (y < -0.02) + made.share("neck0", "neck1",
        "neck2") * low * (made.hide.normals[:, 0] > 0.2)
    made.marked("bib", throat, "white_fur")
    tail = made.share("tail") * (made.skin.points[:, 0] < made.rest.tail[-3, 0])
    made.marked("tip", tail, "white_fur")
    feet = made.share(*(f"{part}{k}{side}" for part, side in SIDES for k in (2, 3)))
    made.marked("stockings", feet, "dark_fur")


def _collar(made: Beast) -> Mesh:
    ring = np.linspace(0, 6.29, 24)
    at, way = made.crest[-3], made.crest[-2] - made.crest[-4]
    r = made.build.neck[3]
    side = np.array([way[1], -way[0], 0]) / np.linalg.norm(way)
    middle = at + side * 0.9 * r
    loop = middle + np.outer(np.cos(ring), side) * r + np.outer(np.sin(ring), [0, 0, 0.75 * r])
    return tube(loop, 0.02, sides=8)


@form("lion", "quadruped", 1.3, "standing, lying, walking, sitting", "tiger, leopard, panther")
def lion(ask: Request) -> Model:
    """A lion with its mane; a tiger, leopard or panther by attribute."""
    made = beast(_LION, replace(POSES[ask.pose or "standing"], face=26.0))
    # Without a mane the head is seen whole: it is broad, and nearly half as long as the legs.
    maned = not {"tiger", "leopard", "panther"} & ask.attributes
    cats_head(made, size=0.8 if maned else 0.92, heavy=1.0)
    if "tiger" in ask:
        made.coat = {"pattern": "zebra", "other": "black", "repeat": 9}
    elif "leopard" in ask:
        made.coat = {"pattern": "spots", "other": "dark_fur", "repeat": 13}
    elif "panther" in ask:
        made.coat = {"material": "dark_fur"}
    else:
        _lions_mane(made, ask)
    made.parts = [replace(p, **made.coat) if p.name == "head" else p for p in made.parts]
    if not made.coat:
        tuft(made, ask)
    return made.model()


def _lions_mane(made: Beast, ask: Request) -> None:
    """Locks that frame the face and hang from neck and breast."""
    x = made.level[:, 0]
    back = np.clip(1 - (x - 0.16) / 0.14, 0, 1) * made.share("skull", "jaw")
    station = made.skin.points[:, 0]
    breast = made.share("trunk", "arm0L", "arm0R") * np.clip((station - 0.72) / 0.12, 0, 1)
    region = back + made.share("neck0", "neck1", "neck2") + 0.8 * breast
    made.add("mane", locks(made, np.minimum(region, 1), 560, (0.14, 0.024), ask.rng, fall=0.45,
        lift=0.3), "second")


_FACE = ("head", "lips", "brows", "eyeballs", "irises", "pupils", "lashes", "mouth")


@form("sphinx", "quadruped", 2.4, "lying")
def sphinx(ask: Request) -> Model:
    """A lion lying with a human head in a striped headcloth."""
    made = beast(replace(_LION, ear=(0.01, 0.01, 0, 0), head=(0.1, 0, 0.06, 0.04),
        neck=(0.36, 62, 0.18, 0.15)), POSES["lying"])
    x, y = float(made.poll[0]), float(made.poll[1])
    sitter = make("head", Request(np.random.default_rng(5), "", frozenset({"man", "framed",
        "bald"})))
    face = [part for part in sitter.parts if part.name in _FACE]
    middle = next(p.mesh.points for p in face if p.name == "irises").mean(0)
    chin = middle[1] - 0.14
    for part in face:
        kept = (part.mesh.points[:, 1] > chin)[part.mesh.faces].all(1)
        if kept.any():
            mesh = cut(part.mesh, kept).moved(*(-middle)).mapped(1.7 * rotation(y=56))
            made.parts.append(replace(part, mesh=mesh.moved(x + 0.1, y + 0.15, 0)))
    cloth = Clay(blend=0.04).lump((x - 0.07, y + 0.18, 0), (0.15, 0.18, 0.17)).lump((x + 0.0,
        y + 0.27, 0), (0.19, 0.11, 0.175))
    for z in (-1, 1):
        cloth.limb((x - 0.1, y + 0.15, 0.13 * z), (x - 0.09, y - 0.1, 0.23 * z), 0.07, 0.06,
            flat=0.6, side=(1, 0, 0))
        cloth.limb((x - 0.06, y - 0.06, 0.2 * z), (x + 0.04, y - 0.3, 0.15 * z), 0.07, 0.06,
            flat=0.5, side=(1, 0, 0))
    made.coat = {"pattern": "mottle", "repeat": 5}
    made.add("headcloth", cloth.mesh(detail=44), pattern="rings", other="second", repeat=24)
    tuft(made, ask, "main")
    return made.model()


@form("elephant", "quadruped", 3.0, "standing, walking")
def elephant(ask: Request) -> Model:
    """An elephant with its trunk, tusks and broad ears."""
    made = beast(BUILDS["elephant"], POSES[ask.pose or "standing"])
    trunk = triples("100 -20 0, 260 -100 0, 420 -200 0, 580 -340 0, 660 -450 0, 630 -540 0")
    line = np.array(trunk) @ rotation(z=-6).T
    made.add("trunk", made.worn(tube(line, [0.13, 0.105, 0.082, 0.062, 0.048, 0.036],
        samples=30)).grained(0.2, 0, 1))
    tusk = tube([(0.2, -0.2, 0.09), (0.36, -0.25, 0.14), (0.55, -0.18, 0.15)], [0.035, 0.03, 0.008],
        samples=14)
    made.add("tusks", made.worn(both(tusk)), "bone")
    ear = Clay(blend=0.06).limb((-0.06, 0.08, 0.17), (-0.26, 0.02, 0.25), 0.11, 0.13, flat=0.16,
        side=(0.35, 0, 1))
    ear.limb((-0.08, -0.08, 0.18), (-0.22, -0.16, 0.26), 0.1, 0.1, flat=0.16, side=(0.35, 0, 1))
    x, y, z = made.poll.tolist()
    made.add("ears", both(ear.mesh(detail=34)).moved(x, y + 0.02, z))
    tuft(made, ask, "dark_fur")
    return made.model()


@form("mouse", "quadruped", 0.08, "standing, sitting", "rat, squirrel")
def mouse(ask: Request) -> Model:
    """A mouse; a rat or a squirrel by attribute."""
    kind = "squirrel" if "squirrel" in ask else "mouse"
    build = BUILDS[kind]
    if "rat" in ask:
        build = replace(build, height=0.09, head=(0.58, -12, 0.13, 0.068), ear=(0.2, 0.17, 90, 10))
    low = Pose((-40, 20, 20, 40), (-20, 30, 20, 40), (80, -66, 82, 46), (84, -64, 84, 46))
    upright = Pose((-10, 84, 90, 60), (4, 96, 100, 60), (84, -66, 82, 46), (84, -64, 84, 46), -16,
        0, 56)
    def brush(made: Beast) -> Array:
        line = triples("40 900 0, -280 620 0, -620 500 0, -700 1000 0, -420 1500 0, -750 1850 0,"
            "-1000 1600 0")  # fmt: skip
        return np.asarray(np.array(line) @ rotation(z=-34).T)

    made = beast(build, upright if kind == "squirrel" or ask.pose == "sitting" else low,
        tail=brush if kind == "squirrel" else lambda made: tail_path(made, sag=0.4))  # fmt: skip
    _nose(made, "pink")
    if kind == "mouse":
        made.marked("tail", made.share("tail"), "pink")
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
    parts = [Part("body", merge(clay.mesh(detail=70), tube(tail, [0.026, 0.022, 0.02, 0.018, 0.016,
        0.012], samples=34, sides=10)))]
    parts += [Part("face", merge(face.mesh(detail=30), ears, brow), "skin"), Part("eyes", eyes,
        "eye")]
    return Model.of(*parts, hand=(0.28, 0.05, 0.1), head=(hx, hy, 0))
