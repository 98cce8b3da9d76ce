"""One artist's page: its state, the buttons that steer it, and its tuning with the picks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Annotated, Final

from fastapi import APIRouter, Form
from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from gallery.admin.auth import DESK, Admin, Signed, SignedIn
from gallery.admin.effects import low_middle_high, stays_by_patience, works_by_beta
from gallery.admin.notices import redirect
from gallery.admin.overview import glance
from gallery.admin.page import admin_page
from gallery.admin.tuning_fields import BETA, MONEY, TIMEZONE, changes_in_words
from gallery.admin.tuning_form import DRAWING, NAMES, TuningForm, read_form
from gallery.charts.candidate_plot import CandidatePlot, plot_candidates
from gallery.gallery import Gallery, GalleryDependency
from gallery.pages import READ, Name
from gallery.pages.artist import known_artist
from gallery.pick_explanation import ANSWERED
from gallery.picks_by_beta import PickRange, nearby, pick_at, pick_of, picks_by_beta
from gallery.threads import PREVIEWS, WRITING, in_threads, work_in
from scheduler import control
from scheduler.control import ControlError
from scheduler.tuning_updates import BY_FILE, update_tuning
from storage.archive.manifest import Inspiration, Tuning
from storage.catalogue import TuningRow
from storage.errors import UserFacingError

router = APIRouter(prefix="/admin/artists/{name}")

_SHOWN_CHANGES: Final = 20


@dataclass(frozen=True)
class Picks:
    """What the artist would pick next: as it is set now, with the form's values, at other β.

    `same` tells that the form differs from what is set now in β at most. `fault` says why nothing
    can be told.
    """

    preview: Inspiration | None = None
    now: tuple[float, PickRange] | None = None
    own: tuple[float, PickRange] | None = None
    near: tuple[tuple[float, PickRange], ...] = ()
    ranges: tuple[PickRange, ...] = ()
    same: bool = True
    plot: CandidatePlot | None = None
    fault: str = ""


@dataclass(frozen=True)
class Change:
    """One version of the tuning, and its differences from the version before."""

    row: TuningRow
    what: str


@router.api_route("", **READ)
async def artist(
    request: Request, gallery: GalleryDependency, admin: Admin, name: Name
) -> Response:
    """One artist's page; values in the query are previewed and change nothing."""
    typed = {key: text for key, text in request.query_params.items() if key in NAMES}
    if not typed:
        return await run_in_threadpool(_page, request, gallery, admin, name)
    return await work_in(PREVIEWS, _page, request, gallery, admin, name, typed=typed, looks=True)


@router.api_route("/picks", **READ)
async def picks(request: Request, gallery: GalleryDependency, admin: Admin, name: Name) -> Response:
    """The picks of the form's values, as a part of the page."""
    typed = {key: text for key, text in request.query_params.items() if key in NAMES}

    def render() -> Response:
        known_artist(gallery, name)
        form = read_form(_in_force(gallery, name), typed)
        found = _picks(gallery, name, form)
        return gallery.private_page(request, "admin/picks.html", picks=found)

    return await work_in(PREVIEWS, render)


@router.api_route("/now", **READ)
def now(request: Request, gallery: GalleryDependency, admin: Admin, name: Name) -> Response:
    """What the artist does now, as a part of the page, which asks for it again and again."""
    one = glance(gallery, known_artist(gallery, name))
    return gallery.private_page(request, "admin/now.html", one=one)


@router.post("/tuning", **DESK)
async def tune(request: Request, gallery: GalleryDependency, admin: Signed, name: Name) -> Response:
    """Store the form's tuning, or show what it would do; faults are shown at their fields."""
    async with request.form() as sent:
        typed = {key: str(sent[key]) for key in NAMES if key in sent}
        looks = sent.get("act") == "try" or "preset" in typed
    if looks:
        return await work_in(
            PREVIEWS, _page, request, gallery, admin, name, typed=typed, looks=True
        )
    return await work_in(WRITING, _tune, request, gallery, admin, name, typed)


def _tune(
    request: Request, gallery: Gallery, admin: SignedIn, name: str, typed: dict[str, str]
) -> Response:
    row = known_artist(gallery, name)
    current = _in_force(gallery, row.name)
    form = read_form(current, typed)
    if form.faults:
        page = _page(request, gallery, admin, name, typed=typed)
        page.status_code = 400
        return page
    if form.tuning == current:
        return redirect(request, gallery, "artists", name, done="same")
    update_tuning(gallery.catalogue, gallery.archive, name, tuning=form.tuning, who=admin.who)
    return redirect(request, gallery, "artists", name, done="tuned")


@router.post("/undo", **DESK)
@in_threads(WRITING)
def undo(request: Request, gallery: GalleryDependency, admin: Signed, name: Name) -> Response:
    """Go back to the tuning before this one, as a new version."""
    rows = gallery.catalogue.artists.tunings(known_artist(gallery, name).name)
    if len(rows) > 1:
        update_tuning(
            gallery.catalogue, gallery.archive, name, tuning=rows[1].tuning, who=admin.who
        )
    return redirect(request, gallery, "artists", name, done="undone")


@router.post("/pause", **DESK)
@in_threads(WRITING)
def pause(
    request: Request,
    gallery: GalleryDependency,
    admin: Signed,
    name: Name,
    reason: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Pause the artist: no new cycle begins."""
    row = known_artist(gallery, name)
    control.pause(gallery.catalogue, gallery.archive, row, reason, who=admin.who)
    return redirect(request, gallery, "artists", name, done="paused")


@router.post("/resume", **DESK)
@in_threads(WRITING)
def resume(request: Request, gallery: GalleryDependency, admin: Signed, name: Name) -> Response:
    """Resume the artist at once, whatever it waits for."""
    return _control(request, gallery, admin, name, control.resume, done="resumed")


@router.post("/now", **DESK)
@in_threads(WRITING)
def make_now(request: Request, gallery: GalleryDependency, admin: Signed, name: Name) -> Response:
    """Let the next cycle begin at once."""
    done = "now-quiet" if _in_force(gallery, name).quiet else "now"
    return _control(request, gallery, admin, name, control.make_now, done=done)


def _control(
    request: Request,
    gallery: Gallery,
    admin: SignedIn,
    name: str,
    act: Callable[..., None],
    *,
    done: str,
) -> Response:
    """Do it and say so, or say why the artist can't do it now."""
    row = known_artist(gallery, name)
    try:
        act(gallery.catalogue, gallery.archive, row, who=admin.who)
    except ControlError as error:
        page = _page(request, gallery, admin, name, fault=str(error))
        page.status_code = 409
        return page
    return redirect(request, gallery, "artists", name, done=done)


def _page(
    request: Request,
    gallery: Gallery,
    admin: SignedIn,
    name: str,
    *,
    typed: dict[str, str] | None = None,
    looks: bool = False,
    fault: str = "",
) -> Response:
    row = known_artist(gallery, name)
    tuning = _in_force(gallery, name)
    form = read_form(tuning, typed or {})
    history = gallery.catalogue.artists.tunings(name)
    by_beta = works_by_beta(gallery.catalogue, name)
    one = glance(gallery, row)
    return admin_page(
        request,
        gallery,
        "admin/artist.html",
        admin=admin,
        artist=row,
        one=one,
        form=form,
        fault=fault,
        beta=BETA,
        money=MONEY,
        timezone=TIMEZONE,
        picks=_picks(gallery, name, form) if looks and not form.faults else None,
        can_preview=gallery.preview is not None,
        by_beta=by_beta,
        made=low_middle_high(by_beta),
        stays=stays_by_patience(gallery.catalogue, name),
        history=_changes(history),
        by_file=BY_FILE,
        answered=ANSWERED.get(tuning.feedback),
    )


def _picks(gallery: Gallery, name: str, form: TuningForm) -> Picks:
    if form.faults:
        return Picks(fault=" ".join(form.faults.values()))
    if gallery.preview is None:
        return Picks(
            fault="Picks can be shown where the artist runs in the gallery’s own process, as with"
            " `artist run`, or where a worker answers. `artist sample` also shows picks."
        )
    now = _in_force(gallery, name)
    same = all(getattr(now, key) == getattr(form.tuning, key) for key in DRAWING)
    try:
        found = gallery.preview(name, form.tuning)
        # What is compared does not depend on β: the same answer tells what is picked now.
        was = found if same else gallery.preview(name, now)
    except UserFacingError as error:
        return Picks(fault=f"The picks can’t be shown now: {error}.")
    ranges, own = picks_by_beta(found), pick_of(found, form.tuning)
    before = own
    if not same:
        before = pick_of(was, now)
    elif found.beta is None and now.beta != form.tuning.beta:
        before = now.beta, pick_at(ranges, now.beta)
    lower, _, higher = nearby(ranges, found.beta_in(form.tuning))
    return Picks(
        preview=found,
        now=before,
        own=own,
        near=(lower, higher),
        ranges=ranges,
        same=same,
        plot=plot_candidates(found, beta=found.beta_in(form.tuning)),
    )


def _in_force(gallery: Gallery, name: str) -> Tuning:
    newest = gallery.catalogue.artists.tuning(name)
    return Tuning() if newest is None else newest.tuning


def _changes(history: Sequence[TuningRow]) -> list[Change]:
    changes = []
    for row, earlier in zip_longest(history, history[1:]):
        if earlier is None:
            changes.append(Change(row, "the first one"))
            continue
        what = "; ".join(changes_in_words(earlier.tuning, row.tuning))
        changes.append(Change(row, what or "nothing"))
    return changes[:_SHOWN_CHANGES]
