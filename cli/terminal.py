"""The terminal, or what stands in its place: never a reason for the artist to stop."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import Any

from storage.redaction import redacted

_GONE = (errno.EPIPE, errno.EIO)


def guard_terminal() -> None:
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
            return super().write(data)
        except OSError as error:
            if error.errno not in _GONE:
                raise
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            return len(data)


class _Told(io.TextIOWrapper):
    """What people are told, without secrets."""

    def write(self, text: str, /) -> int:
        super().write(redacted(text))
        return len(text)
