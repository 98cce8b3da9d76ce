"""A sketch of a picture that is being made, from its plan: where things will stand, in its colours.

It shows the layout only: each actor is an ellipse of its height, before the horizon.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from storage.archive.plan import Actor, Plan

_SIDE: Final = 100.0
_SLENDER: Final = 0.55
"""Width of an actor's ellipse as a share of its height."""


@dataclass(frozen=True)
class Blob:
    """One actor in the drawing's units (y grows downwards)."""

    x: float
    y: float
    across: float
    tall: float
    colour: str


@dataclass(frozen=True)
class PlanSketch:
    """A drawing whose shorter side is 100 units; the ground begins at `horizon`."""

    width: float
    height: float
    horizon: float
    sky: str
    ground: str
    blobs: tuple[Blob, ...]


def sketch_plan(plan: Plan) -> PlanSketch | None:
    """Draw a plan's layout, the farthest actor first; None without a palette."""
    roles = {pigment.role: pigment.colour for pigment in plan.palette}
    if not roles:
        return None
    first = plan.palette[0].colour
    width, height = _SIDE * max(plan.format, 1.0), _SIDE / min(plan.format, 1.0)
    far = sorted(plan.actors, key=lambda actor: -actor.distance)
    return PlanSketch(
        width=round(width, 1),
        height=round(height, 1),
        horizon=round(min(max(plan.camera.horizon, 0.0), 1.0) * height, 1),
        sky=roles.get("back", first),
        ground=roles.get("ground", roles.get("second", first)),
        blobs=tuple(_blob(plan, actor, width, height) for actor in far),
    )


def _blob(plan: Plan, actor: Actor, width: float, height: float) -> Blob:
    """An actor by the studio's projection: the lens is the view's angle over the shorter side."""
    zoom = 2 * math.tan(math.radians(plan.camera.lens) / 2)
    unit = _SIDE / (zoom * max(actor.distance, 0.01))
    tall = max(actor.height * unit, 2.0)
    foot = plan.camera.horizon * height + (plan.camera.height - actor.lift) * unit
    colours = {pigment.name: pigment.colour for pigment in plan.palette}
    main = next((one.colour for one in plan.palette if one.role == "main"), plan.palette[-1].colour)
    return Blob(
        x=round(width / 2 + actor.x * unit, 1),
        y=round(foot - tall / 2, 1),
        across=round(tall * _SLENDER / 2, 1),
        tall=round(tall / 2, 1),
        colour=colours.get(actor.colour, main),
    )
