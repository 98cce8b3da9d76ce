"""Deliveries to followers' servers: each once, again where it failed, and not for ever."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import httpx2
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from sqlalchemy import text

from gallery.fediverse import Deliverer


@pytest.fixture
def bob(town, strangers, stranger) -> str:
    """An account that follows the artist, and has been told so."""
    actor = strangers.settle("bob")
    follow = {"id": f"{actor}/1", "type": "Follow", "actor": actor, "object": town.actor}
    assert stranger.post(f"{town.actor}/inbox", follow, actor=actor, key=stranger.key_of("bob"))
    town.deliverer.run()
    return actor


def sent(strangers) -> list[tuple[str, str]]:
    return [(one["path"], one["body"]["type"]) for one in strangers.posted]


def later(town) -> None:
    """Let the time of waiting pass."""
    with town.catalogue.database.write() as connection:
        connection.execute(text("UPDATE fediverse_deliveries SET next_at = 0"))


def test_followers_of_one_server_share_an_inbox(town, strangers, stranger, bob) -> None:
    eve = strangers.settle("eve")
    follow = {"id": f"{eve}/1", "type": "Follow", "actor": eve, "object": town.actor}
    stranger.post(f"{town.address}/ap/inbox", follow, actor=eve, key=stranger.key_of("eve"))
    town.publish("ada:1")
    assert sorted(sent(strangers)) == [
        ("/inbox", "Create"),
        ("/users/bob/inbox", "Accept"),
        ("/users/eve/inbox", "Accept"),
    ]


def test_what_failed_is_sent_again_under_the_same_id(town, strangers, bob) -> None:
    strangers.answers = 503
    town.publish("ada:1")
    (row,) = town.catalogue.fediverse.deliveries.of_activity(
        f"{town.address}/ap/works/ada/1/create"
    )
    assert (row.state, row.attempts, row.detail) == ("waiting", 1, "the server answered 503")
    town.deliverer.run()
    assert len(strangers.posted) == 2, "it waits before it tries again"
    assert len(town.catalogue.fediverse.deliveries.failing()) == 1
    strangers.answers = 202
    later(town)
    town.deliverer.run()
    first, second = (one["body"] for one in strangers.posted[1:])
    assert first == second
    assert town.catalogue.fediverse.deliveries.failing() == []
    later(town)
    town.deliverer.run()
    assert len(strangers.posted) == 3


def test_refusals_are_not_repeated(town, strangers, bob) -> None:
    strangers.answers = 422
    town.publish("ada:1")
    later(town)
    town.deliverer.run()
    assert len(strangers.posted) == 2
    strangers.answers = 410
    town.publish("ada:2")
    assert town.catalogue.fediverse.people.count("ada") == 0, (
        "an inbox that is gone follows no more"
    )


def test_a_server_that_never_comes_back(town, strangers, bob) -> None:
    strangers.answers = 500
    town.publish("ada:1")
    with town.catalogue.database.write() as connection:
        connection.execute(text("UPDATE fediverse_deliveries SET next_at = 0, created_at = 1000"))
    town.deliverer.run()
    assert town.catalogue.fediverse.deliveries.count("failed") == 1
    with town.catalogue.database.write() as connection:
        connection.execute(text("UPDATE fediverse_inboxes SET failing_since = 1000"))
    town.publish("ada:2")
    assert len(strangers.posted) == 3, "a dead inbox gets nothing new"


def test_a_dead_server_that_is_heard_of_again(town, strangers, stranger, bob) -> None:
    with town.catalogue.database.write() as connection:
        connection.execute(
            text("INSERT INTO fediverse_inboxes VALUES (:inbox, 1000)"),
            {"inbox": f"{strangers.address}/inbox"},
        )
    like = {
        "id": f"{bob}/2",
        "type": "Like",
        "actor": bob,
        "object": f"{town.address}/ap/works/ada/1",
    }
    stranger.post(f"{town.actor}/inbox", like, actor=bob, key=stranger.key_of("bob"))
    town.publish("ada:1")
    assert sent(strangers)[-1] == ("/inbox", "Create")


def test_several_deliverers_send_once(town, strangers, bob) -> None:
    deliveries = town.catalogue.fediverse.deliveries
    other = Deliverer(town.federation)
    town.catalogue.fediverse.deliveries.tell(
        "ada:1", "shown", artist="ada", activity=f"{town.actor}#x", body="{}"
    )
    (due,) = deliveries.due(limit=9)
    assert deliveries.claim(due, seconds=60) is not None
    assert deliveries.claim(due, seconds=60) is None
    assert deliveries.due(limit=9) == []
    assert other.run() == 0


def test_a_work_that_was_hidden_before_it_was_delivered(town, strangers, bob) -> None:
    strangers.answers = 503
    town.publish("ada:1")
    town.catalogue.works.moderate("ada:1", "hidden", "")
    strangers.answers = 202
    town.deliverer.run()
    later(town)
    town.deliverer.run()
    assert sent(strangers) == [
        ("/users/bob/inbox", "Accept"),
        ("/inbox", "Create"),
        ("/inbox", "Delete"),
    ]
    gone = httpx2.get(f"{town.address}/ap/works/ada/1")
    assert gone.status_code == 410 and gone.json()["type"] == "Tombstone"


def test_a_work_that_was_blurred_before_it_was_delivered(town, strangers, bob) -> None:
    """What waited is sent with the warning; who had it before is told of the change."""
    strangers.answers = 503
    town.publish("ada:1")
    strangers.answers = 202
    town.catalogue.works.moderate("ada:1", "blurred", "blood")
    town.deliverer.run()
    later(town)
    town.deliverer.run()
    first, *others = strangers.posted[1:]
    assert first["body"]["object"]["sensitive"] is False, "the try that failed"
    assert sorted(one["body"]["type"] for one in others) == ["Create", "Update"]
    assert all(one["body"]["object"]["sensitive"] for one in others)


def test_a_blurred_work_has_a_warning(town, strangers, bob) -> None:
    town.catalogue.works.moderate("ada:1", "blurred", "blood")
    town.catalogue.works.moderate("ada:2", "held", "waits for review")
    town.publish("ada:1", "ada:2")
    assert [kind for _, kind in sent(strangers)] == ["Accept", "Create"]
    note = strangers.posted[-1]["body"]["object"]
    assert (note["sensitive"], note["summary"]) == (True, "blood")
    assert httpx2.get(f"{town.address}/ap/works/ada/2").status_code == 404


def test_deliveries_are_signed_as_mastodon_asks(town, strangers, stranger, bob) -> None:
    """By the text of the draft, with the key in the actor's document."""
    got = strangers.posted[0]
    headers = {name.lower(): value for name, value in got["headers"].items()}
    given = dict(re.findall(r'(\w+)="([^"]*)"', headers["signature"]))
    assert given["headers"] == "(request-target) host date digest"
    lines = {"(request-target)": f"post {got['path']}", **headers}
    signed = "\n".join(f"{name}: {lines[name]}" for name in given["headers"].split())
    actor = httpx2.get(given["keyId"]).json()
    assert actor["publicKey"]["id"] == given["keyId"]
    key = serialization.load_pem_public_key(actor["publicKey"]["publicKeyPem"].encode())
    signature = base64.b64decode(given["signature"])
    key.verify(signature, signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    body = json.dumps(got["body"], ensure_ascii=False, separators=(",", ":")).encode()
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    assert headers["digest"] == f"SHA-256={digest}"
