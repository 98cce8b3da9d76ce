"""A finished picture, and its file with what it says of itself."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from storage.archive.plan import Plan, Statement
from storage.errors import UserFacingError
from worker.studio.field.colour import Pixels

ALGORITHMIC = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"
SMALLEST, LARGEST, WIDEST = 64, 4096, 4.0


class PaintError(UserFacingError, ValueError):
    """The studio can't paint what is asked for."""


@dataclass(frozen=True)
class Picture:
    """A picture as PNG, the plan that it was painted from, and the checked statements."""

    png: bytes
    width: int
    height: int
    plan: Plan
    statements: tuple[Statement, ...]

    @property
    def prompt(self) -> str:
        """The sentences that hold, or could not be measured, in order."""
        return true_text(self.statements)

    @property
    def whole(self) -> bool:
        """Whether every actor can be seen."""
        return is_whole(self.statements)


def true_text(statements: Sequence[Statement]) -> str:
    """The sentences that hold, or could not be measured, in order."""
    return " ".join(s.text for s in statements if s.holds is not False)


def to_image(pixels: Pixels) -> Image.Image:
    """Colours (h, w, 3) in 0..1 as an image of 8 bits a channel."""
    return Image.fromarray((np.clip(pixels, 0, 1) * 255 + 0.5).astype(np.uint8))


def is_whole(statements: Sequence[Statement]) -> bool:
    """Whether every actor can be seen, by the statements' checks."""
    return all(s.holds is not False for s in statements if "visible" in s.kind)


def check_size(width: int, height: int) -> None:
    """Refuse sizes that can't be painted.

    Raises:
        PaintError: outside 64 to 4096 pixels, or wider than 4 : 1.
    """
    for name, value in (("width", width), ("height", height)):
        if not SMALLEST <= value <= LARGEST:
            raise PaintError(f"{name} must be {SMALLEST} to {LARGEST} pixels, not {value}")
    if max(width, height) / min(width, height) > WIDEST:
        raise PaintError(f"the picture may be at most {WIDEST:g} : 1, not {width} x {height}")


def to_png(pixels: Pixels, size: tuple[int, int], *, title: str, prompt: str) -> bytes:
    """PNG bytes at (width, height) that name their making, as text and as XMP (IPTC 2023.2)."""
    image = to_image(pixels)
    if image.size != size:
        image = image.resize(size, Image.Resampling.LANCZOS)
    info = PngInfo()
    if title:
        info.add_itxt("Title", title)
    if prompt:
        info.add_itxt("Description", prompt)
    info.add_text("Software", "Cultural Alien offline painter")
    info.add_text("DigitalSourceType", ALGORITHMIC)
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
        f'Iptc4xmpExt:DigitalSourceType="{ALGORITHMIC}"/></rdf:RDF></x:xmpmeta>'
    )
    info.add_itxt("XML:com.adobe.xmp", xmp)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", pnginfo=info, compress_level=6)
    return buffer.getvalue()
