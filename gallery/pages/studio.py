"""The studio: the current cycle of an artist, live."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Query
from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from gallery.charts.candidate_plot import plot_candidates
from gallery.cookies.visitor import address_of
from gallery.gallery import Gallery, GalleryDependency
from gallery.live_status import LiveStatus, Watch
from gallery.pages import READ, Name
from gallery.pages.artist import known_artist
from gallery.threads import ARCHIVE, in_threads
from storage.archive.manifest import Inspiration, Pool, Tuning
from storage.catalogue import WorkRow
from storage.errors import ObjectDamaged, ObjectMissing

router = APIRouter()

_FRESH: Final = 1
_RUNNERS: Final = 8
_RETRY_MILLISECONDS: Final = 3000

Mark = Annotated[str | None, Query(max_length=64)]


@dataclass(frozen=True)
class Pick:
    """A pick with its candidates; `work` is the finished work, None while the cycle is open."""

    inspiration: Inspiration
    beta: float
    work: WorkRow | None


@router.api_route("/artists/{artist}/studio", **READ)
@in_threads(ARCHIVE)
def studio(
    request: Request, gallery: GalleryDependency, artist: Name, mark: Mark = None
) -> Response:
    """The current step of the artist, its pool, and the candidates of the current pick.

    A request with a `mark` gets a page that is not older than the mark.
    """
    row = known_artist(gallery, artist)
    scene = LiveStatus(row, gallery.catalogue.cycles.current(artist))
    if mark not in (None, scene.mark):
        return RedirectResponse(gallery.urls(request).artist(artist, "studio"))
    newest = gallery.catalogue.works.newest(artist=artist, limit=1)
    pick = _pick(gallery, scene, newest[0] if newest else None)
    return gallery.page(
        request,
        "studio.html",
        fresh=_FRESH,
        artist=row,
        scene=scene,
        pool=_pool(gallery, scene),
        pick=pick,
        plot=None if pick is None else plot_candidates(pick.inspiration, beta=pick.beta),
        runners=() if pick is None else pick.inspiration.candidates[:_RUNNERS],
        newest=newest[0] if newest else None,
    )


@router.get("/artists/{artist}/studio/events", include_in_schema=False)
async def events(request: Request, gallery: GalleryDependency, artist: Name) -> Response:
    """Notify of changes of the studio's page by server-sent events.

    Raises:
        HTTPException: 503; too many visitors watch. 429; too many from this address.
    """
    await run_in_threadpool(known_artist, gallery, artist)
    watch: Watch = request.app.state.watch
    if watch.full:
        raise HTTPException(503, "Too many visitors watch now.", headers={"Retry-After": "30"})
    visitor = address_of(request.client)
    if watch.has_enough(visitor):
        raise HTTPException(
            429, "Too many windows watch from your address.", headers={"Retry-After": "30"}
        )
    return StreamingResponse(
        _written(watch, artist, visitor),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _written(watch: Watch, artist: str, visitor: str) -> AsyncIterator[str]:
    yield f"retry: {_RETRY_MILLISECONDS}\n\n"
    async with aclosing(watch.follow(artist, visitor)) as marks:
        async for mark in marks:
            yield ":\n\n" if mark is None else f"data: {mark}\n\n"


def _pick(gallery: Gallery, scene: LiveStatus, newest: WorkRow | None) -> Pick | None:
    """The pick of the open cycle, else that of the newest work."""
    cycle = scene.cycle
    if cycle is not None and cycle.inspiration is not None:
        tuning = next(
            (
                row.tuning
                for row in gallery.catalogue.artists.tunings(cycle.artist)
                if row.version == cycle.tuning_version
            ),
            Tuning(),
        )
        return Pick(cycle.inspiration, beta=cycle.inspiration.beta_in(tuning), work=None)
    if newest is None:
        return None
    try:
        manifest = gallery.archive.read_manifest(newest.artist, newest.number)
    except (ObjectMissing, ObjectDamaged):
        return None
    return Pick(manifest.inspiration, beta=manifest.beta, work=newest)


def _pool(gallery: Gallery, scene: LiveStatus) -> Pool | None:
    """The artist's pool after the open cycle, else before it, else after the last cycle."""
    cycle = scene.cycle
    if cycle is not None and cycle.pool is not None:
        return cycle.pool
    if cycle is not None and cycle.inspiration is not None:
        return cycle.inspiration.pool_before
    last = gallery.catalogue.cycles.last_done(scene.artist.name)
    return None if last is None else last.pool
