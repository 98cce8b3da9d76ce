"""Signed webhooks, by the Standard Webhooks specification (standardwebhooks.com).

At least once, under an id that is the same forever: whoever listens forgets what it has seen.
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
from gallery.publishing.channel import Rejected, RetryLater
from gallery.publishing.post import Post
from worker import outgoing

_SECONDS: Final = 20.0
_LEAST_SECRET: Final = 24


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
            raise ValueError(f"{self.url!r} is no address for a webhook: write https://…")
        if len(self.secret) < _LEAST_SECRET:
            raise ValueError(
                f"a webhook's secret needs at least {_LEAST_SECRET} bytes; this one has"
                f" {len(self.secret)}. Make one with `openssl rand -hex 32`."
            )

    def send(self, post: Post, *, again: bool) -> str:
        """Deliver the work; a listener that has it already says so with its 2xx."""
        body = _body(post)
        headers = signed(self.secret, message_id(post), int(self.clock()), body)
        trusted = self.url if self.allow_private else ""
        try:
            with outgoing.client(
                seconds=_SECONDS, largest=0, trusted=trusted, elsewhere=True
            ) as client:
                answer = client.post(self.url, content=body, headers=headers)
        except outgoing.PrivateAddress as error:
            raise Rejected(f"{error}. If that is meant, set allow_private = true.") from error
        except outgoing.NotAllowed as error:
            raise Rejected(f"the webhook: {error}") from error
        except httpx2.TransportError as error:
            raise RetryLater(f"the webhook can't be reached: {error}") from error
        self._judge(answer)
        return self.url

    def close(self) -> None:
        """There is nothing to let go of: connections last for one delivery."""

    def _judge(self, answer: httpx2.Response) -> None:
        status = answer.status_code
        if answer.is_success:
            return
        if status == 410:
            raise Rejected("the webhook is gone (410)")
        if status in (408, 425, 429) or status >= 500:
            after = answer.headers.get("retry-after", "")
            seconds = float(after) if after.isdecimal() else None
            raise RetryLater(f"the webhook answered {status}", seconds=seconds)
        raise Rejected(f"the webhook answered {status}")


def message_id(post: Post) -> str:
    """The id of a work's message: the same at every attempt, from every machine, forever."""
    return f"msg_{hashlib.sha256(post.id.encode()).hexdigest()[:32]}"


def signed(secret: bytes, message: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Headers that prove who sent the body, and when."""
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
        },
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
