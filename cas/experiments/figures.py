"""An experiment's figures: what `cas.experiments.results` measures and the tables tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cas.experiments.statistics import PairedTest
from cas.experiments.trajectories import Floats


@dataclass(frozen=True)
class PolicyResult:
    """One policy's figures: means over its runs, `_error` their standard errors.

    Attributes:
        policy: its name.
        runs: how many.
        generations: of the longest run.
        fit: mean percentile of the picks by lifts in artworks that the grader counted (0 fits
            best).
        strangeness: the same by lifts in artists' bodies of work (1 is rarest in an artist's
            company).
        graded_coherence: the same under the grader's coherence model (0 fits best).
        graded_atypicality: the same under the grader's context model (1 is the least likely).
        frequency: mean percentile of the picks by the grader's works (1 is the most frequent).
        fit_matched, strangeness_matched: fit and strangeness among concepts as frequent.
        graded: the share of picks that the grader knows.
        covered: cells of the centred concept space with picks by generation `COVERED_AT`.
        vendi: effective number of different picks by their vectors.
        neighbour_novelty: mean distance of a pick to the three nearest earlier ones of its run.
        effective: effective number of concepts picked in a run, by how often.
        overlap: share of the first `EARLY` picks that two runs have in common.
        overlap_low, overlap_high: its 95 % interval.
        repetition_5x10: share of picks that another run made too, of five runs of ten picks.
        repetition_20x12: the same of twenty runs of twelve picks.
        radius: the greatest distance of a generation from the first.
        return_rate: the share of generations that come back close to an earlier one.
        saturation: the generation at which coverage reaches 95 % of its last value.
        cells: how many cells were covered at the end.
        repetition: the share of picks that another run made too.
        repetition_early: the same over the first `EARLY` picks of each run.
        distinct: different concepts picked over all runs.
        coherence: mean percentile of the picks under the pair's own coherence model (0 fits best).
        atypicality: the same under its context model (1 is the least likely).
        coherence_calibrated: the same with each concept's base rate taken off.
        atypicality_calibrated: the same with each concept's base rate taken off.
        known: the share of picks that the pair's vocabulary holds; its percentiles are of these.
        cost: median milliseconds of processor time a pick (`cas.experiments.costs`).
    """

    policy: str
    runs: int
    generations: int
    fit: float
    strangeness: float
    graded_coherence: float
    graded_atypicality: float
    frequency: float
    fit_matched: float
    strangeness_matched: float
    graded: float
    covered: float
    vendi: float
    neighbour_novelty: float
    effective: float
    overlap: float
    overlap_low: float
    overlap_high: float
    repetition_5x10: float
    repetition_20x12: float
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
    cost: float


@dataclass(frozen=True)
class PolicyCurves:
    """[G] means over a policy's runs, for plots: radius so far, cells covered, returns so far."""

    radius: Floats
    covered: Floats
    returned: Floats


@dataclass(frozen=True)
class Figures:
    """An experiment's figures and curves.

    Attributes:
        results: one a policy.
        curves: by the policy's name.
        of_runs: each metric's values by policy, one a run.
        tests: each policy against Random, by every metric of `TESTED`.
        threshold: the distance that counts as a return, set by Random.
        cells: how many cells the concept space was cut into.
        encoder: of the text vectors.
        pair: the fingerprint of the models that the percentiles are of.
        grader: the fingerprint of the grader's models; None if nothing graded.
    """

    results: tuple[PolicyResult, ...]
    curves: Mapping[str, PolicyCurves]
    of_runs: Mapping[str, Mapping[str, tuple[float, ...]]]
    tests: tuple[PairedTest, ...]
    threshold: float
    cells: int
    encoder: str
    pair: str
    grader: str | None
