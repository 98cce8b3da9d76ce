"""The site's own texts at /about and /about/NAME."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from gallery.exceptions import WorkNotFound
from gallery.gallery import GalleryDependency
from gallery.pages import READ
from gallery.site_texts import ABOUT

router = APIRouter()


@router.api_route("/about", **READ)
def about(request: Request, gallery: GalleryDependency) -> Response:
    """What this gallery is; the operator's own text where there is one."""
    return _answer(request, gallery, ABOUT)


@router.api_route("/about/{name}", **READ)
def site_text(request: Request, gallery: GalleryDependency, name: str) -> Response:
    """One of the operator's texts."""
    return _answer(request, gallery, name)


def _answer(request: Request, gallery: GalleryDependency, name: str) -> Response:
    text = gallery.site.text(name)
    if text is None and name != ABOUT:
        raise WorkNotFound(f"This gallery has no page “{name}”.")
    return gallery.page(request, "about.html", fresh=300, text=text)
