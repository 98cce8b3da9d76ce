"""Paper-cut: sheets of coloured paper laid over one another, each casting a shadow."""

import numpy as np

from worker.studio.colour import Pixels, luminance
from worker.studio.noise import blur, cloud, fibres
from worker.studio.scene import Scene
from worker.studio.techniques.marks import edges, mean_by, paper_grain, saturate, tremble
from worker.studio.techniques.technique import Technique


def render(scene: Scene) -> Pixels:
    """One flat paper a plane, cut details as a second tone, shadow and lit edge."""
    colour, label = tremble(scene, 4.5, cell=0.05)
    rng, scale = scene.rng, scene.scale
    flat = mean_by(label.astype(np.int32), colour)
    step = luminance(colour) - luminance(flat)
    levels = np.round(blur(np.clip(step + 0.5, 0, 1), 1.3 * scale) * 7 - 3.5) / 7
    paper = saturate(np.clip(flat + 0.85 * levels[..., None], 0, 1), 1.18)
    x, y = scene.light.direction
    shade = np.zeros(scene.pixels, dtype=np.float32)
    for reach in (3, 6, 10, 14):
        dx, dy = round(x * reach * scale), round(y * reach * scale)
        above = np.roll(label, (-dy, -dx), axis=(0, 1)) > label
        shade += above / 4
    shade = blur(shade, 3.5 * scale)
    lit = np.roll(label, (round(-y * 2 * scale), round(-x * 2 * scale)), axis=(0, 1)) < label
    paper = paper * (1 - 0.52 * shade)[..., None] + 0.13 * lit[..., None] * edges(label)[..., None]
    thread = fibres(scene.pixels, rng, length=0.03) - 0.5
    pulp = cloud(scene.pixels, rng, cell=0.012, octaves=3) - 0.5
    return paper_grain(paper * (1 + 0.07 * thread + 0.09 * pulp)[..., None], rng, 0.035)


PAPERCUT = Technique(
    "paper-cut",
    ("paper", "cut-out", "cutout", "collage", "matisse"),
    {"joy": 0.6, "night": 0.4, "forest": 0.4, "garden": 0.5, "city": 0.4, "emblem": 0.5,
     "abstract field": 0.5, "dream": 0.4},
    render,
)  # fmt: skip
