"""Validators and conditional requests (RFC 9110 §13)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.requests import Request
from starlette.responses import Response

FOR_EVER = "public, max-age=31536000, immutable"
"""Cache-Control for files that never change at their address."""


def answer(
    request: Request,
    body: bytes,
    *,
    media_type: str,
    fresh: int,
    modified: datetime | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """The body, or 304 if the client's copy is current; caches may hold it `fresh` seconds."""
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
    validators = {"ETag": etag, "Cache-Control": f"public, max-age={fresh}", **(headers or {})}
    if modified is not None:
        validators["Last-Modified"] = format_datetime(modified.astimezone(UTC), usegmt=True)
    if unchanged(request, etag, modified):
        return Response(status_code=304, headers=validators)
    return Response(body, media_type=media_type, headers=validators)


def unchanged(request: Request, etag: str, modified: datetime | None = None) -> bool:
    """Whether the client's copy is current; an entity tag takes precedence over a date."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        known = {known.strip().removeprefix("W/") for known in tags.split(",")}
        return "*" in known or etag.removeprefix("W/") in known
    since = request.headers.get("if-modified-since")
    if since is None or modified is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except (ValueError, OverflowError):
        return False
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return modified.replace(microsecond=0) <= moment
