"""Pastel: strokes of pigment along the forms on tinted paper, dark to light, colour broken."""

from __future__ import annotations

import numpy as np

from worker.studio.field.colour import Pixels, from_oklab, luminance, mix, to_oklab
from worker.studio.field.noise import blur
from worker.studio.field.shade import Target
from worker.studio.marks.flats import trembled
from worker.studio.marks.lines import Index, Map, contours, swelling
from worker.studio.marks.paper import eased, inked, sheet, show, tooth, within
from worker.studio.marks.planes import (
    ACTOR,
    GROUND,
    SCENERY,
    SKY,
    fineness,
    mass_pieces,
    massed,
    nearness,
    planes,
    stroke_angles,
)
from worker.studio.marks.strokes import broken, lay, rub
from worker.studio.marks.technique import Stage, Technique

# Plane; width in units, length in widths, distance of seeds in widths, share of seeds, off colour,
# pressure. What is calm is rubbed in with the side of the stick and left.
_STICKS = (
    (SKY, 70.0, 3.0, 0.8, 1.0, 0.006, 0.6),
    (GROUND, 56.0, 3.5, 0.8, 1.0, 0.008, 0.62),
    (SCENERY, 34.0, 3.0, 0.75, 1.0, 0.01, 0.66),
    (ACTOR, 26.0, 3.5, 0.65, 1.0, 0.012, 0.8),
)
# The same of what is drawn over them when they have been rubbed soft.
_POINTS = (
    (SKY, 13.0, 16.0, 3.0, 0.3, 0.02, 0.46),
    (GROUND, 11.0, 13.0, 2.2, 0.4, 0.02, 0.5),
    (SCENERY, 9.0, 7.0, 1.6, 0.4, 0.02, 0.55),
    (ACTOR, 13.0, 6.0, 1.0, 0.7, 0.014, 0.58),
    (ACTOR, 6.5, 7.0, 1.2, 0.6, 0.018, 0.68),
)


def render(target: Target, stage: Stage) -> Pixels:
    """The side of the stick for masses, rubbed soft, its point for forms, then line and light."""
    ground = sheet(target, _ground(target), rough=0.05)
    picture, relief = ground.copy(), tooth(target, size=1.1)
    show(stage, np.copy, picture)
    kind, pieces = planes(target), mass_pieces(target)
    aim = _vivid(massed(target, pieces, kind))
    angle, inside = stroke_angles(target, kind), within(target, 34.0)
    worn = blur(within(target, 34.0, ragged=3.0), 1.2 * target.unit)
    label = trembled(target, pieces, 5.0).astype(np.int32)
    scale = nearness(target) * fineness(target)

    def drawn(rows: tuple[tuple[int, float, float, float, float, float, float], ...]) -> None:
        for plane, wide, long, spread, share, off, press in rows:
            need = (share * inside * (kind == plane)).astype(np.float32)
            strokes = lay(target, width=wide, length=long, angle=angle, label=label, need=need,
                          scale=scale, spread=spread, tolerance=0.2, jitter=0.08)  # fmt: skip
            if not len(strokes):
                continue
            colours = broken(target, strokes.mean(aim), light=off, hue=off * 0.5)
            order = luminance(colours) + target.rng.normal(0, 0.2, len(strokes))
            placed = colours[np.argsort(order, kind="stable")]
            rub(picture, strokes.ordered(order), placed, label, relief, pressure=press)
            show(stage, np.copy, picture)

    drawn(_STICKS)
    picture[:] = _rubbed(picture, aim, kind, worn)
    show(stage, np.copy, picture)
    drawn(_POINTS)
    _lights(target, picture, aim, label, angle, relief, kind)
    traced = swelling(target, contours(target, smooth=3.2), 3.4, taper=24.0)
    traced = traced.widened(traced.widths * (traced.at(target.weight) > 0.5))
    line = blur(traced.drawn(target.shape), 0.5 * target.unit) * np.clip(0.1 + 1.3 * relief, 0, 1)
    dark = mix(target.ink, target.pigments[min(1, len(target.pigments) - 1)], 0.4)
    picture = inked(picture, dark, 0.6 * line * inside)
    picture = mix(ground, picture, within(target, 34.0))
    return np.asarray(np.clip(picture, 0, 1), dtype=np.float32)


def _rubbed(picture: Pixels, aim: Pixels, kind: Index, inside: Map) -> Pixels:
    """The masses blended with the hand, most in what is calm; some tooth of the paper stays."""
    share = np.array([0.8, 0.76, 0.72, 0.66], dtype=np.float32)[kind] * inside
    return mix(picture, aim, share)


def _lights(
    target: Target, picture: Pixels, aim: Pixels, label: Index, angle: Map, relief: Map, kind: Index
) -> None:
    """A few thick touches where the light falls on the subject."""
    light = np.clip(target.buffers.light, 0, 1)
    actor = kind == ACTOR
    high = float(np.percentile(light[actor], 88)) if actor.any() else 1.0
    need = 0.5 * eased(light, high - 0.02, high + 0.05) * eased(light, 0.6, 0.8) * actor
    strokes = lay(target, width=8.0, length=5.0, angle=angle, label=label, need=need,
                  scale=fineness(target), spread=1.6, tolerance=0.1)  # fmt: skip
    bright = mix(strokes.mean(aim), np.array((1.0, 0.97, 0.88), np.float32), 0.3)
    rub(picture, strokes, bright, label, relief, pressure=0.72)


def _ground(target: Target) -> Pixels:
    """A quiet middle grey, a little warm."""
    lab = to_oklab(target.colour.reshape(-1, 3)[:: max(target.colour.size // 3000, 1)]).mean(0)
    return from_oklab(
        np.array([np.clip(lab[0] - 0.06, 0.34, 0.62), 0.1 * lab[1], 0.1 * lab[2] + 0.012])
    )


def _vivid(colours: Pixels) -> Pixels:
    """Pigment is purer than paint: a little more hue, darks lifted."""
    lab = to_oklab(colours) * np.array([0.92, 1.32, 1.32]) + np.array([0.06, 0, 0])
    return from_oklab(lab)


PASTEL = Technique(
    "pastel",
    "a pastel on tinted paper",
    ("pastel", "chalk", "crayon", "degas", "soft"),
    "full",
    render,
)
