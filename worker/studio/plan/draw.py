"""From concepts to a plan: who stands where, in what setting and light, in which colours.

Everything is drawn from what the studio can paint; the layout is found by trial (`scene.layout`),
and what can't be seen in it is taken out again, so that a plan's words are true before it is
painted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from storage.archive.plan import (
    Actor,
    Lighting,
    OtherUse,
    Pigment,
    Plan,
    Relation,
    Setting,
    Structure,
)
from worker.studio.plan.casting import alone, draw_actor, small, wearable
from worker.studio.plan.choices import Choices, Demand
from worker.studio.plan.depiction import Depiction, Reader
from worker.studio.plan.light import (
    ONE_ALONE,
    choose_direction,
    choose_hour,
    choose_key,
    choose_pattern,
)
from worker.studio.plan.palette import choose_palette
from worker.studio.plan.place import choose_setting, supported
from worker.studio.plan.recent import forms_of, freshness, rests
from worker.studio.plan.relate import chosen_relation, draw_relation, tied
from worker.studio.plan.suit import choose_technique
from worker.studio.plan.surreal import (
    HEADS,
    STAFFAGE,
    SurrealRelation,
    draw_surreal,
    takes_any_head,
)
from worker.studio.plan.view import choose_viewpoint, chosen_wish, draw_wish
from worker.studio.scene.build import visible_features
from worker.studio.scene.layout import PORTRAITS, Seen, Wish, lay_out, look, rim_of
from worker.studio.scene.model import FORMS
from worker.studio.scene.relations import STATUE, UNPLACED
from worker.studio.scene.settings import SettingKind
from worker.studio.scene.sky import HOURS
from worker.studio.scene.staging import lamp_of
from worker.studio.scene.structures import COUNTS

Rng = np.random.Generator

MOST_ACTORS = 3
_STAGES = 4
"""Settings that are drawn for a surreal relation, until one is wide enough for a giant."""
_TRIALS = 9
"""Plans drawn until every actor is seen: the later ones without relations, the last of one."""
_RELATED = 6
"""Of these, the ones with relations."""
_NO_COPIES = {
    "wall": ("repetition", "circle", "isolation", "falling", "stack"),
    "rails": tuple(COUNTS),
}
"""Structures that would take such forms off their wall or their track."""
_PAIRS = ("mirror", "opposition")
"""Structures that set something against its own copy."""
_SURREAL = 0.97
"""Share of works with a surreal relation, of those for which one is possible."""
_LEAST_GIANT, _LEAST_SMALL = {"towers over": 0.6, "hovers over": 0.48}, 0.16
"""Shares of the picture that a giant spans, and what is small beside it, at least."""
_LEAST_RIM = 0.03
"""Share of the picture that both keep from its edges."""
_LEAST_SKY = 0.3
"""Share of the picture above the horizon in which a sun or moon has its place."""
_PARTNERED = 0.5
"""Share of works in which a second concept may have a relation to the first, if one can."""


def draw_plan(demand: Demand, read: Reader) -> Plan:
    """A plan that shows the concepts; the same demand gives the same plan."""
    rng = np.random.default_rng([demand.seed & 0x7FFFFFFF, demand.attempt])
    variants = [demand.choices.fitting(read(concept)) for concept in demand.concepts]
    rows = demand.choices.rows([_fresh(rows, demand, rng) for rows in variants])
    plan = Plan(setting=Setting(kind="paper"), technique="", format=demand.aspect)
    seen: dict[int, Seen] = {}
    for trial in range(_TRIALS):
        if trial == _TRIALS - 1:
            rows = [row for row in rows if row.concept == demand.concepts[0]]
            rows = [replace(row, structure="" if row.form else row.structure) for row in rows]
        plan, wish = _sketch(rows, demand, rng, related=trial < _RELATED, read=read)
        plan = lay_out(plan, wish)
        seen = look(plan, side=120)
        if _shows(plan, seen):
            break
        rows = _simpler(rows, plan, seen, kept=demand.concepts[0])
    if plan.light.pattern == "disc" and plan.camera.horizon < _LEAST_SKY:
        plan = _plainly_lit(plan)
    features = visible_features(plan)
    recorded = {a.concept for a in plan.actors} | {other.concept for other in plan.others}
    lost = [OtherUse(concept=c, use="left out") for c in demand.concepts if c not in recorded]
    return plan.model_copy(
        update={
            "setting": plan.setting.model_copy(update={"features": features}),
            "technique": demand.choices.technique or choose_technique(plan, seen, demand, rng),
            "others": (*plan.others, *lost),
        }
    )


def _plainly_lit(plan: Plan) -> Plan:
    """The plan without a pattern of light."""
    return plan.model_copy(update={"light": plan.light.model_copy(update={"pattern": ""})})


def _shows(plan: Plan, seen: dict[int, Seen]) -> bool:
    """Whether every actor can be seen, and is in the frame."""
    hidden = {r.object for r in plan.relations if r.kind in UNPLACED}
    for index in range(len(plan.actors)):
        one = seen.get(index)
        if index in hidden:
            continue
        if one is None or one.area < 0.004 or one.hidden > 0.6:
            return False
        cut = rim_of(plan, index, one) <= 0
        if one.height < 0.05 or (cut and plan.structure is None):
            return False
    if not _is_giant(plan, seen):
        return False
    count = COUNTS.get(plan.structure.kind, 0) if plan.structure else 0
    return not count or 0 not in seen or seen[0].copies == count


def _is_giant(plan: Plan, seen: dict[int, Seen]) -> bool:
    """Whether a giant is large in the picture and what is beside it not too small; so if none."""
    for relation in plan.relations:
        if relation.kind in _LEAST_GIANT:
            giant, thing = seen[relation.subject], seen[relation.object]
            rim = min(rim_of(plan, i, seen[i]) for i in (relation.subject, relation.object))
            large = giant.extent >= _LEAST_GIANT[relation.kind]
            if not large or thing.extent < _LEAST_SMALL or rim < _LEAST_RIM:
                return False
    return True


def _simpler(
    rows: list[Depiction], plan: Plan, seen: dict[int, Seen], *, kept: str
) -> list[Depiction]:
    """The rows with one actor less: the last one that could not be seen, never `kept`."""
    lost = [
        actor.concept
        for i, actor in enumerate(plan.actors)
        if i not in seen or seen[i].hidden > 0.6 or seen[i].area < 0.004
    ]
    gone = next((concept for concept in reversed(lost) if concept != kept), None)
    return [row for row in rows if row.concept != gone] or rows


def _sketch(
    rows: Sequence[Depiction], demand: Demand, rng: Rng, *, related: bool, read: Reader
) -> tuple[Plan, Wish]:
    chosen = demand.choices
    structure = _structure(rows, chosen)
    surreal = _surreal_relation(rows, structure, demand, rng, read=read) if related else None
    cast = _cast(rows, structure, demand, rng)
    kind, named_by = choose_setting(rows, cast, demand, rng)
    stage = _stage(surreal, rows, (kind, named_by), demand, rng) if surreal else None
    if surreal is not None and stage is not None:
        (kind, named_by), cast = stage, [surreal.subject, surreal.object]
    else:
        surreal = None
    structure = _held(structure, cast, newest=rows[0].concept)
    hour, hour_by = choose_hour(rows, cast, kind, demand, rng)
    if surreal is None:
        cast = [r for i, r in enumerate(cast) if not i or FORMS[r.form].where in kind.takes]
    cast = cast or _standing_in(kind, named_by or rows[0].concept)
    key = {"low": -0.8, "middle": 0.0, "high": 0.7}[hour_key := chosen.key or choose_key(hour, rng)]
    tone = max(-1.0, min(1.0, HOURS[hour].key * 0.7 + key * 0.5))
    palette = choose_palette(tone, rng, ground=kind.ground)
    actors = tuple(
        draw_actor(row, index, palette, rng, kind=kind) for index, row in enumerate(cast)
    )
    free = structure is None and related
    relations, actors = _related(surreal, actors, kind, chosen, rng, free=free)
    if actors and not (relations or chosen.actors):
        # Two things without a common act do not make one picture.
        cast, actors = cast[:1], alone(actors[0], palette, rng)
        structure = structure or small(actors[0], kind, hour, rng)
    actors = tuple(wearable(actor, palette) for actor in actors)
    related_by = relations[0].kind if relations else ""
    if related_by not in ("hovers over", STATUE):
        free = structure is None and len(actors) == 1
        actors = tuple(supported(actor, kind, free=free, rng=rng) for actor in actors)
    turn = actors[0].turn if actors else 0.0
    direction = chosen.direction or choose_direction(
        structure, rng, kind=kind, turn=turn, relation=related_by
    )
    pattern = choose_pattern(kind, hour, structure, direction, rng)
    light = Lighting(hour=hour, concept=hour_by, direction=direction, key=hour_key, pattern=pattern)
    viewpoint = chosen.viewpoint or choose_viewpoint(
        structure, actors, relations, kind=kind, rng=rng
    )
    features = _features(kind, actors, structure, rng)
    setting = Setting(kind=kind.name, concept=named_by, viewpoint=viewpoint, features=features)
    plan = Plan(
        setting=setting,
        actors=actors,
        relations=relations,
        light=light,
        palette=palette,
        structure=structure,
        technique="",
        format=demand.aspect,
        accent=_accent(actors, palette),
        others=_others(rows, cast, named_by, hour_by, structure),
        seed=int(rng.integers(2**31)),
    )
    if lamp_of(plan) or (pattern == "disc" and related_by == "lacks its head for"):
        plan = _plainly_lit(plan)
    return plan, chosen_wish(plan, draw_wish(plan, structure, rng), chosen)


def _stage(
    surreal: SurrealRelation,
    rows: Sequence[Depiction],
    drawn: tuple[SettingKind, str | None],
    demand: Demand,
    rng: Rng,
) -> tuple[SettingKind, str | None] | None:
    """A setting for a surreal relation, and the concept that names it; `drawn` if no other fits."""
    # The next one is no concept's: a bed that stands for a hospital needs no ward, and beside a
    # giant not even a room.
    asked = [(rows, [surreal.placed])] * _STAGES + [((), [surreal.placed])] + [((), [])] * _STAGES
    found = (choose_setting(named, cast, demand, rng) for named, cast in asked)
    return next((stage for stage in (*found, drawn) if surreal.fits(stage[0])), None)


def _related(
    surreal: SurrealRelation | None,
    actors: tuple[Actor, ...],
    kind: SettingKind,
    chosen: Choices,
    rng: Rng,
    *,
    free: bool,
) -> tuple[tuple[Relation, ...], tuple[Actor, ...]]:
    """The relation that is surreal, or chosen, or drawn where the actors are `free` for one."""
    if surreal is not None:
        return tied(surreal.kind, 0, 1, actors)
    if chosen.actors:
        return chosen_relation(actors, chosen)
    return draw_relation(actors, kind, rng) if free and len(actors) > 1 else ((), actors)


def _structure(rows: Sequence[Depiction], chosen: Choices) -> Structure | None:
    """The chosen one; else the newest concept's; a later one's if that shows nothing else."""
    if chosen.structure:
        return Structure(kind=chosen.structure, concept=chosen.structure_for or None)
    if chosen.actors:
        return None
    for index, row in enumerate(rows):
        if row.structure and (index == 0 or not (row.form or row.setting or row.hour)):
            return Structure(kind=row.structure, concept=row.concept)
    return None


def _cast(
    rows: Sequence[Depiction], structure: Structure | None, demand: Demand, rng: Rng
) -> list[Depiction]:
    """The concepts that become actors: the first, and at times one that was not shown lately."""
    cast = [row for row in rows if row.form in FORMS]
    if demand.choices.actors:
        return cast[: len(demand.choices.actors)]
    if (structure is not None and structure.kind in ONE_ALONE) or rng.random() > _PARTNERED:
        return cast[:1]
    return cast[:1] + [row for row in cast[1:] if not rests(demand.recent, row.concept)][:1]


def _surreal_relation(
    rows: Sequence[Depiction],
    structure: Structure | None,
    demand: Demand,
    rng: Rng,
    *,
    read: Reader,
) -> SurrealRelation | None:
    """The newest concept with one that was not shown lately, else with staffage.

    Whether there is one is the same for all plans of a demand: the judge prefers those.
    """
    wanted = np.random.default_rng([demand.seed & 0x7FFFFFFF]).random() < _SURREAL
    if demand.choices.actors or structure is not None or not wanted:
        return None
    rested = (row for row in rows[1:] if not rests(demand.recent, row.concept))
    found = draw_surreal([rows[0], *rested], rng, recent=demand.recent)
    if found is not None:
        return found
    known = {row.concept for row in rows}
    words = (*STAFFAGE, *HEADS) if takes_any_head(rows[0]) else STAFFAGE
    staffage = [
        replace(row, staffage=True) for word in words if word not in known for row in read(word)
    ]
    return draw_surreal([rows[0], *staffage], rng, recent=demand.recent)


def _held(
    structure: Structure | None, cast: Sequence[Depiction], *, newest: str
) -> Structure | None:
    """The structure, unless the first actor would have to leave its wall or its track for it.

    Nor are people set against their copy, unless nothing else would show the newest concept.
    """
    if structure is None or not cast:
        return structure
    form = FORMS[cast[0].form]
    if structure.kind in _NO_COPIES.get(form.where, ()):
        return None
    needed = structure.concept == newest != cast[0].concept
    paired = structure.kind in _PAIRS and (form.family == "people" or form.name in PORTRAITS)
    return None if paired and not needed else structure


def _fresh(rows: Sequence[Depiction], demand: Demand, rng: Rng) -> Depiction:
    """One of a concept's rows; a form that was painted lately comes seldom."""
    odds = np.array([freshness(demand.recent, forms_of, row.form) for row in rows]) + 1e-3
    return rows[int(rng.choice(len(rows), p=odds / odds.sum()))]


def _standing_in(kind: SettingKind, concept: str) -> list[Depiction]:
    """What a setting shows where no concept is an actor."""
    for form in (*kind.scenery, "person"):
        if form in FORMS:
            return [Depiction(concept, form=form, pose=FORMS[form].poses[0])]
    return []


def _features(
    kind: SettingKind, actors: Sequence[Actor], structure: Structure | None, rng: Rng
) -> tuple[str, ...]:
    if structure is not None and structure.kind == "isolation":
        return ()
    taken = {actor.form for actor in actors}
    known = [name for name in kind.scenery if name in FORMS and name not in taken]
    count = min(int(rng.choice([0, 1, 2, 3], p=[0.75, 0.25, 0.0, 0.0])), len(known))
    return tuple(str(name) for name in rng.permutation(known)[:count]) if count else ()


def _accent(actors: Sequence[Actor], palette: Sequence[Pigment]) -> str:
    name = next((p.name for p in palette if p.role == "accent"), "")
    return next((actor.concept for actor in actors if actor.colour == name), "")


def _others(
    rows: Sequence[Depiction],
    cast: Sequence[Depiction],
    setting_by: str | None,
    hour_by: str | None,
    structure: Structure | None,
) -> tuple[OtherUse, ...]:
    shown = {row.concept for row in cast}
    found = []
    for row in rows:
        if row.concept in shown:
            continue
        if row.concept == setting_by:
            use = "setting"
        elif row.concept == hour_by:
            use = "light"
        elif structure is not None and row.concept == structure.concept:
            use = "structure"
        else:
            use = "left out"
        found.append(OtherUse(concept=row.concept, use=use))
    return tuple(found)
