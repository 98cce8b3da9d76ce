"""Feeds of new works (Atom, RFC 4287), for readers and for other sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as Xml

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from gallery.addresses import tag, work_tag
from gallery.conditional import answer
from gallery.gallery import Gallery, Here
from gallery.pages import READ
from gallery.templating import iso
from gallery.thumbnails import WIDTHS
from storage.catalogue import ArtistRow, WorkRow

router = APIRouter()

_ATOM = "http://www.w3.org/2005/Atom"
_ENTRIES = 30
_FRESH = 60

Xml.register_namespace("", _ATOM)


@dataclass(frozen=True)
class Feed:
    """What a feed tells, before it is written down in one format or another."""

    id: str
    title: str
    page: str
    address: str
    updated: datetime
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Entry:
    """One work in a feed; `html` shows it to readers that show pages."""

    id: str
    work: WorkRow
    artist: str
    page: str
    picture: str
    original: str
    html: str


@router.api_route("/feed.atom", **READ)
def stream_atom(request: Request, gallery: Here) -> Response:
    """The newest works of all artists."""
    to = gallery.addresses(request)
    feed = _feed(
        gallery,
        request,
        gallery.catalogue.works.newest(limit=_ENTRIES),
        identifier=_stream_id(gallery.catalogue.artists.all()),
        title=gallery.site.title,
        page=to.path(),
        address=to.path("feed.atom"),
    )
    return answer(
        request,
        atom(feed),
        media_type="application/atom+xml",
        fresh=_FRESH,
        modified=feed.updated,
    )


def _stream_id(artists: Sequence[ArtistRow]) -> str:
    """The stream belongs to the place where the first artist was born."""
    first = min((row.created for row in artists), key=lambda created: created.at, default=None)
    return "tag:cultural-alien,2026-01-01:stream" if first is None else tag(first, "stream")


def _feed(
    gallery: Gallery,
    request: Request,
    works: Sequence[WorkRow],
    *,
    identifier: str,
    title: str,
    page: str,
    address: str,
) -> Feed:
    to = gallery.addresses(request)
    artists = {row.name: row.created for row in gallery.catalogue.artists.all()}
    entries = [
        Entry(
            id=work_tag(artists[work.artist], work),
            work=work,
            artist=artists[work.artist].title,
            page=to.absolute(to.work(work.artist, work.number)),
            picture=to.absolute(to.picture(work.image, f"{WIDTHS[1]}.webp")),
            original=to.absolute(to.work(work.artist, work.number, "original")),
            html=gallery.render(request, "entry.html", work=work),
        )
        for work in works
    ]
    newest = max((work.created_at for work in works), default=0.0)
    return Feed(
        id=identifier,
        title=title,
        page=to.absolute(page),
        address=to.absolute(address),
        updated=datetime.fromtimestamp(newest, UTC),
        entries=entries,
    )


def atom(feed: Feed) -> bytes:
    """A feed as Atom 1.0."""
    root = Xml.Element(f"{{{_ATOM}}}feed")
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "updated", iso(feed.updated))
    _link(root, rel="self", href=feed.address, type="application/atom+xml")
    _link(root, rel="alternate", href=feed.page, type="text/html")
    for entry in feed.entries:
        _atom_entry(root, entry)
    written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _atom_entry(root: Xml.Element, entry: Entry) -> None:
    element = Xml.SubElement(root, f"{{{_ATOM}}}entry")
    _text(element, "id", entry.id)
    _text(element, "title", entry.work.title)
    _text(element, "published", iso(entry.work.created_at))
    _text(element, "updated", iso(entry.work.created_at))
    _link(element, rel="alternate", href=entry.page, type="text/html")
    _link(element, rel="enclosure", href=entry.original, type=entry.work.media_type)
    author = Xml.SubElement(element, f"{{{_ATOM}}}author")
    _text(author, "name", entry.artist)
    for concept in entry.work.concepts:
        Xml.SubElement(element, f"{{{_ATOM}}}category", term=_xml_safe(concept))
    content = _text(element, "content", entry.html)
    content.set("type", "html")


def _text(parent: Xml.Element, name: str, text: str) -> Xml.Element:
    element = Xml.SubElement(parent, f"{{{_ATOM}}}{name}")
    element.text = _xml_safe(text)
    return element


def _link(parent: Xml.Element, **attributes: str) -> None:
    Xml.SubElement(parent, f"{{{_ATOM}}}link", attributes)


def _xml_safe(text: str) -> str:
    """Text without the characters that XML can't hold, whatever a model wrote."""
    return "".join(
        c
        for c in text
        if c in "\t\n\r"
        or (ord(c) >= 0x20 and not 0xD800 <= ord(c) <= 0xDFFF and c not in "\ufffe\uffff")
    )
