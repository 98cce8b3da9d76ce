"""Throughput with 1, 2 and 4 worker processes for paid calls that take two seconds each."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from tests.served.topology import Topology

CALL_SECONDS = 2.0
MEASURED_SECONDS = 40.0
ARTISTS = 12


def measure(folder: Path, options: argparse.Namespace) -> dict[str, object]:
    """Return the works per second for each number of `call` workers, and the share of linear."""
    found: dict[int, float] = {}
    for count in (1, 2, 4):
        topology = Topology(
            folder / str(count),
            workers={"think,keep,show": 1, "call": count},
            api_seconds=CALL_SECONDS,
            lease_seconds=30.0,
        )
        with topology.running():
            for number in range(ARTISTS):
                topology.create_artist(f"artist-{number}", seed=number)
            while topology.catalogue.works.count() < 2 * count:
                time.sleep(0.1)
            before, started = topology.catalogue.works.count(), time.monotonic()
            time.sleep(MEASURED_SECONDS)
            made = topology.catalogue.works.count() - before
            found[count] = made / (time.monotonic() - started)
    return {
        "works_a_second": {count: round(rate, 3) for count, rate in found.items()},
        "most_possible": {count: count / CALL_SECONDS for count in found},
        "share_of_linear": {
            count: round(rate / (count * found[1]), 3) for count, rate in found.items()
        },
    }
