"""From a concept's row to an actor: its pose, scale, turn and colour, and whether it is alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from storage.archive.plan import Actor, Pigment, Structure
from worker.studio.field.colour import from_hex, luminance
from worker.studio.plan.depiction import Depiction
from worker.studio.plan.light import TELLING
from worker.studio.plan.place import NO_SCALE
from worker.studio.scene.arrange import make_actor
from worker.studio.scene.colours import NATURAL
from worker.studio.scene.layout import PORTRAITS
from worker.studio.scene.mesh import rotation
from worker.studio.scene.model import FORMS, Form
from worker.studio.scene.settings import SettingKind
from worker.studio.scene.sky import HOURS

Rng = np.random.Generator

_ACCENTED = 0.4
"""Share of single actors that wear the accent colour."""
SMALL = 0.62
"""Metres: forms up to this height lie on a table at their own size."""
_KEPT_TURN = 0.25
"""Share of its turn that is left to what hangs flat on a wall, or is made in profile."""
_OWN_COLOUR = 0.85
"""Share of animals, trees and buildings that keep their natural colour."""
_POSES = ("upright", "open", "closed", "arms raised", "arms folded", "hands on hips")
_GLOWING = 0.4
"""Least luminance of the colour that a luminous thing wears."""
_ALONE = {"building": 0.15, "ship": 0.2, "tree": 0.2}
"""Share of single actors by family that are small in a wide space; no others are."""
_BACK, _PROFILE = (150.0, 200.0), (62.0, 90.0)
"""Degrees that a figure is turned by where it is seen from behind or from the side."""
_STRIDES = ("walking", "running", "leaping")
"""Poses of people that are seen from their widest side, as riders are: from the front or from
behind one leg hides the other."""
_TURNS = [0.4, 0.35, 0.25]
"""Shares of single figures from behind, from the side, and from the front."""
_HALF = (20.0, 55.0)
"""Degrees that others of the family are turned by: of two that hold each other both are seen."""


def draw_actor(
    row: Depiction, index: int, palette: Sequence[Pigment], rng: Rng, *, kind: SettingKind
) -> Actor:
    """The actor that a row asks for; the first one is the main actor."""
    form = FORMS[row.form]
    scale = "life"
    if kind.scale == "table" and form.height > SMALL:
        scale = "tiny"
    elif kind.scale != "table" and form.where == "table" and kind.name not in NO_SCALE:
        scale = "giant"
    free = [pose for i, pose in enumerate(form.poses) if not i or _is_pose(pose)]
    pose = row.pose if row.pose in form.poses else free[int(rng.integers(len(free)))]
    role = "main" if index == 0 else ("accent" if index == 1 else "second")
    colour = next((p.name for p in palette if p.role == role), "")
    if form.family in NATURAL and role != "accent" and rng.random() < _OWN_COLOUR:
        colour = ""
    actor = Actor(
        concept=row.concept,
        form=row.form,
        pose=pose,
        attributes=row.attributes,
        colour=colour,
        scale=scale,
        seed=int(rng.integers(2**31)),
        turn=round(_turn(form, rng), 1),
        mirrored=bool(rng.random() < 0.5),
        staffage=row.staffage,
    )
    strides = form.family == "people" and (pose in _STRIDES or form.name == "rider")
    return across(actor) if strides else actor


def across(actor: Actor) -> Actor:
    """The actor seen from the side on which it is widest: all limbs of a stride are clear."""
    ahead = make_actor(actor.model_copy(update={"turn": 0.0}))
    points = np.concatenate([part.mesh.points for part in ahead.parts])
    angles = range(0, 360, 15)
    spans = [np.ptp((points @ rotation(y=angle).T)[:, 0]) for angle in angles]
    turn = float(angles[int(np.argmax(spans))] + (180 if actor.turn > 0 else 0))
    return actor.model_copy(update={"turn": turn})


def alone(actor: Actor, palette: Sequence[Pigment], rng: Rng) -> tuple[Actor, ...]:
    """The only actor, which may carry the accent."""
    accent = next((p.name for p in palette if p.role == "accent"), "")
    if actor.colour and accent and rng.random() < _ACCENTED:
        actor = actor.model_copy(update={"colour": accent})
    return (actor,)


def small(actor: Actor, kind: SettingKind, hour: str, rng: Rng) -> Structure | None:
    """At times the actor is small in a wide space, for no concept's sake: before a telling sky."""
    form = FORMS[actor.form]
    known = HOURS[hour].key <= TELLING and form.height > SMALL
    share = _ALONE.get(form.family, 0.0) if known else 0.0
    lonely = kind.is_wide and rng.random() < share
    return Structure(kind="isolation") if lonely else None


def _turn(form: Form, rng: Rng) -> float:
    """Degrees about the upright: a figure is seen from behind or from the side, with intent."""
    side = float(rng.choice([-1, 1]))
    if form.family != "people":
        kept = _KEPT_TURN if form.where == "wall" or form.name in PORTRAITS else 1.0
        return side * kept * float(rng.uniform(8, 38))
    if form.name not in ("person", "group", "crowd"):
        return side * float(rng.uniform(*_HALF))
    spans = (_BACK, _PROFILE, (8.0, 38.0))
    return side * float(rng.uniform(*spans[int(rng.choice(3, p=_TURNS))]))


def wearable(actor: Actor, palette: Sequence[Pigment]) -> Actor:
    """The actor in a colour that it can wear.

    None where every part has its own, as dead wood has. A thing that gives light wears no dark
    colour: else the lightest one of the palette.
    """
    dyed = [part for part in make_actor(actor).parts if part.material == "main"]
    if not dyed:
        return actor.model_copy(update={"colour": ""})
    light = {p.name: float(luminance(from_hex(p.colour))) for p in palette}
    glows = any(part.glow for part in dyed)
    if not glows or light.get(actor.colour, 0.0) >= _GLOWING:
        return actor
    return actor.model_copy(update={"colour": max(light, key=lambda name: light[name])})


def _is_pose(pose: str) -> bool:
    """Whether a pose is a way to be, as "rearing"; others make another thing of it, as "lute"."""
    return pose.split(" ", maxsplit=1)[0].endswith("ing") or pose in _POSES
