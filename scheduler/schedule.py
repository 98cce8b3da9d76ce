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
from worker.settings import Settings, SettingsFile, wished_tuning

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

    def tick(self) -> None:
        """Begin what is due and go on with what stalled."""
        settings = self.settings_file.refresh()
        for artist in self.catalogue.artists.all():
            tuning_version, tuning = self.tune(artist.name, settings)
            if self._may_begin(artist, settings):
                opened = self.catalogue.cycles.open(
                    artist.name, tuning_version=tuning_version, every=tuning.every
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

    def tune(self, artist: str, settings: Settings) -> tuple[int, Tuning]:
        """The tuning in force, its version first; the settings' one becomes it where they changed.

        A tuning that a person set elsewhere stands over the file until it is reset.
        """
        newest = self.catalogue.artists.tuning(artist)
        wished = wished_tuning(settings)
        if newest is not None and (newest.who != BY_FILE or newest.tuning == wished):
            return newest.version, newest.tuning
        changed = self.archive.append_once(
            TuningChanged(
                artist=artist,
                at=datetime.now(UTC),
                version=1 if newest is None else newest.version + 1,
                tuning=wished,
                who=BY_FILE,
            )
        )
        self.catalogue.artists.tune(changed)
        return changed.version, changed.tuning

    def _may_begin(self, artist: ArtistRow, settings: Settings) -> bool:
        if artist.paused:
            return False
        if self.last_cycle is not None:
            last = self.catalogue.cycles.last_number(artist.name)
            if last >= self.last_cycle:
                return False
        free = self.archive.free_bytes()
        least = settings.storage.min_free_gib
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
