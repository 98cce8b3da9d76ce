"""Rebuild the catalogue and the memory from the archive, damaged objects left out and listed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count

from storage.archive.archive import Archive
from storage.archive.events import ORPHANS, Ballot, VotesCast
from storage.catalogue import Catalogue
from storage.errors import ArchiveError, StorageError
from storage.replay import Loss, Replay, noted_losses

__all__ = ["Loss", "NotEmpty", "Rebuilt", "rebuild", "unknown_artists"]


@dataclass(frozen=True)
class Rebuilt:
    """What the archive held, and which of its objects are lost.

    `known` counts losses that were written down before, and are not listed again.
    """

    artists: int
    works: int
    failures: int
    open_cycles: int
    spending: int
    votes: int
    lost: tuple[Loss, ...] = ()
    known: int = 0


class NotEmpty(StorageError):  # noqa: N818 - reads as what it says
    """The catalogue already has every artist: a rebuild could lose data that only it has."""


def rebuild(
    archive: Archive, catalogue: Catalogue, *, progress: Callable[[int], None] = lambda _: None
) -> Rebuilt:
    """Enter every artist of the archive that the catalogue does not know, each whole or not at all.

    `progress` gets the number of works so far. The memory fills itself from the catalogue when the
    next work is judged. A cycle whose picture was received goes on at *judge*; one that had no
    picture yet starts again. What can't be read is left out, and told of in `Rebuilt.lost`. One
    that broke off goes on where it is called again.

    Raises:
        NotEmpty: the catalogue knows every artist.
        StorageUnavailable: a store is unavailable; the artist that was read then is not entered.
    """
    known = {artist.name for artist in catalogue.artists.all()}
    names = [name for name in archive.artists() if name not in {*known, ORPHANS}]
    if known and not names:
        raise NotEmpty(
            f"{catalogue.database} already holds every artist of the archive: compare them with"
            " `artist verify`, or rebuild into an empty data folder"
        )
    ballots, lost = _ballots(archive, names)
    total = count(1)
    replays = [
        Replay(archive, catalogue, name, ballots.get(name, ()), lambda: progress(next(total)))
        for name in names
    ]
    entered = [replay for replay in replays if replay.enter()]
    lost = {**lost, **{key: loss for replay in replays for key, loss in replay.lost.items()}}
    noted = {key for name in names for key in noted_losses(archive, name)}
    return Rebuilt(
        artists=len(entered),
        works=sum(replay.works for replay in entered),
        failures=sum(replay.failures for replay in entered),
        open_cycles=sum(replay.open_cycles for replay in entered),
        spending=sum(replay.spending for replay in entered),
        votes=sum(replay.votes for replay in entered),
        lost=tuple(lost[key] for key in sorted(lost.keys() - noted)),
        known=len(lost.keys() & noted),
    )


def unknown_artists(archive: Archive, catalogue: Catalogue) -> tuple[str, ...]:
    """Artists that are in the archive and not in the catalogue.

    Raises:
        StorageUnavailable: one of the stores is unavailable.
    """
    known = {artist.name for artist in catalogue.artists.all()}
    return tuple(
        name
        for name in archive.artists()
        if name not in known and name != ORPHANS and _is_told(archive, name)
    )


def _is_told(archive: Archive, name: str) -> bool:
    with suppress(ArchiveError):
        if archive.read_event(name, "artist", "created") is not None:
            return True
    return archive.has_works(name)


def _ballots(
    archive: Archive, names: Iterable[str]
) -> tuple[Mapping[str, list[Ballot]], dict[str, Loss]]:
    """All votes by the artists of their works, and the batches of these artists that are lost."""
    ballots: defaultdict[str, list[Ballot]] = defaultdict(list)
    lost: dict[str, Loss] = {}
    wanted = set(names)

    def lose(key: str, error: ArchiveError) -> None:
        if key.split("/")[1] in wanted:
            lost[key] = Loss(key, str(error))

    for event in archive.events(kind="votes", damaged=lose):
        assert isinstance(event, VotesCast)
        for ballot in event.ballots:
            for artist in {work.rpartition(":")[0] for work in (ballot.first, ballot.second)}:
                ballots[artist].append(ballot)
    return ballots, lost
