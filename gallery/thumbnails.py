"""Copies of the pictures for showing, made when first asked for and kept beside the originals."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from PIL import Image, ImageOps, UnidentifiedImageError

from gallery.placeholders import Placeholder
from gallery.provenance import with_xmp
from storage.archive import Archive
from storage.errors import ObjectDamaged, ObjectMissing

Made = TypeVar("Made")

WIDTHS = (480, 960, 1440)
"""Widths in pixels that pages offer; a narrower original is copied at its own width."""

SMALLEST = "240.webp"
"""The copy for a map, where many are seen at once."""

SHARED = "share.jpg"
"""The copy for other sites that show a link to the work."""

_MAKERS = 2

_SPEED: dict[str, dict[str, int]] = {
    # libavif's 8 of 10: half a second sooner than its own choice, for a twentieth more of bytes.
    "AVIF": {"speed": 8, "max_threads": 1},
    "WEBP": {"method": 4},
    "JPEG": {},
}


@dataclass(frozen=True)
class Kind:
    """One kind of copy: how wide at most, and in which format."""

    width: int
    format: str
    media_type: str
    quality: int


KINDS = {
    **{f"{width}.avif": Kind(width, "AVIF", "image/avif", 55) for width in WIDTHS},
    **{f"{width}.webp": Kind(width, "WEBP", "image/webp", 82) for width in WIDTHS},
    SMALLEST: Kind(240, "WEBP", "image/webp", 78),
    # Sites that show a preview of a link do not all read WebP.
    SHARED: Kind(1200, "JPEG", "image/jpeg", 85),
}
"""Every copy that can be asked for, by the last part of its address."""


Describe = Callable[[str], bytes]
"""The XMP packet that a picture's copies hold, by the SHA-256 of the original; empty for none."""

Sign = Callable[[str, bytes, str], bytes]
"""Signs a finished copy: SHA-256 of the original, the copy, its media type."""


class Thumbnails:
    """Makes and keeps the copies; safe for threads, and two at work on one copy do no harm.

    With another `edition` of what they say of themselves, copies are made anew.
    """

    def __init__(
        self,
        archive: Archive,
        *,
        describe: Describe = lambda _: b"",
        sign: Sign = lambda _, data, __: data,
        edition: str = "",
    ) -> None:
        self._archive = archive
        self._describe = describe
        self._sign = sign
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
            data = self._make(sha256, partial(_copy, kind=kind, packet=self._describe(sha256)))
            data = self._sign(sha256, data, kind.media_type)
        self._archive.save_derived(key, data, media_type=KINDS[name].media_type)
        return data

    def placeholder(self, sha256: str) -> Placeholder:
        """What hangs until the picture is there.

        Raises:
            ObjectMissing: there is no such picture.
            ObjectDamaged: the archived file is no picture, or not the one that was saved.
        """
        with self._makers:
            return self._make(sha256, lambda opened: Placeholder.of(_upright_on_white(opened)))

    def _make(self, sha256: str, make: Callable[[Image.Image], Made]) -> Made:
        original, _ = self._archive.read_image(sha256)
        try:
            with Image.open(io.BytesIO(original)) as opened:
                return make(opened)
        except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
            raise ObjectDamaged(f"The archived file {sha256} is no picture: {error}.") from error


def _copy(opened: Image.Image, *, kind: Kind, packet: bytes) -> bytes:
    picture = ImageOps.exif_transpose(opened)
    if kind.format == "JPEG" or picture.mode not in ("RGB", "RGBA"):
        picture = on_white(picture)
    if picture.width > kind.width:
        height = max(1, round(picture.height * kind.width / picture.width))
        picture = picture.resize((kind.width, height), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    speed = _SPEED[kind.format]
    if kind.format == "AVIF":
        picture.save(file, kind.format, quality=kind.quality, xmp=packet, **speed)
        return file.getvalue()
    picture.save(file, kind.format, quality=kind.quality, **speed)
    return with_xmp(file.getvalue(), kind.media_type, packet) if packet else file.getvalue()


def _upright_on_white(opened: Image.Image) -> Image.Image:
    return on_white(ImageOps.exif_transpose(opened))


def on_white(picture: Image.Image) -> Image.Image:
    """The picture without transparency, as it looks on white paper."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layers = picture.convert("RGBA")
    ground = Image.new("RGBA", layers.size, "white")
    return Image.alpha_composite(ground, layers).convert("RGB")
