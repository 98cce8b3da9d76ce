"""The report of `make reproduce`: `python -m benchmarks.lab.report FOLDER` writes report.md."""

from __future__ import annotations

import csv
import gzip
import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

from cas import plots
from cas.bradley_terry import Vote, Votes, fit


def evaluation(figures: dict[str, Any]) -> list[str]:
    """The hidden concept, model by model."""
    heading = "| held out | scorer | MRR | recall at 10 | median rank |"
    lines = ["## Hidden concept", "", heading, "|---|---|---:|---:|---:|"]
    for part, scorers in figures["hidden concept"].items():
        lines += [
            f"| {part} | {name} | {f['mrr']:.3f} | {f['recall_at_10']:.3f} | {f['median_rank']:g} |"
            for name, f in scorers.items()
        ]
    return lines


def collapse(path: Path, folder: Path) -> list[str]:
    """Repetition, coherence and atypicality of every arm, and the curve over β."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    arms = [row for row in rows if "arm" in row]
    beta = {"β 0.5": "β 0.5", "β 0.7": "β 0.7", "published formula": "β 0.85"}
    points = {
        beta[row["arm"]]: (row["coherence"], row["atypicality"])
        for row in sorted(arms, key=lambda row: row["coherence"])
        if row["arm"] in beta
    }
    plots.save(plots.front(points, "Over β", line=True), folder / "plots" / "beta")
    heading = "| arm | repetition | coherence | atypicality |"
    lines = ["## Collapse", "", heading, "|---|---:|---:|---:|"]
    return lines + [
        f"| {row['arm']} | {row['repetition']:.3f} | {row['coherence']:.3f} |"
        f" {row['atypicality']:.3f} |"
        for row in arms
    ]


def bradley_terry(data: Path) -> list[str]:
    """How far our coefficients are from the published ones."""
    citations = json.loads((data / "citations.json").read_text())
    ours, _ = fit(Votes.of_wins(citations["names"], np.array(citations["wins"]))).against(
        citations["names"][0]
    )
    physical = json.loads((data / "physical_ref.json").read_text())
    with gzip.open(data / "physical_votes.csv.gz", "rt") as file:
        rows = [Vote(r["winner"], r["loser"], rater=r["rater"]) for r in csv.DictReader(file)]
    theirs, _ = fit(Votes.of(rows, names=physical["names"])).against(physical["names"][0])
    gaps = {
        "journal citations (Stigler 1994)": ours - citations["mle_log_ability_ref_first"],
        "4,592 votes on 82 pictures": theirs - physical["mle_ref_first"],
    }
    return [
        "## Bradley-Terry", "", "| data | furthest from the reference |", "|---|---:|",
        *(f"| {name} | {np.abs(gap).max():.1e} |" for name, gap in gaps.items()),
    ]  # fmt: skip


def main() -> None:
    """Write the report of whatever parts are there."""
    folder = Path(sys.argv[1])
    data = Path(os.environ["CULTURAL_ALIEN_DATA"]) / "bradley_terry"
    lines = ["# Reproduction", ""]
    if (folder / "experiment" / "table.md").is_file():
        table = (folder / "experiment" / "table.md").read_text("utf-8")
        lines += ["## Arms", "", table]
    if (folder / "collapse.jsonl").is_file():
        lines += [*collapse(folder / "collapse.jsonl", folder), ""]
    if (folder / "evaluation.json").is_file():
        lines += [*evaluation(json.loads((folder / "evaluation.json").read_text("utf-8"))), ""]
    lines += [*bradley_terry(data), ""]
    for path in sorted((folder / "beyond").glob("*.json")):
        lines += [
            f"## Beyond: {path.stem}",
            "",
            "```json",
            path.read_text("utf-8").strip(),
            "```",
            "",
        ]
    report = folder / "report.md"
    report.write_text("\n".join(lines), encoding="utf-8")
    print(report)


if __name__ == "__main__":
    main()
