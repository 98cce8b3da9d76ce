"""What an independent grader and the pair that chose say of the picks of runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from math import nan

import numpy as np

from cas.evaluation.grader import Grader
from cas.evaluation.metrics import percentile
from cas.experiments.runs import Generation
from cas.experiments.trajectories import Floats
from cas.sampler import CulturalAlienSampler
from cas.training.baselines import ModelScorer

SCORED = 600
"""Percentiles and grades are of this many of a policy's picks, evenly spaced over each run."""
GRADES = ("fit", "strangeness", "graded_coherence", "graded_atypicality")
"""What the grader tells of a pick."""
MATCHED = ("frequency", "fit_matched", "strangeness_matched")
"""What it tells of the pick among concepts as frequent."""
OWN = ("coherence", "atypicality", "coherence_calibrated", "atypicality_calibrated")
"""What the pair that may have chosen it tells of a pick."""


def judged(
    runs: Sequence[Sequence[Generation]], sampler: CulturalAlienSampler, grader: Grader | None
) -> dict[str, list[float]]:
    """Return each run's mean grades and percentiles, and the shares of picks that have them."""
    found: dict[str, list[float]] = {
        name: [] for name in (*GRADES, *MATCHED, "graded", *OWN, "known")
    }
    for run in runs:
        asked = [
            (pick, [c for c in generation.concepts if c != pick])
            for generation in run
            for pick in generation.picks
        ]
        spaced = np.unique(np.linspace(0, len(asked) - 1, max(SCORED // len(runs), 1)).astype(int))
        picks, pools = zip(*(asked[row] for row in spaced), strict=True)
        grades = grader.grade(picks, pools) if grader else None
        told = np.full((7, len(picks)), nan)
        if grades:
            told[:] = astuple(grades)
        for name, values in zip((*GRADES, *MATCHED), told, strict=True):
            found[name].append(_mean(values))
        found["graded"].append(float(np.mean(~np.isnan(told[0]))))
        own = _percentiles(picks, pools, sampler)
        for name, values in zip(OWN, own, strict=True):
            found[name].append(_mean(values))
        found["known"].append(float(np.mean(~np.isnan(own[0]))))
    return found


def _percentiles(
    picks: Sequence[str], pools: Sequence[Sequence[str]], sampler: CulturalAlienSampler
) -> Floats:
    """Return [4, n] percentiles under the pair's own models; NaN where a pick is not known."""
    vocabulary = sampler.vocabulary
    known = [[c for c in pool if c in vocabulary] for pool in pools]
    rows = [row for row, pick in enumerate(picks) if pick in vocabulary and known[row]]
    found = np.full((4, len(picks)), nan)
    if not rows:
        return found
    tokens = [vocabulary.index(picks[row]) for row in rows]
    asked = [np.array(vocabulary.indices(known[row]), dtype=np.int64) for row in rows]
    models = (sampler.coherence, sampler.context)
    for place, (model, base) in enumerate(zip(models, sampler.base_nlls(), strict=True)):
        nlls = -ModelScorer(model).scores(asked)
        for row, nll, token, pool in zip(rows, nlls, tokens, asked, strict=True):
            found[place, row] = percentile(nll, token, pool)
            found[place + 2, row] = percentile(nll - base, token, pool)
    return found


def _mean(values: Floats) -> float:
    return float(np.nanmean(values)) if not np.isnan(values).all() else nan
