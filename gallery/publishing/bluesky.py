"""Bluesky: a post with the picture, under a record key derived from the work.

Putting the same record under the same key again changes nothing, so that there never are two.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from gallery.html.dates import iso
from gallery.publishing.channel import Rejected, RetryLater
from gallery.publishing.post import Post
from worker import outgoing

if TYPE_CHECKING:
    from atproto import Client

    from gallery.publishing.clients import HttpxTransport

_COLLECTION: Final = "app.bsky.feed.post"
_LARGEST_PICTURE: Final = 1_900_000
_TEXT: Final = 290
_ALPHABET: Final = "234567abcdefghijklmnopqrstuvwxyz"
_KEY_LENGTH: Final = 13
_SECONDS: Final = 30.0
_LARGEST_ANSWER: Final = 2**20
_PASSING: Final = (408, 409, 425, 429)


@dataclass(frozen=True)
class Bluesky:
    """One account; `password` is an app password."""

    handle: str
    password: str = field(repr=False)
    service: str = "https://bsky.social"
    name: str = "bluesky"

    @cached_property
    def _transport(self) -> HttpxTransport:
        from gallery.publishing.clients import HttpxTransport

        return HttpxTransport(
            outgoing.transport_to(self.service, seconds=_SECONDS, largest=_LARGEST_ANSWER)
        )

    @cached_property
    def _client(self) -> Client:
        from atproto import Client, Request

        request = Request(transport=self._transport, trust_env=False)
        client = Client(self.service, request=request)
        try:
            self._ask(client.login, self.handle, self.password, fetch_bsky_profile=False)
        except BaseException:
            client.request.close()
            raise
        return client

    def send(self, post: Post, *, again: bool) -> str:
        """Put the record; a second time it is the same one."""
        self._transport.begin()
        client = self._client
        picture, width, height = post.jpeg(_LARGEST_PICTURE)
        blob = self._ask(client.upload_blob, picture).blob
        put = self._ask(
            client.com.atproto.repo.put_record,
            {
                "repo": self.handle,
                "collection": _COLLECTION,
                "rkey": record_key(post),
                "record": _record(post, blob, width, height),
            },
        )
        repository, _, key = put.uri.removeprefix("at://").partition(f"/{_COLLECTION}/")
        return f"https://bsky.app/profile/{repository}/post/{key}"

    def close(self) -> None:
        """Let go of the connections."""
        if "_client" in self.__dict__:
            self._client.request.close()

    def _ask(self, call: Any, *args: Any, **options: Any) -> Any:
        from atproto_client import exceptions

        try:
            return call(*args, **options)
        except exceptions.RequestErrorBase as error:
            status = error.response.status_code if error.response is not None else 0
            said = f"{self.service} answered {status}{_said(error)}"
            if status == 0:
                raise RetryLater(
                    f"{self.service} can't be reached: {type(error).__name__}"
                ) from error
            if status in _PASSING or status >= 500:
                raise RetryLater(said) from error
            raise Rejected(said) from error


def record_key(post: Post) -> str:
    """A key in the form of a TID (13 characters, sorted by time) that depends on the work alone."""
    moment = int(post.work.created_at * 1_000_000) & (2**53 - 1)
    clock = int.from_bytes(hashlib.sha256(post.id.encode()).digest()[:2], "big") % 1024
    number = moment << 10 | clock
    digits = (number >> 5 * place & 31 for place in reversed(range(_KEY_LENGTH)))
    return "".join(_ALPHABET[digit] for digit in digits)


def _record(post: Post, blob: Any, width: int, height: int) -> dict[str, Any]:
    """The post; offsets of its link are in bytes of UTF-8."""
    text = post.text(_TEXT)
    begin = len(text[: text.rindex(post.address)].encode())
    end = begin + len(post.address.encode())
    return {
        "$type": _COLLECTION,
        "text": text,
        "createdAt": iso(post.work.created_at),
        "langs": ["en"],
        "facets": [
            {
                "index": {"byteStart": begin, "byteEnd": end},
                "features": [{"$type": "app.bsky.richtext.facet#link", "uri": post.address}],
            }
        ],
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


def _said(error: Any) -> str:
    message = getattr(getattr(error.response, "content", None), "message", "")
    return f": {message}" if message else ""
