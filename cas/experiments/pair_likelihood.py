"""The likelihood of votes under Bradley-Terry with Davidson's ties, and its maximisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse, special
from scipy.sparse.csgraph import NegativeCycleError, bellman_ford, connected_components
from scipy.sparse.linalg import LinearOperator, cg

from cas.experiments.votes import VoteError, Votes

Floats = NDArray[np.float64]
"""An array of float64."""
Integers = NDArray[np.int64]
"""An array of int64."""

NEWTON_STEPS = 200
"""After this many without convergence the votes are almost one-sided."""
TOLERANCE = 1e-10
"""The longest last step of Newton's method, in log π."""
CHORD_STEPS = 30
"""Cheap steps of a resample before Newton's method."""
CHORD_TOLERANCE = 1e-5
"""The longest last cheap step, in log π."""
DENSE = 2000
"""Up to this many things a Newton step solves a dense system; above it, conjugate gradients."""
TIE_PRIOR = 1e-3
"""The share of the prior that log ν gets: it keeps ν finite where all votes are ties, and moves no
digit that is shown where they are not."""


class Chances(NamedTuple):
    """[P] each: that a pair's first wins, that its second wins, and of a tie."""

    first: Floats
    second: Floats
    tie: Floats


class Chord(NamedTuple):
    """The inverse of the whole data's information, and its diagonal before the inversion."""

    inverse: Floats
    diagonal: Floats


@dataclass(frozen=True)
class PairLikelihood:
    """The votes on P pairs of n things; parameters are n abilities and, with ties, log ν.

    Each vote is a multinomial logit over (first wins, second wins, tie) with the logits d/2, -d/2
    and log ν, d being the difference of the pair's abilities: concave in all parameters.

    Attributes:
        size: n.
        first: [P] each pair's lower number.
        second: [P] its higher number.
        won: [P] how often the first won.
        lost: [P] how often the second won.
        tied: [P] how often neither did.
        prior: pseudo-votes of each thing against one of ability 0, half won and half lost.
        has_ties: whether there are ties, so that ν is estimated.
        incidence: [P, n], 1 in the first's column and -1 in the second's.
    """

    size: int
    first: Integers
    second: Integers
    won: Floats
    lost: Floats
    tied: Floats
    prior: float
    has_ties: bool
    incidence: sparse.csr_array

    @classmethod
    def of(cls, votes: Votes, *, prior: float) -> PairLikelihood:
        """Count the votes on each pair."""
        size = len(votes.names)
        pairs, rows = np.unique(votes.pairs, return_inverse=True)
        outcomes = np.zeros((3, len(pairs)))
        np.add.at(outcomes, (votes.outcomes, rows), votes.counts)
        first, second = pairs // size, pairs % size
        incidence = _incidence(first, second, size)
        won, lost, tied = outcomes
        has_ties = bool(tied.any())
        return cls(size, first, second, won, lost, tied, prior, has_ties, incidence)

    def with_outcomes(self, outcomes: Floats) -> PairLikelihood:
        """Return the same pairs with other outcomes [3, P]."""
        won, lost, tied = outcomes
        return replace(self, won=won, lost=lost, tied=tied, has_ties=bool(tied.any()))

    def merged(self, owner: Integers) -> PairLikelihood:
        """Let things share the ability of the thing that `owner` [n] names."""
        first, second = owner[self.first], owner[self.second]
        incidence = _incidence(first, second, self.size)
        return replace(self, first=first, second=second, incidence=incidence)

    @property
    def pairs(self) -> Integers:
        """[P] a number for each pair, ascending, as `Votes.pairs`."""
        return self.first * self.size + self.second

    @cached_property
    def total(self) -> Floats:
        """[P] how often each pair was compared."""
        return self.won + self.lost + self.tied

    @cached_property
    def prior_weights(self) -> Floats:
        """[n (+ 1)] pseudo-votes on each parameter against one of 0."""
        tie = [self.prior * TIE_PRIOR] if self.has_ties else []
        return np.append(np.full(self.size, self.prior), tie)

    def check_maximum(self, names: Sequence[str]) -> None:
        """Raise unless the likelihood without a prior has one finite maximum.

        Every two things must be linked by wins (or ties) both ways (Ford, 1957). Ties and wins
        together must not be those of an order in steps either, each won vote one step down or more
        and each tie one at most: the wider the steps and the greater ν, the likelier they would be.
        """
        ahead, behind = self.won + self.tied > 0, self.lost + self.tied > 0
        winners = np.concatenate([self.first[ahead], self.second[behind]])
        losers = np.concatenate([self.second[ahead], self.first[behind]])
        won = np.concatenate([self.won[ahead], self.lost[behind]]) > 0
        shape = (self.size, self.size)
        edges = sparse.csr_array((np.where(won, -1.0, 1.0), (winners, losers)), shape=shape)
        parts, labels = connected_components(edges, directed=True, connection="strong")
        if parts > 1:
            sizes = np.bincount(labels)
            apart = [names[int(n)] for n in np.flatnonzero(labels != sizes.argmax())]
            shown = ", ".join(repr(name) for name in apart[:3]) + ("…" if len(apart) > 3 else "")
            raise VoteError(
                f"No finite abilities fit these votes: {shown} ({len(apart)} of {self.size}) only"
                " won, only lost, or never met the rest. Gather more votes, leave them out, or give"
                " a prior such as 0.1."
            )
        if self.has_ties and _has_potentials(edges):
            raise VoteError(
                "No finite weight of ties fits these votes: all are ties, or whatever was won"
                " tells one order of all things. Gather more votes, or give a prior such as 0.1."
            )

    def chances(self, parameters: Floats) -> Chances:
        """Return the chances of every pair's three outcomes."""
        gap = self.incidence @ parameters[: self.size]
        if not self.has_ties:
            return Chances(special.expit(gap), special.expit(-gap), np.zeros_like(gap))
        logits = np.stack([gap / 2, -gap / 2, np.full_like(gap, parameters[self.size])])
        return Chances(*special.softmax(logits, axis=0))

    def log_likelihood(self, parameters: Floats, *, with_prior: bool) -> float:
        """Return the log-likelihood of the votes, or of votes and prior."""
        counts = (self.won, self.lost, self.tied)
        total = sum(
            float((count[count > 0] * np.log(chance[count > 0].clip(min=1e-300))).sum())
            for count, chance in zip(counts, self.chances(parameters), strict=True)
        )
        if with_prior and self.prior:
            half = parameters / 2
            total -= float(self.prior_weights @ np.logaddexp(half, -half))
        return total

    def gradient(self, parameters: Floats, chances: Chances) -> Floats:
        """Return [n (+ 1)] derivatives of the log-likelihood and the prior."""
        first, second, tie = chances
        # Sums of small numbers: differences of large ones lose them where votes are one-sided.
        pull = self.won * second - self.lost * first
        if self.has_ties:
            pull += ((self.won - self.lost) * tie - self.tied * (first - second)) / 2
        slope = np.asarray(self.incidence.T @ pull)
        if self.has_ties:
            decided = self.won + self.lost
            slope = np.append(slope, (self.tied * (first + second) - decided * tie).sum())
        return slope - self.prior_weights / 2 * np.tanh(parameters / 2) if self.prior else slope

    def information(self, parameters: Floats) -> Floats:
        """Return the dense [n (+ 1), n (+ 1)] negative Hessian."""
        chances = self.chances(parameters)
        weights = self._gap_curvature(chances)
        found = (self.incidence.T @ (self.incidence * weights[:, None])).toarray()
        if self.has_ties:
            cross, drawn = self._tie_curvature(chances)
            edge = self.incidence.T @ cross
            found = np.block([[found, edge[:, None]], [edge[None, :], np.array([[drawn]])]])
        found[np.diag_indices(len(found))] += self._prior_curvature(parameters)
        return np.asarray(found)

    def diagonal(self, parameters: Floats, chances: Chances) -> Floats:
        """Return the diagonal of the information."""
        weights, size = self._gap_curvature(chances), self.size
        each = [np.bincount(side, weights, size) for side in (self.first, self.second)]
        tie = [self._tie_curvature(chances)[1]] if self.has_ties else []
        return np.append(each[0] + each[1], tie) + self._prior_curvature(parameters)

    def chord(self, parameters: Floats) -> Chord:
        """Return what `settle` needs of the whole data."""
        inverse = linalg.cho_solve(self._factor(parameters), np.eye(len(parameters)))
        return Chord(inverse, self.diagonal(parameters, self.chances(parameters)))

    def settle(self, start: Floats, chord: Chord, *, names: Sequence[str]) -> Floats:
        """Maximise a resample's likelihood from the whole data's maximum.

        The whole data's information, scaled to this one's diagonal at every step, is close to its
        own, so a few cheap steps settle it; what they do not settle goes through Newton's method.
        A resample without ties has no log ν.

        Raises:
            VoteError: there is no finite maximum.
        """
        number = self.size + self.has_ties
        chord = Chord(chord.inverse[:number, :number], chord.diagonal[:number])
        parameters: Floats = start[:number]
        for _ in range(CHORD_STEPS):
            chances = self.chances(parameters)
            diagonal = self.diagonal(parameters, chances)
            scale = np.sqrt(chord.diagonal / diagonal.clip(min=1e-12))
            step: Floats = scale * (chord.inverse @ (scale * self.gradient(parameters, chances)))
            parameters = parameters + step
            largest = float(np.abs(step).max())
            if largest < CHORD_TOLERANCE:
                return parameters
            if not largest < 10:
                break
        if not self.prior:
            self.check_maximum(names)
        return self.maximise()

    def maximise(self) -> Floats:
        """Maximise by Newton's method with halved steps, from equal abilities.

        Raises:
            VoteError: it does not settle.
        """
        parameters = np.zeros(self.size + self.has_ties)
        value = self.log_likelihood(parameters, with_prior=True)
        for _ in range(NEWTON_STEPS):
            slope = self.gradient(parameters, self.chances(parameters))
            step = self._newton_step(parameters, slope)
            if float(slope @ step) < 0 or not np.isfinite(step).all():
                break
            scale = 1.0
            while (
                trial := self.log_likelihood(parameters + scale * step, with_prior=True)
            ) < value - 1e-9 * abs(value) and scale > 1e-6:
                scale /= 2
            parameters = parameters + scale * step
            value = trial
            if np.abs(step).max() < TOLERANCE:
                return parameters
        raise _unsettled()

    def _newton_step(self, parameters: Floats, slope: Floats) -> Floats:
        if self.size <= DENSE:
            step: Floats = linalg.cho_solve(self._factor(parameters), slope, check_finite=False)
            return step
        chances = self.chances(parameters)
        weights = self._gap_curvature(chances)
        cross, drawn = self._tie_curvature(chances)
        own = self._prior_curvature(parameters)
        edge = self.incidence.T @ cross
        diagonal = self.diagonal(parameters, chances)
        level = self._level(diagonal)

        def times(vector: Floats) -> Floats:
            abilities = vector[: self.size]
            product = self.incidence.T @ (weights * (self.incidence @ abilities))
            product += level * abilities.sum()
            if self.has_ties:
                tie = vector[self.size]
                product = np.append(product + edge * tie, edge @ abilities + drawn * tie)
            return np.asarray(product + own * vector)

        scale = 1.0 / np.where(diagonal > 0, diagonal, 1.0)
        shape = (len(slope), len(slope))
        information = LinearOperator(shape, matvec=times, dtype=np.float64)
        preconditioner = LinearOperator(shape, matvec=lambda v: scale * v, dtype=np.float64)
        step, _ = cg(information, slope, rtol=1e-10, M=preconditioner)
        return np.asarray(step)

    def _factor(self, parameters: Floats) -> tuple[Floats, bool]:
        """Return the Cholesky factor of the information, made regular.

        Raises:
            VoteError: it is singular all the same.
        """
        information = self.information(parameters)
        # Things merged into another, or without votes, have no information of their own.
        bare = np.diag(information) <= 0
        information[bare, bare] = 1.0
        information[: self.size, : self.size] += self._level(np.diag(information))
        try:
            factor: tuple[Floats, bool] = linalg.cho_factor(information, check_finite=False)
        except linalg.LinAlgError as error:
            raise _unsettled() from error
        return factor

    def _gap_curvature(self, chances: Chances) -> Floats:
        """Return the information of each pair's gap [P]."""
        first, second, tie = chances
        weights: Floats = self.total * (first * second + tie * (first + second) / 4)
        return weights

    def _tie_curvature(self, chances: Chances) -> tuple[Floats, float]:
        """Return the information of gap and log ν [P], and of log ν."""
        gap, decided, tie = (
            chances.first - chances.second,
            chances.first + chances.second,
            chances.tie,
        )
        return -self.total * gap * tie / 2, float((self.total * tie * decided).sum())

    def _level(self, diagonal: Floats) -> float:
        """What added to every entry among the abilities fixes their common level, which is free."""
        return 0.0 if self.prior else float(diagonal[: self.size].mean()) / self.size

    def _prior_curvature(self, parameters: Floats) -> Floats:
        curvature: Floats = special.expit(parameters) * special.expit(-parameters)
        return self.prior_weights * curvature


def _has_potentials(edges: sparse.csr_array) -> bool:
    """Whether things can be put at heights so that each edge leads up by its weight at most.

    The edges link every two things both ways.
    """
    wins = edges.copy()  # `eliminate_zeros` works in place
    wins.data = np.where(wins.data < 0, 1.0, 0.0)
    wins.eliminate_zeros()
    parts, _ = connected_components(wins, directed=True, connection="strong")
    if parts < edges.shape[0]:
        return False
    try:
        bellman_ford(edges, indices=0)
    except NegativeCycleError:
        return False
    return True


def _unsettled() -> VoteError:
    return VoteError(
        f"The abilities did not settle within {NEWTON_STEPS} steps: the votes are all but"
        " one-sided. Give a prior such as 0.1."
    )


def _incidence(first: Integers, second: Integers, size: int) -> sparse.csr_array:
    rows = np.arange(len(first))
    signs = np.repeat([1.0, -1.0], len(rows))
    places = (np.tile(rows, 2), np.concatenate([first, second]))
    return sparse.csr_array((signs, places), shape=(len(rows), size))
