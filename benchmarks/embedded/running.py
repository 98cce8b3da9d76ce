"""`artist run` in a process of its own, for measurements."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

PROGRAM = "from cli.main import main; main()"
SETTINGS = """
[picture]
width = 96
height = 96
attempts = 1
[parts]
image_encoder = "packaged"
[storage]
min_free_gib = 0
"""


class Running:
    """The process and its output."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def wait_for(self, pattern: str) -> str:
        """Read its output up to a line that starts with the pattern; return the line.

        Raises:
            RuntimeError: the process ended before.
        """
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if re.match(pattern, line):
                return line
        raise RuntimeError(f"the artist ended before it printed {pattern!r}")


@contextmanager
def running(folder: Path, *options: str, program: str = PROGRAM) -> Iterator[Running]:
    """Run an artist with small pictures in a folder until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "artist.toml").write_text(SETTINGS)
    process = subprocess.Popen(
        [sys.executable, "-c", program, "run", "--data", str(folder), "--port", "0", *options],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONUNBUFFERED": "1", "COLUMNS": "300"},
    )
    try:
        yield Running(process)
    finally:
        process.terminate()
        try:
            process.wait(120)
        finally:
            process.kill()


def times_of_cycles(folder: Path) -> list[tuple[float, float]]:
    """Return start and end of each cycle of the only artist, in order, by the catalogue's clock."""
    with sqlite3.connect(folder / "catalogue.sqlite3") as catalogue:
        return catalogue.execute(
            "SELECT started_at, finished_at FROM cycles ORDER BY number"
        ).fetchall()


def milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    """Return median, 90th percentile and maximum."""
    values = 1000 * np.array(seconds)
    return {
        "median": round(float(np.median(values)), 1),
        "p90": round(float(np.percentile(values, 90)), 1),
        "longest": round(float(values.max()), 1),
    }
