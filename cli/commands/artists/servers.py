"""`artist worker`, `artist beat`, `artist gallery`: the served form, one process each."""

from __future__ import annotations

import logging
import os
import socket
import threading
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

import click

from cli.commands.archive.rebuild import rebuild_if_empty
from cli.errors import UserError
from cli.options import data_option, deployment_of
from cli.runtime.deployment import Deployment
from cli.runtime.server import listen, serve_side_by_side, web_address, web_server
from cli.runtime.shutdown import kill_worker_on_second_signal, stop_signals
from storage.errors import StorageError
from storage.rebuild import unknown_artists

if TYPE_CHECKING:
    from cli.runtime.wiring import Wiring

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
STALL_TIMEOUT = 30.0
BEAT_GRACE_SECONDS = 20.0
"""Seconds that beat may take to end."""

metrics_option = click.option(
    "--metrics-port",
    type=click.IntRange(0, 65535),
    default=0,
    envvar="ARTIST_METRICS_PORT",
    help="Port for Prometheus metrics.  [default: none]",
)


@click.command()
@data_option
@click.option(
    "--queues",
    default="think,call,keep,show",
    show_default=True,
    metavar="A,B",
    help="Its queues: think (models), call (paid APIs), keep (storage), show (thumbnails).",
)
@click.option(
    "--concurrency",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Steps at once, each in a process of its own.",
)
@metrics_option
@click.pass_context
def worker(context: click.Context, /, *, queues: str, concurrency: int, metrics_port: int) -> None:
    """Run steps of cycles from the broker, in parallel with other workers.

    SIGTERM or Ctrl-C waits until the current step ends, at most four minutes, SIGQUIT at most one.
    A second signal ends the worker at once. Another worker repeats an interrupted step.
    """
    from worker.ops.metrics_folder import share_counts

    if metrics_port:
        share_counts()
    from worker.cpu_threads import divide_processors
    from worker.engine.app import QUEUES, show_progress
    from worker.ops.health import this_progress
    from worker.ops.log import configure_log

    wanted = [queue.strip() for queue in queues.split(",")]
    unknown = sorted(set(wanted) - set(QUEUES.values()))
    if unknown:
        known = ", ".join(dict.fromkeys(QUEUES.values()))
        raise UserError(f"There is no queue {unknown[0]!r}; the queues are {known}.")
    deployment = deployment_of(context).must_exist()
    _check_artists(deployment)
    wiring = _wire(deployment)
    divide_processors(concurrency)
    configure_log()
    show_progress(this_progress())
    kill_worker_on_second_signal()
    if metrics_port:
        from worker.ops.metrics import serve_counts

        serve_counts(metrics_port)
    host = socket.gethostname()
    # Not `worker_main`: it does not tell how the worker ended.
    celery_worker = wiring.app.Worker(
        quiet=True,
        loglevel="INFO",
        queues=wanted,
        concurrency=concurrency,
        hostname=f"{host}-{os.getpid()}@{host}",
    )
    celery_worker.start()
    context.exit(celery_worker.exitcode or 0)


@click.command()
@data_option
@metrics_option
@click.pass_context
def beat(context: click.Context, /, *, metrics_port: int) -> None:
    """Start cycles when they are due; several beats at once do no harm."""
    from celery.beat import Scheduler, Service

    from worker.engine.app import queue_lengths
    from worker.ops.health import this_progress
    from worker.ops.log import configure_log

    deployment = deployment_of(context).must_exist()
    _check_artists(deployment, rebuilds=True)
    wiring = _wire(deployment)
    configure_log()
    if metrics_port:
        from scheduler.metrics import serve_metrics

        serve_metrics(metrics_port, deployment.catalogue, lambda: queue_lengths(wiring.app))
    service = Service(wiring.app, scheduler_cls=Scheduler)
    thread = threading.Thread(target=service.start, daemon=True)
    stopped: SimpleQueue[bool] = SimpleQueue()
    with stop_signals(lambda: stopped.put(True), grace=BEAT_GRACE_SECONDS):
        thread.start()
        while not _within(TICK_SECONDS, stopped):
            if not thread.is_alive():
                raise UserError("The schedule failed; see the log. Start beat again.")
            try:
                wiring.schedule.read_settings()
            except StorageError as error:
                logger.warning("the settings were not stored: %s", error)
            else:
                this_progress().alive()
        service.stop()
        thread.join(timeout=10)


@click.command()
@data_option
@click.option("--host", help="Address to listen on  [default: from artist.toml]")
@click.option("--port", type=click.IntRange(0, 65535), help="[default: from artist.toml]")
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    envvar="ARTIST_GALLERY_PROCESSES",
    help="Number of server processes; for many visitors, as many as cores.",
)
@click.pass_context
def gallery(
    context: click.Context, /, *, host: str | None, port: int | None, processes: int
) -> None:
    """Serve the gallery; the artists run in other processes."""
    from cli.runtime.gallery_settings import gallery_alone

    deployment = deployment_of(context).must_exist()
    settings = deployment.settings.gallery
    app = gallery_alone(deployment) if processes == 1 else None
    host = host or settings.host
    port = settings.port if port is None else port
    listener = listen(host, port)
    address = web_address(host, listener.getsockname()[1])
    click.echo(f"Gallery: {address}   (Ctrl-C stops it)")
    if app is not None:
        # uvicorn stops in good order at a signal, and then raises it once more: that ends nothing.
        with stop_signals(lambda: None):
            web_server(app, trusted_proxies=settings.trusted_proxies).run([listener])
    else:
        deployment.catalogue.close()  # migrated once, before the processes open it
        serve_side_by_side(
            deployment.folder,
            [listener],
            processes=processes,
            trusted_proxies=settings.trusted_proxies,
        )


def _within(seconds: float, stopped: SimpleQueue[bool]) -> bool:
    """Wait for `stopped` for up to `seconds`."""
    try:
        return stopped.get(timeout=seconds)
    except Empty:
        return False


def _check_artists(deployment: Deployment, *, rebuilds: bool = False) -> None:
    """Check that the catalogue has every artist of the archive; beat fills an empty catalogue.

    Raises:
        UserError: an artist is missing.
    """
    try:
        if rebuilds:
            rebuild_if_empty(deployment)
        elif unknown := _unknown(deployment):
            raise UserError(
                f"The archive has {', '.join(unknown)}, and the catalogue has not. Start beat,"
                f" which fills an empty catalogue, or run `{deployment.command('rebuild')}`; then"
                " start the worker again."
            )
    except StorageError as error:  # no cycle can start without the stores either
        logger.warning("could not check that the catalogue has all artists: %s", error)


def _unknown(deployment: Deployment) -> tuple[str, ...]:
    # With connections of its own: a worker's forked processes must not inherit them.
    checked = Deployment(deployment.folder)
    try:
        return unknown_artists(checked.archive, checked.catalogue)
    finally:
        checked.close()


def _wire(deployment: Deployment) -> Wiring:
    from cli.runtime.wiring import wire

    return wire(
        deployment,
        deployment.settings.broker,
        tick_seconds=TICK_SECONDS,
        stall_timeout=STALL_TIMEOUT,
    )
