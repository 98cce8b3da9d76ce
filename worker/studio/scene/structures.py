"""Structures: what an abstract concept does to the arrangement of the actors."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from storage.archive.plan import Plan
from worker.studio.scene.mesh import Mesh, rotation
from worker.studio.scene.model import Placed, bounds_of

_APART = 14.0
"""Degrees that the copies in a row are turned by, at most."""
_TOWARDS, _PROFILE = 50.0, 1.2
"""Degrees that two turn towards each other, and width over depth of what is seen in profile."""
_RECEDING = 1.8
"""How far back each of a file is behind the one before it, in steps to the side."""
Structured = Callable[[list[Placed], Plan], list[Placed]]


def _copy(
    found: Sequence[Placed],
    copy: int,
    *,
    x: float,
    z: float,
    scale: float = 1.0,
    turn: float = 0.0,
    mirrored: bool = False,
    y: float = 0.0,
    roll: float = 0.0,
) -> list[Placed]:
    """The first actor and what is tied to it once more, its foot at a place."""
    low, high = bounds_of(found)
    foot = np.array([(low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2])

    half = np.array([0.0, (high[1] - low[1]) / 2, 0.0])
    linear = (
        rotation(y=turn) @ rotation(z=roll) @ np.diag([-scale if mirrored else scale, scale, scale])
    )
    shift = np.array([x, y + foot[1], z]) + half * scale - linear @ (foot + half)

    def change(mesh: Mesh) -> Mesh:
        return mesh.mapped(linear).moved(*shift)

    return [Placed(p.actor, copy, p.model.mapped(change), p.casts, p.visible) for p in found]


def _main_group(found: list[Placed], plan: Plan) -> tuple[list[Placed], list[Placed]]:
    """The first actor with what is tied to it, and the rest."""
    tied = {0} | {r.object for r in plan.relations if r.subject == 0}
    return [p for p in found if p.actor in tied], [p for p in found if p.actor not in tied]


def _place(group: Sequence[Placed]) -> tuple[float, float, float, float]:
    """Middle x and z, width and height of a group."""
    low, high = bounds_of(group)
    return (
        float(low[0] + high[0]) / 2,
        float(low[2] + high[2]) / 2,
        float(high[0] - low[0]),
        float(high[1] - low[1]),
    )


def _repeat(found: list[Placed], plan: Plan) -> list[Placed]:
    group, rest = _main_group(found, plan)
    x, z, width, tall = _place(group)
    side = 1.0 if x <= 0 else -1.0
    step = max(width, 0.35 * tall) * 1.12
    out = list(group)
    for k in range(1, 8):
        out += _copy(group, k, x=x + side * step * 0.42 * k, z=z - step * 1.5 * k)
    return [*out, *rest]


def _line_of(found: list[Placed], plan: Plan, sizes: Sequence[float]) -> list[Placed]:
    group, rest = _main_group(found, plan)
    _, z, width, tall = _place(group)
    steps = np.array([max(width, 0.28 * tall) * s * 1.04 for s in sizes])
    at = np.cumsum(steps) - steps / 2
    at -= at.mean()
    out: list[Placed] = []
    rng = np.random.default_rng(plan.seed)
    for k, (size, place) in enumerate(zip(sizes, at, strict=True)):
        # Nobody walks in step: copies that are the same look stamped.
        turn = float(rng.uniform(-_APART, _APART))
        out += _copy(group, k, x=float(place), z=z, scale=size, turn=turn)
    return [*out, *rest]


def _file(found: list[Placed], plan: Plan) -> list[Placed]:
    """One after the other into the distance: side by side they all would be tiny."""
    group, rest = _main_group(found, plan)
    x, z, width, tall = _place(group)
    side = 1.0 if x <= 0 else -1.0
    step = max(width, 0.28 * tall) * 1.04
    rng = np.random.default_rng(plan.seed)
    out = list(group)
    for k in range(1, COUNTS["procession"]):
        turn = float(rng.uniform(-_APART, _APART))
        out += _copy(group, k, x=x + side * step * k, z=z - _RECEDING * step * k, turn=turn)
    return [*out, *rest]


def _circle(found: list[Placed], plan: Plan) -> list[Placed]:
    group, rest = _main_group(found, plan)
    _, z, width, tall = _place(group)
    count = 8
    reach = max(width, 0.4 * tall) * 1.25 * count / (2 * math.pi)
    out: list[Placed] = []
    for k in range(count):
        angle = 2 * math.pi * (k + 0.5) / count
        turn = math.degrees(angle) + 180.0
        out += _copy(
            group, k, x=math.sin(angle) * reach, z=z - reach + math.cos(angle) * reach, turn=turn
        )
    return [*out, *rest]


def _mirror(found: list[Placed], plan: Plan) -> list[Placed]:
    group, rest = _main_group(found, plan)
    _, z, width, tall = _place(group)
    gap = max(width * 0.56, 0.2 * tall)
    return [*_copy(group, 0, x=-gap, z=z), *_copy(group, 1, x=gap, z=z, mirrored=True), *rest]


def _oppose(found: list[Placed], plan: Plan) -> list[Placed]:
    group, rest = _main_group(found, plan)
    _, z, width, tall = _place(group)
    gap = max(width * 0.6, 0.35 * tall) + 0.12 * tall
    low, high = bounds_of(group)
    actor = plan.actors[0]
    # What is made in profile faces +x, unless mirrored; all else faces the viewer.
    profile = width > _PROFILE * float(high[2] - low[2])
    turn = 0.0 if profile else _TOWARDS - actor.turn
    about = profile and actor.mirrored
    return [
        *_copy(group, 0, x=-gap, z=z, turn=turn, mirrored=about),
        *_copy(group, 1, x=gap, z=z, turn=-turn, mirrored=not about),
        *rest,
    ]


def _fall(found: list[Placed], plan: Plan) -> list[Placed]:
    group, rest = _main_group(found, plan)
    x, z, _, tall = _place(group)
    rng = np.random.default_rng(plan.seed)
    out: list[Placed] = []
    for k, (dx, dy) in enumerate(((-0.5, 0.35), (0.45, 0.95), (-0.15, 1.65))):
        roll = float(rng.choice([-1, 1]) * rng.uniform(50, 150))
        out += _copy(
            group, k, x=x + dx * tall * 1.3, y=dy * tall * 0.85, z=z - k * 0.3 * tall, roll=roll
        )
    return [*out, *rest]


def _stack(found: list[Placed], plan: Plan) -> list[Placed]:
    group, rest = _main_group(found, plan)
    x, z, width, tall = _place(group)
    out, level, size = list(group), tall, 1.0
    for k in range(1, 4):
        size *= 0.82
        out += _copy(
            group,
            k,
            x=x + (0.06 if k % 2 else -0.06) * width,
            y=level * 0.985,
            z=z,
            scale=size,
            turn=18.0 * k,
        )
        level += tall * size
    return [*out, *rest]


def _contrast(found: list[Placed], plan: Plan) -> list[Placed]:
    group, rest = _main_group(found, plan)
    x, z, width, tall = _place(group)
    side = 1.0 if x <= 0 else -1.0
    small = _copy(
        group, 1, x=x + side * (0.62 * width + 0.25 * tall), z=z + 0.12 * tall, scale=0.16
    )
    return [*group, *small, *rest]


STRUCTURES: dict[str, Structured] = {
    "repetition": _repeat,
    "procession": _file,
    "growth": lambda found, plan: _line_of(found, plan, [0.4, 0.6, 0.82, 1.06]),
    "decline": lambda found, plan: _line_of(found, plan, [1.06, 0.82, 0.6, 0.4]),
    "rhythm": lambda found, plan: _line_of(found, plan, [1.0, 0.6, 1.0]),
    "circle": _circle,
    "mirror": _mirror,
    "opposition": _oppose,
    "falling": _fall,
    "stack": _stack,
    "scale": _contrast,
}
"""Structures that arrange the actors. Others change the layout, the light or the buffers."""

COUNTS = {
    "repetition": 8, "procession": 5, "growth": 4, "decline": 4, "rhythm": 3, "circle": 8,
    "mirror": 2, "opposition": 2, "falling": 3, "stack": 4, "scale": 2,
}  # fmt: skip
"""How many of the first actor a structure shows, where it is a number that one can count."""
