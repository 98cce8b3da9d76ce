"""A work's making, its forks, and a concept's page in a real browser, with and without scripts.

They need Debian's Chromium and are skipped where it is absent.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Browser, Page

from gallery import SiteSettings, create_app
from tests.gallery.browser.visits import NEEDS_CHROMIUM, SIZES, open_page, served, violations
from worker.stages import store_stages

pytestmark = NEEDS_CHROMIUM

STAGES = 4


@pytest.fixture(scope="module")
def place(tmp_path_factory, sample) -> Iterator[str]:
    """A gallery with stages of ada:6, and an artist that was begun from ada:5."""
    folder: Path = tmp_path_factory.mktemp("parts")
    built = sample.build_exhibition(folder, works=8)
    fork = sample.Life("fork")
    fork.created = fork.created.model_copy(update={"forked_from": "ada:5"})
    built.catalogue.artists.add(fork.created)
    for _ in range(3):
        manifest = fork.cycle(built.archive)
        built.archive.save_manifest(manifest)
        built.catalogue.restore_work(manifest)
    painted = built.manifests[5].painting.image
    with Image.open(io.BytesIO(built.archive.read_image(painted)[0])) as picture:
        small = picture.convert("RGB").resize((320, 240))
    stages = []
    for radius in range(STAGES, 0, -1):
        file = io.BytesIO()
        small.filter(ImageFilter.GaussianBlur(4 * radius)).save(file, "WEBP")
        stages.append(file.getvalue())
    store_stages(built.archive, painted, stages, "plan")
    with served(create_app(built.catalogue, built.archive, site=SiteSettings())) as address:
        yield address
    built.catalogue.close()


def begin(browser: Browser, size: str, **options: object) -> tuple[Page, list[str], list[str]]:
    page = open_page(browser, size, **options)
    complaints: list[str] = []
    fetched: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: fetched.append(request.url))
    return page, complaints, fetched


@pytest.mark.parametrize("size", SIZES)
def test_a_making_is_played_scrubbed_and_stepped(browser: Browser, place: str, size: str) -> None:
    page, complaints, fetched = begin(browser, size, reduced_motion="reduce")
    page.goto(f"{place}/works/ada/6", wait_until="networkidle")
    assert not any("/stages/" in url for url in fetched), "nothing is loaded before it is wanted"
    page.locator(".replay summary").focus()
    page.keyboard.press("Enter")
    told = page.locator(".player output")
    told.wait_for()
    opened = page.evaluate("window.shift")
    assert told.inner_text() == "finished", "nothing moves by itself where less motion is wanted"
    page.keyboard.press("ArrowLeft")
    assert told.inner_text() == f"{STAGES} of {STAGES}"
    slider = page.get_by_role("slider", name="Stage")
    slider.fill("1")
    assert told.inner_text() == f"2 of {STAGES}"
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert told.inner_text() == f"3 of {STAGES}"
    page.wait_for_load_state("networkidle")
    assert sum("/stages/" in url for url in fetched) == STAGES
    page.get_by_role("button", name="Play").click()
    page.get_by_text("finished", exact=True).wait_for()
    page.get_by_role("button", name="Play").wait_for()
    assert page.evaluate("window.shift") == opened, "nothing moves but what the reader opened"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []
    assert complaints == []
    page.close()


def test_a_making_plays_by_itself_once_opened(browser: Browser, place: str) -> None:
    page, _, _ = begin(browser, "desktop")
    page.goto(f"{place}/works/ada/6")
    page.locator(".replay summary").click()
    page.get_by_role("button", name="Pause").wait_for()
    page.get_by_text("finished", exact=True).wait_for()
    page.close()


def test_without_scripts_all_stages_are_a_sheet(browser: Browser, place: str) -> None:
    page, _, fetched = begin(browser, "desktop", java_script_enabled=False)
    page.goto(f"{place}/works/ada/6")
    page.locator(".replay summary").click()
    for i in range(STAGES + 1):
        assert page.locator(".stages img").nth(i).is_visible()
    page.wait_for_load_state("networkidle")
    assert sum("/stages/" in url for url in fetched) == STAGES
    page.goto(f"{place}/works/ada/5")
    assert page.locator(".replay").count() == 0
    page.close()


@pytest.mark.parametrize("size", SIZES)
def test_forks_stand_beside_each_other(browser: Browser, place: str, size: str) -> None:
    page, complaints, _ = begin(browser, size)
    page.goto(f"{place}/artists/ada", wait_until="networkidle")
    page.get_by_role("link", name="beside it, from no. 5 on").click()
    page.wait_for_url("**/works/ada/5#forks")
    command = page.locator(".command").inner_text()
    assert command == "artist create NAME --fork ada:5 --beta 0.6"
    rows = page.locator(".lives > li")
    assert rows.count() == 2
    paths = "links => links.map(link => link.pathname)"
    own, fork = (rows.nth(i).locator("ol a").evaluate_all(paths) for i in (0, 1))
    assert own == ["/works/ada/6", "/works/ada/7", "/works/ada/8"]
    assert fork == ["/works/fork/1", "/works/fork/2", "/works/fork/3"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []
    assert complaints == []
    page.close()


@pytest.mark.parametrize("size", SIZES)
def test_a_concept_tells_why_it_came(browser: Browser, address: str, exhibition, size: str) -> None:
    manifest = exhibition.manifests[19]
    concept = manifest.inspiration.concept
    page, complaints, _ = begin(browser, size)
    page.goto(f"{address}/concepts/{concept}", wait_until="networkidle")
    assert page.evaluate("window.shift") == 0
    told = page.locator("section.came").inner_text()
    assert "no. 20" in told and "It joined sea, sky" in told and "β = 0.7" in told
    assert page.locator(".company li").first.inner_text()
    assert page.get_by_text("first on").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []
    assert complaints == []
    page.goto(f"{address}/concepts/sea")
    assert page.get_by_text("A seed of Ada").is_visible()
    assert page.locator("section.came").count() == 0
    page.close()


def test_the_map_has_groups_and_a_line_through_time(browser: Browser, address: str) -> None:
    page, complaints, fetched = begin(browser, "desktop", reduced_motion="reduce")
    points = page.request.get(f"{address}/map.json").json()
    assert points["groups"]
    page.goto(f"{address}/map", wait_until="networkidle")
    drawn = "document.querySelector('canvas').toDataURL()"
    before = page.evaluate(drawn)
    switch = page.get_by_role("button", name="Time")
    switch.click()
    assert switch.get_attribute("aria-pressed") == "false"
    page.wait_for_function(f"before => {drawn} !== before", arg=before)
    page.locator("canvas").focus()
    with page.expect_response(lambda response: response.url.endswith("480.webp")):
        for _ in range(3):
            page.keyboard.press("+")
    page.wait_for_load_state("networkidle")
    large = {url for url in fetched if url.endswith("480.webp")}
    assert 0 < len(large) < 12, "larger copies of the works in sight alone"
    assert violations(page) == []
    assert complaints == []
    page.close()
