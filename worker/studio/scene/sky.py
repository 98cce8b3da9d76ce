"""What lies behind everything: skies by hour and weather, and plain grounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from worker.studio.field.colour import Pixels, from_hex, lighten, mix, to_oklab
from worker.studio.field.render import Backdrop, Light, Map
from worker.studio.field.shade import Mood
from worker.studio.scene.mesh import Array

Colour3 = tuple[float, float, float]


@dataclass(frozen=True)
class Disc:
    """A sun or moon: its unit direction from the eye, and the tangent of its radius."""

    towards: Array
    tangent: float


@dataclass(frozen=True)
class Hour:
    """One hour or weather: how it lights a picture, and its words.

    `phrase` completes "It is ..."; `zenith` and `horizon` are the sky's colours; `pull` is how
    far the palette's own colour replaces them. `disc` is the size of the sun or moon in the sky
    (tangent), 0 for none.
    """

    name: str
    phrase: str
    zenith: str
    horizon: str
    lit: str
    shaded: str
    pull: float = 0.5
    key: float = 0.0
    power: float = 1.0
    ambient: float = 0.34
    softness: float = 0.06
    haze_at: float = 70.0
    disc: float = 0.0
    stars: bool = False


# fmt: off
HOURS: dict[str, Hour] = {
    hour.name: hour
    for hour in (
        Hour("day", "broad daylight", "#7fa3bf", "#d9e2df", "#fff1d8", "#6a7690"),
        Hour("dawn", "dawn", "#8ea6bf", "#f0c9a8", "#ffd9b0", "#6c7596", 0.35, 0.3, 0.9, disc=0.05),
        Hour("noon", "noon", "#6f9fc8", "#cfe0e4", "#fffbe8", "#5d6a80", 0.4, 0.5, 1.15, 0.3, 0.03),
        Hour("sunset", "sunset", "#7a6f97", "#ee9a5a", "#ffbf7a", "#574a6b", 0.25, -0.1, 1.0,
             0.3, disc=0.06),
        Hour("dusk", "dusk", "#3f4a6b", "#c89a86", "#f0b48a", "#3c4566", 0.3, -0.5, 0.7, 0.3, 0.15),
        Hour("night", "night", "#0f1830", "#2b3a58", "#b9c8e0", "#141c33", 0.25, -1.0, 0.75,
             0.16, stars=True),
        Hour("moonlight", "a moonlit night", "#131f3d", "#3c5070", "#d6e2ee", "#18233f", 0.25,
             -0.9, 0.95, 0.16, disc=0.055, stars=True),
        Hour("overcast", "an overcast day", "#a9afb2", "#d4d6d2", "#f2f0ea", "#83888f", 0.5, 0.1,
             0.45, 0.62, 0.4, 50),
        Hour("storm", "a gathering storm", "#2c3540", "#8b938f", "#dfe3d0", "#2a333d", 0.4, -0.6,
             0.8, 0.26, 0.15, 45),
        Hour("mist", "a misty day", "#c5cbcb", "#dfe2de", "#f4efe4", "#9aa3a8", 0.5, 0.7, 0.4, 0.66,
             0.4, 14),
        Hour("snowfall", "a snowy day", "#b7c0c9", "#e4e8ea", "#fbf6ee", "#8d9aac", 0.4, 0.6,
             0.6, 0.55, 0.3, 40),
        Hour("rain", "a rainy day", "#6f7b85", "#a7afb0", "#d9dedb", "#56616b", 0.5, -0.2, 0.4, 0.5,
             0.4, 32),
        Hour("summer", "high summer", "#5f9acb", "#dfe8dc", "#fff3c8", "#5b6c72", 0.35, 0.4, 1.1,
             0.34, 0.04),
        Hour("autumn", "an autumn afternoon", "#8fa3ad", "#ecd5a8", "#ffdf9e", "#6d6470", 0.35,
             0.0, 0.95, 0.32),
        Hour("firelight", "nearly dark, with a low warm light", "#120d10", "#2a1a18", "#ffb066",
             "#1d1420",
             0.3, -1.0, 1.15, 0.12, 0.12),
        Hour("lamplight", "dark but for the light of one lamp", "#1c1a22", "#3a3030", "#ffd79a",
             "#2b2836", 0.4, -0.7, 1.1, 0.16, 0.15),
        Hour("spotlight", "dark but for a single beam of light", "#101014", "#26252c", "#fff2da",
             "#1c1c26",
             0.5, -0.8, 1.3, 0.12, 0.05),
    )
}
# fmt: on
"""Every hour and weather by its name."""

DIRECTIONS: dict[str, Colour3] = {
    "left": (0.8, -0.62, -0.4),
    "right": (-0.8, -0.62, -0.4),
    "behind": (0.3, -0.55, 0.85),
    "above": (0.32, -1.0, 0.1),
    "front": (0.15, -0.45, -1.0),
    "below": (0.42, 0.75, -0.7),
}
"""The way that the key light travels, by where it comes from; the viewer looks along -z.

From a side it rakes: shadows are longer than what casts them is high. Light from above and from
below comes from the left, too: else all upright faces are as light.
"""


_LOW, _HIGH = 0.7, 1.6
"""Steepness of the light where the sun or the moon is low, and at noon: shadows long and short."""
_NOON = ("noon", "summer")
_FALLS = ((0.3, 1.1), (50.0, -20.0))
"""Degrees that shadows on open ground fall towards the viewer, by two heights of the eye."""


def make_light(hour: Hour, direction: str, *, eye: float | None = None) -> Light:
    """The key light of an hour from a direction.

    With the height of the viewer's `eye` over that of the subject, on open ground, shadows fall
    where they are seen: from low down towards the viewer, for behind the thing they are mere lines.
    """
    x, y, z = DIRECTIONS[direction]
    if direction != "below":
        y *= _LOW if hour.disc else _HIGH if hour.name in _NOON and direction != "above" else 1.0
    falls = None
    if eye is not None and direction in ("left", "right"):
        across, turn = float(np.hypot(x, z)), np.radians(np.interp(eye, *_FALLS))
        falls = (float(np.sign(x) * across * np.cos(turn)), y, float(across * np.sin(turn)))
    return Light(
        (x, y, z),
        falls=falls,
        key=1.15 * hour.power,
        ambient=max(hour.ambient, 0.3) if direction == "below" else hour.ambient,
        softness=hour.softness,
    )


def make_mood(hour: Hour, back: Pixels, *, key: str, near: float, direction: str) -> Mood:
    """How the hour colours light and shade.

    `back` is the palette's colour for what lies behind; the haze is measured in the distance of
    the first actor, `near`, so that a far subject is as clear as a near one.
    """
    haze = mix(from_hex(hour.horizon), back, hour.pull)
    shift = {"low": -0.45, "middle": 0.0, "high": 0.45}[key]
    return Mood(
        lit=_three(from_hex(hour.lit)),
        shaded=_three(from_hex(hour.shaded)),
        haze=_three(haze),
        haze_at=hour.haze_at * near / 6.0,
        side={"left": -1.0, "right": 1.0}.get(direction, 0.0),
        key=max(-1.0, min(1.0, hour.key + shift)),
    )


def make_sky(
    hour: Hour,
    back: Pixels,
    direction: str,
    *,
    large: Disc | None = None,
    tint: Pixels | None = None,
) -> Backdrop:
    """A sky: a calm gradient, and a sun, a moon or stars where the hour has them.

    `large` is a disc that the picture is composed around; by day it leans to `tint`.
    """
    zenith = mix(from_hex(hour.zenith), back, hour.pull * 0.8)
    horizon = mix(from_hex(hour.horizon), back, hour.pull * 0.6)
    towards = -np.array(DIRECTIONS[direction], dtype=np.float32)
    disc = np.array([0.28 if towards[0] > 0 else -0.28, 0.24, -1.0], dtype=np.float32)
    disc /= np.linalg.norm(disc)

    def backdrop(rays: Map) -> tuple[Pixels, Map]:
        rise = np.clip(rays[:, 1], 0.0, 1.0)
        colour = mix(horizon, zenith, np.clip(rise * 2.0, 0, 1) ** np.float32(0.8))
        light = np.ones(len(rays), dtype=np.float32)
        if large is not None:
            inside = rays @ large.towards.astype(np.float32) > np.cos(np.arctan(large.tangent))
            colour[inside & (rays[:, 1] > 0)] = _face(hour, mix(horizon, zenith, 0.5), tint)
        near = rays @ disc
        if hour.disc and large is None:
            glow = np.clip((near - 0.9) * 10, 0, 1) ** 2
            colour = mix(colour, from_hex(hour.lit), glow * 0.45)
            colour[near > 1 - hour.disc**2 / 2] = lighten(from_hex(hour.lit), 0.04)
        if hour.stars:
            cell = np.floor(rays * 90)
            chance = (np.sin(cell @ np.array([12.9, 78.2, 37.7], np.float32)) * 43758.5453) % 1
            inside = np.linalg.norm(rays * 90 - cell - 0.5, axis=1) < 0.3
            colour[(chance > 0.985) & inside & (rise > 0.05)] = lighten(from_hex(hour.lit), 0.05)
        return colour.astype(np.float32), light

    return backdrop


def _face(hour: Hour, sky: Pixels, tint: Pixels | None) -> Pixels:
    """The colour of a large disc: what stands out most from the sky about it."""
    behind = to_oklab(sky)
    light = lighten(from_hex(hour.lit), 0.04)
    faces = [light] if tint is None or hour.stars else [light, tint]
    return max(faces, key=lambda face: float(np.linalg.norm(to_oklab(face) - behind)))


def make_plain(back: Pixels, *, fade: float) -> Backdrop:
    """One colour, a little darker towards the top by `fade` in lightness."""
    dark = lighten(back, -fade)

    def backdrop(rays: Map) -> tuple[Pixels, Map]:
        rise = np.clip(rays[:, 1] * 1.6 + 0.35, 0, 1)
        return mix(back, dark, rise), np.full(len(rays), 0.96, dtype=np.float32)

    return backdrop


def _three(colour: Pixels) -> Colour3:
    red, green, blue = (float(v) for v in colour)
    return red, green, blue
