"""How light and background set a subject off: a large sun or moon, light in panes, a wallpaper.

`Lighting.pattern` of a plan names one: `disc` is the sun or moon large behind the first actor;
`panes` and `blinds` let the key light through an opening that is not seen, so that it falls in a
pattern and leaves the rest in shade.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from storage.archive.plan import Plan
from worker.studio.field.colour import Pixels, lighten, luminance, mix
from worker.studio.field.render import Light, Surface
from worker.studio.scene.arrange import make_actor
from worker.studio.scene.colours import Board
from worker.studio.scene.mesh import Array, Mesh, box
from worker.studio.scene.model import GROUND, WALLPAPER, Model, Placed, bounds_of
from worker.studio.scene.relations import PATTERN
from worker.studio.scene.settings import Ground
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
_MOST_PIECES = 90
_PANEL = 900
"""Part number of the first colour of panels."""
_LEAST_STEP = 0.12
"""Of luminance between two panels."""
_WALLS = ("back wall", "wall")

LIGHT_PATTERNS = {
    "disc": "the {disc} stands large behind {the}",
    "panes": "the light falls through a window that is not seen, in bright panes",
    "blinds": "the light falls through slats that are not seen, in bright bars",
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
    return any(part.material in _BURNING and part.glow >= _BRIGHT for part in model.parts)


def lamplit(plan: Plan, light: Light, placed: Sequence[Placed]) -> Light:
    """The light of a picture whose first actor burns: from its flames, a little before them."""
    own = [p for p in placed if p.actor == 0]
    if not own or not lamp_of(plan):
        return light
    parts = [q for p in own for q in p.model.parts if q.glow >= _BRIGHT and q.material in _BURNING]
    points = np.concatenate([part.mesh.points for part in parts])
    low, high = bounds_of(own)
    size = float((high - low).max())
    middle = (points.min(0) + points.max(0)) / 2 + np.array([0.0, 0.12, 0.45]) * size
    return replace(
        light,
        at=(float(middle[0]), float(middle[1]), float(middle[2])),
        key=1.6,
        ambient=0.1,
        reach=0.75 * size,
    )


def shuttered(plan: Plan, light: Light, focus: tuple[Array, float]) -> tuple[Light, list[Surface]]:
    """The light through the plan's panes or blinds, and what stops the rest of it."""
    if plan.light.pattern not in ("panes", "blinds"):
        return light, []
    centre, size = focus
    towards = np.array(light.towards) / np.linalg.norm(light.towards)
    across = np.cross(towards, [0.0, 1.0, 0.0])
    across /= np.linalg.norm(across)
    upward = np.cross(across, towards)
    frame = np.stack([across, upward, towards], axis=1)
    rng = np.random.default_rng(plan.seed)
    bars = _panes(size, rng) if plan.light.pattern == "panes" else _blinds(size, rng)
    at = centre - towards * size * 1.2
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


def wallpaper(plan: Plan, ground: Ground, board: Board) -> list[Surface]:
    """The object of a `PATTERN` relation, again and again on the wall behind."""
    relation = next((r for r in plan.relations if r.kind == PATTERN), None)
    walls = [part for part in ground.parts if part.name in _WALLS]
    if relation is None or not walls:
        return []
    at = max(float(part.mesh.points[:, 2].max()) for part in walls)
    model = make_actor(plan.actors[relation.object])
    low, high = model.bounds
    places, cell = _printed_places(plan, at)
    scale = 0.72 * cell / float((high - low)[:2].max())
    pressed = model.mapped(
        lambda mesh: mesh.moved(*(-(low + high) / 2)).scaled(scale, scale, 0.03 * scale)
    )
    return [
        _painted(
            part.mesh.moved(x, y, at + 0.02 * scale),
            _printed(board, part.material),
            number=WALLPAPER + count,
        )
        for count, (x, y) in enumerate(places)
        for part in pressed.parts
    ]


def _printed_places(plan: Plan, at: float) -> tuple[list[tuple[float, float]], float]:
    """Where the pieces of a wallpaper are on a wall at z = `at`, and the length of their cell."""
    side = (plan.actors[0].distance - at) * 2 * np.tan(np.radians(plan.camera.lens) / 2)
    wide, tall = side * max(plan.format, 1.0), side / min(plan.format, 1.0)
    top = plan.camera.height + plan.camera.horizon * tall
    cell = float(side * np.random.default_rng(plan.seed).uniform(0.17, 0.24))
    columns = int(np.ceil(wide / cell)) + 1
    found = []
    for row in range(int(np.ceil(tall / cell)) + 1):
        y = float(top - (row + 0.5) * cell)
        shift = 0.25 if row % 2 else -0.25
        if y > cell / 2:
            found += [((k - (columns - 1) / 2 + shift) * cell, y) for k in range(columns)]
    return found[:_MOST_PIECES], cell


def _painted(mesh: Mesh, colour: Pixels, *, number: int, part: int = 0) -> Surface:
    """A surface of one colour that throws no shadow."""
    return Surface(
        mesh.points,
        mesh.faces,
        mesh.normals,
        mesh.grain,
        mesh.points,
        colour,
        colour,
        object=number,
        part=part,
        casts=False,
    )


def panels(plan: Plan, placed: Sequence[Placed], board: Board) -> list[Surface]:
    """Behind each copy of a grid a field, of two colours by turns."""
    if plan.structure is None or plan.structure.kind != "grid":
        return []
    boxes = [one.model.bounds for one in placed if one.actor == 0]
    middles = np.array([(low + high) / 2 for low, high in boxes])
    apart = [np.diff(np.unique(np.round(middles[:, axis], 3))).max(initial=0.0) for axis in (0, 1)]
    cell = max(apart) or float((boxes[0][1] - boxes[0][0]).max()) * 1.22
    first, second = board.role("back"), board.role("ground")
    if abs(float(luminance(first) - luminance(second))) < _LEAST_STEP:
        second = lighten(first, -0.16 if float(luminance(first)) > 0.5 else 0.16)
    found = []
    low = middles.min(0)
    back = min(float(box[0][2]) for box in boxes) - 0.05 * cell
    for x, y, _ in middles:
        turn = (round((x - low[0]) / cell) + round((y - low[1]) / cell)) % 2
        field = box(cell, cell, 0.01 * cell).moved(x, y - cell / 2, back)
        colour = second if turn else first
        found.append(_painted(field, colour, number=GROUND, part=_PANEL + turn))
    return found


def _printed(board: Board, material: str) -> Pixels:
    """A part's colour in a print of one tone on the wall's colour."""
    wall = board.role("back")
    own = board.part(material, main=board.role("second"))
    dark = float(wall.mean()) < 0.5
    return mix(lighten(wall, 0.16 if dark else -0.16), own, 0.22)
