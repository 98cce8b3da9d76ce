"""The interface of a channel, and its four kinds of failure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import httpx2

from gallery.publishing.post import Post
from storage.errors import UserFacingError
from worker import outgoing

_PASSING = frozenset({408, 425, 429})


class RetryLater(UserFacingError):  # noqa: N818 - reads as what it says
    """The remote is unavailable or busy: try again, after `seconds` if it gave a time."""

    def __init__(self, message: str, *, seconds: float | None = None) -> None:
        super().__init__(message)
        self.seconds = seconds


class Rejected(UserFacingError):  # noqa: N818
    """The remote refuses the post permanently."""


class ChannelRefused(UserFacingError):  # noqa: N818
    """The remote refuses the channel, whatever the post: its token, account or address.

    Nothing was posted. All its posts wait until a person has mended it.
    """


class DeliveryUnknown(UserFacingError):  # noqa: N818
    """It is unknown whether the post arrived: an admin must decide, and nothing is sent again."""


class Channel(Protocol):
    """One service or address to publish to."""

    @property
    def name(self) -> str:
        """The name of the channel in outbox rows."""
        ...

    def send(self, post: Post, *, again: bool) -> str:
        """Publish a work, and return its address there.

        `again` is true if an earlier attempt may have arrived: then the channel must not make a
        duplicate.

        Raises:
            RetryLater: another attempt is safe.
            Rejected: another attempt would fail, too.
            ChannelRefused: every post would fail until a person changes something.
            DeliveryUnknown: it may have arrived, and the remote can't be asked.
        """
        ...

    def words(self, post: Post) -> str:
        """The text that it would send."""
        ...

    def check(self) -> str:
        """Say that the account or address can be used, without posting anything.

        Raises:
            RetryLater, Rejected, ChannelRefused: what is wrong, and how to mend it.
        """
        ...

    def close(self) -> None:
        """Close its connections; may be called twice."""
        ...


def judge(answer: httpx2.Response, who: str, *, refusals: Mapping[int, str]) -> None:
    """Raise unless `who` took a message; `refusals` are statuses that no message gets past.

    Raises:
        ChannelRefused: the status is one of `refusals`, which say what to do.
        RetryLater: it is busy, or has an error of its own.
        Rejected: it refuses this message.
    """
    status = answer.status_code
    if answer.is_success:
        return
    if status in refusals:
        raise ChannelRefused(f"{who} answered {status}: {refusals[status]}")
    if status in _PASSING or status >= 500:
        raise RetryLater(f"{who} answered {status}", seconds=outgoing.retry_after(answer.headers))
    raise Rejected(f"{who} answered {status}")
