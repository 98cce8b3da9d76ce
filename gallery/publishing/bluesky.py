"""Bluesky: a post with the picture, under a record key derived from the work.

A second put of the same record under the same key changes nothing, so there are no duplicates.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from gallery.html.dates import iso
from gallery.publishing.bluesky_account import Account, NoStore, SessionStore
from gallery.publishing.channel import Rejected
from gallery.publishing.post import USUAL_WORDING, Post, Wording
from worker import outgoing

if TYPE_CHECKING:
    from gallery.publishing.clients import HttpxTransport

_COLLECTION: Final = "app.bsky.feed.post"
_HASHTAG: Final = re.compile(r"(?<!\S)#(\w{1,64})\b")
_LARGEST_PICTURE: Final = 1_900_000
_TEXT: Final = 290
_ALPHABET: Final = "234567abcdefghijklmnopqrstuvwxyz"
_KEY_LENGTH: Final = 13
_SECONDS: Final = 30.0
_LARGEST_ANSWER: Final = 2**20


@dataclass(frozen=True)
class Bluesky:
    """One account; `password` is an app password, and `store` keeps its session."""

    handle: str
    password: str = field(repr=False)
    service: str = "https://bsky.social"
    name: str = "bluesky"
    wording: Wording = USUAL_WORDING
    store: SessionStore = field(default_factory=NoStore, repr=False, compare=False)

    @cached_property
    def _transport(self) -> HttpxTransport:
        from gallery.publishing.clients import HttpxTransport

        return HttpxTransport(
            outgoing.transport_to(self.service, seconds=_SECONDS, largest=_LARGEST_ANSWER)
        )

    @cached_property
    def _account(self) -> Account:
        return Account(
            self.service, self.handle, self.password, transport=self._transport, store=self.store
        )

    def send(self, post: Post, *, again: bool) -> str:
        """Put the record; a repeated call puts the same one."""
        self._transport.begin()
        picture, width, height = post.jpeg(_LARGEST_PICTURE)
        blob = self._account.ask(lambda client: client.upload_blob(picture)).blob
        put = self._account.ask(
            lambda client: client.com.atproto.repo.put_record(
                {
                    "repo": self.handle,
                    "collection": _COLLECTION,
                    "rkey": record_key(post),
                    "record": _record(post, self.words(post), blob, width, height),
                }
            )
        )
        repository, _, key = put.uri.removeprefix("at://").partition(f"/{_COLLECTION}/")
        return f"https://bsky.app/profile/{repository}/post/{key}"

    def words(self, post: Post) -> str:
        """The text of the record."""
        return post.text(_TEXT, self.wording)

    def check(self) -> str:
        """Say whether the account's profile has the self-label `bot`."""
        self._transport.begin()
        try:
            profile = self._account.ask(
                lambda client: client.com.atproto.repo.get_record(
                    {"repo": self.handle, "collection": "app.bsky.actor.profile", "rkey": "self"}
                )
            ).value
        except Rejected:
            profile = None  # there is none yet
        values = getattr(getattr(profile, "labels", None), "values", None) or ()
        if not any(label.val == "bot" for label in values):
            raise Rejected(
                f"@{self.handle} is not marked as automated: in Bluesky's settings, under Account,"
                " Automation label, switch it on"
            )
        return f"@{self.handle} on {self.service}, marked as automated"

    def close(self) -> None:
        """Close the connections."""
        if "_account" in self.__dict__:
            self._account.close()


def record_key(post: Post) -> str:
    """A key in the form of a TID (13 characters, sorted by time) that depends only on the work."""
    moment = int(post.work.created_at * 1_000_000) & (2**53 - 1)
    clock = int.from_bytes(hashlib.sha256(post.id.encode()).digest()[:2], "big") % 1024
    number = moment << 10 | clock
    digits = (number >> 5 * place & 31 for place in reversed(range(_KEY_LENGTH)))
    return "".join(_ALPHABET[digit] for digit in digits)


def _record(post: Post, text: str, blob: Any, width: int, height: int) -> dict[str, Any]:
    """The post with its picture, and the link and hashtags that its text holds."""
    begin = text.rindex(post.address)
    link = _facet(text, begin, begin + len(post.address), kind="link", uri=post.address)
    tags = [
        _facet(text, found.start(), found.end(), kind="tag", tag=found[1])
        for found in _HASHTAG.finditer(text)
    ]
    return {
        "$type": _COLLECTION,
        "text": text,
        "createdAt": iso(post.work.created_at),
        "langs": ["en"],
        "facets": [*tags, link],
        "embed": {
            "$type": "app.bsky.embed.images",
            "images": [
                {
                    "alt": post.alt,
                    "image": blob,
                    "aspectRatio": {"width": width, "height": height},
                }
            ],
        },
    }


def _facet(text: str, begin: int, end: int, *, kind: str, **feature: str) -> dict[str, Any]:
    """A part of the text that is a link or a hashtag; offsets are in bytes of UTF-8."""
    return {
        "index": {
            "byteStart": len(text[:begin].encode()),
            "byteEnd": len(text[:end].encode()),
        },
        "features": [{"$type": f"app.bsky.richtext.facet#{kind}", **feature}],
    }
