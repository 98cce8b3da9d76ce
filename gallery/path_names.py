"""Encode names as path segments of URLs and as file names.

Percent signs alone do not carry every name. nginx and Apache decode %2F before they hand a request
on, or refuse it; browsers take %2E%2E for the folder above; others read a semicolon or a plus sign
in their own way. What any of them rewrites is therefore written as a tilde and two hexadecimal
digits for each byte of its UTF-8: neither is changed by decoding, however often (RFC 3986 §2.3).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable
from typing import Final

_REWRITTEN: Final = frozenset("/\\%?#;+~\x7f\ufffd")
"""U+FFFD is what servers make of bytes that are no UTF-8."""

_NOT_IN_FILES: Final = frozenset(':*"<>|')

_RESERVED: Final = re.compile(
    r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(?:\..*)?|index\.html?",
    re.DOTALL,
)
"""Names that are devices on Windows, whatever follows the first dot; and what serves a folder."""

_LONGEST: Final = 180
"""Bytes of a file's name before a hash takes the place of the rest; file systems take 255."""

_ESCAPES: Final = re.compile("(?:~[0-9A-F]{2})+")
_EMPTY: Final = "~"


def encode_name(name: str) -> str:
    """Any name as one part of an address, to be quoted as every part is."""
    return _written(name, _survives)


def decode_name(part: str) -> str:
    """The name behind a part of an address.

    What `encode_name` would not have written so is the name itself, as in addresses of old.
    """
    try:
        name = "" if part == _EMPTY else _ESCAPES.sub(_read, part)
    except UnicodeDecodeError:
        return part
    return name if encode_name(name) == part else part


def file_name(name: str) -> str:
    """A name as that of a file or folder, a different one for every name.

    It is so on file systems that know no case, or compose accents, and on Windows. Of a long name
    the beginning is kept.
    """
    composed = unicodedata.is_normalized("NFC", name)
    text = _written(name, lambda c: _has_one_form(c) and (composed or c.isascii()))
    if _RESERVED.fullmatch(name):
        text = _escape(text[0]) + text[1:]
    if len(text.encode()) <= _LONGEST:
        return text
    rest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:20]
    return f"{text.encode()[: _LONGEST - 22].decode(errors='ignore')}~~{rest}"


def _written(name: str, is_kept: Callable[[str], bool]) -> str:
    """The name, with its ends plain to see: clients trim spaces, and dots alone are folders."""
    ends = (0, len(name) - 1)
    parts = (
        c if is_kept(c) and not (c in " ." and at in ends) else _escape(c)
        for at, c in enumerate(name)
    )
    return "".join(parts) or _EMPTY


def _survives(character: str) -> bool:
    """By no table of Unicode: an address means the same in every release of Python."""
    return (
        character not in _REWRITTEN and character >= " " and not "\ud800" <= character <= "\udfff"
    )


def _has_one_form(character: str) -> bool:
    """Whether it can be told from all others, and shown, on any file system."""
    return (
        _survives(character)
        and character not in _NOT_IN_FILES
        and character.isprintable()
        and character.upper().casefold() == character
    )


def _escape(character: str) -> str:
    return "".join(f"~{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))


def _read(escapes: re.Match[str]) -> str:
    return bytes.fromhex(escapes[0].replace("~", "")).decode("utf-8", "surrogatepass")
