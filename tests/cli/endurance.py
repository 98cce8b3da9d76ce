"""`artist run`, killed with SIGKILL at random moments and started again until it is done.

python -m tests.cli.endurance --cycles 30 --kills 5
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from storage.archive.archive import Archive
from storage.archive.folder import FolderStore
from storage.archive.manifest import Manifest
from tests.recompute import recompute

ARTIST = Path(sys.executable).parent / "artist"


def survive(folder: Path, *, cycles: int, kills: int, seed: int) -> list[Manifest]:
    """Run to the last cycle, with `kills` kills; return the manifests, which were checked.

    Each kill is at a random moment of a random cycle.
    """
    generator = random.Random(seed)
    for number in sorted(generator.sample(range(1, cycles), kills)):
        process = start(folder, cycles)
        while len(list((folder / "archive/manifests").glob("*/*"))) < number:
            if process.poll() is not None:
                raise AssertionError(f"it ended by itself: {process.returncode}")
            time.sleep(0.02)
        time.sleep(generator.uniform(0, 2))
        process.send_signal(signal.SIGKILL)
        process.wait()
    last = start(folder, cycles)
    if last.wait(timeout=60 + 20 * cycles) != 0:
        raise AssertionError(f"the last run ended with {last.returncode}")
    manifests = list(Archive(FolderStore(folder / "archive")).manifests())
    assert [m.number for m in manifests] == list(range(1, cycles + 1))
    assert len({m.painting.image for m in manifests}) == cycles
    recompute(manifests)
    return manifests


def start(folder: Path, cycles: int) -> subprocess.Popen[bytes]:
    """Start the artist in a process of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    return subprocess.Popen(
        [ARTIST, "run", "--data", folder, "--cycles", str(cycles), "--every", "0s", "--port", "0"],
        env={**os.environ, "ARTIST_STORAGE__MIN_FREE_GIB": "0", "HF_HUB_OFFLINE": "1"},
        stdout=subprocess.DEVNULL,
    )


def main() -> None:
    """Run at full length and print the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=30)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = survive(
            Path(folder) / "data", cycles=options.cycles, kills=options.kills, seed=options.seed
        )
    departed = sum(len(m.judgement.departed) for m in made)
    seconds = sorted((m.finished_at - m.started_at).total_seconds() for m in made)
    print(
        f"{len(made)} works through {options.kills} kills, every number recomputed;"
        f" {departed} concepts left the pool; a cycle took {seconds[len(seconds) // 2]:.1f} s"
        " in the middle"
    )


if __name__ == "__main__":
    main()
