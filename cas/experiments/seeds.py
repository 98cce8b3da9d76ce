"""Seed pairs for runs: the paper's, ours, and random ones from the vocabulary."""

from __future__ import annotations

import numpy as np

from cas.errors import CasError
from cas.experiments.collapse import SEED_PAIRS
from cas.vocabulary import Vocabulary

PAPER_PAIRS = (
    ("romanticism", "landscape"),
    ("woman", "ukiyo-e"),
    ("water", "sky"),
    ("anime", "rabbit"),
    ("abstract expressionism", "earth"),
)
"""The paper's five (arXiv 2510.20849)."""


def seed_pairs(vocabulary: Vocabulary, count: int, *, seed: int) -> tuple[tuple[str, str], ...]:
    """Return `count` different pairs: the paper's and ours that the vocabulary holds, then random.

    Raises:
        CasError: the vocabulary has too few concepts for that many pairs.
    """
    if count > len(vocabulary) * (len(vocabulary) - 1) // 4:
        raise CasError(f"{len(vocabulary)} concepts are too few for {count} seed pairs.")
    known = [p for p in (*PAPER_PAIRS, *SEED_PAIRS) if p[0] in vocabulary and p[1] in vocabulary]
    pairs = dict.fromkeys(known[:count])
    generator = np.random.default_rng(seed)
    while len(pairs) < count:
        first, second = generator.choice(len(vocabulary), 2, replace=False)
        pairs[vocabulary[int(first)], vocabulary[int(second)]] = None
    return tuple(pairs)
