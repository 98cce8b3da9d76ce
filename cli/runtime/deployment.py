"""A deployment: data folder, settings, catalogue, archive, and the owner's lock."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from filelock import FileLock, Timeout

from cas.checkpoint import SHIPPED_PAIRS, pair_vocabulary
from cas.vocabulary import Vocabulary
from cli.errors import UserError
from cli.runtime.toml_edit import with_value
from storage import atomic_files
from storage.archive.archive import Archive, open_store
from storage.catalogue import ArtistRow, Catalogue
from worker.config.settings import FILE_NAME, Settings, SettingsFile

DEFAULT_FOLDER = Path("artist-data")
LOCK = "artist.lock"

SECRET = "gallery.secret"
"""File in the data folder that holds the secret that signs cookies."""

ADMINS = "admins.json"
"""File in the data folder with the admins' accounts."""

TOKENS = "tokens.json"
"""File in the data folder with the hashes of the API's tokens."""

ROOM_TO_START = 96 * 2**20
"""Bytes that must be free before the stores are opened; opening them takes less."""


class Deployment:
    """The contents of one data folder, opened when they are first used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.expanduser().absolute()
        self._overrides: dict[str, object] = {}

    def override(self, values: dict[str, object]) -> None:
        """Let a command's options override file and environment: `{"tuning.every": "10s"}`."""
        self._overrides.update(values)

    def command(self, words: str) -> str:
        """`words` as a command to call next, with `--data` where the folder is not the default."""
        known = (Path(os.environ.get("ARTIST_DATA", "")), DEFAULT_FOLDER)
        if self.folder in [folder.expanduser().absolute() for folder in known]:
            return f"artist {words}"
        return f"artist {words} --data {shlex.quote(str(self.folder))}"

    @property
    def exists(self) -> bool:
        """Whether the folder holds settings or a catalogue."""
        return (self.folder / FILE_NAME).exists() or (self.folder / "catalogue.sqlite3").exists()

    def must_exist(self) -> Deployment:
        """Return this deployment.

        Raises:
            UserError: the folder holds none.
        """
        if not self.exists:
            raise UserError(
                f"There is no artist in {self.folder}. Start one with `artist run`, or give its"
                " folder with --data."
            )
        return self

    def create(self, preset: str = "default") -> bool:
        """Create the folder and its settings file; False if the file exists.

        Raises:
            UserError: the folder can't be created or written.
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
        """Path of the settings file."""
        return self.folder / FILE_NAME

    @cached_property
    def settings_file(self) -> SettingsFile:
        """The settings file; its changes are read.

        Raises:
            SettingsError: the file is invalid.
        """
        return SettingsFile(self.settings_path, overrides=self._overrides)

    @property
    def settings(self) -> Settings:
        """The current settings."""
        return self.settings_file.settings

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogue; opening it migrates its tables.

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

    def vocabulary(self) -> Vocabulary:
        """Read the concepts of the current pair of models, without the models.

        Raises:
            CheckpointError: there is no pair.
        """
        return pair_vocabulary(self.settings.models.sampler or SHIPPED_PAIRS[0])

    def free_bytes(self) -> int | None:
        """Free bytes of the fullest disk that holds a store; None if unknown.

        The data folder's disk counts if the catalogue or the memory is in it.

        Raises:
            StorageUnavailable: the archive is unavailable.
        """
        found = [self.archive.free_bytes()]
        storage = self.settings.storage
        if not (storage.catalogue and storage.memory):
            found.append(self.free_bytes_here())
        return min((free for free in found if free is not None), default=None)

    def free_bytes_here(self) -> int:
        """Free bytes of the data folder's disk."""
        return shutil.disk_usage(self.folder).free

    def close(self) -> None:
        """Close the catalogue, if it is open."""
        if "catalogue" in self.__dict__:
            self.catalogue.close()

    @property
    def memory_folder(self) -> Path:
        """Folder of the embedded memory."""
        return self.folder / "memory"

    def artist(self, name: str | None = None) -> ArtistRow:
        """The artist of that name; without a name, the only artist, or the one in the settings.

        Raises:
            UserError: there is no such artist, or a name is needed.
        """
        rows = self.catalogue.artists.all()
        wanted = name or (rows[0].name if len(rows) == 1 else self.settings.artist.name)
        for row in rows:
            if row.name == wanted:
                return row
        if not rows:
            raise UserError(f"{wanted} has not started yet. Start it with `{self.command('run')}`.")
        names = ", ".join(row.name for row in rows)
        if name is None:
            raise UserError(f"Name one of the artists: {names}.")
        close = get_close_matches(name, [row.name for row in rows], n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise UserError(f"There is no artist {name!r}; the artists are {names}.{hint}")

    @contextmanager
    def owned(self) -> Iterator[None]:
        """Hold the folder's lock.

        Raises:
            UserError: another process holds it.
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
            # The process id is only for error messages, and a full disk has no space for it.
            with suppress(OSError):
                atomic_files.replace(self.folder / f"{LOCK}.pid", str(os.getpid()).encode())
            yield
        finally:
            lock.release()

    @property
    def is_running(self) -> bool:
        """Whether a process holds the folder's lock."""
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
