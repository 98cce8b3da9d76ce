"""Create an artist: validated, and written to the archive first."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from cas.vocabulary import Vocabulary
from storage.archive.archive import Archive
from storage.archive.events import ArtistCreated, Parts
from storage.catalogue import ArtistRow, Catalogue
from worker.config.sections import ArtistSection
from worker.config.settings import SettingsError

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def create_artist(
    catalogue: Catalogue,
    archive: Archive,
    wanted: ArtistSection,
    *,
    parts: Parts,
    vocabulary: Vocabulary,
) -> ArtistRow:
    """Create an artist, or return the one of that name that is there already.

    Raises:
        UnknownConceptError: a seed is not in the vocabulary; the nearest spellings are named.
        SettingsError: the name can't name an artist, or names one whom the catalogue lost.
    """
    if not NAME.fullmatch(wanted.name):
        raise SettingsError(
            f"artist.name = {wanted.name!r}: use lower-case letters, digits and hyphens"
        )
    vocabulary.indices(wanted.seeds)
    if catalogue.artists.get(wanted.name) is None and archive.has_works(wanted.name):
        raise SettingsError(
            f"the archive holds works of {wanted.name}, and the catalogue does not know it: run"
            " `artist rebuild`, so that its life is not lived again, or choose another name"
        )
    created = archive.append_once(
        ArtistCreated(
            artist=wanted.name,
            at=datetime.now(UTC),
            title=wanted.title,
            statement=wanted.statement,
            style=wanted.style,
            seeds=wanted.seeds,
            seed=wanted.seed,
            scope=wanted.name if wanted.memory == "own" else "all",
            parts=parts,
        )
    )
    catalogue.artists.add(created)
    artist = catalogue.artists.get(created.artist)
    if artist is None:
        raise RuntimeError(f"the catalogue lost {created.artist} as soon as it was entered")
    return artist
