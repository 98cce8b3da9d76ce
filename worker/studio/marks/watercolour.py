"""Watercolour: pencil or pen, loose wet washes that leave much paper, one glaze of shade, darks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter, shift

from worker.studio.field.colour import Pixels, from_oklab, luminance, to_oklab
from worker.studio.field.noise import blur, cloud
from worker.studio.field.raster import DRAWN
from worker.studio.field.shade import Target
from worker.studio.marks.flats import keyed, local_shapes, means, parting, shining, trembled
from worker.studio.marks.lines import Index, Map, contours, swelling
from worker.studio.marks.paper import crisp, eased, inset, sheet, show, tooth
from worker.studio.marks.planes import ACTOR, GROUND, SCENERY, SKY, planes, things
from worker.studio.marks.technique import Stage, Technique

_WHITE = np.array((0.99, 0.98, 0.955), dtype=np.float32)
_PENCIL, _SEPIA = np.array(((0.5, 0.48, 0.44), (1.0, 1.3, 1.7)), dtype=np.float32)
"""Densities of the lines, which are either."""
_GLAZE, _CAST = np.array(((0.72, 0.66, 0.4), (0.7, 0.53, 0.27)), dtype=np.float32)
"""Densities of the cool glaze of the shade: on the subject, and of the shadows that it casts."""
_DARK = np.array((1.7, 1.65, 1.4), dtype=np.float32)
_MOST = 3.2
"""Density that washes come near and never reach."""


def render(target: Target, stage: Stage) -> Pixels:
    """A drawing, one loose wash on wet paper for each plane and shape, a dry glaze, darks."""
    kind = planes(target)
    own, sky = (kind == ACTOR)[..., None], kind == SKY
    around = luminance(target.colour)[sky if sky.mean() > 0.05 else kind != ACTOR]
    night = 1 - float(eased(np.median(around), 0.17, 0.44)) if around.size else 0.0
    full, shade = _density(target, kind, night), _shade(target, kind)
    edge = _edge(target, kind)
    relief = tooth(_fork(target), size=1.8) - 0.5
    paper = sheet(_fork(target), _WHITE, rough=0.02)
    # Two pigments of one wash part: more red or more blue is held back.
    turn = np.where(own, 0.16, 0.24).astype(np.float32) * _noise(target, 0.31)[..., None]
    mingled = 1 + turn * np.array((1, 0.1, -1), dtype=np.float32)
    back = ~own * mingled * _far(target, full, kind) * _behind(target, kind, night)[..., None]
    wet = own * mingled * _forms(target, full, shade, kind) * (1 + 0.5 * shade[..., None])
    glaze, darks = mingled * _glaze(target, kind, shade), _darks(target, kind)
    dry = _dry(target, kind, shade, edge)[..., None]
    line = _drawn(target, relief, edge)

    def dried(far: float, near: float, over: float, last: float) -> Pixels:
        laid = (back * far + wet * near + glaze * over + darks * last) * crisp(edge, 1.5)[..., None]
        size = max(0.5 * target.unit, 0.5)
        laid = _pooled(target, gaussian_filter(laid, (size, size, 0)), relief)
        return np.asarray(np.clip(paper * np.exp(-laid * dry - line), 0, 1))

    for share in (0.0, 0.4, 0.7, 1.0):
        show(stage, dried, share, 0, 0, 0)
    for near, over in ((0.5, 0), (1, 0), (1, 0.5), (1, 1)):
        show(stage, dried, 1, near, over, 0)
    show(stage, dried, 1, 1, 1, 1)
    return dried(1, 1, 1, 1)


def _fork(target: Target) -> Target:
    """The target with random numbers of its own, so that large forms are alike at every size."""
    return replace(target, rng=np.random.default_rng(int(target.rng.integers(2**62))))


def _noise(target: Target, cell: float, octaves: int = 3, stretch: float = 1.0) -> Map:
    """Cloud noise within -1..1, made as small as its finest blobs allow."""
    height, width = target.shape
    step = max(int(cell * min(height, width) / 2**octaves / 2), 1)
    small = -(-height // step), -(-width // step)
    found = cloud(small, _fork(target).rng, cell=cell, octaves=octaves, stretch=stretch)
    image = Image.fromarray(2 * found - 1)
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC), dtype=np.float32)


def _density(target: Target, kind: Index, night: float) -> Pixels:
    """How much light pigment takes away on white paper, for clear colours in a high key."""
    own = kind == ACTOR
    hue = np.where(own, 0.012, 0.06).astype(np.float32)
    lab = to_oklab(keyed(target, darkest=0.17, lightest=0.99, hue=hue))
    # A moon is bare paper; a sun has its colour.
    moon = shining(target) & (np.hypot(lab[..., 1], lab[..., 2]) < 0.07)
    high = np.where(moon, 0.5, np.where(own, 0.82, 0.6 + 0.23 * night)).astype(np.float32)
    lab[..., 0] = 1 - (1 - lab[..., 0]) * high
    lab[..., 1:] *= np.where(moon, 0.5, 1.4).astype(np.float32)[..., None]
    density = -np.log(np.clip(from_oklab(lab) / _WHITE, 0.05, 1))
    return np.asarray(density * (0.3 + 0.7 * eased(density.mean(-1, keepdims=True), 0, 0.4)))


def _edge(target: Target, kind: Index) -> Map:
    """How far within the painted area a place lies, in units; sweeps of the ground end early."""
    ragged = 46 + 10 * _noise(target, 0.47, 2) + 1.5 * _noise(target, 0.053)
    early = (kind == GROUND) * np.clip(34 * _noise(target, 0.17, 4, 2.5) + 6, 0, 60)
    return np.where(kind == ACTOR, inset(target) - 16, inset(target) - ragged - early)


def _drawn(target: Target, relief: Map, edge: Map) -> Pixels:
    """Density of the line, pencil or sepia ink, which the tooth of the paper breaks."""
    ink = bool(_fork(target).rng.random() < 0.5)
    found = contours(target, smooth=4.0, shortest=14.0)
    line = swelling(_fork(target), found, 1.5 if ink else 2.2, shade=0.2).drawn(target.shape)
    # A second, fainter search for the form; both are lost here and there.
    again = trembled(_fork(target), line, 16.0, cell=0.16).astype(np.float32)
    line = np.maximum(line * eased(_noise(target, 0.13, 2), -0.75, 0.1), 0.5 * again)
    line = line * (0.35 + 0.65 * target.weight) * (0.4 + 0.6 * crisp(edge, 1.5))
    broken = np.clip(line * (0.95 + (0.8 if ink else 2.0) * relief), 0, 1)
    return np.asarray(broken[..., None] * (_SEPIA if ink else _PENCIL))


def _shade(target: Target, kind: Index) -> Map:
    """Where the dry glaze of the shade lies, (h, w) in 0..1, with a crisp edge."""
    own = blur(np.clip(target.buffers.light, 0, 1), 7 * target.unit)
    cast = blur(np.clip(target.buffers.shadow, 0, 1), 1.5 * target.unit)
    actor = kind == ACTOR
    gap = np.where(actor, parting(own[actor]) - own, np.where(kind == SKY, -1, 0.5 - cast))
    return crisp(gap + 0.025 * _noise(target, 0.042, 2), 0.03)


def _glaze(target: Target, kind: Index, shade: Map) -> Pixels:
    """The density of the shade's glaze: from warm to cool, and thinner where light comes back."""
    warm = _noise(target, 0.16)[..., None] * np.array((-0.15, 0.02, 0.25), dtype=np.float32)
    bounce = 0.35 * eased(-target.buffers.normal[..., 1], 0, 0.8)
    heavy = shade * (1 - bounce) * (1 + 0.25 * _noise(target, 0.21))
    cool = np.where(kind[..., None] == ACTOR, _GLAZE, _CAST)
    return np.asarray((1 + warm) * heavy[..., None] * cool)


def _forms(target: Target, full: Pixels, shade: Map, kind: Index) -> Pixels:
    """The first washes of the subject: the lights bare, a half-tone with lost and found edges."""
    shapes = trembled(_fork(target), local_shapes(target), 4.0, cell=0.053).astype(np.int32)
    sides = np.stack([1 - shade, shade], axis=-1)
    size = np.maximum(means(shapes, sides), 1e-4)
    lit, dark = (means(shapes, full * sides[..., i, None]) / size[:, i, None] for i in range(2))
    # Of what is nowhere lit the wash is that of the lights that it would have.
    lit = np.where(size[:, :1] > 0.02, lit, 0.5 * dark)
    lit = np.where(size.min(1, keepdims=True) > 0.02, np.minimum(lit, dark + 0.05), lit)
    lit = (lit * (0.5 + 0.5 * eased(lit.mean(-1, keepdims=True), 0.05, 0.5)))[shapes]
    light = gaussian_filter(target.buffers.light, 2.5 * target.unit)
    own = light[kind == ACTOR] if (kind == ACTOR).any() else light
    low, middle, high = np.percentile(own[::4], (20, 60, 98)).astype(np.float32)
    bare = crisp(light - max(0.2 * low + 0.8 * high, 0.7) + 0.02 * _noise(target, 0.053, 2), 0.03)
    pale = 1 - eased(lit.mean(-1), 0.25, 0.9)
    lost = 0.015 + 0.15 * eased(_noise(target, 0.26, 2), -0.3, 0.5)
    half = crisp(middle - light + 0.03 * _noise(target, 0.11), lost)
    form = (0.8 + 0.45 * half) * np.exp(0.3 * _noise(target, 0.14, 5))
    return np.asarray(lit * (form * (1 - bare * (0.4 + 0.55 * pale)))[..., None])


def _far(target: Target, full: Pixels, kind: Index) -> Pixels:
    """The densities of what is behind as they run in wet paint; things there keep their edges."""
    out, reach = full, 20 * target.unit
    for plane in (SKY, GROUND, SCENERY):
        here = (kind == plane) & ~shining(target) & ~things(target)
        share = np.maximum(blur(here.astype(np.float32), reach), 0.02)
        run = [blur(full[..., c] * here / _MOST, reach) * _MOST / share for c in range(3)]
        out = np.where(here[..., None], np.stack(run, axis=-1), out)
    return out


def _behind(target: Target, kind: Index, night: float) -> Map:
    """How heavy the washes behind the subject are from place to place: paper to double."""
    own = kind == ACTOR
    y, x = (np.linspace(0, 1, n, dtype=np.float32) for n in target.shape)
    form = _noise(target, 0.53, 4, 1.8) + 0.16 * _noise(target, 0.11, 4, 1.5) - 0.4 * y[:, None]
    form = form - np.median(form[kind != GROUND]) if (kind != GROUND).any() else form
    # A light subject needs a wash behind it.
    near = blur(own * eased(luminance(target.colour), 0.38, 0.68), 50 * target.unit)
    lost = 0.05 + 0.6 * eased(_noise(target, 0.26, 2), -0.3, 0.5)
    bare = np.array([0.05, 0.0, 0.25, 0.0], np.float32)[kind] * (1 - night) + 0.33 * night
    bloom = np.exp(0.55 * _noise(target, 0.31, 4)) * (1.2 - 0.4 * y[:, None])
    heavy = bloom * (1 + 3 * near * (1 - night))
    heavy = heavy * (bare + (1 - bare) * crisp(form + 3 * near, lost))
    # In most works the washes run out away from the subject.
    row, column = np.argwhere(own).mean(0) / own.shape if own.any() else (0.5, 0.5)
    away = np.hypot(y[:, None] - row, x - column) + 0.12 * _noise(target, 0.36, 4)
    heavy = heavy * (1 - eased(away, 0.46, 0.76) * (_fork(target).rng.random() < 0.6))
    heavy = np.where(shining(target) | things(target), bloom, heavy)
    # The ground is swept in broad washes, the nearer over the farther.
    sweep = 0.6 * _noise(target, 0.12, 3, 9.0) + 4 * y[:, None] - 3.1
    swept = (0.75 + 0.5 * crisp(sweep, 0.04)) * np.exp(0.35 * _noise(target, 0.21, 4, 4.0))
    heavy = np.where(kind == GROUND, swept, heavy)
    # The washes keep off the subject here and there.
    rim = blur(own.astype(np.float32), 1.8 * target.unit)
    gap = crisp(rim - 0.35 - 0.6 * _noise(target, 0.11), 0.1) * eased(rim, 0, 0.15)
    return np.asarray(heavy * (1 - 0.8 * gap), dtype=np.float32)


def _dry(target: Target, kind: Index, shade: Map, edge: Map) -> Map:
    """Where the brush touched the paper, 0..1: on the ground it left streaks, more at its ends."""
    held = blur((kind == ACTOR).astype(np.float32), 40 * target.unit) + 0.6 * shade
    brush = _noise(target, 0.012, 2, 30.0) + _noise(target, 0.26, 3, 3.0)
    brush = 0.7 * brush + 0.9 * (tooth(_fork(target), size=1.2) - 0.5)
    load = 0.75 + held - 1.2 * eased(70 - edge, 0, 60) * eased(_noise(target, 0.33, 2), -0.4, 0.3)
    return np.where(kind == GROUND, crisp(brush + load, 0.35), 1).astype(np.float32)


def _pooled(target: Target, density: Pixels, relief: Map) -> Pixels:
    """Densities as they dry: dark rims, pools at lower edges, grains in the tooth, none opaque."""
    heavy = density.mean(-1)
    gain = 1 + 0.22 * relief * np.clip(heavy, 0.2, 1)
    for radius, drop, most in ((1.8, 0, 0.5), (13.0, 9, 0.4)):
        low = shift(heavy, (-drop * target.unit, 0), order=0, mode="nearest") if drop else heavy
        around = blur(np.clip(low / _MOST, 0, 1), radius * target.unit) * _MOST
        gain = gain + most * np.clip((heavy - around) / (heavy + 0.15), 0, 1)
    laid = np.maximum(heavy * gain, 1e-4)
    return np.asarray(density * (gain * _MOST * (1 - np.exp(-laid / _MOST)) / laid)[..., None])


def _darks(target: Target, kind: Index) -> Pixels:
    """Touches of the point of the brush: drawn features, and where forms meet out of the light."""
    drawn = (target.buffers.edge == DRAWN) & (kind == ACTOR)
    touch = blur(drawn.astype(np.float32), max(0.7 * target.unit, 0.5))
    deep = eased(blur(target.buffers.occlusion, 1.5 * target.unit), 0.48, 0.72)
    deep = deep * eased(0.75 - blur(target.buffers.light, 1.5 * target.unit), 0, 0.15)
    return np.asarray(np.maximum(touch, 0.45 * deep)[..., None] * _DARK)


WATERCOLOUR = Technique(
    "watercolour",
    "a watercolour in transparent glazes, the lights left as paper",
    ("watercolour", "watercolor", "aquarelle", "glaze", "wash"),
    "full",
    render,
)
