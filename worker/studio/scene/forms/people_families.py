"""People who belong together: couples, babies, mothers with their children."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.spatial import cKDTree

from worker.studio.scene.body.bones import Pose
from worker.studio.scene.body.rig import solve
from worker.studio.scene.body.shape import BABY, Build, space
from worker.studio.scene.clay import Clay
from worker.studio.scene.forms.people import (anchored, bare_head, build_of, figure_parts, of,
    seat, turned)
from worker.studio.scene.forms.people_dress import OUTFITS, Outfit
from worker.studio.scene.forms.people_heads import face_of, head_parts, placed
from worker.studio.scene.forms.people_poses import POSES
from worker.studio.scene.mesh import columns, merge, tube
from worker.studio.scene.model import Model, Part, Request, form

_PAIRS: dict[str, tuple[Pose, Pose, float]] = {
    "embracing": (replace(POSES["standing"], turn=0.0, spine=(0.0, 1.0, 0.1),
        head=(8.0, 30.0, 10.0), hands=((0.21, 1.22, 0.36), (-0.21, 1.02, 0.36)),
        elbows=((1.0, -0.5, 0.0), (-1.0, -0.7, 0.0)), feet=((0.17, 0.08, -0.04),
        (-0.17, 0.08, -0.16))), replace(POSES["standing"], turn=0.0,
        spine=(0.0, 1.0, 0.08), head=(4.0, -30.0, -8.0), hands=((0.2, 1.4, 0.36),
        (-0.2, 1.45, 0.36)), elbows=((1.0, -0.6, 0.0), (-1.0, -0.6, 0.0))), 0.18),
    "dancing": (replace(POSES["walking"], turn=0.0, spine=(0.05, 1.0, -0.04), head=(2.0, 26.0, 0.0),
        hands=((0.52, 1.36, 0.3), (-0.22, 1.12, 0.5)), elbows=((0.4, -1.0, 0.0), (-1.0, 0.1, 0.0))),
        replace(POSES["walking"], turn=0.0, spine=(-0.08, 1.0, -0.16), head=(-6.0, 30.0, -8.0),
        hands=((0.24, 1.36, 0.42), (-0.52, 1.36, 0.3)), elbows=((1.0, 0.0, 0.0),
        (-0.4, -1.0, 0.0))), 0.22),
    "wrestling": (replace(POSES["pushing"], turn=0.0, hands=((0.22, 1.2, 0.6), (-0.2, 0.86, 0.55)),
        hips=(0, 0.78, -0.2)), replace(POSES["pushing"], turn=0.0, hands=((0.2, 0.85, 0.55),
        (-0.24, 1.15, 0.62)), hips=(0, 0.72, -0.2)), 0.4),
    "talking": (replace(POSES["standing"], turn=0.0, head=(2.0, 0.0, 4.0), hands=((0.22, 1.2, 0.4),
        (-0.3, 0.9, 0.05)), elbows=((0.6, -1.0, -0.3), (-1.0, 0.0, -1.0))),
        replace(POSES["arms folded"], head=(6.0, 0.0, -5.0)), 0.33),
    "walking": (replace(POSES["walking"], turn=0.0, hands=((0.3, 0.95, 0.12), (-0.25, 1.0, 0.3))),
        replace(POSES["walking"], turn=0.0, hands=((0.27, 0.95, -0.22), (-0.3, 0.95, 0.1))), 0.31)
}


@form("couple", "people", 1.78, tuple(_PAIRS), "old, women, men")
def couple(ask: Request) -> Model:
    """Two people who embrace, dance, walk, wrestle or talk."""
    first, second, apart = _PAIRS[ask.pose or "embracing"]
    age = ("old",) if "old" in ask else ()
    men = "men" in ask or (ask.pose == "wrestling" and "women" not in ask)
    he, she = ("woman" if "women" in ask else "man"), ("man" if men else "woman")
    beside = ask.pose == "walking"
    parts: list[Part] = []
    for pose, kind, d in ((first, he, -1), (second, she, 1)):
        one = of(ask, kind, *age)
        build = build_of(one, woman=kind == "woman")
        outfit = OUTFITS["dress" if kind == "woman" else ("trousers" if ask.pose == "wrestling"
            else "suit")]
        if d > 0:
            outfit = replace(outfit, top="second", skirt_of="second", legs="dark_cloth"
                if outfit.legs else "")
        body, _ = figure_parts(one, pose, build, outfit, hat=None if d < 0 else "")
        parts += turned(body, 0.0 if beside else -90.0 * d, apart * d, 0.0)
    model = Model.of(*parts, head=(-apart, 1.62, 0))
    turn = 30.0 if beside else ask.between(-18, 18)
    return model.mapped(lambda mesh: mesh.turned(y=turn))


_SWADDLED = Pose(hips=(0.0, 0.9, 0.0), spine=(0.0, 1.0, 0.0), tilt=0.0, sway=0.0,
    head=(0.0, 0.0, 0.0), hands=((0.06, 1.2, 0.16), (-0.06, 1.16, 0.18)), feet=((0.08, 0.1, 0.0),
    (-0.08, 0.1, 0.0)), toes=((0.1, -0.4, 1.0), (-0.1, -0.4, 1.0)))
_CRADLED = {
    "sitting": Pose(hips=(0.0, 0.2, 0.0), spine=(0.0, 1.0, 0.04), tilt=0.0, sway=0.0, head=(6.0,
        -12.0, 3.0), hands=((0.42, 0.75, 0.3), (-0.34, 0.62, 0.42)), elbows=((1.0, -0.4, -0.3),
        (-1.0, -0.4, -0.3)), feet=((0.36, 0.12, 0.72), (-0.4, 0.12, 0.66)), toes=((0.3, 1.0, 0.5),
        (-0.3, 1.0, 0.5)), knees=((0.9, 0.6, 0.3), (-0.9, 0.6, 0.3)), turn=30.0),
    "crawling": Pose(hips=(0.0, 0.47, -0.3), spine=(0.0, 0.06, 1.0), front=(0.0, -1.0, 0.06),
        tilt=-4.0, sway=5.0, twist=8.0, head=(-62.0, -20.0, 6.0), hands=((0.17, 0.1, 0.44),
        (-0.2, 0.1, 0.24)), elbows=((0.8, 0.2, -0.5), (-0.8, 0.2, -0.5)), grips=("flat", "flat"),
        feet=((0.16, 0.09, -0.86), (-0.2, 0.09, -0.64)), toes=((0, -0.2, -1.0), (0, -0.2, -1.0)),
        knees=((0.2, -0.8, 1.0), (-0.3, -0.8, 1.0)), turn=56.0)
}


def _infant(ask: Request) -> Build:
    face = face_of(ask, woman=False, child=True, brown=ask.rng.random() < 0.25)
    return Build(0.66, 1.0, False, BABY + 0.12, face)


def baby_parts(ask: Request) -> list[Part]:
    """A swaddled baby along y, its head up and facing +z, about 0.6 m."""
    figure = solve(_SWADDLED, _infant(ask))
    s, c = figure.build.height / 0.66, Clay(blend=0.06)
    y = float(figure.neck[1])
    c.limb((0, 0.07 * s, 0.01), (0, y - 0.1 * s, 0.015), 0.07 * s, 0.098 * s, flat=0.9)
    c.limb((0, y - 0.1 * s, 0.015), (0, y, 0.0), 0.098 * s, 0.05 * s, flat=0.9)
    x, high, z = figure.head.tolist()
    c.lump((x, high + 0.008 * s, z - 0.022 * s), (0.078 * s, 0.086 * s, 0.08 * s), blend=0.04)
    c.hollow((x, high - 0.008 * s, z + 0.075 * s), (0.062 * s, 0.076 * s, 0.08 * s), blend=0.02)
    wrap = c.mesh(detail=56)
    turn = np.linspace(0, 2 * np.pi, 26)
    bands = [tube(columns(np.cos(turn) * (0.08 + 0.009 * k), 0.1 + 0.075 * k + 0.035 * np.cos(turn
        + 2 * k), np.sin(turn) * (0.074 + 0.008 * k) + 0.012) * s, 0.013 * s, sides=8, flat=0.5)
        for k in range(4)]
    head = placed(head_parts(of(ask, "child"), figure.build, hat="", hair_style="bald"),
        figure.head_frame, figure.head, space(figure.build).size)
    return [Part("swaddling", wrap, "linen"), Part("bands", merge(bands), "main"),
        *bare_head(figure), *head]


@form("baby", "people", 0.6, "lying, sitting, crawling", where="table")
def baby(ask: Request) -> Model:
    """A baby: swaddled, sitting or crawling."""
    if (ask.pose or "lying") == "lying":
        return Model(baby_parts(ask), {}).mapped(lambda m: m.turned(z=-78).turned(x=-24)
            .turned(y=20))
    outfit = Outfit(sleeve=0.2, ease=0.006, hem=-1.5, legs="", shoes="", folds=0.01)
    one = of(ask, "child")
    parts, figure = figure_parts(one, _CRADLED[ask.pose], _infant(ask), outfit, hat="",
        hair_style="bald")
    return Model(parts, {}).mapped(lambda m: m.turned(y=figure.pose.turn))


def _against(parts: Sequence[Part], other: Part) -> list[Part]:
    """Parts moved straight to where they touch another."""
    points = np.concatenate([p.mesh.points for p in parts])
    away, index = cKDTree(other.mesh.points).query(points)
    nearest = int(np.argmin(away))
    way = other.mesh.points[index[nearest]] - points[nearest]
    return [replace(p, mesh=p.mesh.moved(*(way * 1.05).tolist())) for p in parts]


def _led(ask: Request, woman: Request, build: Build) -> Model:
    """A mother who walks with a child, hand in hand."""
    small = of(ask, "child")
    walk = replace(POSES["walking"], turn=0.0, hands=((0.26, 1.36, 0.1), (-0.27, 0.95, -0.2)),
        head=(-14, 24, 0))
    kid, child = figure_parts(small, walk, replace(build_of(small, woman=False), height=1.05),
        replace(OUTFITS["trousers"], top="second"), hat="", grips=("hold", ""))
    high = 0.8
    for _ in range(3):
        pose = replace(POSES["walking"], turn=0.0, hands=((0.26, 1.0, -0.2), (-0.32, high, 0.1)),
            head=(12, -24, -4))
        high += float(child.palm(0)[1] - solve(pose, build, grips=("", "hold")).palm(1)[1])
    parts, figure = figure_parts(woman, pose, build, OUTFITS["dress"], grips=("", "hold"))
    x, _, z = (figure.palm(1) - child.palm(0)).tolist()
    parts += turned(kid, 0.0, x, z)
    return anchored(parts, figure).mapped(lambda m: m.turned(y=32.0))


@form("mother and child", "people", 1.5, "sitting, standing, walking", "veil")
def mother_and_child(ask: Request) -> Model:
    """A mother who holds a baby, or leads a child by the hand."""
    woman = of(ask, "woman")
    build = build_of(woman, woman=True)
    name = ask.pose or "sitting"
    s = build.scale
    if name == "walking":
        return _led(ask, woman, build)
    base = POSES[name]
    up, out = (0.33, 0.24) if name == "sitting" else (0.22, 0.22)
    x, y, z = base.hips
    hands = ((x + 0.17, y + up - 0.02, z + out - 0.02), (x - 0.1, y + up - 0.06, z + out + 0.06))
    pose = replace(base, hands=hands, elbows=((1, -0.8, 0), (-1, -0.8, 0)), head=(24, 22, 6),
        turn=14.0)
    parts, figure = figure_parts(woman, pose, build, replace(OUTFITS["robe"], cuff=0.06,
        top="main"), hair_style="long hair")
    held = Model(baby_parts(ask), {}).mapped(lambda m: m.scaled(0.95).turned(y=-18,
        x=-18).turned(z=-58))
    middle = (figure.palm(0) + figure.palm(1)) / 2
    move = middle + np.array([-0.2, -0.06, 0.02]) * s
    parts += _against([replace(p, mesh=p.mesh.moved(*move.tolist())) for p in held.parts], parts[0])
    if name == "sitting":
        parts.append(seat(figure))
    return anchored(parts, figure)
