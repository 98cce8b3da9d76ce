"""A thousand artists, all due at once: does each get a cycle before any gets a third?"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from sqlalchemy import func, select, text

from storage.catalogue.db.tables import cycles
from tests.served.topology import Topology

MIB = 2**20


def measure(folder: Path, options: argparse.Namespace) -> dict[str, object]:
    """Create the artists without workers, start all at once, and count their cycles."""
    artists = options.artists
    topology = Topology(
        folder, workers={"think,keep": 1, "call,show": 1}, concurrency=2, lease_seconds=60.0
    )
    with topology.running():
        for name in [*topology.worker_names(), "beat"]:
            topology.remove(name)
        for number in range(artists):
            topology.create_artist(f"artist-{number:04d}", painter="quick", seed=number)
        topology.start_artist()
        started = time.monotonic()
        redis_mib, most_before_all, served, queue = 0.0, 0, 0, 0
        while served < artists and time.monotonic() - started < options.seconds:
            time.sleep(0.5)
            counts = _cycles_by_artist(topology)
            served = sum(ended > 0 for _, ended in counts.values())
            if served < artists:
                most_before_all = max(
                    most_before_all, max((n for n, _ in counts.values()), default=0)
                )
            redis_mib = max(redis_mib, topology.redis.info("memory")["used_memory"] / MIB)
            queue = max(
                queue, sum(topology.redis.llen(q) for q in ("think", "call", "keep", "show"))
            )
        with topology.catalogue.database.read() as connection:
            size = connection.scalar(text("SELECT pg_database_size(current_database())"))
        return {
            "artists": artists,
            "served": served,
            "seconds": round(time.monotonic() - started, 1),
            "most_cycles_of_one_before_all_were_served": most_before_all,
            "longest_queue": queue,
            "redis_mib": round(redis_mib, 2),
            "database_mib": round(float(size or 0) / MIB, 1),
            "violations": [] if served == artists and most_before_all < 3 else ["not fair"],
        }


def _cycles_by_artist(topology: Topology) -> dict[str, tuple[int, int]]:
    """Return the numbers of started and ended cycles of each artist."""
    ended = func.count(cycles.c.finished_at)
    query = select(cycles.c.artist, func.count(), ended).group_by(cycles.c.artist)
    with topology.catalogue.database.read() as connection:
        return {row[0]: (row[1], row[2]) for row in connection.execute(query)}
