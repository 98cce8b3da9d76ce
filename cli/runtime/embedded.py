"""The embedded artist: worker, schedule and gallery as threads of one process."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cached_property, partial
from typing import Any

from celery import Celery
from celery.signals import task_postrun
from celery.worker import state
from fastapi import FastAPI

from cli.runtime.deployment import Deployment
from cli.runtime.gallery_settings import gallery_of
from cli.runtime.server import listen, web_address, web_server
from cli.runtime.wiring import wire
from scheduler.beat import Ticker, tickers
from storage.archive.events import Parts
from storage.catalogue import ArtistRow, VectorRow
from storage.catalogue.db.database import Changes
from storage.vectors.store import Memory
from worker.components import Choice, choose_components
from worker.config.sections import GallerySection
from worker.cpu_threads import divide_processors
from worker.create_artist import create_artist
from worker.engine.app import QUEUES, RUN_STEP
from worker.engine.broker import wake_consumers
from worker.engine.preview import encode_text, preview
from worker.errors import ComponentError

STALL_TIMEOUT = 5.0
PORTS_TO_TRY = 20
STEPS_AT_ONCE = 2


class EmbeddedArtist:
    """All artists of a data folder, in this process.

    The caller holds the folder's lock (`Deployment.owned`). `tell` is called from any thread when a
    step has ended, or when the settings file became invalid or valid.
    """

    def __init__(
        self,
        deployment: Deployment,
        *,
        last_cycle: int | None = None,
        tell: Callable[[], None] = lambda: None,
    ) -> None:
        self.deployment = deployment
        wiring = wire(
            deployment,
            "memory://",
            tick_seconds=None,
            stall_timeout=STALL_TIMEOUT,
            last_cycle=last_cycle,
        )
        self.worker_context, self.pair, self.app = wiring.worker_context, wiring.pair, wiring.app
        self._schedule = wiring.schedule
        self._tell = tell

    def create_artist(self, tell: Callable[[Choice], None]) -> ArtistRow:
        """Return the artist of the settings; if it is new, choose its parts and `tell` each choice.

        Raises:
            UnknownConceptError: a seed is not in the vocabulary.
            ComponentError: a part that the settings name is unavailable.
        """
        deployment = self.deployment
        wanted = deployment.settings.artist
        known = deployment.catalogue.artists.get(wanted.name)
        if known is not None:
            return known

        def choose() -> Parts:
            chosen = choose_components(deployment.settings)
            for choice in chosen.choices:
                tell(choice)
            return chosen.parts

        return create_artist(
            deployment.catalogue,
            deployment.archive,
            wanted,
            parts=choose,
            vocabulary=self.worker_context.sampler.vocabulary,
        )

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Run the artist until the block ends; then finish the current step."""
        # This process holds the folder's lock: earlier holders of a lease have ended.
        self.deployment.catalogue.cycles.expire_leases()
        with (
            closing(Changes(self.deployment.catalogue.database)) as changes,
            ExitStack() as threads,
        ):
            schedule = Ticker(partial(self._look, changes))
            threads.enter_context(self._following_steps(schedule))
            # A thread each: a webhook that hangs delays neither an alarm nor a picture.
            all_tickers = {**tickers(self.app), "schedule": schedule}
            for name, ticker in all_tickers.items():
                threads.enter_context(_thread(name, ticker.run, ticker.stop))
            threads.enter_context(_worker(self.app))
            try:
                yield
            finally:
                # Stop all before waiting for any.
                for ticker in all_tickers.values():
                    ticker.stop()
        self.worker_context.close()

    def _look(self, changes: Changes) -> float:
        file = self.deployment.settings_file
        fault = file.fault
        seconds = self._schedule.look(changed=changes.any())
        if file.fault != fault:
            self._tell()
        return seconds

    @contextmanager
    def _following_steps(self, schedule: Ticker) -> Iterator[None]:
        """After each step, wake the schedule and call `tell`."""

        def ended(sender: Any = None, **_: Any) -> None:
            if sender is not None and sender.name == RUN_STEP:
                schedule.wake()
                self._tell()

        task_postrun.connect(ended)
        try:
            yield
        finally:
            task_postrun.disconnect(ended)

    @cached_property
    def gallery(self) -> FastAPI:
        """The gallery of the same catalogue and archive."""
        return gallery_of(
            self.deployment,
            preview=partial(preview, self.worker_context),
            encode=partial(encode_text, self.worker_context),
            memory_of=self._memory_of,
        )

    def _memory_of(self, artist: ArtistRow, _: VectorRow) -> Memory | None:
        """The artist's memory; None while its parts are unavailable."""
        try:
            return self.worker_context.components(artist).memory
        except ComponentError:
            return None


@contextmanager
def serving(app: FastAPI, settings: GallerySection, *, strict: bool) -> Iterator[str]:
    """Serve the gallery from a thread; yield its address.

    If the port is in use, the next free one is taken, unless `strict`.

    Raises:
        UserError: no port is free, or the address is not of this machine.
    """
    host = settings.host
    listener = listen(host, settings.port, tries=1 if strict else PORTS_TO_TRY)
    server = web_server(app, trusted_proxies=settings.trusted_proxies)

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
    app.set_default()  # the pool's threads look up tasks there
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
        wake_consumers()

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
        thread.join()
