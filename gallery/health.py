"""Whether the gallery can do its work, for those who watch over it."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from gallery.gallery import Here
from storage.catalogue.database import ping
from storage.errors import StorageUnavailable

router = APIRouter()


class Health(BaseModel):
    """The gallery's own health; the artist's is told by `artist status`."""

    status: Literal["ok", "unavailable"]
    reason: str = ""


@router.api_route("/health", methods=["GET", "HEAD"], include_in_schema=False)
def health(gallery: Here, response: Response) -> Health:
    """200 while the catalogue answers, else 503 with the reason."""
    response.headers["Cache-Control"] = "no-store"
    try:
        ping(gallery.catalogue.database)
    except StorageUnavailable as error:
        response.status_code = 503
        return Health(status="unavailable", reason=str(error))
    return Health(status="ok")
