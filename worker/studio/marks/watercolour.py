"""Watercolour: glazes with darkened edges and granulation, a wet sky, and paper left white."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from worker.studio.field.colour import Pixels
from worker.studio.field.noise import blur, cloud, warp
from worker.studio.field.shade import Target
from worker.studio.marks.flats import local_shapes, means, trembled
from worker.studio.marks.lines import Index, Map
from worker.studio.marks.paper import eased, sheet, show, tooth, within
from worker.studio.marks.planes import ACTOR, planes
from worker.studio.marks.technique import Stage, Technique

_WHITE = np.array((0.975, 0.965, 0.935), dtype=np.float32)
# Lightness in light below which each glaze is laid.
_GLAZES = (0.94, 0.7, 0.46, 0.24)
_MARGIN = 22.0


def render(target: Target, stage: Stage) -> Pixels:
    """Washes on wet paper, then glaze over glaze on dry, and the darks."""
    paper = sheet(target, _WHITE, rough=0.03)
    grain = tooth(target, size=1.0) - 0.5
    frame = eased(within(target, _MARGIN, ragged=1.0), 0.2, 0.8)
    wetness = _wetness(target)
    shapes = trembled(target, local_shapes(target), 3.2, cell=0.05).astype(np.int32)
    sky = target.buffers.object < 0
    full, light = _density(target.colour), _ambient_light(target)
    wet = _bled(target, full, 16.0)
    wet = np.where(sky[..., None], _sky(target, full, wet), full)
    bloom = 1 + 0.14 * (cloud(target.shape, target.rng, cell=0.3, octaves=3) - 0.5)

    def dried(density: Pixels) -> Pixels:
        heavy = np.clip(density.mean(-1) * 0.7, 0.15, 1)
        settled = density * (bloom * (1 + 0.3 * grain * heavy))[..., None]
        return np.asarray(np.clip(paper * np.exp(-settled * frame[..., None]), 0, 1), np.float32)

    spare = _reserve(target, shapes)
    density = wet * np.where(sky, 0.95, 0.12)[..., None]
    for share in (0.0, 0.5, 1.0):
        show(stage, dried, density * share)
    for cut, amount in zip(_GLAZES, _pigment(shapes, light, full), strict=True):
        wash = np.where(sky, 0, _wash(target, light, cut, wetness) * spare)
        density = density + amount[shapes] * wash[..., None]
        show(stage, dried, density)
    lack = np.where(sky[..., None], 0, np.maximum(full - density, 0))
    for low in (0.45, 0.2):
        touch = eased(lack.mean(-1), low, low + 0.35) * spare
        density = density + 0.45 * lack * touch[..., None]
        show(stage, dried, density)
    return dried(density)


def _pigment(shapes: Index, light: Map, full: Pixels) -> list[Pixels]:
    """What each glaze adds to each shape (n, 3), so that together they make its colours."""
    count = int(shapes.max()) + 1
    level = np.searchsorted(-np.array(_GLAZES[1:]), -light.ravel()).astype(np.int32)
    key = shapes.ravel() + count * level
    size = len(_GLAZES) * count
    weight = np.bincount(key, minlength=size).reshape(-1, count)
    sums = np.stack([np.bincount(key, full[..., c].ravel(), size) for c in range(3)], -1)
    mean = sums.reshape(-1, count, 3) / np.maximum(weight, 1)[..., None]
    whole = sums.reshape(-1, count, 3).sum(0) / np.maximum(weight.sum(0), 1)[:, None]
    out, laid = [], np.zeros((count, 3))
    for index in range(len(_GLAZES)):
        usual = whole * (0.62, 0.9, 1.25, 1.7)[index]
        wanted = np.where((weight[index] > 12)[:, None], 0.93 * mean[index], usual)
        out.append(np.maximum(wanted - laid, 0).astype(np.float32))
        laid = laid + out[-1]
    return out


def _density(colour: Pixels) -> Pixels:
    """How much light pigment takes away for a colour on white paper."""
    return np.asarray(-np.log(np.clip(1.1 * colour**0.8 / _WHITE, 0.05, 1)), dtype=np.float32)


def _ambient_light(target: Target) -> Map:
    light = blur(np.clip(target.buffers.light, 0, 1), 1.5 * target.unit)
    return np.asarray(np.clip(0.75 * light + 0.25 * target.tone, 0, 1), dtype=np.float32)


def _wetness(target: Target) -> Map:
    """Where the paper is still wet and edges run: 0 dry on the subject, 1 wet elsewhere."""
    wet = np.array([1.0, 0.85, 0.5, 0.0], dtype=np.float32)[planes(target)]
    return np.asarray(wet * (1 - target.weight), dtype=np.float32)


def _sky(target: Target, full: Pixels, wet: Pixels) -> Pixels:
    """The backdrop as few shapes: a graded wash, and one lighter or darker with a dry edge."""
    shapes = local_shapes(target)
    flat = means(shapes, full)[shapes]
    moved = trembled(target, flat, 14.0, cell=0.12)
    out = np.where((target.buffers.object < 0)[..., None], moved, flat).astype(np.float32)
    return np.asarray(0.55 * out + 0.45 * wet, dtype=np.float32)


def _bled(target: Target, density: Pixels, radius: float) -> Pixels:
    """Colour run in wet paper: spread, but not from forms into the backdrop; feathered."""
    open_ = (target.buffers.object < 0).astype(np.float32)
    out = np.zeros_like(density)
    for side in (open_, 1 - open_):
        share = blur(side, radius * target.unit)
        for i in range(3):
            part = (
                blur(
                    (np.clip(density[..., i] / 4, 0, 1) * side).astype(np.float32),
                    radius * target.unit,
                )
                * 4
            )
            out[..., i] += side * part / np.maximum(share, 0.02)
    dx, dy = (
        (cloud(target.shape, target.rng, cell=0.05, octaves=4) - 0.5) * 60 * target.unit
        for _ in range(2)
    )
    moved = warp(out, dx, dy).astype(np.float32)
    same = warp(open_, dx, dy) == open_
    return np.where(same[..., None], moved, out).astype(np.float32)


def _wash(target: Target, light: Map, cut: float, wetness: Map) -> Map:
    """Where a glaze lies: pooled at its dry edges, faded at its wet ones."""
    edge = light + 0.05 * (1 - wetness) * (
        cloud(target.shape, target.rng, cell=0.03, octaves=3) - 0.5
    )
    hard = np.clip((cut - edge) / 0.012, 0, 1).astype(np.float32)
    hard = blur(hard, 0.5 * target.unit)
    soft = eased(cut + 0.12 - edge, 0.0, 0.3)
    pool = hard * (1 - blur(hard, 3.2 * target.unit))
    return np.asarray((hard * (1 - wetness) + soft * wetness) * 0.92 + 0.75 * pool * (1 - wetness))


def _reserve(target: Target, shapes: NDArray[np.generic]) -> Map:
    """Less in a hairline of paper on the subject's lit side, more where pigment pools at edges."""
    edge = np.zeros(target.shape, dtype=np.float32)
    edge[1:] = shapes[1:] != shapes[:-1]
    edge[:, 1:] = np.maximum(edge[:, 1:], shapes[:, 1:] != shapes[:, :-1])
    near = np.clip(blur(edge, 0.8 * target.unit) * max(0.8 * target.unit, 0.5) * 2.2, 0, 1)
    lit = eased(target.buffers.light, 0.7, 0.9) * (planes(target) == ACTOR)
    left = eased(cloud(target.shape, target.rng, cell=0.08, octaves=2), 0.55, 0.68) * lit
    pool = blur(edge, 3.0 * target.unit) * 3.0 * target.unit
    return np.asarray((1 - 0.7 * near * left) * (1 + 0.16 * np.clip(pool, 0, 1)))


WATERCOLOUR = Technique(
    "watercolour",
    "a watercolour in transparent glazes, the lights left as paper",
    ("watercolour", "watercolor", "aquarelle", "glaze", "wash"),
    "full",
    render,
)
