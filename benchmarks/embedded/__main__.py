"""Idle cost, punctuality and cycle time of `artist run`, each as JSON.

python -m benchmarks.embedded idle --seconds 60
python -m benchmarks.embedded punctual --cycles 12
python -m benchmarks.embedded cycle --cycles 40 --rounds 3
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.embedded import cycle, idle, punctual

COMMANDS: dict[str, Callable[[Path, argparse.Namespace], dict[str, object]]] = {
    "cycle": cycle.measure,
    "idle": idle.measure,
    "punctual": punctual.measure,
}


def main() -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=COMMANDS)
    parser.add_argument(
        "--seconds", type=float, default=60.0, help="duration of the measurement of `idle`"
    )
    parser.add_argument("--cycles", type=int, default=12)
    parser.add_argument(
        "--rounds", type=int, default=3, help="rounds of `cycle`, each with both variants"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="embedded-") as folder:
        found = COMMANDS[options.what](Path(folder) / "data", options)
    load = [round(value, 1) for value in os.getloadavg()]
    print(json.dumps({**found, "load": load, "cores": os.cpu_count()}, indent=2))


if __name__ == "__main__":
    main()
