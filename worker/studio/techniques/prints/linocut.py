"""Linocut: two or three inks, gouge marks that follow the form, chatter in the cleared ground."""

import numpy as np

from worker.studio.colour import Pixels, luminance, mix
from worker.studio.noise import blur, cloud, grain
from worker.studio.scene import Scene
from worker.studio.techniques.marks import edges, hatch, margin, paper_grain, tremble
from worker.studio.techniques.technique import Technique


def render(scene: Scene) -> Pixels:
    """A colour block under a key block whose gouges open with the light."""
    rng, p = scene.rng, scene.palette
    colour, label = tremble(scene, 4.0)
    tone = luminance(colour)
    low, high = np.percentile(tone, [4, 96])
    tone = np.clip((tone - low) / max(float(high - low), 1e-3), 0, 1)
    groove = hatch(scene, pitch=11.0)
    broken = cloud(scene.pixels, rng, cell=0.025, octaves=2, stretch=3)
    figure = blur(scene.figure.astype(np.float32), 2 * scene.scale)
    open_share = np.clip((tone - 0.16) * 1.25 + 0.3 * (1 - figure) * (tone > 0.3), 0, 1.0)
    ink = np.clip(((groove * 0.8 + broken * 0.32) - open_share) * 9 + 0.5, 0, 1)
    ink = np.where(tone < 0.14, 1.0, ink)
    cleared = np.clip(blur(edges(label), 1.6 * scene.scale) * 4 - 0.35, 0, 1)
    ink *= 1 - 0.9 * cleared * (tone < 0.55)
    # A cut ring of light sets every figure off from what is behind it.
    ring = np.clip(blur(figure, 5 * scene.scale) * (1 - figure) * 5 - 0.4, 0, 1)
    ink *= 1 - 0.95 * ring
    block = _colour_block(scene, colour, tone)
    roller = 1 - 0.12 * np.clip(grain(scene.pixels, rng), 0, 2) * (
        cloud(scene.pixels, rng, cell=0.2) > 0.45
    )
    key = np.asarray(mix(p.ink, p.deep, 0.1), dtype=np.float32)
    printed = block + (key - block) * (ink * roller)[..., None]
    printed = margin(printed, scene, p.paper, 30)
    return paper_grain(printed, rng, 0.03)


def _colour_block(scene: Scene, colour: Pixels, tone: Pixels) -> Pixels:
    p = scene.palette
    inks = np.asarray(
        [p.paper, mix(p.pale, p.warm, 0.35), mix(p.cool, p.pale, 0.3), p.accent], dtype=np.float32
    )
    flat = np.stack([blur(colour[..., i], 3 * scene.scale) for i in range(3)], axis=-1)
    flat = flat * 0.7 + 0.3
    gaps = ((flat[..., None, :] - inks) ** 2).sum(axis=-1)
    gaps[..., 3] *= 1.6
    del tone
    return np.asarray(inks[np.argmin(gaps, axis=-1)], dtype=np.float32)


LINOCUT = Technique(
    "linocut",
    ("linocut", "lino", "print", "block", "expressionis"),
    {
        "war": 0.6,
        "industry": 0.7,
        "city": 0.4,
        "animal": 0.4,
        "grief": 0.5,
        "portrait bust": 0.4,
        "anger": 0.5,
    },
    render,
)
