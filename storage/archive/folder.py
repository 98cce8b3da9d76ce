"""An object store in a folder: one file for each object, written atomically, never overwritten.

A file is written and synced under `.incoming/`, then linked to its name: the link fails where the
name is taken, so of many writers exactly one creates the object, and a process killed half-way
leaves nothing under any name.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from storage.atomic_files import NO_HARD_LINKS, give_name
from storage.errors import ObjectConflict, ObjectMissing, StorageUnavailable

_INCOMING = ".incoming"
_LEFTOVER_SECONDS = 3600.0
_FULL = {errno.ENOSPC, errno.EDQUOT}
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}


class FolderStore:
    """The archive's objects as files below one folder.

    `create` makes the folder if it is missing. Without it a missing folder is an error, so that an
    archive on a disk that is not mounted does not get a second archive on its mount point.

    Raises:
        StorageUnavailable: the folder is missing, or can't be made.
    """

    def __init__(self, path: str | Path, *, create: bool = False) -> None:
        self.path = Path(path).expanduser().absolute()
        if create:
            with self._plain_errors():
                self.path.mkdir(parents=True, exist_ok=True)
        self._require_folder()
        self._clear_leftovers()

    def put(self, key: str, data: bytes, *, media_type: str) -> bool:
        """Create an object; on return it is on the disk. `media_type` lives in the key's suffix.

        Returns:
            True if it was created, False if the very same bytes lay there already.

        Raises:
            ObjectConflict: the key has other bytes.
            StorageUnavailable: the folder is missing, full or read-only.
            ValueError: the key is no plain relative path.
        """
        target = self._file(key)
        with self._plain_errors(), self._incoming(data) as incoming:
            self._make_parents(target)
            try:
                give_name(incoming, target, lock=self.path / ".lock")
                created = True
            except FileExistsError:
                if target.read_bytes() != data:
                    raise ObjectConflict(
                        f"The archive already holds other bytes under {key} in {self.path}; "
                        "nothing was changed. `artist verify` compares what it holds."
                    ) from None
                created = False
            _sync_folder(target.parent)
        return created

    def replace(self, key: str, data: bytes, *, media_type: str) -> None:
        """Create an object or put other bytes in its place, at once: for what can be remade.

        Raises:
            StorageUnavailable: the folder is missing, full or read-only.
            ValueError: the key is no plain relative path.
        """
        target = self._file(key)
        with self._plain_errors(), self._incoming(data) as incoming:
            self._make_parents(target)
            incoming.replace(target)
            _sync_folder(target.parent)

    def delete(self, key: str) -> None:
        """Remove an object; on return it is gone from the disk. A missing one is no error.

        Raises:
            StorageUnavailable: the folder is missing or read-only.
            ValueError: the key is no plain relative path.
        """
        self._require_folder()
        file = self._file(key)
        with self._plain_errors(), contextlib.suppress(FileNotFoundError, NotADirectoryError):
            file.unlink()
            _sync_folder(file.parent)

    def get(self, key: str) -> bytes:
        """Bytes of an object.

        Raises:
            ObjectMissing: the key does not exist.
            StorageUnavailable: the folder is missing or unreadable.
        """
        with self._plain_errors():
            try:
                return self._file(key).read_bytes()
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                self._require_folder()
                raise ObjectMissing(f"The archive in {self.path} has no {key}.") from None

    def exists(self, key: str) -> bool:
        """Whether an object exists under the key.

        Raises:
            StorageUnavailable: the folder is missing.
        """
        return self.size(key) is not None

    def size(self, key: str) -> int | None:
        """Size of an object in bytes; None if the key does not exist.

        Raises:
            StorageUnavailable: the folder is missing or unreadable.
        """
        self._require_folder()
        with self._plain_errors():
            file = self._file(key)
            return file.stat().st_size if file.is_file() else None

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Every key that begins with the prefix, in the order of their characters.

        Raises:
            StorageUnavailable: the folder is missing or unreadable.
        """
        self._require_folder()
        folder = prefix.rpartition("/")[0]
        with self._plain_errors():
            for key in self._walk(self._file(folder) if folder else self.path):
                if key.startswith(prefix):
                    yield key

    def folders(self, prefix: str = "") -> Iterator[str]:
        """Names of the folders directly below a prefix that ends in a slash, sorted.

        Raises:
            StorageUnavailable: the folder is missing or unreadable.
        """
        self._require_folder()
        with self._plain_errors():
            entries = _entries(self._file(prefix.rstrip("/")) if prefix else self.path)
            yield from (entry.name for entry in entries if entry.is_dir())

    def probe(self) -> tuple[str, ...]:
        """Write a trial object; name what this folder can't do, in sentences (none: all is well).

        Raises:
            StorageUnavailable: it can't be written to at all.
        """
        self._require_folder()
        with self._plain_errors(), self._incoming(b"probe") as incoming:
            link = incoming.with_suffix(".link")
            try:
                os.link(incoming, link)
            except OSError as error:
                if error.errno not in NO_HARD_LINKS:
                    raise
                return (
                    f"The file system of {self.path} has no hard links: two machines must not "
                    "write to this archive at the same time.",
                )
            link.unlink()
        return ()

    def free_bytes(self) -> int | None:
        """Bytes that may still be written to the disk.

        Raises:
            StorageUnavailable: the folder is missing.
        """
        self._require_folder()
        with self._plain_errors():
            return shutil.disk_usage(self.path).free

    def _file(self, key: str) -> Path:
        names = key.split("/")
        if any(not name or name.startswith(".") or "\\" in name or "\0" in name for name in names):
            raise ValueError(
                f"{key!r} is no key: it must be names joined by slashes, none empty, none "
                "beginning with a dot."
            )
        return self.path.joinpath(*names)

    def _walk(self, folder: Path) -> Iterator[str]:
        for entry in _entries(folder):
            if entry.is_dir():
                yield from self._walk(Path(entry.path))
            else:
                yield Path(entry.path).relative_to(self.path).as_posix()

    @contextlib.contextmanager
    def _incoming(self, data: bytes) -> Iterator[Path]:
        """A synced file with these bytes beside the archive's names; gone afterwards."""
        self._require_folder()
        folder = self.path / _INCOMING
        folder.mkdir(exist_ok=True)
        incoming = folder / uuid.uuid4().hex
        try:
            with incoming.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            yield incoming
        finally:
            incoming.unlink(missing_ok=True)

    def _make_parents(self, target: Path) -> None:
        """Make the folders above a file, and make them last: a new name lives in its parent."""
        missing = [parent for parent in target.parents if not parent.exists()]
        target.parent.mkdir(parents=True, exist_ok=True)
        for folder in missing:
            _sync_folder(folder.parent)

    def _require_folder(self) -> None:
        if not self.path.is_dir():
            raise StorageUnavailable(
                f"The archive's folder {self.path} is missing. Mount its disk, or make the folder "
                "if this is a new archive."
            )

    def _clear_leftovers(self) -> None:
        """Remove what killed processes were writing; a reader of a read-only archive can't."""
        with contextlib.suppress(OSError):
            for entry in _entries(self.path / _INCOMING):
                if time.time() - entry.stat().st_mtime > _LEFTOVER_SECONDS:
                    Path(entry.path).unlink(missing_ok=True)

    @contextlib.contextmanager
    def _plain_errors(self) -> Iterator[None]:
        """Say what the operating system reports as a person would."""
        try:
            yield
        except OSError as error:
            if error.errno in _FULL:
                what = f"The disk of the archive {self.path} is full. Free some space on it"
            elif error.errno in _READ_ONLY:
                what = f"The archive {self.path} can't be written or read by this user. Mend that"
            else:
                what = f"The archive {self.path} does not answer as a disk should. Look at it"
            raise StorageUnavailable(
                f"{what}; the work goes on afterwards. ({error.strerror or error})"
            ) from error


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What lies in a folder but hidden names, in the order of whole keys; nothing if missing."""
    try:
        with os.scandir(folder) as found:
            entries = [entry for entry in found if not entry.name.startswith(".")]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(entries, key=lambda entry: entry.name + "/" * entry.is_dir())


def _sync_folder(folder: Path) -> None:
    """Make new names in a folder last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
