"""The exhibition, served on a port, and a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from cas.vocabulary import Vocabulary
from gallery import SiteSettings, create_app
from gallery.accounts import Admins
from gallery.artist_editing import ArtistEditing
from tests.gallery.browser.visits import CHROMIUM, OPTIONS, PASSWORD, open_page, served
from worker.config.settings import Settings


@pytest.fixture(scope="module")
def address(exhibition, memory, tmp_path_factory) -> Iterator[str]:
    """The exhibition, served on a free port."""
    admins = Admins(tmp_path_factory.mktemp("admins") / "admins.json")
    admins.set_password("ann", PASSWORD)
    app = create_app(
        exhibition.catalogue,
        exhibition.archive,
        site=SiteSettings(per_page=12),
        admins=admins,
        preview=lambda *_: exhibition.manifests[-1].inspiration,
        editing=ArtistEditing(
            exhibition.catalogue,
            exhibition.archive,
            settings=Settings,
            vocabulary=lambda: Vocabulary(["sea", "sky", "kiln", "heron"]),
        ),
        memory_of=lambda *_: memory,
    )
    with served(app) as at:
        yield at


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=OPTIONS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def windows(browser: Browser) -> Iterator[dict[str, Page]]:
    """One window of each size, a dark phone and a light desktop, shared by a module's tests."""
    opened = {
        "phone": open_page(browser, "phone", color_scheme="dark"),
        "desktop": open_page(browser, "desktop", color_scheme="light"),
    }
    yield opened
    for page in opened.values():
        page.close()
