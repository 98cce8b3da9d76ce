"""Feeds, parsed as by a feed reader."""

from __future__ import annotations

import re
from datetime import timedelta

import feedparser
import pytest
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app


@pytest.fixture(scope="module")
def feed(visitor: TestClient):
    return feedparser.parse(visitor.get("/feed.atom").content)


def test_feed_is_well_formed_and_newest_first(feed, exhibition) -> None:
    assert not feed.bozo
    assert feed.version == "atom10"
    newest = exhibition.manifests[-1]
    assert feed.entries[0].title == newest.composition.title
    assert feed.entries[0].link == "http://testserver/works/ada/30"
    assert {category.term for category in feed.entries[0].tags} == set(newest.composition.concepts)
    assert "<img" in feed.entries[0].content[0].value
    times = [entry.published_parsed for entry in feed.entries]
    assert times == sorted(times, reverse=True)
    assert feed.entries[0].enclosures[0].type == "image/jpeg"


def test_pages_link_to_the_feed(visitor: TestClient) -> None:
    page = visitor.get("/").text
    found = re.search(
        r'rel="alternate" type="application/atom\+xml" title="[^"]+" href="([^"]+)"', page
    )
    assert found and visitor.get(found.group(1)).headers["content-type"].startswith(
        "application/atom+xml"
    )


def test_ids_survive_a_move_of_domain(feed, exhibition) -> None:
    site = SiteSettings(base_url="https://art.example.org/gallery/")
    moved = TestClient(create_app(exhibition.catalogue, exhibition.archive, site=site))
    there = feedparser.parse(moved.get("/feed.atom").content)
    assert there.feed.id == feed.feed.id
    assert [entry.id for entry in there.entries] == [entry.id for entry in feed.entries]
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)
    assert all(re.fullmatch(r"tag:[\w.-]+,\d{4}-\d\d-\d\d:[\w./-]+", e.id) for e in feed.entries)
    assert there.entries[0].link == "https://art.example.org/gallery/works/ada/30"


def test_reader_does_not_fetch_twice(visitor: TestClient, exhibition) -> None:
    first = visitor.get("/feed.atom")
    assert (
        visitor.get("/feed.atom", headers={"If-None-Match": first.headers["etag"]}).status_code
        == 304
    )
    modified = first.headers["last-modified"]
    assert visitor.get("/feed.atom", headers={"If-Modified-Since": modified}).status_code == 304
    born = exhibition.manifests[0].started_at - timedelta(days=1)
    old = born.strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert visitor.get("/feed.atom", headers={"If-Modified-Since": old}).status_code == 200
    assert visitor.get("/feed.atom", headers={"If-Modified-Since": "yesterday"}).status_code == 200
    assert visitor.get("/feed.atom", headers={"If-None-Match": '"other"'}).status_code == 200


def test_pictures_are_cacheable_without_limit(visitor: TestClient, exhibition) -> None:
    address = f"/images/{exhibition.manifests[0].painting.image}/480.webp"
    first = visitor.get(address)
    assert "immutable" in first.headers["cache-control"]
    assert visitor.get(address, headers={"If-None-Match": first.headers["etag"]}).status_code == 304
