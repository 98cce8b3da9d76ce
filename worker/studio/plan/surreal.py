"""Surreal relations: giants, what hovers, statues and things for heads, and what may be each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from storage.archive.plan import Actor, Camera, Plan, Setting
from worker.nouns import Kind, classify
from worker.studio.plan.casting import across
from worker.studio.plan.depiction import Depiction
from worker.studio.plan.place import belongs
from worker.studio.plan.recent import forms_of, freshness, kinds_of_relations
from worker.studio.scene.arrange import make_actor
from worker.studio.scene.colours import NATURAL
from worker.studio.scene.forms.people import BODILY, HEADLESS
from worker.studio.scene.layout import look
from worker.studio.scene.model import FORMS, Form
from worker.studio.scene.relations import COLOSSAL, STATUE, size_of
from worker.studio.scene.settings import SettingKind

Rng = np.random.Generator

STAFFAGE = (
    "man", "woman", "child", "horseman", "couple", "dog", "house", "boat", "tree", "chair",
    "piano", "plinth", "birdcage", "umbrella", "letter", "microphone", "dress", "watering can",
    "ship", "bell", "top hat",
)  # fmt: skip
"""Concepts of the table that complete a surreal relation where the pool has none for it."""
HEADS = ("apple", "egg", "house", "camera", "radio", "drum", "ball", "book", "computer")
"""Concepts of the table that take the place of a head where the pool has none for it."""
_ODDS = {
    "towers over": 1.3, "hovers over": 0.7, "encloses": 0.4, STATUE: 0.3,
    "lacks its head for": 2.2,
}  # fmt: skip
"""Weights of the surreal relations, of those that are possible."""
_WITNESS = {"person": 0.2, "dog": 0.4}
"""Weights of forms beside a giant that other works have often."""
_FACING = 35.0
"""Degrees that a figure without its head is turned by at most: its breast is seen."""
_UPRIGHT = 20.0
"""Degrees that what takes the place of a head is turned by at most: it faces the viewer."""
_QUIET = ("walking", "standing")
"""Poses of a figure beside a giant that stands for no concept."""
_SMALL_POSES = (
    *_QUIET, "waving", "pointing", "arms raised", "running", "leaping", "dancing", "kneeling",
    "sitting",
)  # fmt: skip
"""Poses in which a figure can be told when it is small."""
PARTS = {"head", "bust", "torso", "hand", "foot", "eye", "ear", "nose", "mouth"}
"""Parts of bodies: beside something else they look cut off."""
_WHOLE = {"eye", "ear"}
"""Of these, what may hang in the air by itself."""
_GIANTS = {
    "body", "vessel", "container", "tableware", "fruit", "food", "flower", "tool", "music",
    "science", "machine", "time", "light", "garment", "game", "symbol", "emblem", "furniture",
    "element", "paper", "gear", "weapon", "fitting", "plant", "bird", "small animal",
}  # fmt: skip
"""Families of which one may be a giant in a landscape: no beasts, whose size nobody knows."""
_LITTLE = {
    "astronaut", "rider", "couple", "person", "robot", "dog", "bear", "bull", "camel", "cow",
    "donkey", "elephant", "giraffe", "horse", "lion", "sheep", "zebra", "barn", "castle",
    "cathedral", "church", "clock tower", "cottage", "factory", "house", "hut", "lighthouse",
    "monastery", "mosque", "palace", "pavilion", "pyramid", "skyscraper", "temple", "tent",
    "tower", "windmill", "bicycle", "bus", "car", "carriage", "motorcycle", "train", "truck",
    "cannon", "plough", "rocket", "crane", "arch", "column", "obelisk", "door", "ladder",
    "signpost", "statue", "streetlight", "telegraph pole",
}  # fmt: skip
"""Forms of what is small beside a giant that stands for no concept, and is no giant itself."""
_SMALL = _LITTLE | {
    "armchair", "bed", "chair", "table", "throne", "sailing ship", "steamboat",
    "fishing boat", "rowing boat", "sailing boat", "palm", "pine", "poplar", "tree",
}  # fmt: skip
"""Forms of what is small beside a giant: told at once, and as large as everybody knows."""
_UNCLEAR = {"lying", "sleeping", "leaping", "rearing", "charging", "galloping", "leaning"}
"""Poses in which they are not told at once."""
_ALOFT = _GIANTS - {"food", "small animal"} | {
    "sea", "deep sea", "linen", "boat", "ship", "aircraft",
}  # fmt: skip
"""Families of what hangs in the air over something small: no food, and nothing on wheels."""
_PORTALS = {"door", "window", "picture frame", "mirror"}
"""Forms that are giants, and hang in the air, whatever their family is."""
_FLYING = {
    "people": ("dancing", "leaping", "falling", "floating"),
    "bird": ("flying", "spread"),
}
"""Poses of people and birds that hang in the air."""
_STATUES = _GIANTS - {"food", "furniture", "paper", "fitting"} | {
    "sea", "deep sea", "ship", "quadruped", "vehicle",
}  # fmt: skip
"""Families of what stands on a plinth in place of a statue."""
_FOR_HEADS = {
    "vessel", "fruit", "flower", "food", "time", "light", "machine", "element", "game", "symbol",
    "building", "music", "science", "tableware", "container", "plant", "paper",
}  # fmt: skip
"""Families of what takes the place of a head."""
_CAGED = {"fruit", "vessel", "container", "building", "time", "light", "element"}
"""Families of what a cage holds that is no bird: told by its outline behind the bars."""
_BROKEN = {"fallen", "broken", "overturned", "torn", "pile", "heap"}
"""Attributes and poses of what nobody would raise up."""
_FLATTEST, _TALLEST, _THINNEST = 4.2, 1.15, 0.033
"""Of a giant: the most width over its height in the air and on the ground, and its least
thickness over its longest extent."""
_BROADEST, _STURDY, _FOOTED = 3.0, 0.09, 0.3
"""Of what stands on a plinth: the most width over its height, the least thickness over its longest
extent, and the least share of its width that it has near its foot."""
_HEAD_WIDE, _HEAD_DEEP, _HEAD_THICK = (0.55, 1.7), 0.4, 0.33
"""Of what takes the place of a head: its width over its height, its depth over the longer of the
two, and its thickness over that: a disc has 0.5, a flower on its stalk 0.1."""
_HEAD_BASE = 0.45
"""Share of its width that it has near its foot, at least."""
_CLOTHES = {
    "suit", "coat", "overcoat", "jumper", "shirt", "dress", "skirt", "trousers", "uniform",
    "apron", "cloak", "smock",
}  # fmt: skip
_PLAIN = _CLOTHES | {
    "man", "woman", "young", "hat", "cap", "top hat", "bonnet", "helmet", "bun", "long hair",
    "wig", "moustache", "cane",
}  # fmt: skip
"""What a figure wears whose head any thing may take the place of, and what else it is."""
_HEADED = {"person": ("standing", "walking", "sitting", "arms folded"), "head": ("standing",)}
"""Bodies whose head a thing takes the place of, and their poses: the hands are away from it."""


@dataclass(frozen=True)
class SurrealRelation:
    """A surreal relation: its kind, and the rows of its subject and its object."""

    kind: str
    subject: Depiction
    object: Depiction

    @property
    def placed(self) -> Depiction:
        """Whose surroundings the setting is: of the one that has its own size."""
        return self.object if self.kind in COLOSSAL else self.subject

    def fits(self, kind: SettingKind) -> bool:
        """Whether a setting has the place for it: a giant needs the open."""
        form = FORMS[self.placed.form]
        if self.kind in COLOSSAL:
            return form.where in kind.takes and kind.is_wide
        return form.where in kind.takes and belongs(form, kind)


@dataclass(frozen=True)
class _Shape:
    """A form seen from the front: width over height, depth over the longer of these, thickness
    over that (`Seen.thickness`), and the width near its foot over its width.
    """

    wide: float
    deep: float
    thick: float
    base: float

    @property
    def is_head(self) -> bool:
        """Whether it makes a head: compact, solid, and broad enough below."""
        least, most = _HEAD_WIDE
        solid = self.thick >= _HEAD_THICK and self.deep >= _HEAD_DEEP
        return least <= self.wide <= most and solid and self.base >= _HEAD_BASE


@cache
def _shape(form: str, pose: str) -> _Shape:
    one = Actor(concept=form, form=form, pose=pose, distance=6.0)
    model = make_actor(one)
    wide, tall, deep = size_of(model).tolist()
    longest = max(wide, tall)
    points = np.concatenate([part.mesh.points for part in model.parts])
    base = float(np.ptp(points[points[:, 1] < model.bounds[0][1] + 0.15 * tall, 0]))
    view = Camera(height=0.5 * tall / longest, lens=15.0, horizon=0.5)
    one = one.model_copy(update={"height": 1.0 / longest})
    seen = look(
        Plan(setting=Setting(kind="paper"), actors=(one,), technique="", camera=view), side=96
    ).get(0)
    thick = seen.thickness / seen.extent if seen else 0.0
    return _Shape(wide / tall, deep / longest, thick, base / wide)


def draw_surreal(
    rows: Sequence[Depiction], rng: Rng, *, recent: Sequence[Plan] = ()
) -> SurrealRelation | None:
    """A surreal relation between the first concept and another one, if one is possible; one that
    the `recent` works had comes seldom, and so do their forms.
    """
    first, found = rows[0], []
    for other in rows[1:]:
        for one, two in ((first, other), (other, first)):
            if {one.form, two.form} <= set(FORMS) and one.form != two.form:
                found += [SurrealRelation(kind, one, two) for kind in surreal_kinds(one, two)]
    if not found:
        return None
    # All fresh pairs of forms that have a kind are as likely, however many rows show them.
    pairs = [(one.kind, one.subject.form, one.object.form) for one in found]
    count, kinds = Counter(pairs), Counter(kind for kind, *_ in set(pairs))
    odds = np.array(
        [
            _ODDS[kind]
            * freshness(recent, kinds_of_relations, kind)
            * (freshness(recent, forms_of, one) * freshness(recent, forms_of, two)) ** 2
            * _WITNESS.get(two, 1.0)
            / (count[kind, one, two] * kinds[kind])
            for kind, one, two in pairs
        ]
    )
    return found[int(rng.choice(len(found), p=odds / odds.sum()))]


def surreal_kinds(one: Depiction, two: Depiction) -> list[str]:
    """Surreal relations that `one` may have to `two`."""
    a, b = FORMS[one.form], FORMS[two.form]
    found: list[str] = []
    if _BROKEN & {*one.attributes, one.pose}:
        return found
    # Staffage is a giant only beside what is none itself, and a cage is there to hold something.
    if _is_small(two) and (not one.staffage or (b.name in _LITTLE and a.name != "cage")):
        shape = _shape(a.name, one.pose)
        if shape.thick >= _THINNEST:
            tall, broad = shape.wide <= _TALLEST, shape.wide <= _FLATTEST
            found += ["towers over"] * (tall and _may_tower(a, b))
            found += ["hovers over"] * (broad and _may_hover(one))
    if b.name == "plinth" and _may_be_statue(one):
        shape = _shape(a.name, one.pose)
        if shape.wide <= _BROADEST and shape.thick >= _STURDY and shape.base >= _FOOTED:
            found.append(STATUE)
    caged = a.name == "cage" and b.family in _CAGED and not _BROKEN & {*two.attributes, two.pose}
    if caged and _shape(b.name, two.pose).thick >= _HEAD_THICK:
        found.append("encloses")
    head = b.family in _FOR_HEADS and b.where in ("ground", "table")
    if head and _may_lack_head(one) and _shape(b.name, two.pose).is_head:
        found.append("lacks its head for")
    return found


def _is_small(one: Depiction) -> bool:
    """Whether it can be told when it is small beside a giant."""
    if one.form == "person":
        return one.names_form or one.pose in ("", *_SMALL_POSES)
    return one.form in _SMALL and one.pose not in _UNCLEAR


def _may_tower(giant: Form, thing: Form) -> bool:
    """Whether it is a giant where both stand on the ground: of buildings all are."""
    large = giant.family in _GIANTS or giant.name in _PORTALS
    on_ground = {giant.where, thing.where} <= {"ground", "table"}
    return large and on_ground and giant.name not in PARTS


def _may_hover(one: Depiction) -> bool:
    """Whether it may hang in the air: a thing, an eye or an ear, who leaps, or what flies."""
    form = FORMS[one.form]
    if form.family in _FLYING:
        return one.pose in _FLYING[form.family]
    whole = form.name not in PARTS - _WHOLE and form.where not in ("sky", "rails")
    return whole and (form.family in _ALOFT or form.name in _PORTALS)


def _may_be_statue(one: Depiction) -> bool:
    form = FORMS[one.form]
    if one.pose in _FLYING["bird"]:
        return False
    return form.family in _STATUES and form.where in ("ground", "table", "water")


def takes_any_head(one: Depiction) -> bool:
    """Whether a thing that no concept asks for may take the place of its head: of somebody in
    plain clothes whom the concept names. Of a saint or a mourner it would be mockery.
    """
    worn = {*one.attributes}
    return _is_person(one) and worn <= _PLAIN and bool(worn & _CLOTHES) and _may_lack_head(one)


def _may_lack_head(one: Depiction) -> bool:
    """Whether it is a figure that stands or sits; of a bust, only if it is named as a person."""
    if one.pose not in ("", *_HEADED.get(one.form, ())):
        return False
    return one.form == "person" or (one.form == "head" and one.names_form and _is_person(one))


def _is_person(one: Depiction) -> bool:
    return classify(one.concept).kind in (Kind.PERSON, Kind.PEOPLE)


def as_giant(actor: Actor) -> Actor:
    """It is many times its size, in a pose in which it is as high as wide, if it has one."""
    poses = (actor.pose, FORMS[actor.form].poses[0])
    pose = next((p for p in poses if _shape(actor.form, p).wide <= _TALLEST), actor.pose)
    return actor.model_copy(update={"scale": "giant", "pose": pose})


def beside_giant(actor: Actor) -> Actor:
    """A figure walks across or stands with its back to the viewer: it is clear, however small.

    Animals and buildings keep the colour that they are known by.
    """
    form = FORMS[actor.form]
    if form.family != "people":
        return actor.model_copy(update={"colour": ""}) if form.family in NATURAL else actor
    if form.name == "person" or actor.staffage:
        kept = _QUIET if actor.staffage else _SMALL_POSES
        pose = actor.pose if actor.pose in kept else "walking"
        actor = actor.model_copy(update={"pose": pose})
    if actor.pose == "standing":
        return actor.model_copy(update={"turn": 180.0 + actor.turn % _FACING})
    return across(actor)


def without_head(actor: Actor) -> Actor:
    """It stands or sits quietly, clothed, with its breast to the viewer and nothing on its head."""
    poses = _HEADED.get(actor.form, (actor.pose,))
    kept = tuple(word for word in actor.attributes if word in BODILY)
    return actor.model_copy(
        update={
            "attributes": (*kept, HEADLESS),
            "pose": actor.pose if actor.pose in poses else poses[0],
            "turn": float(np.clip(actor.turn, -_FACING, _FACING)),
        }
    )


def as_head(actor: Actor) -> Actor:
    """It faces the viewer, in the first of its poses unless another one makes a head, too."""
    pose = actor.pose if _shape(actor.form, actor.pose).is_head else FORMS[actor.form].poses[0]
    turn = float(np.clip(actor.turn, -_UPRIGHT, _UPRIGHT))
    return actor.model_copy(update={"pose": pose, "turn": turn})
