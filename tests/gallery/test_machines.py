"""Interfaces for programs: the JSON API and its cursors, JSON Feed, sitemaps."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from tests.gallery.feeds.json_feed import faults

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def test_cursors_reach_every_work_once(visitor: TestClient) -> None:
    address, seen = "/api/v1/works?limit=7", []
    while address:
        answer = visitor.get(address)
        assert answer.status_code == 200
        seen += [work["number"] for work in answer.json()["works"]]
        address = answer.json()["next"]
    assert seen == list(range(30, 0, -1))


def test_works_are_found_by_concept_and_artist(visitor: TestClient, exhibition) -> None:
    concept = exhibition.manifests[9].inspiration.concept
    mine = [m.work for m in exhibition.manifests if concept in m.composition.concepts]
    found = visitor.get("/api/v1/works", params={"concept": concept, "limit": 100}).json()
    assert [work["id"] for work in found["works"]] == mine[::-1]
    assert visitor.get("/api/v1/works?artist=nobody").json() == {"works": [], "next": None}


def test_a_work_has_its_details(visitor: TestClient, exhibition) -> None:
    manifest = exhibition.manifests[11]
    story = visitor.get("/api/v1/works/ada/12").json()
    assert story["prompt"] == manifest.composition.prompt
    assert (story["plan"], story["statements"]) == (None, [])
    assert len(story["candidates"]) == len(manifest.inspiration.candidates)
    assert story["pool_after"] == manifest.judgement.pool_after.model_dump(mode="json")
    picture = visitor.get(story["picture"]["url"])
    assert picture.headers["content-type"] == story["picture"]["media_type"]
    assert visitor.get(story["picture"]["copies"]["480"]).status_code == 200
    assert visitor.get(story["url"]).status_code == 200
    assert visitor.get("/api/v1/artists/ada").json()["works"] == 30


def test_hidden_prompts_stay_hidden(exhibition) -> None:
    site = SiteSettings(show_prompt=False)
    client = TestClient(create_app(exhibition.catalogue, exhibition.archive, site=site))
    assert client.get("/api/v1/works/ada/12").json()["prompt"] is None
    assert client.get("/api/v1/works").json()["works"][0]["prompt"] is None


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/works?cursor=ada:999", 400),
        ("/api/v1/works?limit=0", 400),
        ("/api/v1/works?limit=many", 400),
        ("/api/v1/works?concept=%00", 400),
        ("/api/v1/works/ada/999", 404),
        ("/api/v1/works/ada/-1", 404),
        ("/api/v1/artists/nobody", 404),
        ("/api/v1/nothing", 404),
        ("/api/v2", 404),
    ],
)
def test_bad_requests_get_a_clear_error(visitor: TestClient, address: str, status: int) -> None:
    answer = visitor.get(address)
    assert answer.status_code == status
    assert answer.json()["status"] == status
    assert answer.json()["error"]


def test_api_is_described(visitor: TestClient) -> None:
    paths = visitor.get("/api/openapi.json").json()["paths"]
    reading = {path for path, calls in paths.items() if "tags" not in calls.get("get", {"tags": 1})}
    assert reading == {
        "/api/v1/artists",
        "/api/v1/artists/{artist}",
        "/api/v1/artists/{artist}/diary",
        "/api/v1/search",
        "/api/v1/works",
        "/api/v1/works/{artist}/{number}",
        "/api/v1/works/{artist}/{number}/similar",
    }


@pytest.mark.parametrize("folder", ["", "/artists/ada", "/concepts/sea"])
def test_json_feed_and_atom_feed_are_equal(visitor: TestClient, folder: str) -> None:
    answer = visitor.get(f"{folder}/feed.json")
    assert answer.headers["content-type"] == "application/feed+json"
    feed = answer.json()
    assert faults(feed) == []
    assert feed["feed_url"] == f"http://testserver{folder}/feed.json"
    assert visitor.get(feed["home_page_url"]).status_code == 200
    ids = [item["id"] for item in feed["items"]]
    atom = visitor.get(f"{folder}/feed.atom").text
    assert re.findall("<entry><id>([^<]+)</id>", atom) == ids
    assert ids
    for item in feed["items"]:
        assert item["content_html"] and item["authors"] and item["tags"]


def test_the_checker_of_feeds_finds_faults(visitor: TestClient) -> None:
    def broken(**changes: object) -> object:
        feed = visitor.get("/feed.json").json()
        feed["items"][0] |= changes
        return feed

    assert faults(broken()) == []
    for changes in (
        {"id": 7},
        {"content_html": None},
        {"date_published": "yesterday"},
        {"url": "/works/ada/1"},
        {"attachments": [{"url": "https://art.example/1"}]},
        {"novelty": 0.5},
        {"id": visitor.get("/feed.json").json()["items"][1]["id"]},
    ):
        assert faults(broken(**changes)), changes


def test_sitemaps_have_every_work(visitor: TestClient) -> None:
    robots = visitor.get("/robots.txt").text
    index = ElementTree.fromstring(visitor.get(re.findall(r"Sitemap: (\S+)", robots)[0]).text)
    pages = []
    for sitemap in index.iter(f"{SITEMAP}loc"):
        block = ElementTree.fromstring(visitor.get(sitemap.text).text)
        pages += [page.text for page in block.iter(f"{SITEMAP}loc")]
    assert len(pages) == len(set(pages)) == 31
    assert all(visitor.get(page).status_code == 200 for page in pages[:3])
    assert visitor.get("/sitemaps/ada/7.xml").status_code == 404
    assert visitor.get("/sitemaps/ada/x.xml").status_code == 404
