"""Time and memory of the offline painter: python -m benchmarks.studio

Every technique at 1024 x 1024, each in a fresh process for the peak. Seconds on the clock depend on
what else the machine does; the processor's seconds do not.
"""

import resource
import subprocess
import sys
import time

from worker.studio import OfflinePainter
from worker.studio.composition import FAMILIES
from worker.studio.techniques import TECHNIQUES

WORKS = (
    ("fox", "church", "winter"),
    ("sea", "ship", "storm"),
    ("portrait", "hat", "beard"),
    ("vase", "skull", "candle"),
)


def measure(technique: str) -> None:
    """Paint the four works in one technique and print seconds and the peak in MiB."""
    painter = OfflinePainter(1024, 1024)
    seconds, processor = [], []
    for seed, work in enumerate(WORKS):
        start, busy = time.perf_counter(), time.process_time()
        painter.paint(work, seed=seed, style=technique)
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - busy)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{technique:16} worst of four {max(seconds):5.2f} s   processor {max(processor):5.2f} s   "
        f"peak {peak:4.0f} MiB"
    )


def main() -> None:
    if len(sys.argv) > 1:
        measure(sys.argv[1])
        return
    print(f"{len(FAMILIES)} families, {len(TECHNIQUES)} techniques, 1024 x 1024")
    for technique in TECHNIQUES:
        subprocess.run([sys.executable, "-m", "benchmarks.studio", technique.name], check=True)


if __name__ == "__main__":
    main()
