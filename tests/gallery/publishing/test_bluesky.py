"""Bluesky, through the atproto client, against a local server with its API."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest

from gallery.images.metadata import ImageMetadata
from gallery.publishing.bluesky import Bluesky, record_key
from gallery.publishing.bluesky_account import CatalogueStore, _asked_wait
from gallery.publishing.channel import ChannelRefused, Rejected
from gallery.publishing.post import Wording, write_post
from storage.redaction import redacted

# The client passes bytes to httpx in a deprecated way.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")

DID = "did:plc:abcdefghijklmnopqrstuvwx"


def account(address: str, password: str = "secret") -> Bluesky:
    return Bluesky("alien.test", password, service=address)


def test_a_record_has_picture_words_and_a_link(remotes, stores, ask, publisher) -> None:
    ask("bluesky")
    publisher({"bluesky": account(remotes.address)}).publish_due()
    ((key, record),) = remotes.records.items()
    (facet,) = record["facets"]
    text = record["text"].encode()
    linked = text[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode()
    assert linked == facet["features"][0]["uri"] == "https://art.example.org/works/ada/1"
    assert len(record["text"]) <= 300
    (image,) = record["embed"]["images"]
    assert image["alt"].endswith("made by a machine.")
    assert image["aspectRatio"]["width"] > 0
    assert remotes.blobs[0]["bytes"] <= 2_000_000
    (row,) = stores.catalogue.outbox.of_work("ada:1")
    assert (row.state, row.detail) == ("sent", f"https://bsky.app/profile/{DID}/post/{key}")


def test_sending_again_leaves_one_post(remotes, stores, ask, publisher) -> None:
    ask("bluesky")
    for _ in range(2):
        publisher({"bluesky": account(remotes.address)}).publish_due()
        with stores.catalogue.database.write() as connection:
            connection.exec_driver_sql("UPDATE outbox SET state = 'sending', next_at = 0")
    assert len(remotes.blobs) == 2
    assert len(remotes.records) == 1


def test_failures_are_distinguished(remotes, stores, ask, publisher) -> None:
    for last_error, state in (("away", "waiting"), ("busy", "waiting"), ("refuse", "failed")):
        ask("bluesky", f"ada:{len(stores.catalogue.outbox.newest()) + 1}")
        remotes.last_error = last_error
        publisher({"bluesky": account(remotes.address)}).publish_due()
        newest = stores.catalogue.outbox.newest()[0]
        assert newest.state == state
    ask("bluesky-2")
    publisher({"bluesky-2": account(remotes.address, "wrong")}).publish_due()
    row = next(
        row for row in stores.catalogue.outbox.of_work("ada:1") if row.channel == "bluesky-2"
    )
    assert (row.state, "401" in row.detail) == ("waiting", True)
    (held,) = stores.catalogue.channels.all()
    assert held.name == "bluesky-2" and "make an app password" in held.held
    ask("bluesky-3")
    publisher({"bluesky-3": account("http://127.0.0.1:1")}).publish_due()
    row = next(
        row for row in stores.catalogue.outbox.of_work("ada:1") if row.channel == "bluesky-3"
    )
    assert row.state == "waiting"


def kept_account(stores, address: str, password: str = "secret") -> Bluesky:
    """An account whose session is kept in the catalogue, as after a restart."""
    store = CatalogueStore(stores.catalogue.channels, "bluesky", account=address, password=password)
    return Bluesky("alien.test", password, service=address, store=store)


def test_a_session_is_kept_over_restarts(remotes, stores, ask, publisher) -> None:
    for number in (1, 2, 3):
        ask("bluesky", f"ada:{number}")
        publisher({"bluesky": kept_account(stores, remotes.address)}).publish_due()
    assert len(remotes.records) == 3
    assert remotes.logins == ["alien.test"]


def test_a_kept_session_is_of_no_use_without_the_password(
    remotes, stores, ask, publisher, tmp_path: Path, caplog
) -> None:
    ask("bluesky")
    caplog.set_level("DEBUG")
    account_of = kept_account(stores, remotes.address)
    publisher({"bluesky": account_of}).publish_due()
    tokens = remotes.access | remotes.refresh
    kept = stores.catalogue.channels.session("bluesky")
    assert len(kept) > 300 and not any(token in kept for token in tokens)
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert kept.encode() in stored
    assert not any(token.encode() in stored for token in tokens)
    assert not any(token in caplog.text for token in tokens)
    assert not any(token in redacted(f"the server repeats {token}") for token in tokens)
    assert "secret" not in repr(account_of) and kept not in repr(stores.catalogue.channels.all())
    assert kept_account(stores, remotes.address, "another").store.load() == ""
    assert kept_account(stores, remotes.address).store.load()


def test_an_expired_session_is_refreshed_and_kept(remotes, stores, ask, publisher) -> None:
    publishing = publisher({"bluesky": kept_account(stores, remotes.address)})
    ask("bluesky", "ada:1")
    publishing.publish_due()
    remotes.access.clear()
    ask("bluesky", "ada:2")
    publishing.publish_due()
    remotes.access.clear()
    ask("bluesky", "ada:3")
    publisher({"bluesky": kept_account(stores, remotes.address)}).publish_due()
    assert len(remotes.records) == 3
    assert (len(remotes.logins), remotes.refreshes) == (1, 2)


def test_a_session_that_another_worker_renewed_is_taken_over(
    remotes, stores, ask, publisher
) -> None:
    ours, other = (publisher({"bluesky": kept_account(stores, remotes.address)}) for _ in "ab")
    ask("bluesky", "ada:1")
    ours.publish_due()
    remotes.access.clear()
    ask("bluesky", "ada:2")
    other.publish_due()
    ask("bluesky", "ada:3")
    ours.publish_due()
    assert len(remotes.records) == 3
    assert (len(remotes.logins), remotes.refreshes) == (1, 1)


def test_a_session_that_was_ended_is_replaced_by_one_login(remotes, stores, ask, publisher) -> None:
    publishing = publisher({"bluesky": kept_account(stores, remotes.address)})
    ask("bluesky", "ada:1")
    publishing.publish_due()
    remotes.access.clear()
    remotes.refresh.clear()
    ask("bluesky", "ada:2")
    publishing.publish_due()
    assert len(remotes.records) == 2
    assert len(remotes.logins) == 2


def test_the_limit_of_logins_is_waited_out_by_all_posts(remotes, stores, ask, publisher) -> None:
    ask("bluesky", "ada:1", "ada:2", "ada:3")
    remotes.last_error = "day"
    publishing = publisher({"bluesky": kept_account(stores, remotes.address)})
    assert publishing.publish_due() == 1
    assert publishing.publish_due() == 0
    assert len(remotes.logins) == 1
    for number in (1, 2, 3):
        (row,) = stores.catalogue.outbox.of_work(f"ada:{number}")
        assert row.state == "waiting"
        assert row.next_at - time.time() == pytest.approx(7200, abs=30)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"ratelimit-reset": "9999999999999"}, True),
        ({"ratelimit-reset": "5"}, False),
        ({"ratelimit-reset": "soon", "retry-after": "-3"}, False),
        ({"retry-after": "60", "ratelimit-reset": "0"}, True),
        ({}, False),
    ],
)
def test_the_asked_wait_may_be_nonsense(headers: dict[str, str], seconds: bool) -> None:
    assert bool(_asked_wait(headers)) == seconds


def test_the_bot_label_is_checked(remotes, stores) -> None:
    assert "marked as automated" in kept_account(stores, remotes.address).check()
    remotes.labels = ["nudity"]
    with pytest.raises(Rejected, match="under Account, Automation label, switch it on"):
        kept_account(stores, remotes.address).check()
    assert len(remotes.logins) == 1
    with pytest.raises(ChannelRefused, match="make an app password"):
        account(remotes.address, "wrong").check()


def test_hashtags_and_link_are_where_the_text_has_them(remotes, stores, ask, publisher) -> None:
    ask("bluesky")
    wording = Wording("„{title}“ 🜁 von {artist} #öl", ("art", "artist", "künstlich"))
    publisher({"bluesky": replace(account(remotes.address), wording=wording)}).publish_due()
    (record,) = remotes.records.values()
    text = record["text"].encode()
    found = {
        text[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(): facet["features"][0]
        for facet in record["facets"]
    }
    for tag in ("art", "artist", "künstlich", "öl"):
        assert found[f"#{tag}"] == {"$type": "app.bsky.richtext.facet#tag", "tag": tag}
    address = "https://art.example.org/works/ada/1"
    assert found[address]["uri"] == address and len(found) == 5


def test_record_keys_are_tids_in_order_of_creation(stores, publisher) -> None:
    publishing = publisher({})
    keys = []
    for number in (1, 2, 3):
        work = stores.catalogue.works.get(f"ada:{number}")
        artist = stores.catalogue.artists.get("ada")
        image_metadata = ImageMetadata(stores.catalogue, stores.archive, publishing.site)
        keys.append(record_key(write_post(image_metadata, artist, work)))
    assert keys == sorted(set(keys))
    assert all(re.fullmatch("[234567abcdefghij][234567a-z]{12}", key) for key in keys)
