"""The planes of a picture, which marks tell apart: sky, ground, scenery, and what it is about."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from worker.studio.field.colour import Pixels, mix
from worker.studio.field.noise import cloud
from worker.studio.field.shade import Target
from worker.studio.marks.flats import dense, local_shapes, means, steps
from worker.studio.marks.lines import Index, Map
from worker.studio.marks.strokes import hand_flow, regions
from worker.studio.scene import model

SKY, GROUND, SCENERY, ACTOR = range(4)
_LEVEL = 0.5
"""Share of a part behind the subject that is level at least, if it is ground."""


def planes(target: Target) -> Index:
    """Which plane each pixel belongs to, (h, w)."""
    seen = target.buffers
    actor = (seen.object < model.SCENERY) | (seen.object >= model.RIBBONS)
    subject = actor & (seen.object >= 0)
    # The front of a table, nearer than what stands on it, is no wall.
    nearest = float(seen.depth[subject].min()) if subject.any() else 0.0
    level = (np.abs(seen.normal[..., 1]) > 0.9) | (seen.depth < nearest)
    set_ = seen.object >= model.GROUND
    level &= set_
    # The crest of a hill is level, too, but part of the hill.
    for number in range(int(seen.part[set_].max(initial=-1)) + 1):
        here = set_ & (seen.part == number)
        if here.any() and seen.depth[here].min() > nearest and level[here].mean() < _LEVEL:
            level &= ~here
    kind = np.where(actor, ACTOR, np.where(level, GROUND, SCENERY))
    return np.where(seen.object < 0, SKY, kind).astype(np.int32)


def behind(target: Target) -> NDArray[np.bool_]:
    """What stands upright behind the subject: sky, walls and hills."""
    kind = planes(target)
    set_ = (kind == SCENERY) & (target.buffers.object >= model.GROUND)
    return np.asarray((kind == SKY) | set_)


def things(target: Target) -> NDArray[np.bool_]:
    """What stands on the ground: actors, and scenery such as a tree farther back."""
    return np.asarray(~behind(target) & (planes(target) != GROUND))


def nearness(target: Target) -> Map:
    """The size of marks by distance: 1 at the nearest actor, smaller farther back."""
    actor = planes(target) == ACTOR
    depth = target.buffers.depth
    near = float(np.percentile(depth[actor], 10)) if actor.any() else float(np.median(depth))
    size = (near / np.maximum(depth, 0.05)) ** 0.6
    return np.where(target.buffers.object < 0, 1, np.clip(size, 0.3, 1.3)).astype(np.float32)


def fineness(target: Target) -> Map:
    """The size of marks by parts: 1 on large ones, a third on small ones of actors (heads)."""
    part = dense(regions(target))
    extent = np.sqrt(np.bincount(part.ravel()))[part] / target.unit
    fine = np.clip(extent / 190, 0.33, 1)
    return np.where(planes(target) == ACTOR, fine, 1).astype(np.float32)


def thin(target: Target, least: float) -> NDArray[np.bool_]:
    """Where a part of a thing is thinner than `least` units, (h, w).

    A tool whose mark is not much narrower than that has no room there for a light and a shade.
    """
    step = 2 if target.unit * least > 16 else 1
    part, reach = regions(target)[::step, ::step], least * target.unit / step / 2
    inner = np.ones(part.shape, dtype=bool)
    for axis in (0, 1):
        same = np.diff(part, axis=axis) == 0
        inner &= np.insert(same, 0, True, axis) & np.insert(same, same.shape[axis], True, axis)
    thing = things(target)
    core = (distance_transform_edt(inner) >= reach) & thing[::step, ::step]
    # The discs of that size that fit into the part.
    thick = distance_transform_edt(~core) <= reach if core.any() else core
    thick = thick.repeat(step, 0).repeat(step, 1)[: target.shape[0], : target.shape[1]]
    return np.asarray(thing & ~thick)


def plain(target: Target, plane: Map, least: float) -> Map:
    """A map of tone with one value, light or dark, where a part is under `least` units thick."""
    narrow = thin(target, least)
    part = dense(2 * regions(target) + narrow)
    step = np.clip((means(part, plane[..., None])[part, 0] - 0.3) / 0.4, 0, 1)
    return np.where(narrow, step**2 * (3 - 2 * step), plane).astype(np.float32)


def even_hills(target: Target, plane: Map) -> Map:
    """A map with one value on each hill before a sky: a lighter crest would be a line or a glow."""
    kind = planes(target)
    hill = behind(target) & (kind != SKY) & bool((kind == SKY).any())
    part = dense(np.where(hill, target.buffers.part + 2, 0))
    return np.where(hill, means(part, plane[..., None])[part, 0], plane).astype(np.float32)


def stroke_angles(target: Target, kind: Index) -> Map:
    """Angles of strokes: long and calm in the sky, in perspective on the ground, round forms."""
    calm = 0.7 * (cloud(target.shape, target.rng, cell=0.9, octaves=1) - 0.5) - 0.1
    return np.where(kind == SKY, calm, hand_flow(target, sway=0.16)).astype(np.float32)


def mass_pieces(target: Target, cuts: tuple[float, ...] = (0.34, 0.66)) -> Index:
    """Local shapes split at the edges of light and shade, dense."""
    return dense(local_shapes(target) * (len(cuts) + 1) + steps(target, cuts, soft=5.0))


def massed(target: Target, pieces: Index, kind: Index) -> Pixels:
    """The picture's colours drawn to those of its masses; the sky keeps its gradation."""
    keep = np.array([1.0, 0.7, 0.6, 0.7], dtype=np.float32)[kind]
    return mix(means(pieces, target.colour)[pieces], target.colour, keep)
