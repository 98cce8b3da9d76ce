"""A feed as Atom 1.0 (RFC 4287), paged (RFC 5005), with thumbnails (Media RSS)."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from gallery.feeds.feed import THUMBNAIL, Entry, Feed
from gallery.html.dates import iso
from storage.text import fit

ATOM = "http://www.w3.org/2005/Atom"

_MEDIA = "http://search.yahoo.com/mrss/"
_TYPE = "application/atom+xml"

Xml.register_namespace("", ATOM)
Xml.register_namespace("media", _MEDIA)


def write_atom(feed: Feed) -> bytes:
    """The feed as an XML document."""
    root = Xml.Element(f"{{{ATOM}}}feed")
    add_text(root, "id", feed.id)
    add_text(root, "title", feed.title)
    add_text(root, "updated", iso(feed.updated))
    add_link(root, rel="self", href=feed.here("atom"), type=_TYPE)
    older = feed.next("atom")
    if feed.before is not None or older is not None:
        add_link(root, rel="first", href=feed.address("atom"), type=_TYPE)
    if older is not None:
        add_link(root, rel="next", href=older, type=_TYPE)
    if feed.hub is not None:
        add_link(root, rel="hub", href=feed.hub)
    add_link(root, rel="alternate", href=feed.page, type="text/html")
    if not feed.entries:
        # RFC 4287: a feed without entries must have an author.
        add_author(root, feed.title)
    for entry in feed.entries:
        _entry(root, entry)
    written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(root: Xml.Element, entry: Entry) -> None:
    element = Xml.SubElement(root, f"{{{ATOM}}}entry")
    add_text(element, "id", entry.id)
    add_text(element, "title", entry.work.title)
    add_text(element, "published", iso(entry.work.created_at))
    add_text(element, "updated", iso(entry.work.changed_at))
    add_link(element, rel="alternate", href=entry.page, type="text/html")
    if entry.original is not None:
        add_link(element, rel="enclosure", href=entry.original, type=entry.work.media_type)
    if entry.thumbnail is not None:
        _thumbnail(element, entry)
    add_author(element, entry.artist)
    for concept in entry.work.concepts:
        Xml.SubElement(element, f"{{{ATOM}}}category", term=fit(concept))
    content = add_text(element, "content", entry.html)
    content.set("type", "html")


def _thumbnail(element: Xml.Element, entry: Entry) -> None:
    """The small picture that readers show in a list (Media RSS)."""
    work = entry.work
    width = min(THUMBNAIL, work.width)
    Xml.SubElement(
        element,
        f"{{{_MEDIA}}}thumbnail",
        url=entry.thumbnail or "",
        width=str(width),
        height=str(max(1, round(work.height * width / max(work.width, 1)))),
    )


def add_author(parent: Xml.Element, name: str) -> None:
    """Name the author of a feed or an entry."""
    author = Xml.SubElement(parent, f"{{{ATOM}}}author")
    add_text(author, "name", name)


def add_text(parent: Xml.Element, name: str, text: str) -> Xml.Element:
    """Add an element of Atom that holds a text; return it."""
    element = Xml.SubElement(parent, f"{{{ATOM}}}{name}")
    element.text = fit(text)
    return element


def add_link(parent: Xml.Element, **attributes: str) -> None:
    """Add a link with these attributes."""
    Xml.SubElement(parent, f"{{{ATOM}}}link", attributes)
