"""The documents that other servers read."""

from __future__ import annotations

from io import BytesIO

import httpx2
import pytest
from PIL import Image
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.fediverse import Federation
from gallery.fediverse.documents import hashtag

BASE = "https://art.example.org"


@pytest.fixture
def client(stores) -> TestClient:
    site = SiteSettings(base_url=BASE, fediverse=True, per_page=2)
    federation = Federation.of(stores.catalogue, site, secret=b"s" * 32, tags=("GenerativeArt",))
    app = create_app(stores.catalogue, stores.archive, site=site, federation=federation)
    return TestClient(app, base_url=BASE)


def test_webfinger(client) -> None:
    for resource in (
        "acct:ada@art.example.org",
        "acct:Ada@ART.example.org",
        f"{BASE}/ap/actors/ada",
        f"{BASE}/artists/ada",
    ):
        found = client.get("/.well-known/webfinger", params={"resource": resource})
        assert found.status_code == 200, resource
        assert found.headers["content-type"].startswith("application/jrd+json")
        assert found.json()["subject"] == "acct:ada@art.example.org"
        assert f"{BASE}/ap/actors/ada" in [link["href"] for link in found.json()["links"]]
    for resource in ("acct:ada@example.org", "acct:nobody@art.example.org", "ada", ""):
        found = client.get("/.well-known/webfinger", params={"resource": resource})
        assert found.status_code == 404, resource
    assert client.get("/.well-known/webfinger").status_code == 400


def test_nodeinfo(client) -> None:
    (link,) = client.get("/.well-known/nodeinfo").json()["links"]
    found = client.get(link["href"].removeprefix(BASE)).json()
    assert found["version"] == "2.1" and found["protocols"] == ["activitypub"]
    assert found["usage"] == {"users": {"total": 1}, "localPosts": 3}


def test_actor(client) -> None:
    answer = client.get("/ap/actors/ada")
    assert answer.headers["content-type"] == "application/activity+json"
    actor = answer.json()
    assert actor["type"] == "Service" and actor["discoverable"] is True
    assert actor["publicKey"]["owner"] == actor["id"] == f"{BASE}/ap/actors/ada"
    assert "PRIVATE" not in answer.text
    picture = client.get(actor["icon"]["url"].removeprefix(BASE))
    with Image.open(BytesIO(picture.content)) as opened:
        assert opened.width == opened.height == 400


def test_outbox_is_paged(client) -> None:
    outbox = client.get("/ap/actors/ada/outbox").json()
    assert outbox["totalItems"] == 3
    first = client.get(outbox["first"].removeprefix(BASE)).json()
    second = client.get(first["next"].removeprefix(BASE)).json()
    assert "next" not in second
    numbers = [
        item["object"]["id"].rpartition("/")[2]
        for page in (first, second)
        for item in page["orderedItems"]
    ]
    assert numbers == ["3", "2", "1"]


def test_followers_are_counted_and_not_named(client) -> None:
    followers = client.get("/ap/actors/ada/followers").json()
    assert followers["totalItems"] == 0 and "first" not in followers


def test_note(client, stores) -> None:
    note = client.get("/ap/works/ada/3").json()
    work = stores.manifests[2]
    assert note["to"] == ["https://www.w3.org/ns/activitystreams#Public"]
    assert note["url"] == f"{BASE}/works/ada/3"
    (picture,) = note["attachment"]
    assert picture["url"] == f"{BASE}/works/ada/3/original"
    assert work.composition.title in picture["name"]
    assert "#GenerativeArt" in [tag["name"] for tag in note["tag"]]
    assert note["sensitive"] is False and note["summary"] is None
    assert client.get("/ap/works/ada/3/create").json()["object"]["id"] == note["id"]
    assert client.get("/ap/works/ada/4").status_code == 404


def test_pages_name_the_documents(client) -> None:
    for page, document in (("/works/ada/3", "/ap/works/ada/3"), ("/artists/ada", "/ap/actors/ada")):
        named = f'<link rel="alternate" type="application/activity+json" href="{BASE}{document}">'
        assert named in client.get(page).text
    assert "@ada@art.example.org" in client.get("/artists/ada").text


def test_it_is_off_by_default(stores) -> None:
    client = TestClient(create_app(stores.catalogue, stores.archive, site=SiteSettings()))
    for path in ("/ap/actors/ada", "/.well-known/webfinger?resource=acct:ada@testserver"):
        assert client.get(path).status_code == 404
    assert client.post("/ap/inbox").status_code in (404, 405)
    assert "activity+json" not in client.get("/works/ada/3").text


@pytest.mark.parametrize(
    ("concept", "tag"),
    [("sea", "sea"), ("ukiyo-e", "UkiyoE"), ("still life", "StillLife"), ("1900", ""), ("–", "")],
)
def test_hashtags(concept: str, tag: str) -> None:
    assert hashtag(concept) == tag


def test_replies_are_shown_as_text(town, strangers, stranger) -> None:
    """A reply that a person allowed stands on the work's page, and none of its markup."""
    actor = strangers.settle("bob")
    note = {
        "id": f"{actor}/notes/1",
        "url": "javascript:alert(1)",
        "type": "Note",
        "attributedTo": actor,
        "inReplyTo": f"{town.address}/works/ada/1",
        "cc": "https://www.w3.org/ns/activitystreams#Public",
        "content": (
            "<p>One &lt;b&gt; <img src=x onerror=alert(1)></p><p>Two<br>three</p><svg>four</svg>"
        ),
    }
    create = {"id": f"{actor}/1", "type": "Create", "actor": actor, "object": note}
    stranger.post(f"{town.actor}/inbox", create, actor=actor, key=stranger.key_of("bob"))
    (reply,) = town.catalogue.fediverse.reactions.replies("held")
    assert reply.text == "One <b>\nTwo\nthree"
    assert "Two" not in httpx2.get(f"{town.address}/works/ada/1").text
    town.catalogue.fediverse.reactions.decide(note["id"], "allowed")
    town.catalogue.works.moderate("ada:3", "shown", "")  # caches of pages are emptied
    page = httpx2.get(f"{town.address}/works/ada/1").text
    assert "One &lt;b&gt;" in page and "onerror" not in page and "javascript:" not in page
