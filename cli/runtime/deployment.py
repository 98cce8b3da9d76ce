"""A deployment: data folder, settings, catalogue, archive, and the owner's lock."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from filelock import FileLock, Timeout

from cli.errors import UserError
from cli.runtime.toml_edit import with_value
from storage import atomic_files
from storage.archive.archive import Archive, open_store
from storage.catalogue import ArtistRow, Catalogue
from worker.config.settings import FILE_NAME, Settings, SettingsFile

LOCK = "artist.lock"

ROOM_TO_START = 96 * 2**20
"""Bytes that have to be free before the stores are opened; opening them takes less."""


class Deployment:
    """Everything that one data folder holds, opened when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.expanduser().absolute()
        self._overrides: dict[str, object] = {}

    def override(self, values: dict[str, object]) -> None:
        """Let options of the command stand over file and environment: `{"tuning.every": "10s"}`."""
        self._overrides.update(values)

    @property
    def exists(self) -> bool:
        """Whether an artist ever lived here."""
        return (self.folder / FILE_NAME).exists() or (self.folder / "catalogue.sqlite3").exists()

    def must_exist(self) -> Deployment:
        """This deployment, if an artist ever lived in it.

        Raises:
            UserError: it holds nothing.
        """
        if not self.exists:
            raise UserError(
                f"There is no artist in {self.folder}. Start one with `artist run`, or name its"
                " folder with --data."
            )
        return self

    def create(self, preset: str = "default") -> bool:
        """Make the folder and its settings file; False if the file was there already.

        Raises:
            UserError: the folder can't be made or written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if self.settings_path.exists():
                return False
            template = files("worker").joinpath(FILE_NAME).read_text(encoding="utf-8")
            text = with_value(template, "preset", preset)
            return atomic_files.create(self.settings_path, text.encode())
        except OSError as error:
            raise UserError(f"{self.folder} can't be written: {error.strerror}.") from error

    @property
    def settings_path(self) -> Path:
        """Where the settings file lies."""
        return self.folder / FILE_NAME

    @cached_property
    def settings_file(self) -> SettingsFile:
        """The settings file, read now and watched later.

        Raises:
            SettingsError: it can't be used.
        """
        return SettingsFile(self.settings_path, overrides=self._overrides)

    @property
    def settings(self) -> Settings:
        """The current settings."""
        return self.settings_file.settings

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogue, with its tables up to date.

        Raises:
            StorageUnavailable: it can't be reached or written.
        """
        return Catalogue(self.settings.catalogue_url(self.folder))

    @cached_property
    def archive(self) -> Archive:
        """The archive.

        Raises:
            StorageUnavailable: it can't be reached.
        """
        where = self.settings.storage.archive
        return Archive(open_store(where or str(self.folder / "archive"), create=not where))

    def free_bytes(self) -> int | None:
        """Bytes that may still be written to the fullest of the disks that the stores lie on.

        The data folder counts where catalogue or memory lie in it; None: unknown.

        Raises:
            StorageUnavailable: the archive is unavailable.
        """
        found = [self.archive.free_bytes()]
        storage = self.settings.storage
        if not (storage.catalogue and storage.memory):
            found.append(self.free_bytes_here())
        return min((free for free in found if free is not None), default=None)

    def free_bytes_here(self) -> int:
        """Bytes that may still be written to the data folder's disk."""
        return shutil.disk_usage(self.folder).free

    def close(self) -> None:
        """Let go of the catalogue, if it was opened."""
        if "catalogue" in self.__dict__:
            self.catalogue.close()

    @property
    def memory_folder(self) -> Path:
        """Where the embedded memory keeps its vectors."""
        return self.folder / "memory"

    def artist(self, name: str | None = None) -> ArtistRow:
        """The artist of that name; without one the only artist there is, or the settings' own.

        Raises:
            UserError: there is no such artist, or it must be said which one is meant.
        """
        rows = self.catalogue.artists.all()
        wanted = name or (rows[0].name if len(rows) == 1 else self.settings.artist.name)
        for row in rows:
            if row.name == wanted:
                return row
        if not rows:
            raise UserError(f"{wanted} has not begun yet. Start it with `artist run`.")
        names = ", ".join(row.name for row in rows)
        if name is None:
            raise UserError(f"Say which artist is meant: {names}.")
        close = get_close_matches(name, [row.name for row in rows], n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise UserError(f"There is no artist {name!r}; there are {names}.{hint}")

    @contextmanager
    def owned(self) -> Iterator[None]:
        """Be the only one who works in this folder.

        Raises:
            UserError: somebody else does.
        """
        lock = FileLock(self.folder / LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise UserError(
                f"An artist already runs in {self.folder} (process {self._owner()}). Stop it, or"
                " give this one another folder with --data."
            ) from None
        except OSError as error:
            raise UserError(f"{self.folder} can't be written: {error.strerror}.") from error
        try:
            # The number only tells a person who it is: a full disk has no room for it.
            with suppress(OSError):
                atomic_files.replace(self.folder / f"{LOCK}.pid", str(os.getpid()).encode())
            yield
        finally:
            lock.release()

    @property
    def is_running(self) -> bool:
        """Whether some process works in this folder now."""
        lock = FileLock(self.folder / LOCK)
        try:
            lock.acquire(timeout=0)
        except (Timeout, OSError):
            return True
        lock.release()
        return False

    def _owner(self) -> str:
        try:
            return (self.folder / f"{LOCK}.pid").read_text()
        except OSError:
            return "unknown"
