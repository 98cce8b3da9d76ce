"""Creation of artists."""

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


def test_an_artist_is_stored_in_the_archive_and_in_the_catalogue(
    catalogue: Catalogue, archive: Archive, created: ArtistCreated
) -> None:
    artist = create_artist(
        catalogue,
        archive,
        ArtistSection(name="ada", seeds=("sea", "tower"), show_seeds="always", memory="all"),
        parts=lambda: created.parts,
        vocabulary=VOCABULARY,
    )
    assert [*archive.events("ada")] == [artist.created]
    assert (artist.created.seeds, artist.created.scope) == (("sea", "tower"), "all")
    assert artist.created.show_seeds == "always"


def test_an_existing_artist_is_not_changed(
    catalogue: Catalogue, archive: Archive, created: ArtistCreated
) -> None:
    archive.append(created)
    again = create_artist(
        catalogue,
        archive,
        ArtistSection(name="alien", seeds=("tower",)),
        parts=lambda: created.parts,
        vocabulary=VOCABULARY,
    )
    assert again.created == created


def test_an_unknown_seed_is_reported_with_a_suggestion(
    catalogue: Catalogue, archive: Archive, created: ArtistCreated
) -> None:
    with pytest.raises(UnknownConceptError, match=r"'towr'.*'tower'"):
        create_artist(
            catalogue,
            archive,
            ArtistSection(seeds=("sea", "towr")),
            parts=lambda: created.parts,
            vocabulary=VOCABULARY,
        )
    assert archive.artists() == ()


def test_an_invalid_name_is_refused(
    catalogue: Catalogue, archive: Archive, created: ArtistCreated
) -> None:
    wanted = ArtistSection.model_construct(name="../x", seeds=("sea",))
    with pytest.raises(SettingsError, match=r"'\.\./x'"):
        create_artist(
            catalogue, archive, wanted, parts=lambda: created.parts, vocabulary=VOCABULARY
        )
