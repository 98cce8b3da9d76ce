"""Everything that talks with other servers, as one object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from gallery.fediverse.addresses import Addresses
from gallery.fediverse.documents import Documents
from gallery.fediverse.inbox import Inbox
from gallery.fediverse.keys import ActorKeys
from gallery.fediverse.remote import Remote
from gallery.site import SiteSettings
from gallery.urls import Urls
from storage.catalogue import Catalogue


@dataclass(frozen=True)
class Federation:
    """The parts that the gallery and the publisher share."""

    catalogue: Catalogue
    documents: Documents
    keys: ActorKeys
    remote: Remote
    inbox: Inbox

    @classmethod
    def of(
        cls,
        catalogue: Catalogue,
        site: SiteSettings,
        *,
        secret: bytes,
        tags: tuple[str, ...] = (),
        trusted: str = "",
    ) -> Self:
        """Federate the artists of a catalogue; `secret` is the gallery's, which locks the keys.

        `tags` are hashtags of all posts. Only the host `trusted` may be in this network.

        Raises:
            ValueError: the site has no public address.
        """
        documents = Documents(Addresses(Urls.public(site)), tags)
        keys = ActorKeys(catalogue.fediverse, secret)
        remote = Remote(documents.at, keys, trusted=trusted)
        return cls(catalogue, documents, keys, remote, Inbox(catalogue, documents, remote))
