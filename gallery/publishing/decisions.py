"""An admin's decisions on publications that failed, wait for a held channel, or are unknown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from gallery.publishing.record import record
from storage.archive.archive import Archive
from storage.archive.events import ArtistControlled, ControlAction
from storage.catalogue import Catalogue, OutboxRow
from storage.catalogue.outbox import DECIDED, Publication

Decision = Literal["again", "arrived", "give_up"]

_ACTIONS: Final[dict[Decision, ControlAction]] = {
    "again": "publish again",
    "arrived": "confirm publication",
    "give_up": "give up publication",
}
_OPEN: Final[dict[Decision, tuple[Publication, ...]]] = {
    "again": ("waiting", "failed", "unknown", "dry"),
    "arrived": ("failed", "unknown"),
    "give_up": ("waiting", "failed", "unknown"),
}
"""The states in which each decision can be made."""
_MOST: Final = 100_000
"""Publications that are looked through for the artists whose log tells of a decision on all."""


def decide(
    catalogue: Catalogue, archive: Archive, row: OutboxRow, decision: Decision, *, who: str
) -> bool:
    """Queue it again, or record the outcome; False if there is nothing to decide.

    One that waits is tried at once, or is not sent.
    """
    detail = f"{DECIDED}{who}"
    if row.state not in _OPEN[decision]:
        return False
    artist, _, number = row.work.rpartition(":")
    _note(archive, artist, _ACTIONS[decision], f"on {row.channel}", who=who, number=int(number))
    if decision == "again":
        # Why it failed is told until the next attempt.
        kept = row.detail if row.state == "waiting" else detail
        return catalogue.outbox.decide(row.work, row.channel, "waiting", kept)
    state: Literal["sent", "failed"] = "sent" if decision == "arrived" else "failed"
    record(archive, row, state, detail)
    return catalogue.outbox.decide(row.work, row.channel, state, detail)


@dataclass(frozen=True)
class Retried:
    """How many channels were held, and how many publications had failed; all go on now."""

    channels: int
    publications: int


def give_up_all(catalogue: Catalogue, archive: Archive, *, who: str) -> int:
    """Do not send what failed once or more and would be tried again; return how many."""
    rows = catalogue.outbox.struggling(limit=_MOST)
    return sum(decide(catalogue, archive, row, "give_up", who=who) for row in rows)


def retry_all(
    catalogue: Catalogue, archive: Archive, *, who: str, channel: str | None = None
) -> Retried:
    """Let held channels go on, and send what failed again: on one channel, or on all.

    Publications whose outcome is unknown stay so: each is a decision of its own.
    """
    waiting = catalogue.outbox.newest(states=("waiting", "failed"), limit=_MOST)
    artists = {
        row.work.rpartition(":")[0]
        for row in waiting
        if channel in (None, row.channel) and not row.detail.startswith(DECIDED)
    }
    for artist in sorted(artists or {row.name for row in catalogue.artists.all()}):
        reason = "" if channel is None else f"on {channel}"
        _note(archive, artist, "publish all again", reason, who=who)
    publications = catalogue.outbox.retry(channel, f"queued again by {who}")
    return Retried(catalogue.channels.release(channel), publications)


def _note(
    archive: Archive, artist: str, action: ControlAction, reason: str, *, who: str, number: int = 0
) -> None:
    archive.append(
        ArtistControlled(
            artist=artist,
            at=datetime.now(UTC),
            action=action,
            reason=reason,
            number=number,
            who=who,
        )
    )
