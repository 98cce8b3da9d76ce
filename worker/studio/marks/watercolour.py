"""Watercolour: a clear wash for each shape, one dry glaze for the shade, the darks, taped paper."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from worker.studio.field.colour import Pixels, from_oklab, to_oklab
from worker.studio.field.noise import blur, cloud
from worker.studio.field.raster import DRAWN
from worker.studio.field.shade import Target
from worker.studio.marks.flats import dark_hue, keyed, local_shapes, means, parting, trembled
from worker.studio.marks.lines import Index, Map, contours, swelling
from worker.studio.marks.paper import eased, sheet, show, tooth, within
from worker.studio.marks.planes import ACTOR, SCENERY, SKY, planes
from worker.studio.marks.strokes import regions
from worker.studio.marks.technique import Stage, Technique

_WHITE = np.array((0.985, 0.975, 0.95), dtype=np.float32)
_MARGIN = 46.0
"""Units of the sheet's edge that tape keeps white."""
_FLAT = 0.7
"""How far a wash has one density where the light is; the rest grades with the form."""
_DARKEST = 1.6
"""Density that the darks of the subject and of its shadow have at least."""
_GAIN = 1.4, 2.0
"""By how much the glaze on the subject is heavier than its shade is, at least and at most."""
_CAST = 1.5
"""How much heavier the glaze of a cast shadow is than the shade that is measured."""
_HEAVIEST = 4.0
"""Density that washes come near and never reach."""
_MOST = 3.0
"""Density of the heaviest wash; blurs want a range."""


def render(target: Target, stage: Stage) -> Pixels:
    """A faint drawing, one wash on wet paper for each shape, a dry glaze for the shade, darks."""
    target = replace(target, colour=keyed(target, darkest=0.17, lightest=0.99, hue=0.055))
    relief = tooth(target, size=1.3) - 0.5
    taped = within(target, _MARGIN, ragged=0.6)
    paper = _drawn(target, sheet(target, _WHITE, rough=0.025), relief, taped)
    shapes = trembled(target, local_shapes(target), 4.0, cell=0.05).astype(np.int32)
    kind = planes(target)
    full = _graded(_density(target.colour), kind)
    shade = _shade(target, kind)
    first, glaze = _washes(full, _soft(target, full, kind), shade, shapes)
    drift = _drift(target)
    first = first * (1 + 0.09 * drift) * _lights(target, kind, full)[..., None]
    glaze = _tinted(target, glaze) * (1 + 0.2 * drift)
    own = kind == ACTOR
    gain = _strength(first + glaze, glaze, shade * own)
    dried_edge = shade * (1 - blur(shade, 3.5 * target.unit))
    glaze = glaze * (np.where(own, gain, _CAST) * (1 + 0.45 * dried_edge))[..., None]
    rim = 1 + 0.5 * (1 - blur(taped, 4 * target.unit))
    settled = _settling(target, kind) * _edges(target, kind, shapes) * taped * rim

    def dried(density: Pixels) -> Pixels:
        heavy = np.clip(density.mean(-1), 0, 1)
        soft = [blur(density[..., c] / _MOST, max(0.5 * target.unit, 0.6)) for c in range(3)]
        laid = _MOST * np.stack(soft, -1) * (settled * (1 + 0.2 * relief * heavy))[..., None]
        return np.asarray(np.clip(paper * np.exp(-laid), 0, 1), np.float32)

    behind = (kind != ACTOR)[..., None]
    for share in (0.0, 0.5, 1.0):
        show(stage, dried, _thinned(first * behind * share))
    for share in (0.5, 1.0):
        show(stage, dried, _thinned(first * np.where(behind, 1, share)))
    for share in (0.5, 1.0):
        show(stage, dried, _thinned(first + glaze * share))
    whole = _thinned(first + glaze) + _darks(target, kind)
    show(stage, dried, whole)
    return dried(whole)


def _thinned(density: Pixels) -> Pixels:
    """The densities as far as washes go: paper shines through the darkest, in its hue."""
    heavy = np.maximum(density.mean(-1, keepdims=True), 1e-4)
    return np.asarray(density * (_HEAVIEST * (1 - np.exp(-heavy / _HEAVIEST)) / heavy))


def _drawn(target: Target, paper: Pixels, relief: Map, taped: Map) -> Pixels:
    """The pencil under the washes, which the tooth of the paper breaks."""
    line = swelling(target, contours(target, smooth=4.0, shortest=14.0), 1.8, shade=0.2)
    inside = taped * (0.35 + 0.65 * target.weight)
    broken = np.clip(line.drawn(target.shape) * (0.7 + 1.4 * relief), 0, 1) * inside
    return np.asarray(paper * (1 - 0.45 * broken)[..., None], dtype=np.float32)


def _density(colour: Pixels) -> Pixels:
    """How much light pigment takes away for a colour on white paper: clear, the lights bare."""
    lab = to_oklab(colour)
    lab[..., 0] = 0.01 + lab[..., 0]
    lab[..., 1:] *= 1.5
    density = -np.log(np.clip(from_oklab(lab) / _WHITE, 0.06, 1))
    bare = eased(density.mean(-1), 0.0, 0.42)[..., None]
    return np.asarray(np.minimum(density * (0.3 + 0.7 * bare), _MOST), dtype=np.float32)


def _graded(density: Pixels, kind: Index) -> Pixels:
    """The washes of sky and walls heavier at the top and thinner below, as they run."""
    down = np.linspace(1.2, 0.8, len(kind), dtype=np.float32)[:, None]
    upright = (kind == SKY) | (kind == SCENERY)
    return density * np.where(upright, down, 1)[..., None]


def _soft(target: Target, density: Pixels, kind: Index) -> Pixels:
    """The densities as they run in wet paint: far behind the subject, a little on it."""
    out = density.copy()
    for plane in range(4):
        here = kind == plane
        if not here.any() or plane == SKY:
            continue
        reach = (5.0 if plane == ACTOR else 26.0) * target.unit
        share = np.maximum(blur(here.astype(np.float32), reach), 0.02)
        run = [blur(density[..., c] * here / _MOST, reach) * _MOST / share for c in range(3)]
        out[here] = np.stack(run, axis=-1)[here]
    return out


def _shade(target: Target, kind: Index) -> Map:
    """Where the dry glaze of the shade lies, (h, w) in 0..1, with a crisp edge."""
    seen = target.buffers
    own = blur(np.clip(seen.light, 0, 1), 9 * target.unit)
    cast = blur(np.clip(seen.shadow, 0, 1), 1.5 * target.unit)
    actor = kind == ACTOR
    gap = np.where(actor, parting(own[actor]) - own, np.where(kind == SKY, -1, 0.5 - cast))
    gap = gap + 0.04 * (cloud(target.shape, target.rng, cell=0.04, octaves=2) - 0.5)
    crisp = np.clip(gap / 0.03 + 0.5, 0, 1).astype(np.float32)
    return blur(crisp, 0.5 * target.unit)


def _washes(full: Pixels, soft: Pixels, shade: Map, shapes: Index) -> tuple[Pixels, Pixels]:
    """The first wash, which grades in each shape, and the glaze over it, (h, w, 3) each."""
    sides = np.stack([1 - shade, shade], axis=-1)
    size = means(shapes, sides)
    lit, dark = (
        means(shapes, full * sides[..., i : i + 1]) / np.maximum(size[:, i : i + 1], 1e-4)
        for i in range(2)
    )
    # Of what is nowhere lit the first wash is that of the lights that it would have.
    lit = np.where(size[:, :1] > 0.02, np.minimum(lit, 0.9 * dark + 0.1 * lit + 0.02), 0.5 * dark)
    lit = np.where(size[:, 1:] > 0.02, lit, means(shapes, full))
    over = shade[..., None]
    first = soft + _FLAT * (lit[shapes] - soft) * (1 - over) + (lit[shapes] - soft) * over
    glaze = np.maximum(0.85 * dark[shapes] + 0.15 * soft - lit[shapes], 0) * over
    return first.astype(np.float32), glaze.astype(np.float32)


def _tinted(target: Target, glaze: Pixels) -> Pixels:
    """The glaze nearer to one colour in all shapes, which holds the shades together."""
    a, b = 0.1 * dark_hue(target)
    tint = -np.log(np.clip(from_oklab(np.array([0.5, a, b], np.float32)), 0.06, 1))
    one = glaze.mean(-1, keepdims=True) * (tint / tint.mean())
    return np.asarray(0.5 * glaze + 0.5 * one, dtype=np.float32)


def _drift(target: Target) -> Pixels:
    """How two pigments of one wash part: more red, green or blue is held back, -1..1."""
    turn = 2 * cloud(target.shape, target.rng, cell=0.45, octaves=2) - 1
    return np.stack([turn, np.zeros_like(turn), -turn], axis=-1)


def _lights(target: Target, kind: Index, full: Pixels) -> Map:
    """How much of the first wash stays: the highest lights of the subject are paper."""
    light = blur(np.clip(target.buffers.light, 0, 1), 3 * target.unit)
    actor = kind == ACTOR
    if not actor.any():
        return np.ones(target.shape, dtype=np.float32)
    top = max(float(np.percentile(light[actor], 92)), 0.72)
    bare = np.clip((light - top) / 0.05 + 0.5, 0, 1) * actor
    pale = 1 - eased(full.mean(-1), 0.3, 0.9)
    return np.asarray(1 - bare * (0.25 + 0.6 * pale), dtype=np.float32)


def _strength(total: Pixels, glaze: Pixels, where: Map) -> float:
    """By how much the glaze is stronger, so that the subject has darks."""
    here = where > 0.5
    if here.mean() < 0.002:
        return 1.0
    depth = total[here].mean(-1)
    most = depth >= np.percentile(depth, 85)
    lack = _DARKEST - float(depth[most].mean())
    return float(np.clip(1 + lack / max(float(glaze[here].mean(-1)[most].mean()), 0.2), *_GAIN))


def _settling(target: Target, kind: Index) -> Map:
    """How evenly pigment dries: behind the subject it drifts a little."""
    flow = cloud(target.shape, target.rng, cell=0.4, octaves=2, stretch=2.5) - 0.5
    return np.asarray(1 + 0.25 * flow * (kind != ACTOR), dtype=np.float32)


def _edges(target: Target, kind: Index, shapes: Index) -> Map:
    """Pigment pools a little along the edge of a wash; between parts in the light a hairline of
    paper is left.
    """
    pool = np.clip(blur(_rims(shapes), 2.0 * target.unit) * 3.0 * target.unit, 0, 1)
    parts = blur(_rims(regions(target)), 0.8 * target.unit) * max(0.8 * target.unit, 0.5)
    lit = eased(target.buffers.light, 0.6, 0.8) * (kind == ACTOR)
    here = eased(cloud(target.shape, target.rng, cell=0.08, octaves=2), 0.45, 0.6)
    return np.asarray((1 + 0.18 * pool) * (1 - 0.8 * lit * here * np.clip(2.2 * parts, 0, 1)))


def _rims(shapes: Index) -> Map:
    edge = np.zeros(shapes.shape, dtype=np.float32)
    edge[1:] = shapes[1:] != shapes[:-1]
    edge[:, 1:] = np.maximum(edge[:, 1:], shapes[:, 1:] != shapes[:, :-1])
    return edge


def _darks(target: Target, kind: Index) -> Pixels:
    """Touches of the point of the brush: drawn features, and where forms meet out of the light."""
    a, b = 0.04 * dark_hue(target)
    ink = _density(from_oklab(np.array([0.2, a, b], np.float32)))
    drawn = (target.buffers.edge == DRAWN) & (kind == ACTOR)
    touch = blur(drawn.astype(np.float32), max(0.7 * target.unit, 0.5))
    deep = eased(blur(target.buffers.occlusion, 1.5 * target.unit), 0.45, 0.7)
    deep = deep * eased(0.7 - blur(target.buffers.light, 1.5 * target.unit), 0, 0.2)
    return np.asarray(np.maximum(touch, 0.4 * deep)[..., None] * ink, dtype=np.float32)


WATERCOLOUR = Technique(
    "watercolour",
    "a watercolour in transparent glazes, the lights left as paper",
    ("watercolour", "watercolor", "aquarelle", "glaze", "wash"),
    "full",
    render,
)
