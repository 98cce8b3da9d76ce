"""Charcoal: black and white chalk rubbed into the tooth of a toned paper."""

import numpy as np

from worker.studio.colour import Pixels, luminance, mix
from worker.studio.noise import blur, cloud, grain
from worker.studio.scene import Scene
from worker.studio.techniques.marks import contour, form_flow, stretch_tone, tremble
from worker.studio.techniques.technique import Technique


def render(scene: Scene) -> Pixels:
    """Smudged masses, open strokes over them, a searching contour, white heightening."""
    rng, p, scale = scene.rng, scene.palette, scene.scale
    colour, label = tremble(scene, 3.0)
    tone = stretch_tone(luminance(colour), 2, 98)
    tooth = np.clip(
        0.5 + 0.2 * blur(np.clip(grain(scene.pixels, rng) * 0.2 + 0.5, 0, 1), 0.8) - 0.1, 0, 1
    )
    tooth = np.clip(tooth + 0.3 * (cloud(scene.pixels, rng, cell=0.006, octaves=2) - 0.5), 0, 1)
    dark = 1 - blur(tone, 3 * scale)
    rubbed = 0.5 * dark**1.6
    strokes = _strokes(scene, form_flow(scene, colour), pitch=9 * scene.coarse)
    drawn = np.clip((1 - tone) ** 1.3 * 1.35 - 0.75 * tooth - 0.35 * strokes + 0.2, 0, 1) * 1.4
    line = contour(scene, label, 4.6) * (0.4 + 0.6 * scene.depth)
    line = np.maximum(line, 0.5 * contour(scene, np.roll(label, 2, axis=1), 2.0) * scene.depth)
    black = np.clip(np.maximum(rubbed + 0.75 * drawn, 0.95 * line * (1.25 - tooth)), 0, 0.97)
    white = np.clip((tone - 0.74) * 3.4, 0, 1) * np.clip(1.3 - 1.1 * tooth - 0.3 * strokes, 0, 1)
    ground = (p.pale, mix(p.warm, p.pale, 0.5), mix(p.cool, p.pale, 0.5))[int(rng.integers(3))]
    sheet = np.empty_like(colour)
    sheet[:] = mix(ground, (0.62, 0.6, 0.56), 0.3)
    sheet *= 1 + 0.1 * (tooth - 0.5)[..., None]
    sheet += (np.float32(0.97) - sheet) * (0.85 * white)[..., None]
    ink = np.asarray(mix(p.ink, (0.07, 0.06, 0.06), 0.7), dtype=np.float32)
    return np.asarray(sheet + (ink - sheet) * black[..., None], dtype=np.float32)


def _strokes(scene: Scene, flow: Pixels, *, pitch: float) -> Pixels:
    """Soft parallel strokes along the forms, 0..1; `pitch` in units."""
    height, width = scene.pixels
    y = np.arange(height, dtype=np.float32)[:, None] / scene.scale
    x = np.arange(width, dtype=np.float32)[None, :] / scene.scale
    lean = np.float32(0.9) + 0.35 * np.sin(2 * flow)
    bend = (cloud(scene.pixels, scene.rng, cell=0.2, octaves=3) - 0.5) * pitch * 3
    across = -np.sin(lean) * x + np.cos(lean) * y + bend
    return np.asarray(np.abs(np.mod(across / pitch, 1.0) * 2 - 1), dtype=np.float32)


CHARCOAL = Technique(
    "charcoal",
    ("charcoal", "chalk", "drawing", "conte", "graphite"),
    {"portrait bust": 0.6, "grief": 0.7, "person": 0.3, "industry": 0.5, "interior": 0.3,
     "animal": 0.3, "quiet": 0.4},
    render,
)  # fmt: skip
