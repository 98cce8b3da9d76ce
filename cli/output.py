"""Terminal output that never stops the artist: encodings, closed pipes, full disks.

Nor does anything that is printed command it: names, errors and answers of models come from others.
"""

from __future__ import annotations

import errno
import io
import os
import re
import select
import sys
from typing import Any

from storage.redaction import redacted, without_control_characters

_GONE = (errno.EPIPE, errno.EIO)
_OWN_COMMANDS = re.compile(r"(\x1b\[(?:[0-9;]*m|\d*[AK]|\?25[hl]))")
"""What our own tables and progress bars tell a terminal: colours, a line up, erase, the cursor."""

_lost: set[int] = set()


def sanitize_output() -> None:
    """Let output go on whatever reads it, or nobody does; and let it hold no secret.

    A letter that the terminal's encoding lacks is replaced. What is written after the other end
    was closed (`artist run | head`, a connection that broke) is dropped.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if not isinstance(stream, io.TextIOWrapper):
            continue
        stream.flush()
        raw = _Pipe(stream.fileno(), "wb", closefd=False)
        buffer: Any = raw if stream.write_through else io.BufferedWriter(raw)
        guarded = _Told(
            buffer,
            encoding=stream.encoding,
            errors="replace",
            line_buffering=stream.line_buffering,
            write_through=stream.write_through,
        )
        setattr(sys, name, guarded)


class _Pipe(io.FileIO):
    """A standard stream's file, whose other end may go away."""

    def write(self, data: Any, /) -> int:
        try:
            while (written := super().write(data)) is None:
                select.select((), (self,), ())  # it does not block, and is full
        except OSError as error:
            if error.errno in _GONE:
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, self.fileno())
                os.close(nowhere)
            else:
                # A full disk, say. What is written later may find room again.
                _lost.add(self.fileno())
            return len(data)
        return written


def flush_terminal() -> None:
    """Write what still waits to be written."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()


def output_was_lost() -> bool:
    """Whether something could not be written, though there was somebody to read it."""
    return bool(_lost)


class _Told(io.TextIOWrapper):
    """What people are told, without secrets, and without commands that are not our own."""

    def write(self, text: str, /) -> int:
        parts = _OWN_COMMANDS.split(redacted(text))
        parts[::2] = map(without_control_characters, parts[::2])  # between our own commands
        super().write("".join(parts))
        return len(text)
