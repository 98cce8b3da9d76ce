"""Who did what: changes by people, and decisions of automatic checks.

Those of artists and works are read from the archive, those of accounts from the file beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from gallery.admin.auth import Moderator
from gallery.admin.page import admin_page
from gallery.admin.tuning_fields import changes_in_words
from gallery.admin.words import NOT_CHECKED
from gallery.gallery import Gallery, GalleryDependency
from gallery.pages import READ
from gallery.threads import ARCHIVE, in_threads
from scheduler.tuning_updates import BY_FILE
from storage.archive.archive import Archive
from storage.archive.events import (
    ArtistControlled,
    ArtistCreated,
    ArtistEdited,
    WorkModerated,
)
from storage.catalogue import Catalogue
from worker.edit_artist import differences as edit_differences
from worker.moderation.openai import UNCHECKED

router = APIRouter(prefix="/admin")

SHOWN: Final = 300

_EDITABLE: Final = tuple(
    name
    for name in ArtistEdited.model_fields
    if name not in ("kind", "artist", "at", "version", "who", "schema_version")
)

_DECIDED: Final = {
    "shown": "showed",
    "blurred": "blurred",
    "held": "held back",
    "hidden": "hid",
    "removed": "took down",
}
_CONTROLLED: Final = {
    "create": "created it",
    "pause": "paused it",
    "resume": "let it work again",
    "make now": "asked for a work at once",
    "publish again": "asked to send again",
    "publish all again": "asked to send all that failed again",
    "confirm publication": "noted as arrived:",
    "give up publication": "decided not to send",
}


@dataclass(frozen=True)
class Entry:
    """One thing that somebody did; `work` is its number if it was about a work."""

    at: datetime
    who: str
    artist: str
    what: str
    work: int | None = None


@router.api_route("/log", **READ)
@in_threads(ARCHIVE)
def log(
    request: Request,
    gallery: GalleryDependency,
    admin: Moderator,
    artist: str = "",
    who: str = "",
) -> Response:
    """What was done, the newest first; of one artist or one person if asked."""
    entries = entries_of(gallery, accounts=admin.is_admin)
    people = sorted({entry.who for entry in entries})
    shown = [
        entry
        for entry in entries
        if (not artist or entry.artist == artist) and (not who or entry.who == who)
    ]
    return admin_page(
        request,
        gallery,
        "admin/log.html",
        admin=admin,
        entries=shown[:SHOWN],
        more=max(0, len(shown) - SHOWN),
        people=people,
        artist=artist,
        who=who,
    )


def entries_of(gallery: Gallery, *, accounts: bool) -> Sequence[Entry]:
    """Everything that was done, the newest first; with `accounts` also to these."""
    found: list[Entry] = []
    if accounts and gallery.admins is not None:
        found += [Entry(one.at, one.who, "", one.what) for one in gallery.admins.log.all()]
    for row in gallery.catalogue.artists.all():
        found += _tunings(gallery.catalogue, row.name)
        found += _edits(gallery.archive, row.name)
        found += _others(gallery.archive, row.name)
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def _tunings(catalogue: Catalogue, artist: str) -> Iterator[Entry]:
    rows = catalogue.artists.tunings(artist)
    for row, before in zip_longest(rows, rows[1:]):
        what = "the first tuning"
        if before is not None:
            what = f"tuned: {'; '.join(changes_in_words(before.tuning, row.tuning)) or 'nothing'}"
        who = "settings file" if row.who == BY_FILE else row.who
        yield Entry(row.at, row.reset_by or who, artist, what)


def _edits(archive: Archive, artist: str) -> Iterator[Entry]:
    before = _as_created(archive, artist)
    for event in archive.events(artist, "edit", damaged=lambda *_: None):
        if isinstance(event, ArtistEdited):
            what = "edited it for the first time"
            if before is not None:
                what = f"edited: {'; '.join(edit_differences(before, event)) or 'nothing'}"
            yield Entry(event.at, event.who, artist, what)
            before = {name: getattr(event, name) for name in _EDITABLE}


def _as_created(archive: Archive, artist: str) -> dict[str, object] | None:
    """What can be edited of an artist, as it was created; None if that is not known."""
    for event in archive.events(artist, "artist", damaged=lambda *_: None):
        if isinstance(event, ArtistCreated):
            parts = {"composer": event.parts.composer, "painter": event.parts.painter}
            return {
                name: parts[name] if name in parts else getattr(event, name, False)
                for name in _EDITABLE
            }
    return None


def _others(archive: Archive, artist: str) -> Iterator[Entry]:
    for event in archive.events(artist, "control", damaged=lambda *_: None):
        if isinstance(event, ArtistControlled):
            what = _CONTROLLED[event.action]
            if event.action not in ("create", "pause", "resume", "make now"):
                what += f" no. {event.number}" if event.number else ""
                what += f" {event.reason}" if event.reason else ""
            elif event.reason and event.reason != f"paused by {event.who}":
                what += f": {event.reason}"
            yield Entry(event.at, event.who, artist, what, event.number or None)
    unchecked: set[int] = set()
    for event in archive.events(artist, "moderation", damaged=lambda *_: None):
        if isinstance(event, WorkModerated):
            what = f"{_DECIDED[event.visibility]} no. {event.number}"
            reason = event.reason.replace(UNCHECKED, NOT_CHECKED)
            what += f": {reason}" if reason else ""
            if event.reason == UNCHECKED and event.number in unchecked:
                what = f"asked for the safety check of no. {event.number} again"
            elif event.reason == UNCHECKED:
                unchecked.add(event.number)
            yield Entry(event.at, event.who, artist, what, event.number)
