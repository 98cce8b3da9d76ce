"""Soak, latency, scaling, a thousand artists and a rebuild, over Redis, PostgreSQL and S3.

    python -m benchmarks.served soak --cycles 10000 --artists 50
    python -m benchmarks.served latency
    python -m benchmarks.served scaling
    python -m benchmarks.served thousand
    python -m benchmarks.served rebuild --works 10000

Sampler, encoders and painter are seeded functions that take no time (`tests.served.quick`), so that
everything else is measured. S3 is moto's server and Qdrant the one of our tests.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.served import latency, rebuild, scaling, soak, thousand

COMMANDS: dict[str, Callable[[Path, argparse.Namespace], dict[str, object]]] = {
    "soak": soak.measure,
    "latency": latency.measure,
    "scaling": scaling.measure,
    "thousand": thousand.measure,
    "rebuild": rebuild.measure,
}


def main() -> None:
    """Measure and print JSON; exit with 1 if there are violations."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=COMMANDS)
    parser.add_argument(
        "--cycles", type=int, default=10_000, help="of the soak, by all artists together"
    )
    parser.add_argument("--artists", type=int, default=50)
    parser.add_argument("--works", type=int, default=10_000, help="number of works to rebuild")
    parser.add_argument("--seconds", type=float, default=3600.0, help="maximum duration of a soak")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="served-") as folder:
        Path(folder).chmod(0o711)  # PostgreSQL's own user must reach its folder below
        found = COMMANDS[options.what](Path(folder), options)
    load = [round(value, 1) for value in os.getloadavg()]
    print(json.dumps({**found, "load": load, "cores": os.cpu_count()}, indent=2))
    sys.exit(bool(found.get("violations")))


if __name__ == "__main__":
    main()
