"""From NLLs to a ranking: Gumbel top-k draws without replacement, ranks with ties, the score S."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
"""An array of float64."""


def gumbel_top_k(logits: Floats, size: int, generator: np.random.Generator) -> NDArray[np.int64]:
    """Draw `size` distinct places without replacement, each next one by softmax of what is left.

    The places of the greatest logits after Gumbel noise are such a draw (Kool et al. 2019,
    arXiv 1903.06059, section 2).

    Args:
        logits: [V]; minus infinity is never drawn.
        size: at most the number of finite logits.
        generator: the source of the noise.

    Returns:
        [size] places, in the order drawn.
    """
    keys = logits + generator.gumbel(size=logits.shape)
    drawn = np.argpartition(-keys, size - 1)[:size] if size < len(keys) else np.arange(len(keys))
    return drawn[np.argsort(-keys[drawn], kind="stable")]


def average_ranks(values: Floats) -> Floats:
    """Return [N] ranks of [N] values: 1 for the lowest, equal values share their mean rank."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2.0)[places]


def alien_scores(coherence_ranks: Floats, context_ranks: Floats, beta: float) -> Floats:
    """Return S = (1 - β)(N - R_coherence) - β(N - R_context) (paper, equation 3)."""
    size = len(coherence_ranks)
    return (1.0 - beta) * (size - coherence_ranks) - beta * (size - context_ranks)


def standard_scores(coherence: Floats, context: Floats, beta: float) -> Floats:
    """Return S = β z_context - (1 - β) z_coherence of [N] NLLs, each standardised over the N."""
    standard = [(nll - nll.mean()) / max(float(nll.std()), 1e-12) for nll in (coherence, context)]
    return np.asarray(beta * standard[1] - (1.0 - beta) * standard[0])


def most_coherent(nll: Floats, allowed: NDArray[np.bool_], share: float) -> NDArray[np.bool_]:
    """Mask the `share` of all [V] concepts that have the lowest NLL of those allowed, at least one.

    Ties at the border go to the lower token.
    """
    return likeliest(nll, allowed, int(np.ceil(share * len(nll))))


def likeliest(nll: Floats, allowed: NDArray[np.bool_], size: int) -> NDArray[np.bool_]:
    """Mask the `size` of [V] concepts that have the lowest NLL of those allowed, at least one.

    Ties at the border go to the lower token.
    """
    size = max(1, min(size, int(allowed.sum())))
    order = np.argsort(np.where(allowed, nll, np.inf), kind="stable")
    mask = np.zeros(len(nll), dtype=bool)
    mask[order[:size]] = True
    return mask & allowed
