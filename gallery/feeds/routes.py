"""Routes of the feeds: all works, one artist, one concept."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from gallery.exceptions import WorkNotFound
from gallery.feeds.atom import write_atom
from gallery.feeds.feed import Feed, gather
from gallery.feeds.json_feed import write_json
from gallery.gallery import GalleryDependency
from gallery.middleware.etag import answer
from gallery.pages import READ, Concept, Name

router = APIRouter()

Kind = Literal["atom", "json"]


@router.api_route("/feed.{kind}", **READ)
def stream(request: Request, gallery: GalleryDependency, kind: Kind) -> Response:
    """The newest works of all artists."""
    return _written(request, gather(request, gallery), kind)


@router.api_route("/artists/{artist}/feed.{kind}", **READ)
def artist(request: Request, gallery: GalleryDependency, artist: Name, kind: Kind) -> Response:
    """The newest works of one artist."""
    if gallery.catalogue.artists.get(artist) is None:
        raise WorkNotFound(f"There is no artist “{artist}”.")
    return _written(request, gather(request, gallery, artist=artist), kind)


@router.api_route("/concepts/{concept:name}/feed.{kind}", **READ)
def concept(request: Request, gallery: GalleryDependency, concept: Concept, kind: Kind) -> Response:
    """The newest works that show one concept."""
    feed = gather(request, gallery, concept=concept)
    if not feed.entries:
        raise WorkNotFound(f"No work shows “{concept}”.")
    return _written(request, feed, kind)


def _written(request: Request, feed: Feed, kind: Kind) -> Response:
    if kind == "atom":
        body, media_type = write_atom(feed), "application/atom+xml"
    else:
        body, media_type = write_json(feed), "application/feed+json"
    # Anybody's page may read a feed: it holds nothing that is not public.
    allowed = {"Access-Control-Allow-Origin": "*"}
    return answer(
        request, body, media_type=media_type, fresh=60, modified=feed.updated, headers=allowed
    )
