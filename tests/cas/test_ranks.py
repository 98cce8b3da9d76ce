"""Ranks and draws against scipy and brute force."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import rankdata

from cas.ranks import alien_scores, average_ranks, gumbel_top_k, most_coherent

values = arrays(
    np.float64, st.integers(1, 60), elements=st.sampled_from([0.0, 0.5, 1.0, 2.0, 7.25, -3.0])
)


@given(values)
def test_ranks_share_ties_by_average(nlls: np.ndarray) -> None:
    assert average_ranks(nlls).tolist() == rankdata(nlls).tolist()


@given(values, st.integers(0, 2**32 - 1))
def test_draws_are_distinct_and_avoid_what_is_masked(logits: np.ndarray, seed: int) -> None:
    masked = logits < 0
    size = int((~masked).sum())
    drawn = gumbel_top_k(np.where(masked, -np.inf, logits), size, np.random.default_rng(seed))
    assert sorted(drawn.tolist()) == np.flatnonzero(~masked).tolist()


def test_draws_without_replacement_have_the_right_chances() -> None:
    """The chance of each ordered pair is p_i p_j / (1 - p_i): 40,000 draws, 4 standard errors."""
    chances = np.array([0.5, 0.3, 0.15, 0.05])
    generator = np.random.default_rng(0)
    seen = np.zeros((4, 4))
    for _ in range(40_000):
        first, second = gumbel_top_k(np.log(chances), 2, generator)
        seen[first, second] += 1 / 40_000
    for i in range(4):
        for j in range(4):
            expected = chances[i] * chances[j] / (1 - chances[i]) if i != j else 0.0
            assert abs(seen[i, j] - expected) <= 4 * np.sqrt(expected / 40_000)


@given(st.integers(1, 40), st.floats(0, 1))
def test_score_is_the_papers(size: int, beta: float) -> None:
    generator = np.random.default_rng(size)
    coherence, context = generator.permutation(size) + 1.0, generator.permutation(size) + 1.0
    scores = alien_scores(coherence, context, beta)
    for i in range(size):
        expected = (1 - beta) * (size - coherence[i]) - beta * (size - context[i])
        assert np.isclose(scores[i], expected)
    if beta == 0:
        assert coherence[np.argmax(scores)] == 1
    if beta == 1:
        assert context[np.argmax(scores)] == size


@given(values, st.floats(0.01, 1.0), st.integers(0, 2**32 - 1))
def test_most_coherent_share(nlls: np.ndarray, share: float, seed: int) -> None:
    allowed = np.random.default_rng(seed).random(len(nlls)) < 0.7
    mask = most_coherent(nlls, allowed, share)
    assert not (mask & ~allowed).any()
    assert mask.sum() == min(max(1, int(np.ceil(share * len(nlls)))), allowed.sum())
    if mask.any() and (allowed & ~mask).any():
        assert nlls[mask].max() <= nlls[allowed & ~mask].min()
