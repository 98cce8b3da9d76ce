"""What an artist would pick at each β, from one preview.

The proposals do not depend on β, only their weighing does: one preview tells every pick.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cas.ranks import alien_scores
from storage.archive.manifest import Candidate, Inspiration, Tuning

STEPS = 100
"""Steps of β from 0 to 1 that are told apart."""

NEARBY = 0.2
"""How much lower and higher β is in the picks beside the current one."""


@dataclass(frozen=True)
class PickRange:
    """A concept that is picked for every β from `low` to `high`, and why, in one sentence."""

    low: float
    high: float
    concept: str
    why: str


def picks_by_beta(inspiration: Inspiration) -> tuple[PickRange, ...]:
    """The picks from β = 0 to β = 1, in order."""
    # Of equal scores the lower coherence NLL comes first, then the concept (design §5).
    ordered = sorted(inspiration.candidates, key=lambda one: (one.coherence_nll, one.concept))
    coherence = np.array([one.coherence_rank for one in ordered])
    context = np.array([one.context_rank for one in ordered])
    ranges: list[PickRange] = []
    for step in range(STEPS + 1):
        beta = step / STEPS
        pick = ordered[int(np.argmax(alien_scores(coherence, context, beta)))]
        if ranges and ranges[-1].concept == pick.concept:
            last = ranges.pop()
            ranges.append(PickRange(last.low, beta, last.concept, last.why))
        else:
            ranges.append(PickRange(beta, beta, pick.concept, _why(pick, ordered)))
    return tuple(ranges)


def pick_of(inspiration: Inspiration, tuning: Tuning) -> tuple[float, PickRange]:
    """The pick of a preview of this tuning, with its β, which may lie between two steps."""
    ranges = picks_by_beta(inspiration)
    pick = next(one for one in ranges if one.concept == inspiration.concept)
    return inspiration.beta_in(tuning), pick


def pick_at(ranges: tuple[PickRange, ...], beta: float) -> PickRange:
    """The pick at one β."""
    step = round(beta * STEPS) / STEPS
    return next(one for one in ranges if one.low <= step <= one.high)


def nearby(ranges: tuple[PickRange, ...], beta: float) -> tuple[tuple[float, PickRange], ...]:
    """The picks at a lower, at this, and at a higher β, each with its β."""
    betas = (max(0.0, beta - NEARBY), beta, min(1.0, beta + NEARBY))
    return tuple((round(each, 4), pick_at(ranges, each)) for each in betas)


def _why(pick: Candidate, all_of_them: list[Candidate]) -> str:
    others = len(all_of_them) - 1
    if not others:
        return "It was the only concept that could be proposed."
    fits = sum(one.coherence_rank > pick.coherence_rank for one in all_of_them)
    rarer = sum(one.context_rank < pick.context_rank for one in all_of_them)
    return (
        f"It fits better than {fits} of the {others} others. {rarer} of them are more expected"
        " beside such concepts."
    )
