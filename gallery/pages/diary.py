"""The pages of an artist's diary, a month each."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from gallery.diary.entries import read_month
from gallery.exceptions import WorkNotFound
from gallery.gallery import GalleryDependency
from gallery.pages import READ, Name
from gallery.pages.artist import known_artist
from gallery.threads import RECKONING, in_threads

router = APIRouter()

InMonth = Annotated[str | None, Query(max_length=7, description="as 2026-11; else the newest")]


@router.api_route("/artists/{artist}/diary", **READ)
@in_threads(RECKONING)
def diary(
    request: Request, gallery: GalleryDependency, artist: Name, month: InMonth = None
) -> Response:
    """A month of an artist's diary."""
    row = known_artist(gallery, artist)
    found = read_month(gallery.catalogue, row.created, month)
    if found is None and month is not None:
        raise WorkNotFound(f"There is no month “{month}” in this diary.")
    return gallery.page(request, "diary.html", fresh=60, artist=row, month=found)
