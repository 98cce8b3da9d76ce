"""Image endpoints: thumbnails and originals."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from gallery.exceptions import WorkNotFound
from gallery.gallery import Gallery, GalleryDependency, require_visible
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
    """A copy of a picture; its address contains the hash, so caches may keep it without limit."""
    if name not in KINDS:
        raise WorkNotFound(f"The copies of a picture are {', '.join(KINDS)}.")
    work = await run_in_threadpool(gallery.catalogue.works.of_image, sha256)
    if work is not None:
        require_visible(work)
    edition = gallery.image_metadata.edition
    headers = {"ETag": f'"{sha256}-{name}-{edition}"', "Cache-Control": FOR_EVER}
    if unchanged(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    data = await read_copy(gallery, sha256, name)
    if work is not None and not work.placeholder:
        with suppress(StorageError):  # the picture itself is there
            await work_in(COPIES, prepare, gallery.catalogue, gallery.thumbnails, work)
    return Response(data, media_type=KINDS[name].media_type, headers=headers)


@router.api_route("/images/{sha256}/stages/{number}.webp", **READ)
@in_threads(ARCHIVE)
def stage(
    request: Request,
    gallery: GalleryDependency,
    sha256: Sha256,
    number: Annotated[int, Path(ge=1, le=99)],
) -> Response:
    """A stage of a picture's making; none of a picture that is blurred or not shown."""
    work = gallery.catalogue.works.of_image(sha256)
    found = gallery.stages.of(sha256)
    if work is None or found is None or number > found.count or work.visibility == "blurred":
        raise WorkNotFound("There is no such stage of a picture.")
    require_visible(work)
    headers = {"ETag": f'"{sha256}-{number}-{found.source}"', "Cache-Control": FOR_EVER}
    if unchanged(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    data = gallery.stages.read(sha256, number)
    return Response(data, media_type="image/webp", headers=headers)


async def read_copy(gallery: Gallery, sha256: str, name: str) -> bytes:
    """A copy's bytes; a missing one is made, few at a time.

    Raises:
        ObjectMissing: there is no such picture, or the archived file is not a picture.
        ObjectDamaged: the archived file has changed.
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
    """The original picture, with metadata in the file."""
    return _original(request, gallery, artist, number, attached=False)


@router.api_route("/works/{artist}/{number}/download", **READ)
@in_threads(ARCHIVE)
def download(
    request: Request, gallery: GalleryDependency, artist: Name, number: Number
) -> Response:
    """The same, as a download named after the work."""
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
