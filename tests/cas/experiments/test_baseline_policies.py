"""Each baseline's choice against its definition by hand."""

from __future__ import annotations

import numpy as np
import pytest

from cas import PRESETS, CulturalAlienSampler
from cas.data.corpus import Corpus, Work
from cas.evaluation.lifts import Meetings
from cas.experiments.baseline_policies import (
    CountedBayes,
    CountedLifts,
    Determinantal,
    EliteArchive,
    MarginalRelevance,
    MatchedRandom,
    NoveltySearch,
    Proposals,
    baseline_policies,
)
from cas.experiments.policies import Question, SamplerPicker
from cas.experiments.runs import ConceptVectors
from cas.experiments.trajectories import concept_cells
from cas.training.baselines import NaiveBayes
from tests.cas.experiments.test_collapse import HashEncoder

QUESTIONS = [
    Question(("concept a0", "concept c3"), ("concept b1",), (), seed, ("concept a0", "concept d2"))
    for seed in range(30)
]


@pytest.fixture(scope="module")
def vectors() -> ConceptVectors:
    return ConceptVectors(HashEncoder())


@pytest.fixture(scope="module")
def corpus(sampler: CulturalAlienSampler, works: list[Work]) -> Corpus:
    return Corpus.pack(works, sampler.vocabulary)


def given(seed: int, earlier: int = 4) -> Proposals:
    generator = np.random.default_rng(seed)
    drawn = generator.permutation(40)
    nlls = generator.normal(5, 1, 8)
    before = drawn[10 : 10 + earlier]  # the first of them is in the pool
    fit = np.sort(generator.normal(6, 1, earlier))
    return Proposals(drawn[:8], drawn[8:11], nlls, before, fit, generator)


def test_all_pick_what_may_be_picked_and_the_same_again(
    sampler: CulturalAlienSampler, vectors: ConceptVectors, corpus: Corpus
) -> None:
    counts = (Meetings.in_works(corpus), Meetings.in_artists(corpus))
    pickers = baseline_policies(sampler, vectors, counts)
    assert len(pickers) == 7
    assert len(baseline_policies(sampler, vectors)) == 5
    for picker in pickers.values():
        picks = list(picker.picks(QUESTIONS))
        assert picks == list(picker.picks(QUESTIONS))
        assert picks[7] == next(picker.picks([QUESTIONS[7]]))
        assert set(picks) <= set(sampler.vocabulary)
        assert not {"concept a0", "concept c3", "concept b1"} & set(picks)
    assert len({str(picker.identity) for picker in pickers.values()}) == 7


def test_proposals_are_of_the_most_coherent_share(
    sampler: CulturalAlienSampler, vectors: ConceptVectors
) -> None:
    picker = NoveltySearch(sampler, vectors)
    for question, pick in zip(QUESTIONS, picker.picks(QUESTIONS), strict=True):
        nlls, _ = sampler.next_nlls(question.pool, permutations=4, seed=question.seed)
        free = [c for c in sampler.vocabulary if c not in (*question.pool, *question.cooldown)]
        free.sort(key=lambda c: nlls[sampler.vocabulary.index(c)])
        assert pick in free[: int(np.ceil(PRESETS["default"].floor * 40))]


def test_matched_random_is_as_frequent_but_another(sampler: CulturalAlienSampler) -> None:
    other = SamplerPicker(sampler, PRESETS["default"])
    bases, index = sampler.base_nlls()[0], sampler.vocabulary.index
    same = 0
    picked = zip(
        MatchedRandom(sampler, other).picks(QUESTIONS), other.picks(QUESTIONS), strict=True
    )
    for ours, theirs in picked:
        gaps = np.sort(np.abs(bases - bases[index(theirs)]))
        assert abs(bases[index(ours)] - bases[index(theirs)]) <= gaps[24 + 3]
        same += ours == theirs
    assert same < 10


def test_counted_rules_follow_lifts_and_naive_bayes(
    sampler: CulturalAlienSampler, corpus: Corpus
) -> None:
    works, artists = Meetings.in_works(corpus), Meetings.in_artists(corpus)
    lifts = [works.lifts(), artists.lifts()]
    bayes = NaiveBayes(corpus, smoothing=500.0, prior=0.8)
    table, prior = CountedBayes(sampler, works, artists)._tables[0]
    assert table == pytest.approx(bayes.log_given)
    assert prior == pytest.approx(bayes.log_prior)
    for seed in range(20):
        asked = given(seed)
        fit, company = (
            [np.mean([each[token, x] for x in asked.pool]) for token in asked.tokens]
            for each in lifts
        )

        def s(place: int, fit: list[float] = fit, company: list[float] = company) -> float:
            worse = [
                sum(v < mean[place] for v in mean) + 0.5 * (sum(v == mean[place] for v in mean) - 1)
                for mean in (fit, company)
            ]  # N - R of both
            return 0.15 * worse[0] - 0.85 * worse[1]

        chosen = CountedLifts(sampler, works, artists)._choice(asked)
        assert s(chosen) == pytest.approx(max(map(s, range(8))))


def test_relevance_is_lost_by_likeness_to_the_pool(
    sampler: CulturalAlienSampler, vectors: ConceptVectors
) -> None:
    picker = MarginalRelevance(sampler, vectors)
    for seed in range(20):
        asked = given(seed)
        values = []
        for place, token in enumerate(asked.tokens):
            fit = sum(nll > asked.nll[place] for nll in asked.nll) / 7
            values.append(fit - max(picker._points[token] @ picker._points[x] for x in asked.pool))
        assert picker._choice(asked) == int(np.argmax(values))


def test_determinantal_draws_have_the_odds_of_determinants(
    sampler: CulturalAlienSampler, vectors: ConceptVectors
) -> None:
    picker = Determinantal(sampler, vectors)
    asked = given(3)
    odds = []
    for nll, token in zip(asked.nll, asked.tokens, strict=True):
        points = picker._points[[*asked.pool, token]]
        q = np.array([1.0, 1.0, 1.0, np.exp(-nll / 2)])
        kernel = (points @ points.T + 0.05 * np.eye(4)) * np.outer(q, q)
        odds.append(np.linalg.det(kernel))
    expected = np.array(odds) / sum(odds) * 4000
    drawn = [picker._choice(asked) for _ in range(4000)]
    observed = np.bincount(drawn, minlength=8)
    assert ((observed - expected) ** 2 / expected).sum() < 24.3  # 7 degrees: p = 0.001


def test_novelty_search_takes_the_farthest_from_its_three_nearest(
    sampler: CulturalAlienSampler, vectors: ConceptVectors
) -> None:
    picker = NoveltySearch(sampler, vectors)
    for seed, earlier in ((0, 6), (1, 3), (2, 2), (3, 1)):
        asked = given(seed, earlier)
        gaps = [
            np.mean(
                sorted(
                    np.linalg.norm(picker._points[token] - picker._points[e]) for e in asked.earlier
                )[:3]
            )
            for token in asked.tokens
        ]
        assert picker._choice(asked) == int(np.argmax(gaps))
    assert 0 <= picker._choice(given(4, 0)) < 8


def worth(asked: Proposals, place: int, cell: list[int]) -> tuple[int, float]:
    """How much a proposal betters the archive of the earlier picks: status and value."""
    held = [
        0.0 if token in asked.pool else -nll
        for token, nll in zip(asked.earlier, asked.earlier_nll, strict=True)
        if cell[token] == cell[asked.tokens[place]]
    ]
    objective = float(-asked.nll[place])
    gain = objective - max(held, default=0.0)
    return (int(gain > 0) if held else 2), gain


def test_the_archive_takes_a_new_cell_or_the_greatest_improvement(
    sampler: CulturalAlienSampler, vectors: ConceptVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = set()
    for cells in (1, 3, 12):
        monkeypatch.setattr(EliteArchive, "CELLS", cells)
        picker = EliteArchive(sampler, vectors)
        centres = concept_cells(picker._points, cells=cells, seed=1)
        cell = [int(np.argmin(((centres - point) ** 2).sum(axis=1))) for point in picker._points]
        for seed in range(20):
            asked = given(seed, earlier=seed % 6)
            gains = [worth(asked, place, cell) for place in range(8)]
            kinds.add(max(gains)[0])
            assert picker._choice(asked) == gains.index(max(gains))
    assert kinds == {0, 1, 2}
