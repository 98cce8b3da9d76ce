"""Limits on the gallery's connections: how many, and how long each may wait.

uvicorn bounds only the silence between two requests. All else is here: a connection that sends no
whole request, or does not take its answer, is closed, and one that only waits makes room for
somebody who comes. What an address sends once it is connected is bounded by
`gallery.middleware.rate_limit`.
"""

from __future__ import annotations

import asyncio
import resource
from itertools import count
from typing import ClassVar, Final

from uvicorn.config import Config
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from gallery.cookies.visitor import address_of

_MOST: Final = 500
_SHARE: Final = 2
"""Of the files that the process may have open, one in so many may be a connection: the others are
the artist's."""

_FULL: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\n"
    b"content-type: text/plain; charset=utf-8\r\n"
    b"retry-after: 10\r\n"
    b"connection: close\r\n\r\n"
    b"Too many connections just now: try again soon.\n"
)

_turns: Final = count()


def most_connections() -> int:
    """How many connections one process takes, by how many files it may have open."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST if files == resource.RLIM_INFINITY else min(_MOST, files // _SHARE)


class BoundedProtocol(HttpToolsProtocol):
    """HTTP/1.1 over a connection that is one of so many, and gets so many seconds for each part.

    Attributes:
        most: connections at a time.
        each: connections at a time from one address; a trusted proxy's are counted in all alone.
        header_seconds: from the connection, or the last answer, to the end of a request's header.
        body_seconds: from there to the end of its body.
        stall_seconds: after so long without taking `least_taken` bytes of its answer, a reader is
            gone.
        largest_request: bytes of one request; more than `gallery.middleware.rate_limit` reads of
            a body.
    """

    most: ClassVar[int] = most_connections()
    each: ClassVar[int] = most // 4
    header_seconds: ClassVar[float] = 10.0
    body_seconds: ClassVar[float] = 30.0
    stall_seconds: ClassVar[float] = 30.0
    least_taken: ClassVar[int] = 2**14
    largest_request: ClassVar[int] = 2**18

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, object],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._deadline: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None
        self._waits_since: int | None = None
        self._received = 0
        self.address = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection in, or turn it away."""
        super().connection_made(transport)
        self.address = address_of(self.client)
        if self._has_room():
            self._wait_for_header()
        else:
            transport.write(_FULL)
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        for timer in (self._deadline, self._stalled):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what a visitor sent, but no request without an end."""
        if self.transport.is_closing():
            return
        self._received += len(data)
        super().data_received(data)
        if self._received > self.largest_request:
            self.transport.abort()

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._received = 0

    def on_headers_complete(self) -> None:
        """A request's header has come: its body is next."""
        self._waits_since = None
        self._set_deadline(self.body_seconds)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """A request has come."""
        super().on_message_complete()
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        if self.cycle.response_complete:
            self._wait_for_header()

    def on_response_complete(self) -> None:
        """An answer is made: the next request may come, once this one has come to its end."""
        super().on_response_complete()
        if self._deadline is None and self.cycle.response_complete:
            self._wait_for_header()

    def pause_writing(self) -> None:
        """The reader is slower than the gallery."""
        super().pause_writing()
        self._watch_reader(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """The reader has caught up."""
        super().resume_writing()
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def _wait_for_header(self) -> None:
        self._waits_since = next(_turns)
        self._set_deadline(self.header_seconds)

    def _set_deadline(self, seconds: float) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(seconds, self._end)

    def _end(self) -> None:
        """Close the connection, once the reader has what is left to send."""
        self.transport.close()
        if self._stalled is None:
            self._watch_reader(self.transport.get_write_buffer_size())

    def _watch_reader(self, before: int) -> None:
        """Look again later, and end it with a reader that has taken next to nothing until then."""

        def look() -> None:
            left = self.transport.get_write_buffer_size()
            if before - left < self.least_taken:
                self.transport.abort()
            else:
                self._watch_reader(left)

        self._stalled = self.loop.call_later(self.stall_seconds, look)

    def _has_room(self) -> bool:
        """Whether there is room for this connection, if need be in place of one that only waits."""
        others = [
            other
            for other in self.connections
            if isinstance(other, BoundedProtocol) and not other.transport.is_closing()
        ]
        same = [other for other in others if other.address == self.address]
        if len(same) > self.each and not self._comes_from_a_proxy():
            return self._make_room(same)
        return len(others) <= self.most or self._make_room(others)

    def _make_room(self, others: list[BoundedProtocol]) -> bool:
        """Close the connection that has waited for longest, if there is one."""
        idle = [other for other in others if other.is_idle]
        if not idle:
            return False
        min(idle, key=lambda other: other._waits_since or 0).transport.abort()
        return True

    @property
    def is_idle(self) -> bool:
        """Whether it waits for a request, with nothing left to send."""
        return self._waits_since is not None and self.transport.get_write_buffer_size() == 0

    def _comes_from_a_proxy(self) -> bool:
        app = self.app
        return (
            isinstance(app, ProxyHeadersMiddleware)
            and self.client is not None
            and self.client[0] in app.trusted_hosts
        )
