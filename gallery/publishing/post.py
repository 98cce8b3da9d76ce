"""The post of a work: text, link, alternative text, and an image within the remote's limits."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

from PIL import Image

from cas.data.image_files import open_picture
from gallery.images.metadata import ImageMetadata
from gallery.images.thumbnails import EmbeddedMetadata
from gallery.images.xmp import with_xmp
from gallery.pick_explanation import listed
from gallery.urls import Urls, work_tag
from storage.catalogue import ArtistRow, WorkRow

_WIDEST: Final = 1600
_QUALITIES: Final = (90, 82, 74, 66, 58, 50)
_SMALLER: Final = 0.8


@dataclass(frozen=True)
class Post:
    """Everything that a channel may say of a work; `id` is the same forever (RFC 4151).

    `stamp` is what its pictures say of themselves.
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
    stamp: EmbeddedMetadata

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
            ValueError: it can't be made so small, or is no picture.
        """
        picture = open_picture(self.original)
        picture.thumbnail((_WIDEST, _WIDEST), Image.Resampling.LANCZOS)
        while min(picture.size) >= 64:
            for quality in _QUALITIES:
                file = io.BytesIO()
                picture.save(file, "JPEG", quality=quality, optimize=True)
                described = with_xmp(file.getvalue(), "image/jpeg", self.stamp.packet)
                if len(described) > largest:
                    continue  # to sign it takes longer than to make it, and adds to it
                signed = self.stamp.sign(described, "image/jpeg")
                if len(signed) <= largest:
                    return signed, picture.width, picture.height
            smaller = [max(1, round(side * _SMALLER)) for side in picture.size]
            picture = picture.resize((smaller[0], smaller[1]), Image.Resampling.LANCZOS)
        raise ValueError(f"{self.work.id} can't be made a JPEG of {largest} bytes")


def write_post(image_metadata: ImageMetadata, artist: ArtistRow, work: WorkRow) -> Post:
    """The post of a work on a site that has a public address.

    Raises:
        ObjectMissing: the archive has lost its picture or its manifest.
    """
    site = image_metadata.site
    to = Urls.public(site)
    original, _ = image_metadata.archive.read_image(work.image)
    return Post(
        id=work_tag(artist.created, work),
        work=work,
        artist_title=artist.created.title,
        address=to.absolute(to.work(work.artist, work.number)),
        alt=f"{work.title}: a picture of {listed(work.concepts)}, made by a machine.",
        tags=work.concepts,
        prompt=work.prompt if site.show_prompt else None,
        licence=site.licence,
        credit=site.credit,
        original=original,
        stamp=image_metadata.of_work(work),
    )
