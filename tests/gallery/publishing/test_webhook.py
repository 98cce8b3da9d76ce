"""The webhook: signed by the standard, sent at least once, never to private addresses."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace

import httpx2
import pytest
from starlette.testclient import TestClient

from gallery import create_app
from gallery.publishing.channel import ChannelRefused, RetryLater, judge
from gallery.publishing.webhook import REFUSALS, Webhook

SECRET = b"0123456789abcdef0123456789abcdef"


def hook(address: str, path: str = "/hook", **options) -> Webhook:
    return Webhook(f"{address}{path}", SECRET, **{"allow_private": True, **options})


@pytest.mark.parametrize(
    ("said", "seconds"), [(b"120", 120.0), (b"\xb2", None), (b"soon", None), (b"-5", None)]
)
def test_a_busy_webhook_may_set_the_wait(said: bytes, seconds: float | None) -> None:
    answer = httpx2.Response(503, headers=[(b"Retry-After", said)])
    with pytest.raises(RetryLater) as told:
        judge(answer, "the webhook", refusals=REFUSALS)
    assert told.value.seconds == seconds


def test_receivers_can_verify_the_signature(remotes, stores, ask, publisher) -> None:
    ask("webhook")
    assert publisher({"webhook": hook(remotes.address)}).publish_due() == 1
    (came,) = remotes.hooks
    headers = came["headers"]
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{came['body']}".encode()
    expected = base64.b64encode(hmac.new(SECRET, content, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    told = json.loads(came["body"])
    assert told["type"] == "work.published"
    assert told["data"]["url"] == "https://art.example.org/works/ada/1"
    assert told["data"]["alt"].endswith("made by a machine.")
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert (row.state, row.attempts) == ("sent", 1)


@pytest.mark.parametrize("show_prompt", [True, False])
def test_a_message_tells_all_that_the_api_tells(
    remotes, stores, ask, publisher, show_prompt: bool
) -> None:
    ask("webhook")
    publishing = publisher({"webhook": hook(remotes.address)})
    site = publishing.site.model_copy(update={"show_prompt": show_prompt})
    replace(publishing, site=site).publish_due()
    app = create_app(stores.catalogue, stores.archive, site=site)
    answer = TestClient(app).get("/api/v1/works/ada/1").json()
    told = json.loads(remotes.hooks[0]["body"])["data"]["work"]
    assert told == answer
    assert told["candidates"] and bool(told["prompt"]) == show_prompt


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_refused_secret_or_address_is_not_the_posts_fault(status: int) -> None:
    with pytest.raises(ChannelRefused, match=f"answered {status}: "):
        judge(httpx2.Response(status), "the webhook", refusals=REFUSALS)


def test_the_id_stays_the_same_over_attempts(remotes, stores, ask, publisher) -> None:
    ask("webhook")
    publishing = publisher({"webhook": hook(remotes.address)}, lease_seconds=0)
    remotes.last_error = "away"
    publishing.publish_due()
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert (row.state, "503" in row.detail) == ("waiting", True)
    assert publishing.publish_due() == 0
    remotes.last_error = ""
    ask("webhook", "ada:2")
    stores.catalogue.outbox.claim(stores.catalogue.outbox.due(limit=1)[0], seconds=0)
    publishing.publish_due()
    publishing.publish_due()
    assert len(remotes.hooks) == 1


def test_an_address_where_nothing_answers_is_told_in_words(stores, ask, publisher) -> None:
    ask("webhook")
    publisher({"webhook": hook("http://127.0.0.1:9", "/secret-path")}).publish_due()
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert row.state == "waiting"
    assert row.detail.startswith("127.0.0.1:9 can't be reached: nothing answers")
    assert "Errno" not in row.detail and "secret-path" not in row.detail


def test_refusals_are_final_and_pauses_are_kept(remotes, stores, ask, publisher) -> None:
    ask("webhook", "ada:1")
    remotes.last_error = "refuse"
    publisher({"webhook": hook(remotes.address)}).publish_due()
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert (row.state, row.detail) == ("failed", "the webhook answered 422")
    ask("webhook", "ada:2")
    remotes.last_error = "busy"
    publisher({"webhook": hook(remotes.address)}).publish_due()
    (row,) = stores.catalogue.outbox.of_work("ada:2")
    assert row.state == "waiting"
    assert row.next_at > stores.catalogue.outbox.of_work("ada:1")[0].next_at + 100


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::1]"])
def test_nothing_is_sent_to_private_addresses(remotes, stores, ask, publisher, host: str) -> None:
    ask("webhook")
    port = remotes.address.rpartition(":")[2]
    channel = Webhook(f"http://{host}:{port}/hook", SECRET)
    publisher({"webhook": channel}).publish_due()
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert row.state == "waiting"
    assert "not public" in stores.catalogue.channels.all()[0].held
    assert remotes.hooks == []


def test_allowed_redirects_are_followed(remotes, stores, ask, publisher) -> None:
    ask("webhook", "ada:1", "ada:2")
    there = hook(remotes.address, f"/redirect?to={remotes.address}/hook")
    publisher({"webhook": there}).publish_due(limit=1)
    assert len(remotes.hooks) == 1
    round_and_round = hook(remotes.address, f"/redirect?to={remotes.address}/redirect?to=file:///x")
    publisher({"webhook": round_and_round}).publish_due(limit=1)
    (row,) = stores.catalogue.outbox.of_work("ada:2")
    assert row.state == "waiting"
    assert "redirects to" in stores.catalogue.channels.all()[0].held


def test_redirects_to_private_addresses_are_refused(
    remotes, stores, ask, publisher, monkeypatch
) -> None:
    """A public host redirects to a private address."""
    verdicts = iter([True, False])
    monkeypatch.setattr("worker.outgoing.addresses.is_public", lambda _: next(verdicts))
    ask("webhook")
    # Another origin, so that a new connection is made.
    port = remotes.address.rpartition(":")[2]
    inside = f"{remotes.address}/redirect?to=http://localhost:{port}/hook"
    channel = Webhook(inside, SECRET)
    publisher({"webhook": channel}).publish_due()
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert (row.state, "not public" in row.detail) == ("waiting", True)
    assert remotes.hooks == []


@pytest.mark.parametrize("url", ["ftp://example.org", "https://", "https://a:b@example.org/"])
def test_invalid_addresses_are_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="not an address for a webhook"):
        Webhook(url, SECRET)


def test_short_secrets_are_refused_and_never_shown() -> None:
    with pytest.raises(ValueError, match="at least 24 bytes"):
        Webhook("https://example.org", b"short")
    assert "0123456789" not in repr(Webhook("https://example.org", SECRET))
