"""Parts of people as things of their own: heads, busts, hands, eyes, masks, hearts.

Skulls, hearts, brains, masks and wings as things of their own.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms.people_body import torso
from worker.studio.scene.forms.people_hats import HATS, laurel
from worker.studio.scene.forms.people_heads import face_of, features, head_parts, skull
from worker.studio.scene.forms.people_held import wing
from worker.studio.scene.forms.people_poses import POSES, Build, Vector, solve
from worker.studio.scene.mesh import (Array, Mesh, ball, box, columns, lathe, merge, pairs,
    rotation, sheet, spline, triples, tube)
from worker.studio.scene.model import Model, Part, Request, form

_MOODS = ("crying", "smiling", "shouting", "eyes closed")
_WHO = ("man", "woman", "old", "beard", "moustache", "long hair", "bald", "wig")


@form("head", "body", height=0.44, attributes=(*_WHO, *_MOODS, *HATS, "glasses"), where="table")
def head(ask: Request) -> Model:
    """A large head for a portrait, with neck and shoulders' beginning."""
    woman = "woman" in ask or ("man" not in ask and (not {"beard", "moustache"} & ask.attributes)
        and (ask.rng.random() < 0.5))
    skin = "brown_skin" if ask.rng.random() < 0.25 else "skin"
    parts = head_parts(ask, woman=woman, detail=58, small=False, skin=skin, neck=0.6)
    parts += _shoulders(woman)
    if "glasses" in ask:
        parts.append(Part("glasses", spectacles(), "black"))
    if "crying" in ask:
        tears = [ball((0.018, 0.035, 0.018), sides=8).moved(0.16 * d, y, z) for d in (1, -1) for y,
            z in ((-0.1, 0.36), (-0.22, 0.33))]
        parts.append(Part("tears", merge(tears), "glass"))
    nod = rotation(x=ask.between(-3, 5), z=ask.between(-4, 4))
    parts = [replace(p, mesh=p.mesh.mapped(nod * 0.23)) for p in parts]
    return Model.of(*parts, head=(0, 0, 0))


def _shoulders(woman: bool) -> list[Part]:
    """The coat down to the breast, round at the shoulders and narrower below, with its collar."""
    wide, c = 0.62 if woman else 0.76, Clay(blend=0.24)
    c.limb((0, -0.92, -0.2), (0, -1.75, -0.14), 0.3, 0.5, flat=0.72)
    for d in (1, -1):
        c.limb((0.1 * d, -0.82, -0.24), (wide * d, -1.06, -0.2), 0.13, 0.21)
        c.limb((wide * d, -1.06, -0.2), (0.5 * wide * d, -1.7, -0.14), 0.21, 0.2)
        c.lump((0.27 * d, -1.42, 0.1 if woman else 0.04), (0.28, 0.28, 0.22))
    coat = c.mesh(detail=50).bent(lambda p: columns(p[:, 0], np.maximum(p[:, 1], -1.74), p[:, 2]))
    one = tube(triples("30 -1540 400, 190 -1160 280, 260 -800 0, 0 -720 -420"), [0.012, 0.12, 0.09,
        0.08], samples=14, flat=0.35)
    shirt = Clay(blend=0.1).limb((0, -0.76, -0.14), (0, -1.3, 0.12), 0.24, 0.2).mesh(detail=24)
    return [Part("coat", coat), Part("shirt", shirt, "white"),
        Part("collar", merge(one, one.mirrored()), "second")]


def spectacles() -> Mesh:
    """Round glasses on a head of height 1."""
    angle = np.linspace(0, 2 * np.pi, 25)
    parts = []
    for d in (1, -1):
        ring = columns(0.155 * d + np.cos(angle) * 0.115, 0.01 + np.sin(angle) * 0.115, 0.43 - 0.03
            * np.cos(angle) * d)
        parts.append(tube(ring, 0.013, sides=6))
        parts.append(tube([(0.265 * d, 0.03, 0.4), (0.37 * d, 0.06, 0.05), (0.38 * d, 0.0, -0.1)],
            0.012, sides=6))
    parts.append(tube([(-0.045, 0.03, 0.44), (0, 0.055, 0.465), (0.045, 0.03, 0.44)], 0.012,
        sides=6))
    return merge(parts)


@form("bust", "body", 0.75, attributes="laurel", where="ground")
def bust(ask: Request) -> Model:
    """A marble head and breast on a round foot."""
    face = replace(face_of(ask, woman=False, child=False, small=False), brow=0.9)
    parts = [skull(face, detail=64, neck=0.3)]
    parts += [ball(0.08, sides=14).moved(0.15 * d, 0.015, 0.31) for d in (1, -1)]
    parts += [p.mesh for p in features(face, woman=False, hair_colour="") if p.name == "lips"]
    c = Clay(blend=0.12)
    for _ in range(26):
        a, b = ask.between(0, 6.28), ask.between(-0.3, 1)
        r = (1 - b * b) ** 0.5
        if np.sin(a) * r < 0.5 or b > 0.7:
            c.lump((0.37 * np.cos(a) * r, 0.2 + 0.33 * b, -0.1 + 0.4 * np.sin(a) * r), 0.12,
                blend=0.05)
    parts.append(c.mesh(detail=34))
    chest = Clay(blend=0.16)
    chest.limb((-0.62, -0.86, -0.2), (0.62, -0.86, -0.2), 0.22).limb((0, -0.5, -0.15),
        (0, -0.9, -0.12), 0.24, 0.4)
    chest.lump((0, -1.05, -0.1), (0.62, 0.35, 0.34)).limb((0, -1.1, -0.1), (0, -1.5, -0.1), 0.36,
        0.2)
    chest.hollow((0.98, -1.3, -0.1), (0.4, 0.5, 0.6)).hollow((-0.98, -1.3, -0.1), (0.4, 0.5, 0.6))
    parts.append(chest.mesh(detail=40))
    foot = lathe(pairs("300 -1980, 300 -1900, 160 -1820, 130 -1700, 200 -1500")).moved(0, 0, -0.1)
    whole = [Part("bust", merge(parts), "marble"), Part("foot", foot, "marble")]
    if "laurel" in ask:
        whole.append(Part("laurel", laurel().scaled(1.08), "gold"))
    whole.append(Part("plinth", box(0.8, 0.16, 0.7, bevel=0.02).moved(0, -2.14, -0.1)))
    return Model.of(*whole, head=(0, 0, 0)).mapped(lambda m: m.scaled(0.28))


@form("torso", "body", 1.1)
def antique_torso(ask: Request) -> Model:
    """An antique torso without arms and head, on a block."""
    figure = solve(replace(POSES["standing"], sway=9.0, tilt=-9.0, twist=8.0),
        Build(1.85, 1.0, 1.08, False))
    c = torso(Clay(blend=0.06), figure)
    short = replace(figure, elbows=[a + (b - a) * 0.42 for a, b in zip(figure.shoulders,
        figure.elbows, strict=True)], ankles=[a + (b - a) * 0.12 for a, b in zip(figure.knees,
        figure.ankles, strict=True)])
    for a, b in zip(short.shoulders, short.elbows, strict=True):
        c.limb(a, b, 0.062, 0.056)
    for a, b, cut in zip(figure.legs, figure.knees, (0.9, 0.55), strict=True):
        c.limb(a, a + (b - a) * cut, 0.098, 0.072)
    base, up = figure.chest_frame, figure.chest_frame[:, 1]
    c.limb(figure.neck, figure.neck + up * 0.07, 0.06, 0.058)
    for d in (1, -1):
        c.lump(figure.neck + base @ np.array([d * 0.07, -0.15, 0.1]), (0.085, 0.06, 0.045),
            blend=0.03)
        c.lump(figure.neck + base @ np.array([d * 0.04, -0.31, 0.105]), (0.045, 0.05, 0.03),
            blend=0.03)
    mesh = c.mesh(detail=72)
    low = float(mesh.points[:, 1].min())
    plinth = box(0.5, 0.2, 0.4, bevel=0.015).moved(float(figure.hips[0]) * 0.5, low - 0.14, 0)
    rod = tube([(0.0, low - 0.1, 0.0), tuple(figure.hips)], 0.018)
    return Model.of(Part("torso", mesh, "marble"), Part("rod", rod, "iron"), Part("plinth", plinth))


_FINGERS = {"open": (8, 4, 6, 10, -6), "pointing": (4, 92, 98, 102, 60), "holding": (46, 50, 54, 60,
    40)}


@form("hand", "body", 0.9, tuple(_FINGERS), "stone")
def giant_hand(ask: Request) -> Model:
    """A large hand that stands on its wrist, palm to the viewer."""
    curl = _FINGERS[ask.pose or "open"]
    c = Clay(blend=0.035)
    c.limb((0, -0.1, 0), (0, 0.12, 0), 0.115, 0.1, flat=0.75)
    c.limb((-0.01, 0.14, 0), (0.0, 0.3, 0), 0.12, 0.16, flat=0.5, blend=0.06)
    for k, (x, y, long) in enumerate(((-0.125, 0.38, 0.3), (-0.045, 0.41, 0.35), (0.04, 0.4, 0.32),
        (0.115, 0.36, 0.25))):
        c.limb((x * 0.7, 0.2, 0), (x, y, 0), 0.06, 0.052, blend=0.05)
        _finger(c, np.array([x, y, 0.0]), long, 0.05 - 0.006 * (k == 3), curl[k], fan=-x * 80
            * (curl[k] < 30))
    fold = curl[4] > 50
    at: Vector = np.array([-0.1, 0.14, 0.03])
    knee: Vector = (at + np.array([-0.13, 0.11, 0.05]) if not fold else at
        + np.array([-0.06, 0.13, 0.1]))
    tip: Vector = knee + (np.array([-0.07, 0.16, 0.02]) if not fold
        else np.array([0.13, 0.06, 0.05]))
    if 20 < curl[4] <= 50:
        knee, tip = at + np.array([-0.09, 0.12, 0.1]), at + np.array([-0.06, 0.24, 0.2])
    c.limb((-0.04, 0.08, 0.02), at, 0.085, 0.07, blend=0.06).limb(at, knee, 0.068, 0.052).limb(knee,
        tip, 0.05, 0.038)
    skin = "stone" if "stone" in ask else "skin"
    cuff = lathe(pairs("140 -360, 170 -340, 165 -140, 150 -120, 110 -140")).scaled(1, 1, 0.85)
    parts = [Part("hand", c.mesh(detail=72), skin), Part("cuff", cuff)]
    return Model.of(*parts, hand=(0, 0.45, 0.14), inside=(0, 0.42, 0.16))


def _finger(c: Clay, at: Vector, long: float, radius: float, curl: float, fan: float) -> None:
    angle = 0.0
    for share, bend, thin in ((0.42, 0.8, 0.94), (0.32, 1.0, 0.86), (0.26, 0.75, 0.78)):
        angle += np.radians(curl * bend)
        step: Vector = np.array([0, np.cos(angle), np.sin(angle)]) * long * share
        step[0] = np.sin(np.radians(fan)) * long * share
        c.limb(at, at + step, radius, radius * thin, blend=0.012)
        at, radius = at + step, radius * thin


@form("eye", "body", 0.6, where="air")
def giant_eye(ask: Request) -> Model:
    """A giant eye between its lids, with lashes."""
    iris = lathe(pairs("1 20, 55 18, 60 8, 120 0, 125 -20")).turned(x=90).moved(0, 0, 0.245)
    side = np.linspace(-1, 1, 33)
    lids, lashes = [], []
    for d, opening in ((1, 0.14), (-1, 0.1)):
        rows = []
        for t in np.linspace(0, 1, 10):
            rim = (1 - side**2) * (opening + 0.16 * t + 0.02 * side * d) * d
            z = 0.3 * np.sqrt(np.clip(1 - (side * 0.86) ** 2 * (1 - 0.3 * t), 0, 1)) - 0.18 * t**2
            rows.append(columns(side * (0.36 + 0.1 * t), rim, z - 0.05 + 0.05 * np.sin(t * 3.1)))
        lids.append(sheet(np.stack(rows) if d < 0 else np.stack(rows)[::-1]))
        lids.append(tube(rows[0], 0.022, sides=8))
        for k in range(4, 29, 2):
            out = np.array([side[k] * 0.1, d * (0.13 if d > 0 else 0.07), 0.07])
            lashes.append(tube([rows[0][k], rows[0][k] + out * 0.5 + (0, 0, 0.03), rows[0][k]
                + out], [0.012, 0.009, 0.003], sides=5))
    globe = ball(0.26, sides=40).scaled(1.28, 1, 1)
    parts = [Part("white", globe, "white"), Part("iris", iris, "main"), Part("lids", merge(lids),
        "skin"), Part("lashes", merge(lashes), "black"), Part("pupil", ball((0.055, 0.055, 0.015),
        sides=20).moved(0, 0, 0.262), "eye")]
    return Model.of(*parts)


@form("mouth", "body", 0.3, "closed, open", where="air")
def mouth(ask: Request) -> Model:
    """A giant mouth."""
    gap = 0.09 if ask.pose == "open" else 0.006
    c = Clay(blend=0.035)
    upper = [(-0.34, 0, -0.09), (-0.2, 0.05 + gap * 0.7, 0), (-0.07, 0.075 + gap, 0.06),
        (0, 0.05 + gap, 0.065)]
    upper += [(-x, y, z) for x, y, z in upper[-2::-1]]
    lower = [(-0.34, 0, -0.09), (-0.2, -0.05 - gap * 0.8, 0.0), (0, -0.08 - gap, 0.05),
        (0.2, -0.05 - gap * 0.8, 0.0), (0.34, 0, -0.09)]
    c.chain(upper, [0.012, 0.045, 0.062, 0.05, 0.062, 0.045, 0.012]).chain(lower,
        [0.012, 0.05, 0.078, 0.05, 0.012], blend=0.01)
    parts = [Part("lips", c.mesh(detail=70))]
    if gap > 0.05:
        parts.append(Part("throat", ball((0.25, 0.12, 0.03), sides=24).moved(0, 0, -0.08), "black"))
        teeth = [box(0.055, 0.055, 0.04, bevel=0.015).moved(0.06 * k, 0.03, -0.03 - 0.012 * abs(k))
            for k in range(-2, 3)]
        parts.append(Part("teeth", merge(teeth), "white"))
        parts.append(Part("tongue", ball((0.13, 0.05, 0.06), sides=16).moved(0, -0.075, -0.03),
            "pink"))
    return Model.of(*parts, inside=(0, 0, 0))


@form("ear", "body", 0.5, where="air")
def ear(_: Request) -> Model:
    """A giant ear, seen from its side."""
    helix = spline(
        np.array(triples("20 -20 30, -90 20 40, -160 130 50, -90 260 60, 50 290 70, 160 200 80, "
        "160 40 70, 90 -120 50, 50 -220 40")), 15)
    c = Clay(blend=0.03)
    c.limb((0.0, 0.14, -0.02), (0.01, -0.12, -0.02), 0.19, 0.1, flat=0.28)
    c.chain(helix.tolist(), [0.036] * 15)
    c.chain(triples("50 200 30, 85 100 50, 60 -40 50, -20 -100 40"), [0.024, 0.032, 0.034, 0.03])
    c.lump((0.015, -0.21, 0.02), (0.085, 0.08, 0.05)).lump((-0.1, -0.03, 0.05), (0.04, 0.06, 0.04))
    c.hollow((-0.02, 0.0, 0.06), (0.055, 0.08, 0.07), blend=0.02)
    return Model.of(Part("ear", c.mesh(detail=64), "skin"))


@form("nose", "body", 0.4, where="air")
def nose(ask: Request) -> Model:
    """A giant nose."""
    c = Clay(blend=0.05)
    hook = ask.between(0.0, 0.05)
    c.chain([(0, 0.34, 0.02), (0, 0.2, 0.09 + hook), (0, 0.02, 0.2)], [0.06, 0.062, 0.085])
    c.limb((0, 0.3, -0.05), (0, 0.0, -0.02), 0.09, 0.15, flat=0.8)
    for d in (1, -1):
        c.lump((0.1 * d, 0.0, 0.1), (0.075, 0.075, 0.095))
        c.hollow((0.06 * d, -0.075, 0.13), (0.032, 0.05, 0.055), blend=0.02)
    return Model.of(Part("nose", c.mesh(detail=60), "skin"))


@form("foot", "body", 0.5)
def foot(ask: Request) -> Model:
    """A giant bare foot with the ankle, seen from its side."""
    c = Clay(blend=0.06)
    c.limb((-0.28, 0.5, 0), (-0.26, 0.2, 0), 0.115, 0.105).limb((-0.26, 0.22, 0), (-0.32, 0.09, 0),
        0.11, 0.095)
    c.limb((-0.26, 0.2, 0), (0.14, 0.075, 0.02), 0.12, 0.075).limb((-0.3, 0.07, 0),
        (0.18, 0.05, -0.06), 0.075, 0.055)
    c.limb((0.05, 0.06, 0.07), (0.2, 0.06, 0.08), 0.075, 0.062).lump((-0.25, 0.22, 0.11),
        0.04).lump((-0.27, 0.2, -0.11), 0.04)
    for k, (x, r) in enumerate(((0.33, 0.05), (0.32, 0.037), (0.295, 0.034), (0.265, 0.032),
        (0.23, 0.03))):
        z = 0.1 - 0.062 * k
        c.limb((0.17, 0.05, z), (x, r * 0.9, z), r * 0.9, r, blend=0.014)
    return Model.of(Part("foot", c.mesh(detail=72), "skin"))


def bone_skull(*, detail: int = 56, jaw: float = 0.0) -> list[Part]:
    """A death's head of height about 1 about its middle."""
    c = Clay(blend=0.06)
    c.lump((0, 0.14, -0.08), (0.35, 0.36, 0.43)).lump((0, 0.12, 0.24), (0.25, 0.16, 0.12))
    for d in (1, -1):
        c.limb((0.24 * d, -0.1, 0.26), (0.33 * d, -0.06, -0.05), 0.055, 0.035, blend=0.03)
        c.limb((0.1 * d, 0.07, 0.37), (0.26 * d, 0.04, 0.29), 0.05, blend=0.04)
    c.limb((0, -0.08, 0.25), (0, -0.22, 0.25), 0.17, 0.14)
    for d in (1, -1):
        c.hollow((0.145 * d, -0.02, 0.37), (0.105, 0.095, 0.16), blend=0.03)
        c.hollow((0.36 * d, -0.02, 0.2), (0.07, 0.1, 0.12), blend=0.03)
    c.hollow((0, -0.14, 0.42), (0.05, 0.075, 0.12), blend=0.02)
    low = Clay(blend=0.04)
    for d in (1, -1):
        low.chain([(0.3 * d, -0.1, -0.02), (0.28 * d, -0.36, 0.03), (0.1 * d, -0.47, 0.28),
            (0, -0.48, 0.31)], [0.045, 0.07, 0.07, 0.075])
    teeth = []
    for row, y in ((1, -0.275), (-1, -0.355 - jaw)):
        for k in range(8):
            a = np.radians(-63 + 18 * k)
            teeth.append(box(0.046, 0.07, 0.04, bevel=0.012).turned(x=180 if row > 0 else 0,
                y=float(np.degrees(a))).moved(np.sin(a) * 0.165, y + 0.035 * row, 0.2 + np.cos(a)
                * 0.17))
    hinge = low.mesh(detail=detail * 2 // 3).moved(0, -jaw, 0)
    hole = [ball((0.09, 0.08, 0.03), sides=10).moved(0.145 * d, -0.02, 0.25) for d in (1, -1)]
    return [Part("cranium", c.mesh(detail=detail), "bone"), Part("jaw", hinge, "bone"),
        Part("teeth", merge(teeth), "white"), Part("holes", merge(hole), "eye")]


@form("skull", "body", 0.24, where="table")
def skull_form(ask: Request) -> Model:
    """A human skull."""
    parts = bone_skull(detail=54, jaw=0.01)
    parts = [replace(p, mesh=p.mesh.turned(x=-4).scaled(0.22)) for p in parts]
    return Model.of(*parts, head=(0, 0, 0))


@form("heart", "body", 0.4, where="air")
def heart(ask: Request) -> Model:
    """A heart of flesh with its great vessels."""
    c = Clay(blend=0.07)
    c.limb((-0.05, 0.1, 0), (0.07, -0.14, 0.05), 0.13, 0.05).limb((0.05, 0.1, 0.02),
        (0.08, -0.15, 0.05), 0.12, 0.05)
    c.lump((-0.11, 0.12, 0.01), (0.09, 0.1, 0.09)).lump((0.12, 0.15, 0.0), (0.075, 0.07, 0.08))
    vessels = [tube(triples("-10 150 20, 0 300 0, 80 360 -30, 140 280 -80"), [0.055, 0.052, 0.05,
        0.046], samples=16)]
    vessels += [tube([(0.01 + 0.045 * k, 0.33, -0.01), (0.0 + 0.06 * k, 0.45, -0.01)],
        [0.022, 0.018]) for k in range(3)]
    blue = [tube([(-0.13, 0.15, 0), (-0.14, 0.36, -0.02)], [0.045, 0.04]),
        tube([(0.03, 0.14, 0.08), (0.09, 0.26, 0.05), (0.19, 0.27, 0.0)], [0.05, 0.045, 0.035],
        samples=10)]
    veins = []
    for k, (x, y) in enumerate(((-0.04, 0.08), (0.03, 0.1), (0.1, 0.06))):
        path = np.array([(x, y + 0.06, 0.155), (x + 0.02, y - 0.05, 0.145), (0.06 + 0.01 * k, y
            - 0.16, 0.11)])
        veins.append(tube(path, [0.01, 0.008, 0.004], samples=8, sides=6))
    parts = [Part("heart", c.mesh(detail=60)), Part("vessels", merge(vessels), "red"),
        Part("pulmonary", merge(blue), "blue"), Part("veins", merge(veins), "blood")]
    return Model.of(*parts)


def _cut(skin: Mesh, x: Array, y: Array, radius: Array) -> Mesh:
    """A dark slit along a line on the front of a skin."""
    near = ((skin.points[:, None, :2] - columns(x, y)[None]) ** 2).sum(-1) < 0.035**2
    z = np.where(near, skin.points[:, 2:], -9.0).max(0)
    z = np.convolve(np.pad(z, 1, mode="edge"), (0.3, 0.4, 0.3), "valid")
    return tube(columns(x, y, z), radius, sides=12, flat=0.35)


@form("mask", "body", 0.32, "comedy, tragedy", where="wall")
def mask(ask: Request) -> Model:
    """A theatre mask with open eyes and mouth."""
    sad = ask.pose == "tragedy"
    c = Clay(blend=0.05)
    c.lump((0, 0.08, 0), (0.42, 0.46, 0.26)).limb((0, 0, 0.04), (0, -0.36, 0.05), 0.33, 0.18)
    c.limb((0, 0.1, 0.25), (0, -0.08, 0.36), 0.04, 0.07)
    for d in (1, -1):
        tilt = -0.07 if sad else 0.05
        c.chain([(0.06 * d, 0.2 - tilt, 0.27), (0.17 * d, 0.25, 0.24), (0.31 * d, 0.17 + tilt * 1.6,
            0.16)], [0.035, 0.045, 0.025], blend=0.03)
        c.lump((0.22 * d, -0.08, 0.17), (0.12, 0.1, 0.1) if not sad else (0.07, 0.12, 0.07))
    skin, holes = c.mesh(detail=60), []
    x = np.linspace(-1, 1, 11)
    for d in (1, -1):
        bow = (0.04 if sad else 0.05) * (1 - x**2) - (0.045 * x * d if sad else 0.0)
        holes.append(_cut(skin, 0.17 * d + 0.085 * x, 0.07 + bow, 0.036 * (1 - x**2) ** 0.6
            + 0.004))
    bow = 0.12 * (x**2 - 0.5) * (-1 if sad else 1)
    holes.append(_cut(skin, 0.19 * x, -0.3 + bow + 0.02 * sad, 0.058 * (1.02 - x**2) ** 0.7))
    ribbon = []
    for d in (1, -1):
        y = np.linspace(0, 1, 14)
        mid = columns(d * (0.4 + 0.12 * y + 0.05 * np.sin(y * 9)), 0.1 - 0.62 * y, -0.02 + 0.05
            * np.cos(y * 9))
        ribbon.append(sheet(np.stack([mid, mid + np.array((0.06 * d, 0.015, 0.02))])))
    parts = [Part("mask", skin), Part("holes", merge(holes), "black"), Part("ribbon", merge(ribbon),
        "second")]
    return Model.of(*parts).mapped(lambda m: m.scaled(0.34))


@form("wing", "body", 1.2, where="air")
def one_wing(ask: Request) -> Model:
    """One wing, spread."""
    mesh = wing().scaled(1.3)
    return Model.of(Part("wing", mesh, "white_feather"))
