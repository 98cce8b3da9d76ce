"""Send what is in the outbox: recorded before it is sent, its outcome before it counts."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from gallery.images.c2pa import Credentials
from gallery.images.metadata import ImageMetadata
from gallery.publishing.channel import Channel, DeliveryUnknown, Rejected, RetryLater
from gallery.publishing.post import Post, write_post
from gallery.publishing.record import record
from gallery.site import SiteSettings
from storage.archive.archive import Archive
from storage.catalogue import Catalogue, OutboxRow
from storage.errors import ObjectDamaged, ObjectMissing

LEASE_SECONDS: Final = 180.0
"""A sender that is not heard of for so long is taken for dead."""

LONGEST_LOOK: Final = 60.0
MOST_ATTEMPTS: Final = 10
_FIRST_WAIT: Final = 30.0
_LONGEST_WAIT: Final = 6 * 3600.0

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Publisher:
    """Sends through channels by their names; with `dry_run` it only says what it would send.

    With `credentials`, the pictures that it posts are signed.
    """

    catalogue: Catalogue
    archive: Archive
    site: SiteSettings
    channels: Mapping[str, Channel]
    credentials: Credentials | None = None
    dry_run: bool = False
    lease_seconds: float = LEASE_SECONDS

    def __post_init__(self) -> None:
        if self.channels and self.site.base_url is None:
            raise ValueError(
                "publishing needs the gallery's public address: set gallery.base_url, for example"
                ' "https://example.org"'
            )

    def publish_due(self, *, limit: int = 20) -> int:
        """Send what is due now, oldest works first; tells how many were tried.

        None is begun after `LONGEST_LOOK` seconds: who waits for the end does not wait long.
        """
        tried, until = 0, time.monotonic() + LONGEST_LOOK
        for row in self.catalogue.outbox.due(limit=limit):
            if time.monotonic() >= until:
                break
            channel = self.channels.get(row.channel)
            if channel is None:
                continue  # it was switched off, and may be switched on again
            claimed = self.catalogue.outbox.claim(row, seconds=self.lease_seconds)
            if claimed is not None:
                self._publish(claimed, channel, again=row.state == "sending" or row.attempts > 0)
                tried += 1
        return tried

    def close(self) -> None:
        """Close every channel."""
        for channel in self.channels.values():
            channel.close()

    def _publish(self, claimed: OutboxRow, channel: Channel, *, again: bool) -> None:
        try:
            post = self._post(claimed)
        except (ObjectMissing, ObjectDamaged, KeyError) as error:
            self._settle(claimed, "failed", str(error))
            return
        if post is None:
            self.catalogue.outbox.settle(claimed, "waiting", "held for review", wait=_FIRST_WAIT)
            return
        if self.dry_run:
            self.catalogue.outbox.settle(claimed, "dry", post.text(500))
            _LOG.info("dry run: %s on %s: %s", claimed.work, channel.name, post.text(500))
            return
        record(self.archive, claimed, "sending", "")
        try:
            where = channel.send(post, again=again)
        except RetryLater as error:
            self._later(claimed, error)
        except DeliveryUnknown as error:
            self._settle(claimed, "unknown", str(error))
        except (Rejected, ValueError) as error:
            self._settle(claimed, "failed", str(error))
        except Exception as error:
            # Whatever nobody foresaw must not stop the other publications.
            _LOG.exception("%s on %s", claimed.work, claimed.channel)
            self._later(claimed, RetryLater(f"{type(error).__name__}: {error}"))
        else:
            self._settle(claimed, "sent", where)

    def _post(self, claimed: OutboxRow) -> Post | None:
        work = self.catalogue.works.get(claimed.work)
        artist = None if work is None else self.catalogue.artists.get(work.artist)
        if work is None or artist is None:
            raise KeyError(f"there is no work {claimed.work}")
        if work.visibility != "shown":
            return None
        image_metadata = ImageMetadata(self.catalogue, self.archive, self.site, self.credentials)
        return write_post(image_metadata, artist, work)

    def _later(self, claimed: OutboxRow, error: RetryLater) -> None:
        if claimed.attempts >= MOST_ATTEMPTS:
            self._settle(claimed, "failed", f"given up after {claimed.attempts} attempts: {error}")
            return
        doubled = min(_FIRST_WAIT * 2.0 ** (claimed.attempts - 1), _LONGEST_WAIT)
        # A remote may ask for longer, but not for years.
        wait = min(max(doubled, error.seconds or 0.0), _LONGEST_WAIT)
        _LOG.warning("%s on %s waits %.0f s: %s", claimed.work, claimed.channel, wait, error)
        self.catalogue.outbox.settle(claimed, "waiting", str(error), wait=wait)

    def _settle(
        self, claimed: OutboxRow, state: Literal["sent", "failed", "unknown"], detail: str
    ) -> None:
        if state != "sent":
            _LOG.error("%s on %s: %s: %s", claimed.work, claimed.channel, state, detail)
        record(self.archive, claimed, state, detail)
        self.catalogue.outbox.settle(claimed, state, detail)
