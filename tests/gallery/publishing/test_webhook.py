"""The webhook: signed as others check it, at least once, and never into the house."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import httpx2
import pytest

from gallery.publishing.channel import RetryLater
from gallery.publishing.webhook import Webhook

SECRET = b"0123456789abcdef0123456789abcdef"


def hook(address: str, path: str = "/hook", **options) -> Webhook:
    return Webhook(f"{address}{path}", SECRET, **{"allow_private": True, **options})


@pytest.mark.parametrize(
    ("said", "seconds"), [(b"120", 120.0), (b"\xb2", None), (b"soon", None), (b"-5", None)]
)
def test_a_busy_listener_may_say_for_how_long(said: bytes, seconds: float | None) -> None:
    answer = httpx2.Response(503, headers=[(b"Retry-After", said)])
    with pytest.raises(RetryLater) as told:
        hook("https://example.org")._judge(answer)
    assert told.value.seconds == seconds


def test_listeners_can_check_who_sent_it(remotes, hung, ask, publisher) -> None:
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
    (row,) = hung.catalogue.outbox.of_work("ada:1")
    assert (row.state, row.attempts) == ("sent", 1)


def test_the_id_stays_the_same_over_attempts(remotes, hung, ask, publisher) -> None:
    ask("webhook")
    publishing = publisher({"webhook": hook(remotes.address)}, lease_seconds=0)
    remotes.last_error = "away"
    publishing.publish_due()
    (row,) = hung.catalogue.outbox.of_work("ada:1")
    assert (row.state, "503" in row.detail) == ("waiting", True)
    assert publishing.publish_due() == 0
    remotes.last_error = ""
    ask("webhook", "ada:2")
    hung.catalogue.outbox.claim(hung.catalogue.outbox.due(limit=1)[0], seconds=0)
    publishing.publish_due()
    publishing.publish_due()
    assert len(remotes.hooks) == 1


def test_refusals_are_final_and_pauses_are_kept(remotes, hung, ask, publisher) -> None:
    ask("webhook", "ada:1")
    remotes.last_error = "refuse"
    publisher({"webhook": hook(remotes.address)}).publish_due()
    (row,) = hung.catalogue.outbox.of_work("ada:1")
    assert (row.state, row.detail) == ("failed", "the webhook answered 422")
    ask("webhook", "ada:2")
    remotes.last_error = "busy"
    publisher({"webhook": hook(remotes.address)}).publish_due()
    (row,) = hung.catalogue.outbox.of_work("ada:2")
    assert row.state == "waiting"
    assert row.next_at > hung.catalogue.outbox.of_work("ada:1")[0].next_at + 100


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::1]"])
def test_nothing_is_sent_into_the_house(remotes, hung, ask, publisher, host: str) -> None:
    ask("webhook")
    port = remotes.address.rpartition(":")[2]
    channel = Webhook(f"http://{host}:{port}/hook", SECRET)
    publisher({"webhook": channel}).publish_due()
    (row,) = hung.catalogue.outbox.of_work("ada:1")
    assert row.state == "failed"
    assert "not public" in row.detail
    assert remotes.hooks == []


def test_redirects_are_followed_where_they_may_lead(remotes, hung, ask, publisher) -> None:
    ask("webhook", "ada:1", "ada:2")
    there = hook(remotes.address, f"/redirect?to={remotes.address}/hook")
    publisher({"webhook": there}).publish_due(limit=1)
    assert len(remotes.hooks) == 1
    round_and_round = hook(remotes.address, f"/redirect?to={remotes.address}/redirect?to=file:///x")
    publisher({"webhook": round_and_round}).publish_due(limit=1)
    (row,) = hung.catalogue.outbox.of_work("ada:2")
    assert row.state == "failed"
    assert "redirects to" in row.detail


def test_redirects_into_the_house_are_refused(remotes, hung, ask, publisher, monkeypatch) -> None:
    """A public host that answers with a redirect to a private one."""
    verdicts = iter([True, False])
    monkeypatch.setattr("worker.outgoing.addresses.is_public", lambda _: next(verdicts))
    ask("webhook")
    # Another origin than the first, so that a new connection is made.
    port = remotes.address.rpartition(":")[2]
    inside = f"{remotes.address}/redirect?to=http://localhost:{port}/hook"
    channel = Webhook(inside, SECRET)
    publisher({"webhook": channel}).publish_due()
    (row,) = hung.catalogue.outbox.of_work("ada:1")
    assert (row.state, "not public" in row.detail) == ("failed", True)
    assert remotes.hooks == []


@pytest.mark.parametrize("url", ["ftp://example.org", "https://", "https://a:b@example.org/"])
def test_addresses_that_are_none_are_told_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="no address for a webhook"):
        Webhook(url, SECRET)


def test_short_secrets_are_refused_and_never_shown() -> None:
    with pytest.raises(ValueError, match="at least 24 bytes"):
        Webhook("https://example.org", b"short")
    assert "0123456789" not in repr(Webhook("https://example.org", SECRET))
