"""Saving, loading and the fast forward pass, against transformers' own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import GPT2LMHeadModel

from cas import CasError, ConceptModel, Vocabulary
from cas.forward import ROWS, pad_batch, plain_forward
from cas.model import ModelSize

NewModel = Callable[..., ConceptModel]


@pytest.mark.parametrize("length", [0, 1, 5, 8])
@pytest.mark.parametrize("layers", [1, 3])
def test_fast_path_is_gpt2(
    vocabulary: Vocabulary, new_model: NewModel, length: int, layers: int
) -> None:
    model = new_model(vocabulary, 4, ModelSize(layers=layers, width=32, heads=4, longest=8))
    pools = torch.stack([torch.randperm(40)[:length] for _ in range(6)])
    start = torch.full((6, 1), model.bos)
    logits = plain_forward(model.network, torch.cat([start, pools], dim=1))
    expected = -torch.log_softmax(logits, dim=-1)[:, :40]
    assert torch.allclose(model.next_nll(pools), expected, atol=1e-4)


def test_rows_that_begin_alike_and_end_early_get_what_each_gets_alone(
    vocabulary: Vocabulary, new_model: NewModel
) -> None:
    model = new_model(vocabulary, 4, ModelSize(layers=3, width=32, heads=4, longest=8))
    generator = np.random.default_rng(0)
    rows = [
        np.array(row, dtype=np.int64)
        for row in ([], [1], [1, 2], [2, 1], [1, 2, 3], [1, 2, 3], [1, 2, 4, 5], [9, 2, 3])
    ]
    rows += [generator.permutation(6)[: generator.integers(1, 7)] for _ in range(2 * ROWS)]
    together = model.next_nll(pad_batch(rows))
    alone = torch.cat([model.next_nll(torch.from_numpy(row)[None]) for row in rows])
    torch.testing.assert_close(together, alone, atol=1e-4, rtol=0)
    repeated = model.next_nll(pad_batch([rows[5]] * 3))
    assert torch.equal(repeated[0], repeated[2])


def test_sequence_nll_is_the_mean_of_the_steps(vocabulary: Vocabulary, new_model: NewModel) -> None:
    model = new_model(vocabulary, 4)
    row = [3, 17, 9]
    steps = [model.next_nll(torch.tensor([row[:i]]).long())[0, row[i]] for i in range(3)]
    assert model.sequence_nll(torch.tensor([row])).item() == pytest.approx(
        torch.stack(steps).mean().item(), abs=1e-4
    )


def test_sequence_nll_is_gpt2s(vocabulary: Vocabulary, new_model: NewModel) -> None:
    model = new_model(vocabulary, 4, ModelSize(layers=3, width=32, heads=4, longest=8))
    rows = torch.stack([torch.randperm(7)[:5] for _ in range(ROWS + 20)])
    inputs = torch.cat([torch.full((len(rows), 1), model.bos), rows], dim=1)
    with torch.inference_mode():
        losses = model.network(input_ids=inputs[:, :-1]).logits.log_softmax(-1)
    expected = -losses.gather(2, rows[:, :, None])[:, :, 0].mean(1)
    torch.testing.assert_close(model.sequence_nll(rows), expected, atol=1e-4, rtol=0)


def test_saved_folder_loads_here_and_in_transformers(
    vocabulary: Vocabulary, new_model: NewModel, tmp_path: Path
) -> None:
    model = new_model(vocabulary, 4)
    model.save(tmp_path)
    pools = torch.tensor([[1, 2, 3]])
    loaded = ConceptModel.load(tmp_path, vocabulary)
    assert loaded.fingerprint == model.fingerprint
    assert torch.allclose(loaded.next_nll(pools), model.next_nll(pools), atol=0.05)
    theirs = GPT2LMHeadModel.from_pretrained(tmp_path, dtype=torch.float32)
    logits = plain_forward(theirs, torch.tensor([[model.bos, 1, 2, 3]]))
    expected = -torch.log_softmax(logits, dim=-1)[:, :40]
    assert torch.allclose(loaded.next_nll(pools), expected, atol=1e-4)
    model.save(tmp_path / "full", half=False)
    full = ConceptModel.load(tmp_path / "full", vocabulary)
    assert torch.equal(full.next_nll(pools), model.next_nll(pools))


def damage(folder: Path, how: str) -> None:
    weights, config = folder / "model.safetensors", folder / "config.json"
    if how == "cut":
        weights.write_bytes(weights.read_bytes()[:-1000])
    elif how == "noise":
        weights.write_bytes(b"\xff" * 4000)
    elif how == "missing":
        weights.unlink()
    elif how == "config":
        config.write_text("{")
    elif how == "shape":
        config.write_text(json.dumps({**json.loads(config.read_text()), "n_layer": 3}))
    else:
        tensors = load_file(weights)
        tensors["transformer.wte.weight"][0, 0] = torch.nan
        save_file(tensors, weights)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("cut", "holds no readable model"),
        ("noise", "holds no readable model"),
        ("missing", "holds no readable model"),
        ("config", "holds no readable model"),
        ("shape", "do not fit its config.json"),
        ("nan", "hold NaN or infinity"),
    ],
)
def test_corrupt_model_is_explained(
    vocabulary: Vocabulary, new_model: NewModel, tmp_path: Path, how: str, message: str
) -> None:
    new_model(vocabulary, 4).save(tmp_path)
    damage(tmp_path, how)
    with pytest.raises(CasError, match=message):
        ConceptModel.load(tmp_path, vocabulary)


def test_model_and_vocabulary_must_match(
    vocabulary: Vocabulary, new_model: NewModel, tmp_path: Path
) -> None:
    model = new_model(vocabulary, 4)
    model.save(tmp_path)
    with pytest.raises(CasError, match="trained on another vocabulary"):
        ConceptModel.load(tmp_path, Vocabulary(reversed(vocabulary)))
    with pytest.raises(CasError, match="has 40 concepts, but the vocabulary has 39"):
        ConceptModel(model.network, Vocabulary(vocabulary[1:]))
    with pytest.raises(CasError, match="heads must divide width"):
        ModelSize(width=30, heads=4)
