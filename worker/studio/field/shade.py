"""Buffers to the picture that a technique aims at: colour in light and shade, tone, weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from worker.studio.field.colour import Pixels, from_oklab, luminance, to_oklab
from worker.studio.field.noise import blur, cloud
from worker.studio.field.render import FAR, Buffers

Map = NDArray[np.float32]
Rng = np.random.Generator

_GRADE = {"side": (0.07, 0.13), "top": (0.04, 0.22), "around": (0.03, 0.06)}
"""How the surroundings change in lightness: from the middle to a side, and towards the top;
`around` also darkens away from the subject.
"""
_AROUND = 0.22
_LEAST_GAP = 0.34
"""Of lightness between the actors and what is around them."""


@dataclass(frozen=True)
class Mood:
    """How light and shade colour the picture.

    `lit` and `shaded` are colours that the light and the shade lean to, `haze` what distance fades
    into over `haze_at` metres. `key` is -1 for a dark picture, 0, or 1 for a light one. `side` is
    where the light comes from: -1 left, 1 right, 0 neither.
    """

    lit: tuple[float, float, float] = (1.0, 0.93, 0.78)
    shaded: tuple[float, float, float] = (0.33, 0.36, 0.5)
    haze: tuple[float, float, float] = (0.82, 0.85, 0.88)
    haze_at: float = 60.0
    key: float = 0.0
    side: float = 0.0


@dataclass(frozen=True, eq=False)
class Target:
    """What a technique has to work with; maps are (h, w) or (h, w, 3), float32 in 0..1.

    `colour` is the picture in full colour; `tone` its lightness, spread over the whole range, for
    techniques without colour. `weight` says how much detail a place deserves. `accent` is where the
    accent colour stands. `pigments` (k, 3) are the palette from dark to light without the accent;
    the first serves as ink, the last as paper. `unit` is a thousandth of the shorter side, in
    pixels: give all sizes of marks in it.
    """

    buffers: Buffers
    colour: Pixels
    tone: Map
    weight: Map
    accent: NDArray[np.bool_]
    pigments: Pixels
    accent_colour: Pixels
    rng: Rng

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.buffers.shape

    @property
    def unit(self) -> float:
        """Pixels of a thousandth of the shorter side."""
        return min(self.shape) / 1000

    @property
    def ink(self) -> Pixels:
        """The darkest pigment."""
        return np.asarray(self.pigments[0])

    @property
    def paper(self) -> Pixels:
        """The lightest pigment."""
        return np.asarray(self.pigments[-1])


def shade(
    buffers: Buffers,
    mood: Mood,
    *,
    pigments: ArrayLike,
    accent_colour: ArrayLike,
    accent: NDArray[np.bool_],
    actors: NDArray[np.bool_],
    rng: Rng,
) -> Target:
    """The target picture; `actors` is the mask of what the picture is about."""
    lab = _graded(_colour(buffers, mood), actors, mood.side, rng)
    colour = from_oklab(_set_off(lab, actors, min(buffers.shape) / 1000))
    board = np.asarray(pigments, dtype=np.float32)
    tone = _spread(luminance(colour) ** np.float32(1 / 1.15), mood.key)
    return Target(
        buffers=buffers,
        colour=colour,
        tone=tone,
        weight=_weight(buffers, actors),
        accent=accent,
        pigments=board[np.argsort(luminance(board))],
        accent_colour=np.asarray(accent_colour, dtype=np.float32),
        rng=rng,
    )


def _colour(buffers: Buffers, mood: Mood) -> Pixels:
    lab = to_oklab(buffers.albedo)
    light = buffers.light[..., None]
    lit, shaded = to_oklab(mood.lit), to_oklab(mood.shaded)
    behind = (buffers.object < 0)[..., None]
    # In shade a colour keeps its hue, loses lightness and leans to the shade's own hue.
    level = lab[..., :1] * (0.3 + 0.7 * light)
    level = level ** (1.0 - 0.22 * mood.key) if mood.key > 0 else level * (1.0 + 0.16 * mood.key)
    lean = (1 - light) * 0.5 * shaded[1:] + light * 0.45 * lit[1:]
    chroma = lab[..., 1:] * (0.62 + 0.38 * light) + lean * np.where(behind, 0.25, 1.0)
    colour = np.concatenate([np.clip(level, 0.02, 0.99), chroma], axis=-1)
    far = np.where(buffers.depth < FAR, 1 - np.exp(-buffers.depth / mood.haze_at), 0.0)
    colour += (to_oklab(mood.haze) - colour) * (0.8 * far[..., None]).astype(np.float32)
    return _ranged(colour, mood.key)


def _graded(lab: Pixels, actors: NDArray[np.bool_], side: float, rng: Rng) -> Pixels:
    """The surroundings darker behind the lit side of things, and lighter on the other."""
    height, width = actors.shape
    across = np.linspace(-1, 1, width, dtype=np.float32)[None]
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    drift = cloud((height, width), rng, cell=0.9, octaves=2) - 0.5
    kind = str(rng.choice(list(_GRADE), p=[0.25, 0.3, 0.45]))
    sideways, upwards = _GRADE[kind]
    shift = -sideways * (side or 0.5) * across - upwards * np.clip(-down, -0.4, 1) + 0.06 * drift
    if kind == "around" and actors.any():
        rows, columns = np.nonzero(actors)
        x, y = 0.5 * across[0, int(columns.mean())], 0.5 * down[int(rows.mean()), 0]
        away = np.hypot(across - x, down - y)
        shift = shift - _AROUND * np.clip((away - 0.45) / 1.1, 0, 1) ** 1.3
    shift = shift * (1 - actors)
    lab[..., 0] = np.clip(lab[..., 0] + shift, 0.04, 0.98)
    return lab


def _set_off(lab: Pixels, actors: NDArray[np.bool_], unit: float) -> Pixels:
    """Move the lightness of the actors and of what is around them apart, where it is too near.

    Painters call it counterchange: a light figure gets a darker ground behind it. All of the
    ground moves, for a dark rim alone is a halo.
    """
    near = blur(actors.astype(np.float32), 110 * unit)
    around = (near > 0.06) & ~actors
    if not actors.any() or not around.any():
        return lab
    gap = float(np.median(lab[..., 0][actors]) - np.median(lab[..., 0][around]))
    lacking = _LEAST_GAP - abs(gap)
    if lacking <= 0:
        return lab
    sign = 1.0 if gap >= 0 else -1.0
    inside = blur(actors.astype(np.float32), 1.5 * unit)
    shift = sign * lacking * (0.5 * inside - 0.5 * (1 - inside) * np.clip(near * 1.6, 0.7, 1))
    lab[..., 0] = np.clip(lab[..., 0] + shift, 0.04, 0.98)
    return lab


def _ranged(lab: Pixels, key: float) -> Pixels:
    """The picture with its lightness spread over the range of its key, hues kept."""
    low, high = np.percentile(lab[::2, ::2, 0], (1.5, 98.5))
    if high - low < 0.02:
        return lab
    darkest, lightest = (
        np.interp(key, (-1, 0, 1), (0.1, 0.14, 0.3)),
        np.interp(key, (-1, 0, 1), (0.8, 0.93, 0.97)),
    )
    spread = darkest + (lab[..., 0] - low) * (lightest - darkest) / (high - low)
    # Half of the way: an evenly lit picture stays quiet.
    lab[..., 0] = np.clip(0.4 * lab[..., 0] + 0.6 * spread, 0.03, 0.985)
    return lab


def _spread(tone: Map, key: float) -> Map:
    """Stretch to the whole range, leaving a share of the sheet near its lightest."""
    low, high = np.percentile(tone, (1.5, 98.0))
    if high - low < 0.05:
        return tone
    even = np.clip((tone - low) / float(high - low), 0, 1)
    return np.asarray(even ** (1.0 - 0.25 * key), dtype=np.float32)


def _weight(buffers: Buffers, actors: NDArray[np.bool_]) -> Map:
    unit = min(buffers.shape) / 1000
    near = blur(actors.astype(np.float32), 8 * unit)
    busy = blur(np.clip(buffers.edge, 0, 1), 6 * unit)
    return np.asarray(np.clip(0.65 * near + 1.6 * busy, 0, 1), dtype=np.float32)
