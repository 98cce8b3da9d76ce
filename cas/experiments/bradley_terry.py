"""Fit the Bradley-Terry model to pairwise comparisons by maximum likelihood.

    votes = Votes.of([Vote("a", "b"), Vote("b", "c"), Vote("c", "a"), Vote("a", "c", tie=True)])
    model = fit(votes)
    model.ranking(), model.standard_errors, bootstrap(votes, seed=0)

The chance that *i* beats *j* is π_i / (π_i + π_j), where log π is the ability (Bradley and Terry,
1952). Ties follow Davidson (1970): they have weight ν √(π_i π_j), and ν is estimated too. Without
ties the two are the same model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import linalg, stats

from cas.experiments.pair_likelihood import Floats, PairLikelihood
from cas.experiments.votes import Vote, VoteError, Votes
from cas.validation import check_number

if TYPE_CHECKING:
    import pandas

__all__ = [
    "BradleyTerry",
    "Intervals",
    "LikelihoodRatio",
    "Vote",
    "VoteError",
    "Votes",
    "bootstrap",
    "fit",
    "likelihood_ratio",
]


@dataclass(frozen=True)
class BradleyTerry:
    """Fitted abilities.

    Attributes:
        names: the n things.
        abilities: [n] log π, with mean 0.
        tie_weight: ν of Davidson's ties; 0 when there are none.
        log_likelihood: of the votes, at the maximum (the prior left out).
        prior: pseudo-votes a thing, as given to `fit`.
        votes: how many were counted.
        ties: how many of them were ties.
        raters: how many people gave them.
    """

    names: tuple[str, ...]
    abilities: Floats
    tie_weight: float
    log_likelihood: float
    prior: float
    votes: int
    ties: int
    raters: int
    _likelihood: PairLikelihood

    @cached_property
    def covariance(self) -> Floats:
        """[n, n] of the abilities as they stand (mean 0): the inverse of the information."""
        information = self._likelihood.information(self._parameters)
        size = len(self.names)
        ones = np.zeros(len(information))
        ones[:size] = 1.0
        # The abilities' common level is free, so the information is singular along `ones`.
        inverse: Floats = linalg.inv(information + np.outer(ones, ones) / size)[:size, :size]
        centre: Floats = np.eye(size) - 1.0 / size
        covariance: Floats = centre @ inverse @ centre
        return covariance

    @property
    def standard_errors(self) -> Floats:
        """[n] of the abilities, whose mean is 0."""
        errors: Floats = np.sqrt(np.diag(self.covariance).clip(min=0.0))
        return errors

    def against(self, reference: str) -> tuple[Floats, Floats]:
        """Return [n] abilities less the reference's, and the [n] standard errors of these.

        Raises:
            VoteError: there is no such name.
        """
        number = self._number(reference)
        variances = np.diag(self.covariance)
        variance = variances + variances[number] - 2 * self.covariance[number]
        return self.abilities - self.abilities[number], np.sqrt(variance.clip(min=0.0))

    def probability(self, name: str, other: str) -> float:
        """Return the chance that `name` beats `other`, ties set aside."""
        gap = self.abilities[self._number(name)] - self.abilities[self._number(other)]
        return float(1.0 / (1.0 + np.exp(-gap)))

    def ranking(self) -> tuple[str, ...]:
        """Return the names, the highest ability first, equal ones by name."""
        order = sorted(range(len(self.names)), key=lambda i: (-self.abilities[i], self.names[i]))
        return tuple(self.names[number] for number in order)

    def to_pandas(self) -> pandas.DataFrame:
        """Return one row a thing with its ability and standard error, the highest first.

        Needs pandas (`cultural-alien[lab]`).
        """
        import pandas

        columns = {"ability": self.abilities, "standard_error": self.standard_errors}
        frame = pandas.DataFrame(columns, index=pandas.Index(self.names, name="name"))
        return frame.loc[list(self.ranking())]

    @property
    def _parameters(self) -> Floats:
        tie = [np.log(self.tie_weight)] if self._likelihood.has_ties else []
        return np.concatenate([self.abilities, tie])

    def _number(self, name: str) -> int:
        if name not in self.names:
            raise VoteError(f"There is no {name!r} among the {len(self.names)} things compared.")
        return self.names.index(name)


class Intervals(NamedTuple):
    """Bootstrap intervals of the abilities: [n] each, and their number of resamples."""

    low: Floats
    high: Floats
    used: int
    left_out: int


class LikelihoodRatio(NamedTuple):
    """A likelihood-ratio test: 2 (log L - log L under equality), its degrees and its p-value."""

    statistic: float
    degrees: int
    p_value: float


def fit(votes: Votes, *, prior: float = 0.0) -> BradleyTerry:
    """Return the abilities of greatest likelihood, by Newton's method.

    Args:
        votes: what was compared.
        prior: pseudo-votes of each thing against one of ability 0, half won and half lost.
            0 is plain maximum likelihood; above 0 things with few or one-sided votes stay finite,
            and so does ν.

    Raises:
        VoteError: `prior` is negative or infinite, or 0 while no finite maximum exists (some things
            only ever won or lost against the rest, or there is no end to ν: all votes are ties).
    """
    check_number("prior", prior, "of pseudo-votes of at least 0", low=0, error=VoteError)
    likelihood = PairLikelihood.of(votes, prior=prior)
    if not prior:
        likelihood.check_maximum(votes.names)
    parameters = likelihood.maximise()
    size = len(votes.names)
    return BradleyTerry(
        names=votes.names,
        abilities=parameters[:size] - parameters[:size].mean(),
        tie_weight=float(np.exp(parameters[size])) if likelihood.has_ties else 0.0,
        log_likelihood=likelihood.log_likelihood(parameters, with_prior=False),
        prior=prior,
        votes=len(votes),
        ties=votes.ties,
        raters=len(votes.rater_names),
        _likelihood=likelihood,
    )


def bootstrap(
    votes: Votes,
    *,
    resamples: int = 200,
    level: float = 0.95,
    by_rater: bool = False,
    prior: float = 0.0,
    seed: int,
) -> Intervals:
    """Return percentile intervals of the abilities (mean 0) over resampled votes.

    Args:
        votes: what was compared.
        resamples: how many.
        level: the share of resamples between `low` and `high`.
        by_rater: resample whole raters, since one person's votes are not independent.
        prior: as in `fit`.
        seed: of the draws.

    Returns:
        The intervals. Resamples without a finite maximum are left out and counted.

    Raises:
        VoteError: as `fit`, or all resamples were left out.
    """
    if resamples < 1 or not 0 < level < 1:
        raise VoteError(
            f"resamples is at least 1 and level between 0 and 1, not {resamples} and {level}."
        )
    model = fit(votes, prior=prior)
    generator = np.random.default_rng(seed)
    resampling = _Resampling(votes, model._likelihood, by_rater=by_rater)
    start = model._parameters
    chord = model._likelihood.chord(start)
    found = []
    for _ in range(resamples):
        likelihood = resampling.draw(generator)
        try:
            parameters = likelihood.settle(start, chord, names=votes.names)
        except VoteError:
            continue
        abilities = parameters[: len(votes.names)]
        found.append(abilities - abilities.mean())
    if not found:
        raise VoteError(
            f"None of the {resamples} resamples has a finite maximum: gather more votes, or give a"
            " prior such as 0.1."
        )
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return Intervals(low, high, len(found), resamples - len(found))


def likelihood_ratio(votes: Votes, *, equal: Sequence[str] | None = None) -> LikelihoodRatio:
    """Test whether the named things, or all of them, have one ability.

    Raises:
        VoteError: fewer than two names are given, one is unknown, or `fit` cannot fit.
    """
    names = tuple(dict.fromkeys(votes.names if equal is None else equal))
    unknown = [name for name in names if name not in votes.names]
    if len(names) < 2 or unknown:
        raise VoteError(f"Name two things that were compared or more, not {list(equal or names)}.")
    free = fit(votes)
    numbers = [votes.names.index(name) for name in names]
    owner = np.arange(len(votes.names))
    owner[numbers] = numbers[0]
    likelihood = free._likelihood.merged(owner)
    bound = likelihood.log_likelihood(likelihood.maximise(), with_prior=False)
    statistic = max(0.0, 2 * (free.log_likelihood - bound))
    degrees = len(names) - 1
    return LikelihoodRatio(statistic, degrees, float(stats.chi2.sf(statistic, degrees)))


class _Resampling:
    """Draws votes, or whole raters, with replacement."""

    def __init__(self, votes: Votes, likelihood: PairLikelihood, *, by_rater: bool) -> None:
        pairs = len(likelihood.first)
        self._cells = votes.outcomes * pairs + np.searchsorted(likelihood.pairs, votes.pairs)
        self._each = np.repeat(self._cells, votes.counts)
        self._raters = votes.raters if by_rater else None
        self._people = len(votes.rater_names)
        self._counts = votes.counts
        self._likelihood = likelihood

    def draw(self, generator: np.random.Generator) -> PairLikelihood:
        """Return the likelihood of as many votes, or of all votes of as many raters."""
        cells = 3 * len(self._likelihood.first)
        if self._raters is None:
            votes = generator.integers(len(self._each), size=len(self._each))
            drawn = np.bincount(self._each[votes], minlength=cells).astype(np.float64)
        else:
            chosen = generator.integers(self._people, size=self._people)
            weights = np.bincount(chosen, minlength=self._people)[self._raters] * self._counts
            drawn = np.bincount(self._cells, weights, cells).astype(np.float64)
        return self._likelihood.with_outcomes(drawn.reshape(3, -1))
