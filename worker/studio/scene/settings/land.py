"""Settings on land: fields, hills, deserts, streets, woods and the open air."""

from __future__ import annotations

import numpy as np

from worker.studio.field.noise import cloud
from worker.studio.scene.mesh import Mesh, box, merge, sheet, tube
from worker.studio.scene.model import Part
from worker.studio.scene.settings.kinds import (
    FAR_GROUND,
    OPEN_LAND,
    Ground,
    Need,
    plane,
    ridge,
    setting,
    tessellated,
)


@setting(
    "meadow",
    "an open meadow",
    "grass",
    scenery=("tree", "cottage", "church", "haystack", "bush"),
    takes=OPEN_LAND,
)
def meadow(need: Need) -> Ground:
    """Grass to a low line of hills."""
    grass = Part("grass", plane(need, rough=0.03), "grass", "swathes", repeat=0.8 / need.unit)
    return Ground([grass, ridge(need, need.far * 5, need.far * 0.35, "leaf", name="hills")])


@setting(
    "hills",
    "a land of rolling hills",
    "grass",
    scenery=("tree", "poplar", "windmill", "castle", "church"),
    takes=OPEN_LAND,
)
def hills(need: Need) -> Ground:
    """Three rows of hills."""
    ground = Part("grass", plane(need, rough=0.06), "dry_grass", "furrows", repeat=1.6 / need.unit)
    rows = [
        ridge(need, need.far * f, need.far * h, m, name=f"hills {i}")
        for i, (f, h, m) in enumerate(((2.2, 0.26, "grass"), (4, 0.7, "leaf"), (8, 1.8, "needle")))
    ]
    return Ground([ground, *rows])


@setting(
    "mountains",
    "a valley among mountains",
    "rocky ground",
    scenery=("pine", "boulders", "monastery"),
    takes=OPEN_LAND,
)
def mountains(need: Need) -> Ground:
    """Peaks behind stony ground."""
    ground = Part("ground", plane(need, rough=0.07), "stone", "mottle", repeat=4 / need.unit)
    near = ridge(need, need.far * 4, need.far * 1.1, "dark_stone", name="near peaks", jag=1.3)
    far = ridge(need, need.far * 9, need.far * 4.4, "slate", name="far peaks", jag=1.35)
    return Ground([ground, near, far])


@setting(
    "desert",
    "a desert",
    "sand",
    hours=("day", "dawn", "noon", "sunset", "dusk", "night", "moonlight"),
    scenery=("rock", "pyramid", "cactus", "palm"),
    takes=OPEN_LAND,
)
def desert(need: Need) -> Ground:
    """Dunes."""
    sand = Part(
        "sand", plane(need, rough=0.05), "sand", "ripples", "dry_grass", repeat=1.5 / need.unit
    )
    return Ground([sand, ridge(need, need.far * 3, need.far * 0.4, "sand", name="dunes")])


@setting(
    "snow",
    "a snow field",
    "snow",
    hours=("day", "dawn", "sunset", "dusk", "night", "moonlight", "overcast", "mist", "snowfall"),
    scenery=("dead tree", "pine", "cottage", "church"),
    takes=OPEN_LAND,
)
def snow(need: Need) -> Ground:
    """Snow with a dark line of woods."""
    ground = Part(
        "snow", plane(need, rough=0.03), "snow", "ripples", "white", repeat=0.8 / need.unit
    )
    return Ground([ground, ridge(need, need.far * 4, need.far * 0.4, "needle", name="woods")])


@setting(
    "forest",
    "a forest",
    "forest floor",
    hours=("day", "dawn", "dusk", "night", "moonlight", "mist", "autumn", "summer"),
    takes=("ground", "table", "air"),
)
def forest(need: Need) -> Ground:
    """Trunks that fill the view, and bushes between."""
    floor = Part("floor", plane(need, rough=0.04), "earth", "mottle", repeat=5 / need.unit)
    parts = [floor, ridge(need, need.far * 3.5, need.far * 1.6, "needle", name="thicket", jag=1.6)]
    trunks: list[Mesh] = []
    for _ in range(46):
        z = -need.rng.uniform(0.6, 3.0) * need.far
        spread = (need.far - z) * 0.75
        x = need.rng.uniform(-1, 1) * spread
        if abs(x) < need.unit * 0.9 and z > -need.far:
            continue
        tall, girth = need.rng.uniform(5, 9) * need.unit, need.rng.uniform(0.07, 0.2) * need.unit
        lean = need.rng.uniform(-0.25, 0.25) * need.unit
        path = [(x, 0, z), (x + lean * 0.4, tall * 0.5, z), (x + lean, tall, z)]
        trunks.append(tube(path, [girth * 1.35, girth, girth * 0.7], sides=9, samples=7))
    parts.append(Part("trunks", merge(trunks), "bark", "grain", repeat=3 / need.unit))
    return Ground(parts)


@setting(
    "garden",
    "a garden before a wall",
    "lawn",
    hours=("day", "dawn", "noon", "sunset", "summer", "autumn", "moonlight"),
    scenery=("tree", "bush", "fountain", "statue", "olive tree"),
)
def garden(need: Need) -> Ground:
    """A lawn, and a clipped hedge along the wall behind."""
    unit, back = need.unit, need.far * 1.5
    lawn = Part("lawn", plane(need), "leaf", "swathes", "grass", repeat=0.8 / unit)
    wall = box(need.far * 6, 1.2 * unit, 0.3 * unit).moved(0, 0, -back)
    hedge = box(need.far * 6, 0.55 * unit, 0.4 * unit).moved(0, 0, -back + 0.5 * unit)
    return Ground(
        [
            lawn,
            Part("wall", wall, "brick", "bricks", repeat=3 / unit),
            Part("hedge", hedge, "needle", "mottle", repeat=6 / unit),
        ]
    )


@setting(
    "road",
    "a road that runs to the horizon",
    "road",
    scenery=("poplar", "telegraph pole", "signpost", "cottage"),
)
def road(need: Need) -> Ground:
    """Fields with one road through the middle."""
    field_ = Part("field", plane(need), "dry_grass", "swathes", "grass", repeat=0.5 / need.unit)
    z = np.concatenate(
        [
            np.linspace(need.near + 2 * need.unit, -need.far, 60),
            -np.geomspace(need.far * 1.1, FAR_GROUND, 20),
        ]
    )
    bend = np.sin(z / need.far * 1.1) * need.unit * 0.5
    half = 0.75 * need.unit
    edge = [np.stack([bend + s * half, np.full_like(z, 0.01 * need.unit), z], -1) for s in (-1, 1)]
    way = Part(
        "road",
        sheet(np.stack(edge, axis=1)).grained(0, 0, 1),
        "sand",
        "mottle",
        repeat=3 / need.unit,
    )
    return Ground([field_, way, ridge(need, need.far * 6, need.far * 0.5, "leaf", name="hills")])


@setting(
    "street",
    "a street",
    "pavement",
    scenery=("streetlight", "carriage", "car"),
    takes=("ground", "air", "sky"),
)
def street(need: Need) -> Ground:
    """Two rows of houses that run towards the horizon."""
    paving = Part("paving", plane(need), "stone", "tiles", repeat=1.2 / need.unit)
    parts = [paving]
    for side in (-1, 1):
        deep = need.far * 2.2 + need.near * 0.2
        kerb = box(0.5 * need.unit, 0.07 * need.unit, deep + 3 * need.unit)
        at = (side * (need.far * 0.32 - 0.25 * need.unit), 0.0, need.near * 0.2 - deep / 2)
        parts.append(Part("kerb", tessellated(kerb.moved(*at), need), "slate"))
        z = need.near * 0.2
        while z > -need.far * 2.2:
            parts += _block(need, side, z)
            z -= need.unit * 3.1
    return Ground(parts)


def _block(need: Need, side: int, z: float) -> list[Part]:
    unit, rng = need.unit, need.rng
    tall, deep = float(rng.uniform(2.6, 4.6)) * unit, 3.0 * unit
    x = side * (need.far * 0.32 + deep / 2)
    wall = box(deep, tall, 3.0 * unit).moved(x, 0, z - 1.5 * unit)
    material = str(rng.choice(["plaster", "brick", "stone", "ceramic"]))
    parts = [Part("house", wall, material, "mottle", repeat=1.2 / unit)]
    face = x - side * deep / 2
    for storey in range(int(tall / unit) - 0):
        for k in range(3):
            pane = box(0.06 * unit, 0.5 * unit, 0.34 * unit)
            at = (face, (storey + 0.35) * unit, z - (0.5 + k) * unit)
            parts.append(Part("window", pane.moved(*at), "iron"))
    roof = box(deep * 1.06, 0.12 * unit, 3.05 * unit).moved(x, tall, z - 1.5 * unit)
    return [*parts, Part("roof", roof, "roof")]


@setting(
    "ruins",
    "a field of ruins",
    "broken paving",
    scenery=("arch", "ruin", "boulders"),
)
def ruins(need: Need) -> Ground:
    """Paving, and what is left of a row of houses across the view."""
    unit = need.unit
    paving = Part("paving", plane(need, rough=0.03), "stone", "tiles", "grass", repeat=1.1 / unit)
    return Ground(
        [
            paving,
            Part("walls", _broken_wall(need), "dark_stone", "bricks", repeat=2 / need.far),
            ridge(need, need.far * 5, need.far * 0.5, "leaf", name="hills"),
        ]
    )


def _broken_wall(need: Need) -> Mesh:
    """A wall with openings for windows, its top broken off in steps, low in the middle."""
    block, back = need.far * 0.055, -need.far * 1.7
    across = np.arange(-68, 69)
    drift = cloud((4, len(across)), need.rng, cell=3.0, octaves=4)[0]
    rows = np.round((2.0 + 11.0 * drift) * (0.35 + 0.65 * np.clip(np.abs(across) / 28, 0, 1)))
    stones = []
    for column, top in zip(across.tolist(), rows.astype(int).tolist(), strict=True):
        x, window = column * block, column % 9 in (4, 5)
        spans = [(0, min(2, top)), (6, top)] if window and top > 2 else [(0, top)]
        stones += [
            box(block, (high - low) * block, block).moved(x, low * block, back)
            for low, high in spans
            if high > low
        ]
    return merge(stones)


@setting(
    "air",
    "the open air, high above the ground",
    "air",
    hours=("day", "dawn", "noon", "sunset", "dusk", "moonlight", "storm", "summer"),
    takes=("air", "sky"),
)
def air(need: Need) -> Ground:
    """Sky everywhere: what is in it flies, floats or falls."""
    return Ground([])
