"""Similar works: the nearest ones by picture or by text."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Query
from starlette.requests import Request
from starlette.responses import Response

from gallery.gallery import Gallery, GalleryDependency
from gallery.pages import READ, Name, Number
from gallery.stats.similar_works import SENSES, Sense, SimilarWork
from gallery.threads import MEMORY, in_threads
from storage.catalogue import WorkRow
from storage.errors import StorageUnavailable

router = APIRouter()

_WORKS: Final = 24
_FRESH: Final = 300

By = Annotated[Sense, Query(description="what is compared: the pictures, or the prompts")]


@router.api_route("/works/{artist}/{number}/like", **READ)
@in_threads(MEMORY)
def like(
    request: Request, gallery: GalleryDependency, artist: Name, number: Number, by: By = "picture"
) -> Response:
    """The nearest works of all artists, the most similar first."""
    work = gallery.shown(artist, number)
    artists = gallery.catalogue.artists.all()
    return gallery.page(
        request,
        "like.html",
        fresh=_FRESH,
        work=work,
        by=by,
        senses=SENSES,
        alike=find_similar(gallery, work, by, limit=_WORKS),
        titles={row.name: row.created.title for row in artists},
    )


def find_similar(
    gallery: Gallery, work: WorkRow, sense: Sense, *, limit: int
) -> Sequence[SimilarWork]:
    """The works that are most similar to one.

    Raises:
        HTTPException: 503; there is no memory, or it is unavailable.
    """
    found: Sequence[SimilarWork] | None = None
    if gallery.similar_works is not None:
        with suppress(StorageUnavailable):
            found = gallery.similar_works.nearest(work, sense, limit=limit)
    if found is None:
        raise HTTPException(
            503,
            "Similar works can’t be found now: the memory is unavailable.",
            headers={"Retry-After": "60"},
        )
    return found
