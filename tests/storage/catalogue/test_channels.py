"""Channels: their faults, holds and sessions, and how many works they take a day."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from storage.archive.manifest import Manifest
from storage.catalogue import Catalogue, ChannelRow
from storage.catalogue.db.tables import outbox
from storage.redaction import REDACTED, conceal
from tests.storage.catalogue.test_races import pad_batch


def test_faults_follow_the_settings_and_holds_wait_for_a_person(catalogue: Catalogue) -> None:
    channels = catalogue.channels
    channels.configure({"a": "", "b": "no token"})
    channels.hold("a", "revoked")
    channels.keep_session("a", "gAAAAB")
    rows = [ChannelRow("a", "", "revoked", "gAAAAB"), ChannelRow("b", "no token", "", "")]
    assert channels.all() == rows
    channels.configure({"a": "", "b": ""})
    assert [row.fault for row in channels.all()] == ["", ""]
    assert channels.release("b") == 0
    assert channels.release() == 1
    assert channels.session("a") == "gAAAAB"
    channels.configure({"b": ""})
    assert channels.session("a") == "", "a channel that is no longer set keeps nothing"


def test_what_is_told_of_a_channel_holds_no_secret(catalogue: Catalogue) -> None:
    conceal("canary-0123456789")
    catalogue.channels.hold("a", "the server repeats canary-0123456789")
    assert catalogue.channels.all()[0].held == f"the server repeats {REDACTED}"


@pytest.fixture
def works(alive: Catalogue, make_manifest: Callable[[int], Manifest]) -> list[str]:
    """Eight works that are not published yet."""
    manifests = [make_manifest(number) for number in range(1, 9)]
    for manifest in manifests:
        alive.restore_work(manifest)
    return [manifest.work for manifest in manifests]


def test_of_many_works_at_once_a_channel_takes_its_share(
    alive: Catalogue, works: list[str]
) -> None:
    def add(number: int) -> None:
        with alive.database.write() as connection:
            alive.outbox.add_in(connection, works[number], ["b", "a"], {"a": 3})

    pad_batch(add)
    with alive.database.read() as connection:
        channels = list(connection.scalars(select(outbox.c.channel)))
    assert (channels.count("a"), channels.count("b")) == (3, 8)


def test_of_many_senders_at_once_so_many_send(alive: Catalogue, works: list[str]) -> None:
    with alive.database.write() as connection:
        for work in works:
            alive.outbox.add_in(connection, work, ["a"])
    due = alive.outbox.due("a", limit=8)
    claimed = pad_batch(lambda number: alive.outbox.claim(due[number], seconds=60, per_day=3))
    taken = [row for row in claimed if row is not None]
    assert len(taken) == 3
    for row in taken:
        assert alive.outbox.settle(row, "sent", "https://example.org")
    assert alive.outbox.is_spent("a", per_day=3)
    assert not alive.outbox.is_spent("a", per_day=4)
    assert not alive.outbox.is_spent("a", per_day=0)
    with alive.database.write() as connection:
        connection.execute(update(outbox).values(next_at=outbox.c.next_at - 86_401))
    assert not alive.outbox.is_spent("a", per_day=3)


def test_a_full_queue_takes_no_more_works(alive: Catalogue, works: list[str]) -> None:
    """A channel that posts less often than the artist paints does not fall ever further behind."""
    with alive.database.write() as connection:
        for work in works:
            alive.outbox.add_in(connection, work, ["a"], {"a": 2})
    assert [row.work for row in alive.outbox.due("a", limit=9)] == works[:2]
