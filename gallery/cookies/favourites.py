"""A visitor's favourites, in a signed cookie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from itsdangerous import BadData, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

from gallery.cookies.visitor import set_persistent_cookie
from gallery.urls import Urls

COOKIE: Final = "favourites"

MOST: Final = 100
"""Works that are kept; one more removes the oldest."""

_LARGEST: Final = 3600
"""Bytes of the cookie's value: browsers guarantee 4096 for a whole cookie (RFC 6265 §6.1)."""


class Favourites:
    """Reads and writes the cookie; the server stores no favourites."""

    def __init__(self, secret: bytes) -> None:
        self._serializer = URLSafeSerializer(secret, salt="favourites")

    def of(self, request: Request) -> tuple[str, ...]:
        """Ids of a visitor's works, the latest choice first; none if the cookie is forged."""
        try:
            kept = self._serializer.loads(request.cookies.get(COOKIE, ""))
        except BadData:
            return ()
        return tuple(str(work) for work in kept) if isinstance(kept, list) else ()

    def set_cookie(self, to: Urls, response: Response, works: Sequence[str]) -> None:
        """Store the works in the visitor's cookie, or as many of the latest as fit."""
        kept = list(works[:MOST])
        while len(value := self._written(kept)) > _LARGEST:
            kept.pop()
        set_persistent_cookie(to, response, COOKIE, value)

    def _written(self, works: list[str]) -> str:
        return str(self._serializer.dumps(works))
