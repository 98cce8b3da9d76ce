"""The stream: works of all artists, the newest first, in chapters."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from gallery.chapters import chapters_of
from gallery.gallery import GalleryDependency
from gallery.pages import READ, Before
from gallery.pagination import work_page

router = APIRouter()


@router.api_route("/works", **READ)
def stream(request: Request, gallery: GalleryDependency, before: Before = None) -> Response:
    """One page of the stream."""
    shown = work_page(gallery, before)
    titles = {row.name: row.created.title for row in gallery.catalogue.artists.all()}
    return gallery.page(
        request,
        "stream.html",
        titles=titles,
        work_page=shown,
        chapters=chapters_of(gallery.catalogue, shown, by_pool=len(titles) == 1),
        total=gallery.work_counts.works(shown.works[0].id) if shown.first and shown.works else 0,
    )
