"""Format times for pages, always in UTC."""

from __future__ import annotations

import time
from datetime import UTC, datetime

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def day(at: datetime | float) -> str:
    """The day of a time: `24 November 2026`."""
    utc = _utc(at)
    return f"{utc.tm_mday} {_MONTHS[utc.tm_mon - 1]} {utc.tm_year}"


def moment(at: datetime | float) -> str:
    """Day and minute of a time."""
    utc = _utc(at)
    return f"{day(at)}, {utc.tm_hour:02}:{utc.tm_min:02} UTC"


def iso(at: datetime | float) -> str:
    """A time as machines read it (RFC 3339, whole seconds)."""
    utc = _utc(at)
    return (
        f"{utc.tm_year:04}-{utc.tm_mon:02}-{utc.tm_mday:02}"
        f"T{utc.tm_hour:02}:{utc.tm_min:02}:{utc.tm_sec:02}Z"
    )


def _utc(at: datetime | float) -> time.struct_time:
    return at.astimezone(UTC).utctimetuple() if isinstance(at, datetime) else time.gmtime(at)
