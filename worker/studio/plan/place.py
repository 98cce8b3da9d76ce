"""Which setting a plan has: one that a concept names, or one where its subject belongs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from storage.archive.plan import Actor
from worker.studio.plan.choices import Demand
from worker.studio.plan.depiction import Depiction
from worker.studio.plan.recent import freshness, rests, setting_of
from worker.studio.scene.arrange import make_actor, scale_factor
from worker.studio.scene.model import FORMS, Form
from worker.studio.scene.settings import SETTINGS, SettingKind
from worker.studio.scene.support import is_loose, stands

Rng = np.random.Generator

_FIXED = {"water", "wall", "rails"}
"""What a form needs that only some settings have: not even a composer sets it elsewhere."""
_ASHORE = {
    "sea": ("beach", "harbour"),
    "lake": ("riverbank",),
    "air": ("hills", "meadow", "desert", "road", "mountains", "snow"),
}
"""Settings for actors that stand on ground, instead of those of water or air."""
_SETS = 0.6
"""Share of works in which a concept that is not the newest gives the setting, if it can."""
_ALOFT = ("flying", "falling")
"""Poses of what is in the air though its form stands on ground."""
_FAVOUR = {
    "paper": 0.6, "void": 0.15, "air": 0.5, "street": 0.1, "forest": 0.15, "garden": 0.1,
    "stage": 0.4, "room": 0.3, "window": 0.05, "ruins": 0.05,
}  # fmt: skip
"""Weights of settings that are drawn less often: others set a thing off better."""
_ASTRAY = 0.01
"""Weight of a setting that has nothing to do with the subject."""
_SOFT = (
    "meadow", "hills", "snow", "beach", "desert", "garden", "riverbank", "road", "forest",
)  # fmt: skip
"""Settings whose ground is soft enough for a spade to be stuck in it."""
_WALLED, _LEANS_FROM = ("room", "void", "paper", "table"), 0.25
"""Settings that can have a wall at a thing's back, and metres from which on it leans there."""
_STUCK, _LIES = ("tool", "weapon", "gear"), (
    "feather", "scissors", "saw", "branch", "leaf", "needle",
)  # fmt: skip
"""Families of what is stuck in the ground, and forms that lie in any case."""
_ALSO_LIES = {"chain": "heap", "grapes": "lying", "rosary": "lying"}
"""Poses of what would hang from nothing."""
_LEANING, _ACROSS = 0.4, (34.0, 52.0)
"""Share of its turn that is left to what leans on a wall, and degrees that what lies is turned."""
NO_SCALE = ("paper", "void")
"""Settings without a thing that tells how large what is in them would have to be."""
_TALLEST_INDOORS = 4.0
"""Metres up to which a thing stands in a room."""

_OUTDOORS = ("rider", "crowd", "scarecrow", "mermaid")
"""People who are never in a room."""
_LAND = "meadow hills road snow riverbank"
_WILD = "desert mountains beach"
_INDOORS = "room window void paper stage"
_SKY = "air hills meadow desert beach mountains snow road sea lake harbour"
_BELONGS = {
    family: frozenset(" ".join(settings).split())
    for families, settings in (
        ("people", (_LAND, _WILD, _INDOORS, "street garden forest harbour")),
        ("quadruped, monster", (_LAND, _WILD, "forest garden paper harbour")),
        ("bird", (_SKY, _LAND, "garden paper sea lake")),
        ("small animal", (_SKY, _LAND, "garden paper forest desert")),
        ("building, monument, element", (_LAND, _WILD, "harbour")),
        ("tree, plant, flower", (_LAND, _WILD, "garden paper")),
        ("street", (_LAND, "street garden paper beach")),
        ("vehicle", ("road street meadow hills snow beach",)),
        ("works", ("harbour road hills riverbank beach snow",)),
        ("boat, ship, sea", ("beach harbour sea lake paper void",)),
        ("deep sea", ("paper void beach",)),
        ("aircraft, sky", (_SKY,)),
        ("body, fitting, furniture, garment, linen, music, symbol", (_INDOORS,)),
        ("container, gear, tool, game, weapon, tableware", (_INDOORS, "garden beach")),
        ("science", (_INDOORS, "hills mountains desert beach snow")),
    )
    for family in families.split(", ")
}
"""Settings of each family of what stands on the ground, or is in the air or the sky."""


def belongs(form: Form, kind: SettingKind) -> bool:
    """Whether a setting has to do with a form: a bath stands in no hills, a jug on a table."""
    if form.where in _FIXED:
        return form.where in kind.takes
    if form.where == "table":
        return kind.scale == "table" or kind.name in NO_SCALE
    if kind.name in ("room", "window", "stage") and (
        form.height > _TALLEST_INDOORS or form.name in _OUTDOORS
    ):
        return False
    return kind.name in _BELONGS.get(form.family, SETTINGS)


def supported(actor: Actor, kind: SettingKind, *, free: bool, rng: Rng) -> Actor:
    """The actor as it rests in the setting, if it can't stand by itself on its end.

    What is not `free` is beside others or repeated, and has no wall at its back.
    """
    form = FORMS[actor.form]
    loose = form.where in ("ground", "table") and is_loose(form, actor.pose)
    if actor.pose == "hanging" and form.name in _ALSO_LIES:
        return actor.model_copy(update={"pose": _ALSO_LIES[form.name]})
    # Such forms, lying, are still held up to the viewer.
    tipped = (actor.pose == "lying" and "upright" in form.poses) or (loose and form.name in _LIES)
    if not tipped and (not loose or stands(make_actor(actor))):
        return actor
    upright = "upright" if "upright" in form.poses else actor.pose
    if kind.name in _SOFT and not (tipped and free) and form.family in _STUCK:
        return actor.model_copy(update={"rest": "planted", "pose": upright})
    large = form.height * scale_factor(actor) > _LEANS_FROM
    if free and kind.name in _WALLED and large and not tipped:
        rest = {"rest": "wall", "pose": upright, "turn": round(_LEANING * actor.turn, 1)}
        return actor.model_copy(update=rest)
    if not free:
        return actor
    turn = float(np.copysign(rng.uniform(*_ACROSS), actor.turn))
    return actor.model_copy(update={"rest": "flat", "pose": upright, "turn": round(turn, 1)})


def choose_setting(
    rows: Sequence[Depiction], cast: Sequence[Depiction], demand: Demand, rng: Rng
) -> tuple[SettingKind, str | None]:
    """The chosen setting; else that of a concept, which must be the first; else one that fits.

    A seed stays in the pool: if it always gave the setting, most works would have the same.
    """
    chosen = demand.choices
    forms = [FORMS[row.form] for row in cast]
    first = {form.where for form in forms[:1]}
    if chosen.setting and first & _FIXED <= set(SETTINGS[chosen.setting].takes):
        return SETTINGS[chosen.setting], chosen.setting_for or None
    aloft = any(row.pose in _ALOFT for row in cast[:1])
    for index, row in enumerate(rows):
        if index and (rng.random() > _SETS or rests(demand.recent, row.concept)):
            continue
        fresh = freshness(demand.recent, setting_of, row.setting)
        if row.setting and rng.random() > fresh:
            continue
        for name in (row.setting, *map(str, rng.permutation(_ASHORE.get(row.setting, ())))):
            kind = SETTINGS.get(name)
            if kind is None or (index and forms and not belongs(forms[0], kind)):
                continue
            if first <= set(kind.takes) or (aloft and name == "air"):
                return kind, row.concept
    return _fitting(forms, demand, rng), None


def _fitting(forms: Sequence[Form], demand: Demand, rng: Rng) -> SettingKind:
    """A setting that takes all forms, nearly always one in which the first one belongs."""
    hour, needs = demand.choices.hour, {form.where for form in forms}
    found = [
        kind
        for kind in SETTINGS.values()
        if needs <= set(kind.takes) and (hour in kind.hours or not (kind.hours and hour))
    ]
    found = found or [kind for kind in SETTINGS.values() if {forms[0].where} <= set(kind.takes)]
    odds = np.array(
        [
            _FAVOUR.get(kind.name, 1.0)
            * (1.0 if not forms or belongs(forms[0], kind) else _ASTRAY)
            * freshness(demand.recent, setting_of, kind.name)
            for kind in found
        ]
    )
    return found[int(rng.choice(len(found), p=odds / odds.sum()))]
