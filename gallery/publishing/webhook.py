"""A signed webhook, after the Standard Webhooks specification (standardwebhooks.com).

At least once, under an id that is the same for ever: whoever listens forgets what it has seen.
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
from urllib.parse import urljoin, urlsplit

import httpcore2

from gallery.dates import iso
from gallery.publishing.channel import NotNow, Refused
from gallery.publishing.post import Post
from gallery.publishing.public_only import PrivateAddress, PublicOnly

_TIMEOUT: Final = {"connect": 10.0, "read": 20.0, "write": 20.0, "pool": 5.0}
_HOPS: Final = 3
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
        backend = httpcore2.SyncBackend() if self.allow_private else PublicOnly()
        url = self.url
        with httpcore2.ConnectionPool(network_backend=backend) as pool:
            for _ in range(_HOPS + 1):
                answer = self._post(pool, url, post, body)
                if answer.status not in (307, 308):
                    return self._judge(answer, url)
                url = urljoin(url, _header(answer, b"location"))
                if urlsplit(url).scheme not in ("http", "https"):
                    raise Refused(f"the webhook redirects to {url!r}")
        raise Refused(f"the webhook redirects more than {_HOPS} times")

    def close(self) -> None:
        """There is nothing to let go of: connections last for one delivery."""

    def _post(
        self, pool: httpcore2.ConnectionPool, url: str, post: Post, body: bytes
    ) -> httpcore2.Response:
        headers = signed(self.secret, message_id(post), int(self.clock()), body)
        try:
            return pool.request(
                "POST",
                url,
                headers=[(name.encode(), value.encode()) for name, value in headers.items()],
                content=body,
                extensions={"timeout": _TIMEOUT},
            )
        except PrivateAddress as error:
            raise Refused(str(error)) from error
        except (httpcore2.NetworkError, httpcore2.TimeoutException) as error:
            raise NotNow(f"the webhook can't be reached: {_said(error)}") from error
        except (httpcore2.ProtocolError, httpcore2.UnsupportedProtocol) as error:
            raise NotNow(f"the webhook speaks no HTTP: {_said(error)}") from error

    def _judge(self, answer: httpcore2.Response, url: str) -> str:
        status = answer.status
        if 200 <= status < 300:
            return url
        if status == 410:
            raise Refused("the webhook is gone (410)")
        if status in (408, 425, 429) or status >= 500:
            after = _header(answer, b"retry-after")
            seconds = float(after) if after.isdecimal() else None
            raise NotNow(f"the webhook answered {status}", seconds=seconds)
        raise Refused(f"the webhook answered {status}")


def message_id(post: Post) -> str:
    """The id of a work's message: the same at every attempt, from every machine, for ever."""
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


def _header(answer: httpcore2.Response, name: bytes) -> str:
    for known, value in answer.headers:
        if known.lower() == name:
            return str(value.decode("latin-1"))
    return ""


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
