"""The worker's context: stores, sampler and components, created by an entry point."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from storage.archive.archive import Archive
from storage.archive.events import Parts
from storage.catalogue import ArtistRow, Catalogue
from storage.vectors.store import Memory
from worker.composers import Composer
from worker.encoders import ImageEncoder, TextEncoder
from worker.lease import Leases
from worker.moderation.openai import Moderator
from worker.painters import Painter

if TYPE_CHECKING:
    # Torch takes seconds and half a gigabyte: a worker without models never imports it.
    from cas import CulturalAlienSampler


@dataclass(frozen=True)
class Components:
    """The loaded parts of one artist."""

    composer: Composer
    fallback: Composer | None
    painter: Painter
    text_encoder: TextEncoder
    image_encoder: ImageEncoder
    memory: Memory


@dataclass
class WorkerContext:
    """Stores, sampler and parts; parts are loaded at their first use.

    `find_sampler` returns the current pair. A step whose lease is not renewed for `lease_seconds`
    may be claimed by another worker; a step that crashed `most_tries` times fails. All workers
    together make `per_minute` paid calls to one provider (0: no limit). `channels` returns the
    channels of an artist, `channel_limits` the most works in 24 hours of those that have a limit;
    `moderator` checks works before they are shown.
    """

    name: str
    catalogue: Catalogue
    archive: Archive
    find_sampler: Callable[[], CulturalAlienSampler]
    load_tools: Callable[[Parts], Components]
    channels: Callable[[str], Sequence[str]] = lambda artist: ()
    channel_limits: Callable[[], Mapping[str, int]] = dict
    moderator: Moderator | None = None
    lease_seconds: float = 60.0
    most_tries: int = 5
    per_minute: float = 0.0
    last_begun: dict[str, int] = field(default_factory=dict)
    """The newest cycle of each artist that this worker has started."""
    _picture: tuple[str, bytes] = ("", b"")
    _tools: dict[str, Components] = field(default_factory=dict)
    _loading: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def leases(self) -> Leases:
        """Renews the leases of this worker's steps."""
        return Leases(seconds=self.lease_seconds)

    @property
    def sampler(self) -> CulturalAlienSampler:
        """The current sampler; read it once for each pick.

        Raises:
            CheckpointError: there is none.
        """
        return self.find_sampler()

    def save_picture(self, data: bytes, media_type: str) -> str:
        """Archive a picture; return its SHA-256. The last one is cached for the next steps."""
        sha256 = self.archive.save_image(data, media_type)
        self._picture = (sha256, data)
        return sha256

    def picture(self, sha256: str) -> bytes:
        """Return a picture's bytes.

        Raises:
            ArchiveError: it is missing or damaged.
        """
        last, data = self._picture
        return data if last == sha256 else self.archive.read_image(sha256)[0]

    def components(self, artist: ArtistRow) -> Components:
        """Return the parts that the artist was created with, loaded at their first use.

        Raises:
            Misconfigured: a part is no longer available.
        """
        parts = artist.created.parts
        key = parts.model_dump_json()
        with self._loading:
            if key not in self._tools:
                self._tools[key] = self.load_tools(parts)
            return self._tools[key]

    def close(self) -> None:
        """Close the memories and the catalogue."""
        for components in self._tools.values():
            components.memory.close()
        self.catalogue.close()
