"""The language model's answer where the painter paints plans: choices among what the studio has.

Each choice is checked against the studio's tables, and the plan is drawn before the answer is
taken: what can't be painted is sent back to its writer like any other fault.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field

from storage.archive.manifest import Composition, Float32
from storage.text import Concept, Line
from worker.composers import ComposeRequest
from worker.composers.answer import (
    NamedWork,
    Questions,
    Read,
    as_written,
    concept_faults,
    parse,
    schema,
    write_brief,
)
from worker.studio import OfflinePainter
from worker.studio.marks import TECHNIQUES
from worker.studio.plan.choices import Choices, ChosenActor
from worker.studio.plan.depiction import Depiction, Dictionary
from worker.studio.plan.describe import STRUCTURE_SENTENCES
from worker.studio.plan.draw import MOST_ACTORS
from worker.studio.plan.relate import relations_of
from worker.studio.scene.model import FORMS
from worker.studio.scene.relations import COLOSSAL, RELATIONS
from worker.studio.scene.settings import SETTINGS
from worker.studio.scene.sky import DIRECTIONS, HOURS

TABLES: Mapping[str, Collection[str]] = {
    "setting": SETTINGS,
    "hour": HOURS,
    "direction": DIRECTIONS,
    "key": ("low", "middle", "high"),
    "viewpoint": ("low", "eye level", "high"),
    "technique": TECHNIQUES,
    "structure": STRUCTURE_SENTENCES,
    "place": ("left", "centre", "right"),
    "size": ("small", "medium", "large", "huge"),
}
"""The words that each choice may have; all may be left empty."""

MOST = 4
"""Concepts of a plan at most, unless more are required."""

GENERAL_FORMS = """\
person, head, hand, horse, dog, bird, fish, tree, dead tree, flower, rock, moon, house,
tower, church, ruin, arch, wall, staircase, bridge, door, window, rowing boat, sailing ship,
table, chair, bed, mirror, candle, bottle, jug, cup, basket, apple, skull, mask, book, clock,
key, wheel, ladder, umbrella, violin, statue"""

INSTRUCTIONS = f"""\
You are the artist named below, planning your next picture, which a studio then models and paints
exactly as planned. Answer in JSON.
thought: one or two sentences on why these concepts belong together.
title: as it would hang in a gallery, at most ten words, unlike the recent titles.
concepts: two to {MOST}, every required one among them; copied letter for letter from the lists.
The rest are choices; an empty text leaves one to the studio. Choose what the concepts ask for:
setting, hour, structure (what an abstract idea does to the whole picture), each with the concept
that it stands for in setting_for, hour_for, structure_for, or an empty text. direction and key of
the light (key low: a dark picture; high: a light one), viewpoint, technique (one that fits Style).
actors: at most {MOST_ACTORS} things that the picture is about, each for one of the concepts: form
and pose from the list of forms below, place, size. A concept that is no actor must be what setting,
hour or structure stands for. No actors: the studio casts them.
relation: null, or one between two actors, named by their concepts. No relation beside a structure.
Best is one that no life has: a giant subject towers over or hovers over a small object in the open,
or is the statue on a plinth, or a quiet person or head lacks its head for a compact thing.
General forms: {GENERAL_FORMS}.
"""


def _choice(name: str) -> str:
    """A field that may hold one word of its table, or nothing."""
    field: str = Field(json_schema_extra={"enum": ["", *TABLES[name]]})
    return field


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ActorChoice(_Part):
    """One actor."""

    concept: Concept
    form: Line
    pose: Line
    place: Line = _choice("place")
    size: Line = _choice("size")


class RelationChoice(_Part):
    """What one actor does to another."""

    kind: Line = Field(json_schema_extra={"enum": list(RELATIONS)})
    subject: Concept
    object: Concept


class PlanAnswer(NamedWork):
    """What the model is asked for."""

    setting: Line = _choice("setting")
    setting_for: Concept
    hour: Line = _choice("hour")
    hour_for: Concept
    direction: Line = _choice("direction")
    key: Line = _choice("key")
    viewpoint: Line = _choice("viewpoint")
    technique: Line = _choice("technique")
    structure: Line = _choice("structure")
    structure_for: Concept
    actors: list[ActorChoice]
    relation: RelationChoice | None


def plan_questions(
    width: int, height: int, encode: Callable[[Sequence[str]], Float32] | None
) -> Questions:
    """What is asked where the painter is the studio, for pictures of this size."""
    studio, dictionary = OfflinePainter(width, height, encode=encode), Dictionary(encode)

    def brief(request: ComposeRequest) -> str:
        concepts = dict.fromkeys((*request.pool, *request.required))
        return f"{write_brief(request)}\n{_proposals([*map(dictionary.read, concepts)])}"

    def read(text: str, request: ComposeRequest) -> Read:
        answer, faults = parse(PlanAnswer, text, request)
        if answer is None:
            return None, faults
        _rewrite(answer)
        most = max(MOST, len(set(request.required)))
        faults = [*concept_faults(answer, request, most=most), *_faults(answer)]
        return (None, faults) if faults else _composed(answer, request, studio)

    return Questions(INSTRUCTIONS, schema(PlanAnswer), brief, read)


def _proposals(concepts: Sequence[Sequence[Depiction]]) -> str:
    """What the studio has for the concepts, and the poses of the forms that it names."""
    usual = [f"{rows[0].concept}: {' or '.join(map(_words, rows))}" for rows in concepts]
    forms_of = (row.form for rows in concepts for row in rows if row.form in FORMS)
    names = dict.fromkeys((*forms_of, "person"))
    forms = [
        f"{name} ({'needs ' + FORMS[name].where + '; ' if FORMS[name].where == 'water' else ''}"
        f"{', '.join(FORMS[name].poses)})"
        for name in names
    ]
    return (
        f"How the studio would show each concept: {'; '.join(usual)}\n"
        f"Forms with their poses: {'; '.join(forms)}"
    )


def _words(row: Depiction) -> str:
    parts = (("form", row.form), ("setting", row.setting), ("hour", row.hour))
    named = [f"{kind} {value}" for kind, value in (*parts, ("structure", row.structure)) if value]
    return ", ".join(named)


def _rewrite(answer: PlanAnswer) -> None:
    """Write words as the tables and the list of concepts do, whatever their case."""
    for name in ("setting", "hour", "direction", "key", "viewpoint", "technique", "structure"):
        setattr(answer, name, _as(getattr(answer, name), TABLES[name]))
    for name in ("setting_for", "hour_for", "structure_for"):
        setattr(answer, name, _as(getattr(answer, name), answer.concepts))
    for actor in answer.actors:
        actor.concept, actor.form = _as(actor.concept, answer.concepts), _as(actor.form, FORMS)
        actor.pose = _as(actor.pose, FORMS[actor.form].poses if actor.form in FORMS else ())
        actor.place, actor.size = _as(actor.place, TABLES["place"]), _as(actor.size, TABLES["size"])
    if answer.relation is not None:
        relation = answer.relation
        relation.kind = _as(relation.kind, RELATIONS)
        relation.subject = _as(relation.subject, answer.concepts)
        relation.object = _as(relation.object, answer.concepts)


def _as(word: str, known: Collection[str]) -> str:
    return as_written([word], known)[0].strip()


def _faults(answer: PlanAnswer) -> list[str]:
    """What of the choices the studio does not have, or can't bring together."""
    faults = [
        *(f for name in TABLES for f in _unknown(name, getattr(answer, name, ""))),
        *_actor_faults(answer),
        *_use_faults(answer),
    ]
    return faults or [*_scene_faults(answer), *_relation_faults(answer)]


def _unknown(name: str, value: str) -> Iterator[str]:
    if value and value not in TABLES[name]:
        yield f"there is no {name} {value!r}; these are: {', '.join(TABLES[name])}"


def _actor_faults(answer: PlanAnswer) -> Iterator[str]:
    if len(answer.actors) > MOST_ACTORS:
        yield f"it has {len(answer.actors)} actors; {MOST_ACTORS} are the most"
    named = [actor.concept for actor in answer.actors]
    if len(set(named)) < len(named):
        yield "two actors are for the same concept; each needs its own"
    for actor in answer.actors:
        yield from _unknown("place", actor.place)
        yield from _unknown("size", actor.size)
        form = FORMS.get(actor.form)
        if form is None:
            yield f"there is no form {actor.form!r}; take one from the lists"
        elif actor.pose and actor.pose not in form.poses:
            yield f"the form {form.name} has no pose {actor.pose!r}: {', '.join(form.poses)}"


def _use_faults(answer: PlanAnswer) -> Iterator[str]:
    """Concepts that stand for nothing, and things that stand for no concept."""
    actors = [actor.concept for actor in answer.actors]
    uses = {"setting_for": answer.setting_for, "hour_for": answer.hour_for}
    uses["structure_for"] = answer.structure_for
    strange = [c for c in (*actors, *uses.values()) if c and c not in answer.concepts]
    if strange:
        yield f"these are not in its own concepts: {', '.join(strange)}"
    for name, concept in uses.items():
        if concept and not getattr(answer, name.removesuffix("_for")):
            yield f"{name} is {concept}, but {name.removesuffix('_for')} is empty"
    unused = [c for c in answer.concepts if c not in actors and c not in uses.values()]
    if actors and unused:
        yield f"nothing shows these concepts: {', '.join(unused)}; make each an actor or a setting"


def _scene_faults(answer: PlanAnswer) -> Iterator[str]:
    kind = SETTINGS.get(answer.setting)
    if kind is None:
        return
    if answer.hour and kind.hours and answer.hour not in kind.hours:
        yield f"{kind.name} has no hour {answer.hour!r}; it has {', '.join(kind.hours)}"
    for actor in answer.actors:
        where = FORMS[actor.form].where
        if where not in kind.takes:
            able = ", ".join(k.name for k in SETTINGS.values() if where in k.takes)
            yield f"a {actor.form} can't be in the setting {kind.name}; it can in {able}"


def _relation_faults(answer: PlanAnswer) -> Iterator[str]:
    relation, cast = answer.relation, {actor.concept: actor for actor in answer.actors}
    if relation is None:
        return
    if answer.structure:
        yield "it has a relation and a structure; leave one of them empty"
    if relation.subject == relation.object or not {relation.subject, relation.object} <= set(cast):
        yield "the relation's subject and object must be the concepts of two of its actors"
        return
    one, other = cast[relation.subject], cast[relation.object]
    pose = one.pose or FORMS[one.form].poses[0]
    # A reflection needs water: only a chosen setting is sure to have it.
    able = relations_of(one.form, pose, other.form, answer.setting or "paper", then=other.pose)
    if relation.kind in COLOSSAL and one.size in ("small", "medium"):
        yield f"what {relation.kind} a thing is large or huge, not {one.size}"
    if relation.kind not in able:
        what = ", ".join(sorted(able)) or "none"
        yield (
            f"a {one.form} ({pose}) can't have the relation {relation.kind!r} to a {other.form} in"
            f" this setting; possible: {what}"
        )


def _composed(answer: PlanAnswer, request: ComposeRequest, studio: OfflinePainter) -> Read:
    """The composition; a fault where the plan can't show what it must."""
    seed = random.Random(f"{request.seed}/{request.refusal}").getrandbits(31)
    first = [c for c in request.required[-1:] if c in answer.concepts]
    concepts = list(dict.fromkeys((*first, *answer.concepts)))
    plan = studio.plan(concepts, seed=seed, style=request.style, choices=_choices(answer))
    shown = [concept for concept in concepts if concept in plan.shown]
    lost = [concept for concept in request.required if concept not in shown]
    if lost:
        return None, [
            f"these required concepts can't be seen as planned: {', '.join(lost)}; give them"
            " another form, place or size, or leave other actors out"
        ]
    statements = studio.describe(plan)
    made = Composition(
        title=answer.title.strip(),
        prompt=" ".join(statement.text for statement in statements),
        concepts=tuple(shown),
        thought=answer.thought,
        composer="openai",
        plan=plan,
        statements=statements,
    )
    return made, []


def _choices(answer: PlanAnswer) -> Choices:
    relation = answer.relation
    return Choices(
        setting=answer.setting,
        setting_for=answer.setting_for,
        viewpoint=answer.viewpoint,
        hour=answer.hour,
        hour_for=answer.hour_for,
        direction=answer.direction,
        key=answer.key,
        structure=answer.structure,
        structure_for=answer.structure_for,
        technique=answer.technique,
        actors=tuple(
            ChosenActor(a.concept, a.form, a.pose, a.place, a.size) for a in answer.actors
        ),
        relation=None if relation is None else (relation.kind, relation.subject, relation.object),
    )
