"""Processor time of an idle artist with its gallery and without visitors, by thread."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import psutil

from benchmarks.embedded.running import running

SETTLE_SECONDS = 15.0
"""Time in which the thumbnails of the first work are made."""


def measure(folder: Path, options: argparse.Namespace) -> dict[str, object]:
    """Return the processor time as a share of one core, after the first work."""
    with running(folder, "--every", "1h") as artist:
        artist.wait_for("№ 1")
        time.sleep(SETTLE_SECONDS)
        process = psutil.Process(artist.process.pid)
        before, started = _seconds(process), time.monotonic()
        switches = process.num_ctx_switches().voluntary
        time.sleep(options.seconds)
        passed = time.monotonic() - started
        after = _seconds(process)
        wakings = process.num_ctx_switches().voluntary - switches
    used = {thread: spent - before.get(thread, 0.0) for thread, spent in after.items()}
    total = sum(used.values())
    busiest = sorted(used.items(), key=lambda pair: -pair[1])[:8]
    return {
        "seconds": round(passed, 1),
        "percent_of_a_core": round(100 * total / passed, 2),
        "wakings_of_the_main_thread_per_second": round(wakings / passed, 1),
        "threads": len(used),
        "busiest_threads_percent": {
            name: round(100 * spent / passed, 2) for name, spent in busiest if spent
        },
    }


def _seconds(process: psutil.Process) -> dict[str, float]:
    """Return the processor seconds of each thread so far, by number and name."""
    found = {}
    for thread in process.threads():
        name = Path(f"/proc/{process.pid}/task/{thread.id}/comm").read_text().strip()
        found[f"{thread.id - process.pid} {name}"] = thread.user_time + thread.system_time
    return found
