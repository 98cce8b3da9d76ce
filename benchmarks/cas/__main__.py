"""Run the benchmarks named, or all."""

from __future__ import annotations

import sys

from benchmarks.cas import steps, threads, training

BENCHMARKS = {"steps": steps.main, "threads": threads.main, "training": training.main}

for name in sys.argv[1:] or BENCHMARKS:
    BENCHMARKS[name]()
