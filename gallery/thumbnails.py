"""Copies of the pictures for showing, made when first asked for and kept beside the originals."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from storage.archive import Archive
from storage.errors import ObjectDamaged, ObjectMissing

WIDTHS = (480, 960, 1440)
"""Widths in pixels that pages offer; a narrower original is copied at its own width."""

SMALLEST = "240.webp"
"""The copy for a map, where many are seen at once."""

_MAKERS = 2


@dataclass(frozen=True)
class Kind:
    """One kind of copy: how wide at most, and in which format."""

    width: int
    format: str
    media_type: str
    quality: int


KINDS = {
    **{f"{width}.webp": Kind(width, "WEBP", "image/webp", 82) for width in WIDTHS},
    SMALLEST: Kind(240, "WEBP", "image/webp", 78),
    # Sites that show a preview of a link do not all read WebP.
    "share.jpg": Kind(1200, "JPEG", "image/jpeg", 85),
}
"""Every copy that can be asked for, by the last part of its address."""


Stamp = Callable[[str, bytes, str], bytes]
"""Writes into a copy what it says of itself: SHA-256 of the original, the copy, its media type."""


class Thumbnails:
    """Makes and keeps the copies; safe for threads, and two at work on one copy do no harm.

    `stamp` writes into each what it says of itself; with another `edition` of that, copies are made
    anew.
    """

    def __init__(
        self, archive: Archive, *, stamp: Stamp = lambda _, data, __: data, edition: str = ""
    ) -> None:
        self._archive = archive
        self._stamp = stamp
        self._folder = f"thumbnails-{edition}" if edition else "thumbnails"
        self._makers = threading.BoundedSemaphore(_MAKERS)

    def read(self, sha256: str, name: str) -> bytes:
        """A copy's bytes; `name` is a key of `KINDS`.

        Raises:
            ObjectMissing: there is no such picture.
            ObjectDamaged: the archived file is no picture, or not the one that was saved.
        """
        key = f"{self._folder}/{sha256}/{name}"
        try:
            return self._archive.read_derived(key)
        except ObjectMissing:
            pass
        with self._makers:
            kind = KINDS[name]
            data = self._stamp(sha256, self._make(sha256, kind), kind.media_type)
        self._archive.save_derived(key, data, media_type=KINDS[name].media_type)
        return data

    def _make(self, sha256: str, kind: Kind) -> bytes:
        original, _ = self._archive.read_image(sha256)
        try:
            with Image.open(io.BytesIO(original)) as opened:
                return _copy(opened, kind)
        except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
            raise ObjectDamaged(f"The archived file {sha256} is no picture: {error}.") from error


def _copy(opened: Image.Image, kind: Kind) -> bytes:
    picture = ImageOps.exif_transpose(opened)
    if kind.format == "JPEG" or picture.mode not in ("RGB", "RGBA"):
        picture = on_white(picture)
    if picture.width > kind.width:
        height = max(1, round(picture.height * kind.width / picture.width))
        picture = picture.resize((kind.width, height), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    picture.save(file, kind.format, quality=kind.quality, method=4)
    return file.getvalue()


def on_white(picture: Image.Image) -> Image.Image:
    """The picture without transparency, as it looks on white paper."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layers = picture.convert("RGBA")
    ground = Image.new("RGBA", layers.size, "white")
    return Image.alpha_composite(ground, layers).convert("RGB")
