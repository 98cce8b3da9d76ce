"""Errors of components (composer, painter, encoder), and their effect on the cycle."""

from storage.errors import UserFacingError


class ComponentError(UserFacingError):
    """A failure of a part; the message is for the operator."""


class ServiceUnavailable(ComponentError):  # noqa: N818
    """A temporary failure (network, rate limit, server error): no result; try again later."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class OverRateLimit(ServiceUnavailable):
    """Our own limit of calls a minute: the next one may be made after exactly `retry_after`."""


class ContentRejected(ComponentError):  # noqa: N818
    """The provider refuses this prompt (moderation): rewrite it, or fail the cycle."""


class InvalidResponse(ContentRejected):
    """A composer's answers were invalid after every repair: use the fallback, or pause."""


class Misconfigured(ComponentError):  # noqa: N818
    """A person must fix the settings (key, quota, model, package): the artist waits."""


class OutcomeUnknown(ComponentError):  # noqa: N818
    """The request was sent and its outcome is unknown: it is charged in full.

    `is_late`: it took longer than the time limit, so that another one would, too.
    """

    def __init__(self, message: str, *, is_late: bool = False) -> None:
        super().__init__(message)
        self.is_late = is_late


class BadPicture(ComponentError):  # noqa: N818
    """The result is not a picture."""


class BudgetSpent(ComponentError):  # noqa: N818
    """The call would exceed the daily or monthly budget: the artist waits."""


class AttemptsSpent(ComponentError):  # noqa: N818
    """The cycle made all its paid attempts: it is recorded as failed."""
