"""A plan to placed models: each actor is made, tied to the others, repeated and set in the world.

The viewer stands at z = the first actor's distance and looks along -z; the first actor is near
z = 0. Object numbers are `actor * 100 + copy`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

import worker.studio.scene.forms  # noqa: F401  (fills FORMS)
from storage.archive.plan import Actor, Plan
from worker.studio.scene.mesh import rotation
from worker.studio.scene.model import FORMS, Model, Placed, Request, grounded, make
from worker.studio.scene.relations import TIES, UNPLACED, set_at, size_of, top_of
from worker.studio.scene.structures import STRUCTURES
from worker.studio.scene.support import rested

_THIN = 0.0022
"""Share of a form's longest side that the radius of its rods is at least: a brush drops finer."""
GIANT, TINY = 3.2, 0.28
"""Factors of an actor's natural height at the scales `giant` and `tiny`."""


def viewing_distance(plan: Plan) -> float:
    """Metres from the viewer to the first actor, or to where it would be."""
    return plan.actors[0].distance if plan.actors else 5.0


def natural_height(actor: Actor) -> float:
    """Metres that the actor measures in this picture, before the layout."""
    return _made(actor)[1] * scale_factor(actor)


def scale_factor(actor: Actor) -> float:
    """How many times its own size it is."""
    return {"giant": GIANT, "tiny": TINY}.get(actor.scale, 1.0)


def make_actor(actor: Actor) -> Model:
    """The actor's model, one metre high, on y = 0, turned and mirrored as planned."""
    return _made(actor)[0]


def _made(actor: Actor) -> tuple[Model, float]:
    pose = actor.pose or FORMS[actor.form].poses[0]
    return _make(
        actor.form, pose, actor.attributes, actor.seed, actor.turn, actor.mirrored, actor.rest
    )


@lru_cache(maxsize=24)
def _make(
    form: str,
    pose: str,
    attributes: tuple[str, ...],
    seed: int,
    turn: float,
    mirrored: bool,
    rest: str,
) -> tuple[Model, float]:
    """The model one metre high, and the height that it was made with."""
    model = _unturned(form, pose, attributes, seed)
    if rest:
        model = grounded(rested(model, rest, aside=-1.0 if turn < 0 else 1.0))
    low, high = model.bounds
    height = max(float(high[1] - low[1]), 1e-6)
    scale = 1.0 / height
    side = -scale if mirrored else scale
    linear = rotation(y=turn) @ np.diag([side, scale, scale])
    least = _THIN * float((high - low).max()) * scale
    return model.mapped(lambda mesh: mesh.mapped(linear).thickened(least)), height


@lru_cache(maxsize=24)
def _unturned(form: str, pose: str, attributes: tuple[str, ...], seed: int) -> Model:
    """The model as it is made: a plan tries the same one in several turns."""
    return make(form, Request(np.random.default_rng(seed), pose, frozenset(attributes)))


def arrange(plan: Plan, models: Sequence[Model] | None = None) -> list[Placed]:
    """All actors of the plan in the world, with relations and structure."""
    made = models or [make_actor(actor) for actor in plan.actors]
    tied = {relation.object: relation for relation in plan.relations}
    placed: dict[int, Model] = {}
    for index, actor in enumerate(plan.actors):
        if index not in tied:
            placed[index] = _stand(made[index], actor, plan)
    extra: list[Placed] = []
    for relation in plan.relations:
        tie = TIES.get(relation.kind)
        if relation.kind in UNPLACED:
            extra += _stand_in(placed, made, relation.subject, relation.object)
        elif tie is not None and relation.subject in placed:
            holder = placed[relation.subject]
            real = [_made(plan.actors[i])[1] for i in (relation.object, relation.subject)]
            other, holder = tie(holder, made[relation.object], real[0] / real[1])
            placed[relation.subject], placed[relation.object] = holder, other
    found = [Placed(index, 0, model) for index, model in sorted(placed.items())]
    if any(r.kind == "casts the shadow of" for r in plan.relations):
        subject = next(r.subject for r in plan.relations if r.kind == "casts the shadow of")
        found = [replace(p, casts=p.actor != subject) for p in found]
    structured = STRUCTURES.get(plan.structure.kind) if plan.structure else None
    if structured is not None and found:
        found = structured(found, plan)
    return [*found, *extra]


def _stand(model: Model, actor: Actor, plan: Plan) -> Model:
    near = plan.actors[0].distance
    x, y, z = actor.x, actor.lift, near - actor.distance
    return model.mapped(lambda mesh: mesh.scaled(actor.height).moved(x, y, z))


def _stand_in(
    placed: dict[int, Model], made: Sequence[Model], subject: int, object_: int
) -> list[Placed]:
    """The object as nothing but the subject's shadow."""
    if subject not in placed:
        return []
    model = placed[subject]
    low, _ = model.bounds
    middle = top_of(model)
    at = np.array([middle[0], low[1], middle[2]])
    scale = float(size_of(model)[1] / size_of(made[object_])[1])
    other = set_at(made[object_], at, scale, centre=False)
    return [Placed(object_, 0, other, visible=False)]
