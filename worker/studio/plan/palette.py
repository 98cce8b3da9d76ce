"""Palettes: colours and their shares as real paintings have them, turned to a picture's need."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from storage.archive.plan import Pigment
from worker.studio.field.colour import Pixels, from_hex, from_oklab, to_hex, to_oklab

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
_NEUTRAL = 0.055
"""Most chroma (OKLab) of what lies behind and below the subject."""
_LEVELS = 0.2
"""Of lightness between what stands behind and what lies below."""
_DARKEST = 0.32
"""Least lightness of an actor: light and shade are not seen on black."""
_KEPT = 0.75
"""How far a palette's ground gives way to it."""


def choose_palette(key: float, rng: Rng, *, ground: str = "") -> tuple[Pigment, ...]:
    """Six named pigments with roles, of a painting whose lightness suits the key (-1..1).

    The hues stay the painting's, but for a small turn; what lies behind and below is nearly
    neutral.
    A ground that is known by its colour, as water is, keeps to it.
    """
    rows = _paintings()
    light = np.array([float(np.dot(row.colours[:, 0], row.shares)) for row in rows])
    odds = np.exp(-(((light - (0.52 + 0.2 * key)) / 0.13) ** 2))
    row = rows[int(rng.choice(len(rows), p=odds / odds.sum()))]
    angle, chroma = float(rng.uniform(-12, 12)), float(rng.uniform(0.85, 1.2))
    colours = _turned(row.colours, angle, chroma)
    accent = _turned(row.accent[None], angle, chroma * 1.1)[0]
    level = colours[:, 0]
    # Room between light and dark: a picture without it is a fog.
    colours[int(np.argmax(level)), 0] = max(float(level.max()), 0.82)
    colours[int(np.argmin(level)), 0] = min(float(level.min()), 0.24)
    if rng.random() < _PLAIN_PAPER:
        paper = int(np.argmax(level))
        colours[paper] = max(float(level[paper]), 0.9), *(colours[paper, 1:] * 0.3 + (0.0, 0.012))
    roles = _roles(colours, key)
    for role in ("back", "ground"):
        ab = colours[roles.index(role), 1:]
        ab *= min(1.0, _NEUTRAL / max(float(np.hypot(*ab)), 1e-6))
    if ground in _GROUNDS:
        i = roles.index("ground")
        colours[i, 1:] += (_GROUNDS[ground] - colours[i, 1:]) * _KEPT
    _part_values(colours, roles)
    taken: set[str] = set()
    pigments = [
        _pigment(lab, share, role, taken)
        for lab, share, role in zip(colours, row.shares, roles, strict=True)
    ]
    return (*pigments, _pigment(accent, 0.03, "accent", taken))


def _turned(colours: Pixels, degrees: float, chroma: float) -> Pixels:
    cos, sin = np.cos(np.radians(degrees)) * chroma, np.sin(np.radians(degrees)) * chroma
    a, b = colours[:, 1], colours[:, 2]
    return np.stack([colours[:, 0], a * cos - b * sin, a * sin + b * cos], 1).astype(np.float32)


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
    mixed = lab + (table[names.index(name)] - lab) * 0.6
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


@cache
def _names() -> tuple[list[str], Pixels]:
    rows = [line.split("\t") for line in _lines("pigments.tsv")]
    return [name for name, _ in rows], to_oklab(np.stack([from_hex(code) for _, code in rows]))


def _lines(name: str) -> list[str]:
    return files("worker.studio.plan").joinpath(name).read_text("utf-8").splitlines()
