"""Ink wash: few wet tones, the cast shadow in one stroke, a brush line, and much bare paper."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from worker.studio.field.colour import Pixels
from worker.studio.field.noise import blur, cloud
from worker.studio.field.shade import Target
from worker.studio.marks.flats import cleaned
from worker.studio.marks.lines import Map, contours, swelling
from worker.studio.marks.paper import dark_ink, eased, ink_tone, light_paper, sheet, show, tooth
from worker.studio.marks.planes import (
    ACTOR,
    GROUND,
    SKY,
    behind,
    even_hills,
    plain,
    planes,
    thin,
    things,
)
from worker.studio.marks.technique import Stage, Technique

_MIDDLE, _DARK, _SHADOW = 0.3, 1.15, 0.62
"""Ink of the middle and the dark tone of the subject, and of its cast shadow."""
_WASHES = ((0.5, 0.24), (0.3, 0.45), (0.15, 1.0))
"""Tone below which each wash of the background is laid, and its ink."""
_BAND = 0.12
"""Ink of the pale band that a light ground has."""
_LINE, _LEAST = 4.4, 26.0
"""Width of the brush line, and the side of the smallest shape of a brush, in units."""


def render(target: Target, stage: Stage) -> Pixels:
    """The background's wash, the shadow, the subject's middle tone and its dark, then the line."""
    paper = sheet(target, light_paper(target), rough=0.035)
    relief = tooth(target, size=2.2) - 0.5
    black = dark_ink(target)
    absorbed = -np.log(np.clip(black / target.paper.clip(0.3, 1), 0.02, 1))
    held = blur(target.accent.astype(np.float32), 2 * target.unit)[..., None]
    red = -np.log(np.clip(target.accent_colour, 0.03, 1)) * 1.15
    colour = absorbed * (1 - held) + (0.25 * absorbed + 0.75 * red) * held
    pool = 0.8 + 0.4 * cloud(target.shape, target.rng, cell=0.3, octaves=2)

    def dried(depth: Map, line: Map | float = 0.0) -> Pixels:
        ink = np.maximum(_edged(target, depth * pool) * (1 + 0.3 * relief), line)
        return np.asarray(np.clip(paper * np.exp(-ink[..., None] * colour), 0, 1), np.float32)

    depth = np.zeros(target.shape, dtype=np.float32)
    show(stage, dried, depth)
    for wash in _washes(target):
        depth = np.maximum(depth, wash)
        show(stage, dried, depth)
    line = 1.15 * _line(target)
    across = np.linspace(0, 1, target.shape[1])[None, :]
    for part in (0.25, 0.5, 0.75):
        show(stage, dried, depth, line * (across <= part))
    return dried(depth, line)


def _washes(target: Target) -> list[Map]:
    """The ink of each wash, (h, w), in the order in which they are laid."""
    kind, tone, back = planes(target), ink_tone(target), behind(target)
    subject = things(target)
    area = _level(target, even_hills(target, tone), ~subject, 6.0)
    # Skies and walls are left to the paper, but for the dark ones.
    area = area + 0.8 * (1 - area) * back * eased(area, 0.22, 0.5)
    # A sky is one wet wash; on walls and grounds light and shade have edges.
    wet = np.where(kind == SKY, 0.18, 0.02)
    laid = [ink * eased((cut - area) / wet, -1, 1) for cut, ink in _WASHES]
    ground = np.sum(laid, axis=0)
    # A light ground has one pale band, which ends at no line.
    rows = np.arange(target.shape[0], dtype=np.float32)[:, None] / target.shape[0]
    drift = 0.3 * (cloud(target.shape, target.rng, cell=0.5, octaves=2, stretch=3.0) - 0.5)
    band = _BAND * eased(0.98 - rows + drift, 0.0, 0.3) * (kind == GROUND)
    cast = _brushed(target, (target.buffers.shadow < 0.5) & ~subject & (kind == GROUND))
    form = plain(target, _level(target, tone, subject, 5.0), 2.5 * _LINE)
    low, high = np.percentile(form[kind == ACTOR], (28, 62)) if (kind == ACTOR).any() else (0, 1)
    low, high = float(np.clip(low, 0.14, 0.36)), float(np.clip(high, 0.45, 0.7))
    # Each tone ends at an edge: the dark is laid when the middle one is dry.
    middle = np.clip((high - form) / 0.025 + 0.5, 0, 1) * subject
    dark = _brushed(target, (form < low) & (kind == ACTOR))
    return [
        np.where(subject, 0, np.maximum(ground, band)).astype(np.float32),
        np.where(subject, 0, _SHADOW * cast).astype(np.float32),
        (_MIDDLE * middle).astype(np.float32),
        np.where(subject, _DARK * dark, 0).astype(np.float32),
    ]


def _edged(target: Target, depth: Map) -> Map:
    """Washes as they dry: ink gathers where one ends."""
    inside = 2 * blur((depth / 2).astype(np.float32), max(2.4 * target.unit, 1.2))
    return np.asarray(depth + 0.8 * np.clip(depth - inside, 0, 0.4), dtype=np.float32)


def _level(target: Target, tone: Map, where: NDArray[np.bool_], reach: float) -> Map:
    """The tone smoothed over `reach` units, by nothing of what is not in the mask `where`."""
    share = blur(where.astype(np.float32), reach * target.unit)
    smooth = blur(tone * where, reach * target.unit) / np.maximum(share, 0.02)
    return np.where(where, smooth, tone).astype(np.float32)


def _brushed(target: Target, shape: NDArray[np.bool_]) -> Map:
    """A shape as a brush fills it: nothing smaller than the brush, and round corners."""
    whole = cleaned(shape, (_LEAST * target.unit) ** 2)
    return eased(blur(whole.astype(np.float32), 3 * target.unit), 0.36, 0.6)


def _line(target: Target) -> Map:
    """The brush line about the subject: thick and thin, thinner on what is small."""
    traced = swelling(
        target, contours(target, smooth=4.5, shortest=14.0), _LINE, shade=0.5, taper=34.0
    )
    subject = blur((planes(target) == ACTOR).astype(np.float32), 4 * target.unit) > 0.05
    narrow = blur(thin(target, 2.5 * _LINE).astype(np.float32), 12 * target.unit)
    fine = 1 - 0.5 * traced.at(narrow)
    swollen = traced.widened(
        (traced.widths * (0.3 + 0.9 * traced.values**1.5) * fine).astype(np.float32)
    )
    return blur(swollen.cut(subject).drawn(target.shape), 0.5 * target.unit)


INK_WASH = Technique(
    "ink wash",
    "an ink wash drawing on pale paper",
    ("ink wash", "sumi", "ink", "wash", "calligraphic", "zen"),
    "ink",
    render,
)
