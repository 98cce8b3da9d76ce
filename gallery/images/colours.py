"""The colours of a picture by the names that people search for."""

from __future__ import annotations

from collections import Counter
from typing import Final

from PIL import Image

_HUES: Final = (
    (14, "red"),
    (42, "orange"),
    (70, "yellow"),
    (165, "green"),
    (195, "turquoise"),
    (255, "blue"),
    (290, "violet"),
    (345, "pink"),
    (360, "red"),
)
"""Where each name ends on the circle of hues, in degrees."""

COLOURS: Final = (
    *dict.fromkeys(name for _, name in _HUES),
    *("brown", "black", "grey", "white"),
)
"""Every name."""

_SHARE: Final = 1 / 6
"""Share of a picture from which on it has a colour; its commonest colour counts in any case."""

_GREY: Final = 0.12
"""Greatest chroma (of 0 to 1) of what people call black, grey or white."""


def colours_of(picture: Image.Image) -> tuple[str, ...]:
    """The names of a picture's main colours, the commonest first; a small copy will do."""
    pixels = picture.convert("RGB").convert("HSV").tobytes()
    hues, saturations, values = pixels[::3], pixels[1::3], pixels[2::3]
    counts = Counter(map(_name, hues, saturations, values))
    enough = _SHARE * len(hues)
    (commonest, _), *_ = counts.most_common(1)
    return tuple(n for n, count in counts.most_common() if count >= enough or n == commonest)


def _name(hue: int, saturation: int, value: int) -> str:
    light, chroma = value / 255, saturation * value / 255**2
    if light < 0.18:
        return "black"
    if chroma < _GREY:
        return "white" if light > 0.82 else "black" if light < 0.25 else "grey"
    degrees = hue * 360 / 256
    name = next(name for end, name in _HUES if degrees <= end)
    if name in ("red", "orange") and light < 0.65 and (name == "orange" or chroma < 0.35):
        return "brown"
    return name
