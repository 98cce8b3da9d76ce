"""Publications: those that did not get through, those that need a decision, and the newest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from gallery.admin.auth import DESK, Moderator, SignedModerator
from gallery.admin.notices import redirect
from gallery.admin.page import admin_page
from gallery.exceptions import WorkNotFound
from gallery.gallery import GalleryDependency
from gallery.html.dates import moment
from gallery.pages import READ, Name, Number
from gallery.publishing.decisions import Decision, give_up_all, retry_all
from gallery.publishing.decisions import decide as decide_publication
from gallery.threads import WRITING, in_threads
from storage.archive.manifest import work_id
from storage.catalogue import Catalogue, OutboxRow, WorkRow
from storage.catalogue.outbox import DECIDED

router = APIRouter(prefix="/admin")


@dataclass(frozen=True)
class Post:
    """One work on one channel: the work, and in words how the post stands."""

    row: OutboxRow
    work: WorkRow
    says: str

    @property
    def why(self) -> str:
        """Why it failed, or where it is; empty if there is nothing to tell."""
        told = self.row.detail.startswith((DECIDED, "queued again by "))
        return "" if told else self.row.detail.rstrip(".")


@router.api_route("/publications", **READ)
def publications(request: Request, gallery: GalleryDependency, admin: Moderator) -> Response:
    """Publications, the newest works first, and those that need a decision."""
    catalogue = gallery.catalogue
    outbox = catalogue.outbox
    stopped = [row for row in catalogue.channels.all() if row.fault or row.held]
    names = {row.name for row in stopped}
    return admin_page(
        request,
        gallery,
        "admin/publications.html",
        admin=admin,
        stopped=stopped,
        struggling=_posts(catalogue, outbox.struggling(), stopped=names),
        doubts=_posts(catalogue, outbox.undecided(), stopped=names),
        posts=_posts(catalogue, outbox.newest(limit=60), stopped=names),
    )


@router.post("/publications/retry", **DESK)
@in_threads(WRITING)
def retry(request: Request, gallery: GalleryDependency, admin: SignedModerator) -> Response:
    """Let held channels go on, and send all that failed again."""
    retry_all(gallery.catalogue, gallery.archive, who=admin.who)
    return redirect(request, gallery, "publications", done="all-again")


@router.post("/publications/give-up", **DESK)
@in_threads(WRITING)
def give_up(request: Request, gallery: GalleryDependency, admin: SignedModerator) -> Response:
    """Send none of those that did not get through; nothing tries them again."""
    done = give_up_all(gallery.catalogue, gallery.archive, who=admin.who)
    return redirect(request, gallery, "publications", done="none-sent" if done else "same")


@router.post("/publications/{artist}/{number}/{channel}", **DESK)
@in_threads(WRITING)
def settle(
    request: Request,
    gallery: GalleryDependency,
    admin: SignedModerator,
    artist: Name,
    number: Number,
    channel: Name,
    decision: Annotated[Decision, Form()],
) -> Response:
    """Record a decision on a publication that waits, failed, or whose outcome is unknown."""
    work = work_id(artist, number)
    rows = {row.channel: row for row in gallery.catalogue.outbox.of_work(work)}
    row = rows.get(channel)
    if row is None:
        raise WorkNotFound(f"{work} was never published on “{channel}”.")
    done = decide_publication(gallery.catalogue, gallery.archive, row, decision, who=admin.who)
    return redirect(request, gallery, "publications", done=decision if done else "too-late")


def _posts(
    catalogue: Catalogue, rows: Sequence[OutboxRow], *, stopped: Iterable[str]
) -> list[Post]:
    works = catalogue.works.some([row.work for row in rows])
    now = catalogue.clock.now()
    return [
        Post(
            row,
            works[row.work],
            _standing(row, works[row.work], now=now, stopped=row.channel in stopped),
        )
        for row in rows
        if row.work in works
    ]


def _standing(row: OutboxRow, work: WorkRow, *, now: float, stopped: bool) -> str:
    """How a publication stands, in words."""
    who = row.detail.removeprefix(DECIDED) if row.detail.startswith(DECIDED) else ""
    failed = f"failed {times(row.attempts)}"
    match row.state:
        case "waiting" if work.visibility != "shown":
            return "waits until the work is shown in full"
        case "waiting" if stopped:
            following = "next attempt when the channel goes on"
        case "waiting" if row.next_at > now:
            following = f"next attempt at {moment(row.next_at)}"
        case "waiting":
            following = "next attempt within a minute"
        case "sending":
            return "is being sent"
        case "sent":
            return f"arrived, says {who}" if who else "sent"
        case "failed":
            return f"not to be sent, says {who}" if who else f"{failed}, not tried again"
        case "unknown":
            return "may have arrived: nobody knows"
        case "dry":
            return "not sent: a dry run"
    return f"{failed}; {following}" if row.attempts else f"waits; {following}"


def times(count: int) -> str:
    """How often, in words."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
