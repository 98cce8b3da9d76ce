"""Screen print: a few flat inks laid a little beside each other, halftone dots in the shadows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter, minimum_filter

from worker.studio.field.colour import Pixels, from_oklab, luminance, tempered, to_oklab
from worker.studio.field.noise import blur, blur_within
from worker.studio.field.shade import Target
from worker.studio.marks.flats import (
    cleaned,
    dark_hue,
    dense,
    few_inks,
    keyed,
    lit_colours,
    local_shapes,
    means,
    nearest_ink,
    open_sky,
    sky_level,
    towards_pigments,
    trembled,
)
from worker.studio.marks.lines import Index, Map, contours, swelling
from worker.studio.marks.paper import eased, light_paper, sheet, show, within
from worker.studio.marks.planes import ACTOR, planes, thin, things
from worker.studio.marks.strokes import regions
from worker.studio.marks.technique import Stage, Technique

_INKS, _MARGIN, _SCREEN = (3, 2), 38.0, 11.0
_ROOM = 3.5
"""How many dots thick a part is at least, if its shade is in dots."""
_FIRST = 0.09
"""Shade that the smallest dot prints."""
_BARE = 50
"""Share of the subject, in percent, that has no key at least."""
_LEAST = 34.0
"""Side, in units, of the smallest shade in dots."""
_SHORTEST = 50.0
"""Length, in units, of the shortest contour, and side of the smallest place where one is drawn."""
_APART = 0.13
"""Lightness (OKLab) by which the inks of the surroundings differ at least."""
_OFF = 1.0
"""How far, in units, a screen lies off its place."""
_FULLEST = 0.145
"""Most chroma (OKLab) of an ink."""
_TRAP = 0.28
"""How far an ink reaches under its neighbours: a share of its soft edge, of a half at most."""
_TINT = 0.5, 0.075
"""Lightness and chroma (OKLab) of the transparent ink of the half shade."""


def render(target: Target, stage: Stage) -> Pixels:
    """Flat inks from light to dark, the transparent one of the half shade, the key in dots."""
    target = replace(target, colour=keyed(target, darkest=0.3, lightest=0.98, hue=0.08))
    picture = sheet(target, light_paper(target) * 0.5 + 0.485, rough=0.012)
    frame = within(target, _MARGIN)
    number, inks, paper = _separated(target)
    show(stage, np.copy, picture)
    picture = _sky(target, picture, frame, number < 0)
    show(stage, np.copy, picture)
    for ink in np.argsort(-luminance(inks)).tolist():
        if ink == paper:
            continue
        block = (number == ink).astype(np.float32)
        picture = _pulled(target, picture, inks[ink], block, frame)
        show(stage, np.copy, picture)
    shade = _shade(target)
    half = _half(target)
    half = eased(half, 0.42, 0.44) * cleaned(half > 0.42, (0.5 * _LEAST * target.unit) ** 2)
    half = half * ~target.accent
    tint = from_oklab(np.array([_TINT[0] + 0.22, *(_TINT[1] * dark_hue(target))], np.float32))
    picture = _pulled(target, picture, tint, half, frame, clear=0.8)
    show(stage, np.copy, picture)
    dark, key = _dark(target), _key(target, number)
    for part in (0.25, 0.5, 0.75, 1.0):
        dots = np.maximum(_dots(target, shade * part, np.pi / 4), key)
        last = _pulled(target, picture, dark, dots, frame, soft=0.3, clear=0.05)
        show(stage, np.copy, last)
    return np.asarray(np.clip(last, 0, 1), dtype=np.float32)


def _dark(target: Target) -> Pixels:
    """The ink of the key: nearly black, with the hue of the darks."""
    return from_oklab(np.array([0.24, *(0.05 * dark_hue(target))], np.float32))


def _separated(target: Target) -> tuple[Index, Pixels, int]:
    """Which ink each pixel has, the inks, and which of them is left as bare paper (-1: none)."""
    shapes = trembled(target, local_shapes(target), 1.6).astype(np.int32)
    colours, weights = lit_colours(target, shapes), np.bincount(shapes.ravel()) ** 0.6
    lab, own = to_oklab(colours), to_oklab(means(shapes, target.buffers.albedo))
    kind = np.stack([planes(target) == ACTOR, open_sky(target)], axis=-1).astype(np.float32)
    actor, sky = means(shapes, kind).T > 0.5
    # The subject's colours are those that it has without light and air.
    lab[actor] += (own - lab)[actor] * np.array([0.5, 0.85, 0.85], np.float32)
    colours = from_oklab(lab)
    # No ink is both the subject's and its surroundings': it would be lost.
    found, inks = np.full(len(colours), -1), [colours[:0], colours[:0]]
    for n, group in enumerate((actor, ~actor & ~sky)):
        if group.any():
            inks[n] = few_inks(colours[group], weights[group], _INKS[n])
            found[group] = n * len(inks[0]) + nearest_ink(colours[group], inks[n])
    number = found[shapes].astype(np.int32)
    if len(inks[1]) == 2:
        # Behind the subject no ink comes in scraps.
        around, last = number >= len(inks[0]), len(inks[0]) + 1
        large = cleaned(number == last, (_LEAST * target.unit) ** 2, within=around)
        number = np.where(around, last - 1 + large, number).astype(np.int32)
    ready = _mixed(target, *inks) if (found >= 0).any() else colours[:0]
    lab = to_oklab(ready)
    pale = lab[:, 0] - np.hypot(lab[:, 1], lab[:, 2])
    bare = [n for n in np.argsort(-pale)[:1].tolist() if pale[n] > 0.82]
    return number, ready, bare[0] if bare else -1


def _mixed(target: Target, subject: Pixels, around: Pixels) -> Pixels:
    """The inks of the subject and of what is around it as they are mixed: strong and far apart."""
    inks = np.concatenate([subject, around])
    lab = to_oklab(towards_pigments(target, inks, 0.25)) * np.array([1.0, 1.5, 1.5], np.float32)
    light = lab[:, 0] - lab[:, 0].min()
    lab[:, 0] = np.clip(0.37 + 0.57 * (light / max(np.ptp(light), 0.15)) ** 0.75, 0, 0.92)
    if len(around) == 2:
        # A wall and a floor that are nearly alike would be parted by a wire.
        gap = float(lab[-1, 0] - lab[-2, 0])
        lab[-2:, 0] += np.array([-0.5, 0.5]) * max(_APART - abs(gap), 0) * (1 if gap > 0 else -1)
    return from_oklab(tempered(lab, _FULLEST))


def _sky(target: Target, picture: Pixels, frame: Map, open_: NDArray[np.bool_]) -> Pixels:
    """The sky in two inks: the lower one flat, the upper one over it in dots that grow upwards."""
    level = sky_level(target)
    ends = [open_ & (level < 0.25), open_ & (level > 0.75)]
    if not all(end.any() for end in ends):
        return picture
    strong = np.array([0.97, 1.5, 1.5], np.float32)
    seen = 0.5 * (target.colour + target.buffers.albedo)
    lab = to_oklab(np.stack([seen[end].mean(0) for end in ends])) * strong
    # A grey sky has the hue of the darks.
    grey = np.clip(1 - np.hypot(lab[:, 1:2], lab[:, 2:]) / 0.05, 0, 1)
    lab[:, 1:] += 0.07 * dark_hue(target) * grey * np.clip(2 * (0.95 - lab[:, :1]), 0, 1)
    low, high = from_oklab(tempered(lab, _FULLEST))
    plane = open_.astype(np.float32)
    picture = _pulled(target, picture, low, plane, frame)
    dots = _dots(target, eased(level, 0.2, 0.85), np.radians(75)) * plane
    return _pulled(target, picture, high, dots, frame, soft=0.3, clear=0.1)


def _key(target: Target, number: Index) -> Map:
    """Contours of the subject in the dark ink, only where it would be lost in its own ink."""
    size = 2 * max(round(2.5 * target.unit), 1) + 1
    lost = maximum_filter(number, size) == minimum_filter(number, size)
    lost = cleaned(lost, (_SHORTEST * target.unit) ** 2)
    subject = blur((planes(target) == ACTOR).astype(np.float32), 1.5 * target.unit) > 0.1
    line = swelling(target, contours(target, smooth=3.0), 4.2, shade=0.2, taper=10.0)
    strong = line.widened(line.widths * (line.values > 0.5))
    return strong.cut(lost & subject, shortest=_SHORTEST * target.unit).drawn(target.shape)


def _shade(target: Target) -> Map:
    """How dark the key prints on the subject, 0..1: in steps as a film of high contrast has them.

    All else is in flat inks: dots there would be a pattern of their own.
    """
    actor = planes(target) == ACTOR
    if not actor.any():
        return np.zeros(target.shape, np.float32)
    light = blur_within(target.buffers.light, actor, 4.5 * target.unit)
    # Half of the subject is lit, however dim its light is.
    cut = min(0.72, float(np.percentile(light[actor], _BARE)))
    form = eased(cut - light, 0.0, 0.77 * cut + 1e-3)
    # A part that is dark by itself prints solid, but never most of the subject.
    part = dense(regions(target))
    level = means(part, target.tone[..., None])[part, 0]
    dark = min(0.2, float(np.percentile(level[actor], 35)))
    solid = level < dark - 1e-3
    # The accent keeps its colour in the half shade.
    shade = np.where(target.accent, 0.8 * form, np.maximum(form, solid))
    # Dots have no room on what is a few of them thick: it is solid or bare.
    shade = np.where(thin(target, _ROOM * _SCREEN), (shade > 0.6).astype(np.float32), shade)
    # Nor is a handful of dots, or a speck, a shade.
    large = cleaned((shade > _FIRST) & actor, (_LEAST * target.unit) ** 2) & actor
    return np.asarray(np.where(large, shade, 0), np.float32)


def _half(target: Target) -> Map:
    """Shade, 0..1, that the transparent ink prints: of the subject and of all that it stands on."""
    thing, seen = things(target), target.buffers
    on, around = (blur_within(seen.light, here, 5 * target.unit) for here in (thing, ~thing))
    light = np.where(thing, on, around)
    return np.where(seen.object < 0, 0, eased(0.8 - light, 0.0, 0.62)).astype(np.float32)


def _dots(target: Target, shade: Map, angle: float) -> Map:
    """A halftone of round dots that join in the darks, (h, w) in 0..1."""
    height, width = target.shape
    pitch = max(_SCREEN * target.unit, 5.0)
    y, x = np.arange(height)[:, None] / pitch, np.arange(width)[None, :] / pitch
    u, v = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    wave = (np.cos(2 * np.pi * u) + np.cos(2 * np.pi * v)) / 4 + 0.5
    # The share of the sheet above a threshold of this wave is nearly even in the threshold.
    cut = 1 - (0.5 + (shade - 0.5) * (0.86 + 0.5 * (shade - 0.5) ** 2 * 1.2))
    return np.asarray(
        np.clip((wave - cut) * pitch * 0.5 + 0.5, 0, 1) * (shade > _FIRST), np.float32
    )


def _pulled(
    target: Target,
    picture: Pixels,
    ink: Pixels,
    block: Map,
    frame: Map,
    *,
    soft: float = 0.9,
    clear: float = 0.3,
) -> Pixels:
    """An ink through its screen, off its place a little, all screens within one frame.

    `clear` is how much of what lies below it shows through.
    """
    dx, dy = np.round(target.rng.normal(0, _OFF, 2) * target.unit).astype(int).tolist()
    edge = np.roll(block, (dy, dx), (0, 1))
    if soft > 0.5:
        edge = blur(edge, max(2 * soft * target.unit, 0.9))
        edge = np.clip((edge - 0.5 + _TRAP) * 5 + 0.5, 0, 1)
    colour = (1 - clear) * ink + clear * picture * ink
    return np.asarray(
        picture + (colour - picture) * (0.98 * edge * frame)[..., None], dtype=np.float32
    )


SCREEN_PRINT = Technique(
    "screen print",
    "a screen print in a few flat inks with halftone shadows",
    ("screen print", "silkscreen", "serigraph", "pop", "halftone", "poster"),
    "few",
    render,
)
