"""The training recipes of the shipped pairs; run one to train the pair again.

    CULTURAL_ALIEN_DATA=… python -m cas.evaluation.recipe OUTPUT [--pair museums|world]
        [--only coherence|context]

The corpus of *museums* is `combined_concepts.jsonl.gz` (Tate, National Gallery of Art, National
Portrait Gallery and Wikidata; CC0), and the word lists in `pretrained/rules/` decide its
vocabulary. A narrow and a wide coherence model, trained in two passes each, teach a third, and all
three the shipped one; the context model is trained on its own.

That of *world* is what the texts of open data name of the candidate vocabulary
(`cas.data.open_texts`). Killed, a run goes on when started again.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cas.checkpoint import SHIPPED_PAIRS
from cas.data.corpus import MUSEUM_WORKS, Split, write_works
from cas.data.open_texts import Names, named_works, open_texts, painted_candidates, world_rules
from cas.data.vocabulary_rules import VocabularyRules
from cas.evaluation.evaluate import WORLD_SEED
from cas.model import ModelSize
from cas.training.batches import KINDS, Kind, SequenceRules
from cas.training.train import (
    PairReport,
    TrainingProgress,
    TrainingSettings,
    read_corpus,
    train,
    train_model,
)

STAGES = "stages"
"""The folder of the models that only teach."""


@dataclass(frozen=True)
class Recipe:
    """The runs that make a pair, all on one corpus with one split.

    Attributes:
        stages: coherence models that are made on the way, in order; those after may name them in
            `begin_from` and `teachers`.
        coherence, context: the pair's own; they name a stage as `stages/NAME`.
    """

    stages: Mapping[str, TrainingSettings]
    coherence: TrainingSettings
    context: TrainingSettings


_BASE = TrainingSettings(
    rules=SequenceRules(artist_power=0.75), evaluate_every=250, held_out_sequences=1_600
)
_NARROW = replace(_BASE, size=ModelSize(layers=3, width=192, heads=4, dropout=0.1))
_WIDE = replace(_BASE, size=ModelSize(layers=3, width=256, heads=4, dropout=0.1))
_TAUGHT = replace(_WIDE, sequences=256_000, learning_rate=1e-3, naive_bayes=0.15)

SHIPPED = Recipe(
    stages={
        "narrow-first": replace(_NARROW, sequences=512_000, learning_rate=2e-3),
        "narrow": replace(
            _NARROW, sequences=288_000, learning_rate=1.2e-3, begin_from="narrow-first"
        ),
        "wide-first": replace(
            _WIDE,
            size=replace(_WIDE.size, dropout=0.2),
            sequences=768_000,
            learning_rate=2e-3,
        ),
        "wide": replace(_WIDE, sequences=384_000, learning_rate=1.2e-3, begin_from="wide-first"),
        "taught": replace(
            _TAUGHT,
            begin_from="wide",
            teachers=("narrow", "wide"),
            taught=0.6,
            bayes_smoothing=100.0,
            bayes_prior=1.0,
        ),
    },
    coherence=replace(
        _TAUGHT,
        rules=SequenceRules(artist_power=0.9),
        begin_from=f"{STAGES}/taught",
        teachers=(f"{STAGES}/narrow", f"{STAGES}/wide", f"{STAGES}/taught"),
        taught=0.7,
    ),
    context=replace(
        _BASE,
        size=ModelSize(layers=3, width=192, heads=4, dropout=0.2),
        rules=SequenceRules(artist_power=0.5),
        sequences=512_000,
        learning_rate=2e-3,
    ),
)
"""What the pair `museums` was made by."""

_WORLD = replace(
    _BASE,
    size=ModelSize(layers=3, width=128, heads=4, dropout=0.1),
    evaluate_every=100,
    held_out_sequences=800,
    seed=WORLD_SEED,
)

WORLD = Recipe(
    stages={},
    coherence=replace(_WORLD, sequences=192_000, learning_rate=2e-3),
    context=replace(_WORLD, sequences=80_000, learning_rate=2e-3),
)
"""What the pair `world` was made by."""
WORLD_WORKS = "works.jsonl.gz"
"""The corpus of `world`, which its recipe writes beside the pair."""


def write_world_works(data: Path, output: Path) -> Path:
    """Write the corpus of `world` from the data folder, and return its file."""
    names = Names.of(painted_candidates())
    write_works(output / WORLD_WORKS, named_works(open_texts(data), names))
    return output / WORLD_WORKS


def make_pair(
    recipe: Recipe,
    corpus_path: Path,
    output: Path,
    *,
    rules: VocabularyRules,
    kinds: Sequence[Kind] = KINDS,
    progress: Callable[[TrainingProgress], None] = lambda _: None,
) -> PairReport:
    """Train a pair into `output`; killed, it goes on when called again.

    Raises:
        CorpusError, TrainingError: as `cas.training.train.train`.
    """
    if "coherence" in kinds:
        corpus, _ = read_corpus(corpus_path, rules)
        for name, settings in recipe.stages.items():
            split = Split.of(corpus, share=settings.held_out, seed=settings.seed)
            train_model("coherence", split, output / STAGES / name, settings, progress=progress)
    return train(
        corpus_path,
        output,
        settings=recipe.coherence,
        context_settings=recipe.context,
        rules=rules,
        kinds=kinds,
        progress=progress,
    )


def main() -> None:
    """Train one or both models of a shipped pair."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("output", type=Path)
    parser.add_argument("--pair", choices=SHIPPED_PAIRS, default=SHIPPED_PAIRS[0])
    parser.add_argument("--only", choices=KINDS, help="one of the two models")
    options = parser.parse_args()
    data = os.environ.get("CULTURAL_ALIEN_DATA")
    if not data:
        parser.error("set CULTURAL_ALIEN_DATA to the folder that holds " + MUSEUM_WORKS)
    if options.pair == "world":
        recipe, rules = WORLD, world_rules()
        corpus = write_world_works(Path(data), options.output)
    else:
        recipe, rules, corpus = SHIPPED, VocabularyRules.load(), Path(data) / MUSEUM_WORKS
    report = make_pair(
        recipe,
        corpus,
        options.output,
        rules=rules,
        kinds=[options.only] if options.only else KINDS,
        progress=_print_progress,
    )
    print(report.vocabulary)
    if not options.only:
        from cas.evaluation.model_card import write_card

        print(write_card(report))


def _print_progress(progress: TrainingProgress) -> None:
    if progress.held_out_works == progress.held_out_works:
        print(
            f"{progress.kind} {progress.step}/{progress.steps}: loss {progress.loss:.3f}, held-out"
            f" works {progress.held_out_works:.4f}, artists {progress.held_out_artists:.4f},"
            f" {progress.sequences_per_second:.0f} sequences/s",
            flush=True,
        )


if __name__ == "__main__":
    main()
