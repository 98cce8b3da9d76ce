"""A shell session that is written down: commands, their real output, files, and words between."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAIN = "from cli.main import main; main()"
SHOWN_FOLDER = "/srv/day"
ANY = (
    (r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?(\+00:00|Z)?", "DATE TIME"),
    (r"\b\d\d:\d\d UTC", "TIME UTC"),
    (r"\b[0-9a-f]{64}\b", "SHA256"),
    (r"\bdesk=[^;]+", "desk=…"),
    (r"[\d,.]+ GiB free", "N GiB free"),
    (r"enough for [\d,]+ days", "enough for N days"),
)
"""What differs from run to run, and what stands in its place."""


class SessionError(Exception):
    """A command did not do what it should; the message has its output."""


class Transcript:
    """A session in a folder. `environment` are the variables that its commands get beside a few."""

    def __init__(self, folder: Path, *, command: str = "") -> None:
        self.folder = folder
        self.environment: dict[str, str] = {}
        self.hidden: dict[str, str] = {str(folder): SHOWN_FOLDER}
        self.commands: list[str] = []
        self._lines: list[str] = []
        self._programs = folder.with_name(folder.name + "-bin")
        self._programs.mkdir()
        program = command or f"env PYTHONPATH={ROOT} {sys.executable} -c {shlex.quote(MAIN)}"
        artist = self._programs / "artist"
        artist.write_text(f'#!/bin/sh\nexec {program} "$@"\n')
        artist.chmod(0o755)

    def heading(self, text: str) -> None:
        """Begin a chapter."""
        self._lines += [f"## {text}", ""]
        print(f"\n== {text}", flush=True)

    def say(self, text: str) -> None:
        """A paragraph."""
        self._lines += [text, ""]

    def file(self, name: str, text: str, *, language: str) -> None:
        """Write a file, and show what was written."""
        (self.folder / name).write_text(text, encoding="utf-8")
        self.show(f"`{name}`:", text, language=language)

    def show(self, words: str, text: str, *, language: str) -> None:
        """Show a text as a block."""
        self._lines += [
            words,
            f"```{language}",
            *self._masked(text).strip().splitlines(),
            "```",
            "",
        ]

    def run(self, command: str, *, expect: str = "", most: int = 40) -> str:
        """Run a command, and write it down with at most so many lines of output; returns all.

        Raises:
            SessionError: it failed, or did not print what `expect`, a regular expression, finds.
        """
        began = time.monotonic()
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self._all_variables(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        print(f"  {time.monotonic() - began:5.1f} s  {command}", flush=True)
        if done.returncode != 0:
            raise SessionError(f"`{command}` ended with {done.returncode}:\n{done.stdout}")
        if not re.search(expect, done.stdout):
            raise SessionError(f"`{command}` did not print {expect!r}:\n{done.stdout}")
        lines = self._masked(done.stdout).rstrip().splitlines()
        if len(lines) > most:
            lines = [*lines[:most], "…"]
        self._note(command, [line.rstrip() for line in lines])
        return done.stdout

    def start(self, command: str, *, log: str) -> subprocess.Popen[bytes]:
        """Start a program in the background; its output goes to a file of the folder."""
        self._note(f"{command} >> {log} 2>&1 &", [])
        with (self.folder / log).open("ab") as out:
            return subprocess.Popen(
                ["bash", "-c", f"exec {command}"],
                cwd=self.folder,
                env=self._all_variables(),
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        """End a program as a service manager does.

        Raises:
            SessionError: its exit code isn't 0.
        """
        self._note("kill %1 && wait", [])
        process.send_signal(signal.SIGTERM)
        if process.wait(250) != 0:
            raise SessionError(f"the program ended with {process.returncode}")

    def text(self) -> str:
        """All that was written down, in Markdown."""
        return "\n".join(self._lines).rstrip() + "\n"

    def _note(self, command: str, lines: list[str]) -> None:
        shown = self._masked(command)
        self.commands.append(shown)
        block = ["```console", f"$ {shown}", *lines, "```", ""]
        if self._lines[-2:] == ["```", ""] and self._is_console():
            self._lines[-2:] = []
            block = block[1:]
        self._lines += block

    def _is_console(self) -> bool:
        opened = [line for line in self._lines if line.startswith("```") and line != "```"]
        return bool(opened) and opened[-1] == "```console"

    def _masked(self, text: str) -> str:
        for secret, shown in sorted(self.hidden.items(), key=lambda one: -len(one[0])):
            text = text.replace(secret, shown)
        for pattern, shown in ANY:
            text = re.sub(pattern, shown, text)
        return text

    def _all_variables(self) -> dict[str, str]:
        kept = ("HOME", "LANG", "LC_ALL", "TMPDIR", "OMP_NUM_THREADS", "USER", "XDG_CACHE_HOME")
        own = {name: os.environ[name] for name in kept if name in os.environ}
        path = f"{self._programs}{os.pathsep}{os.environ['PATH']}"
        return {
            **own,
            "PATH": path,
            "COLUMNS": "100",
            "CURL_HOME": str(self.folder),
            **self.environment,
        }


def until(is_so: Callable[[], bool], what: str, *, seconds: float = 300.0) -> None:
    """Wait until something is so.

    Raises:
        SessionError: it isn't after so many seconds.
    """
    deadline = time.monotonic() + seconds
    began = time.monotonic()
    while not is_so():
        if time.monotonic() > deadline:
            raise SessionError(f"after {seconds:g} s not so: {what}")
        time.sleep(0.2)
    print(f"  {time.monotonic() - began:5.1f} s  … {what}", flush=True)
