"""Feedback: β stays within its bounds, whatever happens, and few votes say nothing."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cas import PRESETS, CulturalAlienSampler
from cas.experiments.policies import FeedbackPicker
from cas.feedback import (
    LEAST_VOTES,
    Feedback,
    FeedbackError,
    call_of_novelty,
    call_of_votes,
    clearly_lost,
)

SHARE = st.floats(0, 1)
CALLS = st.lists(st.sampled_from([-1, 0, 1]), max_size=3)
TALLIES = st.integers(0, 500).flatmap(
    lambda votes: st.tuples(st.integers(0, 2 * votes).map(lambda won: won / 2), st.just(votes))
)


@st.composite
def rules(draw: st.DrawFn) -> Feedback:
    lowest, highest = sorted((draw(SHARE), draw(SHARE)))
    return Feedback(lowest, highest, draw(SHARE))


@given(rule=rules(), beta=SHARE, walk=st.lists(CALLS, max_size=30))
def test_beta_never_leaves_its_bounds(rule: Feedback, beta: float, walk: list[list[int]]) -> None:
    for calls in walk:
        beta = rule.next_beta(beta, *calls)
        assert rule.lowest <= beta <= rule.highest


@given(rule=rules(), beta=SHARE, calls=CALLS)
def test_one_work_moves_beta_by_one_step_at_most(
    rule: Feedback, beta: float, calls: list[int]
) -> None:
    beta = rule.next_beta(beta)
    after = rule.next_beta(beta, *calls)
    assert abs(after - beta) <= rule.step + 1e-12
    assert (after - beta) * sum(calls) >= 0
    if sum(calls) == 0:
        assert after == beta


@given(rule=rules(), beta=SHARE)
def test_without_a_baseline_beta_stays(rule: Feedback, beta: float) -> None:
    beta = min(max(beta, rule.lowest), rule.highest)
    assert rule.next_beta(beta, call_of_novelty(None)) == beta
    assert rule.next_beta(beta, call_of_votes(original=(0, 0), harmonious=(0, 0))) == beta


def test_beta_goes_up_when_novelty_stalls_and_down_when_it_rose() -> None:
    rule = Feedback(0.7, 0.9, 0.05)
    assert rule.next_beta(0.8, call_of_novelty(False)) == pytest.approx(0.85)
    assert rule.next_beta(0.8, call_of_novelty(True)) == pytest.approx(0.75)
    assert rule.next_beta(0.9, call_of_novelty(False)) == 0.9
    assert rule.next_beta(0.7, call_of_novelty(True)) == 0.7


def test_votes_pull_beta_towards_what_the_works_lack() -> None:
    lost, even, won = (10.0, 60), (30.0, 60), (50.0, 60)
    assert call_of_votes(original=lost, harmonious=even) == 1
    assert call_of_votes(original=won, harmonious=lost) == -1
    assert call_of_votes(original=lost, harmonious=lost) == 0
    assert call_of_votes(original=won, harmonious=won) == 0


def test_calls_that_contradict_each_other_leave_beta() -> None:
    rule = Feedback()
    assert rule.next_beta(0.8, 1, -1) == 0.8
    assert rule.next_beta(0.8, -1, 0) == rule.next_beta(0.8, -1, -1) == 0.75


@given(votes=st.integers(0, LEAST_VOTES - 1))
def test_few_votes_are_never_clear(votes: int) -> None:
    assert not clearly_lost((0.0, votes))


@given(tally=TALLIES)
def test_more_votes_won_are_never_a_clearer_loss(tally: tuple[float, int]) -> None:
    won, votes = tally
    assert won < votes / 2 or not clearly_lost(tally)
    if clearly_lost(tally):
        assert clearly_lost((won - 1, votes))


@pytest.mark.parametrize("votes", [LEAST_VOTES, 20, 50, 200])
def test_a_clear_loss_is_rarely_chance(votes: int) -> None:
    """By the binomial distribution itself: visitors who toss a coin."""
    chance = sum(comb(votes, won) for won in range(votes + 1) if clearly_lost((won, votes)))
    assert 0.005 < chance / 2**votes < 0.03


@given(novelties=st.lists(st.floats(0, 2), max_size=40))
def test_the_laboratorys_arm_walks_by_the_same_rule(novelties: list[float]) -> None:
    """As it was before the rule had a module of its own, to the last digit."""
    tuning = replace(PRESETS["default"], beta=0.85)
    picker = FeedbackPicker(NoSampler(), tuning, lowest=0.5, highest=1.0)
    expected = 0.85
    for before, now in pairwise(novelties[1:]):
        expected += 0.05 if now <= before else -0.05
        expected = min(max(expected, 0.5), 1.0)
    assert picker.beta(novelties) == expected


class NoSampler(CulturalAlienSampler):
    """None is asked."""

    def __init__(self) -> None:
        """Load nothing."""


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"lowest": 0.9, "highest": 0.8}, r"not 0\.9 and 0\.8"),
        ({"highest": 1.5}, r"1\.5"),
        ({"lowest": -0.1}, r"-0\.1"),
        ({"step": -0.05}, r"-0\.05"),
        ({"step": float("nan")}, "nan"),
    ],
)
def test_what_beta_cannot_move_by_is_told(values: dict[str, float], told: str) -> None:
    with pytest.raises(FeedbackError, match=told):
        Feedback(**values)
