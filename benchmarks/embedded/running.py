"""An `artist run` in a process of its own, for measuring it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
    """The process, and what it says."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def wait_for(self, pattern: str) -> str:
        """Read its output up to a line that begins with the pattern; returns the line.

        Raises:
            RuntimeError: it ended before.
        """
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if re.match(pattern, line):
                return line
        raise RuntimeError(f"the artist ended before it said {pattern!r}")


@contextmanager
def running(folder: Path, *options: str) -> Iterator[Running]:
    """Start an artist of small pictures in a folder; it is stopped when the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "artist.toml").write_text(SETTINGS)
    command = [sys.executable, "-c", "from cli.main import main; main()"]
    process = subprocess.Popen(
        [*command, "run", "--data", str(folder), "--port", "0", *options],
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
