"""The wall: one picture at a time, full screen, for a display in a room."""

from __future__ import annotations

import io
from typing import Annotated, Final

import segno
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from gallery.gallery import GalleryDependency
from gallery.middleware.etag import answer
from gallery.pages import READ, Name, Number

router = APIRouter()

WORKS: Final = 50
"""Number of the newest works that are shown in turn."""

Every = Annotated[int, Query(ge=5, le=86400, description="seconds that a picture stays")]


@router.api_route("/wall", **READ)
def wall(request: Request, gallery: GalleryDependency, every: Every = 60) -> Response:
    """The newest unblurred work; a script shows the others, also while the network is down."""
    newest = gallery.catalogue.works.newest(limit=WORKS)
    work = next((work for work in newest if work.visibility != "blurred"), None)
    artist = None if work is None else gallery.catalogue.artists.get(work.artist)
    return gallery.page(
        request,
        "wall.html",
        fresh=0 if work is None else 5,
        work=work,
        title=artist.created.title if artist else "",
        every=every,
        most=WORKS,
    )


@router.api_route("/works/{artist}/{number}/qr.svg", **READ)
def qr_code(request: Request, gallery: GalleryDependency, artist: Name, number: Number) -> Response:
    """A QR code with the address of a work's page."""
    gallery.shown(artist, number)
    to = gallery.urls(request)
    code = segno.make(to.absolute(to.work(artist, number)), micro=False, error="m")
    drawing = io.BytesIO()
    code.save(drawing, kind="svg", scale=4, border=2, dark="#1a1b1c", light="#f6f6f4")
    return answer(request, drawing.getvalue(), media_type="image/svg+xml", fresh=86400)
