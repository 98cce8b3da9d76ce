"""Marks that several techniques share: edges, tremor, flat inks, paper and margins."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from worker.studio.colour import Colour, Pixels, luminance
from worker.studio.noise import Rng, blur, cloud, fibres, grain, warp
from worker.studio.scene import Scene


def tremble(scene: Scene, amount: float, *, cell: float = 0.03) -> tuple[Pixels, NDArray[np.int16]]:
    """Colour and label maps with every edge drawn by a slightly unsteady hand, in units."""
    dx = (cloud(scene.pixels, scene.rng, cell=cell, octaves=2) - 0.5) * 2 * amount * scene.scale
    dy = (cloud(scene.pixels, scene.rng, cell=cell, octaves=2) - 0.5) * 2 * amount * scene.scale
    colour = warp(scene.colour, dx, dy).astype(np.float32)
    return colour, warp(scene.label, dx, dy).astype(np.int16)


def edges(label: NDArray[np.int16]) -> Pixels:
    """1 where two planes meet, else 0."""
    edge = np.zeros(label.shape, dtype=np.float32)
    edge[1:] = label[1:] != label[:-1]
    edge[:, 1:] = np.maximum(edge[:, 1:], label[:, 1:] != label[:, :-1])
    return edge


def contour(scene: Scene, label: NDArray[np.int16], width: float) -> Pixels:
    """A drawn line along the edges that swells and thins, 0..1; `width` in units."""
    radius = max(width * scene.scale * 0.5, 0.6)
    soft = blur(edges(label), radius)
    soft /= max(float(soft.max()), 1e-6)
    swell = cloud(scene.pixels, scene.rng, cell=0.09, octaves=3)
    return np.asarray(np.clip((soft - (0.62 - 0.42 * swell)) * 5, 0, 1), dtype=np.float32)


def flat_inks(colour: Pixels, count: int) -> Pixels:
    """The picture reduced to `count` flat inks."""
    image = Image.fromarray((np.clip(colour, 0, 1) * 255).astype(np.uint8))
    reduced = image.quantize(count, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    return np.asarray(np.asarray(reduced.convert("RGB"), dtype=np.float32) / 255, dtype=np.float32)


def paper_grain(pixels: Pixels, rng: Rng, strength: float = 0.03) -> Pixels:
    """The tooth of the sheet: speckle, soft blotches and a few long fibres."""
    shape = pixels.shape[:2]
    tooth = blur(np.clip(grain(shape, rng) * 0.16 + 0.5, 0, 1), 0.7) - 0.5
    blotch = cloud(shape, rng, cell=0.3, octaves=4) - 0.5
    thread = fibres(shape, rng, length=0.2) - 0.5
    return np.asarray(
        pixels * (1 + strength * (3.2 * tooth + 0.9 * blotch + 0.7 * thread))[..., None],
        dtype=np.float32,
    )


def margin(pixels: Pixels, scene: Scene, paper: Colour, width: float) -> Pixels:
    """The sheet left bare around the image, its edge a little ragged; `width` in units."""
    height, across = scene.pixels
    rows = np.minimum(np.arange(height), np.arange(height)[::-1])[:, None]
    columns = np.minimum(np.arange(across), np.arange(across)[::-1])[None, :]
    inside = np.minimum(rows, columns).astype(np.float32) / scene.scale
    ragged = (cloud(scene.pixels, scene.rng, cell=0.02, octaves=3) - 0.5) * 5
    share = np.clip((inside + ragged - width) * scene.scale / 1.5, 0, 1)[..., None]
    return np.asarray(
        np.asarray(paper, dtype=np.float32) * (1 - share) + pixels * share, dtype=np.float32
    )


def hatch(scene: Scene, *, pitch: float, wander: float = 0.6) -> Pixels:
    """Parallel grooves that follow the flow map: a triangle wave, 0..1; `pitch` in units."""
    pitch *= scene.coarse
    height, width = scene.pixels
    y = np.arange(height, dtype=np.float32)[:, None] / scene.scale
    x = np.arange(width, dtype=np.float32)[None, :] / scene.scale
    angle = scene.flow
    bend = (cloud(scene.pixels, scene.rng, cell=0.12, octaves=3) - 0.5) * pitch * 9 * wander
    across = -np.sin(angle) * x + np.cos(angle) * y + bend
    phase = np.mod(across / pitch, 1.0)
    return np.asarray(np.abs(phase * 2 - 1), dtype=np.float32)


def form_flow(scene: Scene, colour: Pixels, *, reach: float = 9.0) -> Pixels:
    """Stroke directions (radians) that run along forms, and by the flow map where all is even."""
    tone = blur(luminance(colour), 2.0 * scene.scale)
    dy, dx = (np.asarray(slope, dtype=np.float32) for slope in np.gradient(tone))
    radius = reach * scene.scale

    def spread(plane: Pixels) -> Pixels:
        return blur(np.clip(plane * 40 + 0.5, 0, 1), radius) - 0.5

    xx, yy, xy = spread(dx * dx * 12), spread(dy * dy * 12), spread(dx * dy * 12)
    coherent = np.hypot(xx - yy, 2 * xy)
    tangent = 0.5 * np.arctan2(2 * xy, xx - yy) + np.pi / 2
    share = np.clip(coherent * 6, 0, 1)
    cos = np.cos(2 * tangent) * share + np.cos(2 * scene.flow) * (1 - share)
    sin = np.sin(2 * tangent) * share + np.sin(2 * scene.flow) * (1 - share)
    return np.asarray((0.5 * np.arctan2(sin, cos)), dtype=np.float32)


def cells(scene: Scene, size: float, *, jitter: float = 0.9) -> NDArray[np.int32]:
    """A Voronoi tiling of the sheet: the tile number of each pixel; `size` in units."""
    height, width = scene.pixels
    step = size * scene.coarse * scene.scale
    rows, columns = int(height / step) + 3, int(width / step) + 3
    offset = 0.5 + (scene.rng.random((2, rows, columns), dtype=np.float32) - 0.5) * jitter
    y = np.arange(height, dtype=np.float32)[:, None] / step + 1
    x = np.arange(width, dtype=np.float32)[None, :] / step + 1
    row, column = y.astype(np.int32), x.astype(np.int32)
    best = np.full(scene.pixels, np.inf, dtype=np.float32)
    tile = np.zeros(scene.pixels, dtype=np.int32)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            r, c = row + down, column + right
            gap = (offset[0][r, c] + r - y) ** 2 + (offset[1][r, c] + c - x) ** 2
            nearer = gap < best
            best = np.where(nearer, gap, best)
            tile = np.where(nearer, r * columns + c, tile)
    return tile


def mean_by(tiles: NDArray[np.int32], colour: Pixels) -> Pixels:
    """Each pixel given the mean colour of its tile."""
    _, index = np.unique(tiles, return_inverse=True)
    index = index.ravel()
    count = np.maximum(np.bincount(index), 1)
    channels = [
        (np.bincount(index, weights=colour[..., i].ravel()) / count)[index].reshape(tiles.shape)
        for i in range(3)
    ]
    return np.stack(channels, axis=-1).astype(np.float32)


def borders(tiles: NDArray[np.int32]) -> Pixels:
    """1 on the border between tiles, else 0."""
    edge = np.zeros(tiles.shape, dtype=np.float32)
    edge[1:] = tiles[1:] != tiles[:-1]
    edge[:, 1:] = np.maximum(edge[:, 1:], tiles[:, 1:] != tiles[:, :-1])
    return edge


def saturate(colour: Pixels, factor: float) -> Pixels:
    """More (or less) colourful at the same lightness."""
    grey = luminance(colour)[..., None]
    return np.clip(grey + (colour - grey) * factor, 0, 1)


def stretch_tone(tone: Pixels, low: float = 2, high: float = 98) -> Pixels:
    """Tones spread so that the given percentiles fall on 0 and 1."""
    dark, light = np.percentile(tone, [low, high])
    return np.asarray(
        np.clip((tone - dark) / max(float(light - dark), 1e-3), 0, 1), dtype=np.float32
    )


def blur_colour(colour: Pixels, radius: float) -> Pixels:
    """Gaussian blur of a picture, by pixels."""
    return np.stack([blur(colour[..., i], radius) for i in range(3)], axis=-1)
