"""Errors of components (composer, painter, encoder), and what each means for the cycle."""

from storage.errors import UserFacingError


class ComponentError(UserFacingError):
    """Any failure of a part; the message is for the person who runs the artist."""


class ServiceUnavailable(ComponentError):  # noqa: N818 - reads as what it says
    """A passing failure (network, rate limit, server error): nothing was made; try again later."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ContentRejected(ComponentError):  # noqa: N818
    """This prompt will never be answered (moderation): rewrite it, or fail the cycle."""


class InvalidResponse(ContentRejected):
    """A composer's answers stayed unusable after every repair: the grammar writes, or a pause."""


class Misconfigured(ComponentError):  # noqa: N818
    """It won't work until a person mends it (key, quota, model, package): the artist pauses."""


class OutcomeUnknown(ComponentError):  # noqa: N818
    """The request was sent and its outcome is unknown: it is charged in full."""


class BadPicture(ComponentError):  # noqa: N818
    """What came back is no picture."""


class BudgetSpent(ComponentError):  # noqa: N818
    """The daily or monthly budget has no room for the call: the artist waits."""


class AttemptsSpent(ComponentError):  # noqa: N818
    """The cycle made all the paid attempts that it may: it is recorded as failed."""
