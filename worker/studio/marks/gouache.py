"""Gouache: flat opaque shapes in a few clear values, one passage of dry brush."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from worker.studio.field.colour import Pixels, from_oklab, to_oklab
from worker.studio.field.noise import blur, cloud, warp
from worker.studio.field.shade import Target
from worker.studio.marks.flats import (
    keyed,
    local_shapes,
    means,
    open_sky,
    streaks,
    trembled,
)
from worker.studio.marks.lines import Index, Map
from worker.studio.marks.paper import eased, light_paper, sheet, show, tooth, within
from worker.studio.marks.planes import ACTOR, planes, thin
from worker.studio.marks.strokes import hand_flow
from worker.studio.marks.technique import Stage, Technique

_CUTS = (0.36, 0.7)
_MARGIN, _BRUSH = 30.0, 30.0
_SWEEP = 150.0
"""Units over which the brush blends the colours of a sky."""
_SHADE, _LIGHT = (-0.006, -0.018), (0.005, 0.014)
"""What a and b of OKLab gain in the shades and in the lights."""


def render(target: Target, stage: Stage) -> Pixels:
    """A toned ground, middle values, then the shades, then the lights, on a taped sheet."""
    paper = sheet(target, light_paper(target), rough=0.03)
    frame = within(target, _MARGIN, ragged=0.4)[..., None]
    bristle = streaks(target, hand_flow(target, sway=0.25), 60.0, grain=3.0) - 0.5
    shapes = trembled(target, local_shapes(target), 5.0, cell=0.05).astype(np.int32)
    light = _light(target, bristle)
    full = keyed(target, darkest=0.28, lightest=0.97, hue=0.05)
    sky, swept = _swept(target, full)
    ground, film = _ground(target, full), _film(target, bristle)
    cover = _cover(target, shapes)[..., None]
    dark, plain, high = (
        np.where(sky, swept, flat[shapes]) for flat in _values(shapes, light, full)
    )
    first, second = (np.clip((light - cut) / 0.03 + 0.5, 0, 1)[..., None] for cut in _CUTS)

    def mounted(colour: Pixels, share: Map | float = 1.0) -> Pixels:
        made = from_oklab(to_oklab(ground + (colour - ground) * cover * share) + film)
        soft = _softened(target, made)
        return np.asarray(np.clip(paper + (soft - paper) * frame, 0, 1), dtype=np.float32)

    show(stage, np.copy, paper)
    show(stage, mounted, plain, 0.0)
    far = target.buffers.depth
    for share in (75, 40, 10, 0):
        show(stage, mounted, plain, (far >= np.percentile(far, share))[..., None])
    shaded = dark + (plain - dark) * first
    for part in (0.5, 1.0):
        show(stage, mounted, plain + (shaded - plain) * part)
    whole = shaded + (high - shaded) * second
    show(stage, mounted, whole)
    return mounted(whole)


def _values(shapes: Index, light: Map, full: Pixels) -> tuple[Pixels, Pixels, Pixels]:
    """The colours (n, 3) of each shape in shade, between, and in light."""
    count = int(shapes.max()) + 1
    value = np.digitize(light, _CUTS)
    piece = (shapes + count * value).astype(np.int32)
    size = np.bincount(piece.ravel(), minlength=3 * count).reshape(3, count)
    found = np.zeros((3 * count, 3), dtype=np.float32)
    colours = means(piece, full)
    found[: len(colours)] = _opaque(colours, np.arange(len(colours)) // count)
    dark, plain, high = found.reshape(3, count, 3)
    # A value that a shape has nowhere takes its neighbour's.
    plain = np.where((size[1] > 0)[:, None], plain, np.where((size[2] > 0)[:, None], high, dark))
    dark = np.where((size[0] > 0)[:, None], dark, plain)
    return dark, plain, np.where((size[2] > 0)[:, None], high, plain)


def _light(target: Target, bristle: Map) -> Map:
    """Light and shade in large shapes, with dry edges; the backdrop has the highest."""
    light = blur(np.clip(target.buffers.light, 0, 1), 6 * target.unit)
    light = light + bristle * _dryness(target)
    return np.where(target.buffers.object < 0, 1, light).astype(np.float32)


def _dryness(target: Target) -> Map:
    """How far the edges of light and shade are dry brush: here and there, and in one passage."""
    rows, columns = np.nonzero(planes(target) == ACTOR)
    patch = eased(cloud(target.shape, target.rng, cell=0.12, octaves=2), 0.48, 0.62)
    if not len(rows):
        return 0.1 * patch
    pick = int(target.rng.integers(len(rows)))
    y, x = np.mgrid[0 : target.shape[0], 0 : target.shape[1]]
    gap = np.hypot(y - rows[pick], x - columns[pick]) / target.unit
    return np.asarray(0.03 + 0.12 * patch + 0.26 * eased(240 - gap, 0, 120), np.float32)


def _swept(target: Target, full: Pixels) -> tuple[NDArray[np.bool_], Pixels]:
    """Where the open sky is, (h, w, 1), and its colours as a broad flat brush blends them."""
    brush = cloud(target.shape, target.rng, cell=0.07, octaves=4, stretch=7.0) - 0.5
    down = brush * _SWEEP * target.unit
    open_ = open_sky(target)
    still = np.zeros_like(down)
    same = open_ & warp(open_, still, down).astype(bool)
    moved = warp(full, still, down).astype(np.float32)
    return open_[..., None], np.where(same[..., None], moved, full)


def _ground(target: Target, full: Pixels) -> Pixels:
    """The colour that the sheet is toned with, which opposes that of the picture."""
    lab = to_oklab(full[::4, ::4]).reshape(-1, 3).mean(0)
    size = float(np.hypot(*lab[1:]))
    away = -lab[1:] / max(size, 1e-4) if size > 0.012 else np.array([0.6, 0.8])
    warm = 0.3 * away + 0.7 * np.array([0.5, 0.86])
    level = np.clip(lab[0] + (0.14 if lab[0] < 0.6 else -0.16), 0.45, 0.85)
    return from_oklab(np.array([level, *(0.1 * warm / np.hypot(*warm))], np.float32))


def _cover(target: Target, shapes: Index) -> Map:
    """How much of the ground is covered: it glints between large shapes."""
    edge = np.zeros(target.shape, dtype=np.float32)
    edge[1:] = shapes[1:] != shapes[:-1]
    edge[:, 1:] = np.maximum(edge[:, 1:], shapes[:, 1:] != shapes[:, :-1])
    near = np.clip(blur(edge, 1.3 * target.unit) * max(1.3 * target.unit, 0.6) * 3.2, 0, 1)
    here = eased(cloud(target.shape, target.rng, cell=0.05, octaves=3), 0.48, 0.64)
    large = ~thin(target, _BRUSH)
    return np.asarray(1 - 0.4 * near * here * large, dtype=np.float32)


def _film(target: Target, bristle: Map) -> Pixels:
    """What the brush adds in OKLab: streaks, patches mixed anew, and the tooth of the paper."""
    patch, hue = (cloud(target.shape, target.rng, cell=0.2, octaves=3) - 0.5 for _ in range(2))
    worn = eased(cloud(target.shape, target.rng, cell=0.25, octaves=2), 0.4, 0.7)
    light = (0.008 + 0.03 * worn) * bristle + 0.05 * patch + 0.018 * (tooth(target) - 0.5)
    return np.stack([light, 0.008 * hue, -0.018 * hue], axis=-1).astype(np.float32)


def _opaque(colours: Pixels, level: NDArray[np.integer]) -> Pixels:
    """Close, chalky values: shades are cooler, lights warmer, and neither far from the middle."""
    lab = to_oklab(colours)
    for index, (off, lift) in enumerate(((_SHADE, 0.05), ((0, 0), 0.0), (_LIGHT, 0.02))):
        here = level == index
        lab[here, 0] += lift
        lab[here, 1:] = lab[here, 1:] * 1.12 + off
    return from_oklab(lab)


def _softened(target: Target, picture: Pixels) -> Pixels:
    """Edges no sharper than a brush makes them."""
    radius = max(0.6 * target.unit, 0.6)
    soft = [blur(np.clip(picture[..., i], 0, 1), radius) for i in range(3)]
    return np.stack(soft, axis=-1)


GOUACHE = Technique(
    "gouache",
    "a gouache in flat, matt shapes",
    ("gouache", "flat", "poster", "matt", "tempera"),
    "full",
    render,
)
