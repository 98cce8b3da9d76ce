"""Fresco: pigment sunk into wet plaster, drawn in red earth, worn and cracked by time."""

import numpy as np

from worker.studio.colour import Pixels, mix
from worker.studio.noise import blur, cloud, warp
from worker.studio.scene import Scene
from worker.studio.techniques.marks import (
    blur_colour,
    borders,
    cells,
    contour,
    paper_grain,
    saturate,
    tremble,
)
from worker.studio.techniques.technique import Technique


def render(scene: Scene) -> Pixels:
    """Chalky colour, a sinopia line, losses down to the plaster, a net of fine cracks."""
    rng, p, scale = scene.rng, scene.palette, scene.scale
    colour, label = tremble(scene, 3.0)
    plaster = np.asarray(mix(p.paper, (0.9, 0.86, 0.77), 0.6), dtype=np.float32)
    chalk = saturate(blur_colour(colour, 0.9 * scale), 1.02)
    absorb = (0.06 + 0.26 * cloud(scene.pixels, rng, cell=0.09, octaves=6))[..., None]
    wall = chalk + (plaster - chalk) * absorb
    earth = np.asarray(mix(p.warm, (0.36, 0.16, 0.1), 0.75), dtype=np.float32)
    line = contour(scene, label, 4.2) * (0.4 + 0.5 * scene.depth)
    wall = wall + (earth - wall) * line[..., None]
    worn = cloud(scene.pixels, rng, cell=0.22, octaves=7)
    spared = blur(scene.figure.astype(np.float32), 14 * scale)
    lost = np.clip((worn - 0.86 - 0.08 * scene.depth - 0.3 * spared) * 26, 0, 1)[..., None]
    rim = np.clip(blur(lost[..., 0], 3 * scale) - lost[..., 0], 0, 1)[..., None]
    wall = wall + (plaster * 0.93 - wall) * lost
    wall *= 1 - 0.4 * rim
    wander_x = (cloud(scene.pixels, rng, cell=0.03, octaves=3) - 0.5) * 40 * scale
    wander_y = (cloud(scene.pixels, rng, cell=0.03, octaves=3) - 0.5) * 40 * scale
    net = warp(borders(cells(scene, 150.0)), wander_x, wander_y).astype(np.float32)
    net *= (cloud(scene.pixels, rng, cell=0.16, octaves=3) > 0.52) & (spared < 0.5)
    wall *= 1 - 0.5 * np.clip(blur(net, 0.7 * scale) * 1.6, 0, 1)[..., None]
    trowel = cloud(scene.pixels, rng, cell=0.05, octaves=3, stretch=4) - 0.5
    return paper_grain(wall * (1 + 0.08 * trowel)[..., None], rng, 0.07)


FRESCO = Technique(
    "fresco",
    ("fresco", "mural", "wall", "renaissance", "tempera"),
    {"sacred": 0.7, "ancient": 1.0, "south": 0.5, "royal": 0.3, "procession": 0.5, "harvest": 0.4},
    render,
)
