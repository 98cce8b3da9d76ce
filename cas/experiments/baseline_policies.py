"""Baselines that stand beside the sampler, each a picker.

All but `MatchedRandom` propose as preset `default` does, N = 24 concepts drawn evenly from the most
coherent 28 %, so that only the rule of the choice differs.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cas.evaluation.lifts import Meetings
from cas.experiments.diversity import NEIGHBOURS, centred
from cas.experiments.policies import Picker, Question
from cas.experiments.runs import ConceptVectors
from cas.experiments.trajectories import Floats, concept_cells
from cas.ranks import alien_scores, average_ranks, most_coherent
from cas.sampler import CulturalAlienSampler
from cas.tuning import PRESETS

Tokens = NDArray[np.int64]
"""[n] tokens."""
NEAREST = 25
"""Concepts as frequent as another's pick, of which `MatchedRandom` takes one."""


class MatchedRandom:
    """Random concepts that are as frequent as what another picker picks.

    What it shares with the other beyond Random is a matter of frequency alone. A concept's base
    rate, its NLL under the coherence model with nothing in the pool, stands for its frequency.
    """

    def __init__(self, sampler: CulturalAlienSampler, other: Picker) -> None:
        self._vocabulary = sampler.vocabulary
        self._bases = sampler.base_nlls()[0]
        self._other = other

    @property
    def identity(self) -> dict[str, Any]:
        """The picker whose frequencies it has."""
        return {"matched": self._other.identity, "nearest": NEAREST}

    def picks(self, questions: Sequence[Question]) -> Iterator[str]:
        """Yield a free concept of the nearest by base rate to the other's pick."""
        for question, pick in zip(questions, self._other.picks(questions), strict=True):
            token = self._vocabulary.index(pick)
            gaps = np.abs(self._bases - self._bases[token])
            gaps[self._vocabulary.indices((*question.pool, *question.cooldown))] = np.inf
            near = np.argsort(gaps, kind="stable")[:NEAREST]
            generator = np.random.default_rng([question.seed, 1])
            yield self._vocabulary[int(generator.choice(near[np.isfinite(gaps[near])]))]


@dataclass(frozen=True)
class Proposals:
    """What a rule chooses from: tokens, their coherence NLLs, and the question.

    Attributes:
        tokens: [N].
        pool: [L].
        nll: [N] in nats.
        earlier: [G] tokens that the run has picked.
        earlier_nll: [G] of these, for the present pool.
        generator: of what is random in the choice.
    """

    tokens: Tokens
    pool: Tokens
    nll: Floats
    earlier: Tokens
    earlier_nll: Floats
    generator: np.random.Generator


class ProposingPicker:
    """Proposes as preset `default` does, and chooses by a rule of its own.

    Args:
        sampler: whose coherence model proposes.
    """

    def __init__(self, sampler: CulturalAlienSampler) -> None:
        self._sampler = sampler

    @property
    def identity(self) -> dict[str, Any]:
        """The rule and the pair that proposes."""
        return {"rule": type(self).__name__, "pair": self._sampler.fingerprint}

    def picks(self, questions: Sequence[Question]) -> Iterator[str]:
        """Yield one concept a question."""
        vocabulary, tuning = self._sampler.vocabulary, PRESETS["default"]
        for question in questions:
            nlls, _ = self._sampler.next_nlls(
                question.pool, permutations=tuning.permutations, seed=question.seed
            )
            free = np.ones(len(vocabulary), dtype=bool)
            free[vocabulary.indices((*question.pool, *question.cooldown))] = False
            fitting = np.flatnonzero(most_coherent(nlls, free, tuning.floor))
            generator = np.random.default_rng([question.seed, 1])
            size = min(tuning.candidates, len(fitting))
            tokens = generator.choice(fitting, size, replace=False)
            pool, earlier = (
                np.array(vocabulary.indices(words), dtype=np.int64)
                for words in (question.pool, question.picks)
            )
            given = Proposals(tokens, pool, nlls[tokens], earlier, nlls[earlier], generator)
            yield vocabulary[int(tokens[self._choice(given)])]

    @abstractmethod
    def _choice(self, given: Proposals) -> int:
        """Return the place of the chosen one among the proposals."""


class CountedLifts(ProposingPicker):
    """S over lifts that were counted in works and artists (pointwise mutual information)."""

    def __init__(self, sampler: CulturalAlienSampler, works: Meetings, artists: Meetings) -> None:
        super().__init__(sampler)
        self._tables = [counted.lifts() for counted in (works, artists)]

    def _choice(self, given: Proposals) -> int:
        means = [table[np.ix_(given.tokens, given.pool)].mean(axis=1) for table in self._tables]
        ranks = [average_ranks(-mean) for mean in means]
        return int(np.argmax(alien_scores(ranks[0], ranks[1], PRESETS["default"].beta)))


class CountedBayes(ProposingPicker):
    """S over naive Bayes in place of both models: log p(c) + Σ log p(x | c) over the pool's x."""

    SMOOTHING = 500.0
    PRIOR = 0.8

    def __init__(self, sampler: CulturalAlienSampler, works: Meetings, artists: Meetings) -> None:
        super().__init__(sampler)
        self._tables = [self._logs(counted) for counted in (works, artists)]

    def _logs(self, counted: Meetings) -> tuple[Floats, Floats]:
        frequency = (counted.each + 0.5) / (counted.each + 0.5).sum()
        smoothed = counted.both + self.SMOOTHING * frequency[None, :]
        given = np.log(smoothed / (counted.each + self.SMOOTHING)[:, None])
        return given, self.PRIOR * np.log(frequency)

    def _choice(self, given: Proposals) -> int:
        likely = [
            prior[given.tokens] + table[np.ix_(given.tokens, given.pool)].sum(axis=1)
            for table, prior in self._tables
        ]
        ranks = [average_ranks(-each) for each in likely]
        return int(np.argmax(alien_scores(ranks[0], ranks[1], PRESETS["default"].beta)))


class VectorPicker(ProposingPicker):
    """A rule over centred text vectors.

    Args:
        sampler: whose coherence model proposes.
        vectors: of the concepts.
    """

    def __init__(self, sampler: CulturalAlienSampler, vectors: ConceptVectors) -> None:
        super().__init__(sampler)
        every = vectors(list(sampler.vocabulary))
        self._encoder = vectors.encoder
        self._points = centred(every, every.mean(axis=0))

    @property
    def identity(self) -> dict[str, Any]:
        """The rule, the pair and the encoder."""
        return {**super().identity, "encoder": self._encoder}


class MarginalRelevance(VectorPicker):
    """Maximal marginal relevance (Carbonell and Goldstein 1998): fit less likeness to the pool.

    Fit is the rank of the coherence NLL, from 1 for the best to 0; both weigh the same.
    """

    def _choice(self, given: Proposals) -> int:
        size = max(len(given.tokens) - 1, 1)
        fit = 1.0 - (average_ranks(given.nll) - 1.0) / size
        likeness = (self._points[given.tokens] @ self._points[given.pool].T).max(axis=1)
        return int(np.argmax(fit - likeness))


class Determinantal(VectorPicker):
    """A k-DPP with the pool in it already, of which the one concept missing is drawn.

    The kernel is q_i q_j cos(i, j) with q² = p(concept | pool) of the coherence model, and ε on the
    diagonal of the cosines. Given the pool, a concept has the odds det(L_pool+i) / det(L_pool): its
    q² times what of its vector is not spanned by the pool (Kulesza and Taskar 2012).
    """

    EPSILON = 0.05

    def _choice(self, given: Proposals) -> int:
        pool, points = self._points[given.pool], self._points[given.tokens]
        kernel = pool @ pool.T + self.EPSILON * np.eye(len(pool))
        across = points @ pool.T
        spanned = (across * np.linalg.solve(kernel, across.T).T).sum(axis=1)
        odds = np.exp(given.nll.min() - given.nll) * np.maximum(1 + self.EPSILON - spanned, 1e-12)
        return int(given.generator.choice(len(odds), p=odds / odds.sum()))


class NoveltySearch(VectorPicker):
    """Novelty search with a minimal criterion (Lehman and Stanley 2010): the proposals fit, and the
    one farthest from its three nearest of all that the run has picked is chosen.
    """

    def _choice(self, given: Proposals) -> int:
        if not len(given.earlier):
            return int(given.generator.integers(len(given.tokens)))
        gaps = np.linalg.norm(
            self._points[given.tokens][:, None] - self._points[given.earlier][None], axis=2
        )
        count = min(NEIGHBOURS, gaps.shape[1])
        return int(np.argmax(np.partition(gaps, count - 1, axis=1)[:, :count].mean(axis=1)))


class EliteArchive(VectorPicker):
    """What betters a MAP-Elites archive most (Mouret and Clune 2015), the archive being pyribs'.

    It has `CELLS` cells of the concept space and holds what the run has picked; the objective is
    the fit to the present pool. A proposal for an empty cell goes first, then the one that fits
    best by how much better than what holds its cell. A concept of the pool cannot be bettered.
    """

    CELLS = 100
    SEED = 1
    """Not that of the cells by which coverage is measured."""

    @cached_property
    def _archive(self) -> Any:
        # Imported when it first picks: an experiment without it does not wait for numba.
        from ribs.archives import CVTArchive

        cells = concept_cells(self._points, cells=self.CELLS, seed=self.SEED)
        return CVTArchive(
            solution_dim=(),
            centroids=cells,
            ranges=[(-1.0, 1.0)] * cells.shape[1],
            nearest_neighbors="brute_force",
        )

    def _choice(self, given: Proposals) -> int:
        self._archive.clear()
        if len(given.earlier):
            held = np.where(np.isin(given.earlier, given.pool), 0.0, -given.earlier_nll)
            self._archive.add(given.earlier, held, self._points[given.earlier])
        added = self._archive.add(given.tokens, -given.nll, self._points[given.tokens])
        return int(np.lexsort((added["value"], added["status"]))[-1])


def baseline_policies(
    sampler: CulturalAlienSampler,
    vectors: ConceptVectors,
    counts: tuple[Meetings, Meetings] | None = None,
) -> dict[str, Picker]:
    """Return the baselines by name.

    Args:
        sampler: whose coherence model proposes.
        vectors: of the concepts.
        counts: of the pair's vocabulary, in works and artists that grade nothing; without them
            there are no counted baselines.
    """
    from cas.experiments.policies import SamplerPicker

    pickers: dict[str, Picker] = {
        "matched Random": MatchedRandom(sampler, SamplerPicker(sampler, PRESETS["default"])),
        "MMR": MarginalRelevance(sampler, vectors),
        "k-DPP": Determinantal(sampler, vectors),
        "novelty search": NoveltySearch(sampler, vectors),
        "pyribs archive": EliteArchive(sampler, vectors),
    }
    if counts:
        pickers |= {
            "PMI": CountedLifts(sampler, *counts),
            "naive Bayes": CountedBayes(sampler, *counts),
        }
    return pickers
