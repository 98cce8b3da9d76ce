"""The rate limit on votes by address.

A visitor is identified by a cookie. Without this limit, a client that deletes it could vote as many
visitors.
"""

from __future__ import annotations

import threading
from math import ceil

from fastapi import HTTPException

from gallery.middleware.rate_limit import NEW_VOTERS, VOTES, Rate, TokenBuckets


class VoteLimit:
    """Token buckets for votes and for first-time voters, by address; safe for threads."""

    def __init__(self, *, votes: Rate = VOTES, new_voters: Rate = NEW_VOTERS) -> None:
        self._lock = threading.Lock()
        self._votes = TokenBuckets(votes)
        self._new_voters = TokenBuckets(new_voters)

    def admit(self, address: str, *, new: bool) -> None:
        """Count a vote against the limits; `new`: its visitor never voted before.

        Raises:
            HTTPException: 429, with the seconds to wait.
        """
        with self._lock:
            wait = self._votes.take(address)
            if new and wait == 0:
                wait = self._new_voters.take(address)
        if wait > 0:
            seconds = str(max(1, ceil(wait)))
            raise HTTPException(
                429,
                f"Too many votes from this address: wait {seconds} seconds, please.",
                headers={"Retry-After": seconds},
            )
