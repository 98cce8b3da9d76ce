"""The page of a visitor's favourites."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gallery.cookies.favourites import Favourites
from gallery.gallery import GalleryDependency
from gallery.pages import READ
from storage.archive.manifest import work_id

router = APIRouter()

Deed = Literal["add", "remove"]


@router.api_route("/favourites", **READ)
def favourites(request: Request, gallery: GalleryDependency) -> Response:
    """The visitor's works, the latest choice first."""
    kept = Favourites(gallery.secret).of(request)
    found = gallery.catalogue.works.some(kept)
    artists = gallery.catalogue.artists.all()
    return gallery.private_page(
        request,
        "favourites.html",
        works=[found[work] for work in kept if work in found and found[work].visible],
        titles={artist.name: artist.created.title for artist in artists},
    )


@router.post("/favourites", include_in_schema=False)
def change(
    request: Request,
    gallery: GalleryDependency,
    artist: Annotated[str, Form(max_length=64)],
    number: Annotated[int, Form(ge=1, le=2**31 - 1)],
    deed: Annotated[Deed, Form()] = "add",
) -> Response:
    """Set a work aside, or let it go, and look at all of them.

    Raises:
        HTTPException: 403; the form came from another site, which would make the visitor lose
            what was kept: browsers do not send it our cookie.
        WorkNotFound: there is no such work.
        WorkRemoved: it is not to be seen.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403, "That form came from another site.")
    store = Favourites(gallery.secret)
    work = work_id(artist, number)
    others = [kept for kept in store.of(request) if kept != work]
    if deed == "add":
        gallery.shown(artist, number)
        others.insert(0, work)
    to = gallery.urls(request)
    answer = RedirectResponse(to.path("favourites"), status_code=303)
    store.set_cookie(to, answer, others)
    return answer
