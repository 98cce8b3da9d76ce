"""The page of a visitor's favourites."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from gallery.cookies.favourites import Favourites
from gallery.gallery import GalleryDependency
from gallery.pages import READ
from storage.archive.manifest import work_id

router = APIRouter()

Deed = Literal["add", "remove"]

_WORK = r"^.{1,64}:[1-9]\d{0,8}$"


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


@router.get("/favourites/ids", include_in_schema=False)
def ids(request: Request, gallery: GalleryDependency) -> Response:
    """The ids of the visitor's works, for a script that marks them."""
    kept = Favourites(gallery.secret).of(request)
    return JSONResponse(kept, headers={"Cache-Control": "no-store"})


@router.post("/favourites", include_in_schema=False)
def change(
    request: Request,
    gallery: GalleryDependency,
    work: Annotated[str | None, Form(pattern=_WORK)] = None,
    artist: Annotated[str, Form(max_length=64)] = "",
    number: Annotated[int, Form(ge=1, le=2**31 - 1)] = 1,
    deed: Annotated[Deed, Form()] = "add",
) -> Response:
    """Add or remove a favourite, and redirect to the list.

    The work is named by its id, or by its artist and number.

    Raises:
        HTTPException: 403; the form came from another site. Browsers send it without the cookie,
            so it would replace the visitor's list. 422; the form names no work.
        WorkNotFound: there is no such work.
        WorkNotYetShown, WorkRemoved: visitors may not see it.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403, "That form came from another site.")
    if work is not None:
        artist, _, digits = work.rpartition(":")
        number = int(digits)
    if not artist:
        raise HTTPException(422, "The form names no work.")
    store = Favourites(gallery.secret)
    named = work_id(artist, number)
    others = [kept for kept in store.of(request) if kept != named]
    if deed == "add":
        gallery.shown(artist, number)
        others.insert(0, named)
    to = gallery.urls(request)
    answer = RedirectResponse(to.path("favourites"), status_code=303)
    store.set_cookie(to, answer, others)
    return answer
