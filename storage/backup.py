"""Copies of an artist: the archive, a snapshot of the catalogue, and the files beside them.

The catalogue is copied before the archive: then all that it knows is in the archive's copy, and
what the artist does meanwhile is found in the archive when it goes on.
"""

from __future__ import annotations

import json
import mimetypes
import sqlite3
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from sqlalchemy import URL

from storage.archive.archive import SUFFIXES, Archive, ObjectStore
from storage.archive.objects import image_key
from storage.errors import UserFacingError
from storage.takedown import removed_images

SUMMARY = "backup.json"
"""Written last: without it a backup is not complete."""

CATALOGUE = "catalogue.sqlite3"
ARCHIVE = "archive/"
DERIVED = "derived/"
"""Objects of the archive that are made from others, and are not copied."""


class BackupError(UserFacingError):
    """A backup can't be made or read; the message says why and what to do."""


@dataclass(frozen=True)
class Entry:
    """One object of a backup: its key, its size in bytes, and how to read it."""

    key: str
    size: int
    read: Callable[[], bytes]


class Target(Protocol):
    """Where a backup is written."""

    def add(self, entry: Entry) -> bool:
        """Write an object; False if the target has it already."""

    def forget(self, key: str) -> None:
        """Remove an object that an earlier backup wrote, if there is one."""


@dataclass
class StoreTarget:
    """A folder or a bucket: a later backup adds only what is new or of another size."""

    store: ObjectStore

    def add(self, entry: Entry) -> bool:
        """Write an object; False if one of its size is there."""
        if entry.key.startswith(ARCHIVE) and self.store.size(entry.key) == entry.size:
            return False
        self.store.replace(entry.key, entry.read(), media_type=media_type_of(entry.key))
        return True

    def forget(self, key: str) -> None:
        """Remove an object that an earlier backup wrote, if there is one."""
        self.store.delete(key)


@dataclass
class TarTarget:
    """One file."""

    file: tarfile.TarFile

    def add(self, entry: Entry) -> bool:
        """Append an object."""
        data = entry.read()
        member = tarfile.TarInfo(entry.key)
        member.size, member.mode = len(data), 0o600
        self.file.addfile(member, BytesIO(data))
        return True

    def forget(self, key: str) -> None:
        """Do nothing: the file is new."""


def back_up(
    archive: ObjectStore,
    target: Target,
    *,
    catalogue: URL,
    files: dict[str, Path],
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Copy everything; return the number of objects of the archive that were written.

    `files` are those beside the stores, by their names in the backup; missing ones are left out. A
    catalogue on PostgreSQL is left out: its own programs copy it, or a restore rebuilds it. The
    artist may be at work meanwhile. Pictures that were taken down are removed from earlier copies.
    """
    for name, path in files.items():
        if path.is_file():
            target.add(_file(name, path))
    if catalogue.get_backend_name() == "sqlite" and catalogue.database:
        with _snapshot(Path(catalogue.database)) as copy:
            target.add(_file(CATALOGUE, copy))
    written = count = 0
    for key in archive.keys(""):
        if key.startswith(DERIVED) or (size := archive.size(key)) is None:
            continue
        written += target.add(Entry(ARCHIVE + key, size, partial(archive.get, key)))
        count += 1
        progress(count)
    for image in removed_images(Archive(archive)):
        for suffix in SUFFIXES.values():
            target.forget(ARCHIVE + image_key(image, suffix))
    summary = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "objects": count}
    data = json.dumps(summary).encode()
    target.add(Entry(SUMMARY, len(data), lambda: data))
    return written


def entries_of_store(store: ObjectStore) -> Iterator[Entry]:
    """Read a backup in a folder or bucket.

    Raises:
        BackupError: there is no complete backup.
    """
    if not store.exists(SUMMARY):
        raise BackupError(f"There is no complete backup there: {SUMMARY} is missing.")
    keys = list(store.keys(""))
    for key in sorted(keys, key=lambda key: key.startswith(ARCHIVE)):  # the settings first
        yield Entry(key, store.size(key) or 0, partial(store.get, key))


def entries_of_tar(path: Path) -> Iterator[Entry]:
    """Read a backup in one file.

    Raises:
        BackupError: the file is none, or it was cut short.
    """
    try:
        with tarfile.open(path) as file:
            if SUMMARY not in file.getnames():
                raise BackupError(f"{path} is not a complete backup: {SUMMARY} is missing in it.")
            for member in file:
                stream = file.extractfile(member)
                if stream is not None:
                    yield Entry(member.name, member.size, stream.read)
    except (tarfile.TarError, OSError, EOFError) as error:
        raise BackupError(f"{path} can't be read as a backup: {error}.") from error


def media_type_of(key: str) -> str:
    """The media type of an object, by its key."""
    return mimetypes.guess_type(key)[0] or "application/octet-stream"


def _file(name: str, path: Path) -> Entry:
    return Entry(name, path.stat().st_size, path.read_bytes)


@contextmanager
def _snapshot(database: Path) -> Iterator[Path]:
    """A copy of a SQLite database as it is at one moment, also while it is written."""
    if not database.is_file():
        raise BackupError(f"There is no catalogue at {database}.")
    with TemporaryDirectory(prefix="backup-", dir=database.parent) as folder:
        copy = Path(folder) / CATALOGUE
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        yield copy
