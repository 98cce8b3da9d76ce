"""Connections that keep the gallery waiting, over real sockets: nobody else loses any."""

from __future__ import annotations

import asyncio
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from cli.runtime.connections import BoundedProtocol, most_connections
from cli.runtime.server import listen, web_server
from gallery.middleware.rate_limit import LARGEST_BODY
from tests.served.ports import free_port, wait_for_port

ASK = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
LARGE = 2**25
PATIENCE = 30.0
"""Seconds after which a test is broken."""


async def tell(request: Request) -> PlainTextResponse:
    """Who asks, how, and with how much."""
    body = await request.body()
    assert request.client is not None
    return PlainTextResponse(f"{request.client.host} {request.url.scheme} {len(body)}")


async def large(_: Request) -> PlainTextResponse:
    return PlainTextResponse("x" * LARGE)


async def endless(_: Request) -> StreamingResponse:
    async def pieces() -> Any:
        yield b"first\n"
        await asyncio.Event().wait()

    return StreamingResponse(pieces())


class Front:
    """A server of the gallery's kind, on a port of its own."""

    def __init__(self, server: uvicorn.Server, address: tuple[str, int]) -> None:
        self._server = server
        self._address = address

    def connect(self, source: str = "127.0.0.1", *, buffer: int | None = None) -> socket.socket:
        opened = socket.socket()
        if buffer is not None:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        opened.settimeout(PATIENCE)
        opened.bind((source, 0))
        opened.connect(self._address)
        return opened

    def ask(self, request: bytes = ASK, source: str = "127.0.0.1") -> bytes:
        """What comes back for one request on a connection of its own."""
        with self.connect(source) as opened:
            opened.sendall(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
            return everything(opened)

    def wait_until(self, count: int) -> None:
        """Until the server has so many connections."""
        for _ in range(round(PATIENCE / 0.01)):
            if len(self._server.server_state.connections) == count:
                return
            threading.Event().wait(0.01)
        raise AssertionError(f"{len(self._server.server_state.connections)} connections")


@contextmanager
def serving(**options: Any) -> Iterator[Front]:
    app = Starlette(
        routes=[
            Route("/", tell, methods=["GET", "POST"]),
            Route("/large", large),
            Route("/endless", endless),
        ]
    )
    listener = listen("127.0.0.1", 0)
    address = listener.getsockname()
    server = web_server(app, **options)  # type: ignore[arg-type]
    server.config.timeout_graceful_shutdown = 0
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield Front(server, address)
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def front(limits: Callable[..., None]) -> Iterator[Front]:
    limits(header_seconds=0.3, body_seconds=0.3, stall_seconds=0.3)
    with serving() as opened:
        yield opened


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def change(**values: float) -> None:
        for name, value in values.items():
            monkeypatch.setattr(BoundedProtocol, name, value)

    return change


def everything(opened: socket.socket) -> bytes:
    """What the server sends until it closes the connection."""
    received = b""
    try:
        while data := opened.recv(2**16):
            received += data
    except ConnectionResetError:
        pass
    return received


def drip(opened: socket.socket, byte: bytes = b"x") -> bytes:
    """Send a byte now and then until the connection is closed; what came meanwhile."""
    received = b""
    opened.settimeout(0.05)
    for _ in range(round(PATIENCE / 0.05)):
        try:
            opened.sendall(byte)
            data = opened.recv(2**16)
        except TimeoutError:
            continue
        except OSError:
            return received
        if not data:
            return received
        received += data
    raise AssertionError("the server has more patience than the test")


def test_whoever_says_nothing_is_left(front: Front) -> None:
    with front.connect() as silent:
        assert everything(silent) == b""


@pytest.mark.parametrize("start", [b"", b"GET / HTTP/1.1\r\nHost: here\r\nX-Long: "])
def test_a_header_that_never_ends_is_not_waited_for(front: Front, start: bytes) -> None:
    with front.connect() as slow:
        slow.sendall(start)
        assert b"200 OK" not in drip(slow)


def test_nor_is_one_after_a_whole_request(front: Front) -> None:
    with front.connect() as slow:
        slow.sendall(ASK + b"GET / HTTP/1.1\r\nX-Long: ")
        assert drip(slow).count(b"200 OK") == 1


def test_a_body_that_never_comes_is_not_waited_for(front: Front) -> None:
    with front.connect() as slow:
        slow.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 60000\r\n\r\n")
        assert b"200 OK" not in drip(slow)


def test_nor_is_the_rest_of_one_that_nobody_reads(front: Front) -> None:
    with front.connect() as slow:
        slow.sendall(b"GET /large HTTP/1.1\r\nHost: here\r\nContent-Length: 60000\r\n\r\n")
        drip(slow)


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\nX-Long: ",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Trailer: ",
        b"GET /endless HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nX-Long: ",
    ],
)
def test_a_request_without_an_end_is_not_kept_in_memory(
    front: Front, limits: Callable[..., None], request_: bytes
) -> None:
    limits(header_seconds=PATIENCE, body_seconds=PATIENCE)
    with front.connect() as endless:
        endless.sendall(request_)
        with pytest.raises(OSError):
            for _ in range(10_000):
                endless.sendall(b"x" * 2**16)


def test_the_largest_body_that_the_gallery_reads_passes(front: Front) -> None:
    body = b"x" * LARGEST_BODY
    asked = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: %d\r\n\r\n" % len(body)
    assert front.ask(asked + body).endswith(b" %d" % LARGEST_BODY)


def test_a_reader_who_takes_nothing_is_left(front: Front) -> None:
    with front.connect(buffer=4096) as stalled:
        stalled.sendall(b"GET /large HTTP/1.1\r\nHost: here\r\n\r\n")
        front.wait_until(1)
        front.wait_until(0)


def test_a_reader_who_takes_its_time_gets_everything(
    front: Front, limits: Callable[..., None]
) -> None:
    with front.connect(buffer=4096) as slow:
        slow.sendall(b"GET /large HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
        received = 0
        while data := slow.recv(2**14):
            received += len(data)
        assert received > LARGE


def test_an_answer_without_an_end_is_listened_to_for_as_long_as_anybody_likes(front: Front) -> None:
    with front.connect() as listening:
        listening.sendall(b"GET /endless HTTP/1.1\r\n\r\n")
        assert b"200 OK" in listening.recv(2**16)
        listening.settimeout(3 * BoundedProtocol.header_seconds)
        with pytest.raises(TimeoutError):
            everything(listening)


def test_requests_on_one_connection_are_answered_one_after_another(front: Front) -> None:
    with front.connect() as patient:
        for _ in range(3):
            patient.sendall(ASK)
            assert b"200 OK" in patient.recv(2**16)
        patient.sendall(ASK * 5)
        assert everything(patient).count(b"200 OK") == 5


def test_a_request_for_another_protocol_is_answered_in_this_one(front: Front) -> None:
    upgrade = ASK[:-2] + b"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
    with front.connect() as opened:
        opened.sendall(upgrade)
        assert b"200 OK" in opened.recv(2**16)


def test_who_only_waits_makes_room_for_who_comes(limits: Callable[..., None]) -> None:
    limits(most=5, header_seconds=PATIENCE)
    with serving() as front, ExitStack() as opened:
        silent = [opened.enter_context(front.connect()) for _ in range(5)]
        front.wait_until(5)
        assert b"200 OK" in front.ask()
        assert everything(silent[0]) == b""
        more = [opened.enter_context(front.connect()) for _ in range(20)]
        assert all(everything(one) == b"" for one in [*silent[1:], *more[:15]])
        front.wait_until(5)
        assert b"200 OK" in front.ask()


def test_whoever_is_busy_is_left_alone(limits: Callable[..., None]) -> None:
    limits(most=3)
    with serving() as front, ExitStack() as opened:
        for _ in range(3):
            busy = opened.enter_context(front.connect())
            busy.sendall(b"GET /endless HTTP/1.1\r\n\r\n")
            assert b"200 OK" in busy.recv(2**16)
        assert b"503 Service Unavailable" in front.ask()
        front.wait_until(3)


def test_one_address_has_its_share_alone(limits: Callable[..., None]) -> None:
    limits(each=2)
    with serving(trusted_proxies=["127.0.0.9"]) as front, ExitStack() as opened:

        def watch(source: str) -> bytes:
            busy = opened.enter_context(front.connect(source))
            busy.sendall(b"GET /endless HTTP/1.1\r\n\r\n")
            return busy.recv(2**16)

        assert all(b"200 OK" in watch("127.0.0.2") for _ in range(2))
        assert b"503 Service Unavailable" in watch("127.0.0.2")
        assert b"200 OK" in watch("127.0.0.3")
        assert all(b"200 OK" in watch("127.0.0.9") for _ in range(5)), "many come by a proxy"


@pytest.mark.parametrize(
    ("source", "forwarded", "seen"),
    [
        ("127.0.0.9", "203.0.113.7", "203.0.113.7 https"),
        ("127.0.0.9", "198.51.100.1, 203.0.113.7", "203.0.113.7 https"),
        ("127.0.0.9", "203.0.113.7, 127.0.0.10", "203.0.113.7 https"),
        ("127.0.0.1", "203.0.113.7", "203.0.113.7 https"),
        ("127.0.0.2", "203.0.113.7", "127.0.0.2 http"),
    ],
)
def test_a_trusted_proxy_alone_says_where_a_visitor_comes_from(
    source: str, forwarded: str, seen: str
) -> None:
    headers = f"X-Forwarded-For: {forwarded}\r\nX-Forwarded-Proto: https\r\n\r\n".encode()
    with serving(trusted_proxies=["127.0.0.8/29"]) as front:
        assert front.ask(ASK[:-2] + headers, source).endswith(f"{seen} 0".encode())


@pytest.mark.parametrize("files", [128, 256, 1024, 4096, resource.RLIM_INFINITY])
def test_half_of_all_files_are_the_artists(monkeypatch: pytest.MonkeyPatch, files: int) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
    assert 0 < most_connections() <= (500 if files == resource.RLIM_INFINITY else files / 2)


@pytest.mark.parametrize("source", ["127.0.0.1", "127.0.0.2"])
def test_a_thousand_silent_connections_stop_nobody(lived: Path, source: str) -> None:
    """The gallery may have 256 files open, as on some systems."""
    port, few = free_port(), 256
    artist = [str(Path(sys.executable).parent / "artist"), "gallery", "--data", str(lived)]
    command = ["sh", "-c", f'ulimit -n {few}; exec "$@"', "sh", *artist, "--port", str(port)]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        wait_for_port(port, seconds=60)
        process = psutil.Process(server.pid)
        before = process.num_fds()
        with ExitStack() as opened:
            most = before
            for number in range(1024):
                one = opened.enter_context(socket.socket())
                one.settimeout(PATIENCE)
                one.bind((source, 0))
                one.connect(("127.0.0.1", port))
                if number % 64 == 0:
                    most = max(most, process.num_fds())
            with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as visitor:
                visitor.sendall(b"GET /works/alien/3 HTTP/1.1\r\nConnection: close\r\n\r\n")
                assert b"Work 3" in everything(visitor)
            assert most < before + few / 2 + 100
        server.terminate()
        _, said = server.communicate(timeout=60)
        assert "resource" not in said and "Traceback" not in said
    finally:
        server.kill()
