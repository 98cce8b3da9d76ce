"""Duration of a cycle without models and calls: one artist, warm, one cycle at a time."""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from sqlalchemy import select

from storage.catalogue.db.tables import cycles
from tests.served.topology import ONE_WORKER_EACH, Topology

WARM_UP, MEASURED = 5, 40

ONE_FOR_ALL = {"think,call,keep,show": 1}
"""Such a worker continues with the next step itself, without the broker."""


def measure(folder: Path, options: argparse.Namespace) -> dict[str, object]:
    """Return the times from the start of a cycle to its end, by the database's clock."""
    return {
        "one worker a queue": _measured(folder / "each", ONE_WORKER_EACH),
        "one worker for all queues": _measured(folder / "all", ONE_FOR_ALL),
    }


def _measured(folder: Path, workers: Mapping[str, int]) -> dict[str, float]:
    folder.mkdir()
    topology = Topology(folder, workers=workers, durable=True, lease_seconds=30.0)
    with topology.running():
        topology.create_artist("alien", painter="quick")
        catalogue = topology.catalogue
        while catalogue.cycles.last_number("alien") < WARM_UP + MEASURED + 1:
            time.sleep(0.5)
        query = (
            select(cycles.c.finished_at - cycles.c.started_at)
            .where(cycles.c.state == "done", cycles.c.number > WARM_UP)
            .order_by(cycles.c.number)
        )
        with catalogue.database.read() as connection:
            times = 1000 * np.array(list(connection.scalars(query)))
    return {
        "cycles": len(times),
        "median_ms": round(float(np.median(times)), 1),
        "p90_ms": round(float(np.percentile(times, 90)), 1),
        "fastest_ms": round(float(times.min()), 1),
    }
