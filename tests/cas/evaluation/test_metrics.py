"""Metrics and baselines against brute force, and the collapse protocol."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from cas import PRESETS, CulturalAlienSampler, Vocabulary
from cas.data.corpus import Corpus, Work, count_concepts
from cas.evaluation.metrics import (
    area_under_curve,
    hidden_concepts,
    hide_one,
    own_and_mixed_sets,
    percentile,
    repetition_rate,
    set_nll,
)
from cas.experiments.collapse import PolicyFigures, front
from cas.training.baselines import CoOccurrence, ModelScorer, NaiveBayes, WordFrequency, pair_counts


@pytest.fixture(scope="module")
def corpus(works: list[Work]) -> Corpus:
    return Corpus.pack(works, Vocabulary(sorted(count_concepts(works))))


def test_pair_counts_are_the_works_that_show_both(corpus: Corpus) -> None:
    sets = [set(corpus.work(work).tolist()) for work in range(len(corpus))]
    joint = pair_counts(corpus)
    for first, second in itertools.product(range(0, 50, 7), range(0, 50, 5)):
        both = sum(first in s and second in s for s in sets)
        assert joint[first, second] == (both if first != second else 0)


def test_baselines_follow_their_formulas(corpus: Corpus) -> None:
    joint, counts = pair_counts(corpus), corpus.counts
    pool = np.array([2, 11, 30])
    bayes = NaiveBayes(corpus, smoothing=2.0).scores([pool])[0]
    together = CoOccurrence(corpus, smoothing=2.0).scores([pool])[0]
    shares = (counts + 0.5) / (counts + 0.5).sum()
    for concept in (0, 3, 17):
        expected = math.log(shares[concept]) + sum(
            math.log((joint[concept, x] + 2.0 * shares[x]) / (counts[concept] + 2.0)) for x in pool
        )
        assert bayes[concept] == pytest.approx(expected)
        mean = np.mean([joint[x, concept] / (counts[x] + 2.0) for x in pool])
        assert together[concept] == pytest.approx(mean)
    assert WordFrequency(corpus).scores([pool, pool])[1].tolist() == counts.tolist()


def test_model_scorer_is_minus_the_nll(sampler: CulturalAlienSampler) -> None:
    pools = [np.array([1, 2]), np.array([5]), np.array([7, 3]), np.arange(12)]
    scores = ModelScorer(sampler.context).scores(pools)
    _, context = sampler.next_nlls([sampler.vocabulary[5]], permutations=1)
    assert np.allclose(scores[1], -context, atol=1e-5)
    assert scores.shape == (4, 40)


class Fixed:
    """Scores concept 0 highest, then 1, and so on; the last three are equal."""

    def scores(self, pools: list[np.ndarray]) -> np.ndarray:
        row = -np.arange(6.0)
        row[3:] = -3.0
        return np.tile(row, (len(pools), 1))


def test_hidden_concepts_rank_without_the_pool_and_share_ties() -> None:
    trials = [(np.array([0]), 1), (np.array([0, 1]), 2), (np.array([0]), 4), (np.array([5]), 3)]
    figures = hidden_concepts(Fixed(), trials)  # ranks 1, 1, 4, 4.5
    assert figures.mrr == pytest.approx((1 + 1 + 1 / 4 + 1 / 4.5) / 4)
    assert figures.median_rank == 2.5
    assert figures.recall_at_10 == 1.0


def test_hiding_takes_one_concept_out(corpus: Corpus) -> None:
    trials = hide_one(corpus, limit=50, seed=0)
    sets = {frozenset(corpus.work(work).tolist()) for work in range(len(corpus))}
    assert len(trials) == 50
    assert all(frozenset([*pool.tolist(), hidden]) in sets for pool, hidden in trials)


def test_mixes_are_as_frequent_and_of_other_artists(corpus: Corpus) -> None:
    unions = [set(union.tolist()) for union in corpus.artist_unions().values()]
    pairs = own_and_mixed_sets(corpus, corpus.counts, trials=60, seed=0)
    for own, mixed in pairs:
        assert len(set(mixed.tolist())) == len(own) == len(mixed)
        assert not set(own.tolist()) & set(mixed.tolist())
        assert any(set(own.tolist()) <= union for union in unions)
        ratio = (corpus.counts[own] + 1) / (corpus.counts[mixed] + 1)
        assert np.all((ratio <= 1.2501) & (ratio >= 1 / 1.2501))


def test_set_nll_averages_orders(sampler: CulturalAlienSampler) -> None:
    nll = set_nll(sampler.coherence, [np.array([1, 2, 3]), np.array([4, 5])], permutations=500)
    steps = []
    for first, second in ((4, 5), (5, 4)):
        given, _ = sampler.next_nlls([sampler.vocabulary[first]], permutations=1)
        steps.append((sampler.base_nlls()[0][first] + given[second]) / 2)
    assert nll[1] == pytest.approx(np.mean(steps), abs=0.15)


def test_area_under_curve_counts_pairs() -> None:
    generator = np.random.default_rng(0)
    a, b = generator.integers(0, 9, 40) / 1.0, generator.integers(2, 11, 30) / 1.0
    wins = np.mean([(x > y) + 0.5 * (x == y) for x in a for y in b])
    assert area_under_curve(a, b) == pytest.approx(wins)


def test_repetition_counts_picks_of_other_runs() -> None:
    assert repetition_rate([["a", "b"], ["a", "c"], ["d", "d"]]) == pytest.approx(2 / 6)
    assert repetition_rate([["a", "a"], ["b", "c"]]) == 0.0


def test_percentile_leaves_the_pool_out() -> None:
    nll = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    assert percentile(nll, 2, np.array([0])) == pytest.approx(1 / 3)
    assert percentile(nll, 4, np.array([0])) == 1.0
    assert percentile(nll, 0, np.array([4])) == 0.0
    assert percentile(np.zeros(5), 2, np.array([0])) == 0.5


def test_front_holds_what_nothing_beats() -> None:
    figures = {
        "a": PolicyFigures(0.3, 9, 0.1, 0.7, 0, 0),
        "worse than a": PolicyFigures(0.4, 9, 0.2, 0.6, 0, 0),
        "rarer": PolicyFigures(0.4, 9, 0.2, 0.9, 0, 0),
    }
    assert front(figures) == ["a", "rarer"]


def test_shipped_default_keeps_clear_of_collapse() -> None:
    """On the shipped pair, under the study's own protocol; another seed moves repetition by 0.04,
    so it is the mean over three.
    """
    from cas.experiments.collapse import policies, run_policy

    sampler = CulturalAlienSampler.from_pretrained()
    published, ours = (
        [run_policy(sampler, tuning, seed=seed) for seed in range(3)]
        for tuning in (policies()["published formula"], PRESETS["default"])
    )
    assert all(len(runs) == 20 and {len(run) for run in runs} == {12} for runs, _ in ours)
    repeated = [np.mean([f.repetition for _, f in found]) for found in (ours, published)]
    assert repeated[0] <= repeated[1] / 2
    assert np.mean([f.coherence for _, f in ours]) <= 0.15
    assert np.mean([f.atypicality for _, f in ours]) >= 0.65
