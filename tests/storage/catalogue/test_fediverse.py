"""What other servers told, in both databases."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.catalogue import Catalogue
from storage.catalogue.fediverse import Fediverse, RemoteActor
from tests.databases import new_database


@pytest.fixture(params=["sqlite", "postgresql"])
def catalogue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalogue]:
    """An empty catalogue."""
    opened = Catalogue(new_database(request, tmp_path, request.param))
    yield opened
    opened.close()


@pytest.fixture
def stored(catalogue: Catalogue) -> Fediverse:
    return catalogue.fediverse


def actor(name: str, host: str = "one.example", *, shared: bool = True) -> RemoteActor:
    base = f"https://{host}"
    return RemoteActor(
        id=f"{base}/users/{name}",
        handle=f"@{name}@{host}",
        inbox=f"{base}/users/{name}/inbox",
        shared_inbox=f"{base}/inbox" if shared else "",
        key_id=f"{base}/users/{name}#main-key",
        key="PEM",
        fetched_at=1.0,
    )


def follow(catalogue: Catalogue, artist: str, *followers: RemoteActor) -> None:
    people = catalogue.fediverse.people
    with catalogue.database.write() as connection:
        for one in followers:
            people.keep_in(connection, one)
            people.follow_in(connection, artist, one.id, f"{one.id}/follow/{artist}")


def tell(stored: Fediverse, activity: str = "https://art.example/1", **more: str) -> int:
    return stored.deliveries.tell(
        "ada:1", "shown", artist="ada", activity=activity, body="{}", **more
    )


def test_one_delivery_for_each_server(catalogue: Catalogue, stored: Fediverse) -> None:
    follow(catalogue, "ada", actor("a"), actor("b"), actor("c", "two.example", shared=False))
    follow(catalogue, "eve", actor("d", "three.example"))
    assert tell(stored) == 2
    assert tell(stored) == 2
    rows = stored.deliveries.of_activity("https://art.example/1")
    assert [row.inbox for row in rows] == [
        "https://one.example/inbox",
        "https://two.example/users/c/inbox",
    ]


def test_an_activity_is_accepted_once(catalogue: Catalogue, stored: Fediverse) -> None:
    name = "https://one.example/1"
    accepted = []
    for who in ("https://one.example/a", "https://one.example/a", "https://one.example/b"):
        with catalogue.database.write() as connection:
            accepted.append(stored.people.accept_in(connection, who, name))
    assert accepted == [True, False, True]


def test_several_deliverers_claim_once(catalogue: Catalogue, stored: Fediverse) -> None:
    follow(catalogue, "ada", actor("a"))
    tell(stored)
    (due,) = stored.deliveries.due(limit=9)
    claimed = []
    threads = [
        threading.Thread(target=lambda: claimed.append(stored.deliveries.claim(due, seconds=60)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (mine,) = [one for one in claimed if one is not None]
    assert mine.attempts == 1
    assert stored.deliveries.settle(mine, "sent", "")
    assert not stored.deliveries.settle(mine, "failed", "")
    assert stored.deliveries.of_activity(due.activity)[0].body == "", "what is sent is not kept"


def test_a_lease_that_ended_is_taken_over(catalogue: Catalogue, stored: Fediverse) -> None:
    follow(catalogue, "ada", actor("a"))
    tell(stored)
    (due,) = stored.deliveries.due(limit=9)
    dead = stored.deliveries.claim(due, seconds=-1)
    (again,) = stored.deliveries.due(limit=9)
    assert again.state == "sending"
    taken = stored.deliveries.claim(again, seconds=60)
    assert dead is not None and taken is not None and taken.attempts == 2
    assert not stored.deliveries.settle(dead, "sent", "")


def test_an_inbox_gets_one_at_a_time_in_order(catalogue: Catalogue, stored: Fediverse) -> None:
    follow(catalogue, "ada", actor("a"))
    for number in (1, 2):
        tell(stored, f"https://art.example/{number}")
    (first,) = stored.deliveries.due(limit=9)
    assert first.activity == "https://art.example/1"
    stored.deliveries.claim(first, seconds=60)
    assert stored.deliveries.due(limit=9) == []


def test_forgetting_an_actor(catalogue: Catalogue, stored: Fediverse) -> None:
    a, b = actor("a"), actor("b", "sub.one.example")
    follow(catalogue, "ada", a, b)
    with catalogue.database.write() as connection:
        for kind in ("like", "boost"):
            stored.reactions.add_in(connection, "ada:1", a.id, kind, activity=f"{a.id}/{kind}")
            stored.reactions.add_in(connection, "ada:1", b.id, kind, activity=f"{b.id}/{kind}")
    assert stored.reactions.counts("ada:1").likes == 2
    with catalogue.database.write() as connection:
        assert stored.people.forget_in(connection, a.id)
    assert stored.reactions.counts("ada:1").likes == 1
    assert stored.people.block("one.example", who="test") == 1, "and all below a domain"
    assert stored.people.count("ada") == 0
    assert stored.reactions.of_artist("ada").boosts == 0


def test_keys_are_kept_once(stored: Fediverse) -> None:
    assert stored.keep_key("ada", "one") == "one"
    assert stored.keep_key("ada", "two") == "one"
    stored.replace_key("ada", "three")
    assert stored.key("ada") == "three"
    assert stored.key("eve") is None


def test_tidying_leaves_what_is_new(catalogue: Catalogue, stored: Fediverse) -> None:
    follow(catalogue, "ada", actor("a"))
    tell(stored)
    with catalogue.database.write() as connection:
        stored.people.accept_in(connection, "https://one.example/a", "https://one.example/1")
    stored.deliveries.forget_ended()
    stored.people.forget_idle()
    with catalogue.database.write() as connection:
        assert not stored.people.accept_in(
            connection, "https://one.example/a", "https://one.example/1"
        )
    assert stored.deliveries.count("waiting") == 1
