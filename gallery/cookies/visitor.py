"""The visitor's address, and a random name in a signed cookie; nothing else is stored."""

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
    """Gives visitors their names and knows them again."""

    def __init__(self, secret: bytes) -> None:
        self._signer = Signer(secret, salt="visitor")

    def name_of(self, request: Request) -> str | None:
        """The visitor's name; None where the cookie is missing, forged or from another gallery."""
        try:
            return self._signer.unsign(request.cookies.get(COOKIE, "")).decode()
        except (BadSignature, UnicodeDecodeError):
            return None

    def new_name(self) -> str:
        """A name that nobody has."""
        return secrets.token_hex(_NAME_BYTES)

    def set_cookie(self, to: Urls, response: Response, name: str) -> None:
        """Let the visitor's browser keep the name."""
        set_persistent_cookie(to, response, COOKIE, self._signer.sign(name).decode())


def set_persistent_cookie(to: Urls, response: Response, name: str, value: str) -> None:
    """Set a cookie that lasts, which no script and no other site gets to see."""
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
    """What is written down of a visitor: it can't be turned into the cookie again."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def address_of(client: Any) -> str:
    """Where a request comes from, as far as visitors are told apart by that.

    `client` is host and port as ASGI names them, or None. Of an IPv6 address its first 64 bits
    count: whoever has one has all others of that network (RFC 6177).
    """
    host = str(client[0]) if client else ""
    try:
        return str(ip_network((IPv6Address(host.partition("%")[0]), 64), strict=False))
    except ValueError:
        return host
