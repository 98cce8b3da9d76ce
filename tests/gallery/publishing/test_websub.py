"""The WebSub hub: told once of each work's feeds, and again only where that did not arrive."""

from __future__ import annotations

from urllib.parse import parse_qs

import feedparser
import pytest
from starlette.testclient import TestClient

from gallery import create_app
from gallery.publishing.channel import ChannelRefused, Rejected, RetryLater, judge
from gallery.publishing.websub import REFUSALS, WebSub
from gallery.urls import Urls
from tests.gallery.publishing.conftest import SITE


def hub(address: str, path: str = "/hook") -> WebSub:
    return WebSub(f"{address}{path}", Urls.public(SITE))


def test_the_hub_hears_of_every_feed_that_lists_the_work(remotes, stores, ask, publisher) -> None:
    ask("websub", "ada:3")
    publishing = publisher({"websub": hub(remotes.address)})
    assert publishing.publish_due() == 1
    assert publishing.publish_due() == 0
    (came,) = remotes.hooks
    assert came["headers"]["content-type"] == "application/x-www-form-urlencoded"
    told = parse_qs(came["body"])
    assert told["hub.mode"] == ["publish"]
    assert stores.catalogue.outbox.of_work("ada:3")[0].state == "sent"
    concepts = stores.manifests[2].composition.concepts
    assert len(told["hub.url"]) == 2 * (2 + len(concepts))
    reader = TestClient(create_app(stores.catalogue, stores.archive, site=SITE))
    for address in told["hub.url"]:
        answer = reader.get(address.removeprefix(SITE.base_url))
        assert answer.status_code == 200, address
        if address.endswith(".atom"):
            links = [entry.link for entry in feedparser.parse(answer.content).entries]
        else:
            links = [item["url"] for item in answer.json()["items"]]
        assert f"{SITE.base_url}/works/ada/3" in links


def test_a_hub_that_is_away_is_told_later(stores, ask, publisher) -> None:
    ask("websub")
    publisher({"websub": hub("http://127.0.0.1:9")}).publish_due()
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert (row.state, row.attempts) == ("waiting", 1)
    assert "WebSub hub can't be reached" in row.detail


@pytest.mark.parametrize(
    ("status", "error"),
    [(503, RetryLater), (429, RetryLater), (404, ChannelRefused), (400, Rejected)],
)
def test_what_a_refusal_means(status: int, error: type[Exception]) -> None:
    import httpx2

    with pytest.raises(error, match=str(status)):
        judge(httpx2.Response(status), "the WebSub hub", refusals=REFUSALS)
