"""Every visible change changes validators: the date and the entity tag."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import feedparser
import pytest
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.moderation.decisions import moderate
from scheduler.tuning_updates import update_tuning
from storage.archive.manifest import Tuning
from storage.catalogue import Catalogue
from storage.rebuild import rebuild
from tests.gallery.feeds.json_feed import faults

FEEDS = [
    f"{folder}/feed.{kind}"
    for folder in ("", "/artists/ada", "/concepts/sea")
    for kind in ("atom", "json")
]


@pytest.fixture
def stores(tmp_path: Path, sample) -> Iterator:
    built = sample.build_exhibition(tmp_path, works=6)
    sample.hang(built.catalogue, built.archive, works=2, artist="boris")
    yield built
    built.catalogue.close()


def open_gallery(stores, **settings: object) -> TestClient:
    site = SiteSettings(per_page=4, **settings)
    return TestClient(create_app(stores.catalogue, stores.archive, site=site, limited=False))


@pytest.fixture
def visitor(stores) -> TestClient:
    return open_gallery(stores)


@pytest.fixture
def decide(stores) -> Callable[[str, str], None]:
    def decide_(work: str, visibility: str) -> None:
        artist, _, number = work.partition(":")
        moderate(
            stores.catalogue,
            stores.archive,
            artist,
            int(number),
            visibility,
            "because",
            who="somebody",
        )

    return decide_


def modified(answer) -> datetime:
    return parsedate_to_datetime(answer.headers["last-modified"])


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize("work", ["ada:6", "ada:2"])
def test_whatever_becomes_of_a_work_is_a_change(
    visitor: TestClient, decide, feed: str, work: str
) -> None:
    """Decisions within one second: each must change the validators."""
    before = visitor.get(feed)
    for visibility in ("hidden", "shown", "blurred", "held", "shown"):
        same = {"If-Modified-Since": before.headers["last-modified"]}
        assert visitor.get(feed, headers=same).status_code == 304
        decide(work, visibility)
        after = visitor.get(feed, headers=same)
        assert after.status_code == 200
        assert modified(after) > modified(before)
        assert after.headers["etag"] != before.headers["etag"]
        assert (f"/works/ada/{work[-1]}" in after.text) == (visibility in ("shown", "blurred"))
        tags = {"If-None-Match": before.headers["etag"]}
        assert visitor.get(feed, headers=tags).status_code == 200
        before = visitor.get(feed)
        assert before.headers["etag"] == after.headers["etag"]
        tags = {"If-None-Match": before.headers["etag"], "If-Modified-Since": "never"}
        assert visitor.get(feed, headers=tags).status_code == 304


def test_a_tag_outranks_a_date(visitor: TestClient) -> None:
    first = visitor.get("/feed.atom")
    asked = {"If-None-Match": '"other"', "If-Modified-Since": first.headers["last-modified"]}
    assert visitor.get("/feed.atom", headers=asked).status_code == 200


def test_changes_of_other_artists_do_not_count(visitor: TestClient, decide) -> None:
    first = visitor.get("/artists/ada/feed.atom")
    decide("boris:1", "hidden")
    asked = {"If-Modified-Since": first.headers["last-modified"]}
    assert visitor.get("/artists/ada/feed.atom", headers=asked).status_code == 304


@pytest.mark.parametrize("feed", FEEDS)
def test_a_new_title_is_a_change_and_times_never_decrease(stores, feed: str) -> None:
    first = open_gallery(stores).get(feed)
    renamed = open_gallery(stores, title="Another Name")
    asked = {"If-Modified-Since": first.headers["last-modified"]}
    after = renamed.get(feed, headers=asked)
    assert (after.status_code, modified(after) > modified(first)) == (200, True)
    back = open_gallery(stores).get(feed, headers=asked)
    assert (back.status_code, modified(back) > modified(after)) == (200, True)


def test_times_do_not_depend_on_who_asks_how(stores, visitor: TestClient) -> None:
    first = visitor.get("/feed.atom")
    other = visitor.get("/feed.atom", headers={"Host": "elsewhere.example"})
    again = open_gallery(stores).get("/feed.atom")
    assert "elsewhere.example" in other.text
    assert modified(first) == modified(other) == modified(again)


def test_a_rebuilt_catalogue_does_not_decrease_times(stores, tmp_path: Path, decide) -> None:
    decide("ada:6", "hidden")
    before = open_gallery(stores).get("/feed.atom")
    for artist in stores.catalogue.artists.all():
        stores.archive.append(artist.created)
    again = Catalogue(f"sqlite:///{tmp_path / 'again.db'}")
    rebuild(stores.archive, again)
    app = create_app(again, stores.archive, site=SiteSettings(), limited=False)
    after = TestClient(app).get("/feed.atom")
    assert modified(after) >= modified(before)
    for work in stores.catalogue.works.all():
        there = again.works.get(work.id)
        assert there is not None and there.changed_at == work.changed_at
    again.close()


def test_changed_entries_have_a_new_date(visitor: TestClient, decide) -> None:
    """Otherwise a feed reader would still show a picture that is blurred now."""
    born = datetime.now(UTC).replace(microsecond=0)
    before = {entry.id: entry for entry in feedparser.parse(visitor.get("/feed.atom").text).entries}
    decide("ada:4", "blurred")
    for entry in feedparser.parse(visitor.get("/feed.atom").text).entries:
        earlier = before[entry.id]
        assert entry.published == earlier.published
        if entry.link.endswith("/ada/4"):
            assert entry.updated >= born.strftime("%Y-%m-%dT%H:%M:%SZ")
        else:
            assert entry.updated == earlier.updated
    feed = visitor.get("/feed.json").json()
    assert faults(feed) == []
    told = [item["url"] for item in feed["items"] if "date_modified" in item]
    assert [url.rpartition("/works/")[2] for url in told] == ["ada/4"]


def test_sitemaps_have_the_date_of_the_last_change(visitor: TestClient, decide) -> None:
    def changed() -> dict[str, str]:
        text = visitor.get("/sitemaps/ada/0.xml").text
        return dict(re.findall(r"/(ada/\d+)</\w+:loc><\w+:lastmod>([^<]+)<", text))

    before = changed()
    decide("ada:4", "blurred")
    after = changed()
    assert {work for work in after if after[work] != before[work]} == {"ada/4"}
    assert after["ada/4"] > before["ada/4"]


@pytest.mark.parametrize("file", ["works.csv", "concepts.csv", "distances.csv", "map.json"])
def test_files_of_an_artist_change_with_its_works(visitor: TestClient, decide, file: str) -> None:
    address = f"/artists/ada/{file}"
    first = visitor.get(address)
    asked = {"If-None-Match": first.headers["etag"]}
    assert visitor.get(address, headers=asked).status_code == 304
    decide("ada:4", "hidden")
    after = visitor.get(address, headers=asked)
    if file in ("works.csv", "map.json"):
        assert (after.status_code, after.text != first.text) == (200, True)
    assert after.status_code in (200, 304)


def test_a_tuning_changes_the_artists_page(stores, visitor: TestClient) -> None:
    first = visitor.get("/artists/ada")
    update_tuning(stores.catalogue, stores.archive, "ada", tuning=Tuning(beta=0.3), who="somebody")
    asked = {"If-None-Match": first.headers["etag"]}
    assert open_gallery(stores).get("/artists/ada", headers=asked).status_code == 200


def test_decisions_of_this_process_apply_at_once(visitor: TestClient, decide) -> None:
    """Cached responses from before the decision must not be used."""
    pages = ("/", "/artists/ada", "/api/v1/works", "/artists/ada/map.json", "/sitemaps/ada/0.xml")
    for page in pages:
        assert re.search(r"works/ada/6\b", visitor.get(page).text)
    decide("ada:6", "hidden")
    for page in pages:
        assert not re.search(r"works/ada/6\b", visitor.get(page).text), page


@pytest.mark.parametrize("tags", ["", "W/", '"other",', ",", '""'])
def test_answers_without_a_tag_match_none(visitor: TestClient, tags: str) -> None:
    for _ in range(2):
        assert visitor.get("/api/v1/works", headers={"If-None-Match": tags}).status_code == 200
