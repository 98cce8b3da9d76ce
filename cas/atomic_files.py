"""Atomic file writes: a reader sees the old file or the whole new one, or none."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def appearing(path: Path) -> Iterator[Path]:
    """Another path to write to; at the end its file replaces the target atomically.

    If the block fails, the file is unchanged. Several may write one file in parallel: the
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
