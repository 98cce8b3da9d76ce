"""Explore: the ways to the works, besides the stream."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from gallery.gallery import GalleryDependency
from gallery.pages import READ

router = APIRouter()

_CONCEPTS: Final = 12
_ARTISTS: Final = 12
"""Artists whose pages are listed; the page of artists has the others."""


@router.api_route("/explore", **READ)
def explore(request: Request, gallery: GalleryDependency) -> Response:
    """A list of those ways, each with what it shows."""
    artists = gallery.catalogue.artists.all()
    return gallery.page(
        request,
        "explore.html",
        artists=artists,
        listed_artists=artists[:_ARTISTS],
        concepts=gallery.catalogue.works.concepts(limit=_CONCEPTS),
    )
