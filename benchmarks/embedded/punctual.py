"""How late a cycle begins that is due while the artist is idle, and how long it takes.

By the catalogue's own clock: a cycle's start against the start of the one before plus the cadence.
"""

from __future__ import annotations

import argparse
from itertools import pairwise
from pathlib import Path

from benchmarks.embedded.running import milliseconds, running, times_of_cycles

EVERY = 5.0


def measure(folder: Path, options: argparse.Namespace) -> dict[str, object]:
    """Milliseconds; a cycle that was still at work when the next one was due is left out."""
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
