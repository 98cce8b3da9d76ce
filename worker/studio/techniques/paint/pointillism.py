"""Pointillism: dots of purer colours than the picture has, mixed by the eye."""

import numpy as np
import skia

from worker.studio.colour import Pixels, mix
from worker.studio.scene import Scene
from worker.studio.techniques.canvas import from_canvas, to_canvas
from worker.studio.techniques.marks import blur_colour, paper_grain, saturate, tremble
from worker.studio.techniques.technique import Technique

# Dot diameters in units and how many times over they cover the sheet.
DOTS = ((13.0, 1.0), (8.5, 1.15), (6.0, 0.9))


def render(scene: Scene) -> Pixels:
    """A toned ground, then three sizes of dots, small ones where planes meet."""
    colour, label = tremble(scene, 2.0)
    rng, scale = scene.rng, scene.scale
    ground = np.asarray(mix(scene.palette.paper, scene.palette.warm, 0.18), dtype=np.float32)
    sheet = to_canvas(blur_colour(colour, 14 * scale) * 0.45 + ground * 0.55)
    canvas = sheet.getCanvas()
    pure = saturate(colour, 1.45)
    height, width = scene.pixels
    paint = skia.Paint(AntiAlias=True)
    for usual, cover in DOTS:
        size = usual * scene.coarse
        count = int(cover * scene.width * scene.height / (size * size * 0.8))
        xs, ys = rng.random(count) * (width - 1), rng.random(count) * (height - 1)
        rows, columns = ys.astype(int), xs.astype(int)
        # Each dot leans to one side of its colour: warm or cool, light or dark.
        lean = rng.normal(0, 1, (count, 1)) * np.array([[0.085, 0.0, -0.085]])
        value = rng.normal(0, 0.06, (count, 1))
        tones = np.clip(pure[rows, columns] + lean + value, 0, 1)
        codes = (tones * 255).astype(np.uint32)
        argb = (0xFF000000 | (codes[:, 0] << 16) | (codes[:, 1] << 8) | codes[:, 2]).tolist()
        radii = (size * scale / 2 * rng.uniform(0.75, 1.1, count)).tolist()
        for x, y, radius, code in zip(xs.tolist(), ys.tolist(), radii, argb, strict=True):
            paint.setColor(code)
            canvas.drawCircle(x, y, radius, paint)
    del label
    return paper_grain(from_canvas(sheet), rng, 0.03)


POINTILLISM = Technique(
    "pointillism",
    ("pointil", "dots", "divisionis", "neo-impression"),
    {"summer": 0.6, "river": 0.5, "garden": 0.6, "sea": 0.3, "field": 0.3, "joy": 0.3},
    render,
)
