"""Read image files in one way for painter, gallery, annotation and encoders.

It is in `cas` because `cas` imports no other package of ours, and all others may import it.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from cas.errors import CasError

MOST_PIXELS = 178_956_970
"""Pixels; Pillow's own bound. A small file can declare a huge picture and fill the memory."""
MOST_RATIO = 200
"""Of the long side to the short one, which encoders blow up; the Bayeux Tapestry's is 140."""
_NOT_READ = frozenset({"BUFR", "EPS", "GRIB", "HDF5", "MPEG", "WMF"})
"""Formats that Pillow only identifies, and EPS, a program that Ghostscript would run."""


class PictureError(CasError):
    """Bytes that are no whole picture of a usable size."""


@cache
def picture_formats() -> dict[str, str]:
    """Return the format that each suffix of pictures stands for, of those that Pillow reads."""
    known = Image.registered_extensions()
    return {s: f for s, f in known.items() if f in Image.OPEN and f not in _NOT_READ}


def open_picture(
    source: Path | bytes,
    *,
    formats: Sequence[str] | None = None,
    least_side: int = 1,
    most_side: int = MOST_PIXELS,
    most_pixels: int = MOST_PIXELS,
) -> Image.Image:
    """Decode all of a picture to RGB, on a white background; `format` is the original format.

    It comes upright, the first of several, with 16 bits scaled to 8.

    Args:
        source: the file, or its bytes.
        formats: by Pillow's names; left out, all that it reads.
        least_side: pixels, of width and height.
        most_side: the same; nothing larger is decoded.
        most_pixels: of width times height; the same.

    Raises:
        PictureError: it is missing, of another format, cut short, damaged or of another size.
    """
    if isinstance(source, bytes):
        data, name = source, f"{len(source):,} bytes that begin with {source[:12]!r}"
    else:
        try:
            data, name = source.read_bytes(), str(source)
        except OSError as error:
            raise PictureError(f"{source} cannot be read: {error.strerror}") from error
    try:
        # verify() checks every chunk's checksum but leaves the image unusable, hence twice.
        opened = _identified(data, formats)
        _check_size(opened.size, least_side, most_side, most_pixels)
        opened.verify()
        opened = _identified(data, formats)
        opened.load()
        _turn_upright(opened)
        shown = _on_white(_eight_bits(opened))
    except PictureError as error:
        raise PictureError(f"{name}: {error}") from error
    except Exception as error:  # Pillow's readers raise whatever the bytes lead them to
        raise PictureError(f"{name}: it is truncated or damaged: {error}") from error
    shown.format = opened.format
    return shown


def picture_format(data: bytes, formats: Sequence[str] | None = None) -> str:
    """Return the format of a picture by its head alone.

    Raises:
        PictureError: it is none of these formats.
    """
    try:
        return str(_identified(data, formats).format)
    except Exception as error:
        raise PictureError(f"{type(error).__name__}: {error}") from error


def _identified(data: bytes, formats: Sequence[str] | None) -> Image.Image:
    known = list(formats or sorted(set(picture_formats().values())))
    try:
        return Image.open(io.BytesIO(data), formats=known)
    except UnidentifiedImageError as error:
        raise PictureError("it is no picture of a known format, or ends within its head") from error


def _check_size(size: tuple[int, int], least_side: int, most_side: int, most_pixels: int) -> None:
    width, height = size
    told = f"{width} × {height} pixels is"
    if min(size) < least_side:
        raise PictureError(f"{told} too small; {least_side} is the least side")
    if max(size) > most_side:
        raise PictureError(f"{told} too large; {most_side:,} is the most side")
    if width * height > most_pixels:
        raise PictureError(f"{told} too large; {most_pixels:,} is the most")
    if max(size) > MOST_RATIO * min(size):
        raise PictureError(f"{told} too narrow; one side is at most {MOST_RATIO} times the other")


def _turn_upright(picture: Image.Image) -> None:
    with suppress(Exception):  # damaged EXIF has no orientation; the pixels are intact
        ImageOps.exif_transpose(picture, in_place=True)


def _eight_bits(picture: Image.Image) -> Image.Image:
    """The picture with grey of 16 bits, 32 bits or floating point scaled to 8 bits."""
    if not picture.mode.startswith(("I", "F")):
        return picture
    values = np.asarray(picture).astype(np.float32)
    clear = values == picture.info.get("transparency", np.nan)
    np.nan_to_num(values, copy=False)
    most = float(values.max())
    # Only the 16-bit modes say what is white; of others, the scale that holds all values.
    scales = {"I": (255, 65535), "F": (1, 255, 65535)}.get(picture.mode, (65535,))
    white = next((scale for scale in scales if most <= scale), most)
    values *= 255 / white
    grey = values.clip(0, out=values).round(out=values).astype(np.uint8)
    grey[clear] = 255
    return Image.fromarray(grey)


def _on_white(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layers = picture.convert("RGBA")
    ground = Image.new("RGBA", layers.size, "white")
    return Image.alpha_composite(ground, layers).convert("RGB")
