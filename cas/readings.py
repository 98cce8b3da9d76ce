"""Readings of the paper: how candidates are proposed and scored where it leaves that open.

`cas.tuning.Reading` names them; `cas.sampler` follows them; `cas.experiments.reading_policies`
compares them.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from cas.model import ConceptModel
from cas.ranks import Floats, alien_scores, gumbel_top_k, likeliest, most_coherent, standard_scores
from cas.tuning import Reading, SamplerTuning


def proposed(
    coherence: Floats, allowed: NDArray[np.bool_], tuning: SamplerTuning
) -> NDArray[np.bool_]:
    """Return [V]: which of the concepts allowed may be drawn, by floor and top_k."""
    if tuning.floor < 1.0:
        allowed = most_coherent(coherence, allowed, tuning.floor)
    if isinstance(tuning, Reading) and tuning.top_k:
        allowed = likeliest(coherence, allowed, tuning.top_k)
    return allowed


def draw(
    coherence: Floats,
    allowed: NDArray[np.bool_],
    tuning: SamplerTuning,
    generator: np.random.Generator,
) -> NDArray[np.int64]:
    """Draw the candidates: at most N different tokens of those allowed."""
    logits = np.where(allowed, -coherence / tuning.temperature, -np.inf)
    if isinstance(tuning, Reading) and tuning.replacement:
        chances = np.exp(logits - logits.max())
        drawn = generator.choice(len(logits), tuning.candidates, p=chances / chances.sum())
        return np.unique(drawn).astype(np.int64)
    return gumbel_top_k(logits, min(tuning.candidates, int(allowed.sum())), generator)


def sequence_nlls(
    model: ConceptModel,
    orders: NDArray[np.int64],
    tokens: NDArray[np.int64],
    generator: np.random.Generator,
) -> Floats:
    """Return [N]: the mean NLL a concept of pool and candidate, each in random orders of its own.

    Args:
        model: that scores.
        orders: [K, L] of the pool: K orders are averaged; a pool as long as the model reads is cut.
        tokens: [N] candidates.
        generator: of the orders.
    """
    shown = orders[:, : model.longest - 1]
    pools = np.broadcast_to(shown, (len(tokens), *shown.shape))
    last = np.broadcast_to(tokens[:, None, None], (*pools.shape[:2], 1))
    sequences = generator.permuted(np.concatenate([pools, last], axis=2), axis=2)
    nlls = model.sequence_nll(torch.from_numpy(sequences.reshape(-1, sequences.shape[2])))
    return np.asarray(nlls.double().numpy().reshape(pools.shape[:2]).mean(axis=1))


def scores(
    nlls: tuple[Floats, Floats], ranks: tuple[Floats, Floats], tuning: SamplerTuning
) -> Floats:
    """Return [N] S of the coherence and context NLLs that are ranked, or of their ranks."""
    if isinstance(tuning, Reading) and tuning.z_scores:
        return standard_scores(*nlls, tuning.beta)
    return alien_scores(*ranks, tuning.beta)
