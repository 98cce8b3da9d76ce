"""Colours as a painter mixes them: in OKLab, where equal steps look equal (Ottosson 2020).

A colour is three sRGB floats in 0..1.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Colour = tuple[float, float, float]
Pixels = NDArray[np.float32]

_RGB_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LMS_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_LAB_TO_LMS = np.linalg.inv(_LMS_TO_LAB)
_LMS_TO_RGB = np.linalg.inv(_RGB_TO_LMS)


def to_oklab(colour: Colour) -> tuple[float, float, float]:
    """Lightness 0..1 and the two opponent axes of a colour."""
    srgb = np.asarray(colour, dtype=np.float64)
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    lab = _LMS_TO_LAB @ np.cbrt(_RGB_TO_LMS @ linear)
    return float(lab[0]), float(lab[1]), float(lab[2])


def from_oklab(lightness: float, a: float, b: float) -> Colour:
    """The nearest displayable colour, clipped channel by channel."""
    linear = _LMS_TO_RGB @ (_LAB_TO_LMS @ np.array([lightness, a, b])) ** 3
    linear = np.clip(linear, 0.0, 1.0)
    srgb = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    red, green, blue = np.clip(srgb, 0.0, 1.0).tolist()
    return red, green, blue


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """`first` with `share` (0..1) of `second` stirred in."""
    one, two = to_oklab(first), to_oklab(second)
    lightness, a, b = (x + (y - x) * share for x, y in zip(one, two, strict=True))
    return from_oklab(lightness, a, b)


def lighten(colour: Colour, step: float) -> Colour:
    """The same hue, `step` lighter (or darker, below zero) in OKLab lightness."""
    lightness, a, b = to_oklab(colour)
    return from_oklab(min(max(lightness + step, 0.03), 0.99), a, b)


def turn(colour: Colour, degrees: float, *, chroma: float = 1.0) -> Colour:
    """The colour with its hue turned and its chroma multiplied."""
    lightness, a, b = to_oklab(colour)
    angle = math.radians(degrees)
    cos, sin = math.cos(angle) * chroma, math.sin(angle) * chroma
    return from_oklab(lightness, a * cos - b * sin, a * sin + b * cos)


def from_hex(text: str) -> Colour:
    """`#rrggbb` as a colour."""
    digits = text.lstrip("#")
    red, green, blue = (int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return red, green, blue


def to_hex(colour: Colour) -> str:
    """A colour as `#rrggbb`."""
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in colour)


def luminance(pixels: Pixels) -> Pixels:
    """Perceived lightness of an (h, w, 3) picture, (h, w) in 0..1."""
    weights = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
    return np.asarray(pixels @ weights, dtype=np.float32)


def ramp(colours: Sequence[Colour], position: Pixels) -> Pixels:
    """Colours along a gradient: `position` (h, w) in 0..1 → (h, w, 3)."""
    steps = np.linspace(0.0, 1.0, len(colours))
    table = np.asarray(colours, dtype=np.float32)
    channels = [np.interp(position, steps, table[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=-1).astype(np.float32)
