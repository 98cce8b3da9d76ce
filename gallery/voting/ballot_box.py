"""The ballot box: votes count immediately and are archived in batches."""

from __future__ import annotations

import hashlib
import threading
from collections import defaultdict
from typing import Final

from storage.archive.archive import Archive
from storage.archive.events import Ballot, VotesCast
from storage.catalogue import Catalogue

BATCH: Final = 50
"""Votes that trigger archiving; fewer are archived after `SECONDS`, or at shutdown."""

SECONDS: Final = 60.0
_MOST: Final = 1000


class BallotBox:
    """Stores votes; safe for threads, and for several galleries with one catalogue."""

    def __init__(self, catalogue: Catalogue, archive: Archive) -> None:
        self._catalogue = catalogue
        self._archive = archive
        self._lock = threading.Lock()
        self._loose = 0

    def put(self, ballot: Ballot) -> bool:
        """Count a vote; False if the visitor has answered that question on that pair."""
        if not self._catalogue.votes.cast(ballot):
            return False
        self._loose += 1
        if self._loose >= BATCH:
            self.flush()
        return True

    def flush(self) -> int:
        """Archive every vote that is only in the catalogue; return how many.

        A crash in between leaves a vote in two batches; by its id it is counted once.
        """
        with self._lock:
            total = 0
            while ballots := self._catalogue.votes.not_archived(limit=_MOST):
                batches: dict[str, list[Ballot]] = defaultdict(list)
                for ballot in ballots:
                    batches[ballot.first.rpartition(":")[0]].append(ballot)
                for artist, batch in batches.items():
                    self._archive.append(_event(artist, batch))
                self._catalogue.votes.note_archived(ballots)
                total += len(ballots)
            self._loose = 0
            return total


def _event(artist: str, ballots: list[Ballot]) -> VotesCast:
    at = max(ballot.at for ballot in ballots)
    content = hashlib.sha256("\n".join(ballot.id for ballot in ballots).encode()).hexdigest()
    return VotesCast(
        artist=artist,
        at=at,
        batch=f"{at:%Y%m%dT%H%M%S.%f}-{content[:12]}",
        ballots=tuple(ballots),
    )
