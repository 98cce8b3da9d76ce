"""Woodblock: flat inks printed from planks, a key block in ink, graded bands wiped by hand."""

import numpy as np

from worker.studio.colour import Pixels, mix
from worker.studio.noise import blur, fibres, warp
from worker.studio.scene import Scene
from worker.studio.techniques.marks import (
    contour,
    flat_inks,
    margin,
    paper_grain,
    saturate,
    tremble,
)
from worker.studio.techniques.technique import Technique


def render(scene: Scene) -> Pixels:
    """Inks, grain, gradation, key block slightly out of register, paper."""
    rng, p = scene.rng, scene.palette
    colour, label = tremble(scene, 3.0)
    soft = np.stack([blur(colour[..., i], 1.2 * scene.scale) for i in range(3)], axis=-1)
    inks = saturate(flat_inks(soft, 16), 1.22)
    plank = fibres(scene.pixels, rng, length=0.5)
    wiped = np.linspace(1, 0, scene.pixels[0], dtype=np.float32)[:, None] ** 6
    sky = np.asarray(mix(p.deep, p.ink, 0.2), dtype=np.float32)
    inks = inks + (sky - inks) * (0.6 * wiped)[..., None]
    bare = np.clip((plank - 0.62) * 1.3, 0, 0.22)[..., None]
    inks = inks + (np.asarray(p.paper, dtype=np.float32) - inks) * bare * 0.7
    line = contour(scene, label, 5.0)
    shift = float(rng.uniform(0.8, 2.2)) * scene.scale
    none = np.zeros((1, 1), dtype=np.float32)
    line = warp(line, none + shift, none - shift * 0.6).astype(np.float32)
    key = np.asarray(mix(p.ink, p.deep, 0.15), dtype=np.float32)
    line *= 1 - 0.55 * np.clip((plank - 0.5) * 2, 0, 1)
    printed = inks + (key - inks) * line[..., None]
    printed = margin(printed, scene, mix(p.paper, p.pale, 0.15), 26)
    return paper_grain(printed, rng, 0.04)


WOODBLOCK = Technique(
    "woodblock",
    ("woodblock", "woodcut", "ukiyo", "japan", "print"),
    {"japan": 1.0, "sea": 0.5, "mountain": 0.5, "winter": 0.3, "landscape": 0.3, "seascape": 0.4},
    render,
)
