"""Making catalogue and memory again from the archive alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from storage import latest
from storage.archive import Archive, place
from storage.catalogue import Catalogue
from storage.embeddings import restore_vectors
from storage.errors import ObjectDamaged, StorageError, ValueRefused
from storage.events import (
    ArtistCreated,
    CycleFailed,
    Event,
    PictureReceived,
    TuningChanged,
    VotesCast,
)
from storage.manifest import Manifest


@dataclass(frozen=True)
class Rebuilt:
    """What the archive held."""

    artists: int
    works: int
    failures: int
    open_cycles: int
    spending: int
    votes: int


class NotEmpty(StorageError):  # noqa: N818 - reads as what it says
    """The catalogue already holds an artist: rebuilding over it could lose what it alone knows."""


def rebuild(
    archive: Archive, catalogue: Catalogue, *, progress: Callable[[int], None] = lambda _: None
) -> Rebuilt:
    """Fill an empty catalogue from the archive; `progress` gets the number of works so far.

    The memory fills itself from the catalogue when the next work is judged. A cycle whose picture
    was received goes on at *judge*; one that had no picture yet begins anew.

    Raises:
        NotEmpty: the catalogue is not empty.
        ObjectDamaged: a manifest or an event can't be read, or contradicts another.
    """
    if catalogue.artists.all():
        raise NotEmpty(
            f"{catalogue.database} already holds an artist: rebuild into an empty data folder"
        )
    artists = works = failures = open_cycles = spending = votes = 0
    for event in archive.events(kind="artist"):
        assert isinstance(event, ArtistCreated)
        with _entering(event):
            catalogue.artists.add(event)
        artists += 1
    for event in archive.events(kind="tuning"):
        assert isinstance(event, TuningChanged)
        with _entering(event):
            catalogue.artists.tune(event)
    for manifest in archive.manifests():
        with _entering(manifest):
            catalogue.restore_work(manifest)
        works += 1
        progress(works)
    for event in archive.events(kind="failure"):
        assert isinstance(event, CycleFailed)
        with _entering(event):
            failures += catalogue.restore_failure(event)
    for event in archive.events(kind="picture"):
        assert isinstance(event, PictureReceived)
        with _entering(event):
            open_cycles += catalogue.restore_open_cycle(event)
    for call in latest.spending(archive.events(kind="spending")).values():
        with _entering(call):
            catalogue.ledger.enter(call)
        spending += 1
    _restore_parts(archive, catalogue)
    for work, decided in latest.showings(archive.events(kind="moderation")).items():
        with _entering(decided):
            catalogue.works.moderate(work, decided.showing, decided.reason, at=decided.at)
    for event in archive.events(kind="votes"):
        assert isinstance(event, VotesCast)
        with _entering(event):
            votes += sum(catalogue.votes.cast(ballot, archived=True) for ballot in event.ballots)
    published = latest.publications(archive.events(kind="publication"))
    for (work, _), last in published.items():
        with _entering(last):
            catalogue.outbox.enter(work, last)
    return Rebuilt(artists, works, failures, open_cycles, spending, votes)


@contextmanager
def _entering(record: Manifest | Event) -> Iterator[None]:
    """Name the object of the archive that the catalogue can't hold beside the others."""
    try:
        yield
    except (SQLAlchemyError, ValueRefused, ValueError, OverflowError) as error:
        what = error.orig if isinstance(error, DBAPIError) else error
        raise ObjectDamaged(
            f"{place(record)} can't be entered beside the archive's other objects ({what})."
            " Restore it from a backup, or move it away."
        ) from error


def _restore_parts(archive: Archive, catalogue: Catalogue) -> None:
    """Let artists whose encoders changed have the newest ones, and their works these vectors."""
    for artist, changed in latest.parts(archive.events(kind="parts")).items():
        catalogue.artists.set_parts(artist, changed.parts)
        restore_vectors(archive, catalogue, artist)
