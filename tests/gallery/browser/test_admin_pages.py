"""The admin pages in a real browser: by keyboard, by pointer, and without scripts.

They need Debian's Chromium and are skipped where it is absent.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from gallery.picks_by_beta import pick_at, picks_by_beta
from tests.gallery.browser.visits import (
    NEEDS_CHROMIUM,
    PASSWORD,
    SIZES,
    open_page,
    violations,
)

pytestmark = NEEDS_CHROMIUM

PAGES = (
    "",
    "/artists/ada?beta=0.5",
    "/artists/ada/edit",
    "/create",
    "/works",
    "/works/ada/29",
    "/publications",
    "/spending",
    "/log",
    "/site",
    "/account",
)

PICTURES_KEEP_THEIR_SHAPE = """
() => [...document.querySelectorAll("main img")].every((image) => {
  const shape = image.getAttribute("width") / image.getAttribute("height");
  return Math.abs(image.clientWidth / image.clientHeight / shape - 1) < 0.02;
})
"""


def signed_in(browser: Browser, address: str, size: str, **options: object) -> Page:
    page = open_page(browser, size, **options)
    page.goto(f"{address}/admin/sign-in")
    page.fill("#who", "ann")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin")
    return page


@pytest.mark.parametrize("size", SIZES)
def test_pages_work_by_keyboard_and_are_accessible(
    browser: Browser, address: str, size: str
) -> None:
    page = open_page(browser, size)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
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
    for path in PAGES:
        page.goto(f"{address}/admin{path}")
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert violations(page) == []
        assert page.evaluate(PICTURES_KEEP_THEIR_SHAPE)
    assert complaints == []
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/admin/sign-in")
    page.close()


def test_visitors_pages_lead_back_for_those_who_are_signed_in(
    browser: Browser, address: str
) -> None:
    page = signed_in(browser, address, "desktop")
    page.goto(address)
    page.get_by_role("link", name="Admin", exact=True).click()
    page.wait_for_url("**/admin")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/admin/sign-in")
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert page.get_by_role("link", name="Admin", exact=True).count() == 0
    page.close()


def test_a_password_can_be_seen_while_it_is_typed(browser: Browser, address: str) -> None:
    page = open_page(browser, "phone")
    page.goto(f"{address}/admin/sign-in")
    page.fill("#password", "a secret")
    assert page.locator("#password").get_attribute("type") == "password"
    page.get_by_label("show the password").check()
    assert page.locator("#password").get_attribute("type") == "text"
    page.close()


def test_picks_follow_the_slider_at_once(browser: Browser, address: str, exhibition) -> None:
    page = signed_in(browser, address, "desktop")
    page.goto(f"{address}/admin/artists/ada")
    ranges = picks_by_beta(exhibition.manifests[-1].inspiration)
    asked: list[str] = []
    page.get_by_text("It would pick").wait_for()
    page.on("request", lambda request: asked.append(request.url))
    for beta in (0.0, 0.25, 1.0):
        page.fill("#beta", str(beta))
        shown = page.locator(".cards .own h3").inner_text()
        assert shown == f"It would pick “{pick_at(ranges, beta).concept}”"
        lower = page.locator(".near .pick").first.inner_text()
        assert lower == pick_at(ranges, max(0.0, beta - 0.2)).concept
        before = page.locator(".cards .was .pick").inner_text()
        same = "The same pick as now." in page.locator(".cards .own").inner_text()
        assert same == (before == pick_at(ranges, beta).concept)
    assert asked == [], "every pick is known from the first answer"
    slider, card = (page.locator(at).bounding_box() for at in ("#beta", ".cards .own"))
    assert slider is not None and card is not None
    assert 0 < card["y"] - slider["y"] < 200, "the picks are beside the control"
    page.get_by_text("Its pick at every β").click()
    page.get_by_role("button", name="Strange").click()
    page.wait_for_load_state("networkidle")
    assert page.input_value("#beta") == "1"
    assert page.input_value("#floor") == "90"
    assert any("floor_percent=90" in address for address in asked)
    assert page.locator("#ranges").get_attribute("open") is not None, "an open table stays so"
    assert page.locator("#unsaved").inner_text() == "Not saved yet."
    page.get_by_text("What is picked", exact=True).click()
    page.fill("#candidates", "none")
    page.keyboard.press("Tab")
    page.get_by_text("Write a whole number").first.wait_for()
    page.close()


def test_tuning_works_without_scripts(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "phone", java_script_enabled=False)
    page.goto(f"{address}/admin/artists/ada")
    page.get_by_role("button", name="Gentle").click()
    assert page.get_by_text("It would pick").is_visible()
    assert page.input_value("#beta") == "0.55"
    assert page.get_by_role("button", name="Gentle").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="Show its next pick").click()
    assert page.input_value("#beta") == "0.55"
    assert page.input_value("#every_number") == "15"
    page.close()


def test_all_works_of_a_page_are_ticked_at_once(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "desktop")
    page.goto(f"{address}/admin/works?first=1&last=9")
    page.get_by_label("tick all on this page").check()
    assert page.locator(".grid input:checked").count() == 9
    assert page.get_by_text("9 are ticked.").is_visible()
    hide = page.get_by_role("button", name="Hide").bounding_box()
    assert hide is not None and hide["y"] < 900, "the buttons are in sight above a long page"
    page.close()
