"""The live status of an artist, and one watcher for all connected visitors.

Visitors get a *mark*, which changes when the status does, and then load the page again.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from fastapi.concurrency import run_in_threadpool

from gallery.charts.plan_sketch import PlanSketch, sketch_plan
from storage.catalogue import ArtistRow, Catalogue, CycleRow, Step
from storage.errors import StorageError

LISTENERS: Final = 200
"""Visitors that may watch at a time, per process; for the others the page is not updated."""

EACH: Final = 8
"""The same, from one address: as many tabs as a visitor may have open."""

LATE_SECONDS: Final = 120.0
"""A cycle that has not begun so long after it was due is called late."""

_OPENED: Final = 8
HEARTBEAT_SECONDS: Final = 15.0
_LOOK_SECONDS: Final = 1.0

_LOG = logging.getLogger(__name__)

Progress = Literal["done", "now", "ahead"]


@dataclass(frozen=True)
class LiveStatus:
    """An artist and its open cycle, if any, at one moment."""

    artist: ArtistRow
    cycle: CycleRow | None

    @property
    def steps(self) -> tuple[tuple[Step, Progress], ...]:
        """The six steps with their progress; all are ahead between two cycles."""
        steps = list(Step)
        at = steps.index(self.cycle.step) if self.cycle else -1
        return tuple(
            (step, "now" if i == at else "done" if i < at else "ahead")
            for i, step in enumerate(steps)
        )

    @property
    def at(self) -> int:
        """Which of the six steps is under way, from 1; 0 between two cycles."""
        return list(Step).index(self.cycle.step) + 1 if self.cycle else 0

    @property
    def stuck(self) -> bool:
        """Whether the step failed and waits for its next attempt."""
        return self.cycle is not None and bool(self.cycle.last_error)

    @property
    def due(self) -> float | None:
        """When the next cycle, or the next attempt of this one, may begin.

        Seconds since 1970; None while a step runs, or if the time is unknown.
        """
        if self.cycle is not None:
            return self.cycle.retry_at or None
        if self.artist.paused:
            return None
        return max(self.artist.next_due, self.artist.rests_until) or None

    @property
    def late(self) -> bool:
        """Whether what is due has not begun for a while: its scheduler may not be running."""
        due = self.due
        return due is not None and due + LATE_SECONDS < datetime.now(UTC).timestamp()

    @property
    def sketch(self) -> PlanSketch | None:
        """A sketch of the picture that is being made, once it is planned."""
        composition = self.cycle.composition if self.cycle else None
        plan = composition.plan if composition else None
        return None if plan is None else sketch_plan(plan)

    @property
    def rests(self) -> bool:
        """Whether the scheduler has paused the artist after failures."""
        return self.artist.rests_until > datetime.now(UTC).timestamp()

    @property
    def mark(self) -> str:
        """A hash that changes whenever the page would change."""
        artist, cycle = self.artist, self.cycle
        seen = (
            *(artist.paused, artist.pause_reason, artist.rests_until, artist.next_due),
            *(() if cycle is None else (cycle.id, cycle.step, cycle.retry_at, cycle.last_error)),
        )
        return hashlib.sha256(repr(seen).encode()).hexdigest()[:12]


def live_status_of(catalogue: Catalogue, artist: str) -> LiveStatus | None:
    """The status of an artist; None if there is no such artist."""
    row = catalogue.artists.get(artist)
    return None if row is None else LiveStatus(row, catalogue.cycles.current(artist))


def busiest(catalogue: Catalogue) -> LiveStatus | None:
    """The status of the artist that works now, else of the one that works next; None: no artist."""
    artists = {row.name: row for row in catalogue.artists.all() if not row.retired}
    for cycle in catalogue.cycles.opened(limit=_OPENED):
        if cycle.artist in artists and not cycle.last_error:
            return LiveStatus(artists[cycle.artist], cycle)
    waiting = [row for row in artists.values() if not row.paused] or list(artists.values())
    due = min(waiting, key=lambda row: max(row.next_due, row.rests_until), default=None)
    return None if due is None else LiveStatus(due, catalogue.cycles.current(due.name))


def versions_of(catalogue: Catalogue, artists: Collection[str]) -> Mapping[str, str]:
    """The mark of each artist that exists."""
    found = ((artist, live_status_of(catalogue, artist)) for artist in artists)
    return {artist: status.mark for artist, status in found if status is not None}


Look = Callable[[Collection[str]], Mapping[str, str]]


class Watch:
    """Polls the marks once a second while visitors watch, and notifies them; for one event loop."""

    def __init__(
        self,
        look: Look,
        *,
        listeners: int = LISTENERS,
        each: int = EACH,
        seconds: float = _LOOK_SECONDS,
        heartbeat: float = HEARTBEAT_SECONDS,
    ) -> None:
        self._look = look
        self._listeners = listeners
        self._each = each
        self._seconds = seconds
        self._heartbeat = heartbeat
        self._watching: Counter[str] = Counter()
        self._visitors: Counter[str] = Counter()
        self._marks: Mapping[str, str] = {}
        self._turned = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None

    @property
    def full(self) -> bool:
        """Whether the limit of all visitors is reached."""
        return self._watching.total() >= self._listeners

    def has_enough(self, visitor: str) -> bool:
        """Whether the limit of that address is reached."""
        return self._visitors[visitor] >= self._each

    async def follow(self, artist: str, visitor: str = "") -> AsyncGenerator[str | None, None]:
        """Yield the artist's mark, now and whenever it changes; None as a heartbeat.

        It ends at once if a limit is reached, of all visitors or of the visitor's address.
        """
        if self.full or self.has_enough(visitor):
            return
        self._watching[artist] += 1
        self._visitors[visitor] += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._keep_looking())
        last: str | None = None
        try:
            while True:
                mark = await self._next(artist, last)
                last = mark or last
                yield mark
        finally:
            self._watching[artist] -= 1
            self._visitors[visitor] -= 1
            self._watching += Counter()
            self._visitors += Counter()

    async def _next(self, artist: str, last: str | None) -> str | None:
        """The artist's mark once it differs from `last`; None if the heartbeat is due first."""
        try:
            async with asyncio.timeout(self._heartbeat):
                while self._marks.get(artist, last) == last:
                    await self._turned.wait()
        except TimeoutError:
            return None
        return self._marks[artist]

    async def _keep_looking(self) -> None:
        while self._watching:
            try:
                marks = await run_in_threadpool(self._look, tuple(self._watching))
            except StorageError as error:
                _LOG.warning("the status of artists can't be read: %s", error)
            else:
                if marks != self._marks:
                    self._marks = marks
                    self._turned.set()
                    self._turned = asyncio.Event()
            await asyncio.sleep(self._seconds)
        self._marks = {}
