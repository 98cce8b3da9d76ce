"""Pages of concepts: the works of each, and the concepts shown together with it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from gallery.exceptions import WorkNotFound
from gallery.gallery import GalleryDependency
from gallery.pages import READ, Before, Concept
from gallery.pagination import work_page
from gallery.threads import ARCHIVE, in_threads

router = APIRouter()

_MOST = 600


@router.api_route("/concepts", **READ)
def concepts(request: Request, gallery: GalleryDependency) -> Response:
    """Every concept, by name; more frequent ones are larger."""
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
@in_threads(ARCHIVE)
def concept(
    request: Request, gallery: GalleryDependency, concept: Concept, before: Before = None
) -> Response:
    """The works that show one concept, and why it came into those that brought it in."""
    first, total = gallery.catalogue.works.first_with(concept)
    if first is None:
        raise WorkNotFound(f"No work shows “{concept}” yet.")
    artists = gallery.catalogue.artists.all()
    shown = work_page(gallery, before, concept=concept)
    came = [work for work in shown.works if work.concept == concept]
    return gallery.page(
        request,
        "concept.html",
        came=came,
        reasons=gallery.concept_reasons.of(came),
        first=first,
        seeds_of=[artist for artist in artists if concept in artist.created.seeds],
        concept=concept,
        total=total,
        companions=gallery.catalogue.works.companions(concept) if before is None else (),
        titles={artist.name: artist.created.title for artist in artists},
        work_page=shown,
    )
