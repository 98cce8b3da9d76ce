"""How light sets a subject off: a large sun or moon, light in panes or bars, a lamp.

`Lighting.pattern` of a plan names one: `disc` is the sun or moon large behind the first actor;
`panes` and `blinds` let the key light through an opening that is not seen, so that it falls in a
pattern and leaves the rest in shade; `beam` is one round light on the first actor, and `edge` the
shadow of something that is not seen, which falls over the ground or the wall beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from storage.archive.plan import Plan
from worker.studio.field.render import Buffers, Light, Surface
from worker.studio.scene.arrange import make_actor
from worker.studio.scene.mesh import Array, Mesh, box
from worker.studio.scene.model import COPIES, Model, Part, Placed, bounds_of
from worker.studio.scene.sky import HOURS, Disc

_INSIDE = 1.25
"""How many of its radii a disc keeps from the frame."""
DARK = -0.6
"""Key of the hour up to which what burns gives the light."""
_BURNING, _BRIGHT = ("fire", "flame", "lamp"), 0.5
_LIGHTS = ("light from below", "light from above")
"""Structures in which one thing that burns still stands alone."""
SHUTTER = 50_000
"""Object number of what the light falls through; it is never seen."""
_EDGE, _ASLANT = (0.45, 1.1), 28.0
"""How far over the actor's middle the edge of a shadow is, in its sizes, and how far it leans."""
_BEAM = 0.72
"""Radius of a beam, in sizes of the actor, which reaches 0.63 from its middle at most."""
_SHADED, _UNLIT = 0.62, 0.85
"""Share of the light that such a shadow takes, and that is lacking beside a beam."""
_LIT, _LEAST_LIT, _FILL = 0.5, 0.4, 0.46
"""Light from which on a place counts as lit, the least share of the first actor that is, and the
strongest light that is thrown back onto it where less is.
"""
LIGHT_PATTERNS = {
    "disc": "the {disc} stands large behind {the}",
    "panes": "the light falls through a window that is not seen, in bright panes",
    "blinds": "the light falls through slats that are not seen, in bright bars",
    "beam": "one beam of light falls on {the}, and leaves the rest in the dark",
    "edge": "the shadow of something that is not seen falls beside {the}, with one straight edge",
}
"""Each pattern of light as a clause."""


def disc_of(plan: Plan, placed: Sequence[Placed]) -> Disc | None:
    """Where the plan's disc stands: behind the upper part of the first actor."""
    if plan.light.pattern != "disc" or not plan.actors:
        return None
    low, high = bounds_of([p for p in placed if p.actor == 0])
    rng = np.random.default_rng(plan.seed)
    zoom = 2 * np.tan(np.radians(plan.camera.lens) / 2)
    radius = float(rng.uniform(0.2, 0.29)) * zoom
    eye = np.array([0.0, plan.camera.height, plan.actors[0].distance])
    at = low + (high - low) * np.array([0.5, rng.uniform(0.55, 0.85), 0.5])
    at[0] += float(rng.choice([-1.0, 0.0, 1.0])) * 0.55 * radius * plan.actors[0].distance
    ray = (at - eye) / np.linalg.norm(at - eye)
    # It stays above the horizon, at least in its greater part.
    ray[1] = max(ray[1], 0.45 * radius)
    # All of it is in the frame: at z = -1 the frame is a rectangle about the horizon.
    ray = ray / max(-ray[2], 1e-6)
    wide, tall = zoom * max(plan.format, 1.0), zoom / min(plan.format, 1.0)
    room = max(0.5 * wide - _INSIDE * radius, 0.0)
    ray[0] = float(np.clip(ray[0], -room, room))
    ray[1] = min(ray[1], plan.camera.horizon * tall - _INSIDE * radius)
    if ray[1] < 0.45 * radius:
        return None
    return Disc(ray / np.linalg.norm(ray), radius)


def lamp_of(plan: Plan) -> bool:
    """Whether the first actor is the light of the picture: it burns, and all else is dark."""
    if not plan.actors or HOURS[plan.light.hour].key > DARK or plan.light.direction == "below":
        return False
    if plan.structure is not None and plan.structure.kind not in _LIGHTS:
        return False
    return burns(make_actor(plan.actors[0]))


def burns(model: Model) -> bool:
    """Whether a part of it gives the light of a flame or a lamp."""
    return any(is_bright(part) for part in model.parts)


def is_bright(part: Part) -> bool:
    """Whether it is a flame or the glass of a lamp."""
    return part.material in _BURNING and part.glow >= _BRIGHT


def lamplit(plan: Plan, light: Light, placed: Sequence[Placed]) -> Light:
    """The light of a picture whose first actor burns: from its flames, well before them.

    What holds a flame must not stand in its own shadow: a stem under a dish would vanish.
    """
    own = [p for p in placed if p.actor == 0]
    if not own or not lamp_of(plan):
        return light
    points = np.concatenate([q.mesh.points for p in own for q in p.model.parts if is_bright(q)])
    low, high = bounds_of(own)
    size = float((high - low).max())
    middle = (points.min(0) + points.max(0)) / 2 + np.array([0.0, -0.12, 0.85]) * size
    return replace(
        light,
        at=(float(middle[0]), float(middle[1]), float(middle[2])),
        key=1.6,
        ambient=0.22,
        reach=1.1 * size,
    )


def shuttered(plan: Plan, light: Light, focus: tuple[Array, float]) -> tuple[Light, list[Surface]]:
    """The light through the plan's panes or blinds, and what stops the rest of it."""
    if plan.light.pattern not in ("panes", "blinds"):
        return light, []
    centre, size = focus
    frame = _frame(light)
    rng = np.random.default_rng(plan.seed)
    bars = _panes(size, rng) if plan.light.pattern == "panes" else _blinds(size, rng)
    at = centre - frame[:, 2] * size * 1.2
    surfaces = []
    for mesh in bars:
        points = mesh.points @ frame.T + at
        none = np.zeros(3, dtype=np.float32)
        surfaces.append(
            Surface(
                points,
                mesh.faces,
                points,
                points,
                points,
                none,
                none,
                object=SHUTTER,
                visible=False,
                reflects=False,
            )
        )
    return replace(light, softness=0.02, ambient=light.ambient * 0.7), surfaces


def _slab(left: float, right: float, low: float, high: float) -> Mesh:
    return box(right - left, high - low, 0.01).moved((left + right) / 2, low, 0.0)


def _panes(size: float, rng: np.random.Generator) -> list[Mesh]:
    """An opening with two or three columns and rows of panes, and the wall around it."""
    half, high, far = 0.56 * size, 0.6 * size, 3.0 * size
    bar = 0.035 * size
    slabs = [
        _slab(-far, -half, -far, far),
        _slab(half, far, -far, far),
        _slab(-half, half, high, far),
        _slab(-half, half, -far, -high),
    ]
    columns, rows = int(rng.integers(2, 4)), int(rng.integers(2, 4))
    for k in range(1, columns):
        x = -half + 2 * half * k / columns
        slabs.append(_slab(x - bar, x + bar, -high, high))
    for k in range(1, rows):
        y = -high + 2 * high * k / rows
        slabs.append(_slab(-half, half, y - bar, y + bar))
    return slabs


def _blinds(size: float, rng: np.random.Generator) -> list[Mesh]:
    """Level slats, open a little more than half."""
    step, far = float(rng.uniform(0.2, 0.3)) * size, 3.0 * size
    open_ = float(rng.uniform(0.5, 0.62))
    count = int(far / step)
    return [_slab(-far, far, k * step, (k + 1 - open_) * step) for k in range(-count, count)]


def shaped(
    buffers: Buffers, plan: Plan, light: Light, focus: tuple[Array, float], rng: np.random.Generator
) -> Buffers:
    """The buffers with the light of a beam, or with the shadow whose edge crosses the ground, and
    a first actor that does not stand wholly in the shade.
    """
    buffers = _patterned(buffers, plan, light, focus, rng)
    if lamp_of(plan) or plan.light.pattern == "disc":
        return buffers
    return filled(buffers, (buffers.object >= 0) & (buffers.object < COPIES), light)


def filled(buffers: Buffers, subject: NDArray[np.bool_], light: Light) -> Buffers:
    """The buffers with light thrown back onto a subject of which too little is lit.

    It comes from the front, from the side that the key light does not come from, so the form turns
    from light to shade in it; an even light would show the form as flat as the shade does.
    """
    if not subject.any():
        return buffers
    lacking = _LEAST_LIT - float((buffers.light[subject] > _LIT).mean())
    if lacking <= 0:
        return buffers
    side = -1.0 if light.towards[0] < 0 else 1.0
    way = np.array([0.75 * side, 0.5, 0.6], dtype=np.float32)
    facing = np.clip(buffers.normal @ (way / np.linalg.norm(way)), 0, 1)
    fill = _FILL * min(2.5 * lacking, 1.0) * facing * (1 - 0.7 * buffers.occlusion) * subject
    lit = buffers.light + fill * (1 - buffers.light)
    return replace(buffers, light=lit.astype(np.float32))


def _patterned(
    buffers: Buffers, plan: Plan, light: Light, focus: tuple[Array, float], rng: np.random.Generator
) -> Buffers:
    if plan.light.pattern not in ("beam", "edge"):
        return buffers
    centre, size = focus
    across = (buffers.position - centre) @ _frame(light)[:, :2] / size
    if plan.light.pattern == "beam":
        over = np.hypot(across[..., 0], across[..., 1]) - _BEAM
        there, depth = buffers.object >= 0, _UNLIT
    else:
        lean = np.radians(float(rng.uniform(-_ASLANT, _ASLANT)))
        level = float(rng.uniform(*_EDGE))
        over = across[..., 1] * np.cos(lean) + across[..., 0] * np.sin(lean) - level
        there, depth = buffers.object >= COPIES * len(plan.actors), _SHADED
    dark = np.clip(over / (2 * light.softness) + 0.5, 0, 1) * there
    return replace(
        buffers,
        shadow=(buffers.shadow * (1 - dark)).astype(np.float32),
        light=(buffers.light * (1 - depth * dark)).astype(np.float32),
    )


def _frame(light: Light) -> Array:
    """Columns: across the light's way, up, and along it."""
    towards = np.array(light.towards) / np.linalg.norm(light.towards)
    across = np.cross(towards, [0.0, 1.0, 0.0])
    across /= np.linalg.norm(across)
    return np.stack([across, np.cross(across, towards), towards], axis=1)
