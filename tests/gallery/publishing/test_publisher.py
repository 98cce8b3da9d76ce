"""The publisher: its records, its state after a kill, and what it must not send."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import c2pa
import httpx2 as httpx
import pytest
from PIL import Image

from gallery import SiteSettings
from gallery.images.metadata import ImageMetadata
from gallery.pick_explanation import listed
from gallery.publishing import ChannelRefused, DeliveryUnknown, Publisher, RetryLater
from gallery.publishing.decisions import Retried, retry_all
from gallery.publishing.post import Wording, write_post
from gallery.publishing.webhook import Webhook
from tests.served.ports import free_port

HERE = Path(__file__).parent
SECRET = b"0123456789abcdef0123456789abcdef"

PUBLISH = """
import sys
from gallery import SiteSettings
from gallery.publishing import Publisher
from gallery.publishing.bluesky import Bluesky
from gallery.publishing.mastodon import Mastodon
from gallery.publishing.webhook import Webhook
from storage.archive.archive import Archive, open_store
from storage.catalogue import Catalogue
folder, address, name = sys.argv[1:]
channel = {
    "mastodon": lambda: Mastodon(address, "token"),
    "bluesky": lambda: Bluesky("alien.test", "secret", service=address),
    "webhook": lambda: Webhook(address + "/hook", b"0" * 32, allow_private=True),
}[name]()
Publisher(
    Catalogue(f"sqlite:///{folder}/catalogue.db"),
    Archive(open_store(f"{folder}/archive")),
    SiteSettings(base_url="https://art.example.org"),
    {name: channel},
    lease_seconds=0.0,
).publish_due()
"""


@pytest.fixture
def address() -> Iterator[str]:
    """The remotes in a separate process, which outlives the publisher's."""
    port = free_port()
    process = subprocess.Popen([sys.executable, str(HERE / "remotes.py"), str(port)])
    address = f"http://127.0.0.1:{port}"
    until(lambda: told(address) is not None)
    yield address
    process.kill()
    process.wait()


def told(address: str) -> dict | None:
    try:
        return httpx.get(f"{address}/told", trust_env=False).json()
    except httpx.TransportError:
        return None


def until(condition) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def publish(folder: Path, address: str, channel: str) -> subprocess.Popen:
    environment = {**os.environ, "NO_PROXY": "127.0.0.1"}
    command = [sys.executable, "-c", PUBLISH, str(folder), address, channel]
    return subprocess.Popen(command, env=environment)


@pytest.mark.parametrize(
    ("channel", "kept", "posts"),
    [("mastodon", "statuses", 1), ("bluesky", "records", 1), ("webhook", "hooks", 2)],
)
def test_killed_between_send_and_commit(
    stores, ask, address: str, tmp_path: Path, channel: str, kept: str, posts: int
) -> None:
    """The remote has the post, and the sending process is killed before the answer."""
    ask(channel)
    httpx.post(f"{address}/told", json={"last_error": "slow"}, trust_env=False)
    sender = publish(tmp_path, address, channel)
    until(lambda: told(address)[kept])
    os.kill(sender.pid, signal.SIGKILL)
    sender.wait()
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert row.state == "sending"
    # The Mastodon server has forgotten the Idempotency-Key by then: only a search finds the post.
    httpx.post(f"{address}/told", json={"last_error": "", "forgetful": True}, trust_env=False)
    assert publish(tmp_path, address, channel).wait() == 0
    assert len(told(address)[kept]) == posts
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert (row.state, row.attempts) == ("sent", 2)
    if channel == "webhook":
        ids = {hook["headers"]["webhook-id"] for hook in told(address)["hooks"]}
        assert len(ids) == 1
    states = [event.state for event in stores.archive.events(kind="publication")]
    assert states == ["sending", "sending", "sent"]


def hook(remotes) -> Webhook:
    return Webhook(f"{remotes.address}/hook", SECRET, allow_private=True)


def test_a_dry_run_sends_nothing(remotes, stores, ask, publisher) -> None:
    ask("webhook")
    publisher({"webhook": hook(remotes)}, dry_run=True).publish_due()
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert row.state == "dry"
    assert "https://art.example.org/works/ada/1" in row.detail
    assert remotes.hooks == []
    assert list(stores.archive.events(kind="publication")) == []


def test_publications_of_disabled_channels_wait(remotes, stores, ask, publisher) -> None:
    ask("webhook")
    assert publisher({}).publish_due() == 0
    assert stores.catalogue.outbox.of_work("ada:1")[0].state == "waiting"
    assert publisher({"webhook": hook(remotes)}).publish_due() == 1


def test_works_under_review_are_not_posted(remotes, stores, ask, publisher) -> None:
    ask("webhook", "ada:1", "ada:2")
    stores.catalogue.works.moderate("ada:1", "held", "the check was not sure")
    publisher({"webhook": hook(remotes)}).publish_due()
    assert [row.state for row in stores.catalogue.outbox.newest()] == ["sent", "waiting"]
    stores.catalogue.works.moderate("ada:1", "shown", "all is well")
    assert publisher({"webhook": hook(remotes)}).publish_due() == 1


def test_a_missing_picture_is_reported_and_blocks_nothing(remotes, stores, ask, publisher) -> None:
    ask("webhook", "ada:1", "ada:2")
    next(iter((stores.archive.store.path / "images").rglob(f"{image(stores)}.*"))).unlink()
    publisher({"webhook": hook(remotes)}).publish_due()
    assert [row.state for row in stores.catalogue.outbox.newest()] == ["sent", "failed"]


def image(stores) -> str:
    return str(stores.catalogue.works.get("ada:1").image)


def test_waits_grow_and_end(remotes, stores, ask, publisher) -> None:
    ask("webhook")
    remotes.last_error = "away"
    waits = []
    for _ in range(10):
        publisher({"webhook": hook(remotes)}).publish_due()
        (row,) = stores.catalogue.outbox.of_work("ada:1")
        waits.append(row.next_at - time.time())
        with stores.catalogue.database.write() as connection:
            connection.exec_driver_sql("UPDATE outbox SET next_at = 0")
    assert row.state == "failed"
    assert "10 attempts failed" in row.detail
    assert waits[:3] == pytest.approx([30, 60, 120], abs=10)


@pytest.mark.parametrize(("asked", "hours"), [(3600.0, 1), (1e12, 6), (0.0, 1 / 120)])
def test_a_remote_may_ask_for_hours_but_not_years(
    stores, ask, publisher, asked: float, hours: float
) -> None:
    class Busy:
        name = "webhook"

        def send(self, *_: object, **__: object) -> str:
            raise RetryLater("busy", seconds=asked)

        def close(self) -> None: ...

    ask("webhook")
    publisher({"webhook": Busy()}).publish_due()
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert row.next_at - time.time() == pytest.approx(hours * 3600, abs=20)


class Refused:
    """A channel whose remote fails all posts in the same way."""

    name = "refused"

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.tries = 0

    def send(self, *_: object, **__: object) -> str:
        self.tries += 1
        raise self.error

    def close(self) -> None: ...


@pytest.mark.parametrize("error", [ChannelRefused("no"), RetryLater("away"), RuntimeError("odd")])
def test_a_channel_that_fails_stops_no_other(
    remotes, stores, ask, publisher, error: Exception
) -> None:
    refused = Refused(error)
    for channel in ("refused", "webhook"):
        ask(channel, "ada:1", "ada:2", "ada:3")
    publishing = publisher({"refused": refused, "webhook": hook(remotes)})
    assert publishing.publish_due(limit=3) == 4
    assert refused.tries == 1
    assert len(remotes.hooks) == 3
    states = {(row.channel, row.state) for row in stores.catalogue.outbox.newest()}
    assert states == {("refused", "waiting"), ("webhook", "sent")}


def test_posts_of_a_channel_that_is_not_set_take_no_turns(remotes, stores, ask, publisher) -> None:
    ask("gone", "ada:1", "ada:2", "ada:3")
    ask("webhook", "ada:3")
    assert publisher({"webhook": hook(remotes)}).publish_due(limit=1) == 1


def test_a_held_channel_goes_on_only_when_a_person_says_so(stores, ask, publisher) -> None:
    ask("refused", "ada:1", "ada:2")
    refused = Refused(ChannelRefused("the token was revoked"))
    publishing = publisher({"refused": refused})
    assert [publishing.publish_due() for _ in range(15)] == [1] + [0] * 14
    # Another process, after a restart.
    assert publisher({"refused": refused}).publish_due() == 0
    assert refused.tries == 1
    assert retry_all(stores.catalogue, stores.archive, who="ann", channel="other") == Retried(0, 0)
    assert publishing.publish_due() == 0
    assert retry_all(stores.catalogue, stores.archive, who="ann") == Retried(1, 0)
    assert publishing.publish_due() == 1


def test_what_failed_is_sent_again_with_as_many_attempts(remotes, stores, ask, publisher) -> None:
    ask("webhook")
    remotes.last_error = "away"
    publishing = publisher({"webhook": hook(remotes)})
    for _ in range(10):
        publishing.publish_due()
        with stores.catalogue.database.write() as connection:
            connection.exec_driver_sql("UPDATE outbox SET next_at = 0")
    assert stores.catalogue.outbox.of_work("ada:1")[0].state == "failed"
    assert retry_all(stores.catalogue, stores.archive, who="ann") == Retried(0, 1)
    publishing.publish_due()
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert (row.state, row.attempts) == ("waiting", 11)
    remotes.last_error = ""
    with stores.catalogue.database.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET next_at = 0")
    publishing.publish_due()
    assert stores.catalogue.outbox.of_work("ada:1")[0].state == "sent"


def test_an_unknown_outcome_is_not_sent_again_with_all_others(stores, ask, publisher) -> None:
    ask("refused")
    refused = Refused(DeliveryUnknown("it may have arrived"))
    publisher({"refused": refused}).publish_due()
    assert retry_all(stores.catalogue, stores.archive, who="ann") == Retried(0, 0)
    publisher({"refused": refused}).publish_due()
    assert refused.tries == 1


def test_a_channel_sends_so_many_works_a_day(remotes, stores, ask, publisher) -> None:
    ask("webhook", "ada:1", "ada:2", "ada:3")
    publishing = publisher({"webhook": hook(remotes)}, per_day={"webhook": 2})
    assert [publishing.publish_due(), publishing.publish_due()] == [2, 0]
    assert len(remotes.hooks) == 2
    with stores.catalogue.database.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET next_at = next_at - 86400")
    assert publishing.publish_due() == 1
    assert stores.catalogue.outbox.count("sent") == 3


def test_faults_are_stored_until_they_are_mended(remotes, stores, publisher) -> None:
    channels = stores.catalogue.channels
    publisher({"webhook": hook(remotes)}, faults={"mastodon": "no token"}).publish_due()
    assert [(row.name, row.fault) for row in channels.all()] == [("mastodon", "no token")]
    publisher({"webhook": hook(remotes)}, faults={"mastodon": ""}).publish_due()
    assert [row.fault for row in channels.all()] == [""]
    publisher({"webhook": hook(remotes)}).publish_due()
    assert channels.all() == []


def test_publishing_needs_a_public_address(remotes, stores) -> None:
    with pytest.raises(ValueError, match=r"gallery\.base_url"):
        Publisher(stores.catalogue, stores.archive, SiteSettings(), {"webhook": hook(remotes)})


def test_pictures_are_made_small_enough_for_any_remote(stores, publisher) -> None:
    site = publisher({}).site
    work, artist = stores.catalogue.works.get("ada:1"), stores.catalogue.artists.get("ada")
    post = write_post(ImageMetadata(stores.catalogue, stores.archive, site), artist, work)
    for limit in (2_000_000, 60_000, 8_000):
        data, width, height = post.jpeg(limit)
        assert len(data) <= limit
        with Image.open(io.BytesIO(data)) as opened:
            assert opened.size == (width, height)
            assert b"DigitalSourceType" in opened.info["xmp"]
            assert post.address.encode() in opened.info["xmp"]
        assert width / height == pytest.approx(work.width / work.height, rel=0.05)
    with pytest.raises(ValueError, match="can't be made a JPEG of 10 bytes"):
        post.jpeg(10)
    with Image.open(io.BytesIO(post.original)) as opened:
        exif, stream = opened.getexif(), io.BytesIO()
        exif[0x0112] = 6
        opened.save(stream, "JPEG", exif=exif)
    _, width, height = replace(post, original=stream.getvalue()).jpeg(2_000_000)
    assert width / height == pytest.approx(work.height / work.width, rel=0.05)
    assert len(post.text(80)) <= 80
    assert post.text(80).endswith(post.address)


def test_words_are_the_templates_and_the_address_is_always_whole(stores, publisher) -> None:
    site = publisher({}).site
    work, artist = stores.catalogue.works.get("ada:1"), stores.catalogue.artists.get("ada")
    post = write_post(ImageMetadata(stores.catalogue, stores.archive, site), artist, work)
    assert post.text(500) == (
        f"{work.title}\n{artist.created.title}, with {listed(work.concepts)}\n\n{post.address}"
    )
    wording = Wording("{{{number}}} {title}: {concept} ({licence})", ("art", "machine"))
    assert post.text(500, wording) == (
        f"{{1}} {work.title}: {work.concept} (CC0-1.0)\n\n#art #machine\n{post.address}"
    )
    assert post.text(500, Wording("", ("art",))) == f"#art\n{post.address}"
    hostile = replace(post, work=work._replace(title="{artist} {0} %s \U0001f9d1"))
    assert hostile.text(500, Wording("{title}")).startswith("{artist} {0} %s \U0001f9d1\n\n")
    many = Wording("{title} " * 40, tuple(f"tag{number}" for number in range(30)))
    for limit in (0, 10, len(post.address), len(post.address) + 3, 60, 100, 290, 480):
        text = post.text(limit, many)
        assert text.endswith(post.address)
        assert len(text) <= max(limit, len(post.address))
    assert "#tag0" in post.text(290, many) and "…" in post.text(290, many)


def test_posted_pictures_are_signed(stores, publisher, root, credentials) -> None:
    image_metadata = ImageMetadata(
        stores.catalogue, stores.archive, publisher({}).site, credentials
    )
    work, artist = stores.catalogue.works.get("ada:1"), stores.catalogue.artists.get("ada")
    data, _, _ = write_post(image_metadata, artist, work).jpeg(900_000)
    assert len(data) <= 900_000
    settings = c2pa.Settings.from_dict(
        {"trust": {"trust_anchors": root[1].decode()}, "verify": {"verify_trust": True}}
    )
    with (
        c2pa.Context(settings) as context,
        c2pa.Reader("image/jpeg", io.BytesIO(data), context=context) as reader,
    ):
        assert reader.get_validation_state() == "Trusted"
