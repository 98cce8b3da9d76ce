"""Run the benchmarks named, or both."""

from __future__ import annotations

import sys

from benchmarks.cas import steps, training

BENCHMARKS = {"steps": steps.main, "training": training.main}

for name in sys.argv[1:] or BENCHMARKS:
    BENCHMARKS[name]()
