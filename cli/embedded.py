"""The embedded artist: Celery worker, beat and gallery as threads of one process."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property, partial
from typing import Any

from celery import Celery
from celery.beat import Scheduler, Service
from celery.worker import state
from fastapi import FastAPI

from cli.deployment import Deployment
from cli.listening import listen, web_address, web_server
from cli.site import gallery_of
from cli.wiring import wire
from storage.catalogue import ArtistRow, VectorRow
from storage.memory import Memory
from worker.app import QUEUES
from worker.enrolment import enrol
from worker.errors import PartError
from worker.parts import choose_parts
from worker.preview import preview
from worker.threads import divide_processors

TICK_SECONDS = 0.25
QUIET_SECONDS = 5.0
PORTS_TO_TRY = 20
STEPS_AT_ONCE = 2


class EmbeddedArtist:
    """One artist in this process. The caller owns the data folder (`Deployment.owned`)."""

    def __init__(self, deployment: Deployment, *, last_cycle: int | None = None) -> None:
        self.deployment = deployment
        wiring = wire(
            deployment,
            "memory://",
            tick_seconds=TICK_SECONDS,
            quiet_seconds=QUIET_SECONDS,
            last_cycle=last_cycle,
            tick_reads_settings=True,
        )
        self.workshop, self.pair, self.app = wiring.workshop, wiring.pair, wiring.app

    def enrol(self, tell: Callable[[str], None]) -> ArtistRow:
        """The artist of the settings; if it is new, its parts are chosen and told one by one.

        Raises:
            UnknownConceptError: a seed is not in the vocabulary.
            PartError: a part that the settings name can't be had.
        """
        deployment = self.deployment
        wanted = deployment.settings.artist
        known = deployment.catalogue.artists.get(wanted.name)
        if known is not None:
            return known
        vocabulary = self.workshop.sampler.vocabulary
        vocabulary.indices(wanted.seeds)
        chosen = choose_parts(deployment.settings)
        for choice in chosen.choices:
            tell(str(choice))
        return enrol(
            deployment.catalogue,
            deployment.archive,
            wanted,
            parts=chosen.parts,
            vocabulary=vocabulary,
        )

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let the artist work until the block ends; then the step in hand is finished."""
        # Whoever held a lease in this folder is dead: this process owns it now.
        self.deployment.catalogue.cycles.expire_leases()
        beat = Service(self.app, scheduler_cls=Scheduler)
        with _worker(self.app), _thread("beat", beat.start, beat.stop):
            yield
        self.workshop.close()

    @cached_property
    def gallery(self) -> FastAPI:
        """The gallery over the same catalogue and archive."""
        return gallery_of(
            self.deployment,
            preview=partial(preview, self.workshop),
            memory_of=self._memory_of,
        )

    def _memory_of(self, artist: ArtistRow, _: VectorRow) -> Memory | None:
        """The memory that the artist works with; None while its parts can't be had."""
        try:
            return self.workshop.tools(artist).memory
        except PartError:
            return None


@contextmanager
def serving(app: FastAPI, *, host: str, port: int, strict: bool) -> Iterator[str]:
    """Serve the gallery from a thread; gives its address.

    Where the port is taken the next free one is used, unless `strict`.

    Raises:
        UserError: no port is free, or the address is not ours.
    """
    listener = listen(host, port, tries=1 if strict else PORTS_TO_TRY)
    server = web_server(app)

    def stop() -> None:
        server.should_exit = True

    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::") else host
    with _thread("gallery", lambda: server.run(sockets=[listener]), stop):
        while not server.started:
            time.sleep(0.01)
        yield web_address(shown, listener.getsockname()[1])


@contextmanager
def _worker(app: Celery) -> Iterator[None]:
    divide_processors(STEPS_AT_ONCE)
    app.set_default()  # the pool's threads look tasks up there
    worker: Any = app.WorkController(
        pool="threads",
        concurrency=STEPS_AT_ONCE,
        queues=",".join(dict.fromkeys([*QUEUES.values(), "keep"])),
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )

    def stop() -> None:
        state.should_stop = os.EX_OK

    try:
        with _thread("worker", worker.start, stop):
            yield
    finally:
        state.should_stop = None


@contextmanager
def _thread(name: str, run: Callable[[], None], stop: Callable[[], None]) -> Iterator[None]:
    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop()
        thread.join(timeout=60)
