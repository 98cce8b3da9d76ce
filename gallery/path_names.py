"""Encode names as path segments of URLs and as file names.

Percent-encoding is not safe for every name. nginx and Apache decode %2F before they pass a request
on, or refuse it; browsers treat %2E%2E as the parent folder; others interpret a semicolon or a plus
sign. Each byte of the UTF-8 of such a character is therefore written as a tilde and two hexadecimal
digits, which no decoding changes (RFC 3986 §2.3).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable
from typing import Final

_REWRITTEN: Final = frozenset("/\\%?#;+~\x7f\ufffd")
"""U+FFFD is the servers' replacement for bytes that are not UTF-8."""

_NOT_IN_FILES: Final = frozenset(':*"<>|')

_RESERVED: Final = re.compile(
    r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(?:\..*)?|index\.html?",
    re.DOTALL,
)
"""Device names on Windows, with any suffix; and the index files of a folder."""

_LONGEST: Final = 180
"""Bytes of a file's name before a hash replaces the rest; file systems allow 255."""

_ESCAPES: Final = re.compile("(?:~[0-9A-F]{2})+")
_EMPTY: Final = "~"


def encode_name(name: str) -> str:
    """Any name as one part of an address, still to be percent-encoded."""
    if name.isascii() and name.isalnum():
        return name  # as most are, and the others take twenty times as long
    return _written(name, _survives)


def decode_name(part: str) -> str:
    """The name that a part of an address encodes.

    A part that `encode_name` can't have written is the name itself, as in old addresses.
    """
    try:
        name = "" if part == _EMPTY else _ESCAPES.sub(_read, part)
    except UnicodeDecodeError:
        return part
    return name if encode_name(name) == part else part


def file_name(name: str) -> str:
    """A name as that of a file or folder, unique for every name.

    It is also unique on file systems that ignore case or compose accents, and on Windows. A long
    name is cut, with a hash at the end.
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
    """Escape a name, also spaces and dots at its ends: clients trim them, or read `..`."""
    ends = (0, len(name) - 1)
    parts = (
        c if is_kept(c) and not (c in " ." and at in ends) else _escape(c)
        for at, c in enumerate(name)
    )
    return "".join(parts) or _EMPTY


def _survives(character: str) -> bool:
    """Uses no Unicode tables, so an address means the same in every release of Python."""
    return (
        character not in _REWRITTEN and character >= " " and not "\ud800" <= character <= "\udfff"
    )


def _has_one_form(character: str) -> bool:
    """Whether it is printable and distinct from all other characters on any file system."""
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
