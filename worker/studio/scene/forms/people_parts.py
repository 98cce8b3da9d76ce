"""Parts of people as things of their own: portraits, busts, antique torsos, hands and feet."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from worker.studio.scene.body.flesh import flesh, hewn, regions
from worker.studio.scene.body.bones import Pose
from worker.studio.scene.body.rig import solve
from worker.studio.scene.body.shape import Build, atlas, space
from worker.studio.scene.forms.body_parts import spectacles
from worker.studio.scene.forms.people import HEADLESS, figure_parts, build_of
from worker.studio.scene.forms.people_dress import OUTFITS
from worker.studio.scene.forms.people_hats import HATS, laurel
from worker.studio.scene.forms.people_heads import head_parts, placed
from worker.studio.scene.forms.people_poses import POSES
from worker.studio.scene.mesh import Mesh, ball, box, lathe, merge, pairs, tube
from worker.studio.scene.model import Model, Part, Request, form

_MOODS = ("crying", "smiling", "shouting", "eyes closed")
_LOOKS = ("in profile", "bowed", "raised")
_WHO = ("man", "woman", "old", "beard", "moustache", "long hair", "bald", "wig")
_SITTER = Pose(hips=(0.0, 0.915, 0.0), spine=(0.0, 1.0, 0.02), tilt=-3.0, sway=0.0,
    hands=((0.26, 0.78, 0.0), (-0.26, 0.78, 0.0)), elbows=((0.6, -0.2, -1.0), (-0.6, -0.2, -1.0)))
_THREE_QUARTER = (replace(_SITTER, head=(2.0, -30.0, 4.0), twist=16.0), 0.0)
_PROFILE = (replace(_SITTER, head=(0.0, 6.0, 0.0), twist=8.0), 70.0)
_BOWED = (replace(_SITTER, head=(26.0, 8.0, 2.0), stoop=0.02), 72.0)
_RAISED = (replace(_SITTER, head=(-22.0, 6.0, -3.0)), 70.0)
_LOST_PROFILE = (replace(_SITTER, head=(2.0, -24.0, 3.0), twist=-6.0), 146.0)
_PORTRAITS: dict[str, tuple[tuple[Pose, float], ...]] = {
    "framed": (_THREE_QUARTER,),
    "halo": (_THREE_QUARTER,),
    HEADLESS: (_THREE_QUARTER,),
    "bowed": (_BOWED,),
    "raised": (_RAISED,),
    "eyes closed": (_BOWED, _PROFILE),
    **dict.fromkeys(("in profile", "beard", "moustache", "glasses", "crying", "smiling",
        "shouting"), (_PROFILE, (_PROFILE[0], 56.0))),
}
"""How somebody sits, and how far the whole is turned, by what the face has to show."""
_ANY = (_PROFILE, _BOWED, _LOST_PROFILE, _LOST_PROFILE, (_SITTER, 172.0))
"""How somebody sits whose face has nothing to show: arms down, from the side or from behind."""


def above(mesh: Mesh, height: float) -> Mesh | None:
    """What of a mesh is above a height."""
    faces = mesh.faces[(mesh.points[:, 1] > height)[mesh.faces].any(1)]
    if not len(faces):
        return None
    used, index = np.unique(faces, return_inverse=True)
    points = mesh.points[used].copy()
    points[:, 1] = np.maximum(points[:, 1], height)
    return Mesh(points, index.reshape(-1, 3).astype(np.int32), mesh.normals[used],
        mesh.grain[used])


@form("head", "body", height=0.44, attributes=(*_WHO, *_MOODS, *_LOOKS, *HATS, "glasses"),
    where="table")
def head(ask: Request) -> Model:
    """A portrait: head and breast behind a low ledge of stone, without hands."""
    woman = "woman" in ask or ("man" not in ask and (not {"beard", "moustache"} & ask.attributes)
        and (ask.rng.random() < 0.5))
    ways = next((ways for word, ways in _PORTRAITS.items() if word in ask), _ANY)
    pose, turn = ways[int(ask.rng.integers(len(ways)))]
    nod, aside, tilt = pose.head
    pose = replace(pose, twist=pose.twist + ask.between(-4, 4),
        head=(nod + ask.between(-4, 4), aside + ask.between(-8, 8), tilt + ask.between(-3, 3)))
    worn: tuple[str, ...]
    worn = ("robe", "dress", "skirt") if woman else ("suit", "coat", "shirt", "jumper")
    if HEADLESS in ask:
        worn = worn[: 1 if woman else 2]  # closed at the neck
    build = build_of(ask, woman=woman)
    outfit = OUTFITS[worn[int(ask.rng.integers(len(worn)))]]
    parts, figure = figure_parts(ask, pose, build, replace(outfit, skirt=0.0))
    s, fit = build.scale, space(build)
    if "glasses" in ask:
        parts += placed([Part("glasses", spectacles(), "black")], figure.head_frame, figure.head,
            fit.size)
    if "crying" in ask:
        tears = [ball((0.018, 0.035, 0.018), sides=8).moved(0.14 * d, y, z) for d in (1, -1)
            for y, z in ((-0.06, 0.36), (-0.18, 0.34))]
        parts += placed([Part("tears", merge(tears), "glass")], figure.head_frame, figure.head,
            fit.size)
    low = float(figure.neck[1]) - 0.32 * s
    cut = ((p, above(p.mesh, low)) for p in parts)
    parts = [replace(p, mesh=mesh) for p, mesh in cut if mesh is not None]
    at = {"head": tuple(figure.head.tolist()), "neck": tuple(figure.neck.tolist())}
    model = Model(parts, at).mapped(lambda m: m.turned(y=turn))
    coat = next(p.mesh.points for p in model.parts if p.name == "coat")
    front = float(coat[coat[:, 1] < low + 0.05 * s, 2].max())
    ledge = box(0.66 * s, 0.07 * s, 0.1 * s, bevel=0.01).moved(0, low, front + 0.03 * s)
    return Model([*model.parts, Part("ledge", ledge, "stone")], model.anchors)


@form("bust", "body", 0.75, attributes="laurel", where="ground")
def bust(ask: Request) -> Model:
    """A marble head and breast, cut round below the shoulders, on a turned foot."""
    man = Request(ask.rng, "", frozenset({"man", "short"}))
    build = build_of(man, woman=False)
    figure = solve(replace(POSES["standing"], tilt=0.0, sway=0.0, hips=(0, 0.915, 0), spine=(0, 1,
        0.03), head=(2.0, ask.between(-26, 26), 0.0), hands=((0.45, 0.8, 0.0), (-0.45, 0.8, 0.0))),
        build)
    known = atlas()
    quads = known.quads["skin"]
    x, y, _ = known.points[quads].mean(1).T
    round_ = np.hypot(x / 1.95, (y - 6.0) / 2.7) < 1
    rim = hewn(figure, quads[round_ & (y > 3.2)])
    hair = head_parts(man, build, hat="", hair_style="curls")
    crowned = [Part("laurel", laurel().scaled(1.04), "gold")] if "laurel" in ask else []
    more = placed([p for p in hair if p.name in ("eyeballs", "hair", "brows")] + crowned,
        figure.head_frame, figure.head, space(build).size)
    stone = merge(rim, *(p.mesh for p in more if p.name != "laurel"))
    low, high = float(rim.bounds[0][1]), figure.neck
    foot = lathe(pairs("120 -190, 120 -165, 62 -130, 50 -60, 60 0, 70 30")).moved(float(high[0]),
        low, float(high[2]) + 0.02)
    plinth = box(0.3, 0.06, 0.28, bevel=0.006).moved(float(high[0]), low - 0.25, float(high[2])
        + 0.02)
    return Model.of(Part("bust", stone, "marble"), Part("foot", foot, "marble"), *(p for p in more
        if p.name == "laurel"), Part("plinth", plinth), head=tuple(figure.head.tolist()))


@form("torso", "body", 1.1)
def antique_torso(ask: Request) -> Model:
    """An antique torso without arms and head, on a block."""
    figure = solve(replace(POSES["standing"], sway=9.0, tilt=-9.0, twist=8.0), Build(1.85, 1.0,
        features=(("strong", 0.9),)))
    known = atlas()
    kept = [regions()["trunk"]]
    for region, along, most in (("neck", known.points[:, 1] - 6.25, 0.0), ("arm", known.arm, 0.55),
        ("leg", known.leg, 0.62)):
        quads = regions()[region]
        kept.append(quads[along[quads].mean(1) < most])
    mesh = hewn(figure, np.concatenate(kept))
    low = float(mesh.points[:, 1].min())
    plinth = box(0.5, 0.2, 0.4, bevel=0.015).moved(float(figure.hips[0]) * 0.5, low - 0.24, 0)
    rod = tube([(0.0, low - 0.1, 0.0), tuple(figure.hips)], 0.018)
    return Model.of(Part("torso", mesh, "marble"), Part("rod", rod, "iron"), Part("plinth", plinth))


_GRIPS = {"open": "open", "pointing": "point", "holding": "hold"}


@form("hand", "body", 0.9, tuple(_GRIPS), "stone")
def giant_hand(ask: Request) -> Model:
    """A large hand that stands on its wrist, palm to the viewer."""
    figure = solve(replace(POSES["arms raised"], hands=((0.4, 1.85, 0.0), (-0.2, 2.1, 0.0)),
        palms=((0, 0, 1), (0, 0, 1)), tilt=0.0, spine=(0, 1, 0)), Build(1.8), grips=("",
        _GRIPS[ask.pose or "open"]))
    mesh = merge(flesh(figure, "hand", side=1) or [], flesh(figure, "arm", side=1, start=1.55)
        or [])
    wrist, elbow = figure.wrists[1], figure.elbows[1]
    turn = (wrist - elbow) / np.linalg.norm(wrist - elbow)
    upright = np.stack([np.cross(turn, (0, 0, 1)), turn, (0, 0, 1)])
    shown = mesh.moved(*(-wrist).tolist()).mapped(upright).scaled(3.9)
    # The arm ends in the cuff, whatever its length: nothing of it is seen below.
    shown = shown.bent(lambda p: np.maximum(p * np.where(p[:, 1:2] < -0.25, (0.6, 1, 0.6), 1),
        (-9, -0.3, -9)))
    cuff = lathe(pairs("140 -360, 170 -340, 165 -140, 150 -120, 110 -140")).scaled(0.9, 1, 0.75)
    skin = "stone" if "stone" in ask else "skin"
    return Model.of(Part("hand", shown, skin), Part("cuff", cuff), hand=(0, 0.45, 0.14),
        inside=(0, 0.42, 0.16))


@form("foot", "body", 0.5)
def foot(_: Request) -> Model:
    """A giant bare foot with the ankle, seen from its side."""
    figure = solve(replace(POSES["standing"], toes=((0.0, 0.0, 1.0), (0.0, 0.0, 1.0)), feet=((0.09,
        0.08, 0.0), (-0.09, 0.08, 0.0))), Build(1.8))
    mesh = merge(flesh(figure, "foot", side=0) or [], flesh(figure, "leg", side=0, start=1.55)
        or [])
    return Model.of(Part("foot", mesh.moved(*(-figure.ankles[0]).tolist()).turned(y=72).scaled(2.4),
        "skin"))
