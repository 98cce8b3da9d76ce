"""When something shown last changed, on both databases."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from storage.archive.manifest import Manifest
from storage.catalogue import Catalogue
from storage.errors import StorageUnavailable


def test_the_same_content_has_the_time_it_had(catalogue: Catalogue) -> None:
    before = time.time()
    since = catalogue.changes.since("a feed", "one work")
    assert before - 1 < since < time.time() + 1
    assert catalogue.changes.since("a feed", "one work") == since
    catalogue.changes.since("another feed", "another work")
    assert catalogue.changes.since("a feed", "one work") == since


def test_no_two_changes_look_like_one_in_whole_seconds(catalogue: Catalogue) -> None:
    shown = ["one", "two", "one", "none", "one"]
    times = [catalogue.changes.since("a feed", content) for content in shown]
    assert len({math.floor(since) for since in times}) == len(times)
    assert times == sorted(times)


def test_where_nothing_can_be_written_all_is_new(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> None:
        raise StorageUnavailable("the disk is full")

    since = catalogue.changes.since("a feed", "one work")
    monkeypatch.setattr(catalogue.database, "write", full)
    assert catalogue.changes.since("a feed", "one work") == since
    assert catalogue.changes.since("a feed", "two works") >= since


def test_a_work_changes_when_it_is_decided_how_it_is_shown(
    alive: Catalogue, make_manifest: Callable[[int], Manifest]
) -> None:
    manifest = make_manifest(1)
    alive.restore_work(manifest)
    made = manifest.finished_at.timestamp()
    assert alive.works.last_change("alien") == made
    later = manifest.finished_at + timedelta(hours=1)
    alive.works.moderate("alien:1", "hidden", "", at=later)
    # By a clock that is behind: no time goes back.
    alive.works.moderate("alien:1", "shown", "", at=later - timedelta(minutes=5))
    work = alive.works.get("alien:1")
    assert work is not None
    assert (work.created_at, work.changed_at) == (made, later.timestamp())
    alive.works.moderate("alien:1", "blurred", "")
    assert time.time() - 60 < alive.works.last_change("alien") < time.time() + 60
    assert alive.works.decisions == 3
    assert alive.works.last_change("nobody") == 0
