"""Image endpoints: thumbnails and originals."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from gallery.exceptions import WorkNotFound, WorkRemoved
from gallery.gallery import Gallery, GalleryDependency
from gallery.images.prepare import prepare
from gallery.images.thumbnails import KINDS
from gallery.middleware.etag import FOR_EVER, unchanged
from gallery.pages import READ, Name, Number
from gallery.threads import ARCHIVE, COPIES, in_threads, work_in
from storage.archive.archive import SUFFIXES
from storage.errors import StorageError

router = APIRouter()

_A_DAY = "public, max-age=86400"

Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]


@router.api_route("/images/{sha256}/{name}", **READ)
async def copy(request: Request, gallery: GalleryDependency, sha256: Sha256, name: str) -> Response:
    """A copy of a picture; the address names the content, so it may be kept forever."""
    if name not in KINDS:
        raise WorkNotFound(f"Copies are made as {', '.join(KINDS)}.")
    work = await run_in_threadpool(gallery.catalogue.works.of_image, sha256)
    if work is not None and not work.visible:
        raise WorkRemoved(work.visibility_reason)
    headers = {"ETag": f'"{sha256}-{name}"', "Cache-Control": FOR_EVER}
    if unchanged(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    data = await read_copy(gallery, sha256, name)
    if work is not None and not work.placeholder:
        with suppress(StorageError):  # the picture is what was asked for
            await work_in(COPIES, prepare, gallery.catalogue, gallery.thumbnails, work)
    return Response(data, media_type=KINDS[name].media_type, headers=headers)


async def read_copy(gallery: Gallery, sha256: str, name: str) -> bytes:
    """A copy's bytes; one that is not there yet is made, by few at a time.

    Raises:
        ObjectMissing: there is no such picture.
        ObjectDamaged: the archived file is no picture, or not the one that was saved.
    """
    kept = await work_in(ARCHIVE, gallery.thumbnails.kept, sha256, name)
    if kept is not None:
        return kept
    return await work_in(COPIES, gallery.thumbnails.read, sha256, name)


@router.api_route("/works/{artist}/{number}/original", **READ)
@in_threads(ARCHIVE)
def original(
    request: Request, gallery: GalleryDependency, artist: Name, number: Number
) -> Response:
    """The picture as it was painted, pixel for pixel; the file says itself where it comes from."""
    return _original(request, gallery, artist, number, attached=False)


@router.api_route("/works/{artist}/{number}/download", **READ)
@in_threads(ARCHIVE)
def download(
    request: Request, gallery: GalleryDependency, artist: Name, number: Number
) -> Response:
    """The same, to be saved under the work's name."""
    return _original(request, gallery, artist, number, attached=True)


def _original(
    request: Request, gallery: Gallery, artist: str, number: int, *, attached: bool
) -> Response:
    work = gallery.shown(artist, number)
    headers = {"ETag": f'"{work.image}-{gallery.image_metadata.edition}"', "Cache-Control": _A_DAY}
    if attached:
        name = "".join(c if c.isascii() and c.isalnum() else "-" for c in work.artist)
        suffix = SUFFIXES[work.media_type]
        headers["Content-Disposition"] = f'attachment; filename="{name}-{number}.{suffix}"'
    if unchanged(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    data, media_type = gallery.archive.read_image(work.image)
    stamped = gallery.image_metadata.original(work, data, media_type)
    return Response(stamped, media_type=media_type, headers=headers)
