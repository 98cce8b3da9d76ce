"""The recipe of the shipped pair: run it to make the pair again.

    CULTURAL_ALIEN_DATA=… python -m cas.recipe OUTPUT [--only coherence|context]

The corpus is `combined_concepts.jsonl.gz` (Tate, National Gallery of Art, National Portrait
Gallery and Wikidata; CC0). The word lists in `pretrained/rules/` decide the vocabulary. Killed, it
goes on when run again.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path

from cas.model import ModelSize
from cas.sequences import KINDS, SequenceRules
from cas.training import TrainingProgress, TrainingSettings, train
from cas.vocabulary_rules import VocabularyRules

CORPUS = "combined_concepts.jsonl.gz"

SIZE = ModelSize(layers=3, width=192, heads=4)

COHERENCE = TrainingSettings(
    size=SIZE,
    rules=SequenceRules(artist_power=0.75),
    sequences=512_000,
    learning_rate=2e-3,
    evaluate_every=250,
    held_out_sequences=1_600,
)
CONTEXT = TrainingSettings(
    size=replace(SIZE, dropout=0.2),
    rules=SequenceRules(artist_power=0.5),
    sequences=512_000,
    learning_rate=2e-3,
    evaluate_every=250,
    held_out_sequences=1_600,
)


def main() -> None:
    """Train one or both models of the shipped pair."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("output", type=Path)
    parser.add_argument("--only", choices=KINDS)
    options = parser.parse_args()
    data = os.environ.get("CULTURAL_ALIEN_DATA")
    if not data:
        parser.error("set CULTURAL_ALIEN_DATA to the folder that holds " + CORPUS)
    report = train(
        Path(data) / CORPUS,
        options.output,
        settings=COHERENCE,
        context_settings=CONTEXT,
        rules=VocabularyRules.load(),
        kinds=[options.only] if options.only else KINDS,
        progress=_print_progress,
    )
    print(report.vocabulary)


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
