"""Security headers on every response, and a first check of requests."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote_plus, urlsplit

from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "img-src 'self' data:",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Nothing from elsewhere, and neither script nor style written into a page."""

_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

_HOST: Final = re.compile(
    r"(?:[\w.-]{1,253}|\[[0-9a-f:.]+\])?(?::\d{0,5})?", re.ASCII | re.IGNORECASE
)

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


class SecurityHeaders:
    """Adds the security headers to every answer that does not set its own.

    A Host header that names no host is refused, since addresses are made of it; so is an address
    that nobody could read.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer back with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        app: ASGIApp = self._app
        if not all(map(_is_host, Headers(scope=scope).getlist("host"))):
            app = PlainTextResponse("The Host header names no host.\n", 400)
        elif not scope["query_string"].isascii():
            app = PlainTextResponse("The address holds bytes that are not encoded.\n", 400)
        await app(scope, receive, send_with_headers)


def _is_host(value: str) -> bool:
    try:
        urlsplit(f"//{value}").port  # noqa: B018 - it raises where there is none
    except ValueError:
        return False
    return _HOST.fullmatch(value) is not None


async def refuse_control_characters(request: Request) -> None:
    """Turn away addresses with characters that nobody types.

    Raises:
        HTTPException: 400; no store has to say what it thinks of a NUL.
    """
    asked = request.scope["path"], unquote_plus(request.scope["query_string"].decode("latin-1"))
    if any(_CONTROL.search(text) for text in asked):
        raise HTTPException(400, "The address holds a control character.")
    if any("\ufffd" in text for text in asked):
        raise HTTPException(400, "The address is no valid UTF-8.")
