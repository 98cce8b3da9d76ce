"""Evaluate a pair on works and artists that it was not trained on.

    CULTURAL_ALIEN_DATA=… python -m cas.evaluation.evaluate [PAIR]
    python -m cas.evaluation.evaluate world --works WORKS.jsonl.gz

The second reads the corpus that `python -m cas.evaluation.recipe OUTPUT --pair world` writes.
Everything is drawn with fixed seeds from `Split`'s test parts; the baselines are tuned on its
validation parts.
"""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from cas.data.corpus import MUSEUM_WORKS, Corpus, Split
from cas.data.open_texts import world_rules
from cas.data.vocabulary_rules import VocabularyRules
from cas.evaluation.metrics import (
    area_under_curve,
    hidden_concepts,
    hide_one,
    own_and_mixed_sets,
    set_nll,
)
from cas.model import ConceptModel
from cas.sampler import CulturalAlienSampler
from cas.training.baselines import (
    CoOccurrence,
    ModelScorer,
    NaiveBayes,
    NextConceptScorer,
    WordFrequency,
)
from cas.training.train import read_corpus

SMOOTHINGS = (0.1, 1.0, 3.0, 10.0, 30.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0)
"""Tried for the baselines on the works that stop training."""
PRIORS = (0.0, 0.3, 0.5, 0.8, 1.0, 1.5)
"""Weights of a concept's own frequency tried for naive Bayes."""

WORLD_SEED = 1
"""Of the pair `world`: with it the photographer of 31 % of the works is not held out."""


def museum_split(data: Path, *, held_out: float = 0.04, seed: int = 0) -> Split:
    """Split the corpus of the shipped pair as its recipe does."""
    corpus, _ = read_corpus(data / MUSEUM_WORKS, VocabularyRules.load())
    return Split.of(corpus, share=held_out, seed=seed)


def world_split(works: Path, *, held_out: float = 0.04, seed: int = WORLD_SEED) -> Split:
    """Split the corpus of the pair `world` as its recipe does."""
    corpus, _ = read_corpus(works, world_rules())
    return Split.of(corpus, share=held_out, seed=seed)


def tuned_baselines(split: Split, *, limit: int = 2000) -> dict[str, NextConceptScorer]:
    """Return the baselines with the smoothing (and prior) that has the best validation MRR.

    None at all where no work to validate by has three concepts.
    """
    trials = [
        trial
        for part in (split.validation_works, split.validation_artists)
        for trial in hide_one(part, limit=limit // 2, seed=1)
    ]
    if not trials:
        return {}
    bayes = [
        NaiveBayes(split.train, smoothing=smoothing, prior=prior)
        for smoothing in SMOOTHINGS
        for prior in PRIORS
    ]
    together = [CoOccurrence(split.train, smoothing=smoothing) for smoothing in SMOOTHINGS]
    return {
        "naive Bayes": max(bayes, key=lambda scorer: hidden_concepts(scorer, trials).mrr),
        "co-occurrence": max(together, key=lambda scorer: hidden_concepts(scorer, trials).mrr),
        "word frequency": WordFrequency(split.train),
    }


def evaluate(
    sampler: CulturalAlienSampler, split: Split, *, trials: int = 2000
) -> dict[str, object]:
    """Return hidden-concept figures of the pair and the baselines, and the context model's AUC.

    A test part without a work of three concepts is left out, and so are artists of which fewer than
    ten sets find a mix to be compared with.
    """
    scorers: dict[str, NextConceptScorer] = {
        "coherence model": ModelScorer(sampler.coherence),
        "context model": ModelScorer(sampler.context),
        **tuned_baselines(split, limit=trials),
    }
    parts = {"held-out works": split.test_works, "held-out artists": split.test_artists}
    hidden = {
        part: {name: asdict(hidden_concepts(scorer, asked)) for name, scorer in scorers.items()}
        for part, corpus in parts.items()
        if (asked := hide_one(corpus, limit=trials, seed=2))
    }
    models = {"context model": sampler.context, "coherence model": sampler.coherence}
    told = {
        part: {
            name: asdict(artist_discrimination(model, corpus, split, trials=trials))
            for name, model in models.items()
        }
        for part, corpus in parts.items()
        if len(own_and_mixed_sets(corpus, split.train.counts, trials=10, seed=3)) == 10
    }
    return {"hidden concept": hidden, "own sets told from mixes": told}


@dataclass(frozen=True)
class ArtistDiscrimination:
    """How often a model finds an artist's own set likelier than a frequency-matched mix.

    Attributes:
        matched: against the set's own mix, concept for concept as frequent (two-alternative AUC).
        pooled: against the mixes of all sets.
        pooled_lift: the same, with each concept's own base rate taken off its NLL.
    """

    matched: float
    pooled: float
    pooled_lift: float


def artist_discrimination(
    model: ConceptModel, corpus: Corpus, split: Split, *, trials: int = 2000
) -> ArtistDiscrimination:
    """Measure a model on the artists of `corpus`; frequencies are of the works trained on."""
    pairs = own_and_mixed_sets(corpus, split.train.counts, trials=trials, seed=3)
    base = model.next_nll(torch.empty((1, 0), dtype=torch.int64))[0].double().numpy()
    own, mixed = (set_nll(model, sets) for sets in zip(*pairs, strict=True))
    own_base, mixed_base = (
        np.array([base[tokens].mean() for tokens in sets]) for sets in zip(*pairs, strict=True)
    )
    return ArtistDiscrimination(
        matched=float(((own < mixed) + 0.5 * (own == mixed)).mean()),
        pooled=area_under_curve(-own, -mixed),
        pooled_lift=area_under_curve(own_base - own, mixed_base - mixed),
    )


def main() -> None:
    """Print the figures of one pair as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("pair", nargs="?", default="museums")
    parser.add_argument("--works", type=Path, help="the corpus of `world`")
    options = parser.parse_args()
    if options.works:
        split = world_split(options.works)
    else:
        split = museum_split(Path(os.environ["CULTURAL_ALIEN_DATA"]))
    sampler = CulturalAlienSampler.from_pretrained(options.pair)
    rounded = json.loads(
        json.dumps(evaluate(sampler, split)), parse_float=lambda x: round(float(x), 4)
    )
    print(json.dumps(rounded, indent=1))


if __name__ == "__main__":
    main()
