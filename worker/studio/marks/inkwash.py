"""Ink wash: a few wet values and a brush line that swells and breaks, on much bare paper."""

from __future__ import annotations

import numpy as np

from worker.studio.field.colour import Pixels
from worker.studio.field.noise import blur, cloud
from worker.studio.field.shade import Target
from worker.studio.marks.flats import streaks
from worker.studio.marks.lines import Map, contours, swelling
from worker.studio.marks.paper import dark_ink, eased, ink_tone, light_paper, sheet, show, tooth
from worker.studio.marks.planes import behind
from worker.studio.marks.strokes import hand_flow
from worker.studio.marks.technique import Stage, Technique

# Tone below which each wash is laid, its strength, and how far it bleeds in units.
_WASHES = ((0.66, 0.13, 16.0), (0.46, 0.22, 6.0), (0.28, 0.34, 2.6), (0.13, 0.62, 1.2))


def render(target: Target, stage: Stage) -> Pixels:
    """Pale washes on wet paper, darker ones as it dries, then the line."""
    paper = sheet(target, light_paper(target), rough=0.035)
    relief = tooth(target, size=2.2) - 0.5
    tone = _spared(target)
    black = dark_ink(target)
    absorbed = -np.log(np.clip(black / target.paper.clip(0.3, 1), 0.02, 1))
    depth = np.zeros(target.shape, dtype=np.float32)

    def dried(ink: Map) -> Pixels:
        held = blur(target.accent.astype(np.float32), 4 * target.unit)[..., None]
        red = -np.log(np.clip(target.accent_colour, 0.03, 1)) * 1.15
        colour = absorbed * (1 - held) + (0.25 * absorbed + 0.75 * red) * held
        soaked = ink * (1 + 0.3 * relief)
        return np.asarray(np.clip(paper * np.exp(-soaked[..., None] * colour), 0, 1), np.float32)

    show(stage, dried, depth)
    for cut, strength, bleed in _WASHES:
        depth = depth + strength * _wash(target, tone, cut, bleed)
        show(stage, dried, depth)
    line = _line(target)
    across = np.linspace(0, 1, target.shape[1])[None, :]
    for part in (0.2, 0.4, 0.6, 0.8, 1.0):
        show(stage, dried, np.maximum(depth, line * (across <= part)))
    return dried(np.maximum(depth, line * 1.05) + 0.15 * line)


def _spared(target: Target) -> Map:
    """Tone with what is light and far from the actors left to the paper."""
    tone = ink_tone(target)
    near = blur(target.weight, 60 * target.unit)
    # A dark ground stays whole: spared, it would be a halo about a light subject.
    mist = 0.36 * (1 - eased(near, 0.02, 0.35)) * eased(tone, 0.5, 0.72)
    # Skies and walls are left to the paper, but for the dark ones.
    back = blur(behind(target).astype(np.float32), 2 * target.unit) * eased(tone, 0.22, 0.5)
    return np.asarray(tone + (1 - tone) * np.maximum(mist, 0.8 * back), dtype=np.float32)


def _wash(target: Target, tone: Map, cut: float, bleed: float) -> Map:
    """One wash: edges run where it is wet, and the ink gathers along those that dry."""
    feather = cloud(target.shape, target.rng, cell=0.06, octaves=5) - 0.5
    feather *= 0.3 + 0.7 * np.clip(target.weight * 2, 0, 1)
    uneven = cloud(target.shape, target.rng, cell=0.22, octaves=4)
    level = blur(tone, bleed * 0.6 * target.unit) + 0.10 * feather
    width = 0.015 + 0.006 * bleed
    flat = eased(cut - level, -width, width)
    rim = flat * (1 - blur(flat, max(1.6, bleed * 0.3) * target.unit))
    return np.asarray(flat * (0.72 + 0.55 * uneven) + 0.5 * rim, dtype=np.float32)


def _line(target: Target) -> Map:
    """The brush line: thick and thin, its hairs parting where it is fast."""
    traced = contours(target, smooth=4.5, shortest=14.0)
    swollen = swelling(target, traced, 6.2, shade=0.5, taper=34.0)
    swollen = swollen.widened(swollen.widths * (0.3 + 0.9 * swollen.values**1.5))
    plane = blur(swollen.drawn(target.shape), 0.5 * target.unit)
    hairs = streaks(target, hand_flow(target, sway=0.1), 30.0, grain=1.8)
    fast = eased(cloud(target.shape, target.rng, cell=0.12, octaves=2), 0.5, 0.75)
    return np.asarray(plane * (1 - 0.8 * fast * eased(hairs, 0.5, 0.62)), dtype=np.float32)


INK_WASH = Technique(
    "ink wash",
    "an ink wash drawing on pale paper",
    ("ink wash", "sumi", "ink", "wash", "calligraphic", "zen"),
    "ink",
    render,
)
