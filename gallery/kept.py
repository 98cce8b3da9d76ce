"""Answers kept for some seconds, so that a page which many ask for at once is made but once.

It is a shared cache (RFC 9111) of the smallest kind: of answers that say themselves that any cache
may hold them, and only for as long as nobody minds. Such answers never depend on a cookie.
"""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gallery.conditional import unchanged

SECONDS: Final = 5.0
"""A new work hangs at most so late on a page that was asked for just before."""

_ROOM: Final = 32 * 2**20
_LARGEST: Final = 2**19
_MAX_AGE: Final = re.compile(r"public, max-age=(\d+)$")
_VALIDATORS: Final = (b"etag", b"last-modified", b"cache-control", b"vary", b"content-location")

Key = tuple[str, ...]


@dataclass(frozen=True)
class _Answer:
    headers: list[tuple[bytes, bytes]]
    body: bytes
    etag: str | None
    until: float

    async def send(self, scope: Scope, send: Send) -> None:
        """The whole answer, or 304 where the reader has it already."""
        if self.etag is not None and unchanged(Request(scope), self.etag):
            left = [header for header in self.headers if header[0] in _VALIDATORS]
            await send({"type": "http.response.start", "status": 304, "headers": left})
            await send({"type": "http.response.body", "body": b""})
        else:
            await send({"type": "http.response.start", "status": 200, "headers": self.headers})
            await send({"type": "http.response.body", "body": self.body})


class KeptAnswers:
    """Answers from memory where it may; lives in the server's one event loop.

    With another `edition` than before, what was kept is not good any more.
    """

    def __init__(self, app: ASGIApp, *, edition: Callable[[], int] = lambda: 0) -> None:
        self._app = app
        self._edition = edition
        self._kept: OrderedDict[Key, _Answer] = OrderedDict()
        self._size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or pass the request on and remember what comes back."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        key = (*_key(scope), str(self._edition()))
        kept = self._kept.get(key)
        if kept is not None and kept.until > time.monotonic() and not _by_date_alone(scope):
            self._kept.move_to_end(key)
            await kept.send(scope, send)
            return
        heard = _Heard(send)
        await self._app(scope, receive, heard.send)
        answer = heard.answer()
        if answer is not None:
            self._keep(key, answer)

    def _keep(self, key: Key, answer: _Answer) -> None:
        earlier = self._kept.pop(key, None)
        self._size += len(answer.body) - (len(earlier.body) if earlier else 0)
        self._kept[key] = answer
        while self._size > _ROOM:
            _, oldest = self._kept.popitem(last=False)
            self._size -= len(oldest.body)


class _Heard:
    """Listens to an answer on its way, as long as it may be worth keeping."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = bytearray()
        self._whole = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            self._start = message
        elif message["type"] == "http.response.body" and self._start is not None:
            self._body += message.get("body", b"")
            self._whole = not message.get("more_body", False)
            if len(self._body) > _LARGEST:
                self._start = None
        await self._send(message)

    def answer(self) -> _Answer | None:
        if self._start is None or not self._whole:
            return None
        headers = Headers(raw=self._start["headers"])
        allowed = _MAX_AGE.match(headers.get("cache-control", ""))
        if allowed is None or "set-cookie" in headers:
            return None
        return _Answer(
            headers=list(self._start["headers"]),
            body=bytes(self._body),
            etag=headers.get("etag"),
            until=time.monotonic() + min(SECONDS, float(allowed[1])),
        )


def _by_date_alone(scope: Scope) -> bool:
    """Whether a reader asks for what changed since: memory would hide a change of this moment."""
    headers = Headers(scope=scope)
    return "if-modified-since" in headers and "if-none-match" not in headers


def _key(scope: Scope) -> Key:
    headers = Headers(scope=scope)
    return (
        scope.get("scheme", ""),
        headers.get("host", ""),
        scope.get("root_path", ""),
        scope["path"],
        scope["query_string"].decode("latin-1"),
        "gzip" if "gzip" in headers.get("accept-encoding", "") else "",
    )
