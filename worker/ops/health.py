"""The health check of a process: the age of its last progress, not whether it answers.

A worker's main process touches a file at each heartbeat that reached the broker, beat at each tick;
a process that runs a step has a file with its start. `python -m worker.ops.health` checks all
files: it is a container's health check.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

LONGEST_SILENCE = 60.0
LONGEST_STEP = 1800.0
"""Seconds without a heartbeat, and of one step, after which a process is unhealthy."""


@dataclass(frozen=True)
class Progress:
    """Progress, as the times of files in a folder of this container or machine."""

    folder: Path

    def alive(self) -> None:
        """Record that the main process reached its broker now."""
        self._touch("alive")

    def began(self) -> None:
        """Record that this process starts a step."""
        self._touch(f"step-{os.getpid()}")

    def ended(self) -> None:
        """Record that this process ended its step, with or without an error."""
        (self.folder / f"step-{os.getpid()}").unlink(missing_ok=True)

    def fault(self) -> str:
        """Return what is wrong, in a sentence; empty if nothing is."""
        alive = _age(self.folder / "alive")
        if alive is None:
            return "no heartbeat yet"
        if alive > LONGEST_SILENCE:
            return f"no heartbeat for {alive:.0f} s"
        for step in self.folder.glob("step-*"):
            age = _age(step)
            if age is not None and age > LONGEST_STEP and _lives(int(step.name[5:])):
                return f"process {step.name[5:]} has run one step for {age:.0f} s"
        return ""

    def _touch(self, name: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / name).touch()


def this_progress() -> Progress:
    """Return the progress of this container: in the folder ARTIST_PROGRESS, or below /tmp."""
    return Progress(Path(os.environ.get("ARTIST_PROGRESS") or "/tmp/artist-progress"))


def _age(file: Path) -> float | None:
    try:
        return time.time() - file.stat().st_mtime
    except FileNotFoundError:
        return None


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def main() -> NoReturn:
    """Exit with status 0 if nothing is wrong; else print the fault and exit with status 1."""
    sys.exit(this_progress().fault() or 0)  # an empty string is status 1


if __name__ == "__main__":
    main()
