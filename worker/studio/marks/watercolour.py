"""Watercolour: glazes with darkened edges and granulation, a wet sky, and paper left white."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from worker.studio.field.colour import Pixels, from_oklab, to_oklab
from worker.studio.field.noise import blur, cloud
from worker.studio.field.shade import Target
from worker.studio.marks.flats import local_shapes, open_sky, sky_level, trembled
from worker.studio.marks.lines import Index, Map
from worker.studio.marks.paper import eased, inset, sheet, show, tooth
from worker.studio.marks.planes import ACTOR, planes
from worker.studio.marks.technique import Stage, Technique

_WHITE = np.array((0.975, 0.965, 0.935), dtype=np.float32)
# Lightness in light below which each glaze is laid.
_GLAZES = (0.94, 0.7, 0.46, 0.24)
_MARGIN = 36.0


def render(target: Target, stage: Stage) -> Pixels:
    """Washes on wet paper, then glaze over glaze on dry, and the darks."""
    paper = sheet(target, _WHITE, rough=0.03)
    grain = tooth(target, size=1.0) - 0.5
    frame = _edge_of_washes(target, grain)
    wetness = _wetness(target)
    shapes = trembled(target, local_shapes(target), 4.5, cell=0.04).astype(np.int32)
    sky = open_sky(target)
    full, light = _run(target, _density(target.colour)), _ambient_light(target)
    bloom = _backruns(target)

    def dried(density: Pixels) -> Pixels:
        heavy = np.clip(density.mean(-1) * 0.9, 0.2, 1)
        settled = density * (bloom * (1 + 0.38 * grain * heavy))[..., None]
        return np.asarray(np.clip(paper * np.exp(-settled * frame[..., None]), 0, 1), np.float32)

    spare = _reserve(target, shapes)
    density = full * np.where(sky, _clouds(target), 0.12)[..., None]
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


def _edge_of_washes(target: Target, grain: Map) -> Map:
    """The washes end short of the sheet's edge, each where its brush was lifted, and dry dark."""
    ends = inset(target) + 26 * (cloud(target.shape, target.rng, cell=0.3, octaves=4) - 0.5)
    inside = np.clip((ends - _MARGIN + 9 * grain) / 2.5 + 0.5, 0, 1).astype(np.float32)
    return inside * (1 + 0.8 * (1 - blur(inside, 4 * target.unit)))


def _backruns(target: Target) -> Map:
    """Pigment that water pushed aside: pale pools with a dark rim, and uneven settling."""
    pool = cloud(target.shape, target.rng, cell=0.16, octaves=4)
    flow = cloud(target.shape, target.rng, cell=0.35, octaves=3) - 0.5
    large = 1 - target.weight
    rim = np.exp(-(((pool - 0.62) / 0.018) ** 2))
    pale = eased(pool, 0.62, 0.66)
    return np.asarray(1 + 0.5 * flow + large * (0.12 * rim - 0.13 * pale), dtype=np.float32)


def _run(target: Target, density: Pixels) -> Pixels:
    """Colour that has run into its neighbours, in patches that were still wet."""
    wet = eased(cloud(target.shape, target.rng, cell=0.14, octaves=3), 0.5, 0.62)
    wet = wet * (1 - eased(blur(target.buffers.edge, 9 * target.unit), 0.03, 0.14))
    soft = [blur(np.clip(density[..., i] / 4, 0, 1), 11 * target.unit) * 4 for i in range(3)]
    return np.asarray(density + (np.stack(soft, -1) - density) * wet[..., None], np.float32)


def _clouds(target: Target) -> Map:
    """How much of the sky's wash stays: less where clouds were left or lifted out of it."""
    bank = cloud(target.shape, target.rng, cell=0.35, octaves=5, stretch=1.8)
    lifted = eased(bank, 0.52, 0.68)
    return np.asarray(1.05 - 0.75 * lifted * (0.4 + 0.6 * sky_level(target)), dtype=np.float32)


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
    lab = to_oklab(colour) * np.array([0.86, 1.6, 1.6], np.float32)
    lab[..., 0] += 0.14
    return np.asarray(-np.log(np.clip(from_oklab(lab) / _WHITE, 0.05, 1)), dtype=np.float32)


def _ambient_light(target: Target) -> Map:
    light = blur(np.clip(target.buffers.light, 0, 1), 1.5 * target.unit)
    return np.asarray(np.clip(0.75 * light + 0.25 * target.tone, 0, 1), dtype=np.float32)


def _wetness(target: Target) -> Map:
    """Where the paper is still wet and edges run: 0 dry on the subject, 1 wet elsewhere."""
    wet = np.array([1.0, 0.85, 0.5, 0.0], dtype=np.float32)[planes(target)]
    return np.asarray(wet * (1 - target.weight), dtype=np.float32)


def _wash(target: Target, light: Map, cut: float, wetness: Map) -> Map:
    """Where a glaze lies: pooled at its dry edges, faded at its wet ones."""
    edge = light + 0.05 * (1 - wetness) * (
        cloud(target.shape, target.rng, cell=0.03, octaves=3) - 0.5
    )
    hard = np.clip((cut - edge) / 0.012, 0, 1).astype(np.float32)
    hard = blur(hard, 0.5 * target.unit)
    soft = eased(cut + 0.12 - edge, 0.0, 0.3)
    pool = hard * (1 - blur(hard, 2.6 * target.unit))
    return np.asarray((hard * (1 - wetness) + soft * wetness) * 0.92 + 1.1 * pool * (1 - wetness))


def _reserve(target: Target, shapes: NDArray[np.generic]) -> Map:
    """Less in a hairline of paper on the subject's lit side, more where pigment pools at edges."""
    edge = np.zeros(target.shape, dtype=np.float32)
    edge[1:] = shapes[1:] != shapes[:-1]
    edge[:, 1:] = np.maximum(edge[:, 1:], shapes[:, 1:] != shapes[:, :-1])
    near = np.clip(blur(edge, 0.8 * target.unit) * max(0.8 * target.unit, 0.5) * 2.2, 0, 1)
    lit = eased(target.buffers.light, 0.7, 0.9) * (planes(target) == ACTOR)
    left = eased(cloud(target.shape, target.rng, cell=0.08, octaves=2), 0.55, 0.68) * lit
    pool = np.clip(blur(edge, 2.0 * target.unit) * 3.0 * target.unit, 0, 1)
    return np.asarray((1 - 0.8 * near * left) * (1 + 0.5 * pool))


WATERCOLOUR = Technique(
    "watercolour",
    "a watercolour in transparent glazes, the lights left as paper",
    ("watercolour", "watercolor", "aquarelle", "glaze", "wash"),
    "full",
    render,
)
