"""Terminal output that never fails: encodings, closed pipes, full disks.

Control characters are removed: names, errors and answers of models come from others.
"""

from __future__ import annotations

import errno
import io
import json
import os
import re
import select
import sys
from typing import Any

import click

from storage.redaction import redacted, without_control_characters

_GONE = (errno.EPIPE, errno.EIO)
_OWN_COMMANDS = re.compile(r"(\x1b\[(?:[0-9;]*m|\d*[AK]|\?25[hl]))")
"""Escape sequences of our tables and progress bars: colours, a line up, erase, the cursor."""

_lost: set[int] = set()


def sanitize_output() -> None:
    """Replace stdout and stderr by streams that never fail and remove secrets.

    A character that the terminal's encoding lacks is replaced. Output after the reader closed the
    pipe (`artist run | head`, a lost connection) is dropped.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if not isinstance(stream, io.TextIOWrapper):
            continue
        stream.flush()
        raw = _Pipe(stream.fileno(), "wb", closefd=False)
        buffer: Any = raw if stream.write_through else io.BufferedWriter(raw)
        guarded = _SafeStream(
            buffer,
            encoding=stream.encoding,
            errors="replace",
            line_buffering=stream.line_buffering,
            write_through=stream.write_through,
        )
        setattr(sys, name, guarded)


class _Pipe(io.FileIO):
    """A standard stream's file, whose reader may close it."""

    def write(self, data: Any, /) -> int:
        try:
            while (written := super().write(data)) is None:
                select.select((), (self,), ())  # non-blocking, and full
        except OSError as error:
            if error.errno in _GONE:
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, self.fileno())
                os.close(nowhere)
            else:
                # For example a full disk. Later writes may succeed.
                _lost.add(self.fileno())
            return len(data)
        return written


def print_json(content: object) -> None:
    """Print the content as indented JSON."""
    click.echo(json.dumps(content, indent=1, ensure_ascii=False))


def flush_terminal() -> None:
    """Flush stdout and stderr."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()


def output_was_lost() -> bool:
    """Whether output could not be written, although its reader was there."""
    return bool(_lost)


class _SafeStream(io.TextIOWrapper):
    """A text stream that removes secrets, and control characters that are not our own."""

    def write(self, text: str, /) -> int:
        parts = _OWN_COMMANDS.split(redacted(text))
        parts[::2] = map(without_control_characters, parts[::2])  # not our own commands
        super().write("".join(parts))
        return len(text)
