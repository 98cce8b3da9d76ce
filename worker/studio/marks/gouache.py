"""Gouache: flat opaque shapes in a few clear values, one passage of dry brush."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from worker.studio.field.colour import Pixels, from_oklab, mix, to_oklab
from worker.studio.field.noise import blur, warp
from worker.studio.field.shade import Target
from worker.studio.marks.flats import (
    local_shapes,
    means,
    open_sky,
    steps,
    streaks,
    trembled,
)
from worker.studio.marks.lines import Map
from worker.studio.marks.paper import eased, light_paper, sheet, show, tooth, within
from worker.studio.marks.planes import ACTOR, planes
from worker.studio.marks.strokes import hand_flow
from worker.studio.marks.technique import Stage, Technique

_CUTS = (0.34, 0.68)
_VALUES = 4
_MARGIN = 30.0
_SWEEP = 110.0
"""Units over which the brush blends the colours of a sky."""


def render(target: Target, stage: Stage) -> Pixels:
    """Middle values first, then the shades, then the lights, on a taped sheet."""
    paper = sheet(target, light_paper(target), rough=0.03)
    frame = within(target, _MARGIN, ragged=0.4)[..., None]
    angle = hand_flow(target, sway=0.25)
    bristle = streaks(target, angle, 46.0) - 0.5
    shapes = trembled(target, local_shapes(target), 2.2).astype(np.int32)
    value = steps(target, _CUTS, dry=bristle * (0.01 + 0.34 * _passage(target)), soft=3.0)
    count = int(shapes.max()) + 1
    piece = shapes + count * value
    colours = means(piece, target.colour)
    weights = np.bincount(piece.ravel(), minlength=len(colours))
    colours = _valued(_matte(target, colours, np.arange(len(colours)) // count), weights)
    film = 1 + 0.016 * bristle + 0.03 * (tooth(target) - 0.5)
    picture = paper.copy()

    def mounted(painted: Pixels) -> Pixels:
        return np.asarray(np.clip(paper + (painted - paper) * frame, 0, 1), dtype=np.float32)

    sky, swept = _swept(target, bristle)
    whole = np.where(sky, swept, colours[piece]) * film[..., None]
    middle = np.where(sky, swept, colours[shapes + count * np.ones_like(value)]) * film[..., None]
    show(stage, np.copy, picture)
    far = target.buffers.depth
    for share in (75, 40, 10, 0):
        done = (far >= np.percentile(far, share))[..., None]
        picture = np.where(done, middle, picture)
        show(stage, mounted, picture)
    for values in ((0,), (1,), (2,)):
        picture = np.where(np.isin(value, values)[..., None], whole, picture)
        show(stage, mounted, picture)
    picture = _softened(target, picture)
    return mounted(picture)


def _swept(target: Target, bristle: Map) -> tuple[NDArray[np.bool_], Pixels]:
    """Where the open sky is, (h, w, 1), and its colours as a broad brush blends them."""
    broad = blur(bristle + 0.5, 5 * target.unit) - 0.5
    down = broad * (0.25 / max(float(broad.std()), 1e-3)) * _SWEEP * target.unit
    open_ = open_sky(target)
    same = open_ & warp(open_, np.zeros_like(down), down).astype(bool)
    moved = warp(target.colour, np.zeros_like(down), down).astype(np.float32)
    return open_[..., None], np.where(same[..., None], moved, target.colour)


def _passage(target: Target) -> Map:
    """The one place where the brush runs dry: a part of the subject, (h, w) in 0..1."""
    rows, columns = np.nonzero(planes(target) == ACTOR)
    if not len(rows):
        return np.zeros(target.shape, dtype=np.float32)
    pick = int(target.rng.integers(len(rows)))
    y, x = np.mgrid[0 : target.shape[0], 0 : target.shape[1]]
    gap = np.hypot(y - rows[pick], x - columns[pick]) / target.unit
    return eased(200 - gap, 0, 90)


def _valued(colours: Pixels, weights: NDArray[np.integer]) -> Pixels:
    """Colours drawn to a few clear values, so that shapes join from afar."""
    lab = to_oklab(colours)
    light, share = lab[:, 0], np.asarray(weights, dtype=np.float64) + 1e-6
    levels = np.quantile(
        np.repeat(light, np.minimum(weights // 500 + 1, 999)), np.linspace(0.04, 0.96, _VALUES)
    )
    for _ in range(6):
        near = np.argmin(np.abs(light[:, None] - levels), axis=1)
        for index in np.unique(near):
            levels[index] = np.average(light[near == index], weights=share[near == index])
    lab[:, 0] += 0.6 * (levels[near] - light)
    lab[:, 1:] *= 1.25
    return from_oklab(lab)


def _matte(target: Target, colours: Pixels, level: NDArray[np.integer]) -> Pixels:
    """Chalky colours: shades lean to one cool dark, lights to the paper."""
    dark = mix(target.pigments[min(1, len(target.pigments) - 1)], (0.2, 0.2, 0.3), 0.3)
    deep = np.where(level == 0, 0.12, 0.0).astype(np.float32)
    high = np.where(level == 2, 0.08, 0.03).astype(np.float32)
    return mix(mix(colours, dark, deep), target.paper, high)


def _softened(target: Target, picture: Pixels) -> Pixels:
    """Edges no sharper than a brush makes them."""
    radius = 0.55 * target.unit
    soft = [blur(np.clip(picture[..., i], 0, 1), radius) for i in range(3)]
    return np.stack(soft, axis=-1)


GOUACHE = Technique(
    "gouache",
    "a gouache in flat, matt shapes",
    ("gouache", "flat", "poster", "matt", "tempera"),
    "full",
    render,
)
