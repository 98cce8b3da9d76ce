"""`make served`: the whole served artist on this machine, until Ctrl-C; then nothing is left.

Redis and PostgreSQL are the real servers, S3 is moto's, Qdrant our test server over Qdrant Edge.
Beat, two workers a queue and the gallery are the commands that `docker-compose.yml` runs.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from tests.served.topology import Topology


def main() -> None:
    """Start everything, create an artist, and wait."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2, help="for each queue")
    parser.add_argument("--every", default="30s", help="cadence")
    options = parser.parse_args()
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with tempfile.TemporaryDirectory(prefix="served-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        workers = dict.fromkeys(("think", "call", "keep", "show"), options.workers)
        topology = Topology(
            folder, workers=workers, quick=False, durable=True, every=options.every, gallery=True
        )
        print("Starting Redis, PostgreSQL, S3, Qdrant, beat, workers and the gallery…")
        stack.enter_context(topology.running())
        subprocess.run(
            [
                *(str(Path(sys.executable).parent / "artist"), "create", "alien"),
                *("--seeds", "sea,sky", "--data", str(folder / "data")),
            ],
            env={"PATH": "/usr/bin:/bin", **topology.artist_environment},
            check=True,
        )
        print(f"Gallery: http://localhost:{topology.ports['gallery']}/   (Ctrl-C stops everything)")
        print(f"Logs: {folder / 'log'}", flush=True)
        stopped.wait()
        print("Letting every step in hand end…")


if __name__ == "__main__":
    main()
