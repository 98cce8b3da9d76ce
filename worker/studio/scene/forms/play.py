"""Boards to ride on, skis, and a bear to hug."""

from __future__ import annotations

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms import building as b
from worker.studio.scene.forms._still import HELD, block, closed, disc, held, rod
from worker.studio.scene.mesh import (Array, ball, columns, extrude, lathe, loft, merge, pairs,
    tube)
from worker.studio.scene.model import Model, Part, Request, form


@form("surfboard", "gear", 2.0, HELD)
def surfboard(ask: Request) -> Model:
    """A surfboard with a stringer and three fins; it stands on its tail."""
    half = pairs("0 0, 130 60, 235 420, 270 900, 245 1400, 140 1830, 0 2000")
    outline = closed(np.array([*half, *[(-x, y) for x, y in half[-2:0:-1]]]))
    right = outline[outline[:, 0] >= 0]
    right = right[np.argsort(right[:, 1])]

    deck = extrude(outline, 0.06, bevel=0.022)
    bands = merge(block(2 * float(np.interp(y, right[:, 1], right[:, 0])) - 0.03, tall, 0.066,
        (0, y, 0)) for y, tall in ((0.6, 0.12), (0.78, 0.05), (1.42, 0.12)))
    line = [(0, 0.06, 0.03), (0, 1.94, 0.03)]
    fins = merge(extrude(pairs("0 0, 0 110, -90 10, -110 -50"), 0.012).turned(y=-90).moved(x, y,
        -0.02) for x, y in ((0, 0.14), (0.13, 0.26), (-0.13, 0.26)))
    return held(ask, [Part("deck", deck, "main"), Part("bands", bands, "second"),
        Part("stringer", tube(line, 0.012, sides=8), "wood"), Part("fins", fins, "black")])


@form("skateboard", "game", 0.16, "standing, tipped up")
def skateboard(ask: Request) -> Model:
    """A skateboard on its four wheels, or tipped up on its tail."""
    t = np.linspace(-1, 1, 33)
    width = 0.1 * np.sqrt(np.clip(1 - np.clip((np.abs(t) - 0.78) / 0.23, 0, 1) ** 2, 0.02, 1))
    rise = 0.085 + 0.35 * np.clip(np.abs(t) - 0.72, 0, 1) ** 1.4
    rings = [np.array([(x, y + 0.012, -w), (x, y + 0.012, w), (x, y, w), (x, y, -w)])
        for x, y, w in zip(t * 0.4, rise, width, strict=True)]
    grip = [np.array([(x, y + 0.014, -w), (x, y + 0.014, w), (x, y + 0.012, w), (x, y + 0.012, -w)])
        for x, y, w in zip(t * 0.4, rise, width * 0.97, strict=True)]
    wheel = lathe(pairs("0 0, 28 0, 30 4, 30 30, 28 34, 0 34"), sides=22).turned(x=90)
    spots = [(x, z) for x in (-0.25, 0.25) for z in (-0.09, 0.056)]
    wheels = merge(wheel.moved(x, 0.03, z) for x, z in spots)
    axles = merge(*(rod((x, 0.03, -0.085), (x, 0.03, 0.085), 0.011) for x in (-0.25, 0.25)),
        *(b.tiers((0.04, 0.05, 0.03), (0.09, 0.08, 0.086)).moved(x) for x in (-0.25, 0.25)))
    made = Model.of(Part("deck", loft(rings, crease=30), "main"), Part("grip", loft(grip,
        crease=30), "black"), Part("wheels", wheels, "second"), Part("axles", axles, "steel"))
    if ask.pose == "tipped up":
        return made.mapped(lambda mesh: mesh.turned(z=58).turned(y=24))
    return made.mapped(lambda mesh: mesh.turned(y=ask.between(-30, -14)))


def _ski(height: float, width: float) -> Array:
    half = [(width * 0.55, 0.0), (width * 0.5, height * 0.1), (width * 0.36, height * 0.5),
        (width * 0.5, height * 0.88), (width * 0.38, height * 0.96), (0, height)]
    return np.array([*half, *[(-x, y) for x, y in half[-2::-1]]])


@form("skis", "gear", 1.8, "upright, crossed")
def skis(ask: Request) -> Model:
    """A pair of skis and two poles that stand upright, or are crossed."""
    plate = extrude(_ski(1.8, 0.11), 0.02, bevel=0.006)
    bend = 0.22 * np.clip(plate.points[:, 1] - 1.55, 0, 1) ** 1.3
    plate = plate.bent(lambda p: p - columns(0, 0, bend))
    stripe = block(0.05, 0.5, 0.004, (0, 1.15, 0.011))
    grips = merge(block(0.085, 0.1, 0.05, (0, 0.98, 0.03)), block(0.07, 0.07, 0.07, (0, 0.76,
        0.035)))
    pole = merge(rod((0, 0, 0), (0, 1.2, 0), 0.009, 0.011), disc(0.06, 0.008, y=0.1))
    handle = tube([(0, 1.16, 0), (0, 1.3, 0)], [0.018, 0.02])
    parts: list[Part] = []
    for s in (-1, 1):
        crossed = ask.pose == "crossed"
        lean, x, z = (15 * s, 0.24 * s, 0.03 * s) if crossed else (2 * s, 0.09 * s, 0)
        tilt, at = (26 * s, 0.55 * s) if crossed else (-6 * s, 0.3 * s)
        parts += [Part(name, mesh.turned(z=lean).moved(x, 0, z),
            of) for name, mesh, of in (("skis", plate, "main"), ("stripes", stripe, "second"),
            ("bindings", grips, "black"))]
        parts += [Part(name, mesh.turned(z=tilt).moved(at, 0,
            -0.12), of) for name, mesh, of in (("poles", pole, "steel"), ("handles", handle,
            "black"))]
    return Model.of(*parts)


@form("teddy bear", "game", 0.42, "sitting", where="table")
def teddy_bear(ask: Request) -> Model:
    """A stuffed bear that sits, with a bow at its neck."""
    tip = ask.between(-6, 6)
    clay = Clay(blend=0.02).lump((0, 0.13, 0), (0.1, 0.125, 0.085))
    for s in (-1, 1):
        clay.limb((s * 0.06, 0.05, 0.03), (s * 0.12, 0.05, 0.17), 0.052, 0.045, blend=0.02)
        clay.lump((s * 0.125, 0.065, 0.185), (0.045, 0.06, 0.028), blend=0.015)
        clay.limb((s * 0.085, 0.2, 0.02), (s * 0.155, 0.12, 0.07), 0.042, 0.036, blend=0.015)
    head = Clay(blend=0.015).lump((0, 0.31, 0.01), (0.092, 0.085, 0.08))
    for s in (-1, 1):
        head.lump((s * 0.075, 0.385, 0), (0.036, 0.036, 0.018), blend=0.01)
    muzzle = ball((0.042, 0.034, 0.034)).moved(0, 0.288, 0.08)
    pads = merge(*(ball((0.028, 0.038, 0.008)).moved(s * 0.126, 0.066, 0.211) for s in (-1, 1)),
        *(ball((0.02, 0.02, 0.006)).moved(s * 0.075, 0.386, 0.017) for s in (-1, 1)))
    eyes = merge(ball(0.0095).moved(s * 0.036, 0.325, 0.083) for s in (-1, 1))
    nose = ball((0.015, 0.01, 0.009)).moved(0, 0.303, 0.112)
    mouth = merge(tube([(0, 0.293, 0.114), (0, 0.278, 0.114)], 0.0028, sides=6), *(tube([(0, 0.278,
        0.114), (s * 0.016, 0.27, 0.109)], 0.0028, sides=6) for s in (-1, 1)))
    bow = merge(*(extrude(pairs("0 8, 60 32, 62 -32, 0 -8"), 0.016, bevel=0.005).scaled(s, 1,
        1).moved(0, 0.232, 0.082) for s in (-1, 1)), ball(0.014).moved(0, 0.232, 0.088))
    upper = [Part("head", head.mesh(detail=48)), Part("muzzle", muzzle, "second"),
        Part("eyes", eyes, "eye", drawn=True), Part("nose", merge(nose, mouth), "eye", drawn=True)]
    turned = [Part(p.name, p.mesh.moved(y=-0.24).turned(z=tip).moved(y=0.24), p.material,
        drawn=p.drawn) for p in upper]
    return Model.of(Part("body", clay.mesh(detail=56)), *turned, Part("pads", pads, "second"),
        Part("bow", bow, "accent"), hand=(0.15, 0.12, 0.09))
