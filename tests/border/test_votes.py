"""Small tables of votes, degenerate ones most of all: abilities, or words that say why not.

What exists and what is found is judged by linear programming and a general optimiser, on the
formula as Davidson wrote it.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize
from scipy.sparse.csgraph import connected_components

from cas.experiments.bradley_terry import Vote, VoteError, Votes, bootstrap, fit, likelihood_ratio
from gallery.charts.interval_chart import draw_intervals
from gallery.voting.ranking import rank
from storage.catalogue import Comparison

NAMES = "abcd"


@st.composite
def tables(draw: st.DrawFn) -> list[Vote]:
    """Up to fourteen votes on two to four things, with no ties, few or nothing else."""
    names = NAMES[: draw(st.integers(2, 4))]
    pairs = st.permutations(names).map(lambda order: order[:2])
    kinds = draw(st.sampled_from([[False], [True], [False, True], [False, False, False, True]]))
    one = st.builds(
        lambda pair, tie, rater: Vote(*pair, tie=tie, rater=rater),
        pairs,
        st.sampled_from(kinds),
        st.sampled_from("rstu"),
    )
    return draw(st.lists(one, min_size=1, max_size=14))


def logits(vote: Vote, names: tuple[str, ...], *, ties: bool) -> np.ndarray:
    """[2 or 3, n (+ 1)] what the log-odds of a vote's outcomes are made of, the seen one first."""
    won = np.zeros(len(names) + ties)
    won[names.index(vote.winner)], won[names.index(vote.loser)] = 0.5, -0.5
    if not ties:
        return np.stack([won, -won])
    tied = np.eye(len(won))[-1]
    return np.stack([tied, won, -won] if vote.tie else [won, -won, tied])


def has_maximum(votes: list[Vote], names: tuple[str, ...]) -> bool:
    """Whether no direction leads up for ever (Albert and Anderson, 1984), and one level is free."""
    ties = any(vote.tie for vote in votes)
    steps = [rows[0] - row for vote in votes for rows in [logits(vote, names, ties=ties)]
             for row in rows[1:]]  # fmt: skip
    found = linprog(-np.sum(steps, axis=0), -np.array(steps), np.zeros(len(steps)), bounds=(-1, 1))
    met = np.zeros((len(names), len(names)))
    for vote in votes:
        met[names.index(vote.winner), names.index(vote.loser)] = 1
    return bool(-found.fun < 1e-9) and connected_components(met, directed=False)[0] == 1


def log_likelihood(parameters: np.ndarray, votes: list[Vote], names: tuple[str, ...]) -> float:
    ties = any(vote.tie for vote in votes)
    odds = np.array([logits(vote, names, ties=ties) @ parameters for vote in votes])
    return float((odds[:, 0] - np.logaddexp.reduce(odds, axis=1)).sum())


def optimum(votes: list[Vote], names: tuple[str, ...]) -> tuple[np.ndarray, float]:
    """Abilities (mean 0) and log-likelihood at the maximum, by BFGS."""
    size = len(names) + any(vote.tie for vote in votes)
    found = minimize(
        lambda x: -log_likelihood(x, votes, names), np.zeros(size), options={"gtol": 1e-7}
    )
    abilities = found.x[: len(names)]
    return abilities - abilities.mean(), -found.fun


@given(tables())
@example([Vote("a", "b"), Vote("a", "c", tie=True), Vote("b", "c")])
def test_what_fits_is_the_maximum_and_what_does_not_has_none(votes: list[Vote]) -> None:
    gathered = Votes.of(votes)
    if not has_maximum(votes, gathered.names):
        with pytest.raises(VoteError, match="prior such as"):
            fit(gathered)
        return
    model = fit(gathered)
    abilities, value = optimum(votes, model.names)
    assert model.log_likelihood == pytest.approx(value, abs=1e-5)
    assert model.abilities == pytest.approx(abilities, abs=0.02)
    assert np.isfinite(model.standard_errors).all()
    assert likelihood_ratio(gathered).statistic >= 0


@given(tables(), st.booleans(), st.integers(0, 9))
def test_resamples_without_a_maximum_are_left_out_and_counted(
    votes: list[Vote], by_rater: bool, seed: int
) -> None:
    gathered = Votes.of(votes)
    try:
        found = bootstrap(gathered, resamples=3, by_rater=by_rater, seed=seed)
    except VoteError as error:
        assert "prior such as" in str(error)
        return
    assert has_maximum(votes, gathered.names)
    assert (found.used > 0, found.used + found.left_out) == (True, 3)
    assert np.isfinite([found.low, found.high]).all()
    assert (found.low <= found.high).all()


@given(tables(), st.booleans(), st.sampled_from([0.01, 0.1, 0.5, 20.0]))
def test_with_a_prior_there_always_is_one(votes: list[Vote], by_rater: bool, prior: float) -> None:
    gathered = Votes.of(votes, names=NAMES)
    model = fit(gathered, prior=prior)
    assert np.isfinite([model.abilities, model.standard_errors]).all()
    assert np.isfinite(model.tie_weight)
    if votes == [vote for vote in votes if vote.tie]:
        assert model.abilities == pytest.approx(np.zeros(4), abs=1e-9)
    found = bootstrap(gathered, resamples=2, by_rater=by_rater, prior=prior, seed=1)
    assert (found.used, found.left_out) == (2, 0)


@st.composite
def comparisons(draw: st.DrawFn) -> list[Comparison]:
    """Votes of visitors on works of two artists with two tunings each."""
    works = [(f"{a}:{n}", a, n) for a in ("ada", "boris") for n in (1, 2)]
    pair = st.permutations(works).map(lambda order: order[:2])
    one = st.builds(
        lambda visitor, outcome, two: Comparison(visitor, outcome, *two[0], *two[1]),
        st.sampled_from("abcdefghijklm"),
        draw(st.sampled_from([st.just(0.5), st.just(1.0), st.sampled_from([0.0, 0.5, 1.0])])),
        pair,
    )
    return draw(st.lists(one, max_size=30))


@given(comparisons(), st.sampled_from(["artists", "tunings", "policies", "works"]))
def test_every_ranking_can_be_shown(votes: list[Comparison], by) -> None:
    ranking = rank("original", votes, by, policies={("ada", 1): "paper", ("boris", 1): "paper"})
    if ranking is None:
        return
    assert ranking.votes <= len(votes)
    for bar in draw_intervals(ranking.places).bars:
        assert np.isfinite([bar.low, bar.dot, bar.high]).all()
        assert bar.rank.low <= bar.rank.high
