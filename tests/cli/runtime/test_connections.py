"""Slow and idle connections, over real sockets: other clients are not affected."""

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
"""Seconds after which a test fails."""


async def tell(request: Request) -> PlainTextResponse:
    """Return the client's address, the method, and the size of the body."""
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
    """A server with the gallery's protocol, on a port of its own."""

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
        """Return the response to one request on a new connection."""
        with self.connect(source) as opened:
            opened.sendall(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
            return everything(opened)

    def wait_until(self, count: int) -> None:
        """Wait until the server has this number of connections."""
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
    """Read until the server closes the connection."""
    received = b""
    try:
        while data := opened.recv(2**16):
            received += data
    except ConnectionResetError:
        pass
    return received


def drip(opened: socket.socket, byte: bytes = b"x") -> bytes:
    """Send single bytes until the connection is closed; return the response."""
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


def test_a_silent_client_is_disconnected(front: Front) -> None:
    with front.connect() as silent:
        assert everything(silent) == b""


@pytest.mark.parametrize("start", [b"", b"GET / HTTP/1.1\r\nHost: here\r\nX-Long: "])
def test_a_header_without_an_end_is_timed_out(front: Front, start: bytes) -> None:
    with front.connect() as slow:
        slow.sendall(start)
        assert b"200 OK" not in drip(slow)


def test_a_second_header_without_an_end_is_timed_out(front: Front) -> None:
    with front.connect() as slow:
        slow.sendall(ASK + b"GET / HTTP/1.1\r\nX-Long: ")
        assert drip(slow).count(b"200 OK") == 1


def test_a_missing_body_is_timed_out(front: Front) -> None:
    with front.connect() as slow:
        slow.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 60000\r\n\r\n")
        assert b"200 OK" not in drip(slow)


def test_the_rest_of_an_unread_body_is_timed_out(front: Front) -> None:
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


def test_the_largest_allowed_body_is_accepted(front: Front) -> None:
    body = b"x" * LARGEST_BODY
    asked = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: %d\r\n\r\n" % len(body)
    assert front.ask(asked + body).endswith(b" %d" % LARGEST_BODY)


def test_a_client_that_reads_nothing_is_disconnected(front: Front) -> None:
    with front.connect(buffer=4096) as stalled:
        stalled.sendall(b"GET /large HTTP/1.1\r\nHost: here\r\n\r\n")
        front.wait_until(1)
        front.wait_until(0)


def test_a_slow_client_gets_the_whole_response(front: Front, limits: Callable[..., None]) -> None:
    with front.connect(buffer=4096) as slow:
        slow.sendall(b"GET /large HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
        received = 0
        while data := slow.recv(2**14):
            received += len(data)
        assert received > LARGE


def test_an_endless_response_has_no_timeout(front: Front) -> None:
    with front.connect() as listening:
        listening.sendall(b"GET /endless HTTP/1.1\r\n\r\n")
        assert b"200 OK" in listening.recv(2**16)
        listening.settimeout(3 * BoundedProtocol.header_seconds)
        with pytest.raises(TimeoutError):
            everything(listening)


def test_requests_on_one_connection_are_answered_in_order(front: Front) -> None:
    with front.connect() as patient:
        for _ in range(3):
            patient.sendall(ASK)
            assert b"200 OK" in patient.recv(2**16)
        patient.sendall(ASK * 5)
        assert everything(patient).count(b"200 OK") == 5


def test_an_upgrade_request_is_answered_in_http_1(front: Front) -> None:
    upgrade = ASK[:-2] + b"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
    with front.connect() as opened:
        opened.sendall(upgrade)
        assert b"200 OK" in opened.recv(2**16)


def test_an_idle_connection_makes_room_for_a_new_one(limits: Callable[..., None]) -> None:
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


def test_a_busy_connection_is_kept(limits: Callable[..., None]) -> None:
    limits(most=3)
    with serving() as front, ExitStack() as opened:
        for _ in range(3):
            busy = opened.enter_context(front.connect())
            busy.sendall(b"GET /endless HTTP/1.1\r\n\r\n")
            assert b"200 OK" in busy.recv(2**16)
        assert b"503 Service Unavailable" in front.ask()
        front.wait_until(3)


def test_one_address_has_only_its_share(limits: Callable[..., None]) -> None:
    limits(each=2)
    with serving(trusted_proxies=["127.0.0.9"]) as front, ExitStack() as opened:

        def watch(source: str) -> bytes:
            busy = opened.enter_context(front.connect(source))
            busy.sendall(b"GET /endless HTTP/1.1\r\n\r\n")
            return busy.recv(2**16)

        assert all(b"200 OK" in watch("127.0.0.2") for _ in range(2))
        assert b"503 Service Unavailable" in watch("127.0.0.2")
        assert b"200 OK" in watch("127.0.0.3")
        assert all(b"200 OK" in watch("127.0.0.9") for _ in range(5)), "many clients use one proxy"


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
def test_only_a_trusted_proxy_sets_the_visitors_address(
    source: str, forwarded: str, seen: str
) -> None:
    headers = f"X-Forwarded-For: {forwarded}\r\nX-Forwarded-Proto: https\r\n\r\n".encode()
    with serving(trusted_proxies=["127.0.0.8/29"]) as front:
        assert front.ask(ASK[:-2] + headers, source).endswith(f"{seen} 0".encode())


@pytest.mark.parametrize("files", [128, 256, 1024, 4096, resource.RLIM_INFINITY])
def test_half_of_all_files_are_reserved_for_the_artist(
    monkeypatch: pytest.MonkeyPatch, files: int
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
    assert 0 < most_connections() <= (500 if files == resource.RLIM_INFINITY else files / 2)


@pytest.mark.parametrize("source", ["127.0.0.1", "127.0.0.2"])
def test_a_thousand_silent_connections_stop_no_visitor(lived: Path, source: str) -> None:
    """With a limit of 256 open files, as on some systems."""
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
        _, result = server.communicate(timeout=60)
        assert "resource" not in result and "Traceback" not in result
    finally:
        server.kill()
