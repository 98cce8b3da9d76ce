"""Why a concept was picked, in words that need no statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storage.manifest import Candidate, Manifest


@dataclass(frozen=True)
class Explanation:
    """Sentences to read beside the plot of all candidates."""

    compared: str
    verdict: str
    weighing: str


def explain(manifest: Manifest) -> Explanation:
    """Say what the pick was chosen for, and over what."""
    inspiration = manifest.inspiration
    pool = listed(inspiration.pool_before.concepts)
    others = inspiration.candidates[1:]
    pick = inspiration.candidates[0]
    if not others:
        return Explanation(
            compared=f"“{pick.concept}” was the only concept that could join {pool}.",
            verdict="",
            weighing="",
        )
    return Explanation(
        compared=(
            f"{len(others) + 1} concepts were drawn that might join {pool}, and each was asked two"
            " questions: how well does it go with them in one picture, and how usual is it in the"
            " company of such concepts in a whole life’s work?"
        ),
        verdict=_verdict(pick, others),
        weighing=_weighing(manifest.tuning.beta, others),
    )


def _verdict(pick: Candidate, others: Sequence[Candidate]) -> str:
    fits = sum(other.coherence_nll > pick.coherence_nll for other in others)
    rarer = sum(other.context_nll < pick.context_nll for other in others)
    total = len(others)
    return (
        f"“{pick.concept}” goes better with them than {_of(fits, total)} others,"
        f" and is rarer among artists than {_of(rarer, total)}."
    )


def _weighing(beta: float, others: Sequence[Candidate]) -> str:
    runners = listed([other.concept for other in others[:3]])
    return (
        f"Rarity weighs {beta:.0%} and coherence {1 - beta:.0%}"
        f" (β = {beta:g}), which puts it ahead of {runners}."
    )


def _of(count: int, total: int) -> str:
    if count == total:
        return f"all {total}"
    return f"{count} of the {total}" if count else f"none of the {total}"


def listed(words: Sequence[str]) -> str:
    """Words as a sentence lists them: `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
