"""Servers for the stores' tests, that can be told to fail as servers do: S3 (moto), and Qdrant."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.archive.archive import ObjectStore, open_store
from storage.archive.folder import FolderStore
from storage.archive.s3 import S3Store
from tests.storage.qdrant_server import QdrantServer, running_qdrant
from tests.storage.s3_server import FaultyS3, make_bucket, running_s3


@pytest.fixture(scope="session")
def _s3_server() -> Iterator[FaultyS3]:
    with running_s3() as faulty:
        yield faulty


@pytest.fixture
def s3_server(_s3_server: FaultyS3, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyS3]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDARTIST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very-secret")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    _s3_server.reset()
    yield _s3_server
    _s3_server.reset()


_bucket_numbers = itertools.count(1)


@pytest.fixture
def bucket(s3_server: FaultyS3) -> str:
    """Name of a fresh bucket."""
    name = f"archive-{next(_bucket_numbers)}"
    make_bucket(s3_server.endpoint, name)
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
