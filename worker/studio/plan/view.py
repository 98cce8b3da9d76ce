"""How the actors are looked at: from how high, how large, and on which side of the picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from storage.archive.plan import Actor, Plan, Relation, Structure
from worker.studio.plan.choices import Choices
from worker.studio.scene.layout import PORTRAITS, Wish, is_flat
from worker.studio.scene.model import FORMS
from worker.studio.scene.relations import COLOSSAL, SURREAL
from worker.studio.scene.settings import SettingKind
from worker.studio.scene.structures import COUNTS

Rng = np.random.Generator

_ACROSS = ("ruins",)
"""Settings with a wall across the view: seen from above, the frame leaves a scrap of it."""


def choose_viewpoint(
    structure: Structure | None,
    actors: Sequence[Actor],
    relations: Sequence[Relation],
    *,
    kind: SettingKind,
    rng: Rng,
) -> str:
    """From how high the viewer looks."""
    related = {relation.kind for relation in relations}
    if "hovers over" in related:
        return "low"  # else the horizon is above it, and it seems to stand
    if related & {*SURREAL}:
        return str(rng.choice(["low", "eye level"], p=[0.6, 0.4]))
    if structure is not None and structure.kind == "circle":
        return "high"
    if actors and FORMS[actors[0].form].where == "wall":
        return "eye level"
    table = kind.scale == "table"
    odds = [0.2, 0.65, 0.15] if table else [0.45, 0.5, 0.05]
    if kind.name in _ACROSS:
        odds = [0.6, 0.4, 0.0]
    if table and actors and is_flat(actors[0]):
        odds = [0.0, 0.3, 0.7]
    return str(rng.choice(["low", "eye level", "high"], p=odds))


def draw_wish(plan: Plan, structure: Structure | None, rng: Rng) -> Wish:
    """The sizes and places that the layout is asked for."""
    if structure is not None and structure.kind == "isolation":
        return Wish(["small"], [str(rng.choice(["left", "right"]))])
    if structure is not None and structure.kind in COUNTS:
        # A file leads away from one side to the other.
        first = str(rng.choice(["left", "right"])) if structure.kind == "procession" else ""
        return Wish([_repeated_size(structure.kind)], [first])
    first = str(rng.choice(["huge", "large"], p=[0.45, 0.55]))
    if plan.actors and plan.actors[0].form in PORTRAITS:
        first = "huge"
    rest = [str(rng.choice(["medium", "small"], p=[0.75, 0.25])) for _ in plan.actors[1:]]
    if len(plan.actors) == 1 or plan.relations:
        # What is tied to the first actor goes where that goes.
        places = [str(rng.choice(["left", "centre", "right"], p=_sides(plan.light.direction)))]
        places += ["" for _ in plan.actors[1:]]
    else:
        order = [["left", "right"], ["right", "left"]][int(rng.integers(2))]
        places = [*order, *["" for _ in plan.actors[2:]]]
    if plan.actors and plan.actors[0].rest == "flat":
        places[0] = "centre"
    return Wish([first, *rest], places)


def _sides(direction: str) -> list[float]:
    """Shares of left, centre and right: a thing stands where its shadow falls into the frame."""
    return {"left": [0.6, 0.34, 0.06], "right": [0.06, 0.34, 0.6]}.get(
        direction, [0.38, 0.24, 0.38]
    )


def chosen_wish(plan: Plan, wish: Wish, chosen: Choices) -> Wish:
    """The wish with what a composer chose; a giant is never small."""
    wanted = [chosen.actor(actor.concept) for actor in plan.actors]
    giant = any(relation.kind in COLOSSAL for relation in plan.relations)
    sizes = [a.size or size for a, size in zip(wanted, wish.sizes, strict=False)]
    return Wish(
        [*wish.sizes[:1], *sizes[1:]] if giant else sizes,
        [a.place or place for a, place in zip(wanted, wish.places, strict=False)],
    )


def _repeated_size(kind: str) -> str:
    return "large" if kind in ("mirror", "scale", "opposition", "procession") else "medium"
