"""Sitemap and robots.txt."""

from __future__ import annotations

from typing import Annotated
from xml.etree import ElementTree as Xml

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from gallery.exceptions import WorkNotFound
from gallery.gallery import GalleryDependency
from gallery.html.dates import iso
from gallery.middleware.etag import answer
from gallery.pages import READ, Name

router = APIRouter()

_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_BLOCK = 10_000
_FRESH = 600

Xml.register_namespace("sitemap", _SITEMAPS)


@router.api_route("/robots.txt", **READ)
def robots(request: Request, gallery: GalleryDependency) -> Response:
    """Allow crawlers all pages except the API, the admin pages and personal pages."""
    to = gallery.urls(request)
    lines = (
        "User-agent: *",
        f"Disallow: {to.path('api')}/",
        f"Disallow: {to.path('wall')}",
        f"Disallow: {to.path('admin')}",
        f"Disallow: {to.path('search')}",
        f"Disallow: {to.path('favourites')}",
        f"Sitemap: {to.absolute(to.path('sitemap.xml'))}",
        "",
    )
    return answer(request, "\n".join(lines).encode(), media_type="text/plain", fresh=_FRESH)


@router.api_route("/sitemap.xml", **READ)
def sitemap(request: Request, gallery: GalleryDependency) -> Response:
    """The index of sitemaps: each artist's works in blocks of ten thousand numbers."""
    to = gallery.urls(request)
    root = Xml.Element(f"{{{_SITEMAPS}}}sitemapindex")
    names = [artist.name for artist in gallery.catalogue.artists.all()]
    newest = gallery.catalogue.works.newest_numbers(names)
    for name in names:
        for block in range((newest[name] + _BLOCK - 1) // _BLOCK):
            path = to.path("sitemaps", name, f"{block}.xml")
            _entry(root, "sitemap", to.absolute(path))
    return _written(request, root)


@router.api_route("/sitemaps/{artist}/{block}.xml", **READ)
def block(
    request: Request,
    gallery: GalleryDependency,
    artist: Name,
    block: Annotated[int, Path(ge=0, le=200_000)],
) -> Response:
    """An artist's page and one block of its works."""
    to = gallery.urls(request)
    first = block * _BLOCK + 1
    dates = gallery.catalogue.history.dates(artist, first=first, last=first + _BLOCK - 1)
    if not dates:
        raise WorkNotFound(f"“{artist}” has no works from no. {first} on.")
    root = Xml.Element(f"{{{_SITEMAPS}}}urlset")
    _entry(root, "url", to.absolute(to.artist(artist)))
    for number, changed in dates:
        _entry(root, "url", to.absolute(to.work(artist, number)), changed=iso(changed))
    return _written(request, root)


def _entry(root: Xml.Element, name: str, address: str, changed: str | None = None) -> None:
    element = Xml.SubElement(root, f"{{{_SITEMAPS}}}{name}")
    Xml.SubElement(element, f"{{{_SITEMAPS}}}loc").text = address
    if changed is not None:
        Xml.SubElement(element, f"{{{_SITEMAPS}}}lastmod").text = changed


def _written(request: Request, root: Xml.Element) -> Response:
    body: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return answer(request, body, media_type="application/xml", fresh=_FRESH)
