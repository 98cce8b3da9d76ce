"""What other sites show of a work: its card, an embedded page, oEmbed; and the newest picture."""

from __future__ import annotations

import json
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Query
from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from gallery.exceptions import WorkNotFound, WorkRemoved
from gallery.gallery import Gallery, GalleryDependency
from gallery.html.dates import day
from gallery.html.frame import Frame, frame_code
from gallery.images.card import MEDIA_TYPE, Cards, CardText
from gallery.images.thumbnails import JPEGS, KINDS, WIDTHS
from gallery.middleware.etag import answer, unchanged
from gallery.middleware.security_headers import FRAMED
from gallery.pages import READ, Name, Number
from gallery.pages.artist import known_artist
from gallery.pick_explanation import reason
from gallery.routes.images import read_copy
from gallery.threads import ARCHIVE, COPIES, in_threads
from gallery.urls import Urls
from storage.catalogue import WorkRow

router = APIRouter()

_A_DAY: Final = "public, max-age=86400"
_FRESH: Final = 30
"""Seconds for which a frame may keep the newest picture."""

_LOOKED_AT: Final = 50
Pixels = Annotated[int | None, Query(ge=1, le=100_000)]


@router.api_route("/works/{artist}/{number}/card.jpg", **READ)
@in_threads(COPIES)
def card(request: Request, gallery: GalleryDependency, artist: Name, number: Number) -> Response:
    """The card of a work; a blurred one has none."""
    work = gallery.shown(artist, number)
    if work.visibility == "blurred":
        raise WorkNotFound("A work that is shown blurred has no card.")
    cards = Cards(gallery.archive, gallery.thumbnails, gallery.image_metadata)
    manifest = gallery.archive.read_manifest(artist, number)
    title, site = known_artist(gallery, artist).created.title, gallery.site
    text = CardText(
        title=work.title,
        byline=f"{title}, {day(work.created_at)}",
        concept=work.concept,
        reason=reason(manifest),
        foot=site.title if site.title != title else site.tagline,
    )
    headers = {"ETag": f'"{work.image}-card-{cards.edition(text)}"', "Cache-Control": _A_DAY}
    if unchanged(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(cards.read(work, text), media_type=MEDIA_TYPE, headers=headers)


@router.api_route("/image.jpg", **READ)
async def newest_image(
    request: Request,
    gallery: GalleryDependency,
    artist: Annotated[str | None, Query(max_length=64, description="one artist's alone")] = None,
    w: Annotated[int, Query(description="the greatest width in pixels")] = WIDTHS[-1],
) -> Response:
    """The newest picture, for frames and kiosks that show one file and load it again."""
    if w not in JPEGS:
        widths = ", ".join(map(str, JPEGS))
        raise HTTPException(400, f"There is no copy {w} pixels wide: w is one of {widths}.")
    work = await run_in_threadpool(_newest, gallery, artist)
    to, name = gallery.urls(request), JPEGS[w]
    page = to.absolute(to.work(work.artist, work.number))
    headers = {
        "ETag": f'"{work.image}-{name}-{gallery.image_metadata.edition}"',
        "Cache-Control": f"public, max-age={_FRESH}",
        "Content-Location": to.picture(work.image, name),
        "Link": f'<{page}>; rel="describedby"; type="text/html"',
        "Access-Control-Allow-Origin": "*",
    }
    if unchanged(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    data = await read_copy(gallery, work.image, name)
    return Response(data, media_type=KINDS[name].media_type, headers=headers)


def _newest(gallery: Gallery, artist: str | None) -> WorkRow:
    if artist is not None:
        known_artist(gallery, artist)
    works = gallery.catalogue.works.newest(artist=artist, limit=_LOOKED_AT)
    work = next((work for work in works if work.visibility != "blurred"), None)
    if work is None:
        raise WorkNotFound("There is no picture to show now.")
    return work


@router.api_route("/works/{artist}/{number}/embed", **READ)
@in_threads(ARCHIVE)
def embed(request: Request, gallery: GalleryDependency, artist: Name, number: Number) -> Response:
    """A work as a small page that any site may show in a frame."""
    work = gallery.shown(artist, number)
    title = known_artist(gallery, artist).created.title
    body = gallery.render(request, "embed.html", work=work, artist_title=title).encode()
    return answer(
        request,
        body,
        media_type="text/html",
        fresh=300,
        headers={"Content-Security-Policy": FRAMED},
    )


@router.api_route("/oembed", **READ)
def oembed(
    request: Request,
    gallery: GalleryDependency,
    url: Annotated[str, Query(max_length=2048, description="address of a work's page")],
    wanted: Annotated[str, Query(max_length=16, alias="format")] = "json",
    maxwidth: Pixels = None,
    maxheight: Pixels = None,
) -> Response:
    """How to embed the work at an address (oembed.com)."""
    if wanted != "json":
        raise HTTPException(501, "oEmbed is answered as JSON only.")
    to = gallery.urls(request)
    at = to.work_of(url)
    if at is None:
        raise WorkNotFound("This is no address of a work here.")
    try:
        work = gallery.shown(*at)
    except WorkRemoved as error:
        # oEmbed knows no 410.
        raise WorkNotFound("This work is not shown.") from error
    title = known_artist(gallery, work.artist).created.title
    document = json.dumps(_oembed(gallery, to, work, title, maxwidth, maxheight))
    headers = {"Access-Control-Allow-Origin": "*"}
    return answer(
        request, document.encode(), media_type="application/json", fresh=300, headers=headers
    )


def _oembed(
    gallery: Gallery,
    to: Urls,
    work: WorkRow,
    artist_title: str,
    maxwidth: int | None,
    maxheight: int | None,
) -> dict[str, object]:
    frame = Frame.of(work, maxwidth, maxheight)
    found: dict[str, object] = {
        "version": "1.0",
        "type": "rich",
        "title": work.title,
        "author_name": artist_title,
        "author_url": to.absolute(to.artist(work.artist)),
        "provider_name": gallery.site.title,
        "provider_url": to.absolute(to.path()),
        "cache_age": 3600,
        "width": frame.width,
        "height": frame.height,
        "html": frame_code(to, work, artist_title, frame),
    }
    width = min(WIDTHS[0], work.width)
    height = max(1, round(work.height * width / max(work.width, 1)))
    fits = width <= (maxwidth or width) and height <= (maxheight or height)
    if work.visibility != "blurred" and fits:
        picture = to.absolute(to.picture(work.image, JPEGS[WIDTHS[0]]))
        found |= {"thumbnail_url": picture, "thumbnail_width": width, "thumbnail_height": height}
    return found
