"""Who comes back: a random name in a signed cookie, and nothing else that is known of a visitor."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from itsdangerous import BadSignature, Signer
from starlette.requests import Request
from starlette.responses import Response

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

    def remember(self, request: Request, response: Response, name: str) -> None:
        """Let the visitor's browser keep the name."""
        keep(request, response, COOKIE, self._signer.sign(name).decode())


def keep(request: Request, response: Response, name: str, value: str) -> None:
    """Set a cookie that lasts, which no script and no other site gets to see."""
    response.set_cookie(
        name,
        value,
        max_age=_KEPT_SECONDS,
        path=request.scope.get("root_path") or "/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def pseudonym(name: str) -> str:
    """What is written down of a visitor: it can't be turned into the cookie again."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]
