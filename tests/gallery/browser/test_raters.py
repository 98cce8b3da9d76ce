"""A rater answers a study in a real browser, and the gallery stores the answers."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from cas.experiments.study import Item, plan
from cas.experiments.study_files import read_answers, read_pairs
from cas.experiments.study_page import write_study
from gallery import SiteSettings, create_app
from gallery.study_answers import Study
from tests.gallery.browser.visits import NEEDS_CHROMIUM, open_page, served, violations

pytestmark = NEEDS_CHROMIUM


def test_a_raters_answers_are_sent_automatically(
    browser: Browser, exhibition, tmp_path: Path
) -> None:
    items = [
        Item(f"{policy}-{n}", policy, f"{policy} {n}")
        for policy in ("CAS", "Random")
        for n in range(3)
    ]
    pairs = plan(items, raters=1, pages=3, shared=1, checks=1, seed=0)
    (token,) = write_study(tmp_path, items, pairs)
    study = Study(tmp_path)
    app = create_app(exhibition.catalogue, exhibition.archive, site=SiteSettings(), study=study)
    with served(app) as address:
        page = open_page(browser, "phone")
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(f"{address}/study/?rater={token}")
        for _ in range(3):
            assert violations(page) == []
            for choice in page.get_by_text("Left").all():
                choice.click()
            page.get_by_role("button", name="Next").click()
        page.get_by_text("Your answers have arrived").wait_for()
        assert complaints == []
        page.goto(f"{address}/study/?rater={token[:8]}")
        page.get_by_text("Your address is not whole").wait_for()
        assert not page.locator("figure").count()
        page.goto(f"{address}/study/?rater={'f' * 32}")
        page.get_by_text("This study does not know you").wait_for()
        page.close()
    kept = tmp_path / "answers" / f"answers-{token[:8]}.csv"
    answers = read_answers([kept], read_pairs(tmp_path / "pairs.csv"))
    assert len(answers) == 3 * 2 and {answer.choice for answer in answers} == {"left"}
