"""The recipe of the shipped pair: run it to make the pair again.

    CULTURAL_ALIEN_DATA=… python -m cas.recipe OUTPUT [--only coherence|context]

The corpus is `combined_concepts.jsonl.gz` (Tate, National Gallery of Art, National Portrait
Gallery and Wikidata; CC0). The word lists in `pretrained/rules/` decide the vocabulary. Killed, it
goes on when run again. Three runs: a first coherence model, from factorised co-occurrence; from its
weights the coherence model, in a second and cooler pass; and the context model, on its own.
"""

from __future__ import annotations

import argparse
import os
import shutil
from dataclasses import replace
from pathlib import Path

from cas.model import ModelSize
from cas.sequences import KINDS, SequenceRules
from cas.training import TrainingProgress, TrainingSettings, train
from cas.vocabulary_rules import VocabularyRules

CORPUS = "combined_concepts.jsonl.gz"

SIZE = ModelSize(layers=3, width=192, heads=4)

FIRST = TrainingSettings(
    size=SIZE,
    rules=SequenceRules(artist_power=0.75),
    sequences=512_000,
    learning_rate=2e-3,
    evaluate_every=250,
    held_out_sequences=1_600,
)
COHERENCE = replace(FIRST, sequences=288_000, learning_rate=1.2e-3, begin_from="first")
CONTEXT = replace(
    FIRST,
    size=replace(SIZE, dropout=0.2),
    rules=SequenceRules(artist_power=0.5),
)


def main() -> None:
    """Train one or both models of the shipped pair."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("output", type=Path)
    parser.add_argument("--only", choices=KINDS, help="after the first stage, one of the two")
    options = parser.parse_args()
    data = os.environ.get("CULTURAL_ALIEN_DATA")
    if not data:
        parser.error("set CULTURAL_ALIEN_DATA to the folder that holds " + CORPUS)
    corpus, rules = Path(data) / CORPUS, VocabularyRules.load()
    first = train(
        corpus,
        options.output / "stages",
        settings=FIRST,
        rules=rules,
        kinds=["coherence"],
        progress=_print_progress,
    )
    print(first.vocabulary)
    shutil.copytree(first.folder / "coherence", options.output / "first", dirs_exist_ok=True)
    train(
        corpus,
        options.output,
        settings=COHERENCE,
        context_settings=CONTEXT,
        rules=rules,
        kinds=[options.only] if options.only else KINDS,
        progress=_print_progress,
    )


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
