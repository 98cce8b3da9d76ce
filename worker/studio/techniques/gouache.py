"""Gouache: opaque strokes laid over one another, broad first, following the form."""

import numpy as np
import skia
from numpy.typing import NDArray

from worker.studio.colour import Pixels, luminance
from worker.studio.noise import blur, cloud
from worker.studio.scene import Scene
from worker.studio.techniques.marks import edges, paper_grain, tremble
from worker.studio.techniques.technique import Technique

# Brush widths in units, and how densely each covers the sheet.
BRUSHES = ((42.0, 2.4), (19.0, 2.2), (8.5, 1.5))


def render(scene: Scene) -> Pixels:
    """Three passes of the brush; the finer ones only where something happens."""
    colour, label = tremble(scene, 2.5)
    rng = scene.rng
    under = np.stack([blur(colour[..., i], 22 * scene.scale) for i in range(3)], axis=-1)
    sheet = to_canvas(under)
    canvas = sheet.getCanvas()
    busy = np.clip(blur(edges(label), 9 * scene.scale) * 9, 0, 1)
    busy = np.maximum(busy, np.clip(_detail(colour, scene.scale) * 5, 0, 1))
    for i, (width, cover) in enumerate(BRUSHES):
        stroke_pass(scene, canvas, colour, busy if i else None, width=width, cover=cover)
    painted = from_canvas(sheet)
    ridges = cloud(scene.pixels, rng, cell=0.006, octaves=2, stretch=2.5) - 0.5
    return paper_grain(painted * (1 + 0.1 * ridges)[..., None], rng, 0.03)


def _detail(colour: Pixels, scale: float) -> Pixels:
    tone = luminance(colour)
    return np.abs(tone - blur(tone, 5 * scale))


def stroke_pass(
    scene: Scene,
    canvas: skia.Canvas,
    colour: Pixels,
    busy: Pixels | None,
    *,
    width: float,
    cover: float,
    jitter: float = 0.035,
    length: float = 2.6,
) -> None:
    """Strokes of one brush over the sheet, each a little off in colour and direction."""
    rng, scale = scene.rng, scene.scale
    height, across = scene.pixels
    count = int(cover * scene.width * scene.height / (width * width * length * 0.6))
    ys, xs = rng.random(count) * (height - 1), rng.random(count) * (across - 1)
    rows, columns = ys.astype(int), xs.astype(int)
    if busy is not None:
        keep = busy[rows, columns] > rng.random(count) * 0.8 + 0.06
        ys, xs, rows, columns = ys[keep], xs[keep], rows[keep], columns[keep]
    order = np.argsort(scene.depth[rows, columns], kind="stable")
    angles = scene.flow[rows, columns] + rng.normal(0, 0.28, len(rows))
    tones = np.clip(
        colour[rows, columns] * (1 + rng.normal(0, jitter, (len(rows), 1)))
        + rng.normal(0, jitter * 0.35, (len(rows), 3)),
        0,
        1,
    )
    spans = width * length * scale * rng.uniform(0.4, 1.0, len(rows)) / 2
    widths = width * scale * rng.uniform(0.55, 1.0, len(rows))
    codes = (tones * 255).astype(np.uint32)
    argb = 0xFF000000 | (codes[:, 0] << 16) | (codes[:, 1] << 8) | codes[:, 2]
    paint = skia.Paint(
        AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeCap=skia.Paint.kRound_Cap
    )
    for i in order.tolist():
        x, y, angle, span, thick = xs[i], ys[i], angles[i], spans[i], widths[i]
        dx, dy = np.cos(angle) * span, np.sin(angle) * span
        _bristles(canvas, paint, int(argb[i]), x, y, dx, dy, thick)


def _bristles(
    canvas: skia.Canvas,
    paint: skia.Paint,
    argb: int,
    x: float,
    y: float,
    dx: float,
    dy: float,
    thick: float,
) -> None:
    paint.setColor(argb)
    paint.setStrokeWidth(thick * 0.62)
    canvas.drawLine(x - dx, y - dy, x + dx, y + dy, paint)
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    ox, oy = -dy / length * thick * 0.3, dx / length * thick * 0.3
    paint.setStrokeWidth(thick * 0.42)
    canvas.drawLine(
        x - dx * 0.9 + ox, y - dy * 0.9 + oy, x + dx * 0.75 + ox, y + dy * 0.75 + oy, paint
    )
    canvas.drawLine(
        x - dx * 0.7 - ox, y - dy * 0.7 - oy, x + dx * 1.05 - ox, y + dy * 1.05 - oy, paint
    )


def to_canvas(pixels: Pixels) -> skia.Surface:
    """A skia surface that starts as these pixels."""
    height, width = pixels.shape[:2]
    data: NDArray[np.uint8] = np.full((height, width, 4), 255, dtype=np.uint8)
    data[..., :3] = np.clip(pixels, 0, 1) * 255
    surface = skia.Surface(width, height)
    surface.getCanvas().drawImage(
        skia.Image.fromarray(data, colorType=skia.kRGBA_8888_ColorType), 0, 0
    )
    return surface


def from_canvas(surface: skia.Surface) -> Pixels:
    """The surface as (h, w, 3) floats in 0..1."""
    data = surface.toarray(colorType=skia.kRGBA_8888_ColorType)
    return data[..., :3].astype(np.float32) / 255


GOUACHE = Technique(
    "gouache",
    ("gouache", "oil", "painterly", "brush", "impression", "tempera", "acrylic"),
    {"landscape": 0.4, "portrait bust": 0.5, "still life": 0.5, "garden": 0.5, "summer": 0.3},
    render,
)
