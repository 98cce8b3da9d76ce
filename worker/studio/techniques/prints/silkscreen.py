"""Silkscreen: loud flat inks pulled through a mesh, a dot screen for the middle tone."""

import numpy as np

from worker.studio.colour import Colour, Pixels, lighten, luminance, mix, turn
from worker.studio.noise import blur, cloud, warp
from worker.studio.scene import Scene
from worker.studio.techniques.marks import (
    contour,
    margin,
    mean_by,
    paper_grain,
    stretch_tone,
    tremble,
)
from worker.studio.techniques.technique import Technique


def render(scene: Scene) -> Pixels:
    """Four screens: light, colour, dots, key; each a little out of register."""
    rng, p, scale = scene.rng, scene.palette, scene.scale
    colour, label = tremble(scene, 2.0)
    flat = mean_by(label.astype(np.int32), colour)
    tone = stretch_tone(blur(0.6 * luminance(colour) + 0.4 * luminance(flat), 1.5 * scale), 3, 96)
    loud = _loud(p.accent, p.cool, p.warm, p.paper, float(rng.uniform(-40, 40)))
    inks = np.asarray(loud, dtype=np.float32)
    warmth = blur(np.clip(colour[..., 0] - colour[..., 2] + 0.5, 0, 1), 5 * scale)
    middle = float(np.median(warmth))
    plane = np.where(warmth > middle, 1, 0)
    sheet = np.empty_like(colour)
    sheet[:] = inks[2]
    colours = np.where(plane[..., None] == 1, inks[0], inks[1])
    sheet = np.where((_shifted(scene, tone) < 0.7)[..., None], colours, sheet)
    dots = _dots(scene, pitch=11.5 * scene.coarse, angle=0.4)
    second = np.clip((0.56 - _shifted(scene, tone)) * 2.2, 0, 0.85)
    screen = np.clip((np.sqrt(second) - dots) * 7, 0, 1)
    sheet = sheet + (inks[3] - sheet) * (0.9 * screen)[..., None]
    solid = (_shifted(scene, tone) < 0.2).astype(np.float32)
    key = np.maximum(solid, contour(scene, label, 4.0) * (scene.depth > 0.45))
    dark = np.asarray(mix(p.ink, (0.05, 0.04, 0.08), 0.5), dtype=np.float32)
    pull = 1 - 0.15 * (cloud(scene.pixels, rng, cell=0.02, octaves=3, stretch=0.3) > 0.7)
    sheet = sheet + (dark - sheet) * (key * pull)[..., None]
    return paper_grain(margin(sheet, scene, mix(p.paper, (1, 1, 1), 0.5), 30), rng, 0.02)


def _loud(
    accent: Colour, cool: Colour, warm: Colour, paper: Colour, angle: float
) -> tuple[Colour, ...]:
    """The palette's hues as printer's inks: first colour, second colour, ground, dots."""
    return (
        lighten(turn(accent, angle, chroma=1.25), 0.1),
        lighten(turn(cool, angle, chroma=2.2), 0.06),
        mix(paper, turn(warm, angle, chroma=1.6), 0.25),
        lighten(turn(accent, angle + 150, chroma=1.2), -0.08),
    )


def _shifted(scene: Scene, tone: Pixels) -> Pixels:
    """The tone as seen by one screen, moved by up to three units."""
    dx, dy = (float(v) * scene.scale for v in scene.rng.uniform(-3, 3, 2))
    none = np.zeros((1, 1), dtype=np.float32)
    return np.asarray(warp(tone, none + dx, none + dy), dtype=np.float32)


def _dots(scene: Scene, *, pitch: float, angle: float) -> Pixels:
    """Distance from the nearest dot's middle, 0..about 1; `pitch` in units."""
    height, width = scene.pixels
    y = np.arange(height, dtype=np.float32)[:, None] / scene.scale / pitch
    x = np.arange(width, dtype=np.float32)[None, :] / scene.scale / pitch
    u = np.mod(np.cos(angle) * x + np.sin(angle) * y, 1.0) - 0.5
    v = np.mod(-np.sin(angle) * x + np.cos(angle) * y, 1.0) - 0.5
    return np.asarray(np.hypot(u, v) * 1.45, dtype=np.float32)


SILKSCREEN = Technique(
    "silkscreen",
    ("silkscreen", "screenprint", "pop", "poster", "bold"),
    {"modern": 0.9, "city": 0.4, "joy": 0.6, "music": 0.6, "portrait bust": 0.4, "thing": 0.3,
     "passion": 0.4},
    render,
)  # fmt: skip
