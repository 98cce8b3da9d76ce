"""Types of settings: duration, secret, address; an invalid value is refused in one sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import ip_network
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_core import PydanticCustomError

from storage.archive.archive import store_address
from storage.archive.manifest import LONGEST_WAIT, MOST_DOLLARS
from storage.urls import catalogue_url, http_address, split_address

UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}

UNTOLD = "untold"
"""Type of a fault whose message must not show the value."""


def parse_duration(value: Any) -> Any:
    """Seconds of a duration such as `10s`, `15m`, `1.5h` or `2d`; plain numbers are seconds."""
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhd]?)\s*", value)
    if match is None:
        raise ValueError("is no duration; write for example 10s, 15m, 1.5h or 2d")
    return float(match[1]) * UNITS[match[2] or "s"]


def _usable_secret(value: Any) -> Any:
    """A secret as it goes into a header: without white space around it, in printable ASCII."""
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if not isinstance(value, str):
        raise PydanticCustomError(UNTOLD, "must be text")
    secret = value.strip()
    if not (secret.isascii() and secret.isprintable()):
        raise PydanticCustomError(
            UNTOLD, "holds a letter that no key or password here may have: copy it again"
        )
    return secret


def _without_showing(check: Callable[[str], object]) -> Callable[[str], str]:
    """A validator of addresses that may be empty, and whose value is never shown."""

    def checked(value: str) -> str:
        try:
            if value:
                check(value)
        except ValueError as error:
            raise PydanticCustomError(UNTOLD, "{why}", {"why": str(error)}) from None
        return value

    return checked


def _memory(value: str) -> None:
    if value != ":memory:":  # the client's own imitation of a server
        http_address(value)


def _broker(value: str) -> None:
    """See that a broker's address is one that Celery knows; several are joined by semicolons."""
    from kombu.transport import TRANSPORT_ALIASES

    for address in value.split(";"):
        scheme = split_address(address).scheme.partition("+")[0]
        if scheme not in map(str.lower, TRANSPORT_ALIASES):
            raise ValueError("is no address of a broker: write for example redis://host:6379/0")


def _public(value: str) -> None:
    parts = urlsplit(http_address(value))
    if parts.query or parts.fragment:
        raise ValueError("is no web address that pages can lie below: leave out ? and #")


def _server(value: str) -> str:
    """The address of a server that people often name by its host alone."""
    return value if "://" in value or not value else f"https://{value}"


def _mail_server(value: str) -> None:
    parts = split_address(value)
    if parts.scheme not in ("smtp", "smtps"):
        raise ValueError("is no address of a mail server: write smtp://host:25 or smtps://host:465")


def _network(value: str) -> str:
    try:
        return str(ip_network(value.strip(), strict=False))
    except ValueError:
        raise ValueError(
            "is no address and no network: write for example 10.0.0.5 or 172.16.0.0/12"
        ) from None


Duration = Annotated[float, BeforeValidator(parse_duration), Field(ge=0, le=LONGEST_WAIT)]
"""Seconds, also written as 10s, 15m, 1.5h or 2d; ten years at most."""

Timeout = Annotated[float, BeforeValidator(parse_duration), Field(gt=0, le=3600)]
"""Seconds to wait for an answer, written in the same way; an hour at most."""

Dollars = Annotated[float, Field(ge=0, le=MOST_DOLLARS)]
"""An amount of US dollars."""

Secret = Annotated[SecretStr, BeforeValidator(_usable_secret)]
"""A key, password or token, usable as a header; nothing shows it."""

CatalogueAddress = Annotated[str, AfterValidator(_without_showing(catalogue_url))]
"""A SQLite file or a PostgreSQL database; empty: the default."""

ArchiveAddress = Annotated[str, AfterValidator(_without_showing(store_address))]
"""A folder, or an S3 bucket; empty: the default."""

BrokerAddress = Annotated[str, AfterValidator(_without_showing(_broker))]
"""A broker that Celery knows."""

MemoryAddress = Annotated[str, AfterValidator(_without_showing(_memory))]
"""A Qdrant server; empty: the default."""

WebAddress = Annotated[str, AfterValidator(_without_showing(http_address))]
"""An http(s) address; empty: none."""

PublicAddress = Annotated[str, AfterValidator(_without_showing(_public))]
"""An http(s) address that others are made from; empty: none."""

ServerAddress = Annotated[str, AfterValidator(_server), AfterValidator(_without_showing(_public))]
"""An http(s) address, or a host that is asked by https; empty: none."""

Network = Annotated[str, AfterValidator(_network)]
"""An IP address, or a network as in 10.0.0.0/8."""

MailServer = Annotated[str, AfterValidator(_without_showing(_mail_server))]
"""An SMTP server."""
