"""`python -m benchmarks.damage`: trials with several seeds; prints one JSON object for each."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from benchmarks.damage.trial import run


def main() -> int:
    """Run the trials; the exit code is 1 where one had a violation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--works", type=int, default=200)
    parser.add_argument("--objects", type=int, default=20)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--archive", default="", help="s3://bucket/prefix?… instead of a folder")
    parser.add_argument("--catalogue", default="", help="an empty database instead of SQLite")
    options = parser.parse_args()
    violations = 0
    for seed in options.seeds:
        with tempfile.TemporaryDirectory() as folder:
            found = run(
                Path(folder) / "data",
                works=options.works,
                objects=options.objects,
                seed=seed,
                archive=options.archive,
                catalogue=options.catalogue,
            )
        print(json.dumps(found), flush=True)
        violations += bool(found["violations"])
    return int(violations > 0)


if __name__ == "__main__":
    sys.exit(main())
