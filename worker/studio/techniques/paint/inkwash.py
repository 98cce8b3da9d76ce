"""Ink wash and watercolour: washes that bleed and pool, a loaded brush for the contours."""

import numpy as np

from worker.studio.colour import Pixels, luminance, mix
from worker.studio.noise import blur, cloud, fibres, grain, warp
from worker.studio.scene import Scene
from worker.studio.techniques.marks import (
    blur_colour,
    contour,
    edges,
    margin,
    paper_grain,
    saturate,
    stretch_tone,
    tremble,
)
from worker.studio.techniques.technique import Technique


def _bled(scene: Scene, colour: Pixels) -> Pixels:
    """Wet edges: the colour creeps outwards where the sheet is damp."""
    rng, scale = scene.rng, scene.scale
    damp = cloud(scene.pixels, rng, cell=0.3, octaves=3)
    dx = (cloud(scene.pixels, rng, cell=0.02, octaves=3) - 0.5) * 26 * scale * damp
    dy = (cloud(scene.pixels, rng, cell=0.02, octaves=3) - 0.5) * 26 * scale * damp
    crept = warp(colour, dx, dy).astype(np.float32)
    share = np.clip((damp - 0.45) * 3, 0, 1)[..., None]
    return np.asarray(
        colour * (1 - share) + blur_colour(crept, 4 * scale) * share, dtype=np.float32
    )


def ink_wash(scene: Scene) -> Pixels:
    """Black ink and its greys on white paper, with one colour let in."""
    rng, p, scale = scene.rng, scene.palette, scene.scale
    colour, label = tremble(scene, 3.0)
    bled = _bled(scene, colour)
    tone = stretch_tone(luminance(bled))
    steps = np.floor(tone * 5 + 0.5 * cloud(scene.pixels, rng, cell=0.06)) / 5
    tone = np.asarray(0.55 * tone + 0.45 * np.clip(steps, 0, 1), dtype=np.float32)
    pooled = np.clip(blur(edges(label), 3 * scale) * 3.2, 0, 1)
    density = np.clip((1 - tone) ** 1.25 * 0.92 + 0.16 * pooled * (1 - tone), 0, 1)
    density *= 1 + 0.2 * (cloud(scene.pixels, rng, cell=0.15, octaves=5) - 0.5)
    density *= 1 + 0.05 * grain(scene.pixels, rng)
    dry = np.clip((fibres(scene.pixels, rng, length=0.07) - 0.4) * 4, 0, 1)
    line = contour(scene, label, 6.5) * (0.35 + 0.65 * dry) * (0.35 + 0.65 * scene.depth)
    density = np.clip(np.maximum(density, 0.88 * line), 0, 1)[..., None]
    paper = np.asarray(mix(p.paper, (1.0, 0.99, 0.96), 0.5), dtype=np.float32)
    ink = np.asarray(mix(p.ink, (0.07, 0.07, 0.08), 0.6), dtype=np.float32)
    sheet = paper + (ink - paper) * density
    chroma = saturate(bled, 1.4) - luminance(saturate(bled, 1.4))[..., None]
    sheet = sheet + chroma * 0.34 * np.clip(1.2 - density, 0, 1)
    return paper_grain(margin(sheet, scene, mix(p.paper, (1, 1, 1), 0.4), 18), rng, 0.04)


def watercolour(scene: Scene) -> Pixels:
    """Transparent colour in pools, dark at the rim of each wash, the paper for light."""
    rng, p, scale = scene.rng, scene.palette, scene.scale
    colour, label = tremble(scene, 3.5)
    bled = saturate(_bled(scene, colour), 1.4)
    white = np.asarray(mix(p.paper, (1, 1, 1), 0.55), dtype=np.float32)
    rim = np.clip(blur(edges(label), 2.2 * scale) * 3 - blur(edges(label), 8 * scale) * 1.5, 0, 1)
    pool = cloud(scene.pixels, rng, cell=0.2, octaves=6)
    settle = np.clip(grain(scene.pixels, rng) * 0.03 + 1, 0.8, 1.2)
    strength = np.clip(0.92 + 0.55 * (pool - 0.5) + 0.4 * rim, 0.3, 1.3) * settle
    sheet = white * np.clip(1 - (1 - bled / white) * strength[..., None] * 1.08, 0.02, 1.2)
    pencil = contour(scene, label, 2.0) * 0.4 * scene.depth
    ink = np.asarray(mix(p.ink, p.deep, 0.4), dtype=np.float32)
    sheet = sheet + (ink - sheet) * pencil[..., None]
    ragged = cloud(scene.pixels, rng, cell=0.12, octaves=4)
    bare = margin(np.zeros_like(sheet), scene, (1, 1, 1), 30)[..., :1]
    bare = np.clip(bare + (blur(bare[..., 0], 16 * scale) * (ragged > 0.56))[..., None], 0, 1)
    return paper_grain(sheet * (1 - bare) + white * bare, rng, 0.06)


INK_WASH = Technique(
    "ink wash",
    ("ink", "wash", "sumi", "quiet", "zen", "calligraph"),
    {"quiet": 0.8, "japan": 0.7, "winter": 0.6, "grief": 0.7, "mist": 0.6, "calm": 0.4,
     "mountain": 0.4},
    ink_wash,
)  # fmt: skip
WATERCOLOUR = Technique(
    "watercolour",
    ("watercolour", "watercolor", "aquarelle", "delicate", "light"),
    {"spring": 0.6, "river": 0.4, "garden": 0.5, "flower": 0.6, "tenderness": 0.5, "sea": 0.2},
    watercolour,
)
