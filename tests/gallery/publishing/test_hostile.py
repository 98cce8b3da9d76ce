"""Remotes that are slow, silent, send huge answers or redirect: tried again, or refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gallery.publishing import bluesky, mastodon, webhook
from gallery.publishing.bluesky import Bluesky
from gallery.publishing.channel import Channel
from gallery.publishing.mastodon import Mastodon
from gallery.publishing.webhook import Webhook
from tests.worker.outgoing import hostile
from tests.worker.outgoing.hostile import peer

CHANNELS: dict[str, Callable[[str], Channel]] = {
    "webhook": lambda url: Webhook(url, b"0123456789abcdef" * 2, allow_private=True),
    "mastodon": lambda url: Mastodon(url.rstrip("/"), "s3cret"),
    "bluesky": lambda url: Bluesky("alien.example", "s3cret", service=url.rstrip("/")),
}


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (webhook, mastodon, bluesky):
        monkeypatch.setattr(module, "_SECONDS", 0.4)
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.mark.parametrize("behave", [hostile.DRIPPING_HEADERS, hostile.silent])
@pytest.mark.parametrize("channel", CHANNELS)
def test_a_slow_remote_is_tried_again(
    stores, ask, publisher, channel: str, behave: hostile.Behaviour
) -> None:
    ask(channel)
    with peer(behave) as remote:
        publisher({channel: CHANNELS[channel](remote.url)}).publish_due()
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert row.state == "waiting"


@pytest.mark.parametrize("behave", [hostile.DRIPPING_BODY, hostile.huge, hostile.bomb])
@pytest.mark.parametrize("channel", ["mastodon", "bluesky"])
def test_an_endless_answer_is_a_failure(
    stores, ask, publisher, channel: str, behave: hostile.Behaviour
) -> None:
    ask(channel)
    with peer(behave) as remote:
        publisher({channel: CHANNELS[channel](remote.url)}).publish_due()
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert row.state == "waiting"


def test_a_long_answer_of_a_webhook_is_accepted(stores, ask, publisher) -> None:
    ask("webhook")
    with peer(hostile.huge) as remote:
        publisher({"webhook": CHANNELS["webhook"](remote.url)}).publish_due()
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert row.state == "sent"


@pytest.mark.parametrize("channel", ["mastodon", "bluesky"])
@pytest.mark.parametrize("status", ["307 Temporary Redirect", "302 Found"])
def test_tokens_and_passwords_do_not_follow_redirects(
    stores, ask, publisher, channel: str, status: str
) -> None:
    ask(channel)
    with peer(hostile.answer()) as other, peer(hostile.redirect(other.url, status)) as remote:
        publisher({channel: CHANNELS[channel](remote.url)}).publish_due()
        assert other.requests == []
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert row.state in ("waiting", "failed")
