"""The readings of the paper against their definitions; none changes the presets."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from cas import PRESETS, CasError, CulturalAlienSampler
from cas.experiments.policies import Question
from cas.experiments.reading_policies import REASONS, SequencePicker, reading, reading_policies

POOL = ("concept a0", "concept c3", "concept f1")


def test_a_reading_without_options_picks_as_the_preset(sampler: CulturalAlienSampler) -> None:
    for seed in range(5):
        plain = sampler.sample(POOL, tuning=PRESETS["paper"], seed=seed)
        assert sampler.sample(POOL, tuning=reading(), seed=seed).candidates == plain.candidates


def test_top_k_proposes_the_likeliest_alone(sampler: CulturalAlienSampler) -> None:
    nlls, _ = sampler.next_nlls(POOL, permutations=4, seed=2)
    free = sorted(
        (c for c in sampler.vocabulary if c not in POOL),
        key=lambda c: nlls[sampler.vocabulary.index(c)],
    )
    pick = sampler.sample(POOL, tuning=reading(top_k=7), seed=2)
    assert {c.concept for c in pick.candidates} == set(free[:7])
    with pytest.raises(CasError, match="top_k must be at least 1"):
        reading(top_k=0)


def test_with_replacement_fewer_distinct_are_ranked_and_draws_follow_the_softmax(
    sampler: CulturalAlienSampler,
) -> None:
    tuning = reading(replacement=True, candidates=10, permutations=1)
    sizes = [len(sampler.sample(POOL, tuning=tuning, seed=seed).candidates) for seed in range(40)]
    assert max(sizes) <= 10
    assert min(sizes) < 10
    nlls, _ = sampler.next_nlls(POOL[:1], permutations=1)
    nlls[sampler.vocabulary.indices(POOL[:1])] = np.inf
    chance = np.exp(-nlls / 2.5) / np.exp(-nlls / 2.5).sum()
    picks = sampler.sample_batch([POOL[:1]] * 2000, tuning=tuning, seeds=range(2000))
    drawn = np.zeros(40)
    for pick in picks:
        drawn[sampler.vocabulary.indices([c.concept for c in pick.candidates])] += 1
    assert np.abs(drawn / 2000 - (1 - (1 - chance) ** 10)).max() < 0.06


def test_whole_sequences_are_ranked_by_their_mean_nll(sampler: CulturalAlienSampler) -> None:
    pick = sampler.sample(
        POOL[:1], tuning=reading(whole_sequence=True, candidates=6, permutations=60), seed=1
    )
    index = sampler.vocabulary.index
    for candidate in pick.candidates:
        both = [index(POOL[0]), index(candidate.concept)]
        orders = torch.tensor([both, both[::-1]])
        expected = sampler.coherence.sequence_nll(orders).numpy()
        assert min(expected) - 1e-4 <= candidate.coherence_nll <= max(expected) + 1e-4
        assert candidate.coherence_nll == pytest.approx(expected.mean(), abs=0.4)
    ranks = [c.coherence_rank for c in sorted(pick.candidates, key=lambda c: c.coherence_nll)]
    assert ranks == [1, 2, 3, 4, 5, 6]


def test_a_pool_as_long_as_the_models_read_can_be_scored_whole(
    sampler: CulturalAlienSampler,
) -> None:
    pool = list(sampler.vocabulary)[:12]
    assert sampler.sample(pool, tuning=reading(whole_sequence=True), seed=0).concept not in pool


def test_z_scores_keep_how_far_apart_candidates_are(sampler: CulturalAlienSampler) -> None:
    pick = sampler.sample(POOL, tuning=reading(z_scores=True), seed=3)
    nlls = np.array([[c.coherence_nll, c.context_nll] for c in pick.candidates])
    z = (nlls - nlls.mean(axis=0)) / nlls.std(axis=0)
    expected = 0.85 * z[:, 1] - 0.15 * z[:, 0]
    assert [c.score for c in pick.candidates] == pytest.approx(expected.tolist())
    assert np.argmax(expected) == 0


def test_sequences_that_begin_with_the_pool_give_free_concepts(
    sampler: CulturalAlienSampler,
) -> None:
    questions = [Question(POOL, ("concept b1",), (), seed) for seed in range(12)]
    long = Question(tuple(list(sampler.vocabulary)[:9]), (), (), 0)
    picker = SequencePicker(sampler, reading(candidates=20))
    picks = list(picker.picks([*questions, long]))
    assert picks == list(picker.picks([*questions, long]))
    assert not {*POOL, "concept b1"} & set(picks[:-1])
    assert picks[-1] not in long.pool
    assert len(set(picks)) > 3


def test_every_reading_has_a_reason_and_a_policy(sampler: CulturalAlienSampler) -> None:
    policies = reading_policies(sampler)
    assert set(policies) == set(REASONS)
    for picker in policies.values():
        (pick,) = picker.picks([Question(POOL, (), (), 0)])
        assert pick in sampler.vocabulary
