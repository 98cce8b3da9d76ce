"""A gallery that an admin and a moderator may sign in to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from cas.vocabulary import Vocabulary
from gallery import SiteSettings, create_app
from gallery.accounts import Admins
from gallery.artist_editing import ArtistEditing
from storage.archive.manifest import Inspiration, Tuning
from tests.gallery.admin.desk import PASSWORD
from worker.config.settings import Settings

CONCEPTS = ("sea", "sky", "kiln", "heron", "lantern", "mourning")


@pytest.fixture(scope="session")
def admins(tmp_path_factory: pytest.TempPathFactory) -> Admins:
    kept = Admins(tmp_path_factory.mktemp("admins") / "admins.json")
    kept.set_password("ann", PASSWORD)
    kept.set_password("mo", PASSWORD, role="moderator")
    return kept


@pytest.fixture
def stores(tmp_path: Path, sample) -> Iterator:
    built = sample.build_exhibition(tmp_path, works=3)
    built.archive.append(built.catalogue.artists.get("ada").created)
    yield built
    built.catalogue.close()


@pytest.fixture
def tried() -> list[tuple[str, Tuning]]:
    """The requested previews."""
    return []


@pytest.fixture
def client(stores, admins: Admins, tried: list) -> TestClient:
    def preview(name: str, tuning: Tuning) -> Inspiration:
        tried.append((name, tuning))
        return stores.manifests[-1].inspiration

    editing = ArtistEditing(
        stores.catalogue,
        stores.archive,
        settings=Settings,
        vocabulary=lambda: Vocabulary(CONCEPTS),
    )
    app = create_app(
        stores.catalogue,
        stores.archive,
        site=SiteSettings(),
        admins=admins,
        preview=preview,
        editing=editing,
        limited=False,
    )
    return TestClient(app, follow_redirects=False)


@pytest.fixture
def sign_in(client: TestClient) -> Callable[[str], TestClient]:
    """Sign in by name."""

    def signed_in(who: str) -> TestClient:
        answer = client.post("/admin/sign-in", data={"who": who, "password": PASSWORD})
        assert answer.status_code == 303
        return client

    return signed_in


@pytest.fixture
def ann(sign_in: Callable[[str], TestClient]) -> TestClient:
    """A client that is signed in as an admin."""
    return sign_in("ann")


@pytest.fixture
def mo(sign_in: Callable[[str], TestClient]) -> TestClient:
    """A client that is signed in as a moderator."""
    return sign_in("mo")
