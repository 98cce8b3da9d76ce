"""The dashboard: all artists; for each one tuning, history and a preview."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le
from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gallery.admin.auth import DESK, Admin, Signed
from gallery.charts.candidate_plot import plot_candidates
from gallery.gallery import Gallery, GalleryDependency
from gallery.pages import READ, Name
from gallery.pages.artist import known_artist
from gallery.pick_explanation import ANSWERED
from gallery.threads import PREVIEWS, WRITING, in_threads, work_in
from scheduler.status import artist_status
from scheduler.tuning_updates import BY_FILE, changed, differences, update_tuning
from storage.archive.manifest import Inspiration, Tuning
from storage.catalogue import TuningRow
from storage.catalogue.sessions import Session
from worker.config.settings import SettingsError
from worker.config.types import parse_duration

router = APIRouter(prefix="/admin")

_SHOWN: Final = (
    "beta",
    "feedback",
    "lowest_beta",
    "highest_beta",
    "beta_step",
    "temperature",
    "candidates",
    "permutations",
    "calibration",
    "floor",
    "patience",
    "rest",
    "pool_size",
    "every",
    "jitter",
    "burst",
    "quiet",
    "timezone",
    "daily_budget",
    "monthly_budget",
)
"""Knobs on the form, in the order in which a cycle meets them."""


@dataclass(frozen=True)
class TuningField:
    """One field of the form: what it means, where its limits are, what it stands at."""

    name: str
    value: Any
    explanation: str
    least: float | None
    most: float | None
    kind: object

    @property
    def choices(self) -> tuple[str, ...]:
        """The words that may stand in it, if it takes no others."""
        return get_args(self.kind) if get_origin(self.kind) is Literal else ()

    @property
    def keyboard(self) -> str:
        """What a telephone should offer: digits, a decimal point, or letters."""
        if self.kind is str or self.name == "every":
            return "text"
        return "numeric" if self.kind is int else "decimal"


@dataclass(frozen=True)
class Change:
    """One version of the tuning, and what it changed."""

    row: TuningRow
    what: str


@router.api_route("", **READ)
def artists(request: Request, gallery: GalleryDependency, admin: Admin) -> Response:
    """All artists: health, spending, next cycle; and what waits for a person."""
    rows = gallery.catalogue.artists.all()
    return gallery.private_page(
        request,
        "admin/artists.html",
        admin=admin,
        statuses=[artist_status(gallery.catalogue, gallery.archive, row) for row in rows],
        alarms=gallery.catalogue.alarms.active(),
        review=len(gallery.catalogue.works.not_public()),
        doubts=len(gallery.catalogue.outbox.newest(states=["failed", "unknown"])),
    )


@router.api_route("/artists/{name}", **READ)
async def artist(
    request: Request, gallery: GalleryDependency, admin: Admin, name: Name
) -> Response:
    """One artist's desk; values in the query are tried out, and nothing is changed."""
    tried = {key: value for key, value in request.query_params.items() if key in _SHOWN}
    if not tried:
        return await run_in_threadpool(_dashboard, request, gallery, admin, name, tried={})
    return await work_in(PREVIEWS, _dashboard, request, gallery, admin, name, tried=tried)


@router.post("/artists/{name}/tuning", **DESK)
async def tune(request: Request, gallery: GalleryDependency, admin: Signed, name: Name) -> Response:
    """Store the tuning of the form, or try it out; what makes no sense comes back with why."""
    async with request.form() as form:
        values = {key: str(form[key]) for key in _SHOWN if key in form}
        trial = form.get("act") == "try"
    if trial:
        return await work_in(PREVIEWS, _dashboard, request, gallery, admin, name, tried=values)
    return await work_in(WRITING, _tune, request, gallery, admin, name, values)


def _tune(
    request: Request, gallery: Gallery, admin: Session, name: str, values: dict[str, str]
) -> Response:
    row = known_artist(gallery, name)
    try:
        tuning = changed(_in_force(gallery, row.name), _parsed(values))
    except (SettingsError, ValueError) as error:
        page = _dashboard(request, gallery, admin, name, tried=values, fault=str(error))
        page.status_code = 400
        return page
    if tuning != _in_force(gallery, row.name):
        update_tuning(gallery.catalogue, gallery.archive, row.name, tuning=tuning, who=admin.who)
    return _back(request, gallery, name)


@router.post("/artists/{name}/undo", **DESK)
@in_threads(WRITING)
def undo(request: Request, gallery: GalleryDependency, admin: Signed, name: Name) -> Response:
    """Go back to the tuning before this one, as a new version."""
    rows = gallery.catalogue.artists.tunings(known_artist(gallery, name).name)
    if len(rows) > 1:
        update_tuning(
            gallery.catalogue, gallery.archive, name, tuning=rows[1].tuning, who=admin.who
        )
    return _back(request, gallery, name)


@router.post("/artists/{name}/pause", **DESK)
def pause(request: Request, gallery: GalleryDependency, admin: Signed, name: Name) -> Response:
    """Let no new cycle begin."""
    row = known_artist(gallery, name)
    gallery.catalogue.artists.pause(row.name, f"paused by {admin.who}", who=admin.who)
    return _back(request, gallery, name)


@router.post("/artists/{name}/resume", **DESK)
def resume(request: Request, gallery: GalleryDependency, admin: Signed, name: Name) -> Response:
    """Let the artist go on at once, whatever it waits for."""
    gallery.catalogue.resume(known_artist(gallery, name).name)
    return _back(request, gallery, name)


def _dashboard(
    request: Request,
    gallery: Gallery,
    admin: Session,
    name: str,
    *,
    tried: dict[str, str],
    fault: str = "",
) -> Response:
    row = known_artist(gallery, name)
    history = gallery.catalogue.artists.tunings(name)
    tuning = _in_force(gallery, name)
    preview, wanted = None, tuning
    if tried and not fault:
        try:
            wanted = changed(tuning, _parsed(tried))
            preview = gallery.preview(name, wanted) if gallery.preview else None
        except (SettingsError, ValueError) as error:
            fault = str(error)
    return gallery.private_page(
        request,
        "admin/artist.html",
        admin=admin,
        artist=row,
        status=artist_status(gallery.catalogue, gallery.archive, row),
        knobs=_tuning_fields(wanted, tried if fault else {}),
        fault=fault,
        tried=bool(tried),
        can_preview=gallery.preview is not None,
        preview=preview,
        plot=_plot(preview, wanted),
        history=_changes(history),
        by_file=BY_FILE,
        answered=ANSWERED.get(tuning.feedback),
    )


def _plot(preview: Inspiration | None, tuning: Tuning) -> object:
    return None if preview is None else plot_candidates(preview, beta=preview.beta_in(tuning))


def _in_force(gallery: Gallery, name: str) -> Tuning:
    newest = gallery.catalogue.artists.tuning(name)
    return Tuning() if newest is None else newest.tuning


def _parsed(values: dict[str, str]) -> dict[str, object]:
    """Values of the form; durations may be written as `15m`."""
    parsed: dict[str, object] = {key: value.strip() for key, value in values.items()}
    if "every" in parsed:
        parsed["every"] = parse_duration(parsed["every"])
    return parsed


def _tuning_fields(tuning: Tuning, typed: dict[str, str]) -> list[TuningField]:
    knobs = []
    for name in _SHOWN:
        field = Tuning.model_fields[name]
        least = next((m.ge for m in field.metadata if isinstance(m, Ge)), None)
        above = next((m.gt for m in field.metadata if isinstance(m, Gt)), None)
        most = next((m.le for m in field.metadata if isinstance(m, Le)), None)
        knobs.append(
            TuningField(
                name=name,
                value=typed.get(name, getattr(tuning, name)),
                explanation=field.description or "",
                least=least if above is None else above,  # type: ignore[arg-type]
                most=most,  # type: ignore[arg-type]
                kind=field.annotation,
            )
        )
    return knobs


def _changes(history: Any) -> list[Change]:
    changes = []
    for row, earlier in zip(history, [*history[1:], None], strict=True):
        if earlier is None:
            changes.append(Change(row, "the first one"))
            continue
        what = ", ".join(differences(earlier.tuning, row.tuning))
        changes.append(Change(row, what or "nothing"))
    return changes[:20]


def _back(request: Request, gallery: Gallery, name: str) -> Response:
    return RedirectResponse(gallery.urls(request).path("admin", "artists", name), status_code=303)
