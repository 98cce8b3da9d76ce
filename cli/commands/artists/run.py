"""`artist run`: run the whole artist, with its gallery, in one process."""

from __future__ import annotations

import os
import shlex
import time
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape

from cli.commands.archive.rebuild import rebuild_if_empty
from cli.options import data_option, deployment_of
from cli.runtime.deployment import ROOM_TO_START, Deployment
from cli.runtime.shutdown import stop_signals
from cli.runtime.silence_logs import silence_logs
from storage.catalogue import ArtistRow, WorkRow
from worker.ops.log import configure_log

if TYPE_CHECKING:
    from cli.runtime.embedded import EmbeddedArtist
    from worker.components import Choice

LOOK_SECONDS = 10.0
"""Seconds between two checks without news: other processes may have changed something."""

News = SimpleQueue[bool]
"""Events for the console; True: stop. A signal handler may put into it at any moment."""


@click.command()
@data_option
@click.option(
    "--cycles",
    type=click.IntRange(min=1),
    help="Stop after cycle number N; after a crash, run the same command again.",
    metavar="N",
)
@click.option("--every", metavar="DURATION", help="Cadence, such as 10s, 15m or 1.5h.")
@click.option("--seeds", metavar="A,B", help="A new artist's first concepts.")
@click.option("--seed", type=click.IntRange(min=0), help="A new artist's random seed.")
@click.option("--style", help="A new artist's style, such as 'woodblock, quiet'.")
@click.option("--port", type=click.IntRange(0, 65535), help="The gallery's port (default 8000).")
@click.option("--no-gallery", is_flag=True, help="Paint without serving the gallery.")
@click.pass_context
def run(
    context: click.Context,
    /,
    *,
    cycles: int | None,
    every: str | None,
    seeds: str | None,
    seed: int | None,
    style: str | None,
    port: int | None,
    no_gallery: bool,
) -> None:
    """Run the artist and its gallery in one process.

    It continues where it stopped. Ctrl-C waits until the current step ends, at most four minutes; a
    second one ends the process at once, and the next start repeats the step.
    """
    deployment = deployment_of(context)
    overrides = {
        "tuning.every": every,
        "artist.seeds": None if seeds is None else [s.strip() for s in seeds.split(",")],
        "artist.seed": seed,
        "artist.style": style,
        "gallery.port": port,
    }
    deployment.override({key: value for key, value in overrides.items() if value is not None})
    deployment.create()
    silence_logs()
    if "ARTIST_LOG" in os.environ:
        configure_log()
    news: News = SimpleQueue()
    with stop_signals(lambda: news.put(True)):
        if not _has_room(deployment, news):
            return
        with deployment.owned():
            rebuild_if_empty(deployment)
            _run(
                deployment,
                news,
                cycles,
                with_gallery=not no_gallery,
                strict_port=port is not None,
            )


def _has_room(deployment: Deployment, news: News) -> bool:
    """Wait until the data folder's disk has space for opening the stores; False: stop.

    SQLite and Qdrant Edge map files into memory: writing such a page to a full disk ends the
    process by SIGBUS, which can't be caught as an error.
    """
    announced = False
    while (free := deployment.free_bytes_here()) < ROOM_TO_START:
        if not announced:
            click.echo(
                f"Only {free / 2**20:.0f} MiB are free on the disk of {deployment.folder}, and"
                f" opening its stores needs {ROOM_TO_START / 2**20:.0f}. The artist starts when"
                " enough space is free. (Ctrl-C stops it)"
            )
            announced = True
        if _is_end(news):
            return False
    return True


def _run(
    deployment: Deployment,
    news: News,
    cycles: int | None,
    *,
    with_gallery: bool,
    strict_port: bool,
) -> None:
    # Lines are not wrapped: an address that is broken in two can't be opened.
    console = Console(highlight=False, soft_wrap=True)
    settings = deployment.settings.gallery
    console.print("[dim]Starting the artist…[/dim]")
    from cli.runtime.embedded import EmbeddedArtist, serving

    embedded = EmbeddedArtist(deployment, last_cycle=cycles, tell=lambda: news.put(False))
    artist = embedded.create_artist(lambda choice: _tell_choice(choice, console))
    _tell_style(artist, console)
    watcher = _Watcher(embedded, artist, console, cycles)
    console.print(
        f"[bold]{escape(artist.next.title)}[/bold] works with"
        f" {escape(', '.join(artist.next.seeds))}; its data are in {deployment.folder}"
    )
    _tell_unused(deployment, artist, console)
    if not with_gallery:
        with embedded.at_work():
            watcher.watch(news, "")
        return
    with (
        serving(embedded.gallery, settings, strict=strict_port) as address,
        embedded.at_work(),
    ):
        console.print(f"Gallery: [bold]{address}[/bold]   (Ctrl-C stops the artist)")
        watcher.watch(news, address)


def _tell_choice(choice: Choice, console: Console) -> None:
    console.print(f"[dim]  {escape(str(choice))}[/dim]")
    if choice.warning:
        console.print(f"[yellow]  {escape(choice.warning)}[/yellow]")


def _tell_style(artist: ArtistRow, console: Console) -> None:
    from worker.painters.offline import OfflineStudio, style_fault

    if artist.next.parts.painter == OfflineStudio.name:
        fault = style_fault(artist.next.style)
        if fault:
            console.print(f"[yellow]  {escape(fault)}[/yellow]")


def _tell_unused(deployment: Deployment, artist: ArtistRow, console: Console) -> None:
    """Name what the settings say of the artist, and what it was not created with."""
    wanted = deployment.settings.artist
    following = artist.next
    for field in ("seeds", "style", "title", "statement"):
        given, used = getattr(wanted, field), getattr(following, field)
        if field in wanted.model_fields_set and given != used:
            named = ",".join(given) if isinstance(given, tuple) else given
            edit = deployment.command(f"edit {artist.name} --{field} {shlex.quote(named)}")
            console.print(
                f"[yellow]{artist.name} exists, and its {field} stay as they are. To change them:"
                f" {escape(edit)}[/yellow]"
            )


class _Watcher:
    """Prints each new work and each new error of all artists of the deployment."""

    def __init__(
        self, embedded: EmbeddedArtist, artist: ArtistRow, console: Console, cycles: int | None
    ) -> None:
        self._embedded = embedded
        self._catalogue = embedded.deployment.catalogue
        self._name = artist.name
        self._console = console
        self._cycles = cycles
        self._printed = {row.name: self._newest(row.name) for row in self._catalogue.artists.all()}
        self._last_errors: dict[str, str] = {}

    def watch(self, news: News, address: str) -> None:
        """Print until a signal arrives, or the last cycle has ended."""
        while True:
            artists = self._catalogue.artists.all()
            for artist in artists:
                self._tell_works(artist.name, address, many=len(artists) > 1)
                self._tell_last_error(artist, many=len(artists) > 1)
            if self._is_over():
                self._console.print(f"Cycle {self._cycles} has ended.")
                return
            if _is_end(news):
                break
        self._console.print("[dim]Finishing the current step… (Ctrl-C ends it at once)[/dim]")

    def _newest(self, artist: str) -> int:
        done = self._catalogue.cycles.last_done(artist)
        return 0 if done is None else done.number

    def _tell_works(self, artist: str, address: str, *, many: bool) -> None:
        before, now = self._printed.get(artist, 0), self._newest(artist)
        self._printed[artist] = now
        if now > before:
            newest = self._catalogue.works.newest(artist=artist, limit=now - before)
            for work in reversed(newest):
                if work.number > before:
                    name = f"[dim]{escape(artist)}[/dim] " if many else ""
                    self._say(name + _line(work, address))
                    if work.fallback:
                        told = f"The fallback wrote it, since the composer failed: {work.fallback}"
                        self._say(f"{name}[yellow]{escape(told)}[/yellow]")

    def _tell_last_error(self, artist: ArtistRow, *, many: bool) -> None:
        cycle = self._catalogue.cycles.current(artist.name)
        last_error = (
            self._embedded.deployment.settings_file.fault
            or self._embedded.pair.fault
            or (cycle.last_error if cycle else "")
            or (artist.pause_reason if artist.rests_until > time.time() else "")
        )
        before = self._last_errors.get(artist.name, "")
        name = f"{artist.name}: " if many else ""
        if last_error and last_error != before:
            self._say(f"[yellow]{escape(name + last_error)}[/yellow]")
        elif before and not last_error:
            self._say(f"[dim]{escape(name)}The artist continues.[/dim]")
        self._last_errors[artist.name] = last_error

    def _say(self, line: str) -> None:
        self._console.print(f"[dim]{datetime.now(UTC):%Y-%m-%d %H:%M:%S}[/dim]  {line}")

    def _is_over(self) -> bool:
        last = self._cycles
        return last is not None and self._catalogue.cycles.is_over(self._name, number=last)


def _line(work: WorkRow, address: str) -> str:
    where = f"  [dim]{address}works/{work.artist}/{work.number}[/dim]" if address else ""
    return (
        f"№ {work.number:<4} [bold]{escape(work.title)}[/bold]"
        f"  [dim]novelty[/dim] {work.novelty:.3f}  [dim]new:[/dim] {escape(work.concept)}{where}"
    )


def _is_end(news: News) -> bool:
    """Wait for news, and take all; return whether the end is among them."""
    found: list[bool] = []
    try:
        found.append(news.get(timeout=LOOK_SECONDS))
        while True:
            found.append(news.get_nowait())
    except Empty:
        return any(found)
