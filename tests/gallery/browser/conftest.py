"""The exhibition on a port of its own, and a browser to visit it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from gallery import SiteSettings, create_app
from gallery.accounts import Admins
from tests.gallery.browser.visits import CHROMIUM, OPTIONS, PASSWORD, open_page, served


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
    """One window of each size, a dark phone and a light desktop, for visits one after another."""
    opened = {
        "phone": open_page(browser, "phone", color_scheme="dark"),
        "desktop": open_page(browser, "desktop", color_scheme="light"),
    }
    yield opened
    for page in opened.values():
        page.close()
