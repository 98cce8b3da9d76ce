"""The health check of a process: the age of its last progress, not whether it answers.

A worker's main process leaves a sign at each heartbeat that reached the broker, beat at each tick;
a process that does a step says when it began. `python -m worker.ops.health` judges all of it: it is
the health check of a container.
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
"""Seconds without a sign of life, and of one step, after which a process is not well."""


@dataclass(frozen=True)
class Progress:
    """Signs of progress, as the times of files in a folder of this container or machine."""

    folder: Path

    def alive(self) -> None:
        """The main process reached its broker just now."""
        self._touch("alive")

    def began(self) -> None:
        """This process begins a step."""
        self._touch(f"step-{os.getpid()}")

    def ended(self) -> None:
        """This process ended its step, well or not."""
        (self.folder / f"step-{os.getpid()}").unlink(missing_ok=True)

    def fault(self) -> str:
        """What is wrong, in a sentence; empty if all is well."""
        alive = _age(self.folder / "alive")
        if alive is None:
            return "no sign of life yet"
        if alive > LONGEST_SILENCE:
            return f"no sign of life for {alive:.0f} s"
        for step in self.folder.glob("step-*"):
            age = _age(step)
            if age is not None and age > LONGEST_STEP and _lives(int(step.name[5:])):
                return f"process {step.name[5:]} has been at one step for {age:.0f} s"
        return ""

    def _touch(self, name: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / name).touch()


def this_progress() -> Progress:
    """The signs of this container: in the folder that ARTIST_PROGRESS names, or below /tmp."""
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
    """End with status 0 if all is well; else print the fault and end with status 1."""
    sys.exit(this_progress().fault() or 0)  # an empty string is status 1


if __name__ == "__main__":
    main()
