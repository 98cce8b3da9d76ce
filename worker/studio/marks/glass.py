"""Stained glass: pieces of coloured glass with streaks, lit from behind, in lead."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, label
from scipy.spatial import cKDTree

from worker.studio.field.colour import Pixels, from_hex, from_oklab, to_oklab
from worker.studio.field.noise import blur, cloud
from worker.studio.field.raster import DRAWN
from worker.studio.field.shade import Target
from worker.studio.marks.flats import dense, keyed, means, shining
from worker.studio.marks.lines import Index, Map, contours, swelling
from worker.studio.marks.paper import eased, inset, show, tooth
from worker.studio.marks.planes import ACTOR, GROUND, planes
from worker.studio.marks.strokes import regions, slopes
from worker.studio.marks.technique import Stage, Technique

_MARGIN, _BORDER = 14.0, 62.0
"""Distance in units of the border of small panes from the edge, and of the picture in it."""
_LEADS = 4.6, 6.0, 10.0
"""Widths of leads in units: between panes behind the subject, within it, and about it."""
_STOCK = (
    "#a3101f",
    "#cf2f3c",
    "#e58a98",
    "#10247e",
    "#2459c4",
    "#8fc1ea",
    "#0f6b3a",
    "#5f9a34",
    "#f4b41f",
    "#e08a1c",
    "#6a1f3c",
    "#5b1f78",
    "#a98bc8",
    "#f4efdc",
    "#c3d3d6",
    "#f0c69c",
    "#17606e",
    "#31456b",
    "#bcd6a4",
    "#12506b",
)
"""Glass that a glazier has: ruby, rose, blues, greens, silver stain, amber, violets, whites."""
_EDGING = tuple(to_oklab(from_hex(code)) for code in ("#a3101f", "#1b3fa0"))
_WAYS = ("quarries", "rays", "shards")
_QUARRY = 0.15, 0.2
"""Width and height of a lozenge, in shares of the shorter side."""
_RAYS = 14
_FOLDS = 0.35, 0.62
"""Light at which the form is traced with the brush."""
_DARK = np.array((0.05, 0.052, 0.062), dtype=np.float32)


def render(target: Target, stage: Stage) -> Pixels:
    """The cartoon's lead lines, the glass piece by piece, its painting, the light."""
    hue = np.where(planes(target) == ACTOR, 0.02, 0.09).astype(np.float32)
    target = replace(target, colour=keyed(target, darkest=0.3, lightest=0.97, hue=hue))
    piece = _bordered(target, _pieces(target))
    away, width = _leads(target, piece)
    glass = _glass(target, piece, away)
    lead = np.clip((width / 2 - away) * max(target.unit, 0.3) + 0.5, 0, 1).astype(np.float32)
    # A lead is a drawn strip: its edges are smooth, and rounded where two meet.
    reach = max(1.8 * target.unit, 0.8)
    lead = eased((blur(lead, reach) - 0.5) * (1.5 + 1.4 * target.unit) + 0.5, 0, 1)
    frame = np.clip((_MARGIN - inset(target)) * max(target.unit, 0.3) + 0.5, 0, 1)
    lead = np.maximum(lead, frame)
    painted = _painted(target, piece, away)
    order = target.rng.random(int(piece.max()) + 1)

    def seen(share: float, paint: float, glow: float) -> Pixels:
        bare = np.array((0.9, 0.9, 0.88), dtype=np.float32)
        body = np.where((order < share)[piece][..., None], glass, bare)
        body = body * (1 - paint * painted)[..., None]
        return _lit(target, body, lead, away, glow)

    for share in np.linspace(0, 1, 9).tolist():
        show(stage, seen, share, 0, 0)
    show(stage, seen, 1, 0.85, 0)
    return seen(1, 0.85, 1)


def _bordered(target: Target, piece: Index) -> Index:
    """The pieces within a border of small panes, long and short in turn."""
    height, width = target.shape
    y, x = (np.arange(n, dtype=np.float32) / target.unit for n in (height, width))
    sides = []
    for place, extent in ((y, height / target.unit), (x, width / target.unit)):
        count = max(round((extent - 2 * _BORDER) / 150), 2)
        step = (place - _BORDER) / (extent - 2 * _BORDER) * count
        sides.append((2 * np.floor(step) + (step % 1 > 0.72)).astype(np.int32))
    vertical = np.minimum(x, x[::-1])[None, :] < np.minimum(y, y[::-1])[:, None]
    along = np.where(vertical, sides[0][:, None], sides[1][None, :])
    corner = (np.minimum(x, x[::-1])[None, :] < _BORDER) & (
        np.minimum(y, y[::-1])[:, None] < _BORDER
    )
    along = np.where(corner, -9, along)
    side = np.where(vertical, 1, 0) * 2 + np.where(
        vertical, x[None, :] > x[-1] / 2, y[:, None] > y[-1] / 2
    )
    side = np.where(corner, 4 + (x[None, :] > x[-1] / 2) * 2 + (y[:, None] > y[-1] / 2), side)
    strip = side * 400 + along + 20
    outside = inset(target) < _BORDER
    return dense(np.where(outside, int(piece.max()) + 2 + strip, piece))


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
    """Leads across the large planes: lozenges, rays about the subject, or shards; level below."""
    height, width = target.shape
    short = float(min(height, width))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / short
    way = _WAYS[int(target.rng.integers(len(_WAYS)))]
    rows, columns = np.nonzero(kind == ACTOR)
    middle = (rows.mean() / short, columns.mean() / short) if len(rows) else (0.5, 0.5)
    if way == "quarries":
        u, v = x / _QUARRY[0], y / _QUARRY[1]
        back = 1 + 64 * (np.floor(u + v).astype(np.int32) + 8) + np.floor(u - v).astype(np.int32)
    elif way == "rays":
        off_y, off_x = y - middle[0], x - middle[1]
        ring = np.digitize(np.hypot(off_y, off_x), (0.3, 0.5, 0.75)).astype(np.int32)
        turn = np.arctan2(off_y, off_x) / (2 * np.pi) + 0.5 + 0.5 / _RAYS * (ring % 2)
        back = 1 + 64 * ring + (np.floor(turn * _RAYS).astype(np.int32) % _RAYS)
    else:
        back = 1 + _shards(target, 0.2, 0.2)
    ground = 1 + _shards(target, 0.3, 0.13)
    return np.where(kind == GROUND, 20_000 + ground, back).astype(np.int32)


def _shards(target: Target, wide: float, tall: float) -> Index:
    """Cells about scattered points, wide and tall in shares of the shorter side."""
    height, width = target.shape
    short = float(min(height, width))
    rows, columns = (int(n) for n in np.ceil((height / short / tall, width / short / wide)) + 2)
    at_y, at_x = np.mgrid[0:rows, 0:columns].astype(np.float32) - 0.5
    at_x = at_x + 0.5 * (np.arange(rows) % 2)[:, None]
    at = np.stack([at_y, at_x], -1).reshape(-1, 2) + target.rng.uniform(-0.3, 0.3, (at_y.size, 2))
    # Leads are far wider than two pixels: every other one tells where they run.
    y, x = np.mgrid[0:height:2, 0:width:2].astype(np.float32) / short
    _, near = cKDTree(at).query(np.stack([y / tall, x / wide], -1).reshape(-1, 2))
    cells = near.reshape(y.shape).repeat(2, 0).repeat(2, 1)[:height, :width]
    return np.asarray(cells, dtype=np.int32)


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
    rng, border = target.rng, means(piece, (inset(target) < _BORDER)[..., None] * 1.0)[:, 0] > 0.5
    own = to_oklab(means(piece, target.colour))
    # Panes of one plane are of one glass, from different sheets.
    _, first = np.unique(piece, return_index=True)
    parent = dense(regions(target))
    plane = to_oklab(means(parent, target.colour))[parent.ravel()[first]]
    actor = means(piece, (planes(target) == ACTOR).astype(np.float32)[..., None])
    lab = own + (plane - own) * np.where(actor > 0.5, 0.0, 0.6)
    lab = lab * np.array([1.0, 2.0, 2.0], np.float32)
    # Glass is coloured in the melt: a brown is amber, a dark grey is blue or violet.
    stock = to_oklab(np.stack([from_hex(code) for code in _STOCK]))
    gap = ((lab[:, None] - stock[None]) * np.array([0.9, 2.0, 2.0], np.float32)) ** 2
    near = stock[np.argmin(gap.sum(-1), axis=1)]
    lab = lab + (near - lab) * np.array([0.3, 0.85, 0.85], np.float32)
    off = rng.normal(0, 1, lab.shape) * (0.05, 0.02, 0.024)
    lab = lab + off * np.where(actor > 0.5, 0.5, 1.0)
    lab[:, 0] = np.clip(lab[:, 0], 0.36, 0.94)
    lab[border] = _strip(target, lab, actor, int(border.sum()))
    full = lab[piece].astype(np.float32)
    level = _sheets(target, piece) - 0.1 * np.exp(-away / 6)
    full[..., 0] = np.clip(full[..., 0] + level, 0, 1)
    full[..., 1:] *= (1 + 0.25 * np.exp(-away / 6))[..., None]
    return from_oklab(full)


def _strip(target: Target, lab: Pixels, actor: Map, count: int) -> Pixels:
    """Colours of the border's panes: a deep glass and a light one in turn, as the picture has."""
    behind = lab[actor[:, 0] < 0.5].mean(0)
    # Ruby or blue, whichever the picture has less of.
    deep = max(_EDGING, key=lambda glass: float(np.linalg.norm(behind[1:] - glass[1:])))
    lights = np.array([[0.86, 0.0, 0.09], [0.9, -0.01, 0.02]])
    cells = np.where(target.rng.random((count, 1)) < 0.72, deep, lights[target.rng.integers(2)])
    return np.asarray(cells + target.rng.normal(0, 0.02, (count, 3)), dtype=np.float32)


def _sheets(target: Target, piece: Index) -> Map:
    """Streaks and waves of blown glass: each piece was cut from its sheet at another angle."""
    size = 512
    reams = cloud((size, size), target.rng, cell=0.045, octaves=3, stretch=9.0) - 0.5
    count = int(piece.max()) + 1
    angle = target.rng.normal(0, 0.5, count) + np.pi / 2 * target.rng.integers(0, 2, count)
    cos, sin = (np.asarray(f(angle), np.float32)[piece] for f in (np.cos, np.sin))
    y, x = np.mgrid[0 : target.shape[0], 0 : target.shape[1]].astype(np.float32) / target.unit
    start = target.rng.integers(0, size, (2, count))
    u = (0.55 * (x * cos + y * sin)).astype(np.int32) + start[0][piece]
    v = (0.55 * (y * cos - x * sin)).astype(np.int32) + start[1][piece]
    # The sheet is mirrored at its edges, so that no seam shows.
    u, v = (np.abs((w % (2 * size - 2)) - (size - 1)) for w in (u, v))
    wave = cloud(target.shape, target.rng, cell=0.12, octaves=2) - 0.5
    seeds = eased(cloud(target.shape, target.rng, cell=0.006, octaves=2), 0.955, 0.995)
    return np.asarray(0.15 * blur(reams[v, u] + 0.5, 0.7) - 0.075 + 0.09 * wave + 0.1 * seeds)


def _painted(target: Target, piece: Index, away: Map) -> Map:
    """Black vitreous paint: fine lines, and matt stippled into the shades and along the leads."""
    line = swelling(target, contours(target, smooth=2.6, shortest=11.0), 2.4, shade=0.3)
    stipple = tooth(target, size=2.4) - 0.5
    usual = means(piece, target.tone[..., None])[piece][..., 0]
    soft = blur(target.tone, 4 * target.unit)
    on_subject = planes(target) == ACTOR
    matt = np.where(on_subject, 0.75 * eased(usual - soft + 0.22 * stipple, 0.03, 0.24), 0)
    patina = 0.38 * np.exp(-away / 11) * eased(stipple + 0.25, 0.0, 0.6)
    light = blur(np.clip(target.buffers.light, 0, 1), 3 * target.unit)
    down, right = slopes(light)
    steep = np.maximum(np.hypot(down, right) * target.unit, 0.002)
    # Folds and turnings are traced where light becomes shade.
    fold = sum(np.clip(1.3 - np.abs(light - cut) / steep / 2, 0, 1) for cut in _FOLDS)
    fold = 0.6 * np.clip(fold, 0, 1) * on_subject * eased(away, 2, 7)
    crowded = eased(blur(target.buffers.edge, 9 * target.unit), 0.14, 0.3)
    fine = line.drawn(target.shape) * (1 - 0.7 * crowded) * np.clip(0.35 + target.weight, 0, 1)
    fine = np.where(target.buffers.edge == DRAWN, 1, fine * (target.buffers.object >= 0))
    inside = inset(target) > _BORDER
    made = np.maximum(np.maximum(0.92 * fine, fold), np.maximum(matt, patina))
    return np.asarray(np.where(inside, made, patina), dtype=np.float32)


def _lit(target: Target, body: Pixels, lead: Map, away: Map, glow: float) -> Pixels:
    """Light through the glass spills over the lead, which is round and dull."""
    solder = np.clip(1 - np.abs(away) / 3.4, 0, 1) ** 2 * 0.09
    metal = _DARK + solder[..., None]
    picture = body * (1 - lead[..., None]) + metal * lead[..., None]
    if glow:
        spill = [blur(np.clip(picture[..., i] ** 2, 0, 1), 10 * target.unit) for i in range(3)]
        picture = 1 - (1 - picture) * (1 - 0.22 * glow * np.stack(spill, axis=-1))
    return np.asarray(np.clip(picture, 0, 1), dtype=np.float32)


STAINED_GLASS = Technique(
    "stained glass",
    "a stained-glass window in lead",
    ("stained glass", "glass", "window", "lead", "gothic"),
    "full",
    render,
)
