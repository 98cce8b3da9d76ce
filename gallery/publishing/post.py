"""The post of a work: text, link, alternative text, and an image within the remote's limits."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PIL import Image

from cas.data.image_files import open_picture
from gallery.images.metadata import ImageMetadata
from gallery.images.thumbnails import EmbeddedMetadata
from gallery.images.xmp import with_xmp
from gallery.pick_explanation import listed
from gallery.urls import Urls, work_tag
from gallery.work_record import WorkStory, work_story
from storage.catalogue import ArtistRow, WorkRow
from worker.config.types import POST_TEMPLATE

_WIDEST: Final = 1600
_QUALITIES: Final = (90, 82, 74, 66, 58, 50)
_SMALLER: Final = 0.8


@dataclass(frozen=True)
class Wording:
    """How a channel words its posts: a template with the fields `POST_FIELDS`, and hashtags."""

    template: str = POST_TEMPLATE
    tags: tuple[str, ...] = ()


USUAL_WORDING: Final = Wording()


@dataclass(frozen=True)
class Post:
    """Everything that a channel may send of a work; `id` never changes (RFC 4151).

    `story` is what the JSON API tells of the work; `stamp` is the metadata for its pictures,
    and `marked` puts the watermark into one.
    """

    id: str
    work: WorkRow
    artist_title: str
    address: str
    alt: str
    prompt: str | None
    licence: str
    credit: str
    story: WorkStory
    original: bytes
    marked: Callable[[Image.Image], Image.Image]
    stamp: EmbeddedMetadata

    def text(self, limit: int, wording: Wording = USUAL_WORDING) -> str:
        """The words, and below them hashtags and the address, in at most `limit` characters.

        The address is always whole; hashtags that would take more than half of the rest are left
        out, then the words are cut.
        """
        room = limit - len(self.address) - 2
        tags = ""
        for tag in wording.tags:
            longer = f"{tags}#{tag} "
            if len(longer) <= room // 2:
                tags = longer
        room -= len(tags)
        words = wording.template.format(**self._fields()).strip()
        if len(words) > room:
            words = words[: max(0, room - 1)].rstrip() + "…"
        below = f"{tags.rstrip()}\n{self.address}" if tags else self.address
        return f"{words}\n\n{below}".lstrip() if room > 1 else self.address

    def _fields(self) -> dict[str, object]:
        """Values of `worker.config.types.POST_FIELDS`."""
        return {
            "title": self.work.title,
            "artist": self.artist_title,
            "concepts": listed(self.work.concepts),
            "concept": self.work.concept,
            "number": self.work.number,
            "licence": self.licence,
            "credit": self.credit,
        }

    def jpeg(self, largest: int) -> tuple[bytes, int, int]:
        """The picture as JPEG of at most `largest` bytes, with its width and height.

        Raises:
            ValueError: it can't be made so small, or the file is not a picture.
        """
        picture = self.marked(open_picture(self.original))
        picture.thumbnail((_WIDEST, _WIDEST), Image.Resampling.LANCZOS)
        while min(picture.size) >= 64:
            for quality in _QUALITIES:
                file = io.BytesIO()
                picture.save(file, "JPEG", quality=quality, optimize=True)
                described = with_xmp(file.getvalue(), "image/jpeg", self.stamp.packet)
                if len(described) > largest:
                    continue  # signing is slow and makes the file larger
                signed = self.stamp.sign(described, "image/jpeg")
                if len(signed) <= largest:
                    return signed, picture.width, picture.height
            smaller = [max(1, round(side * _SMALLER)) for side in picture.size]
            picture = picture.resize((smaller[0], smaller[1]), Image.Resampling.LANCZOS)
        raise ValueError(f"{self.work.id} can't be made a JPEG of {largest} bytes")


def alternative_text(work: WorkRow) -> str:
    """What a picture shows, for people who can't see it."""
    return f"{work.title}: a picture of {listed(work.concepts)}, made by a machine."


def write_post(image_metadata: ImageMetadata, artist: ArtistRow, work: WorkRow) -> Post:
    """The post of a work on a site that has a public address.

    Raises:
        ObjectMissing: its picture or manifest is missing from the archive.
    """
    site = image_metadata.site
    to = Urls.public(site)
    original, _ = image_metadata.archive.read_image(work.image)
    manifest = image_metadata.archive.read_manifest(work.artist, work.number)
    title = artist.created.title
    return Post(
        id=work_tag(artist.created, work),
        work=work,
        artist_title=title,
        address=to.absolute(to.work(work.artist, work.number)),
        alt=alternative_text(work),
        prompt=work.prompt if site.show_prompt else None,
        licence=site.licence,
        credit=site.credit,
        story=work_story(site, to, work, title, manifest=manifest),
        original=original,
        marked=lambda picture: image_metadata.marked(picture, work.image),
        stamp=image_metadata.of_work(work),
    )
