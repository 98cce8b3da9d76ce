"""Layout of pages at phone and desktop width, light and dark; accessibility; bytes per page.

They need Debian's Chromium and are skipped where it is absent.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from gallery import SiteSettings, create_app
from gallery.images.prepare import prepare_waiting
from gallery.images.thumbnails import Thumbnails
from tests.gallery.browser.visits import NEEDS_CHROMIUM, SIZES, open_page, served, violations

pytestmark = NEEDS_CHROMIUM

PAGES = (
    "/",
    "/works",
    "/works?before=ada:19",
    "/explore",
    "/works/ada/29",
    "/works/ada/1",
    "/works/ada/29/like",
    "/search",
    "/search?q=sea",
    "/search?q=nothing+at+all",
    "/favourites",
    "/artists/ada",
    "/artists/ada/lineage",
    "/artists/ada/map",
    "/map",
    "/artists/ada/numbers",
    "/artists/ada/studio",
    "/artists/ada/diary",
    "/works/ada/29/embed",
    "/concepts",
    "/concepts/sea",
    "/how",
    "/vote",
    "/votes",
    "/votes/week",
    "/wall",
    "/nothing-here",
)
PICTURES_IN_SIGHT_ARE_THERE = """
() => [...document.images]
  .filter((image) => image.getBoundingClientRect().top < innerHeight)
  .every((image) => image.complete && image.naturalWidth > 0)
"""


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("size", SIZES)
def test_pages_fit_do_not_shift_and_are_accessible(
    windows: dict[str, Page], address: str, size: str, path: str
) -> None:
    page = windows[size]
    complaints: list[str] = []
    page.once("console", lambda message: complaints.append(message.text))
    page.goto(address + path)
    if path != "/nothing-here":
        assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # Pictures are loaded lazily, so the page's load event does not wait for them.
    page.wait_for_function(PICTURES_IN_SIGHT_ARE_THERE)
    assert page.evaluate("window.shift") == 0
    assert violations(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_pictures_on_their_way_have_their_size(browser: Browser, address: str, path: str) -> None:
    page = open_page(browser, "phone")
    page.route("**/images/**", lambda route: None)  # no answer comes
    page.goto(address + path, wait_until="domcontentloaded")
    boxes = "images => images.map(i => [i.width, i.height])"
    sizes = page.locator(".print picture img").evaluate_all(boxes)
    page.close()
    assert all(width > 20 and height > 20 for width, height in sizes), sizes


def test_pictures_keep_their_place_while_they_load(browser: Browser, address: str) -> None:
    page = open_page(browser, "desktop")
    page.route("**/images/**", lambda route: route.abort())
    page.goto(f"{address}/works", wait_until="networkidle")
    boxes = """images => images.map(i => {
      const box = i.getBoundingClientRect();
      return [box.x, box.y, box.width, box.height];
    })"""
    without = page.locator(".hang picture img").evaluate_all(boxes)
    assert len(without) == 12
    page.unroute("**/images/**")
    page.reload(wait_until="networkidle")
    loaded = page.locator(".hang picture img").evaluate_all(boxes)
    for before, after in zip(without, loaded, strict=True):
        # A picture's ratio is not exactly that of its attributes: each row may differ by a pixel.
        assert before == pytest.approx(after, abs=3)
    page.close()


@pytest.mark.parametrize("path", ["/", "/works", "/works/ada/28", "/vote"])
@pytest.mark.parametrize("size", SIZES)
def test_placeholders_have_the_place_of_the_pictures(
    browser: Browser, address: str, exhibition, size: str, path: str
) -> None:
    thumbnails = Thumbnails(exhibition.archive)
    while prepare_waiting(exhibition.catalogue, thumbnails):
        pass
    page = open_page(browser, size)
    page.route("**/images/**", lambda route: route.abort())
    page.goto(address + path, wait_until="networkidle")
    pairs = page.locator(".print.hazy").evaluate_all(
        """prints => prints.map(print => [...print.querySelectorAll("img")].map(image => {
          const box = image.getBoundingClientRect();
          return [box.x, box.y, box.width, box.height];
        }))"""
    )
    assert pairs
    for haze, picture in pairs:
        assert haze == pytest.approx(picture, abs=1)
    drawn = page.locator(".haze").evaluate_all("all => all.every(one => one.naturalWidth > 0)")
    assert drawn
    page.close()


def test_browsers_load_the_smallest_format(browser: Browser, address: str) -> None:
    page = open_page(browser, "phone")
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url.rpartition(".")[2]))
    page.goto(address, wait_until="networkidle")
    assert "avif" in fetched and "webp" not in fetched
    page.close()


def test_pages_are_dark_in_the_dark_scheme(browser: Browser, address: str) -> None:
    brightness = {}
    for scheme in ("light", "dark"):
        page = open_page(browser, "desktop", color_scheme=scheme)
        page.goto(address)
        colour = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        brightness[scheme] = sum(map(int, colour[4:-1].split(",")))
        page.close()
    assert brightness["dark"] < 100 < 650 < brightness["light"]


@pytest.mark.parametrize("size", SIZES)
def test_first_screen_has_few_bytes(browser: Browser, address: str, size: str) -> None:
    assert 0 < weight_of_first_screen(browser, address, size) < 300_000


@pytest.mark.parametrize("size", SIZES)
def test_first_screen_has_few_bytes_with_signed_pictures(
    browser: Browser, exhibition, credentials, size: str
) -> None:
    app = create_app(
        exhibition.catalogue, exhibition.archive, site=SiteSettings(), credentials=credentials
    )
    with served(app) as address:
        assert 0 < weight_of_first_screen(browser, address, size) < 300_000


def weight_of_first_screen(browser: Browser, address: str, size: str) -> int:
    """Bytes that a device with two pixels per CSS pixel loads without scrolling."""
    page = open_page(browser, size, device_scale_factor=2)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[int] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address, wait_until="networkidle")
    page.close()
    return sum(sizes)
