"""How an artist comes into being."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cas import UnknownConceptError, Vocabulary
from storage.archive.archive import Archive
from storage.archive.events import ArtistCreated
from storage.archive.folder import FolderStore
from storage.catalogue import Catalogue
from worker.config.sections import ArtistSection
from worker.config.settings import SettingsError
from worker.create_artist import create_artist

VOCABULARY = Vocabulary(["sea", "sky", "tower"])


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    opened = Catalogue(f"sqlite:///{tmp_path / 'catalogue.sqlite3'}")
    yield opened
    opened.close()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(FolderStore(tmp_path / "archive", create=True))


def test_an_artist_is_written_down_in_the_archive_and_in_the_catalogue(
    catalogue: Catalogue, archive: Archive, created: ArtistCreated
) -> None:
    artist = create_artist(
        catalogue,
        archive,
        ArtistSection(name="ada", seeds=("sea", "tower"), memory="all"),
        parts=created.parts,
        vocabulary=VOCABULARY,
    )
    assert [*archive.events("ada")] == [artist.created]
    assert (artist.created.seeds, artist.created.scope) == (("sea", "tower"), "all")


def test_one_that_is_there_already_stays_as_it_was_created(
    catalogue: Catalogue, archive: Archive, created: ArtistCreated
) -> None:
    archive.append(created)
    again = create_artist(
        catalogue,
        archive,
        ArtistSection(name="alien", seeds=("tower",)),
        parts=created.parts,
        vocabulary=VOCABULARY,
    )
    assert again.created == created


def test_an_unknown_seed_is_named_with_what_was_perhaps_meant(
    catalogue: Catalogue, archive: Archive, created: ArtistCreated
) -> None:
    with pytest.raises(UnknownConceptError, match=r"'towr'.*'tower'"):
        create_artist(
            catalogue,
            archive,
            ArtistSection(seeds=("sea", "towr")),
            parts=created.parts,
            vocabulary=VOCABULARY,
        )
    assert archive.artists() == ()


def test_a_name_that_can_name_nothing(
    catalogue: Catalogue, archive: Archive, created: ArtistCreated
) -> None:
    wanted = ArtistSection.model_construct(name="../x", seeds=("sea",))
    with pytest.raises(SettingsError, match=r"'\.\./x'"):
        create_artist(catalogue, archive, wanted, parts=created.parts, vocabulary=VOCABULARY)
