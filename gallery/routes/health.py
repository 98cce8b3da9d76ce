"""Health endpoints for monitoring."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from gallery.gallery import GalleryDependency
from storage.catalogue.db.database import ping
from storage.errors import StorageUnavailable

router = APIRouter()


class Health(BaseModel):
    """The state of the gallery, with the reason if it is not `ok`."""

    status: Literal["ok", "alarm", "unavailable"]
    reason: str = ""
    alarms: list[str] = []


@router.api_route("/health", methods=["GET", "HEAD"], include_in_schema=False)
def health(gallery: GalleryDependency, response: Response) -> Health:
    """200 normally; 503 while an alarm is active or the catalogue is unavailable."""
    alive = live(gallery, response)
    if alive.status != "ok":
        return alive
    active = [row.alarm for row in gallery.catalogue.alarms.active()]
    if not active:
        return alive
    response.status_code = 503
    return Health(
        status="alarm",
        reason=active[0].message,
        alarms=[f"{alarm.artist or 'all'}: {alarm.kind}" for alarm in active],
    )


@router.api_route("/health/live", methods=["GET", "HEAD"], include_in_schema=False)
def live(gallery: GalleryDependency, response: Response) -> Health:
    """Liveness of the gallery itself: 503 while the catalogue is unavailable."""
    response.headers["Cache-Control"] = "no-store"
    try:
        ping(gallery.catalogue.database)
    except StorageUnavailable as error:
        response.status_code = 503
        return Health(status="unavailable", reason=str(error))
    return Health(status="ok")
