"""Local remotes, and works that wait to be published."""

from __future__ import annotations

import importlib.util
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

import pytest
import uvicorn

from gallery import SiteSettings
from gallery.publishing import Channel, Publisher

SITE = SiteSettings(base_url="https://art.example.org", licence="CC0-1.0")


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def remotes() -> Iterator:
    """The remotes, served at `remotes.address`."""
    served = _load("remotes").Remotes()
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(served.app(), log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    served.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    yield served
    server.should_exit = True
    thread.join()
    listening.close()


@pytest.fixture
def stores(tmp_path: Path, sample) -> Iterator:
    """Three unpublished works of one artist."""
    built = sample.build_exhibition(tmp_path, works=3)
    yield built
    built.catalogue.close()


@pytest.fixture
def ask(stores) -> Callable[..., None]:
    """Add works to the outbox of a channel."""

    def wait_for(channel: str, *works: str) -> None:
        with stores.catalogue.database.write() as connection:
            for work in works or ("ada:1",):
                stores.catalogue.outbox.add_in(connection, work, [channel])

    return wait_for


@pytest.fixture
def publisher(stores) -> Iterator[Callable[..., Publisher]]:
    """A publisher of these works."""
    made: list[Publisher] = []

    def make(channels: Mapping[str, Channel], **options: object) -> Publisher:
        made.append(Publisher(stores.catalogue, stores.archive, SITE, channels, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()
