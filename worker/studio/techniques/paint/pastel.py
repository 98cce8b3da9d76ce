"""Pastel: soft sticks dragged over dark paper, whose tooth shows through every stroke."""

import numpy as np

from worker.studio.colour import Pixels, luminance, mix
from worker.studio.noise import blur, cloud, grain
from worker.studio.scene import Scene
from worker.studio.techniques.canvas import from_canvas, to_canvas
from worker.studio.techniques.marks import contour, edges, form_flow, saturate, tremble
from worker.studio.techniques.paint.gouache import lay_strokes
from worker.studio.techniques.technique import Technique


def render(scene: Scene) -> Pixels:
    """Side of the stick first, then its edge; the paper keeps the darks."""
    rng, p, scale = scene.rng, scene.palette, scene.scale
    colour, label = tremble(scene, 2.0)
    bright = saturate(np.clip(colour * 1.12 + 0.03, 0, 1), 1.3)
    ground = np.empty_like(colour)
    ground[:] = mix(p.ink, (p.deep, p.warm, p.cool)[int(rng.integers(3))], 0.3)
    sheet = to_canvas(bright * 0.75 + ground * 0.25)
    flow = form_flow(scene, colour)
    tone = luminance(colour)
    fine = np.abs(tone - blur(tone, 4 * scale)) * 9 + blur(edges(label), 5 * scale) * 5
    fine = np.clip(fine, 0, 1)
    canvas = sheet.getCanvas()
    lay_strokes(scene, canvas, bright, label, flow, None, width=16, cover=1.6)
    lay_strokes(scene, canvas, bright, label, flow, fine, width=5.5, cover=1.6)
    chalk = from_canvas(sheet)
    tooth = blur(np.clip(grain(scene.pixels, rng) * 0.22 + 0.5, 0, 1), 0.9)
    tooth = tooth + 0.5 * (cloud(scene.pixels, rng, cell=0.009, octaves=2) - 0.5)
    pressure = 0.55 + 0.5 * luminance(chalk)
    covered = np.clip((pressure - tooth) * 4.2 + 0.3, 0.03, 1)[..., None]
    drawn = ground + (chalk - ground) * covered
    line = contour(scene, label, 3.0) * 0.5 * scene.depth
    return np.asarray(drawn + (ground - drawn) * line[..., None], dtype=np.float32)


PASTEL = Technique(
    "pastel",
    ("pastel", "crayon", "soft"),
    {"portrait bust": 0.4, "flower": 0.4, "night": 0.3, "dream": 0.5, "evening": 0.4, "joy": 0.3,
     "person": 0.2},
    render,
)  # fmt: skip
