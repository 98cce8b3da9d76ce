"""The geometry of the gallery's drawings: plain numbers, which the templates turn into SVG."""

from __future__ import annotations

from dataclasses import dataclass

from storage.manifest import Inspiration

Point = tuple[float, float]

_SIZE = 560.0
_MARGIN = 44.0


@dataclass(frozen=True)
class Dot:
    """One candidate in the plot, in the drawing's units (y grows downwards)."""

    x: float
    y: float
    title: str
    concept: str
    picked: bool


@dataclass(frozen=True)
class CandidatePlot:
    """All candidates of a cycle: the further right the more coherent, the higher the rarer.

    Whoever lies on `line` scores as high as the pick does; all others lie below it.
    """

    size: float
    margin: float
    dots: tuple[Dot, ...]
    line: tuple[Point, Point] | None

    @property
    def pick(self) -> Dot:
        """The concept that joined the pool."""
        return self.dots[-1]


def plot_candidates(inspiration: Inspiration, *, beta: float) -> CandidatePlot:
    """Place every candidate by its two ranks; the pick comes last, to lie on top."""
    candidates = inspiration.candidates
    count = len(candidates)

    def place(coherence_rank: float, context_rank: float) -> Point:
        span = (_SIZE - 2 * _MARGIN) / max(count - 1, 1)
        x = _MARGIN + (count - coherence_rank) * span
        y = _SIZE - _MARGIN - (context_rank - 1) * span
        return round(x, 1), round(y, 1)

    dots = []
    for candidate in reversed(candidates):
        x, y = place(candidate.coherence_rank, candidate.context_rank)
        title = (
            f"{candidate.concept}: coherence rank {candidate.coherence_rank:g}"
            f" (NLL {candidate.coherence_nll:.2f}), context rank {candidate.context_rank:g}"
            f" (NLL {candidate.context_nll:.2f}), score {candidate.score:.1f}"
        )
        dots.append(Dot(x, y, title, candidate.concept, candidate is candidates[0]))
    ends = _equal_scores(count, candidates[0].coherence_rank, candidates[0].context_rank, beta=beta)
    line = None if ends is None else (place(*ends[0]), place(*ends[1]))
    return CandidatePlot(size=_SIZE, margin=_MARGIN, dots=tuple(dots), line=line)


def _equal_scores(
    count: int, coherence: float, context: float, *, beta: float
) -> tuple[Point, Point] | None:
    """Where S = (1-β)(N - R_coherence) - β(N - R_context) equals the pick's, within the ranks.

    Returns both ends as (coherence rank, context rank), or None where the line is a point.
    """
    if count < 2:
        return None
    level = -(1 - beta) * coherence + beta * context
    ends: set[Point] = set()
    for edge in (1.0, float(count)):
        if beta > 0:
            other = (level + (1 - beta) * edge) / beta
            if 1 <= other <= count:
                ends.add((edge, other))
        if beta < 1:
            other = (beta * edge - level) / (1 - beta)
            if 1 <= other <= count:
                ends.add((other, edge))
    if len(ends) < 2:
        return None
    ordered = sorted(ends)
    return ordered[0], ordered[-1]
