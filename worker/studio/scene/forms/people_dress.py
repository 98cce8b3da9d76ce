"""What people wear: a table of outfits and the parts that they make on a figure."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from worker.studio.scene.clay import Clay
from worker.studio.scene.forms.people_body import (arms, drape_figure, hand, leg_discs, shoe,
    thighs, torso, trunk_discs)
from worker.studio.scene.forms.people_poses import Figure
from worker.studio.scene.mesh import Mesh, ball, columns, merge, pairs, sheet, tube
from worker.studio.scene.model import Part, Request


@dataclass(frozen=True)
class Outfit:
    """How a body is dressed; lengths in metres of an adult, materials by name.

    `skirt` is how far cloth hangs from the waist (0 is none) and `slit` leaves it open in front;
    `cloak` hangs from the shoulders. `sleeve` is the share of the forearm that is covered.
    """

    top: str = "main"
    sleeve: float = 1.0
    cuff: float = 0.0
    ease: float = 0.014
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


_TO_THE_KNEE = 0.56
"""The longest skirt, from the waist, of one who strides: the legs are seen."""

OUTFITS: dict[str, Outfit] = {
    "robe": Outfit(cuff=0.13, ease=0.025, skirt=1.2, flare=0.1, folds=0.035, count=10),
    "coat": Outfit(ease=0.026, cuff=0.02, skirt=0.62, flare=0.1, slit=True, folds=0.022,
        shoes="black", extra="collar"),
    "cloak": Outfit(top="second", cloak=1.15, skirt=0.4, flare=0.06, folds=0.02, skirt_of="second",
        boot=0.6, legs="dark_cloth", extra="belted"),
    "dress": Outfit(sleeve=0.5, ease=0.01, skirt=1.0, flare=0.2, folds=0.045, count=12, legs=""),
    "suit": Outfit(ease=0.022, cuff=0.01, skirt=0.3, flare=0.03, slit=True, folds=0.006, count=6,
        legs="main", shoes="black", extra="suit"),
    "overcoat": Outfit(ease=0.032, cuff=0.03, skirt=0.72, flare=0.05, folds=0.012, count=7,
        legs="dark_cloth", shoes="black", extra="collar"),
    "shirt": Outfit(sleeve=0.15, ease=0.016, skirt=0.2, flare=0.0, folds=0.004, count=6),
    "jumper": Outfit(ease=0.028, cuff=0.012, skirt=0.24, flare=0.0, folds=0.004, count=6,
        legs="dark_cloth"),
    "skirt": Outfit(top="second", sleeve=0.5, ease=0.014, skirt=0.6, flare=0.1, folds=0.02, count=8,
        legs=""),
    "smock": Outfit(sleeve=0.4, ease=0.034, skirt=0.36, flare=0.03, folds=0.012, count=8, legs=""),
    "trousers": Outfit(ease=0.018, skirt=0.27, flare=0.015, folds=0.008, count=6),
    "uniform": Outfit(ease=0.016, skirt=0.24, flare=0.05, folds=0.008, boot=0.9, shoes="black",
        extra="uniform"),
    "armour": Outfit(top="steel", ease=0.02, skirt=0.34, flare=0.1, folds=0.02, legs="steel",
        boot=0.9, shoes="steel", extra="armour"),
    "apron": Outfit(top="second", sleeve=0.1, skirt=0.27, flare=0.02, folds=0.008,
        skirt_of="second", legs="dark_cloth", extra="apron"),
    "rags": Outfit(sleeve=0.2, ease=0.018, skirt=0.55, flare=0.09, folds=0.05, count=7, legs="",
        shoes="", extra="rags")
}
"""A row per attribute of dress."""


def dressed(ask: Request, figure: Figure, outfit: Outfit, *, skin: str = "skin", fists: int = 0,
    fine: float = 1.0) -> list[Part]:
    """The body under the head; `fists` is a bit mask of the hands that close."""
    s, ease = figure.build.scale, outfit.ease
    if figure.strides and outfit.skirt > _TO_THE_KNEE:
        outfit = replace(outfit, skirt=_TO_THE_KNEE)
    long = outfit.skirt >= 0.9 and figure.pose.hang < 0.4
    trousers = bool(outfit.legs) and outfit.legs != skin and not long
    body = torso(Clay(blend=0.06 * s), figure, ease=ease, pelvis=not trousers)
    arms(body, figure, ease=ease, cuff=outfit.cuff, share=max(outfit.sleeve, 0.08))
    parts = [Part("coat", body.mesh(detail=int(44 * fine)), outfit.top)]
    parts += _bare(figure, outfit, skin, int(34 * fine), long=long)
    for side in (0, 1):
        parts.append(Part("hand", hand(figure, side, fist=bool(fists >> side & 1),
            detail=int(14 * fine)), skin))
        shoes = outfit.shoes or skin
        if long and figure.ankles[side][1] < 0.4 * s and figure.toes[side][1] < -0.5:
            continue  # the foot of who kneels is under the skirt
        parts.append(Part("shoe", shoe(figure, side, boot=outfit.boot, detail=int(16 * fine)),
            shoes))
    if trousers:
        cover = thighs(Clay(blend=0.05 * s), figure, ease=0.024 if outfit.legs != "steel"
            else 0.011)
        parts.append(Part("trousers", cover.mesh(detail=int(36 * fine)), outfit.legs))
    if outfit.skirt:
        parts.append(Part("skirt", _skirt(ask, figure, outfit), outfit.skirt_of))
    if outfit.cloak:
        parts.append(Part("cloak", cloak(ask, figure, outfit.cloak), "main"))
    maker = _EXTRAS.get(outfit.extra)
    return parts + (maker(ask, figure) if maker else [])


def _bare(figure: Figure, outfit: Outfit, skin: str, detail: int, *, long: bool) -> list[Part]:
    s = figure.build.scale
    up = figure.chest_frame[:, 1]
    flesh = Clay(blend=0.03 * s)
    flesh.limb(figure.neck - up * 0.04 * s, figure.head - figure.head_frame[:, 1] * 0.05 * s, 0.053
        * s)
    flesh.limb(figure.neck - up * 0.05 * s, figure.neck + up * 0.015 * s, 0.075 * s, 0.055 * s)
    parts = [Part("neck", flesh.mesh(detail=12), skin)]
    if outfit.sleeve < 1:
        parts.append(Part("arms", arms(Clay(blend=0.03 * s), figure).mesh(detail=detail), skin))
    if long:
        stalks = [tube(np.array(bones), 0.04 * s, sides=6) for bones in zip(figure.legs,
            figure.knees, figure.ankles, strict=True)]
        parts.append(Part("legs", merge(stalks), skin))
    elif not outfit.legs or outfit.legs == skin or outfit.skirt >= _TO_THE_KNEE:
        parts.append(Part("legs", thighs(Clay(blend=0.04 * s), figure).mesh(detail=detail), skin))
    return parts


def _skirt(ask: Request, figure: Figure, outfit: Outfit) -> Mesh:
    slit = (0.235, 0.265) if outfit.slit else None
    reach = 0.45 if outfit.skirt < 0.4 else 2.0
    discs = leg_discs(figure, (0.03 if outfit.legs else 0.022) + outfit.ease * 0.5, reach)
    flare, ragged = outfit.flare * ask.between(0.75, 1.3), 0.09 if outfit.extra == "rags" else 0.0
    length = min(outfit.skirt, 0.84) if figure.pose.hang > 0.5 else outfit.skirt
    return drape_figure(figure, discs, length, ask.rng, flare=flare, folds=outfit.folds,
        count=outfit.count, opening=slit, ragged=ragged)


def cloak(ask: Request, figure: Figure, length: float) -> Mesh:
    """A cloak that is open in front."""
    discs = trunk_discs(figure) + leg_discs(figure, 0.05)
    return drape_figure(figure, discs, length + 0.3, ask.rng, flare=0.2, folds=0.05, count=11,
        opening=(0.15, 0.35), high=True)


def _collar(_: Request, figure: Figure) -> list[Part]:
    s = figure.build.scale
    up, front, across = (figure.chest_frame[:, i] for i in (1, 2, 0))
    chest, lapels = 0.03 * figure.build.woman, []
    for d in (1, -1):
        line = pairs("-340 158, -130 155, -40 132, 45 55, 65 -75")
        wide = (0.012, 0.072, 0.095, 0.09, 0.0)
        bulge = (chest, chest, 0.6 * chest, 0, 0)
        path = [figure.neck + (up * y + front * (z + more) + across * d * x) * s for (y, z), x,
            more in zip(line, wide, bulge, strict=True)]
        thick = np.array([0.006, 0.04, 0.04, 0.034, 0.03]) * s
        lapels.append(tube(path, thick, samples=14, flat=0.4, side=tuple(front)))
    return [Part("collar", merge(lapels), "main")]


def _suit(ask: Request, figure: Figure) -> list[Part]:
    """Lapels, the shirt between them, and a tie."""
    s, base = figure.build.scale, figure.chest_frame
    x, y = np.meshgrid(np.linspace(-0.06, 0.06, 7), np.linspace(0.02, -0.3, 9))
    narrow = np.clip(1.1 + 3.6 * y, 0.05, 1.0)
    z = 0.076 + 0.11 * np.clip(-y / 0.12, 0, 1) ** 0.8 - 2.0 * x**2
    front = sheet((columns(x * narrow, y, z) * s) @ base.T + figure.neck)
    tie = tube((columns(0, y[:, 0], z[:, 3] + 0.006) * s) @ base.T + figure.neck, 0.02 * s,
        flat=0.4, side=tuple(base[:, 2]))
    return [Part("shirt", front, "white"), Part("tie", tie, "accent"), *_collar(ask, figure)]


def _uniform(_: Request, figure: Figure) -> list[Part]:
    s, base = figure.build.scale, figure.chest_frame
    buttons = [ball(0.013 * s, sides=8).moved(*(figure.neck + base @ np.array([d * 0.05, -0.09
        - 0.075 * k, 0.145 - 0.01 * k]) * s)) for k in range(4) for d in (1, -1)]
    pads = [ball((0.075 * s, 0.025 * s, 0.06 * s), sides=12).mapped(base).moved(*(p + base[:, 1]
        * 0.055 * s)) for p in figure.shoulders]
    belt = _belt(figure, 0.14, 0.1)
    collar = tube([figure.neck - base[:, 1] * 0.03 * s, figure.neck + base[:, 1] * 0.045 * s], 0.068
        * s)
    gold = Part("buttons", merge(buttons + pads), "gold")
    return [gold, Part("belt", belt, "black"), Part("collar", collar, "accent")]


def _belt(figure: Figure, wide: float, deep: float) -> Mesh:
    s, angle = figure.build.scale, np.linspace(0, 2 * np.pi, 25)
    g = figure.build.girth
    ring = columns(np.cos(angle) * wide * g, 0 * angle, np.sin(angle) * deep * g * 1.1) * s
    return tube(ring @ figure.chest_frame.T + figure.waist, 0.022 * s, sides=8)


def _armour(_: Request, figure: Figure) -> list[Part]:
    s = figure.build.scale
    plates = [ball((0.105 * s, 0.085 * s, 0.1 * s), sides=14).mapped(figure.chest_frame).moved(*p)
        for p in figure.shoulders]
    plates += [ball(0.075 * s, sides=12).moved(*p) for p in figure.knees]
    plates += [ball(0.062 * s, sides=12).moved(*p) for p in figure.elbows]
    plates += [tube([w + (e - w) * 0.5, w], [0.05 * s, 0.065 * s]) for e, w in zip(figure.elbows,
        figure.wrists, strict=True)]
    return [Part("plates", merge(plates), "steel"), Part("belt", _belt(figure, 0.145, 0.11),
        "leather")]


def _belted(_: Request, figure: Figure) -> list[Part]:
    return [Part("belt", _belt(figure, 0.145, 0.11), "leather")]


def _apron(ask: Request, figure: Figure) -> list[Part]:
    s, base = figure.build.scale, figure.chest_frame
    front = drape_figure(figure, leg_discs(figure, 0.085), 0.72, ask.rng, flare=0.05, folds=0.02,
        count=9, opening=(0.42, 0.08))
    x, y = np.meshgrid(np.linspace(-0.11, 0.11, 7), np.linspace(-0.13, -0.34, 6))
    z = 0.176 - 1.5 * x**2 + 0.02 * (y + 0.34)
    bib = sheet((columns(x, y, z) * s) @ base.T + figure.neck)
    belt = _belt(figure, 0.14, 0.108)
    return [Part("apron", merge(front, bib, belt), "main")]


_EXTRAS = {
    "collar": _collar,
    "suit": _suit,
    "uniform": _uniform,
    "armour": _armour,
    "apron": _apron,
    "belted": _belted
}
