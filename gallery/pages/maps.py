"""The map: works laid out by the similarity of their pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from gallery.charts.map_groups import group_places
from gallery.charts.similarity_map import FRESH, MOST, Place, alike
from gallery.gallery import Gallery, GalleryDependency
from gallery.images.placeholders import Placeholder
from gallery.images.thumbnails import SMALLEST
from gallery.middleware.etag import answer
from gallery.pages import READ, Name
from gallery.pages.artist import known_artist
from gallery.pagination import work_page
from gallery.threads import RECKONING, in_threads
from gallery.urls import Urls
from storage.catalogue import ArtistRow, WorkRow

router = APIRouter()


class Point(BaseModel):
    """One work on the map; `picture` is null where it is blurred.

    `by` is the artist's name if the map shows several; `colour` is the picture's mean colour, null
    if it is not computed yet.
    """

    number: int
    title: str
    by: str | None
    x: float
    y: float
    width: int
    height: int
    page: str
    picture: str | None
    colour: str | None


class PointGroup(BaseModel):
    """Works that lie near each other, by their middle, and the concepts frequent in them."""

    x: float
    y: float
    works: int
    concepts: tuple[str, ...]


class Points(BaseModel):
    """All works on a map, the oldest first, so that newer ones are drawn on top; and groups."""

    works: list[Point]
    groups: list[PointGroup]


@router.api_route("/map", **READ)
def whole_map(request: Request, gallery: GalleryDependency) -> Response:
    """The map of all artists with the image encoder of the newest work's artist."""
    return _page(request, gallery, _all(gallery), None)


@router.api_route("/map.json", **READ)
@in_threads(RECKONING)
def whole_map_points(request: Request, gallery: GalleryDependency) -> Response:
    """The places of all works of these artists."""
    return _points(request, gallery, _all(gallery), None)


@router.api_route("/artists/{artist}/map", **READ)
def map_page(request: Request, gallery: GalleryDependency, artist: Name) -> Response:
    """The map of one artist."""
    row = known_artist(gallery, artist)
    return _page(request, gallery, [row], row)


@router.api_route("/artists/{artist}/map.json", **READ)
@in_threads(RECKONING)
def map_points(request: Request, gallery: GalleryDependency, artist: Name) -> Response:
    """The places of all works of the artist."""
    row = known_artist(gallery, artist)
    return _points(request, gallery, [row], row)


def _all(gallery: Gallery) -> Sequence[ArtistRow]:
    newest = next(iter(gallery.catalogue.works.newest(limit=1)), None)
    return alike(gallery.catalogue.artists.all(), newest.artist if newest else None)


def _page(
    request: Request, gallery: Gallery, artists: Sequence[ArtistRow], artist: ArtistRow | None
) -> Response:
    """The page; without the script it lists the newest works and links to older ones."""
    names = [row.name for row in artists]
    total = sum(gallery.catalogue.works.newest_numbers(names).values())
    return gallery.page(
        request,
        "map.html",
        artist=artist,
        artists=artists,
        work_page=work_page(gallery, None, artist=artist.name if artist else None),
        shown=min(total, MOST),
        all=total <= MOST,
    )


def _points(
    request: Request, gallery: Gallery, artists: Sequence[ArtistRow], artist: ArtistRow | None
) -> Response:
    to = gallery.urls(request)
    titles = {row.name: row.created.title for row in artists} if len(artists) > 1 else {}

    def make() -> bytes:
        places = gallery.maps.of(artists)
        newest = gallery.catalogue.works.newest(artist=artist.name if artist else None, limit=MOST)
        works = [work for work in newest if work.id in places]
        points = [_point(to, work, places[work.id], titles.get(work.artist)) for work in works]
        found = group_places(
            np.array([(point.x, point.y) for point in points]).reshape(-1, 2),
            [work.concepts for work in works],
        )
        groups = [PointGroup(**asdict(group)) for group in found]
        return Points(works=points[::-1], groups=groups).model_dump_json().encode()

    body = gallery.maps.body(artists, to, make)
    return answer(request, body, media_type="application/json", fresh=FRESH)


def _point(to: Urls, work: WorkRow, place: Place, by: str | None) -> Point:
    placeholder = Placeholder.read(work.placeholder)
    return Point(
        number=work.number,
        title=work.title,
        by=by,
        x=place.x,
        y=place.y,
        width=work.width,
        height=work.height,
        page=to.work(work.artist, work.number),
        picture=None if work.visibility == "blurred" else to.picture(work.image, SMALLEST),
        colour=None if placeholder is None else placeholder.colour,
    )
