"""The result of the sampler: the pick, all candidates with ranks, an explanation in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cas.tuning import SamplerTuning

if TYPE_CHECKING:
    import pandas


class Candidate(NamedTuple):
    """One concept drawn: its NLL in nats and rank (1 = lowest NLL) under each model, and its S."""

    concept: str
    coherence_nll: float
    context_nll: float
    coherence_rank: float
    context_rank: float
    score: float


@dataclass(frozen=True, slots=True)
class Pick:
    """The concept chosen for a pool.

    Attributes:
        concept: the candidate with the highest S.
        candidates: everything that was drawn, the best first.
        pool: the concepts it was chosen for, duplicates left out.
        seed: with the same pool, tuning, models, hardware and torch build it gives the same pick.
        tuning: the settings used.
    """

    concept: str
    candidates: tuple[Candidate, ...]
    pool: tuple[str, ...]
    seed: int
    tuning: SamplerTuning

    def explain(self) -> str:
        """Say in two or three sentences why this concept was picked."""
        best, drawn = self.candidates[0], len(self.candidates)
        likeliest = min(self.candidates, key=lambda candidate: candidate.coherence_rank)
        beta, share = self.tuning.beta, self.tuning.calibration
        told = (
            f"“{best.concept}” joins {_listed(self.pool)}. Of {drawn} candidates it is, to the"
            f" models, number {best.coherence_rank:g} by how likely one picture is to show it"
            f" beside them (“{likeliest.concept}” is the likeliest) and number"
            f" {drawn + 1 - best.context_rank:g} by how unlikely one artist is to use it beside"
            f" them; β = {beta:g} weighs the second {beta:.0%} and the first {1 - beta:.0%}."
        )
        return told + f" Both count less {share:.0%} of its own base rate." if share else told

    def to_pandas(self) -> pandas.DataFrame:
        """Return one row a candidate, the best first; needs pandas (`cultural-alien[lab]`)."""
        import pandas

        return pandas.DataFrame(self.candidates, columns=list(Candidate._fields))


class Idea(NamedTuple):
    """A whole set of concepts, with each model's mean NLL a concept in nats."""

    concepts: tuple[str, ...]
    coherence_nll: float
    context_nll: float


def _listed(concepts: tuple[str, ...]) -> str:
    quoted = [f"“{concept}”" for concept in concepts]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
