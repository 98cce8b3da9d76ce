"""The report of `make reproduce`: `python -m benchmarks.lab.report FOLDER` writes report.md.

Every table is also written as Markdown, CSV and LaTeX (tables/), every figure as SVG and PNG
(plots/, experiment/plots/, beyond/). Stages that have not run are named as missing.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.lab.tables import Cell, Table
from cas.experiments import plots
from cas.experiments.bradley_terry import Vote, Votes, fit
from cas.experiments.paper_figures import PAPER, RECONSTRUCTED

CURVES = {
    "radius": "Exploration radius over generations",
    "coverage": "Coverage over generations, each policy's saturation as a dot",
    "returns": "Return rate over generations",
    "repetition": "Repetition between runs",
    "percentiles": "Coherence against atypicality of every policy",
}
CLAIMS = (
    ("goes farther than Random", "CAS paper", "Random", "radius", 1),
    ("returns less than Random", "CAS paper", "Random", "return_rate", -1),
    ("saturates before Random", "CAS paper", "Random", "saturation", -1),
    ("goes farther than a restricted LLM", "CAS paper", "restricted LLM", "radius", 1),
    ("returns less than a restricted LLM", "CAS paper", "restricted LLM", "return_rate", -1),
    ("repeats less than a restricted LLM", "CAS paper", "restricted LLM", "repetition", -1),
    ("repeats less than a free LLM", "CAS paper", "free LLM", "repetition", -1),
)
"""The paper's claims: text, the policy, the policy it is compared with, the metric, the sign."""


def policies(folder: Path) -> list[str]:
    """Return the table of policies, its curves, and the paper's claims."""
    experiment = folder / "experiment"
    results = json.loads((experiment / "table.json").read_text("utf-8"))["policies"]
    by_name = {result["policy"]: result for result in results}
    lines = [(experiment / "table.md").read_text("utf-8")]
    for name, title in CURVES.items():
        lines += [f"![{title}](experiment/plots/{name}.svg)", ""]
    table = claims(by_name)
    table.save(folder / "tables" / "claims")
    return [*lines, "### The paper's claims", "", table.markdown()]


def claims(policies_found: dict[str, Any]) -> Table:
    """Compare each claim's figures with ours; it holds beyond two standard errors."""
    headings = ("CAS as published…", "paper", "than", "ours", "than", "verdict")
    rows: list[tuple[Cell, ...]] = []
    for text, policy, other, metric, sign in CLAIMS:
        paper = [getattr(PAPER[name], metric) for name in (policy, other)]
        key = "repetition_early" if metric == "repetition" else metric
        ours = [policies_found[n][key] if n in policies_found else None for n in (policy, other)]
        verdict = "not run"
        if None not in ours:
            errors = [policies_found[n].get(f"{key}_error") or 0.0 for n in (policy, other)]
            gap, doubt = sign * (ours[0] - ours[1]), 2 * float(np.hypot(*errors))
            verdict = "holds" if gap > doubt else "does not hold" if gap < -doubt else "undecided"
        rows.append((text, *paper, *ours, verdict))
    return Table(headings, rows, digits=2)


def beta(folder: Path) -> list[str]:
    """Return coherence and atypicality by β, of both presets."""
    rows = _json_lines(folder / "beta.jsonl")
    curves: dict[str, dict[str, tuple[float, float]]] = {"Random": {}, "paper": {}, "default": {}}
    for row in rows:
        name, _, value = row["policy"].partition(", ")
        point = (row["coherence"], row["atypicality"])
        curves.setdefault(name, {})[value or name] = point
    shown = {f"preset {n}" if len(c) > 1 else n: c for n, c in curves.items()}
    figure = plots.fronts(shown, "Coherence against atypicality over β")
    plots.save(figure, folder / "plots" / "beta")
    table = _of_policies(rows)
    table.save(folder / "tables" / "beta")
    text = (
        "12 picks from each of 20 seed pairs. The paper reports no percentiles to compare with,"
        " only its β of 0.85."
    )
    return [text, "", "![Over β](plots/beta.svg)", "", table.markdown()]


def collapse(folder: Path) -> list[str]:
    """Return repetition, coherence and atypicality of every policy of the collapse study."""
    table = _of_policies(_json_lines(folder / "collapse.jsonl"))
    table.save(folder / "tables" / "collapse")
    return ["The paper's repetition is 0.233.", "", table.markdown()]


def hidden(folder: Path) -> list[str]:
    """Return the ranks of hidden concepts by model, and the AUC of artists' own sets."""
    figures = json.loads((folder / "evaluation.json").read_text("utf-8"))
    headings = (
        "held out",
        "scorer",
        "works",
        "MRR",
        "recall at 10",
        "recall at 100",
        "median rank",
    )
    keys = ("works", "mrr", "recall_at_10", "recall_at_100", "median_rank")
    concept = Table(
        headings,
        [
            (part, name, *(found[key] for key in keys))
            for part, scorers in figures["hidden concept"].items()
            for name, found in scorers.items()
        ],
    )
    concept.save(folder / "tables" / "hidden-concept")
    artists = Table(
        ("held out", "model", "AUC, matched", "pooled", "pooled, base rate off"),
        [
            (part, name, found["matched"], found["pooled"], found["pooled_lift"])
            for part, models in figures["own sets told from mixes"].items()
            for name, found in models.items()
        ],
    )
    artists.save(folder / "tables" / "artists")
    return [concept.markdown(), "### Artists' own sets against mixed sets", "", artists.markdown()]


def bradley_terry(folder: Path) -> list[str]:
    """Return the greatest difference between our coefficients and published ones."""
    data = Path(os.environ["CULTURAL_ALIEN_DATA"]) / "bradley_terry"
    citations = json.loads((data / "citations.json").read_text("utf-8"))
    ours, _ = fit(Votes.of_wins(citations["names"], np.array(citations["wins"]))).against(
        citations["names"][0]
    )
    physical = json.loads((data / "physical_ref.json").read_text("utf-8"))
    with gzip.open(data / "physical_votes.csv.gz", "rt") as file:
        rows = [Vote(r["winner"], r["loser"], rater=r["rater"]) for r in csv.DictReader(file)]
    theirs, _ = fit(Votes.of(rows, names=physical["names"])).against(physical["names"][0])
    gaps = {
        "journal citations (Stigler 1994)": ours - citations["mle_log_ability_ref_first"],
        "4,592 votes on 82 pictures": theirs - physical["mle_ref_first"],
    }
    table = Table(
        ("data", "furthest from the reference"),
        [(name, f"{np.abs(gap).max():.1e}") for name, gap in gaps.items()],
    )
    table.save(folder / "tables" / "bradley-terry")
    return [table.markdown()]


def beyond(folder: Path) -> list[str]:
    """Return the figures and numbers of the extensions of the paper."""
    lines = []
    for path in sorted((folder / "beyond").glob("*.json")):
        table = Table(("figure", "ours"), list(_leaves(json.loads(path.read_text("utf-8")))))
        table.save(folder / "tables" / f"beyond-{path.stem}")
        lines += [f"### {path.stem.capitalize()}", ""]
        lines += [f"![{path.stem}](beyond/{path.stem}.svg)", "", table.markdown()]
    return lines


def _leaves(value: Any, under: str = "") -> list[tuple[str, Cell]]:
    """Return every value of nested JSON with its path."""
    if isinstance(value, dict):
        name = value.get("policy", "")
        return [
            leaf
            for key, each in value.items()
            if key != "policy"
            for leaf in _leaves(each, " · ".join(filter(None, (under, name, key))))
        ]
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return [(under, ", ".join(value))]
    if isinstance(value, list):
        return [leaf for each in value for leaf in _leaves(each, under)]
    return [(under, value)]


def _of_policies(rows: list[dict[str, Any]]) -> Table:
    headings = ("policy", "repetition", "distinct", "coherence", "atypicality", "coherence*",
                "atypicality*")  # fmt: skip
    keys = ("repetition", "distinct", "coherence", "atypicality", "coherence_calibrated",
            "atypicality_calibrated")  # fmt: skip
    return Table(headings, [(row["policy"], *(row[key] for key in keys)) for row in rows])


def _json_lines(path: Path) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [row for row in rows if "policy" in row]


PARTS: dict[str, tuple[str, Callable[[Path], list[str]]]] = {
    "Policies over many generations": ("experiment/table.json", policies),
    "Coherence against atypicality over β": ("beta.jsonl", beta),
    "Collapse": ("collapse.jsonl", collapse),
    "Hidden concept": ("evaluation.json", hidden),
    "Bradley-Terry": ("", bradley_terry),
    "Beyond the paper": ("beyond", beyond),
}


def write(folder: Path) -> Path:
    """Write the report of the stages that have run; return its path."""
    lines = [
        "# Comparison with the paper",
        "",
        f"**{RECONSTRUCTED}** \\* base rates subtracted.",
        "",
    ]
    for title, (needs, part) in PARTS.items():
        lines += [f"## {title}", ""]
        if (folder / needs).exists():
            lines += [*part(folder), ""]
        else:
            lines += [f"Not run: there is no `{needs}`.", ""]
    report = folder / "report.md"
    report.write_text("\n".join(lines), encoding="utf-8")
    return report


if __name__ == "__main__":
    print(write(Path(sys.argv[1])))
