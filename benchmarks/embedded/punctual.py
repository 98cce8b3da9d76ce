"""Delay of a cycle's start while the artist is idle, and the cycle's duration.

By the catalogue's clock: a cycle's start minus the previous start and the cadence.
"""

from __future__ import annotations

import argparse
from itertools import pairwise
from pathlib import Path

from benchmarks.embedded.running import milliseconds, running, times_of_cycles

EVERY = 5.0


def measure(folder: Path, options: argparse.Namespace) -> dict[str, object]:
    """Return milliseconds; a cycle that was due before the previous one ended is left out."""
    with running(folder, "--every", f"{EVERY}s", "--cycles", str(options.cycles)) as artist:
        artist.wait_for("Cycle ")
    times = times_of_cycles(folder)
    late = [
        later[0] - (earlier[0] + EVERY)
        for earlier, later in pairwise(times)
        if earlier[1] < earlier[0] + EVERY
    ]
    taken = [finished - started for started, finished in times[2:]]
    return {
        "cycles": len(late),
        "late_ms": milliseconds(late),
        "a_cycle_takes_ms": milliseconds(taken),
    }
