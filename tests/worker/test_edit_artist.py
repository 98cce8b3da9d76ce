"""Changes of an artist: in the archive first, from its next cycle on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cas import UnknownConceptError, Vocabulary
from storage.archive.archive import Archive
from storage.archive.events import ArtistCreated, TuningChanged
from storage.archive.folder import FolderStore
from storage.catalogue import ArtistRow, Catalogue
from storage.rebuild import rebuild
from tests.cycles import claimed, fail
from tests.databases import new_database
from worker.edit_artist import Changes, differences, edit_artist, editable

VOCABULARY = Vocabulary(["sea", "sky", "tower"])


@pytest.fixture(params=["sqlite", "postgresql"])
def catalogue(
    request: pytest.FixtureRequest, tmp_path: Path, created: ArtistCreated, tuned: TuningChanged
) -> Iterator[Catalogue]:
    opened = Catalogue(new_database(request, tmp_path, request.param))
    opened.artists.add(created)
    opened.artists.tune(tuned)
    yield opened
    opened.close()


@pytest.fixture
def archive(tmp_path: Path, created: ArtistCreated, tuned: TuningChanged) -> Archive:
    archive = Archive(FolderStore(tmp_path / "archive", create=True))
    archive.append(created)
    archive.append(tuned)
    return archive


def alien(catalogue: Catalogue) -> ArtistRow:
    row = catalogue.artists.get("alien")
    assert row is not None
    return row


def change(catalogue: Catalogue, archive: Archive, **changes: object) -> None:
    edit_artist(
        catalogue,
        archive,
        alien(catalogue),
        changes=Changes(**changes),  # type: ignore[typeddict-item]
        vocabulary=VOCABULARY,
        who="ann",
    )


def begin(catalogue: Catalogue) -> bool:
    return catalogue.cycles.open("alien", tuning_version=1, every=0.0) is not None


def test_words_change_at_once_and_the_rest_when_the_next_cycle_begins(
    catalogue: Catalogue, archive: Archive
) -> None:
    assert begin(catalogue)
    change(catalogue, archive, title="Moss", style="ink", seeds=("tower",), painter="openai")
    during = alien(catalogue)
    assert (during.created.title, during.created.style) == ("Moss", "woodblock")
    assert during.created.seeds == ("sea", "sky") and during.created.parts.painter == "offline"
    assert during.next.style == "ink"
    fail(catalogue, claimed(catalogue, "alien:1"))
    assert begin(catalogue)
    after = alien(catalogue)
    assert after.created == during.next and after.edited is None
    assert (after.created.seeds, after.created.parts.painter) == (("tower",), "openai")
    assert after.created.parts.image_encoder == during.created.parts.image_encoder


def test_a_second_change_keeps_the_first_and_one_to_the_same_is_none(
    catalogue: Catalogue, archive: Archive
) -> None:
    change(catalogue, archive, style="ink")
    change(catalogue, archive, title="Moss")
    change(catalogue, archive, title="Moss")
    assert (alien(catalogue).next.style, alien(catalogue).next.title) == ("ink", "Moss")
    assert [event.id for event in archive.events("alien", "edit")] == ["00000001", "00000002"]


def test_a_change_made_at_the_same_moment_is_kept(catalogue: Catalogue, archive: Archive) -> None:
    row = alien(catalogue)
    change(catalogue, archive, style="ink")
    stored = edit_artist(catalogue, archive, row, changes=Changes(title="Moss"), who="bob")
    assert stored is not None
    assert (stored.version, stored.style, stored.title) == (2, "ink", "Moss")
    assert differences(editable(row), stored) == [
        "title Cultural Alien → Moss",
        "style woodblock → ink",
    ]


def test_unknown_seeds_change_nothing(catalogue: Catalogue, archive: Archive) -> None:
    with pytest.raises(UnknownConceptError, match="tower"):
        change(catalogue, archive, seeds=("twoer",))
    assert list(archive.events("alien", "edit")) == []


def test_a_retired_artist_ends_its_cycle_and_begins_no_other(
    catalogue: Catalogue, archive: Archive
) -> None:
    assert begin(catalogue)
    change(catalogue, archive, retired=True)
    fail(catalogue, claimed(catalogue, "alien:1"))
    assert catalogue.artists.due(limit=9) == []
    assert not begin(catalogue)
    change(catalogue, archive, retired=False)
    assert [row.name for row, _ in catalogue.artists.due(limit=9)] == ["alien"]
    assert begin(catalogue)


def test_changes_come_back_from_the_archive(
    catalogue: Catalogue, archive: Archive, tmp_path: Path
) -> None:
    change(catalogue, archive, title="Moss", seeds=("tower",), painter="openai")
    change(catalogue, archive, retired=True)
    new = Catalogue(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    assert not rebuild(archive, new).lost
    found = alien(new)
    new.close()
    assert found.retired and found.next == alien(catalogue).next
