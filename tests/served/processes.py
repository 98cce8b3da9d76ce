"""Processes that a test starts, signals and starts again, each in a group of its own."""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_forks = multiprocessing.get_context("forkserver")
_PR_SET_PDEATHSIG = 1


def preload(*modules: str) -> None:
    """Import these once, in the process that all forked ones come from; call it first."""
    _forks.set_forkserver_preload(list(modules))


class Process:
    """A running process with its children, which die with it."""

    def __init__(self, pid: int, poll: Callable[[], int | None]) -> None:
        self.pid = pid
        self._poll = poll

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._poll() is None

    @property
    def exit_code(self) -> int | None:
        """How it ended; negative: by that signal."""
        return self._poll()

    def send(self, number: int) -> None:
        """Send a signal to it and to all of its children."""
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            self.tell(number)  # it has no group of its own yet

    def tell(self, number: int) -> None:
        """Send a signal to it alone."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def wait(self, seconds: float = 30.0) -> int:
        """Wait until it ends; returns its exit code.

        Raises:
            TimeoutError: it still runs.
        """
        deadline = time.monotonic() + seconds
        while (code := self._poll()) is None:
            if time.monotonic() > deadline:
                raise TimeoutError(f"process {self.pid} still runs after {seconds:g} s")
            time.sleep(0.01)
        return code

    def kill(self) -> None:
        """SIGKILL for all of it, and wait for its end."""
        self.send(signal.SIGKILL)
        self.wait()


def fork(
    target: Callable[..., object],
    *arguments: object,
    environment: Mapping[str, str] | None = None,
    log: Path,
) -> Process:
    """Run a function in a fresh process that has everything imported; its output goes to `log`."""
    child = _forks.Process(target=_child, args=(target, arguments, environment or {}, str(log)))
    child.start()
    assert child.pid is not None
    return Process(child.pid, lambda: child.exitcode)


def _child(
    target: Callable[..., object],
    arguments: Sequence[object],
    environment: Mapping[str, str],
    log: str,
) -> None:
    os.setsid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.environ.update(environment)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(out, 1)
    os.dup2(out, 2)
    sys.stdout = os.fdopen(1, "w", buffering=1, closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
    sys.argv = ["artist"]
    target(*arguments)


def execute(
    command: Sequence[str], *, environment: Mapping[str, str] | None = None, log: Path | None = None
) -> Process:
    """Run a program; its output goes to `log`, or where ours goes."""
    with contextlib.nullcontext() if log is None else log.open("ab") as out:
        process = subprocess.Popen(
            command,
            env={**os.environ, **(environment or {})},
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    return Process(process.pid, process.poll)


class Restarts:
    """Starts what ended again, as `restart: unless-stopped` does."""

    def __init__(self, look: Callable[[], None], *, seconds: float = 0.05) -> None:
        self._look = look
        self._seconds = seconds
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self._seconds):
            self._look()
