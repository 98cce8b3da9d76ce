"""The figures of a pair: on a corpus whose truth is known, and on the museums' data."""

from __future__ import annotations

from typing import Any

import pytest

from cas import ConceptModel, CulturalAlienSampler
from cas.data.corpus import Corpus, Split, Work, count_concepts
from cas.evaluation.evaluate import artist_discrimination, evaluate, tuned_baselines
from cas.evaluation.metrics import hidden_concepts, hide_one
from cas.training.train import train_model
from cas.vocabulary import Vocabulary
from tests.cas.conftest import SMALL


@pytest.fixture(scope="module")
def split(works: list[Work]) -> Split:
    corpus = Corpus.pack(works, Vocabulary(sorted(count_concepts(works))))
    return Split.of(corpus, share=0.1, seed=3)


@pytest.fixture(scope="module")
def trained(split: Split, tmp_path_factory: pytest.TempPathFactory) -> CulturalAlienSampler:
    folder = tmp_path_factory.mktemp("pair")
    train_model("coherence", split, folder, SMALL)
    # This corpus' artists keep to their concepts so strictly that one model can stand for both.
    model = ConceptModel.load(folder, split.train.vocabulary)
    return CulturalAlienSampler(model, model)


def test_smoothing_is_tuned_on_the_validation_parts(split: Split) -> None:
    baselines = tuned_baselines(split, limit=200)
    trials = [
        trial
        for part in (split.validation_works, split.validation_artists)
        for trial in hide_one(part, limit=100, seed=1)
    ]
    frequency = hidden_concepts(baselines["word frequency"], trials).mrr
    for name in ("naive Bayes", "co-occurrence"):
        assert hidden_concepts(baselines[name], trials).mrr > 1.5 * frequency


def test_a_trained_pair_is_measured_on_both_held_out_parts(
    trained: CulturalAlienSampler, split: Split
) -> None:
    figures: dict[str, Any] = evaluate(trained, split, trials=60)
    for part in ("held-out works", "held-out artists"):
        hidden = figures["hidden concept"][part]
        assert hidden["coherence model"]["mrr"] > 2 * hidden["word frequency"]["mrr"]
        apart = figures["own sets told from mixes"][part]["context model"]
        assert apart["matched"] > 0.8 and apart["pooled"] > 0.8


def test_a_model_that_knows_nothing_tells_nobody_apart(
    sampler: CulturalAlienSampler, works: list[Work]
) -> None:
    known = set(sampler.vocabulary)
    inside = [Work(w.id, w.artist, tuple(c for c in w.concepts if c in known)) for w in works]
    split = Split.of(Corpus.pack(inside, sampler.vocabulary), share=0.2, seed=1)
    told = artist_discrimination(sampler.context, split.test_works, split, trials=300)
    assert told.matched == pytest.approx(0.5, abs=0.12)
