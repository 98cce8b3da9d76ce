"""Routes of the feeds: all works, one artist, one concept."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from gallery.diary.entries import last_entries
from gallery.exceptions import WorkNotFound
from gallery.feeds.atom import write_atom
from gallery.feeds.diary import write_diary
from gallery.feeds.feed import Feed, gather
from gallery.feeds.json_feed import write_json
from gallery.gallery import GalleryDependency
from gallery.middleware.etag import answer
from gallery.pages import READ, Concept, Name
from gallery.pages.artist import known_artist
from gallery.threads import RECKONING, in_threads

router = APIRouter()

DAYS: Final = 14
"""Days of a diary that its feed lists."""

Kind = Literal["atom", "json"]
Before = Annotated[str | None, Query(max_length=96, description="the last work of the page before")]


@router.api_route("/feed.{kind}", **READ)
def stream(
    request: Request, gallery: GalleryDependency, kind: Kind, before: Before = None
) -> Response:
    """The newest works of all artists."""
    return _written(request, gather(request, gallery, before=before), kind)


@router.api_route("/artists/{artist}/feed.{kind}", **READ)
def artist(
    request: Request, gallery: GalleryDependency, artist: Name, kind: Kind, before: Before = None
) -> Response:
    """The newest works of one artist."""
    if gallery.catalogue.artists.get(artist) is None:
        raise WorkNotFound(f"There is no artist “{artist}”.")
    return _written(request, gather(request, gallery, artist=artist, before=before), kind)


@router.api_route("/artists/{artist}/diary.atom", **READ)
@in_threads(RECKONING)
def diary(request: Request, gallery: GalleryDependency, artist: Name) -> Response:
    """The last days of an artist's diary that are over."""
    row = known_artist(gallery, artist)
    entries = last_entries(gallery.catalogue, row.created, limit=DAYS + 1)
    over = [entry for entry in entries if entry.is_over][:DAYS]
    body = write_diary(gallery, request, row.created, over)
    headers = {"Access-Control-Allow-Origin": "*"}
    return answer(request, body, media_type="application/atom+xml", fresh=600, headers=headers)


@router.api_route("/concepts/{concept:name}/feed.{kind}", **READ)
def concept(
    request: Request,
    gallery: GalleryDependency,
    concept: Concept,
    kind: Kind,
    before: Before = None,
) -> Response:
    """The newest works that show one concept."""
    feed = gather(request, gallery, concept=concept, before=before)
    if not feed.entries and before is None:
        raise WorkNotFound(f"No work shows “{concept}”.")
    return _written(request, feed, kind)


def _written(request: Request, feed: Feed, kind: Kind, before: Before = None) -> Response:
    if kind == "atom":
        body, media_type = write_atom(feed), "application/atom+xml"
    else:
        body, media_type = write_json(feed), "application/feed+json"
    # Scripts of any site may read a feed: everything in it is public.
    headers = {"Access-Control-Allow-Origin": "*"}
    if feed.hub is not None:
        headers["Link"] = f'<{feed.hub}>; rel="hub", <{feed.here(kind)}>; rel="self"'
    return answer(
        request, body, media_type=media_type, fresh=60, modified=feed.updated, headers=headers
    )
