"""Scratchboard: light scraped out of a black ground, stroke by stroke along the form."""

import numpy as np

from worker.studio.colour import Pixels, luminance, mix
from worker.studio.noise import blur, cloud
from worker.studio.scene import Scene
from worker.studio.techniques.marks import (
    contour,
    form_flow,
    paper_grain,
    saturate,
    stretch_tone,
    tremble,
)
from worker.studio.techniques.technique import Technique


def render(scene: Scene) -> Pixels:
    """Near things are worked in full, far ones in a few wide strokes; the dark is left alone."""
    rng, p, scale = scene.rng, scene.palette, scene.scale
    colour, label = tremble(scene, 2.5)
    tone = stretch_tone(luminance(colour), 3, 97)
    tone = np.clip(tone + 0.7 * (tone - blur(tone, 22 * scale)) + 0.12 * scene.figure, 0, 1)
    near = np.clip(0.55 + 0.6 * scene.depth, 0, 1)
    light = np.clip(tone * near, 0, 1) ** 1.25
    flow = form_flow(scene, colour, reach=12)
    ink = _scrapes(scene, flow, light, pitch=7.5 * scene.coarse, turn=0.0)
    ink = np.maximum(
        ink, _scrapes(scene, flow, np.clip(light * 1.5 - 0.8, 0, 1), pitch=6 * scene.coarse, turn=1)
    )
    rim = contour(scene, label, 3.2) * np.clip(scene.depth * 1.3 - 0.3, 0, 1)
    ink = np.maximum(ink, 0.95 * rim)
    ground = np.asarray(mix(p.ink, (0.03, 0.03, 0.04), 0.65), dtype=np.float32)
    chalk = np.asarray(mix(p.paper, (1, 1, 0.97), 0.4), dtype=np.float32)
    washed = rng.random() < 0.6
    hue = saturate(colour, 1.6) / (luminance(colour)[..., None] + 0.05) * 0.8
    light_colour = chalk * 0.35 + 0.65 * np.clip(hue, 0, 1) if washed else chalk
    worn = 1 - 0.12 * cloud(scene.pixels, rng, cell=0.01, octaves=2)
    ink = blur(np.asarray(ink, dtype=np.float32), 0.35 * scale)
    lit = np.asarray(light_colour, dtype=np.float32)
    sheet = ground + (lit - ground) * np.asarray(ink * worn, dtype=np.float32)[..., None]
    return paper_grain(sheet, rng, 0.03)


def _scrapes(scene: Scene, flow: Pixels, light: Pixels, *, pitch: float, turn: float) -> Pixels:
    """Strokes as wide as the light asks, bent by the form; `pitch` in units."""
    height, width = scene.pixels
    y = np.arange(height, dtype=np.float32)[:, None] / scene.scale
    x = np.arange(width, dtype=np.float32)[None, :] / scene.scale
    lean = np.float32(0.35 + turn)
    bend = (cloud(scene.pixels, scene.rng, cell=0.3, octaves=2) - 0.5) * 60
    lift = blur(np.clip(light, 0, 1), 6 * scene.scale) * 34 + 6 * np.sin(2 * flow)
    across = -np.sin(lean) * x + np.cos(lean) * y + bend + lift
    wave = np.abs(np.mod(across / pitch, 1.0) * 2 - 1)
    broken = cloud(scene.pixels, scene.rng, cell=0.02, octaves=2, stretch=3) * 0.25
    cut = (light * 1.05 - wave * 0.9 - broken + 0.08) * pitch * 0.8
    return np.asarray(np.clip(cut, 0, 1), dtype=np.float32)


SCRATCHBOARD = Technique(
    "scratchboard",
    ("scratchboard", "scraperboard", "sgraffito", "white line"),
    {"night": 0.8, "mystery": 0.6, "animal": 0.4, "fish": 0.4, "death": 0.5, "portrait bust": 0.3,
     "bird": 0.4},
    render,
)  # fmt: skip
