"""Gouache: flat opaque shapes with cut edges, one light and one shade, a few accents last."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from worker.studio.field.colour import Pixels, from_oklab, tempered, to_oklab
from worker.studio.field.noise import blur, cloud
from worker.studio.field.shade import Target
from worker.studio.marks.flats import (
    cleaned,
    dark_hue,
    dense,
    keyed,
    lit_colours,
    local_shapes,
    means,
    open_sky,
    parting,
    sky_level,
    streaks,
    trembled,
)
from worker.studio.marks.lines import Index, Map
from worker.studio.marks.paper import eased, light_paper, sheet, show, tooth, within
from worker.studio.marks.planes import ACTOR, GROUND, SCENERY, fineness, planes, things
from worker.studio.marks.strokes import hand_flow, regions
from worker.studio.marks.technique import Stage, Technique

Mask = NDArray[np.bool_]

_MARGIN, _THIN, _SMALLEST = 30.0, 13.0, 11.0
"""In units: the taped edge, what has no room for two values, side of the smallest shape of them."""
_STEP, _GLINT = 0.24, 0.1
"""Lightness (OKLab) from the light to the shade of a colour, and from the light to its highest."""
_WARM = np.array([0.25, 0.97], np.float32)
_FULLEST = 0.17
"""Most chroma (OKLab) of a colour."""


def render(target: Target, stage: Stage) -> Pixels:
    """Flat colours from far to near, then all shades as one, then lights and darks."""
    drawn = np.stack([_shapes(target), *_masks(target, _light(target))], axis=-1)
    # One hand draws all edges: shades that leave their shapes would be slivers.
    drawn = trembled(target, drawn, 4.0, cell=0.06).astype(np.int32)
    shapes, thing = drawn[..., 0], drawn[..., 4] > 0
    bristle = streaks(target, hand_flow(target, sway=0.25), 60.0, grain=3.0) - 0.5
    shade = _cut(target, drawn[..., 1] > 0, thing, _dry(target), bristle)
    high, deep = (_cut(target, drawn[..., k] > 0, thing) for k in (2, 3))
    lit, dark, top, low = (colour[shapes] for colour in _values(target, shapes))
    film = _film(target, bristle)
    paper = sheet(target, light_paper(target), rough=0.03)
    frame = within(target, _MARGIN, ragged=0.5)[..., None]

    def mounted(colour: Pixels, share: Map | float = 1.0) -> Pixels:
        made = from_oklab(to_oklab(_joined(target, paper + (colour - paper) * share)) + film)
        return np.asarray(np.clip(paper + (made - paper) * frame, 0, 1), dtype=np.float32)

    show(stage, np.copy, paper)
    far = target.buffers.depth
    for share in (75, 50, 25, 0):
        show(stage, mounted, lit, (far >= np.percentile(far, share))[..., None])
    for part in (0.5, 1.0):
        show(stage, mounted, lit + (dark - lit) * shade * part)
    made = lit + (dark - lit) * shade
    made = made + (top - made) * high
    show(stage, mounted, made)
    made = made + (low - made) * deep
    show(stage, mounted, made)
    return mounted(made)


def _shapes(target: Target) -> Index:
    """The shapes of one colour, dense: parts and patterns; sky and ground in a few bands."""
    kind, rng = planes(target), target.rng
    local, part = local_shapes(target), dense(regions(target))
    most = np.zeros(int(part.max()) + 1, np.int32)
    np.maximum.at(most, part.ravel(), local.ravel())
    # A pattern behind the subject is large: fine lines of it would be a texture.
    upper = blur((local == most[part]).astype(np.float32), 5 * target.unit) > 0.6
    share = means(part, upper.astype(np.float32)[..., None])[part, 0]
    local = np.where((kind == GROUND) | (kind == SCENERY), most[part] - 1 + upper, local)
    wave = cloud(target.shape, rng, cell=0.3, octaves=2, stretch=3.0) - 0.5
    hairs = cloud(target.shape, rng, cell=0.008, octaves=2, stretch=14.0) - 0.5
    wave += 0.4 * hairs * eased(cloud(target.shape, rng, cell=0.2, octaves=1), 0.6, 0.68)
    band = np.zeros(target.shape, np.int32)
    for cut in rng.uniform(0.2, 0.78, int(rng.integers(1, 4))):
        band += sky_level(target) + 0.36 * wave > cut
    band *= open_sky(target)
    rows = np.nonzero((kind == GROUND).any(axis=1))[0]
    if len(rows):
        away = (np.arange(target.shape[0]) - rows[0]) / max(float(np.ptp(rows)), 1.0)
        place = away[:, None] + 0.3 * wave
        plain = (kind == GROUND) & (np.abs(share - 0.5) > 0.46)
        band += plain * ((place > 0.28).astype(np.int32) + (place > 0.7))
    return dense(local * 4 + band)


def _light(target: Target) -> Map:
    """Light on things, evened out within them; on what lies around them only cast shadow."""
    seen, thing = target.buffers, things(target)
    soft = _within(np.clip(seen.light, 0, 1), thing, 6 * target.unit)
    around = blur(np.clip(seen.shadow, 0, 1), 4 * target.unit)
    return np.where(seen.object < 0, 1, np.where(thing, soft, around)).astype(np.float32)


def _within(plane: Map, mask: Mask, radius: float) -> Map:
    """A map evened out within a mask, and nothing of what lies outside it."""
    here = blur(mask.astype(np.float32), radius)
    return np.asarray(blur(plane * mask, radius) / np.maximum(here, 0.02), np.float32)


def _masks(target: Target, light: Map) -> tuple[Mask, Mask, Mask, Mask]:
    """Where the shade lies, the highest light, the darkest dark, and things."""
    thing = things(target)
    # No subject is wholly in shade.
    bright = light[thing] if thing.any() else np.full(1, 0.5, np.float32)
    cut = min(parting(bright), float(np.percentile(bright, 55)))
    shade = np.where(thing, light < cut, light < 0.5)
    deep = (target.buffers.occlusion > 0.42) & shade
    lit = (planes(target) == ACTOR) & ~shade
    light = _within(np.clip(target.buffers.light, 0, 1), lit, 5 * target.unit)
    part = dense(np.where(lit, regions(target) + 1, 0))
    mean, square = means(part, np.stack([light, light**2], axis=-1)).T
    spread = np.sqrt(np.maximum(square - mean**2, 0))
    # Only what is round has a highest light: on a flat face it would be a spot.
    high = lit & (spread > 0.045)[part] & (light > (mean + 0.7 * spread)[part])
    return shade, high, deep, thing


def _dry(target: Target) -> Map:
    """Where the brush is nearly dry at the edge of a shade, 0..1: here and there on large parts."""
    kind = planes(target)
    here = eased(cloud(target.shape, target.rng, cell=0.16, octaves=1), 0.6, 0.7)
    large = np.where(kind == ACTOR, eased(fineness(target), 0.7, 1), 0.4 * (kind == GROUND))
    return np.asarray(here * large, np.float32)


def _cut(
    target: Target, mask: Mask, thing: Mask, dry: Map | float = 0.0, bristle: Map | float = 0.0
) -> Map:
    """A mask (h, w, 1) with small shapes gone and edges as a loaded brush cuts them."""
    clean = cleaned(mask, (_SMALLEST * target.unit) ** 2).astype(np.float32)
    radius = 2.5 * target.unit
    soft = np.where(thing, _within(clean, thing, radius), _within(clean, ~thing, radius))
    if np.any(dry):
        wide = blur(soft, 9 * target.unit)
        # The hairs of a brush that is nearly dry part.
        soft = soft + (wide + 4.4 * bristle * wide * (1 - wide) - soft) * dry
    narrow = 0.16 / max(target.unit, 0.5)
    return np.clip((soft - 0.5) / narrow + 0.5, 0, 1).astype(np.float32)[..., None]


def _values(target: Target, shapes: Index) -> tuple[Pixels, Pixels, Pixels, Pixels]:
    """Each shape's colours (n, 3) in the light, in shade, at the highest and the darkest."""
    own = to_oklab(means(shapes, target.buffers.albedo))
    seen = to_oklab(lit_colours(target, shapes))
    actor = means(shapes, (planes(target) == ACTOR).astype(np.float32)[..., None])
    sky = means(shapes, open_sky(target).astype(np.float32)[..., None])
    lab = seen + (own - seen) * (0.25 + 0.5 * actor)
    lab[:, 1:] = seen[:, 1:] + (own - seen)[:, 1:] * (0.45 + 0.25 * sky + 0.15 * actor)
    # Around the subject no dark is brown.
    deep = keyed(replace(target, colour=from_oklab(lab[None])), darkest=0.06, lightest=0.98)[0]
    lab += (to_oklab(deep) - lab) * (1 - actor)
    lab[:, 0] = _staged(lab[:, 0])
    size = np.hypot(lab[:, 1], lab[:, 2])[:, None]
    cool = dark_hue(target) + np.array([0.15, -0.98], np.float32)
    cool /= max(float(np.hypot(*cool)), 0.1)
    # What has no hue is warm where it is light, else cool.
    aim = np.where(lab[:, :1] > 0.68 + 0.17 * sky, _WARM, cool)
    dull = np.clip(1.5 - size / (0.01 + 0.02 * sky), 0, 1)
    hue = _turned(lab[:, 1:], aim, (0.03 + 0.05 * sky) * dull)
    # No colour is grey, but for what is nearly white.
    least = 0.06 * np.clip((1 - lab[:, :1]) * 2, 0, 1) * (1 - 0.5 * actor)
    lab[:, 1:] = hue * np.maximum((1.45 + 0.2 * sky - 0.2 * actor) * size + 0.2 * least, least)
    lit = tempered(lab, _FULLEST)
    dark = lit.copy()
    dark[:, 0] = np.maximum(np.minimum(lit[:, 0] - 0.1, 0.9 * lit[:, 0] - 0.6 * _STEP), 0.21)
    size = np.hypot(lit[:, 1], lit[:, 2])[:, None]
    dark[:, 1:] = _turned(lit[:, 1:], cool, 0.05) * np.clip(0.9 * size, 0.045, 0.12)
    top, low = lit.copy(), dark.copy()
    top[:, 0] = np.minimum(lit[:, 0] + _GLINT, 0.97)
    top[:, 1:] += (0.004, 0.02)
    low[:, 0] *= 0.72
    return from_oklab(lit), from_oklab(dark), from_oklab(top), from_oklab(low)


def _turned(hue: Pixels, aim: Pixels, share: Map | float) -> Pixels:
    """Hues (n, 2) turned to another by `share` of chroma, as unit vectors: none grows grey."""
    turned = hue + share * aim
    return np.asarray(turned / np.maximum(np.hypot(*turned.T), 1e-4)[:, None], np.float32)


def _staged(level: Map) -> Map:
    """Lightness drawn to a few steps that lie apart."""
    stops = np.array([0.34, 0.55, 0.74, 0.92], np.float32)
    near = stops[np.argmin(np.abs(level[:, None] - stops), axis=1)]
    return np.asarray(np.maximum(level + 0.6 * (near - level), 0.28), np.float32)


def _film(target: Target, bristle: Map) -> Pixels:
    """What the brush adds in OKLab: the tooth of the paper, and traces that are hardly seen."""
    patch = cloud(target.shape, target.rng, cell=0.16, octaves=3) - 0.5
    light = 0.008 * bristle + 0.022 * patch + 0.014 * (tooth(target) - 0.5)
    return np.stack([light, 0 * light, -0.2 * light], axis=-1).astype(np.float32)


def _joined(target: Target, picture: Pixels) -> Pixels:
    """Edges no sharper than a brush makes them."""
    radius = max(0.55 * target.unit, 0.55)
    soft = [blur(np.clip(picture[..., i], 0, 1), radius) for i in range(3)]
    return np.stack(soft, axis=-1)


GOUACHE = Technique(
    "gouache",
    "a gouache in flat, matt shapes",
    ("gouache", "flat", "poster", "matt", "tempera"),
    "full",
    render,
)
