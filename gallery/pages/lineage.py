"""Lineage: an artist's life as a river of concepts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from gallery.gallery import Here
from gallery.pages import READ, Name
from gallery.pages.artist import known_artist
from gallery.river import draw_river

router = APIRouter()

_STRETCH = 48

Until = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="the last work to show")]


@router.api_route("/artists/{artist}/lineage", **READ)
def lineage(request: Request, gallery: Here, artist: Name, until: Until = None) -> Response:
    """Some fifty cycles of an artist's life, up to the newest one or to `until`."""
    row = known_artist(gallery, artist)
    newest = gallery.catalogue.works.newest_number(artist)
    last = min(until or newest, newest)
    first = max(1, last - _STRETCH + 1)
    chapters = list(gallery.catalogue.works.chapters(artist, first=first, last=last))
    return gallery.page(
        request,
        "lineage.html",
        artist=row,
        river=draw_river(chapters) if chapters else None,
        chapters=chapters,
        first=first,
        last=last,
        earlier=first - 1 if first > 1 else None,
        later=min(last + _STRETCH, newest) if last < newest else None,
    )
