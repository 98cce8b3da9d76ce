"""Send the publications in the outbox; attempt and outcome are archived before they count."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final, Literal

from gallery.images.c2pa import Credentials
from gallery.images.certificate import CertificateFiles
from gallery.images.metadata import ImageMetadata
from gallery.images.watermark import Watermark
from gallery.publishing.channel import (
    Channel,
    ChannelRefused,
    DeliveryUnknown,
    Rejected,
    RetryLater,
)
from gallery.publishing.post import Post, write_post
from gallery.publishing.record import record
from gallery.site import SiteSettings
from storage.archive.archive import Archive
from storage.catalogue import Catalogue, OutboxRow
from storage.errors import ObjectDamaged, ObjectMissing

LEASE_SECONDS: Final = 180.0
"""Seconds after which another sender may claim the publication."""

LONGEST_LOOK: Final = 60.0
MOST_ATTEMPTS: Final = 10
_FIRST_WAIT: Final = 30.0
_LONGEST_WAIT: Final = 6 * 3600.0

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Publisher:
    """Sends through channels by their names; with `dry_run` it only logs the posts.

    With `credentials`, the posted pictures are signed; with `watermark`, they have one. `faults`
    are the channels of the settings that can't be used, with the reason; `per_day` is the most that
    a channel sends in 24 hours; the `warned` channels send blurred works, too, with a warning.
    """

    catalogue: Catalogue
    archive: Archive
    site: SiteSettings
    channels: Mapping[str, Channel]
    credentials: Credentials | CertificateFiles | None = None
    watermark: Watermark | None = None
    dry_run: bool = False
    lease_seconds: float = LEASE_SECONDS
    faults: Mapping[str, str] = field(default_factory=dict)
    per_day: Mapping[str, int] = field(default_factory=dict)
    warned: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.channels and self.site.base_url is None:
            raise ValueError(
                "publishing needs the gallery's public address: set gallery.base_url, for example"
                ' "https://example.org"'
            )

    def publish_due(self, *, limit: int = 20) -> int:
        """Send what is due now on each channel, oldest works first; return how many were tried.

        The channels take turns, and one whose remote fails is left alone until the next call. None
        is begun after `LONGEST_LOOK` seconds, so that a shutdown does not wait long.
        """
        self.catalogue.channels.configure({**dict.fromkeys(self.channels, ""), **self.faults})
        held = {row.name for row in self.catalogue.channels.all() if row.held}
        queues = [self._due(name, limit=limit) for name in self.channels if name not in held]
        tried, resting, until = 0, set[str](), time.monotonic() + LONGEST_LOOK
        for row in (row for rows in zip_longest(*queues) for row in rows if row is not None):
            if time.monotonic() >= until:
                break
            if row.channel in resting:
                continue
            claimed = self.catalogue.outbox.claim(
                row, seconds=self.lease_seconds, per_day=self.per_day.get(row.channel, 0)
            )
            if claimed is None:
                continue
            again = row.state == "sending" or row.attempts > 0
            if not self._publish(claimed, self.channels[row.channel], again=again):
                resting.add(row.channel)
            tried += 1
        return tried

    def close(self) -> None:
        """Close every channel."""
        for channel in self.channels.values():
            channel.close()

    def _due(self, channel: str, *, limit: int) -> Sequence[OutboxRow]:
        if self.catalogue.outbox.is_spent(channel, per_day=self.per_day.get(channel, 0)):
            return ()
        return self.catalogue.outbox.due(channel, limit=limit, showing=self._showing(channel))

    def _showing(self, channel: str) -> tuple[str, ...]:
        """The visibilities of works that a channel sends."""
        return ("shown", "blurred") if channel in self.warned else ("shown",)

    def _publish(self, claimed: OutboxRow, channel: Channel, *, again: bool) -> bool:
        """Send one publication; False if the channel should be left alone for now."""
        try:
            post = self._post(claimed)
        except (ObjectMissing, ObjectDamaged, KeyError) as error:
            self._settle(claimed, "failed", str(error))
            return True
        if post is None:
            self.catalogue.outbox.settle(claimed, "waiting", "held for review", wait=_FIRST_WAIT)
            return True
        if self.dry_run:
            words = channel.words(post)
            self.catalogue.outbox.settle(claimed, "dry", words)
            _LOG.info("dry run: %s on %s: %s", claimed.work, channel.name, words)
            return True
        return self._send(claimed, channel, post, again=again)

    def _send(self, claimed: OutboxRow, channel: Channel, post: Post, *, again: bool) -> bool:
        record(self.archive, claimed, "sending", "")
        try:
            where = channel.send(post, again=again)
        except RetryLater as error:
            self._later(claimed, error)
            return False
        except ChannelRefused as error:
            _LOG.error("%s is held: %s", claimed.channel, error)
            self.catalogue.outbox.settle(claimed, "waiting", str(error))
            self.catalogue.channels.hold(claimed.channel, str(error))
            return False
        except DeliveryUnknown as error:
            self._settle(claimed, "unknown", str(error))
        except (Rejected, ValueError) as error:
            self._settle(claimed, "failed", str(error))
        except Exception as error:
            # An unexpected error must not stop the other publications.
            _LOG.exception("%s on %s", claimed.work, claimed.channel)
            self._later(claimed, RetryLater(f"{type(error).__name__}: {error}"))
            return False
        else:
            self._settle(claimed, "sent", where)
        return True

    def _post(self, claimed: OutboxRow) -> Post | None:
        work = self.catalogue.works.get(claimed.work)
        artist = None if work is None else self.catalogue.artists.get(work.artist)
        if work is None or artist is None:
            raise KeyError(f"there is no work {claimed.work}")
        if work.visibility not in self._showing(claimed.channel):
            return None
        image_metadata = ImageMetadata(
            self.catalogue, self.archive, self.site, self.credentials, self.watermark
        )
        return write_post(image_metadata, artist, work)

    def _later(self, claimed: OutboxRow, error: RetryLater) -> None:
        # A person may have let a failed publication try again: then it has as many again.
        attempt = (claimed.attempts - 1) % MOST_ATTEMPTS + 1
        if attempt == MOST_ATTEMPTS:
            self._settle(claimed, "failed", f"{claimed.attempts} attempts failed: {error}")
            return
        doubled = min(_FIRST_WAIT * 2.0 ** (attempt - 1), _LONGEST_WAIT)
        # The remote may ask for a longer wait, up to the same limit.
        wait = min(max(doubled, error.seconds or 0.0), _LONGEST_WAIT)
        _LOG.warning("%s on %s waits %.0f s: %s", claimed.work, claimed.channel, wait, error)
        self.catalogue.outbox.settle(claimed, "waiting", str(error), wait=wait)
        if error.seconds:
            self.catalogue.outbox.postpone(claimed.channel, wait=min(error.seconds, _LONGEST_WAIT))

    def _settle(
        self, claimed: OutboxRow, state: Literal["sent", "failed", "unknown"], detail: str
    ) -> None:
        if state != "sent":
            _LOG.error("%s on %s: %s: %s", claimed.work, claimed.channel, state, detail)
        record(self.archive, claimed, state, detail)
        self.catalogue.outbox.settle(claimed, state, detail)
