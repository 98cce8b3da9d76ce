"""Decide on a work's visibility, and record who decided."""

from __future__ import annotations

from datetime import UTC, datetime

from storage.archive.archive import Archive
from storage.archive.events import WorkModerated
from storage.archive.manifest import work_id
from storage.catalogue import Catalogue, Visibility, WorkRow
from storage.errors import ObjectDamaged
from storage.takedown import TakedownError


def moderate(
    catalogue: Catalogue,
    archive: Archive,
    artist: str,
    number: int,
    visibility: Visibility,
    reason: str,
    *,
    who: str,
    detail: str = "",
) -> None:
    """Set a work to shown, blurred, held or hidden; archived before it takes effect.

    Raises:
        TakedownError: it was taken down for good, or would be by this (see `take_down`).
    """
    work = catalogue.works.get(work_id(artist, number))
    if visibility == "removed" or (work is not None and work.visibility == "removed"):
        raise TakedownError(
            f"{work_id(artist, number)} can't become {visibility}: a work is taken down by a"
            " takedown alone, and stays so, since its picture is deleted."
        )
    decided = WorkModerated(
        artist=artist,
        at=datetime.now(UTC),
        number=number,
        visibility=visibility,
        reason=reason,
        detail=detail,
        who=who,
    )
    archive.append(decided)
    catalogue.works.moderate(work_id(artist, number), visibility, reason, at=decided.at)


def why_unchecked(archive: Archive, work: WorkRow) -> str:
    """Why the automatic check of a work could not be made; empty if that is not known."""
    at = datetime.fromtimestamp(work.changed_at, UTC)
    name = f"{work.number:08d}-{at:%Y%m%dT%H%M%S.%f}"
    try:
        event = archive.read_event(work.artist, "moderation", name)
    except ObjectDamaged:
        return ""
    return event.detail if isinstance(event, WorkModerated) else ""
