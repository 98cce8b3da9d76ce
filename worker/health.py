"""Former name of `worker.ops.health`, for Compose files of earlier releases; removed in 2027."""

import sys

from worker.ops.health import main

if __name__ == "__main__":
    print("python -m worker.health is python -m worker.ops.health now", file=sys.stderr)
    main()
