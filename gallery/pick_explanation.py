"""Explain a pick in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from storage.archive.manifest import Candidate, CountedVotes, Manifest, Tally, Tuning


@dataclass(frozen=True)
class Explanation:
    """Sentences to read beside the plot of all candidates; `feedback` where it decided β."""

    compared: str
    verdict: str
    weighing: str
    feedback: str = ""


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
        weighing=_weighing(manifest.beta, others),
        feedback=""
        if inspiration.beta is None
        else _feedback(manifest.tuning, inspiration.counted_votes),
    )


ANSWERED: Final = {
    "novelty": "novelty",
    "votes": "visitors’ votes",
    "both": "novelty and visitors’ votes",
}
"""What β answers to, in words, by the tuning's `feedback`; nothing where that is off."""


def _feedback(tuning: Tuning, counted_votes: CountedVotes | None) -> str:
    told = (
        f"β answers {ANSWERED[tuning.feedback]} here: it began at {tuning.beta:g} and moves by"
        f" {tuning.beta_step:g} a work at most, from {tuning.lowest_beta:g} to"
        f" {tuning.highest_beta:g}."
    )
    if counted_votes is None:
        return told
    return (
        f"{told} Works since no. {counted_votes.since} had won"
        f" {_votes(counted_votes.original)} as the more original and"
        f" {_votes(counted_votes.harmonious)} as the more harmonious."
    )


def _votes(tally: Tally) -> str:
    return f"{tally.won:g} of {tally.votes} {'vote' if tally.votes == 1 else 'votes'}"


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
