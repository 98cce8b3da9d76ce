"""Explain a pick in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from storage.archive.manifest import Candidate, Composition, CountedVotes, Manifest, Tally, Tuning


@dataclass(frozen=True)
class Explanation:
    """Sentences beside the plot of all candidates; `feedback` is empty unless it changed β."""

    compared: str
    verdict: str
    weighing: str
    feedback: str = ""


def explain(manifest: Manifest) -> Explanation:
    """Explain why the pick was chosen, and over which candidates."""
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
            f"{len(others) + 1} concepts were drawn that might join {pool}, and two questions were"
            " asked about each: how well does it fit them in one picture, and how usual is it"
            " beside such concepts in one artist’s whole work?"
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
"""What β depends on, in words, by the tuning's `feedback`; no entry for `off`."""


def _feedback(tuning: Tuning, counted_votes: CountedVotes | None) -> str:
    text = (
        f"β depends on {ANSWERED[tuning.feedback]} here: it began at {tuning.beta:g} and changes by"
        f" at most {tuning.beta_step:g} a work, between {tuning.lowest_beta:g} and"
        f" {tuning.highest_beta:g}."
    )
    if counted_votes is None:
        return text
    return (
        f"{text} Works since no. {counted_votes.since} had won"
        f" {_votes(counted_votes.original)} as the more original and"
        f" {_votes(counted_votes.harmonious)} as the more harmonious."
    )


def _votes(tally: Tally) -> str:
    return f"{tally.won:g} of {tally.votes} {'vote' if tally.votes == 1 else 'votes'}"


def reason(manifest: Manifest) -> str:
    """The verdict for below the pick's name; empty if there was nothing to compare it with."""
    pick, *others = manifest.inspiration.candidates
    if not others:
        return ""
    fits, rarer, total = _compared(pick, others)
    return (
        f"Fits the other ideas better than {_of(fits, total)} candidates, and is less expected"
        f" beside them than {_of(rarer, total)}."
    )


def _verdict(pick: Candidate, others: Sequence[Candidate]) -> str:
    fits, rarer, total = _compared(pick, others)
    return (
        f"“{pick.concept}” fits them better than {_of(fits, total)} others,"
        f" and is less expected in one artist’s work than {_of(rarer, total)}."
    )


def _compared(pick: Candidate, others: Sequence[Candidate]) -> tuple[int, int, int]:
    """How many others fit worse, how many are more expected, and how many there are."""
    fits = sum(other.coherence_nll > pick.coherence_nll for other in others)
    rarer = sum(other.context_nll < pick.context_nll for other in others)
    return fits, rarer, len(others)


def _weighing(beta: float, others: Sequence[Candidate]) -> str:
    runners = listed([other.concept for other in others[:3]])
    return (
        f"How unexpected it is weighs {beta:.0%} and coherence {1 - beta:.0%}"
        f" (β = {beta:g}), which puts it ahead of {runners}."
    )


def _of(count: int, total: int) -> str:
    if count == total:
        return f"all {total}"
    return f"{count} of the {total}" if count else f"none of the {total}"


def described(composition: Composition) -> str:
    """What the picture shows: the sentences that hold; the prompt where none was checked."""
    if not composition.checked:
        return composition.prompt
    return " ".join(one.text for one in composition.checked if one.holds is not False)


def listed(words: Sequence[str]) -> str:
    """Join words as in a sentence: `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
