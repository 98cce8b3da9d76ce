"""Atomic file writes: a reader sees the old file or the whole new one, or none."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def appearing(path: Path) -> Iterator[Path]:
    """Another path to write to; what lies there at the end takes the file's place at once.

    Where the block fails the file stays as it was. Several may write one file side by side: the
    last one stays.
    """
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        yield part
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
