"""The front page: the newest work and why it came to be, above it what the artist does now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gallery.gallery import Gallery, GalleryDependency
from gallery.html.justified_rows import grand_works, justified
from gallery.live_status import LiveStatus, busiest
from gallery.pages import READ, Before
from gallery.pick_reason import SECONDS
from storage.catalogue import ArtistRow, WorkRow

router = APIRouter()

_FRESH = 5
_RECENT = 7
"""Works below the first screen."""

Shown = Annotated[str | None, Query(max_length=96, description="the work that the page shows")]
Mark = Annotated[str | None, Query(max_length=64)]


@dataclass(frozen=True)
class _Now:
    """What the front page shows."""

    artists: list[ArtistRow]
    works: list[WorkRow]
    total: int
    every: float | None

    @property
    def active(self) -> list[str]:
        """Titles of the artists that are not retired."""
        return [artist.created.title for artist in self.artists if not artist.retired]

    @property
    def titles(self) -> dict[str, str]:
        return {artist.name: artist.created.title for artist in self.artists}


@router.api_route("/", **READ)
async def now(request: Request, gallery: GalleryDependency, before: Before = None) -> Response:
    """The newest work, and a few before it. Addresses of earlier releases name a work `before`."""
    if before is not None:
        to = gallery.urls(request)
        return RedirectResponse(to.path("works", before=before), status_code=301)
    shown = await run_in_threadpool(_look, gallery)
    if not shown.works:
        return await run_in_threadpool(_waiting, request, gallery, shown)
    newest = shown.works[0]
    seconds = None if gallery.site.static else SECONDS
    reason = await gallery.pick_reasons.of(newest.artist, newest.number, seconds=seconds)
    return await run_in_threadpool(
        gallery.page,
        request,
        "now.html",
        fresh=_FRESH,
        artists=shown.artists,
        titles=shown.titles,
        work=newest,
        recent=justified(shown.works[1:], grand_works(shown.works[1:])),
        total=shown.total,
        every=shown.every,
        reason=reason,
        live=None if gallery.site.static else await run_in_threadpool(busiest, gallery.catalogue),
        active=shown.active,
        several=len(shown.active) > 1,
        arrived=None,
    )


@router.api_route("/live", **READ)
def live(
    request: Request, gallery: GalleryDependency, shown: Shown = None, mark: Mark = None
) -> Response:
    """The line about what the artist does now; it names the newest work if that is not `shown`.

    An answer to a request with a `mark` is not older than the mark.
    """
    status = busiest(gallery.catalogue)
    if mark not in (None, _mark(status)):
        return RedirectResponse(gallery.urls(request).path("live", shown=shown))
    newest = gallery.catalogue.works.newest(limit=1)
    arrived = newest[0] if newest and shown and newest[0].id != shown else None
    return gallery.page(
        request,
        "partials/live.html",
        fresh=1,
        live=status,
        several=sum(not row.retired for row in gallery.catalogue.artists.all()) > 1,
        arrived=arrived,
    )


def _mark(status: LiveStatus | None) -> str | None:
    return None if status is None else status.mark


def _look(gallery: Gallery) -> _Now:
    artists = list(gallery.catalogue.artists.all())
    works = list(gallery.catalogue.works.newest(limit=_RECENT + 1))
    working = [artist for artist in artists if not (artist.retired or artist.paused)]
    tuning = gallery.catalogue.artists.tuning(working[0].name) if len(working) == 1 else None
    return _Now(
        artists=artists,
        works=works,
        total=gallery.work_counts.works(works[0].id) if works else 0,
        every=None if tuning is None else tuning.tuning.every,
    )


def _waiting(request: Request, gallery: Gallery, shown: _Now) -> Response:
    """The page before the first work."""
    current = gallery.catalogue.cycles.current
    return gallery.page(
        request,
        "waiting.html",
        fresh=0,
        artists=shown.artists,
        steps={artist.name: current(artist.name) for artist in shown.artists},
        titles=shown.titles,
    )
