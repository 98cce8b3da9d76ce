"""Federation with a server made with Fedify, an independent implementation of ActivityPub.

Fedify is an npm package for node 22: `npm install --no-save --prefix tests node@22
@fedify/fedify@2.3.6`. FEDIFY in the environment names another folder with them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

MODULES = Path(os.environ.get("FEDIFY") or Path(__file__).parents[2] / "node_modules")
NODE = MODULES / ".bin" / "node"
HERE = Path(__file__).parent
DRAFT, RFC_9421 = "draft-cavage-http-signatures-12", "rfc9421"

pytestmark = pytest.mark.skipif(
    not (MODULES / "@fedify" / "fedify").exists() or not NODE.exists(),
    reason="needs Fedify: npm install --no-save --prefix tests node@22 @fedify/fedify@2.3.6",
)


class Peer:
    """The other server."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.actor = f"{address}/users/bob"

    def does(self, deed: str, about: str, **more: str) -> Any:
        """Let its account do something about an object."""
        answer = httpx2.post(
            f"{self.address}/control/{deed}", json={"object": about, **more}, timeout=30
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def received(self) -> list[Any]:
        """The activities that it took in, whose signatures it verified."""
        return httpx2.get(f"{self.address}/control/received").json()


@pytest.fixture
def peer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Peer]:
    """The other server, which signs by the draft if a test does not ask for the other way."""
    folder = tmp_path / "peer"
    folder.mkdir()
    shutil.copy(HERE / "peer.mjs", folder)
    (folder / "node_modules").symlink_to(MODULES.resolve())
    with subprocess.Popen(
        [str(NODE), "peer.mjs", getattr(request, "param", DRAFT)],
        cwd=folder,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        found = re.search(rb"http://\S+", process.stdout.readline())
        assert found is not None, "the peer ended before it listened"
        yield Peer(found[0].decode())
        process.terminate()


def kinds(peer: Peer) -> list[str]:
    return [activity["type"] for activity in peer.received()]


both = pytest.mark.parametrize("peer", [DRAFT, RFC_9421], indirect=True)


@both
def test_it_is_followed_and_posts(town, peer) -> None:
    follow = peer.does("follow", town.actor, to=town.actor)
    assert [one.actor for one in town.catalogue.fediverse.people.followers("ada")] == [peer.actor]
    town.deliverer.run()
    (accept,) = peer.received()
    assert accept["type"] == "Accept" and accept["actor"] == town.actor
    assert follow in str(accept["object"])

    town.publish("ada:2", "ada:3")
    assert kinds(peer) == ["Accept", "Create", "Create"]
    created = peer.received()[1]
    note = created["object"]
    assert note["id"] == f"{town.address}/ap/works/ada/2"
    assert "a picture of" in note["attachment"][0]["name"]
    with town.catalogue.database.write() as connection:  # its sender died before it was noted
        connection.execute(text("UPDATE outbox SET state = 'waiting' WHERE work = 'ada:2'"))
    town.publish()
    assert kinds(peer) == ["Accept", "Create", "Create"], "each is delivered once"

    peer.does("unfollow", town.actor, to=town.actor)
    town.publish("ada:1")
    assert kinds(peer) == ["Accept", "Create", "Create"]
    assert town.catalogue.fediverse.people.count("ada") == 0


def test_its_documents_are_understood(town, peer) -> None:
    actor = peer.does("look", town.actor)
    assert actor["type"] == "Service" and actor["preferredUsername"] == "ada"
    assert httpx2.get(actor["icon"]["url"]).headers["content-type"] == "image/jpeg"
    note = peer.does("look", f"{town.address}/ap/works/ada/3")
    assert note["type"] == "Note" and note["attributedTo"] == town.actor
    (picture,) = note["attachment"]
    assert httpx2.get(picture["url"]).headers["content-type"] == "image/jpeg"
    found = peer.does("finger", town.actor)
    assert found["subject"] == f"acct:ada@{town.address.removeprefix('http://')}"
    assert {link["href"] for link in found["links"]} >= {town.actor}
    assert peer.does("outbox", town.actor) == [
        f"{town.address}/ap/works/ada/{number}/create" for number in (3, 2, 1)
    ]


def test_a_page_names_its_post(town, peer) -> None:
    """People paste a page's address into their server's search."""
    note = peer.does("look", f"{town.address}/works/ada/3")
    assert note["id"] == f"{town.address}/ap/works/ada/3"
    assert peer.does("look", f"{town.address}/artists/ada")["id"] == town.actor


@both
def test_it_is_liked_boosted_and_answered(town, peer) -> None:
    note = f"{town.address}/ap/works/ada/3"
    reactions = town.catalogue.fediverse.reactions
    peer.does("like", note, to=town.actor)
    peer.does("like", note, to=town.actor)
    peer.does("boost", note, to=town.actor)
    peer.does("reply", note, to=town.actor, content="<p>Oh!<script>alert(1)</script></p>")
    counts = reactions.counts("ada:3")
    assert (counts.likes, counts.boosts, counts.replies) == (1, 1, 0)
    (reply,) = reactions.replies("held")
    assert reply.text == "Oh!"
    assert "Oh!" not in httpx2.get(f"{town.address}/works/ada/3").text
    reactions.decide(reply.note, "allowed")
    assert [one.text for one in reactions.allowed("ada:3")] == ["Oh!"]
    peer.does("unlike", note, to=town.actor)
    assert reactions.counts("ada:3").likes == 0
    peer.does("leave", town.actor, to=town.actor)
    assert not any(vars(reactions.counts("ada:3")).values())
    assert town.catalogue.fediverse.people.get(peer.actor) is None


def test_changes_are_told(town, peer) -> None:
    peer.does("follow", town.actor, to=town.actor)
    town.deliverer.run()
    town.publish("ada:1", "ada:2")
    town.catalogue.works.moderate("ada:1", "blurred", "blood")
    town.deliverer.run()
    update = peer.received()[-1]
    assert update["type"] == "Update"
    assert update["object"]["sensitive"] is True and update["object"]["summary"] == "blood"
    town.catalogue.works.moderate("ada:1", "hidden", "")
    town.deliverer.run()
    gone = peer.received()[-1]
    assert gone["type"] == "Delete"
    assert gone["object"]["id"] == f"{town.address}/ap/works/ada/1"
    town.deliverer.run()
    assert kinds(peer) == ["Accept", "Create", "Create", "Update", "Delete"]
