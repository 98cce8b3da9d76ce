"""What people wear: a table of outfits and the parts that they make on a figure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from worker.studio.scene.body.cloth import Cover, cover, cut, leg_field, tights, top_field
from worker.studio.scene.body.drape import drape_figure, high_balls, joined, low_balls
from worker.studio.scene.body.flesh import flesh
from worker.studio.scene.body.bones import unit
from worker.studio.scene.body.rig import Figure
from worker.studio.scene.body.shape import Pins, atlas, rest
from worker.studio.scene.mesh import Array, Mesh, ball, columns, loft, merge, sheet, tube
from worker.studio.scene.model import Part, Request


@dataclass(frozen=True)
class Outfit:
    """How a body is dressed; lengths in metres of an adult, materials by name.

    `hem` is how low the top goes on the mesh, in its decimetres, and `scoop` how wide its neck is.
    `skirt` is how far cloth hangs from the waist (0 is none) and `slit` leaves it open in front;
    `cloak` hangs from the shoulders. `sleeve` is the share of the forearm that is covered, below 0
    of the upper arm too.
    """

    top: str = "main"
    sleeve: float = 1.0
    cuff: float = 0.0
    ease: float = 0.012
    hem: float = 1.2
    scoop: float = 0.0
    skirt: float = 0.0
    flare: float = 0.08
    folds: float = 0.028
    count: int = 9
    slit: bool = False
    skirt_of: str = "main"
    legs: str = "second"
    boot: float = 0.0
    shoes: str = "leather"
    cloak: float = 0.0
    extra: str = ""


_TO_THE_KNEE = 0.52
"""The longest skirt, from the waist, of one who strides: the legs are seen."""
_JACKET = 0.35

OUTFITS: dict[str, Outfit] = {
    "robe": Outfit(cuff=0.05, ease=0.022, skirt=1.15, flare=0.1, folds=0.035, count=10,
        extra="sash"),
    "coat": Outfit(ease=0.02, cuff=0.015, skirt=0.58, flare=0.1, slit=True, folds=0.022,
        shoes="black", extra="collar"),
    "cloak": Outfit(top="second", cloak=1.15, skirt=0.36, flare=0.06, folds=0.02,
        skirt_of="second", boot=0.6, legs="dark_cloth", extra="belted"),
    "dress": Outfit(sleeve=0.3, ease=0.008, hem=1.4, scoop=0.6, skirt=0.98, flare=0.16,
        folds=0.04, count=12, legs="", extra="sash"),
    "suit": Outfit(ease=0.017, hem=0.8, skirt=0.26, flare=0.02, slit=True, folds=0.005, count=6,
        legs="main", shoes="black", extra="suit"),
    "overcoat": Outfit(ease=0.026, cuff=0.02, skirt=0.7, flare=0.05, folds=0.012, count=7,
        legs="dark_cloth", shoes="black", extra="collar"),
    "shirt": Outfit(sleeve=0.25, hem=1.35, extra="shirt"),
    "jumper": Outfit(ease=0.02, hem=0.55, legs="dark_cloth", extra="roll"),
    "skirt": Outfit(top="second", sleeve=0.4, ease=0.01, scoop=0.35, skirt=0.62, flare=0.1,
        folds=0.02, count=8, legs="", extra="sash"),
    "smock": Outfit(sleeve=0.2, ease=0.026, scoop=0.2, skirt=0.42, flare=0.05, folds=0.014,
        count=8, legs=""),
    "trousers": Outfit(ease=0.014, hem=1.35, extra="shirt"),
    "uniform": Outfit(ease=0.014, hem=0.8, skirt=0.24, flare=0.04, folds=0.006, boot=0.9,
        shoes="black", extra="uniform"),
    "armour": Outfit(top="steel", ease=0.018, skirt=0.3, flare=0.08, folds=0.02, legs="steel",
        boot=0.9, shoes="steel", extra="armour"),
    "apron": Outfit(top="second", sleeve=0.1, hem=1.35, legs="dark_cloth", extra="apron"),
    "rags": Outfit(sleeve=-0.3, ease=0.016, scoop=0.5, skirt=0.52, flare=0.09, folds=0.05,
        count=7, legs="", shoes="", extra="rags")
}
"""A row per attribute of dress."""


def dressed(ask: Request, figure: Figure, outfit: Outfit, *, skin: str = "skin",
    coarse: float = 0.0) -> list[Part]:
    """The body under the head; `coarse` is the size of the cells that points are merged in."""
    s, wear = figure.build.scale, cover(figure)
    if figure.strides and outfit.skirt > _TO_THE_KNEE:
        outfit = replace(outfit, skirt=_TO_THE_KNEE)
    long = outfit.skirt >= 0.9 and figure.pose.hang < 0.4
    trousers = bool(outfit.legs) and not long
    if long:
        outfit = replace(outfit, hem=0.2)
    parts = [Part("coat", _top(ask, wear, outfit, s), outfit.top)]
    parts += _bare(figure, outfit, skin, trousers=trousers, long=long)
    if trousers:
        slim = outfit.legs == "steel" or outfit.boot > 0
        lift = (0.009 + 0.004 * (not slim) + 0.012 * np.clip(tights().leg - 0.7, 0, 1)
            * (not slim)) * s
        legs = leg_field(end=1.92 - 0.8 * outfit.boot)
        parts.append(Part("trousers", cut(wear, legs, lift, rng=ask.rng, fold=(0.002 if slim
            else 0.0042) * s), outfit.legs))
    parts += _footwear(ask, figure, wear, outfit, skin, long=long)
    if outfit.skirt:
        parts.append(Part("skirt", _skirt(ask, figure, wear, outfit), outfit.skirt_of))
    if outfit.cloak:
        parts.append(Part("cloak", cloak(ask, figure, wear, outfit.cloak), "main"))
    maker = _EXTRAS.get(outfit.extra)
    parts += maker(ask, figure, wear, outfit.ease * s) if maker else []
    if coarse:
        parts = [replace(p, mesh=p.mesh.coarser(coarse)) for p in parts]
    return parts


def _top(ask: Request, wear: Cover, outfit: Outfit, s: float) -> Mesh:
    weave = tights()
    down = np.clip(weave.arm - 1.1, 0, 1) ** 1.5
    low = np.clip(1.7 - weave.base[:, 1], 0, 1) * (weave.arm < 0)
    lift = (outfit.ease + outfit.cuff * 0.5 * down + 0.008 * low) * s
    sag = columns(0, -outfit.cuff * down * s, 0)
    fold = (0.0012 if outfit.top == "steel" else 0.0035 + 0.05 * outfit.ease) * s
    field = top_field(hem=outfit.hem, sleeve=1 + outfit.sleeve * 0.95, scoop=outfit.scoop)
    return cut(replace(wear, points=wear.points + sag), field, lift, rng=ask.rng, fold=fold)


def _bare(figure: Figure, outfit: Outfit, skin: str, *, trousers: bool, long: bool) -> list[Part]:
    named = [("hand", flesh(figure, "hand", side=side)) for side in (0, 1)]
    named.append(("arms", flesh(figure, "arm", start=0.85 + outfit.sleeve * 0.95)))
    high = 1.75 if trousers else -1.0
    if not (trousers and outfit.boot):
        named.append(("legs", flesh(figure, "leg", start=high)))
    return [Part(name, mesh, skin) for name, mesh in named if mesh is not None]


def _footwear(ask: Request, figure: Figure, wear: Cover, outfit: Outfit, skin: str, *,
    long: bool) -> list[Part]:
    s, parts = figure.build.scale, []
    for side in (0, 1):
        if long and figure.ankles[side][1] < 0.4 * s and figure.toes[side][1] < -0.5:
            continue  # the foot of who kneels is under the skirt
        mesh = shoe(figure, side) if outfit.shoes else flesh(figure, "foot", side=side)
        parts += [Part("shoe", mesh, outfit.shoes or skin)] if mesh else []
    if outfit.boot:
        shaft = leg_field(start=1.9 - outfit.boot, end=2.1)
        parts.append(Part("boots", cut(wear, shaft, 0.011 * s, rng=ask.rng, fold=0.003 * s),
            outfit.shoes))
    return parts


def shoe(figure: Figure, side: int) -> Mesh:
    """A shoe: sections of the foot from heel to toe, eased, with a sole."""
    known, at, suffix = atlas(), rest(figure.build), "_" + "lr"[side]
    s = figure.build.scale
    mine = known.skin[known.share(f"foot{suffix}", f"ball{suffix}")[known.skin] > 0.5]
    points = at[mine]
    points = points[points[:, 1] < 0.082 * s]
    joint, ball_ = (at[known.joints[f"{name}{suffix}"]] for name in ("foot", "ball"))
    ahead = unit((ball_ - joint) * (1, 0, 1))
    across = np.array([ahead[2], 0.0, -ahead[0]])
    flat = columns((points - joint) @ across, points[:, 1], (points - joint) @ ahead)
    where = np.linspace(flat[:, 2].min(), flat[:, 2].max(), 14)
    angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    ways = columns(np.cos(angle), np.sin(angle))
    near = np.abs(flat[:, None, 2] - where) < 0.014 * s
    reach = np.where(near[..., None], (flat[:, :2] @ ways.T)[:, None], -9.0).max(0)
    for _ in range(2):
        reach[1:-1] = (reach[:-2] + 2 * reach[1:-1] + reach[2:]) / 4
        reach = (np.roll(reach, 1, 1) + 2 * reach + np.roll(reach, -1, 1)) / 4
    slope = (np.roll(reach, -1, 1) - np.roll(reach, 1, 1)) / (angle[1] * 2)
    rings = (reach + 0.006 * s)[..., None] * ways + slope[..., None] * columns(-ways[:, 1],
        ways[:, 0])
    rings[..., 1] = np.maximum(rings[..., 1], -0.014 * s)
    rings[..., 1] = np.where(rings[..., 1] < 0.006 * s, -0.014 * s, rings[..., 1])
    where[0] -= 0.007 * s
    where[-1] += 0.01 * s
    middle = rings.mean(1, keepdims=True)
    for k, share in ((0, 0.72), (-1, 0.62)):
        rings[k] = middle[k] * (1, 0.7) + (rings[k] - middle[k]) * share
    solid = joint * (1, 0, 1) + rings[..., :1] * across + rings[..., 1:] * (0, 1, 0) + (
        where[:, None, None] * ahead)
    bent = np.clip((where - float((ball_ - joint) @ ahead)) / (0.03 * s) + 0.5, 0, 1)[:, None]
    heel, toes = (figure.carried(f"{bone}{suffix}", solid.reshape(-1, 3)).reshape(solid.shape)
        for bone in ("foot", "ball"))
    posed = heel * (1 - bent[..., None]) + toes * bent[..., None]
    return loft(list(posed[::-1]), crease=50)


def _skirt(ask: Request, figure: Figure, wear: Cover, outfit: Outfit) -> Mesh:
    slit = (0.235, 0.265) if outfit.slit else None
    reach = 0.4 if outfit.skirt < 0.4 else 2.0
    balls = low_balls(wear, (0.024 if outfit.legs else 0.016) + outfit.ease * 0.8, reach)
    flare, ragged = outfit.flare * ask.between(0.75, 1.3), 0.09 if outfit.extra == "rags" else 0.0
    length = min(outfit.skirt, 0.84) if figure.pose.hang > 0.5 else outfit.skirt
    return drape_figure(figure, balls, length, ask.rng, flare=flare, folds=outfit.folds,
        count=outfit.count, opening=slit, ragged=ragged)


def cloak(ask: Request, figure: Figure, wear: Cover, length: float) -> Mesh:
    """A cloak that is open in front."""
    balls = joined(high_balls(wear, 0.03), low_balls(wear, 0.05))
    return drape_figure(figure, balls, length + 0.3, ask.rng, flare=0.2, folds=0.05, count=11,
        opening=(0.15, 0.35), high=True)


@lru_cache(maxsize=64)
def _pins(key: bytes, flat: bool) -> Pins:
    at = np.frombuffer(key).reshape(-1, 3)
    weave = tights()
    mine = (weave.arm < 0) & (weave.leg < 0)
    if flat:
        mine &= weave.base[:, 2] > 0.25
    place = np.where(mine[:, None], weave.base, 99.0)
    return Pins(place, at, flat=flat)


def on_cloth(wear: Cover, at: Array, lift: Array | float, *, flat: bool = True) -> Array:
    """Places (..., 2) on the chest, or (..., 3) around the trunk, lifted off the body."""
    grid = np.asarray(at, dtype=np.float64)
    full = np.concatenate([grid, np.zeros((*grid.shape[:-1], 3 - grid.shape[-1]))], -1)
    pins = _pins(np.ascontiguousarray(full.reshape(-1, 3)).tobytes(), flat)
    off = np.broadcast_to(np.asarray(lift, dtype=np.float64), grid.shape[:-1]).reshape(-1, 1)
    return (pins.on(wear.points) + pins.on(wear.normals) * off).reshape(*grid.shape[:-1], 3)


def _strip(wear: Cover, inner: Array, outer: Array, lift: float, *, tip: float = 0.004) -> Mesh:
    """A flat piece of cloth on the chest between two lines, its inner edge standing off."""
    share = np.linspace(0, 1, 5)[:, None, None]
    grid = inner + (outer - inner) * share
    off = lift + tip * (1 - share[..., 0]) * np.ones(len(inner))
    return sheet(on_cloth(wear, grid, off))


def _mirrored_strip(wear: Cover, inner: Array, outer: Array, lift: float) -> Mesh:
    return merge(_strip(wear, inner * (d, 1), outer * (d, 1), lift) for d in (1, -1))


def band(wear: Cover, low: float, high: float, lift: float, *, neck: bool = False,
    gap: float = 0.0) -> Mesh:
    """A band round the waist or the neck between two heights of the mesh."""
    angle = np.linspace(np.pi / 2 + gap, np.pi * 2.5 - gap, 41)
    wide, deep, back = (0.62, 0.62, 0.2) if neck else (1.25, 0.9, 0.3)
    slope = -0.5 if neck else 0.0
    rows = [columns(np.cos(angle) * wide, y + slope * (np.sin(angle) * deep), np.sin(angle) * deep
        + back) for y in np.linspace(low, high, 4)]
    off = lift * np.array([0.5, 1.0, 1.0, 0.6])[:, None] * np.ones(41)
    return sheet(on_cloth(wear, np.stack(rows)[:, ::-1], off, flat=False))


def _lapels(wear: Cover, lift: float, low: float = 2.9) -> Mesh:
    y = np.array([5.75, 5.3, 4.9, 4.5, 4.0, low])
    inner = columns((0.62, 0.5, 0.42, 0.34, 0.2, 0.03), y)
    outer = columns((0.85, 1.0, 1.02, 0.95, 0.6, 0.06), y - (0, 0.1, 0.1, 0, 0, 0))
    return _mirrored_strip(wear, inner, outer, lift + 0.008)


def _collar(_: Request, _f: Figure, wear: Cover, ease: float) -> list[Part]:
    """Lapels, buttons and the shirt between them with its collar."""
    y = 2.7 - 0.7 * np.arange(3)
    places = on_cloth(wear, columns(np.full(3, 0.14), y), ease + 0.002)
    buttons = merge(ball(0.011, sides=8).moved(*p) for p in places.tolist())
    y = np.linspace(5.6, 2.9, 9)
    half = np.interp(y, (2.9, 4.0, 5.6), (0.03, 0.3, 0.66))
    front = _strip(wear, columns(-half, y), columns(half, y), ease + 0.006, tip=0)
    white = band(wear, 5.6, 6.15, ease + 0.002, neck=True, gap=0.12)
    lapels = merge(_lapels(wear, ease), band(wear, 5.65, 6.0, ease + 0.008, neck=True, gap=0.5))
    return [Part("collar", lapels, "main"), Part("buttons", buttons, "dark_wood"), Part("shirt",
        merge(front, white), "white")]


def _suit(ask: Request, figure: Figure, wear: Cover, ease: float) -> list[Part]:
    """A coat's front and a tie."""
    y = np.linspace(5.6, 2.9, 9)
    wide = np.interp(y, (2.9, 3.1, 5.2, 5.6), (0.04, 0.16, 0.1, 0.14))
    tie = _strip(wear, columns(-wide, y), columns(wide, y), ease + 0.01, tip=0)
    return [Part("tie", tie, "accent"), *_collar(ask, figure, wear, ease)]


def _shirt(_: Request, _f: Figure, wear: Cover, ease: float) -> list[Part]:
    """A turned-down collar, a row of buttons and a belt."""
    flaps = _mirrored_strip(wear, columns((0.06, 0.3, 0.6), (5.3, 5.6, 5.85)), columns((0.42, 0.62,
        0.8), (5.0, 5.45, 5.8)), ease + 0.003)
    buttons = merge(ball(0.007, sides=6).moved(*p) for p in on_cloth(wear, columns(np.zeros(5),
        4.9 - 0.75 * np.arange(5)), ease + 0.002).tolist())
    return [Part("collar", flaps, "main"), Part("buttons", buttons, "linen"), *_belted(_, _f, wear,
        ease)]


def _roll(_: Request, _f: Figure, wear: Cover, ease: float) -> list[Part]:
    return [Part("collar", band(wear, 5.6, 6.15, ease + 0.004, neck=True), "main")]


def _sash(_: Request, _f: Figure, wear: Cover, ease: float) -> list[Part]:
    return [Part("sash", band(wear, 1.6, 2.3, ease + 0.036), "second")]


def _belted(_: Request, _f: Figure, wear: Cover, ease: float) -> list[Part]:
    return [Part("belt", band(wear, 1.3, 1.62, ease + 0.012), "leather")]


def _uniform(_: Request, figure: Figure, wear: Cover, ease: float) -> list[Part]:
    s = figure.build.scale
    places = on_cloth(wear, columns(*(np.array([(0.38 * d, 4.7 - 0.8 * k) for k in range(4)
        for d in (1, -1)]).T)), ease + 0.003)
    buttons = [ball(0.013 * s, sides=8).moved(*p) for p in places.tolist()]
    pads = [ball((0.07 * s, 0.018 * s, 0.05 * s), sides=12).mapped(figure.chest_frame).moved(
        *(p + figure.chest_frame[:, 1] * 0.062 * s)) for p in figure.shoulders]
    return [Part("buttons", merge(buttons + pads), "gold"), Part("belt", band(wear, 1.45, 1.85, ease
        + 0.012), "black"), Part("collar", band(wear, 5.55, 6.2, ease + 0.006, neck=True),
        "accent")]


def _armour(_: Request, figure: Figure, wear: Cover, ease: float) -> list[Part]:
    s = figure.build.scale
    plates = [ball((0.1 * s, 0.085 * s, 0.1 * s), sides=14).mapped(figure.chest_frame).moved(*p)
        for p in figure.shoulders]
    plates += [ball(0.075 * s, sides=12).moved(*p) for p in figure.knees]
    plates += [ball(0.06 * s, sides=12).moved(*p) for p in figure.elbows]
    plates += [tube([w + (e - w) * 0.5, w], [0.05 * s, 0.06 * s]) for e, w in zip(figure.elbows,
        figure.wrists, strict=True)]
    y = np.linspace(5.2, 1.9, 9)
    ridge = _strip(wear, columns(-0.9 + 0 * y, y), columns(0.9 + 0 * y, y), ease + 0.016, tip=0)
    return [Part("plates", merge(*plates, ridge, band(wear, 5.5, 6.2, ease + 0.01, neck=True)),
        "steel"), Part("belt", band(wear, 1.4, 1.8, ease + 0.014), "leather")]


def _apron(ask: Request, figure: Figure, wear: Cover, ease: float) -> list[Part]:
    front = drape_figure(figure, low_balls(wear, 0.034), 0.72, ask.rng, flare=0.05, folds=0.02,
        count=9, opening=(0.42, 0.08))
    y = np.linspace(4.6, 1.4, 8)
    half = np.interp(y, (1.4, 4.6), (1.1, 0.7))
    bib = _strip(wear, columns(-half, y), columns(half, y), ease + 0.008, tip=0)
    straps = _mirrored_strip(wear, columns((0.55, 0.62, 0.7), (4.6, 5.2, 5.8)), columns((0.72, 0.8,
        0.86), (4.6, 5.2, 5.8)), ease + 0.006)
    return [Part("apron", merge(front, bib, straps, band(wear, 1.35, 1.65, ease + 0.014)), "main")]


_EXTRAS = {
    "collar": _collar,
    "suit": _suit,
    "shirt": _shirt,
    "roll": _roll,
    "sash": _sash,
    "uniform": _uniform,
    "armour": _armour,
    "apron": _apron,
    "belted": _belted
}
