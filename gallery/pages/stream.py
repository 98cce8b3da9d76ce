"""The front page: works of all artists, the newest first; before the first work, the progress."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from gallery.gallery import GalleryDependency
from gallery.pages import READ, Before
from gallery.pagination import work_page

router = APIRouter()


@router.api_route("/", **READ)
def stream(request: Request, gallery: GalleryDependency, before: Before = None) -> Response:
    """One page of the stream."""
    shown = work_page(gallery, before)
    artists = gallery.catalogue.artists.all()
    titles = {artist.name: artist.created.title for artist in artists}
    if not shown.works:
        steps = {artist.name: gallery.catalogue.cycles.current(artist.name) for artist in artists}
        return gallery.page(
            request, "waiting.html", fresh=0, artists=artists, steps=steps, titles=titles
        )
    return gallery.page(
        request,
        "stream.html",
        artists=artists,
        titles=titles,
        work_page=shown,
        total=gallery.work_counts.works(shown.works[0].id) if shown.first else 0,
    )
