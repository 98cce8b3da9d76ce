"""Legal takedown: delete a work's picture and everything derived from it; keep why.

The decision is archived first, then the catalogue hides the work, then the files go. After a crash
it is repeated, or `artist verify --repair` finishes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

from storage.archive import latest_events
from storage.archive.archive import Archive
from storage.archive.events import WorkModerated
from storage.catalogue import Catalogue, WorkRow
from storage.errors import ObjectDamaged, ObjectMissing, UserFacingError


class TakedownError(UserFacingError):
    """A takedown that can't be made; the message says why."""


def take_down(
    catalogue: Catalogue, archive: Archive, work: WorkRow, reason: str, *, who: str
) -> Sequence[WorkRow]:
    """Take a work down for good, with every other work that has the very same picture.

    Manifests and events stay, and tell who did it and why. Returns these works.

    Raises:
        TakedownError: there is no reason.
        StorageUnavailable: a store is unavailable; repeat it then.
    """
    reason = reason.strip()
    if not reason:
        raise TakedownError("A takedown needs a reason: visitors and later admins read it.")
    works = catalogue.works.sharing_image(work.image)
    for each in works:
        if each.visibility != "removed":
            decided = WorkModerated(
                artist=each.artist,
                at=datetime.now(UTC),
                number=each.number,
                visibility="removed",
                reason=reason,
                who=who,
            )
            archive.append(decided)
            catalogue.works.moderate(each.id, "removed", reason, at=decided.at)
    archive.remove_image(work.image)
    return works


def removed_images(archive: Archive) -> frozenset[str]:
    """SHA-256 of the picture of every work that was taken down."""
    images = set[str]()
    for event in latest_events.decisions(archive).values():
        if event.visibility == "removed":
            with suppress(ObjectMissing, ObjectDamaged):
                images.add(archive.read_manifest(event.artist, event.number).painting.image)
    return frozenset(images)
