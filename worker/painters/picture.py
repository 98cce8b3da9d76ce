"""Is it a picture? Bytes from a painter are checked, to the last pixel, before they are used."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from worker.errors import BadPicture

FORMATS = ("PNG", "JPEG", "WEBP")
LEAST_SIDE = 16
"""Pixels. Anything smaller is a spacer or an error image, not a work."""
MOST_PIXELS = 64_000_000
"""Pixels. A small file can declare a huge picture and fill the memory (decompression bomb)."""


@dataclass(frozen=True)
class PictureFacts:
    """What a whole picture says of itself."""

    width: int
    height: int
    media_type: str


def inspect_picture(data: bytes) -> PictureFacts:
    """Decode all of `data` and return its size and media type.

    Raises:
        BadPicture: it is no PNG, JPEG or WebP, is cut short or damaged, or has an absurd size.
    """
    image = _decode(data)
    return PictureFacts(image.width, image.height, Image.MIME[str(image.format)])


def load_picture(data: bytes) -> Image.Image:
    """Decode all of `data` to RGB; what is transparent stands before white.

    Raises:
        BadPicture: see `inspect_picture`.
    """
    image = _decode(data)
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        image = Image.alpha_composite(ground, layer)
    return image.convert("RGB")


def _decode(data: bytes) -> Image.Image:
    if not data:
        raise BadPicture("the picture is empty: 0 bytes")
    try:
        # verify() checks every chunk's checksum but leaves the image unusable, hence twice.
        _check_size(Image.open(io.BytesIO(data), formats=FORMATS)).verify()
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        image.load()
    except (
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise BadPicture(
            f"{len(data):,} bytes that begin with {data[:12]!r} are no whole PNG, JPEG or WebP"
            f" picture: {error}"
        ) from error
    return image


def _check_size(image: Image.Image) -> Image.Image:
    width, height = image.size
    if min(width, height) < LEAST_SIDE:
        raise BadPicture(f"{width} × {height} pixels is too small; {LEAST_SIDE} is the least side")
    if width * height > MOST_PIXELS:
        raise BadPicture(f"{width} × {height} pixels is too large; {MOST_PIXELS:,} is the most")
    return image
