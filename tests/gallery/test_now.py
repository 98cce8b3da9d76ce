"""The front page: what happens now, the newest work and why; the places of the gallery."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.live_status import LATE_SECONDS, busiest
from storage.archive.plan import Actor, Pigment, Plan, Setting
from storage.catalogue.db.tables import artists
from tests.cycles import claimed, commit, reschedule


@pytest.fixture
def home(empty, sample) -> Iterator[tuple]:
    """One artist with four works, and a visitor."""
    built = sample.hang(empty.catalogue, empty.archive, works=4, artist="boreas")
    with empty.catalogue.artists._database.write() as connection:
        connection.execute(update(artists).where(artists.c.name == "ada").values(retired=True))
    app = create_app(empty.catalogue, empty.archive, site=SiteSettings(), limited=False)
    with TestClient(app) as visitor:
        yield empty.catalogue, built.manifests, visitor


def text_of(page: str, within: str) -> str:
    """The text of the first element with this class, without tags."""
    found = re.search(rf'<(\w+)[^>]*class="{within}[^"]*".*?</\1>', page, re.DOTALL)
    assert found, f"no {within}"
    return " ".join(unescape(re.sub(r"<[^>]+>", "", found.group())).split())


def due(catalogue, at: float) -> None:
    with catalogue.artists._database.write() as connection:
        connection.execute(update(artists).values(next_due=at))


def test_the_first_screen_says_why_the_newest_came_to_be(visitor: TestClient, exhibition) -> None:
    page = visitor.get("/").text
    newest = exhibition.manifests[-1]
    assert f'data-work="{newest.work}"' in page
    assert "Ada is a computer program that paints on its own" in text_of(page, "what")
    reason = text_of(page, "reason")
    assert f"Why “{newest.inspiration.concept}”?" in reason
    for candidate in newest.inspiration.candidates[:4]:
        assert candidate.concept in reason
    assert f"See all {len(newest.inspiration.candidates)} concepts" in reason
    assert 'class="heart' in page and 'class="share' in page
    for earlier in exhibition.manifests[-8:-1]:
        assert f'href="/works/ada/{earlier.number}"' in page


def test_pages_of_earlier_releases_are_found(visitor: TestClient) -> None:
    answer = visitor.get("/?before=ada:12", follow_redirects=False)
    assert answer.status_code == 301
    assert answer.headers["location"] == "/works?before=ada%3A12"
    assert "Earlier works" in visitor.get("/?before=ada:12").text


def test_without_its_manifest_the_newest_work_is_shown_all_the_same(
    exhibition, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(exhibition.catalogue, exhibition.archive, site=SiteSettings())
    read = exhibition.archive.read_manifest
    monkeypatch.setattr(exhibition.archive, "read_manifest", lambda *_: read("ada", 999))
    with TestClient(app) as client:
        page = client.get("/").text
    assert exhibition.manifests[-1].inspiration.concept in text_of(page, "reason")
    assert "Why" not in text_of(page, "reason")


def test_the_line_tells_each_step_and_shows_the_sketch(home) -> None:
    catalogue, manifests, visitor = home
    last = manifests[-1]
    plan = Plan(
        setting=Setting(kind="shore"),
        actors=(Actor(concept="kiln", form="kiln"),),
        palette=(Pigment(name="clay", colour="#aa5533", share=1, role="main"),),
        technique="oil",
    )
    cycle = catalogue.cycles.open("boreas", tuning_version=2, every=900)
    told = []
    records = (last.inspiration, last.composition.model_copy(update={"plan": plan}), last.painting)
    for record in records:
        page = visitor.get("/live", params={"mark": busiest(catalogue).mark}).text
        told.append((text_of(page, "doing"), "#aa5533" in page))
        commit(catalogue, claimed(catalogue, cycle.id), record)
    concept = last.inspiration.concept
    assert told == [
        ("Now: it is choosing a concept.", False),
        (f"Now: it is writing the prompt for {concept}.", False),
        (f"Now: it is painting {concept}.", True),
    ]
    assert last.composition.title not in page, "the title may still be held for review"
    assert "Step 3 of 6" in text_of(page, "due")


def test_the_line_says_when_the_next_work_is_due_or_late_or_why_none_comes(home) -> None:
    catalogue, _, visitor = home
    soon = time.time() + 600
    due(catalogue, soon)
    page = visitor.get("/live", params={"mark": busiest(catalogue).mark}).text
    clock = datetime.fromtimestamp(soon, UTC)
    assert text_of(page, "doing") == "Now: it rests."
    assert text_of(page, "due") == f"Next work at {clock:%H:%M} UTC"
    due(catalogue, time.time() - LATE_SECONDS - 60)
    page = visitor.get("/live", params={"mark": busiest(catalogue).mark}).text
    assert text_of(page, "due").startswith("Next work was due")
    catalogue.artists.pause("boreas", "the light is gone", who="ann")
    page = visitor.get("/live", params={"mark": busiest(catalogue).mark}).text
    assert text_of(page, "doing") == "Now: it is paused: the light is gone."
    assert text_of(page, "due") == ""


def test_the_line_names_a_work_that_came_since(home) -> None:
    _, manifests, visitor = home
    page = visitor.get("/live?shown=boreas:3").text
    assert manifests[-1].composition.title.replace("'", "&#39;") in page
    assert "New:" not in visitor.get("/live?shown=boreas:4").text
    answer = visitor.get("/live?mark=invented", follow_redirects=False)
    assert answer.headers["location"] == "/live"


def test_of_several_artists_the_one_at_work_is_told_else_the_next(home) -> None:
    catalogue, manifests, visitor = home
    with catalogue.artists._database.write() as connection:
        connection.execute(update(artists).where(artists.c.name == "ada").values(retired=False))
    due(catalogue, time.time() + 900)
    catalogue.artists.due_within("ada", 60)
    assert busiest(catalogue).artist.name == "ada"
    due(catalogue, 0.0)
    cycle = catalogue.cycles.open("boreas", tuning_version=2, every=900)
    assert busiest(catalogue).artist.name == "boreas"
    commit(catalogue, claimed(catalogue, cycle.id), manifests[-1].inspiration)
    page = visitor.get("/").text
    assert "Boreas" in text_of(page, "doing") and "Two computer programs" in text_of(page, "what")
    failed = claimed(catalogue, cycle.id)
    reschedule(catalogue, failed, seconds=900, reason="the service is away")
    due(catalogue, time.time() + 60)
    catalogue.artists.pause("boreas", "it is away", who="ann")
    assert busiest(catalogue).artist.name == "ada"


def test_what_is_said_of_artists_that_stopped_is_true(home) -> None:
    catalogue, _, visitor = home
    with catalogue.artists._database.write() as connection:
        connection.execute(update(artists).values(retired=True))
    assert text_of(visitor.get("/").text, "what") == "Computer programs painted here on their own."
    assert 'id="live"' not in visitor.get("/").text


@pytest.mark.parametrize("path", ["/", "/works", "/explore", "/vote"])
def test_each_place_is_marked(visitor: TestClient, path: str) -> None:
    page = visitor.get(path).text
    places = page.partition('class="places"')[2].partition("</nav>")[0]
    marked = re.findall(r'href="([^"]+)" aria-current="page"', places)
    assert marked == [path]
    assert re.findall(r'href="([^"]+)"', places) == ["/", "/works", "/explore", "/vote"]


@pytest.mark.parametrize(
    ("path", "place"),
    [("/works/ada/3", "/works"), ("/concepts/sea", "/explore"), ("/votes", "/vote")],
)
def test_pages_within_a_place_mark_it(visitor: TestClient, path: str, place: str) -> None:
    page = visitor.get(path).text
    assert re.findall(r'href="([^"]+)" aria-current="true"', page)[:1] == [place]


def test_a_single_artist_has_no_page_of_artists(visitor: TestClient, home) -> None:
    assert 'href="/artists"' not in visitor.get("/explore").text
    assert 'href="/artists"' in home[2].get("/explore").text


def test_an_exported_page_has_only_what_works_there(exhibition) -> None:
    site = SiteSettings(static=True, base_url="https://art.example")
    with TestClient(create_app(exhibition.catalogue, exhibition.archive, site=site)) as client:
        for path in ("/", "/works", "/explore"):
            page = client.get(path).text
            for absent in ("<form", 'id="live"', "/vote", "/search", "favourites", "/studio"):
                assert absent not in page, (path, absent)
        assert "Why “" in client.get("/").text


def test_captions_tell_what_came_and_what_left(visitor: TestClient, exhibition) -> None:
    pages = visitor.get("/works").text + visitor.get("/works?before=ada:19").text
    for manifest in exhibition.manifests[8:]:
        item = pages.partition(f'class="title" href="/works/ada/{manifest.number}"')[2]
        caption = item.partition("</figcaption>")[0]
        assert f">{manifest.inspiration.concept}</a>" in caption
        left = re.search("left the pool: ([^<]+)<", caption)
        told = re.split(", | and ", left.group(1)) if left else []
        assert sorted(told) == sorted(manifest.judgement.departed)
        assert "2026" not in caption
