"""Distillation: train on the predictions of earlier models and of naive Bayes.

Elder models together rank concepts better than each of them, and better still with a little naive
Bayes. A student that learns their opinion of every place in a sequence keeps much of that in one
model (knowledge distillation, arXiv 1503.02531).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn

from cas.data.corpus import Corpus
from cas.model import ConceptModel
from cas.training.baselines import NaiveBayes


class Teachers:
    """The common opinion of some models and of naive Bayes about the next concept.

    Args:
        models: the elder ones, at least one; they are not changed.
        corpus: what naive Bayes counts.
        naive_bayes: its share of the opinion, from 0 to 1; the models share the rest evenly.
        smoothing: of naive Bayes.
        prior: of naive Bayes.
    """

    def __init__(
        self,
        models: Sequence[ConceptModel],
        corpus: Corpus,
        *,
        naive_bayes: float,
        smoothing: float,
        prior: float,
    ) -> None:
        device = models[0].network.device
        bayes = NaiveBayes(corpus, smoothing=smoothing, prior=prior)
        self._networks = [cast(nn.Module, model.network).train(False) for model in models]
        self._share = naive_bayes
        self._size = len(corpus.vocabulary)
        self._log_prior = torch.from_numpy(bayes.log_prior).float().to(device)
        self._log_given = torch.from_numpy(bayes.log_given.T.copy()).float().to(device)

    @torch.no_grad()
    def probabilities(self, sequences: Tensor) -> Tensor:
        """What the teachers expect after 0, 1, … L - 1 concepts of each sequence.

        Their log probabilities are averaged, and a concept that came already gets none. With
        nothing given the models alone are asked.

        Args:
            sequences: [B, L] int64 tokens.

        Returns:
            [B, L, V + 2], each row summing to 1.
        """
        given = sequences[:, :-1]
        inputs = torch.cat([sequences.new_full((len(sequences), 1), self._size), given], dim=1)
        opinions = [network(input_ids=inputs).logits.log_softmax(-1) for network in self._networks]
        opinion = torch.stack(opinions).mean(dim=0)
        bayes = (self._log_prior + self._log_given[given].cumsum(dim=1)).log_softmax(-1)
        opinion[:, 1:, : self._size].lerp_(bayes, self._share)
        came = torch.zeros_like(opinion, dtype=torch.bool)
        for place in range(given.shape[1]):
            later = came[:, place + 1 :]
            later.scatter_(2, given[:, place, None, None].expand(-1, later.shape[1], 1), True)
        return opinion.masked_fill(came, -torch.inf).softmax(-1)


def taught_loss(logits: Tensor, expected: Tensor, eos: int) -> Tensor:
    """Cross-entropy against what teachers expect; the end of a sequence is no opinion but a fact.

    Args:
        logits: [B, L + 1, V + 2], as for `cas.training.train.set_loss`.
        expected: [B, L, V + 2], of `Teachers.probabilities`.
        eos: the token that ends a sequence.

    Returns:
        A scalar, in nats, summed over B (L + 1) tokens.
    """
    log_likely = logits.float().log_softmax(dim=-1)
    return -(expected * log_likely[:, :-1]).sum() - log_likely[:, -1, eos].sum()
