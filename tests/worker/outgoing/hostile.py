"""Peers on raw sockets that are slow, silent, send huge answers, or redirect."""

from __future__ import annotations

import functools
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behaviour = Callable[[threading.Event, socket.socket], None]
"""A peer's behaviour on a connection; the event is set when the test is over."""

PATIENCE = 100
"""Most bytes of a slow peer, more than any test waits for."""

HUGE = 200 * 2**20


class Peer:
    """Accepts connections until it is closed; `requests` are the heads and bodies that came."""

    def __init__(self, behave: Behaviour) -> None:
        self.requests: list[bytes] = []
        self.gone = threading.Event()
        self._behave = behave
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.gone.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            connection.close()

    def _accept(self) -> None:
        while not self.gone.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            self.requests.append(_request(connection))
            self._behave(self.gone, connection)
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        finally:
            connection.close()


@contextmanager
def peer(behave: Behaviour) -> Iterator[Peer]:
    """Run a peer with this behaviour until the block ends."""
    one = Peer(behave)
    try:
        yield one
    finally:
        one.close()


def drip(before: bytes = b"") -> Behaviour:
    """Send `before`, then one byte each 50 ms."""

    def behave(gone: threading.Event, connection: socket.socket) -> None:
        connection.sendall(before)
        for _ in range(PATIENCE):
            connection.sendall(b"x")
            if gone.wait(0.05):
                return

    return behave


DRIPPING_HEADERS = drip(b"HTTP/1.1 200 OK\r\nX-Slow: ")
DRIPPING_BODY = drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")


def silent(gone: threading.Event, connection: socket.socket) -> None:
    """Never answer."""
    gone.wait()


def huge(gone: threading.Event, connection: socket.socket) -> None:
    """Send a body of 200 MiB without a length."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(HUGE >> 20):
        connection.sendall(bytes(2**20))


def bomb(gone: threading.Event, connection: socket.socket) -> None:
    """Send 200 MiB of zeros as some 200 KiB of gzip."""
    packed = _packed()
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
    connection.sendall(head.encode() + packed)


@functools.cache
def _packed() -> bytes:
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(HUGE >> 20)) + packer.flush()


def answer(body: bytes = b"{}", status: str = "200 OK", headers: str = "") -> Behaviour:
    """Return a behaviour that sends this answer."""
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n"

    def behave(gone: threading.Event, connection: socket.socket) -> None:
        connection.sendall(head.encode() + body)

    return behave


def redirect(location: str, status: str = "307 Temporary Redirect") -> Behaviour:
    """Return a behaviour that redirects."""
    return answer(b"", status, f"Location: {location}\r\n")


def _request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return data
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
            while len(body) < length:
                body += connection.recv(65536)
    return head + b"\r\n\r\n" + body
