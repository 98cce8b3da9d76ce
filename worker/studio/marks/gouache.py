"""Gouache: flat opaque shapes with cut edges, one light and one shade, a few accents last."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from worker.studio.field.colour import Pixels, from_oklab, tempered, to_oklab
from worker.studio.field.noise import blur, blur_within, cloud
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

_MARGIN, _SMALLEST, _FULLEST = 30.0, 12.0, 0.17
"""Taped edge and side of the smallest shade, in units; most chroma (OKLab) of a colour."""
_STEPS, _WARM = np.array([0.34, 0.55, 0.74, 0.92]), np.array([0.25, 0.97])
"""Lightness (OKLab) to which colours are drawn, and the hue of lights that have none."""


def render(target: Target, stage: Stage) -> Pixels:
    """Flat colours from far to near, then all shades as one, then lights and darks."""
    # One hand draws all edges: shades that leave their shapes would be slivers.
    drawn = np.stack([_shapes(target), *_masks(target)], axis=-1)
    shapes, *masks = np.moveaxis(trembled(target, drawn, 4.0, cell=0.06).astype(np.int32), -1, 0)
    bristle = streaks(target, hand_flow(target, sway=0.25), 60.0, grain=3.0) - 0.5
    dry = eased(cloud(target.shape, target.rng, cell=0.16, octaves=1), 0.6, 0.7)
    dry *= (fineness(target) > 0.9) * (0.4 + 0.6 * masks[0])
    cuts = [_cut(target, mask > 0, masks[0] > 0) for mask in masks[1:]]
    # The hairs of a brush that is nearly dry part: here and there, on large parts.
    wide = blur(cuts[0], 9 * target.unit)
    cuts[0] += (wide + 3.6 * bristle * wide * (1 - wide) - cuts[0]) * dry
    lit, *others = (colour[shapes] for colour in _values(target, shapes))
    patch = cloud(target.shape, target.rng, cell=0.16, octaves=3) - 0.5
    film = 1 + 0.02 * bristle + 0.035 * patch + 0.04 * (tooth(target) - 0.5)
    paper = sheet(target, light_paper(target), rough=0.03)
    frame = within(target, _MARGIN, ragged=0.5)[..., None]

    def mounted(colour: Pixels, share: Map | float = 1.0) -> Pixels:
        flat, radius = np.clip(paper + (colour - paper) * share, 0, 1), 0.55 * target.unit
        soft = np.stack([blur(flat[..., i], max(radius, 0.55)) for i in range(3)], axis=-1)
        made = paper + (soft * film[..., None] - paper) * frame
        return np.asarray(np.clip(made, 0, 1), dtype=np.float32)

    show(stage, np.copy, paper)
    far = target.buffers.depth
    for share in (75, 50, 25, 0):
        show(stage, mounted, lit, (far >= np.percentile(far, share))[..., None])
    made = lit
    for colour, cut in zip(others, cuts, strict=True):
        cover = np.clip((cut - 0.5) * 6 * max(target.unit, 0.5) + 0.5, 0, 1)[..., None]
        show(stage, mounted, made + (colour - made) * cover * 0.5)
        made = made + (colour - made) * cover
        show(stage, mounted, made)
    return mounted(made)


def _shapes(target: Target) -> Index:
    """The shapes of one colour, dense: parts and patterns; sky and ground in a few bands."""
    kind, rng = planes(target), target.rng
    local, part = local_shapes(target), dense(regions(target))
    most = np.zeros(int(part.max()) + 1, np.int32)
    np.maximum.at(most, part, local)
    upper = local == most[part]
    # A pattern behind the subject is large: fine lines of it would be a texture.
    large = blur(upper.astype(np.float32), 5 * target.unit) > 0.6
    plain = means(part, large[..., None].astype(np.float32))[part, 0] > 0.96
    upper = np.where((kind == GROUND) | (kind == SCENERY), large | plain, upper)
    wave = cloud(target.shape, rng, cell=0.3, octaves=2, stretch=3.0) - 0.5
    hairs = cloud(target.shape, rng, cell=0.008, octaves=2, stretch=14.0) - 0.5
    wave += 0.4 * hairs * eased(cloud(target.shape, rng, cell=0.2, octaves=1), 0.6, 0.68)
    down = np.linspace(0, 1, target.shape[0])[:, None] + 0.16 * wave
    band = plain * (kind == GROUND) * ((down > 0.72).astype(np.int32) + (down > 0.88))
    for cut in rng.uniform(0.2, 0.78, int(rng.integers(1, 4))):
        band += open_sky(target) & (sky_level(target) + 0.36 * wave > cut)
    return dense((2 * part + upper) * 4 + band)


def _masks(target: Target) -> tuple[NDArray[np.bool_], ...]:
    """Where things are, where the shade lies, the highest light, and the darkest dark."""
    seen, thing = target.buffers, things(target)
    light = blur_within(seen.light, thing, 6 * target.unit)
    # No subject is wholly in shade.
    bright = light[thing] if thing.any() else np.full(1, 0.5, np.float32)
    cut = min(parting(bright), float(np.percentile(bright, 55)))
    cast = (blur(seen.shadow, 4 * target.unit) < 0.5) & (seen.object >= 0)
    shade = np.where(thing, light < cut, cast)
    lit = (planes(target) == ACTOR) & ~shade
    light = blur_within(seen.light, lit, 5 * target.unit)
    part = dense(np.where(lit, regions(target) + 1, 0))
    mean, square = means(part, np.stack([light, light**2], axis=-1)).T
    spread = np.sqrt(np.maximum(square - mean**2, 0))
    # Only what is round has a highest light: on a flat face it would be a spot.
    high = lit & (spread > 0.045)[part] & (light > (mean + 0.7 * spread)[part])
    return thing, shade, high, (seen.occlusion > 0.34) & shade


def _cut(target: Target, mask: NDArray[np.bool_], thing: NDArray[np.bool_]) -> Map:
    """A mask without small shapes, soft, with its edge, as a loaded brush cuts it, at a half."""
    clean = cleaned(mask, (_SMALLEST * target.unit) ** 2).astype(np.float32)
    on, around = (blur_within(clean, here, 2.5 * target.unit) for here in (thing, ~thing))
    return np.where(thing, on, around).astype(np.float32)


def _values(target: Target, shapes: Index) -> Pixels:
    """Each shape's colours (4, n, 3) in the light, in shade, at the highest and the darkest."""
    own = to_oklab(means(shapes, target.buffers.albedo))
    lab = to_oklab(lit_colours(target, shapes))
    kind = np.stack([planes(target) == ACTOR, open_sky(target)], axis=-1)
    actor, sky = means(shapes, kind).T[..., None]
    lab[:, :1] += (own - lab)[:, :1] * (0.25 + 0.5 * actor)
    lab[:, 1:] += (own - lab)[:, 1:] * (0.45 + 0.25 * sky + 0.15 * actor)
    # Around the subject no dark is brown.
    deep = keyed(replace(target, colour=from_oklab(lab[None])), darkest=0.06, lightest=0.98)[0]
    lab += (to_oklab(deep) - lab) * (1 - actor)
    # Lightness comes in few steps that lie apart.
    near = _STEPS[np.argmin(np.abs(lab[:, :1] - _STEPS), axis=1)]
    lab[:, 0] = np.maximum(lab[:, 0] + 0.6 * (near - lab[:, 0]), 0.28)
    cool = _turned(dark_hue(target)[None], np.array([0.15, -0.98]))
    # No colour is grey: what has no hue is warm where it is light, else cool.
    size = np.hypot(lab[:, 1:2], lab[:, 2:])
    dull = np.clip(1.5 - size / (0.01 + 0.02 * sky), 0, 1) * (0.03 + 0.05 * sky)
    least = 0.075 * np.clip((1 - lab[:, :1]) * 2, 0, 1) * (1 - 0.6 * actor)
    size = np.maximum((1.45 + 0.2 * sky - 0.2 * actor) * size + 0.15 * least, least)
    aim = np.where(lab[:, :1] > 0.68 + 0.17 * sky, _WARM, cool)
    lab[:, 1:] = _turned(lab[:, 1:], dull * aim) * size
    lit = tempered(lab, _FULLEST)
    light, size = lit[:, :1], np.clip(0.9 * np.hypot(lit[:, 1:2], lit[:, 2:]), 0.045, 0.12)
    level = np.maximum(np.minimum(light - 0.1, 0.9 * light - 0.144), 0.21)
    dark = np.concatenate([level, _turned(lit[:, 1:], 0.05 * cool) * size], axis=1)
    top = lit + np.array([0.1, 0.004, 0.02], np.float32)
    return from_oklab(np.stack([lit, dark, top, dark * np.array([0.72, 1, 1], np.float32)]))


def _turned(hue: Pixels, aim: NDArray[np.floating]) -> Pixels:
    """Hues (n, 2) turned to another, as unit vectors: none grows grey on the way."""
    turned = hue + aim
    return np.asarray(turned / np.maximum(np.hypot(*turned.T), 1e-4)[:, None], np.float32)


GOUACHE = Technique(
    "gouache",
    "a gouache in flat, matt shapes",
    ("gouache", "flat", "poster", "matt", "tempera"),
    "full",
    render,
)
