"""Pages of artists: description, works, and how to follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gallery.chapters import chapters_of
from gallery.exceptions import WorkNotFound
from gallery.gallery import Gallery, GalleryDependency
from gallery.pages import READ, Before, Name
from gallery.pagination import WorkPage, work_page
from gallery.pick_explanation import ANSWERED
from storage.catalogue import ArtistRow, TuningRow, WorkRow

router = APIRouter()


def known_artist(gallery: Gallery, name: str) -> ArtistRow:
    """The artist of that name.

    Raises:
        WorkNotFound: there is none.
    """
    row = gallery.catalogue.artists.get(name)
    if row is None:
        raise WorkNotFound(f"There is no artist “{name}”.")
    return row


@router.api_route("/artists", **READ)
def artists(request: Request, gallery: GalleryDependency) -> Response:
    """All artists with their newest works; redirects to the page of a single artist."""
    rows = gallery.catalogue.artists.all()
    if len(rows) == 1 and not gallery.site.static:
        return RedirectResponse(gallery.urls(request).artist(rows[0].name))
    newest = {row.name: gallery.catalogue.works.newest(artist=row.name, limit=3) for row in rows}
    return gallery.page(request, "artists.html", artists=rows, newest=newest)


@router.api_route("/artists/{artist}", **READ)
def artist(
    request: Request, gallery: GalleryDependency, artist: Name, before: Before = None
) -> Response:
    """One artist, and its works page by page."""
    rows = gallery.catalogue.artists.all()
    row = next((row for row in rows if row.name == artist), None) or known_artist(gallery, artist)
    shown = work_page(gallery, before, artist=artist)
    return gallery.page(
        request,
        "artist.html",
        artist=row,
        work_page=shown,
        chapters=chapters_of(gallery.catalogue, shown, by_pool=True),
        **(_facts(gallery, row, rows, shown) if shown.first else {}),
    )


def _facts(
    gallery: Gallery, artist: ArtistRow, rows: Sequence[ArtistRow], shown: WorkPage
) -> dict[str, Any]:
    """What the first page says of an artist; `rows` are all artists, its forks among them."""
    last = gallery.catalogue.cycles.last_done(artist.name)
    tuning = gallery.catalogue.artists.tuning(artist.name)
    return {
        "tuning": tuning,
        "beta": _beta(gallery, artist.name, tuning),
        "answered": None if tuning is None else ANSWERED.get(tuning.tuning.feedback),
        "pool": last.pool if last else None,
        "total": (
            gallery.work_counts.works(shown.works[0].id, artist=artist.name) if shown.works else 0
        ),
        "parent": _work(gallery, artist.created.forked_from),
        "forks": [row for row in rows if row.created.forked_from.rpartition(":")[0] == artist.name],
    }


def _work(gallery: Gallery, work: str) -> WorkRow | None:
    found = gallery.catalogue.works.get(work) if work else None
    return found if found is not None and found.visible else None


def _beta(gallery: Gallery, artist: str, tuning: TuningRow | None) -> float | None:
    """The current β: that of the tuning, or with feedback that of the last work."""
    if tuning is None or tuning.tuning.feedback == "off":
        return None if tuning is None else tuning.tuning.beta
    last = gallery.catalogue.works.last(artist)
    return tuning.tuning.beta if last is None or last.beta is None else last.beta
