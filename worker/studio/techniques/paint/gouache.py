"""Gouache: opaque strokes laid over one another, broad first, following the form."""

import numpy as np
import skia

from worker.studio.colour import Pixels, luminance
from worker.studio.noise import blur, cloud
from worker.studio.scene import Scene
from worker.studio.techniques.canvas import from_canvas, to_canvas
from worker.studio.techniques.marks import blur_colour, edges, form_flow, paper_grain, tremble
from worker.studio.techniques.technique import Technique

# Brush widths in units, and how many times over each would cover the sheet.
BRUSHES = ((34.0, 2.2), (15.0, 2.0), (7.0, 1.7), (3.8, 1.5))


def render(scene: Scene) -> Pixels:
    """Four brushes; the finer ones only where something happens."""
    colour, label = tremble(scene, 2.0)
    rng, scale = scene.rng, scene.scale
    sheet = to_canvas(blur_colour(colour, 14 * scale))
    flow = form_flow(scene, colour)
    tone = luminance(colour)
    busy = np.clip(blur(edges(label), 7 * scale) * 7, 0, 1)
    fine = np.clip(np.abs(tone - blur(tone, 4 * scale)) * 9, 0, 1)
    need = (None, np.clip(busy + fine + 0.12, 0, 1), np.clip(busy * 0.7 + fine, 0, 1), fine)
    for (usual, cover), where in zip(BRUSHES, need, strict=True):
        width = usual * scene.coarse
        lay_strokes(scene, sheet.getCanvas(), colour, label, flow, where, width=width, cover=cover)
    painted = from_canvas(sheet)
    ridges = cloud(scene.pixels, rng, cell=0.006, octaves=2, stretch=2.5) - 0.5
    return paper_grain(painted * (1 + 0.08 * ridges)[..., None], rng, 0.03)


def lay_strokes(
    scene: Scene,
    canvas: skia.Canvas,
    colour: Pixels,
    label: np.ndarray,
    flow: Pixels,
    need: Pixels | None,
    *,
    width: float,
    cover: float,
) -> None:
    """One brush over the sheet, far things first; no stroke runs far over an edge."""
    rng, scale = scene.rng, scene.scale
    height, across = scene.pixels
    count = int(cover * scene.width * scene.height / (width * width * 1.7))
    ys, xs = rng.random(count) * (height - 1), rng.random(count) * (across - 1)
    rows, columns = ys.astype(int), xs.astype(int)
    if need is not None:
        keep = need[rows, columns] > rng.random(count) * 0.9 + 0.04
        ys, xs, rows, columns = ys[keep], xs[keep], rows[keep], columns[keep]
    angles = flow[rows, columns] + rng.normal(0, 0.22, len(rows))
    spans = width * scale * rng.uniform(0.6, 1.4, len(rows))
    widths = width * scale * rng.uniform(0.55, 1.0, len(rows))
    dx, dy = np.cos(angles) * spans, np.sin(angles) * spans
    own = label[rows, columns]
    for sign in (-1, 1):
        end_rows = np.clip(ys + sign * dy, 0, height - 1).astype(int)
        end_columns = np.clip(xs + sign * dx, 0, across - 1).astype(int)
        over = label[end_rows, end_columns] != own
        dx, dy = np.where(over, dx * 0.3, dx), np.where(over, dy * 0.3, dy)
        widths = np.where(over, widths * 0.72, widths)
    tones = colour[rows, columns] * (1 + rng.normal(0, 0.045, (len(rows), 1)))
    codes = (np.clip(tones + rng.normal(0, 0.012, tones.shape), 0, 1) * 255).astype(np.uint32)
    argb = 0xFF000000 | (codes[:, 0] << 16) | (codes[:, 1] << 8) | codes[:, 2]
    order = np.argsort(scene.depth[rows, columns] + rng.random(len(rows)) * 0.1, kind="stable")
    paint = skia.Paint(AntiAlias=True, Style=skia.Paint.kStroke_Style)
    paint.setStrokeCap(skia.Paint.kRound_Cap)
    fields = np.stack([xs, ys, dx, dy, widths], axis=1)[order].tolist()
    for (x, y, vx, vy, thick), code in zip(fields, argb[order].tolist(), strict=True):
        paint.setColor(code)
        paint.setStrokeWidth(thick * 0.62)
        canvas.drawLine(x - vx, y - vy, x + vx, y + vy, paint)
        if width < 6:
            continue
        length = (vx * vx + vy * vy) ** 0.5 or 1.0
        ox, oy = -vy / length * thick * 0.3, vx / length * thick * 0.3
        paint.setStrokeWidth(thick * 0.4)
        canvas.drawLine(
            x - vx * 0.9 + ox, y - vy * 0.9 + oy, x + vx * 0.75 + ox, y + vy * 0.75 + oy, paint
        )
        canvas.drawLine(
            x - vx * 0.7 - ox, y - vy * 0.7 - oy, x + vx * 1.05 - ox, y + vy * 1.05 - oy, paint
        )


GOUACHE = Technique(
    "gouache",
    ("gouache", "oil", "painterly", "brush", "impression", "acrylic"),
    {"landscape": 0.4, "portrait bust": 0.5, "still life": 0.5, "garden": 0.5, "summer": 0.3},
    render,
)
