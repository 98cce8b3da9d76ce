"""Fit against strangeness by scores of typicality: `python -m benchmarks.lab.typicality OUT PAIR…`.

Each pair proposes by its coherence model and ranks typicality by several scores of its context
model; the grader, which chooses nothing, tells fit (0 is best) and strangeness (1 is the rarest in
an artist's company) of 12 picks of each of 20 pairs of seeds. One line of JSON a policy.

`--presets` compares Random, `paper` and `default` as the sampler has them, `--grader FOLDER` takes
another grader, such as that of the pair `world` (`python -m cas.evaluation.grader`).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from cas import CulturalAlienSampler
from cas.evaluation.grader import SHIPPED_GRADER, Grader
from cas.evaluation.lifts import Meetings
from cas.experiments.collapse import MEMORY, PICKS, SEED_PAIRS, run_policy
from cas.experiments.diversity import repetition_of
from cas.model import ConceptModel
from cas.ranks import Floats, alien_scores, average_ranks, gumbel_top_k, most_coherent
from cas.training.baselines import ModelScorer
from cas.tuning import PRESETS, SamplerTuning

TEMPERATURE = 2.5
ORDERS = 4
RANDOM_POOLS = 400
"""Over which a concept's mean NLL and its spread are taken, of two to eight random concepts."""


@dataclass(frozen=True)
class Model:
    """One model's NLLs and what is known of each concept without the pool.

    Attributes:
        model: that scores.
        empty: [V] NLLs with nothing in the pool.
        mean, spread: [V] over random pools.
    """

    model: ConceptModel
    empty: Floats
    mean: Floats
    spread: Floats

    @classmethod
    def of(cls, model: ConceptModel) -> Model:
        """Ask a model about random pools."""
        generator = np.random.default_rng(0)
        size = len(model.vocabulary)
        pools = [
            generator.choice(size, int(generator.integers(2, 9)), replace=False)
            for _ in range(RANDOM_POOLS)
        ]
        nlls = -ModelScorer(model).scores(pools)
        empty = model.next_nll(torch.empty((1, 0), dtype=torch.int64)).double().numpy()[0]
        return cls(model, empty, nlls.mean(axis=0), nlls.std(axis=0))

    def nlls(self, pools: Sequence[NDArray[np.int64]], seed: int) -> Floats:
        """Return [B, V], each the mean over orders of its pool."""
        generator = np.random.default_rng(seed)
        orders = [generator.permutation(pool) for pool in pools for _ in range(ORDERS)]
        scored = -ModelScorer(self.model).scores(orders)
        return np.asarray(scored.reshape(len(pools), ORDERS, -1).mean(axis=1))


class Typicality(Protocol):
    """[V] surprise of every concept in an artist's company, from both models' NLLs for a pool."""

    def __call__(self, fit: Floats, typical: Floats, pool: NDArray[np.int64]) -> Floats:
        """Score every concept."""
        ...


def raw(fit: Floats, typical: Floats, pool: NDArray[np.int64]) -> Floats:
    """The context model's NLL, as published."""
    del fit, pool
    return typical


def less(base: Floats, share: float) -> Typicality:
    """The NLL less a share of a base rate."""
    return lambda fit, typical, pool: typical - share * base


def standardised(model: Model) -> Typicality:
    """The NLL standardised over random pools, concept by concept."""
    return lambda fit, typical, pool: (typical - model.mean) / model.spread


def contrast(context: Model, coherence: Model) -> Typicality:
    """The log p(corpus) - log p(artist), each less its mean over random pools."""
    return lambda fit, typical, pool: (typical - context.mean) - (fit - coherence.mean)


def residual(context: Model, coherence: Model) -> Typicality:
    """What of the NLL, less its mean over random pools, the coherence model does not explain."""

    def scores(fit: Floats, typical: Floats, pool: NDArray[np.int64]) -> Floats:
        left, by = typical - context.mean, fit - coherence.mean
        slope = np.cov(left, by)[0, 1] / by.var()
        return np.asarray(left - slope * by)

    return scores


def counted(artists: Meetings) -> Typicality:
    """Minus the lift in artists' bodies of work, counted."""
    lifts = artists.lifts()
    return lambda fit, typical, pool: -np.nan_to_num(lifts[:, pool]).mean(axis=1)


def scores_of(coherence: Model, context: Model, artists: Meetings) -> Mapping[str, Typicality]:
    """Return the scores that are compared, by name."""
    return {
        "NLL": raw,
        "less 0.25 of the empty pool's": less(context.empty, 0.25),
        "less the empty pool's": less(context.empty, 1.0),
        "less half the mean": less(context.mean, 0.5),
        "less the mean": less(context.mean, 1.0),
        "standardised": standardised(context),
        "contrast": contrast(context, coherence),
        "residual": residual(context, coherence),
        "counted lift": counted(artists),
    }


@dataclass(frozen=True)
class Policy:
    """One way to choose: a share of the mean is taken off coherence, too, if `calibrated`."""

    typicality: Typicality | None
    floor: float
    candidates: int
    beta: float
    calibrated: float = 0.0


def run(
    policy: Policy, coherence: Model, context: Model, *, seed: int
) -> tuple[list[list[str]], list[list[str]]]:
    """Return the picks of each pair of seeds, and the pool of every pick in the order made."""
    vocabulary = coherence.model.vocabulary
    generator = np.random.default_rng(seed)
    runs: list[list[str]] = [[] for _ in SEED_PAIRS]
    asked: list[list[str]] = []
    for step in range(PICKS):
        pools = [[*pair, *picks[-MEMORY:]] for pair, picks in zip(SEED_PAIRS, runs, strict=True)]
        tokens = [np.array(vocabulary.indices(pool), dtype=np.int64) for pool in pools]
        fits = coherence.nlls(tokens, seed * 1000 + step)
        typical = context.nlls(tokens, seed * 1000 + step)
        for picks, pool, fit, company in zip(runs, tokens, fits, typical, strict=True):
            picks.append(vocabulary[_pick(policy, fit, company, pool, coherence, generator)])
        asked += pools
    return runs, asked


def _pick(
    policy: Policy,
    fit: Floats,
    company: Floats,
    pool: NDArray[np.int64],
    coherence: Model,
    generator: np.random.Generator,
) -> int:
    allowed = np.ones(len(fit), dtype=bool)
    allowed[pool] = False
    if policy.typicality is None:
        return int(generator.choice(np.flatnonzero(allowed)))
    fit_ranked = fit - policy.calibrated * coherence.mean
    allowed = most_coherent(fit_ranked, allowed, policy.floor)
    logits = np.where(allowed, -fit / TEMPERATURE, -np.inf)
    drawn = gumbel_top_k(logits, min(policy.candidates, int(allowed.sum())), generator)
    surprise = policy.typicality(fit, company, pool)
    ranks = average_ranks(fit_ranked[drawn]), average_ranks(surprise[drawn])
    return int(drawn[np.argmax(alien_scores(*ranks, policy.beta))])


def policies(scores: Mapping[str, Typicality], *, wide: bool) -> Mapping[str, Policy]:
    """Return the policies compared: every score at the default's floor, N and β, and others."""
    named = {"Random": Policy(None, 1.0, 1, 0.0)}
    grid = (
        product((0.05, 0.1, 0.2, 0.28), (24, 256), (0.85, 1.0))
        if wide
        else [(0.28, 24, 0.85), (0.1, 256, 0.85), (0.1, 24, 0.85)]
    )
    settings = [*grid]
    for name, score in scores.items():
        for floor, count, beta in settings:
            told = f"{name}; floor {floor}, N {count}, β {beta}"
            named[told] = Policy(score, floor, count, beta)
            if name in {"less half the mean", "less the mean", "contrast", "counted lift"}:
                named[f"{told}, coherence too"] = Policy(score, floor, count, beta, 0.5)
        named[f"{name}; floor 1, N 256, β 0.85"] = Policy(score, 1.0, 256, 0.85)
    return named


def measure(
    policy: Policy, coherence: Model, context: Model, grader: Grader, *, repeats: int
) -> dict[str, float]:
    """Return the grades and repetition of a policy, means over repeats."""
    rows = []
    for seed in range(repeats):
        runs, pools = run(policy, coherence, context, seed=seed)
        rows.append(figures(runs, pools, grader))
    return means(rows)


def measure_preset(
    pair: CulturalAlienSampler, tuning: SamplerTuning | None, grader: Grader, *, repeats: int
) -> dict[str, float]:
    """Return the same of a preset, or of even draws without one, as the sampler has it."""
    rows = []
    for seed in range(repeats):
        runs, _ = run_policy(pair, tuning, seed=seed)
        pools = [
            [*seeds, *picks[max(0, step - MEMORY) : step]]
            for step in range(PICKS)
            for seeds, picks in zip(SEED_PAIRS, runs, strict=True)
        ]
        rows.append(figures(runs, pools, grader))
    return means(rows)


def figures(
    runs: Sequence[Sequence[str]], pools: Sequence[Sequence[str]], grader: Grader
) -> dict[str, float]:
    """Return the mean grades of runs, whose pools stand in the order made, and repetition."""
    picks = [each[step] for step in range(PICKS) for each in runs]
    grades = grader.grade(picks, pools)
    return {
        "fit": float(np.nanmean(grades.fit)),
        "strangeness": float(np.nanmean(grades.strangeness)),
        "coherence": float(np.nanmean(grades.coherence)),
        "atypicality": float(np.nanmean(grades.atypicality)),
        "frequency": float(np.nanmean(grades.frequency)),
        "fit, matched": float(np.nanmean(grades.fit_matched)),
        "strangeness, matched": float(np.nanmean(grades.strangeness_matched)),
        "repetition": repetition_of(runs, count=20, picks=PICKS),
        "repetition, 5 × 10": repetition_of(runs, count=5, picks=10),
    }


def means(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return each figure's mean."""
    return {name: round(float(np.mean([row[name] for row in rows])), 4) for name in rows[0]}


def main() -> None:
    """Write the figures of every pair and policy."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("pairs", nargs="+", help="a pair's folder or name, or COHERENCE:CONTEXT")
    parser.add_argument("--scores", nargs="+", help="some of the scores, by name")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--wide", action="store_true", help="many floors, N and β")
    parser.add_argument("--presets", action="store_true", help="the presets alone")
    parser.add_argument("--grader", type=Path, default=SHIPPED_GRADER)
    options = parser.parse_args()
    torch.set_num_threads(1)
    grader = Grader.load(options.grader)
    known, _, artists = Grader.choosing_counts(options.grader)
    write = partial(json.dumps, ensure_ascii=False)
    with options.out.open("a", encoding="utf-8") as file:
        for name in options.pairs:
            if options.presets:
                pair = CulturalAlienSampler.from_pretrained(name)
                for told, tuning in {"Random": None, **PRESETS}.items():
                    found = measure_preset(pair, tuning, grader, repeats=options.repeats)
                    file.write(write({"pair": name, "policy": told, **found}) + "\n")
                    file.flush()
                continue
            first, _, second = name.partition(":")
            pair = CulturalAlienSampler.from_pretrained(first)
            typical = ConceptModel.load(second, pair.vocabulary) if second else pair.context
            coherence, context = Model.of(pair.coherence), Model.of(typical)
            assert pair.vocabulary == known
            scores = {
                told: score
                for told, score in scores_of(coherence, context, artists).items()
                if not options.scores or told in options.scores
            }
            for told, policy in policies(scores, wide=options.wide).items():
                found = measure(policy, coherence, context, grader, repeats=options.repeats)
                file.write(write({"pair": name, "policy": told, **found}) + "\n")
                file.flush()


if __name__ == "__main__":
    main()
