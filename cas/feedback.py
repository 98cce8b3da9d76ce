"""Feedback rules: change β after novelty or votes, within bounds that an admin sets."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from cas.errors import CasError

LEAST_VOTES: Final = 10
"""With fewer votes on a question nothing is clear."""

DEVIATIONS: Final = 2.0
"""Standard deviations of a coin's tosses by which a loss differs from chance to be clear."""

Tally = tuple[float, int]
"""How many votes were won, ties as halves, and how many there were."""


class FeedbackError(CasError):
    """Bounds or a step that β cannot move by."""


@dataclass(frozen=True)
class Feedback:
    """β moves by `step` at a time and never leaves its bounds.

    Args:
        lowest: β is never less.
        highest: β is never more.
        step: how far β moves after a work.

    Raises:
        FeedbackError: the bounds are no part of 0 to 1, or the step is negative.
    """

    lowest: float = 0.5
    highest: float = 1.0
    step: float = 0.05

    def __post_init__(self) -> None:
        if not 0 <= self.lowest <= self.highest <= 1:
            raise FeedbackError(
                f"0 ≤ lowest ≤ highest ≤ 1 must hold, not {self.lowest} and {self.highest}."
            )
        if not 0 <= self.step <= 1:
            raise FeedbackError(f"The step must be from 0 to 1, not {self.step}.")

    def next_beta(self, beta: float, *calls: int) -> float:
        """Return β after the last work; each call is 1 for up, -1 for down, 0 for neither.

        Calls that contradict each other leave β where it is; two that agree still are one step.
        """
        total = sum(calls)
        way = (total > 0) - (total < 0)
        return min(max(beta + way * self.step, self.lowest), self.highest)


def call_of_novelty(rose: bool | None) -> int:
    """Return 1 where the last work's novelty fell or stood, -1 where it rose.

    None, where there was no baseline, is 0.
    """
    if rose is None:
        return 0
    return -1 if rose else 1


def call_of_votes(*, original: Tally, harmonious: Tally) -> int:
    """Return 1 where the works clearly lost as the less original, -1 as the less harmonious.

    Both at once is 0: β gives the one for the other, and could mend neither.
    """
    return clearly_lost(original) - clearly_lost(harmonious)


def clearly_lost(tally: Tally) -> bool:
    """Return whether fewer votes were won than chance explains; never with few votes."""
    won, votes = tally
    deviation = math.sqrt(votes) / 2
    return votes >= LEAST_VOTES and won <= votes / 2 - DEVIATIONS * deviation
