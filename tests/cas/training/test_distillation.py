"""Teachers' opinion against the same written out place by place; what a student makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from cas.data.corpus import Corpus, Split, Work
from cas.errors import TrainingError
from cas.model import ConceptModel, ModelSize
from cas.training.baselines import NaiveBayes
from cas.training.batches import SequenceRules
from cas.training.distillation import Teachers, taught_loss
from cas.training.train import TrainingSettings, train_model
from cas.vocabulary import Vocabulary

WORDS = ("sea", "ship", "storm", "rose", "garden", "bee")
SIZE = ModelSize(layers=1, width=16, heads=2, longest=4)


def corpus_of(groups: Sequence[Sequence[str]]) -> Corpus:
    """600 works by 60 artists, each with two or three concepts of one group."""
    generator = np.random.default_rng(0)
    works = [
        Work(
            id=str(number),
            artist=f"artist {number % 60}",
            concepts=tuple(
                str(word)
                for word in generator.permutation(groups[number % 2])[: generator.integers(2, 4)]
            ),
        )
        for number in range(600)
    ]
    return Corpus.pack(works, Vocabulary(WORDS))


@pytest.fixture
def corpus() -> Corpus:
    return corpus_of([WORDS[:3], WORDS[3:]])


def untrained(seed: int, corpus: Corpus) -> ConceptModel:
    torch.manual_seed(seed)
    return ConceptModel.new(corpus.vocabulary, SIZE)


def test_the_opinion_is_the_mean_of_models_and_naive_bayes_without_what_came(
    corpus: Corpus,
) -> None:
    elders = [untrained(1, corpus), untrained(2, corpus)]
    teachers = Teachers(elders, corpus, naive_bayes=0.25, smoothing=10.0, prior=0.5)
    sequences = torch.tensor([[0, 1, 2], [3, 5, 4]])
    found = teachers.probabilities(sequences)
    bayes = NaiveBayes(corpus, smoothing=10.0, prior=0.5)
    size = len(WORDS)
    for row, sequence in enumerate(sequences):
        for place in range(3):
            came = sequence[:place]
            asked = torch.cat([torch.tensor([size]), came])[None]
            log_likely = torch.stack(
                [model.network(input_ids=asked).logits[0, -1].log_softmax(-1) for model in elders]
            ).mean(0)
            if place:
                scores = torch.from_numpy(bayes.scores([came.numpy()])[0]).log_softmax(-1).float()
                log_likely[:size] = 0.75 * log_likely[:size] + 0.25 * scores
            expected = log_likely.exp()
            expected[came] = 0.0
            torch.testing.assert_close(found[row, place], expected / expected.sum())


def test_the_loss_is_least_where_the_student_agrees() -> None:
    generator = torch.Generator().manual_seed(0)
    opinion = torch.randn(2, 4, 8, generator=generator)
    expected = opinion[:, :3].softmax(-1)
    agreed = taught_loss(opinion, expected, eos=7)
    entropy = -(expected * expected.log()).sum() - opinion[:, 3].log_softmax(-1)[:, 7].sum()
    torch.testing.assert_close(agreed, entropy)
    other = opinion.clone()
    other[:, 0] += torch.randn(2, 8, generator=generator)
    assert taught_loss(other, expected, eos=7) > agreed


def test_a_student_learns_from_its_teacher_what_is_not_in_its_corpus(
    corpus: Corpus, tmp_path: Path
) -> None:
    settings = TrainingSettings(
        size=replace(SIZE, dropout=0.0),
        rules=SequenceRules(longest=4),
        sequences=64 * 100,
        batch=64,
        learning_rate=1e-2,
        held_out=0.1,
        held_out_sequences=50,
        patience=100,
        evaluate_every=50,
        device="cpu",
        taught=1.0,
        naive_bayes=0.0,
    )
    crossed = Split.of(corpus_of([("sea", "bee"), ("ship", "rose")]), share=0.1)
    train_model("coherence", crossed, tmp_path / "elder", settings)
    split = Split.of(corpus, share=0.1)
    train_model("coherence", split, tmp_path / "alone", settings)
    train_model("coherence", split, tmp_path / "taught", replace(settings, teachers=("elder",)))
    bees = {
        name: ConceptModel.load(tmp_path / name, corpus.vocabulary)
        .next_nll(torch.tensor([[WORDS.index("sea")]]))[0, WORDS.index("bee")]
        .item()
        for name in ("alone", "elder", "taught")
    }
    assert bees["elder"] < 1.0
    assert bees["taught"] < bees["alone"] - 1.0


def test_shares_beyond_one_are_refused() -> None:
    with pytest.raises(TrainingError, match=r"taught and naive_bayes are shares.*1\.5"):
        TrainingSettings(taught=1.5)
