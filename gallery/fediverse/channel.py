"""The fediverse as a channel of publication: a work is handed to its followers' inboxes.

The publication is one transaction that enters a delivery for each inbox; `delivery` makes those.
"""

from __future__ import annotations

from dataclasses import dataclass

from gallery.fediverse.documents import as_json
from gallery.fediverse.federation import Federation
from gallery.fediverse.keys import KeyLocked
from gallery.fediverse.plain_text import plain_text
from gallery.publishing.channel import ChannelRefused
from gallery.publishing.post import Post
from worker.config.publishing import FEDIVERSE


@dataclass(frozen=True)
class FediverseChannel:
    """Publishes to all followers of a work's artist."""

    federation: Federation
    name: str = FEDIVERSE

    def send(self, post: Post, *, again: bool) -> str:
        """Enter the deliveries of a work; those that were entered before are left alone."""
        documents, work = self.federation.documents, post.work
        create = documents.create(work)
        self.federation.catalogue.fediverse.deliveries.tell(
            work.id,
            "blurred" if work.visibility == "blurred" else "shown",
            artist=work.artist,
            activity=create["id"],
            body=as_json(create),
        )
        return documents.at.note(work)

    def words(self, post: Post) -> str:
        """The text that it would send."""
        return plain_text(self.federation.documents.note(post.work)["content"])

    def check(self) -> str:
        """Say how the artists are called, and how many follow them."""
        catalogue, at = self.federation.catalogue, self.federation.documents.at
        found = []
        for artist in catalogue.artists.all():
            try:
                self.federation.keys.private(artist.name)
            except KeyLocked as error:
                raise ChannelRefused(str(error)) from error
            followers = catalogue.fediverse.people.count(artist.name)
            found.append(f"@{artist.name}@{at.host} ({followers} followers)")
        return ", ".join(found) or "there is no artist yet"

    def close(self) -> None:
        """Do nothing: connections are closed after each delivery."""
