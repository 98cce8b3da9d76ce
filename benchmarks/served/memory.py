"""Memory of processes over time."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import psutil

from tests.served.processes import Process

MIB = 2**20


class MemoryCurve:
    """Samples of a process's own memory (USS), with its children's."""

    def __init__(self) -> None:
        self._samples: dict[str, list[tuple[float, float]]] = defaultdict(list)
        self._began = time.monotonic()

    def sample(self, processes: Mapping[str, Process]) -> None:
        """Measure each process once."""
        at = time.monotonic() - self._began
        for name, process in processes.items():
            try:
                root = psutil.Process(process.pid)
                family = [root, *root.children(recursive=True)]
                size = sum(member.memory_full_info().uss for member in family) / MIB
            except psutil.Error:
                continue
            self._samples[name].append((at, size))

    def slopes(self, *, warm_up: float) -> dict[str, dict[str, float]]:
        """Return MiB at the end and growth in MiB per hour after the warm-up, by process."""
        found = {}
        for name, samples in self._samples.items():
            times, sizes = np.array([s for s in samples if s[0] >= warm_up]).T
            slope = float(np.polyfit(times, sizes, 1)[0]) * 3600 if len(times) > 2 else 0.0
            found[name] = {
                "mib": round(float(sizes[-1]), 1),
                "grew_mib": round(float(sizes[-1] - sizes[0]), 2),
                "mib_an_hour": round(slope, 1),
            }
        return found
