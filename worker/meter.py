"""The interface through which a component reserves and settles a paid call (design §3.4)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol


class PaidCall(Protocol):
    """One reserved call; if it is neither settled nor refused, it is *unknown*, charged in full."""

    def settle(
        self, cost: float, *, request_id: str = "", result: bytes | None = None, url: str = ""
    ) -> None:
        """Record that the call was answered, with its cost in US dollars.

        A painter passes the picture's bytes as `result` before it checks them: they are archived
        first, so that a paid picture is never lost. `url` is that of a paid picture that could not
        be fetched yet.
        """

    def refuse(self, reason: str) -> None:
        """Record that the provider certainly made nothing and charges nothing."""


class Meter(Protocol):
    """Reserves calls within the budget and the number of attempts."""

    def paid(
        self, purpose: str, *, provider: str, model: str, ceiling: float
    ) -> AbstractContextManager[PaidCall]:
        """Reserve `ceiling` US dollars for one call.

        Raises:
            BudgetSpent: the call would exceed today's or this month's budget.
            AttemptsSpent: this cycle has made all attempts for the purpose.
        """

    def unfetched(self, purpose: str) -> str:
        """Return the URL of a paid result that could not be fetched yet; empty if there is none."""
