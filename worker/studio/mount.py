"""The mount: which shape the finished sheet has, and the paper or board that it lies on."""

import numpy as np
import skia
from numpy.typing import NDArray
from PIL import Image

from worker.studio.colour import Colour, Pixels, mix
from worker.studio.noise import Rng, blur, cloud
from worker.studio.outline import box, oval
from worker.studio.scene import Scene

# Name and how often: most pictures fill their sheet.
_SHAPES = (("full", 0.76), ("inset", 0.04), ("arch", 0.06), ("tondo", 0.05), ("oval", 0.03),
           ("band", 0.06))  # fmt: skip
_RECTANGULAR = ("full", "inset")


def choose_mount(rng: Rng, *, framed: bool, again: bool = False) -> str:
    """A seeded shape; a picture with a frame of its own stays rectangular.

    One that is painted `again`, because it resembled another, is more often cut: few things set
    two sheets apart as well.
    """
    shapes = [one for one in _SHAPES if not framed or one[0] in _RECTANGULAR]
    odds = np.array([weight for _, weight in shapes])
    if again:
        odds = np.sqrt(odds)
    return shapes[int(rng.choice(len(shapes), p=odds / odds.sum()))][0]


def edge_of(shape: str) -> float:
    """The share of the sheet at each side that a mount of this shape may hide."""
    return {"tondo": 0.15, "oval": 0.12, "arch": 0.1, "band": 0.12}.get(shape, 0.05)


def mount(sheet: Pixels, scene: Scene, shape: str) -> Pixels:
    """The sheet, (h, w, 3), cut to one of the shapes and laid on a board."""
    if shape == "full":
        return sheet
    board = _board(scene)
    if shape == "inset":
        return _inset(sheet, scene, board)
    mask = _mask(_window(scene, shape), scene)[..., None]
    shade = blur(1 - mask[..., 0], 5 * scene.scale)[..., None] * 0.5
    return np.asarray(board + (sheet * (1 - shade) - board) * mask, dtype=np.float32)


def _board(scene: Scene) -> Pixels:
    """Paper, card or dark board with a little unevenness."""
    p = scene.palette
    choices: tuple[Colour, ...] = (
        mix(p.paper, (1, 1, 1), 0.4), p.paper, p.pale, mix(p.deep, p.ink, 0.3),
        mix(p.ink, p.deep, 0.3), mix(p.cool, p.pale, 0.5), mix(p.warm, p.pale, 0.4),
    )  # fmt: skip
    tone = choices[int(scene.rng.integers(len(choices)))]
    board = np.empty((*scene.pixels, 3), dtype=np.float32)
    board[:] = tone
    board *= 1 + 0.05 * (cloud(scene.pixels, scene.rng, cell=0.01, octaves=3) - 0.5)[..., None]
    return board


def _inset(sheet: Pixels, scene: Scene, board: Pixels) -> Pixels:
    """The sheet smaller, a little above the middle of a wide board, with a pressed edge."""
    height, width = scene.pixels
    share = float(scene.rng.uniform(0.7, 0.86))
    tall, wide = round(height * share), round(width * share)
    image = Image.fromarray((np.clip(sheet, 0, 1) * 255).astype(np.uint8))
    small = np.asarray(image.resize((wide, tall), Image.Resampling.LANCZOS), dtype=np.float32)
    top, left = round((height - tall) * 0.42), (width - wide) // 2
    edge = max(round(5 * scene.scale), 1)
    around = np.s_[max(top - edge, 0) : top + tall + edge, max(left - edge, 0) : left + wide + edge]
    board[around] *= 0.9
    board[top : top + tall, left : left + wide] = small / 255
    return board


def _window(scene: Scene, shape: str) -> skia.Path:
    """The opening in the board, in units."""
    w, h = scene.width, scene.height
    side = min(w, h)
    if shape == "tondo":
        return oval(w / 2, h / 2, side * 0.475, side * 0.475)
    if shape == "oval":
        return oval(w / 2, h / 2, w * 0.44, h * 0.475)
    if shape == "band":
        return box(0.03 * w, 0.1 * h, 0.97 * w, 0.92 * h)
    path = box(0.05 * w, 0.05 * h + 0.45 * w, 0.95 * w, 0.96 * h)
    if w * 0.45 > h * 0.5:
        return oval(w / 2, h / 2, w * 0.44, h * 0.475)
    path.addPath(oval(w / 2, 0.05 * h + 0.45 * w, 0.45 * w, 0.45 * w))
    path.setFillType(skia.PathFillType.kWinding)
    return path


def _mask(path: skia.Path, scene: Scene) -> Pixels:
    height, width = scene.pixels
    coverage: NDArray[np.uint8] = np.zeros((height, width), dtype=np.uint8)
    surface = skia.Surface.MakeRasterDirect(skia.ImageInfo.MakeA8(width, height), coverage)
    canvas = surface.getCanvas()
    canvas.scale(scene.scale, scene.scale)
    canvas.drawPath(path, skia.Paint(AntiAlias=True))
    surface.flushAndSubmit()
    return np.asarray(coverage, dtype=np.float32) / np.float32(255)
