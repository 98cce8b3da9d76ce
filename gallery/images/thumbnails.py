"""Thumbnails: made at first use and stored in the archive."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image

from cas.data.image_files import PictureError, open_picture
from gallery.images.placeholders import Placeholder
from gallery.images.xmp import with_xmp
from storage.archive.archive import Archive
from storage.catalogue import WorkRow
from storage.errors import ObjectMissing
from worker.painters.picture import MOST_SIDE

WIDTHS = (480, 960, 1440)
"""Widths in pixels that pages offer; a narrower original keeps its own width."""

SMALLEST = "240.webp"
"""The copy for the map, which shows many works at once."""

SHARED = "share.jpg"
"""The copy for other sites that show a link to the work."""

SQUARE = "square.jpg"
"""The copy for an artist's portrait on other servers, cut to a square."""

JPEGS = {width: f"{width}.jpg" for width in WIDTHS}
"""Copies by width for frames, kiosks and other programs, some of which read nothing newer."""

_MAKERS = 2

_SPEED: dict[str, dict[str, int]] = {
    # libavif's speed 8 of 10: half a second faster than its default, for 5 % more bytes.
    "AVIF": {"speed": 8, "max_threads": 1},
    "WEBP": {"method": 4},
    "JPEG": {},
}


@dataclass(frozen=True)
class Kind:
    """One kind of copy: its greatest width in pixels, and its format; a `square` one is cut."""

    width: int
    format: str
    media_type: str
    quality: int
    square: bool = False


KINDS = {
    **{f"{width}.avif": Kind(width, "AVIF", "image/avif", 55) for width in WIDTHS},
    **{f"{width}.webp": Kind(width, "WEBP", "image/webp", 82) for width in WIDTHS},
    SMALLEST: Kind(240, "WEBP", "image/webp", 78),
    # Not all sites that preview links read WebP.
    SHARED: Kind(1200, "JPEG", "image/jpeg", 85),
    **{name: Kind(width, "JPEG", "image/jpeg", 85) for width, name in JPEGS.items()},
    SQUARE: Kind(400, "JPEG", "image/jpeg", 85, square=True),
}
"""Every kind of copy, by the last part of its address."""


@dataclass(frozen=True)
class EmbeddedMetadata:
    """The metadata of a picture's copies: their XMP packet, empty for none.

    `sign` signs a finished copy, given its media type.
    """

    packet: bytes = b""
    sign: Callable[[bytes, str], bytes] = lambda data, _: data


MetadataOf = Callable[[str], EmbeddedMetadata]
"""The metadata of a picture, by the SHA-256 of the original."""


class Thumbnails:
    """Makes and stores the copies; safe for threads and for parallel work on one copy.

    `marked` puts the watermark into an archived picture. Copies of another `edition` of metadata
    and watermark are stored apart.
    """

    def __init__(
        self,
        archive: Archive,
        *,
        metadata_of: MetadataOf = lambda _: EmbeddedMetadata(),
        marked: Callable[[Image.Image, str], Image.Image] = lambda picture, _: picture,
        edition: Callable[[], str] = str,
    ) -> None:
        self.archive = archive
        self._metadata_of = metadata_of
        self._marked = marked
        self._edition = edition
        self._makers = threading.BoundedSemaphore(_MAKERS)

    def read(self, sha256: str, name: str) -> bytes:
        """A copy's bytes; `name` is a key of `KINDS`.

        Raises:
            ObjectMissing: there is no such picture, or the archived file is not a picture.
            ObjectDamaged: the archived file has changed.
        """
        kept = self.kept(sha256, name)
        if kept is not None:
            return kept
        with self._makers:
            return self._make(sha256, name, self._original(sha256), self._metadata_of(sha256))

    def prepare(self, sha256: str, names: Iterable[str]) -> Placeholder:
        """Make the missing copies and the placeholder, decoding the original once.

        Raises:
            ObjectMissing: there is no such picture, or the archived file is not a picture.
            ObjectDamaged: the archived file has changed.
        """
        missing = [name for name in names if self.kept(sha256, name) is None]
        with self._makers:
            original = self._original(sha256)
            metadata = self._metadata_of(sha256) if missing else EmbeddedMetadata()
            for name in missing:
                self._make(sha256, name, original, metadata)
            return Placeholder.of(original)

    def kept(self, sha256: str, name: str) -> bytes | None:
        """A stored copy's bytes; None if it was not made yet."""
        try:
            return self.archive.read_derived(self._key(sha256, name))
        except ObjectMissing:
            return None

    def _key(self, sha256: str, name: str) -> str:
        edition = self._edition()
        return f"thumbnails-{edition}/{sha256}/{name}" if edition else f"thumbnails/{sha256}/{name}"

    def _original(self, sha256: str) -> Image.Image:
        """The archived picture in RGB, upright, with its watermark."""
        data, _ = self.archive.read_image(sha256)
        try:
            return self._marked(open_picture(data, most_side=MOST_SIDE), sha256)
        except PictureError as error:
            # The archive holds what was saved, which can't be copied: no error of the gallery.
            raise ObjectMissing(f"The archived file {sha256} is no picture: {error}.") from error

    def _make(
        self, sha256: str, name: str, original: Image.Image, metadata: EmbeddedMetadata
    ) -> bytes:
        kind = KINDS[name]
        data = metadata.sign(_copy(original, kind, metadata.packet), kind.media_type)
        self.archive.save_derived(self._key(sha256, name), data, media_type=kind.media_type)
        return data


@lru_cache(maxsize=256)
def offered(width: int) -> tuple[tuple[int, int], ...]:
    """The copies of a picture that differ in size: (width in the address, width of the file)."""
    enough = next((copy for copy in WIDTHS if copy >= width), WIDTHS[-1])
    return tuple((copy, min(copy, width)) for copy in WIDTHS if copy <= enough)


def copies(work: WorkRow) -> tuple[str, ...]:
    """Names of the copies that pages offer of a work."""
    return tuple(f"{asked}.{kind}" for kind in ("avif", "webp") for asked, _ in offered(work.width))


def _copy(picture: Image.Image, kind: Kind, packet: bytes) -> bytes:
    if kind.square:
        side = min(picture.size)
        left, top = (picture.width - side) // 2, (picture.height - side) // 2
        picture = picture.crop((left, top, left + side, top + side))
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
