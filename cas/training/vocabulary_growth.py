"""Add new concepts to a trained model with little change to the old ones.

A new concept's row begins where its text vector says (ridge regression from text vectors to the
rows of the old concepts), and learns from a few works while every other weight stands still. Old
concepts keep their logits: among themselves their ranks do not move at all, as long as the pool is
of old concepts. `cas.training.pair_growth` grows a whole pair.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cas.errors import VocabularyError
from cas.lazy_imports import GPT2Config, GPT2LMHeadModel
from cas.model import ConceptModel
from cas.training.train import set_loss
from cas.validation import check_number
from cas.vocabulary import Vocabulary

RIDGE = 0.3
"""The penalty of the regression from text vectors to rows, relative to the texts' mean square."""
STEPS = 60
"""Of Adam, by default."""
SETS_A_STEP = 512
"""Read at each of them, at most."""


def grown(
    model: ConceptModel,
    concepts: Sequence[str],
    *,
    old_vectors: NDArray[np.floating],
    new_vectors: NDArray[np.floating],
) -> ConceptModel:
    """Return a model on the CPU with `concepts` added after the old ones.

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
    rows = weights["transformer.wte.weight"].detach().double().cpu().numpy()
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


@dataclass(frozen=True)
class Replay:
    """Sets sampled from the old model, so that no other data is needed.

    Attributes:
        sets: of distinct tokens, each as long as the model made it.
        shares: [V] the share of the model's sets that hold each concept, as it expects it.
    """

    sets: tuple[NDArray[np.int64], ...]
    shares: NDArray[np.float64]

    @classmethod
    def of(cls, model: ConceptModel, count: int, *, seed: int) -> Replay:
        """Draw `count` sets, concept by concept, until the model ends them."""
        generator = np.random.default_rng(seed)
        shares = np.zeros(len(model.vocabulary))
        sets: list[NDArray[np.int64]] = []
        tokens = np.empty((count, 0), dtype=np.int64)
        for length in range(model.longest):
            if not len(tokens):
                break
            chances = np.exp(-model.next_nll(torch.from_numpy(tokens)).double().numpy())
            # What no concept has is the end's; a set has one concept at least.
            end = np.clip(1.0 - chances.sum(axis=1, keepdims=True), 1e-12, None) * (length > 0)
            np.put_along_axis(chances, tokens, 0.0, axis=1)
            shares += (chances / (chances.sum(axis=1, keepdims=True) + end)).sum(axis=0)
            with np.errstate(divide="ignore"):
                logits = np.log(np.concatenate([chances, end], axis=1))
            drawn = np.argmax(logits + generator.gumbel(size=logits.shape), axis=1)
            continues = drawn < len(shares)
            sets += list(tokens[~continues])
            tokens = np.concatenate([tokens, drawn[:, None]], axis=1)[continues]
        return cls((*sets, *tokens), shares / count)

    def weight(self, sets: Sequence[NDArray[np.int64]]) -> float:
        """Return how many sets each replayed one stands for beside `sets` with new concepts.

        So that new concepts are as frequent, on average, as old ones are on average.
        """
        tokens = np.concatenate(sets)
        _, held = np.unique(tokens[tokens >= len(self.shares)], return_counts=True)
        whole = float(held.mean() / self.shares.mean())
        return max(whole - len(sets), 0.0) / len(self.sets)


def adapt(
    model: ConceptModel,
    first_new: int,
    sets: Sequence[NDArray[np.int64]],
    *,
    others: Sequence[NDArray[np.int64]] = (),
    weight: float = 1.0,
    steps: int = STEPS,
    learning_rate: float = 0.01,
    seed: int,
    progress: Callable[[int], None] = lambda step: None,
) -> None:
    """Let the rows from `first_new` on learn from a few sets of concepts; all else stands still.

    Rows of new concepts that are in none of the sets stand still, too.

    Args:
        model: changed in place.
        first_new: token of the first new concept.
        sets: works (or artists' subsets) that hold new concepts, each of 2 distinct tokens or more.
        others: sets without a new concept: from them the rows learn how seldom they come. Without
            them new concepts are expected wherever one is possible.
        weight: how many sets each of `others` stands for.
        steps: of Adam, each over all sets once (at most `SETS_A_STEP`), in new orders.
        learning_rate: of these.
        seed: of the orders.
        progress: is called with the number of each step that ended.
    """
    check_number("weight", weight, "of at least 0", low=0)
    check_number("learning_rate", learning_rate, "above 0", low=0, above=True)
    network, generator = model.network, np.random.default_rng(seed)
    table = network.transformer.wte.weight
    new = slice(first_new, len(model.vocabulary))
    held = np.unique(np.concatenate(sets))
    taught = torch.from_numpy(held[held >= first_new])
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    seldom = _Seldom.of(model, new, others)
    table.requires_grad_(True)
    optimizer = torch.optim.Adam([table], lr=learning_rate)
    frozen = table.detach().clone()
    whole = sum(len(each) + 1 for each in sets)
    for step in range(steps):
        optimizer.zero_grad()
        chosen = generator.permutation(len(sets))[:SETS_A_STEP]
        drawn = [sets[int(row)] for row in chosen] if len(sets) > SETS_A_STEP else sets
        loss = sum((_loss(model, g) for g in _by_length(drawn, generator)), torch.tensor(0.0))
        loss = loss / sum(len(each) + 1 for each in drawn)
        torch.autograd.backward(loss + weight * seldom.loss(table[new]) / whole)
        optimizer.step()
        with torch.no_grad():
            moved = table[taught].clone()
            table.copy_(frozen)
            table[taught] = moved
        progress(step + 1)
    table.requires_grad_(False)
    model.forget_forward()


@dataclass(frozen=True)
class _Seldom:
    """What sets without new concepts cost where new ones are expected.

    The network reads no new row there, so what it makes of them is computed once.

    Attributes:
        hidden: [N, d] the states that logits are read from.
        old: [N] the log of the summed exponentials of the old logits.
    """

    hidden: Tensor
    old: Tensor

    @classmethod
    @torch.no_grad()
    def of(cls, model: ConceptModel, new: slice, sets: Sequence[NDArray[np.int64]]) -> _Seldom:
        table = model.network.transformer.wte.weight
        known = torch.cat([table[: new.start], table[new.stop :]])
        states = [table.new_empty((0, table.shape[1]))]
        for group in _by_length(sets, np.random.default_rng(0)):
            tokens = model.after_bos(group)
            states.append(
                model.network.transformer(input_ids=tokens).last_hidden_state.flatten(0, 1)
            )
        hidden = torch.cat(states)
        old = [(some @ known.T).logsumexp(-1) for some in torch.split(hidden, 1024)]
        return cls(hidden, torch.cat(old))

    def loss(self, rows: Tensor) -> Tensor:
        return (torch.logaddexp(self.old, (self.hidden @ rows.T).logsumexp(-1)) - self.old).sum()


def _predicted_rows(
    rows: NDArray[np.float64], old: NDArray[np.floating], new: NDArray[np.floating]
) -> NDArray[np.float64]:
    centre, mean = old.mean(axis=0), rows.mean(axis=0)
    known = (old - centre).astype(np.float64)
    gram = known.T @ known + RIDGE * np.eye(known.shape[1]) * len(known) / known.shape[1]
    slope = np.linalg.solve(gram, known.T @ (rows - mean))
    return np.asarray(mean + (new - centre) @ slope)


def _loss(model: ConceptModel, group: Tensor) -> Tensor:
    tokens = model.after_bos(group)
    return set_loss(model.network(input_ids=tokens).logits, tokens[:, 1:], model.eos)


def _by_length(sets: Sequence[NDArray[np.int64]], generator: np.random.Generator) -> list[Tensor]:
    lengths = np.array([len(each) for each in sets])
    return [
        torch.from_numpy(np.stack([generator.permutation(sets[int(row)]) for row in rows]))
        for rows in (np.flatnonzero(lengths == length) for length in np.unique(lengths))
    ]
