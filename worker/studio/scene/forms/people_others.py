"""Figures that are not quite people: riders, skeletons, ghosts, mermaids, satyrs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from worker.studio.scene.body.cloth import cover, cut, tights
from worker.studio.scene.body.flesh import flesh
from worker.studio.scene.body.bones import Pose, frame, unit
from worker.studio.scene.body.rig import Figure, solve
from worker.studio.scene.body.shape import Build, space
from worker.studio.scene.clay import Clay
from worker.studio.scene.forms.body_parts import bone_skull
from worker.studio.scene.forms.people import (anchored, bare_head, build_of, figure_parts,
    is_woman, posed, skin_of)
from worker.studio.scene.forms.people_dress import OUTFITS
from worker.studio.scene.forms.people_heads import head_parts, placed
from worker.studio.scene.forms.people_held import add_ons
from worker.studio.scene.forms.people_poses import POSES
from worker.studio.scene.mesh import (Array, Mesh, ball, columns, extrude, merge, pairs, sheet,
    spline, triples, tube)
from worker.studio.scene.model import Model, Part, Request, form

_LEGS = {
    "standing": (0.5, 0.56, 0.5, 0.14, 0.42, 0.56, 0.4, 0.14, -0.62, 0.56, -0.56, 0.14, -0.74, 0.56,
        -0.72, 0.14),
    "walking": (0.7, 0.68, 0.6, 0.34, 0.36, 0.56, 0.26, 0.14, -0.5, 0.56, -0.36, 0.14, -0.8, 0.56,
        -0.86, 0.16),
    "galloping": (0.86, 0.84, 1.18, 0.74, 0.72, 0.66, 0.98, 0.48, -0.92, 0.62, -1.22, 0.4, -0.8,
        0.56, -1.06, 0.28),
    "rearing": (0.98, 0.9, 0.86, 0.54, 0.88, 1.08, 1.1, 0.78, -0.5, 0.6, -0.26, 0.26, -0.72, 0.56,
        -0.56, 0.16)
}
"""Knee and fetlock, x and y, of the fore legs and of the hind legs, near and far."""


def steed(pose: str) -> list[Part]:
    """A horse that faces +x; without head and neck for a centaur."""
    c = Clay(blend=0.14)
    c.limb((-0.48, 1.14, 0), (0.4, 1.12, 0), 0.27, 0.285, flat=0.86).lump((-0.54, 1.2, 0),
        (0.28, 0.27, 0.25))
    c.lump((0.46, 1.14, 0), (0.24, 0.3, 0.23))
    c.limb((0.44, 1.16, 0), (0.52, 1.44, 0), 0.22, 0.14)
    neck, hoofs = [(0.5, 1.26, 0), (0.76, 1.62, 0), (0.92, 1.86, 0)], []
    c.chain(neck, [0.25, 0.155, 0.11], flat=0.7, blend=0.16)
    c.limb((0.92, 1.87, 0), (1.2, 1.56, 0), 0.115, 0.075, blend=0.05).lump((0.98, 1.76, 0),
        (0.12, 0.13, 0.085), blend=0.05)
    for d in (1, -1):
        c.limb((0.88, 1.94, 0.05 * d), (0.87, 2.06, 0.065 * d), 0.035, 0.012, blend=0.02)
    for k, (knee, low) in enumerate(np.reshape(_LEGS[pose], (4, 2, 2)).tolist()):
        z, fore = 0.14 * (1 if k % 2 == 0 else -1), k < 2
        top = (0.44, 1.02, z) if fore else (-0.56, 1.08, z)
        if not fore:
            stifle = (-0.44, 0.84, z * 1.1)
            c.limb(top, stifle, 0.2, 0.14).limb(stifle, (*knee, z), 0.125, 0.068, blend=0.06)
        else:
            c.limb(top, (*knee, z), 0.15, 0.07)
        c.limb((*knee, z), (*low, z), 0.066, 0.05, blend=0.03)
        along = unit(np.array(low) - np.array(knee))
        toe = np.array([low[0] + along[0] * 0.06 + 0.03, low[1] + along[1] * 0.1])
        hoofs.append(tube([(*low, z), (*toe, z)], [0.052, 0.08], sides=10))
    hairs = Clay(blend=0.08)
    blown = 1.0 if pose == "galloping" else 0.35
    fall = np.array(triples("-700 1360 0, -900 1360 0, -1020 1160 0, -1060 840 0, -980 500 0"))
    fall[2:] += blown * np.array(triples("-140 100 0, -360 260 0, -560 500 0"))
    hairs.chain(fall.tolist(), [0.06, 0.075, 0.1, 0.085, 0.012], blend=0.04)
    hairs.chain(triples("950 1980 0, 800 1860 30, 620 1600 40, 460 1420 30"), [0.06, 0.09, 0.1,
        0.06], flat=0.75)
    parts = [Part("horse", c.mesh(detail=76), "main"), Part("hooves", merge(hoofs), "dark_fur"),
        Part("mane", hairs.mesh(detail=50), "dark_fur")]
    eyes = [ball(0.022, sides=8).moved(0.99, 1.82, 0.09 * d) for d in (1, -1)]
    parts.append(Part("eyes", merge(eyes), "eye"))
    if pose == "rearing":
        return [replace(p, mesh=p.mesh.moved(0.6, -0.6, 0).turned(z=28).moved(-0.6, 0.6, 0))
            for p in parts]
    return parts


_ASTRIDE = Pose(hips=(0.0, 1.48, 0.02), spine=(0.0, 1.0, 0.05), sway=0.0, tilt=0.0,
    head=(4.0, -24.0, 0.0), hands=((0.1, 1.68, 0.4), (-0.1, 1.66, 0.42)), elbows=((0.7, -1.0, -0.3),
    (-0.7, -1.0, -0.3)), feet=((0.31, 0.82, 0.12), (-0.31, 0.82, 0.12)), toes=((0.25, 0.1, 1.0),
    (-0.25, 0.1, 1.0)), knees=((0.5, 0.6, 1.0), (-0.5, 0.6, 1.0)))


@form("rider", "people", 2.5, "walking, standing, galloping, rearing",
    "man, armour, uniform, hat, crown, spear, sword")
def rider(ask: Request) -> Model:
    """Somebody on a horse, which faces +x."""
    name = ask.pose or "walking"
    woman = is_woman(ask)
    lean = 0.35 if name == "galloping" else 0.05
    pose = replace(_ASTRIDE, spine=(0.0, 1.0, lean))
    held = [h for h in ("spear", "sword", "flag") if h in ask]
    if held:
        pose = replace(pose, hands=(pose.hands[0], (-0.3, 1.72, 0.3)))
    dress = next((d for d in ("armour", "uniform") if d in ask), "trousers")
    outfit = replace(OUTFITS[dress], skirt=0.0, boot=0.9, top="steel" if dress == "armour"
        else "second", legs="dark_cloth")
    parts, figure = figure_parts(ask, pose, build_of(ask, woman=woman), outfit,
        grips=("fist", "fist"))
    parts += add_ons(ask, figure, held)
    # He sits behind the withers, so that air shows between his chest and the horse's neck.
    parts = [replace(p, mesh=p.mesh.turned(y=90).moved(-0.14, 0, 0)) for p in parts]
    saddle = ball((0.34, 0.1, 0.3), sides=18).moved(-0.14, 1.36, 0)
    hands = [0.28, 1.67, 0.0]
    reins = [tube([hands, (0.8, 1.6, 0.12 * d), (1.14, 1.62, 0.075 * d)], 0.012, samples=10,
        sides=6) for d in (1, -1)]
    gear = [Part("saddle", saddle, "leather"), Part("reins", merge(reins), "leather")]
    if name == "rearing":
        parts, gear = ([replace(p, mesh=p.mesh.moved(0.6, -0.6, 0).turned(z=28).moved(-0.6, 0.6, 0))
            for p in group] for group in (parts, gear))
    return Model.of(*steed(name), *gear, *parts)


def _bone(start: Array, end: Array, radius: float) -> Mesh:
    across = np.linspace(0, 1, 7)[:, None]
    shaft = tube(start + (end - start) * across, radius * np.array([1.5, 0.9, 0.75, 0.7, 0.75, 0.9,
        1.5]), sides=8)
    knobs = [ball(radius * 1.75, sides=8).moved(*(start + (end - start) * t)) for t in (0.02, 0.98)]
    return merge(shaft, *knobs)


def bones(figure: Figure) -> list[Part]:
    """The skeleton of a figure."""
    s, base = figure.build.scale, figure.chest_frame
    rods = []
    groups = [(figure.shoulders, figure.elbows, figure.wrists, 0.016), (figure.legs, figure.knees,
        figure.ankles, 0.021)]
    for *group, thick in groups:
        for side in (0, 1):
            a, b, c = (joints[side] for joints in group)
            rods += [_bone(a, b, thick * s)]
            apart = unit(np.cross(c - b, figure.front + 0.01)) * 0.016 * s
            rods += [_bone(b + apart, c + apart, 0.011 * s), _bone(b - apart, c - apart, 0.009 * s)]
    for side in (0, 1):
        along = unit(figure.wrists[side] - figure.elbows[side])
        fan = unit(np.cross(along, figure.front + 0.02))
        for k in range(-2, 3):
            tip = figure.wrists[side] + (along * 0.17 + fan * 0.022 * k) * s
            rods.append(tube([figure.wrists[side] + fan * 0.007 * k * s, tip], [0.009 * s, 0.006
                * s], sides=6))
        heel, toe = figure.ankles[side], figure.toes[side]
        sides = unit(np.cross(toe, np.array([0.0, 1.0, 0.0])))
        for k in range(-2, 3):
            end = heel + (toe * 0.17 + sides * 0.016 * k - np.array([0, 0.06, 0])) * s
            rods.append(tube([heel, end], [0.014 * s, 0.008 * s], sides=6))
        rods.append(_bone(figure.neck + base @ np.array([0, -0.03, 0.05]) * s,
            figure.shoulders[side], 0.011 * s))
    column = spline(np.array([figure.hips, figure.waist - figure.front * 0.05 * s, figure.neck
        - figure.front * 0.03 * s, figure.head - figure.head_frame[:, 1] * 0.05 * s]), 22)
    rods += [ball(0.026 * s, sides=8).moved(*at) for at in column]
    return [Part("bones", merge(rods), "bone"), Part("ribs", merge(*_ribs(figure), _pelvis(figure)),
        "bone")]


def _ribs(figure: Figure) -> list[Mesh]:
    s = figure.build.scale
    ribs: list[Mesh] = []
    for k in range(7):
        t = k / 6
        wide, deep = (0.075 + 0.065 * np.sin(np.pi * (0.22 + 0.58 * t)), 0.06 + 0.05
            * np.sin(np.pi * (0.2 + 0.55 * t)))
        gap = 0.12 + 0.18 * t
        for d in (1, -1):
            a = np.radians(np.linspace(-88, 82 - gap * 90, 14))
            arc = columns(d * np.cos(a) * wide, -0.06 - 0.052 * k - 0.05 * (np.sin(a) + 1) / 2,
                np.sin(a) * deep + 0.02)
            ribs.append(tube((arc * s) @ figure.chest_frame.T + figure.neck, 0.0105 * s, sides=6))
    plate = np.array([(0, -0.08, 0.1), (0, -0.2, 0.135), (0, -0.33, 0.13)]) * s
    ribs.append(tube(plate @ figure.chest_frame.T + figure.neck, 0.02 * s, sides=8, flat=0.5))
    return ribs


def _pelvis(figure: Figure) -> Mesh:
    s, c = figure.build.scale, Clay(blend=0.03)
    across, up = unit(figure.legs[0] - figure.legs[1]), unit(figure.waist - figure.hips)
    base = columns(across, up, np.cross(across, up))
    for d in (1, -1):
        path = [(0.02 * d, 0.02, -0.05), (0.1 * d, 0.09, -0.02), (0.13 * d, 0.07, 0.04),
            (0.08 * d, 0.0, 0.02), (0.015 * d, -0.05, 0.05)]
        c.chain([figure.hips + base @ np.array(p) * s for p in path],
            [r * s for r in (0.03, 0.03, 0.026, 0.03, 0.022)])
    return c.mesh(detail=24)


@form("skeleton", "people", 1.75,
    "standing, dancing, walking, arms raised, pointing, reclining", "")
def skeleton(ask: Request) -> Model:
    """A skeleton."""
    pose = posed(ask, ask.pose or "standing")
    figure = solve(pose, Build(1.78))
    parts = bones(figure)
    head = bone_skull(detail=40, jaw=0.04)
    parts += placed(head, figure.head_frame, figure.head + figure.head_frame[:, 1] * 0.015,
        space(figure.build).size * 1.1)
    return anchored(parts, figure)


@form("ghost", "people", 1.8, "floating", where="air")
def ghost(ask: Request) -> Model:
    """A sheet over nobody: a wailing face, raised arms, folds that fly to a ragged hem."""
    turn, y = np.linspace(0, 2 * np.pi, 145), np.linspace(1.8, 0.1, 60)[:, None]
    phase, way = ask.rng.uniform(0, 6.28, 3), 1 if ask.rng.random() < 0.5 else -1
    base = np.interp(-y, (-1.8, -1.79, -1.74, -1.62, -1.45, -1.34, -1.2, -0.8, -0.1),
        (0.0, 0.06, 0.14, 0.195, 0.165, 0.2, 0.23, 0.26, 0.4))
    low = np.clip((1.3 - y) / 1.2, 0, 1)
    folds = low**0.7 * (0.05 * np.sin(9 * turn + phase[0] + 1.5 * low) + 0.025 * np.sin(16 * turn
        + phase[1] - low))
    reach = np.interp(-y, (-1.55, -1.47, -1.38, -1.24, -1.0, -0.6, -0.1), (0, 0.34, 0.45, 0.42,
        0.22, 0.06, 0.0))
    arms = sum((reach * np.exp(-(((turn - a + np.pi) % (2 * np.pi) - np.pi) / 0.34) ** 2)
        for a in (0.45, np.pi - 0.45)), np.zeros((60, 145)))
    r = base + folds + arms
    x, z = r * np.cos(turn), 0.85 * r * np.sin(turn) + 0.06 * arms
    tall = y + 0.2 * arms * np.clip((y - 1.0) / 0.5, 0, 1) - low**6 * (0.09 * np.sin(7 * turn
        + phase[2]) + 0.05 * np.sin(19 * turn))
    x, z = x + 0.34 * way * low**2.2, z - 0.12 * low**2
    cloth = sheet(columns(x, tall, z))
    face = []
    for at, up, wide, high, lean in ((0.075, 1.615, 0.045, 0.07, 20), (-0.075, 1.615, 0.045, 0.07,
            -20), (0.0, 1.475, 0.05, 0.075, 0)):
        near = np.hypot(x - at, tall - up) < 0.06
        front = float(z[near].max())
        face.append(ball((wide, high, 0.03), sides=16).turned(z=lean).moved(at, up, front - 0.012))
    return Model.of(Part("sheet", cloth, "white"), Part("face", merge(face), "black"))


def nude(figure: Figure) -> list[Part]:
    """The skin above the hips."""
    skin = skin_of(figure.build)
    named = [(name, flesh(figure, name)) for name in ("trunk", "hand", "arm")]
    return [*(Part(name, mesh, skin) for name, mesh in named if mesh), *bare_head(figure)]


@form("mermaid", "people", 1.15, "sitting, swimming")
def mermaid(ask: Request) -> Model:
    """A woman with a fish's tail, on a rock or swimming."""
    sits = ask.pose != "swimming"
    pose = (replace(POSES["sitting"], hips=(0.0, 0.5, 0.0), spine=(-0.16, 1.0, 0.0),
        head=(4, -20, 10), tilt=8.0, turn=0.0, hands=((0.3, 0.48, 0.16), (-0.36, 1.28, 0.0)),
        elbows=((1, 0, -0.6), (-1.0, -0.3, 0.2))) if sits else replace(POSES["lying"],
        hips=(0.0, 0.6, 0.0), spine=(0.92, 0.5, 0.0), front=(0.15, -0.1, 1.0),
        hands=((0.9, 0.35, 0.3), (0.95, 1.25, 0.2)), head=(0, 20, 0), turn=0.0))
    figure = solve(pose, replace(build_of(ask, woman=True), height=1.66))
    path = triples("-350 500 50, -700 580 50, -1000 800 0, -1160 1000 0")
    if sits:
        path = triples("340 420 200, 660 180 200, 980 120 80, 1200 300 0")
    path = [(0, pose.hips[1], 0), *path]
    curve = spline(np.array(path, dtype=np.float64), 26)
    radii = np.interp(np.linspace(0, 1, 26), [0, 0.15, 0.4, 0.8, 1], [0.14, 0.16, 0.125, 0.06,
        0.04])
    start = figure.hips * 0.5 + figure.waist * 0.5
    tail = tube(np.concatenate([start[None], curve[1:]]), radii, sides=22)
    along = unit(curve[-1] - curve[-2])
    across = unit(np.cross(along, np.array([0.3, 0.2, 1.0])))
    fin = frame(along, np.cross(across, along))
    lobe = np.array(pairs("0 0, 100 60, 240 300, 270 420, 120 300, 0 160"))
    fluke = (extrude(np.concatenate([lobe, lobe[-2:0:-1] * [-1, 1]]), 0.025,
        bevel=0.008).mapped(fin).moved(*curve[-1]))
    high = tights().base[:, 1]
    worn = np.where(tights().arm < 0, np.minimum(4.75 - high, high - 2.6), -1)
    parts = [*nude(figure), Part("bodice", cut(cover(figure), worn, 0.007), "second"),
        Part("tail", tail, "main", "shingles", repeat=16), Part("fluke", fluke, "main")]
    head = head_parts(ask, figure.build, hair_style="long hair")
    parts += placed(head, figure.head_frame, figure.head, space(figure.build).size)
    if sits:
        rock = Clay(blend=0.12)
        for _ in range(7):
            rock.lump((ask.between(-0.3, 0.4), ask.between(0.0, 0.22), ask.between(-0.25, 0.15)),
                (ask.between(0.18, 0.34), 0.17, 0.22))
        rock.block((0.0, 0.2, -0.05), (0.5, 0.36, 0.4))
        parts.append(Part("rock", rock.mesh(detail=40), "dark_stone"))
    return anchored(parts, figure)


@form("satyr", "people", 1.75, "standing, dancing")
def satyr(ask: Request) -> Model:
    """A man with a goat's legs, horns and pipes."""
    horned = Request(ask.rng, "", frozenset({"beard", "man"}))
    pose = replace(POSES[ask.pose or "standing"], hands=((0.1, 1.36, 0.34), (-0.1, 1.36, 0.34)),
        elbows=((1, -0.9, 0), (-1, -0.9, 0)), head=(2, -16, 0), turn=46.0)
    if ask.pose == "dancing":
        pose = replace(pose, hands=POSES["dancing"].hands, elbows=POSES["waving"].elbows)
    build = replace(build_of(horned, woman=False), height=1.75)
    figure = solve(pose, build, grips=("hold", "hold"))
    parts = nude(figure)
    head = head_parts(horned, figure.build, hair_style="curls")
    parts += placed(head, figure.head_frame, figure.head, space(figure.build).size)
    only = Request(ask.rng, "", frozenset({"horns"}))
    parts += add_ons(only, figure, ())
    parts += _goat_legs(figure) + ([] if ask.pose == "dancing" else [_pipes(figure)])
    return anchored(parts, figure)


def _goat_legs(figure: Figure) -> list[Part]:
    s, fur, hoofs = figure.build.scale, Clay(blend=0.06), []
    fur.limb(figure.hips, figure.waist * 0.3 + figure.hips * 0.7, 0.135 * s)
    for side in (0, 1):
        leg, knee, ankle, toe = (figure.legs[side], figure.knees[side], figure.ankles[side],
            figure.toes[side])
        flat = unit(np.array([toe[0], 0.0, toe[2]]))
        knee = knee + flat * 0.1 * s
        hock = knee * 0.42 + ankle * 0.58 - flat * 0.2 * s
        low = ankle + flat * 0.02
        fur.chain([leg, knee, hock, low], [0.12 * s, 0.088 * s, 0.052 * s, 0.036 * s])
        fur.limb(hock, hock - np.array([0, 0.06, 0]) * s - flat * 0.03 * s, 0.07 * s, 0.03 * s)
        hoofs.append(tube([low, low + (flat * 0.05 - np.array([0, 0.085, 0])) * s],
            [0.045 * s, 0.068 * s], sides=10))
    tail = figure.hips - figure.front * 0.15 * s
    fur.limb(tail, tail + (np.array([0, 0.06, 0]) - figure.front * 0.08) * s, 0.05 * s, 0.02 * s)
    mesh = fur.mesh(detail=48)
    at = np.random.default_rng(5).choice(len(mesh.points), 130)
    locks = [tube([p, p + n * 0.012 - (0, 0.03, 0), p + n * 0.02 - (0, 0.085, 0)],
        [0.022, 0.018, 0.003], sides=5) for p, n in zip(mesh.points[at], mesh.normals[at],
        strict=True)]
    return [Part("fur", merge(mesh, *locks), "main"), Part("hooves", merge(hoofs), "dark_fur")]


def _pipes(figure: Figure) -> Part:
    at = (figure.palm(0) + figure.palm(1)) / 2
    reeds = [tube([(0.024 * k, 0.09, 0), (0.024 * k, -0.04 - 0.022 * (k + 4), 0)], 0.012, sides=8)
        for k in range(-4, 4)]
    return Part("pipes", merge(reeds).moved(*at.tolist()), "pale_wood")
