"""Pages of concepts: the works of each, and the concepts that it appears with."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from gallery.exceptions import WorkNotFound
from gallery.gallery import GalleryDependency
from gallery.pages import READ, Before, Concept
from gallery.pagination import work_page

router = APIRouter()

_MOST = 600


@router.api_route("/concepts", **READ)
def concepts(request: Request, gallery: GalleryDependency) -> Response:
    """Every concept, by name; the oftener shown the larger."""
    rows = gallery.catalogue.works.concepts(limit=_MOST)
    return gallery.page(
        request,
        "concepts.html",
        fresh=60,
        concepts=sorted(rows, key=lambda row: row.concept.casefold()),
        most=max((row.works for row in rows), default=1),
        cut=len(rows) == _MOST,
    )


@router.api_route("/concepts/{concept:name}", **READ)
def concept(
    request: Request, gallery: GalleryDependency, concept: Concept, before: Before = None
) -> Response:
    """The works that show one concept."""
    total = gallery.catalogue.works.count(concept=concept)
    if not total:
        raise WorkNotFound(f"No work shows “{concept}” yet.")
    artists = gallery.catalogue.artists.all()
    return gallery.page(
        request,
        "concept.html",
        concept=concept,
        total=total,
        companions=gallery.catalogue.works.companions(concept) if before is None else (),
        titles={artist.name: artist.created.title for artist in artists},
        work_page=work_page(gallery, before, concept=concept),
    )
