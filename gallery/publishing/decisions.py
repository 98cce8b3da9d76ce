"""An admin's decision on a publication that failed or whose outcome is unknown."""

from __future__ import annotations

from typing import Literal

from gallery.publishing.record import record
from storage.archive.archive import Archive
from storage.catalogue import Catalogue, OutboxRow

Decision = Literal["again", "arrived", "give_up"]


def decide(
    catalogue: Catalogue, archive: Archive, row: OutboxRow, decision: Decision, *, who: str
) -> bool:
    """Send it again, or write down how it ended; False where there is nothing to decide."""
    said = f"{who} says so"
    if decision == "again":
        return catalogue.outbox.decide(row.work, row.channel, "waiting", said)
    if row.state not in ("failed", "unknown"):
        return False
    state: Literal["sent", "failed"] = "sent" if decision == "arrived" else "failed"
    record(archive, row, state, said)
    return catalogue.outbox.decide(row.work, row.channel, state, said)
