"""Rate limits on a visitor's requests, and a limit on the size of bodies."""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gallery.cookies.visitor import address_of
from gallery.exceptions import asks_api

LARGEST_BODY: Final = 64 * 1024
"""Bytes of the largest request body."""

_VISITORS: Final = 20_000
"""Addresses whose buckets are kept; the least recently seen one is dropped."""


@dataclass(frozen=True)
class Rate:
    """Requests per second in the long run, and the greatest burst."""

    per_second: float
    burst: float


READING: Final = Rate(per_second=50, burst=400)
WRITING: Final = Rate(per_second=1, burst=30)
"""A page with its pictures is about thirty requests; a person sends at most one form a second."""

VOTES: Final = Rate(per_second=1, burst=12)
NEW_VOTERS: Final = Rate(per_second=1 / 300, burst=8)
"""Per address: votes of a family that looks at the pictures, and its members' first votes."""


class RateLimit:
    """Answers 429 with the seconds to wait for too many requests, 413 for a body that is too large.

    Behind a proxy all visitors share its address, unless the server trusts the proxy
    (`gallery.trusted_proxies`).
    """

    def __init__(self, app: ASGIApp, *, reading: Rate = READING, writing: Rate = WRITING) -> None:
        self._app = app
        self._buckets = {True: TokenBuckets(reading), False: TokenBuckets(writing)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        visitor = address_of(scope.get("client"))
        wait = self._buckets[scope["method"] in ("GET", "HEAD")].take(visitor)
        if wait > 0:
            refusal = _refusal(scope, 429, "Too many requests: wait a moment, please.")
            refusal.headers["Retry-After"] = str(max(1, round(wait)))
            await refusal(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "0")
        if not length.isdecimal() or len(length) > 9 or int(length) > LARGEST_BODY:
            await _refusal(scope, 413, "The request body is too large.")(scope, receive, send)
            return
        await self._app(scope, _Measured(receive), send)


class _Measured:
    """Reads a body up to the limit; a longer one is treated as a disconnect of the client."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._read = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._read += len(message.get("body", b""))
        return {"type": "http.disconnect"} if self._read > LARGEST_BODY else message


class TokenBuckets:
    """A token bucket for every visitor, stored as the time at which it is full again."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def take(self, visitor: str) -> float:
        """Take one token: 0, or the seconds until there is one."""
        now = time.monotonic()
        full_at = max(now, self._full_at.get(visitor, 0.0)) + 1 / self._rate.per_second
        wait = full_at - now - self._rate.burst / self._rate.per_second
        if wait > 0:
            return wait
        self._full_at[visitor] = full_at
        self._full_at.move_to_end(visitor)
        if len(self._full_at) > _VISITORS:
            self._full_at.popitem(last=False)
        return 0.0


def _refusal(scope: Scope, status: int, text: str) -> Response:
    headers = {"Cache-Control": "no-store"}
    if asks_api(scope):
        body = json.dumps({"error": text, "status": status})
        return Response(body, status, headers, media_type="application/json")
    return PlainTextResponse(text + "\n", status, headers)
