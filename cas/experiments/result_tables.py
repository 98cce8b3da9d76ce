"""An experiment's figures as Markdown, LaTeX, CSV and JSON: the independent grades stand first."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from math import isnan, nan

from cas.experiments.figures import Figures, PolicyResult
from cas.experiments.paper_figures import PAPER, RECONSTRUCTED, PaperFigures

Cells = Sequence[str]
"""Of one row."""


@dataclass(frozen=True)
class _Table:
    title: str
    headings: tuple[str, ...]
    row: Callable[[PolicyResult], Cells]


def markdown(comparison: Figures) -> str:
    """Return the tables and what stands behind them."""
    parts = [_markdown(table, comparison.results) for table in _known(comparison)]
    if comparison.tests:
        parts.append(_tests(comparison))
    return "\n\n".join([*parts, note(comparison)]) + "\n"


def latex(comparison: Figures) -> str:
    """Return the tables as LaTeX `tabular`s, for a document with booktabs."""
    lines = [f"% {note(comparison)}"]
    for table in _known(comparison):
        rows = [
            " & ".join(map(_latex, cells))
            for cells in (table.headings, *map(table.row, comparison.results))
        ]
        body = " \\\\\n".join(rows[1:])
        columns = "l" + "r" * (len(table.headings) - 1)
        lines.append(
            f"% {table.title}\n\\begin{{tabular}}{{{columns}}}\n\\toprule\n"
            f"{rows[0]} \\\\\n\\midrule\n{body} \\\\\n\\bottomrule\n\\end{{tabular}}\n"
        )
    return "\n".join(lines)


def csv_text(comparison: Figures) -> str:
    """Return all figures, one row a policy, and the paper's where it reports them."""
    out = io.StringIO()
    paper = [field.name for field in fields(PaperFigures)]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*asdict(comparison.results[0]), *(f"paper_{name}" for name in paper)])
    for result in comparison.results:
        figures = asdict(PAPER.get(result.policy, PaperFigures())).values()
        writer.writerow([*asdict(result).values(), *("" if isnan(f) else f for f in figures)])
    return out.getvalue()


def tests_csv(comparison: Figures) -> str:
    """Return every paired test, one a row."""
    out = io.StringIO()
    names = (
        "metric", "policy", "other", "difference", "low", "high", "detectable", "p", "p_holm"
    )  # fmt: skip
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(test) for test in comparison.tests)
    return out.getvalue()


def json_text(comparison: Figures) -> str:
    """Return everything but the curves, each run's values among it."""
    told = {
        "threshold": comparison.threshold,
        "cells": comparison.cells,
        "encoder": comparison.encoder,
        "pair": comparison.pair,
        "grader": comparison.grader,
        "note": note(comparison),
        "policies": [asdict(result) for result in comparison.results],
        "tests": [asdict(test) for test in comparison.tests],
        "runs": comparison.of_runs,
    }
    return json.dumps(told, indent=1, ensure_ascii=False).replace("NaN", "null") + "\n"


def note(comparison: Figures) -> str:
    """Say what stands behind the figures."""
    first = comparison.results[0]
    graded = (
        "Fit and strangeness are percentiles of lifts that were counted in works and in artists'"
        " bodies of work of a half of the artists (fit 0 is best, strangeness 1 is rarest in an"
        " artist's company); the grader's models were trained on that half and chose nothing."
        if comparison.grader
        else "There was no grader."
    )
    return (
        f"{first.runs} runs of {first.generations} generations; ± is a standard error over runs; in"
        f" brackets the paper's, or a 95 % interval. {graded} *Own* percentiles are of the pair"
        " that chose, which favours it: coherence 0 fits best, atypicality 1 is the least likely,"
        " * base rates taken off. The cost of a pick is processor time, the median over generations"
        f" in which all runs are asked at once. {RECONSTRUCTED} Seeds are left out of a"
        f" generation's vector. A return is closer than {comparison.threshold:.3f}, the distance at"
        " which Random returns at the paper's 0.48; cells are k-means cells of the vocabulary under"
        f" {comparison.encoder}: {comparison.cells} as it is, for saturation, and 100 centred, told"
        " at generation 100 or the last. Repetition depends on the number of runs and on the"
        " vocabulary: read it beside Random's."
    )


def _known(comparison: Figures) -> list[_Table]:
    """Return the tables without those of which nothing is known."""
    return [
        table
        for table in TABLES
        if any(cell != "–" for result in comparison.results for cell in table.row(result)[1:])
    ]


def _markdown(table: _Table, results: Sequence[PolicyResult]) -> str:
    lines = [
        f"**{table.title}**",
        "",
        "| " + " | ".join(table.headings) + " |",
        "|---" + "|---:" * (len(table.headings) - 1) + "|",
    ]
    lines += ["| " + " | ".join(table.row(result)) + " |" for result in results]
    return "\n".join(lines)


def _tests(comparison: Figures) -> str:
    """Return each policy less Random by every metric, with what could have been detected."""
    policies = list(dict.fromkeys(test.policy for test in comparison.tests))
    metrics = list(dict.fromkeys(test.metric for test in comparison.tests))
    found = {(test.metric, test.policy): test for test in comparison.tests}
    lines = [
        "**Less Random, over paired runs** (*: p < 0.05 after Holm's correction over the whole"
        " table; in brackets the difference that these runs detect four times in five)",
        "",
        "| metric | " + " | ".join(policies) + " |",
        "|---" + "|---:" * len(policies) + "|",
    ]
    for metric in metrics:
        cells = []
        for policy in policies:
            test = found.get((metric, policy))
            digits = 3 if test and abs(test.detectable) < 1 else 1
            star = "*" if test and test.p_holm < 0.05 else ""
            cells.append(
                f"{test.difference:+.{digits}f}{star} ({test.detectable:.{digits}f})"
                if test
                else "–"
            )
        lines.append(f"| {metric.replace('_', ' ')} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _graded(result: PolicyResult) -> Cells:
    figures = (
        result.fit, result.strangeness, result.graded_coherence, result.graded_atypicality,
        result.coherence, result.atypicality, result.coherence_calibrated,
        result.atypicality_calibrated,
    )  # fmt: skip
    cost = _figure(result.cost, nan, nan, 1)
    return (result.policy, *(_figure(value, nan, nan, 3) for value in figures), cost)


def _matched(result: PolicyResult) -> Cells:
    figures = (result.frequency, result.fit_matched, result.strangeness_matched)
    return (result.policy, *(_figure(value, nan, nan, 3) for value in figures))


def _diverse(result: PolicyResult) -> Cells:
    overlap = _figure(result.overlap, nan, nan, 3)
    if not isnan(result.overlap_low):
        overlap += f" ({result.overlap_low:.3f} to {result.overlap_high:.3f})"
    paper = PAPER.get(result.policy, PaperFigures())
    return (
        result.policy,
        _figure(result.covered, nan, nan, 1),
        _figure(result.vendi, nan, nan, 1),
        _figure(result.neighbour_novelty, nan, nan, 3),
        _figure(result.effective, nan, nan, 1),
        overlap,
        _figure(result.repetition_5x10, nan, paper.repetition, 3),
        _figure(result.repetition_20x12, nan, nan, 3),
        str(result.distinct),
    )


def _as_published(result: PolicyResult) -> Cells:
    paper = PAPER.get(result.policy, PaperFigures())
    return (
        result.policy,
        _figure(result.radius, result.radius_error, paper.radius, 2),
        _figure(result.return_rate, result.return_rate_error, paper.return_rate, 2),
        _figure(result.saturation, result.saturation_error, paper.saturation, 0),
        f"{result.cells:.1f}",
        _figure(result.repetition_early, nan, paper.repetition, 3),
        _figure(result.repetition, nan, nan, 3),
    )


TABLES = (
    _Table(
        "Graded independently, and by the pair itself",
        (
            "policy", "fit", "strangeness", "grader's coherence", "grader's atypicality",
            "own coherence", "own atypicality", "own coherence*", "own atypicality*", "ms a pick",
        ),
        _graded,
    ),
    _Table(
        "Graded among the 200 concepts nearest in frequency",
        ("policy", "frequency", "fit, matched", "strangeness, matched"),
        _matched,
    ),
    _Table(
        "Variety",
        (
            "policy", "cells of 100", "Vendi", "3-NN novelty", "effective picks",
            "overlap of two runs", "repetition, 5 × 10", "20 × 12", "distinct picks",
        ),
        _diverse,
    ),
    _Table(
        "The paper's metrics",
        (
            "policy", "radius", "return", "saturation", "cells", "repetition, first 20",
            "of all",
        ),
        _as_published,
    ),
)  # fmt: skip
"""In the order in which they are told."""


def _figure(value: float, error: float, paper: float, digits: int) -> str:
    text = "–" if isnan(value) else f"{value:.{digits}f}"
    if not isnan(error):
        text += f" ± {error:.{digits}f}"
    return text if isnan(paper) else f"{text} ({paper:.{digits}f})"


def _latex(text: str) -> str:
    for plain, escaped in (
        ("%", r"\%"), ("±", r"$\pm$"), ("–", "--"), ("β", r"$\beta$"), ("×", r"$\times$"),
    ):  # fmt: skip
        text = text.replace(plain, escaped)
    return text
