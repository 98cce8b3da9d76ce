"""Write the outcome of a publication to the archive."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from storage.archive.archive import Archive
from storage.archive.events import Published
from storage.archive.manifest import work_id
from storage.catalogue import OutboxRow


def record(
    archive: Archive,
    row: OutboxRow,
    state: Literal["sending", "sent", "failed", "unknown"],
    detail: str,
) -> None:
    """Archive the state of a publication's current attempt, unless it is archived already."""
    artist, _, number = row.work.rpartition(":")
    assert work_id(artist, int(number)) == row.work
    archive.append_once(
        Published(
            artist=artist,
            at=datetime.now(UTC),
            number=int(number),
            channel=row.channel,
            attempt=row.attempts,
            state=state,
            detail=detail,
        )
    )
