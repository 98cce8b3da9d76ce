"""How it picks, in a real browser: the sampler in JavaScript against Python, and its page.

They need Debian's Chromium and are skipped where it is absent.
"""

from __future__ import annotations

import os

import numpy as np
import pytest
from playwright.sync_api import Browser

from cas.browser_weights import read_pair
from cas.sampler import CulturalAlienSampler
from cas.tuning import PRESETS
from gallery.html.templating import STATIC
from gallery.pages.explain import PAIR
from gallery.picks_by_beta import picks_by_beta
from tests.gallery.browser.visits import NEEDS_CHROMIUM, SIZES, open_page, violations

pytestmark = NEEDS_CHROMIUM

POOLS = int(os.environ.get("POOLS", "50"))
"""Pools that both pick for; `POOLS=200` takes a minute."""

PICKS = """
async (asked) => {
  const { loadSampler } = await import("/static/sampler.js");
  const sampler = await loadSampler("/static/museums.gz");
  return asked.map(({ pool, preset, seed }) => {
    const begun = performance.now();
    const candidates = sampler.pick(pool, sampler.presets[preset], seed);
    return { candidates, milliseconds: performance.now() - begun };
  });
}
"""


def test_the_browser_picks_what_python_picks(browser: Browser, address: str) -> None:
    file = (STATIC / PAIR).read_bytes()
    python, whole = read_pair(file), CulturalAlienSampler.from_pretrained()
    dice = np.random.default_rng(7)
    vocabulary = list(python.vocabulary)
    asked = [
        {
            "pool": dice.choice(vocabulary, dice.integers(1, 17), replace=False).tolist(),
            "preset": ("default", "paper")[seed % 2],
            "seed": int(seed),
        }
        for seed in dice.integers(0, 2**32, POOLS)
    ]
    page = open_page(browser, "desktop")
    page.goto(f"{address}/about")
    answered = page.evaluate(PICKS, asked)
    page.close()
    same_order = same_as_whole = 0
    for each, answer in zip(asked, answered, strict=True):
        pick = python.sample(each["pool"], tuning=PRESETS[each["preset"]], seed=each["seed"])
        found = answer["candidates"]
        assert found[0]["concept"] == pick.concept
        ranks = {one.concept: (one.coherence_rank, one.context_rank) for one in pick.candidates}
        assert ranks.keys() == {one["concept"] for one in found}
        off = [
            abs(rank - theirs)
            for one in found
            for rank, theirs in zip((one["fit"], one["usual"]), ranks[one["concept"]], strict=True)
        ]
        # Python adds in single precision: two NLLs a millionth apart may change places.
        assert max(off) <= 1
        same_order += not any(off)
        whole_pick = whole.sample(each["pool"], tuning=PRESETS[each["preset"]], seed=each["seed"])
        same_as_whole += whole_pick.concept == pick.concept
    assert same_order >= 0.97 * POOLS
    assert same_as_whole >= 0.95 * POOLS


@pytest.mark.parametrize("size", SIZES)
def test_another_beta_lets_another_word_win(
    browser: Browser, address: str, exhibition, size: str
) -> None:
    page = open_page(browser, size)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{address}/how", wait_until="networkidle")
    assert page.evaluate("window.shift") == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    winners = picks_by_beta(exhibition.manifests[-1].inspiration)
    told = page.locator(".winners .word").all_inner_texts()
    assert told == [one.concept for one in winners] and len(told) > 2
    slider = page.locator("#beta")
    slider.focus()
    for key, expected in (("Home", winners[0]), ("End", winners[-1])):
        page.keyboard.press(key)
        assert page.locator(".winner b").inner_text() == expected.concept
        assert page.locator(".field text.pick").text_content() == expected.concept
    page.locator(".winners button").nth(1).click()
    assert page.locator(".winner b").inner_text() == winners[1].concept
    assert violations(page) == []
    assert complaints == []
    page.close()


def test_words_of_ones_own_join_the_pool(browser: Browser, address: str) -> None:
    page = open_page(browser, "phone")
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(f"{address}/how", wait_until="networkidle")
    assert not any(PAIR in url for url in fetched), "the models are loaded when asked for"
    page.get_by_role("button", name="Load the two models").click()
    page.get_by_text("Picked in").wait_for()
    first = page.locator(".winner b").inner_text()
    page.fill("#word", "Lighthouse")
    page.keyboard.press("Enter")
    page.locator(".own .concepts").get_by_text("lighthouse").wait_for()
    page.get_by_text("Picked in").wait_for()
    page.fill("#word", "qwerty")
    page.keyboard.press("Enter")
    page.get_by_text("The models do not know “qwerty”").wait_for()
    page.get_by_role("button", name="Remove lighthouse").click()
    page.get_by_text("Picked in").wait_for()
    page.wait_for_function(f"document.querySelector('.winner b').textContent === '{first}'")
    assert violations(page) == []
    page.get_by_role("button", name="Back to the artist").click()
    page.get_by_text("own pick again").wait_for()
    page.close()


def test_the_page_reads_well_without_scripts(browser: Browser, address: str, exhibition) -> None:
    page = open_page(browser, "desktop", java_script_enabled=False)
    page.goto(f"{address}/how")
    assert page.locator("#beta").is_hidden() and page.locator(".own").is_hidden()
    pick = exhibition.manifests[-1].inspiration.concept
    assert page.locator(".field text.pick").text_content() == pick
    assert page.locator(".winners li").count() > 2
    page.close()
