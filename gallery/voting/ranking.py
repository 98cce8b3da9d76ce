"""Rankings from votes by Bradley-Terry, over artists, tunings, policies and works."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

from gallery.voting import Question
from gallery.voting.policies import policy
from storage.catalogue import Catalogue, Comparison

Grouping = Literal["artists", "tunings", "policies", "works"]
"""What is ranked: the artists of the works, their tunings, the policies of those, or the works."""

PolicyNames = Mapping[tuple[str, int], str]
"""Names of policies by artist and version of the tuning."""

PRIOR: Final = 0.5
"""Pseudo-votes of each against one of average ability, so that few votes give no extreme values."""

UNKNOWN: Final = "unknown"
"""The policy of works whose tuning is not in the catalogue."""

RESAMPLES: Final = 200
_RATERS_TO_RESAMPLE: Final = 10
_LEVEL_95: Final = 1.96


@dataclass(frozen=True)
class Rank:
    """One place: log-ability (mean 0) with its 95 % interval, and its number of votes."""

    name: str
    ability: float
    low: float
    high: float
    votes: int


@dataclass(frozen=True)
class Ranking:
    """All places, the highest ability first; `how` names the method of the intervals."""

    question: Question
    places: tuple[Rank, ...]
    votes: int
    ties: int
    raters: int
    how: str


class Rankings:
    """Rankings, computed again when there are more votes; safe for threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._made: dict[tuple[Question, Grouping], tuple[int, Ranking | None]] = {}
        self._lock = threading.Lock()

    def of(self, question: Question, by: Grouping) -> Ranking | None:
        """The ranking; None while there are no votes."""
        count = self._catalogue.votes.count(question)
        with self._lock:
            known = self._made.get((question, by))
            if known is None or known[0] != count:
                comparisons = self._catalogue.votes.comparisons(question)
                policies = self._policies() if by == "policies" else {}
                known = count, rank(question, comparisons, by, policies=policies)
                self._made[question, by] = known
            return known[1]

    def _policies(self) -> PolicyNames:
        return {
            (artist.name, row.version): policy(row.tuning)
            for artist in self._catalogue.artists.all()
            for row in self._catalogue.artists.tunings(artist.name)
        }


def rank(
    question: Question,
    comparisons: Sequence[Comparison],
    by: Grouping,
    *,
    policies: PolicyNames | None = None,
) -> Ranking | None:
    """Fit votes between different artists, tunings, policies or works; None if there are none.

    `policies` has the names of the tunings' policies.
    """
    # scipy is slow to import, and few visitors see rankings.
    from cas.experiments.bradley_terry import Vote, Votes, bootstrap, fit

    names = partial(_policies, policies or {}) if by == "policies" else _NAMES[by]
    votes: list[Vote] = []
    counts: Counter[str] = Counter()
    for comparison in comparisons:
        first, second = names(comparison)
        if first == second:
            continue
        winner, loser = (first, second) if comparison.outcome >= 0.5 else (second, first)
        votes.append(Vote(winner, loser, tie=comparison.outcome == 0.5, rater=comparison.visitor))
        counts.update((first, second))
    if not votes:
        return None
    gathered = Votes.of(votes)
    model = fit(gathered, prior=PRIOR)
    if by != "works" and model.raters >= _RATERS_TO_RESAMPLE:
        low, high, used, _ = bootstrap(
            gathered, resamples=RESAMPLES, by_rater=True, prior=PRIOR, seed=0
        )
        how = f"bootstrap over visitors, {used} resamples"
    else:
        reach = _LEVEL_95 * model.standard_errors
        low, high = model.abilities - reach, model.abilities + reach
        how = "standard errors"
    places = {
        name: Rank(name, float(a), float(below), float(above), counts[name])
        for name, a, below, above in zip(model.names, model.abilities, low, high, strict=True)
    }
    return Ranking(
        question=question,
        places=tuple(places[name] for name in model.ranking()),
        votes=model.votes,
        ties=model.ties,
        raters=model.raters,
        how=how,
    )


def _artists(comparison: Comparison) -> tuple[str, str]:
    return comparison.first_artist, comparison.second_artist


def _tunings(comparison: Comparison) -> tuple[str, str]:
    return (
        f"{comparison.first_artist}, tuning {comparison.first_tuning}",
        f"{comparison.second_artist}, tuning {comparison.second_tuning}",
    )


def _policies(policies: PolicyNames, comparison: Comparison) -> tuple[str, str]:
    return (
        policies.get((comparison.first_artist, comparison.first_tuning), UNKNOWN),
        policies.get((comparison.second_artist, comparison.second_tuning), UNKNOWN),
    )


def _works(comparison: Comparison) -> tuple[str, str]:
    return comparison.first, comparison.second


_NAMES: dict[str, Callable[[Comparison], tuple[str, str]]] = {
    "artists": _artists,
    "tunings": _tunings,
    "works": _works,
}
