"""Pause, resume or retire an artist, or let it work at once; the archive keeps who did it."""

from __future__ import annotations

from datetime import UTC, datetime

from storage.archive.archive import Archive
from storage.archive.events import ArtistControlled, ArtistEdited, ControlAction
from storage.catalogue import ArtistRow, Catalogue
from storage.errors import UserFacingError
from worker.edit_artist import Changes, edit_artist


class ControlError(UserFacingError):
    """The artist can't do that now; the message says why, and what to do first."""


def note_creation(archive: Archive, artist: ArtistRow, *, who: str) -> None:
    """Record who created an artist."""
    _record(archive, artist, "create", "", who=who)


def pause(
    catalogue: Catalogue, archive: Archive, artist: ArtistRow, reason: str, *, who: str
) -> None:
    """Let no new cycle begin; the running one is finished."""
    reason = reason.strip() or f"paused by {who}"
    _record(archive, artist, "pause", reason, who=who)
    catalogue.artists.pause(artist.name, reason, who=who)


def resume(catalogue: Catalogue, archive: Archive, artist: ArtistRow, *, who: str) -> None:
    """Let the artist work at once, whatever it waits for.

    Raises:
        ControlError: it is retired.
    """
    _require_working(artist)
    _record(archive, artist, "resume", "", who=who)
    catalogue.resume(artist.name)


def make_now(catalogue: Catalogue, archive: Archive, artist: ArtistRow, *, who: str) -> None:
    """Make the next cycle due at once; it begins when the current one, if any, has ended.

    Quiet hours, budgets and free space hold all the same.

    Raises:
        ControlError: it is retired, or paused.
    """
    _require_working(artist)
    if artist.paused:
        raise ControlError(f"{artist.name} is paused: resume it first.")
    _record(archive, artist, "make now", "", who=who)
    catalogue.resume(artist.name)


def retire(
    catalogue: Catalogue, archive: Archive, artist: ArtistRow, *, who: str, undo: bool = False
) -> ArtistEdited | None:
    """Let an artist make no more works; with `undo`, let it work again at once.

    None if that changes nothing.
    """
    changes = Changes(retired=not undo)
    stored = edit_artist(catalogue, archive, artist, changes=changes, who=who)
    back = catalogue.artists.get(artist.name)
    if stored is not None and undo and back is not None:
        resume(catalogue, archive, back, who=who)
    return stored


def _require_working(artist: ArtistRow) -> None:
    if artist.retired:
        raise ControlError(f"{artist.name} is retired: undo that first.")


def _record(
    archive: Archive,
    artist: ArtistRow,
    action: ControlAction,
    reason: str,
    *,
    who: str,
) -> None:
    now = datetime.now(UTC)
    archive.append(
        ArtistControlled(artist=artist.name, at=now, action=action, reason=reason, who=who)
    )
