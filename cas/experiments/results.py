"""Compare policies: the results of an experiment, by the protocol of `docs/protocol.md`.

The paper's exact metric formulas are not public; ours are reconstructions
(`cas.experiments.trajectories`, `cas.evaluation.metrics`), and the tables say so. Two free numbers
are set once, by the policy Random: the return threshold so that it returns at the paper's rate, and
`CELLS` so that it saturates near the paper's generation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cas.evaluation.grader import Grader
from cas.evaluation.metrics import repetition_rate
from cas.experiments import result_tables
from cas.experiments.diversity import (
    centred,
    effective_number,
    neighbour_novelty,
    overlaps,
    repetition_of,
    vendi_score,
)
from cas.experiments.figures import Figures, PolicyCurves, PolicyResult
from cas.experiments.judgement import GRADES, judged
from cas.experiments.runs import ConceptVectors, ExperimentError, Generation
from cas.experiments.statistics import compare_runs, overlap_interval
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

if TYPE_CHECKING:
    import pandas

CELLS = 50
"""k-means cells of the concept space: enough that Random saturates near the paper's generation."""
CENTRED_CELLS = 100
"""Cells of the centred concept space, of which coverage is told."""
COVERED_AT = 100
"""The generation at which coverage of the centred cells is told, or the last one of shorter runs:
late enough to tell policies apart, before all of them have been everywhere."""
EARLY = 20
"""Picks of a run that count for early repetition and for the overlap of runs."""
RANDOM = "Random"
"""The policy that sets the return threshold, and that others are tested against."""
RANDOM_RETURN = 0.48
"""The paper's return rate of Random."""

Runs = Sequence[Sequence[Generation]]
"""A policy's runs, each a list of generations."""


TESTED = (
    *GRADES, "covered", "vendi", "neighbour_novelty", "effective", "radius", "return_rate",
    "saturation",
)  # fmt: skip
"""The metrics of a run that policies are tested by."""


class Comparison(Figures):
    """An experiment's figures and curves, and their tables."""

    def to_pandas(self) -> pandas.DataFrame:
        """Return one row a policy."""
        import pandas

        return pandas.DataFrame([asdict(result) for result in self.results]).set_index("policy")

    def markdown(self) -> str:
        """Return the tables, the independent grades first; the paper's figures in brackets."""
        return result_tables.markdown(self)

    def save(self, folder: Path | str) -> None:
        """Write `table.md`, `.csv`, `.tex` and `.json`, and `tests.csv`, into a folder."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        files = {
            "table.md": self.markdown(),
            "table.csv": result_tables.csv_text(self),
            "table.tex": result_tables.latex(self),
            "table.json": result_tables.json_text(self),
            "tests.csv": result_tables.tests_csv(self),
        }
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")

    def note(self) -> str:
        """Say what stands behind the figures."""
        return result_tables.note(self)


def compare(
    policies: Mapping[str, Runs],
    sampler: CulturalAlienSampler,
    vectors: ConceptVectors,
    *,
    grader: Grader | None = None,
    costs: Mapping[str, float] | None = None,
) -> Comparison:
    """Measure the runs of each policy, Random among them.

    Args:
        policies: each policy's runs, in the same order of seeds.
        sampler: the pair that may have chosen; its percentiles are told beside the grades.
        vectors: of the concepts.
        grader: grades the picks; without one the grades are NaN.
        costs: milliseconds a pick of the policies of which it is known.

    Raises:
        ExperimentError: there is no policy Random, or a run is too short.
    """
    if RANDOM not in policies:
        raise ExperimentError(f"The policy {RANDOM} sets the return threshold: run it too.")
    for policy, runs in policies.items():
        if min(len(run) for run in runs) < 3:
            raise ExperimentError(f"A run of {policy!r} has fewer than 3 generations.")
    space = _Space(sampler, vectors)
    paths = {policy: [_path(run, vectors) for run in runs] for policy, runs in policies.items()}
    threshold = return_threshold(paths[RANDOM], RANDOM_RETURN)

    def measured(policy: str) -> tuple[PolicyResult, PolicyCurves, dict[str, list[float]]]:
        runs = policies[policy]
        covered = [space.covered(run) for run in runs]
        of_runs = {
            **judged(runs, sampler, grader),
            **space.diversity(runs),
            "radius": [float(radius_so_far(path)[-1]) for path in paths[policy]],
            "return_rate": [return_rate(path, threshold) for path in paths[policy]],
            "saturation": [float(saturation_generation(each)) for each in covered],
            "cells": [float(each[-1]) for each in covered],
        }
        curves = _curves(paths[policy], covered, threshold)
        cost = (costs or {}).get(policy, nan)
        return _result(policy, runs, of_runs, cost), curves, of_runs

    with ThreadPoolExecutor() as threads:  # the models' arithmetic leaves Python free
        results, curves, values = zip(*threads.map(measured, policies), strict=True)
    of_runs = {
        metric: {
            policy: tuple(found[metric]) for policy, found in zip(policies, values, strict=True)
        }
        for metric in values[0]
    }
    others = [(policy, RANDOM) for policy in policies if policy != RANDOM]
    return Comparison(
        results=results,
        curves=dict(zip(policies, curves, strict=True)),
        of_runs=of_runs,
        tests=tuple(compare_runs({metric: of_runs[metric] for metric in TESTED}, others)),
        threshold=threshold,
        cells=len(space.centres),
        encoder=vectors.encoder,
        pair=sampler.fingerprint,
        grader=grader.pair.fingerprint if grader else None,
    )


class _Space:
    """The concept space: its cells, as they are and centred."""

    def __init__(self, sampler: CulturalAlienSampler, vectors: ConceptVectors) -> None:
        every = vectors(list(sampler.vocabulary))
        self._vectors = vectors
        self._centre = every.mean(axis=0)
        self.centres = concept_cells(every, cells=CELLS, seed=0)
        self._centred_cells = concept_cells(
            centred(every, self._centre), cells=CENTRED_CELLS, seed=0
        )

    def covered(self, run: Sequence[Generation]) -> Floats:
        """Return [G] cells visited so far."""
        nothing = np.zeros(0, dtype=np.int64)
        return coverage(
            [
                cell_of(self._vectors(each.picks), self.centres) if each.picks else nothing
                for each in run
            ]
        )

    def diversity(self, runs: Runs) -> dict[str, list[float]]:
        """Return what each run's picks span."""
        found: dict[str, list[float]] = {
            name: [] for name in ("covered", "vendi", "neighbour_novelty", "effective")
        }
        for run in runs:
            picks = _picks(run)
            points = centred(self._vectors(picks), self._centre)
            early = len(_picks(run[:COVERED_AT]))
            cells = cell_of(points[:early], self._centred_cells)
            found["covered"].append(float(len(np.unique(cells))))
            found["vendi"].append(vendi_score(points))
            found["neighbour_novelty"].append(neighbour_novelty(points))
            found["effective"].append(effective_number(picks))
        return found


def _picks(run: Sequence[Generation]) -> list[str]:
    return [pick for generation in run for pick in generation.picks]


def _path(run: Sequence[Generation], vectors: ConceptVectors) -> Floats:
    return np.stack([generation_vector(vectors(generation.unfixed)) for generation in run])


def _result(
    policy: str, runs: Runs, of_runs: Mapping[str, Sequence[float]], cost: float
) -> PolicyResult:
    picks = [_picks(run) for run in runs]
    shared = overlaps([run[:EARLY] for run in picks])
    low, high = overlap_interval(shared)
    means = {name: _mean_and_error(values) for name, values in of_runs.items()}
    errors = ("radius", "return_rate", "saturation")
    return PolicyResult(
        policy=policy,
        runs=len(runs),
        generations=max(len(run) for run in runs),
        overlap=float(np.nanmean(shared)) if len(runs) > 1 else nan,
        overlap_low=float(low),
        overlap_high=float(high),
        repetition_5x10=repetition_of(picks, count=5, picks=10),
        repetition_20x12=repetition_of(picks, count=20, picks=12),
        repetition=repetition_rate(picks),
        repetition_early=repetition_rate([run[:EARLY] for run in picks]),
        distinct=len({pick for run in picks for pick in run}),
        cost=cost,
        **{name: mean for name, (mean, _) in means.items()},
        **{f"{name}_error": means[name][1] for name in errors},
    )


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
    known = np.array([value for value in values if not np.isnan(value)])
    if not len(known):
        return nan, nan
    error = np.std(known, ddof=1) / np.sqrt(len(known)) if len(known) > 1 else nan
    return float(known.mean()), float(error)
