"""The publisher: what it writes down, what a kill leaves, and what it never does."""

from __future__ import annotations

import io
import os
import signal
import socket
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
from gallery.publishing import Publisher, RetryLater
from gallery.publishing.post import write_post
from gallery.publishing.webhook import Webhook

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
    """The remotes in a process of their own, that outlives a publisher's."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
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
    hung, ask, address: str, tmp_path: Path, channel: str, kept: str, posts: int
) -> None:
    """The remote has the post, and the process that sent it dies before it knows."""
    ask(channel)
    httpx.post(f"{address}/told", json={"last_error": "slow"}, trust_env=False)
    sender = publish(tmp_path, address, channel)
    until(lambda: told(address)[kept])
    os.kill(sender.pid, signal.SIGKILL)
    sender.wait()
    (row,) = hung.catalogue.outbox.of_work("ada:1")
    assert row.state == "sending"
    # The Mastodon server has forgotten the Idempotency-Key by then: only a look can tell.
    httpx.post(f"{address}/told", json={"last_error": "", "forgetful": True}, trust_env=False)
    assert publish(tmp_path, address, channel).wait() == 0
    assert len(told(address)[kept]) == posts
    (row,) = hung.catalogue.outbox.of_work("ada:1")
    assert (row.state, row.attempts) == ("sent", 2)
    if channel == "webhook":
        ids = {hook["headers"]["webhook-id"] for hook in told(address)["hooks"]}
        assert len(ids) == 1
    states = [event.state for event in hung.archive.events(kind="publication")]
    assert states == ["sending", "sending", "sent"]


def hook(remotes) -> Webhook:
    return Webhook(f"{remotes.address}/hook", SECRET, allow_private=True)


def test_a_dry_run_sends_nothing(remotes, hung, ask, publisher) -> None:
    ask("webhook")
    publisher({"webhook": hook(remotes)}, dry_run=True).publish_due()
    (row,) = hung.catalogue.outbox.of_work("ada:1")
    assert row.state == "dry"
    assert "https://art.example.org/works/ada/1" in row.detail
    assert remotes.hooks == []
    assert list(hung.archive.events(kind="publication")) == []


def test_what_is_switched_off_waits(remotes, hung, ask, publisher) -> None:
    ask("webhook")
    assert publisher({}).publish_due() == 0
    assert hung.catalogue.outbox.of_work("ada:1")[0].state == "waiting"
    assert publisher({"webhook": hook(remotes)}).publish_due() == 1


def test_works_under_review_are_not_posted(remotes, hung, ask, publisher) -> None:
    ask("webhook", "ada:1", "ada:2")
    hung.catalogue.works.moderate("ada:1", "held", "the check was not sure")
    publisher({"webhook": hook(remotes)}).publish_due()
    assert [row.state for row in hung.catalogue.outbox.newest()] == ["sent", "waiting"]
    hung.catalogue.works.moderate("ada:1", "shown", "all is well")
    assert publisher({"webhook": hook(remotes)}).publish_due() == 1


def test_a_lost_picture_is_told_and_hides_nothing(remotes, hung, ask, publisher) -> None:
    ask("webhook", "ada:1", "ada:2")
    next(iter((hung.archive.store.path / "images").rglob(f"{image(hung)}.*"))).unlink()
    publisher({"webhook": hook(remotes)}).publish_due()
    assert [row.state for row in hung.catalogue.outbox.newest()] == ["sent", "failed"]


def image(hung) -> str:
    return str(hung.catalogue.works.get("ada:1").image)


def test_waiting_grows_and_ends(remotes, hung, ask, publisher) -> None:
    ask("webhook")
    remotes.last_error = "away"
    waits = []
    for _ in range(10):
        publisher({"webhook": hook(remotes)}).publish_due()
        (row,) = hung.catalogue.outbox.of_work("ada:1")
        waits.append(row.next_at - time.time())
        with hung.catalogue.database.write() as connection:
            connection.exec_driver_sql("UPDATE outbox SET next_at = 0")
    assert row.state == "failed"
    assert "given up after 10 attempts" in row.detail
    assert waits[:3] == pytest.approx([30, 60, 120], abs=10)


@pytest.mark.parametrize(("asked", "hours"), [(3600.0, 1), (1e12, 6), (0.0, 1 / 120)])
def test_a_remote_may_ask_for_some_hours_but_not_for_years(
    hung, ask, publisher, asked: float, hours: float
) -> None:
    class Busy:
        name = "webhook"

        def send(self, *_: object, **__: object) -> str:
            raise RetryLater("busy", seconds=asked)

        def close(self) -> None: ...

    ask("webhook")
    publisher({"webhook": Busy()}).publish_due()
    (row,) = hung.catalogue.outbox.of_work("ada:1")
    assert row.next_at - time.time() == pytest.approx(hours * 3600, abs=20)


def test_publishing_needs_a_public_address(remotes, hung) -> None:
    with pytest.raises(ValueError, match=r"gallery\.base_url"):
        Publisher(hung.catalogue, hung.archive, SiteSettings(), {"webhook": hook(remotes)})


def test_pictures_are_made_small_enough_for_any_remote(hung, publisher) -> None:
    site = publisher({}).site
    work, artist = hung.catalogue.works.get("ada:1"), hung.catalogue.artists.get("ada")
    post = write_post(ImageMetadata(hung.catalogue, hung.archive, site), artist, work)
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


def test_posted_pictures_are_signed(hung, publisher, root, credentials) -> None:
    image_metadata = ImageMetadata(hung.catalogue, hung.archive, publisher({}).site, credentials)
    work, artist = hung.catalogue.works.get("ada:1"), hung.catalogue.artists.get("ada")
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
