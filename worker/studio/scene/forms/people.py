"""People: one articulated figure in many poses and dresses, and groups of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.spatial import cKDTree

from worker.studio.scene.body.flesh import evened, flesh
from worker.studio.scene.body.rig import Figure, Pose, solve
from worker.studio.scene.body.shape import BABY, OLD, Build, space
from worker.studio.scene.clay import Clay
from worker.studio.scene.forms.people_dress import OUTFITS, Outfit, dressed
from worker.studio.scene.forms.people_hats import HATS
from worker.studio.scene.forms.people_heads import HAIR, face_of, head_parts, placed
from worker.studio.scene.forms.people_held import HELD, add_ons
from worker.studio.scene.forms.people_poses import POSES, STANDS
from worker.studio.scene.mesh import Array, box, columns, merge, tube
from worker.studio.scene.model import Model, Part, Request, form

_KINDS = ("man", "woman", "child", "old", "young")
_DRESS = tuple(OUTFITS)
_FACE = ("beard", "moustache", "eyes closed")
_EXTRA = ("wings", "insect wings", "from behind")
_WOMENS = ("dress", "dress", "skirt", "skirt", "jumper", "overcoat", "coat")
_MENS = ("suit", "suit", "coat", "overcoat", "shirt", "jumper", "cloak")
"""Dress of those for whom none is asked, from several times."""
_ACTS = ("running", "leaping", "climbing", "crouching", "kneeling", "falling", "pulling", "pushing")
_ACTIVE = ("jumper", "shirt", "suit", "trousers")
"""Dress that shows what the legs do."""
ATTRIBUTES = (*_KINDS, *_DRESS, *HATS, *HAIR, *_FACE, *_EXTRA, *HELD)
SEATED = ("sitting", "head in hands")


def build_of(ask: Request, *, woman: bool) -> Build:
    """A seeded body and face."""
    child, brown = "child" in ask, ask.rng.random() < 0.25
    face = face_of(ask, woman=woman, child=child, brown=brown)
    if child:
        return Build(ask.between(1.0, 1.25), ask.between(0.95, 1.05), woman,
            ask.between(0.6, 0.92), face)
    age = ask.between(2.75, 3.0) if "old" in ask else ask.between(1.9, 2.4)
    height = ask.between(1.58, 1.7) if woman else ask.between(1.68, 1.84)
    strong = () if woman else (("strong", ask.between(0.0, 0.5)),)
    return Build(1.55 if "insect wings" in ask else height, ask.between(0.9, 1.17), woman,
        min(age, OLD), (*face, *strong))


def skin_of(build: Build) -> str:
    """The material of a body's skin."""
    return "brown_skin" if dict(build.features).get("african") else "skin"


def is_woman(ask: Request) -> bool:
    """As asked for, as the dress suggests, or by chance."""
    if "woman" in ask or "man" in ask:
        return "woman" in ask
    if {"beard", "moustache", "armour", "top hat", "mitre", "bald"} & ask.attributes:
        return False
    return bool({"dress", "bonnet", "veil"} & ask.attributes) or ask.rng.random() < 0.45


def posed(ask: Request, name: str) -> Pose:
    """A row of the table, bent by age and loosened a little."""
    pose = STANDS[int(ask.rng.integers(len(STANDS)))] if name == "standing" else POSES[name]
    nod, turn, tilt = pose.head
    loose = (nod + ask.between(-4, 4), turn + ask.between(-9, 9), tilt + ask.between(-3, 3))
    pose = replace(pose, head=loose)
    if "old" in ask and name in ("standing", "walking", "sitting", "reading", "pointing"):
        x, y, z = pose.spine
        return replace(pose, spine=(x, y, z + 0.36), stoop=0.07, head=(loose[0] + 6, *loose[1:]))
    return pose


def bare_head(figure: Figure, *, even: float = 0.45) -> list[Part]:
    """The skin of a head and its lips; `even` is how far one light parts it."""
    skin, fit = skin_of(figure.build), space(figure.build)
    parts = []
    for name, of in (("head", skin), ("lips", "lips" if skin == "skin" else "leather"),
        ("throat", "blood")):
        mesh = flesh(figure, *((name, "neck") if name == "head" else (name,)))
        assert mesh
        x, y, z = ((mesh.points - figure.head) @ figure.head_frame / fit.size).T
        front = np.clip((z - 0.12) / 0.14, 0, 1) * np.clip((y + 0.5) / 0.1, 0, 1)
        weight = even * front * np.clip(1.3 - (x / 0.36) ** 2, 0, 1)
        normals = evened(mesh.normals, weight, figure.head_frame @ np.array([0, 0.12, 0.99]))
        parts.append(Part(name, replace(mesh, normals=normals), of, open=True))
    return parts


def figure_parts(ask: Request, pose: Pose, build: Build, outfit: Outfit, *, hat: str | None = None,
    coarse: float = 0.0, grips: Sequence[str] = ("", ""), hair_style: str = "") -> tuple[list[Part],
    Figure]:
    """One dressed figure, not yet turned, and its joints."""
    figure = solve(pose, build, grips=grips)
    parts = dressed(ask, figure, outfit, skin=skin_of(build), coarse=coarse)
    head = head_parts(ask, build, hair_style=hair_style, hat=hat, detail=18 if coarse else 40)
    if not any(p.name == "slit" for p in head):
        parts += [replace(p, mesh=p.mesh.coarser(coarse * 0.45)) if coarse else p
            for p in bare_head(figure)]
    head = placed(head, figure.head_frame, figure.head, space(build).size)
    if coarse:
        head = [p if p.drawn else replace(p, mesh=p.mesh.coarser(coarse * 0.6)) for p in head]
    return parts + head, figure


def _point(at: Array) -> tuple[float, float, float]:
    x, y, z = at.tolist()
    return x, y, z


def anchored(parts: Sequence[Part], figure: Figure) -> Model:
    """The model with a figure's anchors, turned as its pose wants."""
    s = figure.build.scale
    back = figure.neck - figure.front * 0.15 * s - figure.chest_frame[:, 1] * 0.15 * s
    where = {"head": figure.head, "back": back, "hand": figure.palm(1),
        "other_hand": figure.palm(0), "seat": figure.hips}
    model = Model(parts, {name: _point(at) for name, at in where.items()})
    return model.mapped(lambda mesh: mesh.turned(y=figure.pose.turn))


@form("person", "people", 1.72, tuple(POSES), ATTRIBUTES)
def person(ask: Request) -> Model:
    """A man, woman or child in any pose, dress and hat, with a thing in the hand."""
    woman = is_woman(ask)
    build = build_of(ask, woman=woman)
    seated = ask.pose in SEATED and not woman
    usual: tuple[str, ...] = _ACTIVE if ask.pose in _ACTS or seated else _WOMENS if woman else _MENS
    if {"wings", "halo"} & ask.attributes:
        usual = ("robe",)
    elif "child" in ask or "sack" in ask:
        usual = ("smock", "dress") if woman else ("smock", "jumper", "shirt")
    chosen = next((d for d in _DRESS if d in ask), usual[int(ask.rng.integers(len(usual)))])
    held = [name for name in HELD if name in ask]
    if "old" in ask and not held and ask.pose in ("standing", "walking"):
        held = ["cane"]
    if held and ask.pose == "carrying":
        ask = replace(ask, pose="walking")
    if "violin" in held and ask.pose in ("", "standing"):
        ask = replace(ask, pose="playing")
    pose = posed(ask, ask.pose or "standing")
    if "from behind" in ask:
        pose = replace(pose, turn=pose.turn + 165.0)
    grips = ["", ""]
    for side, name in zip((1, 0), held, strict=False):
        hold = HELD[name].hold
        if hold is not None and ask.pose in ("standing", "walking", "sitting", "waving", "running",
            "pointing"):
            pose = _holding(pose, side, hold, build)
        grips[side] = "fist"
    if ask.pose in ("climbing", "pulling", "carrying", "playing"):
        grips = ["fist", "fist"]
    style = "curls" if "child" in ask and ask.rng.random() < 0.5 else ""
    outfit = OUTFITS[chosen]
    if "child" in ask and chosen == "dress":
        outfit = replace(outfit, skirt=0.6, flare=0.12)
    parts, figure = figure_parts(ask, pose, build, outfit, grips=grips, hair_style=style)
    parts += add_ons(ask, figure, held)
    if ask.pose in SEATED:
        parts.append(_seat(figure))
    model = anchored(parts, figure)
    return model.mapped(lambda mesh: mesh.mirrored()) if ask.rng.random() < 0.35 else model


def _holding(pose: Pose, side: int, at: tuple[float, float, float], build: Build) -> Pose:
    """The pose with one hand at a place relative to the hips."""
    x, y, z = at
    target = (pose.hips[0] - x if side else pose.hips[0] + x, pose.hips[1] + y, pose.hips[2] + z)
    hint = (-0.7 if side else 0.7, -1.0, -0.4)
    hands = (pose.hands[0], target) if side else (target, pose.hands[1])
    elbows = (pose.elbows[0], hint) if side else (hint, pose.elbows[1])
    return replace(pose, hands=hands, elbows=elbows)


def _seat(figure: Figure) -> Part:
    s = figure.build.scale
    height = float(figure.hips[1]) - 0.1 * s
    block = box(0.5 * s, height, 0.44 * s, bevel=0.02)
    return Part("seat", block.moved(float(figure.hips[0]), 0, float(figure.hips[2]) - 0.06 * s),
        "dark_wood")


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
        replace(POSES["arms folded"], turn=0.0, head=(6.0, 0.0, -5.0)), 0.4),
    "walking": (replace(POSES["walking"], turn=0.0, hands=((0.3, 0.95, 0.12), (-0.25, 1.0, 0.3))),
        replace(POSES["walking"], turn=0.0, hands=((0.27, 0.95, -0.22), (-0.3, 0.95, 0.1))), 0.31)
}


def _of(ask: Request, *words: str, pose: str = "") -> Request:
    """The request for one of several: its own attributes and the shared ones."""
    return Request(ask.rng, pose, frozenset(words) | (ask.attributes - set(_KINDS)))


def _turned(parts: Sequence[Part], angle: float, x: float, z: float) -> list[Part]:
    return [replace(p, mesh=p.mesh.turned(y=angle).moved(x, 0, z)) for p in parts]


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
        one = _of(ask, kind, *age)
        build = build_of(one, woman=kind == "woman")
        outfit = OUTFITS["dress" if kind == "woman" else ("trousers" if ask.pose == "wrestling"
            else "suit")]
        if d > 0:
            outfit = replace(outfit, top="second", skirt_of="second", legs="dark_cloth"
                if outfit.legs else "")
        body, _ = figure_parts(one, pose, build, outfit, hat=None if d < 0 else "")
        parts += _turned(body, 0.0 if beside else -90.0 * d, apart * d, 0.0)
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
    "crawling": Pose(hips=(0.0, 0.44, -0.3), spine=(0.0, -0.12, 1.0), front=(0.0, -1.0, 0.3),
        tilt=0.0, sway=4.0, head=(-58.0, -14.0, 0.0), hands=((0.2, 0.02, 0.4), (-0.22, 0.02, 0.28)),
        elbows=((1.0, 0.3, -0.4), (-1.0, 0.3, -0.4)), palms=((0, -1, 0.2), (0, -1, 0.2)),
        grips=("open", "open"), feet=((0.2, 0.1, -0.8), (-0.2, 0.1, -0.66)), toes=((0, -0.2, -1.0),
        (0, -0.2, -1.0)), knees=((0.3, -0.8, 1.0), (-0.3, -0.8, 1.0)), turn=56.0)
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
    head = placed(head_parts(_of(ask, "child"), figure.build, hat="", hair_style="bald"),
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
    one = _of(ask, "child")
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
    small = _of(ask, "child")
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
    parts += _turned(kid, 0.0, x, z)
    return anchored(parts, figure).mapped(lambda m: m.turned(y=32.0))


@form("mother and child", "people", 1.5, "sitting, standing, walking", "veil, hood")
def mother_and_child(ask: Request) -> Model:
    """A mother who holds a baby, or leads a child by the hand."""
    woman = _of(ask, "woman")
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
        parts.append(_seat(figure))
    return anchored(parts, figure)


def _crowd(ask: Request, count: int) -> list[list[Part]]:
    """Simplified figures, a few made and the rest copies of them in other colours."""
    made: list[list[Part]] = []
    for k in range(min(count, 4)):
        kind = "woman" if ask.rng.random() < 0.5 else "man"
        covers = ("hat", "cap", "", "") if kind == "man" else ("headscarf", "hat", "", "")
        one = _of(ask, kind, *(("beard",) if kind == "man" and k % 2 else ()))
        names = ("standing", "arms folded", "hands on hips", "standing")
        pose = replace(POSES[names[k]], turn=0.0)
        worn = (_WOMENS if kind == "woman" else _MENS)[int(ask.rng.integers(6))]
        hat = covers[int(ask.rng.integers(4))]
        parts, _ = figure_parts(one, pose, build_of(one, woman=kind == "woman"), OUTFITS[worn],
            hat=hat, coarse=0.013 if count < 6 else 0.028)
        made.append(parts)
    return [made[k % len(made)] for k in range(count)]


def _places(ask: Request, count: int) -> list[tuple[float, float, float]]:
    """x, z and the turn of each."""
    places = []
    for k in range(count):
        row, column = k // 4, k % 4
        places.append(((column - 1.5 + 0.5 * (row % 2)) * 0.72 + ask.between(-0.1, 0.1), -row * 0.7
            + 0.25 * abs(column - 1.5) + ask.between(-0.12, 0.12), ask.between(-40, 40)))
    return places


_TINTS = ("main", "second", "dark_cloth", "main", "cloth", "linen", "leather")


def _gathered(ask: Request, count: int) -> Model:
    parts: list[Part] = []
    for k, (figure, (x, z, turn)) in enumerate(zip(_crowd(ask, count), _places(ask, count),
        strict=True)):
        tint = _TINTS[k % len(_TINTS)]
        size = ask.between(0.93, 1.06)
        for p in figure:
            material = tint if p.material == "main" else p.material
            parts.append(replace(p, mesh=p.mesh.scaled(size).turned(y=turn).moved(x, 0, z),
                material=material))
    return Model.of(*_joined(parts))


def _joined(parts: Sequence[Part]) -> list[Part]:
    """Parts of the same material as one."""
    names = dict.fromkeys(p.material for p in parts)
    return [Part(name, merge(p.mesh for p in parts if p.material == name), name) for name in names]


@form("crowd", "people", 1.8)
def crowd(ask: Request) -> Model:
    """Seven to fourteen people together."""
    return _gathered(ask, int(ask.rng.integers(7, 13)))


@form("group", "people", 1.8)
def group(ask: Request) -> Model:
    """Three or four people together."""
    return _gathered(ask, int(ask.rng.integers(3, 5)))
