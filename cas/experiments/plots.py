"""Plots of an experiment and of a pick, with matplotlib (`pip install 'cultural-alien[lab]'`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cas.errors import CasError
from cas.experiments.paper_figures import PAPER, PaperFigures
from cas.experiments.results import Comparison

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from cas.pick import Pick

INK, GRID = "#1f2430", "#dfe2e8"
RECONSTRUCTED = "Metrics reconstructed: the paper's formulas are not public."
"""What every plot says of its metrics."""
CAPTION = f"{RECONSTRUCTED} Dashed: the paper's figure."
"""Under plots that show the paper's figure."""
COLOURS = ("#7a7f8c", "#1f5fae", "#d9822b", "#2f8f5b", "#8a4fa3", "#b3475d", "#3a9ca6", "#5c5346")
"""Of the policies, in order."""


def new_figure(width: float = 8.0, height: float = 4.8) -> tuple[Figure, Axes]:
    """Return a figure and its axes in the project's manner, drawn without a display.

    Raises:
        CasError: matplotlib is not installed.
    """
    try:
        from matplotlib import rcParams
        from matplotlib.figure import Figure as NewFigure
    except ImportError as error:
        raise CasError("Plots need matplotlib: pip install 'cultural-alien[lab]'.") from error
    rcParams["svg.hashsalt"] = "cultural-alien"
    figure = NewFigure(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    return figure, axes


def save(figure: Figure, path: Path | str) -> tuple[Path, Path]:
    """Write `path` as SVG and as PNG, the same bytes each time; return both."""
    stem = Path(path).with_suffix("")
    stem.parent.mkdir(parents=True, exist_ok=True)
    svg, png = stem.with_suffix(".svg"), stem.with_suffix(".png")
    figure.savefig(svg, metadata={"Date": None})
    figure.savefig(png, dpi=144, metadata={"Software": None})
    return svg, png


def save_all(comparison: Comparison, folder: Path | str) -> list[Path]:
    """Write every plot of a comparison into a folder."""
    plots = {
        "radius": radius,
        "coverage": coverage,
        "returns": returns,
        "repetition": repetition,
        "percentiles": percentiles,
    }
    return [
        path for name, draw in plots.items() for path in save(draw(comparison), Path(folder) / name)
    ]


def radius(comparison: Comparison) -> Figure:
    """Draw the exploration radius over generations."""
    title, label = "Exploration radius", "greatest distance from generation 1"
    return _over_generations(
        comparison, title, label, lambda c: c.radius, lambda paper: paper.radius
    )


def returns(comparison: Comparison) -> Figure:
    """Draw the share of generations so far that returned."""
    title, label = "Return rate", "share of generations near an earlier one"
    return _over_generations(
        comparison, title, label, lambda c: c.returned, lambda paper: paper.return_rate
    )


def coverage(comparison: Comparison) -> Figure:
    """Draw the cells covered over generations, each policy's saturation as a dot."""
    title, label = "Coverage", f"cells of {comparison.cells} visited"
    figure = _over_generations(comparison, title, label, lambda c: c.covered, lambda _: np.nan)
    axes = figure.axes[0]
    for number, result in enumerate(comparison.results):
        covered = comparison.curves[result.policy].covered
        at = min(round(result.saturation), len(covered))
        axes.plot(at, covered[at - 1], "o", color=COLOURS[number % len(COLOURS)])
        saturation = PAPER.get(result.policy, PaperFigures()).saturation
        if not isnan(saturation):
            axes.axvline(saturation, linestyle="--", color=COLOURS[number % len(COLOURS)], lw=1)
    return figure


def repetition(comparison: Comparison) -> Figure:
    """Draw the repetition of the first picks, the paper's figure beside ours."""
    figure, axes = new_figure(height=0.5 * len(comparison.results) + 1.8)
    for row, result in enumerate(comparison.results):
        colour = COLOURS[row % len(COLOURS)]
        axes.barh(row, result.repetition_early, color=colour, height=0.6)
        paper = PAPER.get(result.policy, PaperFigures()).repetition
        if not isnan(paper):
            axes.plot([paper, paper], [row - 0.4, row + 0.4], "--", color=INK, lw=2)
    axes.set_yticks(range(len(comparison.results)), [r.policy for r in comparison.results])
    axes.invert_yaxis()
    axes.set_xlabel("share of the first 20 picks that another run made too")
    _titled(figure, axes, "Repetition between runs")
    return figure


def percentiles(comparison: Comparison) -> Figure:
    """Draw coherence against atypicality of every policy."""
    points = {r.policy: (r.coherence, r.atypicality) for r in comparison.results}
    return front(points, "Coherence against atypicality")


def front(points: Mapping[str, tuple[float, float]], title: str) -> Figure:
    """Draw named points of (coherence, atypicality)."""
    shown = {name: {name: point} for name, point in points.items() if not isnan(point[0])}
    return fronts(shown, title)


def fronts(curves: Mapping[str, Mapping[str, tuple[float, float]]], title: str) -> Figure:
    """Draw curves of named points of (coherence, atypicality), such as a policy's over β.

    Args:
        curves: the points of each curve, in the order in which they are joined. A curve of more
            than one point gets a place in the legend.
        title: of the figure.
    """
    figure, axes = new_figure()
    for number, (name, points) in enumerate(curves.items()):
        colour = COLOURS[number % len(COLOURS)]
        label = name if len(points) > 1 else None
        axes.plot(*zip(*points.values(), strict=True), "o-", color=colour, lw=1.5, label=label)
        above = number % 2 == 1
        for each, point in _apart(points).items():
            axes.annotate(
                each,
                point,
                xytext=(-7, 5) if above else (7, -11),
                textcoords="offset points",
                ha="right" if above else "left",
                fontsize=9,
            )
    axes.margins(x=0.2, y=0.1)
    axes.set_xlabel("coherence percentile (0 fits best)")
    axes.set_ylabel("atypicality percentile (1 is rarest)")
    if any(len(points) > 1 for points in curves.values()):
        axes.legend(frameon=False, fontsize=9, loc="lower right")
    figure.supxlabel(RECONSTRUCTED, fontsize=8, color="#5b6170", x=0.01, ha="left")
    axes.set_title(title, loc="left", color=INK)
    return figure


def _apart(points: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Join the names of neighbours on a curve that are too close together to distinguish."""
    labels: dict[str, tuple[float, float]] = {}
    for name, point in points.items():
        last = next(reversed(labels), "")
        if last and max(abs(a - b) for a, b in zip(labels[last], point, strict=True)) < 0.02:
            labels = {f"{each}, {name}" if each == last else each: p for each, p in labels.items()}
        else:
            labels[name] = point
    return labels


def pick(chosen: Pick) -> Figure:
    """Draw a pick's candidates by both ranks, the chosen one named."""
    figure, axes = new_figure(6.4, 5.2)
    candidates = chosen.candidates
    axes.scatter(
        [candidate.coherence_rank for candidate in candidates],
        [candidate.context_rank for candidate in candidates],
        c=[candidate.score for candidate in candidates],
        cmap="viridis",
        s=36,
    )
    named = candidates[: min(8, len(candidates))]
    for number, candidate in enumerate(named):
        axes.annotate(
            candidate.concept,
            (candidate.coherence_rank, candidate.context_rank),
            xytext=(6, 3),
            textcoords="offset points",
            fontsize=11 if number == 0 else 8,
            fontweight="bold" if number == 0 else "normal",
        )
    axes.set_xlabel("coherence rank (1 fits best)")
    axes.set_ylabel(f"context rank ({len(candidates)} is rarest)")
    axes.set_title(f"{' + '.join(chosen.pool)} → {chosen.concept}", loc="left", color=INK)
    return figure


def lines(
    series: Mapping[str, Sequence[float]], *, title: str, across: str, up: str, start: int = 1
) -> Figure:
    """Draw named series over their index."""
    figure, axes = new_figure()
    for number, (name, values) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        axes.plot(range(start, start + len(values)), values, label=name, color=colour, lw=1.8)
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.set_title(title, loc="left", color=INK)
    axes.legend(frameon=False, fontsize=9)
    return figure


def _over_generations(
    comparison: Comparison,
    title: str,
    label: str,
    curve: Callable[[Any], Any],
    paper: Callable[[PaperFigures], float],
) -> Figure:
    series = {policy: curve(curves) for policy, curves in comparison.curves.items()}
    figure = lines(series, title=title, across="generation", up=label)
    axes = figure.axes[0]
    for number, policy in enumerate(series):
        level = paper(PAPER.get(policy, PaperFigures()))
        if not isnan(level):
            colour = COLOURS[number % len(COLOURS)]
            axes.axhline(level, linestyle="--", color=colour, lw=1)
            axes.annotate(
                f"paper {level:g}",
                (1, level),
                xycoords=axes.get_yaxis_transform(),
                xytext=(3, -3),
                textcoords="offset points",
                fontsize=8,
                color=colour,
            )
    _titled(figure, axes, title)
    return figure


def _titled(figure: Figure, axes: Axes, title: str) -> None:
    axes.set_title(title, loc="left", color=INK)
    figure.supxlabel(CAPTION, fontsize=8, color="#5b6170", x=0.01, ha="left")
