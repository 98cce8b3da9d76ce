"""Errors that a user can fix: one sentence, no traceback."""

from __future__ import annotations

from storage.errors import UserFacingError


class UserError(UserFacingError):
    """A mistake of the person at the command; the message says what to do."""
