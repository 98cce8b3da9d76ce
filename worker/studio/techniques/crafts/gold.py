"""Gold ground: leaf burnished over red bole, tempera in flat tones with hatched lights."""

import numpy as np

from worker.studio.colour import Pixels, from_hex, luminance, mix
from worker.studio.noise import blur, cloud
from worker.studio.scene import Scene
from worker.studio.techniques.marks import contour, hatch, mean_by, paper_grain, saturate, tremble
from worker.studio.techniques.technique import Technique

# Yellow, pale and red gold, silver, and gold gone brown under old varnish.
_METALS = ("cfa04a", "dcc07a", "c4803c", "b9bab4", "8f6f36")


def render(scene: Scene) -> Pixels:
    """What is far becomes gold leaf; what is near is drawn firmly and lit with fine lines."""
    rng, p, scale = scene.rng, scene.palette, scene.scale
    colour, label = tremble(scene, 1.5)
    flat = mean_by(label.astype(np.int32), colour)
    tempera = saturate(0.45 * flat + 0.55 * colour, 1.3)
    light = luminance(colour) - luminance(flat)
    lines = np.clip((hatch(scene, pitch=6.5, wander=0.4) - 0.62) * 4, 0, 1)
    tempera = tempera + 0.5 * (np.clip(light * 6, 0, 1) * lines)[..., None] * (1 - tempera)
    tempera = tempera * (1 - 0.35 * np.clip(-light * 6, 0, 1) * lines)[..., None]
    leaf = _leaf(scene)
    ground = blur((~scene.figure & (scene.depth < 0.28)).astype(np.float32), 1.0 * scale)[..., None]
    shaded = leaf * (0.72 + 0.42 * luminance(colour))[..., None]
    sheet = tempera + (shaded - tempera) * ground
    line = contour(scene, label, 4.0) * (0.3 + 0.7 * scene.depth)
    dark = np.asarray(mix(p.ink, from_hex("2a120c"), 0.6), dtype=np.float32)
    sheet = sheet + (dark - sheet) * line[..., None]
    sheet = np.asarray(sheet, dtype=np.float32)
    if rng.random() < 0.4:
        sheet = _frame(scene, sheet, leaf)
    return paper_grain(sheet, rng, 0.03)


def _leaf(scene: Scene) -> Pixels:
    """Square leaves that overlap by a hair, worn to the bole here and there."""
    rng, (height, width) = scene.rng, scene.pixels
    side = 118 * scene.coarse * scene.scale
    y, x = np.arange(height)[:, None] / side, np.arange(width)[None, :] / side
    tones = rng.normal(0, 0.05, (int(height / side) + 2, int(width / side) + 2))
    tone = tones[y.astype(int), x.astype(int)]
    off = np.maximum(np.abs(np.mod(y, 1) - 0.5), np.abs(np.mod(x, 1) - 0.5))
    seam = np.clip((off - 0.485) * 60, 0, 1)
    metal = _METALS[int(rng.integers(len(_METALS)))]
    gold = np.asarray(from_hex(metal), dtype=np.float32)
    sheen = cloud(scene.pixels, rng, cell=0.6, octaves=3) - 0.5
    leaf = gold * (1 + tone + 0.5 * sheen + 0.12 * seam)[..., None]
    worn = np.clip((cloud(scene.pixels, rng, cell=0.05, octaves=6) - 0.8) * 7, 0, 0.4)
    bole = np.asarray(from_hex("8a3a22"), dtype=np.float32)
    return np.asarray(leaf + (bole - leaf) * worn[..., None], dtype=np.float32)


def _frame(scene: Scene, sheet: Pixels, leaf: Pixels) -> Pixels:
    """A raised gilt edge with a red line and punched dots."""
    height, width = scene.pixels
    y = np.arange(height)[:, None] / scene.scale
    x = np.arange(width)[None, :] / scene.scale
    inside = np.minimum(np.minimum(y, y[::-1]), np.minimum(x, x[:, ::-1]))
    sheet = np.where((inside < 46)[..., None], leaf * 1.05, sheet)
    red = np.asarray(mix(scene.palette.accent, from_hex("7c1c1c"), 0.6), dtype=np.float32)
    sheet = np.where(((inside > 40) & (inside < 48))[..., None], red, sheet)
    dots = np.hypot(np.mod(y, 23) - 11.5, np.mod(x, 23) - 11.5) < 4.2
    punched = dots & (inside > 11) & (inside < 35)
    return np.asarray(np.where(punched[..., None], sheet * 0.6, sheet), dtype=np.float32)


GOLD_GROUND = Technique(
    "gold ground",
    ("gold", "icon", "gilded", "byzantine", "illuminat"),
    {"sacred": 1.2, "royal": 0.9, "love": 0.3, "tenderness": 0.3, "ancient": 0.3, "emblem": 0.4},
    render,
    framed=True,
)
