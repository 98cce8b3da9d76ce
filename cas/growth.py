"""A vocabulary that grows: new concepts enter a trained pair, and old ones hardly move.

A new concept's row begins where its text vector says (ridge regression from text vectors to the
rows of the old concepts), and learns from a few works while every other weight stands still. Old
concepts keep their logits: among themselves their ranks do not move at all, as long as the pool is
of old concepts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import GPT2Config, GPT2LMHeadModel

from cas.errors import VocabularyError
from cas.model import ConceptModel
from cas.training import set_loss
from cas.vocabulary import Vocabulary

RIDGE = 0.3
"""The penalty of the regression from text vectors to rows, relative to the texts' mean square."""


def grown(
    model: ConceptModel,
    concepts: Sequence[str],
    *,
    old_vectors: NDArray[np.floating],
    new_vectors: NDArray[np.floating],
) -> ConceptModel:
    """Return a model that knows `concepts` too, after the old ones.

    Args:
        model: trained; it is left as it is.
        concepts: k new ones.
        old_vectors: [V, d] text vectors of the model's concepts.
        new_vectors: [k, d] text vectors of the new ones.

    Raises:
        VocabularyError: a concept is known already or occurs twice, or the vectors do not fit.
    """
    vocabulary = Vocabulary([*model.vocabulary, *concepts])
    size = len(model.vocabulary)
    if len(old_vectors) != size or len(new_vectors) != len(concepts):
        raise VocabularyError(
            f"{size} old and {len(concepts)} new concepts need as many text vectors, not"
            f" {len(old_vectors)} and {len(new_vectors)}."
        )
    weights = model.weights()
    rows = weights["transformer.wte.weight"].detach().double().numpy()
    new_rows = _predicted_rows(rows[:size], np.asarray(old_vectors), np.asarray(new_vectors))
    config = model.network.config.to_dict()
    config |= {
        "vocab_size": len(vocabulary) + 2,
        "bos_token_id": len(vocabulary),
        "eos_token_id": len(vocabulary) + 1,
    }
    network = GPT2LMHeadModel(GPT2Config.from_dict(config))
    table = np.concatenate([rows[:size], new_rows, rows[size:]])
    state = dict(weights) | {"transformer.wte.weight": torch.from_numpy(table).float()}
    network.load_state_dict(state, strict=False)
    network.tie_weights()
    network.train(False)
    return ConceptModel(network, vocabulary)


def adapt(
    model: ConceptModel,
    first_new: int,
    sets: Sequence[NDArray[np.int64]],
    *,
    steps: int = 60,
    learning_rate: float = 0.01,
    seed: int,
) -> None:
    """Let the rows from `first_new` on learn from a few sets of concepts; all else stands still.

    Args:
        model: changed in place.
        first_new: token of the first new concept.
        sets: works (or artists' subsets) that hold new concepts, each of 2 distinct tokens or more.
        steps: of Adam, each over all sets once, in new orders.
        learning_rate: of these.
        seed: of the orders.
    """
    network, generator = model.network, np.random.default_rng(seed)
    table = network.transformer.wte.weight
    new = slice(first_new, len(model.vocabulary))
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    table.requires_grad_(True)
    optimizer = torch.optim.Adam([table], lr=learning_rate)
    frozen = table.detach().clone()
    for _ in range(steps):
        optimizer.zero_grad()
        loss = sum(
            (_loss(model, group) for group in _by_length(sets, generator)), torch.tensor(0.0)
        )
        torch.autograd.backward(loss / sum(len(each) + 1 for each in sets))
        optimizer.step()
        with torch.no_grad():
            moved = table[new].clone()
            table.copy_(frozen)
            table[new] = moved
    model.forget_forward()


def _predicted_rows(
    rows: NDArray[np.float64], old: NDArray[np.floating], new: NDArray[np.floating]
) -> NDArray[np.float64]:
    centre, mean = old.mean(axis=0), rows.mean(axis=0)
    known = (old - centre).astype(np.float64)
    gram = known.T @ known + RIDGE * np.eye(known.shape[1]) * len(known) / known.shape[1]
    slope = np.linalg.solve(gram, known.T @ (rows - mean))
    return np.asarray(mean + (new - centre) @ slope)


def _loss(model: ConceptModel, group: Tensor) -> Tensor:
    start = group.new_full((len(group), 1), model.bos)
    logits = model.network(input_ids=torch.cat([start, group], dim=1)).logits
    return set_loss(logits, group, model.eos)


def _by_length(sets: Sequence[NDArray[np.int64]], generator: np.random.Generator) -> list[Tensor]:
    lengths = np.array([len(each) for each in sets])
    return [
        torch.from_numpy(np.stack([generator.permutation(sets[int(row)]) for row in rows]))
        for rows in (np.flatnonzero(lengths == length) for length in np.unique(lengths))
    ]
