"""When the artists work: new cycles where they are due, and open ones that nobody works on.

`Schedule.tick` is called every second or so. It holds no state that matters: two schedules at once
do no harm, since the catalogue opens a cycle only once and a step is claimed only once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from storage.archive import Archive
from storage.catalogue import ArtistRow, Catalogue, Step
from storage.events import TuningChanged
from storage.manifest import Tuning
from worker.settings import SettingsFile, wished_tuning

GIB = 2**30
BY_FILE = "artist.toml"
"""Who changed a tuning that came from the settings."""

DISK_CHECK_SECONDS = 60.0


@dataclass
class Schedule:
    """The schedule of every artist in the catalogue.

    `send` queues the next step of a cycle. `quiet_seconds` is how long an open cycle may lie still
    before it is sent again. `last_cycle` is the number after which no artist begins another.
    """

    catalogue: Catalogue
    archive: Archive
    settings_file: SettingsFile
    send: Callable[[str, Step], None]
    quiet_seconds: float = 30.0
    last_cycle: int | None = None

    def read_settings(self) -> None:
        """Read the settings file again; where it changed an artist's tuning, store a new version.

        A tuning that a person set elsewhere stands over the file until it is reset.
        """
        wished = wished_tuning(self.settings_file.refresh())
        for artist in self.catalogue.artists.all():
            newest = self.catalogue.artists.tuning(artist.name)
            if newest is None or (newest.who == BY_FILE and newest.tuning != wished):
                self._tune(artist.name, wished, version=1 if newest is None else newest.version + 1)

    def tick(self) -> None:
        """Begin what is due and go on with what stalled."""
        for artist in self.catalogue.artists.all():
            tuning = self.catalogue.artists.tuning(artist.name)
            if tuning is not None and self._may_begin(artist):
                opened = self.catalogue.cycles.open(
                    artist.name, tuning_version=tuning.version, every=tuning.tuning.every
                )
                if opened is not None:
                    self.send(opened.id, opened.step)
        self.recover()

    def recover(self) -> None:
        """Send every stalled cycle again, at the step where it stands."""
        for identifier in self.catalogue.cycles.stalled(quiet=self.quiet_seconds):
            cycle = self.catalogue.cycles.get(identifier)
            if cycle is not None:
                self.catalogue.cycles.touch(identifier)
                self.send(identifier, cycle.step)

    def _tune(self, artist: str, wished: Tuning, *, version: int) -> None:
        changed = self.archive.append_once(
            TuningChanged(
                artist=artist, at=datetime.now(UTC), version=version, tuning=wished, who=BY_FILE
            )
        )
        self.catalogue.artists.tune(changed)

    def _may_begin(self, artist: ArtistRow) -> bool:
        if artist.paused:
            return False
        if self.last_cycle is not None:
            last = self.catalogue.cycles.last_number(artist.name)
            if last >= self.last_cycle:
                return False
        free = self.archive.free_bytes()
        least = self.settings_file.settings.storage.min_free_gib
        if free is not None and free < least * GIB:
            self.catalogue.artists.rest(
                artist.name,
                seconds=DISK_CHECK_SECONDS,
                reason=(
                    f"only {free / GIB:.2f} GiB are free where the archive lies, and"
                    f" storage.min_free_gib = {least:g}: make room, and it goes on by itself"
                ),
            )
            return False
        return True
