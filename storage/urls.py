"""URLs of stores and servers: parsed once, with errors in one sentence.

What is wrong is said without a part of the address: there may be a password in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

_WEB = ("http", "https")
_LONG_PART = 20
_PASSWORD = (
    "holds a password with a letter that an address can't have as it is: write it percent-encoded"
    " (%2F for /, %40 for @, %23 for #, %3F for ?), or give it in a variable of its own"
)
_POSTGRESQL = ("postgres", "postgresql", "postgresql+psycopg")


def split_address(text: str) -> SplitResult:
    """The parts of an address with a scheme.

    Raises:
        ValueError: it has none, or user, password, host and port are ambiguous.
    """
    if any(not character.isprintable() or character.isspace() for character in text):
        raise ValueError("holds a space or a control character")
    scheme, separator, rest = text.partition("://")
    if not separator or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme):
        raise ValueError("has no scheme, such as https://")
    authority = re.split("[/?#]", rest, maxsplit=1)[0]
    path = re.split("[?]", rest.removeprefix(authority), maxsplit=1)[0]
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        parts = None
    # An "@" in a path is common on the web; elsewhere a password was cut short by its own letter.
    cut_short = (
        "@" in path and scheme.lower() not in _WEB and (":" in authority or "@" in authority)
    )
    if authority.count("@") > 1 or cut_short or (parts is None and "@" in rest):
        raise ValueError(_PASSWORD)
    if parts is None:
        raise ValueError("names no host and port that can be read")
    return parts


def http_address(text: str) -> str:
    """An address of a web server, as it was given.

    Raises:
        ValueError: it is none.
    """
    parts = split_address(text)
    if parts.scheme not in _WEB or not parts.hostname:
        raise ValueError("is no web address: write http://… or https://…")
    return text


def catalogue_url(text: str, *, password: str = "") -> URL:
    """The address of a catalogue's database; `password` where there is none in it.

    Raises:
        ValueError: it is no address of a SQLite file or a PostgreSQL database.
    """
    scheme = text.partition("://")[0].lower()
    if scheme in _POSTGRESQL and "://" in text:
        split_address(text)
        url = make_url(text).set(drivername="postgresql+psycopg")
        return url if url.password or not password else url.set(password=password)
    if scheme != "sqlite" or "://" not in text:
        raise ValueError(
            "is no address of a database: write postgresql://user@host/database, or"
            " sqlite:////folder/file with four slashes"
        )
    address, _, query = text.partition("?")
    if query or "\0" in unquote(address):
        raise ValueError("holds a letter that no path has as it is: write ? as %3F")
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        url = URL.create("sqlite")
    if url.host or url.port or url.database in (None, "", ":memory:"):
        raise ValueError(
            "names no file: write sqlite:////folder/file with four slashes, or with three where"
            " the path is relative"
        )
    return url


def with_password(text: str, password: str) -> str:
    """An address with this password, percent-encoded, unless it has one already."""
    parts = urlsplit(text)
    if not password or parts.password or not parts.netloc:
        return text
    user, _, host = parts.netloc.rpartition("@")
    user = user.removesuffix(":")
    return parts._replace(netloc=f"{user}:{quote(password, safe='')}@{host}").geturl()


def secrets_in(text: str, *, whole: bool = False) -> Iterator[str]:
    """The secret part of an address: its password, or a key alone before the @.

    Of a `whole` one, such as a webhook's, also what lets its bearer in by being long or asked for.
    """
    try:
        parts = split_address(text)
    except ValueError:
        return
    yield from (parts.password or "", unquote(parts.password or ""))
    if parts.scheme in _WEB and not parts.password:
        yield from (parts.username or "", unquote(parts.username or ""))
    if whole:
        yield parts.username or ""
        yield from (part for part in parts.path.split("/") if len(part) >= _LONG_PART)
        yield from (value for _, value in parse_qsl(parts.query))
