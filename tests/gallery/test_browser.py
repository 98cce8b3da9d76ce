"""The gallery in a real browser: at phone and desktop width, in light and dark, and by axe's rules.

They need Debian's Chromium and are skipped where it is absent.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import uvicorn
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.applications import Starlette

from gallery import SiteSettings, create_app
from gallery.admin.admins import Admins
from gallery.preparation import prepare_waiting
from gallery.thumbnails import Thumbnails

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
PAGES = (
    "/",
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
    "/concepts",
    "/concepts/sea",
    "/vote",
    "/votes",
    "/wall",
    "/nothing-here",
)
SHIFTS = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""

PICTURES_IN_SIGHT_ARE_THERE = """
() => [...document.images]
  .filter((image) => image.getBoundingClientRect().top < innerHeight)
  .every((image) => image.complete && image.naturalWidth > 0)
"""
VIOLATIONS = """
axe.run({ resultTypes: ["violations"] }).then((found) =>
  found.violations.map((rule) => [rule.id, ...rule.nodes.map((node) => node.html)]))
"""

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium")


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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=OPTIONS)
        yield started
        started.close()


def open_page(browser: Browser, size: str, **options: object) -> Page:
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height}, **options)
    page.add_init_script(SHIFTS)
    return page


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


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("size", SIZES)
def test_pages_fit_stand_still_and_are_accessible(
    windows: dict[str, Page], address: str, size: str, path: str
) -> None:
    page = windows[size]
    complaints: list[str] = []
    page.once("console", lambda message: complaints.append(message.text))
    page.goto(address + path)
    if path != "/nothing-here":
        assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # Pictures are fetched lazily, so the page's own load event does not wait for them.
    page.wait_for_function(PICTURES_IN_SIGHT_ARE_THERE)
    assert page.evaluate("window.shift") == 0
    page.evaluate(AXE_SCRIPT)
    assert page.evaluate(VIOLATIONS) == []


def test_pictures_keep_their_place_while_they_load(browser: Browser, address: str) -> None:
    page = open_page(browser, "desktop")
    page.route("**/images/**", lambda route: route.abort())
    page.goto(address, wait_until="networkidle")
    boxes = """images => images.map(i => {
      const box = i.getBoundingClientRect();
      return [box.x, box.y, box.width, box.height];
    })"""
    without = page.locator(".wall picture img").evaluate_all(boxes)
    assert len(without) == 11
    page.unroute("**/images/**")
    page.reload(wait_until="networkidle")
    loaded = page.locator(".wall picture img").evaluate_all(boxes)
    for before, after in zip(without, loaded, strict=True):
        # A picture's own ratio is not that of whole pixels: each row may differ by less than one.
        assert before == pytest.approx(after, abs=3)
    page.close()


@pytest.mark.parametrize("path", ["/", "/works/ada/28", "/vote"])
@pytest.mark.parametrize("size", SIZES)
def test_placeholders_lie_where_the_pictures_will_hang(
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


def test_browsers_take_the_leanest_kind(browser: Browser, address: str) -> None:
    page = open_page(browser, "phone")
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url.rpartition(".")[2]))
    page.goto(address, wait_until="networkidle")
    assert "avif" in fetched and "webp" not in fetched
    page.close()


def test_dark_rooms_are_dark(browser: Browser, address: str) -> None:
    brightness = {}
    for scheme in ("light", "dark"):
        page = open_page(browser, "desktop", color_scheme=scheme)
        page.goto(address)
        colour = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        brightness[scheme] = sum(map(int, colour[4:-1].split(",")))
        page.close()
    assert brightness["dark"] < 100 < 650 < brightness["light"]


def test_stream_goes_on_by_itself_or_by_its_link(browser: Browser, address: str) -> None:
    page = open_page(browser, "desktop")
    page.goto(address)
    while page.locator(".wall > li").count() < 29:
        page.mouse.wheel(0, 3000)
        page.wait_for_load_state("networkidle")
    assert page.get_by_text("This is where it began.").is_visible()
    titles = page.locator(".label .title").all_inner_texts()
    page.close()
    plain = open_page(browser, "desktop", java_script_enabled=False)
    plain.goto(address)
    found = plain.locator(".label .title").all_inner_texts()
    while plain.locator("a[rel=next]").count():
        plain.locator("a[rel=next]").click()
        found += plain.locator(".label .title").all_inner_texts()
    assert titles == found
    plain.close()


def test_the_map_is_walked_by_keys_and_by_hand(browser: Browser, address: str) -> None:
    page = open_page(browser, "desktop", reduced_motion="reduce")
    works = page.request.get(f"{address}/artists/ada/map.json").json()["works"]
    bounds = {axis: [end(work[axis] for work in works) for end in (min, max)] for axis in "xy"}
    page.goto(f"{address}/artists/ada/map", wait_until="networkidle")
    canvas, caption = page.locator(".map canvas"), page.locator(".map figcaption")
    size = canvas.bounding_box()
    assert size is not None
    across, down = (bounds[axis][1] - bounds[axis][0] for axis in "xy")
    stretch = min(max(size["width"] * down / (size["height"] * across), 0.6), 1.8)
    middle = {axis: sum(bounds[axis]) / 2 for axis in "xy"}
    nearest = min(
        works,
        key=lambda work: np.hypot((work["x"] - middle["x"]) * stretch, work["y"] - middle["y"]),
    )
    canvas.focus()
    page.keyboard.press("+")
    page.keyboard.press("Home")
    assert nearest["title"] in caption.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{nearest['page']}")
    page.go_back(wait_until="networkidle")
    for step in range(1, 40):
        page.mouse.move(size["x"] + step * 36, size["y"] + size["height"] / 2)
        if caption.inner_text().strip():
            break
    named = next(work for work in works if caption.inner_text().endswith(f"no. {work['number']}"))
    assert named["title"] in caption.inner_text()
    page.mouse.down()
    page.mouse.up()
    page.wait_for_url(f"**{named['page']}")
    page.close()


def test_a_work_is_shared_or_its_address_kept(browser: Browser, address: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{address}/works/ada/29", wait_until="networkidle")
    page.evaluate("navigator.share = undefined")
    page.locator("a.share").click()
    page.get_by_text("Address copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == f"{address}/works/ada/29"
    page.reload(wait_until="networkidle")
    page.evaluate("navigator.share = async (what) => (window.shared = what)")
    page.locator("a.share").click()
    title = page.locator("h1").inner_text()
    assert page.evaluate("shared") == {"title": title, "url": f"{address}/works/ada/29"}
    context.close()


def test_the_map_fetches_only_pictures_in_sight(browser: Browser, address: str) -> None:
    page = open_page(browser, "phone")
    fetched: set[str] = set()
    page.on("requestfinished", lambda request: fetched.add(request.url))
    page.goto(f"{address}/artists/ada/map", wait_until="networkidle")
    seen = page.evaluate("document.querySelector('canvas').toDataURL().length")
    page.locator("canvas").focus()
    for _ in range(6):
        page.keyboard.press("+")
    page.wait_for_load_state("networkidle")
    assert sum("/images/" in url for url in fetched) <= 30
    assert page.evaluate("document.querySelector('canvas').toDataURL().length") != seen
    page.close()


def test_a_picture_comes_near_in_place(browser: Browser, address: str) -> None:
    page = open_page(browser, "desktop", reduced_motion="reduce")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{address}/works/ada/29")
    page.locator(".exhibit").focus()
    page.keyboard.press("Enter")
    picture = page.locator(".zoom img")
    whole = picture.bounding_box()
    assert whole is not None and page.url.endswith("/works/ada/29")
    assert whole["height"] == pytest.approx(900, abs=1) or whole["width"] == pytest.approx(
        1440, abs=1
    )
    page.wait_for_function("() => document.querySelector('.zoom img').src.endsWith('original')")
    page.evaluate(AXE_SCRIPT)
    assert page.evaluate(VIOLATIONS) == []
    page.keyboard.press("+")
    page.keyboard.press("+")
    near = picture.bounding_box()
    assert near is not None and near["width"] == pytest.approx(whole["width"] * 1.6**2, rel=0.01)
    page.keyboard.press("ArrowDown")
    lower = picture.bounding_box()
    assert lower is not None and lower["y"] < near["y"] and lower["x"] == near["x"]
    page.mouse.move(700, 400)
    page.mouse.down()
    page.mouse.move(700, 340)
    page.mouse.up()
    dragged = picture.bounding_box()
    assert dragged is not None and dragged["y"] == pytest.approx(lower["y"] - 60, abs=1)
    page.mouse.wheel(0, 2000)
    assert picture.bounding_box() == pytest.approx(whole, abs=1)
    page.keyboard.press("Escape")
    assert not picture.is_visible()
    assert page.evaluate("document.activeElement.className").startswith("exhibit")
    assert complaints == []
    page.close()


def test_a_picture_is_pinched(browser: Browser, address: str) -> None:
    page = open_page(browser, "phone", has_touch=True)
    page.goto(f"{address}/works/ada/29")
    page.locator(".exhibit").tap()
    picture = page.locator(".zoom img")
    before = picture.bounding_box()
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *apart: float) -> None:
        points = [
            {"x": 195, "y": 420 + way, "id": i}
            for i, way in enumerate((-apart[0], apart[0]) if apart else ())
        ]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 60)
    for apart in range(70, 190, 10):
        touch("touchMove", apart)
    touch("touchEnd")
    after = picture.bounding_box()
    assert before is not None and after is not None
    assert after["width"] == pytest.approx(before["width"] * 3, rel=0.1)
    page.close()


def test_without_a_script_the_picture_is_a_link_to_the_whole(
    browser: Browser, address: str
) -> None:
    page = open_page(browser, "desktop", java_script_enabled=False)
    page.goto(f"{address}/works/ada/29")
    page.locator(".exhibit").click()
    assert page.url.endswith("/works/ada/29/original")
    page.close()


@pytest.mark.parametrize("size", SIZES)
def test_first_screen_is_light(browser: Browser, address: str, size: str) -> None:
    assert 0 < weight_of_first_screen(browser, address, size) < 300_000


@pytest.mark.parametrize("size", SIZES)
def test_first_screen_is_light_where_every_picture_is_signed(
    browser: Browser, exhibition, credentials, size: str
) -> None:
    app = create_app(
        exhibition.catalogue, exhibition.archive, site=SiteSettings(), credentials=credentials
    )
    with served(app) as address:
        assert 0 < weight_of_first_screen(browser, address, size) < 300_000


def weight_of_first_screen(browser: Browser, address: str, size: str) -> int:
    """Bytes that a device with two pixels for one fetches before anybody scrolls."""
    page = open_page(browser, size, device_scale_factor=2)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[int] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address, wait_until="networkidle")
    page.close()
    return sum(sizes)


def test_wall_survives_the_loss_of_the_network(browser: Browser, address: str) -> None:
    page = open_page(browser, "desktop")
    page.clock.install()
    page.goto(f"{address}/wall?every=30", wait_until="networkidle")
    shown = page.locator("figure.shown")
    first = shown.get_attribute("data-work")
    page.context.set_offline(True)
    page.clock.run_for(65_000)
    assert shown.get_attribute("data-work") == first
    page.context.set_offline(False)
    for _ in range(40):
        page.clock.run_for(5_000)
        page.wait_for_load_state("networkidle")
        if page.locator(f"figure.shown:not([data-work='{first}'])").count():
            break
    assert page.locator("figure.shown").last.get_attribute("data-work") == "ada:29"
    assert page.locator("figure.shown h1").last.inner_text()
    page.close()


@pytest.mark.parametrize("size", SIZES)
def test_the_desk_is_worked_at_by_keyboard_and_is_accessible(
    browser: Browser, address: str, size: str
) -> None:
    page = open_page(browser, size)
    page.goto(f"{address}/admin")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "who":
            break
    page.keyboard.type("ann")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin")
    for path in ("", "/artists/ada?beta=0.5", "/review", "/publications"):
        page.goto(f"{address}/admin{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.evaluate(AXE_SCRIPT)
        assert page.evaluate(VIOLATIONS) == []
    page.goto(f"{address}/admin/artists/ada")
    page.fill("#beta", "0.25")
    page.get_by_role("button", name="Try out").click()
    assert page.get_by_text("It would pick").is_visible()
    assert page.input_value("#beta") == "0.25"
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/admin/sign-in")
    page.close()


def test_votes_are_cast_by_keyboard_and_by_hand(browser: Browser, address: str, exhibition) -> None:
    page = open_page(browser, "desktop")
    page.goto(f"{address}/vote")
    before = exhibition.catalogue.votes.count()
    for turn, key in enumerate(("ArrowLeft", "ArrowRight", "ArrowDown"), start=1):
        page.keyboard.press(key)
        page.get_by_text(f"You have answered {turn} time").wait_for()
    page.locator(".side.left").click()
    page.get_by_text("You have answered 4 times").wait_for()
    assert exhibition.catalogue.votes.count() == before + 4
    page.close()


def test_the_studio_moves_while_one_watches(browser: Browser, address: str, exhibition) -> None:
    artists = exhibition.catalogue.artists
    page = open_page(browser, "desktop")
    page.goto(f"{address}/artists/ada/studio")
    page.get_by_text("Ada has put the brush down.").wait_for()
    try:
        artists.pause("ada", "the light is gone", who="ann")
        page.get_by_text("Ada has stopped: the light is gone.").wait_for()
    finally:
        artists.resume("ada")
    page.get_by_text("Ada has put the brush down.").wait_for()
    page.close()
