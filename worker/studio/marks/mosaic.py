"""Mosaic: rows of tesserae laid along the contours, in grout, gold where the accent is."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from worker.studio.field.colour import Pixels, from_oklab, mix, to_oklab
from worker.studio.field.noise import blur, cloud
from worker.studio.field.shade import Target
from worker.studio.marks.flats import means
from worker.studio.marks.lines import Index, Map, span
from worker.studio.marks.paper import show
from worker.studio.marks.planes import (
    ACTOR,
    GROUND,
    SCENERY,
    SKY,
    fineness,
    mass_pieces,
    planes,
)
from worker.studio.marks.strokes import slopes
from worker.studio.marks.technique import Stage, Technique

# Size of stones by plane, in units; those of actors shrink on small parts.
_SIZES = {SKY: 23.0, GROUND: 21.0, SCENERY: 17.0, ACTOR: 13.0}
_RINGS = 3.2
"""Rows that follow the subject's outline in what lies behind it."""
_GOLD = np.array((0.83, 0.62, 0.2), dtype=np.float32)


def render(target: Target, stage: Stage) -> Pixels:
    """Grout, then the subject's tesserae along its contours, then calm rows, then the gaps."""
    kind, label, away = _shapes(target)
    angle = _rows(target, kind, away)
    fine = fineness(target)
    tile = np.full(target.shape, -1, dtype=np.int32)
    height = np.zeros(target.shape, dtype=np.float32)
    count, seed = 0, int(target.rng.integers(2**31))
    subject = kind == ACTOR
    passes = [(subject & (fine < 0.55), ACTOR, 0.5), (subject & (fine < 0.8), ACTOR, 0.75)]
    passes += [(subject, ACTOR, 1.0)]
    passes += [(kind == plane, plane, 1.0) for plane in (SKY, GROUND, SCENERY)]
    passes += [(kind == plane, plane, share) for share in (0.62, 0.4) for plane in _SIZES]
    for where, plane, share in passes:
        size = max(_SIZES[plane] * share * target.unit, 4.2)
        count = _lay(target, tile, height, label, angle, away, where, size, count)
        show(stage, _lit, target, seed, label, tile, height, count)
    return _lit(target, seed, label, tile, height, count)


def _shapes(target: Target) -> tuple[Index, Index, Map]:
    """Planes, the shapes that tesserae keep within, and how far from the contour that rows follow
    each pixel lies: the subject's for the first rows around it, else that of its own shape.
    """
    kind, label = planes(target), mass_pieces(target, (0.3, 0.62))
    edge = np.zeros(target.shape, dtype=bool)
    edge[1:] |= label[1:] != label[:-1]
    edge[:, 1:] |= label[:, 1:] != label[:, :-1]
    away = distance_transform_edt(~edge)
    off = distance_transform_edt(kind != ACTOR)
    ring = (kind != ACTOR) & (off < _RINGS * _SIZES[SKY] * target.unit)
    return kind, label, np.where(ring, off, away).astype(np.float32)


def _rows(target: Target, kind: Index, away: Map) -> Map:
    """The angle of rows: round the subject, in it and for some rows about it; else level."""
    down, right = slopes(blur(np.clip(away / 255, 0, 1), 2 * target.unit))
    sway = (cloud(target.shape, target.rng, cell=0.4, octaves=2) - 0.5) * 0.8
    level = kind != ACTOR
    sway = np.where(level, 0.06 * sway, sway)
    reach = np.where(level & (away > _RINGS * _SIZES[SKY] * target.unit), 0.0, 1.0)
    strength = np.clip(np.hypot(down, right) * 255, 0, 1) * reach
    near = np.arctan2(down, right) + np.pi / 2
    x = strength * np.cos(2 * near) + (1.05 - strength) * np.cos(2 * sway)
    y = strength * np.sin(2 * near) + (1.05 - strength) * np.sin(2 * sway)
    return np.asarray(0.5 * np.arctan2(y, x), dtype=np.float32)


def _lay(
    target: Target,
    tile: Index,
    height: Map,
    label: Index,
    angle: Map,
    away: Map,
    where: NDArray[np.bool_],
    size: float,
    count: int,
) -> int:
    """Lay tesserae of one size wherever there is room; the number laid so far."""
    step = max(int(size / 4), 1)
    rows, columns = np.mgrid[0 : target.shape[0] : step, 0 : target.shape[1] : step]
    rows, columns = rows.ravel(), columns.ravel()
    free = (tile[rows, columns] < 0) & where[rows, columns]
    rows, columns = rows[free], columns[free]
    # One row is laid round each contour; then, inwards or, in calm planes, from row to row.
    turn = away[rows, columns] / (size * 1.08)
    row = np.floor(turn) + 0.8 * np.abs(turn % 1.0 - 0.5)
    calm = (size > 1.2 * _SIZES[ACTOR] * target.unit) & (turn > _RINGS)
    order = np.argsort(np.where(calm, 9 + rows // max(int(size * 1.02), 1), row), kind="stable")
    return int(_place(tile, height, label, angle, rows[order], columns[order], size, where, count))


def _lit(target: Target, seed: int, label: Index, tile: Index, height: Map, shown: int) -> Pixels:
    """The tesserae up to a number, each with its own colour, tilt and gloss, in grout."""
    rng = np.random.default_rng(seed)
    total = max(int(tile.max()) + 1, 1)
    flat, laid = np.maximum(tile, 0).ravel(), ((tile >= 0) & (tile < shown)).ravel()
    weight = np.maximum(np.bincount(flat, laid, minlength=total), 1e-3)
    # Stones come in few colours: those of the shape, a little drawn to what each shows.
    own = np.where(target.buffers.object < 0, np.float32(0.9), np.float32(0.35))
    aim = mix(means(label, target.colour)[label], target.colour, own)
    mean = np.stack(
        [np.bincount(flat, laid * aim[..., c].ravel(), total) / weight for c in range(3)], 1
    )
    held = np.bincount(flat, laid * target.accent.ravel(), total) / weight > 0.5
    busy = np.bincount(flat, laid * target.weight.ravel(), total)[:, None] / weight[:, None]
    off = rng.normal(0, 1, (total, 3)) * (0.024, 0.008, 0.011) * (0.6 + 0.8 * busy)
    lab = to_oklab(mean) * np.array([1.04, 1.3, 1.3]) + off
    colours = from_oklab(lab)
    share = np.clip(0.5 + 0.75 * mean.mean(1, keepdims=True), 0, 1)
    bright = np.clip(target.accent_colour * rng.uniform(0.93, 1.07, (total, 1)) * share, 0, 1)
    colours = np.where(held[:, None], mix(colours, bright, 0.5), colours)
    # Gold is set only where the light falls on the accent.
    light = np.bincount(flat, laid * target.buffers.light.ravel(), total) / weight
    gilt = held & (light > np.percentile(light[held], 90) if held.any() else held)
    gold = np.clip(_GOLD * rng.uniform(0.9, 1.2, (total, 1)), 0, 1)
    colours = np.where(gilt[:, None], mix(colours, gold, 0.45), colours)
    gloss = rng.normal(0, 1, total) ** 2 * 0.006 * np.where(gilt, 4, 1)
    # The grout is a small step from its stones: darker between lights, lighter between darks.
    plain = to_oklab(aim)
    plain[..., 0] += np.where(plain[..., 0] > 0.38, -0.09, 0.04)
    grout = from_oklab(plain * np.array([1.0, 0.7, 0.7], np.float32))
    dirt = 1 + 0.1 * (cloud(target.shape, rng, cell=0.008, octaves=2) - 0.5)
    down, right = slopes(blur(np.clip(height, 0, 1), 0.7 * target.unit))
    bevel = np.clip((down + right) * -0.3 * max(target.unit, 0.5), -0.4, 0.35)
    stone = 1 + 0.05 * (cloud(target.shape, rng, cell=0.006, octaves=2) - 0.5)
    body = colours[tile] * stone[..., None] + gloss[tile][..., None]
    seen = (np.clip(height, 0, 1) * laid.reshape(tile.shape))[..., None]
    picture = grout * dirt[..., None] * (1 - seen) + body * seen
    return np.asarray(np.clip(picture * (1 + bevel[..., None]), 0, 1), dtype=np.float32)


@njit(cache=True, nogil=True)
def _set(tile, height, label, y, x, sy, sx, size, number):  # type: ignore[no-untyped-def]
    """The share of a tessera's place that is taken; with a number, it is set there."""
    half, gap = size * 0.5, max(size * 0.07, 0.4)
    own = label[int(y), int(x)]
    top, bottom = span(y, y, half * 1.5 + 1, tile.shape[0])
    left, right = span(x, x, half * 1.5 + 1, tile.shape[1])
    taken, total = 0, 0
    for i in range(top, bottom):
        for j in range(left, right):
            u, v = (j - x) * sx + (i - y) * sy, (i - y) * sx - (j - x) * sy
            depth = half - max(abs(u), abs(v))
            if depth <= 0:
                continue
            total += 1
            taken += tile[i, j] >= 0
            if number >= 0 and tile[i, j] < 0 and label[i, j] == own:
                tile[i, j] = number
                height[i, j] = min(max((depth - gap) * 0.9 + 0.5, 0.0), 1.0)
    return taken / total if total else 1.0


@njit(cache=True, nogil=True)
def _place(tile, height, label, angle, rows, columns, size, where, count):  # type: ignore[no-untyped-def]
    tall, wide = tile.shape
    for k in range(len(rows)):
        if tile[rows[k], columns[k]] >= 0:
            continue
        for way in (1.0, -1.0):
            y, x = float(rows[k]), float(columns[k])
            py, px = 0.0, 0.0
            if way < 0:
                a = angle[rows[k], columns[k]]
                y, x = y - np.sin(a) * size, x - np.cos(a) * size
            for _ in range(400):
                r, q = int(y), int(x)
                if y < 0 or x < 0 or r >= tall or q >= wide:
                    break
                if tile[r, q] >= 0 or label[r, q] != label[rows[k], columns[k]] or not where[r, q]:
                    break
                a = angle[r, q]
                sy, sx = np.sin(a), np.cos(a)
                if py * sy + px * sx < 0 or (py == 0 and px == 0 and way < 0):
                    sy, sx = -sy, -sx
                if _set(tile, height, label, y, x, sy, sx, size, -1) > 0.16:
                    break
                _set(tile, height, label, y, x, sy, sx, size, count)
                count += 1
                y, x = y + sy * size, x + sx * size
                py, px = sy, sx
    return count


MOSAIC = Technique(
    "mosaic",
    "a mosaic of small stones",
    ("mosaic", "tesserae", "byzantine", "smalti", "ravenna"),
    "full",
    render,
)
