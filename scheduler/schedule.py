"""Start cycles that are due, and send stalled cycles to the workers again.

`Schedule.tick` is called every second or so, or `Schedule.look` as soon as there may be something
to do. It holds no state that matters: two schedules at once do no harm, since the catalogue opens a
cycle only once and a step is claimed only once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from scheduler.cadence import longest_wait, quiet_until, seconds_to_next
from scheduler.tuning_updates import BY_FILE, update_tuning
from storage.archive.archive import Archive
from storage.archive.manifest import Tuning
from storage.catalogue import ArtistRow, Catalogue, Step
from worker.config.settings import Settings, SettingsFile, tuning_from_settings
from worker.steps.failures import LONGEST_DELAY, LONGEST_REST

GIB = 2**30
WAIT_SECONDS = 60.0
"""How long an artist rests before disk and quiet hours are looked at again."""

LOOK_SECONDS = 1.0
"""Seconds after which it is looked again at the latest: others may have changed something."""

LONGEST_LEASE = 300.0
CLOCK_SLACK = 2.0
"""Seconds that a clock may go back by itself, when it is set by the network."""


@dataclass
class Schedule:
    """The schedule of every artist in the catalogue.

    `send` queues the next step of a cycle; `waiting` tells how many tasks wait in each step's
    queue. `stall_timeout` is how long an open cycle may lie still before it is sent again.
    `last_cycle` is the number after which no artist begins another. `free_bytes` is the room left
    where the fullest of the stores lies; by default the archive's.
    """

    catalogue: Catalogue
    archive: Archive
    settings_file: SettingsFile
    send: Callable[[str, Step], None]
    waiting: Callable[[], Mapping[Step, int]] = dict
    stall_timeout: float = 30.0
    last_cycle: int | None = None
    free_bytes: Callable[[], int | None] | None = None
    _seen: float | None = field(default=None, init=False)
    _looked_at: float = field(default=0.0, init=False)
    _due_at: float = field(default=0.0, init=False)
    _settings: Settings | None = field(default=None, init=False)

    def read_settings(self) -> None:
        """Read the settings file again; where it changed an artist's tuning, store a new version.

        A tuning that a person set elsewhere stands over the file until it is reset.
        """
        wished = tuning_from_settings(self.settings_file.refresh())
        known = self.catalogue.artists.newest_tunings()
        for artist in self.catalogue.artists.all():
            newest = known.get(artist.name)
            if newest is None or (newest.who == BY_FILE and newest.tuning != wished):
                update_tuning(self.catalogue, self.archive, artist.name, tuning=wished, who=BY_FILE)

    def look(self, *, changed: bool) -> float:
        """Read the settings and tick, if there may be something to do.

        That is: the catalogue has `changed`, or the settings file, or a moment has come at which
        something is due, or the clock was set back.

        Returns:
            Seconds after which to look again.
        """
        now, settings = time.time(), self.settings_file.refresh()
        same = not changed and settings is self._settings
        if not (same and self._looked_at <= now < self._due_at):
            self._due_at = 0.0
            self.read_settings()
            self._settings, self._due_at = settings, now + self.tick()
        self._looked_at = now
        return min(LOOK_SECONDS, max(0.0, self._due_at - time.time()))

    def tick(self) -> float:
        """Go on with what stalled, and begin what is due, who waits longest first.

        No more cycles are under way at once than the settings allow, so that a thousand artists due
        at the same moment fill neither the queues nor the paid API's waiting room.

        Returns:
            Seconds after which the next tick may have something to do, where nothing changes.
        """
        now = self._mind_clock()
        self.recover()
        most = self.settings_file.settings.schedule.most_open
        room = most - self.catalogue.cycles.count("open")
        if room > 0:
            for artist, tuning in self.catalogue.artists.due(limit=room):
                self._begin(artist, tuning.tuning, version=tuning.version, now=now)
        # Whether an open cycle stalls is not known before.
        longest = LOOK_SECONDS if self.catalogue.cycles.count("open") else WAIT_SECONDS
        until = self.catalogue.clock.until_next(after=now)
        return longest if until is None else min(longest, max(0.0, until))

    def recover(self) -> None:
        """Send every stalled cycle again, at the step where it stands.

        Where as many tasks wait as cycles are open, they are slow and not lost: copies would only
        lengthen the queue, the faster the slower it moves.
        """
        stalled = self.catalogue.cycles.stalled(timeout=self.stall_timeout)
        if not stalled:
            return
        waiting, enough = self.waiting(), self.catalogue.cycles.count("open")
        for identifier in stalled:
            cycle = self.catalogue.cycles.get(identifier)
            if cycle is not None and waiting.get(cycle.step, 0) < enough:
                self.catalogue.cycles.mark_dispatched(identifier)
                self.send(identifier, cycle.step)

    def _begin(self, artist: ArtistRow, tuning: Tuning, *, version: int, now: float) -> None:
        last = self.catalogue.cycles.last_number(artist.name)
        if self.last_cycle is not None and last >= self.last_cycle:
            return
        seconds, reason = self._reason_to_wait(tuning, now=now)
        if reason:
            self.catalogue.artists.rest(artist.name, seconds=seconds, reason=reason)
            return
        every = seconds_to_next(tuning, seed=artist.created.seed, number=last + 1)
        opened = self.catalogue.cycles.open(artist.name, tuning_version=version, every=every)
        if opened is not None:
            self.send(opened.id, opened.step)

    def _reason_to_wait(self, tuning: Tuning, *, now: float) -> tuple[float, str]:
        """For how many seconds an artist that is due does not begin, and why; else no reason."""
        free = (self.free_bytes or self.archive.free_bytes)()
        least = self.settings_file.settings.storage.min_free_gib
        if free is not None and free < least * GIB:
            return WAIT_SECONDS, (
                f"only {free / GIB:.2f} GiB are free on the fullest disk of the stores, and"
                f" storage.min_free_gib = {least:g}: make room, and it goes on by itself"
            )
        until = quiet_until(tuning, datetime.fromtimestamp(now, UTC))
        if until is not None:
            left = until.timestamp() - now
            return min(WAIT_SECONDS, left), f"quiet hours until {until:%H:%M} ({tuning.timezone})"
        return 0.0, ""

    def _mind_clock(self) -> float:
        """Where the clock was set back, let nobody wait for the time that was lost.

        Returns:
            The time now, in seconds since 1970.
        """
        now, seen = self.catalogue.clock.now(), self._seen
        self._seen = now
        if seen is not None and now >= seen - CLOCK_SLACK:
            return now
        self.catalogue.clock.bring_near(lease=LONGEST_LEASE, delay=LONGEST_DELAY, rest=LONGEST_REST)
        for name, row in self.catalogue.artists.newest_tunings().items():
            self.catalogue.artists.due_within(name, longest_wait(row.tuning))
        return now
