"""Bluesky, through the atproto client, against a server that speaks its API."""

from __future__ import annotations

import re

import pytest

from gallery.images.metadata import ImageMetadata
from gallery.publishing.bluesky import Bluesky, record_key
from gallery.publishing.post import write_post

# The client gives bytes to httpx in a way that httpx would like to see less often.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")

DID = "did:plc:abcdefghijklmnopqrstuvwx"


def account(address: str, password: str = "secret") -> Bluesky:
    return Bluesky("alien.test", password, service=address)


def test_a_record_has_picture_words_and_a_link(remotes, hung, ask, publisher) -> None:
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
    (row,) = hung.catalogue.outbox.of_work("ada:1")
    assert (row.state, row.detail) == ("sent", f"https://bsky.app/profile/{DID}/post/{key}")


def test_sending_again_leaves_one_post(remotes, hung, ask, publisher) -> None:
    ask("bluesky")
    for _ in range(2):
        publisher({"bluesky": account(remotes.address)}).publish_due()
        with hung.catalogue.database.write() as connection:
            connection.exec_driver_sql("UPDATE outbox SET state = 'sending', next_at = 0")
    assert len(remotes.blobs) == 2
    assert len(remotes.records) == 1


def test_troubles_are_told_apart(remotes, hung, ask, publisher) -> None:
    for last_error, state in (("away", "waiting"), ("busy", "waiting"), ("refuse", "failed")):
        ask("bluesky", f"ada:{len(hung.catalogue.outbox.newest()) + 1}")
        remotes.last_error = last_error
        publisher({"bluesky": account(remotes.address)}).publish_due()
        newest = hung.catalogue.outbox.newest()[0]
        assert newest.state == state
    ask("bluesky-2")
    publisher({"bluesky-2": account(remotes.address, "wrong")}).publish_due()
    row = next(row for row in hung.catalogue.outbox.of_work("ada:1") if row.channel == "bluesky-2")
    assert (row.state, "401" in row.detail) == ("failed", True)
    ask("bluesky-3")
    publisher({"bluesky-3": account("http://127.0.0.1:1")}).publish_due()
    row = next(row for row in hung.catalogue.outbox.of_work("ada:1") if row.channel == "bluesky-3")
    assert row.state == "waiting"


def test_record_keys_are_tids_in_the_order_of_making(hung, publisher) -> None:
    publishing = publisher({})
    keys = []
    for number in (1, 2, 3):
        work = hung.catalogue.works.get(f"ada:{number}")
        artist = hung.catalogue.artists.get("ada")
        image_metadata = ImageMetadata(hung.catalogue, hung.archive, publishing.site)
        keys.append(record_key(write_post(image_metadata, artist, work)))
    assert keys == sorted(set(keys))
    assert all(re.fullmatch("[234567abcdefghij][234567a-z]{12}", key) for key in keys)
