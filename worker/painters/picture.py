"""Validate a painter's image bytes, to the last pixel, before they are used."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from cas.data.image_files import PictureError, open_picture
from worker.errors import BadPicture

FORMATS = ("PNG", "JPEG", "WEBP")
LEAST_SIDE = 16
"""Pixels. Anything smaller is a spacer or an error image, not a work."""
MOST_PIXELS = 64_000_000
"""Pixels. A small file can declare a huge picture and fill the memory (decompression bomb)."""
MOST_SIDE = 16_383
"""Pixels. The gallery's copies are WebP, which holds no more."""


@dataclass(frozen=True)
class PictureFacts:
    """What a whole picture says of itself; width and height are of the picture upright."""

    width: int
    height: int
    media_type: str


def inspect_picture(data: bytes) -> PictureFacts:
    """Decode all of `data` and return its size and media type.

    Raises:
        BadPicture: it is no PNG, JPEG or WebP, is cut short or damaged, or has an absurd size.
    """
    image = load_picture(data)
    return PictureFacts(image.width, image.height, Image.MIME[str(image.format)])


def load_picture(data: bytes) -> Image.Image:
    """Decode all of `data` to RGB, upright; what is transparent stands before white.

    Raises:
        BadPicture: see `inspect_picture`.
    """
    try:
        return open_picture(
            data,
            formats=FORMATS,
            least_side=LEAST_SIDE,
            most_side=MOST_SIDE,
            most_pixels=MOST_PIXELS,
        )
    except PictureError as error:
        raise BadPicture(f"no whole PNG, JPEG or WebP picture: {error}") from error
