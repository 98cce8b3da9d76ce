"""What a pick costs: median milliseconds of processor time, over the generations of an experiment.

All runs of a policy are asked at once, so a generation's time is shared among its runs. Times are
of the thread that picks: torch is held to one.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

import numpy as np

from cas.experiments.policies import Picker, timed
from cas.experiments.runs import Run

MEASURED = 5
"""Generations in which `measured_cost` asks."""


def pick_cost(runs: Sequence[Run]) -> float:
    """Return what a pick cost while the runs were made; NaN if all were read from a file."""
    shared = np.mean([run.milliseconds for run in runs], axis=0)
    known = shared[~np.isnan(shared)]
    return float(np.median(known)) if len(known) else nan


def measured_cost(picker: Picker, runs: Sequence[Run]) -> float:
    """Ask a picker again what it was asked in some generations of finished runs; time the answers.

    The first generation is asked too and not counted: a picker may prepare itself then. No run
    changes.
    """
    replayed = [Run(run.settings, run.number, run.vectors) for run in runs]
    last = len(runs[0].generations) - 1
    asked = set(np.linspace(0, last, MEASURED + 1).astype(int).tolist())
    spent = []
    for number in range(last + 1):
        if number in asked:
            picks = picker.picks([run.question() for run in replayed])
            spent.append(sum(milliseconds for _, milliseconds in timed(picks)) / len(runs))
        for again, run in zip(replayed, runs, strict=True):
            again.advance(run.generations[number].picks[0])
    return float(np.median(spent[1:] or spent))
