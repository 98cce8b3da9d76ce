"""XMP packets: write that a machine made the picture, with its prompt and licence.

The XMP packet (ISO 16684) holds IPTC's Digital Source Type and AI properties (Photo Metadata
Standard 2025.1), title, creator, licence and credit. Putting it into a file changes no pixel.
"""

from __future__ import annotations

import struct
import zlib
from typing import Final
from xml.etree import ElementTree as Xml

from gallery.pick_explanation import listed
from gallery.site import SiteSettings
from storage.archive.manifest import Manifest

_X: Final = "adobe:ns:meta/"
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC: Final = "http://purl.org/dc/elements/1.1/"
_RIGHTS: Final = "http://ns.adobe.com/xap/1.0/rights/"
_PHOTOSHOP: Final = "http://ns.adobe.com/photoshop/1.0/"
_IPTC: Final = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"

for _prefix, _address in (
    ("x", _X),
    ("rdf", _RDF),
    ("dc", _DC),
    ("xmpRights", _RIGHTS),
    ("photoshop", _PHOTOSHOP),
    ("Iptc4xmpExt", _IPTC),
):
    Xml.register_namespace(_prefix, _address)


def xmp_packet(manifest: Manifest, *, artist_title: str, page: str, site: SiteSettings) -> bytes:
    """The packet of a work; `page` is its address, empty where it is not known."""
    painting = manifest.painting
    root = Xml.Element(f"{{{_X}}}xmpmeta")
    about = Xml.SubElement(
        Xml.SubElement(root, f"{{{_RDF}}}RDF"), f"{{{_RDF}}}Description", {f"{{{_RDF}}}about": ""}
    )
    _list(about, f"{{{_DC}}}title", "Alt", manifest.composition.title)
    _list(about, f"{{{_DC}}}creator", "Seq", artist_title)
    _list(about, f"{{{_DC}}}description", "Alt", listed(manifest.composition.concepts))
    _text(about, f"{{{_IPTC}}}DigitalSourceType", painting.digital_source_type)
    _text(about, f"{{{_IPTC}}}AISystemUsed", f"{painting.painter} {painting.model}".strip())
    if site.show_prompt:
        _text(about, f"{{{_IPTC}}}AIPromptInformation", manifest.composition.prompt)
    if site.licence:
        _list(about, f"{{{_DC}}}rights", "Alt", site.licence)
        _list(about, f"{{{_RIGHTS}}}UsageTerms", "Alt", site.licence)
    if site.licence_url:
        _text(about, f"{{{_RIGHTS}}}WebStatement", site.licence_url)
    _text(about, f"{{{_PHOTOSHOP}}}Credit", site.credit or artist_title)
    if page:
        _text(about, f"{{{_DC}}}source", page)
    body = Xml.tostring(root, encoding="unicode")
    begin = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    return f'{begin}{body}<?xpacket end="w"?>'.encode()


def with_xmp(data: bytes, media_type: str, packet: bytes) -> bytes:
    """The file with the packet in it, its pixels untouched; other formats stay as they are."""
    if media_type == "image/png" and data[12:16] == b"IHDR":
        return _into_png(data, packet)
    if media_type == "image/jpeg" and data[:2] == b"\xff\xd8" and len(packet) < 65_000:
        return _into_jpeg(data, packet)
    if media_type == "image/webp" and data[8:12] == b"WEBP":
        return _into_webp(data, packet)
    return data


def _into_png(data: bytes, packet: bytes) -> bytes:
    """An iTXt chunk behind the header (PNG specification, 11.3.4.5)."""
    content = b"iTXt" + b"XML:com.adobe.xmp\0\0\0\0\0" + packet
    chunk = struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
    header = 8 + 4 + 4 + 13 + 4
    return data[:header] + chunk + data[header:]


def _into_jpeg(data: bytes, packet: bytes) -> bytes:
    """An APP1 segment, behind APP0 where there is one, as JFIF wants to be first."""
    content = b"http://ns.adobe.com/xap/1.0/\0" + packet
    segment = b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content
    place = 2
    if data[2:4] == b"\xff\xe0":
        place += 2 + struct.unpack(">H", data[4:6])[0]
    return data[:place] + segment + data[place:]


def _into_webp(data: bytes, packet: bytes) -> bytes:
    """An `XMP ` chunk at the end, and the flag that says so (RFC 9649, 2.7)."""
    body = data[12:]
    if body[:4] == b"VP8X":
        flags = body[8] | 0x04
        body = body[:8] + bytes([flags]) + body[9:]
    else:
        width, height, alpha = _webp_size(body)
        flags = 0x04 | (0x10 if alpha else 0)
        extended = struct.pack("<B3x", flags) + _three(width - 1) + _three(height - 1)
        body = b"VP8X" + struct.pack("<I", len(extended)) + extended + body
    chunk = b"XMP " + struct.pack("<I", len(packet)) + packet + b"\0" * (len(packet) % 2)
    return b"RIFF" + struct.pack("<I", 4 + len(body) + len(chunk)) + b"WEBP" + body + chunk


def _webp_size(body: bytes) -> tuple[int, int, bool]:
    """Width, height and whether there is transparency, from a simple file's only chunk."""
    if body[:4] == b"VP8L":
        (bits,) = struct.unpack("<I", body[9:13])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bool(bits >> 28 & 1)
    width, height = struct.unpack("<HH", body[14:18])
    return width & 0x3FFF, height & 0x3FFF, False


def _three(number: int) -> bytes:
    return struct.pack("<I", number)[:3]


def _text(parent: Xml.Element, name: str, text: str) -> None:
    Xml.SubElement(parent, name).text = _plain(text)


def _list(parent: Xml.Element, name: str, kind: str, text: str) -> None:
    listing = Xml.SubElement(Xml.SubElement(parent, name), f"{{{_RDF}}}{kind}")
    item = Xml.SubElement(listing, f"{{{_RDF}}}li")
    if kind == "Alt":
        item.set(_LANGUAGE, "x-default")
    item.text = _plain(text)


def _plain(text: str) -> str:
    """Text without the characters that XML can't hold."""
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))
