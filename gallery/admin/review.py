"""Review: works that are not public, and publications that failed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gallery.admin.auth import DESK, Admin, Signed
from gallery.exceptions import WorkNotFound
from gallery.gallery import GalleryDependency
from gallery.images.thumbnails import KINDS
from gallery.moderation.decisions import moderate
from gallery.pages import READ, Name, Number
from gallery.publishing.decisions import Decision
from gallery.publishing.decisions import decide as decide_publication
from gallery.routes.images import Sha256, read_copy
from gallery.threads import WRITING, in_threads
from storage.archive.manifest import work_id
from storage.catalogue import Visibility

router = APIRouter(prefix="/admin")

Reason = Annotated[str, Form(max_length=500)]
REVIEWED = "480.webp"


@router.api_route("/review", **READ)
def review(request: Request, gallery: GalleryDependency, admin: Admin) -> Response:
    """Works that are held, blurred or hidden; the newest works beside them."""
    return gallery.private_page(
        request,
        "admin/review.html",
        admin=admin,
        waiting=gallery.catalogue.works.not_public(),
        newest=gallery.catalogue.works.newest(limit=12),
    )


@router.api_route("/images/{sha256}", **READ)
async def picture(gallery: GalleryDependency, admin: Admin, sha256: Sha256) -> Response:
    """A small copy of any picture, shown to visitors or not."""
    data = await read_copy(gallery, sha256, REVIEWED)
    headers = {"Cache-Control": "private, max-age=3600"}
    return Response(data, media_type=KINDS[REVIEWED].media_type, headers=headers)


@router.post("/works/{artist}/{number}", **DESK)
@in_threads(WRITING)
def decide(
    request: Request,
    gallery: GalleryDependency,
    admin: Signed,
    artist: Name,
    number: Number,
    visibility: Annotated[Visibility, Form()],
    reason: Reason = "",
) -> Response:
    """Show, blur, hold or hide a work."""
    if gallery.catalogue.works.get(work_id(artist, number)) is None:
        raise WorkNotFound(f"There is no work {number} by “{artist}”.")
    moderate(gallery.catalogue, gallery.archive, artist, number, visibility, reason, who=admin.who)
    to = gallery.urls(request)
    return RedirectResponse(to.path("admin", "review"), status_code=303)


@router.api_route("/publications", **READ)
def publications(request: Request, gallery: GalleryDependency, admin: Admin) -> Response:
    """What was published where, the newest works first, and what a person must decide."""
    outbox = gallery.catalogue.outbox
    return gallery.private_page(
        request,
        "admin/publications.html",
        admin=admin,
        doubts=outbox.newest(states=["unknown", "failed"], limit=100),
        rows=outbox.newest(limit=60),
    )


@router.post("/publications/{artist}/{number}/{channel}", **DESK)
@in_threads(WRITING)
def settle(
    request: Request,
    gallery: GalleryDependency,
    admin: Signed,
    artist: Name,
    number: Number,
    channel: Name,
    decision: Annotated[Decision, Form()],
) -> Response:
    """A person's word on a publication that failed, or that nobody knows of."""
    work = work_id(artist, number)
    rows = {row.channel: row for row in gallery.catalogue.outbox.of_work(work)}
    row = rows.get(channel)
    if row is None:
        raise WorkNotFound(f"{work} was never published on “{channel}”.")
    decide_publication(gallery.catalogue, gallery.archive, row, decision, who=admin.who)
    to = gallery.urls(request)
    return RedirectResponse(to.path("admin", "publications"), status_code=303)
