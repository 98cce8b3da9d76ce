"""A growing vocabulary, and mixtures of corpora."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from cas import ConceptModel, Vocabulary
from cas.data.corpus import Work
from cas.data.mixture import Part, mixture
from cas.errors import CorpusError, VocabularyError
from cas.training.vocabulary_growth import Replay, adapt, grown

NEW = ["new one", "new two"]


@pytest.fixture
def vectors() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(42, 8)).astype(np.float32)


@pytest.fixture
def model(new_model: Callable[..., ConceptModel], vocabulary: Vocabulary) -> ConceptModel:
    return new_model(vocabulary, 1)


def logits(model: ConceptModel, pool: list[int]) -> np.ndarray:
    """Without the normaliser, which new concepts share in."""
    nll = model.next_nll(torch.tensor([pool]))[0].numpy()
    return nll - nll[0]


def test_old_concepts_keep_their_scores(model: ConceptModel, vectors: np.ndarray) -> None:
    larger = grown(model, NEW, old_vectors=vectors[:40], new_vectors=vectors[40:])
    assert list(larger.vocabulary) == [*model.vocabulary, *NEW]
    assert (larger.bos, larger.eos) == (42, 43)
    before = logits(model, [3, 7])
    assert logits(larger, [3, 7])[:40] == pytest.approx(before, abs=1e-4)
    adapt(larger, 40, [np.array([3, 40, 7]), np.array([41, 2])], steps=5, seed=0)
    assert logits(larger, [3, 7])[:40] == pytest.approx(before, abs=1e-4)


def test_a_concept_with_a_known_vector_gets_a_like_row(
    model: ConceptModel, vectors: np.ndarray
) -> None:
    """Text vectors that are the rows themselves: the prediction finds them."""
    rows = model.weights()["transformer.wte.weight"][:40].numpy()
    larger = grown(model, NEW, old_vectors=rows, new_vectors=rows[5:7] * 1.0)
    found = larger.weights()["transformer.wte.weight"][40:42].numpy()
    for row, wanted in zip(found, rows[5:7], strict=True):
        others = np.corrcoef(np.vstack([row[None], rows]))[0, 1:]
        assert others.argmax() == np.abs(rows - wanted).sum(axis=1).argmin()


def test_adapting_makes_seen_works_likelier(model: ConceptModel, vectors: np.ndarray) -> None:
    larger = grown(model, NEW, old_vectors=vectors[:40], new_vectors=vectors[40:])
    before = larger.next_nll(torch.tensor([[3, 7]]))[0, 40].item()
    others = {k: w.clone() for k, w in larger.weights().items() if "wte" not in k}
    adapt(larger, 40, [np.array([3, 7, 40]), np.array([7, 3, 40])], steps=30, seed=0)
    assert larger.next_nll(torch.tensor([[3, 7]]))[0, 40].item() < before
    assert all(torch.equal(w, larger.weights()[k]) for k, w in others.items())


def test_a_replay_is_drawn_as_the_model_expects(model: ConceptModel) -> None:
    replay = Replay.of(model, 400, seed=1)
    assert len(replay.sets) == 400
    assert all(1 <= len(set(each)) == len(each) <= model.longest for each in replay.sets)
    held = np.bincount(np.concatenate(replay.sets), minlength=40) / 400
    assert np.abs(held - replay.shares).max() < 0.12  # four standard errors of a share
    first = torch.from_numpy(np.empty((1, 0), dtype=np.int64))
    likely = int(model.next_nll(first)[0].argmin())
    assert replay.shares[likely] >= np.exp(-model.next_nll(first)[0, likely].item())
    again = Replay.of(model, 400, seed=1)
    assert all(np.array_equal(*pair) for pair in zip(replay.sets, again.sets, strict=True))


def test_new_concepts_are_made_as_frequent_as_old_ones() -> None:
    """Half of all concepts are in 1 of 4 sets, half in none: 1 of 8 on average."""
    shares = np.array([0.25, 0.0])
    replay = Replay((np.array([0]),) * 6, shares)
    sets = [np.array([0, 2]), np.array([1, 2]), np.array([0, 2, 3]), np.array([1, 3])]
    whole = 2.5 / 0.125
    assert replay.weight(sets) == pytest.approx((whole - 4) / 6)
    assert Replay(replay.sets, np.array([1.0, 1.0])).weight(sets) == 0.0


def test_other_sets_teach_how_seldom_new_concepts_come(
    model: ConceptModel, vectors: np.ndarray
) -> None:
    works = [np.array([3, 7, 40]), np.array([7, 3, 40])]
    others = [np.array([3, 9]), np.array([5, 6, 8]), np.array([1])]
    expected = []
    for weight in (0.0, 50.0):
        larger = grown(model, NEW, old_vectors=vectors[:40], new_vectors=vectors[40:])
        untaught = larger.weights()["transformer.wte.weight"][41].clone()
        adapt(larger, 40, works, others=others, weight=weight, steps=30, seed=0)
        assert torch.equal(larger.weights()["transformer.wte.weight"][41], untaught)
        expected.append(larger.next_nll(torch.tensor([[5, 6]]))[0, 40].item())
    assert expected[1] > expected[0] + 1.0


def test_growth_that_does_not_fit(model: ConceptModel, vectors: np.ndarray) -> None:
    with pytest.raises(VocabularyError, match="occurs twice"):
        grown(model, ["concept a0"], old_vectors=vectors[:40], new_vectors=vectors[:1])
    with pytest.raises(VocabularyError, match="40 old and 2 new"):
        grown(model, NEW, old_vectors=vectors[:39], new_vectors=vectors[40:])


def works(museum: str, count: int) -> list[Work]:
    return [Work(f"{museum}:{n}", None, ("sea",)) for n in range(count)]


def test_a_mixture_keeps_shares_by_weight() -> None:
    a, b, c = works("a", 4000), works("b", 4000), works("c", 100)
    mixed = [w.id for w in mixture([Part("a", a, 2.0), Part("b", b, 0.5), Part("c", c, 0.0)])]
    assert sum(i.startswith("a") for i in mixed) == 4000
    assert sum(i.startswith("b") for i in mixed) == pytest.approx(1000, abs=100)
    assert not any(i.startswith("c") for i in mixed)
    heavier = [w.id for w in mixture([Part("a", a, 2.0), Part("b", b, 1.0)])]
    assert set(mixed) < set(heavier)


@pytest.mark.parametrize("weights", [[], [0.0], [1.0, -1.0]])
def test_mixtures_of_nothing(weights: list[float]) -> None:
    with pytest.raises(CorpusError, match="weights of at least 0"):
        list(mixture([Part("a", works("a", 1), weight) for weight in weights]))
