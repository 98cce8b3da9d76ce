"""Initial token embeddings from a factorised co-occurrence table.

The embeddings of word2vec with negative sampling factorise a table of pointwise mutual information
(Levy and Goldberg 2014); starting from that table saves the transformer from finding it by gradient
steps. GPT-2 ties input and output embeddings, and has no output bias, so one more column carries
each concept's log frequency.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from cas.lazy_imports import GPT2LMHeadModel
from cas.training.batches import SequenceSource

SEQUENCES = 120_000
"""Counted for co-occurrence."""
ROW_NORM = 0.5
"""The mean length of an embedding's row at the start."""
FREQUENCY_SCALE = 0.1
"""Of the log frequency, in the last dimension."""


def warm_start(network: GPT2LMHeadModel, source: SequenceSource, *, seed: int) -> None:
    """Set a new network's token embeddings from `SEQUENCES` sequences of its training source.

    Args:
        network: V concepts, BOS and EOS; changed in place.
        source: of the sequences that it will be trained on.
        seed: of the draws.
    """
    size = int(network.config.vocab_size)
    joint, counts = _count(source, size, seed)
    width = int(network.config.n_embd) - 1
    vectors = factorised(joint, width)
    frequency = np.log(counts + 0.5) - np.log(counts + 0.5).mean()
    body = network.transformer
    with torch.no_grad():
        body.wte.weight[:, :width] += torch.from_numpy(vectors).float()
        body.wte.weight[:, width] = torch.from_numpy(frequency * FREQUENCY_SCALE).float()
        body.ln_f.weight[width] = 0.0
        body.ln_f.bias[width] = 1.0 / FREQUENCY_SCALE


def factorised(joint: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Return [V, width] vectors whose dot products approach the positive mutual information.

    Args:
        joint: [V, V] symmetric counts of two concepts in one sequence.
        width: at most V; further columns are 0.
    """
    total, sums = joint.sum(), joint.sum(axis=1)
    expected = np.outer(sums, sums) / max(total, 1.0)
    information = np.log((joint + 0.1) / (expected + 0.1)).clip(min=0.0)
    values, axes = np.linalg.eigh(information)
    best = np.argsort(-values)[:width]
    vectors = axes[:, best] * np.sqrt(values[best].clip(min=0.0))
    vectors *= ROW_NORM / max(np.linalg.norm(vectors, axis=1).mean(), 1e-9)
    return np.pad(vectors, ((0, 0), (0, width - vectors.shape[1])))


def _count(
    source: SequenceSource, size: int, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return [V + 2, V + 2] pair counts and [V + 2] counts over sequences; every one has an EOS."""
    generator = np.random.default_rng(seed)
    joint, counts = np.zeros(size * size), np.zeros(size)
    for _ in range(SEQUENCES // 1000):
        for group in source.batch(1000, generator, groups=10):
            counts += np.bincount(group.ravel(), minlength=size)
            pairs = group[:, :, None] * size + group[:, None, :]
            apart = ~np.eye(group.shape[1], dtype=bool)
            joint += np.bincount(pairs[:, apart].ravel(), minlength=size * size)
            counts[-1] += len(group)
    return joint.reshape(size, size), counts
