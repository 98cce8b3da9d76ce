"""Linocut: white gouges along the forms out of a black mass, over one flat tint and the accent."""

from __future__ import annotations

import numpy as np

from worker.studio.field.colour import Pixels, mix, to_hex
from worker.studio.field.noise import blur
from worker.studio.field.shade import Target
from worker.studio.marks.flats import cleaned, dense, means, trembled
from worker.studio.marks.lines import Map, contours, joined, swelling
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
from worker.studio.marks.planes import ACTOR, GROUND, behind, plain, planes, thin, things
from worker.studio.marks.slicing import fields, hatch, phase, sliced, slices
from worker.studio.marks.svg import to_svg
from worker.studio.marks.technique import Stage, Technique

_MARGIN, _PITCH = 40.0, 8.6
_LEAST = 0.16
"""Share of the subject's deepest shade that the gouge takes away."""
_LEAST_SPAN = 0.3
"""Of tone, that is drawn out to the whole range on the subject."""
_LIGHT = 0.5
"""Tone of the subject from which on what is behind it is black."""
_APART, _SHADED = 0.14, 0.45
"""Tone by which a part of what is behind differs to be cut out whole, and the share of the light
below which the ground is in shadow.
"""
_THIN, _SMALLEST = 16.0, 26.0
"""In units: thickness below which a part has one tone, and side of the smallest cleared spot."""


def render(target: Target, stage: Stage) -> Pixels:
    """Tint and accent, then the block: black, cut away gouge by gouge."""
    paper = sheet(target, light_paper(target), rough=0.03)
    frame = within(target, _MARGIN, ragged=1.4)
    tinted = _tint(target, paper, frame)
    show(stage, np.copy, tinted)
    tone = trembled(target, _tone(target), 3.0).astype(np.float32)
    white = np.zeros(target.shape, dtype=np.float32)

    def pulled(cut: Map) -> Pixels:
        ink = np.clip((1 - blur(cut, 0.5 * target.unit) - 0.5) * 2.2 + 0.5, 0, 1) * frame
        return inked(tinted, dark_ink(target), 0.98 * ink)

    show(stage, pulled, white)
    gouged = _gouges(target, tone)
    for low in (0.75, 0.6, 0.45, 0.3, 0.15, 0.0):
        white = np.where(tone >= low, gouged, white)
        show(stage, pulled, white)
    cleared = cleaned(tone > 0.83, (_SMALLEST * target.unit) ** 2)
    white = np.maximum(white, blur(cleared.astype(np.float32), 0.5 * target.unit))
    show(stage, pulled, white)
    near = blur(things(target).astype(np.float32), 3 * target.unit) > 0.1
    line = swelling(target, contours(target, smooth=3.0), 5.0, shade=0.3)
    pale = blur(tone, 5 * target.unit)
    # A contour is white between darks and black between lights.
    cut_line = line.widened(line.widths * eased(1 - line.at(pale).astype(np.float32), 0.45, 0.62))
    left_line = line.widened(line.widths * eased(line.at(pale).astype(np.float32), 0.38, 0.55))
    # Of what is behind a white contour would be a wire, and of the horizon a black one, too.
    white = np.maximum(white, cut_line.cut(near).drawn(target.shape))
    left_line = left_line.cut(near | (planes(target) != GROUND))
    white = white * (1 - left_line.drawn(target.shape))
    return np.asarray(np.clip(pulled(white), 0, 1), dtype=np.float32)


def _tone(target: Target) -> Map:
    """Tone in stark light: forms are black in shade, white in light, cut only between."""
    seen = target.buffers
    stark = 0.55 * target.tone + 0.45 * eased(seen.light, 0.05, 0.9)
    kind, tone = planes(target), ink_tone(target)
    actor = kind == ACTOR
    # The subject has its own lights and darks, however dark its colour is.
    low, high = np.percentile(stark[actor], (6, 88)) if actor.any() else (0.06, 0.84)
    span = max(float(high - low), _LEAST_SPAN)
    # What is even keeps its lightness: a white thing without shade is no black one.
    low = low - (span - float(high - low)) * float(low + high) / 2
    forms = np.clip((stark - low) / span, 0, 1)
    light = bool(actor.any()) and float(np.median(forms[actor])) > _LIGHT
    forms = plain(target, forms.astype(np.float32), _THIN)
    forms = np.where(target.accent & thin(target, _THIN), 0.96, forms)
    # What stands behind is black behind a light subject, else uncut: grey would be static.
    back, ground = behind(target), kind == GROUND
    around = np.where(ground, np.clip(tone + (-0.18 if light else 0.2), 0, 1), tone)
    if back.any():
        part = dense(np.where(back, seen.part + 2, 0))
        level = means(part, tone[..., None])[part, 0] - float(np.median(tone[back]))
        # A hill or a pane that differs is cut out whole.
        other = level > _APART if light else level < -_APART
        around = np.where(back, np.where(other == light, 0.96, 0.04), around)
    lit = seen.shadow > _SHADED
    if light:
        # The ground is the tint alone, cut whole, so that the shadow on it is one black.
        around = np.where(ground, np.where(lit, 0.96, 0.04), around)
    around = np.where(ground & ~lit, np.minimum(around, 0.1), around)
    return np.where(actor, forms, around).astype(np.float32)


def _gouges(target: Target, tone: Map) -> Map:
    """Grooves along the slices, each a cut that swells from a point and lifts out again."""
    cut = slices(target)
    pitch = np.maximum(cut.pitch(_PITCH * target.unit), 3.4)
    first, second = fields(target, cut, 0), fields(target, cut, 1)
    place = phase(first, pitch)
    number = np.floor(place + 0.5)
    shift = np.mod(np.sin(number * 12.9898) * 43758.55, 1.0)
    along = np.mod(phase(second, (pitch * 6.5).astype(np.float32)) + shift, 1.0)
    shape = np.clip(np.minimum(along * 5.0, (1 - along) * 1.6), 0, 1) ** 0.7
    # Shade on the subject is cut, too, if thinly: a black without a line has no form.
    least = np.where(planes(target) == ACTOR, _LEAST * (tone > 0.01), 0)
    share = np.maximum(eased(tone, 0.12, 0.84) * 0.86 * (tone > 0.12), least)
    return hatch(first, (share * shape).astype(np.float32), pitch)


def _tint(target: Target, paper: Pixels, frame: Map) -> Pixels:
    """The first block: one quiet colour, not in the lights nor in the sky, and the accent.

    Hills before a sky are in it, whole: of their lines alone nothing can be made out.
    """
    colour = mix(target.pigments[-2], target.paper, 0.1)
    sky, back = target.buffers.object < 0, behind(target)
    land = back & ~sky & bool(sky.any())
    ground = planes(target) == GROUND
    shape = ((ink_tone(target) < 0.83) & ~back) | ground | land
    shape = cleaned(shape, (2 * _SMALLEST * target.unit) ** 2)
    flat = blur(trembled(target, shape, 6.0).astype(np.float32), 1.2 * target.unit) * frame
    held = blur(trembled(target, target.accent, 3.0).astype(np.float32), 1.2 * target.unit) * frame
    return inked(inked(paper, colour, flat * 0.9), target.accent_colour, held * 0.95)


def lines(target: Target) -> str:
    """What stays black as lines for a plotter: contours, and slices where it is dark."""
    cut, inside = slices(target), within(target, _MARGIN) > 0.5
    pitch = np.maximum(cut.pitch(_PITCH * 0.8 * target.unit), 3.0)
    cover = (eased(1 - ink_tone(target), 0.1, 0.95) * 0.8).astype(np.float32)
    rows = sliced(fields(target, cut, 0), cover, pitch, cut.region).cut(inside)
    outline = swelling(target, contours(target, smooth=3.0), 5.0).cut(inside & ~target.accent)
    held = swelling(target, contours(target, smooth=3.0), 5.0).cut(inside & target.accent)
    black = to_hex(dark_ink(target))
    return to_svg(target, {black: joined([outline, rows]), to_hex(target.accent_colour): held})


LINOCUT = Technique(
    "linocut",
    "a linocut, light gouges cut out of a dark block over a flat tint",
    ("linocut", "lino", "relief print", "woodcut", "woodblock", "expressionist", "gouge"),
    "few",
    render,
    lines,
)
