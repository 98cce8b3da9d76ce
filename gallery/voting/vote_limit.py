"""How many votes one address may cast, whoever its visitors say that they are.

A visitor's name is a cookie, and who drops it is somebody new: without this anybody could be many.
"""

from __future__ import annotations

import threading
from math import ceil

from fastapi import HTTPException

from gallery.limits import NEW_VOTERS, VOTES, Buckets, Rate


class Turnout:
    """Counts votes by the address that they come from; safe for threads."""

    def __init__(self, *, votes: Rate = VOTES, new_voters: Rate = NEW_VOTERS) -> None:
        self._lock = threading.Lock()
        self._votes = Buckets(votes)
        self._new_voters = Buckets(new_voters)

    def admit(self, address: str, *, new: bool) -> None:
        """Let a vote through; `new` is whether its visitor never voted before.

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
                f"Many votes come from where you are: wait {seconds} seconds, please.",
                headers={"Retry-After": seconds},
            )
