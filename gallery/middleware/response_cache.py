"""A cache of responses for a few seconds, so that a page is rendered once for many requests.

It is a small shared cache (RFC 9111) of responses with `Cache-Control: public`, which never depend
on a cookie.

Clients cannot bypass it: query parameters that a route does not declare are ignored, requests for
a page that is being rendered wait for it, and conditional requests (RFC 9110 §13) are evaluated
here, on the whole response.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, urlencode

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gallery.middleware.etag import unchanged

SECONDS: Final = 5.0
"""A cached page shows a new work at most this many seconds late."""

_ROOM: Final = 32 * 2**20
_LARGEST: Final = 2**19
_MAX_AGE: Final = re.compile(r"public, max-age=(\d+)$")
_VALIDATORS: Final = (b"etag", b"last-modified", b"cache-control", b"vary", b"content-location")

_PATHS: Final = 4096
_SHORT: Final = 256
"""Paths whose route is cached, and the length of the longest: finding a route takes longer than
answering from the cache."""

_CONDITIONS: Final = (b"if-none-match", b"if-modified-since")

Key = tuple[str, ...]


@dataclass(frozen=True)
class _Answer:
    headers: list[tuple[bytes, bytes]]
    body: bytes
    until: float

    async def send(self, scope: Scope, send: Send) -> None:
        """Send the whole response, or 304 if the client's copy is current."""
        headers = Headers(raw=self.headers)
        date = headers.get("last-modified")
        modified = parsedate_to_datetime(date) if date else None
        status, raw, body = 200, self.headers, self.body
        if unchanged(Request(scope), headers.get("etag", "none"), modified):
            status, raw, body = 304, [pair for pair in raw if pair[0] in _VALIDATORS], b""
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": body if _is_get(scope) else b""})


class _Route:
    """A route, the parameters that it declares, and whether its responses can be shared.

    `shared` is None before the first response.
    """

    def __init__(self, route: BaseRoute) -> None:
        self._route = route
        self._parameters: frozenset[str] | None = None
        self.shared: bool | None = None
        if isinstance(route, APIRoute):
            self._parameters = frozenset(_parameters(route.dependant))

    def answers(self, scope: Scope) -> bool:
        return self._route.matches(scope)[0] is Match.FULL

    def query(self, scope: Scope) -> bytes:
        """The query with the route's declared parameters only; of repeated ones the last."""
        query: bytes = scope["query_string"]
        if self._parameters is None or not query:
            return query
        given = dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True))
        known = {name: given[name] for name in sorted(given) if name in self._parameters}
        return urlencode(known).encode()


class ResponseCache:
    """Serves cached responses; it runs in the server's one event loop.

    Only responses of these `routes` are cached. A new `edition` invalidates all of them. `by_host`
    makes the host part of the key, for pages that contain the host of the request.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        routes: Iterable[BaseRoute],
        edition: Callable[[], int] = lambda: 0,
        by_host: bool = True,
    ) -> None:
        self._app = app
        self._routes = [_Route(route) for route in routes]
        self._route_cache = lru_cache(_PATHS)(self._find)
        self._edition = edition
        self._by_host = by_host
        self._cached: OrderedDict[Key, _Answer] = OrderedDict()
        self._size = 0
        self._under_way: dict[Key, asyncio.Future[_Answer | None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from the cache, or pass the request on and cache the response."""
        route = self._route_of(scope)
        if route is None:
            await self._app(scope, receive, send)
            return
        query = route.query(scope)
        key = self._key(scope, query)
        cached = self._cached.get(key)
        if cached is not None and cached.until > time.monotonic() and not _by_date_alone(scope):
            self._cached.move_to_end(key)
            await cached.send(scope, send)
            return
        under_way = self._under_way.get(key) if route.shared is not False else None
        answer = None if under_way is None else await asyncio.shield(under_way)
        if answer is not None:
            await answer.send(scope, send)
        elif route.shared:
            await self._make(route, key, _whole(scope, query), receive, send, reader=scope)
        else:
            await self._make(route, key, scope, receive, send)

    def _route_of(self, scope: Scope) -> _Route | None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return None
        path = scope["path"]
        find = self._route_cache if len(path) <= _SHORT else self._find
        return find(scope["method"], path, scope.get("root_path", ""))

    def _find(self, method: str, path: str, root: str) -> _Route | None:
        scope = {"type": "http", "method": method, "path": path, "root_path": root}
        return next((route for route in self._routes if route.answers(scope)), None)

    async def _make(
        self,
        route: _Route,
        key: Key,
        scope: Scope,
        receive: Receive,
        send: Send,
        *,
        reader: Scope | None = None,
    ) -> None:
        """Let the app answer; evaluate the conditions of the request `reader` afterwards."""
        made: asyncio.Future[_Answer | None] = asyncio.get_running_loop().create_future()
        first = self._under_way.setdefault(key, made) is made

        def done(answer: _Answer | None) -> None:
            if first and not made.done():
                made.set_result(answer)
                del self._under_way[key]

        heard = _Heard(send, holds_back=reader is not None, not_cached=lambda: done(None))
        try:
            await self._app(scope, receive, heard.send)
            answer = heard.answer() if _is_get(scope) else None
            if heard.status == 200 and _is_get(scope):
                route.shared = answer is not None
            if answer is not None:
                self._store(key, answer)
            done(answer)
        finally:
            done(None)
        if answer is not None and reader is not None:
            await answer.send(reader, send)

    def _key(self, scope: Scope, query: bytes) -> Key:
        headers = Headers(scope=scope)
        host = (scope.get("scheme", ""), headers.get("host", "")) if self._by_host else ()
        return (
            *host,
            scope.get("root_path", ""),
            scope["path"],
            query.decode("latin-1"),
            "gzip" if "gzip" in headers.get("accept-encoding", "") else "",
            str(self._edition()),
        )

    def _store(self, key: Key, answer: _Answer) -> None:
        earlier = self._cached.pop(key, None)
        self._size += len(answer.body) - (len(earlier.body) if earlier else 0)
        self._cached[key] = answer
        while self._size > _ROOM:
            _, oldest = self._cached.popitem(last=False)
            self._size -= len(oldest.body)


class _Heard:
    """Records a response while it is sent, as long as it may be cacheable.

    With `holds_back`, a cacheable response is not sent but left to the caller; `not_cached` is
    called as soon as it is certain that the response is not cacheable.
    """

    def __init__(self, send: Send, *, holds_back: bool, not_cached: Callable[[], None]) -> None:
        self._send = send
        self._holds_back = holds_back
        self._not_cached = not_cached
        self._start: Message | None = None
        self._seconds = 0.0
        self._body = bytearray()
        self._whole = False
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._seconds = _seconds_of(message)
            self._start = message if self._seconds else None
        elif message["type"] == "http.response.body" and self._start is not None:
            self._body += message.get("body", b"")
            self._whole = not message.get("more_body", False)
            if len(self._body) > _LARGEST:
                await self._let_go()
                message = {**message, "body": bytes(self._body)} if self._holds_back else message
        if self._start is None:
            self._not_cached()
        if self._start is None or not self._holds_back:
            await self._send(message)

    async def _let_go(self) -> None:
        """Stop recording, and send the start of the response if it was held back."""
        start, self._start = self._start, None
        if self._holds_back and start is not None:
            await self._send(start)

    def answer(self) -> _Answer | None:
        if self._start is None or not self._whole:
            return None
        return _Answer(
            headers=list(self._start["headers"]),
            body=bytes(self._body),
            until=time.monotonic() + self._seconds,
        )


def _seconds_of(start: Message) -> float:
    """Seconds for which a response with this start may be cached; 0 for not at all."""
    headers = Headers(raw=start["headers"])
    allowed = _MAX_AGE.match(headers.get("cache-control", ""))
    if start["status"] != 200 or allowed is None or "set-cookie" in headers:
        return 0.0
    return min(SECONDS, float(allowed[1]))


def _by_date_alone(scope: Scope) -> bool:
    """Whether a request has only a date as condition: the cache could hide a change this second."""
    headers = Headers(scope=scope)
    return "if-modified-since" in headers and "if-none-match" not in headers


def _is_get(scope: Scope) -> bool:
    return bool(scope["method"] == "GET")


def _whole(scope: Scope, query: bytes) -> Scope:
    """The same request without conditions, whose response can be shared."""
    headers = [pair for pair in scope["headers"] if pair[0] not in _CONDITIONS]
    return {**scope, "method": "GET", "headers": headers, "query_string": query}


def _parameters(dependant: Dependant) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for other in dependant.dependencies:
        yield from _parameters(other)
