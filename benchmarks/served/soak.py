"""Many cycles of many artists: is memory constant, throughput steady, and every record correct?"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from benchmarks.served.memory import MemoryCurve
from tests.chaos.rounds import settle
from tests.chaos.world import World
from tests.served.topology import Topology

SAMPLE_SECONDS = 5.0
WORKERS = {"think,keep": 1, "call,show": 1}


def measure(folder: Path, options: argparse.Namespace) -> dict[str, object]:
    """Run the artists until `cycles` cycles have ended; then check every number."""
    import random

    topology = Topology(folder, workers=WORKERS, concurrency=2, durable=True, lease_seconds=30.0)
    with topology.running():
        names = tuple(f"artist-{number:02d}" for number in range(options.artists))
        for number, name in enumerate(names):
            topology.create_artist(name, painter="quick", seed=number)
        memory, counts = MemoryCurve(), []
        started = time.monotonic()
        while True:
            time.sleep(SAMPLE_SECONDS)
            memory.sample(topology.processes)
            elapsed = time.monotonic() - started
            counts.append((elapsed, topology.catalogue.works.count()))
            if counts[-1][1] >= options.cycles or elapsed > options.seconds:
                break
        warm_up = elapsed / 4
        slopes = memory.slopes(warm_up=warm_up)
        violations, mended = settle(World(topology, random.Random(0), artists=names))
        return {
            "works": counts[-1][1],
            "seconds": round(elapsed, 1),
            "artists": len(names),
            "cycles_a_second": round(counts[-1][1] / elapsed, 2),
            "cycles_a_second_by_quarter": _by_quarter(counts),
            "memory": slopes,
            "violations": violations,
            "mended": mended,
        }


def _by_quarter(counts: list[tuple[float, int]]) -> list[float]:
    times, works = np.array(counts, dtype=float).T
    marks = np.interp(np.linspace(times[0], times[-1], 5), times, works)
    return [round(float(n), 2) for n in np.diff(marks) / ((times[-1] - times[0]) / 4)]
