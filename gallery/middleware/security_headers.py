"""Security headers on every response, and checks of the Host header and the address."""

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
"""Nothing from other sites, and no inline scripts or styles."""

FRAMED: Final = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
"""The same for a page that any site may show in a frame: it has no forms and uses no cookies."""

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
    """Adds the security headers to every response that does not set its own.

    A Host header that is not a host is refused, since addresses are made from it; so is a query
    with bytes that are not encoded.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the headers to the response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                framed = headers.get("content-security-policy") == FRAMED
                for name, value in _HEADERS.items():
                    # No value of this header allows all sites.
                    if not (framed and name == "X-Frame-Options"):
                        headers.setdefault(name, value)
            await send(message)

        app: ASGIApp = self._app
        if not all(map(_is_host, Headers(scope=scope).getlist("host"))):
            app = PlainTextResponse("The Host header is not a host.\n", 400)
        elif not scope["query_string"].isascii():
            app = PlainTextResponse("The address has bytes that are not percent-encoded.\n", 400)
        await app(scope, receive, send_with_headers)


def _is_host(value: str) -> bool:
    try:
        urlsplit(f"//{value}").port  # noqa: B018 - raises ValueError for an invalid port
    except ValueError:
        return False
    return _HOST.fullmatch(value) is not None


async def refuse_control_characters(request: Request) -> None:
    """Refuse addresses with control characters or invalid UTF-8, which stores may reject.

    Raises:
        HTTPException: 400.
    """
    asked = request.scope["path"], unquote_plus(request.scope["query_string"].decode("latin-1"))
    if any(_CONTROL.search(text) for text in asked):
        raise HTTPException(400, "The address has a control character.")
    if any("\ufffd" in text for text in asked):
        raise HTTPException(400, "The address is not valid UTF-8.")
