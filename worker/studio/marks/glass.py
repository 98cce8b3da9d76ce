"""Stained glass: pieces of coloured glass with streaks, lit from behind, in lead."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, label

from worker.studio.field.colour import Pixels, from_hex, from_oklab, to_oklab
from worker.studio.field.noise import blur, cloud
from worker.studio.field.raster import DRAWN
from worker.studio.field.shade import Target
from worker.studio.marks.flats import dense, means, shining, streaks
from worker.studio.marks.lines import Index, Map, contours, swelling
from worker.studio.marks.paper import eased, inset, show
from worker.studio.marks.planes import ACTOR, GROUND, planes
from worker.studio.marks.strokes import hand_flow, regions
from worker.studio.marks.technique import Stage, Technique

_MARGIN = 20.0
_LEADS = 5.5, 6.5, 11.0
"""Widths of leads in units: between panes behind the subject, within it, and about it."""
_STOCK = (
    "#a80f1c",
    "#d8343a",
    "#e58a98",
    "#10247e",
    "#2459c4",
    "#8fc1ea",
    "#0f6b3a",
    "#6f9a2a",
    "#f4b41f",
    "#d9780f",
    "#8c3d10",
    "#5b1f78",
    "#a98bc8",
    "#f4efdc",
    "#c3d3d6",
    "#f0c69c",
    "#17606e",
    "#31456b",
)
"""Glass that a glazier has: ruby, rose, blues, greens, silver stain, amber, violets, whites."""
_ROWS, _COLUMNS = 3, 3
_DARK = np.array((0.055, 0.055, 0.065), dtype=np.float32)


def render(target: Target, stage: Stage) -> Pixels:
    """The cartoon's lead lines, the glass piece by piece, its painting, the light."""
    piece = _pieces(target)
    away, width = _leads(target, piece)
    glass = _glass(target, piece, away)
    lead = np.clip((width / 2 - away) * max(target.unit, 0.3) + 0.5, 0, 1)
    frame = np.clip((_MARGIN - inset(target)) * max(target.unit, 0.3) + 0.5, 0, 1)
    lead = np.maximum(lead, frame)
    painted = _painted(target, piece)
    order = target.rng.random(int(piece.max()) + 1)

    def seen(share: float, paint: float, glow: float) -> Pixels:
        bare = np.array((0.9, 0.9, 0.88), dtype=np.float32)
        body = np.where((order < share)[piece][..., None], glass, bare)
        body = body * (1 - paint * painted)[..., None]
        return _lit(target, body, lead, away, glow)

    for share in np.linspace(0, 1, 9).tolist():
        show(stage, seen, share, 0, 0)
    show(stage, seen, 1, 0.8, 0)
    return seen(1, 0.8, 1)


def _leads(target: Target, piece: Index) -> tuple[Map, Map]:
    """The distance from the nearest lead in units, and that lead's width: widest about the
    subject, narrowest between the panes behind it.
    """
    actor = planes(target) == ACTOR
    near = blur(actor.astype(np.float32), 2 * target.unit)
    kind = np.where(near > 0.97, 1, np.where(near > 0.03, 2, 0))
    far, (rows, columns) = distance_transform_edt(~_borders(piece), return_indices=True)
    hand = 0.8 + 0.4 * cloud(target.shape, target.rng, cell=0.15, octaves=1)
    width = (np.array(_LEADS, np.float32)[kind] * hand)[rows, columns]
    away = np.minimum(far.astype(np.float32) / target.unit, np.abs(inset(target) - _MARGIN / 2))
    return away.astype(np.float32), width.astype(np.float32)


def _pieces(target: Target) -> Index:
    """The pieces of glass, dense: parts, shadows, then few breaks in what is large."""
    seen, kind = target.buffers, planes(target)
    shape = dense(regions(target) * 2 + shining(target))
    counts = np.bincount(shape.ravel())[shape]
    # What is too small to be cut from glass is painted on its object's piece.
    whole = dense(seen.object + 2) + int(shape.max()) + 1
    shape = dense(np.where(counts > (34 * target.unit) ** 2, shape, whole))
    shape = _cleaned(target, shape)
    size = np.sqrt(np.bincount(shape.ravel()))[shape] / target.unit
    shaded = blur(np.clip(seen.light, 0, 1), 7 * target.unit) < 0.42
    shape = shape * 2 + (shaded & (size > 160) & (seen.object >= 0))
    breaks = np.where((kind != ACTOR) & (size > 300), _breaks(target, kind), 0)
    return _cleaned(target, dense(shape * (int(breaks.max()) + 1) + breaks))


def _breaks(target: Target, kind: Index) -> Index:
    """Few leads across the large planes: quarries of a window, and level bars on the ground."""
    height, width = target.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    bend = 0.16 * (cloud(target.shape, target.rng, cell=0.6, octaves=1) - 0.5)
    start = float(target.rng.random())
    row = np.floor((y / height + bend) * _ROWS + start).astype(np.int32)
    # Quarries are laid like stones: each row is shifted against the next.
    column = np.floor((x / width + bend) * _COLUMNS + start + 0.5 * (row % 2)).astype(np.int32)
    rows = np.nonzero((kind == GROUND).any(axis=1))[0]
    top = float(rows[0]) if len(rows) else height
    depth = np.clip((y - top) / max(height - top, 1) + bend, 0, 1)
    bar = np.digitize(depth, (0.2, 0.55)).astype(np.int32) + _ROWS + 2
    row, column = np.where(kind == GROUND, bar, row + 1), column + 1
    return np.asarray(1 + row * (_COLUMNS + 3) + column, dtype=np.int32)


def _cleaned(target: Target, piece: Index) -> Index:
    """Pieces that can be cut from glass: slivers and splinters go to the nearest larger one."""
    core = distance_transform_edt(~_borders(piece)) > 3.6 * target.unit
    found, count = label(core)
    if count == 0:
        return piece
    large = np.bincount(found.ravel()) > (15 * target.unit) ** 2
    large[0] = False
    if not large.any():
        return piece
    near = distance_transform_edt(~large[found], return_distances=False, return_indices=True)
    return dense(found[near[0], near[1]])


def _borders(piece: Index) -> NDArray[np.bool_]:
    edge = np.zeros(piece.shape, dtype=bool)
    edge[1:] |= piece[1:] != piece[:-1]
    edge[:, 1:] |= piece[:, 1:] != piece[:, :-1]
    return edge


def _glass(target: Target, piece: Index, away: Map) -> Pixels:
    """Each piece in one deep colour, streaked and uneven as old glass is."""
    lab = to_oklab(means(piece, target.colour)) * np.array([1.0, 2.0, 2.0], np.float32)
    # The panes behind are deep, so that the subject stands before them.
    deep = means(piece, (target.buffers.object < 0).astype(np.float32)[..., None])
    lab = lab * np.concatenate([1 - 0.1 * deep, 1 + 0.35 * deep, 1 + 0.35 * deep], axis=1)
    # Glass is coloured in the melt: a brown is amber, a dark grey is blue or violet.
    stock = to_oklab(np.stack([from_hex(code) for code in _STOCK]))
    gap = (lab[:, None] - stock[None]) * np.array([0.9, 2.0, 2.0], np.float32)
    near = stock[np.argmin((gap**2).sum(-1), axis=1)]
    lab = lab + (near - lab) * np.array([0.55, 0.75, 0.75], np.float32)
    lab = lab + target.rng.normal(0, 1, lab.shape) * (0.03, 0.01, 0.01)
    lab[:, 0] = np.clip(lab[:, 0], 0.34, 0.95)
    streak = streaks(target, hand_flow(target, sway=0.8), 160.0, grain=12.0) - 0.5
    wave = cloud(target.shape, target.rng, cell=0.12, octaves=2) - 0.5
    level = 0.05 * streak + 0.1 * wave + 0.04 - 0.16 * np.exp(-away / 5)
    full = lab[piece].astype(np.float32)
    full[..., 0] = np.clip(full[..., 0] + level, 0, 1)
    full[..., 1:] *= (1 + 0.3 * np.exp(-away / 6))[..., None]
    return from_oklab(full)


def _painted(target: Target, piece: Index) -> Map:
    """Black vitreous paint on the subject: fine lines, and soft enamel in the shades."""
    line = swelling(target, contours(target, smooth=2.6, shortest=11.0), 2.4, shade=0.3)
    usual = means(piece, target.tone[..., None])[piece][..., 0]
    soft = blur(target.tone, 5 * target.unit)
    matt = 0.6 * eased(usual - soft, 0.04, 0.3)
    crowded = eased(blur(target.buffers.edge, 9 * target.unit), 0.14, 0.3)
    fine = line.drawn(target.shape) * (1 - 0.85 * crowded) * np.clip(0.35 + target.weight, 0, 1)
    fine = np.where(target.buffers.edge == DRAWN, 1, fine * (target.buffers.object >= 0))
    return np.asarray(np.maximum(0.9 * fine, matt), dtype=np.float32)


def _lit(target: Target, body: Pixels, lead: Map, away: Map, glow: float) -> Pixels:
    """Light through the glass spills over the lead, which is round and dull."""
    solder = np.clip(1 - np.abs(away) / 4, 0, 1) ** 2 * 0.07
    metal = _DARK + solder[..., None]
    picture = body * (1 - lead[..., None]) + metal * lead[..., None]
    if glow:
        spill = [blur(np.clip(picture[..., i] ** 2, 0, 1), 13 * target.unit) for i in range(3)]
        picture = 1 - (1 - picture) * (1 - 0.34 * glow * np.stack(spill, axis=-1))
    return np.asarray(np.clip(picture, 0, 1), dtype=np.float32)


STAINED_GLASS = Technique(
    "stained glass",
    "a stained-glass window in lead",
    ("stained glass", "glass", "window", "lead", "gothic"),
    "full",
    render,
)
