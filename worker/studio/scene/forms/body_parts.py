"""Parts of people as things of their own: heads, busts, hands, eyes, masks, hearts.

Skulls, hearts, brains, masks and wings as things of their own.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms.people_held import wing
from worker.studio.scene.mesh import (Array, Mesh, ball, box, columns, lathe, loft,
    merge, pairs, sheet, spline, triples, tube)
from worker.studio.scene.model import Model, Part, Request, form


def spectacles(*, splay: float = 0.0) -> Mesh:
    """Round glasses on a head of height 1; `splay` is how far apart their temples are spread."""
    angle = np.linspace(0, 2 * np.pi, 25)
    parts = []
    for d in (1, -1):
        ring = columns(0.155 * d + np.cos(angle) * 0.115, 0.01 + np.sin(angle) * 0.115, 0.43 - 0.03
            * np.cos(angle) * d)
        parts.append(tube(ring, 0.013, sides=6))
        parts.append(tube([(0.265 * d, 0.03, 0.4), ((0.37 + splay) * d, 0.06, 0.05),
            ((0.38 + 1.3 * splay) * d, 0.0, -0.1)],
            0.012, sides=6))
    parts.append(tube([(-0.045, 0.03, 0.44), (0, 0.055, 0.465), (0.045, 0.03, 0.44)], 0.012,
        sides=6))
    return merge(parts)


@form("eye", "body", 0.6, where="air")
def giant_eye(ask: Request) -> Model:
    """A giant eye between its lids, with lashes that curl outwards and a light in it."""
    iris = lathe(pairs("1 14, 62 12, 66 6, 124 0, 128 -20")).turned(x=90).moved(0, 0, 0.25)
    side = np.linspace(-1, 1, 65)
    lids, lashes = [], []
    for d, opening in ((1, 0.15), (-1, 0.1)):
        rows = []
        for t in np.linspace(0, 1, 10):
            rim = (1 - side**2) * (opening + 0.16 * t + 0.02 * side * d) * d
            z = 0.3 * np.sqrt(np.clip(1 - (side * 0.86) ** 2 * (1 - 0.3 * t), 0, 1)) - 0.18 * t**2
            rows.append(columns(side * (0.36 + 0.1 * t), rim, z - 0.05 + 0.05 * np.sin(t * 3.1)))
        lids.append(sheet(np.stack(rows) if d < 0 else np.stack(rows)[::-1]))
        lids.append(tube(rows[0], 0.016, sides=8))
        for k in range(6, 60, 2 if d > 0 else 3):
            long = (0.16 if d > 0 else 0.07) * (0.8 + 0.3 * side[k] + 0.12 * (k % 4 == 0))
            out = np.array([side[k] * 0.55, d * 0.72, 0.75]) * long
            curl = np.array([side[k] * 0.2, d * 1.0, -0.1]) * long
            lashes.append(tube([rows[0][k], rows[0][k] + 0.6 * out, rows[0][k] + out + 0.55 * curl],
                [0.0075, 0.006, 0.001], samples=8, sides=5))
    globe = ball(0.26, sides=40).scaled(1.28, 1, 1)
    parts = [Part("white", globe, "white"), Part("iris", iris, "main"), Part("lids", merge(lids),
        "skin"), Part("lashes", merge(lashes), "black"),
        Part("pupil", ball((0.06, 0.06, 0.012), sides=20).moved(0, 0, 0.262), "eye"),
        Part("light", ball((0.024, 0.03, 0.006), sides=12).moved(0.045, 0.045, 0.274), "white",
        glow=0.6)]
    return Model.of(*parts)


def _lip(u: Array, inner: Array, outer: Array, depth: Array, back: Array) -> Mesh:
    """One lip: full ovals from its inner to its outer contour, a point at both corners."""
    angle = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    middle, half = (inner + outer) / 2, np.abs(outer - inner) / 2
    rings = columns(u[:, None], middle[:, None] + half[:, None] * np.cos(angle), back[:, None]
        + depth[:, None] * np.sin(angle))
    return loft(list(rings), crease=180)


@form("mouth", "body", 0.3, "smiling, open", where="table")
def mouth(ask: Request) -> Model:
    """A giant mouth, as a solid thing: two lips, and between them one band of teeth."""
    t = np.linspace(-np.pi / 2, np.pi / 2, 61)
    x = np.sin(t)
    gap = (0.115 if ask.pose == "open" else 0.06) * (1 - x**2) ** 0.8
    round_ = np.sqrt(np.maximum(1 - x**2, 0.0)) + 0.012
    bow = np.exp(-((np.abs(x) - 0.24) / 0.2) ** 2) - 0.55 * np.exp(-((x / 0.13) ** 2))
    wave = 0.012 * np.cos(x * np.pi * 1.6) * (1 - x**2)
    if ask.pose == "smiling":
        wave = wave + 0.13 * x**2
    back = -0.17 * x**2
    low = wave - gap
    upper = _lip(0.36 * x, wave + gap * 0.6, wave + gap * 0.6 + round_ * (0.07 + 0.04 * bow),
        0.075 * round_, back)
    lower = _lip(0.36 * x, low - 0.115 * round_**1.3 - 0.004, low, 0.088 * round_, back + 0.004)
    within = np.linspace(0, 1, 9)[:, None]

    def filled(top: Array, end: Array, z: float, curl: float = 0.0) -> Mesh:
        y = top + (end - top) * within
        return sheet(columns(0.358 * x, y, back + z * round_ + curl * np.sin(within * np.pi)))

    high = wave + gap * 0.6 + 0.02 * round_
    teeth = []
    for k, wide in enumerate((0.03, 0.034, 0.036, 0.045, 0.045, 0.036, 0.034, 0.03)):
        at = (k - 3.5) * 0.071 * (1 - 0.012 * (k - 3.5) ** 2)
        i = int(np.abs(0.36 * x - at).argmin())
        tooth = box(2 * wide * 0.93, 0.11, 0.03, bevel=0.012).turned(z=180)
        teeth.append(tooth.moved(at, float(high[i]) + 0.016, float(back[i]) + 0.01))
    end = low - 0.02 * round_
    inside = [Part("throat", filled(high, end, -0.05), "black"), Part("teeth", merge(teeth),
        "white", glow=0.5)]
    if ask.pose == "open":
        tongue = end + 0.075 * np.clip(1 - (x / 0.7) ** 2, 0, 1)
        inside.append(Part("tongue", filled(np.maximum(tongue, end), end, -0.015, 0.02), "pink"))
    return Model.of(Part("lips", merge(upper, lower)), *inside, inside=(0, 0, 0))


@form("ear", "body", 0.5, where="air")
def ear(_: Request) -> Model:
    """A giant ear, seen from its side: rim, inner fold, the bowl with its two knobs, and a lobe."""
    c = Clay(blend=0.03)
    c.limb((0.012, 0.12, -0.03), (0.01, -0.12, -0.04), 0.185, 0.11, flat=0.25)
    c.lump((0.01, -0.22, -0.01), (0.085, 0.09, 0.042))
    rim = spline(np.array(triples("-40 20 20, -105 40 24, -150 130 34, -120 240 44, -10 292 50,"
        "110 262 52, 172 150 50, 160 20 44, 110 -100 30, 70 -190 16")), 28)
    curls = [tube(rim, np.interp(np.linspace(0, 1, 28), (0, 0.15, 0.5, 1), (0.02, 0.03, 0.036,
        0.022)), samples=70, sides=16)]
    fold = spline(np.array(triples("20 215 24, 68 130 38, 84 30 46, 62 -70 44, 10 -122 38")), 14)
    curls.append(tube(fold, np.interp(np.linspace(0, 1, 14), (0, 0.5, 1), (0.014, 0.032, 0.026)),
        samples=40, sides=16))
    c.chain(triples("-30 196 20, 20 160 30, 74 110 38"), (0.018, 0.022, 0.026), blend=0.02)
    c.hollow((-0.012, -0.02, 0.04), (0.062, 0.085, 0.085), blend=0.03)
    c.chain(triples("-112 40 0, -104 -20 26, -92 -70 14"), (0.03, 0.042, 0.034), blend=0.03)
    c.limb((-0.1, -0.06, -0.03), (-0.05, -0.2, -0.02), 0.05, 0.05)
    hole = ball((0.034, 0.05, 0.012), sides=18).moved(-0.03, -0.02, -0.03)
    return Model.of(Part("ear", merge(c.mesh(detail=84), *curls), "skin"),
        Part("hole", hole, "blood"))


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
    arch = triples("10 40 20, 0 200 20, 0 320 10, 60 380 -20, 125 330 -50, 140 200 -70")
    vessels = [tube(arch, [0.06, 0.056, 0.052, 0.05, 0.044, 0.04], samples=30)]
    vessels += [tube([(0.005 + 0.045 * k, 0.345 + 0.012 * (k == 1), -0.005 - 0.012 * k),
        (-0.02 + 0.065 * k, 0.47, -0.02)], [0.024, 0.019]) for k in range(3)]
    blue = [tube([(-0.12, 0.08, 0), (-0.11, 0.24, -0.01), (-0.1, 0.43, -0.03)],
        [0.05, 0.046, 0.042], samples=12), tube([(0.05, 0.02, 0.07), (0.06, 0.17, 0.085),
        (0.03, 0.25, 0.05), (-0.03, 0.28, -0.02)], [0.06, 0.055, 0.05, 0.045], samples=20),
        tube([(0.05, 0.22, 0.07), (0.13, 0.26, 0.03), (0.21, 0.27, -0.02)], [0.045, 0.04, 0.034],
        samples=12)]
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
    """A theatre mask: one smooth shell, brows that slant with its mood, open eyes and mouth."""
    sad = ask.pose == "tragedy"
    c = Clay(blend=0.07)
    c.lump((0, 0.12, 0), (0.36, 0.4, 0.24)).limb((0, 0.0, 0.02), (0, -0.34, 0.05), 0.3, 0.19,
        flat=0.85)
    c.limb((0, 0.14, 0.22), (0, -0.07, 0.33), 0.035, 0.062).limb((-0.035, -0.08, 0.28), (0.035,
        -0.08, 0.28), 0.045, blend=0.04)
    for d in (1, -1):
        inner, outer = (0.3, 0.14) if sad else (0.16, 0.24)
        c.chain([(0.05 * d, inner, 0.245), (0.18 * d, 0.27, 0.22), (0.31 * d, outer, 0.12)],
            [0.034, 0.04, 0.02], blend=0.03)
        c.lump((0.2 * d, -0.09, 0.17), (0.07, 0.1, 0.08) if sad else (0.115, 0.085, 0.1))
    c.lump((0, -0.44, 0.12), (0.1, 0.06, 0.07))
    skin, holes = c.mesh(detail=84), []
    x = np.linspace(-1, 1, 15)
    for d in (1, -1):
        bow = (0.04 if sad else 0.06) * (1 - x**2) - (0.05 * x * d if sad else 0.0)
        holes.append(_cut(skin, 0.165 * d + 0.1 * x, 0.075 + bow, 0.05 * (1 - x**2) ** 0.6
            + 0.003))
    bow = 0.13 * (x**2 - 0.5) * (-1 if sad else 1)
    holes.append(_cut(skin, 0.2 * x, -0.285 + bow + 0.03 * sad, 0.085 * (1.01 - x**2) ** 0.6))
    parts = [Part("mask", skin), Part("holes", merge(holes), "black")]
    return Model.of(*parts).mapped(lambda m: m.scaled(0.34))


@form("wing", "body", 1.2, where="air")
def one_wing(ask: Request) -> Model:
    """One wing, spread."""
    mesh = wing().scaled(1.3)
    return Model.of(Part("wing", mesh, "white_feather"))
