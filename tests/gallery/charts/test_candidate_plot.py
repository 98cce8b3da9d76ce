"""Charts show the values that they are drawn from."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gallery.charts.candidate_plot import plot_candidates
from gallery.charts.line_chart import NARROW, WIDE, Paper, draw_series
from storage.archive.manifest import Candidate, Inspiration, Pool


def average_ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1 for the lowest; equal values have the mean of their ranks."""
    return np.array([(values < v).sum() + ((values == v).sum() + 1) / 2 for v in values])


@given(
    count=st.integers(2, 60),
    beta=st.floats(0, 1),
    seed=st.integers(0, 2**32 - 1),
)
def test_no_candidate_lies_above_the_line_of_equal_scores(
    count: int, beta: float, seed: int
) -> None:
    dice = np.random.default_rng(seed)
    coherence, context = dice.integers(0, 40, (2, count)) / 4
    ranks, context_ranks = average_ranks(coherence), average_ranks(context)
    score = (1 - beta) * (count - ranks) - beta * (count - context_ranks)
    order = np.lexsort((coherence, -score))
    inspiration = Inspiration(
        concept=f"c{order[0]}",
        pool_before=Pool(entries=()),
        candidates=tuple(
            Candidate(
                concept=f"c{i}",
                coherence_nll=coherence[i],
                context_nll=context[i],
                coherence_rank=ranks[i],
                context_rank=context_ranks[i],
                score=score[i],
            )
            for i in order
        ),
        seed=0,
        models="",
    )
    plot = plot_candidates(inspiration, beta=beta)
    assert plot.pick.candidate.concept == inspiration.concept
    assert sorted(dot.candidate.concept for dot in plot.dots) == sorted(f"c{i}" for i in order)
    if plot.line is None:
        return
    (x0, y0), (x1, y1) = plot.line
    unit = (plot.size - 2 * plot.margin) / (count - 1)
    normal = np.array([1 - beta, -beta]) / np.hypot(1 - beta, beta)
    assert abs(normal @ [x1 - x0, y1 - y0]) < 0.5
    for dot in plot.dots:
        above = normal @ [dot.x - x0, dot.y - y0]
        assert above < 0.5 + 1e-6 * unit
        if dot is plot.pick:
            assert abs(above) < 0.5


@given(st.lists(st.floats(0, 2), min_size=1, max_size=50), st.sampled_from([WIDE, NARROW]))
def test_curves_stay_in_their_frame(values: list[float], paper: Paper) -> None:
    numbered = [(number + 3, value) for number, value in enumerate(values)]
    series = draw_series(numbered, changes=[(3, "β"), (99, "never")], paper=paper)
    heights = [y for y, _ in series.levels]
    assert len(heights) >= 2
    for spot in series.spots:
        assert paper.left <= spot.x <= paper.width - paper.right
        assert min(heights) - 0.1 <= spot.y <= max(heights) + 0.1
    for (y0, low), (y1, high) in zip(series.levels, series.levels[1:], strict=False):
        assert y0 > y1
        assert float(low) < float(high)
    assert len(series.marks) == 1
