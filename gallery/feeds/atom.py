"""A feed as Atom 1.0 (RFC 4287)."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from gallery.feeds.feed import Entry, Feed
from gallery.html.dates import iso

_ATOM = "http://www.w3.org/2005/Atom"

Xml.register_namespace("", _ATOM)


def write_atom(feed: Feed) -> bytes:
    """The feed as an XML document."""
    root = Xml.Element(f"{{{_ATOM}}}feed")
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "updated", iso(feed.updated))
    _link(root, rel="self", href=feed.address("atom"), type="application/atom+xml")
    _link(root, rel="alternate", href=feed.page, type="text/html")
    if not feed.entries:
        # A feed without entries must name its author itself.
        _author(root, feed.title)
    for entry in feed.entries:
        _entry(root, entry)
    written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(root: Xml.Element, entry: Entry) -> None:
    element = Xml.SubElement(root, f"{{{_ATOM}}}entry")
    _text(element, "id", entry.id)
    _text(element, "title", entry.work.title)
    _text(element, "published", iso(entry.work.created_at))
    _text(element, "updated", iso(entry.work.changed_at))
    _link(element, rel="alternate", href=entry.page, type="text/html")
    if entry.original is not None:
        _link(element, rel="enclosure", href=entry.original, type=entry.work.media_type)
    _author(element, entry.artist)
    for concept in entry.work.concepts:
        Xml.SubElement(element, f"{{{_ATOM}}}category", term=_without_controls(concept))
    content = _text(element, "content", entry.html)
    content.set("type", "html")


def _author(parent: Xml.Element, name: str) -> None:
    author = Xml.SubElement(parent, f"{{{_ATOM}}}author")
    _text(author, "name", name)


def _text(parent: Xml.Element, name: str, text: str) -> Xml.Element:
    element = Xml.SubElement(parent, f"{{{_ATOM}}}{name}")
    element.text = _without_controls(text)
    return element


def _link(parent: Xml.Element, **attributes: str) -> None:
    Xml.SubElement(parent, f"{{{_ATOM}}}link", attributes)


def _without_controls(text: str) -> str:
    """Text without the characters that XML can't hold, whatever a model wrote."""
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))
