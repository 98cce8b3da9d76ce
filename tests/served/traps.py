"""Traps: places inside a step at which a worker meets its fate, set by a test from outside.

Each write to a store and each paid call is a place, before it and after it. A trap is a file named
after a step; it says at which place of that step it snaps, and what happens to the process then.
It snaps once: who renames the file is the one whom it catches.
"""

from __future__ import annotations

import functools
import json
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from celery import Celery

from worker.errors import AttemptsSpent

Fate = Literal["kill worker", "kill child", "stop", "hold", "fail"]
"""SIGKILL for the worker with its pool, or for the one process; SIGSTOP; a wait for a file; or an
error that ends the cycle."""

RELEASE = "release"

_here = threading.local()


@dataclass(frozen=True)
class Trap:
    """Snaps at the `place`-th place of the step, or when it has been committed if it has fewer."""

    step: str
    place: int
    fate: Fate


class Traps:
    """The traps in one folder, as the test sees them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def set(self, trap: Trap) -> None:
        """Set a trap; another one of the step is replaced."""
        self.clear()
        (self.folder / RELEASE).unlink(missing_ok=True)
        waiting = self.folder / "new"
        waiting.write_text(json.dumps(asdict(trap)))
        waiting.rename(self.folder / f"{trap.step}.trap")

    def snapped(self) -> int | None:
        """Process id of the one that was caught, if any was."""
        for file in self.folder.glob("*.snapped"):
            try:
                return int(file.suffixes[-2].lstrip("."))
            except (ValueError, IndexError):
                return None
        return None

    def release(self) -> None:
        """Let one that is held go on."""
        (self.folder / RELEASE).touch()

    def flag(self, name: str, *, up: bool) -> None:
        """Raise or lower a flag: `double` sends every task twice, `disorder` late and mixed up."""
        file = self.folder / f"{name}.flag"
        file.touch() if up else file.unlink(missing_ok=True)

    def clear(self) -> None:
        """Take away what is left of the last one; who was released may need a moment to see it."""
        for file in self.folder.iterdir():
            if file.name != RELEASE:
                file.unlink(missing_ok=True)


def lay(folder: Path) -> None:
    """Make every step of this process watch for traps in the folder."""
    import openai.resources.images

    import worker.engine.app
    import worker.engine.runner
    from storage.archive.folder import FolderStore
    from storage.archive.s3 import S3Store
    from storage.catalogue.db.database import Database
    from storage.vectors.server import ServerMemory

    reach = functools.partial(_reach, folder)
    for step, row in worker.engine.runner.STEPS.items():
        worker.engine.runner.STEPS[step] = replace(row, run=_watched(row.run, step.value, folder))
    worker.engine.app.run_step = _watched_to_the_end(worker.engine.app.run_step, folder)
    for store in (S3Store, FolderStore):
        store.put = _with_places(store.put, reach)  # type: ignore[method-assign]
    ServerMemory.upsert = _with_places(  # type: ignore[method-assign]
        ServerMemory.upsert, reach
    )
    openai.resources.images.Images.generate = _with_places(
        openai.resources.images.Images.generate, reach
    )
    write = Database.write

    @contextmanager
    def watched_write(self: Database) -> Iterator[Any]:
        with write(self) as connection:
            yield connection
            reach()
        reach()

    Database.write = watched_write  # type: ignore[method-assign]
    send_task = Celery.send_task

    def watched_send(self: Celery, *arguments: Any, **named: Any) -> Any:
        if (folder / "disorder.flag").exists():
            named["countdown"] = random.uniform(0, 0.4)
        if (folder / "double.flag").exists():
            send_task(self, *arguments, **named)
        return send_task(self, *arguments, **named)

    Celery.send_task = watched_send


def _watched(do: Callable[..., Any], step: str, folder: Path) -> Callable[..., Any]:
    def watched(*arguments: Any) -> Any:
        _end_step(folder)
        _here.step, _here.place = step, 0
        return do(*arguments)

    return watched


def _watched_to_the_end(run_step: Callable[..., Any], folder: Path) -> Callable[..., Any]:
    def watched(*arguments: Any, **named: Any) -> Any:
        _here.step = None
        try:
            following = run_step(*arguments, **named)
            _end_step(folder)
            return following
        finally:
            _here.step = None

    return watched


def _end_step(folder: Path) -> None:
    """The step is committed: its last place, whatever the number of the others."""
    if getattr(_here, "step", None):
        _here.place = 10**6
        with suppress(AttemptsSpent):  # too late to fail
            _reach(folder)


def _with_places(call: Callable[..., Any], reach: Callable[[], None]) -> Callable[..., Any]:
    @functools.wraps(call)
    def watched(*arguments: Any, **named: Any) -> Any:
        reach()
        answer = call(*arguments, **named)
        reach()
        return answer

    return watched


def _reach(folder: Path) -> None:
    step = getattr(_here, "step", None)
    if step is None:
        return
    _here.place += 1
    file = folder / f"{step}.trap"
    try:
        trap = Trap(**json.loads(file.read_text()))
        if _here.place < trap.place:
            return
        file.rename(folder / f"{step}.{os.getpid()}.snapped")
    except FileNotFoundError:
        return
    _meet(trap.fate, folder)


def _meet(fate: Fate, folder: Path) -> None:
    match fate:
        case "kill worker":
            os.killpg(os.getpgrp(), signal.SIGKILL)
        case "kill child":
            os.kill(os.getpid(), signal.SIGKILL)
        case "stop":
            os.kill(os.getpid(), signal.SIGSTOP)
        case "fail":
            raise AttemptsSpent("a trap lets it fail for good")
        case "hold":
            while not (folder / RELEASE).exists():
                time.sleep(0.01)
