"""What pictures are made on: paper, plate marks and margins, and the showing of stages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from worker.studio.field.colour import Pixels, from_oklab, mix, to_oklab
from worker.studio.field.noise import blur, cloud, fibres, grain
from worker.studio.field.shade import Target
from worker.studio.marks.flats import dense, shining, sky_level
from worker.studio.marks.planes import ACTOR, GROUND, SCENERY, SKY, planes
from worker.studio.marks.technique import Stage, no_stage
from worker.studio.scene import model

Map = NDArray[np.float32]
_LIGHT = 0.56
"""Tone of the subject from which on what is around it is darker."""
_AWAY = 0.16
"""How much darker a light area is far from the subject than beside it, in techniques of one ink."""
_MODELLED, _MOST_GAIN = 0.66, 2.2
"""How far the lights and the darks of the subject are apart at least, and how much they may be
drawn apart for that.
"""
_BARE = 0.2
"""Darkness of the subject that is left as bare copper at most, where that is its lightest."""
_HEAVEN = 0.35, 0.7
"""How dark a bare backdrop is at its top, in prints from a copper plate."""
_FADE = 0.3
"""Share of its darkness that a backdrop loses at the horizon behind a light subject; twice that
behind a dark one.
"""
_DISC = 0.3
"""Share of its darkness that a sun or moon keeps."""


def show(stage: Stage, picture: Callable[..., Pixels], *arguments: Any) -> None:
    """Make the picture as it stands and hand it on, only if somebody watches."""
    if stage is not no_stage:
        stage(np.asarray(picture(*arguments), dtype=np.float32))


def tooth(target: Target, *, size: float = 2.0) -> Map:
    """The relief of paper, (h, w) in 0..1 about 0.5, lumps of `size` units."""
    share = max(size, 1.2 / target.unit) / 1000
    bumps = cloud(target.shape, target.rng, cell=share * 2, octaves=2)
    speck = np.clip(0.5 + 0.17 * grain(target.shape, target.rng), 0, 1)
    mixed = 0.62 * bumps + 0.38 * blur(speck.astype(np.float32), 0.35 * size * target.unit)
    return np.asarray(np.clip((mixed - mixed.mean()) / (5 * mixed.std() + 1e-6) + 0.5, 0, 1))


def sheet(target: Target, colour: ArrayLike, *, rough: float = 0.02) -> Pixels:
    """Bare paper (h, w, 3): a little uneven, with fibres."""
    uneven = cloud(target.shape, target.rng, cell=0.35, octaves=3) - 0.5
    thread = fibres(target.shape, target.rng, length=0.15) - 0.5
    relief = tooth(target) - 0.5
    light = 1 + rough * (1.2 * uneven + 0.6 * thread + 1.4 * relief)
    return np.asarray(np.asarray(colour, dtype=np.float32) * light[..., None], dtype=np.float32)


def inset(target: Target) -> Map:
    """Distance of each pixel from the sheet's edge in units, (h, w)."""
    height, width = target.shape
    rows = np.minimum(np.arange(height), np.arange(height)[::-1])[:, None]
    columns = np.minimum(np.arange(width), np.arange(width)[::-1])[None, :]
    return np.asarray((np.minimum(rows, columns) + 0.5) / target.unit, dtype=np.float32)


def within(target: Target, margin: float, *, ragged: float = 0.0) -> Map:
    """1 inside a margin of so many units, 0 outside; `ragged` units of unevenness."""
    away = inset(target)
    if ragged:
        away = away + (cloud(target.shape, target.rng, cell=0.02, octaves=3) - 0.5) * 2 * ragged
    return np.asarray(np.clip((away - margin) * max(target.unit, 0.25) + 0.5, 0, 1))


def plate_mark(target: Target, picture: Pixels, at: float) -> Pixels:
    """The edge of a plate pressed into the paper, `at` units from the sheet's edge."""
    away = inset(target)
    wide = max(1.6, 1.0 / target.unit)
    dent = np.exp(-(((away - at) / wide) ** 2)) - 0.6 * np.exp(
        -(((away - at + 2 * wide) / wide) ** 2)
    )
    raised = np.where(away < at, 0.012, 0.0)
    return np.asarray(picture * (1 - 0.10 * dent + raised)[..., None], dtype=np.float32)


def inked(paper: Pixels, ink: ArrayLike, cover: Map) -> Pixels:
    """Paper with opaque ink on a share of each pixel."""
    dark = np.asarray(ink, dtype=np.float32)
    return np.asarray(paper + (dark - paper) * cover[..., None], dtype=np.float32)


def light_paper(target: Target) -> Pixels:
    """The palette's lightest pigment as a paper: lightened where it is dark, quiet in hue.

    Papers are warm or white: of a blue or green one little is left.
    """
    return paper_of(target.paper)


def paper_of(pigment: Pixels) -> Pixels:
    """The paper that stands for a palette's lightest pigment."""
    lab = to_oklab(pigment)
    lab[0] = max(float(lab[0]), 0.93)
    warm = lab[2] > 0 and lab[1] > -0.1 * lab[2]
    most = 0.022 if warm else 0.006
    lab[1:] *= min(1.0, most / max(float(np.hypot(lab[1], lab[2])), 1e-4))
    return from_oklab(lab)


def dark_ink(target: Target) -> Pixels:
    """The palette's darkest pigment, darkened to an ink where it is light."""
    return ink_of(target.ink)


def ink_of(pigment: Pixels) -> Pixels:
    """The ink that stands for a palette's darkest pigment."""
    excess = float(to_oklab(pigment)[0]) - 0.22
    return mix(pigment, (0.06, 0.055, 0.06), float(np.clip(excess * 2.2, 0, 0.85)))


def eased(value: ArrayLike, low: float, high: float) -> Map:
    """0 below `low`, 1 above `high` and smooth between."""
    t = np.clip((np.asarray(value, dtype=np.float32) - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), dtype=np.float32)


def crisp(value: Map, width: Map | float) -> Map:
    """1 above 0 and 0 below it, over an edge so wide."""
    return np.asarray(np.clip(value / width + 0.5, 0, 1), dtype=np.float32)


def ink_tone(target: Target) -> Map:
    """Tone for techniques of one ink: forms are modelled by their light more than their colour.

    What lies behind the subject keeps its order of values, but is quieter than the subject and
    stands off it, and its lightest area is nearly bare beside the subject.
    """
    seen, kind = target.buffers, planes(target)
    lit = np.where(kind >= SCENERY, eased(seen.light, 0.05, 0.95), target.tone)
    tone = np.clip(0.58 * target.tone + 0.42 * lit, 0, 1).astype(np.float32)
    actor = kind == ACTOR
    tone = modelled(tone, actor)
    if 0.005 < float(actor.mean()) < 0.9:
        near = blur(actor.astype(np.float32), 45 * target.unit) + 1e-4
        area = dense(np.where(kind == GROUND, 4 + seen.part, kind))
        area[actor] = -1
        quiet = _quieted(tone, actor, area, kind)
        subject = float(tone[actor].mean())
        for here in (area == number for number in range(int(area.max()) + 1)):
            if not here.any():
                continue
            rim = float(np.average(quiet[here], weights=near[here]))
            up = subject < _LIGHT
            # What is too like the subject moves as a whole: a halo would show.
            short = float(np.clip(subject + 0.4 - rim if up else rim - subject + 0.4, 0, 0.45))
            # Only one area is bare.
            quiet[here] += min(short, max(0.8 - rim, 0)) if up else -short
        tone = np.where(actor, tone, _shadowed(target, tone, np.clip(quiet, 0, 1), kind))
        # A bare area darkens away from the subject: evenly white it is nothing.
        away = 1 - blur(actor.astype(np.float32), 230 * target.unit)
        level = np.clip((tone - 0.35) * 2, 0, 1) * ~actor
        tone = tone - _AWAY * eased(away, 0.45, 1.0) * level
    return np.asarray(tone, dtype=np.float32)


def modelled(tone: Map, subject: NDArray[np.bool_]) -> Map:
    """The tone with the subject's own lights and darks, where it would be one flat mass.

    In one ink a thing of dark colour has lights, too: its lit planes come near the paper.
    """
    if not subject.any():
        return tone
    low, high = (float(v) for v in np.percentile(tone[subject], (5, 95)))
    gain = min(_MODELLED / max(high - low, 1e-3), _MOST_GAIN)
    if gain <= 1:
        return tone
    half = (high - low) * gain / 2
    centre = float(np.clip((low + high) / 2, half + 0.04, max(0.96 - half, half + 0.04)))
    drawn = centre + (tone - (low + high) / 2) * gain
    return np.where(subject, np.clip(drawn, 0, 1), tone).astype(np.float32)


def plate_darks(target: Target) -> Map:
    """Darkness, (h, w) in 0..1, of prints from a copper plate.

    The darkest of the subject is as black as the ink. A backdrop is never bare all over, nor one
    even tone: it darkens upwards and away from the subject.
    """
    dark, kind = 1 - ink_tone(target), planes(target)
    actor = kind == ACTOR
    bare, deepest = np.percentile(dark[actor], (4, 94)) if actor.any() else (0.0, 1.0)
    bare = min(float(bare), _BARE)
    # Large planes are light or dark: of an even mesh nothing can be made out.
    even = np.clip((dark - bare) / max(float(deepest) - bare, 0.4), 0, 1)
    dark = np.where(actor, 0.6 * even**1.15 + 0.4 * eased(even, 0.08, 0.92), dark)
    near = blur(actor.astype(np.float32), 130 * target.unit)
    light = bool(actor.any()) and float(np.median(dark[actor])) < 1 - _LIGHT
    # One gradation, to the light at the horizon and about a dark subject.
    rise = sky_level(target) ** 0.8
    base = dark * (1 - (_FADE if light else 2 * _FADE) * (1 - rise))
    deep = float(target.rng.uniform(*_HEAVEN)) * rise * (1 if light else 1 - 0.6 * near)
    sky = np.where(shining(target, least=0.1), _DISC * dark, base + (1 - base) * deep)
    dark = np.where(kind == SKY, sky, dark)
    return np.clip(dark, 0, 1).astype(np.float32)


def _quieted(
    tone: Map, actor: NDArray[np.bool_], area: NDArray[np.int32], kind: NDArray[np.int32]
) -> Map:
    """The tone of what lies behind: each area in less contrast than the subject's, one bare."""
    span = float(np.ptp(np.percentile(tone[actor], (5, 95))))
    level, back = {}, tone.copy()
    for number in range(int(area.max()) + 1):
        here = area == number
        share = float(here.mean())
        if share < 0.004:
            continue
        low, middle, high = np.percentile(tone[here], (5, 50, 95))
        ground = bool((kind[here] == GROUND).any())
        less = min((0.4 if ground else 0.6) * span / max(float(high - low), 0.05), 0.9)
        back[here] = middle + (tone[here] - middle) * less
        if share > 0.1 and (ground or bool((kind[here] == SKY).any())):
            level[number] = float(middle)
    if level:
        light = max(level, key=lambda number: level[number])
        lifted = back + (1 - back) * float(np.clip(level[light] * 1.2, 0.1, 0.5))
        back = np.where(area == light, lifted, back)
    return np.asarray(back, dtype=np.float32)


def _shadowed(target: Target, tone: Map, back: Map, kind: NDArray[np.int32]) -> Map:
    """Cast shadows on the ground, and on walls, keep their strength."""
    falls = (kind == GROUND) | (target.buffers.object >= model.GROUND)
    cast = eased(0.6 - target.buffers.shadow, 0.0, 0.4) * falls
    return np.asarray(back + (np.minimum(tone * 0.75, back) - back) * cast, dtype=np.float32)
