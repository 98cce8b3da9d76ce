"""A work as it is posted: words, address, alternative text, and a picture that the remote takes."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

from PIL import Image

from gallery.addresses import Addresses, work_tag
from gallery.explanation import listed
from gallery.provenance import with_xmp, xmp_packet
from gallery.site import SiteSettings
from gallery.thumbnails import on_white
from storage.archive import Archive
from storage.catalogue import ArtistRow, WorkRow

_WIDEST: Final = 1600
_QUALITIES: Final = (90, 82, 74, 66, 58, 50)
_SMALLER: Final = 0.8


@dataclass(frozen=True)
class Post:
    """Everything that a channel may say of a work; `id` is the same for ever (RFC 4151).

    `packet` is the XMP that its pictures carry.
    """

    id: str
    work: WorkRow
    artist_title: str
    address: str
    alt: str
    tags: tuple[str, ...]
    prompt: str | None
    licence: str
    credit: str
    original: bytes
    packet: bytes

    def text(self, limit: int) -> str:
        """Title, artist and concepts, and below them the address, in so many characters."""
        room = limit - len(self.address) - 2
        words = f"{self.work.title}\n{self.artist_title}, with {listed(self.work.concepts)}"
        if len(words) > room:
            words = words[: room - 1].rstrip() + "…"
        return f"{words}\n\n{self.address}"

    def jpeg(self, largest: int) -> tuple[bytes, int, int]:
        """The picture as JPEG in at most so many bytes, with its width and height.

        Raises:
            ValueError: it can't be made so small.
        """
        with Image.open(io.BytesIO(self.original)) as opened:
            picture = on_white(opened)
        picture.thumbnail((_WIDEST, _WIDEST), Image.Resampling.LANCZOS)
        while min(picture.size) >= 64:
            for quality in _QUALITIES:
                file = io.BytesIO()
                picture.save(file, "JPEG", quality=quality, optimize=True)
                described = with_xmp(file.getvalue(), "image/jpeg", self.packet)
                if len(described) <= largest:
                    return described, picture.width, picture.height
            smaller = [max(1, round(side * _SMALLER)) for side in picture.size]
            picture = picture.resize((smaller[0], smaller[1]), Image.Resampling.LANCZOS)
        raise ValueError(f"{self.work.id} can't be made a JPEG of {largest} bytes")


def write_post(
    archive: Archive, site: SiteSettings, to: Addresses, artist: ArtistRow, work: WorkRow
) -> Post:
    """The post of a work.

    Raises:
        ObjectMissing: the archive has lost its picture or its manifest.
    """
    original, _ = archive.read_image(work.image)
    address = to.absolute(to.work(work.artist, work.number))
    title = artist.created.title
    manifest = archive.read_manifest(work.artist, work.number)
    return Post(
        id=work_tag(artist.created, work),
        work=work,
        artist_title=title,
        address=address,
        alt=f"{work.title}: a picture of {listed(work.concepts)}, made by a machine.",
        tags=work.concepts,
        prompt=work.prompt if site.show_prompt else None,
        licence=site.licence,
        credit=site.credit,
        original=original,
        packet=xmp_packet(manifest, artist_title=title, page=address, site=site),
    )
