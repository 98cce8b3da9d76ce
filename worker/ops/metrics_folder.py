"""The folder in which the processes of a pool share their metrics.

It must be set before the first import of `prometheus_client`, hence this separate module.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def share_counts() -> None:
    """Set an empty folder: the one in PROMETHEUS_MULTIPROC_DIR, or a new one."""
    folder = Path(os.environ.get(VARIABLE) or tempfile.mkdtemp(prefix="counts-"))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ[VARIABLE] = str(folder)
