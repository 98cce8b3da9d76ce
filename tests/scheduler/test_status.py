"""Status: one record of an artist's state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scheduler.status import ArtistStatus, artist_status
from storage.archive.archive import Archive
from storage.archive.events import ArtistCreated, TuningChanged
from storage.archive.folder import FolderStore
from storage.archive.manifest import Manifest
from storage.archive.objects import canonical_json
from storage.catalogue import Catalogue
from tests.cycles import reschedule


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(FolderStore(tmp_path / "archive", create=True))


@pytest.fixture
def catalogue(tmp_path: Path, created: ArtistCreated, tuned: TuningChanged) -> Iterator[Catalogue]:
    opened = Catalogue(f"sqlite:///{tmp_path / 'catalogue.sqlite3'}")
    opened.artists.add(created)
    opened.artists.tune(tuned)
    yield opened
    opened.close()


def status(catalogue: Catalogue, archive: Archive) -> ArtistStatus:
    artist = catalogue.artists.get("alien")
    assert artist is not None
    return artist_status(catalogue, archive, artist)


def test_a_new_artist(catalogue: Catalogue, archive: Archive) -> None:
    found = status(catalogue, archive)
    assert (found.state, found.works, found.last_work) == ("between cycles", 0, None)
    assert found.pool == ["sea", "sky"]
    assert found.days_left_on_disk is None


def test_the_days_left_follow_from_the_size_of_the_works_and_the_cadence(
    catalogue: Catalogue,
    archive: Archive,
    make_manifest: Callable[[int], Manifest],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sizes = []
    for number in (1, 2, 3):
        data = b"\x89PNG" + bytes(1000 * number)
        manifest = make_manifest(number)
        painting = manifest.painting.model_copy(
            update={"image": archive.save_image(data, "image/png")}
        )
        manifest = manifest.model_copy(update={"painting": painting})
        archive.save_manifest(manifest)
        catalogue.restore_work(manifest)
        sizes.append(len(data) + len(canonical_json(manifest)))
    monkeypatch.setattr(Archive, "free_bytes", lambda self: 10_000_000)
    found = status(catalogue, archive)
    works_left = 10_000_000 / (sum(sizes) / 3)
    assert found.days_left_on_disk == pytest.approx(works_left * 900 / 86400, abs=0.05)
    assert found.last_work == "Work 3"
    assert found.pool == ["sea", "sky", "concept 3"]


def test_works_of_the_fallback_are_counted(
    catalogue: Catalogue, archive: Archive, make_manifest: Callable[[int], Manifest]
) -> None:
    for number, reason in enumerate(["cut short", "", "no answer", "no usable answer"], 1):
        manifest = make_manifest(number)
        composition = manifest.composition.model_copy(update={"fallback_reason": reason})
        catalogue.restore_work(manifest.model_copy(update={"composition": composition}))
    found = status(catalogue, archive)
    assert (found.fallback_works, found.fallbacks_in_a_row) == (3, 2)
    assert found.fallback_reason == "no usable answer"


def test_a_waiting_cycle_has_a_reason(catalogue: Catalogue, archive: Archive) -> None:
    cycle = catalogue.cycles.open("alien", tuning_version=1, every=900)
    assert cycle is not None
    assert status(catalogue, archive).state == "working"
    claim = catalogue.cycles.claim(cycle.id, holder="me", seconds=9)
    assert claim is not None
    reschedule(catalogue, claim, seconds=900, reason="no key")
    found = status(catalogue, archive)
    assert (found.state, found.reason, found.cycle, found.step) == (
        "waiting",
        "no key",
        1,
        "inspire",
    )


def test_paused_and_resting_artists_have_a_reason(catalogue: Catalogue, archive: Archive) -> None:
    catalogue.artists.rest("alien", seconds=60, reason="three failures")
    assert status(catalogue, archive).state == "resting"
    catalogue.artists.pause("alien", "holiday")
    found = status(catalogue, archive)
    assert (found.state, found.reason) == ("paused", "holiday")
