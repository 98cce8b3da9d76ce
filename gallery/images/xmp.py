"""XMP packets: they state that a machine made the picture, with its prompt and licence.

The XMP packet (ISO 16684) holds IPTC's Digital Source Type and AI properties (Photo Metadata
Standard 2025.1), title, creator, licence and credit. Embedding it changes no pixel. Where a file
has a packet already, for example its provider's, all of its properties stay, and those of ours that
it lacks are added.
"""

from __future__ import annotations

import io
import struct
import zlib
from typing import Final
from xml.etree import ElementTree as Xml

from PIL import Image

from gallery.pick_explanation import listed
from gallery.site import SiteSettings
from storage.archive.manifest import Manifest
from storage.text import fit

_X: Final = "adobe:ns:meta/"
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC: Final = "http://purl.org/dc/elements/1.1/"
_RIGHTS: Final = "http://ns.adobe.com/xap/1.0/rights/"
_PHOTOSHOP: Final = "http://ns.adobe.com/photoshop/1.0/"
_IPTC: Final = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_PNG_HEAD: Final = 8 + 4 + 4 + 13 + 4
_PNG_KEYWORD: Final = b"XML:com.adobe.xmp\0"
_JPEG_NAME: Final = b"http://ns.adobe.com/xap/1.0/\0"
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


def xmp_packet(
    manifest: Manifest, *, artist_title: str, page: str, site: SiteSettings, watermark: str = ""
) -> bytes:
    """The packet of a work; `page` is its address, empty if unknown.

    `watermark` is the method and the identifier of its watermark; empty for none.
    """
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
    if watermark:
        _text(about, f"{{{_DC}}}identifier", watermark)
    return _packet(root)


def _packet(root: Xml.Element) -> bytes:
    body = Xml.tostring(root, encoding="unicode")
    begin = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    return f'{begin}{body}<?xpacket end="w"?>'.encode()


def with_xmp(data: bytes, media_type: str, packet: bytes) -> bytes:
    """The file with the packet in it; files of other formats are returned unchanged."""
    packet = _merged(_packet_in(data), packet)
    if media_type == "image/png" and data[12:16] == b"IHDR":
        return _into_png(data, packet)
    if media_type == "image/jpeg" and data[:2] == b"\xff\xd8" and len(packet) < 65_000:
        return _into_jpeg(data, packet)
    if media_type == "image/webp" and data[8:12] == b"WEBP":
        return _into_webp(data, packet)
    return data


def _packet_in(data: bytes) -> bytes:
    """The packet in a file; empty if there is none."""
    try:
        with Image.open(io.BytesIO(data)) as opened:
            found = opened.info.get("xmp") or opened.info.get("XML:com.adobe.xmp") or b""
    except (OSError, SyntaxError, ValueError):  # Pillow's, of a damaged picture
        return b""
    return found.encode() if isinstance(found, str) else bytes(found)


def _merged(existing: bytes, packet: bytes) -> bytes:
    """The packet with all properties of the existing one, if that can be read."""
    if not existing or b"<!DOCTYPE" in existing:
        return packet
    try:
        theirs, ours = Xml.fromstring(_body(existing)), Xml.fromstring(_body(packet))
    except Xml.ParseError:
        return packet
    listing = theirs if theirs.tag == f"{{{_RDF}}}RDF" else theirs.find(f"{{{_RDF}}}RDF")
    added = ours.find(f".//{{{_RDF}}}Description")
    if listing is None or added is None:
        return packet
    descriptions = listing.findall(f"{{{_RDF}}}Description")
    known = {name for each in descriptions for name in (*each.attrib, *(one.tag for one in each))}
    for element in [one for one in added if one.tag in known]:
        added.remove(element)
    about = f"{{{_RDF}}}about"
    added.set(about, descriptions[0].get(about, "") if descriptions else "")
    listing.append(added)
    return _packet(theirs)


def _body(packet: bytes) -> bytes:
    """The packet without what stands around its element: processing instructions and padding."""
    return packet[packet.index(b"?>") + 2 :] if packet.lstrip().startswith(b"<?xpacket") else packet


def _into_png(data: bytes, packet: bytes) -> bytes:
    """Put an iTXt chunk after the header (PNG specification, 11.3.4.5), in the place of others."""
    content = b"iTXt" + _PNG_KEYWORD + b"\0\0\0\0" + packet
    parts = [data[:_PNG_HEAD]]
    parts.append(struct.pack(">I", len(content) - 4) + content)
    parts.append(struct.pack(">I", zlib.crc32(content)))
    place = _PNG_HEAD
    while place + 12 <= len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        chunk = data[place : place + 12 + length]
        if not chunk[4:].startswith(b"iTXt" + _PNG_KEYWORD):
            parts.append(chunk)
        place += len(chunk)
    return b"".join((*parts, data[place:]))


def _into_jpeg(data: bytes, packet: bytes) -> bytes:
    """Insert an APP1 segment, after APP0 if there is one: JFIF requires APP0 first."""
    content = _JPEG_NAME + packet
    segment = b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content
    data = _without_jpeg_packet(data)
    place = 2
    if data[2:4] == b"\xff\xe0":
        place += 2 + struct.unpack(">H", data[4:6])[0]
    return data[:place] + segment + data[place:]


def _without_jpeg_packet(data: bytes) -> bytes:
    place = 2
    while data[place : place + 1] == b"\xff" and data[place + 1 : place + 2] != b"\xda":
        end = place + 2 + int(struct.unpack(">H", data[place + 2 : place + 4])[0])
        if data[place : place + 2] == b"\xff\xe1" and data[place + 4 : end].startswith(_JPEG_NAME):
            return data[:place] + data[end:]
        place = end
    return data


def _into_webp(data: bytes, packet: bytes) -> bytes:
    """Append an `XMP ` chunk and set its flag (RFC 9649, 2.7)."""
    body = _without_webp_packet(data[12:])
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


def _without_webp_packet(body: bytes) -> bytes:
    place = 0
    while place + 8 <= len(body):
        (length,) = struct.unpack("<I", body[place + 4 : place + 8])
        end = place + 8 + length + length % 2
        if body[place : place + 4] == b"XMP ":
            return body[:place] + body[end:]
        place = end
    return body


def _webp_size(body: bytes) -> tuple[int, int, bool]:
    """Width, height and whether there is an alpha channel, from a simple file's only chunk."""
    if body[:4] == b"VP8L":
        (bits,) = struct.unpack("<I", body[9:13])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bool(bits >> 28 & 1)
    width, height = struct.unpack("<HH", body[14:18])
    return width & 0x3FFF, height & 0x3FFF, False


def _three(number: int) -> bytes:
    return struct.pack("<I", number)[:3]


def _text(parent: Xml.Element, name: str, text: str) -> None:
    Xml.SubElement(parent, name).text = fit(text)


def _list(parent: Xml.Element, name: str, kind: str, text: str) -> None:
    listing = Xml.SubElement(Xml.SubElement(parent, name), f"{{{_RDF}}}{kind}")
    item = Xml.SubElement(listing, f"{{{_RDF}}}li")
    if kind == "Alt":
        item.set(_LANGUAGE, "x-default")
    item.text = fit(text)
