"""Made figures: robots, astronauts, scarecrows and puppets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.body.bones import Vector, unit
from worker.studio.scene.body.rig import Figure, solve
from worker.studio.scene.body.shape import Build, space
from worker.studio.scene.forms.people import anchored, bare_head, posed
from worker.studio.scene.forms.people_dress import OUTFITS, dressed
from worker.studio.scene.forms.people_hats import brimmed
from worker.studio.scene.forms.people_heads import head_parts, placed
from worker.studio.scene.forms.people_held import add_ons
from worker.studio.scene.forms.people_poses import POSES
from worker.studio.scene.mesh import Array, Mesh, ball, box, lathe, merge, pairs, tube
from worker.studio.scene.model import Model, Part, Request, form


def _chains(figure: Figure) -> list[tuple[Vector, Vector, Vector]]:
    limbs = [(figure.shoulders, figure.elbows, figure.wrists), (figure.legs, figure.knees,
        figure.ankles)]
    return [(a[k], b[k], c[k]) for a, b, c in limbs for k in (0, 1)]


def _put(mesh: Mesh, frame: Array, at: Array) -> Mesh:
    x, y, z = at.tolist()
    return mesh.mapped(frame).moved(x, y, z)


@form("robot", "people", 1.8, "standing, walking, arms raised")
def robot(ask: Request) -> Model:
    """A tin robot with a square chest, ringed limbs and claws."""
    pose = replace(posed(ask, ask.pose or "standing"), sway=0.0, stoop=0.0)
    figure = solve(pose, Build(1.8))
    hoses, joints, feet = [], [], []
    for k, (a, b, c) in enumerate(_chains(figure)):
        r = 0.055 if k < 2 else 0.07
        for start, end in ((a, b), (b, c)):
            steps = np.linspace(0, 1, 13)[:, None]
            hoses.append(tube(start + (end - start) * steps, np.where(np.arange(13) % 2, r, r
                * 0.8), sides=12))
        joints += [ball(r * 1.35, sides=14).moved(*at.tolist()) for at in (a, b)]
        along = unit(c - b)
        if k < 2:
            across = unit(np.cross(along, figure.front + 0.01))
            joints.append(tube([c, c + along * 0.07], [0.06, 0.07], sides=12))
            for d in (1, -1):
                claw = [c + along * 0.06 + across * 0.05 * d, c + along * 0.13 + across * 0.085 * d,
                    c + along * 0.2 + across * 0.03 * d]
                joints.append(tube(claw, [0.024, 0.022, 0.012], samples=8, sides=8))
        else:
            turn = float(np.degrees(np.arctan2(figure.toes[k - 2][0], figure.toes[k - 2][2])))
            feet.append(box(0.17, 0.13, 0.3, bevel=0.04).turned(y=turn).moved(float(c[0]),
                float(c[1]) - 0.08, float(c[2]) + 0.04))
    chest = box(0.46, 0.44, 0.32, bevel=0.045).moved(0, -0.46, 0.0)
    belly = box(0.34, 0.14, 0.26, bevel=0.03).moved(0, -0.6, 0)
    dials = [lathe(pairs("0 0, 55 0, 55 20, 45 25, 0 20"), sides=16).turned(x=90).moved(0.1 * d,
        -0.2, 0.16) for d in (1, -1)]
    dials += [box(0.22, 0.07, 0.02).moved(0, -0.38, 0.165)]
    shoulder = [_put(m, figure.chest_frame, figure.neck) for m in (chest, belly)]
    hips = box(0.34, 0.16, 0.26, bevel=0.04).moved(*(figure.hips - np.array((0, 0.06, 0))).tolist())
    head, ears, eyes = _tin_head()

    def crown(mesh: Mesh) -> Mesh:
        return _put(mesh, figure.head_frame, figure.head - np.array([0, 0.04, 0]))

    up = figure.head_frame[:, 1]
    hoses.append(tube([figure.neck - up * 0.06, figure.head - up * 0.1], 0.075, sides=14))
    for k in (0, 1):
        hoses.append(tube([figure.neck - up * 0.12, figure.shoulders[k]], 0.07, sides=12))
    parts = [Part("chest", merge(*shoulder, hips, crown(head))), Part("limbs", merge(hoses),
        "steel"), Part("joints", merge(joints), "iron"), Part("feet", merge(feet), "main"),
        Part("dials", _put(merge(dials), figure.chest_frame, figure.neck), "accent"),
        Part("ears", crown(ears), "second"), Part("eyes", crown(eyes), "lamp", glow=0.8)]
    return anchored(parts, figure)


def _tin_head() -> tuple[Mesh, Mesh, Mesh]:
    head = box(0.28, 0.26, 0.25, bevel=0.05).moved(0, -0.1, 0)
    ears = [ball(0.03, sides=10).moved(0, 0.34, 0), tube([(0, 0.14, 0), (0, 0.34, 0)], 0.01,
        sides=6), tube([(0, -0.18, 0), (0, -0.08, 0)], 0.07)]
    ears += [lathe([(0, 0), (0.05, 0), (0.04, 0.04), (0, 0.05)], sides=14).turned(z=-90
        * d).moved(0.14 * d, 0.03, 0) for d in (1, -1)]
    ears += [box(0.012, 0.05, 0.02).moved(0.03 * k, -0.06, 0.125) for k in range(-3, 4)]
    eyes = [ball((0.045, 0.045, 0.02), sides=14).moved(0.068 * d, 0.065, 0.128) for d in (1, -1)]
    return head, merge(ears), merge(eyes)


@form("astronaut", "people", 1.9, "standing, walking, waving")
def astronaut(ask: Request) -> Model:
    """A spacesuit with a golden visor."""
    figure = solve(posed(ask, ask.pose or "standing"), Build(1.8, 1.1), grips=("hold", "hold"))
    outfit = replace(OUTFITS["trousers"], top="white", legs="white", ease=0.045, skirt=0.0,
        shoes="grey", boot=0.9)
    parts = [p for p in dressed(ask, figure, outfit, skin="grey") if p.name != "neck"]
    parts += add_ons(ask, figure, [])
    base = figure.chest_frame
    up = figure.head_frame[:, 1]
    helm = ball(0.2, sides=32).moved(*(figure.head + up * 0.0).tolist())
    visor = _put(ball((0.155, 0.12, 0.1), sides=28).moved(0, -0.005, 0.118), figure.head_frame,
        figure.head)
    collar = _put(lathe([(0.15, 0), (0.175, 0.01), (0.175, 0.05), (0.14, 0.06)]), base, figure.neck
        - base[:, 1] * 0.02)
    pack = _put(box(0.44, 0.58, 0.22, bevel=0.06).moved(0, -0.5, -0.27), base, figure.neck)
    panel = _put(box(0.2, 0.13, 0.06, bevel=0.02).moved(0, -0.27, 0.17), base, figure.neck)
    hose = [tube([figure.neck + base @ np.array(p) for p in ((0.07 * d, -0.23, 0.2),
        (0.2 * d, -0.32, 0.2), (0.2 * d, -0.4, 0.0), (0.14 * d, -0.36, -0.2))], 0.02, samples=14)
        for d in (1, -1)]
    bands: list[Mesh] = []
    for a, b, c in _chains(figure):
        for start, end, t in ((a, b, 0.55), (b, c, 0.7)):
            bands.append(tube([start + (end - start) * (t - 0.05), start + (end - start)
                * (t + 0.05)], 0.09 if len(bands) < 4 else 0.112, sides=16))
    parts += [Part("helmet", helm, "white"), Part("visor", visor, "gold"), Part("collar", collar,
        "steel"), Part("pack", pack, "main"), Part("panel", panel, "second"),
        Part("hoses", merge(hose), "grey"), Part("bands", merge(bands[:4:2]), "main")]
    return anchored(parts, figure)


@form("scarecrow", "people", 2.0)
def scarecrow(ask: Request) -> Model:
    """A ragged coat on crossed poles, with straw hands and a sack for a head."""
    droop = ask.between(0.0, 0.16)
    pose = replace(POSES["standing"], hips=(0, 0.98, 0), spine=(0.03, 1, 0), sway=0.0,
        tilt=ask.between(-6, 6), feet=((0.05, 0.2, 0), (-0.05, 0.2, 0)),
        hands=((0.8, 1.5 - droop, 0.02), (-0.8, 1.46, 0.02)), elbows=((0, -1, 0), (0, -1, 0)))
    figure = solve(pose, Build(1.8))
    outfit = replace(OUTFITS["rags"], sleeve=1.0, cuff=0.07, ease=0.03, skirt=0.66, flare=0.16)
    parts = [p for p in dressed(ask, figure, outfit) if p.name in ("coat", "skirt")]
    poles = [tube([(0.02, 0, -0.02), (0, 1.62, -0.02)], [0.036, 0.03]),
        tube([figure.wrists[1] - (0.2, 0, 0.02), figure.wrists[0] + (0.2, 0, -0.02)], 0.025)]
    straw = []
    ends = [(figure.wrists[k], unit(figure.wrists[k] - figure.elbows[k]) * 0.2, 0.09)
        for k in (0, 1)]
    ends += [(figure.neck - np.array((0, 0.0, 0)), np.array([0, 0.05, 0.1]), 0.09),
        (figure.hips - np.array((0, 0.3, 0)), np.array([0, -0.42, 0]), 0.16)]
    for at, way, spread in ends:
        for _ in range(16):
            out = ask.rng.normal(0, spread * 0.6, 3)
            straw.append(tube([at + out * 0.3, at + way * ask.between(0.7, 1.15) + out],
                [0.008, 0.004], sides=4))
    c = Clay(blend=0.05)
    c.lump((0, 0.04, 0), (0.36, 0.44, 0.36)).limb((0, -0.3, 0), (0, -0.5, 0), 0.16,
        0.13).limb((0, -0.5, 0), (0, -0.62, 0), 0.12, 0.26)
    stitches = [ball((0.05, 0.06, 0.03), sides=8).moved(0.14 * d, 0.08, 0.33) for d in (1, -1)]
    stitches.append(tube([(-0.18, -0.14, 0.3), (0, -0.2, 0.345), (0.18, -0.13, 0.3)], 0.018,
        samples=9, sides=6))
    hat = brimmed(0.5, 0.85).turned(z=float(ask.between(-14, 14))).moved(0, 0.28, 0)
    head = [Part("sack", c.mesh(detail=34), "linen"), Part("stitches", merge(stitches), "black"),
        Part("hat", hat, "second")]
    parts += placed(head, figure.head_frame, figure.head, 0.27)
    parts += [Part("poles", merge(poles), "wood"), Part("straw", merge(straw), "dry_grass")]
    return anchored(parts, figure)


@form("puppet", "people", 1.6, "standing, dancing, sitting, arms raised")
def puppet(ask: Request) -> Model:
    """A jointed wooden puppet on strings."""
    pose = posed(ask, ask.pose or "standing")
    if ask.pose in ("", "standing"):
        pose = replace(pose, hands=((0.46, 1.24, 0.26), (-0.4, 1.42, 0.2)), elbows=((0.6, -1, 0),
            (-0.6, -1, 0)), spine=(-0.12, 1, 0.05), feet=((0.16, 0.16, 0.16), (-0.14, 0.06, 0.0)),
            toes=((0.4, -0.5, 1.0), (-0.5, -0.4, 1.0)))
    figure = solve(pose, Build(1.5, 0.95))
    pins, rods = [], []
    for k, (a, b, c) in enumerate(_chains(figure)):
        r = 0.046 if k < 2 else 0.06
        for start, end in ((a, b), (b, c)):
            steps = np.linspace(0.07, 0.93, 7)[:, None]
            rods.append(tube(start + (end - start) * steps, r * np.array([0.4, 0.85, 1.0, 1.0, 0.9,
                0.75, 0.4]), sides=12))
        pins += [ball(r * 0.72, sides=10).moved(*at.tolist()) for at in (a, b, c)]
    outfit = replace(OUTFITS["trousers"], sleeve=0.0, skirt=0.24, flare=0.1, folds=0.03, count=8)
    body = [p for p in dressed(ask, figure, outfit, skin="pale_wood") if p.name in ("coat",
        "skirt", "hand", "shoe")]
    head = head_parts(ask, figure.build, detail=34)
    size = space(figure.build).size
    body += [replace(p, material="pale_wood") for p in bare_head(figure) if p.name == "head"]
    parts = [*body, *placed(head, figure.head_frame, figure.head, size), Part("rods", merge(rods),
        "pale_wood"), Part("pins", merge(pins), "dark_wood")]
    bar = np.array([0.0, float(figure.head[1]) + 0.8, 0.05])
    cross = [box(0.75, 0.035, 0.05).moved(0, -0.02, 0), box(0.05, 0.035, 0.5).moved(0, -0.015,
        0.05)]
    control = merge(m.turned(z=9, y=12).moved(*bar.tolist()) for m in cross)
    crown = figure.head + figure.head_frame[:, 1] * size * 0.5
    lows = [figure.palm(0), figure.palm(1), crown, figure.knees[0], figure.knees[1]]
    offs = ((0.35, 0.05, 0), (-0.35, -0.05, 0), (0, 0, 0), (0.08, 0, 0.28), (-0.04, 0, 0.28))
    tops = [(low, bar + np.array(off)) for low, off in zip(lows, offs, strict=True)]
    strings = merge(tube([low, high], 0.005, sides=5) for low, high in tops)
    parts += [Part("control", control, "wood"), Part("strings", strings, "dark_cloth")]
    return anchored(parts, figure)
