"""Compare policies: the results of an experiment as tables and data frames.

The paper's exact metric formulas are not public; ours are reconstructions
(`cas.experiments.trajectories`, `cas.evaluation.metrics`), and the tables say so. Two free numbers
are set once, by the policy Random: the return threshold so that it returns at the paper's rate, and
`CELLS` so that it saturates near the paper's generation.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields
from math import isnan, nan
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cas.evaluation.metrics import percentile, repetition_rate
from cas.experiments.runs import ConceptVectors, ExperimentError, Generation
from cas.experiments.trajectories import (
    Floats,
    cell_of,
    concept_cells,
    coverage,
    generation_vector,
    nearest_earlier,
    radius_so_far,
    return_rate,
    return_threshold,
    saturation_generation,
)
from cas.sampler import CulturalAlienSampler
from cas.training.baselines import ModelScorer

if TYPE_CHECKING:
    import pandas

CELLS = 50
"""k-means cells of the concept space: enough that Random saturates near the paper's generation."""
EARLY = 20
"""Picks of a run that count for early repetition."""
SCORED = 600
"""Percentiles are of this many of a policy's picks, evenly spaced over all its runs."""
RANDOM = "Random"
"""The policy that sets the return threshold."""
RANDOM_RETURN = 0.48
"""The paper's return rate of Random."""
RECONSTRUCTED = (
    "The paper's metric formulas are not public: these are reconstructions, and its figures stand"
    " here for orientation only."
)
"""What every table says of its metrics."""

Runs = Sequence[Sequence[Generation]]
"""A policy's runs, each a list of generations."""


@dataclass(frozen=True)
class PaperFigures:
    """What the paper reports of a policy (arXiv 2510.20849); NaN where it does not."""

    radius: float = nan
    return_rate: float = nan
    saturation: float = nan
    repetition: float = nan


PAPER: Mapping[str, PaperFigures] = {
    "Random": PaperFigures(1.25, 0.48, 130),
    "CAS paper": PaperFigures(1.33, 0.45, 100, 0.233),
    "restricted LLM": PaperFigures(1.28, 0.72, 40, 0.59),
    "free LLM": PaperFigures(nan, 0.95, 25, 0.743),
    "human": PaperFigures(repetition=0.217),
}
"""The paper's figures, by our policies' names."""


@dataclass(frozen=True)
class PolicyResult:
    """One policy's figures: means over its runs, `_error` their standard errors.

    Attributes:
        policy: its name.
        runs: how many.
        generations: of the longest run.
        radius: the greatest distance of a generation from the first.
        return_rate: the share of generations that come back close to an earlier one.
        saturation: the generation at which coverage reaches 95 % of its last value.
        cells: how many cells were covered at the end.
        repetition: the share of picks that another run made too.
        repetition_early: the same over the first `EARLY` picks of each run.
        distinct: different concepts picked over all runs.
        coherence: mean percentile of the picks under the coherence model (0 fits best).
        atypicality: the same under the context model (1 is rarest).
        coherence_calibrated: the same with each concept's base rate taken off.
        atypicality_calibrated: the same with each concept's base rate taken off.
        known: the share of picks that the vocabulary holds; the percentiles are of these.
    """

    policy: str
    runs: int
    generations: int
    radius: float
    radius_error: float
    return_rate: float
    return_rate_error: float
    saturation: float
    saturation_error: float
    cells: float
    repetition: float
    repetition_early: float
    distinct: int
    coherence: float
    atypicality: float
    coherence_calibrated: float
    atypicality_calibrated: float
    known: float


@dataclass(frozen=True)
class PolicyCurves:
    """[G] means over a policy's runs, for plots: radius so far, cells covered, returns so far."""

    radius: Floats
    covered: Floats
    returned: Floats


@dataclass(frozen=True)
class Comparison:
    """An experiment's figures and curves.

    Attributes:
        results: one a policy.
        curves: by the policy's name.
        threshold: the distance that counts as a return, set by Random.
        cells: how many cells the concept space was cut into.
        encoder: of the text vectors.
        pair: the fingerprint of the models that the percentiles are of.
    """

    results: tuple[PolicyResult, ...]
    curves: Mapping[str, PolicyCurves]
    threshold: float
    cells: int
    encoder: str
    pair: str

    def to_pandas(self) -> pandas.DataFrame:
        """Return one row a policy."""
        import pandas

        return pandas.DataFrame([asdict(result) for result in self.results]).set_index("policy")

    def markdown(self) -> str:
        """Return the table with the paper's figures in brackets."""
        lines = ["| " + " | ".join(HEADINGS) + " |", "|---" + "|---:" * (len(HEADINGS) - 1) + "|"]
        lines += ["| " + " | ".join(_cells(result)) + " |" for result in self.results]
        return "\n".join(lines) + f"\n\n{self.note()}\n"

    def latex(self) -> str:
        """Return the table as a LaTeX `tabular`, for a document with booktabs."""
        rows = [" & ".join(_latex(c) for c in cells) for cells in (HEADINGS, *self._rows())]
        body = " \\\\\n".join(rows[1:])
        return (
            f"% {self.note()}\n\\begin{{tabular}}{{l{'r' * (len(HEADINGS) - 1)}}}\n\\toprule\n"
            f"{rows[0]} \\\\\n\\midrule\n{body} \\\\\n\\bottomrule\n\\end{{tabular}}\n"
        )

    def csv(self) -> str:
        """Return all figures, one row a policy, and the paper's where it reports them."""
        out = io.StringIO()
        ours = [field.name for field in fields(PolicyResult)]
        paper = [field.name for field in fields(PaperFigures)]
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([*ours, *(f"paper_{name}" for name in paper)])
        for result in self.results:
            figures = asdict(PAPER.get(result.policy, PaperFigures())).values()
            writer.writerow([*asdict(result).values(), *("" if isnan(f) else f for f in figures)])
        return out.getvalue()

    def json(self) -> str:
        """Return everything but the curves."""
        told = {
            "threshold": self.threshold,
            "cells": self.cells,
            "encoder": self.encoder,
            "pair": self.pair,
            "note": self.note(),
            "policies": [asdict(result) for result in self.results],
        }
        return json.dumps(told, indent=1, ensure_ascii=False).replace("NaN", "null") + "\n"

    def save(self, folder: Path | str) -> None:
        """Write `table.md`, `table.csv`, `table.tex` and `table.json` into a folder."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        tables = {
            "md": self.markdown(),
            "csv": self.csv(),
            "tex": self.latex(),
            "json": self.json(),
        }
        for suffix, text in tables.items():
            (folder / f"table.{suffix}").write_text(text, encoding="utf-8")

    def note(self) -> str:
        """Say what stands behind the figures."""
        first = self.results[0]
        return (
            f"{first.runs} runs of {first.generations} generations; ± is a standard error over"
            f" runs; in brackets the paper's. {RECONSTRUCTED} A return is closer than"
            f" {self.threshold:.3f}, the distance at which {RANDOM} returns at {RANDOM_RETURN};"
            f" coverage is of {self.cells} k-means cells of the vocabulary under {self.encoder}."
            " Repetition depends on the size of the vocabulary: read it beside Random's."
            " Percentiles: coherence 0 fits best, atypicality 1 is rarest; * base rates taken off."
        )

    def _rows(self) -> list[tuple[str, ...]]:
        return [_cells(result) for result in self.results]


HEADINGS = (
    "policy", "radius", "return", "saturation", "cells", "repetition", "of the first 20",
    "distinct picks",
    "coherence", "atypicality", "coherence*", "atypicality*",
)  # fmt: skip
"""Of the table's columns."""


def compare(
    policies: Mapping[str, Runs], sampler: CulturalAlienSampler, vectors: ConceptVectors
) -> Comparison:
    """Measure the runs of each policy, Random among them.

    Raises:
        ExperimentError: there is no policy Random, or a run is too short.
    """
    if RANDOM not in policies:
        raise ExperimentError(f"The policy {RANDOM} sets the return threshold: run it too.")
    for policy, runs in policies.items():
        if min(len(run) for run in runs) < 3:
            raise ExperimentError(f"A run of {policy!r} has fewer than 3 generations.")
    paths = {policy: [_path(run, vectors) for run in runs] for policy, runs in policies.items()}
    threshold = return_threshold(paths[RANDOM], RANDOM_RETURN)
    centres = concept_cells(vectors(list(sampler.vocabulary)), cells=CELLS, seed=0)

    def measured(policy: str) -> tuple[PolicyResult, PolicyCurves]:
        covered = [_covered(run, vectors, centres) for run in policies[policy]]
        result = _result(policy, policies[policy], paths[policy], covered, threshold, sampler)
        return result, _curves(paths[policy], covered, threshold)

    with ThreadPoolExecutor() as threads:  # the models' arithmetic leaves Python free
        results, curves = zip(*threads.map(measured, policies), strict=True)
    return Comparison(
        results=results,
        curves=dict(zip(policies, curves, strict=True)),
        threshold=threshold,
        cells=len(centres),
        encoder=vectors.encoder,
        pair=sampler.fingerprint,
    )


def _path(run: Sequence[Generation], vectors: ConceptVectors) -> Floats:
    return np.stack([generation_vector(vectors(generation.concepts)) for generation in run])


def _covered(run: Sequence[Generation], vectors: ConceptVectors, centres: Floats) -> Floats:
    visits = [
        cell_of(vectors(generation.picks), centres)
        if generation.picks
        else np.zeros(0, dtype=np.int64)
        for generation in run
    ]
    return coverage(visits)


def _result(
    policy: str,
    runs: Runs,
    paths: Sequence[Floats],
    covered: Sequence[Floats],
    threshold: float,
    sampler: CulturalAlienSampler,
) -> PolicyResult:
    radius = _mean_and_error([radius_so_far(path)[-1] for path in paths])
    returned = _mean_and_error([return_rate(path, threshold) for path in paths])
    saturation = _mean_and_error([saturation_generation(each) for each in covered])
    picks = [[pick for generation in run for pick in generation.picks] for run in runs]
    percentiles, known = _percentiles(runs, sampler)
    return PolicyResult(
        policy=policy,
        runs=len(runs),
        generations=max(len(run) for run in runs),
        radius=radius[0],
        radius_error=radius[1],
        return_rate=returned[0],
        return_rate_error=returned[1],
        saturation=saturation[0],
        saturation_error=saturation[1],
        cells=float(np.mean([each[-1] for each in covered])),
        repetition=repetition_rate(picks),
        repetition_early=repetition_rate([run[:EARLY] for run in picks]),
        distinct=len({pick for run in picks for pick in run}),
        coherence=percentiles[0],
        atypicality=percentiles[1],
        coherence_calibrated=percentiles[2],
        atypicality_calibrated=percentiles[3],
        known=known,
    )


def _percentiles(runs: Runs, sampler: CulturalAlienSampler) -> tuple[list[float], float]:
    """Return the four mean percentiles of picks that the vocabulary holds, and their share."""
    vocabulary = sampler.vocabulary
    picks, pools, everything = [], [], 0
    for generation in (generation for run in runs for generation in run):
        everything += len(generation.picks)
        for pick in generation.picks:
            pool = [c for c in generation.concepts if c != pick and c in vocabulary]
            if pick in vocabulary and pool:
                picks.append(vocabulary.index(pick))
                pools.append(np.array(vocabulary.indices(pool), dtype=np.int64))
    if not picks:
        return [nan] * 4, 0.0
    known = len(picks) / everything
    spaced = np.unique(np.linspace(0, len(picks) - 1, SCORED).astype(int))
    picks, pools = [picks[row] for row in spaced], [pools[row] for row in spaced]
    raw, lifted = [], []
    models = (sampler.coherence, sampler.context)
    for model, base in zip(models, sampler.base_nlls(), strict=True):
        nlls = -ModelScorer(model).scores(pools)
        rows = list(zip(nlls, picks, pools, strict=True))
        raw.append(float(np.mean([percentile(*row) for row in rows])))
        lifted.append(
            float(np.mean([percentile(nll - base, pick, pool) for nll, pick, pool in rows]))
        )
    return [*raw, *lifted], known


def _curves(paths: Sequence[Floats], covered: Sequence[Floats], threshold: float) -> PolicyCurves:
    length = min(len(path) for path in paths)
    returned = []
    for path in paths:
        close = np.concatenate([[False, False], nearest_earlier(path) < threshold])[:length]
        returned.append(np.cumsum(close) / np.maximum(np.arange(length) - 1, 1))
    return PolicyCurves(
        np.mean([radius_so_far(path)[:length] for path in paths], axis=0),
        np.mean([each[:length] for each in covered], axis=0),
        np.mean(returned, axis=0),
    )


def _mean_and_error(values: Sequence[float]) -> tuple[float, float]:
    error = np.std(values, ddof=1) / np.sqrt(len(values)) if len(values) > 1 else nan
    return float(np.mean(values)), float(error)


def _cells(result: PolicyResult) -> tuple[str, ...]:
    paper = PAPER.get(result.policy, PaperFigures())
    return (
        result.policy,
        _figure(result.radius, result.radius_error, paper.radius, 2),
        _figure(result.return_rate, result.return_rate_error, paper.return_rate, 2),
        _figure(result.saturation, result.saturation_error, paper.saturation, 0),
        f"{result.cells:.1f}",
        _figure(result.repetition, nan, nan, 3),
        _figure(result.repetition_early, nan, paper.repetition, 3),
        str(result.distinct),
        *(
            _figure(value, nan, nan, 3)
            for value in (
                result.coherence,
                result.atypicality,
                result.coherence_calibrated,
                result.atypicality_calibrated,
            )
        ),
    )


def _figure(value: float, error: float, paper: float, digits: int) -> str:
    text = "–" if isnan(value) else f"{value:.{digits}f}"
    if not isnan(error):
        text += f" ± {error:.{digits}f}"
    return text if isnan(paper) else f"{text} ({paper:.{digits}f})"


def _latex(text: str) -> str:
    for plain, escaped in (("%", r"\%"), ("±", r"$\pm$"), ("–", "--"), ("β", r"$\beta$")):
        text = text.replace(plain, escaped)
    return text
