"""What a visitor sees after a vote: both works, and how the other visitors voted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from gallery.voting import Question
from storage.archive.manifest import Tally
from storage.catalogue import Catalogue, Split, WorkRow

_RECENT: Final = timedelta(minutes=30)
"""How long the last answer is shown to a visitor who comes back."""


@dataclass(frozen=True)
class Answered:
    """A visitor's last answer; `chosen` won and `other` lost, unless it was a `tie`.

    `agree` of `others`, the votes of other visitors on this pair, were the same; `for_chosen`,
    `ties` and `for_other` are all votes on it, this one included.
    """

    chosen: WorkRow
    other: WorkRow
    tie: bool
    for_chosen: int
    ties: int
    for_other: int
    records: tuple[Tally, Tally]

    @property
    def others(self) -> int:
        """Votes of other visitors on this pair."""
        return self.for_chosen + self.ties + self.for_other - 1

    @property
    def agree(self) -> int:
        """Those of them that were the same."""
        return (self.ties if self.tie else self.for_chosen) - 1


def last_answer(catalogue: Catalogue, visitor: str, question: Question) -> Answered | None:
    """The visitor's last answer; None if there is none lately, or a work is not shown now."""
    ballot = catalogue.votes.latest_of(visitor, question)
    if ballot is None or datetime.now(UTC) - ballot.at > _RECENT:
        return None
    works = catalogue.works.some([ballot.first, ballot.second])
    pair = [works.get(ballot.first), works.get(ballot.second)]
    split = catalogue.votes.split(ballot.first, ballot.second, question)
    if ballot.outcome < 0.5:
        pair.reverse()
        split = Split(split.second, split.ties, split.first)
    chosen, other = pair
    if chosen is None or other is None or not (chosen.visible and other.visible):
        return None
    records = (
        catalogue.votes.record(chosen.id, question),
        catalogue.votes.record(other.id, question),
    )
    return Answered(
        chosen=chosen,
        other=other,
        tie=ballot.outcome == 0.5,
        for_chosen=split.first,
        ties=split.ties,
        for_other=split.second,
        records=records,
    )
