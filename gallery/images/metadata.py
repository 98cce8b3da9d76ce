"""Metadata of image files that visitors download: creator, tool, licence."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass

from gallery.images.c2pa import Credentials
from gallery.images.thumbnails import EmbeddedMetadata, Thumbnails
from gallery.images.xmp import with_xmp, xmp_packet
from gallery.site import SiteSettings
from gallery.urls import Urls
from storage.archive.archive import Archive
from storage.archive.manifest import Manifest
from storage.catalogue import Catalogue, WorkRow
from storage.errors import ObjectDamaged, ObjectMissing

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class ImageMetadata:
    """Describes works by their manifests, and signs where there are credentials."""

    catalogue: Catalogue
    archive: Archive
    site: SiteSettings
    credentials: Credentials | None = None

    @property
    def edition(self) -> str:
        """A short name that changes when files would say something else of themselves."""
        site = self.site
        said: tuple[object, ...] = (
            *(site.licence, site.licence_url, site.credit, site.show_prompt, site.base_url),
            *(() if self.credentials is None else (self.credentials.fingerprint,)),
        )
        return hashlib.sha256(repr(said).encode()).hexdigest()[:8]

    def original(self, work: WorkRow, data: bytes, media_type: str) -> bytes:
        """A work's own file with all that it says of itself.

        Raises:
            ObjectMissing: there is no manifest.
            ObjectDamaged: it can't be read.
        """
        manifest = self.archive.read_manifest(work.artist, work.number)
        data = with_xmp(data, media_type, self._packet(work, manifest))
        return self._sign(data, media_type, manifest, copied=False)

    def metadata_of(self, sha256: str) -> EmbeddedMetadata:
        """What the copies of a picture say of themselves; nothing where it is unknown."""
        work = self.catalogue.works.of_image(sha256)
        try:
            return EmbeddedMetadata() if work is None else self.of_work(work)
        except (ObjectMissing, ObjectDamaged) as error:
            _LOG.warning("copies of %s say nothing of themselves: %s", sha256, error)
            return EmbeddedMetadata()

    def of_work(self, work: WorkRow) -> EmbeddedMetadata:
        """What copies of a work's picture say of themselves.

        Raises:
            ObjectMissing: there is no manifest.
            ObjectDamaged: it can't be read.
        """
        manifest = self.archive.read_manifest(work.artist, work.number)
        return EmbeddedMetadata(
            self._packet(work, manifest),
            lambda data, media_type: self._sign(data, media_type, manifest, copied=True),
        )

    def _sign(self, data: bytes, media_type: str, manifest: Manifest, *, copied: bool) -> bytes:
        if self.credentials is None:
            return data
        return self.credentials.sign(data, media_type, manifest, copied=copied)

    def _packet(self, work: WorkRow, manifest: Manifest) -> bytes:
        artist = self.catalogue.artists.get(work.artist)
        return xmp_packet(
            manifest,
            artist_title=work.artist if artist is None else artist.created.title,
            page=self._page(work),
            site=self.site,
        )

    def _page(self, work: WorkRow) -> str:
        if self.site.base_url is None:
            return ""
        to = Urls.public(self.site)
        return to.absolute(to.work(work.artist, work.number))


def open_thumbnails(archive: Archive, image_metadata: ImageMetadata) -> Thumbnails:
    """Copies that say of themselves what the stamps say."""
    return Thumbnails(
        archive, metadata_of=image_metadata.metadata_of, edition=image_metadata.edition
    )
