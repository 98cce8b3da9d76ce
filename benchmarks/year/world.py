"""One artist over real stores in a folder, driven by its schedule without waiting."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.year.clock import Clock
from cli.runtime.deployment import Deployment
from scheduler.schedule import Schedule
from scheduler.tuning_updates import changed, update_tuning
from storage.archive.archive import Archive
from storage.archive.events import ArtistCreated
from storage.archive.manifest import Tuning
from storage.catalogue import Catalogue, Step
from storage.vectors.edge import EdgeMemory
from tests.served.quick import SPACE, QuickImageEncoder, QuickSampler, QuickTextEncoder, quick_parts
from tests.worker.contexts import PaidPainter
from worker.composers.grammar import GrammarComposer
from worker.engine.runner import run_step
from worker.worker_context import Components, WorkerContext

NAME = "alien"
PERSON = 7200.0
"""Seconds until a person resumes a paused artist."""


class World:
    """The artist's stores and its worker; `restart` simulates a crash and a new start."""

    def __init__(self, folder: Path, clock: Clock, *, last_cycle: int) -> None:
        self.folder, self.clock, self.last_cycle = folder, clock, last_cycle
        self.painter = PaidPainter()
        self.queue: deque[tuple[str, Step]] = deque()
        self.deaths = 0
        self._open()
        created = ArtistCreated(
            artist=NAME,
            at=datetime.fromtimestamp(clock.time, UTC),
            title="A year",
            statement="",
            style="",
            seeds=("sea", "sky"),
            seed=1,
            scope=NAME,
            parts=quick_parts("openai"),
        )
        self.catalogue.artists.add(self.archive.append_once(created))
        self.tune(every=900.0)

    def _open(self) -> None:
        self.deployment = Deployment(self.folder)
        self.deployment.create()
        self.catalogue: Catalogue = self.deployment.catalogue
        self.archive: Archive = self.deployment.archive
        self.memory = EdgeMemory(self.folder / "memory", SPACE)
        components = Components(
            composer=GrammarComposer(),
            fallback=None,
            painter=self.painter,
            text_encoder=QuickTextEncoder(),
            image_encoder=QuickImageEncoder(),
            memory=self.memory,
        )
        sampler: Any = QuickSampler()
        self.worker_context = WorkerContext(
            name="year",
            catalogue=self.catalogue,
            archive=self.archive,
            find_sampler=lambda: sampler,
            load_tools=lambda parts: components,
        )
        self.schedule = Schedule(
            catalogue=self.catalogue,
            archive=self.archive,
            settings_file=self.deployment.settings_file,
            send=lambda cycle, step: self.queue.append((cycle, step)),
            last_cycle=self.last_cycle,
        )

    def restart(self, dump: bytes | None = None) -> None:
        """Simulate a crash and a new start, with an older catalogue if given."""
        self.deaths += 1
        self.queue.clear()
        self.close()
        if dump is not None:
            for file in self.folder.glob("catalogue.sqlite3*"):
                file.unlink()
            (self.folder / "catalogue.sqlite3").write_bytes(dump)
        self._open()
        self.catalogue.cycles.expire_leases()

    def close(self) -> None:
        """Close every store."""
        self.memory.close()
        self.catalogue.close()

    def dump(self) -> bytes:
        """Return a copy of the current catalogue."""
        copy = self.folder / "copy.sqlite3"
        with sqlite3.connect(self.folder / "catalogue.sqlite3") as source:
            source.execute("VACUUM INTO ?", (str(copy),))
        source.close()
        data = copy.read_bytes()
        copy.unlink()
        return data

    def tune(self, **values: object) -> None:
        """Change the artist's tuning."""
        row = self.catalogue.artists.tuning(NAME)
        tuning = changed(Tuning() if row is None else row.tuning, values)
        update_tuning(self.catalogue, self.archive, NAME, tuning=tuning, who="year")

    def work(self) -> None:
        """Run all steps that were sent."""
        while self.queue:
            identifier, _ = self.queue.popleft()
            step = run_step(self.worker_context, identifier)
            if step is not None:
                self.queue.append((identifier, step))

    def pass_time(self) -> None:
        """Set the clock to the next time at which something is due."""
        artist, cycle = self.catalogue.artists.get(NAME), self.catalogue.cycles.current(NAME)
        assert artist is not None
        if artist.paused:
            self.clock.time += PERSON
            self.catalogue.resume(NAME)
        elif cycle is None:
            due = max(artist.next_due, artist.rests_until)
            self.clock.time = max(self.clock.time + 0.01, due)
        else:
            stalled = cycle.progress_at + self.schedule.stall_timeout + 1.0
            self.clock.time = max(self.clock.time + 0.01, cycle.retry_at or stalled)

    @property
    def is_over(self) -> bool:
        """Whether the last cycle has ended."""
        return self.catalogue.cycles.is_over(NAME, number=self.last_cycle)

    def sizes(self) -> dict[str, float]:
        """Return the MiB of each store."""
        return {
            "catalogue": _mib(self.folder.glob("catalogue.sqlite3*")),
            "memory": _mib((self.folder / "memory").rglob("*")),
            "archive": _mib((self.folder / "archive").rglob("*")),
        }


def _mib(files: Iterable[Path]) -> float:
    return round(sum(f.stat().st_size for f in files if f.is_file()) / 2**20, 2)
