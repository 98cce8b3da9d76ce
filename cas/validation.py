"""Check numbers that users pass in, NaN included."""

from __future__ import annotations

import math
from numbers import Real

from cas.errors import CasError


def check_number(
    name: str,
    value: object,
    meaning: str,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    above: bool = False,
    error: type[CasError] = CasError,
) -> None:
    """Refuse what is no finite number from `low` (or above it) to `high`; `meaning` says which.

    Raises:
        CasError: or `error`, with the name and the value.
    """
    number = float(value) if isinstance(value, Real) and not isinstance(value, bool) else math.nan
    if not math.isfinite(number) or not low <= number <= high or (above and number == low):
        raise error(f"{name} must be a number {meaning}, not {value!r}.")
