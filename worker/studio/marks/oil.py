"""Oil: ordered strokes of a bristle brush, large to small and far to near, with relief of paint."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from worker.studio.field.colour import Pixels, from_oklab, luminance, mix, to_oklab
from worker.studio.field.noise import blur, cloud
from worker.studio.field.shade import Target
from worker.studio.marks.flats import keyed, trembled
from worker.studio.marks.lines import Index, Map
from worker.studio.marks.paper import eased, show
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
from worker.studio.marks.strokes import (
    Strokes,
    bristles,
    broken,
    frontal,
    lay,
    lit_relief,
    paint,
    regions,
)
from worker.studio.marks.technique import Stage, Technique

# Plane; width in units, length in widths, distance of seeds in widths, share of seeds, off colour,
# body of the paint, dry share. Few large strokes close in value where nobody looks.
_BRUSHES = (
    (SKY, 120.0, 2.6, 0.6, 1.0, 0.01, 0.45, 0.4),
    (SKY, 56.0, 3.4, 0.9, 0.6, 0.016, 0.6, 0.5),
    (GROUND, 90.0, 3.0, 0.6, 1.0, 0.016, 0.45, 0.4),
    (GROUND, 44.0, 3.8, 0.9, 0.6, 0.024, 0.6, 0.5),
    (SCENERY, 70.0, 2.4, 0.6, 1.0, 0.014, 0.4, 0.4),
    (SCENERY, 34.0, 3.0, 0.9, 0.6, 0.022, 0.5, 0.4),
    (ACTOR, 54.0, 2.4, 0.5, 1.0, 0.014, 0.7, 0.25),
    (ACTOR, 30.0, 3.0, 0.65, 0.9, 0.02, 0.9, 0.3),
)
# Width and the share of what is still wrong that the last, small brushes mend.
_MENDING = ((16.0, 0.8), (8.0, 0.5))


def render(target: Target, stage: Stage) -> Pixels:
    """A toned ground, masses, planes each with its own brush, last the touches."""
    height, width = target.shape
    target = replace(target, colour=keyed(target, darkest=0.23, lightest=0.96, hue=0.05))
    ground = mix(np.median(target.colour, axis=(0, 1)), (0.62, 0.36, 0.24), 0.6)
    weave = _weave(target)
    relief = (0.18 * weave).astype(np.float32)
    kind, pieces = planes(target), mass_pieces(target)
    bulk = np.array([0.3, 0.32, 0.32, 0.5], dtype=np.float32)[kind]

    def finished(canvas: Pixels) -> Pixels:
        fine = max(0.5 * target.unit, 0.5)
        soft = [blur(np.clip(canvas[..., i], 0, 1), fine) for i in range(3)]
        made = np.stack(soft, axis=-1)
        # Lights are laid thick and darks thin.
        return lit_relief(made, relief, bulk * (0.45 + 1.1 * luminance(made)))

    show(stage, finished, np.broadcast_to(ground, (height, width, 3)))
    full = _rich(target.colour)
    aim = _rich(massed(target, pieces, kind))
    canvas = mix(ground, aim, np.float32(0.55)) * (1 + 0.02 * weave[..., None])
    show(stage, finished, canvas)
    angle, brush = stroke_angles(target, kind), bristles(target.rng)
    labels = np.stack(
        [_cut(target, pieces, 3.0), _cut(target, pieces, 1.6), _cut(target, regions(target), 1.0)]
    )
    scale = nearness(target) * fineness(target)
    loose = 0.06 + 0.2 * frontal(target)
    for plane, wide, long, spread, share, off, body, dry in _BRUSHES:
        strokes = lay(
            target, width=wide, length=long, angle=angle, label=labels[1], spread=spread,
            need=(share * (kind == plane)).astype(np.float32), scale=scale, tolerance=0.2,
            jitter=loose,
        )  # fmt: skip
        _stroke(target, canvas, relief, strokes, aim, labels, brush, off, body, dry)
        show(stage, finished, canvas)
    aim = mix(aim, full, 0.55 * target.weight)
    for wide, share in _MENDING:
        need = share * _need(target, canvas, aim, wide) * (kind != SKY)
        strokes = lay(
            target, width=wide, length=4.2, angle=angle, label=labels[1], spread=0.7,
            need=need.astype(np.float32), scale=scale, tolerance=0.14, jitter=0.08,
        )  # fmt: skip
        _stroke(target, canvas, relief, strokes, aim, labels[1:], brush, 0.008, 0.7, 0.25)
        show(stage, finished, canvas)
    return finished(canvas)


def _stroke(
    target: Target,
    canvas: Pixels,
    relief: Map,
    strokes: Strokes,
    aim: Pixels,
    labels: Index,
    brush: Map,
    off: float,
    body: float,
    dry: float,
) -> None:
    """Strokes from far to near in the colours that are aimed at."""
    if not len(strokes):
        return
    depth = strokes.at(target.buffers.depth).astype(np.float32)
    strokes = strokes.ordered(-np.log(depth) + target.rng.normal(0, 0.25, len(strokes)))
    colours = strokes.mean(aim)
    # Lights are laid a little warm, shades a little cool.
    lab = to_oklab(colours)
    warm = np.clip(lab[:, :1] - 0.55, -0.25, 0.25) * np.array([0.0, 0.04, 0.12])
    colours = broken(target, from_oklab(lab + warm), light=off, hue=off * 0.7)
    paint(canvas, relief, strokes, colours, labels, brush, body=body, dry=dry)


def _rich(colour: Pixels) -> Pixels:
    """Colours as oil binds them: deeper in the darks and fuller in hue than a matt paint."""
    lab = to_oklab(colour)
    lab[..., 0] += 0.1 * (lab[..., 0] - 0.56)
    return from_oklab(lab * np.array([1.0, 1.2, 1.2], np.float32))


def _need(target: Target, canvas: Pixels, aim: Pixels, wide: float) -> Map:
    """Where the picture is still far from its aim, the more so where the eye rests."""
    gaps = (canvas - aim) * 2 + 0.5
    radius = 0.3 * wide * target.unit
    off = sum(np.abs(blur(gaps[..., i], radius) - 0.5) for i in range(3)) / 6
    return np.asarray(eased(off, 0.02, 0.07) * (0.15 + 0.85 * target.weight), dtype=np.float32)


def _cut(target: Target, label: Index, amount: float) -> Index:
    """Shapes with edges as a hand cuts them, off by up to half of `amount` units."""
    return trembled(target, label, amount).astype(np.int32)


def _weave(target: Target) -> Map:
    """The threads of the canvas, -1..1."""
    height, width = target.shape
    pitch = max(3.2 * target.unit, 2.2) / np.pi
    y, x = np.arange(height)[:, None] / pitch, np.arange(width)[None, :] / pitch
    uneven = cloud(target.shape, target.rng, cell=0.01, octaves=2)
    return np.asarray(np.sin(y) * np.sin(x) * (0.5 + uneven), dtype=np.float32)


OIL = Technique(
    "oil",
    "an oil painting in broad, visible strokes",
    ("oil", "impasto", "brush", "canvas", "painterly"),
    "full",
    render,
)
