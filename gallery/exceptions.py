"""Exceptions of request handlers; `gallery.error_pages` turns them into responses."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.types import Scope


def asks_api(scope: Scope) -> bool:
    """Whether the request is for the API, whose errors are JSON."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")).startswith("/api/")


class WorkNotFound(HTTPException):
    """404: there is nothing of that name; says what was requested."""

    def __init__(self, detail: str) -> None:
        super().__init__(404, detail)


class WorkNotYetShown(HTTPException):
    """404: a work that is looked at before visitors may see it."""

    title = "This work is not shown yet"

    def __init__(self) -> None:
        super().__init__(404, "It is looked at first. It may be shown later at this address.")


class WorkRemoved(HTTPException):
    """410: a work that visitors may not see; says why, if a reason was given."""

    def __init__(self, reason: str, *, title: str = "This work is not shown") -> None:
        self.title = title
        super().__init__(410, f"It is not shown here: {reason.rstrip('.')}." if reason else "")
