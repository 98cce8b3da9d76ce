"""The newest event of each kind: current moderation, parts, publications, losses.

Their order is told by what is in them: the archive reads them by the names of its objects, where
*refused* comes before *reserved*.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from storage.archive.archive import Archive
from storage.archive.events import (
    ArtistControlled,
    ArtistEdited,
    Event,
    PartsChanged,
    Published,
    Spending,
    WorkModerated,
)
from storage.archive.manifest import work_id
from storage.archive.objects import Damaged, number_of
from storage.errors import ArchiveError

UNREADABLE = "the decision on how it is shown can't be read; a person will look at it"
"""Why a work is held whose moderation is damaged."""

E = TypeVar("E", bound=Event)
K = TypeVar("K", bound=Hashable)


def spending(events: Iterable[Event]) -> Mapping[str, Spending]:
    """Each paid call by its entry: its first outcome, or its reservation while it has none.

    Of two outcomes (a worker that was taken for dead woke up) the ledger keeps the first.
    """
    return _greatest(
        (event for event in events if isinstance(event, Spending)),
        by=lambda event: event.entry,
        order=lambda event: (event.state != "reserved", -event.at.timestamp()),
    )


def publications(events: Iterable[Event]) -> Mapping[tuple[str, str], Published]:
    """The outcome of the last attempt to publish each work on each channel."""
    return _greatest(
        (event for event in events if isinstance(event, Published)),
        by=lambda event: (work_id(event.artist, event.number), event.channel),
        order=lambda event: (event.attempt, event.state != "sending", event.at.timestamp()),
    )


def showings(events: Iterable[Event]) -> Mapping[str, WorkModerated]:
    """The last decision on the visibility of each work; none comes after a removal."""
    return _greatest(
        (event for event in events if isinstance(event, WorkModerated)),
        by=lambda event: work_id(event.artist, event.number),
        order=lambda event: (event.visibility == "removed", event.at.timestamp()),
    )


def decisions(
    archive: Archive, artist: str | None = None, *, damaged: Damaged = lambda *_: None
) -> Mapping[str, WorkModerated]:
    """The last decision on each work, where one that can't be read holds it back.

    So it stays until a later decision; what can't be read is passed to `damaged`, too.
    """
    unread: list[WorkModerated] = []

    def hold(key: str, error: ArchiveError) -> None:
        number = number_of(key)
        if number is not None:
            unread.append(_held(key, number))
        damaged(key, error)

    read = showings(archive.events(artist, "moderation", damaged=hold))
    return showings([*read.values(), *unread])


def _held(key: str, number: int) -> WorkModerated:
    """What stands for a decision of which the key alone is known."""
    _, artist, _, name = key.split("/")
    try:
        stamp = name.removesuffix(".json").partition("-")[2]
        at = datetime.strptime(stamp, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
    except ValueError:
        at = datetime.fromtimestamp(0, UTC)
    return WorkModerated(
        artist=artist, at=at, number=number, visibility="held", reason=UNREADABLE, who="damaged"
    )


def pauses(events: Iterable[Event]) -> Mapping[str, ArtistControlled]:
    """The last time that a person paused or resumed each artist."""
    return _greatest(
        (
            event
            for event in events
            if isinstance(event, ArtistControlled) and event.action in ("pause", "resume")
        ),
        by=lambda event: event.artist,
        order=lambda event: event.at.timestamp(),
    )


def parts(events: Iterable[Event]) -> Mapping[str, PartsChanged]:
    """The last change of each artist's parts."""
    return _greatest(
        (event for event in events if isinstance(event, PartsChanged)),
        by=lambda event: event.artist,
        order=lambda event: event.version,
    )


def edits(events: Iterable[Event]) -> Mapping[str, ArtistEdited]:
    """The last change of each artist."""
    return _greatest(
        (event for event in events if isinstance(event, ArtistEdited)),
        by=lambda event: event.artist,
        order=lambda event: event.version,
    )


def _greatest(
    events: Iterable[E], *, by: Callable[[E], K], order: Callable[[E], Any]
) -> Mapping[K, E]:
    found: dict[K, E] = {}
    for event in events:
        known = found.get(by(event))
        if known is None or order(event) > order(known):
            found[by(event)] = event
    return found
