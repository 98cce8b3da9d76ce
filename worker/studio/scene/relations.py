"""Relations: how one actor is tied to another, and what each is in words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from worker.studio.scene.mesh import Array
from worker.studio.scene.model import Model

STATUE = "is the statue on"
DWARFED = {"towers over": 0.25, "hovers over": 0.3, STATUE: 0.36}
"""Longest extent of what is small beside a giant, in the giant's: what hovers is smaller itself."""
_BROADER, _LEAST_BROAD = 1.12, 0.4
"""Width of a plinth over that of the foot on it, and over the longest extent of that, at least."""
_STEP, _CLEARANCE, _ALOFT = 0.3, 0.12, 0.46
"""The way of what is small from the giant, in its own heights; the air between it and a giant
above it, and the least height of that over the ground, in the giant's extents."""
_HEADED, _BROAD, _DEEPEST = 1.65, 0.6, 0.25
"""Size of what takes the place of a head in ways from the neck's foot to the middle of the head;
the share of its width that is to rest on the shoulders, and the share of its height that sinks
between them for it at most."""
_ROOMY, _FLOOR = 0.6, 0.1
"""Share of a shell that what it encloses fills at most, and that lies under it."""

Tie = Callable[[Model, Model, float], tuple[Model, Model]]
"""Sets a thing on, in or against another: it gets both models, and the height of the thing over
that of the other as they are in life."""


def size_of(model: Model) -> Array:
    """Width, height and depth."""
    low, high = model.bounds
    return np.asarray(high - low)


def set_at(model: Model, at: Array, scale: float, *, centre: bool) -> Model:
    """The unit model scaled, with its foot (or its middle) at a point."""
    low, high = model.bounds
    foot = (low + high) / 2 * scale
    if not centre:
        foot[1] = low[1] * scale
    shift = at - foot
    return model.mapped(lambda mesh: mesh.scaled(scale).moved(*shift))


def _anchor(model: Model, *names: str) -> Array | None:
    for name in names:
        if name in model.anchors:
            return np.array(model.anchors[name])
    return None


def top_of(model: Model) -> Array:
    """The middle of the upper side of its bounds."""
    low, high = model.bounds
    return np.array([(low[0] + high[0]) / 2, high[1], (low[2] + high[2]) / 2])


def _summit(model: Model) -> Array:
    """The highest point of the model: of a church the tip of its spire."""
    points = np.concatenate([part.mesh.points for part in model.parts])
    tip = points[np.argmax(points[:, 1])]
    tall = float(np.ptp(points[:, 1]))
    level = points[points[:, 1] > tip[1] - 0.01 * tall]
    near = level[np.hypot(level[:, 0] - tip[0], level[:, 2] - tip[2]) < 0.12 * tall]
    return np.array([near[:, 0].mean(), tip[1], near[:, 2].mean()])


def _longest(model: Model) -> float:
    return max(float(size_of(model).max()), 1e-6)


def _scaled(thing: Model, other: Model, real: float, *, least: float, most: float) -> float:
    """The thing's size as in life; its longest extent in shares of the other's height."""
    tall, longest = float(size_of(other)[1]), _longest(thing)
    return float(np.clip(real * tall, least * tall / longest, most * tall / longest))


def _holds(holder: Model, thing: Model, real: float) -> tuple[Model, Model]:
    hand = _anchor(holder, "hand", "other_hand", "top")
    at = top_of(holder) if hand is None else hand
    return set_at(
        thing, at, _scaled(thing, holder, real, least=0.16, most=0.36), centre=True
    ), holder


def _carries(holder: Model, thing: Model, real: float) -> tuple[Model, Model]:
    back = _anchor(holder, "back", "seat", "top")
    at = top_of(holder) if back is None else back
    return set_at(
        thing, at, _scaled(thing, holder, real, least=0.2, most=0.7), centre=False
    ), holder


def _stands_on(base: Model, thing: Model, real: float) -> tuple[Model, Model]:
    at = _anchor(base, "seat")
    at = _summit(base) if at is None else at
    at = at - np.array([0, 0.01 * size_of(base)[1], 0])
    return set_at(thing, at, _scaled(thing, base, real, least=0.14, most=0.72), centre=False), base


def _stands_in(frame: Model, thing: Model, real: float) -> tuple[Model, Model]:
    low, high = frame.bounds
    inside = _anchor(frame, "inside")
    at = np.array([(low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2])
    if inside is not None:
        at = np.array([inside[0], low[1], inside[2]])
    scale = _scaled(thing, frame, real, least=0.3, most=0.6)
    scale = min(scale, 0.7 * (high[0] - low[0]) / max(size_of(thing)[0], 1e-6))
    return set_at(thing, at, float(scale), centre=False), frame


def _encloses(shell: Model, thing: Model, real: float) -> tuple[Model, Model]:
    """The thing on the floor of the shell, as large as it has room for: no perch is in its way."""
    shell = Model([part for part in shell.parts if part.name != "perch"], shell.anchors)
    low, high = shell.bounds
    inside = _anchor(shell, "inside")
    at = (low + high) / 2 if inside is None else inside
    most = float(np.min(_ROOMY * (high - low) / np.maximum(size_of(thing), 1e-6)))
    scale = float(np.clip(real * (high - low)[1], 0.8 * most, most))
    half = 0.5 * scale * size_of(thing)
    at[1] = low[1] + _FLOOR * (high - low)[1] + half[1]
    return set_at(thing, np.clip(at, low + half, high - half), scale, centre=True), shell


def _leans(support: Model, thing: Model, real: float) -> tuple[Model, Model]:
    low, _ = support.bounds
    tall = size_of(support)[1]
    scale = _scaled(thing, support, real, least=0.4, most=0.9)
    angle = 16.0
    tilted = thing.mapped(lambda mesh: mesh.scaled(scale).turned(z=angle))
    tilted = tilted.mapped(lambda mesh: mesh.moved(y=low[1] - tilted.bounds[0][1]))
    # They touch near the thing's upper end, at the support's right side there.
    level = low[1] + 0.85 * size_of(tilted)[1]
    side = _rightmost(support, level, 0.1 * tall, sign=1.0)
    own = _rightmost(tilted, level, 0.1 * tall, sign=-1.0)
    x, _, z = side - own
    return tilted.mapped(lambda mesh: mesh.moved(x - 0.01 * tall, 0.0, z)), support


def _rightmost(model: Model, level: float, reach: float, *, sign: float) -> Array:
    """The point farthest right (or left, below zero) near a height; of the whole where none is."""
    points = np.concatenate([part.mesh.points for part in model.parts])
    near = points[np.abs(points[:, 1] - level) < reach]
    near = near if len(near) else points
    return np.asarray(near[np.argmax(sign * near[:, 0])])


def _towers(giant: Model, thing: Model, _: float) -> tuple[Model, Model]:
    """The thing small at the giant's foot, before it, on the side where the picture has room."""
    low, high = giant.bounds
    scale = DWARFED["towers over"] * float((high - low).max()) / _longest(thing)
    side = 1.0 if low[0] + high[0] <= 0 else -1.0
    edge = high[0] if side > 0 else low[0]
    half = 0.5 * scale * float(size_of(thing)[0])
    at = np.array([edge + side * (half + _STEP * scale), low[1], high[2] + _STEP * scale])
    return set_at(thing, at, scale, centre=False), giant


def _hovers(giant: Model, thing: Model, _: float) -> tuple[Model, Model]:
    """The giant well above the ground, the thing small on the ground under its outer half."""
    # A coat in the air hangs on no peg.
    giant = Model([part for part in giant.parts if part.name != "peg"], giant.anchors)
    low, high = giant.bounds
    extent = float((high - low).max())
    scale = DWARFED["hovers over"] * extent / _longest(thing)
    over = max(scale * float(size_of(thing)[1]) + _CLEARANCE * extent, _ALOFT * extent)
    rise = max(0.0, over - low[1])
    side = 1.0 if low[0] + high[0] <= 0 else -1.0
    at = np.array([(low[0] + high[0]) / 2 + side * 0.4 * (high - low)[0], 0.0, high[2]])
    return set_at(thing, at, scale, centre=False), giant.mapped(lambda mesh: mesh.moved(y=rise))


def _stands_on_plinth(giant: Model, plinth: Model, _: float) -> tuple[Model, Model]:
    """The plinth under the giant, as broad as its foot needs."""
    low, high = giant.bounds
    extent = float((high - low).max())
    points = np.concatenate([part.mesh.points for part in giant.parts])
    foot = points[points[:, 1] < low[1] + 0.1 * (high - low)[1]]
    least, most = foot.min(0), foot.max(0)
    broad = np.maximum(_BROADER * (most - least), _LEAST_BROAD * extent)
    tall = DWARFED[STATUE] * extent
    scale = np.array([broad[0], tall, broad[2]]) / np.maximum(size_of(plinth), 1e-6)
    at = np.array([(least[0] + most[0]) / 2, 0.0, (least[2] + most[2]) / 2])
    under = plinth.mapped(lambda mesh: mesh.scaled(*scale).moved(*at))
    return under, giant.mapped(lambda mesh: mesh.moved(y=tall - low[1]))


def _heads(body: Model, thing: Model, _: float) -> tuple[Model, Model]:
    """The thing on the shoulders in place of a head, larger than it: the neck ends inside it."""
    head = _anchor(body, "head")
    neck = _anchor(body, "neck")
    if head is None or neck is None:
        return set_at(thing, top_of(body), 0.3 * size_of(body)[1], centre=False), body
    wide, tall, _ = size_of(thing)
    scale = _HEADED * float(np.linalg.norm(head - neck)) / float(np.sqrt(wide * tall))
    x, _, z = (head + neck) / 2
    at = np.array([x, neck[1] - scale * _narrow_below(thing), z])
    return set_at(thing, at, scale, centre=False), body


def _narrow_below(thing: Model) -> float:
    """The height from its foot up to where it is broad enough to rest on something."""
    points = np.concatenate([part.mesh.points for part in thing.parts])
    low, high = thing.bounds
    rise = points[:, 1] - low[1]
    least, most = _BROAD * float(high[0] - low[0]), _DEEPEST * float(high[1] - low[1])
    for level in np.linspace(0, most, 13)[1:]:
        if float(np.ptp(points[rise <= level, 0])) >= least:
            return float(level)
    return most


TIES: dict[str, Tie] = {
    "holds": _holds,
    "carries": _carries,
    "bears": _stands_on,
    "frames": _stands_in,
    "encloses": _encloses,
    "supports": _leans,
    "towers over": _towers,
    "hovers over": _hovers,
    STATUE: _stands_on_plinth,
    "lacks its head for": _heads,
}
COLOSSAL = tuple(DWARFED)
"""Relations whose subject is a giant beside its object, which has its own size."""
SURREAL = (*COLOSSAL, "lacks its head for")
"""Relations that no life has: two things whose scale or place is impossible."""
UNPLACED = ("casts the shadow of",)
"""Relations whose object has no place of its own in the scene."""

RELATIONS: dict[str, str] = {
    "holds": "{a} holds {b}",
    "carries": "{a} carries {b} on its back",
    "bears": "{b} stands on {a}",
    "frames": "{b} stands inside {a}",
    "encloses": "{a} encloses {b}",
    "supports": "{b} leans against {a}",
    "towers over": "{a} towers over {b}",
    "hovers over": "{a} hovers in the air over {b}",
    STATUE: "{a} stands on {b} in place of a statue",
    "lacks its head for": "{b} takes the place of the head of {a}",
    "casts the shadow of": "{a} casts the shadow of {b}",
}
"""Each relation between a subject (a) and an object (b) as a clause."""
