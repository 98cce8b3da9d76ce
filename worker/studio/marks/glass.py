"""Stained glass: pieces of coloured glass with streaks, lit from behind, in lead."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, label

from worker.studio.field.colour import Pixels, from_hex, from_oklab, to_oklab
from worker.studio.field.noise import blur, cloud
from worker.studio.field.raster import DRAWN
from worker.studio.field.shade import Target
from worker.studio.marks.flats import dense, keyed, lit_colours, means, parting, shining
from worker.studio.marks.lines import Index, Map, contours, swelling
from worker.studio.marks.paper import eased, inset, show
from worker.studio.marks.planes import ACTOR, planes
from worker.studio.marks.strokes import regions
from worker.studio.marks.technique import Stage, Technique

Mask = NDArray[np.bool_]

_MARGIN, _BORDER = 13.0, 44.0
"""Distance in units of the border's panes from the edge, and of the picture in it."""
_LEADS = 4.2, 6.0, 10.5
"""Widths of leads in units: between panes behind the subject, within it, and about it."""
_LEAST_PART, _LEAST_PANE, _LEAST_PLANE = 34.0, 16.0, 300.0
"""Sides in units of the smallest part of the subject and pane that is cut from glass, and of the
smallest plane that is cut in panes.
"""
_STOCK = (
    "#a3101f", "#cf2f3c", "#e58a98", "#10247e", "#2459c4", "#8fc1ea", "#0f6b3a", "#5f9a34",
    "#f4b41f", "#e08a1c", "#6a1f3c", "#5b1f78", "#a98bc8", "#f4efdc", "#c3d3d6", "#f0c69c",
    "#17606e", "#31456b", "#bcd6a4", "#12506b",
)  # fmt: skip
"""Glass that a glazier has: ruby, rose, blues, greens, silver stain, amber, violets, whites."""
_DEEP = ("#14308c", "#0f4f63", "#125c3c", "#46226e", "#5c1c3a")
_PALE = ("#f4ecc8", "#bcd9ee", "#cfe6b8", "#f8de96", "#f7d0a0", "#d6caec")
"""Glass of the ground, behind a light and behind a dark subject."""
_LIGHT_LEVELS = 0.82, 0.4
"""Lightness of the subject and of the ground, where the subject is the light."""
_AROUND, _GROUND = (0.43, 0.53, 0.66, 0.77), (0.32, 0.47, 0.57, 0.87)
"""Lightness of what is behind a dark subject, and of the glass for it: a dusk stays a dusk."""
_LEAST_GAP = 0.24
"""Of lightness between a dark subject and its ground."""
_HUES_APART = 0.9
"""Radians of hue between ground and subject, at least, where the stock allows it."""
_QUARRY = 0.2, 0.27
"""Width and height of a lozenge, in shares of the shorter side."""
_RAYS = 14
_NIGHT = 0.5
"""Lightness of what is around the subject below which the picture is dark."""
_MATT = 1.4
"""Power by which the light falls off where the shade is painted: its colour is deeper there."""
_DEEPEST = 0.64
"""Least share of the light that a painted shade lets through."""
_SHADED = 0.5
"""Share of the key light below which what is behind has darker glass."""
_DARK = np.array((0.05, 0.052, 0.062), dtype=np.float32)


def render(target: Target, stage: Stage) -> Pixels:
    """The cartoon's lead lines, the glass piece by piece, its painting, the light."""
    target = replace(target, colour=keyed(target, darkest=0.3, lightest=0.97, hue=0.05))
    kind = planes(target)
    part, plane = _parts(target, kind), _planes(target, kind)
    piece = _bordered(target, _cut(target, kind, part, plane))
    away, width = _leads(target, piece)
    glass = _glass(target, kind, plane, piece, away)
    lead = np.clip((width / 2 - away) * max(target.unit, 0.3) + 0.5, 0, 1).astype(np.float32)
    # A lead is a drawn strip: its edges are smooth, and rounded where two meet.
    reach = max(1.8 * target.unit, 0.8)
    lead = eased((blur(lead, reach) - 0.5) * (1.5 + 1.4 * target.unit) + 0.5, 0, 1)
    frame = np.clip((_MARGIN - inset(target)) * max(target.unit, 0.3) + 0.5, 0, 1)
    lead = np.maximum(lead, frame)
    trace, matt = _painted(target, kind)
    order = target.rng.random(int(piece.max()) + 1)

    def seen(share: float, paint: float, glow: float) -> Pixels:
        bare = np.array((0.9, 0.9, 0.88), dtype=np.float32)
        body = np.where((order < share)[piece][..., None], glass, bare)
        shade = np.maximum(body ** (1 + paint * matt)[..., None], _DEEPEST * body)
        body = shade * (1 - paint * trace)[..., None]
        return _lit(target, body, lead, away, glow)

    for share in np.linspace(0, 1, 9).tolist():
        show(stage, seen, share, 0, 0)
    show(stage, seen, 1, 1, 0)
    return seen(1, 1, 1)


def _parts(target: Target, kind: Index) -> Index:
    """The pieces of the subject: its parts, and one for all that is too small to be cut."""
    shape = dense(regions(target))
    counts = np.bincount(shape.ravel())[shape]
    whole = dense(target.buffers.object + 2) + int(shape.max()) + 1
    shape = dense(np.where(counts > (_LEAST_PART * target.unit) ** 2, shape, whole))
    return _cleaned(target, shape, kind == ACTOR, _LEAST_PANE)


def _planes(target: Target, kind: Index) -> Index:
    """What lies behind, in few large pieces: sky, its lights, walls, ground, lit or in shade."""
    shape = (kind * 2 + shining(target)) * 2 + _shaded(target)
    return _cleaned(target, dense(shape), kind != ACTOR, 3 * _LEAST_PART)


def _shaded(target: Target) -> Mask:
    """Where the key light does not arrive on what is solid, in smooth outlines."""
    shadow = blur(np.clip(target.buffers.shadow, 0, 1), 6 * target.unit)
    return np.asarray((shadow < _SHADED) & (target.buffers.object >= 0))


def _cut(target: Target, kind: Index, part: Index, plane: Index) -> Index:
    """All pieces, dense: the large planes behind the subject are cut into regular panes."""
    large = np.bincount(plane.ravel())[plane] > (_LEAST_PLANE * target.unit) ** 2
    grid = np.where(large, 1 + _panes(target, kind), 0)
    back = dense(plane * (int(grid.max()) + 1) + grid)
    back = _cleaned(target, back, kind != ACTOR, 2 * _LEAST_PANE)
    return dense(np.where(kind == ACTOR, part, int(part.max()) + 1 + back))


def _panes(target: Target, kind: Index) -> Index:
    """Lozenges in a lattice, or rays from the heart of the subject."""
    height, width = target.shape
    short = float(min(height, width))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / short
    depth = distance_transform_edt(np.pad(kind == ACTOR, 1))[1:-1, 1:-1]
    row, column = np.unravel_index(np.argmax(depth), depth.shape)
    down, right = y - row / short, x - column / short
    if target.rng.random() < 0.5:
        u, v = right / _QUARRY[0], down / _QUARRY[1]
        u, v = (np.floor(w).astype(np.int32) + 24 for w in (u + v, u - v))
        return np.asarray(64 * u + v)
    turn = np.arctan2(down, right) / (2 * np.pi) + 0.5
    return np.asarray(np.floor(turn * _RAYS) % _RAYS, dtype=np.int32)


def _bordered(target: Target, piece: Index) -> Index:
    """The pieces within a narrow border of long panes with a square in each corner."""
    height, width = target.shape
    y, x = (np.arange(n, dtype=np.float32) / target.unit for n in (height, width))
    across, along = np.meshgrid(x, y)
    left, top = np.minimum(across, x[-1] - across), np.minimum(along, y[-1] - along)
    upright = left < top
    side = 2 * upright + np.where(upright, across > x[-1] / 2, along > y[-1] / 2)
    place = np.where(upright, along / y[-1], across / x[-1])
    strip = 4 + side * 8 + np.floor(place * 3).astype(np.int32)
    corner = (left < _BORDER) & (top < _BORDER)
    strip = np.where(corner, 2 * (across > x[-1] / 2) + (along > y[-1] / 2), strip)
    return dense(np.where(inset(target) < _BORDER, int(piece.max()) + 1 + strip, piece))


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


def _cleaned(target: Target, piece: Index, where: Mask, least: float) -> Index:
    """Pieces that can be cut from glass: slivers and splinters go to the nearest larger one.

    Only the pieces in a mask count, so that no outline of the subject moves.
    """
    piece = np.where(where, piece, -1)
    core = (distance_transform_edt(~_borders(piece)) > 3.6 * target.unit) & where
    found, count = label(core)
    large = np.bincount(found.ravel(), minlength=count + 1) > (least * target.unit) ** 2
    large[0] = False
    if not large.any():
        return dense(piece)
    near = distance_transform_edt(~large[found], return_distances=False, return_indices=True)
    return dense(found[near[0], near[1]])


def _borders(piece: Index) -> NDArray[np.bool_]:
    edge = np.zeros(piece.shape, dtype=bool)
    edge[1:] |= piece[1:] != piece[:-1]
    edge[:, 1:] |= piece[:, 1:] != piece[:, :-1]
    return edge


def _glass(target: Target, kind: Index, plane: Index, piece: Index, away: Map) -> Pixels:
    """Each piece in one deep colour, a little streaked; subject and ground oppose each other."""
    actor = means(piece, (kind == ACTOR)[..., None].astype(np.float32))[:, 0] > 0.5
    own = to_oklab(lit_colours(target, piece))
    size = np.bincount(piece.ravel()).astype(np.float32)
    subject, ground = _levels(target, kind)
    lab = _subject(own, size * actor, subject, ground)
    main = (lab * (size * actor)[:, None]).sum(0) / max(float((size * actor).sum()), 1)
    grounds = _grounds(target, kind, plane, main, ground)
    lab = np.where(actor[:, None], lab, means(piece, grounds[plane]))
    lab += (target.rng.normal(0, 1, lab.shape) * (0.022, 0.005, 0.005)).astype(np.float32)
    border = means(piece, (inset(target) < _BORDER)[..., None] * 1.0)[:, 0] > 0.5
    square = border & (size < (2 * _BORDER * target.unit) ** 2)
    lab[border] = grounds.mean(0) - (0.07, 0, 0)
    lab[square] = main
    full = lab[piece].astype(np.float32)
    full[..., 0] += (
        _sheets(target, piece)
        + _through(target, kind, halo=subject > ground)
        - 0.06 * np.exp(-away / 6)
    )
    full[..., 1:] *= (1 + 0.2 * np.exp(-away / 6))[..., None]
    return from_oklab(full)


def _levels(target: Target, kind: Index) -> tuple[float, float]:
    """The lightness of the subject's glass and of the ground's, which keep their order."""
    level, actor = to_oklab(target.colour)[..., 0], kind == ACTOR
    near = (blur(actor.astype(np.float32), 40 * target.unit) > 0.05) & ~actor
    # Its darker planes count, so that the subject stands out from each.
    dark, around = np.percentile(level[near], (30, 50)) if near.any() else (1.0, 1.0)
    own = float(np.median(level[actor])) if actor.any() else 0.0
    # In the dark the subject is the light.
    if around < _NIGHT or own > around:
        return _LIGHT_LEVELS
    ground = float(np.interp(dark, _AROUND, _GROUND))
    return max(min(0.52, ground - _LEAST_GAP), 0.36), ground


def _subject(own: Pixels, weight: Map, level: float, ground: float) -> Pixels:
    """The subject's glass (n, 3): deep in colour, and on its side of the middle in lightness."""
    lab = own * np.array([1.0, 1.8, 1.8], np.float32)
    # Glass is coloured in the melt: a brown is amber, a dark grey is blue or violet.
    stock = to_oklab(np.stack([from_hex(code) for code in _STOCK]))
    gap = ((lab[:, None] - stock[None]) * np.array([0.9, 2.0, 2.0], np.float32)) ** 2
    pull = np.clip(0.9 - 5 * np.hypot(lab[:, 1], lab[:, 2]), 0.4, 0.9)[:, None]
    lab = lab + (stock[np.argmin(gap.sum(-1), axis=1)] - lab) * pull * (0.4, 1, 1)
    middle = float((lab[:, 0] * weight).sum() / max(float(weight.sum()), 1))
    # All of it is on one side of the ground.
    low, high = (ground + 0.14, 0.95) if level > ground else (0.22, max(ground - 0.14, 0.3))
    lab[:, 0] = np.clip(level + 1.4 * (lab[:, 0] - middle), low, high)
    return np.asarray(lab, dtype=np.float32)


def _grounds(target: Target, kind: Index, plane: Index, main: Pixels, level: float) -> Pixels:
    """The glass (n, 3) of each plane behind the subject: one family of tones, in another hue."""
    # A plane goes on beneath the subject: only what is seen of it counts.
    seen = (kind != ACTOR)[..., None].astype(np.float32)
    share = np.maximum(means(plane, seen), 1e-6)
    own = to_oklab(means(plane, target.colour * seen) / share)
    weight = share[:, 0] * np.bincount(plane.ravel())
    middle = float((own[:, 0] * weight).sum() / max(float(weight.sum()), 1))
    light = level == _LIGHT_LEVELS[1]
    stock = to_oklab(np.stack([from_hex(code) for code in (_DEEP if light else _PALE)]))
    turn = np.angle(np.exp(1j * (_hue(stock) - _hue(main))))
    away = np.abs(turn) > _HUES_APART if np.hypot(*main[1:]) > 0.04 else np.ones(len(stock), bool)
    # What is lit and what is in shade is of one glass.
    whole = dense(kind * 2 + shining(target))
    surface = to_oklab(means(plane, means(whole, target.colour)[whole] * seen) / share)
    gap = np.abs(np.angle(np.exp(1j * (_hue(surface)[:, None] - _hue(stock)[None]))))
    lab = stock[np.argmin(gap + 9 * ~away, axis=1)]
    dim = means(plane, _shaded(target)[..., None] * seen)[:, 0] / share[:, 0] > 0.5
    if light:
        lab[:, 0] = level + np.clip(0.6 * (own[:, 0] - middle), -0.1, 0.1)
    else:
        lab[:, 0] = np.interp(own[:, 0], _AROUND, _GROUND)
        # What is less light is deeper in colour.
        lab[:, 1:] *= 1 + 4 * (_GROUND[-1] - lab[:, :1])
    lab[:, 0] -= 0.08 * dim
    shone = means(plane, shining(target)[..., None].astype(np.float32))[:, 0] > 0.5
    lab[shone] = to_oklab(from_hex("#f7d878" if level < 0.7 else "#f0b02a"))
    return np.asarray(lab, dtype=np.float32)


def _hue(lab: Pixels) -> Map:
    return np.asarray(np.arctan2(lab[..., 2], lab[..., 1]))


def _through(target: Target, kind: Index, *, halo: bool) -> Map:
    """How much lighter the glass is where the sun stands behind it: on the light's own side, and
    round a subject that is the light.
    """
    seen, actor = target.buffers, kind == ACTOR
    across = seen.normal @ seen.camera.axes[0].astype(np.float32)
    lean = float((across * (seen.light - 0.5))[actor].mean()) if actor.any() else 0.0
    height, width = target.shape
    x, y = np.linspace(-1, 1, width)[None], np.linspace(-1, 1, height)[:, None]
    near = blur(actor.astype(np.float32), 110 * target.unit) * ~actor if halo else 0.0
    side = 0.05 * np.clip(lean / 0.08, -1, 1) * x
    return np.asarray(side + 0.03 - 0.05 * (x**2 + y**2) + 0.14 * near)


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
    return np.asarray(0.09 * blur(reams[v, u] + 0.5, 0.7) - 0.045 + 0.06 * wave)


def _painted(target: Target, kind: Index) -> tuple[Map, Map]:
    """Paint on the subject's glass: black trace lines, and how much deeper its shade is."""
    line = swelling(target, contours(target, smooth=2.6, shortest=11.0), 2.6, shade=0.3)
    crowded = eased(blur(target.buffers.edge, 9 * target.unit), 0.16, 0.34)
    fine = line.drawn(target.shape) * (1 - 0.6 * crowded)
    fine = np.where(target.buffers.edge == DRAWN, 1, fine)
    light = blur(np.clip(target.buffers.light, 0, 1), 7 * target.unit)
    cut = parting(light[kind == ACTOR])
    matt = _MATT * eased(cut - light, -0.06, 0.08)
    inside = (inset(target) > _BORDER) & (kind == ACTOR)
    return (0.9 * fine * inside).astype(np.float32), (matt * inside).astype(np.float32)


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
