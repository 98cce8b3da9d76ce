"""Change an artist that exists: its words, its seeds, its composer and painter, or retire it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal, TypedDict

from cas.vocabulary import Vocabulary
from storage.archive import latest_events
from storage.archive.archive import Archive
from storage.archive.events import ArtistEdited
from storage.catalogue import ArtistRow, Catalogue


class Changes(TypedDict, total=False):
    """What can change; what is left out stays."""

    title: str
    statement: str
    style: str
    seeds: tuple[str, ...]
    show_seeds: Literal["free", "always"]
    composer: str
    painter: str
    retired: bool


def edit_artist(
    catalogue: Catalogue,
    archive: Archive,
    artist: ArtistRow,
    *,
    changes: Changes,
    vocabulary: Vocabulary | None = None,
    who: str,
) -> ArtistEdited | None:
    """Store changes of an artist; None if they change nothing.

    Visitors read a new title and statement at once; the rest holds from the next cycle on. A
    retired artist finishes its cycle and begins no other. New seeds are looked up in `vocabulary`.

    Raises:
        UnknownConceptError: a new seed is not in the vocabulary; the nearest spellings are named.
    """
    if vocabulary is not None:
        vocabulary.indices(changes.get("seeds", ()))
    while True:
        row = catalogue.artists.get(artist.name) or artist
        current = editable(row)
        if {**current, **changes} == current:
            return None
        newest = latest_events.edits(archive.events(artist.name, "edit")).get(artist.name)
        wanted = ArtistEdited(
            artist=artist.name,
            at=datetime.now(UTC),
            version=1 if newest is None else newest.version + 1,
            who=who,
            **{**current, **changes},
        )
        stored = archive.append_once(wanted)
        catalogue.artists.edit(stored)
        # If another change took this version, begin again with what it left.
        if stored is wanted:
            return stored


def editable(artist: ArtistRow) -> Changes:
    """What can be changed of an artist, as it is from its next cycle on."""
    following = artist.next
    return Changes(
        title=following.title,
        statement=following.statement,
        style=following.style,
        seeds=following.seeds,
        show_seeds=following.show_seeds,
        composer=following.parts.composer,
        painter=following.parts.painter,
        retired=artist.retired,
    )


def differences(before: Mapping[str, object], after: ArtistEdited) -> list[str]:
    """What an edit changed, as `painter offline → openai`."""
    return [
        f"{name.replace('_', ' ')} {in_words(value)} → {in_words(getattr(after, name))}"
        for name, value in before.items()
        if getattr(after, name) != value
    ]


def in_words(value: object) -> str:
    """What can be edited, as people read it: `yes` for True, `sea, sky` for a tuple."""
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) or "(none)"
