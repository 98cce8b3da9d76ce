"""Etching: short free strokes of a needle, crossed in shade, over tones of aquatint."""

from __future__ import annotations

import numpy as np

from worker.studio.field.colour import Pixels, to_hex
from worker.studio.field.noise import blur, cloud
from worker.studio.field.raster import DRAWN
from worker.studio.field.shade import Target
from worker.studio.marks.flats import cleaned
from worker.studio.marks.lines import Lines, Map, contours, joined, swelling
from worker.studio.marks.paper import (
    dark_ink,
    eased,
    inked,
    inset,
    light_paper,
    plate_darks,
    plate_mark,
    sheet,
    show,
    tooth,
    within,
)
from worker.studio.marks.planes import (
    GROUND,
    behind,
    even_hills,
    fineness,
    nearness,
    plain,
    planes,
    thin,
)
from worker.studio.marks.slicing import fields, slices
from worker.studio.marks.strokes import Strokes, lay, regions
from worker.studio.marks.svg import to_svg
from worker.studio.marks.technique import Stage, Technique

# Set of slices, turn from it, distance of lines and their length in units, darkness from and to.
_SETS = (
    (0, 0.0, 3.3, 40.0, 0.1, 0.62),
    (0, 0.12, 3.4, 34.0, 0.32, 0.74),
    (1, 0.0, 3.3, 30.0, 0.46, 0.84),
    (2, 0.0, 3.3, 26.0, 0.62, 0.92),
    (1, 0.4, 3.0, 22.0, 0.76, 0.95),
)
_PLATE, _WIDTH = 30.0, 1.2
_TONES = (0.66, 0.42), (0.85, 0.5)
"""Darkness from which on a part of the subject or the ground is bitten in tone, and how deep."""
_LEAST, _THIN = 24.0, 13.0
"""Side, in units, of the smallest spot that is stopped out or bitten in tone, and thickness of the
thinnest part that is modelled.
"""


def render(target: Target, stage: Stage) -> Pixels:
    """Outlines drawn loosely twice, then the hatching from light to dark, and the wiping."""
    paper = sheet(target, light_paper(target))
    dark = _darks(target)
    film = _film(target, dark)

    def printed(cover: Map) -> Pixels:
        held = eased(blur(target.accent.astype(np.float32), 2 * target.unit), 0.1, 0.6)[..., None]
        ink = _ink(target) + (target.accent_colour * 0.85 - _ink(target)) * held
        bled = np.maximum(cover, 0.5 * blur(cover, 0.6 * target.unit))
        pulled = inked(inked(paper, _ink(target), film), ink, bled)
        return np.clip(plate_mark(target, pulled, _PLATE), 0, 1)

    cover = np.zeros(target.shape, dtype=np.float32)
    show(stage, printed, cover)
    inside = within(target, _PLATE)
    for part in _drawn(target, dark):
        cover = np.maximum(cover, part.drawn(target.shape) * inside)
        show(stage, printed, cover)
    return np.asarray(printed(cover), dtype=np.float32)


def _darks(target: Target) -> Map:
    return plain(target, plate_darks(target), _THIN)


def _ink(target: Target) -> Pixels:
    return np.asarray(dark_ink(target) * 0.8 + np.array((0.02, 0.012, 0.005), np.float32))


def _drawn(target: Target, dark: Map) -> list[Lines]:
    """All lines of the needle: two loose outlines, then the sets of hatching."""
    outline = contours(target, smooth=3.0, shortest=7.0)
    # What is behind is drawn once, finely: it is in tone.
    near = blur((~behind(target)).astype(np.float32), 1.2 * target.unit) > 0.1
    parts = [
        _loose(target, swelling(target, outline.cut(where), w, shade=0.5), o)
        for where, w, o in ((near, 2.0, 1.2), (near & ~thin(target, _THIN), 1.3, 3.2))
    ]
    parts.append(_loose(target, swelling(target, outline.cut(~near), 1.4, shade=0.5), 1.2))
    hand = 0.1 * (cloud(target.shape, target.rng, cell=0.05, octaves=3) - 0.5)
    dark = np.clip(dark + hand, 0, 1)
    cut, label = slices(target), regions(target)
    kind = planes(target)
    # Faces and all that is small are drawn with short strokes.
    busy = eased(blur(target.buffers.edge, 14 * target.unit), 0.02, 0.12)
    scale = nearness(target) * fineness(target) ** 0.6 * (1 - 0.3 * busy)
    # Calm planes have few lines, and those long.
    calm = np.array([0.6, 0.85, 0.9, 1.0], dtype=np.float32)[kind]
    calm = calm * np.where(kind == GROUND, eased(dark, 0.12, 0.32), 1)
    # What stands behind is bitten in tone, not in lines.
    share = np.maximum(calm, eased(dark, 0.6, 0.8)) * ~behind(target)
    angles = [fields(target, cut, which).angle for which in range(3)]
    for which, turn, space, long, low, high in _SETS:
        need = np.clip((dark - low) / (high - low), 0, 1) ** 0.8 * share
        # A ground is not crossed: its darks are tone.
        need = need * ((kind != GROUND) | (which == 0))
        sway = cloud(target.shape, target.rng, cell=0.15, octaves=2) - 0.5
        angle = angles[which] + turn + 0.2 * sway
        strokes = lay(
            target, width=space, length=long / space, angle=angle.astype(np.float32), label=label,
            need=need.astype(np.float32), scale=scale, spread=(long / space) ** 0.5,
            tolerance=0.16, jitter=0.03,
        )  # fmt: skip
        parts.append(_needle(target, strokes, strokes.at(dark)))
    return parts


def _needle(target: Target, strokes: Strokes, dark: Map) -> Lines:
    """Strokes as lines of a needle: bitten deeper in the darks, thinner where it lifts."""
    place = np.arange(strokes.paths.shape[1])[None, :]
    valid = (place >= strokes.first[:, None]) & (place < strokes.last[:, None])
    counts = valid.sum(1)
    ends = np.minimum(place - strokes.first[:, None], strokes.last[:, None] - 1 - place)
    press = target.rng.uniform(0.6, 1.15, (len(strokes), 1)) * np.clip(0.45 + 0.3 * ends, 0, 1)
    press = press * (0.8 + 0.8 * dark[:, None] ** 2)
    widths = (press * max(_WIDTH * target.unit, 0.7))[valid].astype(np.float32)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return Lines(strokes.paths[valid], widths, widths, starts)


def _loose(target: Target, lines: Lines, off: float) -> Lines:
    """Lines drawn again by a free hand, up to so many units beside."""
    shift = [
        (lines.at(cloud(target.shape, target.rng, cell=0.05, octaves=2)) - 0.5)
        * 2
        * off
        * target.unit
        for _ in range(2)
    ]
    moved = np.stack(shift, axis=1) * (lines.values != DRAWN)[:, None]
    moved = lines.points + moved.astype(np.float32)
    return Lines(moved, lines.widths, lines.values, lines.starts)


def _film(target: Target, dark: Map) -> Map:
    """Ink between the lines, up to the plate's edge: what is left when the plate is wiped, little
    in the middle and more at the edges, and the tones of the aquatint.
    """
    edges = eased(260 - inset(target), 0, 260)
    grain = 0.94 + 0.12 * tooth(target, size=1.6)
    film = 0.04 + 0.1 * edges + _aquatint(target, dark) * grain
    return np.asarray(within(target, _PLATE) * np.clip(film, 0, 0.97), dtype=np.float32)


def _aquatint(target: Target, dark: Map) -> Map:
    """Tones that the acid bites: a gradation on each plane, and flat ones in the shade of things
    and in their shadow; all end at a sharp edge, as stopping-out varnish makes it.
    """
    tone, kind, least = np.zeros_like(dark), planes(target), (_LEAST * target.unit) ** 2
    back, ground = behind(target), kind == GROUND
    even = even_hills(target, dark)
    for plane, deepest, low in ((back, 0.92, 0.15), (ground, 0.7, 0.3)):
        share = np.maximum(blur(plane.astype(np.float32), 4 * target.unit), 0.02)
        bite = blur(eased(even, low, 1.08) * plane, 4 * target.unit) / share
        tone = np.where(plane, deepest * bite, tone)
    cast = (target.buffers.shadow < 0.5) & ground & (dark > 0.5)
    tone = np.maximum(tone, 0.75 * cleaned(cast, least))
    smooth = blur(dark, 2 * target.unit)
    shade = sum(deep * cleaned(smooth > level, least).astype(np.float32) for level, deep in _TONES)
    tone = np.where(back | ground, tone, shade).astype(np.float32)
    return blur(tone, 0.5 * target.unit)


def lines(target: Target) -> str:
    """The needle's lines as paths for a plotter: one layer an ink."""
    both = joined(_drawn(target, _darks(target))).cut(within(target, _PLATE) > 0.5)
    black, red = both.cut(~target.accent), both.cut(target.accent)
    return to_svg(target, {to_hex(_ink(target)): black, to_hex(target.accent_colour): red})


ETCHING = Technique(
    "etching",
    "an etching, freely hatched with the needle",
    ("etching", "etched", "needle", "rembrandt", "aquafortis"),
    "ink",
    render,
    lines,
)
