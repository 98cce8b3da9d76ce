"""Time and memory of the offline painter: python -m benchmarks.studio

Every technique at 1024 x 1024 over works of a real life, each in a fresh process for the peak.
Seconds on the clock depend on what else the machine does; the processor's seconds do not.
"""

import json
import resource
import subprocess
import sys
import time

import numpy as np

from worker.studio import OfflinePainter
from worker.studio.marks import TECHNIQUES
from worker.studio.plan.choices import Choices

WORKS = 6


def measure(technique: str, works: list[list[str]]) -> None:
    """Plan and paint works in one technique; print seconds and the peak in MiB."""
    painter = OfflinePainter(1024, 1024)
    painter.paint(painter.plan(["fox"], seed=0, choices=Choices(technique=technique)))  # compiles
    seconds, processor = [], []
    for seed, concepts in enumerate(works):
        begun, busy = time.perf_counter(), time.process_time()
        painter.paint(painter.plan(concepts, seed=seed, choices=Choices(technique=technique)))
        seconds.append(time.perf_counter() - begun)
        processor.append(time.process_time() - busy)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{technique:14} median {np.median(seconds):5.2f} s   worst {max(seconds):5.2f} s   "
        f"processor {np.median(processor):5.2f} s   peak {peak:4.0f} MiB"
    )


def main() -> None:
    """Measure one technique, or each in a process of its own."""
    if len(sys.argv) > 1:
        measure(sys.argv[1], json.loads(sys.argv[2]))
        return
    from benchmarks.studio.lives import picks  # the sampler's memory is none of the painter's

    works = json.dumps([[concept, *pool[-2:]] for pool, concept in picks(0, WORKS)])
    print(f"{len(TECHNIQUES)} techniques, 1024 x 1024, plan and picture")
    for technique in TECHNIQUES:
        subprocess.run([sys.executable, "-m", "benchmarks.studio", technique, works], check=True)


if __name__ == "__main__":
    main()
