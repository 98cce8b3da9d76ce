"""What a person did, or must do: told in a sentence, never as a traceback."""

from __future__ import annotations

from storage.errors import UserFacingError


class UserError(UserFacingError):
    """A mistake of the person at the command; the message says what to do."""
