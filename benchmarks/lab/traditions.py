"""Other traditions: a small pair for each mixture of museums, and the effect on its picks.

The Met's Asian Art is included if `MetObjects.csv` (github.com/metmuseum/openaccess, CC0) is in the
data folder; without it only the museums of Europe and North America are mixed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from cas import CulturalAlienSampler
from cas.data.corpus import MUSEUM_WORKS, Corpus, Split, Work, read_works
from cas.data.mixture import Part, mixture
from cas.data.museums import met_works
from cas.data.vocabulary_rules import VocabularyRules
from cas.evaluation.metrics import hidden_concepts, hide_one
from cas.experiments import plots
from cas.experiments.collapse import MEMORY, SEED_PAIRS
from cas.model import ModelSize
from cas.training.baselines import ModelScorer
from cas.training.batches import KINDS, SequenceRules
from cas.training.train import TrainingSettings, train_model
from cas.vocabulary import Vocabulary

MET = "MetObjects.csv"
TRADITIONS = {"Tate": ("tate",), "Washington": ("nga", "npg"), "Asian art": ("met",)}
"""The museums of a tradition, by the prefixes of their ids; `wd` (Wikidata) is in none."""
WESTERN = {"tate": 1.0, "nga": 1.0, "npg": 1.0, "wd": 1.0}
FEW = 0.05
"""The weight of all other museums in a mixture with one main tradition."""
MIXES: dict[str, dict[str, float]] = {
    "the shipped pair's museums": WESTERN,
    "mostly Tate": {**dict.fromkeys(WESTERN, FEW), "tate": 1.0},
    "mostly Washington": {**dict.fromkeys(WESTERN, FEW), "nga": 1.0, "npg": 1.0},
    "these and Asian art": {**WESTERN, "met": 1.0},
    "mostly Asian art": {**dict.fromkeys(WESTERN, FEW), "met": 1.0},
}
SETTINGS = TrainingSettings(
    size=ModelSize(layers=2, width=128, heads=4),
    rules=SequenceRules(artist_power=0.6),
    sequences=40_000,
    learning_rate=2e-3,
    evaluate_every=50,
    held_out_sequences=400,
    seed=1,
)


def traditions(out: Path, data: Path) -> dict[str, object]:
    """Train a pair on each mixture, all with one vocabulary; write figures to `out`."""
    works, vocabulary = _works(data)
    found = {name: ids for name, ids in TRADITIONS.items() if _of(works, ids)}
    mixes = {
        name: weights
        for name, weights in MIXES.items()
        if "met" not in weights or _of(works, "met")
    }
    lean = {name: _leaning(works, ids, vocabulary) for name, ids in found.items()}
    held_out = Split.of(Corpus.pack(works, vocabulary)).test_works
    picks: dict[str, list[list[str]]] = {}
    ranks: dict[str, dict[str, float]] = {}
    for number, (name, weights) in enumerate(mixes.items()):
        parts = [Part(ids, _of(works, ids), weight) for ids, weight in weights.items()]
        folder = out / "pairs" / str(number)
        sampler = _trained(Corpus.pack(mixture(parts), vocabulary), folder)
        picks[name] = _picks(sampler)
        ranks[name] = {
            tradition: _hidden(sampler, held_out, ids) for tradition, ids in found.items()
        }
    leans = {
        name: {
            tradition: float(np.mean([lean[tradition][pick] for run in runs for pick in run]))
            for tradition in found
        }
        for name, runs in picks.items()
    }
    _bars(out / "traditions", leans)
    first = next(iter(picks.values()))
    return {
        "works": {ids: len(_of(works, ids)) for ids in (*WESTERN, "met")},
        "concepts": len(vocabulary),
        "lean of the picks": leans,
        "MRR of hidden concepts": ranks,
        "picks shared with the first": {
            name: float(np.mean([_shared(a, b) for a, b in zip(runs, first, strict=True)]))
            for name, runs in picks.items()
        },
        "picks of sea + sky": {name: runs[0] for name, runs in picks.items()},
    }


def _works(data: Path) -> tuple[list[Work], Vocabulary]:
    """Return all works with unified spelling, and their common vocabulary."""
    met = list(met_works(data / MET, only_groups=("asian art > *",))) if _has_met(data) else []
    rules = VocabularyRules.load()
    raw = [*read_works(data / MUSEUM_WORKS), *met]
    vocabulary, spelling, _ = rules.build(lambda: raw)
    return list(rules.apply(raw, spelling)), vocabulary


def _has_met(data: Path) -> bool:
    return (data / MET).is_file()


def _of(works: Sequence[Work], ids: str | tuple[str, ...]) -> list[Work]:
    beginnings = (ids,) if isinstance(ids, str) else ids
    return [work for work in works if work.id.split(":")[0] in beginnings]


def _trained(corpus: Corpus, folder: Path) -> CulturalAlienSampler:
    split = Split.of(corpus)
    for kind in KINDS:
        train_model(kind, split, folder / kind, SETTINGS)
    corpus.vocabulary.save(folder / "vocabulary.txt")
    return CulturalAlienSampler.from_pretrained(folder)


def _hidden(sampler: CulturalAlienSampler, held_out: Corpus, ids: tuple[str, ...]) -> float:
    own = np.array([work.split(":")[0] in ids for work in held_out.ids])
    trials = hide_one(held_out.subset(own), limit=1000, seed=2)
    return float(hidden_concepts(ModelScorer(sampler.coherence), trials).mrr)


def _picks(sampler: CulturalAlienSampler, *, length: int = 12) -> list[list[str]]:
    runs: list[list[str]] = [[] for _ in SEED_PAIRS]
    for number in range(length):
        pools = [[*pair, *run[-MEMORY:]] for pair, run in zip(SEED_PAIRS, runs, strict=True)]
        seeds = [number * 100 + row for row in range(len(pools))]
        for run, pick in zip(runs, sampler.sample_batch(pools, seeds=seeds), strict=True):
            run.append(pick.concept)
    return runs


def _shared(one: Sequence[str], other: Sequence[str]) -> float:
    return len(set(one) & set(other)) / len(set(one))


def _leaning(
    works: Sequence[Work], ids: tuple[str, ...], vocabulary: Vocabulary
) -> dict[str, float]:
    """Return the log-odds of each concept in a tradition against all the others together."""
    counts = np.ones((2, len(vocabulary)))
    for work in works:
        museum = work.id.split(":")[0]
        if museum != "wd":
            tokens = [vocabulary.index(concept) for concept in work.concepts]
            counts[int(museum not in ids), tokens] += 1
    shares = counts / counts.sum(axis=1, keepdims=True)
    return dict(zip(vocabulary, np.log(shares[0] / shares[1]).tolist(), strict=True))


def _bars(path: Path, leans: Mapping[str, Mapping[str, float]]) -> None:
    """Draw one group of bars for each mixture, one bar for each tradition."""
    names = list(next(iter(leans.values())))
    figure, axes = plots.new_figure(height=0.8 * len(leans) + 1.6)
    height = 0.8 / len(names)
    for number, tradition in enumerate(names):
        values = [mixture_leans[tradition] for mixture_leans in leans.values()]
        rows = np.arange(len(leans)) + (number - (len(names) - 1) / 2) * height
        axes.barh(rows, values, height=height, color=plots.COLOURS[number], label=tradition)
    axes.set_yticks(range(len(leans)), list(leans))
    axes.invert_yaxis()
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_xlabel("lean of the picks to a tradition: mean log-odds against the others")
    axes.legend(frameon=False)
    plots.save(figure, path)
