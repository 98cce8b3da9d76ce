"""Write the model card of a trained pair: its data, settings and held-out figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cas.checkpoint import MODEL_CARD
from cas.data.corpus import Split
from cas.evaluation.evaluate import evaluate
from cas.model import ConceptModel
from cas.sampler import CulturalAlienSampler
from cas.training.train import PairReport, TrainingReport, TrainingSettings, read_corpus

TRIALS = 1_000
"""Default number of works whose hidden concept is ranked."""


def write_card(report: PairReport, *, trials: int = TRIALS) -> Path:
    """Measure a pair on its corpus' test parts and write the figures into its folder.

    The split is the one that it was trained with: training and stopping saw no test work. A test
    part too small to hide a concept in is named instead.

    Args:
        report: of the run; both models lie in its folder.
        trials: hidden concepts, and sets compared, of each test part at most.

    Raises:
        CorpusError: the corpus cannot be read any more.
        CheckpointError: a model of the pair is missing.
    """
    corpus, _ = read_corpus(report.corpus, report.rules)
    settings = report.settings["coherence"]
    split = Split.of(corpus, share=settings.held_out, seed=settings.seed)
    sampler = CulturalAlienSampler.from_pretrained(report.folder)
    figures = evaluate(sampler, split, trials=trials)
    lines = [
        f"# Model card: the pair {report.folder.name}",
        "",
        "Two GPT-2 language models over one token per concept: *coherence* learnt what goes"
        " together in an artwork, *context* what goes together in an artist's body of work. Made"
        " for the Cultural Alien Sampler (arXiv 2510.20849), which ranks concepts by both; not for"
        " generating text.",
        "",
        *_data(report, split),
        *_runs(report, sampler),
        *_figures(figures),
        *LIMITS,
    ]
    card = report.folder / MODEL_CARD
    card.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return card


LIMITS = (
    "## Limits",
    "",
    "- Every figure is of works held out of this corpus; none tells of other collections.",
    '- "Artists have not put there" means the artists of this corpus, as its cataloguers saw them.',
    "- Nobody has read the vocabulary for words that hurt people, nor the picks: that was not"
    " measured here.",
    "- The licence of the weights is for whoever owns the corpus to say.",
)
"""What every card says of its pair's limits."""


def _data(report: PairReport, split: Split) -> list[str]:
    works, artists = (
        [len(part) for part in parts]
        for parts in (
            (split.train, split.validation_works, split.test_works),
            (split.validation_artists, split.test_artists),
        )
    )
    vocabulary = split.train.vocabulary
    return [
        "## Data",
        "",
        f"- Corpus `{report.corpus.name}`: {works[0]:,} works to train on; {works[1]:,} to stop by"
        f" and {works[2]:,} to test on; of other artists {artists[0]:,} and {artists[1]:,}.",
        f"- Vocabulary: {len(vocabulary):,} concepts, SHA-256 `{vocabulary.fingerprint}`.",
        "",
    ]


def _runs(report: PairReport, sampler: CulturalAlienSampler) -> list[str]:
    models = {"coherence": sampler.coherence, "context": sampler.context}
    rows = [_run(run, report.settings[run.kind], models[run.kind]) for run in report.models]
    headings = ("model", "layers × width × heads", "weights", "sequences read", "best at step",
                "NLL a token: works", "artists", "begun with", "artists weigh", "seed")  # fmt: skip
    return [
        "## Training",
        "",
        *_table(headings, rows),
        f"Pair: SHA-256 `{sampler.fingerprint}`.",
        "",
    ]


def _run(run: TrainingReport, settings: TrainingSettings, model: ConceptModel) -> Sequence[str]:
    size = settings.size
    begun = settings.begin_from or settings.begin_from_gpt2
    begun = begun or ("co-occurrence" if settings.warm_start else "chance")
    return (
        run.kind,
        f"{size.layers} × {size.width} × {size.heads}",
        f"{sum(weight.numel() for weight in model.weights().values()):,}",
        f"{run.steps * settings.batch:,}",
        f"{run.best_step:,} of {settings.steps:,}",
        f"{run.held_out_works:.3f}",
        f"{run.held_out_artists:.3f}",
        begun,
        f"n^{settings.rules.artist_power:g}",
        str(settings.seed),
    )


def _figures(figures: Mapping[str, Any]) -> list[str]:
    hidden = [
        (part, name, f"{f['works']:,}", *(f"{f[key]:.3f}" for key in ("mrr", "recall_at_10")),
         f"{f['median_rank']:g}")
        for part, scorers in figures["hidden concept"].items()
        for name, f in scorers.items()
    ]  # fmt: skip
    apart = [
        (part, name, *(f"{f[key]:.3f}" for key in ("matched", "pooled", "pooled_lift")))
        for part, models in figures["own sets told from mixes"].items()
        for name, f in models.items()
    ]
    parts = ("held-out works", "held-out artists")
    missing = [part for part in parts if part not in figures["hidden concept"]]
    return [
        "## Figures",
        "",
        "One concept of each test work with three or more is hidden and ranked over the vocabulary,"
        " given the others; the baselines are tuned on the works to stop by.",
        "",
        *_table(("held out", "scorer", "works", "MRR", "recall at 10", "median rank"), hidden),
        "An artist's own set told from a mix of other artists' concepts, each as frequent (AUC).",
        "",
        *_table(("held out", "model", "matched", "pooled", "pooled, base rate off"), apart),
        *(f"Not measured on {part}: too few works with three concepts." for part in missing),
        "",
    ]


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [headings, ["---"] * len(headings), *rows]
    return [*(f"| {' | '.join(line)} |" for line in lines), ""]
