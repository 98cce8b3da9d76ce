"""The diary as Atom 1.0 (RFC 4287): an entry for each day that is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as Xml

from starlette.requests import Request

from gallery.diary.entries import Entry
from gallery.diary.facts import moment_of
from gallery.diary.sentences import month_of
from gallery.feeds.atom import ATOM, add_author, add_link, add_text
from gallery.gallery import Gallery
from gallery.html.dates import day, iso
from gallery.urls import tag
from storage.archive.events import ArtistCreated


def write_diary(
    gallery: Gallery, request: Request, artist: ArtistCreated, entries: Sequence[Entry]
) -> bytes:
    """The entries, the newest first, as an XML document."""
    to = gallery.urls(request)
    root = Xml.Element(f"{{{ATOM}}}feed")
    add_text(root, "id", tag(artist, "diary"))
    add_text(root, "title", f"Diary of {artist.title} – {gallery.site.title}")
    ends = [_end(entry) for entry in entries]
    add_text(root, "updated", iso(ends[0] if ends else artist.at))
    file = to.absolute(to.artist(artist.artist, "diary.atom"))
    add_link(root, rel="self", href=file, type="application/atom+xml")
    page = to.absolute(to.artist(artist.artist, "diary"))
    add_link(root, rel="alternate", href=page, type="text/html")
    add_author(root, artist.title)
    for entry, end in zip(entries, ends, strict=True):
        element = Xml.SubElement(root, f"{{{ATOM}}}entry")
        add_text(element, "id", tag(artist, "diary", entry.day.isoformat()))
        add_text(element, "title", day(entry.day))
        add_text(element, "published", iso(end))
        add_text(element, "updated", iso(end))
        month = to.artist(artist.artist, "diary", month=month_of(entry.day))
        address = f"{to.absolute(month)}#d{entry.day.isoformat()}"
        add_link(element, rel="alternate", href=address, type="text/html")
        text = gallery.render(request, "partials/diary_entry.html", entry=entry, artist=artist)
        add_text(element, "content", text).set("type", "html")
    written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _end(entry: Entry) -> datetime:
    """The end of its day: the votes of a day are counted until then."""
    return datetime.fromtimestamp(moment_of(entry.day + timedelta(1)), UTC)
