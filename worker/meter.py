"""The interface through which a component reserves and settles a paid call (design §3.4)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol


class PaidCall(Protocol):
    """One reserved call. Left without a word (an exception), it counts as *unknown*, in full."""

    def settle(self, cost: float, *, request_id: str = "", result: bytes | None = None) -> None:
        """Record that the call was answered and cost so many US dollars.

        A painter passes the picture's bytes as `result`, as soon as they are decoded and
        before it looks at them: they are archived first, so that a paid picture is never lost.
        """

    def refuse(self, reason: str) -> None:
        """Record that the provider certainly did nothing and charges nothing."""


class Meter(Protocol):
    """Makes reservations, or refuses them when budget or attempts are used up."""

    def paid(
        self, purpose: str, *, provider: str, model: str, ceiling: float
    ) -> AbstractContextManager[PaidCall]:
        """Reserve `ceiling` US dollars for one call.

        Raises:
            BudgetSpent: today's or this month's budget has no room for it.
            AttemptsSpent: this cycle already made its two attempts for the purpose.
        """
