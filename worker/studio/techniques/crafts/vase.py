"""Vase painting: black figures on fired clay, or clay on black, their inner lines incised."""

import numpy as np
import skia

from worker.studio.colour import Pixels, from_hex, luminance, mix
from worker.studio.noise import blur, cloud
from worker.studio.outline import box
from worker.studio.scene import Scene
from worker.studio.techniques.marks import edges, paper_grain, tremble
from worker.studio.techniques.technique import Technique

# Attic red, Corinthian buff, the white ground of oil flasks.
_CLAYS = ("c8683a", "d9b07c", "e6dcc4")
_BAND = 92.0  # height of the meander bands in units


def render(scene: Scene) -> Pixels:
    """Things are figures, all else is clay; glaze pools, and the lines are scratched in."""
    rng, p, scale = scene.rng, scene.palette, scene.scale
    colour, label = tremble(scene, 1.5)
    tone = luminance(colour)
    figure = blur((scene.figure & (scene.depth > 0.4)).astype(np.float32), 0.9 * scale)
    local = tone - blur(tone, 14 * scale)
    scratched = np.clip(blur(edges(label), 1.1 * scale) * 3.2, 0, 1)
    scratched = np.maximum(scratched, np.clip((np.abs(local) - 0.07) * 14, 0, 1))
    far = np.clip((0.46 - blur(tone, 3 * scale)) * 2.2, 0, 0.5) + 0.45 * scratched
    black = figure * (1 - 0.92 * scratched) + (1 - figure) * far * 0.8
    if rng.random() < 0.4:
        black = figure * (0.1 + 0.85 * scratched) + (1 - figure) * (1 - 0.75 * far)
    bands = _meander(scene) if rng.random() < 0.6 else np.full_like(black, -1)
    black = np.where(bands >= 0, bands, black)
    fired_clay = _CLAYS[int(rng.integers(len(_CLAYS)))]
    clay = np.asarray(mix(from_hex(fired_clay), p.warm, 0.3), dtype=np.float32)
    glaze = np.asarray(mix(from_hex("17120f"), p.ink, 0.35), dtype=np.float32)
    fired = 1 + 0.16 * (cloud(scene.pixels, rng, cell=0.3, octaves=5) - 0.5)
    pooled = 1 + 0.5 * (cloud(scene.pixels, rng, cell=0.12, octaves=4) - 0.5)
    white = np.clip((tone - 0.78) * 5, 0, 1) * figure * (1 - scratched) * 0.75
    sheet = clay * fired[..., None]
    sheet = sheet + (glaze * pooled[..., None] - sheet) * black[..., None]
    bone = np.asarray(mix(p.paper, clay.tolist(), 0.25), dtype=np.float32)
    sheet += (bone - sheet) * np.where(bands >= 0, 0, white)[..., None]
    return paper_grain(sheet, rng, 0.05)


def _meander(scene: Scene) -> Pixels:
    """Key-pattern bands above and below: glaze 0..1 there, -1 elsewhere."""
    height, width = scene.pixels
    picture: np.ndarray = np.zeros((height, width), dtype=np.uint8)
    surface = skia.Surface.MakeRasterDirect(skia.ImageInfo.MakeA8(width, height), picture)
    canvas, paint = surface.getCanvas(), skia.Paint(AntiAlias=True)
    canvas.scale(scene.scale, scene.scale)
    step = scene.width / max(round(scene.width / 78), 3)
    t = step / 9
    for top in (14.0, scene.height - _BAND + 14):
        for i in range(round(scene.width / step)):
            x, y = i * step, top
            for bar in (
                (0, 0, 9, 1.4), (7.6, 0, 9, 8), (1.7, 6.6, 9, 8), (1.7, 2.8, 3.1, 8),
                (1.7, 2.8, 5.9, 4.2), (4.5, 2.8, 5.9, 5.6),
            ):  # fmt: skip
                canvas.drawPath(
                    box(x + bar[0] * t, y + bar[1] * t, x + bar[2] * t, y + bar[3] * t), paint
                )
    surface.flushAndSubmit()
    bands = np.asarray(picture, dtype=np.float32) / np.float32(255)
    rows = np.arange(height) / scene.scale
    inside = (rows < _BAND) | (rows > scene.height - _BAND)
    rim = (np.abs(rows - _BAND) < 3) | (np.abs(rows - scene.height + _BAND) < 3)
    bands[rim] = 1
    bands[~(inside | rim)] = -1
    return bands


VASE_PAINTING = Technique(
    "vase painting",
    ("vase painting", "black-figure", "greek", "terracotta", "pottery"),
    {"ancient": 1.1, "procession": 0.6, "war": 0.4, "animal": 0.3, "emblem": 0.3, "death": 0.3},
    render,
    framed=True,
)
