"""A small made-up corpus and models of it; the museums' data where it is at hand."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from cas import ConceptModel, CulturalAlienSampler, Vocabulary
from cas.data.corpus import Work
from cas.model import ModelSize
from cas.training.batches import SequenceRules
from cas.training.train import TrainingSettings

CONCEPTS = [f"concept {letter}{number}" for letter in "abcdefgh" for number in range(5)]
SIZE = ModelSize(layers=2, width=32, heads=2, longest=8)

SMALL = TrainingSettings(
    size=ModelSize(layers=1, width=32, heads=2, longest=8),
    rules=SequenceRules(longest=8),
    sequences=64 * 60,
    batch=64,
    learning_rate=3e-3,
    held_out=0.1,
    held_out_sequences=200,
    evaluate_every=15,
    device="cpu",
    seed=3,
)
"""A training run that learns the corpus below in seconds."""


def random_model(vocabulary: Vocabulary, seed: int, size: ModelSize = SIZE) -> ConceptModel:
    """A model whose weights are random and large enough that its scores differ clearly."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = ConceptModel.new(vocabulary, size)
        with torch.no_grad():
            for parameter in model.network.parameters():
                parameter.normal_(0.0, 0.3)
    model.network.train(False)
    return model


@pytest.fixture(scope="session")
def new_model() -> Callable[[Vocabulary, int], ConceptModel]:
    """Makes random models; `longest` is 8."""
    return random_model


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return Vocabulary(CONCEPTS)


@pytest.fixture(scope="session")
def sampler(vocabulary: Vocabulary) -> CulturalAlienSampler:
    return CulturalAlienSampler(random_model(vocabulary, 1), random_model(vocabulary, 2))


@pytest.fixture(scope="session")
def works() -> list[Work]:
    """600 works: the concepts of one share a letter, and an artist keeps to two letters."""
    generator = np.random.default_rng(5)
    made = []
    for number in range(600):
        artist = number % 60
        letter = "abcdefgh"[(artist + int(generator.integers(2))) % 8]
        own = [concept for concept in CONCEPTS if concept[8] == letter]
        size = int(generator.integers(2, 6))
        shown = [str(concept) for concept in generator.permutation(own)[:size]]
        made.append(Work(f"w{number}", f"artist {artist}", (*shown, f"mark {number % 12}")))
    return made


@pytest.fixture(scope="session")
def corpus_file(works: list[Work], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "works.jsonl"
    path.write_text(
        "".join(
            json.dumps({"id": w.id, "artist": w.artist, "concepts": list(w.concepts)}) + "\n"
            for w in works
        )
    )
    return path


@pytest.fixture(scope="session")
def museum_data() -> Path:
    folder = os.environ.get("CULTURAL_ALIEN_DATA")
    if not folder:
        pytest.skip("CULTURAL_ALIEN_DATA is not set: the museums' data is not at hand")
    return Path(folder)
