"""Signed webhooks, by the Standard Webhooks specification (standardwebhooks.com).

Each message is sent at least once, always with the same id: the receiver ignores ids that it has
seen.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import httpx2

from gallery.html.dates import iso
from gallery.publishing.channel import ChannelRefused, RetryLater, judge
from gallery.publishing.post import Post
from worker import outgoing

_SECONDS: Final = 20.0
_LEAST_SECRET: Final = 24
REFUSALS: Final = {
    401: "it does not accept the signature: give both sides the same secret",
    403: "it does not accept the signature: give both sides the same secret",
    404: "there is nothing at this address: set the right one",
    410: "there is nothing at this address any more: set the right one",
}
"""Answers that say that the address or secret is wrong, not the message."""


@dataclass(frozen=True)
class Webhook:
    """Posts JSON to one address; `secret` is known to both sides."""

    url: str
    secret: bytes = field(repr=False)
    allow_private: bool = False
    clock: Callable[[], float] = time.time
    name: str = "webhook"

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise ValueError(f"{self.url!r} is not an address for a webhook: write https://…")
        if len(self.secret) < _LEAST_SECRET:
            raise ValueError(
                f"a webhook's secret needs at least {_LEAST_SECRET} bytes; this one has"
                f" {len(self.secret)}. Make one with `openssl rand -hex 32`."
            )

    def send(self, post: Post, *, again: bool) -> str:
        """Deliver the work; a receiver that has it already answers 2xx, too."""
        body = _body(post)
        headers = signed(self.secret, message_id(post), int(self.clock()), body)
        trusted = self.url if self.allow_private else ""
        try:
            with outgoing.client(
                seconds=_SECONDS, largest=0, trusted=trusted, elsewhere=True
            ) as client:
                answer = client.post(self.url, content=body, headers=headers)
        except outgoing.PrivateAddress as error:
            raise ChannelRefused(
                f"{error}. If this is intended, set allow_private = true."
            ) from error
        except outgoing.NotAllowed as error:
            raise ChannelRefused(f"the webhook: {error}") from error
        except httpx2.TransportError as error:
            host, why = urlsplit(self.url).netloc, outgoing.why_unreachable(error)
            raise RetryLater(f"{host} can't be reached: {why}") from error
        judge(answer, "the webhook", refusals=REFUSALS)
        return self.url

    def words(self, post: Post) -> str:
        """The address of the work, which the message is about."""
        return post.address

    def check(self) -> str:
        """Say where messages go; nothing is sent."""
        return f"{urlsplit(self.url).netloc}, signed; a check sends nothing"

    def close(self) -> None:
        """Do nothing: connections are closed after each delivery."""


def message_id(post: Post) -> str:
    """The id of a work's message, the same at every attempt and from every machine."""
    return f"msg_{hashlib.sha256(post.id.encode()).hexdigest()[:32]}"


def signed(secret: bytes, message: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Headers with id, time and signature of a body."""
    content = f"{message}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.digest(secret, content, "sha256")).decode()
    return {
        "content-type": "application/json",
        "user-agent": "cultural-alien",
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }


def _body(post: Post) -> bytes:
    """The message; `work` in its data is what the JSON API answers for this work."""
    work = post.work
    content = {
        "type": "work.published",
        "timestamp": iso(work.created_at),
        "data": {
            "id": post.id,
            "artist": work.artist,
            "artist_title": post.artist_title,
            "number": work.number,
            "title": work.title,
            "url": post.address,
            "picture": f"{post.address}/original",
            "media_type": work.media_type,
            "alt": post.alt,
            "concepts": list(work.concepts),
            "new_concept": work.concept,
            "novelty": work.novelty,
            "prompt": post.prompt,
            "licence": post.licence,
            "credit": post.credit,
            "work": post.story.model_dump(mode="json"),
        },
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
