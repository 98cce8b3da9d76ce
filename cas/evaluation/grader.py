"""A grader that never chooses: models and counts of artists that another half of a corpus holds.

Picks that are graded by the models that chose them always look good: the sampler looks for what
these models say. A grader is a pair of another size and seed, trained on one half of the artists
(`cas.data.corpus.artist_halves`), and lifts counted in that half (`cas.evaluation.lifts`).

    CULTURAL_ALIEN_DATA=… python -m cas.evaluation.grader OUTPUT
    python -m cas.evaluation.grader OUTPUT --works WORKS.jsonl.gz

The first makes the shipped one again, of the museums' works, the second that of the pair `world`,
of the corpus that its recipe writes; `artist train CORPUS FOLDER --grader` makes one of another
corpus.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cas.checkpoint import SHIPPED, VOCABULARY_FILE
from cas.data.corpus import MUSEUM_WORKS, Corpus, Split, artist_halves
from cas.data.open_texts import world_rules
from cas.data.vocabulary_rules import VocabularyRules
from cas.errors import CheckpointError
from cas.evaluation.lifts import Meetings, load_meetings, save_meetings
from cas.evaluation.metrics import percentile
from cas.model import ConceptModel, ModelSize
from cas.sampler import CulturalAlienSampler
from cas.training.baselines import ModelScorer
from cas.training.batches import SequenceRules
from cas.training.settings import Progress, TrainingSettings
from cas.training.train import read_corpus, train_model
from cas.vocabulary import Vocabulary

COUNTS = "counts.npz"
"""The file of the counts in a grader's folder, beside its pair."""
CHOOSING_COUNTS = "choosing_counts.npz"
"""The counts of the other half of the artists, by which baselines choose."""
MATCHED = 200
"""Concepts as frequent as a pick, among which its matched percentiles are."""
SHIPPED_GRADER = SHIPPED / "museums-grader"
"""The folder of the grader of the museums' works."""

_COHERENCE = TrainingSettings(
    size=ModelSize(layers=2, width=128, heads=4, dropout=0.1),
    rules=SequenceRules(artist_power=0.75),
    sequences=256_000,
    learning_rate=2e-3,
    held_out_sequences=1_600,
    seed=101,
)
SETTINGS = {
    "coherence": _COHERENCE,
    "context": replace(_COHERENCE, rules=SequenceRules(artist_power=0.5), seed=102),
}
"""How a grader's two models are trained: neither the size nor the seed of a pair that chooses."""


@dataclass(frozen=True)
class Grades:
    """[n] grades of n picks, each a percentile of the vocabulary without the pick's pool.

    *Matched* ones are of the `MATCHED` concepts that are nearest in frequency to the pick: what a
    pick has by its frequency alone is not in them. NaN for a pick that the grader does not know, or
    of whose pool it knows no concept.

    Attributes:
        fit: by lifts in artworks: 0 fits best.
        strangeness: by lifts in artists' bodies of work: 1 is the rarest in an artist's company.
        coherence: by the grader's coherence model: 0 fits best.
        atypicality: by the grader's context model: 1 is the least likely.
        frequency: by the works that show the pick: 1 is the most frequent.
        fit_matched: fit among concepts as frequent.
        strangeness_matched: strangeness among concepts as frequent.
    """

    fit: NDArray[np.float64]
    strangeness: NDArray[np.float64]
    coherence: NDArray[np.float64]
    atypicality: NDArray[np.float64]
    frequency: NDArray[np.float64]
    fit_matched: NDArray[np.float64]
    strangeness_matched: NDArray[np.float64]


class Grader:
    """Grades picks by lifts and by a pair that had no part in choosing them.

    Args:
        pair: the models.
        works: meetings of concepts in artworks.
        artists: meetings of concepts in artists' bodies of work.
    """

    def __init__(self, pair: CulturalAlienSampler, works: Meetings, artists: Meetings) -> None:
        self.pair = pair
        self.works = works
        self.artists = artists
        self._lifts = (works.lifts(), artists.lifts())

    @classmethod
    def load(cls, folder: Path | str = SHIPPED_GRADER) -> Grader:
        """Load a folder that `train_grader` wrote; the shipped one if none is given.

        Raises:
            CheckpointError: there is no such folder, or its files are broken.
        """
        folder = Path(folder)
        if not (folder / COUNTS).is_file():
            raise CheckpointError(
                f"There is no grader at {folder}: make one with `artist train CORPUS {folder}"
                " --grader`."
            )
        vocabulary = Vocabulary.load(folder / VOCABULARY_FILE)
        models = (ConceptModel.load(folder / kind, vocabulary) for kind in SETTINGS)
        counts = load_meetings(folder / COUNTS, len(vocabulary))
        return cls(CulturalAlienSampler(*models), *counts)

    @staticmethod
    def choosing_counts(
        folder: Path | str = SHIPPED_GRADER,
    ) -> tuple[Vocabulary, Meetings, Meetings]:
        """Return the concepts and meetings in works and artists of the half that it does not grade.

        Raises:
            CheckpointError: the folder has no readable counts.
        """
        vocabulary = Vocabulary.load(Path(folder) / VOCABULARY_FILE)
        return vocabulary, *load_meetings(Path(folder) / CHOOSING_COUNTS, len(vocabulary))

    @property
    def vocabulary(self) -> Vocabulary:
        """The concepts that it can grade."""
        return self.pair.vocabulary

    def grade(self, picks: Sequence[str], pools: Sequence[Sequence[str]]) -> Grades:
        """Grade each pick by the pool that it joined; what the grader does not know is left out."""
        vocabulary = self.vocabulary
        known = [
            np.array(vocabulary.indices([c for c in pool if c in vocabulary and c != pick]))
            for pick, pool in zip(picks, pools, strict=True)
        ]
        rows = [row for row, pick in enumerate(picks) if pick in vocabulary and len(known[row])]
        grades = np.full((7, len(picks)), np.nan)
        if not rows:
            return Grades(*grades)
        tokens = [vocabulary.index(picks[row]) for row in rows]
        pools_known = [known[row].astype(np.int64) for row in rows]
        models = [
            -ModelScorer(model).scores(pools_known)
            for model in (self.pair.coherence, self.pair.context)
        ]
        for place, (row, token, pool) in enumerate(zip(rows, tokens, pools_known, strict=True)):
            counted = [-lifts[:, pool].mean(axis=1) for lifts in self._lifts]
            scored = [*counted, *(nlls[place] for nlls in models), self.works.each]
            others = self._others_as_frequent(token, pool)
            grades[:, row] = [
                *(percentile(each, token, pool) for each in scored),
                *(percentile(each, token, others) for each in counted),
            ]
        return Grades(*grades)

    def _others_as_frequent(self, token: int, pool: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return all but the `MATCHED` concepts outside the pool nearest in frequency, by ratio."""
        gaps = np.abs(np.log1p(self.works.each) - np.log1p(self.works.each[token]))
        gaps[pool], gaps[token] = np.inf, np.inf
        return np.concatenate([pool, np.argsort(gaps, kind="stable")[MATCHED:]])


def train_grader(
    corpus: Corpus,
    folder: Path | str,
    *,
    held_out: float = 0.04,
    sequences: int | None = None,
    progress: Progress | None = None,
) -> Grader:
    """Train and count a grader on the grading half of a corpus; write it into a folder.

    Started again on the same folder, it goes on where it stopped.

    Args:
        corpus: with the vocabulary of the pair whose picks are graded.
        folder: gets `vocabulary.txt`, `coherence/`, `context/`, `counts.npz`, and
            `choosing_counts.npz` of the other half.
        held_out: share of the half's artists and works for stopping, each.
        sequences: most sequences a model, in place of that of `SETTINGS`.
        progress: as for `cas.training.train.train`.

    Raises:
        CorpusError: the half holds nothing to learn from.
        TrainingError: the folder holds a run with other settings, or the loss became NaN.
    """
    folder = Path(folder)
    other, half = artist_halves(corpus)
    folder.mkdir(parents=True, exist_ok=True)
    corpus.vocabulary.save(folder / VOCABULARY_FILE)
    for kind in ("coherence", "context"):
        settings = replace(SETTINGS[kind], held_out=held_out)
        settings = replace(settings, sequences=sequences or settings.sequences)
        split = Split.of(half, share=held_out, seed=settings.seed)
        train_model(kind, split, folder / kind, settings, progress=progress)
    for name, counted in ((COUNTS, half), (CHOOSING_COUNTS, other)):
        save_meetings(folder / name, Meetings.in_works(counted), Meetings.in_artists(counted))
    return Grader.load(folder)


def main() -> None:
    """Make the grader of a shipped pair."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("output", type=Path)
    parser.add_argument("--works", type=Path, help="the corpus of `world`")
    parser.add_argument("--sequences", type=int, help="most sequences a model")
    options = parser.parse_args()
    data = os.environ.get("CULTURAL_ALIEN_DATA")
    if options.works:
        corpus, _ = read_corpus(options.works, world_rules())
    elif data:
        corpus, _ = read_corpus(Path(data) / MUSEUM_WORKS, VocabularyRules.load())
    else:
        parser.error("set CULTURAL_ALIEN_DATA to the folder that holds " + MUSEUM_WORKS)
    train_grader(corpus, options.output, sequences=options.sequences)


if __name__ == "__main__":
    main()
