"""Which relation two actors of a plan have to each other: as in life, or a surreal one."""

from __future__ import annotations

import numpy as np

from storage.archive.plan import Actor, Relation
from worker.studio.plan.choices import Choices
from worker.studio.plan.depiction import Depiction
from worker.studio.plan.surreal import (
    PARTS,
    SurrealRelation,
    as_giant,
    as_head,
    beside_giant,
    surreal_kinds,
    without_head,
)
from worker.studio.scene.arrange import make_actor
from worker.studio.scene.forms.people_held import HELD
from worker.studio.scene.model import FORMS
from worker.studio.scene.relations import COLOSSAL, SURREAL
from worker.studio.scene.settings import SETTINGS, SettingKind

Rng = np.random.Generator

_SUPPORTED = (
    "ladder", "spear", "bicycle", "umbrella", "violin", "guitar", "wheel", "sword", "rifle",
    "broom", "spade", "scythe", "walking stick", "crutch", "picture frame", "mirror", "axe",
    "harp", "anchor", "shield",
)  # fmt: skip
_FRAMES = ("arch", "gate", "triumphal arch", "cave")
_SHELLS = ("cage", "jar", "bottle", "tent", "basket", "box", "chest")
_BASES = ("furniture", "monument", "street", "building", "fitting")
_STEADY = ("building", "monument", "tree", "furniture", "street", "element")
_ROCKS = ("rock", "boulders", "mountain", "cliff", "island")
_NO_BASES = (
    *_FRAMES, "door", "window", "picture frame", "mirror", "curtain", "bath",
    "loom", "well", "coffin", "throne", "telegraph pole", "signpost",
    "streetlight", "flag", "cross", "swing", "ladder", "fence", "railing",
)  # fmt: skip
_BEASTS = ("horse", "donkey", "elephant", "camel", "cart", "turtle")
_LEAST_SEAT = 0.3
"""Share of a thing's height from which on another may stand on its seat."""
_HOLDING = (
    "standing", "walking", "pointing", "waving", "arms raised", "sitting", "kneeling",
    "dancing",
)  # fmt: skip
_REAL = {
    "holds": (0.08, 0.5), "carries": (0.15, 0.8), "bears": (0.1, 0.8), "frames": (0.15, 0.9),
    "encloses": (0.05, 0.9), "supports": (0.2, 1.2),
}  # fmt: skip
"""Height of the object over that of the subject, in life: beyond it the scale would be absurd."""


def draw_relation(
    actors: tuple[Actor, ...], kind: SettingKind, rng: Rng
) -> tuple[tuple[Relation, ...], tuple[Actor, ...]]:
    """A relation between two actors, if they can have one."""
    choices = [
        (name, a, 1 - a) for a in range(2) for name in _possible(actors[a], actors[1 - a], kind)
    ]
    if not choices:
        return (), actors
    name, a, b = choices[int(rng.integers(len(choices)))]
    return tied(name, a, b, actors)


def tied(
    kind: str, subject: int, object_: int, actors: tuple[Actor, ...]
) -> tuple[tuple[Relation, ...], tuple[Actor, ...]]:
    """The relation, its subject first (the layout follows it), its object life-size."""
    rest = (a for i, a in enumerate(actors) if i not in (subject, object_))
    first = actors[subject]
    second = actors[object_].model_copy(update={"scale": "life"})
    if kind in COLOSSAL:
        first, second = as_giant(first), beside_giant(second)
    elif kind in SURREAL:
        first, second = without_head(first), as_head(second)
    return (Relation(kind=kind, subject=0, object=1),), (first, second, *rest)


def chosen_relation(
    actors: tuple[Actor, ...], chosen: Choices
) -> tuple[tuple[Relation, ...], tuple[Actor, ...]]:
    """The relation that was chosen, if both its actors are there."""
    index = {actor.concept: number for number, actor in enumerate(actors)}
    if chosen.relation is None or not {*chosen.relation[1:]} <= set(index):
        return (), actors
    kind, subject, object_ = chosen.relation
    return tied(kind, index[subject], index[object_], actors)


def relations_of(one: str, pose: str, other: str, setting: str, *, then: str = "") -> set[str]:
    """The relations that one form in its pose may have to another; `then` is the pose of that."""
    first, second = Actor(concept="one", form=one, pose=pose), Actor(concept="other", form=other)
    # A composer says what a bust is: any may be a person's.
    rows = Depiction("man", True, one, pose), Depiction("other", form=other, pose=then)
    surreal = (SurrealRelation(kind, *rows) for kind in surreal_kinds(*rows))
    kind = SETTINGS[setting]
    return {*_possible(first, second, kind), *(m.kind for m in surreal if m.fits(kind))}


def _has_seat(one: Actor) -> bool:
    """Whether it has a place where another can stand: on a tip things float."""
    model = make_actor(one)
    (_, low, _), (_, high, _) = model.bounds
    seat = model.anchors.get("seat")
    return seat is not None and seat[1] - low >= _LEAST_SEAT * (high - low)


def _possible(one: Actor, other: Actor, kind: SettingKind) -> list[str]:
    """Relations that `one` may have to `other`: each holds in space and at the scale of life."""
    a, b = FORMS[one.form], FORMS[other.form]
    if PARTS & {a.name, b.name}:
        return []
    found: list[str] = []
    ground = {a.where, b.where} <= {"ground", "table"}
    held = b.where in ("table", "ground", "wall") and one.pose in _HOLDING
    if a.name == "person" and held and not {*HELD} & {*one.attributes}:
        found.append("holds")
    if a.name in _BEASTS and ground:
        found.append("carries")
    base = (a.family in _BASES or a.name in _ROCKS) and a.name not in _NO_BASES
    if base and ground and _has_seat(one):
        found.append("bears")
    if a.name in _FRAMES and ground:
        found.append("frames")
    if a.name in _SHELLS and b.where in ("table", "ground", "air"):
        found.append("encloses")
    if b.name in _SUPPORTED and ground and a.family in _STEADY:
        found.append("supports")
    real = b.height / a.height
    return [name for name in found if _REAL[name][0] <= real <= _REAL[name][1]]
