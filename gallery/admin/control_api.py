"""The API that controls artists: for programs with a token of `artist token`."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from gallery.gallery import Gallery, GalleryDependency
from gallery.moderation.decisions import moderate
from gallery.pages import Name, Number
from gallery.pages.artist import known_artist
from gallery.publishing.decisions import Decision, decide
from gallery.routes.api import ApiError
from gallery.threads import WRITING, in_threads
from scheduler import control
from scheduler.control import ControlError
from scheduler.status import ArtistStatus, artist_status
from scheduler.tuning_updates import changed, update_tuning
from storage.archive.manifest import Tuning, work_id
from storage.catalogue import ArtistRow
from storage.takedown import TakedownError
from storage.text import Prose
from worker.config.settings import SettingsError

router = APIRouter(
    prefix="/api/v1",
    tags=["control"],
    responses={
        400: {"model": ApiError},
        404: {"model": ApiError},
        429: {"model": ApiError},
        503: {"model": ApiError},
        401: {"model": ApiError, "description": "There is no valid token."},
        409: {"model": ApiError, "description": "The artist's state does not allow it."},
    },
)


def program(request: Request, response: Response, gallery: GalleryDependency) -> str:
    """The name of the token in `Authorization: Bearer …`.

    Raises:
        HTTPException: 401; it is missing or not valid.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    tokens = gallery.api_tokens
    holder = tokens.holder(token.strip()) if tokens and scheme.lower() == "bearer" else None
    if holder is None:
        raise HTTPException(
            401,
            "This needs a token: create one with `artist token NAME`, and send it as"
            " `Authorization: Bearer TOKEN`.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    response.headers["Cache-Control"] = "no-store"
    return f"token {holder}"


Program = Annotated[str, Depends(program)]
"""Who asks, for the history."""


class Reason(BaseModel):
    """Why something is done; it is stored."""

    model_config = ConfigDict(extra="forbid")

    reason: Prose = ""


class Showing(BaseModel):
    """A decision on a work's visibility."""

    model_config = ConfigDict(extra="forbid")

    visibility: Literal["shown", "blurred", "held", "hidden"]
    reason: Prose = ""


class PublicationDecision(BaseModel):
    """What becomes of a publication that failed or whose outcome is unknown."""

    model_config = ConfigDict(extra="forbid")

    decision: Decision


class Decided(BaseModel):
    """What was done."""

    done: Literal[True] = True
    detail: str = Field("", description="in words")


@router.get("/artists/{artist}/status")
def status(gallery: GalleryDependency, who: Program, artist: Name) -> ArtistStatus:
    """An artist's state, pool, tuning and spending."""
    return _status(gallery, known_artist(gallery, artist))


@router.post("/artists/{artist}/pause")
@in_threads(WRITING)
def pause(gallery: GalleryDependency, who: Program, artist: Name, body: Reason) -> ArtistStatus:
    """Begin no new cycle; the current one is finished."""
    row = known_artist(gallery, artist)
    control.pause(gallery.catalogue, gallery.archive, row, body.reason, who=who)
    return _status(gallery, known_artist(gallery, artist))


@router.post("/artists/{artist}/resume")
@in_threads(WRITING)
def resume(gallery: GalleryDependency, who: Program, artist: Name) -> ArtistStatus:
    """Begin the next cycle at once, whatever the artist waits for."""
    row = known_artist(gallery, artist)
    try:
        control.resume(gallery.catalogue, gallery.archive, row, who=who)
    except ControlError as error:
        raise HTTPException(409, str(error)) from error
    return _status(gallery, known_artist(gallery, artist))


@router.post("/artists/{artist}/next")
@in_threads(WRITING)
def make_one_now(gallery: GalleryDependency, who: Program, artist: Name) -> ArtistStatus:
    """Make the next cycle due now. 409 if the artist is paused, resting, or at work already."""
    row = known_artist(gallery, artist)
    now = _status(gallery, row)
    if now.state != "between cycles":
        raise HTTPException(409, f"{artist} is {now.state}{f': {now.reason}' * bool(now.reason)}.")
    control.make_now(gallery.catalogue, gallery.archive, row, who=who)
    return _status(gallery, known_artist(gallery, artist))


@router.patch("/artists/{artist}/tuning")
@in_threads(WRITING)
def tune(
    gallery: GalleryDependency, who: Program, artist: Name, body: dict[str, object]
) -> ArtistStatus:
    """Change some values of the tuning, from the next cycle on; others stay."""
    row = known_artist(gallery, artist)
    if unknown := sorted(body.keys() - Tuning.model_fields.keys()):
        raise HTTPException(400, f"There is no tuning {', '.join(map(repr, unknown))}.")
    newest = gallery.catalogue.artists.tuning(row.name)
    try:
        tuning = changed(Tuning() if newest is None else newest.tuning, body)
    except SettingsError as error:
        raise HTTPException(400, str(error)) from error
    update_tuning(gallery.catalogue, gallery.archive, row.name, tuning=tuning, who=who)
    return _status(gallery, row)


@router.post("/works/{artist}/{number}/visibility")
@in_threads(WRITING)
def show(
    gallery: GalleryDependency, who: Program, artist: Name, number: Number, body: Showing
) -> Decided:
    """Show, blur, hold or hide a work."""
    if gallery.catalogue.works.get(work_id(artist, number)) is None:
        raise HTTPException(404, f"There is no work {number} by “{artist}”.")
    try:
        moderate(
            gallery.catalogue,
            gallery.archive,
            artist,
            number,
            body.visibility,
            body.reason,
            who=who,
        )
    except TakedownError as error:
        raise HTTPException(409, str(error)) from error
    return Decided(detail=f"{work_id(artist, number)} is {body.visibility}")


@router.post("/works/{artist}/{number}/publications/{channel}")
@in_threads(WRITING)
def publish(
    gallery: GalleryDependency,
    who: Program,
    artist: Name,
    number: Number,
    channel: str,
    body: PublicationDecision,
) -> Decided:
    """Send a failed publication again, or record that it arrived or is given up."""
    rows = {row.channel: row for row in gallery.catalogue.outbox.of_work(work_id(artist, number))}
    row = rows.get(channel)
    if row is None:
        raise HTTPException(404, f"{work_id(artist, number)} has no publication on {channel!r}.")
    if not decide(gallery.catalogue, gallery.archive, row, body.decision, who=who):
        raise HTTPException(409, f"The publication is {row.state}: there is nothing to decide.")
    return Decided(detail=f"{work_id(artist, number)} on {channel}: {body.decision}")


def _status(gallery: Gallery, row: ArtistRow) -> ArtistStatus:
    return artist_status(gallery.catalogue, gallery.archive, row)
