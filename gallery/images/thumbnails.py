"""Thumbnails: made at first use and stored beside the originals."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PIL import Image

from cas.data.image_files import PictureError, open_picture
from gallery.images.placeholders import Placeholder
from gallery.images.xmp import with_xmp
from storage.archive.archive import Archive
from storage.catalogue import WorkRow
from storage.errors import ObjectMissing
from worker.painters.picture import MOST_SIDE

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


@dataclass(frozen=True)
class EmbeddedMetadata:
    """What a picture's copies say of themselves: the XMP packet in them, empty for none.

    `sign` signs a finished copy, given its media type.
    """

    packet: bytes = b""
    sign: Callable[[bytes, str], bytes] = lambda data, _: data


MetadataOf = Callable[[str], EmbeddedMetadata]
"""The stamp of a picture, by the SHA-256 of the original."""


class Thumbnails:
    """Makes and keeps the copies; safe for threads, and two at work on one copy do no harm.

    With another `edition` of what they say of themselves, copies are made again.
    """

    def __init__(
        self,
        archive: Archive,
        *,
        metadata_of: MetadataOf = lambda _: EmbeddedMetadata(),
        edition: str = "",
    ) -> None:
        self._archive = archive
        self._metadata_of = metadata_of
        self._folder = f"thumbnails-{edition}" if edition else "thumbnails"
        self._makers = threading.BoundedSemaphore(_MAKERS)

    def read(self, sha256: str, name: str) -> bytes:
        """A copy's bytes; `name` is a key of `KINDS`.

        Raises:
            ObjectMissing: there is no such picture, or what was saved is none that can be copied.
            ObjectDamaged: the archived file is not the one that was saved.
        """
        kept = self.kept(sha256, name)
        if kept is not None:
            return kept
        with self._makers:
            return self._make(sha256, name, self._original(sha256), self._metadata_of(sha256))

    def prepare(self, sha256: str, names: Iterable[str]) -> Placeholder:
        """Make these copies, where they are not there yet, and the placeholder; in one pass.

        Raises:
            ObjectMissing: there is no such picture, or what was saved is none that can be copied.
            ObjectDamaged: the archived file is not the one that was saved.
        """
        missing = [name for name in names if self.kept(sha256, name) is None]
        with self._makers:
            original = self._original(sha256)
            metadata = self._metadata_of(sha256) if missing else EmbeddedMetadata()
            for name in missing:
                self._make(sha256, name, original, metadata)
            return Placeholder.of(original)

    def kept(self, sha256: str, name: str) -> bytes | None:
        """A copy's bytes if it was made before: nothing is made for it now."""
        try:
            return self._archive.read_derived(self._key(sha256, name))
        except ObjectMissing:
            return None

    def _key(self, sha256: str, name: str) -> str:
        return f"{self._folder}/{sha256}/{name}"

    def _original(self, sha256: str) -> Image.Image:
        """The archived picture in RGB, upright."""
        data, _ = self._archive.read_image(sha256)
        try:
            return open_picture(data, most_side=MOST_SIDE)
        except PictureError as error:
            # The archive has what was saved: of that there is no copy, which is no fault of ours.
            raise ObjectMissing(f"The archived file {sha256} is no picture: {error}.") from error

    def _make(
        self, sha256: str, name: str, original: Image.Image, metadata: EmbeddedMetadata
    ) -> bytes:
        kind = KINDS[name]
        data = metadata.sign(_copy(original, kind, metadata.packet), kind.media_type)
        self._archive.save_derived(self._key(sha256, name), data, media_type=kind.media_type)
        return data


def offered(work: WorkRow) -> tuple[tuple[int, int], ...]:
    """The copies of a work that differ in size: (width asked for, width that comes)."""
    enough = next((width for width in WIDTHS if width >= work.width), WIDTHS[-1])
    return tuple((width, min(width, work.width)) for width in WIDTHS if width <= enough)


def copies(work: WorkRow) -> tuple[str, ...]:
    """Names of the copies that pages offer of a work."""
    return tuple(f"{asked}.{kind}" for kind in ("avif", "webp") for asked, _ in offered(work))


def _copy(picture: Image.Image, kind: Kind, packet: bytes) -> bytes:
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
