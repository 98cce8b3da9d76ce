"""Atomic file writes between processes: a reader sees the whole file or none.

Each is written and synced under a hidden name beside its own, and then gets that.
"""

from __future__ import annotations

import contextlib
import errno
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock

NO_HARD_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS}
"""What a file system without hard links answers to one."""


def create(path: Path, data: bytes, *, mode: int = 0o666) -> bool:
    """Write a file unless one is there: True if it is ours. `mode` is lessened by the umask.

    Raises:
        OSError: it can't be written.
    """
    with _written(path, data, mode) as incoming:
        try:
            give_name(incoming, path)
        except FileExistsError:
            return False
    return True


def replace(path: Path, data: bytes, *, mode: int = 0o666) -> None:
    """Write a file, in the place of the one that is there.

    Raises:
        OSError: it can't be written; the old one is unharmed.
    """
    path = path.resolve()
    with _written(path, data, mode) as incoming:
        incoming.replace(path)


def give_name(incoming: Path, target: Path, *, lock: Path | None = None) -> None:
    """Give a file its name, or raise FileExistsError and change nothing.

    `lock` is used where the file system has no hard links; by default one beside the target.
    """
    try:
        os.link(incoming, target)
    except OSError as error:
        if error.errno not in NO_HARD_LINKS:
            raise
        with FileLock(lock or target.with_name(".lock")):
            if target.exists():
                raise FileExistsError(target) from error
            incoming.rename(target)


@contextlib.contextmanager
def _written(path: Path, data: bytes, mode: int) -> Iterator[Path]:
    """A synced file with these bytes, beside the one that it will be; gone afterwards."""
    incoming = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        handle = os.open(incoming, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield incoming
    finally:
        incoming.unlink(missing_ok=True)
