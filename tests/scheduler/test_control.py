"""Pausing, resuming and making one now are recorded, and a person's pause outlives a rebuild."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scheduler import control
from scheduler.control import ControlError
from storage.archive.archive import Archive
from storage.archive.events import ArtistCreated, Parts, TuningChanged
from storage.archive.folder import FolderStore
from storage.archive.manifest import Tuning
from storage.catalogue import ArtistRow, Catalogue
from storage.rebuild import rebuild

CREATED = ArtistCreated(
    artist="ada",
    at=datetime(2026, 1, 1, tzinfo=UTC),
    title="Ada",
    statement="",
    style="",
    seeds=("sea",),
    seed=1,
    scope="ada",
    parts=Parts(composer="grammar", painter="offline", text_encoder="t", image_encoder="i"),
)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    archive = Archive(FolderStore(tmp_path / "archive", create=True))
    archive.append(CREATED)
    tuned = TuningChanged(artist="ada", at=CREATED.at, version=1, tuning=Tuning(), who="ann")
    archive.append(tuned)
    return archive


@pytest.fixture
def catalogue(tmp_path: Path, archive: Archive) -> Iterator[Catalogue]:
    opened = Catalogue(f"sqlite:///{tmp_path / 'catalogue.sqlite3'}")
    rebuild(archive, opened)
    yield opened
    opened.close()


def ada(catalogue: Catalogue) -> ArtistRow:
    row = catalogue.artists.get("ada")
    assert row is not None
    return row


def rebuilt(archive: Archive, folder: Path) -> ArtistRow:
    again = Catalogue(f"sqlite:///{folder / 'again.sqlite3'}")
    try:
        assert rebuild(archive, again).lost == ()
        return ada(again)
    finally:
        again.close()
        (folder / "again.sqlite3").unlink()


def test_a_persons_pause_outlives_a_rebuild(
    archive: Archive, catalogue: Catalogue, tmp_path: Path
) -> None:
    control.pause(catalogue, archive, ada(catalogue), "holiday", who="ann")
    row = rebuilt(archive, tmp_path)
    assert (row.paused, row.pause_reason, row.paused_by) == (True, "holiday", "ann")
    control.resume(catalogue, archive, ada(catalogue), who="bob")
    control.make_now(catalogue, archive, ada(catalogue), who="bob")
    assert not rebuilt(archive, tmp_path).paused
    events = sorted(archive.events("ada", "control"), key=lambda event: event.at)
    assert [(event.action, event.who) for event in events] == [
        ("pause", "ann"),
        ("resume", "bob"),
        ("make now", "bob"),
    ]


def test_a_pause_without_a_reason_names_who_paused(archive: Archive, catalogue: Catalogue) -> None:
    control.pause(catalogue, archive, ada(catalogue), "  ", who="ann")
    assert ada(catalogue).pause_reason == "paused by ann"


def test_what_can_not_be_done_is_not_recorded(archive: Archive, catalogue: Catalogue) -> None:
    catalogue.artists.pause("ada", "an error")
    with pytest.raises(ControlError, match="ada is paused: resume it first"):
        control.make_now(catalogue, archive, ada(catalogue), who="ann")
    assert ada(catalogue).paused
    assert not list(archive.events("ada", "control"))
