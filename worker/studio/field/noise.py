"""Seeded irregularity: the cloud, grain and tremor that keep a picture from looking ruled."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from worker.studio.field.colour import Pixels

Rng = np.random.Generator
Scalar = TypeVar("Scalar", bound=np.generic)


def cloud(
    shape: tuple[int, int],
    rng: Rng,
    *,
    cell: float = 0.25,
    octaves: int = 4,
    stretch: float = 1.0,
) -> Pixels:
    """Fractal value noise, (h, w), about 0..1 with mean near 0.5.

    `cell` is the largest blob as a share of the shorter side; `stretch` > 1 draws blobs out
    sideways.
    """
    height, width = shape
    total = np.zeros(shape, dtype=np.float32)
    weight, strength = 0.0, 1.0
    size = max(cell * min(shape), 1.0)
    for _ in range(octaves):
        rows = min(int(height / size) + 2, height)
        columns = min(int(width / (size * stretch)) + 2, width)
        grid = rng.random((rows, columns), dtype=np.float32)
        layer = Image.fromarray(grid).resize((width, height), Image.Resampling.BICUBIC)
        total += np.asarray(layer, dtype=np.float32) * strength
        weight += strength
        strength *= 0.5
        size = max(size / 2, 1.0)
    spread = (total / weight - 0.5) * (1.0 + 0.18 * octaves) + 0.5
    return np.asarray(np.clip(spread, 0.0, 1.0), dtype=np.float32)


def grain(shape: tuple[int, int], rng: Rng) -> Pixels:
    """Fine speckle, (h, w), mean 0 and standard deviation 1."""
    return rng.standard_normal(shape, dtype=np.float32)


def fibres(shape: tuple[int, int], rng: Rng, *, length: float = 0.12) -> Pixels:
    """Long horizontal streaks like wood grain or laid paper, (h, w), 0..1."""
    return cloud(shape, rng, cell=0.008, octaves=3, stretch=max(length / 0.008, 1.0))


def blur(plane: Pixels, radius: float) -> Pixels:
    """Gaussian blur of an (h, w) plane in 0..1 by `radius` pixels."""
    if radius < 0.3:
        return plane
    if radius > 12:
        shrink = max(int(radius // 6), 2)
        height, width = plane.shape
        small = Image.fromarray(plane).resize(
            (max(width // shrink, 1), max(height // shrink, 1)), Image.Resampling.BOX
        )
        soft = blur(np.asarray(small, dtype=np.float32), radius / shrink)
        large = Image.fromarray(soft).resize((width, height), Image.Resampling.BICUBIC)
        return np.asarray(large, dtype=np.float32)
    scaled = Image.fromarray((np.clip(plane, 0, 1) * 255).astype(np.uint8))
    soft_image = scaled.filter(ImageFilter.GaussianBlur(radius))
    return np.asarray(np.asarray(soft_image, dtype=np.float32) / 255, dtype=np.float32)


def blur_within(plane: Pixels, mask: NDArray[np.bool_], radius: float) -> Pixels:
    """`blur` of what lies within a mask (h, w), with nothing of what lies outside it."""
    here = np.maximum(blur(mask.astype(np.float32), radius), 0.02)
    return np.asarray(blur(plane * mask, radius) / here, dtype=np.float32)


def warp(plane: NDArray[Scalar], dx: Pixels, dy: Pixels) -> NDArray[Scalar]:
    """`plane` (h, w, ...) read at each pixel's place moved by (dx, dy) pixels; edges repeat."""
    height, width = plane.shape[:2]
    rows = np.clip(np.arange(height)[:, None] + dy, 0, height - 1).astype(np.int32)
    columns = np.clip(np.arange(width)[None, :] + dx, 0, width - 1).astype(np.int32)
    moved: NDArray[Scalar] = plane[rows, columns]
    return moved
