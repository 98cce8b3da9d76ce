"""Copper engraving: burin lines that are slices of the forms, swelling with shade, and contours."""

from __future__ import annotations

import numpy as np

from worker.studio.field.colour import Pixels, to_hex
from worker.studio.field.noise import blur, cloud
from worker.studio.field.render import FAR
from worker.studio.field.shade import Target
from worker.studio.marks.lines import Lines, Map, contours, joined, swelling
from worker.studio.marks.paper import (
    dark_ink,
    eased,
    inked,
    light_paper,
    plate_darks,
    plate_mark,
    sheet,
    show,
    within,
)
from worker.studio.marks.planes import GROUND, behind, plain, planes
from worker.studio.marks.slicing import Slices, fields, hatch, phase, sliced, slices
from worker.studio.marks.svg import to_svg
from worker.studio.marks.technique import Stage, Technique

_PITCH = (6.4, 6.8, 7.2)
# Darkness at which each set of lines begins and is full, and its share of the surface then.
_SETS = ((0.04, 0.86, 0.66), (0.4, 0.9, 0.6), (0.62, 0.95, 0.62))
_MARGIN, _PLATE = 44.0, 24.0
_RULED = 0.92
"""Share of the surface that the one set of lines behind the subject inks in the deepest dark."""
_GAP = 0.9
"""Pixels of paper that stay between two ruled lines at least: finer gaps flicker."""
_THIN = 16.0
"""Thickness, in units, below which a part has one tone."""


def _pitches(target: Target, cut: Slices) -> list[Map]:
    return [np.maximum(cut.pitch(p * target.unit), 3.0) for p in _PITCH]


def halo(target: Target, reach: float) -> Map:
    """0 in the narrow gap that lines leave before a nearer form, `reach` units wide, else 1."""
    depth = np.minimum(target.buffers.depth, FAR)
    near = depth
    radius = max(round(reach * target.unit), 1)
    for axis in (0, 1):
        least = near
        for step in range(1, radius + 1):
            least = np.minimum(least, np.roll(near, step, axis))
            least = np.minimum(least, np.roll(near, -step, axis))
        near = least
    return np.asarray(near > depth * 0.9, dtype=np.float32)


def covers(target: Target) -> list[Map]:
    """The share of the surface that each set of lines inks."""
    hand = 0.07 * (cloud(target.shape, target.rng, cell=0.012, octaves=2) - 0.5)
    # The hand wavers on things: on a plain wall it would be speckle.
    back = behind(target)
    dark = np.clip(plain(target, plate_darks(target), _THIN) + hand * ~back, 0, 1)
    # A light wall or hill is bare paper; a sky is ruled, lightly where it is light.
    bare = back & (target.buffers.object >= 0)
    dark = np.where(bare, dark * eased(dark, 0.22, 0.5), dark)
    free = halo(target, 2.2) * within(target, _MARGIN)
    shares = [eased(dark, low, high) ** 0.9 * most for low, high, most in _SETS]
    # What is behind is ruled one way: crossed there, even darks would be a moiré.
    most = min(_RULED, 1 - _GAP / max(_PITCH[0] * target.unit, 3.0))
    ruled = [most * dark**0.9, np.zeros_like(dark), np.zeros_like(dark)]
    # So is a ground, but for the shadows on it.
    ground = (planes(target) == GROUND) & (target.buffers.shadow > 0.5)
    return [
        np.where(back | ground, one, share) * free for one, share in zip(ruled, shares, strict=True)
    ]


def outline(target: Target) -> Lines:
    """The contours as burin lines."""
    return swelling(target, contours(target), 3.0)


def render(target: Target, stage: Stage) -> Pixels:
    """Contours, then the lines of light, the crossings of shade and the deepest set."""
    paper = sheet(target, light_paper(target))
    ink = dark_ink(target)
    inside = within(target, _MARGIN)
    held = blur(target.accent.astype(np.float32), 2.5 * target.unit)
    held = eased(held, 0.02, 0.2) * inside

    def print_(cover: Map) -> Pixels:
        colour = ink + (target.accent_colour * 0.85 - ink) * held[..., None]
        return plate_mark(target, np.clip(inked(paper, colour, cover), 0, 1), _PLATE)

    cover = outline(target).drawn(target.shape) * inside
    show(stage, print_, cover)
    cut = slices(target)
    pitches = _pitches(target, cut)
    sets = [fields(target, cut, index) for index in range(3)]
    across = phase(sets[1], pitches[1])
    for index, (field, share) in enumerate(zip(sets, covers(target), strict=True)):
        lines = hatch(field, share, pitches[index], across if index == 0 else None)
        for most in (0.9, 0.6, 0.3):
            show(stage, print_, np.maximum(cover, lines * (target.tone < 1.2 - most)))
        cover = np.maximum(cover, lines)
        show(stage, print_, cover)
    return print_(cover)


def lines(target: Target) -> str:
    """The burin lines as paths for a plotter: one layer an ink."""
    cut = slices(target)
    pitches = _pitches(target, cut)
    parts = [outline(target)]
    for index, share in enumerate(covers(target)):
        field = fields(target, cut, index)
        parts.append(sliced(field, share, pitches[index], cut.region))
    both = joined(parts).cut(within(target, _MARGIN) > 0.5)
    black, red = both.cut(~target.accent), both.cut(target.accent)
    return to_svg(target, {to_hex(dark_ink(target)): black, to_hex(target.accent_colour): red})


ENGRAVING = Technique(
    "engraving",
    "a copper engraving",
    ("engraving", "copper", "burin", "dürer", "print"),
    "ink",
    render,
    lines,
)
