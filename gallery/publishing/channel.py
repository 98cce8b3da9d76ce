"""The interface of a channel, and its three kinds of failure."""

from __future__ import annotations

from typing import Protocol

from gallery.publishing.post import Post
from storage.errors import UserFacingError


class RetryLater(UserFacingError):  # noqa: N818 - reads as what it says
    """The remote is unavailable or busy: try again, after `seconds` where it said so."""

    def __init__(self, message: str, *, seconds: float | None = None) -> None:
        super().__init__(message)
        self.seconds = seconds


class Rejected(UserFacingError):  # noqa: N818
    """The remote will never take this: trying again is of no use."""


class DeliveryUnknown(UserFacingError):  # noqa: N818
    """Unknown whether it arrived: a person must look, and nothing is sent again."""


class Channel(Protocol):
    """One place to publish in."""

    @property
    def name(self) -> str:
        """What its outbox rows are called."""
        ...

    def send(self, post: Post, *, again: bool) -> str:
        """Publish a work, and say where it is now.

        `again` is true where an earlier attempt may have arrived: then the channel makes sure that
        there are not two.

        Raises:
            RetryLater: it can be tried again without doing harm.
            Refused: it makes no sense to try again.
            DeliveryUnknown: it may have arrived, and the remote can't tell.
        """
        ...

    def close(self) -> None:
        """Let go of its connections; may be called twice."""
        ...
