"""Protocol and policies of the collapse study: `python -m cas.experiments.collapse`.

Rare-word collapse: a high context NLL is mostly a rare word, so the published formula comes back to
the same rare words from any seeds. Protocol: 20 fixed seed pairs, 12 picks each, pool = the seeds
and the last 6 picks, nothing rests.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from cas.evaluation.metrics import percentile, repetition_rate
from cas.sampler import CulturalAlienSampler
from cas.tuning import PRESETS, SamplerTuning

SEED_PAIRS = (
    ("sea", "sky"), ("woman", "river"), ("tower", "snow"), ("music", "garden"),
    ("horse", "battle"), ("table", "fruit"), ("child", "dog"), ("church", "night"),
    ("ship", "storm"), ("mirror", "face"), ("bridge", "mist"), ("angel", "cloud"),
    ("street", "rain"), ("mask", "dancing"), ("book", "lamp"), ("forest", "bird"),
    ("mountain", "lake"), ("factory", "smoke"), ("skull", "flower"), ("window", "cat"),
)  # fmt: skip
"""The protocol's 20 seed pairs."""
PICKS = 12
"""Of each run."""
MEMORY = 6
"""Number of the last picks that are in the pool beside the seeds."""
BETAS = (0.0, 0.25, 0.5, 0.7, 0.85, 0.95, 1.0)
"""Over which both presets are swept."""


@dataclass(frozen=True)
class PolicyFigures:
    """A policy under the protocol: 0 is the most coherent percentile, 1 the rarest in context."""

    repetition: float
    distinct: float
    coherence: float
    atypicality: float
    coherence_calibrated: float
    atypicality_calibrated: float


def run_policy(
    sampler: CulturalAlienSampler, tuning: SamplerTuning | None, *, seed: int = 0
) -> tuple[list[list[str]], PolicyFigures]:
    """Run the protocol with one tuning, or with evenly random picks if there is none.

    Returns:
        The picks of each seed pair, and the figures; percentiles are of models asked with 4 orders
        of the pool, over the vocabulary without it.
    """
    pairs = SEED_PAIRS
    runs: list[list[str]] = [[] for _ in pairs]
    rows = []
    generator = np.random.default_rng(seed)
    bases = sampler.base_nlls()
    for pick_number in range(PICKS):
        pools = [[*pair, *run[-MEMORY:]] for pair, run in zip(pairs, runs, strict=True)]
        seeds = [seed * 1_000_003 + pick_number * 1_000 + row for row in range(len(pools))]
        nlls = [
            sampler.next_nlls(pool, permutations=4, seed=s)
            for pool, s in zip(pools, seeds, strict=True)
        ]
        if tuning is None:
            free = [[c for c in sampler.vocabulary if c not in pool] for pool in pools]
            picked = [str(generator.choice(each)) for each in free]
        else:
            picked = [p.concept for p in sampler.sample_batch(pools, tuning=tuning, seeds=seeds)]
        for run, concept, pool, models in zip(runs, picked, pools, nlls, strict=True):
            token, pool_tokens = sampler.vocabulary.index(concept), sampler.vocabulary.indices(pool)
            known = np.array(pool_tokens)
            raw = [percentile(nll, token, known) for nll in models]
            lifted = [
                percentile(nll - base, token, known)
                for nll, base in zip(models, bases, strict=True)
            ]
            rows.append((*raw, *lifted))
            run.append(concept)
    means = np.mean(rows, axis=0)
    distinct = len({concept for run in runs for concept in run})
    return runs, PolicyFigures(repetition_rate(runs), distinct, *(float(m) for m in means))


def policies() -> Mapping[str, SamplerTuning | None]:
    """Return the policies of the study by name: each lever alone, then together."""
    paper = PRESETS["paper"]
    named: dict[str, SamplerTuning | None] = {
        "Random": None,
        "published formula": paper,
        "default preset": PRESETS["default"],
    }
    for beta in (0.5, 0.7):
        named[f"β {beta}"] = replace(paper, beta=beta)
    for temperature in (0.5, 1.0):
        named[f"t {temperature}"] = replace(paper, temperature=temperature)
    for count in (16, 32, 64):
        named[f"N {count}"] = replace(paper, candidates=count)
    for calibration in (0.5, 1.0):
        named[f"calibration {calibration}"] = replace(paper, calibration=calibration)
    for floor in (0.15, 0.2, 0.25, 0.3, 0.35):
        for count in (16, 24, 32, 256):
            named[f"floor {floor}, N {count}"] = replace(paper, floor=floor, candidates=count)
    for floor, calibration in ((0.28, 0.0), (0.25, 0.25), (0.25, 0.5), (0.3, 0.25), (0.3, 0.5)):
        named[f"floor {floor}, N 24, calibration {calibration}"] = replace(
            paper, floor=floor, candidates=24, calibration=calibration
        )
    return named


def beta_policies() -> Mapping[str, SamplerTuning | None]:
    """Return both presets over `BETAS`, as `preset, β`: coherence against atypicality."""
    swept = {
        f"{name}, β {beta:g}": replace(PRESETS[name], beta=beta)
        for name in ("paper", "default")
        for beta in BETAS
    }
    return {"Random": None, **swept}


def front(figures: Mapping[str, PolicyFigures]) -> list[str]:
    """Return the policies that no other beats in repetition, coherence and atypicality at once."""

    def better(a: PolicyFigures, b: PolicyFigures) -> bool:
        ours = (a.repetition, a.coherence, -a.atypicality)
        theirs = (b.repetition, b.coherence, -b.atypicality)
        return all(x <= y for x, y in zip(ours, theirs, strict=True)) and ours != theirs

    return [
        name
        for name, figure in figures.items()
        if not any(better(other, figure) for other in figures.values())
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the study as JSON: the figures of every policy, and the front."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pair", nargs="?", default="museums")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each policy, other seeds")
    parser.add_argument("--beta", action="store_true", help="both presets over β instead")
    options = parser.parse_args(arguments)
    sampler = CulturalAlienSampler.from_pretrained(options.pair)
    figures = {}
    for name, tuning in (beta_policies() if options.beta else policies()).items():
        repeats = [asdict(run_policy(sampler, tuning, seed=s)[1]) for s in range(options.repeats)]
        means = {key: float(np.mean([each[key] for each in repeats])) for key in repeats[0]}
        figures[name] = PolicyFigures(**means)
        rounded = {key: round(mean, 3) for key, mean in means.items()}
        print(json.dumps({"policy": name, **rounded}, ensure_ascii=False), flush=True)
    print(json.dumps({"front": front(figures)}, ensure_ascii=False))


if __name__ == "__main__":
    main()
