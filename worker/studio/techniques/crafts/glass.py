"""Stained glass and mosaic: the picture broken into pieces, held by lead or by grout."""

import numpy as np

from worker.studio.colour import Pixels, luminance, mix
from worker.studio.noise import blur, cloud, grain
from worker.studio.scene import Scene
from worker.studio.techniques.marks import (
    blur_colour,
    borders,
    cells,
    contour,
    edges,
    mean_by,
    paper_grain,
    saturate,
    tremble,
)
from worker.studio.techniques.technique import Technique


def stained_glass(scene: Scene) -> Pixels:
    """Pieces of one glass each, painted details fired on, lead between, light behind."""
    rng, p, scale = scene.rng, scene.palette, scene.scale
    colour, label = tremble(scene, 3.0, cell=0.06)
    size = float(rng.uniform(70, 180))
    field, small = cells(scene, size), cells(scene, size * 0.72)
    pieces = np.where(scene.figure, small, field) * 700 + label
    glass = mean_by(pieces.astype(np.int32), colour)
    detail = luminance(colour) - luminance(glass)
    fired = np.clip(1 + 1.9 * np.clip(detail, -0.4, 0.25), 0.2, 1.4)[..., None]
    piece_tone = mean_by(pieces.astype(np.int32), rng.random((*scene.pixels, 3), dtype=np.float32))
    vary = 1 + 9.0 * (piece_tone[..., :1] - 0.5)
    glass = saturate(np.clip(glass * 1.06 * np.clip(vary, 0.82, 1.14), 0, 1), 1.8) * fired
    streak = cloud(scene.pixels, rng, cell=0.05, octaves=4, stretch=2.0) - 0.5
    glass = np.clip(glass * (1 + 0.34 * streak)[..., None], 0, 1)
    glow = blur_colour(glass, 16 * scale)
    glass = np.clip(glass + 0.2 * glow * glow, 0, 1)
    came = np.maximum(edges(label), borders(pieces.astype(np.int32)))
    lead = np.clip(blur(came, 2.6 * scale) * 5.5 - 0.7, 0, 1)
    ridge = np.clip(blur(came, 1.0 * scale) * 3, 0, 1) * 0.16
    dark = np.asarray(mix(p.ink, (0.05, 0.05, 0.06), 0.6), dtype=np.float32)
    return np.asarray(glass + (dark + ridge[..., None] - glass) * lead[..., None], dtype=np.float32)


def mosaic(scene: Scene) -> Pixels:
    """Small stones set by hand, each of one colour, in pale grout."""
    rng, p, scale = scene.rng, scene.palette, scene.scale
    colour, label = tremble(scene, 2.0)
    # Small stones for the figures, large ones for the ground.
    small, large = cells(scene, 8.5, jitter=0.5), cells(scene, 14.0, jitter=0.55)
    stones = np.where(scene.figure, small, large + 200_000) * 7 + label % 7
    tone = mean_by(stones.astype(np.int32), colour)
    tilt = mean_by(stones.astype(np.int32), rng.random((*scene.pixels, 3), dtype=np.float32)) - 0.5
    tone = saturate(np.clip(tone * (1 + 1.5 * tilt), 0, 1), 1.3)
    joint = np.clip(blur(borders(stones.astype(np.int32)), 0.9 * scale) * 1.7 - 0.3, 0, 0.8)
    grout = np.asarray(mix(p.pale, p.deep, 0.35 + 0.5 * float(rng.random())), dtype=np.float32)
    sheet = tone + (grout - tone) * joint[..., None]
    line = contour(scene, label, 2.4) * 0.5
    sheet *= 1 - 0.5 * line[..., None]
    shine = np.clip(grain(scene.pixels, rng), 1.6, 3) - 1.6
    return paper_grain(sheet * (1 + 0.1 * shine)[..., None], rng, 0.02)


STAINED_GLASS = Technique(
    "stained glass",
    ("stained glass", "glass", "gothic", "luminous"),
    {"sacred": 1.2, "royal": 0.5, "emblem": 0.5, "passion": 0.3, "flower": 0.2},
    stained_glass,
)
MOSAIC = Technique(
    "mosaic",
    ("mosaic", "byzantine", "tessera"),
    {"sacred": 0.5, "ancient": 0.7, "royal": 0.4, "emblem": 0.4, "sea": 0.1},
    mosaic,
)
