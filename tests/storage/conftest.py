"""Servers for the stores' tests, that can be told to fail as servers do: S3 (moto), and Qdrant."""

from __future__ import annotations

import itertools
import os
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import urllib3
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

from storage.archive import ObjectStore, open_store
from storage.folder import FolderStore
from storage.s3 import S3Store
from tests.storage.qdrant_server import QdrantServer, running_qdrant

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


@dataclass
class Fault:
    """One wrong answer: to the next request with this method whose address has `part` in it."""

    method: str
    status: str
    code: str
    part: str = ""
    after: bool = False
    """The server does what it was asked, and then answers wrongly."""


@dataclass
class FaultyS3:
    """moto's S3 server behind a door that injects faults and writes down every request."""

    server: Callable[[Environ, StartResponse], Iterable[bytes]]
    endpoint: str = ""
    faults: list[Fault] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    ignores_conditions: bool = False
    mangle: Callable[[bytes], bytes] | None = None
    """What becomes of the body of every answer to a GET; its length is announced as before."""

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        address = f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}"
        self.requests.append((environ["REQUEST_METHOD"], address))
        if self.ignores_conditions:
            environ.pop("HTTP_IF_NONE_MATCH", None)
        fault = self._fault(environ["REQUEST_METHOD"], address)
        if fault and fault.after:
            b"".join(self.server(environ, lambda *_: lambda _: None))
        if fault:
            body = f"<Error><Code>{fault.code}</Code><Message>injected</Message></Error>".encode()
            start_response(fault.status, [("Content-Length", str(len(body)))])
            return [body]
        if self.mangle and environ["REQUEST_METHOD"] == "GET":
            return [self.mangle(b"".join(self.server(environ, start_response)))]
        return self.server(environ, start_response)

    def reset(self) -> None:
        self.faults.clear()
        self.requests.clear()
        self.ignores_conditions = False
        self.mangle = None

    def _fault(self, method: str, address: str) -> Fault | None:
        for fault in self.faults:
            if fault.method == method and fault.part in address:
                self.faults.remove(fault)
                return fault
        return None


@pytest.fixture(scope="session")
def _s3_server() -> Iterator[FaultyS3]:
    faulty = FaultyS3(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, faulty, True, request_handler=MotoRequestHandler)
    faulty.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield faulty
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def s3_server(_s3_server: FaultyS3, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyS3]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDARTIST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very-secret")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    _s3_server.reset()
    yield _s3_server
    _s3_server.reset()


# moto tells its services apart by the signature; it does not check it.
_S3 = {"Authorization": "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request"}
_bucket_numbers = itertools.count(1)


@pytest.fixture
def bucket(s3_server: FaultyS3) -> str:
    """Name of a fresh bucket."""
    name = f"archive-{next(_bucket_numbers)}"
    made = urllib3.request("PUT", f"{s3_server.endpoint}/{name}", headers=_S3)
    assert made.status == 200
    s3_server.requests.clear()
    return name


@pytest.fixture
def s3_store(s3_server: FaultyS3, bucket: str) -> S3Store:
    return S3Store(bucket, "artists", endpoint=s3_server.endpoint, region="us-east-1", attempts=3)


@pytest.fixture
def folder_store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "archive", create=True)


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest) -> ObjectStore:
    """Every object store in turn."""
    found: ObjectStore = request.getfixturevalue(f"{request.param}_store")
    return found


@pytest.fixture(params=["folder", "s3"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty store of every kind, for tests that open it more than once."""
    if request.param == "folder":
        open_store(str(tmp_path / "archive"), create=True)
        return str(tmp_path / "archive")
    endpoint = request.getfixturevalue("s3_server").endpoint
    return f"s3://{request.getfixturevalue('bucket')}/a?endpoint={endpoint}&region=us-east-1"


@pytest.fixture
def ram_folder() -> Iterator[Path]:
    """A folder in RAM where there is one, for tests about answers and not about disks."""
    ram = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=ram) as name:
        yield Path(name)


@pytest.fixture
def qdrant_server(ram_folder: Path) -> Iterator[QdrantServer]:
    with running_qdrant(ram_folder) as server:
        yield server
