"""Engraving: nothing but lines that swell with the shadow and bend over the form."""

import numpy as np

from worker.studio.colour import Pixels, luminance, mix, turn
from worker.studio.noise import blur, cloud
from worker.studio.scene import Scene
from worker.studio.techniques.marks import (
    contour,
    margin,
    paper_grain,
    stretch_tone,
    tremble,
)
from worker.studio.techniques.technique import Technique


def render(scene: Scene) -> Pixels:
    """A first set of lines for the form, a second across it in shadow, a third in the dark."""
    rng, p = scene.rng, scene.palette
    colour, label = tremble(scene, 2.0)
    tone = stretch_tone(luminance(colour), 1, 97) ** 0.92
    smooth = blur(tone, 5 * scene.scale)
    pitch = 6.8 * scene.coarse
    ink = _lines(scene, tone, smooth, angle=0.12, pitch=pitch, bend=26, full=0.02, none=0.96)
    ink = np.maximum(
        ink, _lines(scene, tone, smooth, angle=0.95, pitch=pitch, bend=16, full=-0.25, none=0.5)
    )
    ink = np.maximum(
        ink,
        _lines(scene, tone, smooth, angle=-0.7, pitch=pitch * 0.9, bend=8, full=-0.3, none=0.24),
    )
    ink = np.maximum(ink, contour(scene, label, 2.6) * (0.35 + 0.6 * scene.depth))
    dark = np.asarray(turn(mix(p.ink, p.deep, 0.12), 0, chroma=0.8), dtype=np.float32)
    paper = np.asarray(mix(p.paper, p.pale, 0.25), dtype=np.float32)
    wash = (
        colour * 0.25 + paper * 0.75 if rng.random() < 0.5 else np.broadcast_to(paper, colour.shape)
    )
    sheet = wash + (dark - wash) * (ink * 0.95)[..., None]
    return paper_grain(margin(sheet, scene, mix(p.paper, p.pale, 0.25), 34), rng, 0.045)


def _lines(
    scene: Scene,
    tone: Pixels,
    smooth: Pixels,
    *,
    angle: float,
    pitch: float,
    bend: float,
    full: float,
    none: float,
) -> Pixels:
    """Lines at an angle, displaced by the form, as wide as the shadow asks.

    They fill the sheet where the tone is under `full` and vanish over `none`.
    """
    height, width = scene.pixels
    y = np.arange(height, dtype=np.float32)[:, None] / scene.scale
    x = np.arange(width, dtype=np.float32)[None, :] / scene.scale
    sway = cloud(scene.pixels, scene.rng, cell=0.35, octaves=2) - 0.5
    across = np.cos(angle) * y - np.sin(angle) * x + smooth * bend + sway * 30
    wave = np.abs(np.mod(across / pitch, 1.0) * 2 - 1)
    share = np.clip((none - tone) / (none - full), 0, 1) * 0.9
    sharp = pitch * scene.scale * 0.5
    return np.where(tone < none, np.clip((wave - (1 - share)) * sharp + 0.35, 0, 1), 0).astype(
        np.float32
    )


ENGRAVING = Technique(
    "engraving",
    ("engraving", "etching", "line", "drypoint", "black and white"),
    {"stone": 0.6, "ancient": 0.5, "storm": 0.4, "city": 0.4, "death": 0.6, "portrait bust": 0.4,
     "mystery": 0.5, "emblem": 0.4},
    render,
)  # fmt: skip
