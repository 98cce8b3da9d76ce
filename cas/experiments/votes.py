"""Votes as columns: pairwise comparisons by people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cas.errors import CasError

Integers = NDArray[np.int64]
"""An array of int64."""


class VoteError(CasError):
    """Votes from which abilities cannot be estimated."""


class Vote(NamedTuple):
    """One comparison: who won (or, in a tie, the two in either order), and who judged."""

    winner: str
    loser: str
    tie: bool = False
    rater: str = ""


@dataclass(frozen=True)
class Votes:
    """Comparisons as columns, one row for equal ones.

    Attributes:
        names: the n things compared; some may have no votes.
        first: [R] the winner's number (in a tie, either one's).
        second: [R] the loser's.
        tied: [R] whether it was a tie.
        raters: [R] the rater's number.
        counts: [R] how often this happened.
        rater_names: the raters.
    """

    names: tuple[str, ...]
    first: Integers
    second: Integers
    tied: NDArray[np.bool_]
    raters: Integers
    counts: Integers
    rater_names: tuple[str, ...]

    @classmethod
    def of(cls, votes: Iterable[Vote], *, names: Sequence[str] | None = None) -> Votes:
        """Gather votes; `names` may list things without votes.

        Raises:
            VoteError: there is no vote, a thing is compared with itself, or `names` lacks one.
        """
        numbers = {name: number for number, name in enumerate(names or ())}
        raters: dict[str, int] = {}
        rows = []
        for vote in votes:
            if vote.winner == vote.loser:
                raise VoteError(f"{vote.winner!r} is compared with itself: leave that vote out.")
            if names is not None and not {vote.winner, vote.loser} <= numbers.keys():
                unknown = vote.winner if vote.winner not in numbers else vote.loser
                raise VoteError(f"There is a vote on {unknown!r}, which `names` does not list.")
            pair = [numbers.setdefault(name, len(numbers)) for name in (vote.winner, vote.loser)]
            rows.append((*pair, vote.tie, raters.setdefault(vote.rater, len(raters))))
        if not rows:
            raise VoteError("There are no votes: nothing can be estimated.")
        table, counts = np.unique(np.array(rows, dtype=np.int64), axis=0, return_counts=True)
        first, second, tied, judges = table.T
        return cls(tuple(numbers), first, second, tied == 1, judges, counts, tuple(raters))

    @classmethod
    def of_wins(cls, names: Sequence[str], wins: NDArray[np.int64]) -> Votes:
        """Take a table: `wins[i, j]` is how often i beat j; the diagonal is left out.

        Raises:
            VoteError: the table is not n by n whole numbers of at least 0, or is empty.
        """
        table = np.asarray(wins)
        if table.shape != (len(names), len(names)) or not np.issubdtype(table.dtype, np.integer):
            raise VoteError(
                f"{len(names)} names need {len(names)} × {len(names)} whole numbers of wins, not"
                f" {table.dtype} of shape {table.shape}."
            )
        first, second = np.nonzero(table * (1 - np.eye(len(names), dtype=np.int64)))
        if (table < 0).any() or not len(first):
            raise VoteError("A table of wins holds no negative counts, and at least one win.")
        rows = len(first)
        nobody = np.zeros(rows, dtype=np.int64)
        tied = np.zeros(rows, dtype=np.bool_)
        return cls(tuple(names), first, second, tied, nobody, table[first, second], ("",))

    def __len__(self) -> int:
        return int(self.counts.sum())

    @property
    def ties(self) -> int:
        """How many of the votes are ties."""
        return int(self.counts[self.tied].sum())

    @property
    def pairs(self) -> Integers:
        """[R] a number for each pair of things, whichever won."""
        low, high = np.minimum(self.first, self.second), np.maximum(self.first, self.second)
        return np.asarray(low * len(self.names) + high)

    @property
    def outcomes(self) -> Integers:
        """[R] 0 where the thing of the lower number won, 1 where it lost, 2 in a tie."""
        return np.where(self.tied, 2, (self.first > self.second).astype(np.int64))
