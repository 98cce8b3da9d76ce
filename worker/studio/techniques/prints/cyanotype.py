"""Cyanotype: a print in Prussian blue by sunlight, on paper coated with a broad brush."""

import numpy as np

from worker.studio.colour import Pixels, from_hex, luminance, mix, ramp
from worker.studio.noise import blur, cloud
from worker.studio.scene import Scene
from worker.studio.techniques.marks import contour, paper_grain, stretch_tone, tremble
from worker.studio.techniques.technique import Technique

_BLUES = tuple(from_hex(code) for code in ("071a3a", "123a72", "2f6aa8", "8fb4d4", "eef2ee"))


def render(scene: Scene) -> Pixels:
    """What the sun reached is blue; what lay on the paper stayed white."""
    rng, scale = scene.rng, scene.scale
    colour, label = tremble(scene, 2.0)
    tone = stretch_tone(luminance(colour), 2, 97)
    if rng.random() < 0.5:
        # A photogram: the things lay on the sheet and kept the light from it.
        near = blur(scene.figure.astype(np.float32), 1.5 * scale)
        tone = tone * 0.5 * (1 - near) + (0.5 + 0.5 * tone) * near
    tone = np.clip(tone + 0.5 * contour(scene, label, 2.2) * (tone < 0.55), 0, 1)
    exposure = cloud(scene.pixels, rng, cell=0.4, octaves=3) - 0.5
    tone = np.clip(tone + 0.14 * exposure, 0, 1).astype(np.float32)
    sheet = ramp(_BLUES, tone)
    coat = _coating(scene)
    bare = np.asarray(mix(scene.palette.paper, (0.95, 0.94, 0.88), 0.6), dtype=np.float32)
    return paper_grain(bare + (sheet - bare) * coat[..., None], rng, 0.05)


def _coating(scene: Scene) -> Pixels:
    """Where the brush left the salts: whole in the middle, streaky at the edges, 0..1."""
    height, width = scene.pixels
    rows = np.minimum(np.arange(height), np.arange(height)[::-1])[:, None] / scene.scale
    columns = np.minimum(np.arange(width), np.arange(width)[::-1])[None, :] / scene.scale
    streaks = cloud(scene.pixels, scene.rng, cell=0.02, octaves=3, stretch=9)
    ragged = cloud(scene.pixels, scene.rng, cell=0.08, octaves=4)
    inside = np.minimum(rows + 10 * ragged, columns - 70 * streaks + 50 * ragged)
    return np.clip((inside - 26) / 9, 0, 1).astype(np.float32)


CYANOTYPE = Technique(
    "cyanotype",
    ("cyanotype", "blueprint", "photogram", "prussian"),
    {"plant": 0.7, "sea": 0.4, "flower": 0.4, "modern": 0.4, "industry": 0.4, "dream": 0.5,
     "night": 0.3},
    render,
)  # fmt: skip
