"""Tapestry: dyed wool woven row by row, one colour passing into the next by comb-like hatching."""

import numpy as np

from worker.studio.colour import Pixels, luminance, mix
from worker.studio.noise import cloud
from worker.studio.scene import Scene
from worker.studio.techniques.marks import edges, flat_inks, paper_grain, saturate, tremble
from worker.studio.techniques.technique import Technique


def render(scene: Scene) -> Pixels:
    """The cartoon in a few dyes, read off thread by thread, with a woven selvedge."""
    rng, scale = scene.rng, scene.scale
    colour, label = tremble(scene, 2.0)
    dark = np.asarray(mix(scene.palette.ink, scene.palette.deep, 0.4), dtype=np.float32)
    drawn = edges(label)[..., None] * (scene.depth > 0.5)[..., None]
    colour = colour + (dark - colour) * np.clip(drawn, 0, 1) * 0.7
    tall, wide = 3.6 * scene.coarse * scale, 5.4 * scene.coarse * scale
    dyed = flat_inks(saturate(_threads(scene, colour, tall, wide), 1.15), int(rng.integers(18, 30)))
    height, width = scene.pixels
    rows = np.arange(height, dtype=np.float32)[:, None] / tall
    columns = np.arange(width, dtype=np.float32)[None, :] / wide
    odd = (rows.astype(np.int32) % 2) * 0.5
    weft = np.abs(np.mod(rows, 1.0) - 0.5) * 2
    warp = np.abs(np.mod(columns + odd, 1.0) - 0.5) * 2
    shade = (1.1 - 0.42 * weft**2.2) * (1.04 - 0.24 * warp**4)
    per_thread = rng.normal(0, 0.045, (int(height / tall) + 2, int(width / wide) + 2))
    uneven = per_thread[rows.astype(np.int32), (columns + odd).astype(np.int32)]
    faded = 1 + 0.16 * (cloud(scene.pixels, rng, cell=0.5, octaves=3, stretch=2) - 0.5)
    cloth = dyed * (shade * (1 + uneven) * faded)[..., None].astype(np.float32)
    return paper_grain(_selvedge(scene, cloth, shade), rng, 0.02)


def _threads(scene: Scene, colour: Pixels, tall: float, wide: float) -> Pixels:
    """Each stitch the colour at its middle, pulled sideways by turns where colours meet."""
    height, width = scene.pixels
    rows = np.arange(height, dtype=np.float32) / tall
    columns = np.arange(width, dtype=np.float32)[None, :] / wide
    odd = (rows.astype(np.int32) % 2)[:, None] * 0.5
    y = np.clip((np.floor(rows) + 0.5) * tall, 0, height - 1).astype(np.int32)
    comb = (rows.astype(np.int32) % 4 - 1.5)[:, None] * 1.2 * scene.scale
    x = (np.floor(columns + odd) + 0.5 - odd) * wide + comb
    return np.asarray(colour[y[:, None], np.clip(x, 0, width - 1).astype(np.int32)])


def _selvedge(scene: Scene, cloth: Pixels, shade: Pixels) -> Pixels:
    """A border of two stripes, woven like the rest."""
    height, width = scene.pixels
    rows = np.minimum(np.arange(height), np.arange(height)[::-1])[:, None] / scene.scale
    columns = np.minimum(np.arange(width), np.arange(width)[::-1])[None, :] / scene.scale
    inside = np.minimum(rows, columns)
    p = scene.palette
    tone = luminance(np.asarray([p.deep], dtype=np.float32))[0]
    for near, far, dye in ((0, 30, p.deep if tone < 0.5 else p.ink), (12, 20, p.accent)):
        band = ((inside >= near) & (inside < far))[..., None]
        cloth = np.where(band, np.asarray(dye, dtype=np.float32) * shade[..., None], cloth)
    return np.asarray(cloth, dtype=np.float32)


TAPESTRY = Technique(
    "tapestry",
    ("tapestry", "textile", "woven", "wool", "medieval"),
    {"royal": 0.7, "forest": 0.4, "garden": 0.5, "animal": 0.3, "procession": 0.5, "mystery": 0.3,
     "interior": 0.3},
    render,
    framed=True,
)  # fmt: skip
