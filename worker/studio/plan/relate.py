"""Which relation two actors of a plan have to each other: as in life, or a surreal one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from storage.archive.plan import Actor, Relation
from worker.studio.plan.choices import Choices
from worker.studio.plan.depiction import Depiction
from worker.studio.scene.arrange import make_actor
from worker.studio.scene.colours import NATURAL
from worker.studio.scene.forms.people_hats import HATS
from worker.studio.scene.model import FORMS
from worker.studio.scene.relations import COLOSSAL, SURREAL, size_of
from worker.studio.scene.settings import SETTINGS, SettingKind

Rng = np.random.Generator

_SUPPORTED = (
    "ladder", "spear", "bicycle", "umbrella", "violin", "guitar", "wheel", "sword", "rifle",
    "broom", "spade", "scythe", "walking stick", "crutch", "picture frame", "mirror", "axe",
    "harp", "anchor", "shield",
)  # fmt: skip
_FRAMES = ("arch", "gate", "door", "triumphal arch", "cave", "window", "picture frame", "mirror")
_SHELLS = ("cage", "jar", "bottle", "tent", "basket", "box", "chest")
_BASES = ("furniture", "monument", "street", "building", "fitting")
_STEADY = ("building", "monument", "tree", "furniture", "street", "element")
_ROCKS = ("rock", "boulders", "mountain", "cliff", "island")
_NO_BASES = (
    *_FRAMES, "curtain", "bath", "loom", "well", "coffin", "throne", "telegraph pole", "signpost",
    "streetlight", "flag", "cross", "swing", "ladder", "fence", "railing",
)  # fmt: skip
_BEASTS = ("horse", "donkey", "elephant", "camel", "cart", "turtle")
_LEAST_SEAT = 0.3
"""Share of a thing's height from which on another may stand on its seat."""
STAFFAGE = ("man", "woman", "child")
"""Concepts of the table that complete a surreal relation where the pool has none for it."""
_HOVERS = 0.4
"""Weight of what hovers beside the other surreal relations: it is often taken for a fault."""
_FACING = 40.0
"""Degrees that a figure without its head is turned by at most: its breast is seen."""
_LEAST_DWARFED = 0.6
"""Metres from which on a thing can be small beside a giant."""
_PARTS = {"head", "bust", "torso", "hand", "foot", "eye", "ear", "nose", "mouth"}
"""Parts of bodies: beside something else they look cut off."""
_HOLDING = (
    "standing", "walking", "pointing", "waving", "arms raised", "sitting", "kneeling",
    "dancing",
)  # fmt: skip
_REAL = {
    "holds": (0.08, 0.5), "carries": (0.15, 0.8), "bears": (0.1, 0.8), "frames": (0.15, 0.9),
    "encloses": (0.05, 0.9), "supports": (0.2, 1.2),
}  # fmt: skip
"""Height of the object over that of the subject, in life: beyond it the scale would be absurd."""
_GIANTS = {
    "body", "vessel", "container", "tableware", "fruit", "food", "flower", "tool", "music",
    "science", "machine", "time", "light", "garment", "game", "symbol", "emblem", "furniture",
    "bird", "sea", "small animal", "element", "paper", "gear", "weapon", "fitting", "quadruped",
}  # fmt: skip
"""Families of which one thing may be a giant in a landscape."""
_DWARFED = {"people", "quadruped", "building", "boat", "ship"}
"""Families of what is small beside a giant: their size is known."""
_ALOFT = {
    "body", "vessel", "fruit", "food", "flower", "music", "science", "machine", "time", "light",
    "garment", "game", "symbol", "emblem", "sea", "element", "paper", "weapon", "fitting",
    "furniture", "linen",
}  # fmt: skip
"""Families of what hangs in the air over something small."""
_FOR_HEADS = {
    "vessel", "fruit", "flower", "time", "light", "machine", "bird", "small animal", "sea",
    "element", "game", "symbol", "building", "music", "science", "tableware", "container", "plant",
}  # fmt: skip
"""Families of what takes the place of a head."""
_FLATTEST, _THINNEST = 0.45, 0.3
"""Least height over its width, and least width over its height, of two that are to be known."""
_HEADED = ("person", "head")
_MASKED = {*HATS, "beard", "moustache", "halo", "wig", "glasses", "long hair", "bald"}
"""Attributes of a head that is not there."""


@dataclass(frozen=True)
class SurrealRelation:
    """A surreal relation: its kind, and the rows of its subject and its object."""

    kind: str
    subject: Depiction
    object: Depiction

    @property
    def placed(self) -> Depiction:
        """Whose surroundings the setting is: of the one that has its own size."""
        return self.subject if self.kind == "lacks its head for" else self.object

    def fits(self, kind: SettingKind) -> bool:
        """Whether a setting has the place for it: a giant needs the open."""
        there = FORMS[self.placed.form].where in kind.takes
        return there and (kind.is_open or self.kind not in COLOSSAL)


@cache
def _is_bulky(form: str, pose: str) -> bool:
    """Whether a form is neither flat nor thin: else nobody sees what is so large, or so small."""
    one = Actor(concept=form, form=form, pose=pose)
    wide, tall, _ = size_of(make_actor(one))
    return bool(_FLATTEST < tall / wide < 1 / _THINNEST)


def draw_surreal(rows: Sequence[Depiction], rng: Rng) -> SurrealRelation | None:
    """A surreal relation between the first concept and another one, if one is possible."""
    first, found = rows[0], []
    for other in rows[1:]:
        for one, two in ((first, other), (other, first)):
            if {one.form, two.form} <= set(FORMS) and one.form != two.form:
                found += [SurrealRelation(kind, one, two) for kind in _surreal_kinds(one, two)]
    if not found:
        return None
    odds = np.array([_HOVERS if one.kind == "hovers over" else 1.0 for one in found])
    return found[int(rng.choice(len(found), p=odds / odds.sum()))]


def _surreal_kinds(one: Depiction, two: Depiction) -> list[str]:
    """Surreal relations that `one` may have to `two`."""
    a, b = FORMS[one.form], FORMS[two.form]
    found = []
    known = b.family in _DWARFED and b.where in ("ground", "water") and b.height > _LEAST_DWARFED
    if known and _is_bulky(a.name, one.pose) and _is_bulky(b.name, two.pose):
        if a.family in _GIANTS and {a.where, b.where} <= {"ground", "table"}:
            found.append("towers over")
        if a.family in _ALOFT and a.where in ("ground", "table", "water"):
            found.append("hovers over")
    head = b.family in _FOR_HEADS and b.where in ("ground", "table")
    if a.name in _HEADED and head and _is_bulky(b.name, two.pose):
        found.append("lacks its head for")
    return found


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
        first, second = first.model_copy(update={"scale": "giant"}), _beside_giant(second)
    elif kind in SURREAL:
        kept = tuple(word for word in first.attributes if word not in _MASKED)
        turn = float(np.clip(first.turn, -_FACING, _FACING))
        first = first.model_copy(update={"attributes": kept, "turn": turn})
    return (Relation(kind=kind, subject=0, object=1),), (first, second, *rest)


def _beside_giant(actor: Actor) -> Actor:
    """It looks at the giant, and keeps the colour that it is known by."""
    family = FORMS[actor.form].family
    if family == "people":
        return actor.model_copy(update={"turn": 180.0 + actor.turn % _FACING})
    return actor.model_copy(update={"colour": ""}) if family in NATURAL else actor


def chosen_relation(
    actors: tuple[Actor, ...], chosen: Choices
) -> tuple[tuple[Relation, ...], tuple[Actor, ...]]:
    """The relation that was chosen, if both its actors are there."""
    index = {actor.concept: number for number, actor in enumerate(actors)}
    if chosen.relation is None or not {*chosen.relation[1:]} <= set(index):
        return (), actors
    kind, subject, object_ = chosen.relation
    return tied(kind, index[subject], index[object_], actors)


def relations_of(one: str, pose: str, other: str, setting: str) -> set[str]:
    """The relations that one form may have to another."""
    first, second = Actor(concept="one", form=one, pose=pose), Actor(concept="other", form=other)
    rows = Depiction("one", form=one, pose=pose), Depiction("other", form=other)
    surreal = (SurrealRelation(kind, *rows) for kind in _surreal_kinds(*rows))
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
    if _PARTS & {a.name, b.name}:
        return []
    found: list[str] = []
    ground = {a.where, b.where} <= {"ground", "table"}
    held = b.where in ("table", "ground", "wall") and one.pose in _HOLDING
    if a.name == "person" and held:
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
