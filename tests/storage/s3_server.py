"""An S3 server for tests: moto's, behind a door that injects faults and writes requests down."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import urllib3
from cheroot.wsgi import Server
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

Environ = dict[str, Any]
StartResponse = Callable[..., Any]

# moto tells its services apart by the signature; it does not check it.
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request"}
CONTROL = "/-/faults"
"""Where a server of its own process is told its faults, as a JSON list."""


@dataclass
class Fault:
    """A wrong answer to the next requests with this method whose address has `part` in it.

    An empty method means all; an empty status means a right answer that comes late.
    """

    method: str
    status: str
    code: str
    part: str = ""
    after: bool = False
    """The server does what it was asked, and then answers wrongly."""
    times: int = 1
    seconds: float = 0.0
    """How long the answer takes."""


@dataclass
class FaultyS3:
    """The server as a WSGI application; see `running_s3` and `serve`."""

    server: Callable[[Environ, StartResponse], Iterable[bytes]]
    endpoint: str = ""
    faults: list[Fault] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    keeps_requests: bool = True
    ignores_conditions: bool = False
    refuses_conditions: tuple[str, str] | None = None
    """Status and code of the answer to every conditional write."""
    capitalises: bool = False
    """Writes names of headers as servers in Go do: `X-Amz-Meta-Sha256`."""
    mangle: Callable[[bytes], bytes] | None = None
    """What becomes of the body of every answer to a GET; its length is announced as before."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _conditional: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == CONTROL:
            return self._control(environ, start_response)
        address = f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}"
        if self.keeps_requests:
            self.requests.append((environ["REQUEST_METHOD"], address))
        if self.ignores_conditions:
            environ.pop("HTTP_IF_NONE_MATCH", None)
        if self.refuses_conditions and "HTTP_IF_NONE_MATCH" in environ:
            return _refuse(environ, start_response, *self.refuses_conditions)
        if self.capitalises:
            start_response = _capitalised(start_response)
        fault = self._fault(environ["REQUEST_METHOD"], address)
        if fault and fault.seconds:
            time.sleep(fault.seconds)
        if fault and fault.after:
            b"".join(self._answer(environ, lambda *_: lambda _: None))
        if fault and fault.status:
            return _refuse(environ, start_response, fault.status, fault.code, read=not fault.after)
        if self.mangle and environ["REQUEST_METHOD"] == "GET":
            return [self.mangle(b"".join(self._answer(environ, start_response)))]
        return self._answer(environ, start_response)

    def _answer(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "GET" or "HTTP_IF_NONE_MATCH" not in environ:
            return self.server(environ, start_response)
        # moto looks for the key and then writes it: two steps, between which others get in.
        with self._conditional:
            return self.server(environ, start_response)

    def reset(self) -> None:
        """Be an honest server again, and forget what was asked."""
        self.faults.clear()
        self.requests.clear()
        self.ignores_conditions = self.capitalises = False
        self.refuses_conditions = self.mangle = None

    def _control(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "PUT":
            asked = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
            with self._lock:
                self.faults = [Fault(**fault) for fault in asked]
        body = str(sum(fault.times for fault in self.faults)).encode()
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]

    def _fault(self, method: str, address: str) -> Fault | None:
        with self._lock:
            for fault in self.faults:
                if fault.method in ("", method) and fault.part in address:
                    if fault.times > 1:
                        fault.times -= 1
                    else:
                        self.faults.remove(fault)
                    return fault
        return None


def _refuse(
    environ: Environ, start_response: StartResponse, status: str, code: str, *, read: bool = True
) -> Iterable[bytes]:
    if read:
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    body = f"<Error><Code>{code}</Code><Message>injected</Message></Error>".encode()
    start_response(status, [("Content-Length", str(len(body)))])
    return [body]


def _capitalised(start_response: StartResponse) -> StartResponse:
    def start(status: str, headers: list[tuple[str, str]], *more: object) -> Any:
        return start_response(status, [(name.title(), value) for name, value in headers], *more)

    return start


@contextmanager
def running_s3() -> Iterator[FaultyS3]:
    """Serve from a thread of this process, on a free port, until the block ends."""
    faulty = FaultyS3(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, faulty, True, request_handler=MotoRequestHandler)
    faulty.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield faulty
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def serve(port: int) -> None:
    """Be a server on that port until the process ends; connections are kept, as S3 keeps them."""
    faulty = FaultyS3(DomainDispatcherApplication(create_backend_app), keeps_requests=False)
    Server(("127.0.0.1", port), faulty, numthreads=32).start()


def make_bucket(endpoint: str, name: str) -> None:
    """Make a bucket; it may be there already."""
    made = urllib3.request("PUT", f"{endpoint}/{name}", headers=SIGNED)
    if made.status not in (200, 409):
        raise RuntimeError(f"{endpoint} made no bucket {name}: {made.status} {made.data!r}")
