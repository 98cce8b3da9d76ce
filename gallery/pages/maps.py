"""The map: an artist's works laid out by their pictures, alike near to alike."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from gallery.addresses import Addresses
from gallery.conditional import answer
from gallery.gallery import Here
from gallery.maps import FRESH, MOST, Place
from gallery.pages import READ, Name
from gallery.pages.artist import known_artist
from gallery.placeholders import Placeholder
from gallery.streams import stretch
from gallery.thumbnails import SMALLEST
from storage.catalogue import WorkRow

router = APIRouter()


class Point(BaseModel):
    """One work on the map; `picture` is null where it is shown behind a veil.

    `colour` is the picture's mean one, null where nobody looked yet.
    """

    number: int
    title: str
    x: float
    y: float
    width: int
    height: int
    page: str
    picture: str | None
    colour: str | None


class Points(BaseModel):
    """All works on an artist's map, the oldest first, so that newer ones lie on top."""

    works: list[Point]


@router.api_route("/artists/{artist}/map", **READ)
def map_page(request: Request, gallery: Here, artist: Name) -> Response:
    """The map; without a script the newest works and the way to the older ones."""
    row = known_artist(gallery, artist)
    newest = gallery.catalogue.works.newest_number(artist)
    return gallery.page(
        request,
        "map.html",
        artist=row,
        stretch=stretch(gallery, None, artist=artist),
        shown=min(newest, MOST),
        all=newest <= MOST,
    )


@router.api_route("/artists/{artist}/map.json", **READ)
def map_points(request: Request, gallery: Here, artist: Name) -> Response:
    """Where every work lies."""
    row = known_artist(gallery, artist)
    to = gallery.addresses(request)

    def make() -> bytes:
        places = gallery.maps.of(row)
        works = gallery.catalogue.works.newest(artist=artist, limit=MOST)
        points = [_point(to, work, places[work.number]) for work in works if work.number in places]
        return Points(works=points[::-1]).model_dump_json().encode()

    body = gallery.maps.body(artist, to, make)
    return answer(request, body, media_type="application/json", fresh=FRESH)


def _point(to: Addresses, work: WorkRow, place: Place) -> Point:
    placeholder = Placeholder.read(work.placeholder)
    veiled = work.showing == "blurred"
    return Point(
        number=work.number,
        title=work.title,
        x=place.x,
        y=place.y,
        width=work.width,
        height=work.height,
        page=to.work(work.artist, work.number),
        picture=None if veiled else to.picture(work.image, SMALLEST),
        colour=None if placeholder is None else placeholder.colour,
    )
