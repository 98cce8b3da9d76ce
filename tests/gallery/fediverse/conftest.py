"""A gallery whose artist people on other servers follow."""

from __future__ import annotations

import importlib.util
import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import uvicorn

from gallery import SiteSettings, create_app
from gallery.fediverse import Deliverer, Federation, FediverseChannel
from gallery.fediverse.keys import ActorKeys
from gallery.publishing import Publisher
from storage.archive.archive import Archive, open_store
from storage.archive.manifest import Manifest
from storage.catalogue import Catalogue

SECRET = b"s" * 32


@dataclass(frozen=True)
class Stores:
    """What a gallery shows."""

    catalogue: Catalogue
    archive: Archive
    manifests: list[Manifest]


@dataclass(frozen=True)
class Town:
    """A gallery that is served at `address`, and what delivers its works."""

    address: str
    catalogue: Catalogue
    archive: Archive
    site: SiteSettings
    federation: Federation
    deliverer: Deliverer

    @property
    def actor(self) -> str:
        """The id of the only artist."""
        return f"{self.address}/ap/actors/ada"

    def publish(self, *works: str) -> None:
        """Let works be published on the channel, and delivered."""
        with self.catalogue.database.write() as connection:
            for work in works:
                self.catalogue.outbox.add_in(connection, work, ["fediverse"])
        channels = {"fediverse": FediverseChannel(self.federation)}
        publisher = Publisher(
            self.catalogue, self.archive, self.site, channels, warned=frozenset(channels)
        )
        publisher.publish_due()
        self.deliverer.run()


@pytest.fixture(scope="session")
def exhibition(
    tmp_path_factory: pytest.TempPathFactory, sample: Any
) -> tuple[Path, list[Manifest]]:
    """A folder with three works of one artist, which has a key, and their manifests."""
    folder = tmp_path_factory.mktemp("exhibition")
    built = sample.build_exhibition(folder, works=3)
    ActorKeys(built.catalogue.fediverse, SECRET).private("ada")
    built.catalogue.close()
    return folder, built.manifests


@pytest.fixture
def stores(tmp_path: Path, exhibition: tuple[Path, list[Manifest]]) -> Iterator[Stores]:
    """Three works of one artist."""
    folder, manifests = exhibition
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    catalogue = Catalogue(f"sqlite:///{tmp_path / 'catalogue.db'}")
    yield Stores(catalogue, Archive(open_store(str(tmp_path / "archive"))), manifests)
    catalogue.close()


@pytest.fixture
def town(stores: Stores) -> Iterator[Town]:
    """The gallery, served."""
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    site = SiteSettings(base_url=address, licence="CC0-1.0", fediverse=True)
    federation = Federation.of(stores.catalogue, site, secret=SECRET, trusted="127.0.0.1")
    app = create_app(
        stores.catalogue, stores.archive, site=site, secret=SECRET, federation=federation
    )
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield Town(address, stores.catalogue, stores.archive, site, federation, Deliverer(federation))
    server.should_exit = True
    thread.join()
    listening.close()


@pytest.fixture
def strangers() -> Iterator[Any]:
    """A server whose documents and requests a test makes as it likes."""
    served = _load("stranger").Strangers()
    yield served
    served.stop()


@pytest.fixture(scope="session")
def stranger() -> ModuleType:
    """The module with the strangers' keys and signatures."""
    return _load("stranger")


@cache
def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
