"""What visitors do, by hand, touch and keyboard: every flow of the gallery in a real browser.

They need Debian's Chromium and are skipped where it is absent.
"""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Browser

from tests.gallery.browser.visits import NEEDS_CHROMIUM, PASSWORD, SIZES, open_page, violations

pytestmark = NEEDS_CHROMIUM

PICTURES_KEEP_THEIR_SHAPE = """
() => [...document.querySelectorAll("main img")].every((image) => {
  const shape = image.getAttribute("width") / image.getAttribute("height");
  return Math.abs(image.clientWidth / image.clientHeight / shape - 1) < 0.02;
})
"""


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
    assert violations(page) == []
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
        assert violations(page) == []
        assert page.evaluate(PICTURES_KEEP_THEIR_SHAPE)
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


@pytest.mark.parametrize("touch", [False, True])
def test_candidates_tell_their_names(
    browser: Browser, address: str, exhibition, touch: bool
) -> None:
    page = open_page(browser, "phone", has_touch=touch)
    page.goto(f"{address}/works/ada/29")
    dot, name = page.locator(".candidates circle").first, page.locator(".candidates text.near")
    dot.scroll_into_view_if_needed()
    box = dot.bounding_box()
    assert box is not None and name.text_content() == ""
    beside = box["x"] + box["width"] / 2 + 1, box["y"] + box["height"] / 2
    (page.touchscreen.tap if touch else page.mouse.move)(*beside)
    assert name.text_content() == exhibition.manifests[28].inspiration.candidates[-1].concept
    page.locator("h1").hover()
    assert name.text_content() == ""
    page.close()
