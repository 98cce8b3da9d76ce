"""The published formula under each reading of the paper, as policies; `REASONS` says why each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

import numpy as np
import torch

from cas.experiments.policies import Picker, Question, SamplerPicker
from cas.ranks import alien_scores, average_ranks
from cas.sampler import CulturalAlienSampler
from cas.tuning import PRESETS, Reading

PAPER_SHARE = 256 / 3500
"""N of the paper as a share of its vocabulary."""

REASONS: Mapping[str, str] = {
    "share of V": "N = 256 is 7.3 % of the paper's 3,500 concepts, and the same share here.",
    "with replacement": '"Samples" may repeat: N draws, as sampling from a model gives them.',
    "top-k 50": "Hugging Face's `generate` keeps the 50 likeliest tokens unless told otherwise.",
    "whole-sequence NLL": "The authors' neighbouring code scores a set by its mean NLL a token, in"
    " an order of its own.",
    "whole sequences": "The authors' neighbouring code samples whole sequences and dedupes them to"
    " sets; here they begin with the pool, and the best one's first new concept is picked.",
    "z-scores": "A score may add NLLs made comparable by their spread, where the paper has ranks.",
}
"""Of each reading that differs from N distinct next concepts, preset `paper`."""


def reading(**options: Any) -> Reading:
    """Return preset `paper` with options of `cas.tuning.Reading`."""
    paper = {
        field.name: getattr(PRESETS["paper"], field.name) for field in fields(PRESETS["paper"])
    }
    return Reading(**{**paper, **options})


class SequencePicker:
    """Samples whole sequences that begin with the pool, and takes a concept of the best.

    N sequences: the pool in an order of its own, then `LENGTH` concepts of the coherence model at
    the temperature, without repetition. Both models rank them by mean NLL a concept of the whole;
    the first new concept of the sequence with the highest S is the pick.
    """

    LENGTH = 3

    def __init__(self, sampler: CulturalAlienSampler, tuning: Reading) -> None:
        self._sampler = sampler
        self._tuning = tuning

    @property
    def identity(self) -> dict[str, Any]:
        """The pair, the tuning and the length."""
        tuning = asdict(self._tuning)
        return {"pair": self._sampler.fingerprint, "tuning": tuning, "sequences": self.LENGTH}

    def picks(self, questions: Sequence[Question]) -> Iterator[str]:
        """Yield one concept a question."""
        for question in questions:
            yield self._pick(question)

    def _pick(self, question: Question) -> str:
        models, tuning = (self._sampler.coherence, self._sampler.context), self._tuning
        vocabulary = self._sampler.vocabulary
        generator = np.random.default_rng(question.seed)
        longest = min(model.longest for model in models) - self.LENGTH
        pool = np.sort(vocabulary.indices(question.pool))
        pools = np.tile(pool, (tuning.candidates, 1))
        sequences = generator.permuted(pools, axis=1)[:, :longest].astype(np.int64)
        barred = vocabulary.indices((*question.pool, *question.cooldown))
        place = sequences.shape[1]
        for _ in range(self.LENGTH):
            nlls = models[0].next_nll(torch.from_numpy(sequences))
            logits = -nlls.double().numpy() / tuning.temperature
            logits[:, barred] = -np.inf
            np.put_along_axis(logits, sequences, -np.inf, axis=1)
            drawn = np.argmax(logits + generator.gumbel(size=logits.shape), axis=1)
            sequences = np.concatenate([sequences, drawn[:, None]], axis=1)
        ranks = [
            average_ranks(model.sequence_nll(torch.from_numpy(sequences)).double().numpy())
            for model in models
        ]
        best = int(np.argmax(alien_scores(ranks[0], ranks[1], tuning.beta)))
        return vocabulary[int(sequences[best, place])]


def reading_policies(sampler: CulturalAlienSampler) -> dict[str, Picker]:
    """Return the published formula under every reading, by the names of `REASONS`."""
    share = max(1, round(PAPER_SHARE * len(sampler.vocabulary)))
    readings = {
        "share of V": reading(candidates=share),
        "with replacement": reading(replacement=True),
        "top-k 50": reading(replacement=True, top_k=50),
        "whole-sequence NLL": reading(candidates=share, whole_sequence=True, permutations=1),
        "z-scores": reading(z_scores=True),
    }
    pickers: dict[str, Picker] = {
        name: SamplerPicker(sampler, tuning) for name, tuning in readings.items()
    }
    return {**pickers, "whole sequences": SequencePicker(sampler, reading(candidates=share))}
