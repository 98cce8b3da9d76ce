"""Runs that people made, from a text file."""

from __future__ import annotations

from pathlib import Path

from cas.experiments.runs import ExperimentError, Generation
from cas.text_files import read_lines


def read_lists(path: Path | str) -> list[list[Generation]]:
    """Read runs that people made: one generation a line, concepts with commas between them.

    A blank line begins another run.

    Raises:
        ExperimentError: the file cannot be read or holds no run of two generations.
    """
    runs: list[list[Generation]] = [[]]
    for line in read_lines(path, error=ExperimentError):
        concepts = tuple(dict.fromkeys(c.strip().lower() for c in line.split(",") if c.strip()))
        if not concepts:
            runs.append([])
            continue
        seen = {c for generation in runs[-1] for c in generation.concepts}
        new = tuple(concept for concept in concepts if concept not in seen)
        runs[-1].append(Generation(new, concepts))
    runs = [run for run in runs if run]
    if not runs or min(len(run) for run in runs) < 3:
        raise ExperimentError(
            f"{path} needs runs of at least 3 generations: one a line, such as `sea, sky, kiln`,"
            " and a blank line between runs."
        )
    return runs
