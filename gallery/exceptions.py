"""Exceptions of request handlers; `gallery.error_pages` turns them into responses."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.types import Scope


def asks_api(scope: Scope) -> bool:
    """Whether a program asks for something of the API's: it gets its refusals as JSON."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")).startswith("/api/")


class WorkNotFound(HTTPException):
    """Nothing of that name is here; says what was looked for."""

    def __init__(self, detail: str) -> None:
        super().__init__(404, detail)


class WorkRemoved(HTTPException):
    """A work that visitors may not see, or not any more; says why, if a reason was given."""

    def __init__(self, reason: str) -> None:
        super().__init__(410, f"It is not shown here: {reason}." if reason else "")
