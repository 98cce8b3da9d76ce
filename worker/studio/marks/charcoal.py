"""Charcoal: smudged masses in the paper's tooth, strokes along the forms, lines, eraser lights."""

from __future__ import annotations

import numpy as np

from worker.studio.field.colour import Pixels
from worker.studio.field.noise import blur, cloud
from worker.studio.field.shade import Target
from worker.studio.marks.flats import streaks
from worker.studio.marks.lines import Map, contours, swelling
from worker.studio.marks.paper import (
    eased,
    ink_tone,
    inked,
    light_paper,
    sheet,
    show,
    tooth,
    within,
)
from worker.studio.marks.planes import ACTOR, fineness, nearness, planes
from worker.studio.marks.strokes import frontal, hand_flow, lay, regions, rub
from worker.studio.marks.technique import Stage, Technique

_COAL = np.array((0.085, 0.08, 0.082), dtype=np.float32)


def render(target: Target, stage: Stage) -> Pixels:
    """Masses rubbed with the hand, then the stick, the line and the eraser."""
    paper = sheet(target, light_paper(target), rough=0.03)
    relief, tone = tooth(target, size=1.1), ink_tone(target)
    inside = within(target, 26.0)
    dust = np.zeros((*target.shape, 3), dtype=np.float32)
    dust[..., 0] = _smudge(target, tone, relief) * eased(blur(inside, 3 * target.unit), 0.2, 0.8)
    accent = blur(target.accent.astype(np.float32), 1.5 * target.unit)

    def seen() -> Pixels:
        coal = _COAL + (target.accent_colour * 0.8 - _COAL) * accent[..., None]
        return np.clip(inked(paper, coal, np.clip(dust[..., 0], 0, 0.97)), 0, 1)

    show(stage, seen)
    angle, label = hand_flow(target, sway=0.2), regions(target)
    kind = planes(target)
    # What is calm is only rubbed, but for its deepest darks.
    drawn_on = np.array([0.0, 0.06, 0.5, 1.0], dtype=np.float32)[kind]
    drawn_on = np.maximum(drawn_on, eased(0.17 - tone, 0.0, 0.1))
    scale = nearness(target) * fineness(target)
    loose = 0.08 + 0.15 * frontal(target)
    for wide, below, press in (
        (6.5, 0.72, 0.5),
        (6.0, 0.5, 0.6),
        (5.0, 0.32, 0.72),
        (4.0, 0.18, 0.95),
    ):
        need = eased(below - tone, -0.04, 0.2) * 0.8 * inside * drawn_on
        strokes = lay(target, width=wide, length=11.0, angle=angle, label=label, need=need,
                      scale=scale, spread=2.3, tolerance=0.14, jitter=loose)  # fmt: skip
        black = np.ones((len(strokes), 3), dtype=np.float32)
        for share in (0.0, 0.5):
            half = strokes.part(share, share + 0.5)
            rub(dust, half, black, label, relief, pressure=press, strength=0.7)
            show(stage, seen)
    drawn = swelling(target, contours(target, smooth=3.6), 5.4, shade=0.55, taper=26.0)
    line = blur(drawn.drawn(target.shape), 0.6 * target.unit)
    dust[..., 0] = np.maximum(dust[..., 0], line * np.clip(0.4 + 1.1 * relief, 0, 1) * inside)
    show(stage, seen)
    _erase(target, dust, tone, angle, relief)
    show(stage, seen)
    return np.asarray(seen(), dtype=np.float32)


def _smudge(target: Target, tone: Map, relief: Map) -> Map:
    """Dust rubbed into the paper: soft masses, streaked by the hand."""
    wiped = streaks(target, hand_flow(target, sway=0.6), 70.0, grain=5.0) - 0.5
    mass = eased(1 - tone, 0.12, 1.0)
    subject = blur((planes(target) == ACTOR).astype(np.float32), 2 * target.unit)
    broad, near = (blur(mass, radius * target.unit) for radius in (5, 1.6))
    mass = broad + (near - broad) * subject
    patch = cloud(target.shape, target.rng, cell=0.15, octaves=3) - 0.5
    cover = mass * (0.86 + 0.16 * wiped + 0.14 * patch) * (0.82 + 0.36 * relief)
    return np.asarray(np.clip(cover, 0, 1), dtype=np.float32)


def _erase(target: Target, dust: Pixels, tone: Map, angle: Map, relief: Map) -> None:
    """Lights taken out with a kneaded eraser, along the form."""
    need = eased(tone, 0.86, 0.95) * (target.buffers.object >= 0) * 0.8
    strokes = lay(
        target, width=7.0, length=4.0, angle=angle, label=regions(target), need=need, tolerance=0.1
    )
    none = np.zeros((len(strokes), 3), dtype=np.float32)
    rub(dust, strokes, none, regions(target), 0.7 + 0.3 * relief, pressure=0.8, strength=0.75)


CHARCOAL = Technique(
    "charcoal",
    "a charcoal drawing, smudged and lifted",
    ("charcoal", "drawing", "smudge", "sketch", "conté"),
    "ink",
    render,
)
