"""What handlers raise where something can't be shown; `gallery.errors` makes pages of it."""

from __future__ import annotations

from starlette.exceptions import HTTPException


class NotShown(HTTPException):
    """Nothing of that name is here; says what was looked for."""

    def __init__(self, detail: str) -> None:
        super().__init__(404, detail)


class TakenDown(HTTPException):
    """A work that visitors may not see, or not any more; says why, if a reason was given."""

    def __init__(self, reason: str) -> None:
        super().__init__(410, f"It is not shown here: {reason}." if reason else "")
