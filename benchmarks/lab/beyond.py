"""Extensions of the paper, each compared with it: `python -m benchmarks.lab.beyond OUT [NAME…]`.

Feedback: novelty changes β. Growth: new concepts are added to a trained pair. Traditions: museums
mixed by weight, and the effect on the picks. Figures and numbers are written to OUT.
"""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np
import torch

from benchmarks.lab.traditions import traditions
from benchmarks.lab.visitors import simulated
from cas import PRESETS, CulturalAlienSampler
from cas.data.corpus import Corpus
from cas.evaluation.evaluate import museum_split
from cas.evaluation.metrics import hidden_concepts
from cas.experiments import plots
from cas.experiments.policies import RandomPicker, SamplerPicker, feedback_policy
from cas.experiments.results import compare
from cas.experiments.runs import ConceptVectors, RunSettings, run_policy
from cas.experiments.seeds import seed_pairs
from cas.model import ConceptModel, ModelSize
from cas.training.baselines import ModelScorer
from cas.training.pair_growth import REPLAYED
from cas.training.vocabulary_growth import Replay, adapt, grown
from cas.vocabulary import Vocabulary
from worker.encoders.minilm import MiniLMEncoder

WINDOW = 20


def feedback(out: Path, data: Path) -> dict[str, object]:
    """Run 200 generations with and without feedback from novelty or simulated visitors' votes."""
    del data
    sampler = CulturalAlienSampler.from_pretrained()
    vectors = ConceptVectors(MiniLMEncoder())
    settings = RunSettings(seed_pairs(sampler.vocabulary, 10, seed=0))
    pickers = {
        "Random": RandomPicker(sampler.vocabulary),
        "CAS default": SamplerPicker(sampler, PRESETS["default"]),
        "feedback": feedback_policy(sampler),
    }
    runs = {
        name: run_policy(name, p, settings, vectors, out / "runs") for name, p in pickers.items()
    }
    novelty = {
        name: np.convolve(
            np.mean([run.novelties[2:] for run in policy], axis=0),
            np.ones(WINDOW) / WINDOW,
            "valid",
        ).tolist()
        for name, policy in runs.items()
    }
    figure = plots.lines(
        novelty, title="Novelty with and without feedback", across="generation",
        up=f"novelty, mean of {WINDOW}", start=2 + WINDOW,
    )  # fmt: skip
    plots.save(figure, out / "feedback")
    table = compare(
        {name: [run.generations for run in policy] for name, policy in runs.items()},
        sampler,
        vectors,
    )
    return {
        "mean novelty": {
            name: float(np.mean([run.novelties[2:] for run in policy]))
            for name, policy in runs.items()
        },
        "policies": [asdict(result) for result in table.results],
        "simulated visitors": simulated(sampler, vectors, out),
    }


def growth(out: Path, data: Path, *, new: int = 60, shots: int = 20) -> dict[str, object]:
    """Remove 60 concepts from the coherence model, and add them again as new ones."""
    split = museum_split(data)
    model = CulturalAlienSampler.from_pretrained().coherence
    vectors = ConceptVectors(MiniLMEncoder())
    generator = np.random.default_rng(0)
    order = generator.permutation(len(model.vocabulary))
    taken, kept = sorted(order[:new].tolist()), sorted(order[new:].tolist())
    small = _without(model, kept)
    names = [model.vocabulary[token] for token in taken]
    texts = partial(vectors)
    old_vectors, new_vectors = texts(list(small.vocabulary)), texts(names)
    average = np.tile(old_vectors.mean(axis=0), (new, 1))
    variants = {
        "rows from text": grown(small, names, old_vectors=old_vectors, new_vectors=new_vectors),
        "rows at the mean": grown(small, names, old_vectors=old_vectors, new_vectors=average),
    }
    place = {model.vocabulary[t]: n for n, t in enumerate([*kept, *taken])}
    renumber = np.array([place[concept] for concept in model.vocabulary], dtype=np.int64)
    few = _few_works(split.train, taken, shots, renumber, generator)
    for name in list(variants):
        adapted = grown(
            small, names, old_vectors=old_vectors,
            new_vectors=new_vectors if "text" in name else average,
        )  # fmt: skip
        adapt(adapted, len(kept), few, seed=0)
        variants[f"{name}, {shots} works each"] = adapted
    variants[f"rows from text, {shots} works each, replay"] = beside = grown(
        small, names, old_vectors=old_vectors, new_vectors=new_vectors
    )
    replay = Replay.of(small, REPLAYED, seed=0)
    weight = replay.weight(few)
    adapt(beside, len(kept), few, others=replay.sets, weight=weight, seed=0)
    trials = _trials(split.test_works, set(taken), renumber, generator)
    scored = {name: hidden_concepts(ModelScorer(each), trials) for name, each in variants.items()}
    whole = [(np.argsort(renumber)[pool], int(np.argsort(renumber)[h])) for pool, h in trials]
    scored["trained with them"] = hidden_concepts(ModelScorer(model), whole)
    old_trials = _old_trials(split.test_works, set(taken), renumber)
    models = {"before": small, **variants}
    old = {n: hidden_concepts(ModelScorer(each), old_trials).mrr for n, each in models.items()}
    _bars(out / "growth", {name: figures.mrr for name, figures in scored.items()})
    pools = [pool for pool, _ in trials if pool.max() < len(kept)][:200]
    before = ModelScorer(small).scores(pools)
    moved = {
        name: float(_rank_shift(before, ModelScorer(each).scores(pools)[:, : len(kept)]))
        for name, each in variants.items()
    }
    return {
        "new concepts": new,
        "hidden concept, new ones only": {name: asdict(f) for name, f in scored.items()},
        "MRR of hidden old concepts": old,
        "mean shift of an old concept's rank": moved,
    }


def _without(model: ConceptModel, kept: list[int]) -> ConceptModel:
    """Return the model with only the rows of `kept` concepts."""
    vocabulary = Vocabulary([model.vocabulary[token] for token in kept])
    config = model.network.config
    size = ModelSize(config.n_layer, config.n_embd, config.n_head, 0.0, model.longest)
    smaller = ConceptModel.new(vocabulary, size)
    state = model.weights()
    rows = state["transformer.wte.weight"][[*kept, model.bos, model.eos]]
    smaller.network.load_state_dict(state | {"transformer.wte.weight": rows}, strict=False)
    smaller.network.tie_weights()
    smaller.network.train(False)
    return smaller


def _few_works(
    corpus: Corpus,
    taken: list[int],
    shots: int,
    renumber: np.ndarray,
    generator: np.random.Generator,
) -> list[np.ndarray]:
    found = []
    owners = np.repeat(np.arange(len(corpus)), corpus.lengths)
    for token in taken:
        works = owners[(corpus.tokens == token) & (corpus.lengths[owners] >= 3)]
        works = works[corpus.lengths[works] <= 10]
        for work in generator.permutation(works)[:shots]:
            found.append(renumber[corpus.work(int(work))])
    return found


def _trials(
    corpus: Corpus, taken: set[int], renumber: np.ndarray, generator: np.random.Generator
) -> list[tuple[np.ndarray, int]]:
    """Hide the new concept of each work that has one."""
    trials = []
    for work in generator.permutation(len(corpus)):
        tokens = corpus.work(int(work))
        new = [token for token in tokens if int(token) in taken]
        if new and len(tokens) >= 3:
            pool = renumber[[t for t in tokens if t != new[0]]]
            trials.append((pool, int(renumber[new[0]])))
    return trials


def _old_trials(
    corpus: Corpus, taken: set[int], renumber: np.ndarray, *, limit: int = 300
) -> list[tuple[np.ndarray, int]]:
    """Hide one concept of each work that has no new one."""
    trials = []
    for work in range(len(corpus)):
        tokens = corpus.work(work)
        if len(tokens) >= 3 and not taken & set(tokens.tolist()):
            trials.append((renumber[tokens[1:]], int(renumber[tokens[0]])))
    return trials[:limit]


def _rank_shift(before: np.ndarray, after: np.ndarray) -> float:
    ranks = [np.argsort(np.argsort(-scores, axis=1), axis=1) for scores in (before, after)]
    return float(np.abs(ranks[0] - ranks[1]).mean())


def _bars(path: Path, values: dict[str, float]) -> None:
    figure, axes = plots.new_figure(height=0.5 * len(values) + 1.6)
    axes.barh(list(values), list(values.values()), color=plots.COLOURS[1], height=0.6)
    axes.invert_yaxis()
    axes.set_xlabel("MRR of a hidden new concept")
    for row, value in enumerate(values.values()):
        axes.annotate(
            f"{value:.3f}", (max(value, 0), row), xytext=(4, -4), textcoords="offset points"
        )
    plots.save(figure, path)


PARTS = {part.__name__: part for part in (feedback, growth, traditions)}


def main() -> None:
    """Run the named parts, or all, and write each one's numbers as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], default=[])
    options = parser.parse_args()
    data = os.environ.get("CULTURAL_ALIEN_DATA")
    if not data:
        parser.error("set CULTURAL_ALIEN_DATA to the folder of the museums' data")
    torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    for name in options.parts or PARTS:
        found = PARTS[name](options.out, Path(data))
        text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
        (options.out / f"{name}.json").write_text(text, encoding="utf-8")
        print(f"{name}: {text}", flush=True)


if __name__ == "__main__":
    main()
