"""Screen print: a few flat inks laid a little beside each other, halftone dots in the shadows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter, minimum_filter

from worker.studio.field.colour import Pixels, from_oklab, luminance, to_oklab
from worker.studio.field.noise import blur, cloud
from worker.studio.field.shade import Target
from worker.studio.marks.flats import (
    few_inks,
    lit_colours,
    local_shapes,
    nearest_ink,
    open_sky,
    sky_level,
    towards_pigments,
    trembled,
)
from worker.studio.marks.lines import Index, Map, contours, swelling
from worker.studio.marks.paper import dark_ink, eased, light_paper, sheet, show, within
from worker.studio.marks.planes import ACTOR, planes
from worker.studio.marks.technique import Stage, Technique

_INKS, _MARGIN, _SCREEN = 6, 38.0, 8.4
_TONES, _SOLID = ((0.25, 0.72), (0.55, 0.68)), 0.97
"""Shades from which on tones lie beside the subject, with their strengths; and solid black."""


def render(target: Target, stage: Stage) -> Pixels:
    """Light inks first, then the dark one as solid and as dots."""
    picture = sheet(target, light_paper(target) * 0.5 + 0.485, rough=0.012)
    frame = within(target, _MARGIN)
    number, inks, paper = _separated(target)
    show(stage, np.copy, picture)
    for ink in np.argsort(-luminance(inks)).tolist():
        if ink == paper:
            continue
        block = (number == ink).astype(np.float32)
        picture = _pulled(target, picture, inks[ink], block, frame)
        show(stage, np.copy, picture)
    picture = _rolled(target, picture, frame, number < 0)
    show(stage, np.copy, picture)
    dark = dark_ink(target)
    shade, key = _shade(target), _key(target, number)
    picture = _toned(target, picture, shade, frame)
    show(stage, np.copy, picture)
    # Dots model the subject; over a whole wall they would be a pattern of their own.
    shade = np.where((planes(target) == ACTOR) | (shade > _SOLID), shade, 0).astype(np.float32)
    for part in (0.25, 0.5, 0.75, 1.0):
        dots = np.maximum(_dots(target, shade * part, np.pi / 4), key)
        last = _pulled(target, picture, dark, dots, frame, soft=0.3)
        show(stage, np.copy, last)
    return np.asarray(np.clip(last, 0, 1), dtype=np.float32)


def _separated(target: Target) -> tuple[Index, Pixels, int]:
    """Which ink each pixel has, the inks, and which of them is left as bare paper (-1: none)."""
    shapes = trembled(target, local_shapes(target), 1.6).astype(np.int32)
    colours = lit_colours(target, shapes)
    inks = few_inks(colours, np.bincount(shapes.ravel()) ** 0.6, _INKS)
    number = nearest_ink(colours, inks)[shapes].astype(np.int32)
    number[open_sky(target)] = -1
    lab = to_oklab(towards_pigments(target, inks, 0.25)) * np.array([1.0, 1.4, 1.4], np.float32)
    light = lab[:, 0] + 0.05
    lab[:, 0] = np.clip(
        0.36 + 0.56 * ((light - light.min()) / max(np.ptp(light), 0.15)) ** 0.75, 0, 0.92
    )
    palest = int(np.argmax(lab[:, 0] - np.hypot(lab[:, 1], lab[:, 2])))
    bare = palest if lab[palest, 0] > 0.84 and np.hypot(*lab[palest, 1:]) < 0.05 else -1
    return number, from_oklab(lab), bare


def _rolled(target: Target, picture: Pixels, frame: Map, open_: NDArray[np.bool_]) -> Pixels:
    """The sky in one pull of two inks that blend on the screen, the upper one stronger."""
    level = sky_level(target)
    ends = [open_ & (level < 0.25), open_ & (level > 0.75)]
    if not all(end.any() for end in ends):
        return picture
    low, high = (to_oklab(target.colour[end].mean(0)) for end in ends)
    strong = np.array([0.95, 1.5, 1.5], np.float32)
    blend = eased(level + 0.03 * (cloud(target.shape, target.rng, cell=0.5, octaves=1) - 0.5), 0, 1)
    ink = from_oklab((low + (high - low) * blend[..., None]) * strong)
    return _pulled(target, picture, ink, open_.astype(np.float32), frame)


def _key(target: Target, number: Index) -> Map:
    """Contours of the subject in the dark ink, only where it would be lost in its own ink."""
    size = 2 * max(round(2.5 * target.unit), 1) + 1
    lost = maximum_filter(number, size) == minimum_filter(number, size)
    subject = blur((planes(target) == ACTOR).astype(np.float32), 1.5 * target.unit) > 0.1
    line = swelling(target, contours(target, smooth=3.0), 4.2, shade=0.2, taper=10.0)
    strong = line.widened(line.widths * (line.values > 0.5))
    return strong.cut(lost & subject).drawn(target.shape)


def _shade(target: Target) -> Map:
    """How dark the dark screen prints, 0..1."""
    seen = target.buffers
    light = blur(np.clip(seen.light, 0, 1), 3.5 * target.unit)
    solid = eased(0.16 - blur(target.tone, 3 * target.unit), -0.05, 0.05)
    # The accent keeps its colour in the half shade.
    form = eased(np.where(target.accent, 0.5, 0.78) - light, 0.0, 0.7) * 0.95
    shade = np.maximum(form, np.where(target.accent, 0, solid))
    return np.where(seen.object < 0, 0, shade).astype(np.float32)


def _toned(target: Target, picture: Pixels, shade: Map, frame: Map) -> Pixels:
    """Shade beside the subject as flat transparent tones."""
    beside = planes(target) != ACTOR
    for cut, strength in _TONES:
        block = (beside & (shade > cut)).astype(np.float32)
        picture = _pulled(target, picture, picture * strength, block, frame)
    return picture


def _dots(target: Target, shade: Map, angle: float) -> Map:
    """A halftone of round dots that join in the darks, (h, w) in 0..1."""
    height, width = target.shape
    pitch = max(_SCREEN * target.unit, 3.4)
    y, x = np.arange(height)[:, None] / pitch, np.arange(width)[None, :] / pitch
    u, v = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    wave = (np.cos(2 * np.pi * u) + np.cos(2 * np.pi * v)) / 4 + 0.5
    # The share of the sheet above a threshold of this wave is nearly even in the threshold.
    cut = 1 - (0.5 + (shade - 0.5) * (0.86 + 0.5 * (shade - 0.5) ** 2 * 1.2))
    return np.asarray(np.clip((wave - cut) * pitch * 0.5 + 0.5, 0, 1) * (shade > 0.09), np.float32)


def _pulled(
    target: Target, picture: Pixels, ink: Pixels, block: Map, frame: Map, *, soft: float = 0.9
) -> Pixels:
    """An ink through its screen, off its place a little, thin here and there."""
    dx, dy = np.round(target.rng.normal(0, 1.3, 2) * target.unit).astype(int).tolist()
    edge = blur(np.roll(block * frame, (dy, dx), (0, 1)), soft * target.unit)
    cover = np.clip((edge - 0.5) * 3 + 0.6, 0, 1) if soft > 0.5 else edge
    thin = 0.97 - 0.05 * eased(cloud(target.shape, target.rng, cell=0.25, octaves=4), 0.55, 0.9)
    colour = 0.88 * ink + 0.12 * picture * ink
    return np.asarray(picture + (colour - picture) * (cover * thin)[..., None], dtype=np.float32)


SCREEN_PRINT = Technique(
    "screen print",
    "a screen print in a few flat inks with halftone shadows",
    ("screen print", "silkscreen", "serigraph", "pop", "halftone", "poster"),
    "few",
    render,
)
