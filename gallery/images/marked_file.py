"""A picture's file with other pixels and all of its metadata: XMP, IPTC, EXIF, colour profile."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator
from typing import Any, Final

from PIL import Image, ImageOps

_PNG_HEAD: Final = 8 + 4 + 4 + 13 + 4
_PNG_PIXELS: Final = frozenset(
    {b"IHDR", b"PLTE", b"tRNS", b"sBIT", b"bKGD", b"hIST", b"IDAT", b"IEND"}
    | {b"acTL", b"fcTL", b"fdAT"}
)
"""Chunks of the old pixels; their numbers need not fit the new ones."""

_JPEG_KEPT: Final = (b"\xff\xed", b"\xff\xfe")
"""APP13, which holds IPTC's older fields, and comments; Pillow writes the others."""

_QUALITY: Final = 95


def with_pixels(data: bytes, change: Callable[[Image.Image], Image.Image]) -> bytes:
    """The PNG, JPEG or WebP file with changed RGB pixels, in the same format.

    A C2PA manifest is left out: it is of the old pixels. The picture is turned upright.
    """
    opened = Image.open(io.BytesIO(data))
    opened.load()
    ImageOps.exif_transpose(opened, in_place=True)
    alpha = opened.convert("RGBA").getchannel("A") if opened.has_transparency_data else None
    changed = change(opened.convert("RGB"))
    if alpha is not None:
        changed.putalpha(alpha)
    kept: dict[str, Any] = {
        key: opened.info[key] for key in ("exif", "icc_profile") if opened.info.get(key)
    }
    file = io.BytesIO()
    if opened.format == "PNG":
        # Its other chunks come as they are; EXIF may have been turned.
        changed.save(file, "PNG", **({"exif": kept["exif"]} if "exif" in kept else {}))
        return _with_chunks(file.getvalue(), b"".join(_png_metadata(data)))
    if opened.info.get("xmp"):
        kept["xmp"] = opened.info["xmp"]
    if opened.format == "WEBP":
        lossless = b"VP8L" in data[12:64]
        changed.save(file, "WEBP", lossless=lossless, quality=_QUALITY, **kept)
        return file.getvalue()
    extra = b"".join(_jpeg_segments(data))
    changed.save(file, "JPEG", quality=_QUALITY, subsampling=0, extra=extra, **kept)
    return file.getvalue()


def _with_chunks(png: bytes, chunks: bytes) -> bytes:
    return png[:_PNG_HEAD] + chunks + png[_PNG_HEAD:]


def _png_metadata(data: bytes) -> Iterator[bytes]:
    place = 8
    while place + 12 <= len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        name, chunk = data[place + 4 : place + 8], data[place : place + 12 + length]
        if name not in _PNG_PIXELS and name not in (b"caBX", b"eXIf"):
            yield chunk
        place += len(chunk)


def _jpeg_segments(data: bytes) -> Iterator[bytes]:
    place = 2
    while data[place : place + 1] == b"\xff" and data[place + 1 : place + 2] != b"\xda":
        (length,) = struct.unpack(">H", data[place + 2 : place + 4])
        segment = data[place : place + 2 + length]
        if segment[:2] in _JPEG_KEPT:
            yield segment
        place += len(segment)
