"""Smoothness of an artist's map: time between frames while it is dragged, in a real browser.

    python -m benchmarks.gallery.frames [WORKS]

The gallery serves the map's page and points from a catalogue with WORKS works, whose vectors are
drawn from a few clusters; Debian's Chromium renders without a graphics card. Prints the time and
size of the points, then the median, 95th percentile and maximum of the time between two frames: for
the whole map as points, and zoomed in to pictures.
"""

from __future__ import annotations

import io
import itertools
import socket
import statistics
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import uvicorn
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import insert

from benchmarks.gallery.collection import ARTISTS, build
from gallery import SiteSettings, create_app
from storage.catalogue import Catalogue
from storage.catalogue.db.tables import vectors

ARTIST = ARTISTS[0]
FRAMES = """
() => {
  window.frames_seen = [];
  const note = (now) => { window.frames_seen.push(now); requestAnimationFrame(note); };
  requestAnimationFrame(note);
}
"""


def main(works: int) -> None:
    """Build, serve, drag, print."""
    with tempfile.TemporaryDirectory() as folder:
        catalogue, archive = build(Path(folder), works * len(ARTISTS))
        _give_vectors(catalogue, works)
        app = create_app(catalogue, archive, site=SiteSettings(), limited=False)
        with _served(app) as address:
            for when in ("first", "again"):
                begin = time.perf_counter()
                with urllib.request.urlopen(f"{address}/artists/{ARTIST}/map.json") as answer:
                    size = len(answer.read())
                spent = time.perf_counter() - begin
                print(f"points, {when}: {spent * 1000:.0f} ms, {size / 2**20:.2f} MiB")
            _measure(address)
        catalogue.close()


def _give_vectors(catalogue: Catalogue, works: int) -> None:
    dice = np.random.default_rng(5)
    centres = dice.normal(size=(12, 512))
    cloud = centres[dice.integers(12, size=works)] + dice.normal(scale=0.8, size=(works, 512))
    rows = [
        {
            "work": f"{ARTIST}:{number}",
            "artist": ARTIST,
            "scope": ARTIST,
            "sequence": number,
            "text": bytes(4),
            "image": vector.astype("<f4").tobytes(),
        }
        for number, vector in enumerate(cloud, 1)
    ]
    with catalogue.database.write() as connection:
        connection.execute(vectors.delete())
        connection.execute(insert(vectors), rows)


@contextmanager
def _served(app: object) -> Iterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))  # type: ignore[arg-type]
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()


def _measure(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        file = io.BytesIO()
        Image.new("RGB", (240, 180), "#8fa6b4").save(file, "WEBP")
        page.route("**/images/**", lambda route: route.fulfill(body=file.getvalue()))
        page.goto(f"{address}/artists/{ARTIST}/map", wait_until="networkidle")
        page.evaluate(FRAMES)
        _drag(page, "all as points")
        page.locator("canvas").hover()
        for _ in range(18):
            page.mouse.wheel(0, -100)
        page.wait_for_load_state("networkidle")
        _drag(page, "near, pictures")
        browser.close()


def _drag(page: Page, what: str) -> None:
    """Drag the map in a circle for a few seconds."""
    page.locator("canvas").hover()
    box = page.locator("canvas").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.down()
    page.evaluate("window.frames_seen = []")
    for i in range(240):
        angle = i / 240 * 4 * np.pi
        page.mouse.move(x + 250 * float(np.sin(angle)), y + 120 * float(1 - np.cos(angle)))
    times = page.evaluate("window.frames_seen")
    page.mouse.up()
    gaps = sorted(after - before for before, after in itertools.pairwise(times))
    print(
        f"{what}: {len(gaps)} frames, median {statistics.median(gaps):.1f} ms,"
        f" 95th {gaps[int(len(gaps) * 0.95)]:.1f} ms, longest {gaps[-1]:.1f} ms"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
