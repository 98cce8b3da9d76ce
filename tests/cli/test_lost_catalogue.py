"""An artist whose catalogue is lost does not start again at cycle 1."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.archive.archive import Archive
from storage.archive.events import ArtistCreated, TuningChanged
from storage.archive.folder import FolderStore
from storage.catalogue import Catalogue
from tests.cli.conftest import Call
from tests.manifests import a_manifest


def test_an_empty_catalogue_is_filled_before_the_first_cycle(call: Call, lived: Path) -> None:
    for file in lived.glob("catalogue.sqlite3*"):
        file.unlink()
    result = call("run", "--data", lived, "--cycles", 3, "--no-gallery")
    assert result.code == 0 and "Rebuilt 1 artists with 3 works" in result.out
    assert "Cycle 3 has ended" in result.out
    works = call("works", "--data", lived, "--json").out
    assert [f"Work {number}" in works for number in (1, 2, 3, 4)] == [True, True, True, False]


@pytest.mark.parametrize("command", ["run", "beat", "worker"])
def test_a_catalogue_that_lacks_one_of_several_artists_stops_every_command(
    call: Call, lived: Path, created: ArtistCreated, tuned: TuningChanged, command: str
) -> None:
    archive = Archive(FolderStore(lived / "archive"))
    archive.append(created.model_copy(update={"artist": "zoe", "scope": "zoe"}))
    archive.append(tuned.model_copy(update={"artist": "zoe"}))
    archive.save_manifest(a_manifest(1, "zoe"))
    result = call(command, "--data", lived)
    assert result.code == 1 and "zoe" in result.out and "artist rebuild" in result.out
    assert call("rebuild", "--data", lived).code == 0
    catalogue = Catalogue(f"sqlite:///{lived / 'catalogue.sqlite3'}")
    assert [work.id for work in catalogue.works.all()] == ["alien:1", "alien:2", "alien:3", "zoe:1"]
    catalogue.close()


def test_an_artist_of_the_archive_is_not_created_again(call: Call, lived: Path) -> None:
    for file in lived.glob("catalogue.sqlite3*"):
        file.unlink()
    result = call("create", "alien", "--data", lived, "--seeds", "sea,sky")
    assert result.code == 1 and "artist rebuild" in result.out
