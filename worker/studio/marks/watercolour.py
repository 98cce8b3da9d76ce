"""Watercolour: pencil or pen, loose wet washes that leave much paper, one glaze of shade, darks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.ndimage import gaussian_filter, shift

from worker.studio.field.colour import Pixels, from_oklab, to_oklab
from worker.studio.field.noise import blur, cloud
from worker.studio.field.raster import DRAWN
from worker.studio.field.shade import Target
from worker.studio.marks.flats import (
    dark_hue,
    keyed,
    local_shapes,
    means,
    parting,
    shining,
    sky_level,
    trembled,
)
from worker.studio.marks.lines import Index, Map, contours, swelling
from worker.studio.marks.paper import eased, sheet, show, tooth, within
from worker.studio.marks.planes import ACTOR, GROUND, SCENERY, SKY, planes, things
from worker.studio.marks.strokes import regions
from worker.studio.marks.technique import Stage, Technique

_WHITE = np.array((0.99, 0.98, 0.955), dtype=np.float32)
_PENCIL, _SEPIA = (0.5, 0.48, 0.44), (1.0, 1.3, 1.7)
"""Densities of the lines, which are either."""
_GLAZE = np.array((0.72, 0.66, 0.4), dtype=np.float32)
_CAST = np.array((0.7, 0.53, 0.27), dtype=np.float32)
"""Densities of the cool glaze of the shade on the subject, and of cast shadows."""
_MOST = 3.2
"""Density that washes come near and never reach."""


def render(target: Target, stage: Stage) -> Pixels:
    """A drawing, one loose wash on wet paper for each plane and shape, a dry glaze, darks."""
    kind = planes(target)
    own = (kind == ACTOR)[..., None]
    deep, light = _deepness(target, kind), _lightness(target, kind)
    relief = tooth(_fork(target), size=1.8) - 0.5
    edge = _edge(target)
    paper = sheet(_fork(target), _WHITE, rough=0.02)
    full = _density(_high_key(target, kind, max(deep, 0.6 * light)))
    bare = eased(full.mean(-1, keepdims=True), 0.0, 0.4)
    full = full * (0.3 + 0.7 * bare)
    shapes = trembled(_fork(target), local_shapes(target), 4.0, cell=0.05).astype(np.int32)
    shade = _shade(target, kind)
    mingled = _mingling(target, kind)
    wet = own * _forms(target, full, shade, shapes, kind) * mingled * (1 + 0.5 * shade[..., None])
    back = _far(target, full, kind) * _behind(target, kind, deep)[..., None] * mingled
    back = np.where(own, 0, back)
    glaze = shade[..., None] * np.where(own, _GLAZE, _CAST) * _varied(target) * mingled
    darks = _darks(target, kind)
    reach = np.where(own[..., 0], within(_fork(target), 16.0, ragged=1.5), _crisp(edge, 1.5))[..., None]
    dry = _dry(target, kind, shade, edge)[..., None]
    line = _drawn(target, relief, reach)

    def dried(density: Pixels) -> Pixels:
        soft = gaussian_filter(density * reach, (*[max(0.5 * target.unit, 0.5)] * 2, 0))
        laid = _thinned(_pooled(target, soft, relief)) * dry
        return np.asarray(np.clip(paper * np.exp(-laid - line), 0, 1), np.float32)

    for share in (0.0, 0.4, 0.7, 1.0):
        show(stage, dried, back * share)
    for share in (0.5, 1.0):
        show(stage, dried, back + wet * share)
    for share in (0.5, 1.0):
        show(stage, dried, back + wet + glaze * share)
    whole = back + wet + glaze + darks
    show(stage, dried, whole)
    return dried(whole)


def _fork(target: Target) -> Target:
    """The target with random numbers of its own, so that large forms are alike at every size."""
    return replace(target, rng=np.random.default_rng(int(target.rng.integers(2**62))))


def _noise(target: Target, cell: float, octaves: int = 3, stretch: float = 1.0) -> Map:
    """Cloud noise about 0, within -1..1."""
    rng = _fork(target).rng
    return 2 * cloud(target.shape, rng, cell=cell, octaves=octaves, stretch=stretch) - 1


def _crisp(value: Map, width: Map | float) -> Map:
    """1 above 0 and 0 below it, over an edge so wide."""
    return np.clip(value / width + 0.5, 0, 1).astype(np.float32)


def _deepness(target: Target, kind: Index) -> float:
    """How far the picture is one of the night, 0..1."""
    behind = kind == SKY if (kind == SKY).mean() > 0.05 else kind != ACTOR
    light = to_oklab(target.colour[::4, ::4])[..., 0][behind[::4, ::4]]
    return float(1 - eased(np.median(light), 0.3, 0.55)) if light.size else 0.0


def _lightness(target: Target, kind: Index) -> float:
    """How far the subject is lighter than what is around it, 0..1."""
    own = kind == ACTOR
    if not own.any() or own.all():
        return 0.0
    light = to_oklab(target.colour)[..., 0]
    return float(eased(np.median(light[own]) - np.median(light[~own]), -0.05, 0.2))


def _high_key(target: Target, kind: Index, deep: float) -> Pixels:
    """The colours in OKLab as transparent paint has them: light, and clear in hue."""
    own = kind == ACTOR
    hue = np.where(own, 0.04, 0.06).astype(np.float32)
    lab = to_oklab(keyed(target, darkest=0.17, lightest=0.99, hue=hue))
    lab[..., 0] = 1 - (1 - lab[..., 0]) * np.where(own, 0.82, np.interp(deep, (0, 1), (0.6, 0.83)))
    # A moon is bare paper; a sun has its colour.
    pale = shining(target) & (np.hypot(lab[..., 1], lab[..., 2]) < 0.07)
    lab[..., 0] = np.where(pale, 0.5 + 0.5 * lab[..., 0], lab[..., 0])
    lab[..., 1:] *= np.where(pale, 0.5, 1.4)[..., None]
    return lab


def _density(lab: Pixels) -> Pixels:
    """How much light pigment takes away for a colour on white paper."""
    return np.asarray(-np.log(np.clip(from_oklab(lab) / _WHITE, 0.05, 1)), dtype=np.float32)


def _edge(target: Target) -> Map:
    """How far within the painted area a place lies, in units: strokes end unevenly at its sides."""
    rng = _fork(target).rng
    height, width = (np.arange(n) / target.unit for n in target.shape)
    left, right, top, bottom = (
        44 + rng.choice((5.0, most), p=(0.4, 0.6)) * _ends(rng, along, band)
        for along, band, most in ((height, 150, 36.0),) * 2
        + ((width, 420, 30.0), (width, 420, 90.0))
    )
    sides = np.stack(np.broadcast_arrays(
        width[None] - left[:, None], width[::-1][None] - right[:, None],
        height[:, None] - top[None], height[::-1][:, None] - bottom[None],
    ))  # fmt: skip
    edge = -5 * np.log(np.exp(-np.clip(sides, -300, 300) / 5).sum(0))
    return np.asarray(edge + 1.5 * _noise(target, 0.05, 3), dtype=np.float32)


def _ends(rng: np.random.Generator, along: Map, band: float) -> Map:
    """Where strokes as wide as a band end, side by side, 0..1."""
    count = int(along[-1] / band * 2) + 4
    place = np.interp(along / band, np.cumsum(rng.uniform(0.6, 1.7, count)), np.arange(count))
    step = place.astype(int)
    far = rng.random(count + 1) ** 1.5
    share = eased(place - step, 0.2, 1.0)
    return np.asarray(far[step] * (1 - share) + far[step + 1] * share)


def _drawn(target: Target, relief: Map, reach: Map) -> Pixels:
    """Density of the line, pencil or sepia ink, which the tooth of the paper breaks."""
    ink = bool(_fork(target).rng.random() < 0.5)
    width = 1.5 if ink else 2.2
    found = swelling(_fork(target), contours(target, smooth=4.0, shortest=14.0), width, shade=0.2)
    line = found.drawn(target.shape)
    # A second, fainter search for the form; both are lost here and there.
    again = trembled(_fork(target), line, 16.0, cell=0.16)
    line = np.maximum(line * eased(_noise(target, 0.13, 2), -0.75, 0.1), 0.5 * again)
    line = line * (0.35 + 0.65 * target.weight) * (0.4 + 0.6 * reach[..., 0])
    broken = np.clip(line * (0.95 + (0.8 if ink else 2.0) * relief), 0, 1)
    return broken[..., None] * np.array(_SEPIA if ink else _PENCIL, dtype=np.float32)


def _shade(target: Target, kind: Index) -> Map:
    """Where the dry glaze of the shade lies, (h, w) in 0..1, with a crisp edge."""
    seen = target.buffers
    own = blur(np.clip(seen.light, 0, 1), 7 * target.unit)
    cast = blur(np.clip(seen.shadow, 0, 1), 1.5 * target.unit)
    actor = kind == ACTOR
    gap = np.where(actor, parting(own[actor]) - own, np.where(kind == SKY, -1, 0.5 - cast))
    gap = gap + 0.025 * _noise(target, 0.04, 2)
    return np.clip(gap / 0.03 + 0.5, 0, 1).astype(np.float32)


def _varied(target: Target) -> Pixels:
    """How the glaze of the shade varies, (h, w, 3): from warm to cool and from thin to heavy."""
    warm = _noise(target, 0.16, 3)[..., None] * np.array((-0.15, 0.02, 0.25), dtype=np.float32)
    # Light comes back from below.
    bounce = 0.35 * eased(-target.buffers.normal[..., 1], 0.0, 0.8)
    return np.asarray((1 + warm) * ((1 - bounce) * (1 + 0.25 * _noise(target, 0.2, 3)))[..., None])


def _forms(target: Target, full: Pixels, shade: Map, shapes: Index, kind: Index) -> Pixels:
    """The first washes of the subject: the lights bare, a half-tone with lost and found edges."""
    sides = np.stack([1 - shade, shade], axis=-1)
    size = means(shapes, sides)
    lit, dark = (
        means(shapes, full * sides[..., i : i + 1]) / np.maximum(size[:, i : i + 1], 1e-4)
        for i in range(2)
    )
    # Of what is nowhere lit the wash is that of the lights that it would have.
    lit = np.where(size[:, :1] > 0.02, lit, 0.5 * dark)
    lit = np.where(size.min(1, keepdims=True) > 0.02, np.minimum(lit, dark + 0.05), lit)
    lit = (lit * (0.5 + 0.5 * eased(lit.mean(-1, keepdims=True), 0.05, 0.5)))[shapes]
    light = gaussian_filter(target.buffers.light, 2.5 * target.unit)
    low, middle, high = np.percentile(light[kind == ACTOR], (20, 60, 98)) if (kind == ACTOR).any() else (0.2, 0.5, 1.0)
    top = max(low + 0.8 * (high - low), 0.7)
    bare = _crisp(light - top + 0.02 * _noise(target, 0.05, 2), 0.03)
    pale = 1 - eased(lit.mean(-1), 0.25, 0.9)
    half = _crisp(middle - light + 0.03 * _noise(target, 0.1, 3), _softness(target, 0.015, 0.16))
    form = (0.8 + 0.45 * half) * np.exp(0.3 * _noise(target, 0.14, 5))
    return np.asarray(lit * (form * (1 - bare * (0.4 + 0.55 * pale)))[..., None])


def _softness(target: Target, least: float, most: float) -> Map:
    """How soft edges are: lost here and found there."""
    return least + (most - least) * eased(_noise(target, 0.25, 2), -0.3, 0.5)


def _far(target: Target, full: Pixels, kind: Index) -> Pixels:
    """The densities of what is behind as they run in wet paint."""
    out = full.copy()
    shine = shining(target)
    thing = things(target)
    for plane in (SKY, GROUND, SCENERY, ACTOR):
        here = (kind == plane) & ~shine & ~thing if plane != ACTOR else thing & (kind != ACTOR)
        if not here.any():
            continue
        reach = (3.0 if plane == ACTOR else 20.0) * target.unit
        share = np.maximum(blur(here.astype(np.float32), reach), 0.02)
        run = [blur(full[..., c] * here / _MOST, reach) * _MOST / share for c in range(3)]
        out[here] = np.stack(run, axis=-1)[here]
    return out


def _behind(target: Target, kind: Index, deep: float) -> Map:
    """How heavy the washes behind the subject are from place to place: paper to double."""
    form = _noise(target, 0.5, 4, 1.8) + 0.16 * _noise(target, 0.1, 4, 1.5)
    form = form + 0.35 * (sky_level(target) - 0.5)
    upright = (kind == SKY) | (kind == SCENERY)
    if upright.any():
        form = form - np.quantile(form[upright], _fork(target).rng.uniform(0.35, 0.55))
    # A light subject needs a wash behind it.
    pale = (kind == ACTOR) * eased(to_oklab(target.colour)[..., 0], 0.5, 0.75)
    near = blur(pale, 50 * target.unit)
    washed = _crisp(form + 3 * near, _softness(target, 0.06, 0.8))
    bare = np.array([0.05, 0.0, 0.35, 0.0], np.float32)[kind]
    bare = bare + (0.33 - bare) * deep
    bloom = np.exp(0.5 * _noise(target, 0.3, 4)) * (0.8 + 0.4 * sky_level(target))
    bloom = bloom * (1 + 1.2 * near * (1 - deep)) * (1 - 0.4 * deep * eased(_noise(target, 0.8, 2), 0, 0.7))
    heavy = (bare + (1 - bare) * washed) * bloom
    thing = things(target) & (kind != ACTOR)
    heavy = np.where(thing | shining(target), bloom, heavy)
    # The ground is swept in broad washes, the nearer over the farther.
    sweep = 0.6 * _noise(target, 0.12, 3, 9.0) + 2 * np.linspace(-1, 1, len(kind))[:, None] - 1.1
    swept = (0.75 + 0.5 * _crisp(sweep, 0.04)) * np.exp(0.35 * _noise(target, 0.2, 4, 4.0))
    heavy = np.where(kind == GROUND, swept, heavy)
    # The washes keep off the subject here and there.
    rim = blur((kind == ACTOR).astype(np.float32), 1.8 * target.unit)
    gap = _crisp(rim - 0.35 - 0.6 * _noise(target, 0.1, 3), 0.1) * eased(rim, 0, 0.15)
    return np.asarray(heavy * (1 - 0.8 * gap), dtype=np.float32)


def _dry(target: Target, kind: Index, shade: Map, edge: Map) -> Map:
    """Where the brush touched the paper, 0..1: on the ground it left streaks, more at its ends."""
    held = blur((kind == ACTOR).astype(np.float32), 40 * target.unit) + 0.6 * shade
    fine = tooth(_fork(target), size=1.2) - 0.5
    brush = 0.7 * _noise(target, 0.012, 2, 30.0) + 0.7 * _noise(target, 0.25, 3, 3.0) + 0.9 * fine
    load = 0.75 + held - 0.9 * eased(60 - edge, 0, 60)
    return np.where(kind == GROUND, _crisp(brush + load, 0.35), 1).astype(np.float32)


def _mingling(target: Target, kind: Index) -> Pixels:
    """How two pigments of one wash part: more red, green or blue is held back."""
    turn = np.where(kind == ACTOR, 0.16, 0.24) * _noise(target, 0.3, 3)
    return np.stack([1 + turn, 1 + 0.1 * turn, 1 - turn], axis=-1).astype(np.float32)


def _pooled(target: Target, density: Pixels, relief: Map) -> Pixels:
    """Densities with the rims that dry dark, the pools at lower edges, and grains in the tooth."""
    heavy = density.mean(-1)
    gain = 1 + 0.22 * relief * np.clip(heavy, 0.2, 1)
    for radius, drop, most in ((1.8, 0.0, 0.5), (13.0, 9.0, 0.4)):
        low = shift(heavy, (-drop * target.unit, 0), order=0, mode="nearest") if drop else heavy
        around = blur(np.clip(low / _MOST, 0, 1), radius * target.unit) * _MOST
        gain = gain + most * np.clip((heavy - around) / (heavy + 0.15), 0, 1)
    return np.asarray(density * gain[..., None])


def _thinned(density: Pixels) -> Pixels:
    """The densities as far as washes go: paper shines through the darkest, in its hue."""
    heavy = np.maximum(density.mean(-1, keepdims=True), 1e-4)
    return np.asarray(density * (_MOST * (1 - np.exp(-heavy / _MOST)) / heavy))


def _darks(target: Target, kind: Index) -> Pixels:
    """Touches of the point of the brush: drawn features, and where forms meet out of the light."""
    a, b = 0.04 * dark_hue(target)
    ink = _density(np.array([0.2, a, b], np.float32))
    drawn = (target.buffers.edge == DRAWN) & (kind == ACTOR)
    touch = blur(drawn.astype(np.float32), max(0.7 * target.unit, 0.5))
    deep = eased(blur(target.buffers.occlusion, 1.5 * target.unit), 0.48, 0.72)
    deep = deep * eased(0.75 - blur(target.buffers.light, 1.5 * target.unit), 0, 0.15)
    return np.asarray(np.maximum(touch, 0.45 * deep)[..., None] * ink, dtype=np.float32)


WATERCOLOUR = Technique(
    "watercolour",
    "a watercolour in transparent glazes, the lights left as paper",
    ("watercolour", "watercolor", "aquarelle", "glaze", "wash"),
    "full",
    render,
)
