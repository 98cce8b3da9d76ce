"""Train a pair: from a corpus file to two models that the sampler loads.

`train` does it all; `train_model` trains one of the two. A run that was killed goes on from its
last checkpoint with the same losses.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import torch

from cas.data.corpus import Corpus, Split, read_works
from cas.data.vocabulary_rules import RuleReport, VocabularyRules
from cas.training.batches import KINDS, Kind
from cas.training.loop import TrainingRun, set_loss
from cas.training.settings import (
    Progress,
    TrainingProgress,
    TrainingReport,
    TrainingSettings,
    learning_rate,
)

__all__ = [
    "USER_RULES",
    "PairReport",
    "TrainingProgress",
    "TrainingReport",
    "TrainingSettings",
    "learning_rate",
    "read_corpus",
    "set_loss",
    "train",
    "train_model",
]


@dataclass(frozen=True)
class PairReport:
    """What `train` made, and what of.

    Attributes:
        folder: of the pair.
        corpus: the file that was read.
        rules: that made the vocabulary of it.
        settings: of each model.
        vocabulary: what the rules kept and dropped.
        models: each model's run.
    """

    folder: Path
    corpus: Path
    rules: VocabularyRules
    settings: Mapping[Kind, TrainingSettings]
    vocabulary: RuleReport
    models: tuple[TrainingReport, ...]


USER_RULES = VocabularyRules(fewest_works=5, fewest_artists=1)
"""Of a corpus of one's own: five works are enough for a concept, and so is one artist."""


def train(
    corpus_path: Path | str,
    output_dir: Path | str,
    *,
    settings: TrainingSettings | None = None,
    context_settings: TrainingSettings | None = None,
    rules: VocabularyRules = USER_RULES,
    kinds: Sequence[Kind] = KINDS,
    progress: Progress | None = None,
) -> PairReport:
    """Train the pair on a corpus file; `CulturalAlienSampler.from_pretrained(output_dir)` loads it.

    Started again on the same folder, it goes on where it stopped.

    Args:
        corpus_path: works as `cas.data.corpus.read_works` reads them.
        output_dir: gets `vocabulary.txt`, `coherence/`, `context/` and `training.json`.
        settings: of both models, or of the coherence model alone if `context_settings` is given.
        context_settings: of the context model.
        rules: which concepts make the vocabulary; by default those in five works or more.
        kinds: which of the two to train now.
        progress: is called about every second and at every look at the held-out losses.

    Raises:
        CorpusError: the corpus cannot be read or holds nothing to learn from.
        TrainingError: the folder holds a run with other settings, or the loss became NaN.
    """
    output = Path(output_dir)
    settings = settings or TrainingSettings()
    per_kind: dict[Kind, TrainingSettings] = {
        "coherence": settings,
        "context": context_settings or settings,
    }
    corpus, report = read_corpus(corpus_path, rules)
    output.mkdir(parents=True, exist_ok=True)
    corpus.vocabulary.save(output / "vocabulary.txt")
    models = []
    for kind in kinds:
        split = Split.of(corpus, share=per_kind[kind].held_out, seed=per_kind[kind].seed)
        models.append(train_model(kind, split, output / kind, per_kind[kind], progress=progress))
    pair = PairReport(
        folder=output,
        corpus=Path(corpus_path),
        rules=rules,
        settings=per_kind,
        vocabulary=report,
        models=tuple(models),
    )
    told = {
        "pair": {
            "folder": output,
            "vocabulary": asdict(report),
            "models": list(map(asdict, models)),
        },
        "settings": {kind: asdict(each) for kind, each in per_kind.items()},
    }
    (output / "training.json").write_text(json.dumps(told, indent=1, default=str) + "\n")
    return pair


def read_corpus(path: Path | str, rules: VocabularyRules) -> tuple[Corpus, RuleReport]:
    """Read a corpus file in the vocabulary that the rules make of it.

    Raises:
        CorpusError: it cannot be read, or no concept is left.
    """
    vocabulary, spelling, report = rules.build(partial(read_works, path))
    return Corpus.pack(rules.apply(read_works(path), spelling), vocabulary), report


def train_model(
    kind: Kind,
    split: Split,
    folder: Path | str,
    settings: TrainingSettings,
    *,
    progress: Progress | None = None,
) -> TrainingReport:
    """Train one model on `split.train`, stop by the held-out parts, save the best in `folder`.

    Raises:
        CorpusError, TrainingError: as `train`.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    run = TrainingRun(kind, split, folder, settings)
    with torch.random.fork_rng():
        run.resume()
        run.finish(progress)
    return run.report()
