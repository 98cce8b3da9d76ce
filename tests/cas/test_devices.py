"""What the sampler computes where its networks are is the same on the CPU."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from cas import ConceptModel, CulturalAlienSampler, Vocabulary
from cas.evaluation.metrics import set_nll
from cas.training.baselines import ModelScorer
from cas.training.vocabulary_growth import Replay, adapt, grown
from tests.cas.pretend_device import DEVICE, PretendedDevice, move

POOL = ["concept a0", "concept c3", "concept f1"]
SETS = [np.array(tokens) for tokens in ([1, 2, 3], [4, 5], [7, 8, 9], [0, 6])]


@pytest.fixture
def pair(vocabulary: Vocabulary, new_model: Callable[[Vocabulary, int], ConceptModel]) -> object:
    return lambda: CulturalAlienSampler(new_model(vocabulary, 1), new_model(vocabulary, 2))


@pytest.fixture
def there(pair: Callable[[], CulturalAlienSampler]) -> Iterator[CulturalAlienSampler]:
    """A pair on another device; what is done in this test is done with it."""
    sampler = pair()
    move(sampler.coherence), move(sampler.context)
    with PretendedDevice():
        yield sampler


def test_the_pretended_device_is_as_strict_as_a_real_one(there: CulturalAlienSampler) -> None:
    table = there.coherence.network.transformer.wte.weight
    assert there.coherence.network.device == table.device == DEVICE
    with pytest.raises(TypeError, match="cpu"):
        table.detach().numpy()
    with pytest.raises(RuntimeError, match="on the device and on the CPU"):
        torch.cat([table, torch.ones(1, table.shape[1])])
    with pytest.raises(RuntimeError, match="on the device and on the CPU"):
        there.coherence.network(input_ids=torch.tensor([[1, 2]]))


ASKED: dict[str, Callable[[CulturalAlienSampler], object]] = {
    "sample": lambda s: s.sample(POOL, seed=5),
    "paper": lambda s: s.sample(POOL, calibration=0.0, floor=1.0, seed=5),
    "batch": lambda s: s.sample_batch([POOL, POOL[:1]], seeds=[3, 4]),
    "score": lambda s: s.score(POOL),
    "ideas": lambda s: s.ideas(count=5, length=4, seed=2),
    "next": lambda s: [nll.tolist() for nll in s.next_nlls(POOL)],
    "base": lambda s: [nll.tolist() for nll in s.base_nlls()],
    "fingerprint": lambda s: s.fingerprint,
    "sets": lambda s: set_nll(s.context, SETS).tolist(),
    "scorer": lambda s: ModelScorer(s.context).scores(SETS).tolist(),
    "replay": lambda s: Replay.of(s.coherence, 20, seed=1).shares.tolist(),
}


@pytest.mark.parametrize("what", ASKED)
def test_it_is_the_same_as_on_the_cpu(
    there: CulturalAlienSampler, pair: Callable[[], CulturalAlienSampler], what: str
) -> None:
    assert ASKED[what](there) == ASKED[what](pair())


def test_models_learn_new_concepts_wherever_they_are(
    there: CulturalAlienSampler, pair: Callable[[], CulturalAlienSampler], tmp_path: Path
) -> None:
    vectors = np.random.default_rng(0).normal(size=(len(there.vocabulary) + 1, 6))

    def learnt(model: ConceptModel, place: Callable[[ConceptModel], ConceptModel]) -> list[float]:
        old, new = vectors[:-1], vectors[-1:]
        larger = place(grown(model, ["a new one"], old_vectors=old, new_vectors=new))
        first_new, others = len(model.vocabulary), SETS[:2]
        adapt(larger, first_new, [np.array([3, first_new])], others=others, steps=3, seed=1)
        larger.save(tmp_path)
        return larger.next_nll(torch.tensor([[3]]))[0].tolist()

    assert learnt(there.context, move) == learnt(pair().context, lambda model: model)
