"""Settings indoors, on a table or a stage, and plain grounds."""

from __future__ import annotations

import numpy as np

from worker.studio.scene.mesh import box, sheet
from worker.studio.scene.model import Part
from worker.studio.scene.settings.kinds import (
    INSIDE,
    Ground,
    Need,
    bare_wall,
    endless,
    plane,
    setting,
    tessellated,
)


@setting(
    "room",
    "a bare room",
    "wooden floor",
    hours=INSIDE,
    scenery=("chair", "cupboard", "picture frame"),
    takes=("ground", "table", "air", "wall"),
)
def room(need: Need) -> Ground:
    """A floor of boards that ends at one wall, near enough to take the shadow."""
    at = min(need.back - 0.2 * need.unit, -0.3 * need.near) if need.hung is None else need.hung
    return bare_wall(need, at, floor="wood", pattern="planks")


@setting(
    "window",
    "a room with a large window",
    "wooden floor",
    hours=("day", "dawn", "sunset", "dusk", "moonlight", "overcast", "storm", "summer"),
    scenery=("chair", "curtain"),
    takes=("ground", "table", "air"),
)
def window(need: Need) -> Ground:
    """A room whose back wall has an open window on the sky."""
    return Ground(_walls(need), wall_at=-need.far)


def _walls(need: Need) -> list[Part]:
    """The room about a window. No wall ends within the view: a band of something else over it would
    have no meaning.
    """
    unit, deep = need.unit, need.far
    half, tall, top = need.far * 0.75, 2.3 * unit + need.far * 0.12, need.far * 8
    floor = Part(
        "floor", plane(need, behind=deep * 1.01), "wood", "planks", "dark_wood", repeat=3.2 / unit
    )
    parts = [floor]
    for side in (-1, 1):
        wall = box(0.1 * unit, top, deep + need.near * 2).moved(
            side * half, 0, (need.near * 2 - deep) / 2
        )
        parts.append(Part("side wall", wall, "back", "mottle", repeat=1 / unit))
    skirting = box(half * 2, 0.14 * unit, 0.06 * unit).moved(0, 0, -deep + 0.06 * unit)
    parts.append(Part("skirting", skirting, "white"))
    at = float(need.rng.choice([-1, 1])) * half * 0.38
    wide, high, sill = half * 0.36, tall * 0.52, 0.55 * unit
    for x, w, y, h in (
        ((-half + at - wide) / 2, at - wide + half, 0.0, top),
        ((half + at + wide) / 2, half - at - wide, 0.0, top),
        (at, wide * 2, 0.0, sill),
        (at, wide * 2, sill + high, top - sill - high),
    ):
        parts.append(
            Part(
                "back wall",
                box(w, h, 0.16 * unit).moved(x, y, -deep),
                "back",
                "mottle",
                repeat=1 / unit,
            )
        )
    bar = 0.05 * unit
    frame = [box(bar, high, bar).moved(at + k * wide, sill, -deep) for k in (-1, 0, 1)]
    frame += [box(wide * 2, bar, bar).moved(at, sill + high * f, -deep) for f in (0, 0.6, 1)]
    return [*parts, *(Part("window frame", mesh, "white") for mesh in frame)]


@setting(
    "table",
    "a table before a wall",
    "table",
    scale="table",
    hours=INSIDE,
    takes=("table", "air", "ground"),
)
def table(need: Need) -> Ground:
    """A table top that ends before a plain wall."""
    unit = need.unit
    back, wall_at = (-need.far * 0.55, -need.far * 1.1) if need.hung is None else (need.hung,) * 2
    top = box(need.far * 6, 0.12 * unit, need.near - back).moved(
        0, -0.12 * unit, (need.near + back) / 2
    )
    wood = Part("table", tessellated(top, need), "wood", "grain", "dark_wood", repeat=4 / unit)
    wall = box(need.far * 8, 12 * unit, 0.1 * unit).moved(0, -5 * unit, wall_at - 0.05 * unit)
    return Ground([wood, Part("wall", wall, "back", "mottle", repeat=0.7 / unit)], open_sky=False)


@setting(
    "cloth",
    "a table under a cloth",
    "cloth",
    scale="table",
    hours=INSIDE,
    takes=("table", "air"),
)
def cloth(need: Need) -> Ground:
    """A cloth laid over a table, with folds at its front edge."""
    unit = need.unit
    x = np.linspace(-need.far * 3, need.far * 3, 360)
    z = np.linspace(need.near, -need.far * 0.6, 60)
    folds = np.sin(x / unit * 5 + need.rng.uniform(0, 6)) + 0.6 * np.sin(x / unit * 8.3 + 1.7)
    front = np.clip((z - need.near * 0.18) / unit, 0, None)
    y = -(front[:, None] ** 1.2) * 1.5 * unit + folds[None] * 0.05 * unit * np.clip(
        front[:, None] * 4, 0, 1
    )
    grid = np.stack(
        [np.broadcast_to(x, y.shape), y - 0.002 * unit, np.broadcast_to(z[:, None], y.shape)], -1
    )
    linen = Part("cloth", sheet(grid).grained(1, 0, 0.2), "linen", "mottle", repeat=3 / unit)
    wall = box(need.far * 8, 12 * unit, 0.1 * unit).moved(0, -5 * unit, -need.far * 1.1)
    return Ground([linen, Part("wall", wall, "back", "mottle", repeat=0.7 / unit)], open_sky=False)


@setting(
    "stage",
    "a bare stage",
    "stage floor",
    hours=("spotlight",),
    scenery=("curtain", "ladder"),
    takes=("ground", "table", "air"),
)
def stage(need: Need) -> Ground:
    """Boards in the light, darkness behind, curtains at both sides."""
    floor = Part(
        "floor", plane(need, behind=need.far * 1.2), "wood", "planks", repeat=3 / need.unit
    )
    parts = [floor]
    for side in (-1, 1):
        t = np.linspace(0, 1, 60)
        x = side * (need.far * (0.42 + 0.28 * t))
        z = -need.far * 0.7 + np.sin(t * 40) * 0.12 * need.unit
        grid = np.stack([np.stack([x, np.full_like(x, y), z], -1) for y in (0.0, 4.5 * need.unit)])
        parts.append(Part("curtain", sheet(grid).grained(0, 1, 0), "red_cloth"))
    return Ground(parts, open_sky=False)


@setting(
    "void",
    "a plain dark ground",
    "dark ground",
    hours=("spotlight", "lamplight", "firelight"),
    takes=("ground", "table", "air", "wall", "sky"),
)
def void(need: Need) -> Ground:
    """Nothing but a floor that fades into darkness."""
    if need.hung is not None:
        return bare_wall(need, need.hung, floor="back")
    return Ground([endless(need)], open_sky=False)


@setting(
    "paper",
    "an empty light ground",
    "light ground",
    hours=("day", "noon", "overcast"),
    takes=("ground", "table", "air", "wall", "sky"),
)
def paper(need: Need) -> Ground:
    """A light sheet without a horizon, as in a plate of natural history."""
    if need.hung is not None:
        return bare_wall(need, need.hung, floor="back")
    return Ground([endless(need)], open_sky=False)
