"""Ink wash: a few wet values and a brush line that swells and breaks, on much bare paper."""

from __future__ import annotations

import numpy as np

from worker.studio.field.colour import Pixels
from worker.studio.field.noise import blur, cloud
from worker.studio.field.shade import Target
from worker.studio.marks.flats import streaks
from worker.studio.marks.lines import Map, contours, swelling
from worker.studio.marks.paper import dark_ink, eased, ink_tone, light_paper, sheet, show, tooth
from worker.studio.marks.planes import ACTOR, GROUND, behind, planes
from worker.studio.marks.strokes import hand_flow
from worker.studio.marks.technique import Stage, Technique

# Tone below which each wash is laid, its strength, and how far it bleeds in units.
_WASHES = ((0.68, 0.13, 9.0), (0.48, 0.24, 2.4), (0.3, 0.42, 1.4), (0.14, 0.9, 0.8))


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
    hairs = eased(streaks(target, hand_flow(target, sway=0.1), 40.0, grain=2.2), 0.48, 0.6)
    dry = 1 - 0.85 * hairs * _dryness(target)
    for cut, strength, bleed in _WASHES:
        depth = depth + strength * _wash(target, tone, cut, bleed) * dry
        show(stage, dried, depth)
    line = _line(target, hairs)
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


def _dryness(target: Target) -> Map:
    """Where the brush runs dry and leaves the trace of its hairs: on what is light of the ground,
    and in patches of the subject where nothing is small. A dark ground or sky is one full wash.
    """
    patch = cloud(target.shape, target.rng, cell=0.3, octaves=2)
    kind, wash = planes(target), blur(ink_tone(target), 20 * target.unit)
    ground = (kind == GROUND) * eased(wash, 0.3, 0.6)
    plain = 1 - eased(blur(target.buffers.edge, 34 * target.unit), 0.012, 0.04)
    free = (kind == ACTOR) * plain
    dry = np.maximum(eased(patch, 0.62, 0.8) * free, ground * eased(patch, 0.2, 0.5))
    return np.asarray(dry, dtype=np.float32)


def _wash(target: Target, tone: Map, cut: float, bleed: float) -> Map:
    """One wash: a flat shape that dries to a dark edge, feathered where the paper was wet."""
    feather = cloud(target.shape, target.rng, cell=0.05, octaves=4) - 0.5
    wet = cloud(target.shape, target.rng, cell=0.25, octaves=1)
    level = blur(tone, bleed * target.unit) + 0.07 * feather
    damp = np.where(behind(target), 1, eased(wet, 0.62, 0.8) * (1 - target.weight))
    width = 0.008 + 0.16 * damp
    flat = np.clip((cut - level) / width + 0.5, 0, 1).astype(np.float32)
    rim = flat * (1 - blur(flat, max(2.2 * target.unit, 1.2)))
    return np.asarray(flat * (0.8 + 0.4 * wet) + 0.9 * rim, dtype=np.float32)


def _line(target: Target, hairs: Map) -> Map:
    """The brush line: thick and thin, its hairs parting where it is fast."""
    traced = contours(target, smooth=4.5, shortest=14.0)
    swollen = swelling(target, traced, 6.2, shade=0.5, taper=34.0)
    swollen = swollen.widened(swollen.widths * (0.3 + 0.9 * swollen.values**1.5))
    plane = blur(swollen.drawn(target.shape), 0.5 * target.unit)
    fast = eased(cloud(target.shape, target.rng, cell=0.12, octaves=2), 0.5, 0.75)
    return np.asarray(plane * (1 - 0.8 * fast * hairs), dtype=np.float32)


INK_WASH = Technique(
    "ink wash",
    "an ink wash drawing on pale paper",
    ("ink wash", "sumi", "ink", "wash", "calligraphic", "zen"),
    "ink",
    render,
)
