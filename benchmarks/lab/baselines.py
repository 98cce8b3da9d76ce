"""All policies by the protocol, with what a pick costs: `python -m benchmarks.lab.baselines OUT`.

OUT gets what `artist experiment OUT --baselines --readings` writes, and `cost.json`: CPU
milliseconds a pick, one question at a time, on one thread.
"""

from __future__ import annotations

import argparse
import json
import time
from itertools import islice
from pathlib import Path

import numpy as np
import torch

from cas import CulturalAlienSampler
from cas.evaluation.grader import Grader
from cas.experiments.baseline_policies import baseline_policies
from cas.experiments.policies import Picker, Question, sampler_policies
from cas.experiments.reading_policies import reading_policies
from cas.experiments.results import compare
from cas.experiments.runs import ConceptVectors, RunSettings, run_policies
from cas.experiments.seeds import seed_pairs
from worker.encoders.minilm import MiniLMEncoder

ASKED = 40
"""Questions by which the cost of a pick is measured."""


def all_policies(sampler: CulturalAlienSampler, vectors: ConceptVectors) -> dict[str, Picker]:
    """Return the paper's arms, the baselines and the readings."""
    _, works, artists = Grader.choosing_counts()
    return {
        **sampler_policies(sampler),
        **baseline_policies(sampler, vectors, (works, artists)),
        **reading_policies(sampler),
    }


def cost(picker: Picker, sampler: CulturalAlienSampler) -> float:
    """Return CPU milliseconds a pick, for pools of eight and thirty earlier picks."""
    generator = np.random.default_rng(0)
    words = list(sampler.vocabulary)
    questions = []
    for seed in range(ASKED + 2):
        drawn = [words[place] for place in generator.permutation(len(words))[:38]]
        questions.append(Question(tuple(drawn[:8]), (), (), seed, tuple(drawn[8:])))
    for question in questions[:2]:
        next(picker.picks([question]))
    started = time.process_time()
    for question in islice(questions, 2, None):
        next(picker.picks([question]))
    return (time.process_time() - started) / ASKED * 1000


def main() -> None:
    """Measure the costs, then run and compare all policies."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--generations", type=int, default=200)
    parser.add_argument("--cost-only", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    sampler = CulturalAlienSampler.from_pretrained()
    vectors = ConceptVectors(MiniLMEncoder())
    vectors(list(sampler.vocabulary))
    pickers = all_policies(sampler, vectors)
    options.out.mkdir(parents=True, exist_ok=True)
    costs = {name: round(cost(picker, sampler), 2) for name, picker in pickers.items()}
    (options.out / "cost.json").write_text(json.dumps(costs, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(costs, indent=1), flush=True)
    if options.cost_only:
        return
    settings = RunSettings(
        seed_pairs(sampler.vocabulary, options.runs, seed=0), generations=options.generations
    )
    found, failed = run_policies(pickers, settings, vectors, options.out / "runs")
    done = {name: [run.generations for run in runs] for name, runs in found.items()}
    comparison = compare(done, sampler, vectors, grader=Grader.load())
    comparison.save(options.out)
    print(comparison.markdown())
    if failed:
        raise failed[0]


if __name__ == "__main__":
    main()
