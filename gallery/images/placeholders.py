"""Placeholders: a few pixels that are shown until a picture is loaded."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import dataclass
from typing import Final, Self

from PIL import Image

from gallery.images.colours import colours_of

_WIDTHS: Final = range(12, 21)
"""Widths to choose from: the one whose height is nearest to a whole number."""

_QUALITY: Final = 40
_WRITTEN: Final = re.compile(r"([0-9a-f]{6}) ([A-Za-z0-9+/]+=*)")

NONE: Final = "-"
"""Stored for a picture of which no placeholder can be made, so that no worker tries again."""


@dataclass(frozen=True)
class Placeholder:
    """A picture's mean colour, as `#rrggbb`, and a tiny WebP copy in base64."""

    colour: str
    image: str

    @classmethod
    def of(cls, picture: Image.Image) -> Self:
        """The placeholder of an RGB picture."""
        ratio = picture.height / picture.width
        width = min(_WIDTHS, key=lambda wide: abs(wide * ratio - max(round(wide * ratio), 1)))
        small = picture.resize((width, max(round(width * ratio), 1)), Image.Resampling.BOX)
        mean = small.resize((1, 1), Image.Resampling.BOX).tobytes()
        file = io.BytesIO()
        small.save(file, "WEBP", quality=_QUALITY, method=6)
        return cls(f"#{mean.hex()}", base64.b64encode(file.getvalue()).decode())

    @classmethod
    def read(cls, written: str) -> Self | None:
        """Parse the catalogue's form of a placeholder; None if there is none."""
        found = _WRITTEN.fullmatch(written)
        return None if found is None else cls(f"#{found[1]}", found[2])

    @property
    def colours(self) -> tuple[str, ...]:
        """The names of the picture's main colours; none if the tiny copy can't be read."""
        try:
            with Image.open(io.BytesIO(base64.b64decode(self.image))) as small:
                return colours_of(small)
        except (OSError, ValueError):
            return ()

    def written(self) -> str:
        """The catalogue's form: the colour's six digits, and the picture."""
        return f"{self.colour[1:]} {self.image}"
