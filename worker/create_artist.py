"""Create an artist, in the archive first."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from datetime import UTC, datetime

from cas.vocabulary import Vocabulary
from storage.archive.archive import Archive
from storage.archive.events import ArtistCreated, Parts
from storage.archive.manifest import Manifest
from storage.catalogue import ArtistRow, Catalogue
from worker.config.sections import ArtistSection
from worker.config.settings import SettingsError
from worker.steps.pool import forked

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def default_seed(name: str) -> int:
    """Return the random seed of an artist that is given none: another one for each name."""
    return zlib.crc32(name.encode())


def create_artist(
    catalogue: Catalogue,
    archive: Archive,
    wanted: ArtistSection,
    *,
    parts: Callable[[], Parts],
    vocabulary: Vocabulary,
    fork: Manifest | None = None,
) -> ArtistRow:
    """Create an artist, or return the existing one of that name.

    With `fork` it begins with the pool that the work of another artist left. `parts` chooses its
    parts, which may take long: it is called once all else is known to be valid.

    Raises:
        UnknownConceptError: a seed is not in the vocabulary; the nearest spellings are named.
        SettingsError: the name is invalid, or the archive has works that the catalogue lacks.
    """
    if not NAME.fullmatch(wanted.name):
        raise SettingsError(
            f"artist.name = {wanted.name!r}: use lower-case letters, digits and hyphens"
        )
    vocabulary.indices([*wanted.seeds, *(fork.judgement.pool_after.concepts if fork else ())])
    if catalogue.artists.get(wanted.name) is None and archive.has_works(wanted.name):
        raise SettingsError(
            f"the archive has works of {wanted.name}, and the catalogue has not: run"
            " `artist rebuild`, or choose another name"
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
            show_seeds=wanted.show_seeds,
            scope=wanted.name if wanted.memory == "own" else "all",
            parts=parts(),
            forked_from="" if fork is None else fork.work,
            pool=None if fork is None else forked(fork.judgement.pool_after, number=fork.number),
        )
    )
    catalogue.artists.add(created)
    artist = catalogue.artists.get(created.artist)
    if artist is None:
        raise RuntimeError(f"the catalogue lost {created.artist} as soon as it was added")
    return artist
