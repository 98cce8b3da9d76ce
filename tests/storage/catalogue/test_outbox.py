"""The outbox: who may send, what a dead sender leaves, and what a person decides."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from storage.archive.manifest import Manifest
from storage.catalogue import Catalogue


@pytest.fixture
def waiting(alive: Catalogue, make_manifest: Callable[[int], Manifest]) -> Catalogue:
    """Two works that wait to be published on two channels."""
    for number in (1, 2):
        manifest = make_manifest(number)
        alive.restore_work(manifest)
        with alive.database.write() as connection:
            alive.outbox.add_in(connection, manifest.work, ["mastodon", "webhook"])
    return alive


def test_the_oldest_goes_first_and_to_one_sender_alone(waiting: Catalogue) -> None:
    due = waiting.outbox.due(limit=10)
    assert [(row.work, row.channel) for row in due] == [
        ("alien:1", "mastodon"),
        ("alien:1", "webhook"),
        ("alien:2", "mastodon"),
        ("alien:2", "webhook"),
    ]
    claimed = waiting.outbox.claim(due[0], seconds=60)
    assert claimed is not None and claimed.attempts == 1
    assert waiting.outbox.claim(due[0], seconds=60) is None
    assert due[0] not in waiting.outbox.due(limit=10)
    assert len(waiting.outbox.due(limit=10)) == 3


def test_a_sender_that_took_too_long_can_not_settle(waiting: Catalogue) -> None:
    row = waiting.outbox.due(limit=1)[0]
    slow = waiting.outbox.claim(row, seconds=-1)
    assert slow is not None
    again = waiting.outbox.due(limit=1)[0]
    assert (again.work, again.state) == (row.work, "sending")
    quick = waiting.outbox.claim(again, seconds=60)
    assert quick is not None
    assert not waiting.outbox.settle(slow, "failed", "too late")
    assert waiting.outbox.settle(quick, "sent", "https://example.org/1")
    assert waiting.outbox.of_work(row.work)[0].detail == "https://example.org/1"


def test_what_waits_is_not_due_yet(waiting: Catalogue) -> None:
    for row in waiting.outbox.due(limit=10):
        claimed = waiting.outbox.claim(row, seconds=60)
        assert claimed is not None
        waiting.outbox.settle(claimed, "waiting", "away", wait=600)
    assert waiting.outbox.due(limit=10) == []
    assert len(waiting.outbox.newest(states=["waiting"])) == 4


def test_a_person_decides_on_what_is_unknown_alone(waiting: Catalogue) -> None:
    row = waiting.outbox.due(limit=1)[0]
    assert not waiting.outbox.decide(row.work, row.channel, "sent", "seen by hand")
    claimed = waiting.outbox.claim(row, seconds=60)
    assert claimed is not None
    waiting.outbox.settle(claimed, "unknown", "the connection broke")
    assert row not in waiting.outbox.due(limit=10)
    assert waiting.outbox.decide(row.work, row.channel, "waiting", "send it again")
    assert waiting.outbox.due(limit=1)[0].work == row.work
