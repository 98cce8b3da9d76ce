"""The recipe of the shipped pair, on a small corpus: the runs that become one pair."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch

from cas import CulturalAlienSampler
from cas.evaluation.recipe import SHIPPED, Recipe, make_pair
from cas.model import ModelSize
from cas.training.batches import SequenceRules
from cas.training.train import USER_RULES, TrainingSettings

TINY = TrainingSettings(
    size=ModelSize(layers=1, width=32, heads=2, longest=8),
    rules=SequenceRules(longest=8),
    sequences=64 * 20,
    batch=64,
    learning_rate=3e-3,
    held_out=0.1,
    held_out_sequences=100,
    evaluate_every=10,
    device="cpu",
)
RECIPE = Recipe(
    stages={"elder": TINY, "better": replace(TINY, begin_from="elder")},
    coherence=replace(TINY, begin_from="stages/better", teachers=("stages/elder", "stages/better")),
    context=TINY,
)


def test_its_runs_make_a_pair_and_a_second_call_changes_nothing(
    corpus_file: Path, tmp_path: Path
) -> None:
    report = make_pair(RECIPE, corpus_file, tmp_path, rules=USER_RULES)
    assert [model.kind for model in report.models] == ["coherence", "context"]
    sampler = CulturalAlienSampler.from_pretrained(tmp_path)
    nll = sampler.coherence.next_nll(torch.tensor([[0, 1]]))
    steps: list[int] = []
    again = make_pair(
        RECIPE, corpus_file, tmp_path, rules=USER_RULES, progress=lambda p: steps.append(p.step)
    )
    assert again.models == report.models
    same = CulturalAlienSampler.from_pretrained(tmp_path).coherence.next_nll(torch.tensor([[0, 1]]))
    torch.testing.assert_close(same, nll, rtol=0, atol=0)


def test_the_shipped_pairs_models_have_the_sizes_of_its_recipe() -> None:
    shipped = CulturalAlienSampler.from_pretrained()
    for model, settings in (
        (shipped.coherence, SHIPPED.coherence),
        (shipped.context, SHIPPED.context),
    ):
        config = model.network.config
        assert (config.n_layer, config.n_embd, config.n_head) == (
            settings.size.layers,
            settings.size.width,
            settings.size.heads,
        )
