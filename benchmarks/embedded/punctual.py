"""How late a cycle begins that is due while the artist is idle, and how long it takes.

By the catalogue's own clock: a cycle's start against the start of the one before plus the cadence.
"""

from __future__ import annotations

import argparse
import sqlite3
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.embedded.running import running

EVERY = 5.0


def measure(folder: Path, options: argparse.Namespace) -> dict[str, object]:
    """Milliseconds; a cycle that was still at work when the next one was due is left out."""
    with running(folder, "--every", f"{EVERY}s", "--cycles", str(options.cycles)) as artist:
        artist.wait_for("Cycle ")
    with sqlite3.connect(folder / "catalogue.sqlite3") as catalogue:
        times = catalogue.execute(
            "SELECT started_at, finished_at FROM cycles ORDER BY number"
        ).fetchall()
    late = [
        later[0] - (earlier[0] + EVERY)
        for earlier, later in pairwise(times)
        if earlier[1] < earlier[0] + EVERY
    ]
    taken = [finished - started for started, finished in times[2:]]
    return {
        "cycles": len(late),
        "late_ms": _told(late),
        "a_cycle_takes_ms": _told(taken),
    }


def _told(seconds: list[float]) -> dict[str, float]:
    values = 1000 * np.array(seconds)
    return {
        "median": round(float(np.median(values)), 1),
        "p90": round(float(np.percentile(values, 90)), 1),
        "longest": round(float(values.max()), 1),
    }
