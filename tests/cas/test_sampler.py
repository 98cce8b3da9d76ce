"""The sampler against design §5, computed again the slow way from transformers' own forward."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.stats import rankdata

from cas import PRESETS, CasError, CulturalAlienSampler, Pick, SamplerTuning, UnknownConceptError
from cas import Vocabulary as Concepts
from cas.forward import plain_forward
from cas.model import ConceptModel

CONCEPTS = [f"concept {letter}{number}" for letter in "abcdefgh" for number in range(5)]
POOL = ["concept a0", "concept c3", "concept f1"]


def slow_nll(model: ConceptModel, orders: list[list[int]]) -> np.ndarray:
    rows = []
    for order in orders:
        logits = plain_forward(model.network, torch.tensor([[model.bos, *order]]))
        rows.append(-torch.log_softmax(logits.double(), dim=-1)[0, : len(model.vocabulary)])
    return torch.stack(rows).mean(dim=0).numpy()


def check_against_definition(sampler: CulturalAlienSampler, pick: Pick) -> None:
    """Recompute ranks, S and order from the candidates' NLLs, less the calibrated base rates."""
    tuning = pick.tuning
    tokens = [sampler.vocabulary.index(c.concept) for c in pick.candidates]
    bases = [
        tuning.calibration * slow_nll(model, [[]])[tokens]
        for model in (sampler.coherence, sampler.context)
    ]
    coherence = rankdata(np.round([c.coherence_nll for c in pick.candidates] - bases[0], 4))
    context = rankdata(np.round([c.context_nll for c in pick.candidates] - bases[1], 4))
    count = len(pick.candidates)
    for candidate, r_coherence, r_context in zip(pick.candidates, coherence, context, strict=True):
        assert candidate.coherence_rank == r_coherence
        assert candidate.context_rank == r_context
        expected = (1 - tuning.beta) * (count - r_coherence) - tuning.beta * (count - r_context)
        assert candidate.score == pytest.approx(expected, abs=1e-9)
    keys = [(-c.score, c.coherence_nll, c.concept) for c in pick.candidates]
    assert keys == sorted(keys)
    assert pick.concept == pick.candidates[0].concept


def test_nlls_are_the_mean_over_the_seeded_orders(sampler: CulturalAlienSampler) -> None:
    pick = sampler.sample(POOL, candidates=1000, floor=1.0, permutations=3, seed=11)
    tokens = sampler.vocabulary.indices(POOL)
    generator = np.random.default_rng(11)
    orders = [generator.permutation(tokens).tolist() for _ in range(3)]
    coherence, context = slow_nll(sampler.coherence, orders), slow_nll(sampler.context, orders)
    for candidate in pick.candidates:
        token = sampler.vocabulary.index(candidate.concept)
        assert candidate.coherence_nll == pytest.approx(coherence[token], abs=1e-4)
        assert candidate.context_nll == pytest.approx(context[token], abs=1e-4)


def test_nll_over_all_orders_does_not_depend_on_the_pools_order(
    sampler: CulturalAlienSampler,
) -> None:
    tokens = sampler.vocabulary.indices(POOL)
    every = [list(order) for order in itertools.permutations(tokens)]
    expected = slow_nll(sampler.coherence, every)
    mean, _ = sampler.next_nlls(POOL, permutations=1200, seed=0)
    assert np.abs(mean - expected).max() < 0.1


@pytest.mark.parametrize("beta", [0.0, 0.3, 0.85, 1.0])
@pytest.mark.parametrize("preset", ["paper", "default"])
def test_ranks_and_scores_follow_the_definition(
    sampler: CulturalAlienSampler, beta: float, preset: str
) -> None:
    for seed in range(5):
        pick = sampler.sample(POOL, tuning=PRESETS[preset], beta=beta, seed=seed)
        check_against_definition(sampler, pick)
        assert pick.tuning.beta == beta
        assert pick.seed == seed


def test_pool_and_resting_concepts_are_never_candidates(sampler: CulturalAlienSampler) -> None:
    cooldown = CONCEPTS[10:25]
    pick = sampler.sample(POOL, candidates=999, floor=1.0, cooldown=cooldown, seed=0)
    drawn = {candidate.concept for candidate in pick.candidates}
    assert drawn == set(CONCEPTS) - set(POOL) - set(cooldown)


def test_floor_draws_from_the_most_coherent_share(sampler: CulturalAlienSampler) -> None:
    nll, _ = sampler.next_nlls(POOL, permutations=4, seed=3)
    left = [t for t in np.argsort(nll) if sampler.vocabulary[int(t)] not in POOL]
    best = {sampler.vocabulary[int(t)] for t in left[: math.ceil(0.2 * len(CONCEPTS))]}
    pick = sampler.sample(POOL, tuning=PRESETS["paper"], floor=0.2, seed=3)
    assert {candidate.concept for candidate in pick.candidates} == best


def test_calibration_ranks_by_the_odds_that_the_pool_changes(sampler: CulturalAlienSampler) -> None:
    pick = sampler.sample(POOL, tuning=PRESETS["paper"], calibration=1.0, seed=3)
    base = slow_nll(sampler.context, [[]])
    lifted = [c.context_nll - base[sampler.vocabulary.index(c.concept)] for c in pick.candidates]
    assert [c.context_rank for c in pick.candidates] == rankdata(np.round(lifted, 4)).tolist()


def test_same_seed_same_pick_and_other_seed_other_draw(sampler: CulturalAlienSampler) -> None:
    first = sampler.sample(POOL, candidates=8, seed=5)
    assert sampler.sample(POOL, candidates=8, seed=5) == first
    others = {sampler.sample(POOL, candidates=8, seed=seed).candidates for seed in range(6, 12)}
    assert len(others) > 1


def test_order_and_doubles_of_the_pool_do_not_matter_to_the_candidates_allowed(
    sampler: CulturalAlienSampler,
) -> None:
    pick = sampler.sample([*POOL, POOL[0]], seed=1)
    assert pick == sampler.sample(POOL, seed=1)
    assert pick.pool == tuple(POOL)


@pytest.mark.parametrize("preset", ["paper", "default"])
def test_the_pools_order_changes_neither_candidates_nor_pick(
    sampler: CulturalAlienSampler, preset: str
) -> None:
    for seed in range(10):
        picks = [
            sampler.sample(list(pool), tuning=PRESETS[preset], candidates=8, seed=seed)
            for pool in itertools.permutations(POOL)
        ]
        assert len({pick.candidates for pick in picks}) == 1
        assert {pick.pool for pick in picks} == set(itertools.permutations(POOL))


def test_draws_follow_the_softmax(sampler: CulturalAlienSampler) -> None:
    """The first candidate drawn is a sample of softmax(-NLL / t): chi-square over 3,000 draws."""
    tuning = SamplerTuning(candidates=1, temperature=2.0, permutations=1)
    pool = POOL[:1]
    nll, _ = sampler.next_nlls(pool, permutations=1)
    nll[sampler.vocabulary.indices(pool)] = np.inf
    expected = np.exp(-nll / 2.0) / np.exp(-nll / 2.0).sum() * 3000
    picks = sampler.sample_batch([pool] * 3000, tuning=tuning, seeds=range(3000))
    observed = np.bincount(
        [sampler.vocabulary.index(pick.concept) for pick in picks], minlength=len(CONCEPTS)
    )
    used = expected > 0
    statistic = ((observed - expected)[used] ** 2 / expected[used]).sum()
    assert statistic < 70  # 38 degrees of freedom: p = 0.001 at 70.7


def test_batch_picks_what_single_steps_pick(sampler: CulturalAlienSampler) -> None:
    generator = np.random.default_rng(0)
    pools = [
        [str(c) for c in generator.choice(CONCEPTS, int(generator.integers(1, 7)), replace=False)]
        for _ in range(40)
    ]
    cooldown = [[c for c in CONCEPTS[:3] if c not in pool] for pool in pools]
    tunings = [PRESETS["paper" if i % 2 else "default"] for i in range(40)]
    batch = sampler.sample_batch(pools, tuning=tunings, cooldown=cooldown, seeds=range(40))
    for i, pick in enumerate(batch):
        alone = sampler.sample(pools[i], tuning=tunings[i], cooldown=cooldown[i], seed=i)
        assert pick.concept == alone.concept
        assert [c.concept for c in pick.candidates] == [c.concept for c in alone.candidates]


def test_an_empty_batch_is_no_picks(sampler: CulturalAlienSampler) -> None:
    assert sampler.sample_batch([], seeds=[]) == []


def test_pool_longer_than_the_trained_length_is_read_in_random_parts(
    sampler: CulturalAlienSampler,
) -> None:
    pool = CONCEPTS[:20]
    assert len(pool) > sampler.coherence.longest
    pick = sampler.sample(pool, seed=0)
    check_against_definition(sampler, pick)
    assert pick.pool == tuple(pool)
    assert not {c.concept for c in pick.candidates} & set(pool)


def test_fewer_concepts_left_than_candidates(sampler: CulturalAlienSampler) -> None:
    pick = sampler.sample(CONCEPTS[:38], tuning=PRESETS["paper"], seed=0)
    assert {c.concept for c in pick.candidates} == set(CONCEPTS[38:])
    assert pick.tuning.candidates == 256


def test_a_pool_that_fills_the_vocabulary_is_refused(sampler: CulturalAlienSampler) -> None:
    with pytest.raises(CasError, match="Nothing is left to pick: the vocabulary has 40 concepts"):
        sampler.sample(CONCEPTS, seed=0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"pool": []}, "pool is empty"),
        ({"pool": "sea"}, "one string was given"),
        ({"pool": POOL, "beta": 1.2}, r"beta must be a number from 0 .* not 1\.2"),
        ({"pool": POOL, "beta": math.nan}, "beta must be"),
        ({"pool": POOL, "temperature": 0}, "temperature must be a number above 0"),
        ({"pool": POOL, "candidates": 0}, "candidates must be a whole number"),
        ({"pool": POOL, "permutations": 1.5}, "permutations must be a whole number"),
        ({"pool": POOL, "floor": 0.0}, "floor must be"),
        ({"pool": POOL, "calibration": "much"}, "calibration must be"),
        ({"pool": POOL, "seed": -1}, "seed is a whole number"),
    ],
)
def test_wrong_arguments_are_explained(
    sampler: CulturalAlienSampler, arguments: dict[str, object], message: str
) -> None:
    with pytest.raises(CasError, match=message):
        sampler.sample(**{"seed": 0, **arguments})  # type: ignore[arg-type]


def test_unknown_concept_names_the_nearest(sampler: CulturalAlienSampler) -> None:
    with pytest.raises(UnknownConceptError, match=r"'consept a0'.*Did you mean 'concept a0'") as e:
        sampler.sample(["consept a0"], seed=0)
    assert e.value.concept == "consept a0"
    assert e.value.suggestions[0] == "concept a0"
    with pytest.raises(UnknownConceptError):
        sampler.sample(POOL, cooldown=["zzz"], seed=0)


def test_batch_lists_must_be_equally_long(sampler: CulturalAlienSampler) -> None:
    with pytest.raises(CasError, match="2 pools but 1 seeds"):
        sampler.sample_batch([POOL, POOL], seeds=[1])


def test_score_ranks_a_list_for_a_pool(sampler: CulturalAlienSampler) -> None:
    tuning = SamplerTuning(permutations=2)
    ranked = sampler.score(CONCEPTS[20:30], pool=POOL, tuning=tuning, seed=4)
    coherence, context = sampler.next_nlls(POOL, permutations=2, seed=4)
    assert {c.concept for c in ranked} == set(CONCEPTS[20:30])
    for candidate in ranked:
        token = sampler.vocabulary.index(candidate.concept)
        assert candidate.coherence_nll == pytest.approx(coherence[token], abs=1e-5)
        assert candidate.context_nll == pytest.approx(context[token], abs=1e-5)
    check_against_definition(sampler, Pick(ranked[0].concept, ranked, tuple(POOL), 4, tuning))


def test_score_without_a_pool_judges_each_by_the_others(sampler: CulturalAlienSampler) -> None:
    ranked = {c.concept: c for c in sampler.score(POOL, tuning=SamplerTuning(permutations=1))}
    for concept in POOL:
        others = [c for c in POOL if c != concept]
        coherence, _ = sampler.next_nlls(others, permutations=1)
        token = sampler.vocabulary.index(concept)
        assert ranked[concept].coherence_nll == pytest.approx(coherence[token], abs=1e-5)
    with pytest.raises(CasError, match="two concepts"):
        sampler.score(POOL[:1])


def test_ideas_are_distinct_concepts_with_their_mean_nll(sampler: CulturalAlienSampler) -> None:
    ideas = sampler.ideas(count=12, length=4, seed=2)
    assert ideas == sampler.ideas(count=12, length=4, seed=2)
    for idea in ideas:
        assert len(set(idea.concepts)) == 4
        tokens = sampler.vocabulary.indices(idea.concepts)
        steps = [slow_nll(sampler.context, [tokens[:i]])[tokens[i]] for i in range(4)]
        assert idea.context_nll == pytest.approx(np.mean(steps), abs=1e-4)
    with pytest.raises(CasError, match="length from 1 to 8"):
        sampler.ideas(count=1, length=9, seed=0)


def test_explanation_names_pick_pool_and_weights(sampler: CulturalAlienSampler) -> None:
    pick = sampler.sample(POOL, beta=0.7, seed=0)
    text = pick.explain()
    for part in (pick.concept, *POOL, "70%", "30%", str(len(pick.candidates)), "less 25%"):
        assert part in text
    assert "less" not in sampler.sample(POOL, tuning=PRESETS["paper"], seed=0).explain()


def test_explanation_names_the_likeliest_by_the_ranks_that_it_tells(
    sampler: CulturalAlienSampler,
) -> None:
    """With calibration the lowest NLL may have another rank than 1."""
    for seed in range(10):
        pick = sampler.sample(POOL, tuning=PRESETS["paper"], calibration=1.0, seed=seed)
        first = min(pick.candidates, key=lambda candidate: candidate.coherence_rank)
        assert f"“{first.concept}” is the likeliest" in pick.explain()


def test_saved_pair_picks_the_same(sampler: CulturalAlienSampler, tmp_path: Path) -> None:
    sampler.save_pretrained(tmp_path)
    loaded = CulturalAlienSampler.from_pretrained(tmp_path)
    assert loaded.fingerprint == sampler.fingerprint
    assert loaded.vocabulary == sampler.vocabulary
    again = CulturalAlienSampler.from_pretrained(str(tmp_path))
    assert again.sample(POOL, seed=9) == loaded.sample(POOL, seed=9)


def test_fingerprint_tells_pairs_apart(
    sampler: CulturalAlienSampler, new_model: Callable[..., ConceptModel]
) -> None:
    other = CulturalAlienSampler(sampler.coherence, new_model(sampler.vocabulary, 3))
    swapped = CulturalAlienSampler(sampler.context, sampler.coherence)
    assert len({sampler.fingerprint, other.fingerprint, swapped.fingerprint}) == 3
    assert len(sampler.fingerprint) == 64


def test_pair_needs_one_vocabulary(
    sampler: CulturalAlienSampler, new_model: Callable[..., ConceptModel]
) -> None:
    other = new_model(Concepts([*CONCEPTS[:-1], "another"]), 2)
    with pytest.raises(CasError, match="one vocabulary"):
        CulturalAlienSampler(sampler.coherence, other)


def test_missing_pair_is_explained(tmp_path: Path) -> None:
    with pytest.raises(CasError, match="There is no pair at"):
        CulturalAlienSampler.from_pretrained(tmp_path / "nothing")


def test_preset_paper_is_the_paper() -> None:
    paper = PRESETS["paper"]
    assert (paper.candidates, paper.temperature, paper.beta) == (256, 2.5, 0.85)
    assert (paper.calibration, paper.floor) == (0.0, 1.0)
