"""Baselines for the trained models: naive Bayes, co-occurrence and word frequency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cas.data.corpus import Corpus
from cas.forward import pad_batch
from cas.model import ConceptModel
from cas.validation import check_number

Pool = NDArray[np.int64]
"""[L] tokens of a pool."""


class NextConceptScorer(Protocol):
    """Says how well every concept fits each of some pools."""

    def scores(self, pools: Sequence[Pool]) -> NDArray[np.float64]:
        """Return [B, V] scores, higher for better, for B pools of tokens."""
        ...


class WordFrequency:
    """The same for every pool: how many works show a concept."""

    def __init__(self, corpus: Corpus) -> None:
        self._counts = corpus.counts.astype(np.float64)

    def scores(self, pools: Sequence[Pool]) -> NDArray[np.float64]:
        """Return the same counts [V] for every pool."""
        return np.tile(self._counts, (len(pools), 1))


class NaiveBayes:
    """log p(c) + Σ log p(x | c) over the pool's x, every x independent given c.

    Args:
        corpus: whose works are counted.
        smoothing: pseudo-works added to each concept's count, shared out by word frequency.
        prior: the weight of log p(c).

    Attributes:
        log_given: [V, V], log p(x | c) for every c (rows) and x (columns).
        log_prior: [V], weighted log p(c).
    """

    def __init__(self, corpus: Corpus, *, smoothing: float = 1.0, prior: float = 1.0) -> None:
        _check_smoothing(smoothing)
        check_number("prior", prior, "of at least 0", low=0)
        joint, counts = pair_counts(corpus), corpus.counts.astype(np.float64)
        frequency = (counts + 0.5) / (counts + 0.5).sum()
        given = (joint + smoothing * frequency[None, :]) / (counts + smoothing)[:, None]
        self.log_given = np.log(given)
        self.log_prior = prior * np.log(frequency)

    def scores(self, pools: Sequence[Pool]) -> NDArray[np.float64]:
        """Return log probabilities, up to a constant a pool."""
        return np.stack([self.log_prior + self.log_given[:, pool].sum(axis=1) for pool in pools])


class CoOccurrence:
    """The mean, over the pool's x, of the share of x's works that also show c.

    Args:
        corpus: whose works are counted.
        smoothing: pseudo-works without c added to each x, so that rare x weigh less.
    """

    def __init__(self, corpus: Corpus, *, smoothing: float = 1.0) -> None:
        _check_smoothing(smoothing)
        counts = corpus.counts.astype(np.float64)
        self._share = pair_counts(corpus) / (counts + smoothing)[:, None]

    def scores(self, pools: Sequence[Pool]) -> NDArray[np.float64]:
        """Return mean shares."""
        return np.stack([self._share[pool].mean(axis=0) for pool in pools])


class ModelScorer:
    """A concept model in the same shape as the baselines: minus the NLL, one order a pool."""

    def __init__(self, model: ConceptModel) -> None:
        self._model = model

    def scores(self, pools: Sequence[Pool]) -> NDArray[np.float64]:
        """Return minus the NLLs; a pool longer than the model reads is cut."""
        tokens = pad_batch([pool[: self._model.longest] for pool in pools])
        return -np.asarray(self._model.next_nll(tokens).double().numpy())


def _check_smoothing(smoothing: float) -> None:
    check_number("smoothing", smoothing, "above 0", low=0, above=True)


def pair_counts(corpus: Corpus) -> NDArray[np.float64]:
    """Return [V, V]: how many works show both concepts; the diagonal is 0."""
    size = len(corpus.vocabulary)
    joint = np.zeros((size, size))
    for length in np.unique(corpus.lengths):
        works = np.flatnonzero(corpus.lengths == length)
        shown = corpus.tokens[corpus.offsets[works][:, None] + np.arange(length)]
        for first in range(length):
            for second in range(length):
                if first != second:
                    np.add.at(joint, (shown[:, first], shown[:, second]), 1.0)
    return joint
