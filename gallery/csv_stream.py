"""CSV files that are streamed."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import Final

from gallery.threads import RECKONING, pieces_in

_PORTION: Final = 2**16


def stream_csv(header: Sequence[str], lines: Iterable[Sequence[object]]) -> AsyncIterator[str]:
    """The text of a CSV file in pieces, each computed in a thread."""
    return pieces_in(RECKONING, _written(header, lines))


def _written(header: Sequence[str], lines: Iterable[Sequence[object]]) -> Iterator[str]:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(header)
    for line in lines:
        writer.writerow([_inert(value) for value in line])
        if file.tell() > _PORTION:
            yield file.getvalue()
            file.seek(0)
            file.truncate()
    yield file.getvalue()


def _inert(value: object) -> object:
    """Put a quote before text that a spreadsheet would run as a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(tuple("=+-@\t\r")) else value
