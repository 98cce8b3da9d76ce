"""People: one articulated figure in many poses and dresses, and groups of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from worker.studio.scene.body.flesh import evened, flesh
from worker.studio.scene.body.bones import Pose, unit
from worker.studio.scene.body.rig import Figure, solve
from worker.studio.scene.body.shape import OLD, Build, space
from worker.studio.scene.forms.people_dress import OUTFITS, Outfit, dressed
from worker.studio.scene.forms.people_hats import HATS
from worker.studio.scene.forms.people_heads import HAIR, face_of, head_parts, placed
from worker.studio.scene.forms.people_held import HELD, add_ons
from worker.studio.scene.forms.people_poses import (CALM_SITS, CALM_STANDS, CHILD_STANDS,
    PLAIN_STANDS, POSES, SITS, STANDS)
from worker.studio.scene.mesh import Array, Mesh, box, merge
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
HEADLESS, BODILY = "headless", (*_KINDS, *_DRESS)
"""Attribute of a body on which something takes the place of the head, and those that it keeps."""
SEATED = ("sitting", "head in hands")


def build_of(ask: Request, *, woman: bool) -> Build:
    """A seeded body and face."""
    child, brown = "child" in ask, ask.rng.random() < 0.25
    face = face_of(ask, woman=woman, child=child, brown=brown)
    if child:
        return Build(ask.between(0.94, 1.16), ask.between(0.95, 1.05), woman,
            ask.between(0.4, 0.75), face)
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


def posed(ask: Request, name: str, *, free: bool = True) -> Pose:
    """A row of the table, bent by age and loosened a little; not `free`, a hand holds something."""
    pose = POSES[name]
    if HEADLESS in ask and name in ("standing", "sitting"):
        ways = CALM_SITS if name == "sitting" else CALM_STANDS
        pose = ways[int(ask.rng.integers(len(ways)))]
    elif name in ("standing", "sitting"):
        ways = SITS if name == "sitting" else CHILD_STANDS if "child" in ask else STANDS
        last = len(ways) if free else min(PLAIN_STANDS, len(ways))
        pose = ways[int(ask.rng.integers(last))]
    nod, turn, tilt = pose.head
    loose = (nod + ask.between(-4, 4), turn + ask.between(-9, 9), tilt + ask.between(-3, 3))
    pose = replace(pose, head=loose)
    bent = ("standing", "walking", "sitting", "reading", "pointing")
    if "old" in ask and HEADLESS not in ask and name in bent:
        x, y, z = pose.spine
        return replace(pose, spine=(x, y, z + 0.36), stoop=0.07, head=(loose[0] + 6, *loose[1:]))
    return pose


_FILL = 0.1
"""Light of a face's own, as painters give it: in the deepest shade it is still a face."""


def bare_head(figure: Figure, *, even: float = 0.66) -> list[Part]:
    """The skin of a head and its lips; `even` is how far one light parts it.

    The face is one plane, a little upwards even when the head is bowed: hollows of the eyes that
    are black to light from above look like blots where a technique has two tones.
    """
    skin, fit = skin_of(figure.build), space(figure.build)
    facing = figure.head_frame[:, 2] * (1, 0, 1) + figure.head_frame[:, 2].clip(0) * (0, 1, 0)
    plane = unit(facing + np.array([0, 0.34, 0]))
    parts = []
    for name, of in (("head", skin), ("lips", "lips" if skin == "skin" else "leather"),
        ("throat", "blood")):
        mesh = flesh(figure, *((name, "neck") if name == "head" else (name,)))
        assert mesh
        x, y, z = ((mesh.points - figure.head) @ figure.head_frame / fit.size).T
        front = np.clip((z - 0.1) / 0.14, 0, 1) * np.clip((y + 0.5) / 0.1, 0, 1)
        nose = np.exp(-((x / 0.09) ** 2) - ((y + 0.1) / 0.12) ** 2)
        weight = even * front * np.clip(1.35 - (x / 0.36) ** 2, 0, 1) * (1 - 0.6 * nose)
        hollow = np.exp(-(((np.abs(x) - 0.16) / 0.12) ** 2) - ((y - 0.03) / 0.11) ** 2)
        weight += np.maximum(0.92 - weight, 0) * hollow * front
        normals = evened(mesh.normals, weight, plane)
        parts.append(Part(name, replace(mesh, normals=normals), of, open=True, glow=_FILL))
    return parts


def figure_parts(ask: Request, pose: Pose, build: Build, outfit: Outfit, *, hat: str | None = None,
    coarse: float = 0.0, grips: Sequence[str] = ("", ""), hair_style: str = "") -> tuple[list[Part],
    Figure]:
    """One dressed figure, not yet turned, and its joints."""
    figure = solve(pose, build, grips=grips)
    parts = dressed(ask, figure, outfit, skin=skin_of(build), coarse=coarse)
    if HEADLESS in ask:
        neck = flesh(figure, "neck")
        assert neck
        return [*parts, Part("neck", neck, skin_of(build))], figure
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
    where = {"head": figure.head, "neck": figure.neck, "back": back, "hand": figure.palm(1),
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
    if HEADLESS in ask:
        usual = ("dress", "coat") if woman else ("suit", "coat", "overcoat")
    if {"wings", "halo"} & ask.attributes:
        usual = ("robe",)
    elif "child" in ask or "sack" in ask:
        usual = ("smock", "dress") if woman else ("smock", "jumper", "shirt")
    chosen = next((d for d in _DRESS if d in ask), usual[int(ask.rng.integers(len(usual)))])
    held = [name for name in HELD if name in ask]
    if "old" in ask and HEADLESS not in ask and not held and ask.pose in ("standing", "walking"):
        held = ["cane"]
    if held and ask.pose == "carrying":
        ask = replace(ask, pose="walking")
    if "violin" in held and ask.pose in ("", "standing"):
        ask = replace(ask, pose="playing")
    pose = posed(ask, ask.pose or "standing", free=not held)
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
    # From behind, smooth hair looks like a bald head.
    style = style or {"running": "tail" if woman else "curls"}.get(ask.pose, "")
    outfit = OUTFITS[chosen]
    if "child" in ask and chosen == "dress":
        outfit = replace(outfit, skirt=0.6, flare=0.12)
    parts, figure = figure_parts(ask, pose, build, outfit, grips=grips, hair_style=style)
    parts += add_ons(ask, figure, held)
    if ask.pose in SEATED:
        parts.append(seat(figure))
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


def seat(figure: Figure) -> Part:
    """A block to sit on."""
    s = figure.build.scale
    height = float(figure.hips[1]) - 0.1 * s
    block = box(0.5 * s, height, 0.44 * s, bevel=0.02)
    return Part("seat", block.moved(float(figure.hips[0]), 0, float(figure.hips[2]) - 0.06 * s),
        "dark_wood")


def of(ask: Request, *words: str, pose: str = "") -> Request:
    """The request for one of several: its own attributes and the shared ones."""
    return Request(ask.rng, pose, frozenset(words) | (ask.attributes - set(_KINDS)))


def turned(parts: Sequence[Part], angle: float, x: float, z: float) -> list[Part]:
    """Parts turned about the upright and set elsewhere."""
    return [replace(p, mesh=p.mesh.turned(y=angle).moved(x, 0, z)) for p in parts]


_EXTRAS, _FEW = 8, 6
"""Different people that crowds and groups are drawn from, and how many of them are in one."""
_COVERS = {"man": ("hat", "cap", ""), "woman": ("headscarf", "hat", ""), "child": ("cap", "", "")}


@cache
def _extra(number: int, coarse: float) -> tuple[Part, ...]:
    """One of those who make up crowds: made once, for all crowds are drawn from the same few."""
    rng = np.random.default_rng(number)
    kind = ("man", "woman", "man", "woman", "man", "child", "woman", "man")[number % _EXTRAS]
    words = (kind, *(("beard",) if number == 2 else ()), *(("old",) if number in (3, 4) else ()))
    ask = Request(rng, "", frozenset(words))
    woman = kind == "woman"
    ways = CHILD_STANDS if kind == "child" else STANDS
    pose = replace(ways[number % len(ways)], turn=0.0)
    worn = "smock" if kind == "child" else (_WOMENS if woman else _MENS)[number % 6]
    parts, _ = figure_parts(ask, pose, build_of(ask, woman=woman), OUTFITS[worn],
        hat=_COVERS[kind][number % 3], coarse=coarse)
    return tuple(_joined(parts))


def _crowd(ask: Request, count: int) -> list[tuple[Part, ...]]:
    """Some of the extras, each once as long as there are enough."""
    order = ask.rng.permutation(_EXTRAS).tolist()
    chosen = order[:count] if count < _FEW else order[:_FEW]
    coarse = 0.013 if count < _FEW else 0.032
    return [_extra(chosen[k % len(chosen)], coarse) for k in range(count)]


def _places(ask: Request, count: int) -> list[tuple[float, float, float]]:
    """x, z and the turn of each: a few stand close and turn to each other."""
    places = []
    wide, inward = (0.6, 24.0) if count < _FEW else (0.72, 0.0)
    for k in range(count):
        row, column = k // 4, k % 4
        places.append(((column - 1.5 + 0.5 * (row % 2)) * wide + ask.between(-0.1, 0.1), -row * 0.7
            + 0.25 * abs(column - 1.5) + ask.between(-0.12, 0.12), ask.between(-40, 40)
            - inward * (column - 1.5)))
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
    """Parts of the same material and light as one, without those that are too small for it."""
    alike: dict[tuple[str, float, bool], list[Mesh]] = {}
    for part in parts:
        alike.setdefault((part.material, part.glow, part.drawn), []).append(part.mesh)
    return [Part(material, merge(meshes), material, glow=glow, drawn=drawn)
        for (material, glow, drawn), meshes in alike.items() if any(len(m.faces) for m in meshes)]


@form("crowd", "people", 1.8)
def crowd(ask: Request) -> Model:
    """Seven to twelve people together."""
    return _gathered(ask, int(ask.rng.integers(7, 13)))


@form("group", "people", 1.8)
def group(ask: Request) -> Model:
    """Three or four people together."""
    return _gathered(ask, int(ask.rng.integers(3, 5)))
