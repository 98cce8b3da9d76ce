"""Limits on the gallery's connections: how many, and how long each may wait.

uvicorn limits only the idle time between two requests. Here, a connection that sends no complete
request, or does not read its response, is closed, and an idle one makes room for a new one.
`gallery.middleware.rate_limit` limits the requests of each address.
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
"""One in `_SHARE` of the files that the process may open may be a connection."""

_FULL: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\n"
    b"content-type: text/plain; charset=utf-8\r\n"
    b"retry-after: 10\r\n"
    b"connection: close\r\n\r\n"
    b"Too many connections: try again soon.\n"
)

_turns: Final = count()


def most_connections() -> int:
    """Most connections of one process, from the number of files that it may open."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST if files == resource.RLIM_INFINITY else min(_MOST, files // _SHARE)


class BoundedProtocol(HttpToolsProtocol):
    """HTTP/1.1 with a limit on the number of connections and on the time of each phase.

    Attributes:
        most: connections at a time.
        each: connections at a time from one address; a trusted proxy has only the limit `most`.
        header_seconds: from the connection, or the last response, to the end of a request's header.
        body_seconds: from there to the end of its body.
        stall_seconds: a client that reads fewer than `least_taken` bytes in this time is
            disconnected.
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
        """Accept the connection, or refuse it with status 503."""
        super().connection_made(transport)
        self.address = address_of(self.client)
        if self._has_room():
            self._wait_for_header()
        else:
            transport.write(_FULL)
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the timers."""
        for timer in (self._deadline, self._stalled):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Process received bytes; abort a request that is too large."""
        if self.transport.is_closing():
            return
        self._received += len(data)
        super().data_received(data)
        if self._received > self.largest_request:
            self.transport.abort()

    def on_message_begin(self) -> None:
        """Count the bytes of a new request."""
        super().on_message_begin()
        self._received = 0

    def on_headers_complete(self) -> None:
        """The header is complete: set the deadline for the body."""
        self._waits_since = None
        self._set_deadline(self.body_seconds)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is complete: cancel its deadline."""
        super().on_message_complete()
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        if self.cycle.response_complete:
            self._wait_for_header()

    def on_response_complete(self) -> None:
        """The response is complete: wait for the next request, if this one is complete too."""
        super().on_response_complete()
        if self._deadline is None and self.cycle.response_complete:
            self._wait_for_header()

    def pause_writing(self) -> None:
        """The write buffer is full: watch whether the client reads."""
        super().pause_writing()
        self._watch_reader(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """The client has read the buffer."""
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
        """Close the connection once the buffer is sent."""
        self.transport.close()
        if self._stalled is None:
            self._watch_reader(self.transport.get_write_buffer_size())

    def _watch_reader(self, before: int) -> None:
        """Abort the connection if the client reads fewer than `least_taken` bytes until then."""

        def look() -> None:
            left = self.transport.get_write_buffer_size()
            if before - left < self.least_taken:
                self.transport.abort()
            else:
                self._watch_reader(left)

        self._stalled = self.loop.call_later(self.stall_seconds, look)

    def _has_room(self) -> bool:
        """Whether this connection is within the limits, if need be in place of an idle one."""
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
        """Close the connection that has been idle for longest; False if none is idle."""
        idle = [other for other in others if other.is_idle]
        if not idle:
            return False
        min(idle, key=lambda other: other._waits_since or 0).transport.abort()
        return True

    @property
    def is_idle(self) -> bool:
        """Whether the connection waits for a request, with nothing left to send."""
        return self._waits_since is not None and self.transport.get_write_buffer_size() == 0

    def _comes_from_a_proxy(self) -> bool:
        app = self.app
        return (
            isinstance(app, ProxyHeadersMiddleware)
            and self.client is not None
            and self.client[0] in app.trusted_hosts
        )
