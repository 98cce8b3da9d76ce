"""Pages of a feed (RFC 5005), thumbnails (Media RSS) and the hub (WebSub), for a reader."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import feedparser
import pytest
from PIL import Image
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.feeds import feed as feeds

HUB = "https://hub.example.org/"


@pytest.fixture
def reader(exhibition, monkeypatch) -> TestClient:
    """A reader of feeds whose documents list three works or two hours."""
    monkeypatch.setattr(feeds, "ENTRIES", 3)
    monkeypatch.setattr(feeds, "DAY", 2 * 3600.0)
    app = create_app(exhibition.catalogue, exhibition.archive, site=SiteSettings(hub=HUB))
    return TestClient(app)


def link(feed, rel: str) -> str | None:
    return next((link.href for link in feed.feed.links if link.rel == rel), None)


def documents(reader: TestClient, address: str) -> list:
    found = []
    while address:
        found.append(feedparser.parse(reader.get(address).content))
        assert not found[-1].bozo and link(found[-1], "self").endswith(address)
        address = (link(found[-1], "next") or "").removeprefix("http://testserver")
    return found


@pytest.mark.parametrize("folder", ["", "/artists/ada"])
def test_pages_hold_every_work_once(reader, exhibition, folder: str) -> None:
    found = documents(reader, f"{folder}/feed.atom")
    assert len(found) > 2
    links = [entry.link for document in found for entry in document.entries]
    assert links == [
        f"http://testserver/works/ada/{manifest.number}"
        for manifest in reversed(exhibition.manifests)
    ]
    assert len({document.feed.id for document in found}) == 1
    assert {link(document, "first") for document in found} == {
        f"http://testserver{folder}/feed.atom"
    }


def test_a_page_holds_a_day_at_least(reader, exhibition) -> None:
    made = {f"{m.composition.title} {m.number}": m.finished_at for m in exhibition.manifests}
    assert len(made) == 30
    for document in documents(reader, "/feed.atom")[:-1]:
        times = [
            datetime(*entry.published_parsed[:6], tzinfo=UTC).timestamp()
            for entry in document.entries
        ]
        next_one = feedparser.parse(
            reader.get(link(document, "next").removeprefix("http://testserver")).content
        ).entries[0]
        missed = datetime(*next_one.published_parsed[:6], tzinfo=UTC).timestamp()
        assert times[0] - missed > 2 * 3600
        assert len(times) >= 3


def test_json_feed_has_the_same_pages(reader) -> None:
    atom = documents(reader, "/feed.atom")
    address, titles = "/feed.json", []
    while address:
        document = reader.get(address).json()
        titles.append([item["title"] for item in document["items"]])
        address = document.get("next_url", "").removeprefix("http://testserver")
    assert titles == [[entry.title for entry in document.entries] for document in atom]


def test_a_concept_has_pages_too(reader, exhibition) -> None:
    concept = exhibition.manifests[0].composition.concepts[0]
    found = documents(reader, f"/concepts/{concept}/feed.atom")
    shown = [m for m in exhibition.manifests if concept in m.composition.concepts]
    assert sum(len(document.entries) for document in found) == len(shown)


def test_a_cursor_that_is_none(reader) -> None:
    assert reader.get("/feed.atom?before=ada:999").status_code == 400


def test_thumbnails_are_as_large_as_they_say(reader) -> None:
    entry = feedparser.parse(reader.get("/feed.atom").content).entries[0]
    (thumbnail,) = entry.media_thumbnail
    picture = reader.get(thumbnail["url"].removeprefix("http://testserver"))
    with Image.open(BytesIO(picture.content)) as opened:
        assert opened.size == (int(thumbnail["width"]), int(thumbnail["height"]))


def test_the_hub_is_named_where_there_is_one(reader, exhibition) -> None:
    for kind in ("atom", "json"):
        answer = reader.get(f"/artists/ada/feed.{kind}")
        assert answer.links["hub"]["url"] == HUB
        assert answer.links["self"]["url"] == f"http://testserver/artists/ada/feed.{kind}"
    assert link(feedparser.parse(reader.get("/feed.atom").content), "hub") == HUB
    assert reader.get("/feed.json").json()["hubs"] == [{"type": "WebSub", "url": HUB}]
    alone = TestClient(create_app(exhibition.catalogue, exhibition.archive, site=SiteSettings()))
    answer = alone.get("/feed.atom")
    assert "link" not in answer.headers and b'rel="hub"' not in answer.content
