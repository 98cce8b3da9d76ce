"""Types of settings: duration, secret, address; an error is one sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import ip_network
from string import Formatter
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_core import PydanticCustomError

from storage.archive.archive import store_address
from storage.archive.manifest import LONGEST_WAIT, MOST_DOLLARS
from storage.urls import catalogue_url, http_address, split_address

UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}

UNTOLD = "untold"
"""Type of an error whose message must not show the value."""


def parse_duration(value: Any) -> Any:
    """Seconds of a duration such as `10s`, `15m`, `1.5h` or `2d`; plain numbers are seconds."""
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhd]?)\s*", value)
    if match is None:
        raise ValueError("is not a duration; write for example 10s, 15m, 1.5h or 2d")
    return float(match[1]) * UNITS[match[2] or "s"]


def _none_if_empty(value: Any) -> Any:
    return None if value == "" else value


def _usable_secret(value: Any) -> Any:
    """Return a secret that is valid in a header: printable ASCII, without surrounding spaces."""
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if not isinstance(value, str):
        raise PydanticCustomError(UNTOLD, "must be text")
    secret = value.strip()
    if not (secret.isascii() and secret.isprintable()):
        raise PydanticCustomError(
            UNTOLD, "contains a character that is not printable ASCII: copy it again"
        )
    return secret


def _without_showing(check: Callable[[str], object]) -> Callable[[str], str]:
    """Return a validator of an address that may be empty; errors do not show the value."""

    def checked(value: str) -> str:
        try:
            if value:
                check(value)
        except ValueError as error:
            raise PydanticCustomError(UNTOLD, "{why}", {"why": str(error)}) from None
        return value

    return checked


def _memory(value: str) -> None:
    if value != ":memory:":  # qdrant-client's in-process mode
        http_address(value)


def _broker(value: str) -> None:
    """Check that Celery knows the broker's scheme; semicolons join several addresses."""
    from kombu.transport import TRANSPORT_ALIASES

    for address in value.split(";"):
        scheme = split_address(address).scheme.partition("+")[0]
        if scheme not in map(str.lower, TRANSPORT_ALIASES):
            raise ValueError("is not a broker's URL: write for example redis://host:6379/0")


def _public(value: str) -> None:
    parts = urlsplit(http_address(value))
    if parts.query or parts.fragment:
        raise ValueError("can't be the start of other URLs: leave out ? and #")


def _server(value: str) -> str:
    """Add `https://` to a host name."""
    return value if "://" in value or not value else f"https://{value}"


POST_FIELDS = ("title", "artist", "concepts", "concept", "number", "licence", "credit")
"""What the template of a post may name in braces; `concept` is the one new to the artist's pool."""

POST_TEMPLATE = "{title}\n{artist}, with {concepts}"
"""The usual words of a post; hashtags and the work's address are written below them."""


def _post_template(value: str) -> str:
    try:
        parts = list(Formatter().parse(value))
    except ValueError as error:
        raise ValueError(f"is not a template: {error}. Write {{{{ and }}}} for braces") from None
    for _, name, form, conversion in parts:
        if name is not None and (name not in POST_FIELDS or form or conversion):
            fields = ", ".join(f"{{{field}}}" for field in POST_FIELDS)
            raise ValueError(f"names {{{name}}}; a template may name {fields}")
    return value


def _hashtag(value: str) -> str:
    tag = value.strip().removeprefix("#")
    if not re.fullmatch(r"\w{1,64}", tag) or tag.isdecimal():
        raise ValueError("is not a hashtag: write one word of letters, digits and _")
    return tag


def _mail_server(value: str) -> None:
    parts = split_address(value)
    if parts.scheme not in ("smtp", "smtps"):
        raise ValueError("is not a mail server's URL: write smtp://host:25 or smtps://host:465")


def _host(value: str) -> str:
    form = r"(\*(\.[a-z0-9-]+){2,}|[a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?"
    try:
        parts = urlsplit(f"//{value}")
        fits = re.fullmatch(form, value) and parts.hostname and parts.port != 0
    except ValueError:
        fits = None
    if not fits:
        raise ValueError(
            "is not a host: write for example images.example.org, *.example.org or 10.0.0.5:9000"
        )
    return value


def _network(value: str) -> str:
    try:
        return str(ip_network(value.strip(), strict=False))
    except ValueError:
        raise ValueError(
            "is not an address or network: write for example 10.0.0.5 or 172.16.0.0/12"
        ) from None


Duration = Annotated[float, BeforeValidator(parse_duration), Field(ge=0, le=LONGEST_WAIT)]
"""Seconds, also as 10s, 15m, 1.5h or 2d; at most ten years."""

Timeout = Annotated[float, BeforeValidator(parse_duration), Field(gt=0, le=3600)]
"""Seconds to wait for an answer, in the same notation; at most an hour."""

Dollars = Annotated[float, Field(ge=0, le=MOST_DOLLARS)]
"""An amount of US dollars."""

OwnTimeout = Annotated[Timeout | None, BeforeValidator(_none_if_empty)]
"""A timeout; empty, which is None: that of a more general setting."""

OwnDollars = Annotated[Dollars | None, BeforeValidator(_none_if_empty)]
"""An amount; empty, which is None: that of a more general setting."""

Secret = Annotated[SecretStr, BeforeValidator(_usable_secret)]
"""A key, password or token, valid in a header; it is never shown."""

CatalogueAddress = Annotated[str, AfterValidator(_without_showing(catalogue_url))]
"""A SQLite file or a PostgreSQL database; empty: the default."""

ArchiveAddress = Annotated[str, AfterValidator(_without_showing(store_address))]
"""A folder, or an S3 bucket; empty: the default."""

BrokerAddress = Annotated[str, AfterValidator(_without_showing(_broker))]
"""URL of a broker that Celery supports."""

MemoryAddress = Annotated[str, AfterValidator(_without_showing(_memory))]
"""URL of a Qdrant server; empty: the default."""

WebAddress = Annotated[str, AfterValidator(_without_showing(http_address))]
"""An http(s) URL; empty: none."""

PublicAddress = Annotated[str, AfterValidator(_without_showing(_public))]
"""An http(s) URL to which paths are added; empty: none."""

ServerAddress = Annotated[str, AfterValidator(_server), AfterValidator(_without_showing(_public))]
"""An http(s) URL, or a host that uses https; empty: none."""

ImageHost = Annotated[str, AfterValidator(_host)]
"""A host in lower case, with or without a port; `*.` before it: every host of that domain."""

ImagePath = Annotated[str, Field(pattern=r"^(/[A-Za-z0-9._~-]+)+$")]
"""The path of an API's method, below the base URL."""

Network = Annotated[str, AfterValidator(_network)]
"""An IP address, or a network such as 10.0.0.0/8."""

PostTemplate = Annotated[str, Field(max_length=1000), AfterValidator(_post_template)]
"""Words of a post, with `POST_FIELDS` in braces."""

Hashtag = Annotated[str, AfterValidator(_hashtag)]
"""A hashtag, stored without `#`."""

MailServer = Annotated[str, AfterValidator(_without_showing(_mail_server))]
"""URL of an SMTP server."""
