"""An inbox that strangers post to: what is not signed by its own actor changes nothing."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from hypothesis import given, settings
from hypothesis import strategies as st

from gallery import SiteSettings
from gallery.fediverse import Federation
from gallery.fediverse.inbox import Malformed
from gallery.fediverse.signatures import Request, SignatureRefused


@dataclasses.dataclass
class Bob:
    """An account of the strangers' server that acts on the artist."""

    stranger: Any
    town: Any
    actor: str
    count: int = 0

    def activity(self, kind: str, about: object, **changes: Any) -> dict[str, Any]:
        self.count += 1
        name = f"{self.actor}/activities/{self.count}"
        return {"id": name, "type": kind, "actor": self.actor, "object": about, **changes}

    def post(self, activity: Any, **options: Any) -> int:
        inbox = options.pop("inbox", f"{self.town.actor}/inbox")
        options = {"actor": self.actor, "key": self.stranger.key_of("bob"), **options}
        return int(self.stranger.post(inbox, activity, **options))


@pytest.fixture
def bob(town, strangers, stranger) -> Bob:
    return Bob(stranger, town, strangers.settle("bob"))


def followers(town) -> list[str]:
    return [one.actor for one in town.catalogue.fediverse.people.followers("ada")]


def test_signatures_that_are_refused(bob, town, strangers, stranger) -> None:
    follow = bob.activity("Follow", town.actor)
    mallory = strangers.settle("mallory")
    now = time.time()
    refused: dict[str, dict[str, Any]] = {
        "another key": {"key": stranger.key_of("eve")},
        "the key of another account of its server": {
            "key": stranger.key_of("mallory"),
            "key_id": f"{mallory}#main-key",
        },
        "the key of another server": {"key_id": "https://example.org/users/eve#main-key"},
        "a key of another id": {"key_id": f"{bob.actor}#other-key"},
        "an old date": {"at": now - 2 * 3600},
        "a date to come": {"at": now + 2 * 3600},
        "another body": {"raw": json.dumps({**follow, "object": f"{town.actor}x"}).encode()},
        "a wrong digest": {"digest": "SHA-256=AAAA"},
        "no SHA-256 digest": {"digest": "MD5=AAAA"},
        "no digest covered": {"covered": ("(request-target)", "host", "date")},
        "no host covered": {"covered": ("(request-target)", "date", "digest")},
        "no date covered": {"covered": ("(request-target)", "host", "digest")},
        "no address covered": {"covered": ("host", "date", "digest")},
        "another address": {"signed_target": f"{town.address}/ap/inbox"},
        "another host": {"signed_target": "https://example.org/ap/actors/ada/inbox"},
    }
    for what, options in refused.items():
        assert bob.post(follow, **options) == 401, what
    unsigned = stranger.client().post(f"{town.actor}/inbox", json=follow)
    assert unsigned.status_code == 401
    assert followers(town) == []
    assert bob.post(follow) == 202, "the account itself may follow"
    assert followers(town) == [bob.actor]


def test_clocks_that_differ_a_little_do_no_harm(bob, town) -> None:
    for skew in (-1800, 1800):
        assert bob.post(bob.activity("Follow", town.actor), at=time.time() + skew) == 202


def test_replays_do_nothing(bob, town) -> None:
    follow = bob.activity("Follow", town.actor)
    undo = bob.activity("Undo", follow)
    assert [bob.post(follow), bob.post(follow), bob.post(undo)] == [202] * 3
    assert bob.post(follow) == 202
    assert bob.post(follow, inbox=f"{town.address}/ap/inbox") == 202
    assert followers(town) == [], "an old follow is not done again"
    like = bob.activity("Like", f"{town.address}/ap/works/ada/1")
    assert [bob.post(like), bob.post({**like, "id": like["id"] + "x"})] == [202] * 2
    assert town.catalogue.fediverse.reactions.counts("ada:1").likes == 1


def test_actors_that_are_none(bob, town, strangers, stranger) -> None:
    """Documents by which one actor would speak for another, or that can't be read."""
    other = strangers.settle("other")

    def acts(name: str) -> int:
        actor = f"{strangers.address}/users/{name}"
        activity = {"id": f"{actor}/1", "type": "Follow", "actor": actor, "object": town.actor}
        return bob.post(activity, actor=actor, key=stranger.key_of(name))

    mine = stranger.pem_of(stranger.key_of("owned"))
    key = {"id": f"{strangers.address}/users/owned#main-key", "publicKeyPem": mine}
    strangers.settle("owned", publicKey={**key, "owner": other})
    strangers.settle("named", id=other)
    strangers.settle("elsewhere", inbox="https://example.org/inbox")
    strangers.settle("object", type="Note")
    strangers.settle("keyless", publicKey=None)
    strangers.settle("small", key=stranger.key_of("small", 1024))
    strangers.settle("curve", key=ed25519.Ed25519PrivateKey.generate())
    strangers.settle("large", summary="x" * 2**19)
    strangers.settle("gone")
    strangers.documents["/users/gone"] = (410, {}, b"")
    strangers.settle("uploaded")
    status, _, body = strangers.documents["/users/uploaded"]
    strangers.documents["/users/uploaded"] = (status, {"content-type": "application/json"}, body)
    deep = b'{"a":' * 30_000
    strangers.documents["/users/deep"] = (200, {"content-type": stranger.ACTIVITY}, deep)
    for name in ("owned", "named", "elsewhere", "object", "keyless", "small", "curve", "large"):
        assert acts(name) == 401, name
    for name in ("gone", "uploaded", "deep", "nobody"):
        assert acts(name) == 401, name
    assert followers(town) == []


def test_documents_that_lead_in_circles(bob, town, strangers, stranger) -> None:
    here = {"location": f"{strangers.address}/users/round"}
    there = {"location": f"{strangers.address}/users/back"}
    strangers.documents["/users/round"] = (302, there, b"")
    strangers.documents["/users/back"] = (302, here, b"")
    actor = f"{strangers.address}/users/round"
    activity = {"id": f"{actor}/1", "type": "Follow", "actor": actor, "object": town.actor}
    for _ in range(3):
        assert bob.post(activity, actor=actor, key=stranger.key_of("round")) == 401
    assert len(strangers.asked) == 4, "a few redirects are followed, and a failure is remembered"


def test_forgeries_make_few_documents_be_fetched(bob, town, strangers, stranger) -> None:
    assert bob.post(bob.activity("Follow", town.actor)) == 202
    for _ in range(5):
        forged = bob.activity("Undo", {"type": "Follow", "object": town.actor})
        assert bob.post(forged, key=stranger.key_of("eve")) == 401
    assert strangers.asked == ["/users/bob"]
    assert followers(town) == [bob.actor]
    people = town.catalogue.fediverse.people
    old = dataclasses.replace(people.get(bob.actor), fetched_at=time.time() - 7200)
    with town.catalogue.database.write() as connection:
        people.keep_in(connection, old)
    again = Federation.of(town.catalogue, town.site, secret=SECRET, trusted="127.0.0.1")
    for _ in range(5):
        forged = json.dumps(bob.activity("Undo", {"type": "Follow", "object": town.actor})).encode()
        target = f"{town.actor}/inbox"
        headers = stranger.signed(target, forged, actor=bob.actor, key=stranger.key_of("eve"))
        request = Request("POST", town.address, "/ap/actors/ada/inbox", headers, forged)
        with pytest.raises(SignatureRefused):
            again.inbox.receive(request, artist="ada")
    assert strangers.asked == ["/users/bob"] * 2, "one that was known for long is fetched once more"


def test_addresses_in_this_network_are_not_asked(stores, strangers, stranger) -> None:
    """Without the exception that these tests make, nothing here is reached."""
    site = SiteSettings(base_url="https://art.example.org", fediverse=True)
    inbox = Federation.of(stores.catalogue, site, secret=b"s" * 32).inbox
    target = "https://art.example.org/ap/inbox"
    port = strangers.address.rpartition(":")[2]
    for host in (
        f"127.0.0.1:{port}",
        f"localhost:{port}",
        f"[::1]:{port}",
        f"0x7f000001:{port}",
        "169.254.169.254",
        "10.0.0.1",
    ):
        actor = f"https://{host}/users/bob"
        activity = {"id": f"{actor}/1", "type": "Like", "actor": actor, "object": "x"}
        body = json.dumps(activity).encode()
        headers = stranger.signed(target, body, actor=actor, key=stranger.key_of("bob"))
        request = Request("POST", "https://art.example.org", "/ap/inbox", headers, body)
        with pytest.raises(SignatureRefused):
            inbox.receive(request, artist="ada")
    actor = f"http://127.0.0.1:{port}/users/bob"
    body = json.dumps({**activity, "actor": actor, "id": f"{actor}/1"}).encode()
    headers = stranger.signed(target, body, actor=actor, key=stranger.key_of("bob"))
    with pytest.raises(Malformed):
        inbox.receive(
            Request("POST", "https://art.example.org", "/ap/inbox", headers, body), artist="ada"
        )
    assert strangers.asked == []


def test_bodies_that_are_no_activities(bob, town) -> None:
    target = f"{town.actor}/inbox"
    for raw in (b"", b"[]", b"1", b"{", b"\xff", b"[" * 50_000, b'{"type":"Follow"}'):
        headers = bob.stranger.signed(target, raw, actor=bob.actor, key=bob.stranger.key_of("bob"))
        answer = bob.stranger.client().post(target, content=raw, headers=headers)
        assert answer.status_code == 400, raw[:20]
    foreign = bob.activity("Follow", town.actor, id="https://example.org/1")
    assert bob.post(foreign) == 400
    assert bob.post(bob.activity("Follow", town.actor, id=bob.actor + "x" * 600)) == 400
    assert bob.post(bob.activity("Follow", town.actor, summary="x" * 2**16)) == 413
    nobody = f"{town.address}/ap/actors/no/inbox"
    assert bob.post(bob.activity("Follow", town.actor), inbox=nobody) == 404


def test_nobody_acts_for_another(bob, town, strangers, stranger) -> None:
    alice = Bob(stranger, town, strangers.settle("alice"))
    hers = {"key": stranger.key_of("alice")}
    note = f"{town.address}/ap/works/ada/1"
    follow, like = alice.activity("Follow", town.actor), alice.activity("Like", note)
    assert [alice.post(follow, **hers), alice.post(like, **hers)] == [202, 202]
    for about in (follow, follow["id"], like, like["id"]):
        bob.post(bob.activity("Undo", about))
    bob.post(bob.activity("Like", note))
    bob.post(bob.activity("Delete", alice.actor))
    bob.post(bob.activity("Delete", {"id": alice.actor, "type": "Tombstone"}))
    assert followers(town) == [alice.actor]
    assert town.catalogue.fediverse.reactions.counts("ada:1").likes == 2


def test_replies_that_are_not_taken(bob, town) -> None:
    target = f"{town.address}/ap/works/ada/1"
    public = "https://www.w3.org/ns/activitystreams#Public"

    def replies(**changes: Any) -> int:
        bob.count += 1
        note = {
            "id": f"{bob.actor}/notes/{bob.count}",
            "type": "Note",
            "attributedTo": bob.actor,
            "inReplyTo": target,
            "to": [public],
            "content": "<p>Hello</p>",
            **changes,
        }
        assert bob.post(bob.activity("Create", note)) == 202
        return len(town.catalogue.fediverse.reactions.replies("held"))

    assert replies(to=[town.actor]) == 0, "one that is private"
    assert replies(attributedTo=f"{bob.actor}x") == 0
    assert replies(id="https://example.org/notes/1") == 0
    assert replies(inReplyTo="https://example.org/notes/1") == 0
    assert replies(inReplyTo=f"{town.address}/ap/works/ada/99") == 0
    assert replies(content=None) == 0
    assert replies() == 1
    town.catalogue.works.moderate("ada:1", "hidden", "")
    assert replies() == 1, "one to a work that is hidden"


def test_blocks(bob, town) -> None:
    people = town.catalogue.fediverse.people
    assert bob.post(bob.activity("Follow", town.actor)) == 202
    assert people.block("127.0.0.1", who="test") == 1
    assert followers(town) == [] and people.get(bob.actor) is None
    assert bob.post(bob.activity("Follow", town.actor)) == 403
    assert people.unblock("127.0.0.1")
    assert bob.post(bob.activity("Follow", town.actor)) == 202
    people.block(bob.actor, who="test")
    assert bob.post(bob.activity("Like", f"{town.address}/ap/works/ada/1")) == 403
    people.block("example.org", who="test")
    assert people.is_blocked("https://a.b.example.org:444/users/x")
    assert not people.is_blocked("https://notexample.org/users/x")


def test_a_key_that_was_changed(bob, town, strangers, stranger) -> None:
    """A known actor's document is fetched again where a signature does not fit, but not at once."""
    assert bob.post(bob.activity("Follow", town.actor)) == 202
    strangers.settle("bob", key=stranger.key_of("new"))
    like = bob.activity("Like", f"{town.address}/ap/works/ada/1")
    assert bob.post(like, key=stranger.key_of("new")) == 401, "it was fetched a moment ago"
    people = town.catalogue.fediverse.people
    old = dataclasses.replace(people.get(bob.actor), fetched_at=time.time() - 1000)
    with town.catalogue.database.write() as connection:
        people.keep_in(connection, old)
    again = Federation.of(
        town.catalogue, town.site, secret=SECRET, trusted="127.0.0.1"
    )  # as in another process, which has fetched nothing yet
    body = json.dumps(like).encode()
    target = f"{town.actor}/inbox"
    headers = stranger.signed(target, body, actor=bob.actor, key=stranger.key_of("new"))
    request = Request("POST", town.address, "/ap/actors/ada/inbox", headers, body)
    assert again.inbox.receive(request, artist="ada")
    assert people.get(bob.actor).key == stranger.pem_of(stranger.key_of("new"))


SECRET = b"s" * 32
"""As in conftest."""

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
FIELDS = ("type", "object", "to", "cc", "content", "inReplyTo", "attributedTo", "url", "actor")


def test_activities_of_any_shape(bob, town, stranger) -> None:
    """Whatever a signed activity holds, it is refused or does what it may."""
    bob.post(bob.activity("Follow", town.actor))
    inbox, target = town.federation.inbox, f"{town.actor}/inbox"
    kinds = st.sampled_from(["Follow", "Undo", "Like", "Create", "Delete", "Block", "Note"])
    values = JSON | kinds | st.sampled_from([town.actor, f"{town.address}/ap/works/ada/1"])
    objects = st.dictionaries(st.sampled_from(["id", *FIELDS]), values)

    # A fourth of the usual number, since each is signed and verified.
    @settings(max_examples=settings().max_examples // 4)
    @given(kinds, objects | values, st.dictionaries(st.sampled_from(FIELDS[2:]), values))
    def holds(kind: str, about: Any, more: dict[str, Any]) -> None:
        activity = {**bob.activity(kind, about), **more}
        body = json.dumps(activity).encode()
        headers = stranger.signed(target, body, actor=bob.actor, key=stranger.key_of("bob"))
        request = Request("POST", town.address, "/ap/actors/ada/inbox", headers, body)
        with contextlib.suppress(Malformed, SignatureRefused):
            inbox.receive(request, artist="ada")

    holds()
