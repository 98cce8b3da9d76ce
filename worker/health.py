"""Former name of `worker.ops.health`, for Compose files of earlier releases; removed in 2027."""

import sys

from worker.ops.health import this_progress

if __name__ == "__main__":
    print("python -m worker.health is python -m worker.ops.health now", file=sys.stderr)
    sys.exit(this_progress().fault())
