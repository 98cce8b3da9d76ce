"""Watercolour: glazes with darkened edges and granulation, a wet sky, and paper left white."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from worker.studio.field.colour import Pixels, from_oklab, to_oklab
from worker.studio.field.noise import blur, cloud
from worker.studio.field.shade import Target
from worker.studio.marks.flats import keyed, local_shapes, open_sky, sky_level, trembled
from worker.studio.marks.lines import Index, Map, contours, swelling
from worker.studio.marks.paper import eased, inset, sheet, show, tooth
from worker.studio.marks.planes import ACTOR, planes
from worker.studio.marks.technique import Stage, Technique

_WHITE = np.array((0.98, 0.97, 0.945), dtype=np.float32)
# Lightness in light below which each glaze is laid.
_GLAZES = (0.9, 0.68, 0.46, 0.24)
_MARGIN, _RAGGED = 52.0, 110.0
"""Least and varying distance, in units, of the washes from the sheet's edge."""
_BLOOMS, _DROPS = 3, 24
"""Most pools where water ran back, and drops that fell from the brush."""


def render(target: Target, stage: Stage) -> Pixels:
    """A drawing in pencil, washes on wet paper, glaze over glaze on dry, the darks, some drops."""
    target = replace(target, colour=keyed(target, darkest=0.36, lightest=0.99, hue=0.045))
    relief = tooth(target, size=1.3) - 0.5
    paper = _drawn(target, sheet(target, _WHITE, rough=0.03), relief)
    settling = _reach(target, relief) * _blooms(target)
    granules = 0.42 * eased(cloud(target.shape, target.rng, cell=0.4, octaves=2), 0.25, 0.75)
    wetness = _wetness(target)
    shapes = trembled(target, local_shapes(target), 5.0, cell=0.05).astype(np.int32)
    sky = open_sky(target)
    full, light = _mingled(target, _run(target, _density(target.colour))), _ambient_light(target)
    drops = _drops(target)[..., None] * full[planes(target) == ACTOR].mean(0, dtype=np.float32)

    def dried(density: Pixels) -> Pixels:
        soft = [blur(np.clip(density[..., i] / 4, 0, 1), max(0.7 * target.unit, 0.6)) * 4
                for i in range(3)]  # fmt: skip
        heavy = np.clip(1.6 * density.mean(-1), 0, 1)
        settled = np.stack(soft, -1) * (settling * (1 + granules * relief * heavy))[..., None]
        return np.asarray(np.clip(paper * np.exp(-settled), 0, 1), np.float32)

    spare = _reserve(target, shapes)
    density = full * np.where(sky, _clouds(target), 0.1)[..., None]
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
    return dried(density + drops)


def _drawn(target: Target, paper: Pixels, relief: Map) -> Pixels:
    """The pencil under the washes, which the tooth of the paper breaks."""
    line = swelling(target, contours(target, smooth=4.0, shortest=14.0), 2.2, shade=0.2)
    broken = np.clip(line.drawn(target.shape) * (0.75 + 1.4 * relief), 0, 1)
    return np.asarray(paper * (1 - 0.5 * broken)[..., None], dtype=np.float32)


def _reach(target: Target, relief: Map) -> Map:
    """How far the washes go: to the subject's own edge, else to where each brush was lifted."""
    noise = cloud(target.shape, target.rng, cell=0.3, octaves=4)
    near = blur((planes(target) == ACTOR).astype(np.float32), 60 * target.unit)
    away = inset(target) - _MARGIN + 150 * near - _RAGGED * (noise - 0.35)
    dry = np.clip((away + 5 * relief) / 2.5 + 0.5, 0, 1).astype(np.float32)
    spread = cloud(target.shape, target.rng, cell=0.07, octaves=4) - 0.5
    wet = eased(away + 65 * spread, -30, 80)
    share = eased(cloud(target.shape, target.rng, cell=0.4, octaves=2), 0.45, 0.65)
    rim = dry * (1 - blur(dry, 5 * target.unit))
    washes = dry * (1 - share) + wet * share + 1.1 * rim * (1 - share)
    own = blur((planes(target) == ACTOR).astype(np.float32), 0.8 * target.unit)
    return np.asarray(washes + (1 - washes) * own, dtype=np.float32)


def _blooms(target: Target) -> Map:
    """Pigment that water pushed aside: pale pools with a crinkled dark rim, uneven settling."""
    flow = cloud(target.shape, target.rng, cell=0.35, octaves=3) - 0.5
    crinkle = cloud(target.shape, target.rng, cell=0.09, octaves=5) - 0.5
    out = 1 + 0.7 * flow * (1 - 0.6 * target.weight)
    y, x = np.mgrid[0 : target.shape[0], 0 : target.shape[1]].astype(np.float32)
    for _ in range(int(target.rng.integers(1, _BLOOMS + 1))):
        place = target.rng.uniform(0.1, 0.9, 2) * target.shape
        radius = float(target.rng.uniform(80, 230)) * target.unit
        off = np.hypot(y - place[0], x - place[1]) / radius + 0.75 * crinkle
        crest = np.exp(-(((off - 1) / 0.035) ** 2))
        rim = crest + 0.5 * np.exp(-np.abs(off - 1) / 0.2) * (off < 1)
        pale = 1 - eased(off, 0.75, 1.0)
        out = out + (1 - target.weight) * (0.22 * rim - 0.26 * pale)
    return np.asarray(np.clip(out, 0.3, 1.9), dtype=np.float32)


def _mingled(target: Target, density: Pixels) -> Pixels:
    """Washes in which two pigments run together and part again, most on what is wet."""
    drift = cloud(target.shape, target.rng, cell=0.28, octaves=4) - 0.5
    wet = (0.35 + 0.65 * _wetness(target)) * drift
    turn = np.stack([1 + 0.42 * wet, 1 - 0.08 * wet, 1 - 0.38 * wet], axis=-1)
    return np.asarray(density * turn, dtype=np.float32)


def _drops(target: Target) -> Map:
    """Drops that fell from the brush about the subject, (h, w) in 0..1."""
    plane = np.zeros(target.shape, dtype=np.float32)
    rows, columns = np.nonzero(planes(target) == ACTOR)
    if not len(rows):
        return plane
    for _ in range(int(target.rng.integers(_DROPS // 3, _DROPS))):
        pick = int(target.rng.integers(len(rows)))
        fly = target.rng.normal(0, 130, 2) * target.unit
        radius = float(target.rng.exponential(2.2) + 1.0) * target.unit
        at = rows[pick] + fly[0], columns[pick] + fly[1]
        top, left = (max(int(middle - radius) - 1, 0) for middle in at)
        bottom, right = (max(int(middle + radius) + 2, 0) for middle in at)
        near = plane[top:bottom, left:right]
        y, x = np.mgrid[top : top + near.shape[0], left : left + near.shape[1]]
        gap = np.hypot(y - at[0], x - at[1])
        inside = np.clip(radius - gap + 0.5, 0, 1) * (0.5 + 0.5 * np.clip(gap / radius, 0, 1))
        near[:] = np.maximum(near, inside)
    return plane


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
    """How much light pigment takes away for a colour on white paper; the lights are left bare."""
    lab = to_oklab(colour) * np.array([0.9, 1.25, 1.25], np.float32)
    lab[..., 0] += 0.12
    density = -np.log(np.clip(from_oklab(lab) / _WHITE, 0.05, 1))
    bare = eased(density.mean(-1), 0.0, 0.22)[..., None]
    return np.asarray(density * (0.35 + 0.65 * bare), dtype=np.float32)


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
