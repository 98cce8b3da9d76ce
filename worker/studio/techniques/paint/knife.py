"""Palette knife: slabs of thick paint set side by side, their ridges catching the light."""

import numpy as np
import skia

from worker.studio.colour import Pixels, luminance
from worker.studio.noise import blur, cloud
from worker.studio.scene import Scene
from worker.studio.techniques.canvas import from_canvas, to_canvas
from worker.studio.techniques.marks import blur_colour, edges, form_flow, saturate, tremble
from worker.studio.techniques.technique import Technique

# Length and breadth of a slab in units, and how many times over they cover the sheet.
_BLADES = ((78.0, 30.0, 2.0), (40.0, 17.0, 1.8), (18.0, 8.0, 1.7))


def render(scene: Scene) -> Pixels:
    """Three blades, broad first; the small one only where something happens."""
    rng, scale = scene.rng, scene.scale
    colour, label = tremble(scene, 1.5)
    rich = saturate(colour, 1.28)
    sheet = to_canvas(blur_colour(rich, 10 * scale))
    relief = to_canvas(np.full_like(colour, 0.4))
    flow = form_flow(scene, colour)
    tone = luminance(colour)
    busy = np.clip(
        blur(edges(label), 6 * scale) * 7 + np.abs(tone - blur(tone, 4 * scale)) * 8, 0, 1
    )
    for i, (long, broad, cover) in enumerate(_BLADES):
        length, breadth = long * scene.coarse, broad * scene.coarse
        count = int(cover * scene.width * scene.height / (length * breadth))
        rows = (rng.random(count) * (scene.pixels[0] - 1)).astype(int)
        columns = (rng.random(count) * (scene.pixels[1] - 1)).astype(int)
        if i:
            keep = busy[rows, columns] > rng.random(count) * 0.9
            rows, columns = rows[keep], columns[keep]
        order = np.argsort(scene.depth[rows, columns], kind="stable")
        _slabs(scene, (sheet, relief), rich, flow, label,
               at=(rows[order], columns[order]), size=(length, breadth))  # fmt: skip
    painted, raised = from_canvas(sheet), luminance(from_canvas(relief))
    raised = raised + 0.12 * cloud(scene.pixels, rng, cell=0.012, octaves=2, stretch=2)
    dy, dx = np.gradient(blur(np.asarray(raised, dtype=np.float32), 0.9 * scale))
    x, y = scene.light.direction
    lit = np.clip(-(dx * x + dy * y) * 2.4 * scale, -0.2, 0.26)
    shine = np.asarray(lit, dtype=np.float32)[..., None]
    return np.clip(painted * (1 + shine) + 0.3 * np.maximum(shine, 0), 0, 1)


def _slabs(
    scene: Scene,
    sheets: tuple[skia.Surface, skia.Surface],
    colour: Pixels,
    flow: Pixels,
    label: np.ndarray,
    *,
    at: tuple[np.ndarray, np.ndarray],
    size: tuple[float, float],
) -> None:
    """Lay slabs, each one colour, on the sheet and their thickness on the relief."""
    rng, scale, (rows, columns) = scene.rng, scene.scale, at
    height, width = scene.pixels
    count = len(rows)
    angles = flow[rows, columns] + rng.normal(0, 0.3, count)
    half = size[0] * scale * 0.5 * rng.uniform(0.6, 1.15, count)
    thick = size[1] * scale * 0.5 * rng.uniform(0.6, 1.1, count)
    for sign in (-1, 1):
        r = np.clip(rows + sign * half * np.sin(angles), 0, height - 1).astype(int)
        c = np.clip(columns + sign * half * np.cos(angles), 0, width - 1).astype(int)
        over = label[r, c] != label[rows, columns]
        half, thick = np.where(over, half * 0.45, half), np.where(over, thick * 0.65, thick)
    tones = np.clip(colour[rows, columns] * (1 + rng.normal(0, 0.07, (count, 1))), 0, 1) * 255
    code = tones.astype(np.uint32)
    argb = (0xFF000000 | (code[:, 0] << 16) | (code[:, 1] << 8) | code[:, 2]).tolist()
    grey = (rng.uniform(90, 230, count)).astype(np.uint32)
    level = (0xFF000000 | (grey << 16) | (grey << 8) | grey).tolist()
    painted, relief = (sheet.getCanvas() for sheet in sheets)
    paint = skia.Paint(AntiAlias=True)
    degrees = np.degrees(angles).tolist()
    fields = zip(rows.tolist(), columns.tolist(), half.tolist(), thick.tolist(), degrees,
                 argb, level, strict=True)  # fmt: skip
    for y, x, long, broad, angle, ink, rise in fields:
        slab = skia.Rect.MakeLTRB(-long, -broad, long, broad)
        for canvas, tone in ((painted, ink), (relief, rise)):
            canvas.save()
            canvas.translate(x, y)
            canvas.rotate(angle)
            paint.setColor(tone)
            canvas.drawRect(slab, paint)
            canvas.restore()


PALETTE_KNIFE = Technique(
    "palette knife",
    ("knife", "impasto", "thick", "expression"),
    {"sea": 0.3, "field": 0.4, "autumn": 0.5, "still life": 0.4, "city": 0.3, "abstract field": 0.5,
     "fire": 0.4, "passion": 0.4},
    render,
)  # fmt: skip
