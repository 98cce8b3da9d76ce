"""A deployment that faults are inflicted on, with artists who must go on by themselves."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import urllib3

from scheduler.tuning_updates import changed, update_tuning
from storage.errors import StorageUnavailable
from tests.served import painting_api
from tests.served.topology import Topology
from tests.served.traps import Trap, Traps
from tests.storage.s3_server import CONTROL

WORKERS = {"think,keep": 2, "call,show": 2}
ARTISTS = ("ada", "ben", "cleo")
POOR = "poor"
POOR_BUDGET = 0.60
PATIENCE = 40.0
"""Seconds within which every artist must have ended another cycle."""

# A worker that is frozen inside a transaction must not hold its rows for ever.
DATABASE_OPTIONS = "?options=-c%20idle_in_transaction_session_timeout%3D1500"
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
DISK_MIB = 24


class StoodStill(AssertionError):  # noqa: N818 - reads as what it says
    """An artist did not go on by itself."""


@dataclass
class World:
    """The deployment, its artists, and the means to do them harm."""

    topology: Topology
    random: random.Random
    artists: tuple[str, ...] = ARTISTS
    reports: list[str] = field(default_factory=list)

    @property
    def traps(self) -> Traps:
        return Traps(self.topology.traps)

    def report(self, violation: str) -> None:
        """Note something that must not be."""
        self.reports.append(violation)

    def last_number(self, artist: str) -> int:
        """The number of the artist's newest cycle that has ended."""
        catalogue = self.topology.catalogue
        newest = catalogue.cycles.last_number(artist)
        return newest - (catalogue.cycles.current(artist) is not None)

    def wait_for_progress(self, *, cycles: int = 1, spare_workers: bool = False) -> None:
        """Wait until every artist has ended so many more cycles.

        `spare_workers` starts a worker for each queue meanwhile: one may be frozen.

        Raises:
            StoodStill: one did not, in `PATIENCE` seconds.
        """
        if spare_workers:
            for queues in WORKERS:
                self.topology.add_worker(f"spare-{queues}", queues)
        wanted = {artist: self._patiently(artist) + cycles for artist in self.artists}
        deadline = time.monotonic() + PATIENCE
        while waiting := [a for a, number in wanted.items() if self._patiently(a) < number]:
            if time.monotonic() > deadline:
                raise StoodStill(self._told(waiting))
            time.sleep(0.03)
        if spare_workers:
            for queues in WORKERS:
                self.topology.remove(f"spare-{queues}")

    def _patiently(self, artist: str) -> int:
        with contextlib.suppress(StorageUnavailable):
            return self.last_number(artist)
        return -1

    def _told(self, waiting: list[str]) -> str:
        catalogue = self.topology.catalogue
        facts = []
        for name in waiting:
            row, cycle = catalogue.artists.get(name), catalogue.cycles.current(name)
            stands = cycle and f"{cycle.id} at {cycle.step}, {cycle.last_error or 'no last_error'}"
            facts.append(f"{name}: {'paused' if row and row.paused else ''} {stands}")
        return f"no progress in {PATIENCE:g} s: {facts}"

    def spring(self, trap: Trap) -> int:
        """Set a trap and wait until somebody is caught; returns whose process it was."""
        self.traps.set(trap)
        deadline = time.monotonic() + PATIENCE
        while (pid := self.traps.snapped()) is None:
            if time.monotonic() > deadline:
                raise StoodStill(f"nobody came to place {trap.place} of {trap.step}")
            time.sleep(0.01)
        return pid

    def signal(self, pid: int, number: int) -> None:
        """Send a signal to one process, if it is still there."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)

    def inflict_on_api(self, mishaps: list[str]) -> None:
        """Let the next paid calls end so, and wait until they have."""
        port = self.topology.ports["api"]
        before = len(painting_api.calls(port))
        painting_api.set_mishaps(port, mishaps)
        self._wait(lambda: len(painting_api.calls(port)) >= before + len(mishaps))

    def inflict_on_s3(self, fault: dict[str, object], *, seconds: float = 0.0) -> None:
        """Let requests to the archive end so: for so many seconds, or until all have come."""
        address = f"{self.topology.s3_url}{CONTROL}"
        if seconds:
            urllib3.request("PUT", address, json=[{**fault, "times": 10**6}])
            time.sleep(seconds)
            urllib3.request("PUT", address, json=[])
            return
        urllib3.request("PUT", address, json=[fault])
        self._wait(lambda: urllib3.request("GET", address).data == b"0")

    def wait_for_trouble(self, part: str) -> None:
        """Wait until an open cycle waits for a reason that has `part` in it."""

        def is_told() -> bool:
            cycles = [self.topology.catalogue.cycles.current(artist) for artist in self.artists]
            return any(cycle and cycle.last_error and part in cycle.last_error for cycle in cycles)

        self._wait(is_told)

    def fill_disk(self) -> None:
        """Leave no byte free where the archive lies."""
        folder = self.topology.archive_folder
        assert folder is not None
        with contextlib.suppress(OSError), (folder.parent / "filler").open("wb", 0) as filler:
            while filler.write(b"\0" * 4096):
                pass

    def free_disk(self) -> None:
        """Make room again."""
        folder = self.topology.archive_folder
        assert folder is not None
        (folder.parent / "filler").unlink()

    def set_clock(self, offset: str) -> None:
        """Set the database's clock, by which all of them go."""
        (self.topology.folder / "clock").write_text(offset)

    def _wait(self, is_over: object) -> None:
        assert callable(is_over)
        deadline = time.monotonic() + PATIENCE
        while not is_over():
            if time.monotonic() > deadline:
                raise StoodStill("the fault was not met")
            time.sleep(0.03)


@contextmanager
def running_world(*, seed: int, on_small_disk: bool = False) -> Iterator[World]:
    """A world that works; on a small disk of its own where that is to be filled."""
    with tempfile.TemporaryDirectory(prefix="chaos-") as name, _disk(on_small_disk) as disk:
        folder = Path(name)
        topology = Topology(
            folder,
            workers=WORKERS,
            archive_folder=disk and disk / "archive",
            database_options=DATABASE_OPTIONS,
            database_environment=_faketime(folder),
        )
        with topology.running():
            for number, artist in enumerate((*ARTISTS, POOR)):
                topology.create_artist(artist, seed=number)
            world = World(topology, random.Random(seed))
            world.wait_for_progress()
            _make_poor(topology)
            yield world


def _make_poor(topology: Topology) -> None:
    row = topology.catalogue.artists.tuning(POOR)
    assert row is not None
    poorer = changed(row.tuning, {"daily_budget": POOR_BUDGET})
    update_tuning(topology.catalogue, topology.archive, POOR, tuning=poorer, who="chaos")


def _faketime(folder: Path) -> dict[str, str]:
    """The environment of a program whose clock is set by a file."""
    if not FAKETIME.exists():
        return {}
    clock = folder / "clock"
    clock.write_text("+0")
    clock.chmod(0o644)
    return {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


@contextmanager
def _disk(wanted: bool) -> Iterator[Path | None]:
    """A small file system in RAM; only root may make one."""
    if not wanted:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="disk-") as name:
        size = f"size={DISK_MIB}m"
        subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", name], check=True)
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "--lazy", name], check=True)
