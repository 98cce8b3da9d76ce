"""Errors that a user can fix: one sentence, no traceback."""

from __future__ import annotations

from pydantic import ValidationError

from storage.errors import UserFacingError


class UserError(UserFacingError):
    """A mistake in the use of a command; the message says what to do."""


def invalid(error: ValidationError) -> UserError:
    """Return the first fault of invalid values as a user's mistake."""
    from worker.config.settings import first_fault

    return UserError(f"{first_fault(error)}.")
