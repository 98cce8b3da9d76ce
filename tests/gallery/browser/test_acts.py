"""Every interaction of visitors, by pointer, touch and keyboard, in a real browser.

They need Debian's Chromium and are skipped where it is absent.
"""

from __future__ import annotations

import time

import numpy as np
import pytest
from playwright.sync_api import Browser
from sqlalchemy import update

from gallery import SiteSettings, create_app
from storage.catalogue.db.tables import artists
from tests.gallery.browser.visits import (
    NEEDS_CHROMIUM,
    SIZES,
    open_page,
    served,
    violations,
)

pytestmark = NEEDS_CHROMIUM


def test_stream_continues_by_script_and_by_link(browser: Browser, address: str) -> None:
    page = open_page(browser, "desktop")
    page.goto(f"{address}/works")
    while page.locator(".hang > li").count() < 30:
        page.mouse.wheel(0, 3000)
        page.wait_for_load_state("networkidle")
    assert page.get_by_text("This is where it began.").is_visible()
    titles = page.locator(".label .title").all_inner_texts()
    chapters = page.locator(".chapter").evaluate_all("all => all.map(one => one.dataset.chapter)")
    assert len(chapters) == len(set(chapters)), "a chapter goes on where it began"
    page.close()
    plain = open_page(browser, "desktop", java_script_enabled=False)
    plain.goto(f"{address}/works")
    found = plain.locator(".label .title").all_inner_texts()
    while plain.locator("a[rel=next]").count():
        plain.locator("a[rel=next]").click()
        found += plain.locator(".label .title").all_inner_texts()
    assert titles == found
    plain.close()


def test_the_map_is_moved_by_keys_and_pointer(browser: Browser, address: str) -> None:
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


def test_a_work_is_shared_or_its_address_copied(browser: Browser, address: str) -> None:
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


def test_the_map_fetches_only_visible_pictures(browser: Browser, address: str) -> None:
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


def test_a_picture_is_enlarged_in_place(browser: Browser, address: str) -> None:
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


def test_wall_goes_on_at_another_address_than_the_public_one(browser: Browser, exhibition) -> None:
    site = SiteSettings(base_url="https://art.example")
    with served(create_app(exhibition.catalogue, exhibition.archive, site=site)) as address:
        page = open_page(browser, "desktop")
        page.clock.install()
        page.goto(f"{address}/wall?every=30", wait_until="networkidle")
        first = page.locator("figure.shown").get_attribute("data-work")
        for _ in range(20):
            page.clock.run_for(5_000)
            page.wait_for_load_state("networkidle")
            if page.locator(f"figure.shown:not([data-work='{first}'])").count():
                break
        shown = page.locator(f"figure.shown:not([data-work='{first}'])")
        assert shown.count() == 1
        page.close()


@pytest.mark.parametrize("size", SIZES)
def test_votes_are_cast_by_keyboard_and_pointer(
    browser: Browser, address: str, exhibition, size: str
) -> None:
    page = open_page(browser, size)
    page.goto(f"{address}/vote")
    before = exhibition.catalogue.votes.count()
    pages: list[str] = []
    page.on("framenavigated", lambda frame: pages.append(frame.url))
    for turn, key in enumerate(("ArrowLeft", "ArrowRight", "ArrowDown"), start=1):
        ballot = page.locator("[name=ballot]").input_value()
        page.keyboard.press(key)
        page.get_by_text(f"You have answered {turn} time").wait_for()
        assert page.locator("[name=ballot]").input_value() != ballot
        told = page.locator(".told").inner_text()
        assert told.startswith("You could not say" if key == "ArrowDown" else "You chose")
    page.locator(".side.left").click()
    page.get_by_text("You have answered 4 times").wait_for()
    assert exhibition.catalogue.votes.count() == before + 4
    assert pages == [], "the next pair comes in place"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []
    page.close()


def test_votes_need_no_script(browser: Browser, address: str, exhibition) -> None:
    page = open_page(browser, "phone", java_script_enabled=False)
    page.goto(f"{address}/vote")
    before = exhibition.catalogue.votes.count()
    page.locator(".side.right").click()
    assert page.locator(".told").inner_text().startswith("You chose")
    assert page.locator("[name=ballot]").count() == 1
    assert exhibition.catalogue.votes.count() == before + 1
    page.close()


def test_a_refused_vote_says_why(browser: Browser, address: str) -> None:
    page = open_page(browser, "desktop")
    page.goto(f"{address}/vote")
    page.context.clear_cookies()
    page.locator(".side.left").click()
    page.get_by_text("Voting needs a cookie").wait_for()
    page.close()


@pytest.mark.parametrize("size", SIZES)
def test_hearts_answer_in_place(browser: Browser, address: str, size: str) -> None:
    page = open_page(browser, size)
    page.goto(f"{address}/works", wait_until="networkidle")
    hearts = page.locator(".hang .heart")
    hearts.nth(1).click()
    page.locator(".hang .heart[aria-pressed=true]").wait_for()
    work = hearts.nth(1).get_attribute("value")
    assert page.url.endswith("/works")
    page.goto(address, wait_until="networkidle")
    kept = page.locator(f".recent .heart[value='{work}']")
    assert kept.get_attribute("aria-pressed") == "true"
    page.locator(".newest .heart").focus()
    page.keyboard.press("Enter")
    page.locator(".newest .heart[aria-pressed=true]").wait_for()
    page.locator(".tools .favourites").click()
    page.wait_for_url("**/favourites")
    assert page.locator(".wall .heart").evaluate_all("all => all.map(one => one.value)") == [
        "ada:30",
        work,
    ]
    page.locator(".heart[aria-pressed=true]").first.click()
    page.locator(".heart[aria-pressed=false]").wait_for()
    assert violations(page) == []
    page.reload()
    assert page.locator(".wall .heart").count() == 1
    page.close()


def test_hearts_need_no_script(browser: Browser, address: str) -> None:
    page = open_page(browser, "phone", java_script_enabled=False)
    page.goto(f"{address}/works")
    page.locator(".heart").first.click()
    assert page.url.endswith("/favourites")
    assert page.locator(".wall > li").count() == 1
    page.locator(".wall .heart").click()
    assert page.get_by_text("No favourites yet").is_visible()
    page.close()


@pytest.mark.parametrize("size", SIZES)
def test_the_places_are_at_hand(browser: Browser, address: str, size: str) -> None:
    page = open_page(browser, size)
    page.goto(address)
    for name, path in (("Works", "/works"), ("Explore", "/explore"), ("Vote", "/vote")):
        page.mouse.wheel(0, 700)
        page.get_by_role("link", name=name, exact=True).click()
        page.wait_for_url(f"**{path}")
        bar = page.locator(".places").bounding_box()
        assert bar is not None
        if size == "phone":
            assert bar["y"] + bar["height"] == 844 and bar["width"] == 390
            for box in [one.bounding_box() for one in page.locator(".places a").all()]:
                assert box is not None and box["height"] >= 44 and box["width"] >= 44
        else:
            assert bar["y"] < 80
    page.close()


@pytest.mark.parametrize("size", SIZES)
def test_the_first_screen_is_whole(browser: Browser, address: str, size: str) -> None:
    page = open_page(browser, size)
    page.goto(address)
    low = SIZES[size][1] - (60 if size == "phone" else 0)
    for part in (".what", ".live", ".newest .title", ".newest .heart", ".newest .share"):
        box = page.locator(part).bounding_box()
        assert box is not None and box["y"] >= 0 and box["y"] + box["height"] <= low, part
    reason = page.locator(".reason > p").first.bounding_box()
    assert reason is not None and reason["y"] + reason["height"] <= low
    page.close()


@pytest.mark.parametrize("size", SIZES)
def test_the_line_above_the_newest_work_is_live(
    browser: Browser, address: str, exhibition, size: str
) -> None:
    page = open_page(browser, size)
    page.goto(address)
    page.get_by_text("it rests.").wait_for()
    assert page.evaluate("window.shift") == 0
    before = page.locator(".newest").bounding_box()
    try:
        exhibition.catalogue.artists.pause("ada", "the light is gone", who="ann")
        page.get_by_text("it is paused: the light is gone.").wait_for()
        assert page.locator(".newest").bounding_box() == before
        exhibition.catalogue.artists.resume("ada")
        due(exhibition, time.time() + 600)
        page.get_by_text("Next work").wait_for()
        assert page.locator("time.countdown").inner_text().startswith("in ")
    finally:
        exhibition.catalogue.artists.resume("ada")
    page.close()


def due(exhibition, at: float) -> None:
    with exhibition.catalogue.artists._database.write() as connection:
        connection.execute(update(artists).values(next_due=at))


def test_the_studio_is_updated_live(browser: Browser, address: str, exhibition) -> None:
    artists = exhibition.catalogue.artists
    page = open_page(browser, "desktop")
    page.goto(f"{address}/artists/ada/studio")
    page.get_by_text("Ada is between two works.").wait_for()
    try:
        artists.pause("ada", "the light is gone", who="ann")
        page.get_by_text("Ada is paused: the light is gone.").wait_for()
    finally:
        artists.resume("ada")
    page.get_by_text("Ada is between two works.").wait_for()
    page.close()


@pytest.mark.parametrize("touch", [False, True])
def test_candidates_show_their_names(
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
