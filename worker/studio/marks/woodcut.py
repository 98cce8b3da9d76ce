"""Woodblock print: a key block of dark lines over flat blocks of colour with bokashi and grain."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import label

from worker.studio.field.colour import Pixels, from_oklab, luminance, to_hex, to_oklab
from worker.studio.field.noise import blur, cloud, fibres, warp
from worker.studio.field.shade import Target
from worker.studio.marks.flats import (
    dense,
    few_inks,
    lit_colours,
    local_shapes,
    means,
    nearest_ink,
    open_sky,
    sky_level,
    steps,
    towards_pigments,
    trembled,
)
from worker.studio.marks.lines import Index, Lines, Map, contours, swelling
from worker.studio.marks.paper import (
    dark_ink,
    eased,
    ink_tone,
    inked,
    light_paper,
    sheet,
    show,
    within,
)
from worker.studio.marks.planes import ACTOR, planes
from worker.studio.marks.strokes import regions
from worker.studio.marks.svg import to_svg
from worker.studio.marks.technique import Stage, Technique
from worker.studio.scene.model import GROUND

_MARGIN, _INKS = 36.0, 8
_LEVEL = 0.3
"""Share of a part of the ground that lies flat where all of it is wiped."""
_BLACK, _MOST_BLACK, _DEEPEST = 0.11, 0.4, 0.36
"""Tone of solid black, the most of the subject that is, and the darkest ink's lightness."""
_LARGE = 0.1
"""Share of the picture from which on a dark beside the subject is an area, and no tatter."""


def key_lines(target: Target) -> Lines:
    """The lines of the key block."""
    return swelling(target, contours(target, smooth=3.0, shortest=6.0), 4.6, shade=0.4, taper=22.0)


def render(target: Target, stage: Stage) -> Pixels:
    """One block after the other, light to dark, the shade and last the key."""
    paper = sheet(target, light_paper(target), rough=0.035)
    frame = within(target, _MARGIN, ragged=0.8)
    picture = paper.copy()
    show(stage, np.copy, picture)
    number, inks = _blocks(target)
    gradation, grain = _bokashi(target), _grain(target)
    behind = open_sky(target)
    for colour, share in _sky(target):
        picture = _printed(picture, colour, share * frame * (0.92 + 0.16 * (grain - 0.5)))
        show(stage, np.copy, picture)
    for ink in np.argsort(-luminance(inks)).tolist():
        block = _registered(target, ((number == ink) & ~behind).astype(np.float32))
        cover = block * frame * np.clip(gradation + (grain - 0.5) * 0.16, 0, 1) * 0.96
        picture = _printed(picture, inks[ink], cover)
        show(stage, np.copy, picture)
    for cut, strength in ((0.6, 0.22), (0.33, 0.4)):
        shade = (steps(target, (cut,), soft=4.0) == 0).astype(np.float32)
        shade = _registered(target, trembled(target, shade, 4.0).astype(np.float32)) * frame
        tint = strength * (1 - target.pigments[min(1, len(target.pigments) - 1)])
        picture = picture * (1 - (shade * (0.85 + 0.3 * (grain - 0.5)))[..., None] * tint)
        show(stage, np.copy, picture)
    solid = np.where(behind, 0, _solid(target))
    line = np.maximum(key_lines(target).drawn(target.shape), solid) * frame
    worn = 1 - 0.03 * eased(cloud(target.shape, target.rng, cell=0.006, octaves=2), 0.62, 0.9)
    return np.asarray(np.clip(inked(picture, dark_ink(target), line * worn), 0, 1), np.float32)


def _solid(target: Target) -> Map:
    """Where the key block prints black: the deepest shades of the subject, and the darks beside it.

    All of a dark subject would close up; and tatters of black beside it would be read as things:
    only whole parts of the surroundings and large areas are black.
    """
    actor, tone = planes(target) == ACTOR, ink_tone(target)
    most = float(np.percentile(tone[actor], 100 * _MOST_BLACK)) if actor.any() else 1.0
    form = eased(min(_BLACK, most) - blur(tone, 1.2 * target.unit), -0.02, 0.02)
    part = dense(regions(target))
    dark = means(part, target.tone[..., None])[:, 0] < _BLACK
    outside = (~actor).astype(np.float32)
    reach = 12 * target.unit
    calm = blur(target.tone * outside, reach) / np.maximum(blur(outside, reach), 1e-3)
    pieces = np.asarray(label((calm < _BLACK) & ~actor)[0])
    large = np.bincount(pieces.ravel()) > _LARGE * pieces.size
    large[0] = False
    beside = blur((dark[part] | large[pieces]).astype(np.float32), 0.8 * target.unit)
    return np.where(actor, form, beside).astype(np.float32)


def _blocks(target: Target) -> tuple[Index, Pixels]:
    """Which ink each pixel has, and the inks."""
    shapes = trembled(target, local_shapes(target), 2.4).astype(np.int32)
    colours = lit_colours(target, shapes)
    inks = few_inks(colours, np.bincount(shapes.ravel()) ** 0.6, _INKS)
    number = nearest_ink(colours, inks)
    # Vegetable inks on white paper are clear: what is mixed with grey looks printed twice.
    lab = to_oklab(towards_pigments(target, inks, 0.35)) * np.array([1.0, 1.4, 1.4], np.float32)
    # None is as dark as the key, or its lines would be lost.
    lab[:, 0] = np.maximum(lab[:, 0] + 0.05, _DEEPEST)
    return number[shapes].astype(np.int32), from_oklab(lab)


def _sky(target: Target) -> list[tuple[Pixels, Map]]:
    """The inks of the backdrop: one flat, and one wiped out downwards from the top."""
    open_, level = open_sky(target), sky_level(target)
    if not open_.any():
        return []
    out = []
    for band, share in ((level < 0.4, 0.9), (level > 0.7, eased(level, 0.3, 1.0))):
        held = open_ & band if (open_ & band).any() else open_
        lab = to_oklab(target.colour[held].mean(0)) * np.array([0.95, 1.45, 1.45], np.float32)
        out.append((from_oklab(lab), (open_ * share).astype(np.float32)))
    return out


def _bokashi(target: Target) -> Map:
    """How full the ink is on what lies flat: wiped thinner into the distance."""
    seen = target.buffers
    lying = np.abs(seen.normal[..., 1]) > 0.97
    # A bare ground turns up behind without an edge: all of it is wiped as one.
    part = dense(regions(target))
    share = means(part, lying[..., None].astype(np.float32))[:, 0]
    flat = lying | ((share > _LEVEL)[part] & (seen.object >= GROUND))
    if not flat.any():
        return np.ones(target.shape, dtype=np.float32)
    top = float(np.nonzero(flat.any(axis=1))[0][0])
    level = np.arange(target.shape[0], dtype=np.float32)[:, None] - top
    near = 0.6 + 0.4 * eased(level / max(target.shape[0] - top, 1), 0.02, 0.6)
    return np.where(flat, near, 1.0).astype(np.float32)


def _grain(target: Target) -> Map:
    """The grain of the plank: long streaks, dense here and wide there, that nowhere repeat."""
    streak = fibres(target.shape, target.rng, length=0.5)
    broad = cloud(target.shape, target.rng, cell=0.045, octaves=2, stretch=22.0)
    bend = (cloud(target.shape, target.rng, cell=0.6, octaves=2) - 0.5) * 70 * target.unit
    grain = warp(0.55 * streak + 0.45 * broad, np.zeros_like(bend), bend)
    return np.asarray(grain, dtype=np.float32)


def _registered(target: Target, block: Map) -> Map:
    """A block laid down a little beside its place, its edges rounded by the knife."""
    dx, dy = np.round(target.rng.normal(0, 1.1, 2) * target.unit).astype(int).tolist()
    soft = blur(np.roll(block, (dy, dx), (0, 1)), 1.3 * target.unit)
    return np.asarray(np.clip((soft - 0.5) * 3.2 + 0.62, 0, 1), dtype=np.float32)


def _printed(picture: Pixels, ink: Pixels, cover: Map) -> Pixels:
    """Ink that is nearly opaque: where two blocks overlap it is a little darker."""
    over = picture * (0.25 + 0.75 * ink)
    colour = 0.75 * ink + 0.25 * np.minimum(over, ink)
    return np.asarray(picture + (colour - picture) * cover[..., None], dtype=np.float32)


def lines(target: Target) -> str:
    """The key block's lines as paths for a plotter."""
    inside = within(target, _MARGIN) > 0.5
    return to_svg(target, {to_hex(dark_ink(target)): key_lines(target).cut(inside)})


WOODCUT = Technique(
    "woodcut",
    "a colour woodblock print with a dark key line",
    ("woodcut", "woodblock", "ukiyo-e", "hokusai", "hiroshige", "block"),
    "few",
    render,
    lines,
)
