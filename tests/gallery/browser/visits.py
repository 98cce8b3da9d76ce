"""A gallery served on a port, and pages of Debian's Chromium."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page
from starlette.applications import Starlette

CHROMIUM = Path("/usr/bin/chromium")
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "look at the pictures"
SIZES = {"phone": (390, 844), "desktop": (1440, 900)}
SHIFTS = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
VIOLATIONS = """
axe.run({ resultTypes: ["violations"] }).then((found) =>
  found.violations.map((rule) => [rule.id, ...rule.nodes.map((node) => node.html)]))
"""
NEEDS_CHROMIUM = pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium")


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    """The address of a gallery, served on a free port until the block ends."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listening.close()


def open_page(browser: Browser, size: str, **options: object) -> Page:
    """A window of one of the sizes that counts layout shifts."""
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height}, **options)
    page.add_init_script(SHIFTS)
    return page


def violations(page: Page) -> list[list[str]]:
    """Violations of axe's rules: each rule with its elements."""
    page.evaluate(AXE_SCRIPT)
    found: list[list[str]] = page.evaluate(VIOLATIONS)
    return found
