"""The first page: whether all is well, what waits for a person, and all artists at a glance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from gallery.admin.attention import Matter, matters
from gallery.admin.auth import Moderator
from gallery.admin.page import admin_page, artist_titles
from gallery.admin.tuning_fields import in_words
from gallery.admin.words import VISIBILITY, state_in_words, why_shown_so
from gallery.gallery import Gallery, GalleryDependency
from gallery.pages import READ
from scheduler.status import ArtistStatus, artist_status
from storage.catalogue import ArtistRow, CycleRow, WorkRow

router = APIRouter(prefix="/admin")


@dataclass(frozen=True)
class Glance:
    """One artist: what it does, its last work, and what became of its works.

    `failed` counts the attempts since the last work; `unseen` is how many works visitors don't see.
    """

    row: ArtistRow
    status: ArtistStatus
    state: str
    last: WorkRow | None
    failed: int
    last_failed: CycleRow | None
    unseen: int

    @property
    def when(self) -> str:
        """How often it works."""
        return in_words(self.status.tuning)

    @property
    def last_is(self) -> str:
        """What visitors do not see of the last work, and why; empty if it is shown."""
        if self.last is None or self.last.visibility == "shown":
            return ""
        why = why_shown_so(self.last)
        return f"{VISIBILITY[self.last.visibility]}{why and f': {why}'}"


@router.api_route("", **READ)
def overview(request: Request, gallery: GalleryDependency, admin: Moderator) -> Response:
    """What needs a decision first; then each artist's state, spending and next work."""
    titles = artist_titles(gallery.catalogue)
    found = matters(gallery.catalogue, titles)
    waiting = [one for one in found if admin.is_admin or not one.for_admins]
    artists = [glance(gallery, row) for row in gallery.catalogue.artists.all()]
    return admin_page(
        request,
        gallery,
        "admin/overview.html",
        admin=admin,
        headline=headline(waiting, artists, titles),
        waiting=waiting,
        artists=artists,
    )


def glance(gallery: Gallery, row: ArtistRow) -> Glance:
    """What there is to tell of one artist now."""
    catalogue = gallery.catalogue
    status = artist_status(catalogue, gallery.archive, row)
    failed, last_failed = catalogue.cycles.failed_since_work(row.name)
    visible = catalogue.works.count(artist=row.name, visible=True)
    return Glance(
        row,
        status,
        state_in_words(status),
        catalogue.works.last(row.name),
        failed,
        last_failed,
        status.works - visible,
    )


def headline(
    waiting: Sequence[Matter], artists: Sequence[Glance], titles: Mapping[str, str]
) -> str:
    """Whether all is well, in one sentence."""
    if waiting:
        return (
            "One thing waits for you."
            if len(waiting) == 1
            else f"{len(waiting)} things wait for you."
        )
    if not artists:
        return "There is no artist yet: create one."
    resting = [titles[one.row.name] for one in artists if one.status.state == "paused"]
    if resting:
        paused = f"{' and '.join(resting)} {'is' if len(resting) == 1 else 'are'} paused"
        return f"Nothing waits for you. {paused}."
    return "All is well: nothing waits for you."
