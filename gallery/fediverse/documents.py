"""The documents that other servers read: actors, posts, activities and collections.

They are JSON-LD as Mastodon and Pixelfed write and read it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from markupsafe import escape

from gallery.fediverse.addresses import Addresses
from gallery.html.dates import iso
from gallery.images.thumbnails import SQUARE
from gallery.pick_explanation import listed
from gallery.publishing.post import alternative_text
from storage.catalogue import ArtistRow, WorkRow
from storage.catalogue.fediverse import Counts

MEDIA_TYPE: Final = "application/activity+json"

PUBLIC: Final = "https://www.w3.org/ns/activitystreams#Public"
"""Everybody: who a public post is addressed to."""

CONTEXT: Final[list[Any]] = [
    "https://www.w3.org/ns/activitystreams",
    "https://w3id.org/security/v1",
    {
        "Hashtag": "as:Hashtag",
        "sensitive": "as:sensitive",
        "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
        "toot": "http://joinmastodon.org/ns#",
        "discoverable": "toot:discoverable",
        "indexable": "toot:indexable",
    },
]

Document = dict[str, Any]


@dataclass(frozen=True)
class Documents:
    """Makes the documents; `tags` are hashtags of all posts."""

    at: Addresses
    tags: tuple[str, ...] = ()

    def actor(self, artist: ArtistRow, *, public_key: str, newest: WorkRow | None) -> Document:
        """An artist; its portrait is its `newest` work."""
        name, created = artist.name, artist.created
        page = self.at.to.absolute(self.at.to.artist(name))
        actor: Document = {
            "id": self.at.actor(name),
            "type": "Service",
            "preferredUsername": name,
            "name": created.title,
            "summary": f"<p>{escape(created.statement)}</p>" if created.statement else "",
            "url": page,
            "published": iso(created.at),
            "inbox": self.at.actor(name, "inbox"),
            "outbox": self.at.actor(name, "outbox"),
            "followers": self.at.actor(name, "followers"),
            "endpoints": {"sharedInbox": self.at.shared_inbox},
            "manuallyApprovesFollowers": False,
            "discoverable": True,
            "indexable": True,
            "publicKey": {
                "id": self.at.key(name),
                "owner": self.at.actor(name),
                "publicKeyPem": public_key,
            },
        }
        if newest is not None:
            square = self.at.to.absolute(self.at.to.picture(newest.image, SQUARE))
            actor["icon"] = {"type": "Image", "mediaType": "image/jpeg", "url": square}
        return with_context(actor)

    def note(self, work: WorkRow, counts: Counts | None = None) -> Document:
        """A work's post, with its reactions where they are given."""
        tags = self._hashtags(work)
        note: Document = {
            "id": self.at.note(work),
            "type": "Note",
            "attributedTo": self.at.actor(work.artist),
            "to": [PUBLIC],
            "cc": [self.at.actor(work.artist, "followers")],
            "published": iso(work.created_at),
            "url": self.at.page(work),
            "content": self._content(work, tags),
            "sensitive": work.visibility == "blurred",
            "summary": _warning(work),
            "attachment": [
                {
                    "type": "Image",
                    "mediaType": work.media_type,
                    "url": self.at.to.absolute(self.at.to.original(work)),
                    "name": alternative_text(work),
                    "width": work.width,
                    "height": work.height,
                }
            ],
            "tag": [
                {"type": "Hashtag", "name": f"#{tag}", "href": href} for tag, href in tags.items()
            ],
        }
        if work.changed_at > work.created_at:
            note["updated"] = iso(work.changed_at)
        for name, count in (
            (
                ("likes", counts.likes),
                ("shares", counts.boosts),
                ("replies", counts.replies),
            )
            if counts
            else ()
        ):
            note[name] = {
                "id": self.at.note(work, name),
                "type": "Collection",
                "totalItems": count,
            }
        return note

    def create(self, work: WorkRow) -> Document:
        """The activity that publishes a work."""
        note = self.note(work)
        return self._of_work(work, "Create", self.at.create(work), note) | {
            "published": note["published"]
        }

    def update(self, work: WorkRow) -> Document:
        """The activity that says that a work is now blurred, or no longer."""
        changed = f"{self.at.note(work)}#update-{work.changed_at:.0f}"
        return self._of_work(work, "Update", changed, self.note(work))

    def delete(self, work: WorkRow) -> Document:
        """The activity that takes a work down."""
        gone = {"id": self.at.note(work), "type": "Tombstone"}
        return self._of_work(work, "Delete", f"{self.at.note(work)}#delete", gone)

    def tombstone(self, work: WorkRow) -> Document:
        """What is left at the address of a work that was taken down."""
        return with_context({"id": self.at.note(work), "type": "Tombstone", "formerType": "Note"})

    def accept(self, artist: str, *, follow: str, follower: str) -> Document:
        """The answer to an actor's activity `follow`."""
        name = hashlib.sha256(follow.encode()).hexdigest()[:32]
        me = self.at.actor(artist)
        followed = {"id": follow, "type": "Follow", "actor": follower, "object": me}
        return with_context(
            {"id": f"{me}#accept-{name}", "type": "Accept", "actor": me, "object": followed}
        )

    def collection(self, address: str, *, total: int, first: str | None = None) -> Document:
        """A collection: how many it has, and where its first page is if it is shown."""
        found: Document = {"id": address, "type": "OrderedCollection", "totalItems": total}
        if first is not None:
            found["first"] = first
        return with_context(found)

    def outbox_page(
        self, artist: str, works: Sequence[WorkRow], *, here: str, older: str | None
    ) -> Document:
        """One page of an artist's posts, the newest first."""
        page: Document = {
            "id": here,
            "type": "OrderedCollectionPage",
            "partOf": self.at.actor(artist, "outbox"),
            "orderedItems": [_without_context(self.create(work)) for work in works],
        }
        if older is not None:
            page["next"] = older
        return with_context(page)

    def webfinger(self, artist: str) -> Document:
        """What a handle such as `@ada@example.org` names."""
        page = self.at.to.absolute(self.at.to.artist(artist))
        return {
            "subject": f"acct:{artist}@{self.at.host}",
            "aliases": [self.at.actor(artist), page],
            "links": [
                {"rel": "self", "type": MEDIA_TYPE, "href": self.at.actor(artist)},
                {
                    "rel": "http://webfinger.net/rel/profile-page",
                    "type": "text/html",
                    "href": page,
                },
            ],
        }

    def nodeinfo(self, *, artists: int, works: int) -> Document:
        """What kind of server this is (nodeinfo.diaspora.software, 2.1)."""
        return {
            "version": "2.1",
            "software": {"name": "cultural-alien", "version": _version()},
            "protocols": ["activitypub"],
            "services": {"inbound": [], "outbound": ["atom1.0"]},
            "openRegistrations": False,
            "usage": {"users": {"total": artists}, "localPosts": works},
            "metadata": {},
        }

    def _of_work(self, work: WorkRow, kind: str, name: str, about: Document) -> Document:
        return with_context(
            {
                "id": name,
                "type": kind,
                "actor": self.at.actor(work.artist),
                "to": [PUBLIC],
                "cc": [self.at.actor(work.artist, "followers")],
                "object": about,
            }
        )

    def _content(self, work: WorkRow, tags: Mapping[str, str]) -> str:
        page = escape(self.at.page(work))
        links = " ".join(
            f'<a href="{escape(href)}" class="mention hashtag" rel="tag">'
            f"#<span>{escape(tag)}</span></a>"
            for tag, href in tags.items()
        )
        return (
            f"<p>{escape(work.title)}</p><p>A picture of {escape(listed(work.concepts))}.</p>"
            f'<p><a href="{page}">{page}</a></p>' + (f"<p>{links}</p>" if links else "")
        )

    def _hashtags(self, work: WorkRow) -> dict[str, str]:
        """The address of each hashtag: those of all posts, then the concepts."""
        found = {tag: self.at.to.absolute(self.at.to.path()) for tag in self.tags}
        for concept in work.concepts:
            tag = hashtag(concept)
            if tag:
                found.setdefault(tag, self.at.to.absolute(self.at.to.concept(concept)))
        return found


def hashtag(concept: str) -> str:
    """A concept as a hashtag, without `#`: `ukiyo-e` is `UkiyoE`; empty if it can be none."""
    words = re.findall(r"[^\W_]+", concept)
    tag = "".join(word[:1].upper() + word[1:] for word in words) if words[1:] else "".join(words)
    return "" if tag.isdigit() else tag


def with_context(document: Document) -> Document:
    """A document that stands alone."""
    return {"@context": CONTEXT, **document}


def as_json(document: Document) -> str:
    """A document as text, always in the same form."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _without_context(document: Document) -> Document:
    return {key: value for key, value in document.items() if key != "@context"}


def _warning(work: WorkRow) -> str | None:
    if work.visibility != "blurred":
        return None
    return work.visibility_reason or "The picture is blurred."


def _version() -> str:
    try:
        return version("cultural-alien")
    except PackageNotFoundError:  # run from a source tree without metadata
        return "0"
