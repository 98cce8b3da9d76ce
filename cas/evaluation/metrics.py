"""Metrics of a pair and its picks: hidden concepts, artist discrimination, repetition, percentiles.

The paper's exact metric formulas are not public; these are reconstructions, defined here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from cas.data.corpus import Corpus
from cas.model import ConceptModel
from cas.ranks import average_ranks
from cas.training.baselines import NextConceptScorer, Pool


@dataclass(frozen=True)
class HiddenConcepts:
    """How high a scorer ranks the concept that was hidden from a work, given the others."""

    works: int
    mrr: float
    recall_at_10: float
    recall_at_100: float
    median_rank: float


def hide_one(corpus: Corpus, *, fewest: int = 3, limit: int, seed: int) -> list[tuple[Pool, int]]:
    """Hide one concept of each of up to `limit` works with at least `fewest` concepts.

    Returns:
        The other concepts in random order, and the one hidden.
    """
    generator = np.random.default_rng(seed)
    works = generator.permutation(np.flatnonzero(corpus.lengths >= fewest))[:limit]
    orders = [generator.permutation(corpus.work(work)).astype(np.int64) for work in works]
    return [(order[1:], int(order[0])) for order in orders]


def hidden_concepts(
    scorer: NextConceptScorer, trials: Sequence[tuple[Pool, int]]
) -> HiddenConcepts:
    """Rank each hidden concept over the vocabulary without the concepts given; ties by average."""
    scores = scorer.scores([pool for pool, _ in trials])
    ranks = np.empty(len(trials))
    for row, (pool, hidden) in enumerate(trials):
        scores[row, pool] = -np.inf
        better = (scores[row] > scores[row, hidden]).sum()
        equal = (scores[row] == scores[row, hidden]).sum()
        ranks[row] = better + (equal + 1) / 2
    return HiddenConcepts(
        works=len(trials),
        mrr=float((1 / ranks).mean()),
        recall_at_10=float((ranks <= 10).mean()),
        recall_at_100=float((ranks <= 100).mean()),
        median_rank=float(np.median(ranks)),
    )


def own_and_mixed_sets(
    corpus: Corpus, counts: NDArray[np.int64], *, trials: int, seed: int, fewest: int = 3
) -> list[tuple[Pool, Pool]]:
    """Pair sets of one artist's concepts with mixes of as frequent concepts of other artists.

    An artist is drawn evenly, a length like a work's (from `fewest` to the artist's union), and
    that many of the artist's concepts. In the mix each is replaced by a concept of another artist,
    each time another one drawn evenly, whose count in `counts` is nearest in ratio, always within
    a factor of 1.25, and which neither set holds yet. A set that finds no mix is drawn again, up to
    4 draws a pair and 100 more: a corpus of few artists gives fewer pairs, or none.

    Args:
        corpus: whose artists are to be distinguished.
        counts: [V] works that show each concept in the data trained on.
        trials: how many pairs.
        seed: of the draws.
        fewest: shortest set, and smallest union of an artist.
    """
    generator = np.random.default_rng(seed)
    unions = [union for union in corpus.artist_unions().values() if len(union) >= fewest]
    lengths = corpus.lengths[corpus.lengths >= fewest]
    if len(unions) < 2 or not len(lengths):
        return []
    log_counts = np.log(counts + 1.0)
    pairs: list[tuple[Pool, Pool]] = []
    for _ in range(4 * trials + 100):
        if len(pairs) == trials:
            break
        artist = int(generator.integers(len(unions)))
        length = min(int(generator.choice(lengths)), len(unions[artist]))
        own = generator.choice(unions[artist], length, replace=False).astype(np.int64)
        mixed = _mix(own, artist, unions, log_counts, generator)
        if mixed is not None:
            pairs.append((own, mixed))
    return pairs


def _mix(
    own: Pool,
    artist: int,
    unions: Sequence[NDArray[np.int32]],
    log_counts: NDArray[np.float64],
    generator: np.random.Generator,
) -> Pool | None:
    """Return other artists' concepts, each about as frequent as one of `own`, if there are such.

    200 other artists are asked for each concept, and drawn for all of them, found or not: the sets
    after this one do not depend on how it went.
    """
    asked = [generator.integers(len(unions), size=200) for _ in own]
    taken = np.zeros(len(log_counts), dtype=bool)
    taken[own] = True
    mixed = []
    for concept, others in zip(own, asked, strict=True):
        for other in others[others != artist]:
            union = unions[other]
            distance = np.abs(log_counts[union] - log_counts[concept])
            distance[taken[union]] = np.inf
            nearest = int(np.argmin(distance))
            if distance[nearest] <= np.log(1.25):
                mixed.append(int(union[nearest]))
                taken[union[nearest]] = True
                break
        else:
            return None
    return np.array(mixed, dtype=np.int64)


def set_nll(
    model: ConceptModel, sets: Sequence[Pool], *, permutations: int = 4, seed: int = 0
) -> NDArray[np.float64]:
    """Return [B]: each set's mean NLL a concept, averaged over seeded orders."""
    generator = np.random.default_rng(seed)
    nll = np.empty(len(sets))
    sets = [tokens[: model.longest] for tokens in sets]
    lengths = np.array([len(tokens) for tokens in sets])
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length)
        orders = np.stack(
            [generator.permutation(sets[row]) for row in rows for _ in range(permutations)]
        )
        values = model.sequence_nll(torch.from_numpy(orders)).double().numpy()
        nll[rows] = values.reshape(len(rows), permutations).mean(axis=1)
    return nll


def area_under_curve(likelier: NDArray[np.float64], others: NDArray[np.float64]) -> float:
    """Return the chance that a value of `likelier` is above one of `others`; ties count half."""
    ranks = average_ranks(np.concatenate([likelier, others]))
    count = len(likelier)
    return float((ranks[:count].sum() - count * (count + 1) / 2) / (count * len(others)))


def repetition_rate(runs: Sequence[Sequence[str]]) -> float:
    """Return the share of picks that another run picked too; seeds are not picks."""
    where: dict[str, set[int]] = {}
    for run, picks in enumerate(runs):
        for concept in picks:
            where.setdefault(concept, set()).add(run)
    picks_in_all = [concept for picks in runs for concept in picks]
    return sum(len(where[concept]) > 1 for concept in picks_in_all) / len(picks_in_all)


def percentile(nll: NDArray[np.float64] | NDArray[np.int64], token: int, pool: Pool) -> float:
    """Return where a concept's NLL stands among the vocabulary's without the pool: 0 lowest, 1
    highest; equal values share the middle.
    """
    others = np.ones(len(nll), dtype=bool)
    others[pool] = False
    others[token] = False
    rest = nll[others]
    return float(((rest < nll[token]).sum() + 0.5 * (rest == nll[token]).sum()) / len(rest))
