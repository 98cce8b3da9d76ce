"""Feedback from votes with simulated visitors: `python -m benchmarks.lab.visitors OUT`.

Each simulated visitor compares a work of the artist with one of another artist, which keeps preset
`default`, and prefers the one whose pick is rarer (*original*) or more coherent (*harmonious*) by
the pair's own percentiles, with logistic noise; indifferent visitors vote at random.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch

from cas import PRESETS, CulturalAlienSampler
from cas.evaluation.metrics import percentile, repetition_rate
from cas.experiments import plots
from cas.experiments.results import EARLY
from cas.experiments.runs import ConceptVectors, Generation, Run, RunSettings
from cas.experiments.seeds import seed_pairs
from cas.feedback import Feedback, call_of_votes
from cas.training.baselines import ModelScorer
from worker.encoders.minilm import MiniLMEncoder
from worker.steps.feedback import MEMORY

VOTES = 5
"""Votes on each question, after each work."""
NOISE = 0.2
"""Noise of the votes, in percentiles: at this difference 73 of 100 agree with the models."""
ARMS = {
    "CAS default": (0.85, ""),
    "votes": (0.85, "visitors"),
    "votes, from β 1": (1.0, "visitors"),
    "votes, from β 0.5": (0.5, "visitors"),
    "indifferent visitors": (0.85, "coins"),
}
"""Initial β, and the votes: none, of visitors with a preference, or random."""


@dataclass
class Life:
    """One run: its β, and per work its β, its two merits and its votes."""

    run: Run
    beta: float
    votes: str
    generator: np.random.Generator
    betas: list[float] = field(default_factory=list)
    merits: list[tuple[float, float]] = field(default_factory=list)
    ballots: list[tuple[int, int, float]] = field(default_factory=list)
    since: int = 0

    def hear(self, others: Sequence[tuple[float, float]]) -> None:
        """Let visitors vote on a recent work of this run and one of another's, and update β."""
        newest = len(self.merits) - 1
        for question in (0, 1):
            for _ in range(VOTES):
                work = int(self.generator.integers(max(0, newest - MEMORY + 1), newest + 1))
                other = others[int(self.generator.integers(len(others)))]
                ahead = self.merits[work][question] - other[question]
                chance = 0.5 if self.votes == "coins" else 1 / (1 + math.exp(-ahead / NOISE))
                self.ballots.append((question, work, float(self.generator.random() < chance)))
        self.since = max(self.since, newest - MEMORY + 1)
        heard = [
            [won for about, work, won in self.ballots if about == question and work >= self.since]
            for question in (0, 1)
        ]
        original, harmonious = ((sum(won), len(won)) for won in heard)
        call = call_of_votes(original=original, harmonious=harmonious)
        self.beta = Feedback().next_beta(self.beta, call)
        if call:
            self.since = newest + 1


def simulated(
    sampler: CulturalAlienSampler, vectors: ConceptVectors, out: Path
) -> dict[str, object]:
    """Run ten runs of 200 generations for each policy; return figures, and plot β."""
    settings = RunSettings(seed_pairs(sampler.vocabulary, 10, seed=0))
    policies = {
        name: [
            Life(Run(settings, n, vectors), beta, votes, np.random.default_rng([row, n]))
            for n in range(len(settings.seeds))
        ]
        for row, (name, (beta, votes)) in enumerate(ARMS.items())
    }
    lives = [life for policy in policies.values() for life in policy]
    for _ in range(settings.generations):
        _advance(sampler, lives)
        for life in lives:
            if life.votes:
                others = [e for e in policies["CAS default"] if e.run.number != life.run.number]
                life.hear([merit for each in others for merit in each.merits[-MEMORY:]])
    mean = {
        name: np.mean([life.betas for life in policy], axis=0).tolist()
        for name, policy in policies.items()
    }
    figure = plots.lines(
        mean, title="β with simulated visitors", across="generation", up="β, mean of ten runs"
    )
    plots.save(figure, out / "visitors")
    return {
        "simulated": {"votes a work and question": VOTES, "noise": NOISE, "memory": MEMORY},
        "policies": {name: _figures(policy) for name, policy in policies.items()},
    }


def _figures(policy: Sequence[Life]) -> dict[str, float]:
    merits = np.array([life.merits for life in policy])
    picks = [[each.picks[0] for each in life.run.generations[:EARLY]] for life in policy]
    return {
        "β, last 50": float(np.mean([life.betas[-50:] for life in policy])),
        "moves of β a run": float(np.mean([np.count_nonzero(np.diff(e.betas)) for e in policy])),
        "novelty": float(np.mean([life.run.novelties[2:] for life in policy])),
        "coherence": float(1 - merits[..., 1].mean()),
        "atypicality": float(merits[..., 0].mean()),
        "repetition, first 20": repetition_rate(picks),
    }


def _advance(sampler: CulturalAlienSampler, lives: Sequence[Life]) -> None:
    questions = [life.run.question() for life in lives]
    picks = sampler.sample_batch(
        [question.pool for question in questions],
        tuning=[replace(PRESETS["default"], beta=life.beta) for life in lives],
        cooldown=[question.cooldown for question in questions],
        seeds=[question.seed for question in questions],
    )
    made = [life.run.advance(pick.concept) for life, pick in zip(lives, picks, strict=True)]
    for life, merit in zip(lives, _merits(sampler, made), strict=True):
        life.betas.append(life.beta)
        life.merits.append(merit)


def _merits(sampler: CulturalAlienSampler, made: Sequence[Generation]) -> list[tuple[float, float]]:
    """Return each pick's rarity and coherence in its pool: 0 to 1, higher is better."""
    index, indices = sampler.vocabulary.index, sampler.vocabulary.indices
    picks = [index(each.picks[0]) for each in made]
    pools = [np.array(indices([c for c in e.concepts if c != e.picks[0]])) for e in made]
    fits, rare = (
        [
            percentile(-row, pick, pool)
            for row, pick, pool in zip(ModelScorer(model).scores(pools), picks, pools, strict=True)
        ]
        for model in (sampler.coherence, sampler.context)
    )
    return [(rarity, 1.0 - fit) for rarity, fit in zip(rare, fits, strict=True)]


def main() -> None:
    """Run the simulation and write its numbers as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    sampler = CulturalAlienSampler.from_pretrained()
    found = simulated(sampler, ConceptVectors(MiniLMEncoder()), options.out)
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    (options.out / "visitors.json").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
