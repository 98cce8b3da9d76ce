"""The health check of a container, by the exit status of the command."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from worker.ops.health import LONGEST_SILENCE, Progress


def _check(folder: Path, module: str = "worker.ops.health") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "ARTIST_PROGRESS": str(folder)},
    )


def test_a_process_that_makes_progress_is_healthy(tmp_path: Path) -> None:
    Progress(tmp_path).alive()
    assert _check(tmp_path).returncode == 0


def test_a_process_without_progress_is_unhealthy_with_a_reason(tmp_path: Path) -> None:
    checked = _check(tmp_path)
    assert (checked.returncode, checked.stderr) == (1, "no heartbeat yet\n")
    Progress(tmp_path).alive()
    long_ago = time.time() - LONGEST_SILENCE - 60
    os.utime(tmp_path / "alive", (long_ago, long_ago))
    checked = _check(tmp_path)
    assert checked.returncode == 1 and "no heartbeat for" in checked.stderr


def test_the_former_name_of_the_check_gives_the_same_status(tmp_path: Path) -> None:
    assert _check(tmp_path, "worker.health").returncode == 1
    Progress(tmp_path).alive()
    checked = _check(tmp_path, "worker.health")
    assert checked.returncode == 0 and "worker.ops.health" in checked.stderr
