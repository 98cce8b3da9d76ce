"""Woodcut: a key block of large black shapes with the plank's grain, over a few clear colours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import binary_opening, label, maximum_filter, minimum_filter

from worker.studio.field.colour import Pixels, from_oklab, luminance, tempered, to_hex, to_oklab
from worker.studio.field.noise import blur, cloud, fibres
from worker.studio.field.shade import Target
from worker.studio.marks.flats import (
    cleaned,
    dark_hue,
    dense,
    few_inks,
    lit_colours,
    local_shapes,
    means,
    nearest_ink,
    shining,
    towards_pigments,
)
from worker.studio.marks.lines import Index, Lines, Map, contours, joined, swelling
from worker.studio.marks.paper import dark_ink, eased, inked, light_paper, sheet, show, within
from worker.studio.marks.planes import ACTOR, planes
from worker.studio.marks.slicing import fields, hatch, phase, sliced, slices
from worker.studio.marks.svg import to_svg
from worker.studio.marks.technique import Stage, Technique
from worker.studio.scene import model

Mask = NDArray[np.bool_]
Block = tuple[Pixels, Map]
"""An ink and how much of it each place gets."""

_MARGIN, _INKS, _PITCH = 36.0, 3, 9.5
_NIGHT = 0.42
"""Lightness (OKLab) of an area around the subject up to which it is black."""
_PARTED = 0.24
"""Least lightness between the lit side of the subject and an area behind it."""
_WHITE, _COLOURLESS = 0.78, 0.04
"""Lightness from which on, and chroma (OKLab) up to which, what an area is made of is white."""
_LARGE = 0.12
"""Share of the picture from which on an area is wiped to a gradation with a second ink."""
_BLACK = 0.36, 0.56, 0.44
"""Least and most share of the subject that is black, and the most before a dark."""
_TURN = 0.34
"""Share of the subject's range of light over which the gouge cuts into the shade."""
_EVEN = 0.1
"""Range of light within which a thing has no dark side."""
_CONTACT = 0.2
"""Occlusion from which on the ground is black under what stands on it."""
_SLIVER, _LEAST = 2.5, 0.0006
"""Half the width, in units, of a black that is too thin to be cut, and the least shape's share."""
_ALIKE, _BUSY = 0.14, 0.16
"""Difference of two prints that part without a line; and share of edges, as in foliage, from which
on no contour is drawn.
"""


@dataclass(frozen=True, eq=False)
class _Layout:
    """What is cut in which way.

    `solid` is what has a lit and a dark side, `shine` the sun, the moon and stars. `area` numbers
    all that is not solid: the sky, what shines in it, each part of ground and walls. `night` says
    which areas are black; `edge` (h, w) is 1 at an area's outer rim, the top of a sky or the near
    end of a floor, and 0 at its inner one. `light` is the lightness (OKLab) of the colours.
    """

    solid: Mask
    shine: Mask
    area: Index
    night: Mask
    edge: Map
    light: Map

    @property
    def dark(self) -> bool:
        """Whether most of what is around the subject is black."""
        black = self.night[self.area] & ~self.solid
        return bool(black.mean() > 0.5 * (~self.solid).mean())


def render(target: Target, stage: Stage) -> Pixels:
    """The colour blocks one after the other, then the key: black shapes, cuts, a few lines."""
    paper = sheet(target, light_paper(target), rough=0.03)
    frame = within(target, _MARGIN, ragged=0.8)
    plank, layout, ink = _plank(target), _laid_out(target), dark_ink(target)
    picture = paper
    show(stage, np.copy, picture)
    for colour, block in (*_grounds(target, layout), *_lit_sides(target, layout)):
        worn = 1 - 0.16 * eased(plank, 0.6, 1.0)
        picture = inked(picture, colour, block * frame * worn)
        show(stage, np.copy, picture)
    # Blocks meet without a seam of paper.
    picture = np.stack(
        [blur(np.clip(picture[..., c], 0, 1), 0.6 * target.unit) for c in range(3)], -1
    )
    around = _around(target, layout, plank)
    show(stage, inked, picture, ink, around * frame)
    black = np.where(layout.solid, _shade(target, layout), around)
    show(stage, inked, picture, ink, black * frame)
    left, cut = _contours(target, layout, picture, black)
    key = blur(np.maximum(black * (1 - cut), left), 0.6 * target.unit)
    key = np.clip((key - 0.5) * 2 + 0.5, 0, 1) * frame * (1 - 0.5 * eased(plank, 0.93, 1.0))
    return np.asarray(np.clip(inked(picture, ink, key), 0, 1), np.float32)


def _laid_out(target: Target) -> _Layout:
    seen = target.buffers
    stands = (seen.object >= 0) & (seen.object < model.GROUND)
    solid = stands | (planes(target) == ACTOR)
    light = to_oklab(target.colour)[..., 0]
    shine = _shining(target, light)
    part = np.where(seen.object < 0, shine, seen.part + 2)
    area = dense(np.where(solid, int(part.max()) + 1, part))
    level = to_oklab(means(area, target.colour))[:, 0]
    rows = np.broadcast_to(np.arange(target.shape[0], dtype=np.float32)[:, None], target.shape)
    top, low = np.full(len(level), 1e6, np.float32), np.zeros(len(level), np.float32)
    np.minimum.at(top, area.ravel(), rows.ravel())
    np.maximum.at(low, area.ravel(), rows.ravel())
    height = (low[area] - rows) / np.maximum(low - top, 1)[area]
    lies = means(area, _lying(target)[..., None].astype(np.float32))[:, 0] > 0.5
    edge = np.where(lies[area], 1 - height, height).astype(np.float32)
    subject = float(np.median(light[solid])) if solid.any() else 1.0
    # Sky and ground are colour behind what is darker still, which black would swallow.
    open_ = means(area, (seen.object < 0)[..., None].astype(np.float32))[:, 0] > 0.5
    lighter = (lies | open_) & (level > subject + 0.06)
    return _Layout(solid, shine, area, (level < _NIGHT) & ~lighter, edge, light)


def _shining(target: Target, light: Map) -> Mask:
    """Sun, moon and stars: sky seen through a lattice is no lighter than the sky beside it."""
    found = shining(target)
    sky = np.where((target.buffers.object < 0) & ~found, light, 0).max(axis=1, keepdims=True)
    return np.asarray(found & (light > sky + 0.05))


def _lying(target: Target) -> Mask:
    seen = target.buffers
    return np.asarray((np.abs(seen.normal[..., 1]) > 0.9) & (seen.object >= model.GROUND))


def _around(target: Target, layout: _Layout, plank: Map) -> Map:
    """Black around the subject: dark areas, which the grain opens, and the shadows that fall there.

    A dark floor opens about the subject's foot and where light falls, and a shadow is seen on it.
    """
    seen, free = target.buffers, ~layout.solid
    ground = (seen.object >= model.GROUND) & free
    lit = blur(np.where(ground, seen.shadow, 1).astype(np.float32), 1.2 * target.unit)
    closed = (blur(seen.occlusion, 3 * target.unit) > _CONTACT) & _lying(target)
    cast = _attached((lit < 0.55) | closed, ground, layout.solid)
    # What lies in the shade as a whole has no shadow on it.
    shaded = means(layout.area, cast[..., None].astype(np.float32))[layout.area, 0]
    cast &= shaded < 0.8
    foot = eased(blur(layout.solid.astype(np.float32), 110 * target.unit), 0.02, 0.4)
    floor = blur(_lying(target).astype(np.float32), 20 * target.unit)
    full = 0.78 + 0.22 * eased(layout.edge, 0.0, 0.8)
    level = means(layout.area, layout.light[..., None])[layout.area, 0]
    full = full * (1 - 0.55 * foot * floor) - 0.6 * eased(layout.light - level, 0.06, 0.14)
    # Of two dark areas the lighter one shows more of the grain.
    full = full - 0.3 * (level - 0.25)
    night = eased(full - plank, -0.04, 0.06) * layout.night[layout.area]
    return np.where(free, np.where(cast, 1, night), 0).astype(np.float32)


def _shade(target: Target, layout: _Layout) -> Map:
    """The dark side of what is solid, in large shapes, with gouge cuts where the form turns."""
    out = np.zeros(target.shape, np.float32)
    cut = slices(target)
    pitch = np.maximum(cut.pitch(_PITCH * target.unit), 4.0)
    first = fields(target, cut, 0)
    ragged = np.mod(np.sin(np.floor(phase(first, pitch) + 0.5) * 12.9898) * 43758.55, 1.0) - 0.5
    seen = target.buffers
    near = blur(np.clip(seen.edge, 0, 1), 4 * target.unit) * 4 * target.unit
    level = to_oklab(seen.albedo)[..., 0]
    # A form in even light still turns from the sky; and what is dark is black sooner.
    lit = np.clip((seen.light + 0.1 * seen.normal[..., 1]) * (0.5 + 0.5 * level), 0, 1)
    owner = np.where(layout.solid, seen.object // model.COPIES, -1)
    for here in (owner == number for number in np.unique(owner[layout.solid])):
        value, limit, span = _light_and_dark(target, layout, lit, here)
        turn = _TURN * max(span, 0.2)
        # Where light breaks off at an edge the form doesn't turn.
        slope = np.hypot(*np.gradient(value)) * target.unit
        calm = eased(turn / np.maximum(slope, 1e-5), 12, 36) * (1 - eased(near, 0.03, 0.3))
        lift = (value - limit) / turn + 0.5 * ragged
        groove = hatch(first, (calm * eased(lift, -1.0, 0.35)).astype(np.float32), pitch)
        out = np.where(here, _whole(value < limit, here, target.unit) * (1 - groove), out)
    return np.asarray(out, np.float32)


def _light_and_dark(
    target: Target, layout: _Layout, lit: Map, here: Mask
) -> tuple[Map, float, float]:
    """How light each place of a thing is, soft; the limit up to which it is black; its range."""
    inside, reach = here.astype(np.float32), 5 * target.unit
    value = blur(lit * inside, reach)
    value /= np.maximum(blur(inside, reach), 1e-3)
    low, high = (float(v) for v in np.percentile(value[here], (4, 96)))
    least, most, before_dark = _BLACK
    share = 0.75 - 0.6 * float(np.median(layout.light[here]))
    share = float(np.clip(share, least, before_dark if layout.dark else most))
    if layout.dark:
        # What is small would fall apart in the black.
        share *= 0.5 + 0.5 * float(eased(here.mean(), 0.005, 0.05))
    limit = min(float(np.percentile(value[here], 100 * share)), high - _EVEN)
    return value, limit, high - low


def _attached(mass: Mask, here: Mask, solid: Mask) -> Mask:
    """Of a shape what touches something solid, and what is large."""
    pieces = np.asarray(label((mass & here) | solid)[0])
    keep = np.bincount(pieces.ravel()) > 10 * _LEAST * mass.size
    keep[np.unique(pieces[solid])] = True
    keep[0] = False
    return np.asarray(keep[pieces] & mass & here)


def _whole(mass: Mask, here: Mask, unit: float) -> Mask:
    """A shape without slivers, small holes and scraps."""
    whole = binary_opening(mass & here, iterations=max(round(_SLIVER * unit), 1))
    return cleaned(whole, _LEAST * whole.size, within=here) & here


def _lit_sides(target: Target, layout: _Layout) -> list[Block]:
    """The colours of what is solid, flat; what is nearly white is left as paper."""
    shapes = local_shapes(target)
    colours = lit_colours(target, shapes)
    weight = np.bincount(shapes[layout.solid], minlength=len(colours)) ** 0.6
    few = few_inks(colours, weight, _INKS)
    which = np.where(layout.solid, nearest_ink(colours, few)[shapes], -1)
    lab = to_oklab(towards_pigments(target, few, 0.3))
    lab[:, 0] = _lit_level(lab[:, 0])
    used = np.bincount(which[layout.solid], minlength=len(lab)) + 1e-3
    if layout.dark:
        lab[:, 0] += max(0.72 - float(np.average(lab[:, 0], weights=used)), 0)
    lab[:, 1:] *= 1.5
    lab = tempered(
        np.stack([_unbrowned(one, min(0.74, float(one[0]) + 0.08)) for one in lab]), 0.16
    )
    bare = (lab[:, 0] > 0.84) & (np.hypot(lab[:, 1], lab[:, 2]) < 0.05)
    return [(from_oklab(lab[n]), (which == n).astype(np.float32)) for n in np.nonzero(~bare)[0]]


def _lit_level(level: ArrayLike) -> Pixels:
    """Lightness (OKLab) of a lit side: beside the black of the dark one it is lighter."""
    return np.asarray(np.clip(0.36 + 0.62 * np.asarray(level), 0.56, 0.95), np.float32)


def _grounds(target: Target, layout: _Layout) -> list[Block]:
    """The inks around the subject, of two hues, wiped thin at the horizon and deep at the rim."""
    area, free = layout.area, ~layout.solid
    flat = towards_pigments(target, means(area, target.colour), 0.4)
    share = np.bincount(area.ravel(), free.ravel(), len(flat)) / area.size
    two = few_inks(flat, share, 2)
    tint = to_oklab(means(area, target.colour))
    sky = np.arange(len(tint)) == area[target.buffers.object < 0].min(initial=len(tint))
    tint[:, 1:] = np.where(sky[:, None], tint, to_oklab(two[nearest_ink(flat, two)]))[:, 1:]
    # Snow in a warm light is no sand.
    white = to_oklab(means(area, target.buffers.albedo))
    tint[
        (white[:, 0] > _WHITE) & (np.hypot(white[:, 1], white[:, 2]) < _COLOURLESS) & ~sky, 1:
    ] *= 0.3
    rim = np.zeros(target.shape, bool)
    rim[[0, -1]] = True
    subject = float(_lit_level(layout.light[~free].mean())) if not free.all() else 0.6
    # A dark picture without large blacks is dark in its colours.
    gloom = float(luminance(target.colour).mean()) < 0.4 and share[layout.night].sum() < 0.3
    most, thin = (0.6, 0.15) if gloom else (1.0, 0.5)
    out = []
    for n in np.argsort(-tint[:, 0]).tolist():
        here = (area == n) & free
        if not here.any():
            continue
        lab = _cleaned(target, tint[n], bool(sky[n]))
        block = here.astype(np.float32)
        if layout.shine[here].any():
            lab[0] = max(lab[0], 0.9)
        elif layout.night[n]:
            lab[0] = 0.46
        else:
            dusk = sky[n] and tint[n, 0] < _NIGHT
            lab[0] = 0.42 if dusk else min(_parted(float(lab[0]), subject), most)
            block = block * (1 - thin * eased(1 - layout.edge, 0.3, 1))
        out.append((from_oklab(lab), block))
        outer = layout.edge[here & rim].max(initial=0) > 0.9
        if outer and share[n] > _LARGE and not layout.night[n]:
            lab = np.array([max(lab[0] - 0.3, 0.34), *(1.4 * lab[1:])], np.float32)
            lab = tempered(_unbrowned(lab, 0.56), 0.15)
            out.append((from_oklab(lab), block * eased(layout.edge, 0.45, 1.05)))
    return out


def _parted(level: float, subject: float) -> float:
    """The lightness of an area, away from that of the subject's lit side."""
    if abs(level - subject) >= _PARTED:
        return level
    up, down = subject + _PARTED, subject - _PARTED
    return up if up < 0.95 and (level > subject or down < _NIGHT + 0.03) else down


def _cleaned(target: Target, colour: Pixels, sky: bool) -> Pixels:
    """A colour in OKLab as a clear ink for what is around: a dark brown takes the darks' hue.

    A sky keeps its own, by which the hour is known.
    """
    lab = np.array(colour, np.float32)
    dull = float(np.hypot(lab[1], lab[2])) < 0.03
    if lab[0] < _NIGHT and (dull or _is_brown(lab)) and not sky:
        lab[1:] = 0.07 * dark_hue(target)
    lab[1:] *= 1.6
    return tempered(_unbrowned(lab, 0.56 if sky else 0.76), 0.14)


def _is_brown(lab: Pixels) -> bool:
    """Whether a colour in OKLab is brown or olive."""
    size = np.hypot(lab[1], lab[2])
    warm = lab[2] > 0.4 * size and lab[1] > -0.45 * size
    return bool(lab[0] < 0.68 and size > 0.025 and warm)


def _unbrowned(lab: Pixels, level: float) -> Pixels:
    """A brown in OKLab lightened to gold or amber; any other colour as it is."""
    if not _is_brown(lab):
        return lab
    lightness = float(lab[0] + 0.75 * (level - lab[0]))
    # What is yellow is olive where it is dark.
    hue = min(float(np.arctan2(lab[2], lab[1])), 1.2 + 1.5 * (lightness - 0.5))
    size = max(float(np.hypot(lab[1], lab[2])), 0.1)
    return np.array([lightness, size * np.cos(hue), size * np.sin(hue)], np.float32)


def _contours(target: Target, layout: _Layout, picture: Pixels, black: Map) -> tuple[Map, Map]:
    """Contours only where two sides print alike: left black between lights, cut out of a black.

    Between black and colour, and two colours, there is none; nor out of the subject's own black
    into the black behind it.
    """
    level = blur(luminance(picture) * (1 - black), 0.8 * target.unit)
    size = 2 * max(round(3 * target.unit), 1) + 1
    alike = maximum_filter(level, size) - minimum_filter(level, size) < _ALIKE
    line = _key_lines(target)
    solid = blur(layout.solid.astype(np.float32), 1.5 * target.unit)
    dark = blur(black, 3 * target.unit) > 0.6
    left = line.cut(alike & ~dark & (solid > 0.1)).drawn(target.shape)
    thin = line.widened(line.widths * 0.55)
    return left, thin.cut(alike & dark & (solid > 0.97)).drawn(target.shape)


def _key_lines(target: Target) -> Lines:
    line = swelling(target, contours(target, smooth=3.0), 4.4, shade=0.2, taper=18.0)
    busy = line.at(blur(np.clip(target.buffers.edge, 0, 1), 14 * target.unit)) > _BUSY
    return line.widened(line.widths * (line.values > 0.45) * ~busy)


def _plank(target: Target) -> Map:
    """The grain of the plank, (h, w): even in 0..1, so that a limit inks a share of it."""
    height, width = target.shape
    upright = target.rng.random() < 0.4 and not (target.buffers.object < 0).any()
    shape = (width, height) if upright else (height, width)
    across, along = (np.linspace(0, 1, n, dtype=np.float32) for n in shape)
    bend = cloud(shape, target.rng, cell=0.55, octaves=2, stretch=4.0) - 0.5
    # The rings run round two knots.
    for knot in target.rng.uniform(0.05, 0.95, (2, 2)):
        near = ((across[:, None] - knot[0]) / 0.1) ** 2 + ((along - knot[1]) / 0.35) ** 2
        bend = bend + 0.35 * np.exp(-near)
    place = np.mod(30 * (across[:, None] + 0.3 * bend), 1.0)
    ring = eased(place, 0.25, 0.9) * (1 - eased(place, 0.93, 1.0))
    strong = 0.4 + 0.9 * cloud(shape, target.rng, cell=0.3, octaves=2)
    grain = ring * strong + fibres(shape, target.rng, length=0.3)
    share = np.linspace(0, 1, 65)
    even = np.interp(grain, np.quantile(grain[::3, ::3], share), share).astype(np.float32)
    return np.ascontiguousarray(even.T) if upright else even


def lines(target: Target) -> str:
    """The key block as lines for a plotter: contours, and slices where it is black."""
    layout, inside = _laid_out(target), within(target, _MARGIN) > 0.5
    black = np.where(layout.solid, _shade(target, layout), _around(target, layout, _plank(target)))
    cut = slices(target)
    pitch = np.maximum(cut.pitch(0.8 * _PITCH * target.unit), 3.0)
    rows = sliced(fields(target, cut, 0), (0.8 * black).astype(np.float32), pitch, cut.region)
    key = joined([_key_lines(target).cut(layout.solid), rows]).cut(inside)
    return to_svg(target, {to_hex(dark_ink(target)): key})


WOODCUT = Technique(
    "woodcut",
    "a woodcut, large black shapes and the grain of the plank over a few colours",
    ("woodcut", "woodblock", "ukiyo-e", "hokusai", "hiroshige", "munch", "block"),
    "few",
    render,
    lines,
)
