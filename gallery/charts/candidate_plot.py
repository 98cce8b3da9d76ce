"""The plot of a cycle's candidates, as SVG."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from markupsafe import Markup

from storage.archive.manifest import Candidate, Inspiration

Point = tuple[float, float]

_SIZE = 560.0
_MARGIN = 44.0

_TITLE = "<title>%s: coherence rank %g (NLL %.2f), context rank %g (NLL %.2f), score %.1f</title>"
_CIRCLE = f'<circle cx="%.1f" cy="%.1f" r="3.6">{_TITLE}</circle>'
_PICK = f'<circle class="pick" cx="%.1f" cy="%.1f" r="7">{_TITLE}</circle>'


class Dot(NamedTuple):
    """One candidate in the plot, in the drawing's units (y grows downwards)."""

    x: float
    y: float
    candidate: Candidate


@dataclass(frozen=True)
class CandidatePlot:
    """All candidates of a cycle: the further right the more coherent, the higher the rarer.

    Points on `line` have the pick's score; all other candidates are below it.
    """

    size: float
    margin: float
    dots: tuple[Dot, ...]
    line: tuple[Point, Point] | None

    @property
    def pick(self) -> Dot:
        """The concept that joined the pool."""
        return self.dots[-1]

    def written(self) -> Markup:
        """The dots as SVG, built here because a template is slower for hundreds of them."""
        kinds = [*[_CIRCLE] * (len(self.dots) - 1), _PICK]
        return Markup(
            "\n".join(
                [
                    kind
                    % (
                        x,
                        y,
                        escape(one.concept),
                        one.coherence_rank,
                        one.coherence_nll,
                        one.context_rank,
                        one.context_nll,
                        one.score,
                    )
                    for kind, (x, y, one) in zip(kinds, self.dots, strict=True)
                ]
            )
        )


def plot_candidates(inspiration: Inspiration, *, beta: float) -> CandidatePlot:
    """Place every candidate by its two ranks; the pick comes last, so it is drawn on top."""
    candidates = inspiration.candidates
    count = len(candidates)
    span = (_SIZE - 2 * _MARGIN) / max(count - 1, 1)
    right, floor = _MARGIN + count * span, _SIZE - _MARGIN + span

    def place(coherence_rank: float, context_rank: float) -> Point:
        return round(right - coherence_rank * span, 1), round(floor - context_rank * span, 1)

    dots = tuple(
        [
            Dot(right - one.coherence_rank * span, floor - one.context_rank * span, one)
            for one in reversed(candidates)
        ]
    )
    ends = _equal_scores(count, candidates[0].coherence_rank, candidates[0].context_rank, beta=beta)
    line = None if ends is None else (place(*ends[0]), place(*ends[1]))
    return CandidatePlot(size=_SIZE, margin=_MARGIN, dots=dots, line=line)


def _equal_scores(
    count: int, coherence: float, context: float, *, beta: float
) -> tuple[Point, Point] | None:
    """Where S = (1-β)(N - R_coherence) - β(N - R_context) equals the pick's, within the ranks.

    Returns both ends as (coherence rank, context rank), or None if the line is a point.
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
