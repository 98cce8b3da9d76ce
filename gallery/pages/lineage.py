"""Lineage: the concepts of an artist's pool over time."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from gallery.charts.concept_stream import draw_concept_stream
from gallery.gallery import GalleryDependency
from gallery.number_ranges import LINEAGE, range_until
from gallery.pages import READ, Name
from gallery.pages.artist import known_artist

router = APIRouter()

Until = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="the last work to show")]


@router.api_route("/artists/{artist}/lineage", **READ)
def lineage(
    request: Request, gallery: GalleryDependency, artist: Name, until: Until = None
) -> Response:
    """About fifty cycles of an artist, up to the newest one or to `until`."""
    row = known_artist(gallery, artist)
    newest = gallery.catalogue.works.newest_number(artist)
    shown = range_until(until, newest=newest, length=LINEAGE, fixed=gallery.site.static)
    chapters = list(gallery.catalogue.works.chapters(artist, first=shown.first, last=shown.last))
    return gallery.page(
        request,
        "lineage.html",
        artist=row,
        river=draw_concept_stream(chapters) if chapters else None,
        chapters=chapters,
        first=shown.first,
        last=shown.last,
        earlier=shown.earlier,
        later=shown.later,
    )
