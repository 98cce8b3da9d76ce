"""The Cultural Alien Sampler: coherent in a picture, unexpected of an artist (arXiv 2510.20849)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray

from cas.errors import CasError
from cas.forward import pad_batch
from cas.pair import Pair
from cas.pick import Candidate, Idea, Pick
from cas.ranks import Floats, average_ranks
from cas.readings import draw, proposed, scores, sequence_nlls
from cas.tuning import PRESETS, Reading, SamplerTuning
from cas.validation import check_number


class CulturalAlienSampler(Pair):
    """Picks the concept that joins a pool: likely in one picture, unlikely in one artist's work.

    Args:
        coherence: trained on artworks' concept sets.
        context: trained on artists' concepts.
        abstract: concepts that a picture can only allude to, such as *sadness*. They are picked as
            any other unless the caller lets them cool down, as a running artist does.

    Raises:
        CasError: the two models have different vocabularies.
        UnknownConceptError: a concept of `abstract` is not in them.
    """

    def sample(
        self,
        pool: Sequence[str],
        *,
        tuning: SamplerTuning | None = None,
        beta: float | None = None,
        temperature: float | None = None,
        candidates: int | None = None,
        permutations: int | None = None,
        calibration: float | None = None,
        floor: float | None = None,
        cooldown: Collection[str] = (),
        seed: int,
    ) -> Pick:
        """Pick one concept for a pool.

        N candidates are drawn without replacement with logits -(coherence NLL)/t from the
        vocabulary without pool and concepts that cool down, then ranked under both models; the
        highest S = (1 - β)(N - R_coherence) - β(N - R_context) is the pick, ties by lower coherence
        NLL, then by concept.

        Args:
            pool: at least one concept; order and duplicates do not matter. A pool longer than the
                models were trained for is read as random parts of it, one for each permutation.
            tuning: preset `default` if not given; the six arguments after it override it.
            beta: of the tuning.
            temperature: of the tuning.
            candidates: of the tuning.
            permutations: of the tuning.
            calibration: of the tuning.
            floor: of the tuning.
            cooldown: concepts that may not be picked now.
            seed: of the permutations and the draw.

        Raises:
            UnknownConceptError: a concept of `pool` or `cooldown` is not in the vocabulary.
            CasError: the pool is empty, nothing is left to pick from, or a setting is out of range.
        """
        overrides = {
            "beta": beta,
            "temperature": temperature,
            "candidates": candidates,
            "permutations": permutations,
            "calibration": calibration,
            "floor": floor,
        }
        given = {name: value for name, value in overrides.items() if value is not None}
        tuning = replace(tuning or PRESETS["default"], **given)  # type: ignore[arg-type]
        return self.sample_batch([pool], tuning=tuning, cooldown=[cooldown], seeds=[seed])[0]

    def sample_batch(
        self,
        pools: Sequence[Sequence[str]],
        *,
        tuning: SamplerTuning | Sequence[SamplerTuning] | None = None,
        cooldown: Sequence[Collection[str]] | None = None,
        seeds: Sequence[int],
    ) -> list[Pick]:
        """Pick one concept for each of many artists, with one forward pass of each model.

        Args:
            pools: one pool an artist, of any lengths.
            tuning: one for all or one an artist; preset `default` if not given.
            cooldown: one collection an artist.
            seeds: one an artist: the pick is the one that `sample` makes with that seed.

        Raises:
            UnknownConceptError, CasError: as `sample`, or the lists have different lengths.
        """
        tunings = _one_each(tuning or PRESETS["default"], len(pools))
        cooldown = cooldown if cooldown is not None else [()] * len(pools)
        for name, values in (("tuning", tunings), ("cooldown", cooldown), ("seeds", seeds)):
            if len(values) != len(pools):
                raise CasError(
                    f"There are {len(pools)} pools but {len(values)} {name}: give as many."
                )
        requests = [
            self._request(*each) for each in zip(pools, cooldown, tunings, seeds, strict=True)
        ]
        if not requests:
            return []
        coherence, context = self._mean_nlls(requests)
        bases = self._base_nlls if any(t.calibration for t in tunings) else None
        return [
            self._pick(request, coherence[row], context[row], bases)
            for row, request in enumerate(requests)
        ]

    def score(
        self,
        concepts: Sequence[str],
        *,
        pool: Sequence[str] | None = None,
        tuning: SamplerTuning | None = None,
        seed: int = 0,
    ) -> tuple[Candidate, ...]:
        """Rank given concepts as the sampler would: a picker for other systems.

        Args:
            concepts: what to rank, duplicates left out.
            pool: what they would join. Without it each concept is judged by the others of the list:
                the first returned is the list's most alien member.
            tuning: its β, permutations and calibration are used; preset `default` if not given.
            seed: of the permutations.

        Returns:
            The concepts as candidates, ranked among themselves, the best first.

        Raises:
            UnknownConceptError: a concept is not in the vocabulary.
            CasError: there is nothing to rank, or nothing to judge it by.
        """
        tuning = tuning or PRESETS["default"]
        tokens = np.array(self.vocabulary.indices(concepts), dtype=np.int64)
        if pool is None and len(tokens) < 2:
            raise CasError("score needs two concepts or more, or a pool to judge one by.")
        if not len(tokens):
            raise CasError("score needs at least one concept.")
        words = [self.vocabulary[token] for token in tokens]
        pools = [pool] if pool is not None else [[w for w in words if w != each] for each in words]
        requests = [self._request(each, (), tuning, seed, full_allowed=True) for each in pools]
        coherence, context = self._mean_nlls(requests)
        rows = np.zeros(len(tokens), np.int64) if pool is not None else np.arange(len(tokens))
        bases = self._base_nlls if tuning.calibration else None
        return self._ranked(tokens, coherence[rows, tokens], context[rows, tokens], tuning, bases)

    def ideas(self, *, count: int, length: int, temperature: float = 1.0, seed: int) -> list[Idea]:
        """Sample whole ideas from nothing, concept by concept from the coherence model.

        Args:
            count: how many.
            length: concepts in each, distinct, at most the models' longest.
            temperature: of each draw; 1 follows the coherence model.
            seed: of the draws.

        Returns:
            `count` ideas with each model's mean NLL a concept; rank them with `average_ranks` and
            `alien_scores`.

        Raises:
            CasError: a number is out of range.
        """
        longest = min(self.coherence.longest, self.context.longest, len(self.vocabulary))
        if count < 1 or not 1 <= length <= longest:
            raise CasError(
                f"count is at least 1 and length from 1 to {longest}, not {count} and {length}."
            )
        check_number("temperature", temperature, "above 0", low=0, above=True)
        _check_seed(seed)
        generator = np.random.default_rng(seed)
        tokens = np.empty((count, 0), dtype=np.int64)
        for _ in range(length):
            nlls = self.coherence.next_nll(torch.from_numpy(tokens))
            logits = -nlls.double().numpy() / temperature
            np.put_along_axis(logits, tokens, -np.inf, axis=1)
            drawn = np.argmax(logits + generator.gumbel(size=logits.shape), axis=1)
            tokens = np.concatenate([tokens, drawn[:, None]], axis=1)
        sequences = torch.from_numpy(tokens)
        means = [m.sequence_nll(sequences).tolist() for m in (self.coherence, self.context)]
        return [
            Idea(tuple(self.vocabulary[token] for token in row), *mean)
            for row, *mean in zip(tokens, *means, strict=True)
        ]

    def next_nlls(
        self, pool: Sequence[str], *, permutations: int = 4, seed: int = 0
    ) -> tuple[Floats, Floats]:
        """Return [V] coherence and [V] context NLLs of every concept as the next one, in nats."""
        tuning = replace(PRESETS["paper"], permutations=permutations)
        coherence, context = self._mean_nlls(
            [self._request(pool, (), tuning, seed, full_allowed=True)]
        )
        return coherence[0], context[0]

    def _request(
        self,
        pool: Sequence[str],
        cooldown: Collection[str],
        tuning: SamplerTuning,
        seed: int,
        *,
        full_allowed: bool = False,
    ) -> _Request:
        """Check one artist's arguments and draw the orders in which the pool is read."""
        _check_seed(seed)
        tokens = np.array(self.vocabulary.indices(pool), dtype=np.int64)
        if not len(tokens):
            raise CasError("The pool is empty: give at least one concept, such as ['sea'].")
        allowed = np.ones(len(self.vocabulary), dtype=bool)
        allowed[tokens] = False
        allowed[self.vocabulary.indices(cooldown)] = False
        if not full_allowed and not allowed.any():
            raise CasError(
                f"Nothing is left to pick: the vocabulary has {len(self.vocabulary)} concepts, the"
                f" pool {len(tokens)} and {len(set(cooldown))} rest. Shrink the pool or the rest."
            )
        generator = np.random.default_rng(seed)
        shown = min(len(tokens), self.coherence.longest, self.context.longest)
        # Sorted, so that the orders drawn do not depend on the order in which the pool was given.
        ordered = np.sort(tokens)
        orders = np.stack(
            [generator.permutation(ordered)[:shown] for _ in range(tuning.permutations)]
        )
        return _Request(tuning, int(seed), generator, tokens, allowed, orders)

    def _mean_nlls(self, requests: Sequence[_Request]) -> tuple[Floats, Floats]:
        """Return both models' [B, V] NLLs, each averaged over the request's orders."""
        orders = pad_batch([order for request in requests for order in request.orders])
        starts = np.cumsum([0, *(len(request.orders) for request in requests)])
        coherence, context = (
            np.stack([nlls[start:end].mean(axis=0) for start, end in pairwise(starts)])
            for model in (self.coherence, self.context)
            for nlls in [model.next_nll(orders).double().numpy()]
        )
        return coherence, context

    def base_nlls(self) -> tuple[Floats, Floats]:
        """Return each model's [V] NLLs with nothing in the pool: a concept's own base rate."""
        return self._base_nlls

    @cached_property
    def _base_nlls(self) -> tuple[Floats, Floats]:
        nothing = torch.empty((1, 0), dtype=torch.int64)
        coherence, context = (
            model.next_nll(nothing).double().numpy()[0] for model in (self.coherence, self.context)
        )
        return coherence, context

    def _pick(
        self,
        request: _Request,
        coherence: Floats,
        context: Floats,
        bases: tuple[Floats, Floats] | None,
    ) -> Pick:
        tuning, generator = request.tuning, request.generator
        allowed = proposed(coherence, request.allowed, tuning)
        drawn = draw(coherence, allowed, tuning, generator)
        coherence, context = coherence[drawn], context[drawn]
        if isinstance(tuning, Reading) and tuning.whole_sequence:
            coherence, context = (
                sequence_nlls(model, request.orders, drawn, generator)
                for model in (self.coherence, self.context)
            )
        candidates = self._ranked(drawn, coherence, context, tuning, bases)
        return Pick(
            concept=candidates[0].concept,
            candidates=candidates,
            pool=tuple(self.vocabulary[token] for token in request.pool),
            seed=request.seed,
            tuning=tuning,
        )

    def _ranked(
        self,
        tokens: NDArray[np.int64],
        coherence: Floats,
        context: Floats,
        tuning: SamplerTuning,
        bases: tuple[Floats, Floats] | None,
    ) -> tuple[Candidate, ...]:
        """Return the candidates for [N] tokens and their raw NLLs, the best first."""
        ranked = (coherence, context)
        if bases is not None:
            ranked = (
                coherence - tuning.calibration * bases[0][tokens],
                context - tuning.calibration * bases[1][tokens],
            )
        ranks = (average_ranks(ranked[0]), average_ranks(ranked[1]))
        s = scores(ranked, ranks, tuning)
        best = np.lexsort((self._alphabetical[tokens], coherence, -s))
        words = [self.vocabulary[token] for token in tokens[best].tolist()]
        columns = (coherence, context, *ranks, s)
        return tuple(map(Candidate, words, *(column[best].tolist() for column in columns)))

    @cached_property
    def _alphabetical(self) -> NDArray[np.int64]:
        """[V]: each concept's place among all in alphabetical order."""
        places = np.empty(len(self.vocabulary), dtype=np.int64)
        ordered = sorted(range(len(places)), key=self.vocabulary.__getitem__)
        places[ordered] = np.arange(len(places))
        return places


@dataclass(frozen=True, slots=True)
class _Request:
    """One artist's part of a batch; `orders` is [K, L] tokens, `allowed` [V]."""

    tuning: SamplerTuning
    seed: int
    generator: np.random.Generator
    pool: NDArray[np.int64]
    allowed: NDArray[np.bool_]
    orders: NDArray[np.int64]


def _check_seed(seed: object) -> None:
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise CasError(f"A seed is a whole number of at least 0, not {seed!r}.")


def _one_each(
    tuning: SamplerTuning | Sequence[SamplerTuning], count: int
) -> Sequence[SamplerTuning]:
    return [tuning] * count if isinstance(tuning, SamplerTuning) else tuning
