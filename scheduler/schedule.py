"""Start cycles that are due, and send stalled cycles to the workers again.

Two schedules at once do no harm: the catalogue opens a cycle only once, and a step is claimed only
once.
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
"""Seconds after which disk space and quiet hours are checked again."""

LOOK_SECONDS = 1.0
"""Most seconds between two checks: other processes may have changed something."""

LONGEST_LEASE = 300.0
CLOCK_SLACK = 2.0
"""Seconds by which NTP may set the clock back without effect."""


@dataclass
class Schedule:
    """The schedule of every artist in the catalogue.

    `send` queues the next step of a cycle; `waiting` returns the number of waiting tasks in each
    step's queue. An open cycle without progress for `stall_timeout` seconds is sent again. No
    artist starts a cycle after number `last_cycle`. `free_bytes` returns the free space of the
    fullest store; by default the archive's.
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
        """Read the settings file again; if it changed an artist's tuning, store a new version.

        A tuning that a person set elsewhere overrides the file until it is reset.
        """
        wanted = tuning_from_settings(self.settings_file.refresh())
        known = self.catalogue.artists.newest_tunings()
        for artist in self.catalogue.artists.all():
            newest = known.get(artist.name)
            if newest is None or (newest.who == BY_FILE and newest.tuning != wanted):
                update_tuning(self.catalogue, self.archive, artist.name, tuning=wanted, who=BY_FILE)

    def look(self, *, changed: bool) -> float:
        """Read the settings and tick, if there may be something to do.

        That is: the catalogue has `changed`, or the settings file, or something is due, or the
        clock was set back.

        Returns:
            Seconds until the next call.
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
        """Recover stalled cycles, and start cycles that are due, the longest waiting first.

        The settings limit the open cycles, so that a thousand artists due at the same moment do not
        fill the queues or hit the paid API's rate limit.

        Returns:
            Seconds until the next tick may have something to do, if nothing else changes.
        """
        now = self._mind_clock()
        self.recover()
        most = self.settings_file.settings.schedule.most_open
        room = most - self.catalogue.cycles.count("open")
        if room > 0:
            for artist, tuning in self.catalogue.artists.due(limit=room):
                self._begin(artist, tuning.tuning, version=tuning.version, now=now)
        # When an open cycle will stall is unknown.
        longest = LOOK_SECONDS if self.catalogue.cycles.count("open") else WAIT_SECONDS
        until = self.catalogue.clock.until_next(after=now)
        return longest if until is None else min(longest, max(0.0, until))

    def recover(self) -> None:
        """Send the current step of every stalled cycle again.

        If as many tasks wait as cycles are open, the tasks are slow and not lost: copies would only
        lengthen the queue.
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
        """Seconds for which an artist that is due must wait, and why; else 0 and no reason."""
        free = (self.free_bytes or self.archive.free_bytes)()
        least = self.settings_file.settings.storage.min_free_gib
        if free is not None and free < least * GIB:
            return WAIT_SECONDS, (
                f"only {free / GIB:.2f} GiB are free on the fullest disk of the stores, and"
                f" storage.min_free_gib = {least:g}: free some space; it then continues"
            )
        until = quiet_until(tuning, datetime.fromtimestamp(now, UTC))
        if until is not None:
            left = until.timestamp() - now
            return min(WAIT_SECONDS, left), f"quiet hours until {until:%H:%M} ({tuning.timezone})"
        return 0.0, ""

    def _mind_clock(self) -> float:
        """Return the current time in seconds since 1970; if it was set back, shorten all waits."""
        now, seen = self.catalogue.clock.now(), self._seen
        self._seen = now
        if seen is not None and now >= seen - CLOCK_SLACK:
            return now
        self.catalogue.clock.bring_near(lease=LONGEST_LEASE, delay=LONGEST_DELAY, rest=LONGEST_REST)
        for name, row in self.catalogue.artists.newest_tunings().items():
            self.catalogue.artists.due_within(name, longest_wait(row.tuning))
        return now
