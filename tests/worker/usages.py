"""Invalid `usage` values of a server."""

from __future__ import annotations

from typing import Any


def hostile_usages(into: str, out: str) -> list[Any]:
    """Values of `usage` from which no cost follows."""
    counts = [-1, -(10**9), 10**30, 1e308, float("nan"), 1.5, True, "7", None, [], {"a": 1}]
    odd: list[Any] = [{into: 100, out: count} for count in counts]
    odd += [{into: count, out: 100} for count in counts]
    return [*odd, {}, {into: 7}, "text", 7, [], [1, 2], True]
