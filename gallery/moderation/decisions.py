"""Decide on a work's visibility, and record who decided."""

from __future__ import annotations

from datetime import UTC, datetime

from storage.archive.archive import Archive
from storage.archive.events import WorkModerated
from storage.archive.manifest import work_id
from storage.catalogue import Catalogue, Visibility


def moderate(
    catalogue: Catalogue,
    archive: Archive,
    artist: str,
    number: int,
    visibility: Visibility,
    reason: str,
    *,
    who: str,
) -> None:
    """Set a work to shown, blurred, held or hidden; archived before it takes effect."""
    decided = WorkModerated(
        artist=artist,
        at=datetime.now(UTC),
        number=number,
        visibility=visibility,
        reason=reason,
        who=who,
    )
    archive.append(decided)
    catalogue.works.moderate(work_id(artist, number), visibility, reason, at=decided.at)
