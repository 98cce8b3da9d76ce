"""The visitor's network address, and a random name in a signed cookie."""

from __future__ import annotations

import hashlib
import secrets
from ipaddress import IPv6Address, ip_network
from typing import Any, Final

from itsdangerous import BadSignature, Signer
from starlette.requests import Request
from starlette.responses import Response

from gallery.urls import Urls

COOKIE: Final = "visitor"
_KEPT_SECONDS: Final = 400 * 86400
_NAME_BYTES: Final = 16


class Visitors:
    """Creates the names of visitors, and reads them from cookies."""

    def __init__(self, secret: bytes) -> None:
        self._signer = Signer(secret, salt="visitor")

    def name_of(self, request: Request) -> str | None:
        """The visitor's name; None if the cookie is missing, forged or from another gallery."""
        try:
            return self._signer.unsign(request.cookies.get(COOKIE, "")).decode()
        except (BadSignature, UnicodeDecodeError):
            return None

    def new_name(self) -> str:
        """A new random name."""
        return secrets.token_hex(_NAME_BYTES)

    def set_cookie(self, to: Urls, response: Response, name: str) -> None:
        """Store the name in the visitor's cookie."""
        set_persistent_cookie(to, response, COOKIE, self._signer.sign(name).decode())


def set_persistent_cookie(to: Urls, response: Response, name: str, value: str) -> None:
    """Set a persistent cookie that scripts and other sites can't read."""
    response.set_cookie(
        name,
        value,
        max_age=_KEPT_SECONDS,
        path=to.root or "/",
        secure=to.secure,
        httponly=True,
        samesite="lax",
    )


def pseudonym(name: str) -> str:
    """The name of a visitor in stored votes: a hash, from which the cookie can't be derived."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def address_of(client: Any) -> str:
    """The address that identifies a visitor for limits.

    `client` is host and port as ASGI names them, or None. An IPv6 address is cut to its first 64
    bits, since one customer has a whole network of that size (RFC 6177).
    """
    host = str(client[0]) if client else ""
    try:
        return str(ip_network((IPv6Address(host.partition("%")[0]), 64), strict=False))
    except ValueError:
        return host
