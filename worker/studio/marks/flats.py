"""Flat shapes: local colours, their steps in light, edges cut by hand, streaks, few inks."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import label

from worker.studio.field.colour import Pixels, from_oklab, luminance, to_oklab
from worker.studio.field.noise import blur, cloud, warp
from worker.studio.field.shade import Target
from worker.studio.marks.lines import Index, Map
from worker.studio.marks.strokes import regions

_HUE = np.array([1.0, 3.4, 3.4], dtype=np.float32)
"""How much lightness and hue count when colours are told apart."""
_COOL = np.array([-0.2, -0.98], dtype=np.float32)
"""Hue of a dark that has none of its own."""
_EDGE = 0.02
"""Step of lightness from pixel to pixel that is an edge in the backdrop."""


def keyed(target: Target, *, darkest: float, lightest: float, hue: float | Map = 0.045) -> Pixels:
    """The picture's colours within a range of lightness; what is dark takes the dark pigment's hue.

    Paint has no dead black: a dark has a colour of its own, `hue` of chroma in OKLab.
    """
    lab = to_oklab(target.colour)
    level, chroma = np.clip(lab[..., 0], 0, 1), lab[..., 1:]
    deep = np.clip((0.6 - level) / 0.38, 0, 1)[..., None]
    size = np.maximum(np.hypot(chroma[..., 0], chroma[..., 1]), 1e-4)
    # A dark that has a hue of its own keeps it, as a night sky does: brown and grey are none.
    own = np.clip((size - 0.012) / 0.03, 0, 1) * (1 - _brownness(chroma / size[..., None]))
    aim = dark_hue(target) * (1 - own[..., None]) + chroma * (own / size)[..., None]
    strength = np.asarray(hue, dtype=np.float32)[..., None]
    lab[..., 0] = darkest + (lightest - darkest) * level
    lab[..., 1:] += deep * np.minimum(14 * strength, 0.85) * (strength * aim - chroma)
    return from_oklab(lab)


def _brownness(hue: NDArray[np.floating]) -> NDArray[np.floating]:
    """How far hues, unit vectors in OKLab, are those of brown and olive, 0..1."""
    warm = np.clip((hue[..., 1] - 0.2) * 5, 0, 1) * np.clip((hue[..., 0] + 0.6) * 5, 0, 1)
    return np.asarray(warm)


def dark_hue(target: Target) -> NDArray[np.float32]:
    """The hue of the picture's darks, a unit vector in OKLab: the strongest that is no brown."""
    dark = to_oklab(target.pigments[: len(target.pigments) // 2 or 1])[:, 1:]
    size = np.hypot(dark[:, 0], dark[:, 1])
    strength = size * (1 - _brownness(dark / np.maximum(size, 1e-4)[:, None]))
    best = int(np.argmax(strength))
    return np.asarray(dark[best] / size[best] if strength[best] > 0.008 else _COOL)


def trembled(
    target: Target, plane: NDArray[np.generic], amount: float, cell: float = 0.03
) -> NDArray[np.generic]:
    """A map whose edges an unsteady hand drew, off by up to half of `amount` units."""
    dx, dy = (
        (cloud(target.shape, target.rng, cell=cell, octaves=2) - 0.5) * amount * target.unit
        for _ in range(2)
    )
    return warp(plane, dx, dy)


def cleaned(
    shape: NDArray[np.bool_], least: float, *, within: NDArray[np.bool_] | bool = True
) -> NDArray[np.bool_]:
    """A shape (h, w) without islands and holes of fewer than `least` pixels `within` a mask."""
    for value in (True, False):
        number, _ = label((shape == value) & within)
        small = np.bincount(number.ravel()) < least
        small[0] = False
        shape = shape ^ small[number]
    return shape


def dense(numbers: NDArray[np.integer]) -> Index:
    """Labels numbered 0, 1, 2 ... without gaps."""
    low = int(numbers.min())
    used = np.bincount((numbers - low).ravel()) > 0
    return np.asarray((np.cumsum(used) - 1)[numbers - low], dtype=np.int32)


def means(shapes: Index, plane: Map) -> Map:
    """The mean of a map (h, w, c) over each dense shape, (n, c)."""
    flat = shapes.ravel()
    count = np.maximum(np.bincount(flat), 1)
    sums = [np.bincount(flat, plane[..., c].ravel()) for c in range(plane.shape[-1])]
    return (np.stack(sums, axis=1) / count[:, None]).astype(np.float32)


def local_shapes(target: Target) -> Index:
    """The shapes of one local colour, dense: parts, patterns in two, the sky and its lights."""
    seen = target.buffers
    region = dense(regions(target))
    light = luminance(seen.albedo)
    stats = means(region, np.stack([light, light**2], axis=-1))
    spread = np.sqrt(np.maximum(stats[:, 1] - stats[:, 0] ** 2, 0))
    # A pattern splits its part at the mean, if it is strong enough to be seen.
    soft = blur(np.clip(light, 0, 1), 1.2 * target.unit)
    upper = (soft > stats[region, 0]) & (spread[region] > 0.035)
    return dense(region * 2 + np.where(seen.object < 0, shining(target), upper))


def shining(target: Target, *, least: float = _EDGE) -> NDArray[np.bool_]:
    """Sun, moon and stars: what has an edge within the backdrop; its gradation is no shape.

    It is lighter or darker than the sky of its rows by `least` or more.
    """
    behind = target.buffers.object < 0
    light = luminance(target.buffers.albedo)
    edge = np.zeros_like(behind)
    edge[1:] = (np.abs(np.diff(light, axis=0)) > _EDGE) & behind[1:] & behind[:-1]
    edge[:, 1:] |= (np.abs(np.diff(light, axis=1)) > _EDGE) & behind[:, 1:] & behind[:, :-1]
    if not edge.any():
        return edge
    area, _ = label(behind & ~edge)
    outer = np.bincount(np.concatenate([area[0], area[:, 0], area[:, -1]]))
    outer[0] = 0
    if not outer.any():
        return np.zeros_like(behind)
    open_ = area == np.argmax(outer)
    # Sky between masts is as light as the open sky of its rows; a moon is not.
    count = open_.sum(1)
    level = (light * open_).sum(1) / np.maximum(count, 1)
    rows = np.nonzero(count)[0]
    level = np.interp(np.arange(len(level)), rows, level[rows])[:, None]
    return np.asarray(behind & ~open_ & (np.abs(light - level) > least))


def open_sky(target: Target) -> NDArray[np.bool_]:
    """The backdrop but for what shines in it."""
    return np.asarray((target.buffers.object < 0) & ~shining(target))


def sky_level(target: Target) -> Map:
    """Height within the backdrop, (h, w): 1 at its top, 0 at its lowest."""
    rows = np.nonzero((target.buffers.object < 0).any(axis=1))[0]
    top, low = (float(rows[0]), float(rows[-1])) if len(rows) else (0.0, 1.0)
    level = (low - np.arange(target.shape[0], dtype=np.float32)) / max(low - top, 1)
    return np.broadcast_to(np.clip(level, 0, 1)[:, None], target.shape).astype(np.float32)


def steps(
    target: Target, cuts: tuple[float, ...], *, dry: Map | float = 0.0, soft: float = 3.0
) -> Index:
    """How many of the cuts the light lies above, (h, w); `dry` shifts it; the backdrop has all."""
    light = blur(np.clip(target.buffers.light, 0, 1), soft * target.unit) + dry
    found = sum((light > cut).astype(np.int32) for cut in cuts)
    return np.asarray(np.where(target.buffers.object < 0, len(cuts), found), dtype=np.int32)


def parting(light: Map) -> float:
    """The light that parts the lit and the shaded side best: within neither is much unlike."""
    if not light.size:
        return 0.5
    cuts = np.linspace(0.3, 0.72, 15)
    below = np.array([float((light < cut).mean()) for cut in cuts])
    dark = np.array([float(light[light < cut].sum()) / light.size for cut in cuts])
    low = dark / np.maximum(below, 1e-4)
    high = (float(light.mean()) - dark) / np.maximum(1 - below, 1e-4)
    return float(cuts[np.argmax(below * (1 - below) * (high - low) ** 2)])


def streaks(target: Target, angle: Map, length: float, *, grain: float = 2.2) -> Map:
    """Noise drawn out along the flow, (h, w), mean 0.5: the traces of bristles or of a gouge."""
    # Coarse streaks are smooth enough to be drawn at half the size.
    step = 2 if grain * target.unit > 2.8 else 1
    angle = np.ascontiguousarray(angle[::step, ::step])
    shape = angle.shape[0], angle.shape[1]
    noise = cloud(shape, target.rng, cell=max(grain / 1000, 1.5 / min(shape)), octaves=1)
    out = np.zeros(shape, dtype=np.float32)
    _streak(noise, angle, max(int(length * target.unit / 2 / step), 2), out)
    if step > 1:
        size = target.shape[1], target.shape[0]
        out = np.asarray(Image.fromarray(out).resize(size, Image.Resampling.BICUBIC))
    out = out - out.mean()
    return np.asarray(np.clip(0.5 + out / (4 * out.std() + 1e-6), 0, 1))


def few_inks(colours: Pixels, weights: NDArray[np.floating], count: int) -> Pixels:
    """At most `count` colours that stand best for weighted ones, in OKLab with hue counted more."""
    lab = to_oklab(colours) * _HUE
    chosen = [int(np.argmax(weights))]
    for _ in range(min(count, len(lab)) - 1):
        gap = np.min([((lab - lab[i]) ** 2).sum(1) for i in chosen], axis=0)
        chosen.append(int(np.argmax(gap * np.sqrt(weights))))
    centres = lab[chosen]
    for _ in range(8):
        nearest = np.argmin(((lab[:, None] - centres[None]) ** 2).sum(-1), axis=1)
        for i in range(len(centres)):
            share = weights * (nearest == i)
            if share.sum() > 0:
                centres[i] = (lab * share[:, None]).sum(0) / share.sum()
    return from_oklab(centres / _HUE)


def lit_colours(target: Target, shapes: Index) -> Pixels:
    """The colour (n, 3) of each dense shape, as its lit parts show it; the accent's is its own."""
    light = np.clip(target.buffers.light, 0.12, 1)[..., None] ** 1.5
    held = target.accent[..., None].astype(np.float32)
    total = means(shapes, np.concatenate([target.colour * light, light, held], axis=-1))
    return np.where(
        total[:, 4:] > 0.5, target.accent_colour, total[:, :3] / np.maximum(total[:, 3:4], 1e-9)
    )


def nearest_ink(colours: Pixels, inks: Pixels) -> Index:
    """The index of the ink nearest to each colour."""
    scale = _HUE
    gap = ((to_oklab(colours)[:, None] - to_oklab(inks)[None]) * scale) ** 2
    return np.asarray(np.argmin(gap.sum(-1), axis=1), dtype=np.int32)


def towards_pigments(target: Target, colours: Pixels, share: float) -> Pixels:
    """Colours (n, 3) drawn a share of the way to the palette's nearest pigment or accent."""
    board = np.concatenate([target.pigments, target.accent_colour[None]])
    near = board[nearest_ink(colours, board)]
    lab = to_oklab(colours)
    return from_oklab(lab + (to_oklab(near) - lab) * share)


@njit(cache=True, nogil=True)
def _streak(noise, angle, reach, out):  # type: ignore[no-untyped-def]
    height, width = noise.shape
    for y in range(height):
        for x in range(width):
            total, count = noise[y, x], 1
            for way in (-1.0, 1.0):
                py, px = y + 0.5, x + 0.5
                dy, dx = np.sin(angle[y, x]) * way, np.cos(angle[y, x]) * way
                for k in range(reach):
                    py, px = py + dy, px + dx
                    i, j = int(py), int(px)
                    if py < 0 or px < 0 or i >= height or j >= width:
                        break
                    total += noise[i, j]
                    count += 1
                    if k % 4 == 3:
                        ny, nx = np.sin(angle[i, j]), np.cos(angle[i, j])
                        if ny * dy + nx * dx < 0:
                            ny, nx = -ny, -nx
                        dy, dx = ny, nx
            out[y, x] = total / count
