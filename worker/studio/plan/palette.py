"""Palettes: lightness and shares as real paintings have them, in one family of hues."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from storage.archive.plan import Pigment
from worker.studio.field.colour import Pixels, from_hex, from_oklab, tempered, to_hex, to_oklab

Rng = np.random.Generator

_PLAIN_PAPER = 0.75
"""Share of palettes whose lightest colour is that of paper; the others are tinted."""


@dataclass(frozen=True, eq=False)
class _Painting:
    """A row of `palettes.tsv`: five colours (5, 3) in OKLab, their shares, and the accent."""

    colours: Pixels
    shares: tuple[float, ...]
    accent: Pixels
    title: str


_GROUNDS = {"water": np.array((-0.035, -0.055), np.float32)}
"""Hue and chroma (a and b of OKLab) of a setting's ground, which a picture can't do without."""
_FAMILIES = ((25, 0.11), (55, 0.15), (85, 0.14), (125, 0.12), (165, 0.13), (215, 0.14), (255, 0.15),
             (310, 0.06))  # fmt: skip
"""Hues (degrees in OKLab) that a picture may be in, and how often."""
_MINGLED = 10
"""Spread of a family's hue, in degrees, from palette to palette."""
_CHORDS = (
    {"back": 0, "ground": 28, "dark": -22, "main": 180, "second": 40, "accent": 165},
    {"back": 0, "ground": -30, "dark": 150, "main": -40, "second": 20, "accent": 180},
    {"back": 0, "ground": 150, "dark": 14, "main": 30, "second": -45, "accent": -150},
)
"""Hue of each role against the family's, in degrees: few neighbours and what opposes them."""
_CHROMA = {
    "back": 0.058, "ground": 0.055, "dark": 0.055, "main": 0.1, "second": 0.075, "accent": 0.155,
}  # fmt: skip
"""Chroma (OKLab) of each role at the lightness at which there is most of it."""
_FULLEST = 0.16
_BROWN = 30.0, 120.0, 0.55
"""Hues between which a colour darker than that is mud; it is turned to the nearer end."""
_LEVELS = 0.2
"""Of lightness between what stands behind and what lies below."""
_DARKEST = 0.41
"""Least lightness of an actor: light and shade are not seen on black."""
_KEPT = 0.75
"""How far a palette's ground gives way to it."""


def choose_palette(key: float, rng: Rng, *, ground: str = "") -> tuple[Pigment, ...]:
    """Six named pigments with roles, of a painting whose lightness suits the key (-1..1).

    Lightness and shares are the painting's; the hues are a chord about one family. A ground that
    is known by its colour, as water is, keeps to it.
    """
    rows = _paintings()
    light = np.array([float(np.dot(row.colours[:, 0], row.shares)) for row in rows])
    odds = np.exp(-(((light - (0.52 + 0.2 * key)) / 0.13) ** 2))
    row = rows[int(rng.choice(len(rows), p=odds / odds.sum()))]
    colours = row.colours.copy()
    level = colours[:, 0]
    # Room between light and dark: a picture without it is a fog.
    colours[int(np.argmax(level)), 0] = max(float(level.max()), 0.82)
    colours[int(np.argmin(level)), 0] = np.clip(level.min(), 0.2, 0.27)
    roles = _roles(colours, key)
    paper = int(np.argmax(level)) if rng.random() < _PLAIN_PAPER else None
    if paper is not None:
        colours[paper, 0] = max(float(level[paper]), 0.9)
    _part_values(colours, roles)
    families, often = zip(*_FAMILIES, strict=True)
    family = float(rng.choice(families, p=np.array(often) / sum(often))) + rng.normal(0, _MINGLED)
    chord, strength = _CHORDS[int(rng.integers(len(_CHORDS)))], float(rng.uniform(0.8, 1.25))
    tints = {role: _tint(role, family + turn, strength) for role, turn in chord.items()}
    for i, role in enumerate(roles):
        colours[i] = _hued(float(colours[i, 0]), *tints[role])
    if paper is not None:
        colours[paper, 1:] = colours[paper, 1:] * 0.35 + (0.0, 0.012)
    if ground in _GROUNDS:
        i = roles.index("ground")
        colours[i, 1:] += (_GROUNDS[ground] - colours[i, 1:]) * _KEPT
    accent = _accent(float(row.accent[0]), *tints["accent"])
    taken: set[str] = set()
    pigments = [
        _pigment(lab, share, role, taken)
        for lab, share, role in zip(colours, row.shares, roles, strict=True)
    ]
    return (*pigments, _pigment(accent, 0.03, "accent", taken))


def _tint(role: str, hue: float, strength: float) -> tuple[float, float]:
    return hue, _CHROMA[role] * strength


def _accent(lightness: float, hue: float, chroma: float) -> Pixels:
    """The accent: a yellow is light, and a violet not shrill."""
    yellow = np.exp(-(((((hue - 100) % 360 + 180) % 360 - 180) / 28) ** 2))
    violet = np.exp(-(((((hue - 315) % 360 + 180) % 360 - 180) / 32) ** 2))
    level = np.clip(lightness, 0.52, 0.72)
    level += yellow * (0.82 - level)
    return _hued(float(level), hue, chroma * float(1 - 0.35 * violet))


def _hued(lightness: float, hue: float, chroma: float) -> Pixels:
    """A colour in OKLab: fullest in the middle values, and no mud in the darks."""
    hue %= 360
    low, high, least = _BROWN
    if low < hue < high and lightness < least:
        end = low if hue - low < high - hue else high
        hue += (end - hue) * min((least - lightness) * 5, 1.0)
    # Pale and deep colours have less of it; orange and yellow are full only when light.
    chroma *= float(np.clip(1.25 - 2.2 * (lightness - 0.58) ** 2 / 0.16, 0.45, 1.0))
    angle = np.radians(hue)
    lab = np.array([lightness, chroma * np.cos(angle), chroma * np.sin(angle)], np.float32)
    return tempered(lab, _FULLEST)


def _part_values(colours: Pixels, roles: list[str]) -> None:
    """Move the main and the second actor's lightness away from what stands behind them.

    What lies below is set apart from what stands behind, too: else there is no ground.
    """
    back, ground = (roles.index(role) for role in ("back", "ground"))
    if abs(colours[ground, 0] - colours[back, 0]) < _LEVELS:
        colours[ground, 0] = colours[back, 0] + (_LEVELS if colours[back, 0] < 0.5 else -_LEVELS)
    level = {role: float(colours[i, 0]) for i, role in enumerate(roles)}
    behind = (level["back"] + level["ground"]) / 2
    for role, gap in (("main", 0.3), ("second", 0.2)):
        i = roles.index(role)
        if abs(colours[i, 0] - behind) < gap:
            up = behind + gap if behind < 0.55 else behind - gap
            colours[i, 0] = up
        colours[i, 0] = np.clip(colours[i, 0], _DARKEST, 0.92)


def _roles(colours: Pixels, key: float) -> list[str]:
    """The largest area is behind everything; what stands out most from it is the main actor."""
    roles = [""] * len(colours)
    order = list(range(len(colours)))
    level = colours[:, 0]
    largest = order[:3]
    back = max(largest, key=lambda i: level[i] * (1 if key > -0.4 else -1))
    roles[back] = "back"
    order.remove(back)
    gap = [float(np.linalg.norm((colours[i] - colours[back]) * (1, 1.8, 1.8))) for i in order]
    main = order.pop(int(np.argmax(gap)))
    roles[main] = "main"
    dark = min(order, key=lambda i: level[i])
    roles[dark] = "dark"
    order.remove(dark)
    roles[order[0]], roles[order[1]] = "ground", "second"
    return roles


def _pigment(lab: Pixels, share: float, role: str, taken: set[str]) -> Pigment:
    names, table = _names()
    gap = np.linalg.norm((table - lab) * (0.9, 1.6, 1.6), axis=1)
    name = next(names[i] for i in np.argsort(gap) if names[i] not in taken)
    taken.add(name)
    # Half-way to the pigment that names it: the word must be true of the colour.
    mixed = lab + (table[names.index(name)] - lab) * 0.5
    return Pigment(
        name=name, colour=to_hex(from_oklab(mixed)), share=round(float(share), 2), role=role
    )


@cache
def _paintings() -> tuple[_Painting, ...]:
    rows = []
    for line in _lines("palettes.tsv"):
        *cells, accent, title = line.split("\t")
        pairs = [cell.split(":") for cell in cells]
        colours = to_oklab(np.stack([from_hex(code) for code, _ in pairs]))
        shares = tuple(float(share) for _, share in pairs)
        total = sum(shares)
        rows.append(
            _Painting(colours, tuple(s / total for s in shares), to_oklab(from_hex(accent)), title)
        )
    return tuple(rows)


def pigment_name(colour: Pixels) -> str:
    """The name of the pigment that is nearest to a colour, in OKLab."""
    names, table = _names()
    return names[int(np.argmin(np.linalg.norm(table - to_oklab(colour), axis=1)))]


@cache
def _names() -> tuple[list[str], Pixels]:
    rows = [line.split("\t") for line in _lines("pigments.tsv")]
    return [name for name, _ in rows], to_oklab(np.stack([from_hex(code) for _, code in rows]))


def _lines(name: str) -> list[str]:
    return files("worker.studio.plan").joinpath(name).read_text("utf-8").splitlines()
