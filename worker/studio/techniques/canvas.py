"""Between pixel arrays and skia's canvas, for techniques that lay down single strokes."""

import numpy as np
import skia
from numpy.typing import NDArray

from worker.studio.colour import Pixels


def to_canvas(pixels: Pixels) -> skia.Surface:
    """A skia surface that starts as these pixels."""
    height, width = pixels.shape[:2]
    data: NDArray[np.uint8] = np.full((height, width, 4), 255, dtype=np.uint8)
    data[..., :3] = np.clip(pixels, 0, 1) * 255
    surface = skia.Surface(width, height)
    image = skia.Image.fromarray(data, colorType=skia.kRGBA_8888_ColorType)
    surface.getCanvas().drawImage(image, 0, 0)
    return surface


def from_canvas(surface: skia.Surface) -> Pixels:
    """The surface as (h, w, 3) floats in 0..1."""
    data = surface.toarray(colorType=skia.kRGBA_8888_ColorType)
    return np.asarray(np.asarray(data[..., :3], dtype=np.float32) / 255, dtype=np.float32)
