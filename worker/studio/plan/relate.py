"""Which relation two actors of a plan have to each other."""

from __future__ import annotations

import numpy as np

from storage.archive.plan import Actor, Relation
from worker.studio.plan.choices import Choices
from worker.studio.scene.arrange import make_actor
from worker.studio.scene.model import FORMS
from worker.studio.scene.relations import PATTERN
from worker.studio.scene.settings import SETTINGS, SettingKind

Rng = np.random.Generator

_UNRELATED = 0.08
"""Share of plans whose two actors have no relation though they could."""
_SUPPORTED = (
    "ladder", "spear", "bicycle", "umbrella", "violin", "guitar", "wheel", "sword", "rifle",
    "broom", "spade", "scythe", "walking stick", "crutch", "picture frame", "mirror", "axe",
    "harp", "anchor", "shield",
)  # fmt: skip
_FRAMES = ("arch", "gate", "door", "triumphal arch", "cave", "window", "picture frame", "mirror")
_SHELLS = ("cage", "jar", "bottle", "tent", "basket", "box", "chest")
_WALLPAPERED = ("room", "table", "cloth")
"""Settings with a wall that can bear a pattern."""
_BASES = ("furniture", "monument", "street", "building", "fitting")
_ROCKS = ("rock", "boulders", "mountain", "cliff", "island")
_LEAST_SEAT = 0.3
"""Share of a thing's height from which on another may stand on its seat."""
_PARTS = {"head", "bust", "torso", "hand", "foot", "eye", "ear", "nose", "mouth"}
"""Parts of bodies: beside something else they look cut off."""
_FOLK = ("person", "head", "couple", "group", "crowd", "rider", "mother and child", "hand", "bust")
_HOLDING = (
    "standing", "walking", "pointing", "waving", "arms raised", "sitting", "kneeling",
    "dancing",
)  # fmt: skip


def draw_relation(
    actors: tuple[Actor, ...], kind: SettingKind, rng: Rng
) -> tuple[tuple[Relation, ...], tuple[Actor, ...]]:
    """At most one relation, between the first two actors that can have one."""
    if len(actors) < 2 or rng.random() < _UNRELATED:
        return (), actors
    choices: list[tuple[str, int, int]] = []
    for a in range(2):
        b = 1 - a
        choices += [(name, a, b) for name in _possible(actors[a], actors[b], kind)]
    if not choices:
        return (), actors
    name, a, b = choices[int(rng.integers(len(choices)))]
    return _tied(name, a, b, actors)


def _tied(
    kind: str, subject: int, object_: int, actors: tuple[Actor, ...]
) -> tuple[tuple[Relation, ...], tuple[Actor, ...]]:
    """The relation, its subject first (the layout follows it), its object life-size."""
    moved = actors[object_].model_copy(update={"scale": "life"})
    rest = (a for i, a in enumerate(actors) if i not in (subject, object_))
    first, second = actors[subject], moved
    return (Relation(kind=kind, subject=0, object=1),), (first, second, *rest)


def chosen_relation(
    actors: tuple[Actor, ...], chosen: Choices
) -> tuple[tuple[Relation, ...], tuple[Actor, ...]]:
    """The relation that was chosen, if both its actors are there."""
    index = {actor.concept: number for number, actor in enumerate(actors)}
    if chosen.relation is None or not {*chosen.relation[1:]} <= set(index):
        return (), actors
    kind, subject, object_ = chosen.relation
    return _tied(kind, index[subject], index[object_], actors)


def relations_of(one: str, pose: str, other: str, setting: str) -> set[str]:
    """The relations that one form may have to another."""
    first, second = Actor(concept="one", form=one, pose=pose), Actor(concept="other", form=other)
    return set(_possible(first, second, SETTINGS[setting]))


def _has_seat(one: Actor) -> bool:
    """Whether it has a place where another can stand: on a tip things float."""
    model = make_actor(one)
    (_, low, _), (_, high, _) = model.bounds
    seat = model.anchors.get("seat")
    return seat is not None and seat[1] - low >= _LEAST_SEAT * (high - low)


def _possible(one: Actor, other: Actor, kind: SettingKind) -> list[str]:
    """Relations that `one` may have to `other`."""
    a, b = FORMS[one.form], FORMS[other.form]
    found: list[str] = []
    if _PARTS & {a.name, b.name}:
        return found
    ground = {a.where, b.where} <= {"ground", "table"}
    if a.name == "person":
        if b.height <= 0.9 and b.where in ("table", "ground", "wall") and one.pose in _HOLDING:
            found += ["holds"] * 3
        if (
            b.where in ("table", "ground")
            and one.pose in _HOLDING
            and b.name not in (*_FOLK, *_SUPPORTED, *_FRAMES)
            and b.height < 12
        ):
            found.append("has the head of")
    if a.name in ("horse", "donkey", "elephant", "camel", "cart", "turtle") and ground:
        found += ["carries"] * 2
    base = (a.family in _BASES or a.name in _ROCKS) and a.name not in (
        *_FRAMES,
        "curtain",
        "bath",
        "loom",
        "well",
        "coffin",
    )
    if base and ground and b.height < 4 and _has_seat(one):
        found.append("bears")
    if a.name in _FRAMES and ground:
        found += ["frames"] * 2
    if a.name in _SHELLS and b.where in ("table", "ground", "air"):
        found += ["encloses"] * 2
    if b.name in _SUPPORTED and ground and a.where == "ground":
        found += ["supports"] * 2
    if ground and not found and kind.name != "air" and 0.2 <= b.height / a.height <= 1.0:
        found.append("has before it")
    walled = kind.name in _WALLPAPERED and a.where in ("ground", "table")
    if walled and b.name not in _FOLK and other.pose in ("", FORMS[other.form].poses[0]):
        found.append(PATTERN)
    if a.where == "water" and kind.name in ("sea", "lake"):
        found.append("is reflected as")
    return found
