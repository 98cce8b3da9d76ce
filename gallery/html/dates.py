"""Format times for pages, always in UTC."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def day(at: date | float) -> str:
    """The day of a time: `24 November 2026`."""
    utc = _utc(at)
    return f"{utc.tm_mday} {_MONTHS[utc.tm_mon - 1]} {utc.tm_year}"


def month(at: date | float) -> str:
    """The month of a time: `November 2026`."""
    utc = _utc(at)
    return f"{_MONTHS[utc.tm_mon - 1]} {utc.tm_year}"


def moment(at: datetime | float) -> str:
    """Day and minute of a time."""
    utc = _utc(at)
    return f"{day(at)}, {utc.tm_hour:02}:{utc.tm_min:02} UTC"


def minute(at: datetime | float) -> str:
    """Day and minute without the year, for what is recent: `24 November, 14:05 UTC`."""
    utc = _utc(at)
    return f"{utc.tm_mday} {_MONTHS[utc.tm_mon - 1]}, {clock(at)}"


def clock(at: datetime | float) -> str:
    """The minute of a time: `14:05 UTC`."""
    utc = _utc(at)
    return f"{utc.tm_hour:02}:{utc.tm_min:02} UTC"


def cadence(seconds: float) -> str:
    """A time between two works in words: `every 15 minutes`."""
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        if (seconds >= size and seconds % size == 0) or size == 1:
            number = f"{seconds / size:.10g}"
            return f"every {unit}" if number == "1" else f"every {number} {unit}s"
    return ""


def iso(at: datetime | float) -> str:
    """A time as machines read it (RFC 3339, whole seconds)."""
    utc = _utc(at)
    return (
        f"{utc.tm_year:04}-{utc.tm_mon:02}-{utc.tm_mday:02}"
        f"T{utc.tm_hour:02}:{utc.tm_min:02}:{utc.tm_sec:02}Z"
    )


def _utc(at: date | float) -> time.struct_time:
    if isinstance(at, datetime):
        return at.astimezone(UTC).utctimetuple()
    return at.timetuple() if isinstance(at, date) else time.gmtime(at)
