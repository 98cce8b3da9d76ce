"""Metadata of image files that visitors download: creator, tool, licence."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from functools import cache
from typing import Final

from PIL import Image

from gallery.images.c2pa import Changes, Credentials, Mark, has_manifest, parent_of
from gallery.images.certificate import CertificateFiles
from gallery.images.marked_file import with_pixels
from gallery.images.thumbnails import EmbeddedMetadata, Thumbnails
from gallery.images.watermark import Watermark, identifier_of
from gallery.images.xmp import with_xmp, xmp_packet
from gallery.site import SiteSettings
from gallery.urls import Urls
from storage.archive.archive import Archive
from storage.archive.manifest import Manifest
from storage.catalogue import Catalogue, WorkRow
from storage.errors import ObjectDamaged, ObjectMissing

_LOG = logging.getLogger(__name__)


_NO_METADATA: Final = EmbeddedMetadata()


@dataclass(frozen=True)
class ImageMetadata:
    """Writes watermark, metadata and signature into files, each if it is set up, in this order."""

    catalogue: Catalogue
    archive: Archive
    site: SiteSettings
    credentials: Credentials | CertificateFiles | None = None
    watermark: Watermark | None = None

    @property
    def edition(self) -> str:
        """A short hash of all settings that files depend on."""
        site, credentials = self.site, self._credentials()
        settings: tuple[object, ...] = (
            *(site.licence, site.licence_url, site.credit, site.show_prompt, site.base_url),
            *(() if credentials is None else (credentials.fingerprint,)),
            *(() if self.watermark is None else (self.watermark.algorithm,)),
        )
        return hashlib.sha256(repr(settings).encode()).hexdigest()[:8]

    def original(self, work: WorkRow, data: bytes, media_type: str) -> bytes:
        """A work's original file with watermark, metadata and signature.

        A file with Content Credentials of its provider stays as it is where they can't become the
        parent of ours: without a certificate, any change would invalidate them.

        Raises:
            ObjectMissing: there is no manifest, or the archived file is no picture.
            ObjectDamaged: the manifest can't be read.
        """
        manifest = self.archive.read_manifest(work.artist, work.number)
        credentials = self._credentials()
        parent = parent_of(data, media_type) if credentials is not None else None
        if parent is None and has_manifest(data):
            return data
        changed = self._marked_file(work, data, media_type)
        changed = with_xmp(changed, media_type, self._packet(work, manifest))
        if credentials is None:
            return changed
        changes = Changes(watermark=self._mark(work.image))
        return credentials.sign(changed, media_type, manifest, changes=changes, parent=parent)

    def marked(self, picture: Image.Image, sha256: str) -> Image.Image:
        """An archived RGB picture with its watermark."""
        if self.watermark is None:
            return picture
        return self.watermark.embed(picture, identifier_of(sha256))

    def metadata_of(self, sha256: str) -> EmbeddedMetadata:
        """The metadata for copies of a picture; empty for an unknown picture."""
        work = self.catalogue.works.of_image(sha256)
        try:
            return _NO_METADATA if work is None else self.of_work(work)
        except (ObjectMissing, ObjectDamaged) as error:
            _LOG.warning("copies of %s have no metadata: %s", sha256, error)
            return _NO_METADATA

    def of_work(self, work: WorkRow, *, composed: bool = False) -> EmbeddedMetadata:
        """The metadata for copies of a work's picture, or for a file in which it is `composed`.

        Raises:
            ObjectMissing: there is no manifest.
            ObjectDamaged: it can't be read.
        """
        manifest = self.archive.read_manifest(work.artist, work.number)
        packet = self._packet(work, manifest)
        credentials = self._credentials()
        if credentials is None:
            return EmbeddedMetadata(packet)
        changes = Changes(resized=True, composed=composed, watermark=self._mark(work.image))
        parent = cache(lambda: parent_of(*self.archive.read_image(work.image)))
        return EmbeddedMetadata(
            packet,
            lambda data, media_type: credentials.sign(
                data, media_type, manifest, changes=changes, parent=parent()
            ),
        )

    def _credentials(self) -> Credentials | None:
        return None if self.credentials is None else self.credentials.current()

    def _mark(self, sha256: str) -> Mark | None:
        watermark = self.watermark
        if watermark is None:
            return None
        value = watermark.value(identifier_of(sha256))
        return Mark(watermark.algorithm, value, watermark.listed)

    def _marked_file(self, work: WorkRow, data: bytes, media_type: str) -> bytes:
        """The archived file with a watermark in its pixels, made once."""
        if self.watermark is None:
            return data
        key = f"watermarked-{self.watermark.algorithm}/{work.image}"
        try:
            return self.archive.read_derived(key)
        except ObjectMissing:
            pass
        try:
            changed = with_pixels(data, lambda picture: self.marked(picture, work.image))
        except (OSError, SyntaxError, ValueError) as error:  # Pillow's, of a damaged picture
            raise ObjectMissing(f"The archived file {work.image} is no picture: {error}") from error
        self.archive.save_derived(key, changed, media_type=media_type)
        return changed

    def _packet(self, work: WorkRow, manifest: Manifest) -> bytes:
        artist = self.catalogue.artists.get(work.artist)
        mark = self._mark(work.image)
        return xmp_packet(
            manifest,
            artist_title=work.artist if artist is None else artist.created.title,
            page=self._page(work),
            site=self.site,
            watermark="" if mark is None else f"{mark.algorithm}/{mark.value}",
        )

    def _page(self, work: WorkRow) -> str:
        if self.site.base_url is None:
            return ""
        to = Urls.public(self.site)
        return to.absolute(to.work(work.artist, work.number))


def open_thumbnails(archive: Archive, image_metadata: ImageMetadata) -> Thumbnails:
    """Thumbnails with this metadata and watermark."""
    return Thumbnails(
        archive,
        metadata_of=image_metadata.metadata_of,
        marked=image_metadata.marked,
        edition=lambda: image_metadata.edition,
    )
