"""All works, found by number, word and visibility: review them one by one or many at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, Final, Literal, get_args
from urllib.parse import parse_qsl

from fastapi import APIRouter, Form, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gallery.admin.auth import DESK, Moderator, SignedIn, SignedModerator
from gallery.admin.notices import redirect
from gallery.admin.page import admin_page
from gallery.admin.words import VISIBILITY, why_shown_so
from gallery.exceptions import WorkNotFound
from gallery.gallery import Gallery, GalleryDependency
from gallery.images.thumbnails import KINDS
from gallery.moderation.decisions import moderate, why_unchecked
from gallery.pages import READ, Name, Number
from gallery.routes.images import Sha256, read_copy
from gallery.threads import WRITING, in_threads
from storage.archive.manifest import work_id
from storage.catalogue import Visibility, WorkFilter, WorkRow
from storage.takedown import TakedownError, take_down
from worker.moderation.openai import UNCHECKED

router = APIRouter(prefix="/admin")

PER_PAGE: Final = 48
MOST_AT_ONCE: Final = 500
"""Works that one form may change."""

REVIEWED: Final = "480.webp"

Reason = Annotated[str, Form(max_length=500)]
Words = Annotated[str, Query(max_length=200)]
Chosen = Literal["shown", "blurred", "held", "hidden"]
"""What a person may decide on a work's visibility, but for a takedown."""


@router.api_route("/works", **READ)
def works(
    request: Request,
    gallery: GalleryDependency,
    admin: Moderator,
    artist: Words = "",
    first: Words = "",
    last: Words = "",
    words: Words = "",
    visibility: Words = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """The works that are looked for, page by page, with buttons for many at once."""
    asked = {
        "artist": artist,
        "first": first,
        "last": last,
        "words": words,
        "visibility": visibility,
    }
    return _works_page(request, gallery, admin, asked, page=page)


@router.post("/works", **DESK)
@in_threads(WRITING)
def decide_many(
    request: Request,
    gallery: GalleryDependency,
    admin: SignedModerator,
    decision: Annotated[Chosen, Form(alias="visibility")],
    chosen: Annotated[list[str], Form(alias="work", max_length=MOST_AT_ONCE)] = [],  # noqa: B006
    everything: Annotated[str, Form(max_length=8)] = "",
    query: Annotated[str, Form(max_length=2000)] = "",
    reason: Reason = "",
    page: Annotated[int, Form(ge=1, le=10_000)] = 1,
) -> Response:
    """Show, blur or hide the works that were ticked, or all that the page's search finds.

    If none was ticked, or too many are found, the page comes back as it was and says so.
    """
    kept, fault = _asked(query), ""
    if everything:
        wanted = _wanted(kept)[0]
        found = list(gallery.catalogue.work_list.some(wanted, limit=MOST_AT_ONCE + 1))
    else:
        found = list(gallery.catalogue.works.some(chosen).values())
    if len(found) > MOST_AT_ONCE:
        fault = f"At most {MOST_AT_ONCE} works can be changed at once: give a range of numbers."
    elif not found:
        fault = "Nothing was changed: no work is ticked."
    if fault:
        return _works_page(
            request,
            gallery,
            admin,
            kept,
            page=page,
            fault=fault,
            reason=reason,
            chosen=set(chosen),
        )
    for work in found:
        if work.visibility not in (decision, "removed"):
            _decide(gallery, work, decision, reason, who=admin.who)
    done = decision if len(found) == 1 else f"many-{decision}"
    search = {name: text or None for name, text in kept.items()}
    number = None if page == 1 else page
    one = found[0].id if len(found) == 1 else None
    back = gallery.urls(request).path("admin", "works", **search, page=number, done=done, of=one)
    place = "" if everything else f"#{_anchor(found[-1])}"
    return RedirectResponse(f"{back}{place}", status_code=303)


@router.post("/works/check-again", **DESK)
@in_threads(WRITING)
def check_again(
    request: Request,
    gallery: GalleryDependency,
    admin: SignedModerator,
    query: Annotated[str, Form(max_length=2000)] = "",
    back: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Let the safety check be made again for all works for which it could not be made.

    The page that asked comes back: a search, or the work named `back`.
    """
    for work in gallery.catalogue.works.held(UNCHECKED, limit=MOST_AT_ONCE):
        # A new decision to hold them back: the check counts its attempts from there.
        detail = why_unchecked(gallery.archive, work)
        _decide(gallery, work, "held", UNCHECKED, who=admin.who, detail=detail)
    kept = {name: text for name, text in _asked(query).items() if text}
    asked = gallery.catalogue.works.get(back) if back else None
    if asked is not None:
        return redirect(request, gallery, "works", asked.artist, asked.number, done="checked-again")
    to = gallery.urls(request).path("admin", "works", **kept, done="checked-again")
    return RedirectResponse(to, status_code=303)


@router.api_route("/review", **READ)
def review(request: Request, gallery: GalleryDependency, admin: Moderator) -> Response:
    """Works that are held back: the first that need a decision."""
    to = gallery.urls(request).path("admin", "works", visibility="held")
    return RedirectResponse(to, status_code=303)


@router.api_route("/images/{sha256}", **READ)
async def picture(gallery: GalleryDependency, admin: Moderator, sha256: Sha256) -> Response:
    """A small copy of any picture, also of one that visitors may not see."""
    data = await read_copy(gallery, sha256, REVIEWED)
    headers = {"Cache-Control": "private, max-age=3600"}
    return Response(data, media_type=KINDS[REVIEWED].media_type, headers=headers)


@router.api_route("/works/{artist}/{number}", **READ)
def work(
    request: Request, gallery: GalleryDependency, admin: Moderator, artist: Name, number: Number
) -> Response:
    """One work with all that can be decided on it."""
    return _work_page(request, gallery, admin, _known(gallery, artist, number))


@router.post("/works/{artist}/{number}", **DESK)
@in_threads(WRITING)
def decide(
    request: Request,
    gallery: GalleryDependency,
    admin: SignedModerator,
    artist: Name,
    number: Number,
    visibility: Annotated[Chosen, Form()],
    reason: Reason = "",
) -> Response:
    """Show, blur, hold or hide a work."""
    row = _known(gallery, artist, number)
    try:
        _decide(gallery, row, visibility, reason, who=admin.who)
    except TakedownError as error:
        return _work_page(request, gallery, admin, row, fault=str(error), status=409)
    return redirect(request, gallery, "works", artist, number, done=visibility)


@router.post("/works/{artist}/{number}/takedown", **DESK)
@in_threads(WRITING)
def remove(
    request: Request,
    gallery: GalleryDependency,
    admin: SignedModerator,
    artist: Name,
    number: Number,
    reason: Reason = "",
    sure: Annotated[str, Form(max_length=8)] = "",
) -> Response:
    """Delete a work's picture for good; the record of the work, and why, stay."""
    row = _known(gallery, artist, number)
    if not sure:
        fault = "Nothing was deleted: tick the box to say that you are sure."
        return _work_page(request, gallery, admin, row, fault=fault, reason=reason, status=400)
    try:
        take_down(gallery.catalogue, gallery.archive, row, reason, who=admin.who)
    except TakedownError as error:
        return _work_page(request, gallery, admin, row, fault=str(error), status=400)
    return redirect(request, gallery, "works", artist, number, done="taken-down")


def _decide(
    gallery: Gallery,
    row: WorkRow,
    decision: Visibility,
    reason: str,
    *,
    who: str,
    detail: str = "",
) -> None:
    moderate(
        gallery.catalogue,
        gallery.archive,
        row.artist,
        row.number,
        decision,
        reason,
        who=who,
        detail=detail,
    )


def _known(gallery: Gallery, artist: str, number: int) -> WorkRow:
    row = gallery.catalogue.works.get(work_id(artist, number))
    if row is None:
        raise WorkNotFound(f"There is no work {number} by “{artist}”.")
    return row


def _works_page(
    request: Request,
    gallery: Gallery,
    admin: SignedIn,
    asked: dict[str, str],
    *,
    page: int,
    fault: str = "",
    reason: str = "",
    chosen: Collection[str] = (),
) -> Response:
    wanted, wrong = _wanted(asked)
    listed = gallery.catalogue.work_list
    count = 0 if wrong else listed.count(wanted)
    shown = [] if wrong else listed.some(wanted, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    return admin_page(
        request,
        gallery,
        "admin/works.html",
        admin=admin,
        status=400 if fault else 200,
        fault=wrong,
        unticked=fault,
        reason=reason,
        chosen=chosen,
        words_of=VISIBILITY,
        why=why_shown_so,
        unchecked=sum(_is_unchecked(work) for work in shown),
        failed_check=_failed_check(gallery, shown),
        decided=_decided(request, gallery),
        asked=asked,
        query={key: text for key, text in asked.items() if text},
        states=get_args(Visibility),
        by_visibility=listed.by_visibility(),
        works=shown,
        count=count,
        most=MOST_AT_ONCE,
        page=page,
        pages=max(1, -(-count // PER_PAGE)),
    )


def _work_page(
    request: Request,
    gallery: Gallery,
    admin: SignedIn,
    row: WorkRow,
    *,
    fault: str = "",
    reason: str = "",
    status: int = 200,
) -> Response:
    same = [one for one in gallery.catalogue.works.sharing_image(row.image) if one.id != row.id]
    return admin_page(
        request,
        gallery,
        "admin/work.html",
        admin=admin,
        status=status,
        fault=fault,
        words_of=VISIBILITY,
        why=why_shown_so(row),
        unchecked=_is_unchecked(row),
        failed_check=_failed_check(gallery, [row]),
        work=row,
        reason=reason,
        same=same,
        posts=[post for post in gallery.catalogue.outbox.of_work(row.id) if post.state == "sent"],
    )


def _anchor(work: WorkRow) -> str:
    """The id of a work in the list, to which the page returns after a decision."""
    return f"{work.artist}-{work.number}"


def _decided(request: Request, gallery: Gallery) -> WorkRow | None:
    """The one work that was just decided on, by the address; None for none or several."""
    name = request.query_params.get("of", "")
    return gallery.catalogue.works.get(name) if name else None


def _is_unchecked(work: WorkRow) -> bool:
    return (work.visibility, work.visibility_reason) == ("held", UNCHECKED)


def _failed_check(gallery: Gallery, works: Sequence[WorkRow]) -> str:
    """Why the check of the first unchecked one of these works failed; empty if nobody knows."""
    first = next((work for work in works if _is_unchecked(work)), None)
    return "" if first is None else why_unchecked(gallery.archive, first).rstrip(".")


def _wanted(asked: dict[str, str]) -> tuple[WorkFilter, str]:
    """What a search asks for, and what is wrong with it in words."""
    numbers: dict[str, int | None] = {}
    for name in ("first", "last"):
        text = asked.get(name, "").strip()
        if text and not (text.isdecimal() and len(text) < 10):
            return WorkFilter(), f"Write numbers such as 12, not “{text}”."
        numbers[name] = int(text) if text else None
    state = asked.get("visibility", "")
    if state and state not in get_args(Visibility):
        return WorkFilter(), f"No work can be “{state}”."
    return (
        WorkFilter(
            artist=asked.get("artist", ""),
            words=asked.get("words", ""),
            visibility=state or None,  # type: ignore[arg-type]
            **numbers,
        ),
        "",
    )


def _asked(query: str) -> dict[str, str]:
    """A search as a form carries it."""
    fields = ("artist", "first", "last", "words", "visibility")
    given = dict(parse_qsl(query))
    return {name: given.get(name, "") for name in fields}
