"""Colours as a painter mixes them: in OKLab, where equal steps look equal (Ottosson 2020).

A colour is three sRGB floats in 0..1; every function takes arrays (..., 3).
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

Pixels = NDArray[np.float32]

_RGB_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    dtype=np.float32,
)
_LMS_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    dtype=np.float32,
)
_LAB_TO_LMS = np.linalg.inv(_LMS_TO_LAB)
_LMS_TO_RGB = np.linalg.inv(_RGB_TO_LMS)
_LUMA = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)


def to_oklab(srgb: ArrayLike) -> Pixels:
    """Lightness 0..1 and the two opponent axes."""
    given = np.ascontiguousarray(srgb, dtype=np.float32)
    return np.asarray(_to_oklab(given.reshape(-1, 3)).reshape(given.shape))


def from_oklab(lab: ArrayLike) -> Pixels:
    """The nearest displayable colour, clipped channel by channel."""
    given = np.ascontiguousarray(lab, dtype=np.float32)
    return np.asarray(_from_oklab(given.reshape(-1, 3)).reshape(given.shape))


_STEPS = 4096
_ENCODED = np.linspace(0, 1, _STEPS + 1)
_LINEAR = np.where(
    _ENCODED <= 0.04045, _ENCODED / 12.92, ((_ENCODED + 0.055) / 1.055) ** 2.4
).astype(np.float32)
"""Linear light of an encoded channel, in even steps: a power for each pixel costs far more."""


@njit(cache=True, nogil=True)
def _to_oklab(srgb):  # type: ignore[no-untyped-def]
    out = np.empty_like(srgb)
    lms = np.empty(3, np.float32)
    for i in range(len(srgb)):
        for k in range(3):
            lms[k] = 0.0
        for c in range(3):
            v = srgb[i, c]
            place = min(max(v, 0.0), 1.0) * _STEPS
            step = min(int(place), _STEPS - 1)
            linear = _LINEAR[step] + (place - step) * (_LINEAR[step + 1] - _LINEAR[step])
            for k in range(3):
                lms[k] += _RGB_TO_LMS[k, c] * linear
        for k in range(3):
            lms[k] = np.cbrt(lms[k])
        for k in range(3):
            out[i, k] = (
                _LMS_TO_LAB[k, 0] * lms[0] + _LMS_TO_LAB[k, 1] * lms[1] + _LMS_TO_LAB[k, 2] * lms[2]
            )
    return out


@njit(cache=True, nogil=True)
def _from_oklab(lab):  # type: ignore[no-untyped-def]
    out = np.empty_like(lab)
    lms = np.empty(3, np.float32)
    for i in range(len(lab)):
        for k in range(3):
            root = (
                _LAB_TO_LMS[k, 0] * lab[i, 0]
                + _LAB_TO_LMS[k, 1] * lab[i, 1]
                + _LAB_TO_LMS[k, 2] * lab[i, 2]
            )
            lms[k] = root * root * root
        for c in range(3):
            v = _LMS_TO_RGB[c, 0] * lms[0] + _LMS_TO_RGB[c, 1] * lms[1] + _LMS_TO_RGB[c, 2] * lms[2]
            v = min(max(v, 0.0), 1.0)
            out[i, c] = v * 12.92 if v <= 0.0031308 else 1.055 * v ** (1 / 2.4) - 0.055
    return out


def mix(first: ArrayLike, second: ArrayLike, share: ArrayLike) -> Pixels:
    """`first` with `share` (0..1, broadcast over the colours) of `second` in it."""
    one, two = to_oklab(first), to_oklab(second)
    part = np.asarray(share, dtype=np.float32)
    part = part[..., None] if part.ndim else part
    return from_oklab(one + (two - one) * part)


def lighten(colour: ArrayLike, step: float) -> Pixels:
    """The same hue, `step` lighter (or darker, below zero) in OKLab lightness."""
    lab = to_oklab(colour)
    lab[..., 0] = np.clip(lab[..., 0] + step, 0.03, 0.99)
    return from_oklab(lab)


def tempered(lab: ArrayLike, fullest: float) -> Pixels:
    """Colours in OKLab with no more than so much chroma; less of cyan, which is shrill."""
    out = np.array(lab, dtype=np.float32)
    a, b = out[..., 1], out[..., 2]
    size = np.maximum(np.hypot(a, b), 1e-5)
    cyan = np.clip((-a - 0.2 * np.abs(b)) / size, 0, 1)
    out[..., 1:] *= np.minimum(1, fullest * (1 - 0.4 * cyan) / size)[..., None]
    return out


def luminance(srgb: ArrayLike) -> Pixels:
    """Perceived lightness, (...) in 0..1."""
    return np.asarray(np.asarray(srgb, dtype=np.float32) @ _LUMA)


def from_hex(text: str) -> Pixels:
    """`#rrggbb` as a colour."""
    digits = text.lstrip("#")
    return np.array([int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)], dtype=np.float32)


def to_hex(colour: ArrayLike) -> str:
    """A colour as `#rrggbb`."""
    return "#" + "".join(f"{round(float(v) * 255):02x}" for v in np.asarray(colour))
