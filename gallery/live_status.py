"""The live status of an artist, and one watcher for all connected visitors.

Whoever watches hears a *mark*, which changes when the scene does; the scene itself is a page.
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

from storage.catalogue import ArtistRow, Catalogue, CycleRow, Step
from storage.errors import StorageError

LISTENERS: Final = 200
"""Visitors that may watch at a time, in one process; the others see the page stand still."""

EACH: Final = 8
"""Of them, those that come from one address: as many tabs as somebody may have open."""

HEARTBEAT_SECONDS: Final = 15.0
_LOOK_SECONDS: Final = 1.0

_LOG = logging.getLogger(__name__)

Progress = Literal["done", "now", "ahead"]


@dataclass(frozen=True)
class LiveStatus:
    """An artist at one moment.

    `due` is when the next cycle begins, as seconds since 1970; None while one is open, or while
    nobody can tell.
    """

    artist: ArtistRow
    cycle: CycleRow | None

    @property
    def steps(self) -> tuple[tuple[Step, Progress], ...]:
        """The six steps, and how far the artist has come; all are ahead between two cycles."""
        steps = list(Step)
        at = steps.index(self.cycle.step) if self.cycle else -1
        return tuple(
            (step, "now" if i == at else "done" if i < at else "ahead")
            for i, step in enumerate(steps)
        )

    @property
    def stuck(self) -> bool:
        """Whether the step failed and waits to be tried again."""
        return self.cycle is not None and bool(self.cycle.last_error)

    @property
    def due(self) -> float | None:
        """When the next cycle, or the next try of this one, may begin."""
        if self.cycle is not None:
            return self.cycle.retry_at or None
        if self.artist.paused:
            return None
        return max(self.artist.next_due, self.artist.rests_until) or None

    @property
    def rests(self) -> bool:
        """Whether it was told to wait after failures."""
        return self.artist.rests_until > datetime.now(UTC).timestamp()

    @property
    def mark(self) -> str:
        """Another one whenever the page would look otherwise."""
        artist, cycle = self.artist, self.cycle
        seen = (
            *(artist.paused, artist.pause_reason, artist.rests_until, artist.next_due),
            *(() if cycle is None else (cycle.id, cycle.step, cycle.retry_at, cycle.last_error)),
        )
        return hashlib.sha256(repr(seen).encode()).hexdigest()[:12]


def live_status_of(catalogue: Catalogue, artist: str) -> LiveStatus | None:
    """What an artist is doing now; None where there is no such artist."""
    row = catalogue.artists.get(artist)
    return None if row is None else LiveStatus(row, catalogue.cycles.current(artist))


def versions_of(catalogue: Catalogue, artists: Collection[str]) -> Mapping[str, str]:
    """The mark of each artist that there is."""
    scenes = ((artist, live_status_of(catalogue, artist)) for artist in artists)
    return {artist: scene.mark for artist, scene in scenes if scene is not None}


Look = Callable[[Collection[str]], Mapping[str, str]]


class Watch:
    """Looks once a second while anybody watches, and tells them all; lives in one event loop."""

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
        """Whether as many watch as may."""
        return self._watching.total() >= self._listeners

    def has_enough(self, visitor: str) -> bool:
        """Whether as many watch from that address as may."""
        return self._visitors[visitor] >= self._each

    async def follow(self, artist: str, visitor: str = "") -> AsyncGenerator[str | None, None]:
        """The artist's mark, now and whenever it changes; None as a sign of life in between.

        It ends at once where too many watch, of all or from the visitor's address.
        """
        if self.full or self.has_enough(visitor):
            return
        self._watching[artist] += 1
        self._visitors[visitor] += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._keep_looking())
        told: str | None = None
        try:
            while True:
                mark = await self._next(artist, told)
                told = mark or told
                yield mark
        finally:
            self._watching[artist] -= 1
            self._visitors[visitor] -= 1
            self._watching += Counter()
            self._visitors += Counter()

    async def _next(self, artist: str, told: str | None) -> str | None:
        """The artist's mark once it is another one; None when the heart has to beat before."""
        try:
            async with asyncio.timeout(self._heartbeat):
                while self._marks.get(artist, told) == told:
                    await self._turned.wait()
        except TimeoutError:
            return None
        return self._marks[artist]

    async def _keep_looking(self) -> None:
        while self._watching:
            try:
                marks = await run_in_threadpool(self._look, tuple(self._watching))
            except StorageError as error:
                _LOG.warning("The studios can't be looked into: %s", error)
            else:
                if marks != self._marks:
                    self._marks = marks
                    self._turned.set()
                    self._turned = asyncio.Event()
            await asyncio.sleep(self._seconds)
        self._marks = {}
